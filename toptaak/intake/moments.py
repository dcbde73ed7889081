"""Dates and times: day first, local times in Amsterdam, the hours in which the clock changes."""

from __future__ import annotations

import pandas as pd

from toptaak.core.periods import AMSTERDAM
from toptaak.intake.parsed import Note, Options, Parsed, fits, noted

_CLOCK = r"(?:[T ][0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)?)?"
_OFFSET = r"\s?(?:[Zz]|[+-][0-9]{2}:?[0-9]{2})"
_ISO = r"[0-9]{4}-[0-9]{2}-[0-9]{2}" + _CLOCK
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
    aware = _iso(text.where(fits(text, _ISO + _OFFSET)), utc=True)
    local = _iso(text.where(fits(text, _ISO)))
    day_first, doubt = _day_first(text, options)
    repaired = day_first.notna()
    local = local.fillna(day_first)
    local = local.where(local.between(_FIRST, _LAST))
    unread = text.notna() & local.isna() & aware.isna()
    doubtful = doubt[0].mask if doubt else False
    return local, aware, [*doubt, *noted("TT-049", unread & ~doubtful), *noted("TT-051", repaired)]


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
