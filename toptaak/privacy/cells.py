"""Which cells of a table stay empty, so that nobody can work out the small ones from the others.

Hiding a small cell alone protects nobody: the total minus its shown siblings gives it back. So along a line of
cells and their total as many cells are hidden as it takes to leave a hidden count in a range that is wide enough.
In a table of rows and columns every hidden cell is a corner of a rectangle of hidden cells: shift a count along
its corners and every total stays, so that a reader cannot tell the cell more precisely than the shift allows (the
hypercube method: Giessing and Repsilber 2002, in Inference Control in Statistical Databases, LNCS 2316).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Counts = npt.NDArray[np.float64]
Hidden = npt.NDArray[np.bool_]

_DUST: Final = 0.5  # counts are whole; weights and rounding make them nearly so


@dataclass(frozen=True)
class CellLimits:
    """From where a count may be shown.

    Attributes
    ----------
    count
        Fewest people in a cell, and the narrowest range in which a hidden count may be known to lie.
    side
        Fewest people on either side of a share, unless there are none; and the range of a hidden side.
    extreme
        Fewest people of whom it may be said that all or none of them did something.
    """

    count: int = 10
    side: int = 5
    extreme: int = 30


def small_counts(counts: Counts, limits: CellLimits) -> Hidden:
    """Tell which cells hold people, but too few of them."""
    return (counts > _DUST) & (counts < limits.count)


def small_sides(counts: Counts, ones: Counts, limits: CellLimits) -> Hidden:
    """Tell which shares have few people on one side, or say of a small group that it is all or nobody.

    Examples
    --------
    3 of 60, 0 of 20, 0 of 60 and 20 of 60.

    >>> small_sides(np.array([60.0, 20, 60, 60]), np.array([3.0, 0, 0, 20]), CellLimits()).tolist()
    [True, True, False, False]
    """
    fewest = np.minimum(ones, counts - ones)
    nobody = fewest < _DUST
    return (counts > _DUST) & np.where(nobody, counts < limits.extreme, fewest < limits.side - _DUST)


def nobody_told(counts: Counts, ones: Counts, limits: CellLimits) -> Hidden:
    """Tell where a total says that nobody is on one side: hiding its cells would hide nothing."""
    return (np.minimum(ones, counts - ones) < _DUST) & (counts >= limits.extreme)


def completed_lines(
    hidden: Hidden, sides: list[Counts], totals: list[Counts], width: int, weight: Counts, unknown: Hidden | None = None
) -> Hidden:
    """Hide cells along the last axis until no hidden one can be told more precisely than `width`.

    Parameters
    ----------
    hidden
        Cells that stay hidden, lines along the last axis.
    sides, totals
        Counts that must stay unknown, with the total of each line, which is shown; what belongs to no cell of the
        line is hidden too, since nobody shows it.
    width
        Narrowest range that may be left.
    weight
        What hiding a cell costs: the people in it.
    unknown
        Where the sum of two sides is hidden as well.

    Examples
    --------
    Desk (4) would follow from the total of 64; the smallest other channel is hidden with it.

    >>> line, total = np.array([[40.0, 20, 4]]), np.array([64.0])
    >>> completed_lines(line < 10, [line], [total], 10, line).tolist()
    [[False, True, True]]
    """
    hidden = hidden.copy()
    if not hidden.size:
        return hidden
    there = weight > 0
    rest = [np.clip(total - side.sum(axis=-1), 0, None) for side, total in zip(sides, totals, strict=True)]
    for _ in range(hidden.shape[-1]):
        kept = [np.where(hidden, side, 0).sum(axis=-1) + more for side, more in zip(sides, rest, strict=True)]
        unnamed = (hidden & there).sum(axis=-1) + (rest[0] > _DUST)
        largest = np.where(hidden if unknown is None else hidden & ~unknown, weight, 0).max(axis=-1)
        others = sum(kept) - largest if len(sides) > 1 else np.inf
        narrow = np.minimum(np.min(kept, axis=0), others) < width - _DUST
        open_cells = there & ~hidden
        wanting = (hidden & there).any(axis=-1) & ((unnamed < 2) | narrow) & open_cells.any(axis=-1)
        if not wanting.any():
            break
        cheapest = np.argmin(np.where(open_cells, weight, np.inf), axis=-1)
        lines = np.nonzero(wanting)
        hidden[(*lines, cheapest[lines])] = True
    return hidden


def completed_table(
    hidden: Hidden, sides: list[Counts], width: int, weight: Counts, loose: Hidden, unknown: Hidden | None = None
) -> Hidden:
    """Hide cells of a table whose totals are all shown until no hidden one can be told more precisely than `width`.

    Parameters
    ----------
    hidden, sides, weight
        Rows times columns, without totals; see `completed_lines`. Of two sides one loses what the other gains, unless
        how many both are together is not known either.
    loose
        Cells that are never shown and belong to no row or column by name.
    unknown
        Where the sum of two sides is hidden as well.

    Examples
    --------
    >>> table = np.array([[3.0, 30, 40], [50, 20, 60]])
    >>> completed_table(table < 10, [table], 10, table, np.zeros_like(table, bool)).tolist()
    [[True, True, False], [True, True, False]]
    """
    there = (weight > 0) | loose
    free = (hidden | loose) & there
    for _ in range(free.size):
        lacking = hidden & there & (_widths(free, sides, unknown) < width - _DUST)
        before = free.copy()
        for row, column in np.argwhere(lacking):
            _hide_with(row, column, free, sides, there, width, weight)
        if (free == before).all():
            break
        hidden = hidden | (free & ~loose)
    return hidden


def _widths(free: Hidden, sides: list[Counts], unknown: Hidden | None) -> Counts:
    """Give how far each hidden cell can be shifted without changing a total."""
    if len(sides) == 1:
        return _shifts(free, sides[0], np.full(free.shape, np.inf))
    ones, others = sides
    widths = _shifts(free, ones, others)
    if unknown is not None:
        both = free & unknown
        endless = np.full(free.shape, np.inf)
        widths = np.maximum(widths, np.minimum(_shifts(both, ones, endless), _shifts(both, others, endless)))
    return widths


def _shifts(free: Hidden, held: Counts, room: Counts) -> Counts:
    """Give how far cells can be lowered and raised together, with `held` to lose and `room` to gain.

    A cell is shifted against another of its row, and all rows that have both cells hidden take up the difference; or
    the same with columns for rows.
    """
    widths = np.zeros(free.shape)
    if not free.any():
        return widths
    # a row or column without a free cell takes no part
    lines = np.ix_(free.any(axis=1), free.any(axis=0))
    free, held, room = (
        free[lines],
        np.broadcast_to(held, widths.shape)[lines],
        np.broadcast_to(room, widths.shape)[lines],
    )
    widths[lines] = np.maximum(_shifts_by_rows(free, held, room), _shifts_by_rows(free.T, held.T, room.T).T)
    return widths


def _shifts_by_rows(free: Hidden, held: Counts, room: Counts) -> Counts:
    both = free[:, :, None] & free[:, None, :]
    both[:, np.arange(free.shape[1]), np.arange(free.shape[1])] = False
    taken = np.where(both, np.minimum(held[:, :, None], room[:, None, :]), 0)
    given = np.where(both, np.minimum(room[:, :, None], held[:, None, :]), 0)
    # what the other rows take up in a column is shared by the partners of a cell
    partners = np.maximum(both.sum(axis=2), 1)[:, :, None]
    raised, lowered = taken.sum(axis=0) - taken, given.sum(axis=0) - given
    alone = (np.minimum(given, raised) + np.minimum(taken, lowered)).max(axis=2)
    up = np.minimum(room, np.minimum(given, raised / partners).sum(axis=2))
    down = np.minimum(held, np.minimum(np.where(both, room[:, None, :], 0), lowered / partners).sum(axis=2))
    return np.asarray(np.maximum(alone, up + down))


def _hide_with(
    row: int, column: int, free: Hidden, sides: list[Counts], there: Hidden, width: int, weight: Counts
) -> None:
    """Hide the cheapest rectangle that protects a cell, or else the cheapest cell beside or under it."""
    cost = np.where(free, 0.0, 1 + weight / weight.max())
    along = [np.minimum(side[row, column], side) for side in sides]
    against = [np.minimum(side[row, :][None, :], side[:, column][:, None]) for side in sides]
    raised, lowered = against[0], along[0]
    if len(sides) > 1:
        raised, lowered = np.minimum(against[0], along[1]), np.minimum(along[0], against[1])
    fits = there[row, :][None, :] & there[:, column][:, None] & there & (raised + lowered >= width - _DUST)
    fits[row, :] = fits[:, column] = False
    if fits.any():
        price = cost[row, :][None, :] + cost[:, column][:, None] + cost
        r, c = np.unravel_index(int(np.argmin(np.where(fits, price, np.inf))), price.shape)
        free[row, c] = free[r, column] = free[r, c] = True
        return
    shown = np.where(there & ~free, weight, np.inf)
    for line, weights in ((free[row], shown[row]), (free[:, column], shown[:, column])):
        if np.isfinite(weights).any():
            line[int(np.argmin(weights))] = True
            return
