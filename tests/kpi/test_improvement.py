"""Before and after a change: halved or not, interrupted trends, several changes."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toptaak.core.periods import iso_week
from toptaak.core.results import ALL, NO_SPREAD, TOO_FEW, result_row
from toptaak.kpi.improvement import (
    CHANGE_VERDICTS,
    EFFECTS,
    OVERLAP,
    effects_of_interventions,
    interrupted,
    markers,
    rate_change,
    weekly_counts,
)
from toptaak.stats.counts import rate_ratio

MONDAY = dt.date(2026, 1, 5)
CHANGE = MONDAY + dt.timedelta(weeks=13, days=2)


def weeks(number: int) -> list[str]:
    return [iso_week(MONDAY + dt.timedelta(weeks=week)) for week in range(number)]


def counts(before: list[int], after: list[int], own: int = 99) -> pd.DataFrame:
    return pd.DataFrame({"week": weeks(len(before) + 1 + len(after)), "count": [*before, own, *after]})


def test_the_week_of_the_change_counts_on_neither_side() -> None:
    row = rate_change(counts([10] * 13, [5] * 13), CHANGE).iloc[0]
    assert (row.n, row.reference_n, row.reference_estimate) == (65, 130, 10.0)
    plain = rate_ratio(65, 13, 130, 13)
    assert (row.estimate, row.ci_low, row.ci_high) == pytest.approx(plain[:3])
    assert row.verdict == "fewer"
    assert row.reference == iso_week(CHANGE)


@pytest.mark.parametrize(("after", "verdict"), [(2, "goal_met"), (9, "goal_not_met"), (5, "undecided")])
def test_halved_or_not(after: int, verdict: str) -> None:
    row = rate_change(counts([10] * 13, [after] * 13), CHANGE, goal=0.5).iloc[0]
    assert row.verdict == verdict
    assert verdict in CHANGE_VERDICTS


def test_at_most_so_many_weeks_on_each_side() -> None:
    row = rate_change(counts([100] * 5 + [10] * 8, [5] * 8 + [90] * 4), CHANGE, weeks=8).iloc[0]
    assert (row.n, row.reference_n) == (40, 80)


def test_scattered_weeks_widen_the_interval() -> None:
    quiet = rate_change(counts([10] * 12, [6] * 12), MONDAY + dt.timedelta(weeks=12)).iloc[0]
    wild = rate_change(counts([1, 19] * 6, [0, 12] * 6), MONDAY + dt.timedelta(weeks=12)).iloc[0]
    assert quiet.estimate == wild.estimate
    assert wild.ci_low < quiet.ci_low < quiet.ci_high < wild.ci_high


@pytest.mark.parametrize(("before", "after"), [([10] * 3, [5] * 9), ([10] * 9, [5] * 3), ([1] * 9, [1] * 9), ([], [])])
def test_too_little_to_tell(before: list[int], after: list[int]) -> None:
    row = rate_change(counts(before, after), MONDAY + dt.timedelta(weeks=len(before))).iloc[0]
    assert (row.verdict, row.note) == ("too_few", TOO_FEW)
    assert np.isnan(row.estimate)


def test_nothing_left_after_the_change() -> None:
    row = rate_change(counts([6] * 13, [0] * 13), CHANGE, goal=0.5).iloc[0]
    assert (row.n, row.estimate, row.ci_low, row.verdict) == (0, 0.0, 0.0, "goal_met")


def test_a_change_without_effect_seldom_looks_like_one() -> None:
    rng = np.random.default_rng(5)
    verdicts = [
        rate_change(counts(list(rng.poisson(12, 13)), list(rng.poisson(12, 13))), CHANGE).verdict[0] for _ in range(300)
    ]
    assert verdicts.count("no_difference") >= 0.94 * 300


@given(st.lists(st.integers(0, 80), min_size=0, max_size=40), st.sampled_from([[], ["channel"]]))
def test_weekly_counts_equal_a_walk(days: list[int], by: list[str]) -> None:
    dates = pd.to_datetime([MONDAY + dt.timedelta(days=day) for day in days])
    table = pd.DataFrame({"date": dates, "channel": ["web" if day % 3 else "desk" for day in days]})
    frame = weekly_counts(table, by)
    if not days:
        assert frame.empty
        return
    first, last = min(days), max(days)
    whole = [week for week in range(12) if first <= week * 7 and week * 7 + 6 <= last]
    assert sorted(set(frame.week)) == [weeks(12)[week] for week in whole]
    for row in frame.itertuples():
        start = weeks(12).index(row.week) * 7
        same = [day for day in days if start <= day < start + 7]
        if by:
            same = [day for day in same if (("web" if day % 3 else "desk") == row.channel)]
        assert row.count == len(same)


def weekly(values: list[float], measure: str = "success_rate") -> pd.DataFrame:
    return pd.DataFrame(
        [result_row(measure, 60, value, week=week) for value, week in zip(values, weeks(len(values)), strict=True)]
    )


def test_an_interrupted_series_tells_jump_trend_and_distance() -> None:
    rng = np.random.default_rng(7)
    values = np.r_[np.full(20, 0.70), np.full(20, 0.80) + 0.002 * np.arange(20)] + rng.normal(0, 0.005, 40)
    frame = interrupted(weekly(values.tolist()), MONDAY + dt.timedelta(weeks=20)).set_index("effect")
    assert list(frame.index) == list(EFFECTS)
    assert frame.estimate["level"] == pytest.approx(0.10, abs=0.01)
    assert frame.estimate["end"] == pytest.approx(0.138, abs=0.02)
    assert frame.verdict.tolist() == ["better"] * 3
    assert frame[["n", "reference_n"]].iloc[0].tolist() == [20, 20]
    worse = interrupted(weekly(values.tolist(), "failure_rate"), MONDAY + dt.timedelta(weeks=20))
    assert set(worse.verdict) == {"worse"}
    neutral = interrupted(weekly(values.tolist(), "vote_share"), MONDAY + dt.timedelta(weeks=20))
    assert set(neutral.verdict) == {"changed"}


def test_a_short_side_tells_nothing() -> None:
    frame = interrupted(weekly([0.7] * 15), MONDAY + dt.timedelta(weeks=8))
    assert frame.verdict.tolist() == ["too_few"] * 3
    assert frame.estimate.isna().all()


def interventions(*rows: tuple[str | None, int, str]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["task_id", "week", "label"])
    dates = pd.to_datetime([MONDAY + dt.timedelta(weeks=week) for week in table.week])
    return table.drop(columns="week").assign(date=dates, municipality="GM9901")


def test_each_change_is_held_against_its_own_task() -> None:
    days = pd.to_datetime([MONDAY + dt.timedelta(days=day) for day in range(7 * 26)])
    often = days.repeat(3)
    table = pd.concat(
        [
            pd.DataFrame({"date": often[often < days[91]], "task_id": "t1"}),
            pd.DataFrame({"date": days[days >= days[91]], "task_id": "t1"}),
            pd.DataFrame({"date": days, "task_id": "t2"}),
        ]
    ).assign(municipality="GM9901")
    counted = weekly_counts(table, ["municipality", "task_id"])
    frame = effects_of_interventions(
        interventions(("t1", 13, "brief"), ("t2", 12, "site"), (None, 13, "alle")), counted
    )
    assert frame.task_id.tolist() == ["t1", "t2", ALL]
    assert frame.estimate.tolist() == pytest.approx([1 / 3, 1, (12 * 14 / 12) / (13 * 28 / 13)])
    assert frame.verdict.tolist() == ["fewer", "no_difference", "fewer"]
    assert (frame.note == OVERLAP).all()
    alone = effects_of_interventions(interventions(("t1", 13, "brief"), ("t2", 12, "site")), counted)
    assert (alone.note == "").all()
    assert effects_of_interventions(interventions(), counted).empty


def test_markers_fall_in_their_week() -> None:
    marked = markers(interventions(("t1", 13, "brief"), ("t1", 40, "later")), weeks(20))
    assert marked[["week", "label"]].to_numpy().tolist() == [[weeks(20)[13], "brief"]]


def _weekly(name: str, values: list[float]) -> pd.DataFrame:
    start = dt.date(2026, 1, 5)
    return pd.DataFrame(
        [
            result_row(name, 0 if np.isnan(value) else 50, value, week=iso_week(start + dt.timedelta(weeks=week)))
            for week, value in enumerate(values)
        ]
    )


@pytest.mark.parametrize("gone", ["no estimate", "no row"])
def test_weeks_without_numbers_before_a_change_are_no_jump(gone: str) -> None:
    """A rising line with seven weeks missing goes on rising in them."""
    rng = np.random.default_rng(1)
    values = np.array([0.5 + 0.01 * week + rng.normal(0, 0.004) for week in range(34)])
    values[10:17] = np.nan
    weekly = _weekly("success_rate", values.tolist())
    frame = interrupted(
        weekly if gone == "no estimate" else weekly.dropna(subset="estimate"), dt.date(2026, 5, 4)
    ).set_index("effect")
    assert (frame["verdict"] == "no_difference").all()
    assert abs(frame.loc["level", "estimate"]) < 0.02


def test_a_constant_series_is_no_change_and_has_no_interval() -> None:
    frame = interrupted(_weekly("success_rate", [0.7] * 24), dt.date(2026, 3, 30))
    assert frame["verdict"].tolist() == ["no_difference"] * 3
    assert frame["note"].tolist() == [NO_SPREAD] * 3
    assert frame["ci_low"].isna().all()


@pytest.mark.parametrize("missing", [1, 2, 4])
def test_weeks_without_a_log_are_missing_and_not_zero(missing: int) -> None:
    rng = np.random.default_rng(5)
    monday = pd.Timestamp("2026-01-05")
    kept = [week for week in range(24) if not 12 < week <= 12 + missing]
    days = [monday + pd.Timedelta(days=7 * week + int(rng.integers(7))) for week in kept for _ in range(40)]
    counts = weekly_counts(pd.DataFrame({"date": days}))
    assert len(counts) == 24 - missing
    assert (counts["count"] == 40).all()
    assert rate_change(counts, dt.date(2026, 3, 30)).verdict[0] == "no_difference"


def test_a_quiet_week_of_a_rare_thing_is_zero() -> None:
    days = pd.to_datetime(["2026-01-05", "2026-01-06", "2026-01-26", "2026-02-08"])
    assert weekly_counts(pd.DataFrame({"date": days}))["count"].tolist() == [2, 0, 0, 1, 1]


def test_a_task_without_rows_in_a_week_with_a_log_has_zero() -> None:
    days = pd.date_range("2026-01-05", periods=28)
    busy = pd.DataFrame({"municipality": "GM9901", "task_id": "a", "date": np.repeat(days, 5)})
    rare = pd.DataFrame({"municipality": "GM9901", "task_id": "b", "date": days[:1]})
    counts = weekly_counts(pd.concat([busy, rare]), ["municipality", "task_id"])
    assert counts[counts["task_id"] == "b"]["count"].tolist() == [1, 0, 0, 0]
