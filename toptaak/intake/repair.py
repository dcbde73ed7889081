"""Cells to typed values: what is unambiguous is mended and counted, the rest is noted.

Every column is read over its distinct cells, so a column of a million rows costs what it varies.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np
import pandas as pd

from toptaak.core.periods import Quarter, iso_week, parse_week
from toptaak.core.personal_data import without_personal_data
from toptaak.intake.columns import SEGMENT, ContractColumn, Kind
from toptaak.intake.date_texts import EXCEL_START
from toptaak.intake.moments import dates, localized, times
from toptaak.intake.number_texts import UNITS, durations, finite, integers
from toptaak.intake.parsed import Note, Options, Parsed, fits, noted
from toptaak.intake.personal_columns import CONTACT
from toptaak.intake.places import places
from toptaak.intake.readers.raw import is_total, plain, spaced

_YES = frozenset({"true", "ja", "j", "yes", "y", "waar", "1", "1.0", "1,0"})
_NO = frozenset({"false", "nee", "n", "no", "onwaar", "0", "0.0", "0,0"})
_DAMAGED_ID = r"\d(?:[.,]\d+)?[eE]\+\d+"
_POSTCODE = r"[1-9]\d{3}\s?[A-Za-z]{2}"
_DAY = r"(?:\d{1,2}[-/. ]\d{1,2}[-/. ]\d{2,4}|\d{4}-\d{2}-\d{2})(?:[ T]\d.*)?"
_MOSTLY = 0.5  # of the levels of a segment, to say that it is none
_EXCEL_END = 73_415  # days: 31 December 2100
_EXACT = 1e15  # Excel keeps fifteen digits of a number
_EXCEL_ZERO = dt.datetime(1899, 12, 31)  # before March 1900, where Excel counts a day that was not
_NUMERIC = frozenset({Kind.NUMBER, Kind.INTEGER, Kind.DURATION})
_MOMENTS = frozenset({Kind.DATE, Kind.TIME})


def parse(
    column: ContractColumn, cells: pd.Series, options: Options, words: Mapping[str, str] = MappingProxyType({})
) -> Parsed:
    """Read one column of a file into the type of the contract.

    Parameters
    ----------
    column
        What the contract says.
    cells
        As the reader delivered them: text, or typed where the file is.
    options
        Missing words, decimal mark, order of day and month.
    words
        What a cell means: theirs = ours; an empty text means missing.

    Returns
    -------
    tuple
        Values (missing where a cell is empty or cannot be read) and notes about cells, by position.

    Examples
    --------
    >>> from toptaak.intake.tables import TABLES
    >>> column = TABLES["attempts"].column("verified_success")
    >>> values, notes = parse(column, pd.Series(["ja", "half", ""]), Options())
    >>> values.to_list(), [note.code for note in notes]
    ([True, <NA>, <NA>], ['TT-054', 'TT-055'])
    """
    ready = None if words else _ready(column, cells, options)
    if ready is not None:
        return ready
    spots, distinct = pd.factorize(cells)
    text = _meant(_text(pd.Series(distinct), column.kind, options), words)
    text = text.mask(text.str.casefold().isin(options.missing | {""}))
    totals = np.zeros(len(text), dtype=bool) if column.total or column.kind is Kind.FREE else _totals(text)
    text = text.mask(totals)
    values, notes = _choices(text, column) if column.choices else _PARSERS[column.kind](text, options)
    notes = [*noted("TT-034", totals), *notes]
    expanded = values.astype(column.dtype).reindex(spots).reset_index(drop=True)  # type: ignore[call-overload]
    # an empty cell has spot -1: the last of each mask, which is False
    return expanded, [Note(note.code, np.append(note.mask, False)[spots], note.values) for note in notes]


def _totals(text: pd.Series) -> np.ndarray:
    """Tell which texts say that a row is the total of others, in whatever column that stands."""
    return np.array([word is not None and word == word and is_total(word) for word in text.to_list()], dtype=bool)


def _meant(text: pd.Series, words: Mapping[str, str]) -> pd.Series:
    """Put our words for theirs; one spelled the same goes before one that differs in case or spaces."""
    if not words:
        return text
    alike = {spaced(word).casefold(): meaning for word, meaning in words.items()}
    exact = {spaced(word): meaning for word, meaning in words.items()}
    meanings = {
        word: exact.get(spaced(word), alike.get(spaced(word).casefold(), word)) for word in text.dropna().unique()
    }
    return text.map(meanings, na_action="ignore").astype("str")


def _ready(column: ContractColumn, cells: pd.Series, options: Options) -> Parsed | None:
    """Take a column as it is where the file already holds the right type."""
    if pd.api.types.is_bool_dtype(cells.dtype):
        return (cells.astype("boolean"), []) if column.kind is Kind.BOOL else None
    if column.kind in _NUMERIC and column.kind is not Kind.INTEGER and pd.api.types.is_numeric_dtype(cells.dtype):
        values = cells.astype("float64")
        if column.kind is Kind.DURATION:
            values = values * UNITS.get(options.unit or "seconds", 1)
        infinite = np.isinf(values)
        code = "TT-046" if column.kind is Kind.DURATION else "TT-045"
        return values.mask(infinite), noted(code, infinite, expected="< ∞")
    if column.kind in _NUMERIC and pd.api.types.is_timedelta64_dtype(cells.dtype):
        seconds = cells.dt.total_seconds()
        return (seconds, []) if column.kind is not Kind.INTEGER else None
    if column.kind in _MOMENTS and pd.api.types.is_datetime64_any_dtype(cells.dtype):
        return _typed_moments(column, cells)
    return None


def _typed_moments(column: ContractColumn, cells: pd.Series) -> Parsed:
    if column.kind is Kind.TIME:
        moments, notes = localized(cells)
        return moments.astype(column.dtype), notes  # type: ignore[call-overload]
    local = cells if cells.dt.tz is None else localized(cells)[0].dt.tz_localize(None)
    return local.dt.normalize().astype(column.dtype), []  # type: ignore[call-overload]


def _text(distinct: pd.Series, kind: Kind, options: Options) -> pd.Series:
    kinds = pd.api.types
    of_time = kinds.is_datetime64_any_dtype(distinct.dtype) and kind in _NUMERIC
    if distinct.dtype == object or of_time or kinds.is_timedelta64_dtype(distinct.dtype):
        distinct = pd.Series([_written(value, kind, options) for value in distinct], dtype=object)
    elif kinds.is_numeric_dtype(distinct.dtype):
        distinct = pd.Series([_written(value.item(), kind, options) for value in distinct.to_numpy()], dtype=object)
    text = distinct.astype("str").str.strip()
    if kind in (Kind.ID, Kind.TEXT, Kind.MUNICIPALITY):
        text = text.str.normalize("NFC").str.replace("\u00a0", " ")
    return text


def _written(value: object, kind: Kind, options: Options) -> str:
    """Write a typed cell of Excel or Parquet as text that is read one way only."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if kind is Kind.DURATION and isinstance(value, (dt.timedelta, dt.datetime, dt.time)):
        return _elapsed(value)
    if isinstance(value, dt.timedelta):
        value = value.total_seconds()
    if isinstance(value, (dt.datetime, dt.date, dt.time)):
        return value.isoformat()
    if not isinstance(value, (int, float)):
        return str(value)
    if kind in _MOMENTS and options.serial_days and 0 < value < _EXCEL_END:
        return (EXCEL_START + dt.timedelta(days=float(value))).isoformat(timespec="seconds")
    if isinstance(value, int):
        return str(value)
    if kind in _NUMERIC:
        # the exponent keeps a decimal point from being taken for a thousands mark
        return f"{value!r}e0" if "." in repr(value) and "e" not in repr(value) else repr(value)
    if abs(value) >= _EXACT:
        return f"{value:e}"
    return str(int(value)) if value.is_integer() else repr(value)


