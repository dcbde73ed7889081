"""What a contact log tells about journeys: switching channel, solved at once, coming back.

Table `contacts`: one row is one contact moment. Cases are gathered over all channels (`kpi.journeys`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd

from toptaak.core.periods import by_the_clock
from toptaak.core.results import NO_RETURN, NOT_MEASURABLE, ONE_CHANNEL, ONE_ROW_PER_CASE
from toptaak.core.settings import Settings
from toptaak.kpi.declaration import Columns, Measure
from toptaak.kpi.follow_up import TOO_YOUNG, dated_by, last_known, too_young
from toptaak.kpi.journeys import (
    ENOUGH_TO_VARY,
    completed,
    contact_cases_in,
    contacts_in,
    of_cases,
    one_channel,
    one_row_each,
)
from toptaak.kpi.observations import Observations, Tables, leave_out

TOO_RECENT: Final = "the latest contacts are left out: it is too early to say whether the customer comes back"
_CASES: Columns = {"contacts": ("case", "channel", "started_at", "ended_at", "resolved")}
_REPEATS: Columns = {"contacts": ("customer", "task_id", "started_at")}


def switch_counts(tables: Tables, by: Sequence[str], settings: Settings) -> Observations:
    """Take the number of channel switches of each completed case."""
    by_case = contact_cases_in(tables)
    done = completed(by_case)
    return of_cases(done, done.get("switches"), _fixed(by_case).loc[done.index])


CHANNEL_SWITCHES: Final = Measure(
    id="channel_switches",
    label="Channel switches per case",
    unit="count",
    direction="lower",
    scale="mean",
    definition=(
        "How often a customer went on through another channel than that of the contact before; the mean over "
        "completed cases."
    ),
    source="toptaak",
    needs=_CASES,
    observe=switch_counts,
)


def switched_or_not(tables: Tables, by: Sequence[str], settings: Settings) -> Observations:
    """Take for each completed case whether the customer changed channel."""
    by_case = contact_cases_in(tables)
    done = completed(by_case)
    switched = done["switches"] > 0 if "switches" in done.columns else None
    return of_cases(done, switched, _fixed(by_case).loc[done.index])


CHANNEL_SWITCH_RATE: Final = Measure(
    id="channel_switch_rate",
    label="Cases with a channel switch",
    unit="ratio",
    direction="lower",
    scale="proportion",
    definition="Completed cases in which the customer changed channel at least once, divided by all completed cases.",
    source="toptaak",
    needs=_CASES,
    observe=switched_or_not,
)


def solved_at_once(tables: Tables, by: Sequence[str], settings: Settings) -> Observations:
    """Take for each case whether its first contact solved it, without another within a number of days.

    A case counts in the quarter of its first contact. One that is younger than `repeat_contact_days` at the end of that
    quarter, or of the log, is left out: nobody knows yet whether the customer comes back.
    """
    by_case = contact_cases_in(tables)
    if "first_done_at" not in by_case.columns or by_case.empty:
        return of_cases(by_case, None)
    days = settings.repeat_contact_days
    until = by_the_clock(by_case["started_at"]) + pd.Timedelta(days=days)
    solved = (by_the_clock(by_case["first_done_at"]) <= until) & ~(by_the_clock(by_case["second_at"]) <= until)
    fixed = pd.Series(np.where(one_row_each(by_case), ONE_ROW_PER_CASE, ""), index=by_case.index)
    young = too_young(by_case["started_at"], last_known(by_case), days, by)
    return leave_out(of_cases(dated_by(by_case, "started_at", by), solved, fixed), young, TOO_YOUNG)


FIRST_CONTACT_RESOLUTION: Final = Measure(
    id="first_contact_resolution",
    label="Solved at the first contact",
    unit="ratio",
    direction="higher",
    scale="proportion",
    definition=(
        "Cases that the first contact solved, without a further contact about them within the set number of days, "
        "divided by all cases of at least that age of which it is known whether a contact solved them."
    ),
    source="ziptone.nl: first contact resolution = first time fix",
    needs=_CASES,
    observe=solved_at_once,
)


def came_back(tables: Tables, by: Sequence[str], settings: Settings) -> Observations:
    """Take for each contact whether the customer came back about the task within the set number of days.

    Contacts younger than that at the end of their quarter, or of the municipality's log, are left out, for their time
    is not over. Contacts of one customer hang together; the interval rests on the effective number of them.
    """
    contacts = contacts_in(tables)
    days = settings.repeat_contact_days
    # contacts at the same time are told apart by their channel, so that the order of rows does not matter
    order = [name for name in ("started_at", "channel") if name in contacts.columns]
    known = contacts.assign(
        who=_customers(contacts),
        by_clock=by_the_clock(contacts["started_at"]),
        last=last_known(contacts),
    ).sort_values(order, kind="stable")
    topic = [name for name in ("municipality", "who", "task_id") if name in known.columns]
    following = known.groupby(topic, dropna=False, observed=True)["by_clock"].shift(-1)
    back = following <= known["by_clock"] + pd.Timedelta(days=days)
    recent = too_young(known["started_at"], known["last"], days, by)
    nobody_twice = _nobody_twice(known)
    reason = np.select([known["who"].isna(), nobody_twice, recent], [NOT_MEASURABLE, NO_RETURN, TOO_RECENT], "")
    value = back.astype("Float64").mask(reason != "")
    cluster = known.groupby(["municipality", "who"], dropna=False, observed=True).ngroup()
    rows = known.drop(columns=["last", "who", "by_clock"]).assign(value=value, reason=reason, cluster=cluster)
    return Observations(rows, note=TOO_RECENT)


REPEAT_CONTACT_RATE: Final = Measure(
    id="repeat_contact_rate",
    label="Repeat contact",
    unit="ratio",
    direction="lower",
    scale="proportion",
    definition=(
        "Contacts after which the same customer came back about the same task within the set number of days, through "
        "any channel, divided by all contacts that are at least that old."
    ),
    source="ziptone.nl: repeat traffic",
    needs=_REPEATS,
    observe=came_back,
)


CONTACT_HAZARD: Final = Measure(
    id="contact_hazard",
    label="Chance of a new contact",
    unit="ratio",
    direction="lower",
    scale="own",
    definition=(
        "Customers who contact again on a day, divided by customers still without an answer on that day, by the "
        "number of days since their last contact."
    ),
    source="toptaak",
    needs={"contacts": ("case", "started_at", "resolved")},
    minimum_n=10,
)


SILENCE_RATIO: Final = Measure(
    id="silence_ratio",
    label="New contacts after silence",
    unit="factor",
    direction="lower",
    scale="own",
    definition="Rate of new contacts in the week after ten days without news, divided by that in the week before.",
    source="toptaak; ratio of two rates as in Przyborowski and Wilenski (1940)",
    needs={"contacts": ("case", "started_at", "resolved")},
    minimum_n=10,
)


CHANNEL_FLOW: Final = Measure(
    id="channel_flow",
    label="From channel to channel",
    unit="ratio",
    direction="none",
    scale="own",
    definition=(
        "Of the contacts through one channel, the share after which the customer's next contact about the case came "
        "through the other."
    ),
    source="toptaak",
    needs={"contacts": ("case", "channel", "started_at")},
)


STEP_WAIT: Final = Measure(
    id="step_wait",
    label="Waiting after a step",
    unit="seconds",
    direction="lower",
    scale="own",
    definition=(
        "Time after which half of the cases have moved on to the next step, with cases that still wait counted as "
        "long as they were seen (Kaplan-Meier)."
    ),
    source="Kaplan and Meier (1958); interval of Brookmeyer and Crowley (1982)",
    needs={"steps": ("case", "step", "at")},
)


STALLED_SHARE: Final = Measure(
    id="stalled_share",
    label="Open cases that wait at a step",
    unit="ratio",
    direction="lower",
    scale="own",
    definition="Open cases of which this is the last step taken, divided by all open cases.",
    source="toptaak",
    needs={"steps": ("case", "step", "at")},
)


def _fixed(by_case: pd.DataFrame) -> pd.Series:
    """Say of each case why its number of channel switches can only be 0; empty where it may be more."""
    reasons = np.select([one_row_each(by_case), one_channel(by_case)], [ONE_ROW_PER_CASE, ONE_CHANNEL], "")
    return pd.Series(reasons, index=by_case.index)


def _nobody_twice(known: pd.DataFrame) -> pd.Series:
    """Tell of each contact whether in its municipality nobody has two, of contacts enough to see somebody again."""
    times = known.groupby(["municipality", "who"], observed=True)["started_at"].transform("size")
    towns = times.groupby(known["municipality"], observed=True)
    return (towns.transform("max") == 1) & (towns.transform("size") >= ENOUGH_TO_VARY)


def _customers(contacts: pd.DataFrame) -> pd.Series:
    """Name who made each contact: the customer, else the case, else nobody."""
    empty = pd.Series(None, index=contacts.index, dtype=object)
    case, customer = contacts.get("case", empty).astype(object), contacts.get("customer", empty).astype(object)
    of_case = case.where(case.isna(), "case " + case.astype(str))
    return customer.where(customer.notna(), of_case)


MEASURES: Final = (
    CHANNEL_SWITCHES,
    CHANNEL_SWITCH_RATE,
    FIRST_CONTACT_RESOLUTION,
    REPEAT_CONTACT_RATE,
    CONTACT_HAZARD,
    SILENCE_RATIO,
    CHANNEL_FLOW,
    STEP_WAIT,
    STALLED_SHARE,
)
