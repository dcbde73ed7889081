"""Intervals against statsmodels, against each other, and at the edges."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint
from statsmodels.stats.weightstats import CompareMeans, DescrStatsW

from toptaak.stats import intervals

COUNTS = st.integers(2, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
LEVELS = st.sampled_from([0.8, 0.9, 0.95, 0.99, 0.995])
SAMPLES = st.lists(st.floats(-1000, 1000).map(lambda x: round(x, 3)), min_size=2, max_size=40).filter(
    lambda values: len(set(values)) > 1
)


def statistics(values: list[float]) -> tuple[float, float, int]:
    return float(np.mean(values)), float(np.var(values)), len(values)


@given(COUNTS, LEVELS)
def test_wilson_is_that_of_statsmodels(counts: tuple[int, int], level: float) -> None:
    expected = proportion_confint(*counts, alpha=1 - level, method="wilson")
    np.testing.assert_allclose(intervals.wilson(*counts, level), expected, atol=1e-12)


@given(COUNTS, LEVELS)
def test_adjusted_wald_is_agresti_coull_of_statsmodels(counts: tuple[int, int], level: float) -> None:
    expected = np.clip(proportion_confint(*counts, alpha=1 - level, method="agresti_coull"), 0, 1)
    np.testing.assert_allclose(intervals.adjusted_wald(*counts, level), expected, atol=1e-12)


@given(COUNTS, COUNTS, LEVELS)
def test_newcombe_is_that_of_statsmodels(one: tuple[int, int], other: tuple[int, int], level: float) -> None:
    expected = confint_proportions_2indep(*one, *other, method="newcomb", alpha=1 - level)
    np.testing.assert_allclose(intervals.newcombe(*one, *other, level), expected, atol=1e-12)


@given(SAMPLES, LEVELS)
def test_mean_t_is_that_of_statsmodels(values: list[float], level: float) -> None:
    expected = DescrStatsW(values).tconfint_mean(alpha=1 - level)
    np.testing.assert_allclose(intervals.mean_t(*statistics(values), level), expected, rtol=1e-7, atol=1e-7)


@given(SAMPLES, SAMPLES, LEVELS)
def test_welch_is_that_of_statsmodels(one: list[float], other: list[float], level: float) -> None:
    expected = CompareMeans.from_data(one, other).tconfint_diff(alpha=1 - level, usevar="unequal")
    found = intervals.welch(*statistics(one), *statistics(other), level)
    np.testing.assert_allclose(found, expected, rtol=1e-7, atol=1e-7)


def test_geometric_ratio_is_welch_on_logarithms() -> None:
    one, other = np.array([40.0, 80, 95, 300]), np.array([30.0, 33, 60, 41, 90])
    expected = stats.ttest_ind(np.log(one), np.log(other), equal_var=False).confidence_interval(0.9)
    found = intervals.geometric_ratio(*statistics(np.log(one)), *statistics(np.log(other)), 0.9)
    np.testing.assert_allclose(found, np.exp(expected), rtol=1e-12)


@given(st.integers(0, 300), st.integers(0, 300), st.integers(0, 300))
def test_nps_without_adjustment_would_be_a_mean_of_signs(up: int, middle: int, down: int) -> None:
    """The variance that the adjusted counts give is that of answers of 1, 0 and -1."""
    score, variance = intervals.adjusted_nps(up, middle, down)
    size = up + middle + down + 3
    values, weights = np.array([1.0, 0, -1]), np.array([up + 0.75, middle + 1.5, down + 0.75])
    assert score == pytest.approx(np.average(values, weights=weights))
    assert variance * size == pytest.approx(np.average((values - score) ** 2, weights=weights))


@given(st.integers(1, 300), st.integers(1, 300), st.integers(1, 300))
def test_difference_of_equal_scores_lies_around_zero(up: int, middle: int, down: int) -> None:
    low, high = intervals.nps_difference((up, middle, down), (up, middle, down))
    assert low == pytest.approx(-high)
    assert high > 0


@pytest.mark.parametrize("n", [0, 1])
def test_without_two_observations_there_is_no_interval(n: int) -> None:
    assert np.isnan(intervals.wilson(n, n)).all()
    assert np.isnan(intervals.adjusted_wald(n, n)).all()
    assert np.isnan(intervals.newcombe(n, n, 5, 10)).all()
    assert np.isnan(intervals.mean_t(3.0, 1.0, n)).all()
    assert np.isnan(intervals.log_t(3.0, 1.0, n)).all()
    assert np.isnan(intervals.welch(3.0, 1.0, n, 2.0, 1.0, 10)).all()
    assert np.isnan(intervals.adjusted_wald_nps(n, 0, 0)).all()
    assert np.isnan(intervals.nps_difference((n, 0, 0), (5, 5, 5))).all()


def test_without_spread_a_mean_has_no_interval() -> None:
    assert np.isnan(intervals.mean_t(7.0, 0.0, 30)).all()
    assert np.isnan(intervals.welch(7.0, 0.0, 30, 6.0, 0.0, 30)).all()
    assert np.isfinite(intervals.welch(7.0, 0.0, 30, 6.0, 1.0, 30)).all()


def test_everybody_succeeding_still_leaves_doubt() -> None:
    low, high = intervals.wilson([20, 0], [20, 20])
    np.testing.assert_allclose(low, [20 / (20 + 1.959964**2), 0], rtol=1e-6)
    np.testing.assert_allclose(high, [1, 1.959964**2 / (20 + 1.959964**2)], rtol=1e-6)


def test_arrays_give_what_single_numbers_give() -> None:
    successes, n = np.array([0, 3, 8, 10]), np.array([10, 10, 10, 10])
    together = np.array(intervals.wilson(successes, n))
    one_by_one = np.array([intervals.wilson(x, m) for x, m in zip(successes, n, strict=True)]).T
    np.testing.assert_array_equal(together, one_by_one)


@given(st.lists(st.floats(0.1, 50), min_size=1, max_size=50))
def test_kish_effective_n_lies_between_one_and_n(weights: list[float]) -> None:
    effective = intervals.kish_effective_n(weights)
    assert 1 - 1e-9 <= effective <= len(weights) + 1e-9
    assert effective == pytest.approx(intervals.kish_effective_n([7 * w for w in weights]))


def test_kish_effective_n_is_that_of_its_text() -> None:
    assert intervals.kish_effective_n([1, 1, 1, 5]) == pytest.approx((1 + 1 + 1 + 5) ** 2 / (1 + 1 + 1 + 25))


def test_nobody_weighs_nothing() -> None:
    assert intervals.kish_effective_n([]) == 0


@given(st.integers(2, 100_000), st.floats(0.6, 0.999))
def test_nobody_and_everybody_have_limits_without_dust(n: int, level: float) -> None:
    assert intervals.wilson(0, n, level).low == 0
    assert intervals.wilson(n, n, level).high == 1


def test_two_far_apart_times_have_no_upper_limit() -> None:
    low, high = intervals.log_t(10.0, 25.0, 2, 0.999)
    assert (low, high) == (0, np.inf)
    low, high = intervals.geometric_ratio(10.0, 25.0, 2, 9.0, 25.0, 2, 0.99999)
    assert (low, high) == (0, np.inf)
