"""Numbers as people and programs write them: decimal comma, thousands mark, clock time as duration."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

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
_GROUPED_COMMA = _SIGN + r"[1-9][0-9]{0,2}(?:,[0-9]{3})+"
_GROUPED_POINT_COMMA = _SIGN + r"[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]+"
_GROUPED_COMMA_POINT = _SIGN + r"[0-9]{1,3}(?:,[0-9]{3})+\.[0-9]+"
_INFINITE = _SIGN + r"(?:(?i:inf(?:inity)?)|∞)"
# seconds in a unit of a number
UNITS: Final = MappingProxyType({"seconds": 1, "minutes": 60, "hours": 3_600, "days": 86_400})
_SECONDS: Final = {"days": 86_400, "hours": 3_600, "minutes": 60, "seconds": 1}
_NUMBER = r"[0-9]+(?:\.[0-9]+)?"
_CLOCK = (
    r"(?:(?P<days>[0-9]+)(?:\.|\s?(?:days?|dagen|dag|d)[.,]?\s))?"
    r"(?P<hours>[0-9]{1,4}):(?P<minutes>[0-5][0-9]):(?P<seconds>[0-5][0-9](?:\.[0-9]+)?)"
)
_ISO_DURATION = (
    rf"p(?=t?[0-9])(?:(?P<days>{_NUMBER})d)?"
    rf"(?:t(?:(?P<hours>{_NUMBER})h)?(?:(?P<minutes>{_NUMBER})m)?(?:(?P<seconds>{_NUMBER})s)?)?"
)
_IN_WORDS = (
    rf"(?=[0-9])(?:(?P<days>{_NUMBER})\s?(?:d|days?|dag|dagen)\.?\s*)?"
    rf"(?:(?P<hours>{_NUMBER})\s?(?:h|u|uur|hours?|hrs?)\.?\s*)?"
    rf"(?:(?P<minutes>{_NUMBER})\s?(?:m|min|minuten|minuut|minutes?|mins)\.?\s*)?"
    rf"(?:(?P<seconds>{_NUMBER})\s?(?:s|sec|seconden|seconde|seconds?|secs)\.?)?"
)
_TWO_PARTS = r"[0-9]{1,4}:[0-5][0-9](?:[.,][0-9]+)?"
# what a clock of two parts means, where the mapping says so
_PARTS: Final = {
    "mm:ss": r"(?P<minutes>[0-9]{1,4}):(?P<seconds>[0-5][0-9](?:\.[0-9]+)?)",
    "hh:mm": r"(?P<hours>[0-9]{1,4}):(?P<minutes>[0-5][0-9])",
}


def numbers(text: pd.Series, options: Options) -> Parsed:
    """Read numbers.

    A comma is a decimal comma and a dot a decimal point, unless the column uses both for that, or every mark might
    be a thousands mark: then the column is refused until the mapping says which it is.

    Examples
    --------
    >>> values, notes = numbers(pd.Series(["1.234,5", "2"]), Options())
    >>> list(values), [note.code for note in notes]
    ([1234.5, 2.0], ['TT-044'])
    """
    comma = fits(text, _COMMA) | fits(text, _GROUPED_POINT_COMMA) | fits(text, _GROUPED_COMMA)
    point = fits(text, _POINT) | fits(text, _GROUPED_COMMA_POINT) | fits(text, _GROUPED_POINT)
    notes = _doubt(text, comma, point, options)
    mark = options.decimal or ("," if comma.any() else ".")
    known = comma | point | fits(text, _WHOLE) | fits(text, _SCIENTIFIC) | fits(text, _INFINITE)
    thousands = "." if mark == "," else ","
    scientific = fits(text, _SCIENTIFIC)
    plain = text.where(known & ~scientific).str.replace(thousands, "").str.replace(mark, ".")
    plain = plain.str.replace("∞", "inf").where(~scientific, text)
    values = pd.to_numeric(plain, errors="coerce").astype("float64")
    asked = bool(notes)
    notes += noted("TT-042", text.notna() & values.isna())
    if mark == "," and not asked:
        notes += noted("TT-044", comma)
    return values, notes


def _doubt(text: pd.Series, comma: pd.Series, point: pd.Series, options: Options) -> list:  # type: ignore[type-arg]
    if options.decimal:
        return []
    if comma.any() and point.any():
        return noted("TT-043", point)
    for marked, grouped in ((point, fits(text, _GROUPED_POINT)), (comma, fits(text, _GROUPED_COMMA))):
        if marked.any() and bool((grouped == marked).all()):
            return noted("TT-043", grouped)
    return []


def durations(text: pd.Series, options: Options) -> Parsed:
    """Read durations in seconds; `hh:mm:ss`, `1 day 02:03:04`, `PT1M5S` and `1 min 5 s` are turned into seconds.

    A number counts in the unit that the mapping names. Of `12:30` only the mapping can tell the unit.

    Examples
    --------
    >>> values, notes = durations(pd.Series(["00:01:01", "65"]), Options())
    >>> list(values), [note.code for note in notes]
    ([61.0, 65.0], ['TT-047'])
    >>> durations(pd.Series(["1:30"]), Options(unit="mm:ss"))[0].tolist()
    [90.0]
    """
    plain = text.str.casefold().str.replace(",", ".")
    said = _said_in_parts(plain, options.unit)
    spoken = said.notna()
    two_parts = fits(text, _TWO_PARTS) & ~spoken
    values, notes = numbers(text.where(~spoken & ~two_parts), options)
    values = (values * UNITS.get(options.unit or "seconds", 1)).where(~spoken, said)
    infinite = np.isinf(values)
    notes += (
        noted("TT-047", spoken)
        + noted("TT-046", infinite, expected="< ∞")
        + noted("TT-822", two_parts, name=options.column)
    )
    return values.mask(infinite), notes


def _said_in_parts(text: pd.Series, unit: str | None) -> pd.Series:
    """Add up days, hours, minutes and seconds of the texts that name them."""
    patterns = [_CLOCK, _ISO_DURATION, _IN_WORDS, *([_PARTS[unit]] if unit in _PARTS else [])]
    total = pd.Series(np.nan, index=text.index, dtype="float64")
    for pattern in patterns:
        here = fits(text, pattern).to_numpy()
        if here.any():
            parts = text[here].str.extract(f"^{pattern}$").astype("float64").fillna(0)
            total[here] = sum(parts[name] * seconds for name, seconds in _SECONDS.items() if name in parts)
    return total


def finite(text: pd.Series, options: Options) -> Parsed:
    """Read numbers that have an end."""
    values, notes = numbers(text, options)
    infinite = np.isinf(values)
    return values.mask(infinite), [*notes, *noted("TT-045", infinite, expected="< ∞")]


def integers(text: pd.Series, options: Options) -> Parsed:
    """Read whole numbers; `5,0` is 5, `3,5` is none."""
    values, notes = finite(text, options)
    asked = any(note.code == "TT-043" for note in notes)  # then nobody knows yet whether 1,234 is whole
    broken = values.notna() & ((values != np.floor(values)) | (values.abs() > _LARGEST))
    if asked:
        return values.mask(broken).astype("Int64"), notes
    return values.mask(broken).astype("Int64"), [*notes, *noted("TT-066", broken)]
