"""Waiting for somebody to answer: abandoned calls, waiting times, and what a contact takes the organisation.

Tables `contacts` and `service_totals`, which intake keeps from counting a call twice. `wait_s` is the time before the
contact began; `started_at` to `ended_at` is the contact itself. Calls of one week hang together (a busy week is busy
for all of them), so what is said of calls rests on the effective number. Handling time and cost are figures of the
organisation: they stand beside the customer's.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd

from toptaak.core.periods import by_the_clock
from toptaak.core.results import CASE_DATES, NOT_MEASURABLE, ONE_WEEK
from toptaak.core.settings import Settings
from toptaak.kpi.declaration import Columns, Measure
from toptaak.kpi.journeys import contacts_in
from toptaak.kpi.observations import ZERO_LEFT_OUT, Observations, Tables

PHONE: Final = "phone"
WORKING_DAY: Final = 8 * 3600.0  # no contact lasts longer than the counter is open
_CALLS: Columns = {"contacts": ("channel", "answered")}
_WAITS: Columns = {"contacts": ("wait_s",)}
_SERVICE: Columns = {"contacts": ("channel", "answered", "wait_s")}
_COUNTS: Final = ("offered", "answered", "abandoned", "within_norm", "wait_s_mean", "talk_s_mean", "wrap_s_mean")
_NO_TOTALS: Final = pd.DataFrame({"municipality": [], "date": pd.to_datetime([]), "channel": []})
_NO_LOG: Final = pd.DataFrame({"municipality": [], "channel": [], "started_at": pd.to_datetime([])})


def abandoned(tables: Tables, by: Sequence[str], settings: Settings) -> Observations:
    """Take for each telephone call whether nobody answered it in time for the customer."""
    calls = _calls(_log(tables))
    totals = _of_phone(service_totals_in(tables))
    answered = totals["answered"].fillna(totals["offered"] - totals["abandoned"])
    given_up = totals["abandoned"].fillna(totals["offered"] - totals["answered"])
    return _together(by, _observe(calls, 1 - _answered(calls)), _counted(totals, given_up, answered))


ABANDONED_RATE: Final = Measure(
    id="abandoned_rate",
    label="Abandoned calls",
    unit="ratio",
    direction="lower",
    scale="proportion",
    definition="Telephone calls that ended before somebody answered, divided by all calls offered.",
    source="Municipality of Tilburg, annual report 2016 (service norms)",
    needs=_CALLS,
    alternative={"service_totals": ("offered", "abandoned")},
    board=True,
    observe=abandoned,
)


def waited_shortly(tables: Tables, by: Sequence[str], settings: Settings) -> Observations:
    """Take for each customer who was helped, through any channel, whether the wait was within the norm."""
    contacts = _log(tables)
    helped = contacts[_answered(contacts) != 0]
    wait = _wait(helped)
    totals = service_totals_in(tables)
    late = totals["answered"] - totals["within_norm"]
    in_time = np.where(np.isnan(wait), np.nan, wait <= settings.wait_norm_seconds)
    return _together(by, _observe(helped, in_time), _counted(totals, totals["within_norm"], late))


SHORT_WAIT_RATE: Final = Measure(
    id="short_wait_rate",
    label="Waited no longer than the norm",
    unit="ratio",
    direction="higher",
    scale="proportion",
    definition=(
        "Customers who were helped within the norm (5 minutes, unless set otherwise), divided by all customers who "
        "were helped and whose waiting time is known."
    ),
    source="Municipality of Amsterdam: waiting no longer than five minutes",
    needs=_WAITS,
    alternative={"service_totals": ("answered", "within_norm")},
    observe=waited_shortly,
)


def answered_in_time(tables: Tables, by: Sequence[str], settings: Settings) -> Observations:
    """Take for each telephone call whether it was answered within the norm."""
    calls = _calls(_log(tables))
    answered, wait = _answered(calls), _wait(calls)
    # whoever gave up was not helped in time, however long that took
    in_time = np.where(answered == 0, 0.0, np.where(np.isnan(wait), np.nan, wait <= settings.wait_norm_seconds))
    totals = _of_phone(service_totals_in(tables))
    late = totals["offered"] - totals["within_norm"]
    observed = _observe(calls, np.where(np.isnan(answered), np.nan, in_time))
    return _together(by, observed, _counted(totals, totals["within_norm"], late))


SERVICE_LEVEL: Final = Measure(
    id="service_level",
    label="Service level",
    unit="ratio",
    direction="higher",
    scale="proportion",
    definition=(
        "Telephone calls answered within the norm, divided by all calls offered; whoever gave up was not helped in "
        "time."
    ),
    source="Wolkvox documentation: answered within the norm / offered",
    needs=_SERVICE,
    alternative={"service_totals": ("offered", "within_norm")},
    board=True,
    observe=answered_in_time,
)


def waits(tables: Tables, by: Sequence[str], settings: Settings) -> Observations:
    """Take the waiting time of each answered telephone call; of a day the mean, as often as calls were answered."""
    calls = _calls(_log(tables))
    answered = calls[_answered(calls) == 1]
    totals = _of_phone(service_totals_in(tables))
    return _together(by, _observe(answered, _wait(answered)), _averaged(totals, totals["wait_s_mean"]))


SPEED_OF_ANSWER: Final = Measure(
    id="speed_of_answer",
    label="Mean speed of answer",
    unit="seconds",
    direction="lower",
    scale="mean",
    definition="Waiting time of answered telephone calls; the mean.",
    source="Wolkvox documentation: waiting time of answered calls / answered calls",
    needs=_SERVICE,
    alternative={"service_totals": ("answered", "wait_s_mean")},
    board=True,
    observe=waits,
)


def handling_times(tables: Tables, by: Sequence[str], settings: Settings) -> Observations:
    """Take the seconds each answered contact took; a contact without duration has none."""
    contacts = _log(tables)
    helped = contacts[_answered(contacts) != 0]
    seconds = pd.Series(_handled(helped), index=helped.index)
    of_cases = _dates_of_cases(helped, seconds) & _numbers(helped, "talk_s").isna()
    reason = np.select([of_cases, seconds.isna(), seconds == 0], [CASE_DATES, NOT_MEASURABLE, ZERO_LEFT_OUT], "")
    return Observations(helped.assign(value=seconds.mask(reason != ""), reason=reason), note=ZERO_LEFT_OUT)


def _dates_of_cases(contacts: pd.DataFrame, seconds: pd.Series) -> pd.Series:
    """Tell of each contact whether its times are days: all at midnight, or one row per case, longer than a workday."""
    if "municipality" not in contacts.columns:
        return pd.Series(False, index=contacts.index)
    towns = contacts["municipality"]
    begun = by_the_clock(contacts["started_at"])
    midnight: pd.Series = (begun == begun.dt.normalize()).groupby(towns, observed=True).transform("all")
    if "case" not in contacts.columns:
        return midnight
    alone = ~contacts["case"].duplicated(keep=False).groupby(towns, observed=True).transform("any")
    long: pd.Series = seconds.groupby(towns, observed=True).transform("median") > WORKING_DAY
    dates: pd.Series = midnight | (alone & long)
    return dates


HANDLING_TIME: Final = Measure(
    id="handling_time",
    label="Handling time per contact",
    unit="seconds",
    direction="none",
    scale="geometric_mean",
    definition=(
        "Talk, hold and wrap-up time of an answered contact, or else the time from its start to its end; the geometric "
        "mean. A figure of the organisation: it stands beside the customer's and is never mixed into them."
    ),
    source="toptaak",
    needs={"contacts": ("started_at", "ended_at")},
    observe=handling_times,
)


def call_handling_times(tables: Tables, by: Sequence[str], settings: Settings) -> Observations:
    """Take the seconds each answered call took; of a day the mean, as often as calls were answered."""
    calls = _calls(_log(tables))
    answered = calls[_answered(calls) != 0]
    totals = _of_phone(service_totals_in(tables))
    handled = totals["talk_s_mean"] + totals["wrap_s_mean"].fillna(0)
    return _together(by, _observe(answered, _handled(answered)), _averaged(totals, handled))


CALL_HANDLING_TIME: Final = Measure(
    id="call_handling_time",
    label="Mean handling time of calls",
    unit="seconds",
    direction="none",
    scale="mean",
    definition=(
        "Talk, hold and wrap-up time of answered telephone calls; the mean, weighted by calls, as a telephone switch "
        "counts it. A figure of the organisation: it stands beside the customer's and is never mixed into them."
    ),
    source="toptaak",
    needs={"contacts": ("channel", "started_at", "ended_at")},
    alternative={"service_totals": ("answered", "talk_s_mean")},
    observe=call_handling_times,
)


COST_PER_CONTACT: Final = Measure(
    id="cost_per_contact",
    label="Cost per contact",
    unit="euro",
    direction="none",
    scale="own",
    definition=(
        "Recorded cost divided by the number of contacts in the same quarter. A figure of the organisation: it "
        "stands beside the customer's and is never mixed into them."
    ),
    source="GOV.UK, cost per transaction",
    needs={"effort": ("cost",), "contacts": ("started_at",)},
)


def service_totals_in(tables: Tables) -> pd.DataFrame:
    """Take the totals of a switch or desk system, with numbers for counts and the phone where no channel is told."""
    totals = tables.get("service_totals", _NO_TOTALS)
    numbers = {name: _numbers(totals, name) for name in _COUNTS}
    channel = totals["channel"] if "channel" in totals else pd.Series(None, totals.index, dtype=object)
    return totals.assign(**numbers, channel=channel.astype(object).fillna(PHONE))


def _numbers(table: pd.DataFrame, name: str) -> pd.Series:
    return table[name].astype("float64") if name in table else pd.Series(np.nan, table.index)


def _log(tables: Tables) -> pd.DataFrame:
    return contacts_in(tables) if {"contacts", "contact_moments"} & set(tables) else _NO_LOG


def _calls(contacts: pd.DataFrame) -> pd.DataFrame:
    return _of_phone(contacts) if "channel" in contacts.columns else contacts.iloc[:0]


def _of_phone(rows: pd.DataFrame) -> pd.DataFrame:
    return rows[(rows["channel"] == PHONE).to_numpy(dtype=bool, na_value=False)]


def _answered(contacts: pd.DataFrame) -> np.ndarray:
    if "answered" not in contacts.columns:
        return np.full(len(contacts), np.nan)
    return contacts["answered"].astype("boolean").to_numpy(dtype=np.float64, na_value=np.nan)


def _wait(contacts: pd.DataFrame) -> np.ndarray:
    return _numbers(contacts, "wait_s").to_numpy()


def _handled(contacts: pd.DataFrame) -> np.ndarray:
    """Give what a contact took: talk, hold and wrap-up time, or else from start to end; missing where neither is."""
    talk = _numbers(contacts, "talk_s")
    parts = talk + _numbers(contacts, "hold_s").fillna(0) + _numbers(contacts, "wrap_s").fillna(0)
    if "ended_at" not in contacts.columns:
        return parts.to_numpy()
    return parts.fillna((contacts["ended_at"] - contacts["started_at"]).dt.total_seconds()).to_numpy()


def _observe(contacts: pd.DataFrame, value: np.ndarray) -> Observations:
    return Observations(contacts.assign(value=value, reason=np.where(np.isnan(value), NOT_MEASURABLE, "")))


def _counted(totals: pd.DataFrame, yes: pd.Series, no: pd.Series) -> pd.DataFrame:
    """Give two rows for each total: how many calls it was so for, and how many not."""
    known = yes.notna() & no.notna()
    reason = np.where(known, "", NOT_MEASURABLE)
    parts = [totals.assign(value=value, times=times.clip(lower=0), reason=reason)
             for value, times in ((1.0, yes), (0.0, no))]  # fmt: skip
    return pd.concat(
        [rows_of_log.assign(value=rows_of_log["value"].where(known)) for rows_of_log in parts], ignore_index=True
    )


def _averaged(totals: pd.DataFrame, mean: pd.Series) -> pd.DataFrame:
    """Give the mean of each total once for every call that was answered."""
    reason = np.where(mean.notna(), "", NOT_MEASURABLE)
    return totals.assign(value=mean, times=totals["answered"], reason=reason)


def _together(by: Sequence[str], calls: Observations, totals: pd.DataFrame) -> Observations:
    """Put single calls and totals under each other; those of one week hang together, within a week those of one day."""
    span = "D" if "week" in by else "W"
    log = calls.rows.assign(times=1.0, cluster=_spans(calls.rows, "started_at", span))
    counted = totals.assign(cluster=_spans(totals, "date", span))
    rows = pd.concat([rows_of_log for rows_of_log in (log, counted) if len(rows_of_log)] or [log])
    of_week = [name for name in ("municipality", "cluster") if name in rows.columns]
    number = rows.groupby(of_week, dropna=False, observed=True).ngroup()
    return Observations(rows.assign(cluster=number), calls.note, ONE_WEEK)


def _spans(rows: pd.DataFrame, when: str, span: str) -> pd.Series:
    """Name the day or the week of each row."""
    if when not in rows.columns or rows.empty:
        return pd.Series(pd.NaT, rows.index)
    moments = rows[when]
    clock = moments.dt.tz_localize(None) if moments.dt.tz is not None else moments
    spans: pd.Series = clock.dt.to_period(span)
    return spans


MEASURES: Final = (
    ABANDONED_RATE,
    SHORT_WAIT_RATE,
    SERVICE_LEVEL,
    SPEED_OF_ANSWER,
    HANDLING_TIME,
    CALL_HANDLING_TIME,
    COST_PER_CONTACT,
)
