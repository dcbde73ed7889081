"""Words, numbers and dates as a reader of the report sees them.

Source texts are English; `<room>/locale/<language>.po` holds the translations of a room. Dutch is the default of
everything a municipality reads. Rounding happens here and nowhere earlier.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Protocol

LANGUAGES = ("nl", "en")
DASH = "–"  # what stands where there is no value
_PACKAGE = Path(__file__).parents[1]
_BABEL_LOCALE = {"nl": "nl_NL", "en": "en_GB"}
# below `limit` seconds a duration is told in units of `size` seconds
_DURATION_UNITS = ((90, 1, "sec"), (5400, 60, "min"), (129600, 3600, "hours"), (math.inf, 86400, "days"))


class Translator(Protocol):
    """Translates a source text and fills its `{placeholders}`."""

    def __call__(self, text: str, /, **values: object) -> str:
        """Translate `text` and fill in `values`."""
        ...


@cache
def _catalogue(language: str) -> dict[str, str]:
    from babel.messages.pofile import read_po

    texts: dict[str, str] = {}
    for path in sorted(_PACKAGE.glob(f"*/locale/{language}.po")):
        with path.open("rb") as handle:
            for message in read_po(handle, locale=language):
                if message.id and message.string:
                    texts[str(message.id)] = str(message.string)
    return texts


def translator(language: str) -> Translator:
    """Give the function that turns a source text into `language`.

    Examples
    --------
    >>> translator("nl")("Success rate")
    'Succesratio'
    >>> translator("en")("{n} rows", n=3)
    '3 rows'
    """
    if language not in LANGUAGES:
        raise ValueError(f"language must be one of {', '.join(LANGUAGES)}; found {language!r}")
    catalogue = _catalogue(language)

    def translate(text: str, /, **values: object) -> str:
        translated = catalogue.get(text, text)
        return translated.format(**values) if values else translated

    return translate


@dataclass(frozen=True)
class Message:
    """A source text with its values, translated only when somebody reads it."""

    text: str
    values: dict[str, object] = field(default_factory=dict)

    def say(self, language: str = "nl") -> str:
        """Return the message in `language`."""
        return translator(language)(self.text, **self.values)


def message(text: str, /, **values: object) -> Message:
    """Make a `Message`.

    Examples
    --------
    >>> message("{n} rows", n=3).say("en")
    '3 rows'
    """
    return Message(text, values)


def number(value: float, language: str = "nl", decimals: int = 0) -> str:
    """Write a number with the separators of the language.

    Examples
    --------
    >>> number(1234.56, "nl", 1)
    '1.234,6'
    >>> number(1234.56, "en", 1)
    '1,234.6'
    """
    from babel.numbers import format_decimal

    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    return str(format_decimal(_plus_zero(value, decimals), format=pattern, locale=_BABEL_LOCALE[language]))


def percent(value: float, language: str = "nl", decimals: int = 1) -> str:
    """Write a ratio as a percentage.

    Examples
    --------
    >>> percent(0.784)
    '78,4%'
    """
    return number(value * 100, language, decimals) + "%"


def _plus_zero(value: float, decimals: int) -> float:
    rounded = round(value, decimals)
    return 0.0 if rounded == 0 else value


def date(day: dt.date, language: str = "nl") -> str:
    """Write a date in full.

    Examples
    --------
    >>> date(dt.date(2026, 10, 1))
    '1 oktober 2026'
    """
    from babel.dates import format_date

    return str(format_date(day, format="d MMMM y", locale=_BABEL_LOCALE[language]))


def duration(seconds: float, language: str = "nl") -> str:
    """Write a duration in the unit a person would choose.

    Examples
    --------
    >>> duration(45), duration(420), duration(3 * 86400)
    ('45 sec', '7,0 min', '3,0 dagen')
    """
    if not math.isfinite(seconds):
        return DASH
    size, unit = _duration_unit(seconds)
    return f"{_in_unit(seconds, size, language)} {translator(language)(unit)}"


def declared_duration(seconds: float, language: str = "nl") -> str:
    """Write a duration somebody chose, such as a norm: without a decimal that says nothing.

    Examples
    --------
    >>> declared_duration(300), declared_duration(150), declared_duration(3 * 86400)
    ('5 min', '2,5 min', '3 dagen')
    """
    size, unit = _duration_unit(seconds)
    return f"{number(seconds / size, language, 0 if seconds % size == 0 else 1)} {translator(language)(unit)}"


def duration_range(low: float, high: float, language: str = "nl", around: float = math.nan) -> str:
    """Write two durations in one unit: that of the duration they lie around, where one is given.

    Examples
    --------
    >>> duration_range(2700, 6480), duration_range(0, 6480), duration_range(2700, 6480, around=7200)
    ('45,0 tot 108,0 min', '0,0 tot 1,8 uur', '0,8 tot 1,8 uur')
    """
    size, unit = _duration_unit(around if math.isfinite(around) else math.sqrt(low * high) or high)
    translate = translator(language)
    ends = {"low": _in_unit(low, size, language), "high": _in_unit(high, size, language)}
    return f"{translate('{low} to {high}', **ends)} {translate(unit)}"


def _duration_unit(seconds: float) -> tuple[int, str]:
    return next((size, unit) for limit, size, unit in _DURATION_UNITS if abs(seconds) < limit)


def _in_unit(seconds: float, size: int, language: str) -> str:
    return number(seconds / size, language, 0 if size == 1 else 1)
