"""toptaak-TPI: its formula, its edges, its parts, its interval."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toptaak.core.results import NO_BELIEVED, NO_OBSERVATIONS, NO_VERIFIED, TOO_FEW
from toptaak.core.settings import Settings
from toptaak.kpi.composite import NO_TARGET, NO_TIMES, toptaak_tpi

FAST = Settings(bootstrap_replicates=300)


def attempts(success: int, disaster: int, failure: int, seconds: float = 100.0) -> pd.DataFrame:
    verified = [True] * success + [False] * (disaster + failure)
    believed = [True] * (success + disaster) + [False] * failure
    return pd.DataFrame({"verified_success": verified, "believed_success": believed, "duration_s": seconds})


def tpi(table: pd.DataFrame, target: object = 90.0, by: tuple[str, ...] = (), **more: object) -> pd.DataFrame:
    return toptaak_tpi(table, target, by, **({"settings": FAST, "rng": np.random.default_rng(1)} | more))


@given(st.integers(0, 30), st.integers(0, 10), st.integers(0, 10), st.floats(20, 500))
def test_formula_bounds_and_interval(success: int, disaster: int, failure: int, seconds: float) -> None:
    n = success + disaster + failure
    if n < 10:
        return
    row = tpi(attempts(success, disaster, failure, seconds)).iloc[0]
    if success == 1:
        assert row.note == NO_TIMES
        return
    expected = 100 * success / n * (1 - disaster / n) * min(1, 90 / seconds)
    assert row.estimate == pytest.approx(expected, rel=1e-9, abs=1e-12)
    assert 0 <= row.ci_low <= row.estimate <= row.ci_high <= 100
    assert row.ci_low < row.ci_high


def test_parts_stand_beside_it_and_make_it() -> None:
    frame = tpi(attempts(30, 5, 15)).set_index("measure")
    parts = frame.estimate[["success_rate", "disaster_rate", "attempt_time"]]
    assert parts.tolist() == pytest.approx([0.6, 0.1, 100.0])
    assert frame.estimate["toptaak_tpi"] == pytest.approx(100 * 0.6 * 0.9 * 0.9)
    assert (frame.n[["success_rate", "disaster_rate"]] == 50).all()


def test_every_part_counts() -> None:
    base = tpi(attempts(30, 5, 15)).estimate[0]
    assert tpi(attempts(35, 5, 10)).estimate[0] > base
    assert tpi(attempts(30, 10, 10)).estimate[0] < base
    assert tpi(attempts(30, 5, 15, 200.0)).estimate[0] < base
    assert tpi(attempts(30, 5, 15, 10.0)).estimate[0] == pytest.approx(100 * 0.6 * 0.9)


def test_all_rest_on_the_same_attempts() -> None:
    table = pd.concat([attempts(30, 5, 15), attempts(100, 0, 0).assign(believed_success=None)], ignore_index=True)
    table["believed_success"] = table["believed_success"].astype("boolean")
    pd.testing.assert_frame_equal(tpi(table), tpi(attempts(30, 5, 15)))


def test_each_task_has_its_target_and_one_without_has_none() -> None:
    table = pd.concat([attempts(30, 5, 15).assign(task_id=task) for task in ("t1", "t2", "t3")])
    targets = pd.DataFrame(
        {
            "measure": ["attempt_time", "attempt_time", "success_rate"],
            "task_id": ["t1", "t2", "t3"],
            "target": [50, 200, 0.8],
        }
    )
    frame = tpi(table, targets, ("task_id",)).query("measure == 'toptaak_tpi'").set_index("task_id")
    assert frame.estimate["t1"] == pytest.approx(100 * 0.6 * 0.9 * 0.5)
    assert frame.estimate["t2"] == pytest.approx(100 * 0.6 * 0.9)
    assert frame.note["t3"] == NO_TARGET


def test_everybody_succeeding_is_no_certainty() -> None:
    row = tpi(attempts(20, 0, 0, 80.0)).iloc[0]
    assert row.estimate == 100
    assert 70 < row.ci_low < 99
    assert row.ci_high == 100


@pytest.mark.parametrize(
    ("table", "note"),
    [
        (attempts(20, 2, 2).drop(columns="believed_success"), NO_BELIEVED),
        (attempts(20, 2, 2).drop(columns="verified_success"), NO_VERIFIED),
        (attempts(20, 2, 2).iloc[:0], NO_OBSERVATIONS),
        (attempts(5, 2, 2), TOO_FEW),
        (attempts(20, 2, 2).drop(columns="duration_s"), NO_TIMES),
    ],
)
def test_what_cannot_be_said_is_said(table: pd.DataFrame, note: str) -> None:
    row = tpi(table).iloc[0]
    assert (row.measure, row.note) == ("toptaak_tpi", note)
    assert np.isnan(row.estimate)


def test_weights_act() -> None:
    weighted = attempts(20, 5, 15).assign(weight=[3.0] * 20 + [1.0] * 20)
    assert tpi(weighted).estimate[0] == pytest.approx(100 * (60 / 80) * (1 - 5 / 80) * 0.9)


def test_interval_covers() -> None:
    rng = np.random.default_rng(3)
    truth = 100 * 0.8 * 0.95 * 90 / 120
    hits = 0
    for _ in range(200):
        draw = rng.random(40)
        table = pd.DataFrame(
            {
                "verified_success": draw < 0.8,
                "believed_success": (draw < 0.8) | (draw > 0.95),
                "duration_s": 120 * np.exp(rng.normal(0, 0.5, 40)),
            }
        )
        row = tpi(table, rng=rng).iloc[0]
        hits += int(row.ci_low <= truth <= row.ci_high)
    assert 0.91 <= hits / 200 <= 0.985
