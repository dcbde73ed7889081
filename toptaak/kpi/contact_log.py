"""What a contact log tells about journeys: switching channel, solved at once, coming back.

Table `contacts`: one row is one contact moment. Cases are gathered over all channels (`kpi.journeys`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd

from toptaak.core.results import NOT_MEASURABLE
from toptaak.core.settings import Settings
from toptaak.kpi.journeys import all_cases, completed, of_cases
from toptaak.kpi.summaries import Observations, estimates, summarise

TOO_RECENT: Final = "the latest contacts are left out: it is too early to say whether the customer comes back"


def channel_switches(contacts: pd.DataFrame, by: Sequence[str] = (), settings: Settings | None = None) -> pd.DataFrame:
    """Give the mean number of channel switches of a completed case, with a t interval."""
    return estimates(summarise("channel_switches", switch_counts(contacts), by), settings or Settings())


def channel_switch_rate(
    contacts: pd.DataFrame, by: Sequence[str] = (), settings: Settings | None = None
) -> pd.DataFrame:
    """Give the share of completed cases in which the customer changed channel, with Wilson's interval."""
    return estimates(summarise("channel_switch_rate", switched_or_not(contacts), by), settings or Settings())


def first_contact_resolution(
    contacts: pd.DataFrame, by: Sequence[str] = (), settings: Settings | None = None
) -> pd.DataFrame:
    """Give the share of cases that the first contact solved for good, with Wilson's interval.

    A case that is still open was not solved at its first contact. Where `resolved` is not recorded it cannot be
    measured.

    Examples
    --------
    >>> times = pd.to_datetime(["2026-09-01 10:00", "2026-09-01 11:00", "2026-09-04 10:00"])
    >>> contacts = pd.DataFrame({"municipality": "GM9901", "case": ["a", "b", "b"], "channel": "phone",
    ...     "started_at": times, "ended_at": times, "resolved": [True, False, True]})
    >>> first_contact_resolution(contacts)[["n", "estimate"]].values.tolist()
    [[2.0, 0.5]]
    """
    return estimates(summarise("first_contact_resolution", solved_at_once(contacts), by), settings or Settings())


def repeat_contact_rate(
    contacts: pd.DataFrame, by: Sequence[str] = (), settings: Settings | None = None
) -> pd.DataFrame:
    """Give the share of contacts after which the same customer came back about the same task.

    Parameters
    ----------
    contacts
        All contacts, of earlier and later quarters too where they are there. Where the customer is not known
        the case stands for the customer.
    by
        Group columns: municipality, task_id, channel (of the contact), quarter (in which it began).
    settings
        `repeat_contact_days`: within how many days, through any channel. Contacts younger than that at the end
        of the municipality's log are left out, for their time is not over.

    Returns
    -------
    Result frame. Wilson's interval; contacts of one customer hang together, so it rests on the effective number
    of contacts, not on `n`.
    """
    settings = settings or Settings()
    return estimates(summarise("repeat_contact_rate", came_back(contacts, settings), by), settings)


def switch_counts(contacts: pd.DataFrame) -> Observations:
    """Take the number of channel switches of each completed case."""
    done = completed(contacts)
    return of_cases(done, done.get("switches"))


def switched_or_not(contacts: pd.DataFrame) -> Observations:
    """Take for each completed case whether the customer changed channel."""
    done = completed(contacts)
    return of_cases(done, done["switches"] > 0 if "switches" in done.columns else None)


def solved_at_once(contacts: pd.DataFrame) -> Observations:
    """Take for each case whether its first contact solved it and was the only one."""
    by_case = all_cases(contacts)
    if "contacts" not in by_case.columns:
        return of_cases(by_case, None)
    return of_cases(by_case, (by_case["contacts"] == 1) & ~by_case["open"].fillna(True))


def came_back(contacts: pd.DataFrame, settings: Settings) -> Observations:
    """Take for each contact whether the customer came back about the task within the set number of days."""
    span = pd.Timedelta(days=settings.repeat_contact_days)
    # contacts at the same time are told apart by their channel, so that the order of rows does not matter
    order = [name for name in ("started_at", "channel") if name in contacts.columns]
    known = contacts.assign(
        who=_customers(contacts),
        last=contacts.groupby("municipality", observed=True)["started_at"].transform("max"),
    ).sort_values(order, kind="stable")
    topic = [name for name in ("municipality", "who", "task_id") if name in known.columns]
    following = known.groupby(topic, dropna=False, observed=True)["started_at"].shift(-1)
    back = (following - known["started_at"]) <= span
    recent = known["started_at"] + span > known["last"]
    reason = np.where(known["who"].isna(), NOT_MEASURABLE, np.where(recent, TOO_RECENT, ""))
    value = back.astype("Float64").mask(reason != "")
    cluster = known.groupby(["municipality", "who"], dropna=False, observed=True).ngroup()
    rows = known.drop(columns=["last", "who"]).assign(value=value, reason=reason, cluster=cluster)
    return Observations(rows, told=TOO_RECENT)


def _customers(contacts: pd.DataFrame) -> pd.Series:
    """Name who made each contact: the customer, else the case, else nobody."""
    empty = pd.Series(None, index=contacts.index, dtype=object)
    case, customer = contacts.get("case", empty).astype(object), contacts.get("customer", empty).astype(object)
    of_case = case.where(case.isna(), "case " + case.astype(str))
    return customer.where(customer.notna(), of_case)
