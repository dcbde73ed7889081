"""Tests of a difference between two groups, and corrections for testing many times."""

from __future__ import annotations

from math import comb
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from toptaak.stats.intervals import Floats, adjusted_nps, t_quantile, welch_error
from toptaak.stats.tolerance import TOLERANCE


def _two_sided(z: Floats) -> Floats:
    from scipy.special import ndtr

    return np.asarray(2 * ndtr(-np.abs(z)))[()]


def n_minus_1_two_proportion(
    successes: ArrayLike, n: ArrayLike, other_successes: ArrayLike, other_n: ArrayLike
) -> Floats:
    """Give the two-sided p-value of the N-1 two-proportion test (Campbell 2007).

    Pearson's chi-square times (N - 1) / N. Missing where nobody or everybody succeeded in both groups.

    Examples
    --------
    >>> round(float(n_minus_1_two_proportion(11, 12, 5, 10)), 4)
    0.0328
    """
    x, n = np.asarray(successes, dtype=float), np.asarray(n, dtype=float)
    y, m = np.asarray(other_successes, dtype=float), np.asarray(other_n, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        pooled = (x + y) / (n + m)
        variance = pooled * (1 - pooled) * (1 / n + 1 / m) * (n + m) / (n + m - 1)
        return _two_sided((x / n - y / m) / np.sqrt(np.where(variance > 0, variance, np.nan)))


def welch_test(
    mean: ArrayLike,
    variance: ArrayLike,
    n: ArrayLike,
    other_mean: ArrayLike,
    other_variance: ArrayLike,
    other_n: ArrayLike,
) -> Floats:
    """Give the two-sided p-value of Welch's t test; variances are population variances.

    Examples
    --------
    >>> round(float(welch_test(3.0, 2.0, 5, 2.0, 2.0, 5)), 4)
    0.3466
    """
    from scipy.special import stdtr

    error, degrees = welch_error(variance, n, other_variance, other_n)
    t = np.abs(np.subtract(mean, other_mean)) / error
    return np.asarray(2 * stdtr(degrees, -t))[()]


def apart_test(mean: ArrayLike, n: ArrayLike, other_mean: ArrayLike, other_n: ArrayLike) -> Floats:
    """Give the two-sided p-value of two groups without spread: the exact permutation test.

    Of all ways to divide the values over two groups of these sizes only one, and its mirror, holds them as far apart.
    Sizes may be effective numbers. Equal means give 1; missing where a group has no more than one observation.

    Examples
    --------
    >>> round(float(apart_test(9.0, 5, 4.0, 5)), 4), float(apart_test(8.0, 20, 8.0, 30))
    (0.0079, 1.0)
    """
    from scipy.special import gammaln

    n, other_n = np.asarray(n, dtype=float), np.asarray(other_n, dtype=float)
    ways = gammaln(n + other_n + 1) - gammaln(n + 1) - gammaln(other_n + 1)
    away = np.subtract(mean, other_mean)
    equal = np.abs(away) <= TOLERANCE * np.maximum(np.abs(mean), np.abs(other_mean))
    p_value = np.where(equal, 1.0, np.minimum(2 * np.exp(-ways), 1.0))
    return np.where((n > 1) & (other_n > 1), p_value, np.nan)[()]


def nps_test(counts: tuple[ArrayLike, ArrayLike, ArrayLike], other: tuple[ArrayLike, ArrayLike, ArrayLike]) -> Floats:
    """Give the two-sided p-value for two Net Promoter Scores (adjusted Wald; Lewis and Sauro 2021).

    Examples
    --------
    >>> round(float(nps_test((50, 30, 20), (30, 40, 30))), 4)
    0.0071
    """
    score, variance = adjusted_nps(*counts)
    other_score, other_variance = adjusted_nps(*other)
    return _two_sided((score - other_score) / np.sqrt(variance + other_variance))


class Superiority(NamedTuple):
    """Chance that a value of one group is the larger one, its interval, and the p-value of no difference (0.5)."""

    estimate: float
    low: float
    high: float
    p_value: float


def brunner_munzel(values: ArrayLike, other: ArrayLike, confidence: float = 0.95) -> Superiority:
    """Compare two groups by ranks only (Brunner and Munzel 2000).

    Parameters
    ----------
    values, other
        Observations of both groups, at least two each.

    Returns
    -------
    Chance that a random value of the first group exceeds one of the second, ties counted half. Neither equal spread
    nor a shape is assumed. Groups that lie wholly apart leave the formula without a variance: then the p-value is that
    of the exact permutation test, and the interval the exact one-sided bound from as many disjoint pairs as there are,
    all won by one side. Interval and p-value are missing where all values are equal.

    Examples
    --------
    >>> tired = [3, 3, 4, 3, 1, 2, 3, 1, 1, 5, 4]
    >>> [round(value, 4) for value in brunner_munzel(tired, [1, 2, 1, 1, 1, 1, 1, 1, 1, 1, 2, 4, 1, 1])]
    [0.789, 0.5952, 0.9827, 0.0058]
    """
    from scipy.special import stdtr
    from scipy.stats import rankdata

    y, x = np.asarray(values, dtype=float), np.asarray(other, dtype=float)
    m, n = len(y), len(x)
    ranks = rankdata(np.concatenate([y, x]))
    estimate = (ranks[:m].mean() - (m + 1) / 2) / n
    # how much each value's place among the other group varies
    of_y, of_x = (np.var(own, ddof=1) for own in (ranks[:m] - rankdata(y), ranks[m:] - rankdata(x)))
    per_y, per_x = of_y / n, of_x / m
    error = np.sqrt((per_y + per_x) / (m * n))
    if error == 0:
        return _wholly_apart(float(estimate), m, n, confidence)
    degrees = (per_y + per_x) ** 2 / (per_y**2 / (m - 1) + per_x**2 / (n - 1))
    away = float(t_quantile(confidence, degrees)) * error
    p_value = 2 * stdtr(degrees, -abs(estimate - 0.5) / error)
    low, high = max(0.0, float(estimate - away)), min(1.0, float(estimate + away))
    return Superiority(float(estimate), low, high, float(p_value))


def _wholly_apart(estimate: float, m: int, n: int, confidence: float) -> Superiority:
    if estimate not in (0.0, 1.0):
        return Superiority(estimate, np.nan, np.nan, np.nan)
    bound = (1 - confidence) ** (1 / min(m, n))
    low, high = (bound, 1.0) if estimate == 1 else (0.0, 1 - bound)
    return Superiority(estimate, low, high, min(1.0, 2 / comb(m + n, m)))


def holm(p_values: ArrayLike) -> NDArray[np.float64]:
    """Adjust p-values so that the chance of any false alarm stays below the level (Holm 1979).

    Missing p-values stay missing and do not count as tests.

    Examples
    --------
    >>> holm([0.01, 0.04, 0.03]).tolist()
    [0.03, 0.06, 0.06]
    """
    p = np.asarray(p_values, dtype=float)
    adjusted = np.full(p.shape, np.nan)
    order = np.argsort(p)[: np.count_nonzero(~np.isnan(p))]
    steps = p[order] * np.arange(len(order), 0, -1)
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1.0)
    return adjusted


def benjamini_hochberg(p_values: ArrayLike) -> NDArray[np.float64]:
    """Adjust p-values so that the expected share of false alarms stays below the level (1995).

    Missing p-values stay missing and do not count as tests.

    Examples
    --------
    >>> benjamini_hochberg([0.01, 0.04, 0.03]).tolist()
    [0.03, 0.04, 0.04]
    """
    # scipy.stats has this as well; a report needs nothing else of it, and loading it takes half a second
    p = np.asarray(p_values, dtype=float)
    adjusted = np.full(p.shape, np.nan)
    largest_first = np.argsort(-p, kind="stable")[: np.isfinite(p).sum()]
    number = len(largest_first)
    raised = p[largest_first] * number / np.arange(number, 0, -1)
    adjusted[largest_first] = np.minimum(np.minimum.accumulate(raised), 1.0)
    return adjusted
