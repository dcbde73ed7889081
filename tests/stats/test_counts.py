"""Rates and ratios against R (frozen), and what must hold."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toptaak.stats.counts import clustered_n, dispersion, poisson_rate, rate_ratio
from toptaak.stats.intervals import kish_effective_n, wilson

FROZEN = pd.read_csv(Path(__file__).parents[1] / "oracle" / "kpi" / "counts.csv")


def frozen(test: str) -> list[tuple[list[float], dict[str, float]]]:
    part = FROZEN[FROZEN.test == test]
    return [
        ([float(number) for number in str(key).split()], dict(zip(rows.quantity, rows.value, strict=True)))
        for key, rows in part.groupby("input", sort=False)
    ]


@pytest.mark.parametrize(("numbers", "expected"), frozen("poisson.test"))
def test_ratio_equals_poisson_test(numbers: list[float], expected: dict[str, float]) -> None:
    ratio, low, high, _ = rate_ratio(*numbers)
    assert (ratio, low, high) == pytest.approx((expected["ratio"], expected["low"], expected["high"]), rel=1e-9)


@pytest.mark.parametrize(("numbers", "expected"), frozen("poisson.test one"))
def test_rate_equals_poisson_test(numbers: list[float], expected: dict[str, float]) -> None:
    assert tuple(poisson_rate(*numbers)) == pytest.approx((expected["low"], expected["high"]), rel=1e-9)


@pytest.mark.parametrize(("counts", "expected"), frozen("quasipoisson"))
def test_dispersion_equals_quasipoisson(counts: list[float], expected: dict[str, float]) -> None:
    # R iterates to 1e-8
    assert dispersion(counts) == pytest.approx(expected["dispersion"], rel=1e-10)


@given(st.integers(0, 60), st.integers(0, 60), st.floats(0.1, 10))
@settings(deadline=None)
def test_p_value_and_interval_agree(after: int, before: int, relative: float) -> None:
    ratio, low, high, p = rate_ratio(after, relative, before, 1.0)
    if after + before == 0:
        assert np.isnan([ratio, low, high, p]).all()
        return
    assert low <= ratio <= high
    if abs(p - 0.05) > 1e-9:
        assert (p < 0.05) == (not low <= 1 <= high)


@given(st.integers(1, 60), st.integers(1, 60))
@settings(deadline=None)
def test_turning_before_and_after_turns_the_ratio(after: int, before: int) -> None:
    forth, back = rate_ratio(after, 3, before, 2), rate_ratio(before, 2, after, 3)
    assert (forth.low, forth.high) == pytest.approx((1 / back.high, 1 / back.low))
    assert forth.p_value == pytest.approx(back.p_value)


def test_scatter_widens() -> None:
    plain, wide = rate_ratio(45, 26, 101, 26), rate_ratio(45, 26, 101, 26, scatter=2.5)
    assert wide.ratio == plain.ratio
    assert wide.low < plain.low < plain.high < wide.high


@pytest.mark.parametrize(("scatter", "lowest"), [(1.0, 0.94), (3.0, 0.9)])
def test_ratio_interval_covers(scatter: float, lowest: float) -> None:
    """True ratio 0.6 over 13 weeks on each side, counts scattered `scatter` times as much as Poisson."""
    rng = np.random.default_rng(2)

    def weeks(mean: float) -> np.ndarray:
        if scatter == 1.0:
            return rng.poisson(mean, 13)
        return rng.negative_binomial(mean / (scatter - 1), 1 / scatter, 13)

    hits = []
    for _ in range(600):
        after, before = weeks(12), weeks(20)
        seen = (dispersion(after) + dispersion(before)) / 2
        _, low, high, _ = rate_ratio(after.sum(), 13, before.sum(), 13, scatter=seen)
        hits.append(low <= 0.6 <= high)
    assert lowest <= np.mean(hits) <= 0.99


def effective(hits: np.ndarray, clusters: np.ndarray) -> float:
    return float(clustered_n(hits, clusters, np.zeros(len(hits), dtype=int), 1)[0])


def test_clusters_of_one_are_independent() -> None:
    hits = np.array([1, 0, 0, 1, 1, 0, 1, 1, 1, 0])
    assert effective(hits, np.arange(10)) == pytest.approx(10)
    assert effective(np.ones(10), np.arange(10)) == 10


def test_what_hangs_together_wholly_counts_once() -> None:
    hits = np.array([1, 0, 0, 1, 1, 0, 1, 1, 1, 0])
    # design effect of clusters that are wholly alike, and the quantiles of t with 49 and 9 degrees of freedom
    design, few = 50 * 0.24 / 49 / (10 / 9 * 60 / 50**2), (2.009575 / 2.262157) ** 2
    assert effective(np.repeat(hits, 5), np.repeat(np.arange(10), 5)) == pytest.approx(design * few, rel=1e-6)
    assert effective(np.ones(50), np.repeat(np.arange(10), 5)) == 10
    assert effective(hits, np.zeros(10, dtype=int)) == 1


def test_weights_and_clusters_act_together() -> None:
    """With one observation per cluster it is Kish's number; weights that are all equal change nothing."""
    rng = np.random.default_rng(2)
    values, weights, groups = rng.random(40), rng.uniform(0.3, 3, 40), np.zeros(40, dtype=int)
    alone = clustered_n(values, np.arange(40), groups, 1, weights)[0]
    assert alone == pytest.approx(kish_effective_n(weights))
    clusters = np.arange(40) // 4
    same = clustered_n(values, clusters, groups, 1, np.full(40, 2.5))[0]
    assert same == pytest.approx(clustered_n(values, clusters, groups, 1)[0])


