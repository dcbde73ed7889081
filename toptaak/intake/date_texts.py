"""Dates and times as people and programs write them, respelled so that only the order of day and month is left open."""

from __future__ import annotations

import datetime as dt
import re
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pandas as pd

MONTHS: Final = MappingProxyType(
    {
        name: number
        for number, names in enumerate(
            (
                "jan januari january januar",
                "feb februari february februar",
                "mrt mar maart march märz maa",
                "apr april",
                "mei may mai",
                "jun juni june",
                "jul juli july",
                "aug augustus august",
                "sep sept september",
                "okt oct oktober october",
                "nov november",
                "dec december dez dezember",
            ),
            1,
        )
        for name in names.split()
    }
)
# hours from UTC of zones that have one meaning; CST and IST have several and are not read
ZONES: Final = MappingProxyType(
    {
        **dict.fromkeys(("z", "gmt", "utc", "wet"), 0),
        **dict.fromkeys(("cet", "met", "mez", "bst", "west"), 1),
        **dict.fromkeys(("cest", "mest", "mesz", "eet"), 2),
        **dict.fromkeys(("eest", "msk"), 3),
        "edt": -4,
        "est": -5,
        "cdt": -5,
        "mdt": -6,
        "mst": -7,
        "pdt": -7,
        "pst": -8,
    }
)
_WEEKDAY = re.compile(
    r"(?:(?:maan|dins|woens|donder|vrij|zater|zon)dag|(?:mon|tues|wednes|thurs|fri|satur|sun)day"
    r"|ma|di|wo|do|vr|za|zo|mon|tue|wed|thu|fri|sat|sun)\.?,?\s+",
    re.IGNORECASE,
)
_CLOCK = r"(?P<hour>\d{1,2})[:.uh](?P<minute>\d{2})(?:[:.](?P<second>\d{2})(?P<fraction>[.,]\d+)?)?"
_HALF = r"(?:\s?(?P<half>[ap])\.?\s?m\.?)?"
_ZONE = r"(?P<zone>(?:gmt|utc)?[+-]\d{1,2}(?::?\d{2})?|[a-z]{1,4}|[a-z]+/[a-z_]+(?:/[a-z_]+)?)"
_TIME = re.compile(rf"{_CLOCK}(?:\s?(?:uur|u|h)\b)?{_HALF}(?:\s?{_ZONE})?", re.IGNORECASE)
_COMPACT_TIME = re.compile(r"(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2})?(?P<zone>z|[+-]\d{2}:?\d{2})?", re.I)
# a time beside a day, as case systems write it; a spreadsheet drops the zero in front
_DIGITS_ONLY = re.compile(r"(?P<hour>[01]?\d|2[0-3])(?P<minute>[0-5]\d)(?P<second>[0-5]\d)")
_NAME = r"(?P<month>[a-zä]{3,9})\.?"
_MIDNIGHT = r"[ T]0?0:00(?::00)?(?:\.0+)?$"
_DAY = 86_400
EXCEL_START = dt.datetime(1899, 12, 30)
_DATES: Final = (
    re.compile(r"(?P<year>\d{4})(?P<mark>[-/.])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})(?!\d)"),
    re.compile(r"(?P<year>(?:19|20)\d{2})(?P<month>0[1-9]|1[0-2])(?P<day>[0-3]\d)"),
    re.compile(r"(?P<first>\d{1,2})(?P<mark>[-/.])(?P<other>\d{1,2})(?P=mark)(?P<year>\d{4}|\d{2})(?!\d)"),
    re.compile(rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th|e)?[ .-]+{_NAME}[ .,'-]+(?P<year>\d{{4}}|\d{{2}})(?!\d)", re.I),
    re.compile(rf"{_NAME}[ .-]*(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?[ -](?P<year>\d{{4}})(?!\d)", re.IGNORECASE),
)
# as Java writes it: Jul 01 10:00:00 CEST 2026
_YEAR_LAST = re.compile(r"([a-z]{3} \d{1,2}) (\d{1,2}:\d{2}:\d{2})((?: \w+)?) (\d{4})", re.IGNORECASE)
_CLOCK_FIRST = re.compile(rf"({_CLOCK}{_HALF}(?:\s?uur)?),?\s+(?=\S*\d)(.+)".replace("?P<", "?P<_"), re.IGNORECASE)


def respelled(text: str) -> str:
    """Respell a date or time: year first where the order is certain, else `4/1/2026 14:30:00+02:00`.

    What is no date comes back as it was. Years of two digits are of this century.

    Examples
    --------
    >>> respelled("2026/4/1 2:30:05 PM GMT+2"), respelled("4/1/2026 12:05 a.m.")
    ('2026-04-01 14:30:05+02:00', '4/1/2026 00:05:00')
    >>> respelled("Wed Jul 01 2026 10:00:00 GMT+0200 (Central European Summer Time)"), respelled("1 juli 2026")
    ('2026-07-01 10:00:00+02:00', '2026-07-01')
    """
    plain = re.sub(r"\s*\([^)]*\)$", "", " ".join(text.replace("\u202f", " ").split()))
    plain = _YEAR_LAST.sub(r"\1 \4 \2\3", _WEEKDAY.sub("", plain, count=1))
    if turned := _CLOCK_FIRST.fullmatch(plain):
        plain = f"{turned[turned.lastindex or 0]} {turned[1]}"
    for pattern in _DATES:
        if date := pattern.match(plain):
            return _whole(date, plain[date.end() :]) or text
    return text


def as_clock(cell: object) -> str | None:
    """Write a time of the day without a date as `hh:mm:ss`; None where a cell is none.

    Examples
    --------
    >>> [as_clock(cell) for cell in ("9.05 uur", "1:30:00 p.m.", dt.time(10, 15), 0.5)]
    ['09:05:00', '13:30:00', '10:15:00', '12:00:00']
    >>> [as_clock(cell) for cell in ("2026-07-01 10:15", "25:00", 46113.5)]
    [None, None, None]
    >>> [as_clock(cell) for cell in ("090500", "90500", "0905", "256000")]
    ['09:05:00', '09:05:00', None, None]
    """
    if isinstance(cell, float) and 0 <= cell < 1:
        cell = dt.timedelta(seconds=round(cell * _DAY))
    if isinstance(cell, dt.timedelta) and cell.days == 0:
        cell = (dt.datetime.min + cell).time()
    text = " ".join(str(cell).split())
    if digits := _DIGITS_ONLY.fullmatch(text):
        return _clock(digits)
    match = _TIME.fullmatch(text)
    return None if match is None or match["zone"] else _clock(match)


def joined(days: pd.Series, clocks: pd.Series) -> pd.Series:
    """Put the cells of a column with days and of one with times together, as text; no day gives no moment.

    Examples
    --------
    >>> joined(pd.Series(["01-07-2026", ""]), pd.Series(["10:15", "11:00"])).tolist()
    ['01-07-2026 10:15:00', '']
    """
    moments = [_joined(day, clock) for day, clock in zip(days, clocks, strict=True)]
    return pd.Series(moments, index=days.index, dtype="str")


def _joined(day: object, clock: object) -> str:
    if day is None or day != day or not str(day).strip():
        return ""
    if isinstance(day, (int, float)):
        day = EXCEL_START + dt.timedelta(days=int(day))
    text = day.date().isoformat() if isinstance(day, dt.datetime) else re.sub(_MIDNIGHT, "", str(day).strip())
    if clock is None or clock != clock or not str(clock).strip():
        return text
    return f"{text} {as_clock(clock) or clock}"


def _whole(date: re.Match[str], rest: str) -> str | None:
    day, rest = _day(date), re.sub(r"^(?:T|,?\s*(?:om|at|,|-)?\s*)", "", rest)
    if day is None or not rest:
        return day
    time = _TIME.fullmatch(rest) or _COMPACT_TIME.fullmatch(rest)
    clock = _clock(time) if time else None
    if time is None or clock is None:
        return None
    zone = time.groupdict().get("zone")
    offset = _offset(zone.casefold(), day) if zone else ""
    return None if offset is None else f"{day} {clock}{offset}"


def _day(date: re.Match[str]) -> str | None:
    parts = date.groupdict()
    year = parts["year"] if len(parts["year"]) == 4 else f"20{parts['year']}"
    if "other" in parts:
        return f"{parts['first']}{parts['mark']}{parts['other']}{parts['mark']}{year}"
    month = parts["month"] if parts["month"].isdigit() else MONTHS.get(parts["month"].casefold())
    return None if month is None else f"{year}-{int(month):02d}-{int(parts['day']):02d}"


def _clock(time: re.Match[str]) -> str | None:
    parts = time.groupdict()
    hour, half = int(parts["hour"]), (parts.get("half") or "").casefold()
    if hour > 23 or (half and not 1 <= hour <= 12):
        return None
    if half:
        hour = hour % 12 + 12 * (half == "p")
    fraction = (parts.get("fraction") or "").replace(",", ".")
    return f"{hour:02d}:{parts['minute']}:{parts['second'] or '00'}{fraction}"


def _offset(zone: str, day: str) -> str | None:
    if shift := re.fullmatch(r"(?:gmt|utc)?([+-])(\d{1,2})(?::?(\d{2}))?", zone):
        return f"{shift[1]}{int(shift[2]):02d}:{shift[3] or '00'}"
    if zone in ZONES:
        return f"{ZONES[zone]:+03d}:00"
    return _offset_of_place(zone, day) if "/" in zone else None


def _offset_of_place(zone: str, day: str) -> str | None:
    """Give the offset of a place on a day of which the order is certain."""
    try:
        noon = dt.datetime.combine(dt.date.fromisoformat(day), dt.time(12), ZoneInfo(zone.title()))
    except (ValueError, ZoneInfoNotFoundError):
        return None
    return f"{noon:%z}"[:3] + ":" + f"{noon:%z}"[3:]
