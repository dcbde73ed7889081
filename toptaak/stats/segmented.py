"""An interrupted series: what changed in level and in slope at a known moment."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from toptaak.stats.intervals import Floats, t_quantile
from toptaak.stats.tolerance import TOLERANCE, all_equal, magnitude

MINIMUM_PER_SIDE: Final = 8
# weeks that follow each other look alike, seldom the reverse
AUTOCORRELATIONS: Final = -0.3 + 1.25 * (np.arange(50) + 0.5) / 50  # midpoints between -0.3 and 0.95


class Effect(NamedTuple):
    """A change with its standard error and interval."""

    estimate: float
    error: float
    low: float
    high: float


class Interruption(NamedTuple):
    """What happened at the interruption.

    `level` is the jump at the first point after it; `slope` the change of the trend per point; `end` the
    distance, at the last point, between the series and the old trend carried on.
    """

    level: Effect
    slope: Effect
    end: Effect


def whiten(values: Floats, autocorrelation: float, times: Floats | None = None) -> Floats:
    """Take the first-order autocorrelation out of a series, or out of each column (Prais & Winsten 1954).

    Parameters
    ----------
    times
        Whole numbers, rising: the place of each point in time. Over a gap of k steps the correlation is its k-th power,
        and what follows varies more (Savin & White 1978, J. of Econometrics 8, 59-67). By default without gaps.

    Examples
    --------
    >>> whiten(np.array([1.0, 1.0, 1.0]), 0.6).tolist()
    [0.8, 0.4, 0.4]
    >>> whiten(np.array([1.0, 1.0]), 0.6, np.array([0.0, 2.0])).round(4).tolist()
    [0.8, 0.5488]
    """
    steps = np.ones(len(values) - 1) if times is None else np.diff(times)
    shape = (-1, *(1,) * (values.ndim - 1))
    carried, scale = (signal.reshape(shape) for signal in _carried(autocorrelation, steps))
    first = values[:1] * np.sqrt(1 - autocorrelation**2)
    return np.concatenate([first, (values[1:] - carried * values[:-1]) / scale])


def _carried(autocorrelation: float, steps: Floats) -> tuple[Floats, Floats]:
    """Give what is carried over a number of steps, and the standard deviation of what is new, in that of one step."""
    carried = np.sign(autocorrelation) ** steps * np.abs(autocorrelation) ** steps
    return carried, np.sqrt((1 - carried**2) / (1 - autocorrelation**2))


def interrupted_series(values: ArrayLike, start_after: int, confidence: float = 0.95) -> Interruption:
    """Fit one line before and one after an interruption (segmented regression).

    Parameters
    ----------
    values : array
        Points at equal distances, in order of time; a missing one stays a gap in time.
    start_after : int
        Index of the interruption: of the first point after it, known or missing.

    Returns
    -------
    The changes. All are 0, without error and interval, where all points are equal. Without any noise around the
    lines the error, and with it the interval, is missing.

    Raises
    ------
    ValueError
        with fewer than eight known points on a side.

    Notes
    -----
    y = b0 + b1 t + b2 after + b3 after (t - start), with errors that carry over from point to point (AR(1)).
    The autocorrelation is not fixed at one estimate: generalised least squares is averaged over all values
    the series allows, because with 26 to 52 points the errors of Newey and West cover 71 to 90 % instead of
    95 % (docs/afwijkingen.md). t with n - 4 degrees of freedom.
    Source of the model: Wagner, Soumerai, Zhang & Ross-Degnan (2002), J. Clin. Pharm. Ther. 27(4) 299-309.

    Examples
    --------
    >>> rise = [1.0, 2.1, 2.9, 4.0, 5.1, 5.9, 7.0, 8.0]
    >>> change = interrupted_series(rise + [point - 4 for point in rise], 8)
    >>> round(change.level.estimate)
    -12
    """
    series = np.asarray(values, dtype=float)
    time = np.flatnonzero(np.isfinite(series)).astype(float)
    points = series[np.isfinite(series)]
    n = points.size
    after = (time >= start_after).astype(float)
    if min(after.sum(), n - after.sum()) < MINIMUM_PER_SIDE:
        raise ValueError(f"at least {MINIMUM_PER_SIDE} points are needed on each side")
    if all_equal(points):
        none = Effect(0.0, np.nan, np.nan, np.nan)
        return Interruption(none, none, none)
    design = np.column_stack([np.ones(n), time, after, after * (time - start_after)])
    coefficients, covariance = _averaged_least_squares(design, points, time)
    t = float(t_quantile(confidence, n - design.shape[1]))

    def effect(*contrast: float) -> Effect:
        along = np.array(contrast)
        estimate = float(along @ coefficients)
        error = float(np.sqrt(along @ covariance @ along))
        if error <= TOLERANCE * magnitude(points):
            error = np.nan
        return Effect(estimate, error, estimate - t * error, estimate + t * error)

    distance = float(time[-1] - start_after)
    return Interruption(effect(0, 0, 1, 0), effect(0, 0, 0, 1), effect(0, 0, 1, distance))


def _averaged_least_squares(design: Floats, points: Floats, time: Floats) -> tuple[Floats, Floats]:
    """Average generalised least squares over the autocorrelation, by its restricted likelihood."""
    fits = [_least_squares(design, points, time, float(correlation)) for correlation in AUTOCORRELATIONS]
    likelihood = np.array([fit[2] for fit in fits])
    weights = np.exp(likelihood - likelihood.max())
    weights /= weights.sum()
    slopes = np.array([fit[0] for fit in fits])
    mean = weights @ slopes
    away = slopes - mean
    within = sum(weight * fit[1] for weight, fit in zip(weights, fits, strict=True))
    return mean, np.asarray(within + (away * weights[:, None]).T @ away, dtype=float)


def _least_squares(
    design: Floats, points: Floats, time: Floats, autocorrelation: float
) -> tuple[Floats, Floats, float]:
    x, y = whiten(design, autocorrelation, time), whiten(points, autocorrelation, time)
    inverse = np.linalg.inv(x.T @ x)
    coefficients = inverse @ (x.T @ y)
    degrees = len(y) - x.shape[1]
    # a series without any noise has no residuals left
    squares = max(float(((y - x @ coefficients) ** 2).sum()), np.finfo(float).tiny)
    _, scale = _carried(autocorrelation, np.diff(time))
    known = np.log(1 - autocorrelation**2) - 2 * np.log(scale).sum()
    log_likelihood = (known + np.linalg.slogdet(inverse)[1] - degrees * np.log(squares)) / 2
    return coefficients, inverse * squares / degrees, float(log_likelihood)
