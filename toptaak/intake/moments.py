"""Dates and times: day first, local times in Amsterdam, the hours in which the clock changes."""

from __future__ import annotations

import re

import pandas as pd

from toptaak.core.periods import AMSTERDAM
from toptaak.intake.parsed import Note, Options, Parsed, fits, noted

_CLOCK = r"(?:[T ][0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)?)?"
_OFFSET = r"\s?(?:[Zz]|[+-][0-9]{2}:?[0-9]{2})"
_ISO = r"[0-9]{4}-[0-9]{2}-[0-9]{2}" + _CLOCK
_ZONE = r"(?:GMT|UTC)(?:[+-]\d{1,2}(?::?\d{2})?)?|CES?T"
_TWELVE_HOURS = rf".+ (?:0?[1-9]|1[0-2]):\d{{2}}(?::\d{{2}})? [AaPp][Mm](?: (?:{_ZONE}))?"
_YEAR_FIRST = r"\d{4}/\d{1,2}/\d{1,2}(?: .*)?"
_MARKS = ("-", "/", ".")
_FORMATS = (("", ""), (r" [0-9]{1,2}:[0-9]{2}", " %H:%M"), (r" [0-9]{1,2}:[0-9]{2}:[0-9]{2}", " %H:%M:%S"))
_FIRST, _LAST = pd.Timestamp("1900-01-01"), pd.Timestamp("2100-12-31")


def dates(text: pd.Series, options: Options) -> Parsed:
    """Read days; of a time only the day in Amsterdam is kept.

    Examples
    --------
    >>> values, notes = dates(pd.Series(["1-4-2026", "2026-04-01T23:30Z"]), Options())
    >>> [str(value.date()) for value in values], [note.code for note in notes]
    (['2026-04-01', '2026-04-02'], ['TT-051'])
    """
    local, aware, notes = _moments(text, options)
    days = local.fillna(aware.dt.tz_convert(AMSTERDAM).dt.tz_localize(None)).dt.normalize()
    return days, notes


def times(text: pd.Series, options: Options) -> Parsed:
    """Read moments; a time without offset is the time in Amsterdam, if that hour occurs once.

    Examples
    --------
    >>> values, notes = times(pd.Series(["2026-10-25 02:30", "2026-10-25 02:30+01:00"]), Options())
    >>> str(values[1]), [note.code for note in notes]
    ('2026-10-25 02:30:00+01:00', ['TT-052'])
    """
    local, aware, notes = _moments(text, options)
    placed = local.dt.tz_localize(AMSTERDAM, ambiguous="NaT", nonexistent="NaT")
    changed = local.notna() & placed.isna()
    notes += noted("TT-052", changed) + noted("TT-053", placed.notna())
    return placed.fillna(aware.dt.tz_convert(AMSTERDAM)), notes


def localized(values: pd.Series) -> Parsed:
    """Turn times of a typed file into times in Amsterdam."""
    if values.dt.tz is not None:
        return values.dt.tz_convert(AMSTERDAM), []
    placed = values.dt.tz_localize(AMSTERDAM, ambiguous="NaT", nonexistent="NaT")
    return placed, noted("TT-052", values.notna() & placed.isna()) + noted("TT-053", placed.notna())


def _moments(text: pd.Series, options: Options) -> tuple[pd.Series, pd.Series, list[Note]]:
    """Split texts in local moments (naive) and aware ones (UTC)."""
    odd = fits(text, _TWELVE_HOURS + "|" + _YEAR_FIRST).to_numpy()
    text = text.where(~odd, text[odd].map(_respelled))
    aware = _iso(text.where(fits(text, _ISO + _OFFSET)), utc=True)
    local = _iso(text.where(fits(text, _ISO)))
    day_first, doubt = _day_first(text, options)
    repaired = day_first.notna()
    local = local.fillna(day_first)
    local = local.where(local.between(_FIRST, _LAST))
    unread = text.notna() & local.isna() & aware.isna()
    doubtful = doubt[0].mask if doubt else False
    return local, aware, [*doubt, *noted("TT-049", unread & ~doubtful), *noted("TT-051", repaired)]


def _respelled(text: str) -> str:
    """Write 2026/4/1 and 2:30:05 PM GMT+2, as survey platforms do, in the usual way.

    Examples
    --------
    >>> _respelled("2026/4/1 2:30:05 PM GMT+2"), _respelled("4/1/2026 12:05 AM")
    ('2026-04-01 14:30:05+02:00', '4/1/2026 00:05')
    """
    year_first = re.match(r"(\d{4})/(\d{1,2})/(\d{1,2})", text)
    if year_first:
        year, month, day = year_first.groups()
        text = f"{year}-{int(month):02d}-{int(day):02d}{text[year_first.end() :]}"
    clock = re.fullmatch(rf"(.+) (0?[1-9]|1[0-2])(:\S+) ([AaPp])[Mm](?: ({_ZONE}))?", text)
    if clock is None:
        return text
    date, hour, minutes, half, zone = clock.groups()
    return f"{date} {int(hour) % 12 + 12 * (half in 'pP'):02d}{minutes}{_offset(zone or '')}"


def _offset(zone: str) -> str:
    if shift := re.fullmatch(r"(?:GMT|UTC)([+-])(\d{1,2})(?::?(\d{2}))?", zone):
        return f"{shift[1]}{int(shift[2]):02d}:{shift[3] or '00'}"
    return {"CET": "+01:00", "CEST": "+02:00", "GMT": "Z", "UTC": "Z"}.get(zone, "")


def _iso(text: pd.Series, *, utc: bool = False) -> pd.Series:
    read = pd.to_datetime(text.str.replace(",", "."), format="ISO8601", errors="coerce", utc=utc)
    return read.dt.as_unit("us")


def _day_first(text: pd.Series, options: Options) -> tuple[pd.Series, list[Note]]:
    values = pd.Series(pd.NaT, index=text.index, dtype="datetime64[us]")
    written: dict[str, pd.Series] = {}
    month_first = pd.Series(False, index=text.index)
    for mark in _MARKS:
        day, month = ("%m", "%d") if options.month_first else ("%d", "%m")
        for clock, clock_format in _FORMATS:
            spelled = fits(text, rf"[0-9]{{1,2}}[{mark}][0-9]{{1,2}}[{mark}][0-9]{{4}}" + clock)
            if not spelled.any():
                continue
            written[mark] = written.get(mark, False) | spelled
            read = _read(text[spelled], f"{day}{mark}{month}{mark}%Y{clock_format}")
            other = _read(text[spelled], f"{month}{mark}{day}{mark}%Y{clock_format}")
            values[spelled] = read
            month_first[spelled] = read.isna() & other.notna()
    odd = min(written.values(), key=_rarest_and_latest) if len(written) > 1 else month_first
    return values, noted("TT-050", odd | month_first)


def _rarest_and_latest(mask: pd.Series) -> tuple[int, int]:
    return int(mask.sum()), -int(mask.to_numpy().argmax())


def _read(text: pd.Series, pattern: str) -> pd.Series:
    return pd.to_datetime(text, format=pattern, errors="coerce").dt.as_unit("us")
