"""Sample sizes against R's power.prop.test and power.t.test, statsmodels, and what must hold."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.power import TTestIndPower

from toptaak.stats.sample_size import for_two_means, for_two_proportions


@pytest.mark.parametrize(
    ("first", "second", "power", "level", "n"),
    [  # R 4.2.2: power.prop.test(p1=, p2=, power=, sig.level=, tol=1e-10)$n
        (0.5, 0.75, 0.9, 0.05, 76.70692845),
        (0.7, 0.8, 0.8, 0.05, 293.1512855),
        (0.25, 0.2, 0.8, 0.05, 1093.739046),
        (0.05, 0.02, 0.9, 0.01, 1114.306196),
        (0.9, 1.0, 0.8, 0.1, 57.6786033),
    ],
)
def test_two_proportions_as_r(first: float, second: float, power: float, level: float, n: float) -> None:
    assert for_two_proportions(first, second, power, 1 - level) == pytest.approx(n, rel=1e-9)


@pytest.mark.parametrize(
    ("difference", "sd", "power", "level", "n"),
    [  # R 4.2.2: power.t.test(delta=, sd=, power=, sig.level=, tol=1e-10)$n
        (1, 1, 0.9, 0.05, 22.02109557),
        (0.3, 2, 0.8, 0.05, 698.6398601),
        (600, 3600, 0.8, 0.05, 566.0813064),
        (2, 1, 0.95, 0.01, 10.71097085),
        (0.5, 1.2, 0.8, 0.1, 71.9091133),
        (0.5, 1, 0.8, 0.05, 63.76576372),
        (0.0001, 1, 0.8, 0.05, 1569775948),
    ],
)
def test_two_means_as_r(difference: float, sd: float, power: float, level: float, n: float) -> None:
    assert for_two_means(difference, sd, power, 1 - level) == pytest.approx(n, rel=1e-9)


def test_two_means_as_statsmodels() -> None:
    for effect in (0.1, 0.4, 0.9):
        expected = TTestIndPower().solve_power(effect, alpha=0.05, power=0.8)
        # statsmodels counts the other tail too, which is far below its tolerance here
        assert for_two_means(effect, 1) == pytest.approx(expected, rel=1e-5)


@given(st.floats(0.01, 0.99), st.floats(0.01, 0.99), st.floats(0.6, 0.95))
def test_more_certainty_costs_more_and_sides_do_not_matter(first: float, second: float, power: float) -> None:
    if abs(first - second) < 1e-3:
        return
    n = for_two_proportions(first, second, power)
    assert for_two_proportions(second, first, power) == pytest.approx(n)
    assert for_two_proportions(1 - first, 1 - second, power) == pytest.approx(n)
    assert for_two_proportions(first, second, power + 0.02) > n
    assert for_two_proportions(first, second, power, 0.99) > n


def test_the_power_is_what_was_asked() -> None:
    """Simulated: the N-1 free z test on two samples of that size finds the difference four times in five."""
    rng, n = np.random.default_rng(7), round(for_two_proportions(0.7, 0.8))
    x, y = rng.binomial(n, 0.7, 20_000), rng.binomial(n, 0.8, 20_000)
    pooled = (x + y) / (2 * n)
    z = (y - x) / n / np.sqrt(2 * pooled * (1 - pooled) / n)
    assert (z > 1.959964).mean() == pytest.approx(0.8, abs=0.01)


def test_what_cannot_be_answered() -> None:
    assert for_two_means(50, 1) == 2.0
    for call in (
        lambda: for_two_proportions(0.5, 0.5),
        lambda: for_two_proportions(0.5, 1.2),
        lambda: for_two_means(0, 1),
        lambda: for_two_means(1, 0),
        lambda: for_two_means(1, float("nan")),
    ):
        with pytest.raises(ValueError, match="needed"):
            call()
