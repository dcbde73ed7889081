"""Counts over time: rates, their ratio, how far they scatter, and shares of clustered observations."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from toptaak.stats.intervals import Floats, Interval, t_quantile
from toptaak.stats.tolerance import TOLERANCE

_KORN_GRAUBARD: Final = 0.95


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


def clustered_n(
    values: ArrayLike,
    clusters: NDArray[np.intp],
    groups: NDArray[np.intp],
    size: int,
    weights: ArrayLike | None = None,
    times: ArrayLike | None = None,
) -> Floats:
    """Give per group the effective number of observations behind a mean whose observations come in clusters.

    Parameters
    ----------
    values
        One value per row.
    clusters, groups
        Cluster and group (0 … size - 1) of each row; a cluster may have rows in several groups.
    size
        Number of groups.
    weights
        Weight of each observation of a row; one by default.
    times
        How many observations a row stands for; one by default.

    Returns
    -------
    Kish's effective number divided by the design effect: the variance of the mean between clusters (linearised ratio)
    over that of as many independent observations (Kish 1965, section 5.4). Because few clusters tell their own variance
    badly it is made smaller by the square of two t quantiles (Korn & Graubard 1998, Survey Methodology 24, 193-201).
    Never more than Kish's number. Where all values are equal nothing shows how they hang together: the number of
    clusters.

    Examples
    --------
    >>> clusters, groups = np.array([0, 0, 1, 1, 2, 2, 3, 3]), np.zeros(8, dtype=int)
    >>> clustered_n([1, 1, 0, 0, 1, 1, 0, 0], clusters, groups, 1).round(3).tolist()
    [1.893]
    >>> clustered_n([1, 1, 0, 0, 1, 1, 0, 0], np.arange(8), groups, 1).tolist()
    [8.0]
    >>> clustered_n([1, 0, 1, 0], np.arange(4), groups[:4], 1, times=[2, 2, 2, 2]).round(3).tolist()
    [1.893]
    """
    x = np.asarray(values, dtype=float)
    w, t = (np.ones_like(x) if given is None else np.asarray(given, dtype=float) for given in (weights, times))
    n: Floats = np.bincount(groups, t, minlength=size).astype(float)
    total = np.bincount(groups, w * t, minlength=size)
    if x.size == 0:
        return n
    with np.errstate(divide="ignore", invalid="ignore"):
        away = x - (np.bincount(groups, w * t * x, minlength=size) / total)[groups]
        variance = np.bincount(groups, w * t * away**2, minlength=size) / total
        kish = np.nan_to_num(total**2 / np.bincount(groups, w**2 * t, minlength=size))
        pairs, place = np.unique(clusters * size + groups, return_inverse=True)
        sums, group = np.bincount(place, w * t * away), pairs % size
        count = np.bincount(group, minlength=size)
        between = count / (count - 1) * np.bincount(group, sums**2, minlength=size) / total**2
        scale = np.bincount(groups, w * t * np.abs(x), minlength=size) / total
        varied = (count > 1) & (np.sqrt(variance) > TOLERANCE * scale)
        spread = kish * variance / (kish - 1) / between * _few(count, n)
        effective = np.where(varied, np.minimum(spread, kish), np.minimum(kish, count))
    return np.where(count == n, kish, effective)


def _few(clusters: NDArray[np.intp], n: Floats) -> Floats:
    return np.asarray((t_quantile(_KORN_GRAUBARD, n - 1) / t_quantile(_KORN_GRAUBARD, clusters - 1)) ** 2, dtype=float)
