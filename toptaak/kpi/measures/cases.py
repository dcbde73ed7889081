"""Whole cases: how long they take, how many contacts and steps, how many are open.

Times are skewed, so their middle is the geometric mean. It cannot hold a zero: zeros are left out, said so in the
note, and counted by `zero_durations`.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from typing import Final

from toptaak.core.settings import Settings
from toptaak.kpi.declaration import Columns, Measure
from toptaak.kpi.journeys import all_cases, cases_in, completed, of_cases
from toptaak.kpi.observations import Observations, Tables, without_zeros

_CONTACTS: Columns = {"contacts": ("case", "started_at", "ended_at", "resolved")}
_STEPS: Columns = {"steps": ("case", "at")}
_LOG: Columns = {"contacts": ("case", "started_at", "ended_at", "resolved")}


def case_times(tables: Tables, by: Sequence[str], settings: Settings) -> Observations:
    """Take the seconds of each completed case: contacts from the first to the last that resolved it, or steps."""
    done = completed(cases_in(tables))
    return without_zeros(of_cases(done, done["seconds"]))


COMPLETION_TIME: Final = Measure(
    id="completion_time",
    label="Completion time",
    unit="seconds",
    direction="lower",
    scale="geometric_mean",
    definition=(
        "Time from the first contact of a case until it is done, over all channels; the geometric mean of completed "
        "cases."
    ),
    source="Sauro and Lewis, Average task times in usability tests (2010)",
    needs=_CONTACTS,
    alternative=_STEPS,
    board=True,
    observe=case_times,
)


TIME_TO_DONE: Final = Measure(
    id="time_to_done",
    label="Time to done, open cases included",
    unit="seconds",
    direction="lower",
    scale="own",
    definition=(
        "Time after which half of the cases are done, with cases that are still open counted as long as they were "
        "seen (Kaplan-Meier)."
    ),
    source="Kaplan and Meier (1958); interval of Brookmeyer and Crowley (1982)",
    needs={"contacts": ("case", "started_at", "ended_at", "resolved")},
    minimum_n=10,
)


DONE_WITHIN: Final = Measure(
    id="done_within",
    label="Done within the target time",
    unit="ratio",
    direction="higher",
    scale="own",
    definition=(
        "Estimated share of cases that are done within the target time, with open cases counted as long as they were "
        "seen (Kaplan-Meier)."
    ),
    source="Kaplan and Meier (1958)",
    needs={"contacts": ("case", "started_at", "ended_at", "resolved")},
    minimum_n=10,
)


def open_or_not(tables: Tables, by: Sequence[str], settings: Settings) -> Observations:
    """Take for each case whether it is still open; steps do not tell."""
    by_case = all_cases(cases_in(tables))
    return of_cases(by_case, by_case["open"] if "contacts" in by_case.columns else None)


OPEN_CASES: Final = Measure(
    id="open_cases",
    label="Open cases",
    unit="ratio",
    direction="lower",
    scale="proportion",
    definition=(
        "Cases without a contact that resolved them, divided by all cases. They do not count in the completion time."
    ),
    source="toptaak",
    needs=_CONTACTS,
    observe=open_or_not,
)


OPEN_SHARE: Final = Measure(
    id="open_share",
    label="Share of cases still open",
    unit="ratio",
    direction="lower",
    scale="own",
    definition="Estimated share of cases that are still open after a given time (Kaplan-Meier).",
    source="Kaplan and Meier (1958)",
    needs={"contacts": ("case", "started_at", "ended_at", "resolved")},
    minimum_n=10,
)


def zero_or_not(tables: Tables, by: Sequence[str], settings: Settings) -> Observations:
    """Take for each completed case whether its duration is zero."""
    done = completed(cases_in(tables))
    return of_cases(done, done["seconds"] == 0)


ZERO_DURATIONS: Final = Measure(
    id="zero_durations",
    label="Cases without measurable duration",
    unit="ratio",
    direction="none",
    scale="proportion",
    definition=(
        "Completed cases with a duration of zero, divided by all completed cases. A geometric mean cannot hold them."
    ),
    source="toptaak",
    needs=_CONTACTS,
    alternative=_STEPS,
    observe=zero_or_not,
)


def contact_counts(tables: Tables, by: Sequence[str], settings: Settings) -> Observations:
    """Take the number of contacts of each completed case; steps do not tell it."""
    done = completed(cases_in(tables))
    return of_cases(done, done.get("contacts"))


CONTACTS_PER_CASE: Final = Measure(
    id="contacts_per_case",
    label="Contacts per case",
    unit="count",
    direction="lower",
    scale="mean",
    definition="Number of contacts of a completed case, over all channels; the mean.",
    source="toptaak",
    needs=_CONTACTS,
    board=True,
    limits=(1.0, inf),
    observe=contact_counts,
)


def step_counts(tables: Tables, by: Sequence[str], settings: Settings) -> Observations:
    """Take the number of steps of each case."""
    done = completed(tables["steps"])
    return of_cases(done, done.get("steps"))


STEPS_PER_CASE: Final = Measure(
    id="steps_per_case",
    label="Steps per case",
    unit="count",
    direction="none",
    scale="mean",
    definition="Number of steps of a case behind the counter; the mean.",
    source="toptaak",
    needs=_STEPS,
    limits=(1.0, inf),
    observe=step_counts,
)

MEASURES: Final = (
    COMPLETION_TIME,
    TIME_TO_DONE,
    DONE_WITHIN,
    OPEN_CASES,
    OPEN_SHARE,
    ZERO_DURATIONS,
    CONTACTS_PER_CASE,
    STEPS_PER_CASE,
)
