"""Products and p-values made of estimates and their intervals."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from toptaak.stats.from_intervals import p_value, product_interval
from toptaak.stats.intervals import wilson

numbers = st.floats(-1, 1)
errors = st.floats(0.001, 1)


def test_symmetric_errors_give_goodmans_variance() -> None:
    """Goodman (1960): V(xy) = x² Vy + y² Vx + Vx Vy, here with x = 3 ± 1 and y = -2 ± 0.5."""
    low, high = product_interval(3.0, 2.0, 4.0, -2.0, -2.5, -1.5)
    half = np.sqrt(9 * 0.25 + 4 * 1 + 1 * 0.25)
    assert (low, high) == pytest.approx((-6 - half, -6 + half))


@given(numbers, errors, errors, numbers, errors, errors)
@example(0.0, 1.0, 1.0, 0.0, 1.0, 0.5)
@example(0.0, 1.0, 0.5, 2.0, 1.0, 0.5)
def test_factors_may_change_places_and_signs(x: float, a: float, b: float, y: float, c: float, d: float) -> None:
    low, high = product_interval(x, x - a, x + b, y, y - c, y + d)
    assert low <= x * y <= high
    assert product_interval(y, y - c, y + d, x, x - a, x + b) == pytest.approx((low, high))
    assert product_interval(-x, -x - b, -x + a, y, y - c, y + d) == pytest.approx((-high, -low))


@pytest.mark.parametrize("attempts", [15, 60, 200])
@pytest.mark.parametrize("success", [0.65, 0.8, 0.9])
def test_the_interval_of_share_times_gap_covers_the_truth(success: float, attempts: int) -> None:
    """640 voters with five votes, a task of 6.5 % of the votes, a target of 80 %."""
    rng, share, target = np.random.default_rng(2026), 0.065, 0.8
    voted, tried = np.full(4000, 3200.0), np.full(4000, float(attempts))
    votes, successes = rng.binomial(3200, share, 4000), rng.binomial(attempts, success, 4000)
    share_low, share_high = wilson(votes, voted)
    low, high = wilson(successes, tried)
    interval = product_interval(
        votes / voted, share_low, share_high, target - successes / tried, target - high, target - low
    )
    truth = share * (target - success)
    covered = float(((interval.low <= truth) & (truth <= interval.high)).mean())
    assert 0.935 <= covered <= 0.99


@given(numbers, errors, errors, st.floats(0.5, 0.999))
def test_a_value_on_the_limit_has_the_p_value_of_the_interval(x: float, a: float, b: float, level: float) -> None:
    found = p_value([x - a, x, x + b], x, x - a, x + b, level)
    assert found == pytest.approx([1 - level, 1, 1 - level], abs=1e-6)


def test_without_an_interval_there_is_no_p_value() -> None:
    assert np.isnan(p_value([0.5, 0.7], 0.5, np.nan, np.nan)).all()
    assert p_value(0.8, 1.0, 0.9, 1.0) < 0.001
