"""Weights that meet known margins: raking on the table of cells, trimming, and the linearised variance.

A cell is one combination of levels. All respondents of a cell get the same factor, so raking needs the total
weight per occupied cell only: its time does not grow with the number of respondents.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

ROUNDS = 1000


class Cells(NamedTuple):
    """The occupied cells: `of` is the cell of each respondent, `levels` is cells by variables."""

    of: Integers
    levels: Integers


class Raked(NamedTuple):
    """The factor of each cell, the largest distance to a margin as a share of the total, and where
    (variable, level)."""

    factors: Floats
    gap: float
    place: tuple[int, int]


def occupied_cells(codes: Integers, sizes: Sequence[int]) -> Cells:
    """Find the combinations of levels that occur.

    Parameters
    ----------
    codes : respondents by variables, the number of each respondent's level (0 up to its size)
    sizes : number of levels of each variable

    Examples
    --------
    >>> cells = occupied_cells(np.array([[1, 0], [0, 1], [1, 0]]), [2, 2])
    >>> cells.of.tolist(), cells.levels.tolist()
    ([1, 0, 1], [[0, 1], [1, 0]])
    """
    number = np.ravel_multi_index(tuple(codes.T), tuple(sizes))
    possible = int(np.prod(sizes, dtype=np.int64))
    if possible > 4 * max(len(codes), 1):
        occupied, of = np.unique(number, return_inverse=True)
    else:  # counting is much faster than sorting
        present = np.bincount(number, minlength=possible) > 0
        occupied, of = np.flatnonzero(present), (np.cumsum(present) - 1)[number]
    return Cells(of, np.column_stack(np.unravel_index(occupied, tuple(sizes))))


def rake(totals: Floats, levels: Integers, margins: Sequence[Floats], tolerance: float = 1e-12) -> Raked:
    """Find the factors that bring the totals of cells to the margins: iterative proportional fitting.

    With one variable this is post-stratification. Deming and Stephan (1940); the result is the one of the R
    package survey's `rake`. A gap far above `tolerance` means that no factors meet all margins.

    Parameters
    ----------
    totals : total weight of each occupied cell, above zero
    levels : cells by variables
    margins : of each variable the wanted total of each level; every level with a total is occupied
    tolerance : stop once the largest distance to a margin, as a share of the margins' total, is this small

    Examples
    --------
    >>> levels = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    >>> raked = rake(np.array([10.0, 20, 30, 40]), levels, [np.array([50.0, 50]), np.array([40.0, 60])])
    >>> np.round(raked.factors * [10, 20, 30, 40], 3).tolist(), raked.gap < 1e-9
    ([17.577, 32.423, 22.423, 27.577], True)
    """
    factors = np.ones(len(totals))
    gap, place = 0.0, (0, 0)
    for _ in range(ROUNDS):
        for variable, wanted in enumerate(margins):
            factors *= _ratio(wanted, totals * factors, levels[:, variable])[levels[:, variable]]
        gap, place = _largest_gap(totals * factors, levels, margins)
        if gap <= tolerance:
            break
    return Raked(factors, gap, place)


def _ratio(wanted: Floats, weight: Floats, level: Integers) -> Floats:
    totals = np.bincount(level, weight, minlength=len(wanted))
    return np.divide(wanted, totals, out=np.ones(len(wanted)), where=totals > 0)


def _largest_gap(weight: Floats, levels: Integers, margins: Sequence[Floats]) -> tuple[float, tuple[int, int]]:
    gaps = [
        np.abs(np.bincount(levels[:, variable], weight, minlength=len(wanted)) - wanted) / wanted.sum()
        for variable, wanted in enumerate(margins)
    ]
    worst = int(np.argmax([gap.max() for gap in gaps]))
    return float(gaps[worst].max()), (worst, int(gaps[worst].argmax()))


def trim(weights: Floats, highest: float) -> Floats:
    """Cut weights down to `highest` while their total stays the same.

    What is cut off is spread in equal parts over the weights that were never above it; repeated until none is
    (`trimWeights(strict = TRUE)` of the R package survey). Margins are met only nearly afterwards.

    Raises
    ------
    ValueError
        if the mean weight itself lies above `highest`.

    Examples
    --------
    >>> trim(np.array([1.0, 1.0, 1.0, 5.0]), 3.0).round(4).tolist()
    [1.6667, 1.6667, 1.6667, 3.0]
    """
    mean = weights.mean()
    if mean > highest:
        raise ValueError(f"the mean weight {mean:.4g} lies above the bound {highest:.4g}")
    kept, free = weights.astype(float), np.ones(len(weights), dtype=bool)
    while (outside := kept > highest + 1e-12 * mean).any():
        free &= ~outside
        surplus = (kept[outside] - highest).sum()
        kept[outside] = highest
        kept[free] += surplus / free.sum()
    return kept


def calibrated_residuals(values: Floats, levels: Integers, cells: Integers, base: Floats) -> Floats:
    """Give what the margins do not explain of each value: residuals of a regression on all their levels.

    Weights raked to margins carry no chance in what those margins explain; the variance of a raked estimate
    is that of the residuals (Deville & Särndal 1992). The regression is weighted with the weights before
    raking.

    Parameters
    ----------
    values : respondents by estimates
    levels, cells : the two arrays of `Cells`
    base : each respondent's weight before raking

    Examples
    --------
    >>> cells = Cells(np.array([0, 0, 1, 1]), np.array([[0], [1]]))
    >>> values = np.array([[1.0], [0.0], [1.0], [1.0]])
    >>> calibrated_residuals(values, cells.levels, cells.of, np.ones(4)).ravel().tolist()
    [0.5, -0.5, 0.0, 0.0]
    """
    dummies = np.column_stack(
        [levels[:, [variable]] == np.unique(levels[:, variable]) for variable in range(levels.shape[1])]
    ).astype(float)
    weight = np.bincount(cells, base, minlength=len(levels))
    summed = np.column_stack([np.bincount(cells, base * column, minlength=len(levels)) for column in values.T])
    gram = dummies.T @ (weight[:, None] * dummies)
    coefficients = np.linalg.pinv(gram, hermitian=True) @ (dummies.T @ summed)
    return values - (dummies @ coefficients)[cells]


def linearised_errors(weights: Floats, residuals: Floats) -> Floats:
    """Give the standard error of each weighted mean from its residuals (respondents by estimates).

    sqrt(n / (n - 1) Σ (u - ū)²) with u = weight x residual / Σ weight; missing with one respondent.

    Examples
    --------
    >>> linearised_errors(np.ones(4), np.array([[0.5], [-0.5], [0.5], [-0.5]])).round(4).tolist()
    [0.2887]
    """
    n = len(weights)
    if n < 2:
        return np.full(residuals.shape[1], np.nan)
    pull = weights[:, None] * residuals / weights.sum()
    return np.asarray(np.sqrt(n / (n - 1) * ((pull - pull.mean(axis=0)) ** 2).sum(axis=0)))
