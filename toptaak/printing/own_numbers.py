"""A researcher's own frame or drawing as texts of a block: Dutch numbers, small cells hidden, data from the axes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

import numpy as np
import pandas as pd

from toptaak.core.errors import ToptaakError
from toptaak.core.settings import Settings
from toptaak.core.wording import DASH, message, translator

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_TITLE_PLACES: Final[tuple[Literal["left", "center", "right"], ...]] = ("left", "center", "right")
_COUNT = "n"
_DECIMALS = 2
LONGEST = 200  # points of one line that a data table still shows


class CellTexts(NamedTuple):
    """The texts of a table: columns with the side they stand on, rows, and a note."""

    columns: list[tuple[str, str]]
    rows: list[list[str]]
    note: str


def cells_of(frame: pd.DataFrame, language: str) -> CellTexts:
    """Write a frame as the cells of a table.

    A row that rests on fewer than ten observations (column `n`) is hidden; a frame without `n` cannot be checked, which
    its note says.

    Parameters
    ----------
    frame
        One row is a row of the table; a named index becomes the first columns.

    Examples
    --------
    >>> cells = cells_of(pd.DataFrame({"Kanaal": ["web", "balie"], "Ratio": [0.784, 0.5], "n": [41, 4]}), "nl")
    >>> cells.rows
    [['web', '0,78', '41'], ['balie', '–', 'minder dan 10']]
    """
    whole = frame if isinstance(frame.index, pd.RangeIndex) else frame.reset_index()
    say, minimum = translator(language), Settings().minimum_n
    counted = _COUNT in whole.columns
    small = (whole[_COUNT].fillna(0) < minimum) if counted else pd.Series(False, index=whole.index)
    columns = [(str(name), "right" if _is_number(whole[name]) else "left") for name in whole.columns]
    rows = []
    for hidden, (_, row) in zip(small, whole.iterrows(), strict=True):
        texts = [cell_text(value, language) for value in row]
        if hidden:
            texts = [DASH if side == "right" else text for text, (_, side) in zip(texts, columns, strict=True)]
            texts[list(whole.columns).index(_COUNT)] = say("fewer than {minimum}", minimum=minimum)
        rows.append(texts)
    return CellTexts(columns, rows, "" if counted else say("Own figure, not checked for small groups."))


def cell_text(value: Any, language: str) -> str:
    """Write one value as a reader sees it.

    Examples
    --------
    >>> [cell_text(value, "nl") for value in (1234.5, 3, True, None, dt.date(2026, 9, 30))]
    ['1.234,50', '3', 'ja', '–', '30 september 2026']
    """
    if value is None or (not isinstance(value, list | tuple) and pd.isna(value)):
        return DASH
    if isinstance(value, bool):
        return translator(language)("yes" if value else "no")
    if isinstance(value, dt.date):
        return translator(language).date(value)
    if isinstance(value, int | float) or hasattr(value, "dtype"):
        plain = float(value)
        return translator(language).number(plain, 0 if plain.is_integer() else _DECIMALS)
    return str(value)


def _is_number(column: pd.Series) -> bool:
    return bool(pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column))


def figure_of(drawing: Axes | Figure) -> Figure:
    """Give the whole figure of an axes, a figure, or a seaborn grid."""
    figure: Any = getattr(drawing, "figure", drawing)
    if not hasattr(figure, "savefig"):
        text = "Give an axes or a figure of matplotlib or seaborn. Found: {found}."
        raise ToptaakError(message(text, found=type(drawing).__name__))
    whole: Figure = figure
    return whole


def title_of(figure: Figure) -> str:
    """Give the first title in a figure; empty without one."""
    overall = figure.get_suptitle()
    titles = (axes.get_title(loc=place) for axes in figure.axes for place in _TITLE_PLACES)
    return str(overall or next(filter(None, titles), ""))


def data_of(figure: Figure) -> pd.DataFrame:
    """Read the numbers that a drawing shows back from it: bars, lines and points.

    Returns
    -------
    pandas.DataFrame
        One row is a bar or a point: `series`, `x`, `y`, under the names of the axes where they have one.

    Raises
    ------
    ToptaakError
        where nothing can be read back; then the numbers are to be given.
    """
    rows = [row for axes in figure.axes for row in _points(axes)]
    if not rows:
        refusal = message("The numbers of this drawing cannot be read back from it: give them with data=frame.")
        raise ToptaakError(refusal)
    first = figure.axes[0]
    names = {"x": first.get_xlabel() or "x", "y": first.get_ylabel() or "y"}
    frame = pd.DataFrame(rows, columns=["series", "x", "y"]).head(LONGEST)
    if frame["series"].eq("").all():
        frame = frame.drop(columns="series")
    return frame.rename(columns=names)


def _points(axes: Axes) -> Iterator[tuple[str, Any, Any]]:
    ticks = {round(at, 9): text.get_text() for at, text in zip(axes.get_xticks(), axes.get_xticklabels(), strict=False)}
    for container in axes.containers:
        label = _label(container)
        for patch in getattr(container, "patches", ()):
            centre = patch.get_x() + patch.get_width() / 2
            yield label, ticks.get(round(centre, 9)) or centre, patch.get_height()
    for line in axes.get_lines():
        yield from _pairs(_label(line), line.get_xdata(), line.get_ydata())
    for collection in axes.collections:
        offsets = np.asarray(collection.get_offsets(), dtype=float).reshape(-1, 2)
        yield from _pairs(_label(collection), offsets[:, 0], offsets[:, 1])


def _pairs(label: str, xs: Any, ys: Any) -> Iterator[tuple[str, Any, Any]]:
    for x, y in zip(np.asarray(xs), np.asarray(ys), strict=True):
        yield label, x, y


def _label(artist: Any) -> str:
    label = str(artist.get_label() or "")
    return "" if label.startswith("_") else label
