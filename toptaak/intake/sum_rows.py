"""Rows that add up rows above them, without a word that says so: a total that a table of counts would count twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Final

import numpy as np

from toptaak.intake.mapping import TableMapping, variants
from toptaak.intake.parsed import Options
from toptaak.intake.readers.raw import Raw
from toptaak.intake.repair import parse

COUNTS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "service_totals": ("offered", "answered", "abandoned", "within_norm"),
        "channel_lists": ("volume",),
        "forms": ("started", "finished"),
        "population": ("count",),
        "effort": ("hours", "cost"),
    }
)
_FEWEST: Final = 5  # filled addends: a sum of fewer may be a count like any other


def sum_rows(raw: Raw, entry: TableMapping, options: Options) -> np.ndarray:
    """Tell which rows of a file are sums of others, by the columns that hold counts.

    Parameters
    ----------
    raw
        The rows that the mapping chose.
    entry
        The mapping: only tables of counts, a row each, have sums.
    """
    columns = [_counts(raw, entry, name, options) for name in COUNTS.get(entry.name, ()) if name in entry.columns]
    counts = [column for column in columns if column is not None and (column > 0).any()]
    if entry.gather or not counts:
        return np.zeros(len(raw.rows), dtype=bool)
    return added_up(np.column_stack(counts))


def _counts(raw: Raw, entry: TableMapping, name: str, options: Options) -> np.ndarray | None:
    column, theirs = entry.table.column(name), variants(entry.columns[name])
    if column is None or len(theirs) != 1 or theirs[0] not in raw.cells:
        return None
    values, _ = parse(column, raw.cells[theirs[0]], replace(options, column=name), entry.words.get(name, {}))
    return values.to_numpy("float64", na_value=0.0)


def added_up(counts: np.ndarray) -> np.ndarray:
    """Tell which rows add up others: all since the last sum where two columns agree, or all others at either end.

    Parameters
    ----------
    counts
        One row per row, one column per count.

    Examples
    --------
    >>> added_up(np.array([[5.0], [7], [9], [8], [6], [35]])).tolist()
    [False, False, False, False, False, True]
    >>> weeks = [[5.0, 4], [7, 6], [9, 9], [8, 8], [6, 5], [35, 32]]
    >>> np.flatnonzero(added_up(np.array([*weeks, *weeks, [70, 64]]))).tolist()
    [5, 11, 12]
    """
    sums = np.zeros(len(counts), dtype=bool)
    if len(counts) <= _FEWEST:
        return sums
    if counts.shape[1] > 1:
        start = 0
        while (end := _next_sum(counts[start:])) >= 0:
            sums[start + end] = True
            start += end + 1
    for spot in (len(counts) - 1, 0):
        others = ~sums
        others[spot] = False
        if not sums[spot] and _is_sum(counts[spot], counts[others]):
            sums[spot] = True
            break
    return sums


def _next_sum(counts: np.ndarray) -> int:
    """Find the first row that adds up all rows above it in every column; -1 where there is none."""
    above = np.cumsum(counts, axis=0) - counts
    addends = np.cumsum(counts > 0, axis=0).min(axis=1) - 1
    equal = np.isclose(above, counts, rtol=1e-9, atol=0).all(axis=1) & (counts > 0).all(axis=1) & (addends >= _FEWEST)
    return int(np.argmax(equal)) if equal.any() else -1


def _is_sum(row: np.ndarray, others: np.ndarray) -> bool:
    addends: Sequence[int] = (others > 0).sum(axis=0)
    sums = np.isclose(others.sum(axis=0), row, rtol=1e-9, atol=0)
    return bool(sums.all() and (row > 0).all() and min(addends) >= _FEWEST)
