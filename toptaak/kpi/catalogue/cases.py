"""Declarations of whole cases: how long they take, how many contacts, through which channels, where they stall."""

from __future__ import annotations

from typing import Final

from toptaak.kpi.declaration import Columns, Measure

_CONTACTS: Columns = {"contacts": ("case", "started_at", "ended_at", "resolved")}
_STEPS: Columns = {"steps": ("case", "at")}
_CASES: Columns = {"contacts": ("case", "channel", "started_at", "ended_at", "resolved")}
_REPEATS: Columns = {"contacts": ("customer", "task_id", "started_at")}

MEASURES: Final = (
    Measure(
        "completion_time",
        "Completion time",
        "seconds",
        "lower",
        "geometric_mean",
        "Time from the first contact of a case until it is done, over all channels; the geometric mean of "
        "completed cases.",
        "Sauro and Lewis, Average task times in usability tests (2010)",
        _CONTACTS,
        _STEPS,
        board=True,
    ),
    Measure(
        "time_to_done",
        "Time to done, open cases included",
        "seconds",
        "lower",
        "own",
        "Time after which half of the cases are done, with cases that are still open counted as long as they "
        "were seen (Kaplan-Meier).",
        "Kaplan and Meier (1958); interval of Brookmeyer and Crowley (1982)",
        {"contacts": ("case", "started_at", "ended_at", "resolved")},
        minimum_n=10,
    ),
    Measure(
        "done_within",
        "Done within the target time",
        "ratio",
        "higher",
        "own",
        "Estimated share of cases that are done within the target time, with open cases counted as long as "
        "they were seen (Kaplan-Meier).",
        "Kaplan and Meier (1958)",
        {"contacts": ("case", "started_at", "ended_at", "resolved")},
        minimum_n=10,
    ),
    Measure(
        "open_cases",
        "Open cases",
        "ratio",
        "lower",
        "proportion",
        "Cases without a contact that resolved them, divided by all cases. They do not count in the completion time.",
        "toptaak",
        _CONTACTS,
    ),
    Measure(
        "open_share",
        "Share of cases still open",
        "ratio",
        "lower",
        "own",
        "Estimated share of cases that are still open after a given time (Kaplan-Meier).",
        "Kaplan and Meier (1958)",
        {"contacts": ("case", "started_at", "ended_at", "resolved")},
        minimum_n=10,
    ),
    Measure(
        "zero_durations",
        "Cases without measurable duration",
        "ratio",
        "none",
        "proportion",
        "Completed cases with a duration of zero, divided by all completed cases. A geometric mean cannot hold them.",
        "toptaak",
        _CONTACTS,
        _STEPS,
    ),
    Measure(
        "contacts_per_case",
        "Contacts per case",
        "count",
        "lower",
        "mean",
        "Number of contacts of a completed case, over all channels; the mean.",
        "toptaak",
        _CONTACTS,
        board=True,
    ),
    Measure(
        "steps_per_case",
        "Steps per case",
        "count",
        "none",
        "mean",
        "Number of steps of a case behind the counter; the mean.",
        "toptaak",
        _STEPS,
    ),
    Measure(
        "channel_switches",
        "Channel switches per case",
        "count",
        "lower",
        "mean",
        "How often a customer went on through another channel than that of the contact before; the mean over "
        "completed cases.",
        "toptaak",
        _CASES,
    ),
    Measure(
        "channel_switch_rate",
        "Cases with a channel switch",
        "ratio",
        "lower",
        "proportion",
        "Completed cases in which the customer changed channel at least once, divided by all completed cases.",
        "toptaak",
        _CASES,
    ),
    Measure(
        "first_contact_resolution",
        "Solved at the first contact",
        "ratio",
        "higher",
        "proportion",
        "Cases that the first contact solved, without a further contact about them, divided by all cases of "
        "which it is known whether a contact solved them.",
        "ziptone.nl: first contact resolution = first time fix",
        _CASES,
    ),
    Measure(
        "repeat_contact_rate",
        "Repeat contact",
        "ratio",
        "lower",
        "proportion",
        "Contacts after which the same customer came back about the same task within the set number of days, "
        "through any channel, divided by all contacts that are at least that old.",
        "ziptone.nl: repeat traffic",
        _REPEATS,
    ),
    Measure(
        "contact_hazard",
        "Chance of a new contact",
        "ratio",
        "lower",
        "own",
        "Customers who contact again on a day, divided by customers still without an answer on that day, by "
        "the number of days since their last contact.",
        "toptaak",
        {"contacts": ("case", "started_at", "resolved")},
        minimum_n=10,
    ),
    Measure(
        "silence_ratio",
        "New contacts after silence",
        "factor",
        "lower",
        "own",
        "Rate of new contacts in the week after ten days without news, divided by that in the week before.",
        "toptaak; ratio of two rates as in Przyborowski and Wilenski (1940)",
        {"contacts": ("case", "started_at", "resolved")},
        minimum_n=10,
    ),
    Measure(
        "channel_flow",
        "From channel to channel",
        "ratio",
        "none",
        "own",
        "Of the contacts through one channel, the share after which the customer's next contact about the "
        "case came through the other.",
        "toptaak",
        {"contacts": ("case", "channel", "started_at")},
    ),
    Measure(
        "step_wait",
        "Waiting after a step",
        "seconds",
        "lower",
        "own",
        "Time after which half of the cases have moved on to the next step, with cases that still wait counted "
        "as long as they were seen (Kaplan-Meier).",
        "Kaplan and Meier (1958); interval of Brookmeyer and Crowley (1982)",
        {"steps": ("case", "step", "at")},
    ),
    Measure(
        "stalled_share",
        "Open cases that wait at a step",
        "ratio",
        "lower",
        "own",
        "Open cases of which this is the last step taken, divided by all open cases.",
        "toptaak",
        {"steps": ("case", "step", "at")},
    ),
)
