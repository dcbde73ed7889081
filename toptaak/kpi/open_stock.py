"""The stock of open cases at the end of a day, and how old they are.

A stock is counted in full: it is no estimate, so it has no interval.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

import pandas as pd

from toptaak.core.periods import by_the_clock
from toptaak.core.results import by_group, result_row, results
from toptaak.kpi.journeys import NO_CLOSING_STEP


def open_stock(by_case: pd.DataFrame, day: dt.date, by: Sequence[str] = ()) -> pd.DataFrame:
    """Count the cases that were open at the end of a day, and give the age of the middle one.

    Parameters
    ----------
    by_case
        Cases as `kpi.journeys.gathered` gives them.
    day
        Usually the last day of a quarter.
    by
        Group columns: municipality, task_id, channel.

    Returns
    -------
    Result frame with `open_stock` (a number of cases) and `open_age` (the median age in seconds) per group; `n` counts
    the open cases. Cases of which nothing tells whether they are open make it not measurable.

    Examples
    --------
    >>> days = pd.to_datetime(["2026-09-01", "2026-09-21"]).tz_localize("Europe/Amsterdam")
    >>> by_case = pd.DataFrame({"started_at": days, "seconds": [864_000.0, float("nan")], "open": [False, True]})
    >>> open_stock(by_case, dt.date(2026, 9, 30))[["measure", "n", "estimate"]].values.tolist()
    [['open_stock', 1, 1.0], ['open_age', 1, 864000.0]]
    """
    end = pd.Timestamp(day + dt.timedelta(days=1))
    began = by_the_clock(by_case["started_at"])
    done = began + pd.to_timedelta(by_case["seconds"], unit="s")
    known = by_case.assign(age=(end - began).dt.total_seconds(), unknown=by_case["open"].isna())
    waiting = known[(began < end) & ~(done < end)]

    def counted(group: pd.DataFrame) -> Iterable[dict[str, object]]:
        n, note = len(group), NO_CLOSING_STEP if group["unknown"].any() else ""
        for name, value in (("open_stock", float(n)), ("open_age", group["age"].median())):
            yield result_row(name, 0 if note else n, float("nan") if note else value, note=note)

    return results(by_group(waiting, by, counted), by)
