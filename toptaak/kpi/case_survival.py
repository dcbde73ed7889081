"""How long until a case is done, when some cases are still open: open cases count as long as they were seen.

A quarter is a window: a case that was open when it began is watched from then on, at the age it had; a case that
is open when it ends is watched until then. Leaving the first out, or the second in without their age, makes
times come out too long or too short (docs/afwijkingen.md).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final

import numpy as np
import pandas as pd

from toptaak.core.periods import AMSTERDAM, Quarter
from toptaak.core.results import NO_OBSERVATIONS, NOT_MEASURABLE, by_group, result_row, results
from toptaak.core.settings import Settings
from toptaak.kpi.journeys import all_cases
from toptaak.kpi.measures import declaration
from toptaak.kpi.summaries import clusters_of
from toptaak.kpi.target_values import target_of
from toptaak.stats.survival import SurvivalCurve, kaplan_meier

NOT_REACHED: Final = "not reached within the observed period"
SAME_TIME: Final = "too many cases took the same time: no interval"
METHOD: Final = "kaplan_meier"


def time_to_done(contacts: pd.DataFrame, by: Sequence[str] = (), settings: Settings | None = None) -> pd.DataFrame:
    """Give the time in seconds after which half of the cases are done, open cases included.

    Parameters
    ----------
    contacts
        Contacts, or the cases made from them.
    by
        Group columns: municipality, task_id, channel (of the first contact), quarter (as a window).

    Returns
    -------
    Result frame; `n` counts the cases that were watched, done or not. An estimate or limit that the observed
    period does not reach with at least the smallest number of cases at risk, at that age and at every younger one, is
    missing.

    Examples
    --------
    >>> day = pd.Timedelta("1D")
    >>> start = pd.Timestamp("2026-07-01 09:00", tz="Europe/Amsterdam")
    >>> contacts = pd.DataFrame({"municipality": "GM9901", "case": range(30), "started_at": start,
    ...     "ended_at": [start + days * day for days in (1, 2, 9)] * 10, "resolved": [True, True, False] * 10})
    >>> float(time_to_done(contacts).estimate[0]) / 86400
    2.0
    """

    def median(curve: SurvivalCurve, cases: pd.DataFrame) -> Iterable[dict[str, object]]:
        estimate, low, high = curve.quantile(0.5)
        note = NOT_REACHED if np.isnan(estimate) else SAME_TIME if low == high else ""
        if note == SAME_TIME:
            low = high = float("nan")
        yield result_row("time_to_done", len(cases), estimate, low, high, METHOD, note)

    return results(_per_group(contacts, by, settings, "time_to_done", median), by)


def done_within(
    contacts: pd.DataFrame,
    target: float | pd.DataFrame,
    by: Sequence[str] = (),
    settings: Settings | None = None,
) -> pd.DataFrame:
    """Give the estimated share of cases that are done within a target time, open cases included.

    Parameters
    ----------
    target
        Seconds; or targets in force (`kpi.compare.targets_in_force`) with the columns measure, those of `by`
        other than quarter, and target; the rows for `completion_time` count. A group without a target has no row.
    """
    groups = [name for name in by if name != "quarter"]

    def share(curve: SurvivalCurve, cases: pd.DataFrame) -> Iterable[dict[str, object]]:
        seconds = (
            target
            if isinstance(target, int | float)
            else target_of(target, "completion_time", {name: cases[name].iloc[0] for name in groups})
        )
        if np.isnan(seconds):
            return
        still_open, low, high = curve.at(seconds)
        note = NOT_REACHED if np.isnan(still_open) else ""
        yield result_row("done_within", len(cases), 1 - still_open, 1 - high, 1 - low, METHOD, note)

    return results(_per_group(contacts, by, settings, "done_within", share), by)


def open_share(
    contacts: pd.DataFrame,
    times: Sequence[float],
    by: Sequence[str] = (),
    settings: Settings | None = None,
) -> pd.DataFrame:
    """Give the estimated share of cases still open after each of these times, in seconds: the curve.

    Returns
    -------
    Result frame with the extension `survival`, one row per group and time; `at_risk` counts the cases that were
    watched at that age.
    """

    def points(curve: SurvivalCurve, cases: pd.DataFrame) -> Iterable[dict[str, object]]:
        for time in times:
            estimate, low, high = curve.at(time)
            note = NOT_REACHED if np.isnan(estimate) else ""
            row = result_row("open_share", len(cases), estimate, low, high, METHOD, note)
            yield row | {"time": float(time), "at_risk": curve.at_risk_at(time)}

    rows = _per_group(contacts, by, settings, "open_share", points)
    return results(rows, by, extension="survival")


def lifetimes(contacts: pd.DataFrame, by: Sequence[str] = ()) -> pd.DataFrame:
    """Tell for each case from what age to what age it was watched, and whether it was done then.

    Returns
    -------
    One row per case, or per case and quarter where `by` holds the quarter: the columns of a case, `entry` and
    `exit` (seconds since the first contact) and `done`. Cases of which it is not recorded whether they are open
    are left out.
    """
    by_case = all_cases(contacts)
    by_case = by_case[by_case["open"].notna()].drop(columns="quarter")
    dated = by_case.assign(done_at=by_case["started_at"] + pd.to_timedelta(by_case["seconds"], unit="s"))
    if dated.empty:
        return dated.assign(entry=0.0, exit=0.0, done=False, quarter="")
    begin = dated["started_at"].min()
    last: pd.Timestamp = max(contacts["started_at"].max(), dated[["started_at", "done_at"]].max().max())
    if "quarter" not in by:
        return _watched(dated, begin, last)
    windows = [
        (_midnight(quarter), min(_midnight(quarter.next()), last), str(quarter)) for quarter in _quarters(begin, last)
    ]
    return pd.concat(
        [_watched(dated, start, end).assign(quarter=name) for start, end, name in windows], ignore_index=True
    )


def _quarters(first: pd.Timestamp, last: pd.Timestamp) -> Iterable[Quarter]:
    quarter, final = (Quarter.of(moment.tz_convert(AMSTERDAM).date()) for moment in (first, last))
    while quarter <= final:
        yield quarter
        quarter = quarter.next()


def _watched(dated: pd.DataFrame, start: pd.Timestamp, end: pd.Timestamp) -> pd.DataFrame:
    """Cut the lives of cases to a window of time."""
    begun = dated[dated["started_at"] <= end]
    done = (begun["done_at"] <= end).to_numpy()
    gone = begun["done_at"].where(done, end)
    leave = (gone - begun["started_at"]).dt.total_seconds()
    late = (start - begun["started_at"]).dt.total_seconds().clip(lower=0)
    lived = begun.assign(entry=late, exit=leave, done=done)
    return lived[(lived["exit"] > lived["entry"]) | (lived["entry"] == 0)].reset_index(drop=True)


def _midnight(quarter: Quarter) -> pd.Timestamp:
    return pd.Timestamp(quarter.start, tz=AMSTERDAM)


def _per_group(
    contacts: pd.DataFrame,
    by: Sequence[str],
    settings: Settings | None,
    name: str,
    measure: Callable[[SurvivalCurve, pd.DataFrame], Iterable[dict[str, object]]],
) -> list[dict[str, object]]:
    settings = settings or Settings()
    least = max(settings.minimum_n, declaration(name).minimum_n)
    table = lifetimes(contacts, by)

    def of_group(cases: pd.DataFrame) -> Iterable[dict[str, object]]:
        if cases.empty:
            return [result_row(name, note=NO_OBSERVATIONS if len(contacts) == 0 else NOT_MEASURABLE)]
        whose = clusters_of(cases)
        clusters = None if whose is None else np.unique(whose, return_inverse=True)[1]
        curve = kaplan_meier(cases["exit"], cases["done"], cases["entry"], settings.confidence, clusters)
        return measure(curve.resting_on(least), cases)

    return by_group(table, by, of_group)
