"""Time to done with open cases: windows, censoring, and why a quarter needs late entry."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.properties import examples
from toptaak.core.results import EXTENSIONS, NOT_MEASURABLE
from toptaak.kpi.case_survival import METHOD, NOT_REACHED, SAME_TIME, done_within, lifetimes, open_share, time_to_done

DAY = 86_400.0
START = pd.Timestamp("2026-04-01", tz="Europe/Amsterdam")


def log(start_days: np.ndarray, lengths: np.ndarray, end: float, **columns: object) -> pd.DataFrame:
    """A contact log that ends after `end` days; each case has a contact at its start and one at its end."""
    starts = START + pd.to_timedelta(start_days, unit="D")
    ends = starts + pd.to_timedelta(lengths, unit="D")
    case = [f"z{number}" for number in range(len(start_days))]
    first = pd.DataFrame({"case": case, "started_at": starts, "ended_at": starts, "resolved": False})
    second = pd.DataFrame({"case": case, "started_at": ends, "ended_at": ends, "resolved": True})
    both = pd.concat([first, second], ignore_index=True).assign(municipality="GM9901", channel="web", **columns)
    return both[both.started_at <= START + pd.Timedelta(days=end)].reset_index(drop=True)


def test_a_window_cuts_both_ends() -> None:
    contacts = log(np.array([-10.0, 5.0, 80.0]), np.array([20.0, 10.0, 30.0]), end=200)
    watched = lifetimes(contacts, ["quarter"]).set_index(["quarter", "case"])
    assert watched.loc[("2026Q1", "z0"), ["entry", "exit", "done"]].tolist() == [
        0,
        pytest.approx(10 * DAY),
        False,
    ]
    assert watched.loc[("2026Q2", "z0"), ["entry", "exit", "done"]].tolist() == [10 * DAY, 20 * DAY, True]
    assert watched.loc[("2026Q2", "z1"), ["entry", "exit", "done"]].tolist() == [0, 10 * DAY, True]
    assert watched.loc[("2026Q2", "z2"), ["entry", "exit", "done"]].tolist() == [0, 11 * DAY, False]
    assert watched.loc[("2026Q3", "z2"), ["entry", "exit", "done"]].tolist() == [11 * DAY, 30 * DAY, True]
    whole = lifetimes(contacts).set_index("case")
    assert whole.exit.tolist() == [20 * DAY, 10 * DAY, 30 * DAY]
    assert whole.done.all()


def test_without_open_cases_the_median_is_the_median() -> None:
    lengths = np.repeat([1.0, 2.0, 3.0, 4.0, 50.0], 10)
    frame = time_to_done(log(np.zeros(50), lengths, end=60))
    assert frame.estimate[0] == 3 * DAY
    assert frame.method[0] == METHOD
    assert done_within(log(np.zeros(50), lengths, end=60), 3 * DAY).estimate[0] == pytest.approx(0.6)


def test_what_is_not_reached_is_missing_with_a_reason() -> None:
    contacts = log(np.zeros(60), np.repeat([1.0, 30, 30, 30, 30, 30], 10), end=10)
    median = time_to_done(contacts)
    assert np.isnan(median.estimate[0])
    assert median.note[0] == NOT_REACHED
    assert done_within(contacts, 20 * DAY).note[0] == NOT_REACHED
    assert done_within(contacts, 1 * DAY).estimate[0] == pytest.approx(1 / 6)


def test_targets_per_group() -> None:
    contacts = pd.concat(
        [log(np.zeros(40), np.repeat([1.0, 2, 3, 4], 10), end=9, task_id="t1").assign(case=lambda t: "a" + t.case),
         log(np.zeros(40), np.repeat([1.0, 2, 3, 4], 10), end=9, task_id="t2").assign(case=lambda t: "b" + t.case)]
    )  # fmt: skip
    targets = pd.DataFrame({"measure": ["completion_time", "success_rate"], "task_id": "t1", "target": [2 * DAY, 0.8]})
    frame = done_within(contacts, targets, ["task_id"])
    assert frame.task_id.tolist() == ["t1"]
    assert frame.estimate.tolist() == [pytest.approx(0.5)]


def test_the_curve_falls_and_counts_who_is_watched() -> None:
    contacts = log(np.zeros(40), np.repeat([1.0, 2, 3, 40], 10), end=9)
    frame = open_share(contacts, [0, DAY, 2.5 * DAY, 100 * DAY])
    assert set(EXTENSIONS["survival"]) <= set(frame.columns)
    assert frame.estimate.tolist()[:3] == [1.0, pytest.approx(0.75), pytest.approx(0.5)]
    assert frame.at_risk.tolist() == [40, 40, 20, 0]
    assert np.isnan(frame.estimate.iloc[-1])


def test_unrecorded_resolution_is_not_measurable() -> None:
    contacts = log(np.zeros(3), np.array([1.0, 2, 3]), end=9).drop(columns="resolved")
    frame = time_to_done(contacts)
    assert frame.note[0] == NOT_MEASURABLE
    assert time_to_done(contacts, ["quarter"]).empty


@given(st.integers(0, 1000))
@examples(15)
def test_quarters_together_watch_every_day_once(seed: int) -> None:
    rng = np.random.default_rng(seed)
    contacts = log(rng.uniform(-100, 200, 30), rng.exponential(40, 30), end=250)
    whole, parts = lifetimes(contacts), lifetimes(contacts, ["quarter"])
    assert parts.done.sum() == whole.done.sum()
    assert (parts.exit - parts.entry).sum() == pytest.approx((whole.exit - whole.entry).sum())


def test_a_quarter_recovers_the_truth_where_the_plain_rules_do_not() -> None:
    """Completed-in-quarter with open-since-quarter overstates; the window with late entry does not."""
    rng = np.random.default_rng(11)
    contacts = log(rng.uniform(-400, 91, 6000), rng.exponential(30, 6000), end=91)
    truth = np.log(2) * 30 * DAY
    ours = time_to_done(contacts, ["quarter"]).set_index("quarter").loc["2026Q2"]
    assert ours.ci_low < truth < ours.ci_high
    assert ours.estimate == pytest.approx(truth, rel=0.08)
    from toptaak.kpi.journeys import cases
    from toptaak.stats.survival import kaplan_meier

    table = cases(contacts)
    quarter = table[table.quarter == "2026Q2"]
    until = START + pd.Timedelta(days=91)
    seen = quarter.seconds.fillna((until - quarter.started_at).dt.total_seconds())
    naive = kaplan_meier(seen, ~quarter.open.astype(bool)).quantile(0.5)[0]
    assert naive > truth * 1.1


def test_a_median_that_rests_on_one_new_case_is_not_shown() -> None:
    """Forty old cases that are followed from the age of 30 days say nothing about the first days."""
    old = log(np.full(40, -30.0), np.linspace(50, 89, 40), end=91)
    new = log(np.array([1.0]), np.array([1.0]), end=91).assign(case="new")
    for contacts in (old, pd.concat([old, new], ignore_index=True)):
        median = time_to_done(contacts, ["quarter"]).set_index("quarter").loc["2026Q2"]
        within = done_within(contacts, 5 * DAY, ["quarter"]).set_index("quarter").loc["2026Q2"]
        for row in (median, within):
            assert np.isnan([row.estimate, row.ci_low, row.ci_high]).all()
            assert row.note == NOT_REACHED


def test_none_done_yet_has_a_bound() -> None:
    contacts = log(np.zeros(200), np.full(200, 20.0), end=60)
    row = done_within(contacts, 5 * DAY).iloc[0]
    assert (row.estimate, row.ci_low) == (0.0, 0.0)
    assert 0.01 < row.ci_high < 0.02


def test_a_median_that_many_cases_share_has_no_interval() -> None:
    """Sixty of a hundred new cases are done at once, beside old ones that were open already."""
    old = log(np.full(200, -16.0), np.full(200, 40.0), end=91)
    new = log(np.full(100, 19.0), np.repeat([0.0, 10.0], [60, 40]), end=91).assign(
        case=lambda rows: "n" + rows["case"].astype(str)
    )
    both = pd.concat([old, new], ignore_index=True)
    row = time_to_done(both, ["quarter"]).set_index("quarter").loc["2026Q2"]
    assert (row.estimate, row.note) == (0.0, SAME_TIME)
    assert np.isnan([row.ci_low, row.ci_high]).all()
    within = done_within(both, DAY, ["quarter"]).set_index("quarter").loc["2026Q2"]
    assert within.estimate == pytest.approx(0.6)


def test_cases_of_one_customer_hang_together() -> None:
    """Twenty customers with ten cases each: what is alike per customer counts as twenty."""
    rng = np.random.default_rng(3)
    lasts = np.repeat(rng.uniform(2, 20, 20), 10) + rng.uniform(0, 0.1, 200)
    contacts = log(np.zeros(200), lasts, end=60)
    plain = done_within(contacts, 8 * DAY).iloc[0]
    people = np.repeat(np.arange(20), 10)[contacts["case"].str.extract(r"(\d+)", expand=False).astype(int)]
    whole = done_within(contacts.assign(customer=[f"k{one}" for one in people]), 8 * DAY).iloc[0]
    assert whole.estimate == plain.estimate
    assert whole.ci_high - whole.ci_low > 2 * (plain.ci_high - plain.ci_low)
    alone = done_within(contacts.assign(customer=contacts["case"]), 8 * DAY).iloc[0]
    assert (alone.ci_low, alone.ci_high) == (plain.ci_low, plain.ci_high)
