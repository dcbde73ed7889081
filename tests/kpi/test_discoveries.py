"""Of many comparisons few told differences are false."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toptaak.core.periods import Quarter
from toptaak.kpi.compare import compare_quarters
from toptaak.kpi.discoveries import MANY_COMPARISONS, compare_details, compare_together, hold_discoveries

NOW, BEFORE = Quarter(2026, 3), Quarter(2026, 2)
VERDICT = st.sampled_from(["better", "worse", "no_difference", "too_few", "not_comparable"])


def attempts(rng: np.random.Generator, n: int, tasks: int, changed: int, rise: float) -> dict[str, pd.DataFrame]:
    task = np.repeat(np.arange(tasks), n)
    parts = []
    for quarter in (BEFORE, NOW):
        chance = 0.6 + rise * ((task < changed) & (quarter == NOW))
        parts.append(
            pd.DataFrame(
                {
                    "date": pd.Timestamp(quarter.start),
                    "task_id": task.astype(str),
                    "verified_success": rng.random(len(task)) < chance,
                }
            )
        )
    return {"attempts": pd.concat(parts, ignore_index=True)}


def changes(rows: list[tuple[str, float]]) -> pd.DataFrame:
    told = [verdict in ("better", "worse", "no_difference") for verdict, _ in rows]
    return pd.DataFrame(
        {
            "verdict": [verdict for verdict, _ in rows],
            "p_value": [p if known else np.nan for (_, p), known in zip(rows, told, strict=True)],
            "note": "",
        }
    )


@given(st.lists(st.tuples(VERDICT, st.floats(0, 1)), max_size=30))
@settings(deadline=None)
def test_it_only_takes_back(rows: list[tuple[str, float]]) -> None:
    before = changes(rows)
    after = hold_discoveries(before)
    moved = (after.verdict != before.verdict).to_numpy()
    assert set(after.verdict[moved]) <= {"no_difference"}
    assert (after.note[moved] == MANY_COMPARISONS).all()
    assert (after.note[~moved] == "").all()
    pd.testing.assert_series_equal(after.p_value, before.p_value)
    assert not moved[(before.p_value > 0.05).fillna(True).to_numpy() & ~before.verdict.isin(["better", "worse"])].any()


def test_one_comparison_needs_no_holding() -> None:
    assert hold_discoveries(changes([("better", 0.04)])).verdict.tolist() == ["better"]


def test_details_are_compared_each_on_its_own() -> None:
    tables = attempts(np.random.default_rng(1), 100, 10, 2, 0.3)
    details = compare_details(tables, NOW, BEFORE, ["success_rate"], ["task_id"])
    alone = compare_quarters(tables, NOW, BEFORE, ["success_rate"], by=["task_id"], family=1)
    pd.testing.assert_series_equal(details.ci_low, alone.ci_low)
    assert set(details.loc[details.verdict == "better", "task_id"]) == {"0", "1"}


def test_groupings_of_one_report_are_one_family() -> None:
    """What barely holds among few comparisons does not among the many of another grouping beside it."""
    tables = attempts(np.random.default_rng(4), 60, 30, 1, 0.14)
    asked = [(["success_rate"], []), (["success_rate"], ["task_id"])]
    whole, tasks = compare_together(tables, NOW, BEFORE, asked)
    assert (len(whole), len(tasks)) == (1, 30)
    both = pd.concat([whole, tasks], ignore_index=True)
    alone = pd.concat(
        [compare_quarters(tables, NOW, BEFORE, ["success_rate"], by=by, family=1) for _, by in asked],
        ignore_index=True,
    )
    assert both["verdict"].tolist() == hold_discoveries(alone)["verdict"].tolist()


@pytest.mark.parametrize(("changed", "rise"), [(0, 0.0), (6, 0.25)])
def test_false_discoveries_stay_rare(changed: int, rise: float) -> None:
    rng = np.random.default_rng(2)
    shares, seen = [], []
    for _ in range(80):
        frame = compare_details(attempts(rng, 80, 30, changed, rise), NOW, BEFORE, ["success_rate"], ["task_id"])
        told = frame.verdict.isin(["better", "worse"]).to_numpy()
        real = (frame.task_id.astype(int) < changed).to_numpy()
        shares.append((told & ~real).sum() / max(1, told.sum()))
        seen.append((told & real).sum() / max(1, changed))
    assert np.mean(shares) <= 0.08  # 0.05 and the error of 80 draws
    if changed:
        assert np.mean(seen) > 0.5


def test_rows_that_are_never_told_do_not_help_others_through() -> None:
    """Thirty tiny groups with strong differences leave the rest as it would be without them."""
    tiny = pd.DataFrame({"p_value": 1e-6, "verdict": "too_few", "note": ""}, index=range(30))
    rest = pd.DataFrame({"p_value": [0.03, 0.2, 0.4, 0.6], "verdict": ["worse", *["no_difference"] * 3], "note": ""})
    alone = hold_discoveries(rest)
    together = hold_discoveries(pd.concat([tiny, rest], ignore_index=True)).tail(4)
    assert together["verdict"].tolist() == alone["verdict"].tolist() == ["no_difference"] * 4
