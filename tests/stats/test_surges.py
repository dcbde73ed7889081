"""The forecast of weekly counts against statsmodels and scipy, and what must hold."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from benchmarks.signals import WORLDS, false_weeks
from tests.properties import examples
from toptaak.stats import surges as module
from toptaak.stats.intervals import wilson
from toptaak.stats.surges import GUARD, MINIMUM_WEEKS, surges

RNG = np.random.default_rng
YEAR = 365.25 / 7


def seasonal(weeks: int, rng: np.random.Generator, series: int = 3) -> np.ndarray:
    rate = 12 * np.exp(0.4 * np.cos(2 * np.pi * np.arange(weeks) / YEAR))
    return rng.negative_binomial(rate, 0.5, (series, weeks)).astype(float)


def test_the_rates_are_those_of_a_penalised_glm() -> None:
    counts = seasonal(110, RNG(4))
    columns, penalty = module._design(110)
    fitted = module._penalised_poisson(counts, np.ones_like(counts), columns, penalty)
    for row, rates in zip(counts, fitted, strict=True):
        # statsmodels minimises -loglik / n + alpha |b|² / 2; the level is not held back
        alpha = np.where(np.arange(len(penalty)) == 0, 0.0, penalty) / len(row)
        model = sm.GLM(row, columns, family=sm.families.Poisson())
        reference = model.fit_regularized(alpha=alpha, L1_wt=0.0, opt_method="newton-cg", maxiter=500)
        assert rates == pytest.approx(np.asarray(reference.predict(columns)), rel=1e-4)


def test_the_tail_is_negative_binomial() -> None:
    forecast = module._Forecast(*(np.array([value]) for value in (10.0, 0.04, 2.0, 1e9)))
    mean, variance = 10.0, 1.5 * (2 * 10 + 0.04 * 100)
    size = mean**2 / (variance - mean)
    for count in (1, 10, 25, 40):
        expected = stats.nbinom.sf(count - 1, size, mean / variance)
        assert module._upper_tail(np.array([count]), forecast, np.array([1.5]))[0] == pytest.approx(expected, rel=1e-6)
    assert module._upper_tail(np.array([0]), forecast, np.array([1.5]))[0] == 1.0


def test_the_tail_allows_for_a_dispersion_that_is_hardly_known() -> None:
    def tail(degrees: float) -> float:
        forecast = module._Forecast(*(np.array([value]) for value in (10.0, 0.0, 2.0, degrees)))
        return float(module._upper_tail(np.array([30.0]), forecast, np.ones(1))[0])

    def at(share: float) -> float:
        variance = 10 * max(2.0 * 8 / stats.chi2.ppf(share, 8), 1.0 + 1e-9)
        return float(stats.nbinom.sf(29, 100 / (variance - 10), 10 / variance))

    shares = (np.arange(20_000) + 0.5) / 20_000
    assert tail(8) == pytest.approx(np.mean([at(share) for share in shares]), rel=0.03)
    assert tail(8) > tail(80) > tail(1e9)


def test_the_season_comes_back_each_year_at_the_same_time() -> None:
    columns, _ = module._design(160)
    season = columns[:, 1:-1]
    assert (season.sum(axis=1) == 1).all()
    first = np.flatnonzero(season[:, 0])[::-1]
    assert (159 - first).tolist() == [0, 1, 51, 52, 53, 103, 104, 105, 156, 157, 158]
    assert season.sum(axis=0).min() >= 9


def test_a_rise_is_seen_and_a_yearly_peak_is_not() -> None:
    rng = RNG(2)
    weeks = np.arange(160)
    peak = np.where((weeks - 158) % 52 <= 2, 4.0, 1.0)  # the present week is in the middle of the yearly peak
    counts = rng.poisson(10 * peak, (5, 160)).astype(float)
    calm = surges(counts)
    assert calm.p_value.min() > 0.01
    assert calm.expected[calm.weeks == 1] == pytest.approx(40, rel=0.25)
    counts[2, -1] = 120
    found = surges(counts)
    assert found.p_value[2] < 1e-4
    assert found.low[2] > 1
    assert np.argmin(found.p_value) == 2


def test_a_slow_rise_shows_over_four_weeks() -> None:
    counts = RNG(3).poisson(20, (4, 110)).astype(float)
    counts[1, -4:] = (36, 33, 38, 35)
    found = surges(counts)
    assert (found.weeks[1], found.seen[1]) == (4, 142)
    assert found.p_value[1] < 0.001
    assert found.expected[1] == pytest.approx(80, rel=0.25)


def test_the_guard_keeps_a_surge_from_hiding_itself() -> None:
    counts = RNG(5).poisson(10, (3, 120)).astype(float)
    sudden, lasting = counts.copy(), counts.copy()
    sudden[0, -1] = lasting[0, -1] = 40
    lasting[0, -GUARD - 1 : -1] = 40
    one, two = surges(sudden), surges(lasting)
    assert two.p_value[0] <= one.p_value[0]


def test_too_short_a_past_is_not_judged() -> None:
    weeks = MINIMUM_WEEKS + GUARD + 1
    counts = RNG(6).poisson(10, (2, weeks)).astype(float)
    assert np.isfinite(surges(counts).p_value).all()
    assert np.isnan(surges(counts[:, 1:]).p_value).all()
    counts[0, :5] = np.nan
    assert np.isnan(surges(counts).p_value).tolist() == [True, False]
    counts[1, -1] = np.nan
    assert np.isnan(surges(counts).p_value).all()
    assert surges(np.empty((0, 100))).p_value.size == 0


def test_what_never_occurred_is_rare_and_not_impossible() -> None:
    counts = np.zeros((2, 110))
    assert surges(counts).p_value.tolist() == [1.0, 1.0]
    counts[0, -1] = 1
    counts[1, -1] = 6
    one, six = surges(counts).p_value
    assert 1e-3 < one < 0.1
    assert six < 1e-3


def test_weeks_without_record_are_no_zeros() -> None:
    counts = RNG(8).poisson(15, (3, 130)).astype(float)
    gaps = counts.copy()
    gaps[:, 30:50] = np.nan
    first, second = surges(gaps), surges(counts)
    assert first.expected / first.weeks == pytest.approx(second.expected / second.weeks, rel=0.15)
    gaps[:, -3:-1] = np.nan
    found = surges(gaps)
    assert (found.expected[found.weeks == 4] < 40).all()


@examples(15)
@given(st.integers(0, 2**20), st.integers(0, 60), st.integers(1, 60))
def test_more_is_never_less_striking(seed: int, count: int, more: int) -> None:
    counts = seasonal(100, RNG(seed))
    low, high = counts.copy(), counts.copy()
    low[0, -1], high[0, -1] = count, count + more
    one, two = surges(low), surges(high)
    assert two.p_value[0] <= one.p_value[0] + 1e-12
    assert one.p_value[1:] == pytest.approx(two.p_value[1:])
    for found in (one, two):
        assert ((found.p_value > 0) & (found.p_value <= 1)).all()
        assert (found.low < found.high).all()
        assert found.ratio == pytest.approx(found.seen / found.expected)


@examples(10)
@given(st.integers(0, 2**20), st.permutations(range(5)))
def test_the_order_of_the_series_changes_nothing(seed: int, order: list[int]) -> None:
    counts = seasonal(100, RNG(seed), 5)
    assert surges(counts[order]).p_value == pytest.approx(surges(counts).p_value[order], rel=1e-9)


@pytest.mark.parametrize("name", ["twee jaar, zuiver toeval", "twee jaar, scherpe pieken"])
def test_quiet_weeks_stay_quiet(name: str) -> None:
    """A small part of benchmarks/signals.py: false signals are not demonstrably above 5% of the weeks."""
    (world,) = (one for one in WORLDS if one.name == name)
    weeks = 40
    assert wilson(false_weeks(world, weeks), weeks).low <= 0.05


def test_a_past_that_says_nothing_leaves_the_interval_open() -> None:
    found = surges([[0] * 42 + [1714] + [0] * 52])
    assert (found.low[0], found.high[0]) == (0, np.inf)
    assert found.p_value[0] > 0.05
