"""Calendar quarters in Europe/Amsterdam and the ISO weeks that belong to them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Self
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
from numpy.typing import NDArray

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
_SPELLINGS = (
    re.compile(r"(?P<year>\d{4})\s*[-_ ]?\s*[QK](?P<number>[1-4])", re.IGNORECASE),
    re.compile(r"[QK](?P<number>[1-4])\s*[-_ ]?\s*(?P<year>\d{4})", re.IGNORECASE),
    re.compile(r"(?P<number>[1-4])e\s+kwartaal\s+(?P<year>\d{4})", re.IGNORECASE),
)
_WEEK = re.compile(r"(?P<year>\d{4})-?W(?P<week>\d{2})", re.IGNORECASE)


@dataclass(frozen=True, order=True)
class Quarter:
    """A calendar quarter. Written `2026Q3` in code and files, `2026-K3` in a Dutch report.

    Examples
    --------
    >>> Quarter.parse("Q3 2026").previous()
    Quarter(year=2026, number=2)
    >>> str(Quarter.parse("2026-K1")), Quarter(2026, 3).end
    ('2026Q1', datetime.date(2026, 9, 30))
    """

    year: int
    number: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the usual spellings; raise `ValueError` for anything that is not clearly one quarter."""
        for spelling in _SPELLINGS:
            if match := spelling.fullmatch(str(text).strip()):
                return cls(int(match["year"]), int(match["number"]))
        raise ValueError(f"not a quarter: {text!r}; expected for example 2026Q3 or 2026-K3")

    @classmethod
    def of(cls, day: dt.date) -> Self:
        """Give the quarter a day falls in."""
        return cls(day.year, (day.month - 1) // 3 + 1)

    def __str__(self) -> str:
        return f"{self.year}Q{self.number}"

    def label(self, language: str) -> str:
        """Give the quarter as a reader writes it: `2026-K3` or `2026-Q3`."""
        return f"{self.year}-{'K' if language == 'nl' else 'Q'}{self.number}"

    @property
    def start(self) -> dt.date:
        """First day."""
        return dt.date(self.year, 3 * self.number - 2, 1)

    @property
    def end(self) -> dt.date:
        """Last day."""
        return self.next().start - dt.timedelta(days=1)

    def shift(self, quarters: int) -> Self:
        """Give the quarter that many quarters later (earlier if negative)."""
        position = self.year * 4 + self.number - 1 + quarters
        return type(self)(position // 4, position % 4 + 1)

    def previous(self) -> Self:
        """Give the quarter before."""
        return self.shift(-1)

    def next(self) -> Self:
        """Give the quarter after."""
        return self.shift(1)

    def weeks(self) -> list[str]:
        """List the ISO weeks whose Thursday falls in this quarter: 13, sometimes 14, and 12 in 2027Q1.

        Examples
        --------
        >>> weeks = Quarter(2026, 1).weeks()
        >>> weeks[0], weeks[-1], len(weeks)
        ('2026W01', '2026W13', 13)
        """
        first_thursday = self.start + dt.timedelta(days=(3 - self.start.weekday()) % 7)
        days = range(0, (self.end - first_thursday).days + 1, 7)
        return [iso_week(first_thursday + dt.timedelta(days=day)) for day in days]


def iso_week(day: dt.date) -> str:
    """Write the ISO week of a day, `2026W40`."""
    year, week, _ = day.isocalendar()
    return f"{year}W{week:02d}"


def parse_week(text: str) -> dt.date:
    """Give the Monday of an ISO week written `2026W40`; raise `ValueError` otherwise.

    Examples
    --------
    >>> parse_week("2026W40")
    datetime.date(2026, 9, 28)
    """
    match = _WEEK.fullmatch(text.strip())
    if not match:
        raise ValueError(f"not a week: {text!r}; expected for example 2026W40")
    return dt.date.fromisocalendar(int(match["year"]), int(match["week"]), 1)


def week_places(weeks: Iterable[str]) -> NDArray[np.int64]:
    """Count for each ISO week how many weeks after the earliest of them it falls.

    Examples
    --------
    >>> week_places(["2026W52", "2027W01", "2026W50"]).tolist()
    [2, 4, 0]
    """
    days = np.array([parse_week(week).toordinal() for week in weeks], dtype=np.int64)
    return np.asarray((days - days.min()) // 7 if days.size else days, dtype=np.int64)


def quarter_column(times: pd.Series) -> pd.Series:
    """Give the quarter (`2026Q3`) of each date or aware time; missing stays missing.

    Aware times are judged by the clock in Amsterdam: 1 January 00:30 there is December in UTC.

    Examples
    --------
    >>> quarter_column(pd.Series(pd.to_datetime(["2025-12-31T23:30Z"])))[0]
    '2026Q1'
    """
    months = _days(times).astype("datetime64[M]")
    named = _named(times, months, lambda month: str(Quarter.of(month)))
    named.name = times.name
    return named


def week_column(times: pd.Series) -> pd.Series:
    """Give the ISO week (`2026W40`) of each date or aware time; missing stays missing.

    Examples
    --------
    >>> week_column(pd.Series(pd.to_datetime(["2026-12-31T12:00Z", "2025-12-28T23:30Z"]))).tolist()
    ['2026W53', '2026W01']
    """
    # numpy's weeks begin on a Thursday, as the first one of 1970 did
    thursdays = (_days(times) + np.timedelta64(3, "D")).astype("datetime64[W]")
    return _named(times, thursdays, iso_week)


def _days(times: pd.Series) -> NDArray[np.datetime64]:
    return by_the_clock(times).to_numpy().astype("datetime64[D]")


def _named(times: pd.Series, periods: NDArray[np.datetime64], name: Callable[[dt.date], str]) -> pd.Series:
    """Give each time the name of its period; every period is named once."""
    codes, days = pd.factorize(periods.astype("datetime64[s]"))
    names = np.array([*(name(day) for day in days.astype("datetime64[D]").tolist()), None], dtype=object)
    return pd.Series(names[codes], index=times.index, dtype=object)


def by_the_clock(times: pd.Series) -> pd.Series:
    """Read moments by the clock in Amsterdam, without zone: so many days later at the same hour is so many days.

    Examples
    --------
    >>> noons = pd.Series(pd.to_datetime(["2026-10-24T10:00Z", "2026-10-25T11:00Z"]))
    >>> by_the_clock(noons).diff()[1]
    Timedelta('1 days 00:00:00')
    """
    moments = pd.to_datetime(times)
    return moments if moments.dt.tz is None else moments.dt.tz_convert(AMSTERDAM).dt.tz_localize(None)
