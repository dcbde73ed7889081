"""Numbers, dates and durations as written in a language. Rounding happens here and nowhere earlier."""

from __future__ import annotations

import datetime as dt
import math
from functools import lru_cache
from typing import Final

BABEL_LOCALE: Final = {"nl": "nl_NL", "en": "en_GB"}
# below `limit` seconds a duration is told in units of `size` seconds
_DURATION_UNITS: Final = ((90, 1, "sec"), (5400, 60, "min"), (129600, 3600, "hours"), (math.inf, 86400, "days"))


@lru_cache(maxsize=10_000)
def written_number(value: float, language: str, decimals: int = 0) -> str:
    """Write a number with the separators of the language.

    Examples
    --------
    >>> written_number(1234.56, "nl", 1), written_number(1234.56, "en", 1), written_number(-0.01, "nl", 1)
    ('1.234,6', '1,234.6', '0,0')
    """
    from babel.numbers import format_decimal

    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    # what rounds to zero has no sign
    shown = 0.0 if round(value, decimals) == 0 else value
    return str(format_decimal(shown, format=pattern, locale=BABEL_LOCALE[language]))


def written_date(day: dt.date, language: str) -> str:
    """Write a date in full.

    Examples
    --------
    >>> written_date(dt.date(2026, 10, 1), "nl")
    '1 oktober 2026'
    """
    from babel.dates import format_date

    return str(format_date(day, format="d MMMM y", locale=BABEL_LOCALE[language]))


def duration_unit(seconds: float) -> tuple[int, str]:
    """Give the unit a person would choose for a duration: its seconds, and its name as a source text.

    Examples
    --------
    >>> duration_unit(89), duration_unit(5400), duration_unit(129600)
    ((1, 'sec'), (3600, 'hours'), (86400, 'days'))
    """
    return next((size, unit) for limit, size, unit in _DURATION_UNITS if abs(seconds) < limit)
