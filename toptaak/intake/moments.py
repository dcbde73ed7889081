"""Dates and times: day first, local times in Amsterdam, the hours in which the clock changes."""

from __future__ import annotations

import numpy as np
import pandas as pd

from toptaak.core.periods import AMSTERDAM
from toptaak.intake.date_texts import respelled
from toptaak.intake.parsed import Note, Options, Parsed, fits, noted

_CLOCK = r"(?:[T ][0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)?)?"
_OFFSET = r"\s?(?:[Zz]|[+-][0-9]{2}:?[0-9]{2})"
_ISO = r"[0-9]{4}-[0-9]{2}-[0-9]{2}" + _CLOCK
_NUMERIC = r"[0-9]{1,2}([-/.])[0-9]{1,2}\1[0-9]{4}" + _CLOCK.replace("T", "")
_SHORT = r"^([0-9]{1,2})([-/.])([0-9]{1,2})\2([0-9]{2})(?:[T ,].*)?$"
_MARKS = ("-", "/", ".")
_FORMATS = (
    ("", ""),
    (r" [0-9]{1,2}:[0-9]{2}", " %H:%M"),
    (r" [0-9]{1,2}:[0-9]{2}:[0-9]{2}", " %H:%M:%S"),
    (r" [0-9]{1,2}:[0-9]{2}:[0-9]{2}\.[0-9]+", " %H:%M:%S.%f"),
)
_MONTHS, _MOST_DAYS = 12, 31
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
    is_local, is_aware = fits(text, _ISO), fits(text, _ISO + _OFFSET)
    odd = (text.notna() & ~is_local & ~is_aware & ~fits(text, _NUMERIC)).to_numpy()
    short = _years_first(text.where(odd)) & (not options.month_first)
    text = text.where(~odd, text[odd].map(respelled))
    if odd.any():
        is_local, is_aware = fits(text, _ISO), fits(text, _ISO + _OFFSET)
    aware, local = _iso(text.where(is_aware), utc=True), _iso(text.where(is_local))
    day_first, of_zone, doubt = _day_first(text.mask(is_local | is_aware | short), options)
    repaired = day_first.notna() | of_zone.notna()
    local, aware = local.fillna(day_first), aware.fillna(of_zone)
    local = local.where(local.between(_FIRST, _LAST))
    doubtful = (doubt[0].mask if doubt else False) | short
    unread = text.notna() & local.isna() & aware.isna() & ~doubtful
    order, other = ("TT-820", "TT-821") if options.month_first else ("TT-051", "TT-050")
    return local, aware, [*noted(other, doubtful), *noted("TT-049", unread), *noted(order, repaired)]


def _years_first(text: pd.Series) -> np.ndarray:
    """Tell which dates with a year of two digits may well have it in front: the last number varies as much."""
    short = text.str.extract(_SHORT)
    there = short[0].notna().to_numpy()
    first, middle, last = (short[number].astype("float64") for number in (0, 2, 3))
    if first.nunique() > last.nunique() or (first > _MOST_DAYS).any() or (middle > _MONTHS).any():
        return np.zeros(len(text), dtype=bool)
    return there


def _iso(text: pd.Series, *, utc: bool = False) -> pd.Series:
    read = pd.to_datetime(text.str.replace(",", "."), format="ISO8601", errors="coerce", utc=utc)
    return read.dt.as_unit("us")


def _day_first(text: pd.Series, options: Options) -> tuple[pd.Series, pd.Series, list[Note]]:
    """Read dates whose order the mapping tells: local ones, those with an offset (UTC), and what is doubtful."""
    values = pd.Series(pd.NaT, index=text.index, dtype="datetime64[us]")
    if not text.notna().any():
        return values, values.dt.tz_localize("UTC"), []
    offset = text.str.extract(rf" [0-9:.]+({_OFFSET})$")[0]
    text = text.str.replace(rf"( [0-9:.]+){_OFFSET}$", r"\1", regex=True).str.replace(",", ".")
    written: dict[str, pd.Series] = {}
    other_order = pd.Series(False, index=text.index)
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
            other_order[spelled] = read.isna() & other.notna()
    odd = min(written.values(), key=_rarest_and_latest) if len(written) > 1 else other_order
    zoned = values.where(offset.notna())
    aware = _iso(zoned.dt.strftime("%Y-%m-%dT%H:%M:%S.%f") + offset, utc=True)
    return values.mask(offset.notna()), aware, noted("TT-050", odd | other_order)


def _rarest_and_latest(mask: pd.Series) -> tuple[int, int]:
    return int(mask.sum()), -int(mask.to_numpy().argmax())


def _read(text: pd.Series, pattern: str) -> pd.Series:
    return pd.to_datetime(text, format=pattern, errors="coerce").dt.as_unit("us")
