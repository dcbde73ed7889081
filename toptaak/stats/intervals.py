"""Confidence intervals from sufficient statistics: counts, means and variances in, limits out.

Every function works element by element on arrays. Without observations, and with one, there is no interval:
both limits are missing. An interval of a mean without any spread is missing too: it would claim certainty.
Variances are population variances (divided by n), so that the numbers of a summary can go in as they are.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


class Interval(NamedTuple):
    """Lower and upper limits, each of the shape of the input."""

    low: Floats
    high: Floats


def _floats(*values: ArrayLike) -> list[Floats]:
    return [np.asarray(value, dtype=np.float64) for value in values]


def _kept(low: Floats, high: Floats, valid: NDArray[np.bool_]) -> Interval:
    return Interval(np.where(valid, low, np.nan)[()], np.where(valid, high, np.nan)[()])


def normal_quantile(confidence: float) -> float:
    """Give z of a two-sided normal interval.

    Examples
    --------
    >>> round(normal_quantile(0.95), 4)
    1.96
    """
    from scipy.special import ndtri

    return float(ndtri(0.5 + confidence / 2))


def t_quantile(confidence: float, degrees: ArrayLike) -> Floats:
    """Give t of a two-sided interval for each number of degrees of freedom; missing where none are left."""
    from scipy.special import stdtrit

    (degrees,) = _floats(degrees)
    with np.errstate(invalid="ignore"):
        positive = degrees > 0
    return np.where(positive, stdtrit(np.where(positive, degrees, 1.0), 0.5 + confidence / 2), np.nan)[()]


def wilson(successes: ArrayLike, n: ArrayLike, confidence: float = 0.95) -> Interval:
    """Give Wilson's score interval of a proportion (Wilson 1927).

    `successes` and `n` may be fractional: with weights they are p × n_eff and n_eff.

    Examples
    --------
    >>> low, high = wilson(8, 10)
    >>> round(float(low), 4), round(float(high), 4)
    (0.4902, 0.9433)
    """
    successes, n = _floats(successes, n)
    z = normal_quantile(confidence)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = successes / n
        centre = (share + z**2 / (2 * n)) / (1 + z**2 / n)
        # rounding may carry share * (1 - share) just below zero when a weighted share is one
        spread = np.maximum(share * (1 - share), 0.0)
        half = z / (1 + z**2 / n) * np.sqrt(spread / n + z**2 / (4 * n**2))
        # nobody or everybody: the limit is 0 or 1 itself, without dust of rounding
        low = np.where(share <= 0, 0.0, np.maximum(centre - half, 0.0))
        return _kept(low, np.where(share >= 1, 1.0, np.minimum(centre + half, 1.0)), n > 1)


def adjusted_wald(successes: ArrayLike, n: ArrayLike, confidence: float = 0.95) -> Interval:
    """Give the adjusted Wald interval of a proportion (Agresti and Coull 1998), cut off at 0 and 1.

    Examples
    --------
    >>> low, high = adjusted_wald(4, 5)
    >>> round(float(low), 4), round(float(high), 4)
    (0.3596, 0.9797)
    """
    successes, n = _floats(successes, n)
    z = normal_quantile(confidence)
    size = n + z**2
    share = (successes + z**2 / 2) / size
    half = z * np.sqrt(share * (1 - share) / size)
    return _kept(np.maximum(share - half, 0.0), np.minimum(share + half, 1.0), n > 1)


def newcombe(
    successes: ArrayLike,
    n: ArrayLike,
    other_successes: ArrayLike,
    other_n: ArrayLike,
    confidence: float = 0.95,
) -> Interval:
    """Give the interval of the difference of two proportions (first minus other).

    Newcombe's hybrid score interval (1998, method 10): the distances to the Wilson limits of both
    proportions, added in squares.

    Examples
    --------
    >>> low, high = newcombe(56, 70, 48, 80)
    >>> round(float(low), 4), round(float(high), 4)
    (0.0524, 0.3339)
    """
    successes, n, other_successes, other_n = _floats(successes, n, other_successes, other_n)
    with np.errstate(divide="ignore", invalid="ignore"):
        share, other = successes / n, other_successes / other_n
    low, high = wilson(successes, n, confidence)
    other_low, other_high = wilson(other_successes, other_n, confidence)
    difference = share - other
    return Interval(
        (difference - np.hypot(share - low, other_high - other))[()],
        (difference + np.hypot(high - share, other - other_low))[()],
    )


def mean_t(mean: ArrayLike, variance: ArrayLike, n: ArrayLike, confidence: float = 0.95) -> Interval:
    """Give Student's t interval of a mean.

    Examples
    --------
    >>> low, high = mean_t(mean=3.0, variance=2.0, n=5)  # of 1, 2, 3, 4, 5
    >>> round(float(low), 4), round(float(high), 4)
    (1.0368, 4.9632)
    """
    mean, variance, n = _floats(mean, variance, n)
    with np.errstate(divide="ignore", invalid="ignore"):
        half = t_quantile(confidence, n - 1) * np.sqrt(variance / (n - 1))
        return _kept(mean - half, mean + half, (n > 1) & (variance > 0))


def log_t(mean_log: ArrayLike, variance_log: ArrayLike, n: ArrayLike, confidence: float = 0.95) -> Interval:
    """Give the interval of a geometric mean: a t interval on natural logarithms, raised back.

    Examples
    --------
    >>> logs = np.log([55, 65, 75, 62, 45, 135])
    >>> low, high = log_t(logs.mean(), logs.var(), len(logs))
    >>> round(float(low), 1), round(float(high), 1)
    (46.0, 101.2)
    """
    return _raised(mean_t(mean_log, variance_log, n, confidence))


def _raised(logs: Interval) -> Interval:
    """Raise limits back from logarithms; from two observations the upper one may be beyond any number."""
    with np.errstate(over="ignore"):
        return Interval(np.exp(logs.low), np.exp(logs.high))


def adjusted_nps(promoters: ArrayLike, passives: ArrayLike, detractors: ArrayLike) -> tuple[Floats, Floats]:
    """Give the adjusted Net Promoter Score (-1 to 1) and the variance of that estimate.

    Three answers are added: three quarters of a promoter, three quarters of a detractor, one and a half
    passive (Rocks 2016; Lewis and Sauro 2021). The variance of one answer is p + d - (p - d)².
    """
    promoters, passives, detractors = _floats(promoters, passives, detractors)
    size = promoters + passives + detractors + 3
    for_us, against_us = (promoters + 0.75) / size, (detractors + 0.75) / size
    score = for_us - against_us
    return score, (for_us + against_us - score**2) / size


def adjusted_wald_nps(
    promoters: ArrayLike, passives: ArrayLike, detractors: ArrayLike, confidence: float = 0.95
) -> Interval:
    """Give the adjusted Wald interval of a Net Promoter Score between -1 and 1.

    Examples
    --------
    >>> low, high = adjusted_wald_nps(50, 30, 20)
    >>> round(float(low), 3), round(float(high), 3)
    (0.141, 0.442)
    """
    score, variance = adjusted_nps(promoters, passives, detractors)
    half = normal_quantile(confidence) * np.sqrt(variance)
    (n,) = _floats(np.add(np.add(promoters, passives), detractors))
    return _kept(np.maximum(score - half, -1.0), np.minimum(score + half, 1.0), n > 1)


def nps_difference(
    counts: tuple[ArrayLike, ArrayLike, ArrayLike],
    other: tuple[ArrayLike, ArrayLike, ArrayLike],
    confidence: float = 0.95,
) -> Interval:
    """Give the interval of the difference of two Net Promoter Scores (Lewis and Sauro 2021).

    Both arguments hold promoters, passives and detractors. The interval lies around the difference of the
    adjusted scores.

    Examples
    --------
    >>> low, high = nps_difference((50, 30, 20), (30, 40, 30))
    >>> round(float(low), 3), round(float(high), 3)
    (0.079, 0.503)
    """
    score, variance = adjusted_nps(*counts)
    other_score, other_variance = adjusted_nps(*other)
    half = normal_quantile(confidence) * np.sqrt(variance + other_variance)
    difference = score - other_score
    valid = np.minimum(sum(_floats(*counts)), sum(_floats(*other))) > 1
    return _kept(np.maximum(difference - half, -2.0), np.minimum(difference + half, 2.0), valid)


def welch_error(
    variance: ArrayLike, n: ArrayLike, other_variance: ArrayLike, other_n: ArrayLike
) -> tuple[Floats, Floats]:
    """Give the standard error of a difference of means and its degrees of freedom (Welch 1947)."""
    variance, n, other_variance, other_n = _floats(variance, n, other_variance, other_n)
    with np.errstate(divide="ignore", invalid="ignore"):
        term, other_term = variance / (n - 1), other_variance / (other_n - 1)
        degrees = (term + other_term) ** 2 / (term**2 / (n - 1) + other_term**2 / (other_n - 1))
        valid = (n > 1) & (other_n > 1) & (term + other_term > 0)
        error = np.sqrt(np.where(valid, term + other_term, np.nan))
        return error[()], np.where(valid, degrees, np.nan)[()]


def welch(
    mean: ArrayLike,
    variance: ArrayLike,
    n: ArrayLike,
    other_mean: ArrayLike,
    other_variance: ArrayLike,
    other_n: ArrayLike,
    confidence: float = 0.95,
) -> Interval:
    """Give Welch's interval of the difference of two means (first minus other).

    Examples
    --------
    >>> low, high = welch(3.0, 2.0, 5, 2.0, 2.0, 5)
    >>> round(float(low), 3), round(float(high), 3)
    (-1.306, 3.306)
    """
    error, degrees = welch_error(variance, n, other_variance, other_n)
    half = t_quantile(confidence, degrees) * error
    difference = np.subtract(mean, other_mean)
    return Interval((difference - half)[()], (difference + half)[()])


def geometric_ratio(
    mean_log: ArrayLike,
    variance_log: ArrayLike,
    n: ArrayLike,
    other_mean_log: ArrayLike,
    other_variance_log: ArrayLike,
    other_n: ArrayLike,
    confidence: float = 0.95,
) -> Interval:
    """Give the interval of the ratio of two geometric means: Welch on the logarithms, raised back."""
    return _raised(welch(mean_log, variance_log, n, other_mean_log, other_variance_log, other_n, confidence))


def kish_effective_n(weights: ArrayLike) -> float:
    """Give Kish's effective number of observations, (Σw)² / Σw² (Kish 1965).

    Examples
    --------
    >>> kish_effective_n([1, 1, 1, 1]), round(kish_effective_n([1, 1, 1, 5]), 3)
    (4.0, 2.286)
    """
    (weights,) = _floats(weights)
    squares = float((weights**2).sum())
    return float(weights.sum()) ** 2 / squares if squares > 0 else 0.0
