"""XmR control charts: limits from moving ranges, and the rules that tell a signal from noise.

The rules are those of NHS England's *Making Data Count*, as published in the open package NHSRplotthedots
(0.2.2, MIT). Where we differ on purpose stands in docs/afwijkingen.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import ArrayLike, NDArray

from toptaak.stats.tolerance import TOLERANCE, all_equal, direction, magnitude

Values = NDArray[np.float64]
Flags = NDArray[np.bool_]

LIMIT_FACTOR: Final = 2.66  # 3 / 1.128, three standard deviations from the mean moving range
SCREEN_FACTOR: Final = 3.267  # upper limit of a moving range of two
RUN_LENGTH: Final = 7


class Signal(StrEnum):
    """What a point is part of; where several hold, the first in this order is told."""

    OUTSIDE = "outside"
    TREND = "trend"
    TWO_OF_THREE = "two_of_three"
    SHIFT = "shift"
    NONE = ""


class Assurance(StrEnum):
    """Whether the process as it runs will meet a target."""

    ALWAYS = "consistent_pass"
    NEVER = "consistent_fail"
    SOMETIMES = "inconsistent"


@dataclass(frozen=True)
class Limits:
    """Centre line and limits of a chart, in the unit of its points.

    `usual` is the value that at least half of the points have, if any, as weeks without a single failure: a run of such
    points says nothing, and they lie on neither side of the centre.
    """

    centre: float
    low: float
    high: float
    usual: float = np.nan

    @property
    def near(self) -> tuple[float, float]:
        """Give the lines at two thirds of the way to the limits."""
        return (
            self.centre + (self.low - self.centre) * 2 / 3,
            self.centre + (self.high - self.centre) * 2 / 3,
        )


def xmr_limits(values: ArrayLike, screen: bool = True) -> Limits:
    """Compute mean ± 2.66 times the mean moving range of points in order of time.

    A missing point has no moving range on either side. With `screen`, moving ranges of at least 3.267 times their mean
    are left out once, so that one outlier does not widen the limits; not where no spread at all would be left, as
    with a rare share. Fewer than two points, or points that are all equal, have a centre and no limits: nothing shows
    how far they vary.

    Source: Nelson (1982), J. of Quality Technology 14(3) 172-173; NHSRplotthedots.

    Examples
    --------
    >>> limits = xmr_limits([1, 2, 1, 2, 10, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1])
    >>> round(limits.centre, 2), round(limits.high, 2), round(limits.low, 2)
    (1.94, 4.6, -0.72)
    """
    points = np.asarray(values, dtype=float)
    known = points[np.isfinite(points)]
    centre = float(known.mean()) if known.size else np.nan
    ranges = np.abs(np.diff(points))
    ranges = ranges[np.isfinite(ranges)]
    if all_equal(known) or not ranges.size:
        return Limits(centre, np.nan, np.nan)
    kept = ranges[ranges < SCREEN_FACTOR * ranges.mean()] if screen else ranges
    if not kept.size or kept.mean() <= TOLERANCE * magnitude(known):
        kept = ranges
    spread = LIMIT_FACTOR * float(kept.mean())
    return Limits(centre, centre - spread, centre + spread, _usual(known)) if spread else Limits(centre, np.nan, np.nan)


def _usual(points: Values) -> float:
    """Give the value that at least half of the points have, else missing."""
    middle = float(np.median(points))
    equal = direction(points - middle, magnitude(points)) == 0
    return middle if equal.mean() >= 0.5 else np.nan


def outside(values: ArrayLike, limits: Limits) -> Flags:
    """Flag points beyond a limit, by more than rounding."""
    points = np.asarray(values, dtype=float)
    scale = magnitude(points, limits.high)
    return (direction(points - limits.high, scale) > 0) | (direction(points - limits.low, scale) < 0)


def _flag_windows(hits: ArrayLike, length: int, size: int) -> Flags:
    """Flag every point of every window of `length` points that is a hit."""
    flags = np.zeros(size, dtype=bool)
    for start in np.flatnonzero(np.asarray(hits)):
        flags[start : start + length] = True
    return flags


def _window_sums(values: ArrayLike, length: int) -> NDArray[np.int64]:
    """Sum each run of `length` neighbours; none where there are fewer points."""
    points = np.asarray(values, dtype=np.int64)
    if points.size < length:
        return np.zeros(0, dtype=np.int64)
    return np.asarray(sliding_window_view(points, length).sum(axis=1), dtype=np.int64)


def trend(values: ArrayLike) -> NDArray[np.int8]:
    """Tell for each point whether it is part of seven points in a row that each rise (1) or each fall (-1).

    A point at which a fall turns into a rise goes with what follows it, as in NHSRplotthedots. A missing point ends
    a row.

    Examples
    --------
    >>> trend([2, 1, 2, 3, 4, 5, 6, 7, 3]).tolist()
    [0, 1, 1, 1, 1, 1, 1, 1, 0]
    """
    points = np.asarray(values, dtype=float)
    steps = direction(np.diff(points), magnitude(points))
    sides = np.zeros(points.size, dtype=np.int8)
    runs = np.abs(_window_sums(steps, RUN_LENGTH - 1)) == RUN_LENGTH - 1
    trending = _flag_windows(runs, RUN_LENGTH, points.size)
    sides[1:] = steps
    sides[:-1][trending[:-1] & trending[1:]] = steps[trending[:-1] & trending[1:]]
    sides[~trending] = 0
    return sides


def shift(sides: ArrayLike) -> Flags:
    """Flag points that are part of seven in a row on one side of the centre.

    Parameters
    ----------
    sides : array of int
        1 above, -1 below, 0 on the centre line.

    Examples
    --------
    >>> shift([1] * 8 + [-1]).tolist().count(True)
    8
    """
    where = np.asarray(sides)
    runs = np.abs(_window_sums(where, RUN_LENGTH)) == RUN_LENGTH
    return _flag_windows(runs, RUN_LENGTH, where.size)


def two_of_three(near: ArrayLike, sides: ArrayLike) -> Flags:
    """Flag near-limit points that stand two in three, with all three points on the same side.

    Examples
    --------
    >>> two_of_three([1, 0, 1, 0, 0], [1, 1, 1, 1, 1]).tolist()
    [True, False, True, False, False]
    """
    close, where = np.asarray(near, dtype=bool), np.asarray(sides)
    hits = (np.abs(_window_sums(where, 3)) == 3) & (_window_sums(close, 3) >= 2)
    return np.asarray(_flag_windows(hits, 3, close.size) & close, dtype=bool)


def signals(values: ArrayLike, limits: Limits) -> tuple[list[Signal], NDArray[np.int8]]:
    """Give each point its signal and the side it points to (1 up, -1 down, 0 no signal).

    A trend points where it moves; every other signal points to the side of the centre its point is on. Without limits
    (missing: there was nothing to compute them from) only a trend is seen. A missing point has no signal and ends a
    row.
    """
    points = np.asarray(values, dtype=float)
    scale = magnitude(points, limits.centre)
    sides = direction(points - limits.centre, scale)
    beyond = outside(points, limits)
    near = ~beyond & outside(points, Limits(limits.centre, *limits.near))
    unusual = direction(points - limits.usual, scale) != 0 if np.isfinite(limits.usual) else np.ones(points.size, bool)
    in_a_row = sides * unusual if np.isfinite(limits.low) else np.zeros(points.size, dtype=np.int8)
    slope = trend(points)
    rules = (
        (Signal.OUTSIDE, beyond),
        (Signal.TREND, slope != 0),
        (Signal.TWO_OF_THREE, two_of_three(near, in_a_row)),
        (Signal.SHIFT, shift(in_a_row)),
    )
    labels = [next((name for name, flags in rules if flags[at]), Signal.NONE) for at in range(points.size)]
    is_trend = np.array([label is Signal.TREND for label in labels], dtype=bool)
    quiet = np.array([label is Signal.NONE for label in labels], dtype=bool)
    return labels, np.where(quiet, 0, np.where(is_trend, slope, sides)).astype(np.int8)


def assurance(limits: Limits, target: float, higher_is_better: bool) -> Assurance:
    """Judge a target against the limits: beyond them it is always, or never, met.

    Examples
    --------
    >>> str(assurance(Limits(2, 1, 3), 4, True)), str(assurance(Limits(6, 5, 7), 4, True))
    ('consistent_fail', 'consistent_pass')
    """
    if target > limits.high:
        return Assurance.NEVER if higher_is_better else Assurance.ALWAYS
    if target < limits.low:
        return Assurance.ALWAYS if higher_is_better else Assurance.NEVER
    return Assurance.SOMETIMES
