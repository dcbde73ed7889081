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
from typing import Any, Final

from toptaak.core.numerals import duration_unit, written_date, written_number

LANGUAGES: Final = ("nl", "en")
DEFAULT_LANGUAGE: Final = "nl"  # where a person calls and chooses none
DASH: Final = "–"  # what stands where there is no value
_PACKAGE: Final = Path(__file__).parents[1]
Forms = tuple[str, str]  # of a text: for one, and for any other number


@cache
def _catalogue(language: str) -> dict[str, Forms]:
    from babel.messages.pofile import read_po

    texts: dict[str, Forms] = {}
    for path in sorted(_PACKAGE.glob(f"*/locale/{language}.po")):
        with path.open("rb") as handle:
            for entry in read_po(handle, locale=language):
                forms = _forms(entry.string)
                if entry.id and all(forms):
                    texts[_forms(entry.id)[0]] = forms
    return texts


def _forms(text: Any) -> Forms:
    return (str(text[0]), str(text[1])) if isinstance(text, (tuple, list)) else (str(text), str(text))


@dataclass(frozen=True)
class Message:
    """A source text with its values, translated only when somebody reads it; `plural` where it counts something."""

    text: str
    values: dict[str, object] = field(default_factory=dict)
    plural: str | None = None

    def say(self, language: str) -> str:
        """Return the message in `language`."""
        return translator(language)(self)


def message(text: str, plural: str | None = None, /, **values: object) -> Message:
    """Make a `Message`.

    Parameters
    ----------
    plural
        The text for any number but one, where the text counts something: `n` is the number, and is written as a number.

    Examples
    --------
    >>> [message("{n} row", "{n} rows", n=n).say("en") for n in (1, 1200)]
    ['1 row', '1,200 rows']
    """
    return Message(text, values, plural)


class Reader:
    """Somebody who reads one language: gives texts, numbers, dates and durations as that person sees them.

    Examples
    --------
    >>> reader = Reader("nl")
    >>> reader("Success rate"), reader.percent(0.784), reader.date(dt.date(2026, 10, 1))
    ('Succesratio', '78,4%', '1 oktober 2026')
    >>> Reader("en")("{n} week", "{n} weeks", n=3)
    '3 weeks'
    """

    def __init__(self, language: str) -> None:
        if language not in LANGUAGES:
            raise ValueError(f"language must be one of {', '.join(LANGUAGES)}; found {language!r}")
        self.language = language
        self._texts = _catalogue(language)

    def __call__(self, text: str | Message, plural: str | None = None, /, **values: object) -> str:
        """Translate a source text and fill in its values; with a plural, `n` decides which of the two."""
        if isinstance(text, Message):
            return self(text.text, text.plural, **text.values | values)
        values = {name: self(value) if isinstance(value, Message) else value for name, value in values.items()}
        single, other = self._texts.get(text, (text, plural or text))
        if plural is None:
            return single.format(**values) if values else single
        n: Any = values["n"]
        return (single if n == 1 else other).format(**values | {"n": self.count(n)})

    def number(self, value: float, decimals: int = 0) -> str:
        """Write a number with the separators of the language.

        Examples
        --------
        >>> Reader("nl").number(1234.56, 1)
        '1.234,6'
        """
        return written_number(value, self.language, decimals)

    def count(self, value: Any) -> str:
        """Write a number of observations; a hidden one is a dash.

        Examples
        --------
        >>> Reader("nl").count(1200), Reader("nl").count(math.nan), Reader("nl").count(None)
        ('1.200', '–', '–')
        """
        import pandas as pd

        return DASH if value is None or pd.isna(value) else self.number(float(value))

    def signed(self, value: float, decimals: int) -> str:
        """Write a number with its sign; zero has none.

        Examples
        --------
        >>> Reader("nl").signed(5.24, 1), Reader("nl").signed(-0.01, 1)
        ('+5,2', '0,0')
        """
        text = self.number(value, decimals)
        return f"+{text}" if value > 0 and text.strip("0,.") else text

    def percent(self, value: float, decimals: int = 1) -> str:
        """Write a ratio as a percentage.

        Examples
        --------
        >>> Reader("nl").percent(0.784)
        '78,4%'
        """
        return self.number(value * 100, decimals) + "%"

    def date(self, day: dt.date) -> str:
        """Write a date in full."""
        return written_date(day, self.language)

    def duration(self, seconds: float, around: float = math.nan) -> str:
        """Write a duration in the unit a person would choose for it, or for the duration it stands beside.

        Examples
        --------
        >>> [Reader("nl").duration(seconds) for seconds in (45, 420, 3 * 86400)]
        ['45 sec', '7,0 min', '3,0 dagen']
        >>> Reader("nl").duration(45, around=420)
        '0,8 min'
        """
        if not math.isfinite(seconds):
            return DASH
        size, unit = duration_unit(around if math.isfinite(around) else seconds)
        return f"{self._in_unit(seconds, size)} {self(unit)}"

    def declared_duration(self, seconds: float, around: float = math.nan) -> str:
        """Write a duration somebody chose, such as a norm: without a decimal that says nothing.

        Examples
        --------
        >>> [Reader("nl").declared_duration(seconds) for seconds in (300, 150, 3 * 86400)]
        ['5 min', '2,5 min', '3 dagen']
        """
        size, unit = duration_unit(around if math.isfinite(around) else seconds)
        return f"{self.number(seconds / size, 0 if seconds % size == 0 else 1)} {self(unit)}"

    def duration_range(self, low: float, high: float, around: float = math.nan) -> str:
        """Write two durations in one unit: that of the duration they lie around, where one is given.

        A range that would vanish in that unit is written in its own.

        Examples
        --------
        >>> Reader("nl").duration_range(2700, 6480), Reader("nl").duration_range(2700, 6480, around=7200)
        ('45,0 tot 108,0 min', '0,8 tot 1,8 uur')
        >>> Reader("nl").duration_range(3, 5, around=9000)
        '3 tot 5 sec'
        """
        size, unit = duration_unit(around if math.isfinite(around) else math.sqrt(low * high) or high)
        if round(high / size, 1) == 0:
            size, unit = duration_unit(high)
        ends = {"low": self._in_unit(low, size), "high": self._in_unit(high, size)}
        return f"{self('{low} to {high}', **ends)} {self(unit)}"

    def _in_unit(self, seconds: float, size: int) -> str:
        return self.number(seconds / size, 0 if size == 1 else 1)


@cache
def translator(language: str) -> Reader:
    """Give the reader of a language.

    Examples
    --------
    >>> translator("nl")("Success rate")
    'Succesratio'
    """
    return Reader(language)
