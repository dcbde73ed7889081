"""Counts that rise beyond what chance and season allow: a forecast of this week from the weeks before it.

Each series gets a log-linear quasi-Poisson model of its past: a level, a yearly trend and a season of seventeen
blocks of about three weeks, of which the first is the time of year of the week that is judged. Trend and season
are held back towards zero (ridge), so that little data give a cautious model. Past surges get less weight. The
chance of the present count comes from the forecast's negative binomial distribution, averaged over what the past
leaves open about scatter. Forecasts of past weeks, made with what was known then, say how far the model's own
errors exceed what it thinks; the forecast is widened by that factor.

Sources: Farrington, Andrews, Beale & Catchpole (1996), JRSS A 159, 547-563 (quasi-Poisson model, weights of past
surges); Noufaily et al. (2013), Statistics in Medicine 32, 1206-1222 (season in blocks, negative binomial tail).
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from toptaak.stats.intervals import Floats, t_quantile

WINDOWS: Final = (1, 4)  # weeks that are judged together: a sharp rise, and one that builds up
GUARD: Final = 4  # weeks before the present one that do not count as past, so that a surge cannot hide itself
MINIMUM_WEEKS: Final = 56  # with less than a year of past weeks nobody knows the season
_YEAR: Final = 365.25 / 7
_BLOCKS: Final = 17
_HALF_BLOCK: Final = 1.5  # weeks around the same time of year that make up the first block
_SEASON_SD: Final = 0.5  # of the logarithm of the rate, before anything is seen
_TREND_SD: Final = 0.25  # of its change per year
_SURGE: Final = 2.58  # standardised residual beyond which a past week counts for less
_BACKTESTS: Final = 26  # past weeks of which every second one is forecast again
_LARGEST_ERROR: Final = 16.0  # squared standardised error: a true surge in the past must not blind us
_SHRINK: Final = 26  # weeks of the common error that a series' own errors are mixed with
_SEASON_MIX: Final = 2  # degrees of freedom of the common dispersion in that of the season
_NODES: Final = 64

Bools = NDArray[np.bool_]


class Surges(NamedTuple):
    """The judgement on each series; one element is a series.

    Attributes
    ----------
    p_value
        Chance of at least this many if nothing changed, over both windows; missing with too short a past.
    weeks
        Length of the window that stands out most.
    seen, expected
        Counts in that window.
    ratio, low, high
        Seen divided by expected, with its interval.
    dispersion
        Scatter of past weeks relative to Poisson.
    """

    p_value: Floats
    weeks: NDArray[np.int64]
    seen: Floats
    expected: Floats
    ratio: Floats
    low: Floats
    high: Floats
    dispersion: Floats


class _Fit(NamedTuple):
    """The model of the past.

    `rates` of every week, their `usual` size, `dispersion` there with the `degrees` of freedom behind it, the
    dispersion at the present time of year, and the covariance of the coefficients.
    """

    rates: Floats
    usual: Floats
    dispersion: Floats
    seasonal: Floats
    degrees: Floats
    covariance: Floats


class _Forecast(NamedTuple):
    """Of one window: expected count, squared coefficient of variation of that expectation, scatter, degrees."""

    expected: Floats
    uncertainty: Floats
    dispersion: Floats
    degrees: Floats

    def variance(self) -> Floats:
        """Give the variance of the count about the expectation."""
        return self.dispersion * self.expected + self.uncertainty * self.expected**2


def surges(counts: ArrayLike, confidence: float = 0.95) -> Surges:
    """Judge the last week of each series by the weeks before it.

    Parameters
    ----------
    counts : array of shape (series, weeks)
        Consecutive weeks, the present one last; missing where nothing was recorded.

    Returns
    -------
    Surges
        The p-value is twice the smaller one of the two windows (Bonferroni), at most 1. Only weeks up to the
        present one are used: there is no lag.

    Notes
    -----
    With expected count m, scatter φ and relative variance v of m the forecast has variance c (φ m + v m²), where
    c ≥ 1 comes from the forecasts of past weeks. The interval of the ratio is log-normal with variance
    c (φ / (count + ½) + ln(1 + v)) and t quantiles.

    Examples
    --------
    >>> past = np.random.default_rng(1).poisson(10, 104)
    >>> calm, high = surges([[*past, 11], [*past, 40]]).p_value
    >>> bool(calm > 0.5), bool(high < 0.001)
    (True, True)
    """
    table = np.atleast_2d(np.asarray(counts, dtype=float))
    judged = _enough(np.isfinite(table)) & np.isfinite(table[:, -1])
    shape = (len(WINDOWS), len(table))
    p_values, expected, error, degrees = (np.full(shape, np.nan) for _ in range(4))
    dispersion = np.full(len(table), np.nan)
    if judged.any():
        known = table[judged]
        for at, (forecast, widening) in enumerate(zip(_forecasts(known), _widening(known), strict=True)):
            count = _in_window(known, WINDOWS[at])
            p_values[at, judged] = _upper_tail(count, forecast, widening)
            expected[at, judged] = forecast.expected
            log_variance = forecast.dispersion / (count + 0.5) + np.log1p(forecast.uncertainty)
            error[at, judged] = np.sqrt(widening * log_variance)
            degrees[at, judged], dispersion[judged] = forecast.degrees, forecast.dispersion
    chosen = np.argmin(np.where(np.isnan(p_values), 2.0, p_values), axis=0)
    return _best_window(table, chosen, p_values, expected, error * t_quantile(confidence, degrees), dispersion)


def _best_window(
    table: Floats, chosen: NDArray[np.intp], p_values: Floats, expected: Floats, half: Floats, dispersion: Floats
) -> Surges:
    """Keep of each series the window with the smallest p-value."""
    each = np.arange(len(table))
    count = np.array([_in_window(table, window) for window in WINDOWS])[chosen, each]
    mean, width = expected[chosen, each], half[chosen, each]
    with np.errstate(over="ignore"):  # where the past says nothing, the interval has no upper end
        high = (count + 0.5) / mean * np.exp(width)
    return Surges(
        np.minimum(1.0, len(WINDOWS) * p_values[chosen, each]),
        np.array(WINDOWS)[chosen],
        count,
        mean,
        count / mean,
        (count + 0.5) / mean * np.exp(-width),
        high,
        dispersion,
    )


def _in_window(table: Floats, window: int) -> Floats:
    return np.asarray(np.nansum(table[:, -window:], axis=1), dtype=float)


def _enough(observed: Bools) -> Bools:
    return np.asarray(observed[:, : -GUARD - 1].sum(axis=1) >= MINIMUM_WEEKS)


def _design(weeks: int) -> tuple[Floats, Floats]:
    """Give the model matrix, whose last row is the week that is judged, and the ridge penalty of each column."""
    ago = np.arange(weeks - 1, -1, -1.0)
    phase = (_HALF_BLOCK - ago) % _YEAR  # weeks since the first block began
    first = 2 * _HALF_BLOCK
    later = 1 + (phase - first) / (_YEAR - first) * (_BLOCKS - 1)
    block = np.where(phase < first, 0, np.minimum(later, _BLOCKS - 1)).astype(int)
    season = (block[:, None] == np.arange(_BLOCKS)).astype(float)
    columns = np.column_stack([np.ones(weeks), season, -ago / _YEAR])
    penalty = np.concatenate([[1e-9], np.full(_BLOCKS, _SEASON_SD**-2), [_TREND_SD**-2]])
    return columns, penalty


def _forecasts(table: Floats) -> list[_Forecast]:
    """Forecast the windows that end with the last week from the weeks before the guard."""
    columns, penalty = _design(table.shape[1])
    observed = np.isfinite(table)
    past = observed.copy()
    past[:, -GUARD - 1 :] = False
    fit = _fit(np.where(observed, table, 0.0), past, columns, penalty)
    return [_forecast(fit, np.where(observed[:, -window:], fit.rates[:, -window:], 0.0), columns) for window in WINDOWS]


def _forecast(fit: _Fit, rates: Floats, columns: Floats) -> _Forecast:
    expected = rates.sum(axis=1)
    direction = rates @ columns[-rates.shape[1] :] / expected[:, None]
    log_variance = np.einsum("sp,spq,sq->s", direction, fit.covariance, direction)
    scatter = _scatter(fit.dispersion, expected / np.maximum((rates > 0).sum(axis=1), 1), fit.usual)
    dispersion = np.maximum(scatter, fit.seasonal)
    return _Forecast(expected, np.expm1(np.minimum(log_variance, 5.0)), dispersion, fit.degrees)


def _scatter(dispersion: Floats, rates: Floats, usual: Floats) -> Floats:
    """Give the dispersion at a rate: above the usual rate it grows along, as where counts hang together."""
    return np.asarray(1 + (dispersion - 1) * np.maximum(1.0, rates / usual), dtype=np.float64)


def _fit(counts: Floats, past: Bools, columns: Floats, penalty: Floats) -> _Fit:
    """Fit the model twice; in the second round past surges count for less."""
    weights = past.astype(float)
    # half an event in all: a topic that never occurred is rare, not impossible
    raised = counts + 0.5 / past.sum(axis=1, keepdims=True)
    fit = _weighted_fit(counts, raised, weights, columns, penalty)
    residuals = (counts - fit.rates) / np.sqrt(fit.dispersion[:, None] * fit.rates)
    weights = weights * np.where(residuals > _SURGE, (_SURGE / np.maximum(residuals, _SURGE)) ** 2, 1.0)
    fit = _weighted_fit(counts, raised, weights, columns, penalty)
    return fit._replace(seasonal=_seasonal_dispersion(counts, past & (columns[:, 1] == 1), fit))


def _seasonal_dispersion(counts: Floats, season: Bools, fit: _Fit) -> Floats:
    """Give the dispersion in the same weeks of earlier years, mixed with that of the whole past.

    On the slope of a yearly peak a week is hard to foresee, whatever the rest of the year is like.
    """
    squares = np.where(season, (counts - fit.rates) ** 2 / fit.rates, 0.0).sum(axis=1)
    degrees = np.maximum(season.sum(axis=1) - 1, 0)
    return np.asarray((squares + _SEASON_MIX * fit.dispersion) / (degrees + _SEASON_MIX), dtype=np.float64)


def _weighted_fit(counts: Floats, raised: Floats, weights: Floats, columns: Floats, penalty: Floats) -> _Fit:
    rates = _penalised_poisson(raised, weights, columns, penalty)
    information = _information(weights * rates, columns)
    ridge = np.diag(penalty)
    used = np.einsum("spq,sqp->s", np.linalg.inv(information + ridge), information)
    weeks = (weights > 0).sum(axis=1)
    usual = (weights * rates).sum(axis=1) / weights.sum(axis=1)
    left = np.maximum(weeks - used, 1.0)
    dispersion = np.maximum((weights * (counts - rates) ** 2 / rates).sum(axis=1) / left, 1.0)
    # how well the dispersion is known follows from the fourth moment of a negative binomial
    kurtosis = (6 * (dispersion - 1) + 1 / dispersion) / usual
    spread = _scatter(dispersion[:, None], rates, usual[:, None])
    known = _information(weights * rates / spread, columns)
    degrees = np.maximum(left / (1 + kurtosis / 2), 1.0)
    covariance = np.asarray(np.linalg.inv(known + ridge), dtype=np.float64)
    return _Fit(rates, usual, dispersion, dispersion, degrees, covariance)


def _information(weights: Floats, columns: Floats) -> Floats:
    """Give X'WX of each series."""
    return np.asarray((weights[:, None, :] * columns.T) @ columns, dtype=np.float64)