def _elapsed(value: dt.timedelta | dt.datetime | dt.time) -> str:
    """Write what Excel shows as a clock as hours, minutes and seconds; more than a day has become a date of 1900.

    Examples
    --------
    >>> _elapsed(dt.time(0, 1, 5, 500000)), _elapsed(dt.timedelta(hours=30)), _elapsed(dt.datetime(1900, 1, 1, 6))
    ('0:01:05.500000', '30:00:00', '30:00:00')
    """
    if isinstance(value, dt.datetime):
        value = value.replace(tzinfo=None) - _EXCEL_ZERO if value.year <= _EXCEL_ZERO.year + 1 else value.time()
    if isinstance(value, dt.time):
        value = dt.timedelta(
            hours=value.hour, minutes=value.minute, seconds=value.second, microseconds=value.microsecond
        )
    minutes, seconds = divmod(abs(value), dt.timedelta(minutes=1))
    fraction = f".{seconds.microseconds:06d}" if seconds.microseconds else ""
    sign = "-" if value < dt.timedelta() else ""
    return f"{sign}{minutes // 60}:{minutes % 60:02d}:{seconds.seconds:02d}{fraction}"


def _texts(text: pd.Series, options: Options) -> Parsed:
    kept, notes = _free(text, options)
    return kept, [*notes, *noted("TT-065", fits(kept, _POSTCODE))]


