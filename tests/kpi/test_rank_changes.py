"""Changes by order only: the numbers of Brunner and Munzel, and when they are not given."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from toptaak.core.periods import Quarter
from toptaak.core.results import NO_SPREAD, TOO_FEW
from toptaak.kpi.compare import OTHER_WORDING, compare_quarters
from toptaak.kpi.measures import measure
from toptaak.kpi.rank_changes import WEIGHTED, compare_ranks

NOW, BEFORE = Quarter(2026, 3), Quarter(2026, 2)
QUESTIONS = pd.DataFrame({"question": ["q"], "version": ["1"], "kind": ["ces1"]})


def table(now: list[float], before: list[float], **more: object) -> dict[str, pd.DataFrame]:
    parts = [
        pd.DataFrame({"question": "q", "question_version": "1", "score": scores, "date": pd.Timestamp(one.start)})
        for one, scores in ((NOW, now), (BEFORE, before))
    ]
    return {"ratings": pd.concat(parts, ignore_index=True).assign(**more), "questions": QUESTIONS}


def cases(now: np.ndarray, before: np.ndarray) -> dict[str, pd.DataFrame]:
    seconds = np.concatenate([now, before])
    starts = [one.start for one, times in ((NOW, now), (BEFORE, before)) for _ in times]
    began = pd.Series(pd.to_datetime(starts)).dt.tz_localize("Europe/Amsterdam") + pd.Timedelta(hours=9)
    frame = pd.DataFrame({"municipality": "GM9901", "case": np.arange(len(seconds)).astype(str), "started_at": began})
    log = frame.assign(ended_at=began + pd.to_timedelta(seconds, unit="s"), resolved=True)
    # the log is older than any of them
    return {"contacts": pd.concat([log, log.iloc[:1].assign(case="old", started_at=began[0] - pd.Timedelta("500D"))])}


# Brunner and Munzel (2000), pain scores; as the R package lawstat prints them
def test_pain_scores_as_printed() -> None:
    before, now = [1, 2, 1, 1, 1, 1, 1, 1, 1, 1, 2, 4, 1, 1], [3, 3, 4, 3, 1, 2, 3, 1, 1, 5, 4]
    row = compare_ranks(table(now, before), NOW, BEFORE, ["ces1"]).iloc[0]
    assert (round(row.estimate, 6), round(row.ci_low, 7), round(row.ci_high, 7)) == (0.788961, 0.5952169, 0.9827052)
    assert round(row.p_value, 6) == 0.005786
    assert (row.about, row.measure, row.verdict, row.n, row.reference_n) == ("ces1", "rank_shift", "worse", 11, 14)


def test_a_few_endless_cases_do_not_sway_it() -> None:
    rng = np.random.default_rng(5)
    before, now = (np.rint(np.exp(rng.normal(middle, 0.6, 60))) for middle in (8.0, 7.6))
    now[:5] = 6e6  # five cases that lasted all summer
    tables = cases(now, before)
    assert compare_quarters(tables, NOW, BEFORE, ["completion_time"])["verdict"].tolist() == ["no_difference"]
    assert compare_ranks(tables, NOW, BEFORE, ["completion_time"])["verdict"].tolist() == ["better"]


def test_turned_around_the_chance_is_the_other() -> None:
    there = compare_ranks(table([1, 2, 3, 4] * 3, [2, 3, 4, 5] * 3), NOW, BEFORE, ["ces1"]).iloc[0]
    back = compare_ranks(table([2, 3, 4, 5] * 3, [1, 2, 3, 4] * 3), NOW, BEFORE, ["ces1"]).iloc[0]
    assert there.estimate + back.estimate == pytest.approx(1)
    assert (there.ci_low, there.p_value) == (pytest.approx(1 - back.ci_high), pytest.approx(back.p_value))


def test_what_is_not_compared_says_why() -> None:
    def note(tables: dict[str, pd.DataFrame]) -> tuple[str, str]:
        row = compare_ranks(tables, NOW, BEFORE, ["ces1"]).iloc[0]
        return row.verdict, row.note

    assert note(table([1.0] * 9, [2.0] * 20)) == ("too_few", TOO_FEW)
    assert note(table([5.0] * 20, [5.0] * 20)) == ("not_comparable", NO_SPREAD)
    assert note(table([1.0] * 20, [5.0] * 20)) == ("better", "")
    other = table([1.0, 2.0] * 10, [1.0, 3.0] * 10)
    other["ratings"].loc[:5, "question_version"] = "2"
    assert note(other) == ("not_comparable", OTHER_WORDING)
    weighted = table([1.0, 2.0] * 10, [1.0, 3.0] * 10, weight=[1.0, 2.0] * 20)
    assert note(weighted) == ("not_comparable", WEIGHTED)


def test_each_group_by_itself_and_no_shares() -> None:
    tables = table([1.0, 2.0] * 20, [2.0, 3.0] * 20, channel=["web", "desk"] * 40)
    frame = compare_ranks(tables, NOW, BEFORE, ["ces1"], by=["channel"])
    assert frame[["channel", "about"]].to_numpy().tolist() == [["desk", "ces1"], ["web", "ces1"]]
    assert compare_ranks({}, NOW, BEFORE, ["ces1", "completion_time"])["verdict"].tolist() == ["too_few"] * 2
    with pytest.raises(ValueError, match="success_rate is a share"):
        compare_ranks({}, NOW, BEFORE, ["success_rate"])


def test_who_has_no_weight_counts_no_more_than_elsewhere() -> None:
    tables = table([1.0, 2.0] * 20, [2.0, 3.0] * 20)
    ratings = tables["ratings"].assign(weight=1.0)
    ratings.iloc[:10, ratings.columns.get_loc("weight")] = np.nan
    given = tables | {"ratings": ratings}
    row = compare_ranks(given, NOW, BEFORE, ["ces1"]).iloc[0]
    both = measure("ces1", given, ["quarter"])["n"]
    assert sorted([row.n, row.reference_n]) == sorted(both.tolist())
    assert both.sum() == 70
