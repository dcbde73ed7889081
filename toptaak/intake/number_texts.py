"""Numbers as people and programs write them: decimal comma, thousands mark, clock time as duration."""

from __future__ import annotations

import numpy as np
import pandas as pd

from toptaak.intake.parsed import Options, Parsed, fits, noted

_LARGEST = 2**53  # beyond this a float skips whole numbers
_SIGN = r"[+-]?"
_WHOLE = _SIGN + r"[0-9]+"
_POINT = _SIGN + r"[0-9]*\.[0-9]+"
_COMMA = _SIGN + r"[0-9]*,[0-9]+"
_SCIENTIFIC = _SIGN + r"[0-9]+(?:\.[0-9]+)?[eE][+-]?[0-9]+"
_GROUPED_POINT = _SIGN + r"[1-9][0-9]{0,2}(?:\.[0-9]{3})+"
_GROUPED_POINT_COMMA = _SIGN + r"[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]+"
_GROUPED_COMMA_POINT = _SIGN + r"[0-9]{1,3}(?:,[0-9]{3})+\.[0-9]+"
_INFINITE = _SIGN + r"(?:(?i:inf(?:inity)?)|∞)"
_CLOCK = r"[0-9]{1,4}:[0-5][0-9]:[0-5][0-9](?:[.,][0-9]+)?"


def numbers(text: pd.Series, options: Options) -> Parsed:
    """Read numbers.

    A comma is a decimal comma; a dot is a decimal point, unless the column also uses commas for that, or
    every dot might be a thousands mark: then the column is refused until the mapping says which it is.

    Examples
    --------
    >>> values, notes = numbers(pd.Series(["1.234,5", "2"]), Options())
    >>> list(values), [note.code for note in notes]
    ([1234.5, 2.0], ['TT-044'])
    """
    comma = fits(text, _COMMA) | fits(text, _GROUPED_POINT_COMMA)
    point = fits(text, _POINT) | fits(text, _GROUPED_COMMA_POINT) | fits(text, _GROUPED_POINT)
    notes = _doubt(text, comma, point, options)
    mark = options.decimal or ("," if comma.any() else ".")
    known = comma | point | fits(text, _WHOLE) | fits(text, _SCIENTIFIC) | fits(text, _INFINITE)
    thousands = "." if mark == "," else ","
    scientific = fits(text, _SCIENTIFIC)
    plain = text.where(known & ~scientific).str.replace(thousands, "").str.replace(mark, ".")
    plain = plain.str.replace("∞", "inf").where(~scientific, text)
    values = pd.to_numeric(plain, errors="coerce").astype("float64")
    notes += noted("TT-042", text.notna() & values.isna())
    if mark == ",":
        notes += noted("TT-044", comma)
    return values, notes


def _doubt(text: pd.Series, comma: pd.Series, point: pd.Series, options: Options) -> list:  # type: ignore[type-arg]
    if options.decimal:
        return []
    if comma.any() and point.any():
        return noted("TT-043", point)
    grouped = fits(text, _GROUPED_POINT)
    return noted("TT-043", grouped) if point.any() and bool((grouped == point).all()) else []


def durations(text: pd.Series, options: Options) -> Parsed:
    """Read durations in seconds; `hh:mm:ss` is turned into seconds.

    Examples
    --------
    >>> values, notes = durations(pd.Series(["00:01:01", "65"]), Options())
    >>> list(values), [note.code for note in notes]
    ([61.0, 65.0], ['TT-047'])
    """
    clock = fits(text, _CLOCK)
    values, notes = numbers(text.where(~clock), options)
    if clock.any():
        parts = text[clock].str.replace(",", ".").str.split(":", expand=True).astype("float64")
        values[clock] = parts[0] * 3600 + parts[1] * 60 + parts[2]
    infinite = np.isinf(values)
    notes += noted("TT-047", clock) + noted("TT-046", infinite, expected="< ∞")
    return values.mask(infinite), notes


def finite(text: pd.Series, options: Options) -> Parsed:
    """Read numbers that have an end."""
    values, notes = numbers(text, options)
    infinite = np.isinf(values)
    return values.mask(infinite), [*notes, *noted("TT-045", infinite, expected="< ∞")]


def integers(text: pd.Series, options: Options) -> Parsed:
    """Read whole numbers; `5,0` is 5, `3,5` is none."""
    values, notes = finite(text, options)
    broken = values.notna() & ((values != np.floor(values)) | (values.abs() > _LARGEST))
    return values.mask(broken).astype("Int64"), [*notes, *noted("TT-066", broken)]
