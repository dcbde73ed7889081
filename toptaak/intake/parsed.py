"""What the parsers of a column hand to each other: values with notes about what was odd."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class Note:
    """One kind of oddity in a column: the fault's code, the cells concerned, words for the message."""

    code: str
    mask: np.ndarray
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Options:
    """What settings and mapping say about reading cells.

    `unit`: of a duration. `serial_days`: whether a number in the place of a date counts days as Excel does.
    `column`: of ours, for messages.
    """

    missing: frozenset[str] = frozenset()
    decimal: str | None = None
    month_first: bool = False
    unit: str | None = None
    serial_days: bool = True
    column: str = ""


Parsed = tuple[pd.Series, list[Note]]


def noted(code: str, mask: pd.Series | np.ndarray, /, **values: object) -> list[Note]:
    """Make a note where any cell is concerned, else none.

    Examples
    --------
    >>> noted("TT-042", np.array([False, False]))
    []
    """
    cells = np.asarray(mask, dtype=bool)
    return [Note(code, cells, values)] if cells.any() else []


def fits(text: pd.Series, pattern: str) -> pd.Series:
    """Tell which texts match a pattern as a whole; missing does not."""
    return text.str.fullmatch(pattern).fillna(False).astype(bool)
