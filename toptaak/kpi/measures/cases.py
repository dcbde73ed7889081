"""Whole cases: how long they take, how many contacts and steps, how many are open.

Times are skewed, so their middle is the geometric mean. It cannot hold a zero: zeros are left out, said so in the
note, and counted by `zero_durations`.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from typing import Final

import numpy as np
import pandas as pd

from toptaak.core.periods import by_the_clock
from toptaak.core.results import ONE_ROW_PER_CASE
from toptaak.core.settings import Settings
from toptaak.kpi.declaration import Columns, Measure
from toptaak.kpi.follow_up import TOO_YOUNG, dated_by, last_known, too_young
from toptaak.kpi.journeys import all_cases, cases_in, completed, of_cases, one_row_each
from toptaak.kpi.observations import Observations, Tables, anywhere, leave_out, without_zeros

TERM_RUNS: Final = "cases of which the term had not ended when the log did are left out"
_CONTACTS: Columns = {"contacts": ("case", "started_at", "ended_at", "resolved")}
_STEPS: Columns = {"steps": ("case", "step", "at")}
_CASES: Columns = {"cases": ("case", "opened_at", "closed_at")}


def case_times(tables: Tables, by: Sequence[str], settings: Settings) -> Observations:
    """Take the seconds of each completed case: from its first contact or step, or its opening, until it was done."""
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
    registered=_CASES,
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
    """Take for each case whether it was still open a number of days (`follow_up_days`) after it began.

    A case counts in the quarter in which it began; one that is younger at the end of that quarter, or of the log, is
    left out.
    """
    by_case = cases_in(tables)
    if by_case.empty:
        return of_cases(all_cases(by_case), None)
    days = settings.follow_up_days
    last = last_known(by_case)
    young = too_young(by_case["started_at"], last, days, by)
    done_at = by_the_clock(by_case["dated_at"]).where(~by_case["open"].fillna(True).astype(bool))
    still = ~(done_at <= by_the_clock(by_case["started_at"]) + pd.Timedelta(days=days))
    observed = of_cases(dated_by(by_case, "started_at", by), still)
    return leave_out(observed, young, TOO_YOUNG)


def done_or_not(tables: Tables, by: Sequence[str], settings: Settings) -> Observations:
    """Take for each case whether it was done a number of days after it began; as `open_or_not`."""
    observed = open_or_not(tables, by, settings)
    return Observations(observed.rows.assign(value=1 - observed.rows["value"]), observed.note)


def in_term_or_not(tables: Tables, by: Sequence[str], settings: Settings) -> Observations:
    """Take for each case whether it was closed on or before the last day of its legal term.

    A case counts in the quarter in which its term ended. A term that had not ended when the log did is left out. Of a
    municipality that records no terms it cannot be measured.
    """
    by_case = cases_in(tables)
    if "due_at" not in by_case.columns or by_case["due_at"].isna().all():
        return of_cases(by_case, None)
    due = by_case[by_case["due_at"].notna()]
    last = last_known(by_case).loc[due.index]
    term = by_the_clock(due["due_at"]).dt.normalize()
    done_at = by_the_clock(due["dated_at"]).where(~due["open"].fillna(True).astype(bool))
    observed = of_cases(dated_by(due, "due_at", by), done_at.dt.normalize() <= term)
    observed = leave_out(observed, term > last.dt.normalize(), TERM_RUNS)
    without = of_cases(by_case[~anywhere(by_case["due_at"].notna(), by_case)], None)
    return observed if without.rows.empty else Observations(pd.concat([observed.rows, without.rows]), observed.note)


OPEN_CASES: Final = Measure(
    id="open_cases",
    label="Open cases",
    unit="ratio",
    direction="lower",
    scale="proportion",
    definition=(
        "Cases that were still open the set number of days after they began, divided by all cases that began in the "
        "period and are at least that old at its end."
    ),
    source="toptaak",
    needs=_CONTACTS,
    alternative=_STEPS,
    registered=_CASES,
    observe=open_or_not,
)


DONE_WITHIN_DAYS: Final = Measure(
    id="done_within_days",
    label="Done within the set number of days",
    unit="ratio",
    direction="higher",
    scale="proportion",
    definition=(
        "Cases that were done within the set number of days after they began, divided by all cases that began in the "
        "period and are at least that old at its end."
    ),
    source="toptaak",
    needs=_CONTACTS,
    alternative=_STEPS,
    registered=_CASES,
    observe=done_or_not,
)


DONE_WITHIN_TERM: Final = Measure(
    id="done_within_term",
    label="Done within the legal term",
    unit="ratio",
    direction="higher",
    scale="proportion",
    definition=(
        "Cases that were closed on or before the last day of their legal term, divided by all cases of which that day "
        "fell in the period."
    ),
    source="Algemene wet bestuursrecht, art. 4:13",
    needs={"cases": ("case", "opened_at", "closed_at", "due_at")},
    observe=in_term_or_not,
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
    registered=_CASES,
    observe=zero_or_not,
)


def contact_counts(tables: Tables, by: Sequence[str], settings: Settings) -> Observations:
    """Take the number of contacts of each completed case; steps do not tell it."""
    by_case = all_cases(cases_in(tables))
    fixed = pd.Series(np.where(one_row_each(by_case), ONE_ROW_PER_CASE, ""), index=by_case.index)
    done = completed(by_case)
    return of_cases(done, done.get("contacts"), fixed.loc[done.index])


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
    """Take the number of steps of each completed case."""
    done = completed(tables["steps"])
    return of_cases(done, done.get("steps"))


STEPS_PER_CASE: Final = Measure(
    id="steps_per_case",
    label="Steps per case",
    unit="count",
    direction="none",
    scale="mean",
    definition="Number of steps of a completed case behind the counter; the mean.",
    source="toptaak",
    needs=_STEPS,
    limits=(1.0, inf),
    observe=step_counts,
)

OPEN_STOCK: Final = Measure(
    id="open_stock",
    label="Cases open at the end of the period",
    unit="count",
    direction="lower",
    scale="own",
    definition="Number of cases that were open at the end of the last day of the period; counted in full.",
    source="toptaak",
    needs=_CONTACTS,
    alternative=_STEPS,
    registered=_CASES,
)


OPEN_AGE: Final = Measure(
    id="open_age",
    label="Age of open cases",
    unit="seconds",
    direction="lower",
    scale="own",
    definition="Time since they began of the cases that were open at the end of the period; the median.",
    source="toptaak",
    needs=_CONTACTS,
    alternative=_STEPS,
    registered=_CASES,
)

MEASURES: Final = (
    COMPLETION_TIME,
    TIME_TO_DONE,
    DONE_WITHIN,
    OPEN_CASES,
    DONE_WITHIN_DAYS,
    DONE_WITHIN_TERM,
    OPEN_SHARE,
    ZERO_DURATIONS,
    CONTACTS_PER_CASE,
    STEPS_PER_CASE,
    OPEN_STOCK,
    OPEN_AGE,
)
