"""What follows from estimates and their intervals alone: a difference or product of two, and a p-value."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import ArrayLike

from toptaak.stats.intervals import Floats, Interval, normal_quantile


def difference_interval(
    first: ArrayLike, first_low: ArrayLike, first_high: ArrayLike, second: ArrayLike, low: ArrayLike, high: ArrayLike
) -> Interval:
    """Give the interval of first minus second, of independent estimates.

    Adds the distances to the limits of both in squares (MOVER: Zou and Donner 2008); for two proportions with
    Wilson's limits that is Newcombe's interval (1998, method 10).

    Examples
    --------
    >>> low, high = difference_interval(0.8, 0.6918, 0.8769, 0.6, 0.4904, 0.7004)
    >>> round(float(low), 3), round(float(high), 3)
    (0.052, 0.334)
    """
    x, x_low, x_high = (np.asarray(limit, dtype=float) for limit in (first, first_low, first_high))
    y, y_low, y_high = (np.asarray(limit, dtype=float) for limit in (second, low, high))
    return Interval((x - y - np.hypot(x - x_low, y_high - y))[()], (x - y + np.hypot(x_high - x, y - y_low))[()])


def product_interval(
    first: ArrayLike, first_low: ArrayLike, first_high: ArrayLike, second: ArrayLike, low: ArrayLike, high: ArrayLike
) -> Interval:
    """Give the interval of the product of two independent estimates; either may be negative.

    The distance from an estimate to its limit stands for its standard error, on the side that counts (MOVER:
    Zou and Donner 2008), in the exact variance of a product: `x² Vy + y² Vx + Vx Vy` (Goodman 1960, Journal of
    the American Statistical Association 55, 708-713).

    Examples
    --------
    >>> low, high = product_interval(0.06, 0.05, 0.07, 0.15, 0.05, 0.25)
    >>> round(float(low), 5), round(float(high), 5)
    (0.00274, 0.01526)
    """
    x, y = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    x_down, x_up = x - np.asarray(first_low, dtype=float), np.asarray(first_high, dtype=float) - x
    y_down, y_up = y - np.asarray(low, dtype=float), np.asarray(high, dtype=float) - y
    # a factor below zero turns the sides of the other round; at zero either side may count: the wider one
    turned = [(x_turns, y_turns) for x_turns in (x < 0, x <= 0) for y_turns in (y < 0, y <= 0)]
    down = _widest(
        _spread(x, np.where(y_turns, x_up, x_down), y, np.where(x_turns, y_up, y_down)) for x_turns, y_turns in turned
    )
    up = _widest(
        _spread(x, np.where(y_turns, x_down, x_up), y, np.where(x_turns, y_down, y_up)) for x_turns, y_turns in turned
    )
    return Interval((x * y - down)[()], (x * y + up)[()])


def _widest(spreads: Iterable[Floats]) -> Floats:
    return np.asarray(np.max(list(spreads), axis=0))


def _spread(x: Floats, x_error: Floats, y: Floats, y_error: Floats) -> Floats:
    return np.sqrt((x * y_error) ** 2 + (y * x_error) ** 2 + (x_error * y_error) ** 2)


def p_value(value: ArrayLike, estimate: ArrayLike, low: ArrayLike, high: ArrayLike, confidence: float = 0.95) -> Floats:
    """Give the two-sided p-value of "the truth is `value`" from an estimate and its interval.

    The distance to the limit on the side of `value` is taken as that many standard errors, so a value on the
    limit has the p-value that belongs to the interval. Missing where the interval is.

    Examples
    --------
    >>> p_value([0.8, 0.7, 0.6], 0.7, 0.6, 0.8).round(3).tolist()
    [0.05, 1.0, 0.05]
    """
    aim, middle = np.asarray(value, dtype=float), np.asarray(estimate, dtype=float)
    away = aim - middle
    reach = np.where(away > 0, np.asarray(high, dtype=float) - middle, middle - np.asarray(low, dtype=float))
    from scipy.special import ndtr

    with np.errstate(divide="ignore", invalid="ignore"):
        z = np.where(away == 0, 0 * reach, np.abs(away) / reach * normal_quantile(confidence))
    return np.asarray(2 * ndtr(-z))[()]