def _penalised_poisson(counts: Floats, weights: Floats, columns: Floats, penalty: Floats) -> Floats:
    """Give the rates of a log-linear Poisson model with a ridge penalty (Newton steps)."""
    size = columns.shape[1]
    level = np.log((weights * counts).sum(axis=1) / weights.sum(axis=1))
    coefficients = np.column_stack([level, np.zeros((len(counts), size - 1))])
    # the level itself is not held back
    pull = np.where(np.arange(size) == 0, 0.0, penalty)
    rates = np.exp(coefficients @ columns.T)
    for _ in range(50):
        slope = (weights * (counts - rates)) @ columns - pull * coefficients
        curvature = _information(weights * rates, columns) + np.diag(penalty)
        step = np.clip(np.linalg.solve(curvature, slope[:, :, None])[:, :, 0], -2.0, 2.0)
        coefficients = coefficients + step
        rates = np.exp(np.clip(coefficients @ columns.T, -30.0, 30.0))
        if np.abs(step).max() < 1e-8:
            break
    return rates


def _widening(table: Floats) -> list[Floats]:
    """Give, per window, how much larger the squared errors of past forecasts were than the model thought."""
    last = table.shape[1] - GUARD - 1
    errors: list[list[Floats]] = [[] for _ in WINDOWS]
    for end in range(last - _BACKTESTS + 1, last + 1, 2):
        seen = table[:, :end]
        able = _enough(np.isfinite(seen)) & np.isfinite(seen[:, -1]) if end > MINIMUM_WEEKS else np.array([False])
        if not able.any():
            continue
        for at, forecast in enumerate(_forecasts(seen[able])):
            misses = np.full(len(table), np.nan)
            count = _in_window(seen[able], WINDOWS[at])
            misses[able] = np.minimum((count - forecast.expected) ** 2 / forecast.variance(), _LARGEST_ERROR)
            errors[at].append(misses)
    return [_factor(np.array(rates), len(table)) for rates in errors]


