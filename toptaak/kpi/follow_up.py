"""How long something could be followed, so that what is compared was followed equally long.

A case of yesterday had no time to be finished, a customer of yesterday none to come back. What needs time to ripen is
judged a fixed number of days after its start; what is younger than that at the end of its quarter is left out of every
quarter alike. A log that began shortly before a quarter does not know which cases were open then: durations, open cases
and repeat contact of that quarter cannot be compared.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pandas as pd

from toptaak.core.periods import by_the_clock, quarter_column, week_column

TOO_YOUNG: Final = "cases that began in the last days of the quarter are left out: it is too early to say"
LOG_TOO_SHORT: Final = "not comparable: the log began too short a time before the period compared with"
# of what was completed, the longest hundredth may have begun before the log
_NEARLY_ALL: Final = 0.99
_ENOUGH: Final = 10
_SLACK: Final = pd.Timedelta("7D")
_QUARTER: Final = pd.Timedelta("92D")


def last_known(rows: pd.DataFrame) -> pd.Series:
    """Give for each case or contact the last moment in the log of its municipality, by the clock in Amsterdam."""
    there = [name for name in ("started_at", "last_at", "dated_at") if name in rows.columns]
    latest = pd.concat([by_the_clock(rows[name]) for name in there], axis=1).max(axis=1)
    return latest.groupby(rows["municipality"], observed=True).transform("max")


def too_young(starts: pd.Series, last: pd.Series, days: int, by: Sequence[str]) -> pd.Series:
    """Tell what could not be followed for a number of days: by the end of the log, and of its own quarter.

    Parameters
    ----------
    starts
        When each case or contact began.
    last
        Last moment of its log (`last_known`).
    by
        Group columns: with `quarter` nothing counts that came after the quarter in which it began.

    Examples
    --------
    >>> starts = pd.Series(pd.to_datetime(["2026-09-01", "2026-09-20"]))
    >>> last = pd.Series(pd.Timestamp("2026-12-31"), index=starts.index)
    >>> too_young(starts, last, 14, ["quarter"]).tolist(), too_young(starts, last, 14, []).tolist()
    ([False, True], [False, False])
    """
    began = by_the_clock(starts)
    ripe = began + pd.Timedelta(days=days)
    young: pd.Series = ripe > last
    if "quarter" in by:
        young |= ripe > began.dt.to_period("Q").dt.end_time
    return young


def dated_by(rows: pd.DataFrame, column: str, by: Sequence[str]) -> pd.DataFrame:
    """Put rows into the quarter and week of one of their moments, where these are grouped by."""
    periods = {"quarter": quarter_column, "week": week_column}
    wanted = {*by, *rows.columns}
    return rows.assign(**{name: period(rows[column]) for name, period in periods.items() if name in wanted})


def comparable_since(by_case: pd.DataFrame) -> pd.Series:
    """Give per municipality the moment from which cases that opened before its log can no longer matter.

    Returns
    -------
    Moments by the clock in Amsterdam, by municipality: the begin of the log and the time in which 99 % of the cases
    that were completed last are done. A quarter may begin a week earlier.

    Examples
    --------
    >>> days = pd.Timestamp("2026-01-01") + pd.to_timedelta(range(200), unit="D")
    >>> by_case = pd.DataFrame({"municipality": "GM9901", "started_at": days, "seconds": 30 * 86_400.0,
    ...     "dated_at": days + pd.Timedelta("30D")})
    >>> str(comparable_since(by_case)["GM9901"])
    '2026-01-24 00:00:00'
    """
    known = by_case.assign(began=by_the_clock(by_case["started_at"]), done=by_the_clock(by_case["dated_at"]))
    return known.groupby("municipality", observed=True)[["began", "done", "seconds"]].apply(_since)


def _since(log: pd.DataFrame) -> pd.Timestamp:
    done = log.dropna(subset="seconds")
    newest = done[done["done"] > done["done"].max() - _QUARTER]
    seconds = (newest if len(newest) >= _ENOUGH else done)["seconds"].quantile(_NEARLY_ALL)
    began: pd.Timestamp = log["began"].min()
    return began if pd.isna(seconds) else began + pd.Timedelta(seconds=float(seconds)) - _SLACK
