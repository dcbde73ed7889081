"""Published numbers as a workbook for Excel: a sheet per table, headings in the reader's language.

Text is always written as text: what begins with =, +, -, @, a tab or a carriage return never becomes a formula. The
same numbers give the same bytes.
"""

from __future__ import annotations

import datetime as dt
import io
import math
from collections.abc import Callable, Mapping
from typing import Any, Final

import pandas as pd

from toptaak.core.spreadsheet_text import reads_as_formula
from toptaak.core.wording import Message, message, translator
from toptaak.privacy.disclosure import Publishable

_HEADINGS: Final[Mapping[str, Message]] = {
    "at_risk": message("under observation"),
    "band": message("band"),
    "channel": message("channel"),
    "ci_high": message("margin to"),
    "ci_low": message("margin from"),
    "cumulative_share": message("added up"),
    "estimate": message("value"),
    "level": message("group"),
    "measure": message("measure"),
    "method": message("method"),
    "n": message("observations"),
    "n_eff": message("effective number"),
    "note": message("note"),
    "other_channel": message("other channel"),
    "other_level": message("other group"),
    "p_value": message("p-value"),
    "points": message("points"),
    "rank": message("place"),
    "rank_high": message("last possible place"),
    "rank_low": message("first possible place"),
    "reference": message("compared with"),
    "reference_estimate": message("value compared with"),
    "reference_n": message("observations compared with"),
    "segment": message("characteristic"),
    "task_id": message("task code"),
    "tied_group": message("group of equals"),
    "top": message("size of the top"),
    "variable": message("characteristic"),
    "verdict": message("verdict"),
    "voters": message("voters"),
    "votes": message("votes"),
}
Names = Mapping[str, str] | Callable[[str], str]
_MADE: Final = dt.datetime(2000, 1, 1)  # a fixed day: the same numbers give the same bytes
_LONGEST_NAME, _FORBIDDEN = 31, str.maketrans(dict.fromkeys("[]:*?/\\'", " "))
_LONGEST_TEXT: Final = 32_767
_NARROWEST, _WIDEST = 9, 60


def workbook(sheets: Mapping[str, Publishable], language: str, names: Mapping[str, Names] | None = None) -> bytes:
    """Write published numbers as an `.xlsx` file.

    Parameters
    ----------
    sheets
        Name of each sheet, as a reader sees it, and its rows. Numbers are written in full, nothing is rounded; what is
        hidden or missing is an empty cell with its reason in the column of notes.
    language
        Of the headings and notes.
    names
        Per column the names that belong to its codes; they get a column of their own before it. A code without a name
        stands there itself.

    Raises
    ------
    TypeError
        for rows that are not published.

    Examples
    --------
    >>> from toptaak.core.results import result_row, results
    >>> from toptaak.core.settings import Settings
    >>> from toptaak.privacy.disclosure import publish
    >>> rows = publish(results([result_row("vote_share", 40, 0.2, task_id="t1")], ["task_id"]), Settings())
    >>> workbook({"Ranglijst": rows}, "nl", {"task_id": {"t1": "Paspoort"}})[:2]
    b'PK'
    """
    import xlsxwriter

    if not all(isinstance(rows, Publishable) for rows in sheets.values()):
        raise TypeError("a workbook takes published numbers only")
    file = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(file, options) as book:
        book.set_properties({"created": _MADE})
        styles = {
            "head": book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1}),
            "text": book.add_format({"num_format": "@"}),
            # Excel then shows the text, also after somebody has edited the cell
            "quoted": book.add_format({"num_format": "@", "quote_prefix": True}),
        }
        for name, rows in zip(_sheet_names(sheets), sheets.values(), strict=True):
            _write_sheet(book.add_worksheet(name), _readable(rows, language, names or {}), styles)
    return file.getvalue()


def _sheet_names(sheets: Mapping[str, Publishable]) -> list[str]:
    """Give names that Excel takes: short, without its signs, no two alike."""
    names_so_far: list[str] = []
    for name in sheets:
        short = " ".join(name.translate(_FORBIDDEN).split())[:_LONGEST_NAME].strip() or "-"
        number = 1
        while short.casefold() in {taken.casefold() for taken in names_so_far}:
            number += 1
            short = f"{short[: _LONGEST_NAME - 4].rstrip(' 0123456789')} {number}"
        names_so_far.append(short)
    return names_so_far


def _readable(rows: Publishable, language: str, names: Mapping[str, Names]) -> pd.DataFrame:
    """Give the rows with headings in words, notes translated, and names before codes."""
    say = translator(language)
    columns: list[pd.Series] = []
    frame = rows.frame
    for name in frame.columns:
        if name in names:
            named = frame[name].map(names[name], na_action="ignore").fillna(frame[name])
            columns.append(named.rename(say("{column} (name)", column=_heading(name, language))))
        words = frame[name].map(lambda text: say(str(text)) if text else text) if name == "note" else frame[name]
        columns.append(words.rename(_heading(name, language)))
    return pd.concat(columns, axis=1)


def _heading(column: str, language: str) -> str:
    return _HEADINGS[column].say(language) if column in _HEADINGS else column


def _write_sheet(sheet: Any, frame: pd.DataFrame, styles: Mapping[str, Any]) -> None:
    for place, name in enumerate(frame.columns):
        sheet.set_column(place, place, _width(frame.iloc[:, place]))
        sheet.write_string(0, place, str(name), styles["head"])
    for row, values in enumerate(frame.itertuples(index=False), 1):
        for place, value in enumerate(values):
            _write(sheet, row, place, value, styles)
    sheet.freeze_panes(1, 0)
    if len(frame):
        sheet.autofilter(0, 0, len(frame), len(frame.columns) - 1)


def _width(column: pd.Series) -> int:
    if column.dtype.kind in "iuf":
        return _NARROWEST + 3
    longest = max((len(str(value)) for value in column), default=0)
    return min(max(longest + 2, _NARROWEST), _WIDEST)


def _write(sheet: Any, row: int, place: int, value: Any, styles: Mapping[str, Any]) -> None:
    if isinstance(value, str):
        style = "quoted" if reads_as_formula(value) else "text"
        sheet.write_string(row, place, value[:_LONGEST_TEXT], styles[style])
    elif not pd.isna(value) and math.isfinite(value):
        sheet.write_number(row, place, float(value))