def _free(text: pd.Series, options: Options) -> Parsed:
    """Keep a text without what points at a person."""
    if SEGMENT.fullmatch(options.column) and _names_persons(text):
        return text.mask(text.notna()), noted("TT-861", text.notna())
    kept = text.map(without_personal_data, na_action="ignore").astype("str")
    return kept, noted("TT-860", text.notna() & (kept != text))


def _names_persons(levels: pd.Series) -> bool:
    """Tell whether most levels of a segment are days, postcodes of a street, or hold what points at a person."""
    filled = levels.dropna()
    alone = fits(filled, _DAY) | fits(filled, _POSTCODE) | (filled.map(without_personal_data) != filled)
    return bool(alone.sum() > len(filled) * _MOSTLY)


def _ids(text: pd.Series, options: Options) -> Parsed:
    """Keep a number, unless it is a phone number or an e-mail address among numbers."""
    personal = fits(text, CONTACT)
    return text.mask(personal), [*noted("TT-048", fits(text, _DAMAGED_ID)), *noted("TT-836", personal)]


def _yes_no(text: pd.Series, options: Options) -> Parsed:
    folded = text.str.casefold()
    yes, no = folded.isin(_YES), folded.isin(_NO)
    values = yes.astype("boolean").mask(~(yes | no))
    odd = noted("TT-054", text.notna() & values.isna())
    return values, odd + noted("TT-055", values.notna() & ~folded.isin({"true", "false"}))


def _choices(text: pd.Series, column: ContractColumn) -> Parsed:
    words = {plain(word): meaning for word, meaning in column.words.items()}
    words |= {plain(choice): choice for choice in column.choices}
    values = text.map(lambda text_of_cell: words.get(plain(text_of_cell)), na_action="ignore").astype("str")
    choices = ", ".join(column.choices)
    unknown, respelled = text.notna() & values.isna(), values.notna() & (values != text)
    return values, noted("TT-041", unknown, expected=choices) + noted("TT-064", respelled, expected=choices)


def _periods(read: Callable[[str], str], example: str) -> Callable[[pd.Series, Options], Parsed]:
    def parser(text: pd.Series, options: Options) -> Parsed:
        values = text.map(lambda cell: _or_none(read, cell), na_action="ignore").astype("str")
        odd, respelled = text.notna() & values.isna(), values.notna() & (values != text)
        return values, noted("TT-057", odd, expected=example) + noted("TT-056", respelled, expected=example)

    return parser


def _or_none(read: Callable[[str], str], text: str) -> str | None:
    try:
        return read(text)
    except ValueError:
        return None


_PARSERS: dict[Kind, Callable[[pd.Series, Options], Parsed]] = {
    Kind.ID: _ids,
    Kind.TEXT: _texts,
    Kind.FREE: _free,
    Kind.MUNICIPALITY: places,
    Kind.QUARTER: _periods(lambda text: str(Quarter.parse(text)), "2026Q3"),
    Kind.WEEK: _periods(lambda text: iso_week(parse_week(text)), "2026W40"),
    Kind.DATE: dates,
    Kind.TIME: times,
    Kind.BOOL: _yes_no,
    Kind.NUMBER: finite,
    Kind.INTEGER: integers,
    Kind.DURATION: durations,
}