def _factor(errors: Floats, series: int) -> Floats:
    """Mix a series' own mean error with that of all; never below the common one, never below 1."""
    if len(errors) < 4:
        return np.ones(series)
    common = float(np.nanmean(errors))
    weeks = 2 * np.isfinite(errors).sum(axis=0)
    own = 2 * np.nansum(errors, axis=0)
    mixed = (own + _SHRINK * common) / (weeks + _SHRINK)
    return np.asarray(np.maximum(np.maximum(mixed, common), 1.0), dtype=np.float64)


def _upper_tail(count: Floats, forecast: _Forecast, widening: Floats) -> Floats:
    """Give the chance of at least `count`, averaged over the dispersions that the past leaves open."""
    from scipy.special import betainc, chdtri

    middle = (np.arange(_NODES) + 0.5) / _NODES
    degrees = forecast.degrees[:, None]
    dispersion = np.maximum(forecast.dispersion[:, None] * degrees / chdtri(degrees, middle), 1.0)
    mean = forecast.expected[:, None]
    variance = widening[:, None] * (dispersion * mean + forecast.uncertainty[:, None] * mean**2)
    variance = np.maximum(variance, mean * (1 + 1e-9))
    size = mean**2 / (variance - mean)
    tails = betainc(np.maximum(count[:, None], 1e-300), size, 1 - mean / variance)
    return np.asarray(np.where(count > 0, tails.mean(axis=1), 1.0), dtype=np.float64)
