"""Comparing units of different size: limits that widen for small units, and estimates drawn to the mean."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from toptaak.stats.intervals import Floats, Interval, normal_quantile

WARNING_LEVEL: Final = 0.95
ALARM_LEVEL: Final = 0.998
CHI_SQUARE_MEDIAN: Final = 0.4549364  # of one degree of freedom


class Shrunken(NamedTuple):
    """Estimates drawn towards the mean of all units, with their intervals, and that mean."""

    estimate: Floats
    low: Floats
    high: Floats
    mean: float
    spread: float  # standard deviation between units that chance does not explain


def binomial_limits(n: ArrayLike, share: float, level: float = WARNING_LEVEL) -> Interval:
    """Give the limits of a funnel for a share: where a unit of size n falls if it equals the mean.

    Exact binomial quantiles, interpolated so that the limits do not jump with n; an effective n is rounded. Where
    none or all of the tries may well succeed, the limit is 0 or 1, so that neither lies outside.
    Source: Spiegelhalter (2005), Statistics in Medicine 24, 1185-1202, appendix A.1.1.

    Examples
    --------
    >>> low, high = binomial_limits(100, 0.7)
    >>> 0.60 < low < 0.62, 0.78 < high < 0.80
    (np.True_, np.True_)
    """
    size = np.round(np.asarray(n, dtype=float))
    tail = (1 - level) / 2
    return Interval(_binomial_quantile(tail, size, share), _binomial_quantile(1 - tail, size, share))


def _binomial_quantile(chance: float, size: Floats, share: float) -> Floats:
    # scipy.special and not scipy.stats, which takes half a second to load
    from scipy.special import bdtr, bdtrik

    if share in (0.0, 1.0):
        return np.full(size.shape, share)[()]
    tries = np.nan_to_num(size).astype(np.int64)
    count = np.ceil(bdtrik(chance, size, share))
    # the inverse may end a hair above a whole number
    before = np.maximum(count - 1, 0)
    count = np.where(bdtr(before, tries, share) >= chance, before, count)
    above = bdtr(count, tries, share)
    mass = above - np.where(count > 0, bdtr(np.maximum(count - 1, 0), tries, share), 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        limit = np.where(count < size, (count - (above - chance) / mass) / size, 1.0)
    return np.asarray(np.clip(limit, 0, 1), dtype=float)[()]


def normal_limits(errors: ArrayLike, mean: float, level: float = WARNING_LEVEL) -> Interval:
    """Give the limits of a funnel for means with known standard errors."""
    half = normal_quantile(level) * np.asarray(errors, dtype=float)
    return Interval(mean - half, mean + half)


def overdispersion(z_scores: ArrayLike) -> float:
    """Tell how much more units differ than chance allows: the median squared z-score over its usual value.

    1 is chance alone. The median, because with a dozen units one that is truly different would otherwise widen
    the limits until it fits within them. Spiegelhalter (2005), section 4.2, winsorises a mean instead, which
    needs many units.

    Examples
    --------
    >>> round(overdispersion([-0.7, 0.7, -0.6, 0.6, -0.7, 0.8, 0.7, -0.5, 30]), 2)
    1.08
    """
    scores = np.asarray(z_scores, dtype=float)
    scores = scores[np.isfinite(scores)]
    return float(np.median(scores**2)) / CHI_SQUARE_MEDIAN if scores.size else float("nan")


_SPREADS: Final = (np.arange(60) + 0.5) / 60  # grid of between-unit spreads, midpoints
_CENTRES: Final = np.linspace(-3, 3, 9)  # grid of overall means, in standard errors


def shrink_shares(successes: ArrayLike, n: ArrayLike, confidence: float = 0.95) -> Shrunken:
    """Draw the shares of units towards their common mean, more so the smaller the unit (beta-binomial).

    The mean and the spread between units are not fixed at one estimate but averaged over all values the data
    allow (flat in the spread), because with few units the plain method-of-moments intervals cover far too
    little (docs/afwijkingen.md has the simulation). Each interval is that of the beta distribution with the
    mean and variance of the posterior.

    Raises
    ------
    ValueError
        with fewer than three units.

    Examples
    --------
    >>> shrunken = shrink_shares([9, 80, 700], [10, 100, 1000])
    >>> bool(shrunken.estimate[0] < 0.9), bool(abs(shrunken.estimate[2] - 0.7) < 0.01)
    (True, True)
    """
    x, size = np.asarray(successes, dtype=float), np.asarray(n, dtype=float)
    _enough(size)
    rho = (0.6 * _SPREADS) ** 2  # correlation within a unit = share of variance between
    inflated = size / (1 + (size - 1) * rho[:, None])
    total = inflated.sum(axis=1)
    centre = ((inflated * x / size).sum(axis=1) + 0.5) / (total + 1)
    error = np.sqrt(centre * (1 - centre) / (total + 1))
    mean = np.clip(centre[:, None] + error[:, None] * _CENTRES, 1e-6, 1 - 1e-6)
    prior = (1 / rho - 1)[:, None]
    weight = _posterior(_log_beta_binomial(x, size, mean * prior, (1 - mean) * prior), error[:, None])
    given = (x + (mean * prior)[..., None]) / (size + prior[..., None])
    within = given * (1 - given) / (size + prior[..., None] + 1)
    estimate, variance = _mixture(weight, given, within)
    low, high = _beta_interval(estimate, variance, confidence)
    overall = float((weight * mean).sum())
    spread = float((weight * np.sqrt(rho)[:, None]).sum()) * float(np.sqrt(overall * (1 - overall)))
    return Shrunken(estimate, low, high, overall, spread)


def shrink_means(means: ArrayLike, errors: ArrayLike, confidence: float = 0.95) -> Shrunken:
    """Draw the means of units towards their common mean, more so the larger their standard error.

    The normal model with a flat prior on the spread between units, integrated over a grid.
    Source: Gelman et al., Bayesian Data Analysis (3rd ed.), section 5.4; Rubin (1981).

    Raises
    ------
    ValueError
        with fewer than three units.

    Examples
    --------
    >>> shrink_means([28, 8, -3, 7, -1, 1, 18, 12], [15, 10, 16, 11, 9, 11, 10, 18]).estimate.round(1)[:3]
    array([11.4,  7.9,  6.1])
    """
    y, error = np.asarray(means, dtype=float), np.asarray(errors, dtype=float)
    _enough(y)
    tau = 5 * max(float(y.std()), float(error.min())) * _SPREADS[:, None]
    precision = 1 / (error**2 + tau**2)
    total = precision.sum(axis=1, keepdims=True)
    centre = (precision * y).sum(axis=1, keepdims=True) / total
    log_likelihood = (np.log(precision) - precision * (y - centre) ** 2).sum(axis=1) / 2
    weight = _posterior(log_likelihood, np.sqrt(1 / total[:, 0]))
    pull = error**2 * precision
    given = y + pull * (centre - y)
    within = error**2 * (1 - pull) + pull**2 / total
    estimate, variance = _mixture(weight, given, within)
    half = normal_quantile(confidence) * np.sqrt(variance)
    overall, spread = float(weight @ centre[:, 0]), float(weight @ tau[:, 0])
    return Shrunken(estimate, estimate - half, estimate + half, overall, spread)


def _enough(units: Floats) -> None:
    if units.size < 3:
        raise ValueError("shrinking needs at least three units")


def _log_beta_binomial(x: Floats, n: Floats, a: Floats, b: Floats) -> Floats:
    from scipy.special import betaln

    terms = betaln(x + a[..., None], n - x + b[..., None]) - betaln(a, b)[..., None]
    return np.asarray(terms.sum(axis=-1), dtype=float)


def _posterior(log_likelihood: Floats, spacing: Floats) -> Floats:
    weight = np.exp(log_likelihood - log_likelihood.max()) * spacing
    return np.asarray(weight / weight.sum(), dtype=float)


def _mixture(weight: Floats, given: Floats, within: Floats) -> tuple[Floats, Floats]:
    """Give mean and variance, per unit, of a mixture over a grid; units stand in the last axis."""
    axes = tuple(range(weight.ndim))
    share = weight[..., None]
    mean = (share * given).sum(axis=axes)
    variance = (share * (within + (given - mean) ** 2)).sum(axis=axes)
    return np.asarray(mean, dtype=float), np.asarray(variance, dtype=float)


def _beta_interval(mean: Floats, variance: Floats, confidence: float) -> Interval:
    from scipy.special import betaincinv

    size = mean * (1 - mean) / variance - 1
    tail = (1 - confidence) / 2
    a, b = mean * size, (1 - mean) * size
    return Interval(betaincinv(a, b, tail), betaincinv(a, b, 1 - tail))
