"""Declarations of waiting for an answer, and of what a contact takes the organisation."""

from __future__ import annotations

from typing import Final

from toptaak.kpi.declaration import Columns, Measure

_CALLS: Columns = {"contacts": ("channel", "answered")}
_WAITS: Columns = {"contacts": ("wait_s",)}
_SERVICE: Columns = {"contacts": ("channel", "answered", "wait_s")}

MEASURES: Final = (
    Measure(
        "abandoned_rate",
        "Abandoned calls",
        "ratio",
        "lower",
        "proportion",
        "Telephone calls that ended before somebody answered, divided by all calls offered.",
        "Municipality of Tilburg, annual report 2016 (service norms)",
        _CALLS,
    ),
    Measure(
        "short_wait_rate",
        "Waited no longer than the norm",
        "ratio",
        "higher",
        "proportion",
        "Customers who were helped within the norm (5 minutes, unless set otherwise), divided by all customers "
        "who were helped and whose waiting time is known.",
        "Municipality of Amsterdam: waiting no longer than five minutes",
        _WAITS,
    ),
    Measure(
        "service_level",
        "Service level",
        "ratio",
        "higher",
        "proportion",
        "Telephone calls answered within the norm, divided by all calls offered; whoever gave up was not "
        "helped in time.",
        "Wolkvox documentation: answered within the norm / offered",
        _SERVICE,
    ),
    Measure(
        "speed_of_answer",
        "Mean speed of answer",
        "seconds",
        "lower",
        "mean",
        "Waiting time of answered telephone calls; the mean.",
        "Wolkvox documentation: waiting time of answered calls / answered calls",
        _SERVICE,
    ),
    Measure(
        "handling_time",
        "Handling time per contact",
        "seconds",
        "none",
        "geometric_mean",
        "Time from the start to the end of an answered contact; the geometric mean. A figure of the "
        "organisation: it stands beside the customer's and is never mixed into them.",
        "toptaak",
        {"contacts": ("started_at", "ended_at")},
    ),
    Measure(
        "cost_per_contact",
        "Cost per contact",
        "euro",
        "none",
        "own",
        "Recorded cost divided by the number of contacts in the same quarter. A figure of the organisation: it "
        "stands beside the customer's and is never mixed into them.",
        "GOV.UK, cost per transaction",
        {"effort": ("cost",), "contacts": ("started_at",)},
    ),
)
