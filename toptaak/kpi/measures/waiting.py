"""Waiting for somebody to answer: abandoned calls, waiting times, and what a contact takes the organisation.

Table `contacts`. `wait_s` is the time before the contact began; `started_at` to `ended_at` is the contact itself.
Handling time and cost are figures of the organisation: they stand beside the customer's.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd

from toptaak.core.results import NOT_MEASURABLE
from toptaak.core.settings import Settings
from toptaak.kpi.declaration import Columns, Measure
from toptaak.kpi.journeys import contacts_in
from toptaak.kpi.observations import ZERO_LEFT_OUT, Observations, Tables

PHONE: Final = "phone"
_CALLS: Columns = {"contacts": ("channel", "answered")}
_WAITS: Columns = {"contacts": ("wait_s",)}
_SERVICE: Columns = {"contacts": ("channel", "answered", "wait_s")}


def abandoned(tables: Tables, by: Sequence[str], settings: Settings) -> Observations:
    """Take for each telephone call whether nobody answered it in time for the customer."""
    calls = _calls(contacts_in(tables))
    return _observe(calls, 1 - _answered(calls))


ABANDONED_RATE: Final = Measure(
    id="abandoned_rate",
    label="Abandoned calls",
    unit="ratio",
    direction="lower",
    scale="proportion",
    definition="Telephone calls that ended before somebody answered, divided by all calls offered.",
    source="Municipality of Tilburg, annual report 2016 (service norms)",
    needs=_CALLS,
    observe=abandoned,
)


def waited_shortly(tables: Tables, by: Sequence[str], settings: Settings) -> Observations:
    """Take for each customer who was helped, through any channel, whether the wait was within the norm."""
    contacts = contacts_in(tables)
    helped = contacts[_answered(contacts) != 0]
    wait = _wait(helped)
    return _observe(helped, np.where(np.isnan(wait), np.nan, wait <= settings.wait_norm_seconds))


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
    observe=waited_shortly,
)


def answered_in_time(tables: Tables, by: Sequence[str], settings: Settings) -> Observations:
    """Take for each telephone call whether it was answered within the norm."""
    calls = _calls(contacts_in(tables))
    answered, wait = _answered(calls), _wait(calls)
    # whoever gave up was not helped in time, however long that took
    in_time = np.where(answered == 0, 0.0, np.where(np.isnan(wait), np.nan, wait <= settings.wait_norm_seconds))
    return _observe(calls, np.where(np.isnan(answered), np.nan, in_time))


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
    observe=answered_in_time,
)


def waits(tables: Tables, by: Sequence[str], settings: Settings) -> Observations:
    """Take the waiting time of each answered telephone call."""
    calls = _calls(contacts_in(tables))
    answered = calls[_answered(calls) == 1]
    return _observe(answered, _wait(answered))


SPEED_OF_ANSWER: Final = Measure(
    id="speed_of_answer",
    label="Mean speed of answer",
    unit="seconds",
    direction="lower",
    scale="mean",
    definition="Waiting time of answered telephone calls; the mean.",
    source="Wolkvox documentation: waiting time of answered calls / answered calls",
    needs=_SERVICE,
    observe=waits,
)


def handling_times(tables: Tables, by: Sequence[str], settings: Settings) -> Observations:
    """Take the seconds each answered contact took; a contact without duration has none."""
    contacts = contacts_in(tables)
    helped = contacts[_answered(contacts) != 0]
    if "ended_at" not in helped.columns:
        return _observe(helped, np.full(len(helped), np.nan))
    seconds = (helped["ended_at"] - helped["started_at"]).dt.total_seconds()
    reason = np.select([seconds.isna(), seconds == 0], [NOT_MEASURABLE, ZERO_LEFT_OUT], "")
    return Observations(helped.assign(value=seconds.mask(seconds == 0), reason=reason), told=ZERO_LEFT_OUT)


HANDLING_TIME: Final = Measure(
    id="handling_time",
    label="Handling time per contact",
    unit="seconds",
    direction="none",
    scale="geometric_mean",
    definition=(
        "Time from the start to the end of an answered contact; the geometric mean. A figure of the organisation: it "
        "stands beside the customer's and is never mixed into them."
    ),
    source="toptaak",
    needs={"contacts": ("started_at", "ended_at")},
    observe=handling_times,
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


def _calls(contacts: pd.DataFrame) -> pd.DataFrame:
    if "channel" not in contacts.columns:
        return contacts.iloc[:0]
    return contacts[(contacts["channel"] == PHONE).to_numpy(dtype=bool, na_value=False)]


def _answered(contacts: pd.DataFrame) -> np.ndarray:
    if "answered" not in contacts.columns:
        return np.full(len(contacts), np.nan)
    return contacts["answered"].astype("boolean").to_numpy(dtype=np.float64, na_value=np.nan)


def _wait(contacts: pd.DataFrame) -> np.ndarray:
    if "wait_s" not in contacts.columns:
        return np.full(len(contacts), np.nan)
    return contacts["wait_s"].to_numpy(dtype=np.float64, na_value=np.nan)


def _observe(contacts: pd.DataFrame, value: np.ndarray) -> Observations:
    return Observations(contacts.assign(value=value, reason=np.where(np.isnan(value), NOT_MEASURABLE, "")))


MEASURES: Final = (
    ABANDONED_RATE,
    SHORT_WAIT_RATE,
    SERVICE_LEVEL,
    SPEED_OF_ANSWER,
    HANDLING_TIME,
    COST_PER_CONTACT,
)
