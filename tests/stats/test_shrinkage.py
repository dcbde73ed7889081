"""Funnels and shrunken estimates against R (frozen) and by simulation."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toptaak.stats.shrinkage import (
    ALARM_LEVEL,
    WARNING_LEVEL,
    binomial_limits,
    normal_limits,
    overdispersion,
    shrink_means,
    shrink_shares,
)

ORACLE = Path(__file__).parents[1] / "oracle" / "kpi"
POSTERIOR = pd.read_csv(ORACLE / "shrinkage.csv")
COUNTS = pd.read_csv(ORACLE / "counts.csv").assign(quantity=lambda table: table.quantity.astype(str))
SCHOOLS = ([28, 8, -3, 7, -1, 1, 18, 12], [15, 10, 16, 11, 9, 11, 10, 18])
SHARES = ([9, 14, 40, 77, 160, 700], [10, 20, 50, 100, 200, 1000])


def test_eight_schools_equal_numerical_integration_in_r() -> None:
    expected = POSTERIOR[POSTERIOR.model == "normal"]
    shrunken = shrink_means(*SCHOOLS)
    np.testing.assert_allclose(shrunken.estimate, expected["mean"], rtol=1e-4)
    np.testing.assert_allclose((shrunken.high - shrunken.low) / 2 / 1.959964, expected.sd, rtol=1e-3)


def test_shares_equal_a_fine_grid_in_r() -> None:
    expected = POSTERIOR[POSTERIOR.model == "shares"]
    shrunken = shrink_shares(*SHARES)
    # our grid has 60 x 9 points, R's 400 x 800
    np.testing.assert_allclose(shrunken.estimate, expected["mean"], rtol=2e-4)
    from scipy.stats import beta

    size = expected["mean"] * (1 - expected["mean"]) / expected.sd**2 - 1
    low = beta.ppf(0.025, expected["mean"] * size, (1 - expected["mean"]) * size)
    np.testing.assert_allclose(shrunken.low, low, rtol=2e-3)


@pytest.mark.parametrize("key", COUNTS.loc[COUNTS.test == "qbinom", "input"].unique())
def test_limits_lie_between_neighbouring_binomial_quantiles(key: str) -> None:
    n, share = (float(number) for number in key.split())
    part = COUNTS[COUNTS.input == key].set_index(["test", "quantity"]).value
    for level, low_at, high_at in ((0.95, "0.025", "0.975"), (0.998, "0.001", "0.999")):
        limits = binomial_limits(n, share, level)
        for limit, at in ((limits.low, low_at), (limits.high, high_at)):
            quantile = part["qbinom", at]
            assert max(quantile - 1, 0) / n - 1e-12 <= limit <= quantile / n + 1e-12
            assert part["pbinom", at] >= float(at)


@given(st.floats(0.02, 0.98), st.integers(5, 2000))
@settings(deadline=None)
def test_funnel_narrows_and_holds_the_mean(share: float, n: int) -> None:
    warning, alarm = binomial_limits(n, share), binomial_limits(n, share, ALARM_LEVEL)
    assert alarm.low <= warning.low <= warning.high <= alarm.high
    larger = binomial_limits(n * 4, share)
    assert larger.high - larger.low < warning.high - warning.low


def test_funnel_holds_as_many_as_it_says() -> None:
    rng = np.random.default_rng(1)
    n = rng.integers(20, 500, 20_000)
    shares = rng.binomial(n, 0.8) / n
    for level in (WARNING_LEVEL, ALARM_LEVEL):
        low, high = binomial_limits(n, 0.8, level)
        inside = np.mean((shares >= low) & (shares <= high))
        assert level - 0.02 <= inside <= level + 0.01
    low, high = normal_limits(np.ones(20_000), 0.0)
    assert np.mean((rng.normal(size=20_000) > low) & (rng.normal(size=20_000) < high)) > 0.94


def test_funnel_of_a_share_of_one() -> None:
    assert tuple(binomial_limits(30, 1.0)) == (1.0, 1.0)


def test_overdispersion_is_one_by_chance() -> None:
    rng = np.random.default_rng(2)
    assert overdispersion(rng.normal(size=5000)) == pytest.approx(1, abs=0.1)
    assert overdispersion(2 * rng.normal(size=5000)) == pytest.approx(4, abs=0.4)
    assert overdispersion(np.r_[rng.normal(size=5000), np.full(500, 40.0)]) == pytest.approx(1.3, abs=0.15)
    assert np.isnan(overdispersion([]))


@pytest.mark.parametrize("units", [6, 40])
@pytest.mark.parametrize("rho", [0.0, 0.005, 0.03])
def test_shrunken_intervals_cover_and_estimates_are_closer(units: int, rho: float) -> None:
    rng = np.random.default_rng(7)
    hits, error, raw_error = [], [], []
    for _ in range(60):
        n = np.round(np.exp(rng.normal(4.5, 0.9, units))).clip(10).astype(int)
        prior = 1 / rho - 1 if rho else np.inf
        truth = rng.beta(0.8 * prior, 0.2 * prior, units) if rho else np.full(units, 0.8)
        x = rng.binomial(n, truth)
        shrunken = shrink_shares(x, n)
        hits.append(np.mean((shrunken.low <= truth) & (truth <= shrunken.high)))
        error.append(np.mean((shrunken.estimate - truth) ** 2))
        raw_error.append(np.mean((x / n - truth) ** 2))
    assert np.mean(hits) >= 0.91
    assert np.mean(error) < np.mean(raw_error)


def test_shrunken_means_cover() -> None:
    rng = np.random.default_rng(9)
    hits = []
    for _ in range(100):
        error = rng.uniform(0.1, 0.6, 20)
        truth = rng.normal(7.2, 0.2, 20)
        shrunken = shrink_means(rng.normal(truth, error), error)
        hits.append(np.mean((shrunken.low <= truth) & (truth <= shrunken.high)))
    assert 0.92 <= np.mean(hits) <= 0.99


def test_all_successes_and_no_successes_have_an_interval() -> None:
    for x in ([10, 20, 30], [0, 0, 0]):
        shrunken = shrink_shares(x, [10, 20, 30])
        assert ((shrunken.low < shrunken.estimate) & (shrunken.estimate < shrunken.high)).all()


@pytest.mark.parametrize("function", [shrink_shares, shrink_means])
def test_two_units_are_too_few(function: object) -> None:
    with pytest.raises(ValueError, match="three"):
        function([1, 2], [3, 4])
