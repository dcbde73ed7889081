"""Kaplan-Meier against R's survfit (frozen), scipy, and what must hold."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from toptaak.stats.survival import kaplan_meier

ORACLE = Path(__file__).parents[1] / "oracle" / "kpi"
CASES = pd.read_csv(ORACLE / "cases.csv")
EXPECTED = pd.read_csv(ORACLE / "survfit.csv")
DRAWN = [(name, level) for name in ("plain", "late", "small", "aml") for level in (0.95, 0.9)]


@pytest.mark.parametrize(("name", "level"), DRAWN)
def test_curve_equals_survfit(name: str, level: float) -> None:
    part = CASES[CASES.set == name]
    curve = kaplan_meier(part.exit, part.done == 1, part.entry, level)
    expected = EXPECTED.query("set == @name and level == @level and kind == 'curve'")
    assert curve.times.tolist() == expected["at"].tolist()
    assert curve.at_risk.tolist() == expected.at_risk.tolist()
    np.testing.assert_allclose(curve.share, expected.estimate, rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(curve.low, expected.low, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(curve.high, expected.high, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(("name", "level"), DRAWN)
def test_quantiles_equal_survfit(name: str, level: float) -> None:
    part = CASES[CASES.set == name]
    curve = kaplan_meier(part.exit, part.done == 1, part.entry, level)
    expected = EXPECTED.query("set == @name and level == @level and kind == 'quantile'")
    for row in expected.itertuples():
        np.testing.assert_allclose(curve.quantile(1 - row.at), (row.estimate, row.low, row.high))


@given(
    st.lists(st.tuples(st.integers(0, 30), st.booleans()), min_size=1, max_size=60).filter(
        lambda cases: any(done for _, done in cases)
    )
)
@settings(deadline=None)
def test_curve_equals_scipy_without_late_entry(cases: list[tuple[int, bool]]) -> None:
    times, done = np.array([time for time, _ in cases], dtype=float), np.array([done for _, done in cases])
    curve = kaplan_meier(times, done)
    sample = stats.CensoredData.right_censored(times, ~done)
    np.testing.assert_allclose(curve.share, stats.ecdf(sample).sf.evaluate(curve.times), atol=1e-12)


@given(st.lists(st.integers(1, 50), min_size=1, max_size=50))
@settings(deadline=None)
def test_without_open_cases_it_is_the_share_still_open(times: list[int]) -> None:
    curve = kaplan_meier(times, [True] * len(times))
    for time, share in zip(curve.times, curve.share, strict=True):
        assert share == pytest.approx(np.mean(np.array(times) > time), abs=1e-12)


def test_beyond_the_observed_period_nothing_is_known() -> None:
    curve = kaplan_meier([1, 2, 5], [True, True, False])
    assert curve.at(5)[0] == pytest.approx(1 / 3)
    assert np.isnan(curve.at(6)).all()
    assert np.isnan(curve.quantile(0.2)[0])
    finished = kaplan_meier([1, 2, 5], [True, True, True])
    assert finished.at(6)[0] == 0


def test_before_anything_is_done_everything_is_open() -> None:
    share, low, high = kaplan_meier([4] * 200, [True] * 200).at(3)
    # none of 200: what is the least share still open of which none done is seen once in twenty times?
    assert (share, high) == (1.0, 1.0)
    assert low**200 == pytest.approx(0.05)
    done, none, most = kaplan_meier([4] * 200, [True] * 200).at(4)
    assert (done, none) == (0.0, 0.0)
    assert (1 - most) ** 200 == pytest.approx(0.05)
    assert kaplan_meier([4, 5], [False, False]).times.size == 0


@pytest.mark.parametrize(
    ("exits", "entries"),
    [([1.0, -2.0], [0, 0]), ([1.0, np.nan], [0, 0]), ([1.0, 2.0], [0, 2.0]), ([1.0], [-1.0])],
)
def test_impossible_times_are_refused(exits: list[float], entries: list[float]) -> None:
    with pytest.raises(ValueError, match=r"time|leave"):
        kaplan_meier(exits, [True] * len(exits), entries)


def test_interval_covers_with_late_entry() -> None:
    """Exponential durations watched through a window of a quarter: the share open after 30 days is known."""
    rng = np.random.default_rng(4)
    hits, estimates = [], []
    for _ in range(400):
        start = rng.uniform(-300, 91, 700)
        length = rng.exponential(30, 700)
        seen = start + length > 0
        entry, leave = np.maximum(0, -start), np.minimum(length, 91 - start)
        share, low, high = kaplan_meier(leave[seen], (length <= 91 - start)[seen], entry[seen]).at(30)
        hits.append(low <= np.exp(-1) <= high)
        estimates.append(share)
    assert 0.925 <= np.mean(hits) <= 0.975
    assert np.mean(estimates) == pytest.approx(np.exp(-1), abs=0.005)


def test_at_age_zero_only_new_cases_are_at_risk() -> None:
    """60 of 100 new cases are done at once, beside 200 that entered at 16 days: as if at once were one second."""
    entries = [0.0] * 100 + [16.0] * 200
    exits = np.array([0.0] * 60 + [10.0] * 40 + [40.0] * 200)
    curve = kaplan_meier(exits, np.full(300, True), entries)
    later = kaplan_meier(np.where(exits == 0, 1e-5, exits), np.full(300, True), entries)
    assert curve.at(1)[0] == pytest.approx(0.4)
    assert curve.at(1) == pytest.approx(later.at(1))
    assert curve.quantile()[0] == 0
    assert (curve.at_risk_at(0), curve.at_risk_at(1), curve.at_risk_at(16), curve.at_risk_at(17)) == (100, 40, 0, 200)


@given(
    st.lists(st.tuples(st.integers(0, 6), st.integers(0, 9), st.booleans()), min_size=1, max_size=30),
    st.integers(1, 5),
    st.integers(0, 15),
)
@settings(deadline=None)
def test_a_share_equals_a_walk_and_rests_on_enough(drawn: list[tuple[int, int, bool]], minimum: int, time: int) -> None:
    lives = [(entry, entry + more, done) for entry, more, done in drawn if entry == 0 or more > 0]
    entries, exits, done = (np.array(column) for column in zip(*lives, strict=True)) if lives else ([], [], [])

    def at_risk(age: float) -> int:
        return sum((entry < age or entry == age == 0) and leave >= age for entry, leave, _ in lives)

    share, last = 1.0, max([leave for _, leave, _ in lives], default=0)
    for age in range(time + 1):
        gone = sum(leave == age and ended for _, leave, ended in lives)
        share *= 1 - gone / at_risk(age) if gone else 1
    curve = kaplan_meier(exits, np.asarray(done, dtype=bool), entries).resting_on(minimum)
    found = curve.at(time)[0]
    if all(at_risk(age) >= minimum for age in range(time + 1)) and time <= last:
        assert found == pytest.approx(share)
        assert curve.at_risk_at(time) == at_risk(time)
    elif not (curve.share.size and curve.share[-1] == 0):
        assert np.isnan(found)


def test_intervals_of_clusters_hold_what_they_promise() -> None:
    """Simulation: 15 customers with ten cases each. Without clusters the 95 % interval holds the truth in 60 %."""
    rng = np.random.default_rng(1)
    clusters = np.repeat(np.arange(15), 10)
    held = []
    for _ in range(150):
        lasts = np.exp(np.repeat(rng.normal(0, 0.8, 15), 10) + 0.6 * rng.normal(0, 1, 150))
        seen = rng.uniform(0.5, 6, 150)
        ends, done = np.minimum(lasts, seen), lasts <= seen
        _, low, high = kaplan_meier(ends, done, clusters=clusters).at(1.0)
        held.append(low <= 0.5 <= high)
    assert 0.89 <= np.mean(held) <= 0.99
    one = kaplan_meier(ends, done, clusters=np.zeros(150, dtype=int)).at(1.0)
    assert (one[1], one[2]) == pytest.approx((0, 1))
    assert kaplan_meier([2.0], [False], clusters=np.array([0])).times.size == 0
