"""Control charts of result frames: phases, gaps, direction, targets, order of rows."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toptaak.core.periods import iso_week
from toptaak.core.results import EXTENSIONS, RESULT_COLUMNS, result_row
from toptaak.kpi.measures import measure_all
from toptaak.kpi.spc import SHORT_SERIES, control_charts
from toptaak.stats.control_chart import xmr_limits

QUIET = [0.80, 0.82, 0.79, 0.81, 0.80, 0.78, 0.81, 0.80, 0.82, 0.79, 0.80, 0.81, 0.80]


def weekly(values: list[float], measure: str = "success_rate", first: int = 1, **groups: str) -> pd.DataFrame:
    return pd.DataFrame(
        [result_row(measure, 50, value, week=f"2026W{week:02d}", **groups) for week, value in enumerate(values, first)]
    )


def test_columns_and_limits_are_those_of_the_method() -> None:
    chart = control_charts(weekly(QUIET))
    limits = xmr_limits(QUIET)
    assert list(chart.columns) == [*RESULT_COLUMNS, *EXTENSIONS["series"]]
    assert chart.centre.unique() == pytest.approx([limits.centre])
    assert chart.limit_low.unique() == pytest.approx([limits.low])
    assert (chart.signal == "").all()
    assert (chart.note == "").all()


@pytest.mark.parametrize(
    ("measure", "last", "judgement"),
    [
        ("success_rate", 0.95, "improvement"),
        ("success_rate", 0.60, "concern"),
        ("failure_rate", 0.95, "concern"),
        ("vote_share", 0.95, "neutral"),
    ],
)
def test_judgement_follows_the_catalogue(measure: str, last: float, judgement: str) -> None:
    chart = control_charts(weekly([*QUIET, last], measure))
    assert chart.judgement.iloc[-1] == judgement


def test_a_rebase_date_starts_new_limits_in_its_week() -> None:
    values = [*QUIET, *[value + 0.1 for value in QUIET]]
    together = control_charts(weekly(values))
    apart = control_charts(weekly(values), rebase=[dt.date(2026, 3, 25)])  # Wednesday of 2026W13
    assert (together.signal != "").any()
    assert apart.phase.tolist() == [0] * 12 + [1] * 14
    again = control_charts(weekly(values), rebase=[dt.date(2026, 4, 1)])
    assert again.phase.tolist() == [0] * 13 + [1] * 13
    assert (again.signal == "").all()
    assert again.centre.iloc[-1] == pytest.approx(again.centre.iloc[0] + 0.1)


def test_a_short_phase_says_so_and_keeps_its_numbers() -> None:
    chart = control_charts(weekly(QUIET[:12]))
    assert (chart.note == SHORT_SERIES).all()
    assert chart.limit_low.notna().all()


def test_a_week_without_estimate_is_a_gap() -> None:
    values = [*QUIET[:6], np.nan, *QUIET[6:]]
    chart = control_charts(weekly(values))
    assert chart.centre.unique() == pytest.approx([np.mean(QUIET)])
    assert chart.signal.iloc[6] == ""
    assert len(chart) == 14


def test_limits_of_a_share_stay_between_nothing_and_everything() -> None:
    chart = control_charts(weekly([0.9, 1.0, 0.7, 1.0, 0.8, 1.0] * 3))
    assert chart.limit_high.max() == 1.0
    assert control_charts(weekly([1.0, 9.0] * 8, "steps_per_case")).limit_low.min() >= 0.0
    assert control_charts(weekly([1.0, 9.0] * 8, "contacts_per_case")).limit_low.min() == 1.0, "a case has a contact"


def test_each_group_has_its_chart_and_its_target() -> None:
    points = pd.concat([weekly(QUIET, channel="web"), weekly(QUIET, channel="phone"), weekly(QUIET, channel="desk")])
    targets = pd.DataFrame({"measure": "success_rate", "channel": ["web", "phone", None], "target": [0.95, 0.5, 0.8]})
    chart = control_charts(points, ["channel"], targets=targets)
    verdict = chart.groupby("channel").assurance.first()
    assert verdict.to_dict() == {"desk": "", "phone": "consistent_pass", "web": "consistent_fail"}
    alone = control_charts(weekly(QUIET), targets=targets.query("channel == 'web'").assign(target=0.8))
    assert (alone.assurance == "inconsistent").all()


@given(st.permutations(range(26)), st.integers(0, 100))
def test_order_of_rows_changes_nothing(order: list[int], seed: int) -> None:
    values = np.random.default_rng(seed).normal(0.8, 0.05, 26).tolist()
    points = weekly(values)
    pd.testing.assert_frame_equal(control_charts(points), control_charts(points.iloc[list(order)]))


def test_one_week_and_no_weeks() -> None:
    one = control_charts(weekly([0.8]))
    assert one.loc[0, ["centre", "signal", "assurance"]].tolist() == [0.8, "", ""]
    assert control_charts(weekly([0.8]).iloc[:0]).empty


def test_from_attempts_to_chart() -> None:
    days = pd.date_range("2026-01-05", periods=13 * 7, freq="D")
    rng = np.random.default_rng(3)
    attempts = pd.DataFrame({"date": np.repeat(days, 20), "verified_success": rng.random(13 * 140) < 0.8})
    chart = control_charts(measure_all({"attempts": attempts}, ["week"]).query("measure == 'success_rate'"))
    assert chart.week.tolist() == [f"2026W{week:02d}" for week in range(2, 15)]
    assert (chart.n == 140).all()
    assert chart.centre.iloc[0] == pytest.approx(attempts.verified_success.mean())


@pytest.mark.parametrize(("n", "rate"), [(20, 0.005), (20, 0.01), (20, 0.02), (40, 0.005), (20, 0.99)])
def test_a_rare_share_that_does_not_change_seldom_stands_out(n: int, rate: float) -> None:
    """200 series of a year: limits have a width, and fewer than 3 % of the weeks are flagged."""
    rng = np.random.default_rng(3)
    flagged = 0
    for _ in range(200):
        shares = rng.binomial(n, rate, 52) / n
        chart = control_charts(weeks("disaster_rate", shares.tolist(), n))
        width = chart["limit_high"] - chart["limit_low"]
        assert width.isna().all() or (width > 0.5 / n).all()
        flagged += int((chart["signal"] != "").sum())
    assert flagged / (200 * 52) < 0.03


def test_a_gap_in_the_weeks_ends_a_row() -> None:
    shares = [0.80, 0.82, 0.78, 0.81] * 4 + [0.83, 0.84, 0.83] + [np.nan] * 10 + [0.84, 0.83, 0.84, 0.83]
    whole = weeks("success_rate", shares, 50)
    for table in (whole, whole.dropna(subset="estimate")):
        assert set(control_charts(table)["signal"]) == {""}


def weeks(name: str, values: list[float], n: int) -> pd.DataFrame:
    monday = dt.date(2026, 1, 5)
    return pd.DataFrame(
        [
            result_row(name, 0 if np.isnan(value) else n, value, week=iso_week(monday + dt.timedelta(weeks=place)))
            for place, value in enumerate(values)
        ]
    )
