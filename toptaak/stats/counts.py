"""Counts over time: rates, their ratio, how far they scatter, and shares of clustered observations."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from toptaak.stats.intervals import Floats, Interval


class RateRatio(NamedTuple):
    """A ratio of two rates with its interval and the two-sided p-value of "no change"."""

    ratio: float
    low: float
    high: float
    p_value: float


def poisson_rate(events: ArrayLike, exposure: ArrayLike, confidence: float = 0.95) -> Interval:
    """Give the exact interval of a rate per unit of exposure (Garwood 1936).

    Examples
    --------
    >>> low, high = poisson_rate(3, 100)
    >>> round(float(low), 6), round(float(high), 6)
    (0.006187, 0.087673)
    """
    from scipy.special import gammaincinv

    counts, time = np.asarray(events, dtype=float), np.asarray(exposure, dtype=float)
    tail = (1 - confidence) / 2
    low = np.where(counts > 0, gammaincinv(np.maximum(counts, 1e-300), tail), 0.0)
    return Interval((low / time)[()], (gammaincinv(counts + 1, 1 - tail) / time)[()])


def dispersion(counts: ArrayLike, exposure: ArrayLike | None = None) -> float:
    """Tell how far counts scatter around one common rate: Pearson's chi-square over its degrees of freedom.

    1 is what chance alone gives (Poisson); more means that the counts hang together. Missing for fewer than
    two counts, or where there were no events.

    Examples
    --------
    >>> round(dispersion([12, 15, 9, 22, 18, 11, 14, 25, 8, 16, 13, 19, 10]), 4)
    1.7734
    """
    seen = np.asarray(counts, dtype=float)
    time = np.ones_like(seen) if exposure is None else np.asarray(exposure, dtype=float)
    if seen.size < 2 or seen.sum() == 0:
        return float("nan")
    expected = time * seen.sum() / time.sum()
    return float(((seen - expected) ** 2 / expected).sum() / (seen.size - 1))


def rate_ratio(
    after: float,
    exposure_after: float,
    before: float,
    exposure_before: float,
    confidence: float = 0.95,
    scatter: float = 1.0,
) -> RateRatio:
    """Compare two rates: the exact conditional ratio, after divided by before.

    Given the total, the events after are binomial; the interval is that of Clopper and Pearson, carried over
    to the ratio, and the p-value is the one that belongs to it (twice the smaller tail). With `scatter` (see
    `dispersion`) above 1 both counts are divided by it, which widens the interval accordingly.

    Source: Przyborowski & Wilenski (1940), Biometrika 31; R's `poisson.test`.

    Examples
    --------
    >>> ratio, low, high, p = rate_ratio(12, 100, 30, 100)
    >>> round(ratio, 2), round(low, 4), round(high, 4)
    (0.4, 0.1865, 0.8045)
    """
    from scipy.special import betaincinv

    if after + before == 0:
        return RateRatio(*[float("nan")] * 4)
    scale = max(1.0, scatter)
    a, b = after / scale, before / scale
    tail = (1 - confidence) / 2
    share_low = float(betaincinv(a, b + 1, tail)) if a > 0 else 0.0
    share_high = float(betaincinv(a + 1, b, 1 - tail)) if b > 0 else 1.0
    relative = exposure_before / exposure_after
    ratio = after / before * relative if before > 0 else float("inf")
    low, high = _odds(share_low) * relative, _odds(share_high) * relative
    return RateRatio(ratio, low, high, _p_of_no_change(a, b, exposure_after / exposure_before))


def _odds(share: float) -> float:
    return share / (1 - share) if share < 1 else float("inf")


def _p_of_no_change(after: float, before: float, relative: float) -> float:
    from scipy.special import betainc

    expected = relative / (1 + relative)
    at_least = float(betainc(after, before + 1, expected)) if after > 0 else 1.0
    at_most = 1 - float(betainc(after + 1, before, expected)) if before > 0 else 1.0
    return min(1.0, 2 * min(at_least, at_most))


def clustered_n(values: ArrayLike, clusters: NDArray[np.intp], groups: NDArray[np.intp], size: int) -> Floats:
    """Give per group the effective number of observations behind a mean whose observations come in clusters.

    Parameters
    ----------
    values
        One value per observation.
    clusters, groups
        Cluster and group (0 … size - 1) of each observation; a cluster may have observations in several groups.
    size
        Number of groups.

    Returns
    -------
    The variance of the mean is taken between clusters (linearised ratio) and compared with that of as many
    independent observations. Never more than the number of observations; that number itself where all values
    are equal or all stand in one cluster, because then nothing shows how they hang together.

    Examples
    --------
    >>> clusters, groups = np.array([0, 0, 1, 1, 2, 2, 3, 3]), np.zeros(8, dtype=int)
    >>> clustered_n([1, 1, 0, 0, 1, 1, 0, 0], clusters, groups, 1).round(6).tolist()
    [3.0]
    """
    x = np.asarray(values, dtype=float)
    n = np.bincount(groups, minlength=size).astype(float)
    if x.size == 0:
        return n
    with np.errstate(divide="ignore", invalid="ignore"):
        residual = x - (np.bincount(groups, x, minlength=size) / n)[groups]
        independent = np.bincount(groups, residual**2, minlength=size) / n**2
        pairs, place = np.unique(clusters * size + groups, return_inverse=True)
        sums, group = np.bincount(place, residual), pairs % size
        squares = np.bincount(group, sums**2, minlength=size)
        return effective_n(n, independent, squares, np.bincount(group, minlength=size))


def effective_n(n: ArrayLike, independent: ArrayLike, squares: ArrayLike, clusters: ArrayLike) -> Floats:
    """Give the effective number of observations from sums over clusters; what `clustered_n` comes down to.

    Parameters
    ----------
    n
        Observations per group.
    independent
        Variance that the mean would have if they did not hang together.
    squares
        Sum over clusters of the squared sum of distances to the mean.
    clusters
        Number of clusters.

    Examples
    --------
    >>> effective_n(np.array([8.0]), np.array([2 / 64]), np.array([4.0]), np.array([4])).round(6).tolist()
    [3.0]
    """
    total, apart, count = (np.asarray(one, dtype=float) for one in (n, independent, clusters))
    with np.errstate(divide="ignore", invalid="ignore"):
        between = count / (count - 1) * np.asarray(squares, dtype=float) / total**2
        known = (count > 1) & (apart > 0) & (between > apart)
        return np.where(known, total * apart / between, total)
