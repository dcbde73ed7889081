"""Whether an export writes the month first."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from typing import Final

_SLASHES: Final = re.compile(r"(\d{1,2})([-/.])(\d{1,2})[-/.](\d{2,4})(?!\d)")
_ALWAYS: Final = frozenset({"surveymonkey"})  # whatever the language of the account
_LAST_OF_BOTH: Final = 12


def month_first(platform: str, cells: Sequence[str]) -> bool:
    """Tell whether the first number of a date is its month.

    A number above 12 decides. Without one SurveyMonkey writes the month first; others do where the numbers stand
    between slashes without a leading zero, as in American exports, and the days then lie no further apart than read
    the other way round.

    Examples
    --------
    >>> month_first("surveymonkey", ["09/01/2026 10:00:00 AM"]), month_first("forms", ["9/1/2026 10:05", "9/2/2026"])
    (True, True)
    >>> month_first("forms", ["01/09/2026 10:05:00"]), month_first("forms", ["1-9-2026 10:05", "2-9-2026"])
    (False, False)
    """
    dates = [match for cell in cells if (match := _SLASHES.match(cell))]
    if any(int(date[1]) > _LAST_OF_BOTH for date in dates):
        return False
    if any(int(date[3]) > _LAST_OF_BOTH for date in dates) or platform in _ALWAYS:
        return bool(dates)
    american = [date for date in dates if date[2] == "/"]
    bare = any(len(number) == 1 for date in american for number in (date[1], date[3]))
    padded = any(number.startswith("0") for date in american for number in (date[1], date[3]))
    return bare and not padded and _days_apart(american, 1, 3) <= _days_apart(american, 3, 1)


def _days_apart(dates: Sequence[re.Match[str]], month: int, day: int) -> int:
    days = [dt.date(int(date[4]), int(date[month]), int(date[day])).toordinal() for date in dates]
    return max(days) - min(days)