def test_clusters_that_differ_inside_and_not_from_each_other_promise_no_more_than_n() -> None:
    """Half of every cluster succeeds: the variance between clusters is zero, and ten observations stay ten."""
    hits, clusters = np.tile([1, 0], 5), np.repeat(np.arange(5), 2)
    assert effective(hits, clusters) == pytest.approx(10)
    weights = np.tile([1.0, 1.0, 3.0, 3.0], 5)
    even = clustered_n(np.tile([1, 0], 10), np.repeat(np.arange(10), 2), np.zeros(20, dtype=int), 1, weights)[0]
    assert even == pytest.approx(kish_effective_n(weights))


def test_no_observations_have_no_effective_number() -> None:
    assert clustered_n([], np.zeros(0, dtype=int), np.zeros(0, dtype=int), 2).tolist() == [0, 0]


@given(st.integers(0, 500))
@settings(deadline=None)
def test_groups_are_taken_apart(seed: int) -> None:
    rng = np.random.default_rng(seed)
    hits, clusters, groups = rng.random(60) < 0.4, rng.integers(0, 12, 60), rng.integers(0, 3, 60)
    together = clustered_n(hits, clusters, groups, 4)
    apart = [effective(hits[groups == one], clusters[groups == one]) for one in range(4)]
    np.testing.assert_allclose(together, apart)


def test_interval_of_a_clustered_share_covers() -> None:
    rng = np.random.default_rng(3)
    hits = {"clustered": 0, "naive": 0}
    for _ in range(500):
        sizes = rng.integers(1, 8, 80)
        chance = rng.beta(1.2, 2.8, 80)
        clusters = np.repeat(np.arange(80), sizes)
        outcome = rng.random(sizes.sum()) < np.repeat(chance, sizes)
        for name, size in (("clustered", effective(outcome, clusters)), ("naive", float(sizes.sum()))):
            low, high = wilson(outcome.mean() * size, size)
            hits[name] += int(low <= 0.3 <= high)
    assert 0.92 <= hits["clustered"] / 500 <= 0.975
    assert hits["naive"] / 500 < 0.9
