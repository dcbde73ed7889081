"""The staff feedback loop: what goes wrong is submitted, routed, solved, and answered with a thank-you.

An entry passes three steps. How long a step takes is a Kaplan-Meier median: an entry that still waits counts as
waiting so far, so that a full desk cannot look fast because only the easy entries are closed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Final

import numpy as np
import pandas as pd

from toptaak.core.faults import Fault
from toptaak.core.results import NO_OBSERVATIONS, by_group, result_row, results
from toptaak.core.wording import Message, message
from toptaak.governance.registers import before, entry_faults
from toptaak.intake.known import known_on
from toptaak.stats.intervals import wilson
from toptaak.stats.survival import kaplan_meier

DAY: Final = 86_400
# step: the date on which it begins and the one on which it ends
STEPS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "routed": ("submitted_on", "routed_on"),
        "solved": ("routed_on", "solved_on"),
        "thanked": ("solved_on", "thanked_on"),
    }
)
WHOLE: Final = ("submitted_on", "thanked_on")
DATES: Final = ("submitted_on", "routed_on", "solved_on", "thanked_on")
# who takes up which kind of entry
ROUTES: Final[Mapping[str, Message]] = MappingProxyType(
    {
        "process": message("process manager"),
        "knowledge": message("editor"),
        "systems": message("improvement manager"),
    }
)
HALF_NOT_DONE: Final = "fewer than half are done"
Rows = list[dict[str, object]]


@dataclass(frozen=True)
class Terms:
    """Days within which each step should be done."""

    routed: int = 5
    solved: int = 30
    thanked: int = 5


def lead_times(
    feedback: pd.DataFrame, until: dt.date, by: Sequence[str] = (), confidence: float = 0.95
) -> pd.DataFrame:
    """Give the median time of each step, and from submission to thank-you.

    Parameters
    ----------
    feedback
        Checked table `staff_feedback`; one row is an entry. Choose the entries before.
    until
        Last day of the period; what happened later is not known yet.
    by
        Group columns: topic, kind, department.

    Returns
    -------
    DataFrame
        Result frame, in seconds, of `feedback_time_routed`, `_solved`, `_thanked` and `_total`. `n` counts entries
        that began the step, the waiting ones included. Where fewer than half are done the median is missing.

    Notes
    -----
    Kaplan-Meier median with the log-log interval of Brookmeyer and Crowley (see `stats.survival`). Left out of a
    step: entries of which its begin is unknown, or its end although a later step is done, or with the two in the
    wrong order (`check_feedback` names those).

    Examples
    --------
    >>> day = pd.Timestamp
    >>> entries = pd.DataFrame({"submitted_on": [day("2026-10-01")] * 3, "routed_on": [day("2026-10-03")] * 3,
    ...     "solved_on": [day("2026-10-10"), day("2026-10-05"), pd.NaT], "thanked_on": pd.NaT})
    >>> (lead_times(entries, dt.date(2026, 12, 31))["estimate"] / 86400).tolist()
    [2.0, 7.0, nan, nan]
    """
    known = _known_until(feedback, until)
    steps = {**STEPS, "total": WHOLE}

    def medians(group: pd.DataFrame) -> Rows:
        return [_median(f"feedback_time_{step}", group, ends, until, confidence) for step, ends in steps.items()]

    return results(by_group(known, by, medians), by)


def _known_until(feedback: pd.DataFrame, until: dt.date) -> pd.DataFrame:
    known = known_on({"staff_feedback": feedback}, until)["staff_feedback"]
    assert known is not None
    return known


def _median(
    measure: str, group: pd.DataFrame, ends: tuple[str, str], until: dt.date, confidence: float
) -> dict[str, object]:
    begin, end = ends
    later = list(DATES[DATES.index(end) + 1 :])
    unknown_end = group[end].isna() & group[later].notna().any(axis=1)
    used = group[group[begin].notna() & ~unknown_end & ~before(group[begin], group[end])]
    if used.empty:
        return result_row(measure, note=NO_OBSERVATIONS)
    days = (used[end].fillna(pd.Timestamp(until)) - used[begin]).dt.days.to_numpy(dtype=float)
    curve = kaplan_meier(days, used[end].notna().to_numpy(dtype=bool), confidence=confidence)
    median, low, high = (DAY * value for value in curve.quantile())
    note = HALF_NOT_DONE if np.isnan(median) else ""
    return result_row(measure, len(used), median, low, high, "kaplan_meier", note)


def loop_shares(
    feedback: pd.DataFrame, until: dt.date, by: Sequence[str] = (), terms: Terms | None = None, confidence: float = 0.95
) -> pd.DataFrame:
    """Give which part of the entries is late, thanked, and led to a change.

    Returns
    -------
    DataFrame
        Result frame with Wilson intervals of

        * `feedback_late_routed`, `_solved`, `_thanked`: of the entries that wait for that step on `until`, those
          that wait longer than its term;
        * `feedback_thanked`: of the entries solved at least the thank-you term ago, those answered with a thank-you;
        * `feedback_led_to_change`: of the solved entries of which it is known, those that led to a change.

    Examples
    --------
    >>> day = pd.Timestamp
    >>> entries = pd.DataFrame({"submitted_on": [day("2026-10-01")] * 4, "routed_on": [day("2026-10-03")] * 4,
    ...     "solved_on": [day("2026-10-10")] * 3 + [pd.NaT], "thanked_on": [day("2026-10-11")] * 2 + [pd.NaT] * 2,
    ...     "led_to_change": pd.array([True, False, None, None], dtype="boolean")})
    >>> frame = loop_shares(entries, dt.date(2026, 12, 31)).set_index("measure")
    >>> frame.loc["feedback_thanked", ["n", "estimate"]].astype(float).round(3).tolist()
    [3.0, 0.667]
    """
    known = _known_until(feedback, until)
    allowed = terms or Terms()

    def shares(group: pd.DataFrame) -> Rows:
        share = partial(_share, confidence=confidence)
        late = [share(f"feedback_late_{step}", _late(group, step, until, allowed)) for step in STEPS]
        ripe = group["solved_on"] <= pd.Timestamp(until) - pd.Timedelta(days=allowed.thanked)
        changed = group.loc[group["solved_on"].notna(), "led_to_change"].dropna()
        thanked = share("feedback_thanked", group.loc[ripe, "thanked_on"].notna())
        return [*late, thanked, share("feedback_led_to_change", changed)]

    return results(by_group(known, by, shares), by)


def _late(entries: pd.DataFrame, step: str, until: dt.date, terms: Terms) -> pd.Series:
    """Tell of each entry that waits for a step whether it waits longer than the term."""
    waiting = entries[_waiting_for(entries) == step]
    term = pd.Timedelta(days=vars(terms)[step])
    return waiting[STEPS[step][0]] < pd.Timestamp(until) - term


def _waiting_for(entries: pd.DataFrame) -> pd.Series:
    """Name the step that an entry waits for: the first one after the last that is done; empty when all is done."""
    step = pd.Series("routed", index=entries.index)
    for done, after in (("routed_on", "solved"), ("solved_on", "thanked"), ("thanked_on", "")):
        step = step.mask(entries[done].notna(), after)
    return step


def _share(measure: str, hits: pd.Series, confidence: float) -> dict[str, object]:
    n = len(hits)
    if n == 0:
        return result_row(measure, note=NO_OBSERVATIONS)
    count = int(hits.sum())
    low, high = wilson(count, n, confidence)
    return result_row(measure, n, count / n, float(low), float(high), "wilson")


def desk_list(feedback: pd.DataFrame, until: dt.date, language: str, terms: Terms | None = None) -> pd.DataFrame:
    """List what waits at the central desk, longest over its term first.

    Returns
    -------
    DataFrame
        One row is an entry that waits: `entry`, `topic`, `kind`, `waiting_for` (a step), `days` it waits, `term` in
        days, `late`, and `route`: the role that takes up this kind.

    Examples
    --------
    >>> day = pd.Timestamp
    >>> entries = pd.DataFrame({"entry": ["e1"], "topic": ["afval"], "kind": ["knowledge"],
    ...     "submitted_on": [day("2026-10-01")], "routed_on": pd.NaT, "solved_on": pd.NaT, "thanked_on": pd.NaT})
    >>> desk_list(entries, dt.date(2026, 10, 9), "en")[["days", "late", "route"]].values.tolist()
    [[8, True, 'editor']]
    """
    known, allowed = _known_until(feedback, until), terms or Terms()
    step = _waiting_for(known)
    waiting, step = known[step != ""], step[step != ""]
    begin = pd.Series([waiting.at[row, STEPS[name][0]] for row, name in step.items()], index=step.index)
    days = (pd.Timestamp(until) - pd.to_datetime(begin)).dt.days
    term = step.map(vars(allowed)).astype("int64")
    listed = waiting[["entry", "topic", "kind"]].assign(
        waiting_for=step,
        days=days,
        term=term,
        late=days > term,
        route=[ROUTES[kind].say(language) if kind in ROUTES else "" for kind in waiting["kind"]],
    )
    order = (days - term).sort_values(ascending=False, kind="stable").index
    return listed.loc[order].reset_index(drop=True)


def check_feedback(feedback: pd.DataFrame) -> list[Fault]:
    """Find every entry whose dates cannot be: closed before it was opened, thanked before it was solved.

    Examples
    --------
    >>> day = pd.Timestamp
    >>> entries = pd.DataFrame({"entry": ["e1"], "submitted_on": [day("2026-10-01")], "routed_on": pd.NaT,
    ...     "solved_on": [day("2026-09-30")], "thanked_on": pd.NaT})
    >>> [fault.column for fault in check_feedback(entries)]
    ['solved_on']
    """
    faults: list[Fault] = []
    for place, column in enumerate(DATES[1:], 1):
        wrong = pd.Series(False, index=feedback.index)
        for earlier in DATES[:place]:
            wrong |= before(feedback[earlier], feedback[column])
        expected = message("a date after the steps before it")
        repair = message("Check the dates of this entry.")
        faults += entry_faults("staff_feedback", feedback[wrong], "entry", "TT-734", expected, repair, column)
    return faults
