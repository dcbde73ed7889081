"""The measures of contact logs, waiting, survival, drivers and the composite, declared as in `kpi.catalogue`.

The Dutch of these texts stands in `core/locale/nl/kpi_more.po`.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from toptaak.kpi.declaration import Columns, Measure

_CASES: Columns = {"contacts": ("case", "channel", "started_at", "ended_at", "resolved")}
_REPEATS: Columns = {"contacts": ("customer", "task_id", "started_at")}
_CALLS: Columns = {"contacts": ("channel", "answered")}
_WAITS: Columns = {"contacts": ("wait_s",)}
_SERVICE: Columns = {"contacts": ("channel", "answered", "wait_s")}
_PARTS: Columns = {"ratings": ("respondent", "part", "score"), "questions": ("question", "kind")}

MORE_MEASURES: Final[tuple[Measure, ...]] = (
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
    Measure(
        "driver_importance",
        "Weight of a driver",
        "ratio",
        "none",
        "own",
        "Part of the differences in the overall mark that goes together with the mark for a part of the "
        "service (LMG). The weights add up to R². It tells what hangs together, not what causes what.",
        "Lindeman, Merenda and Gold (1980); Grömping (2006)",
        _PARTS,
        minimum_n=100,
    ),
    Measure(
        "driver_check",
        "Weight of a driver, checked",
        "ratio",
        "none",
        "own",
        "The weight of a driver by another method (Johnson's relative weights), as a check on the first.",
        "Johnson (2000)",
        _PARTS,
        minimum_n=100,
    ),
    Measure(
        "driver_group",
        "Weight of drivers that belong together",
        "ratio",
        "none",
        "own",
        "Sum of the weights of the drivers that belong together, such as the five of the employee.",
        "Lindeman, Merenda and Gold (1980); Grömping (2006)",
        _PARTS,
        minimum_n=100,
    ),
    Measure(
        "driver_r2",
        "Explained by all drivers together (R²)",
        "ratio",
        "none",
        "own",
        "Part of the differences in the overall mark that goes together with the marks for all parts.",
        "Lindeman, Merenda and Gold (1980); Grömping (2006)",
        _PARTS,
        minimum_n=100,
    ),
    Measure(
        "toptaak_tpi",
        "toptaak-TPI",
        "index",
        "higher",
        "own",
        "100 × success × (1 − disaster) × target time / time, where a time shorter than the target counts as "
        "the target. Its parts stand beside it. It is not the index of Customer Carewords.",
        "toptaak, after McGovern's description of the Task Performance Indicator",
        {"attempts": ("believed_success", "verified_success", "duration_s")},
        {"attempts": ("believed_success", "outcome", "duration_s")},
        minimum_n=10,
    ),
    Measure(
        "rate_ratio",
        "After against before",
        "factor",
        "none",
        "own",
        "Number per week after a change divided by the number per week before it.",
        "Przyborowski and Wilenski (1940)",
        {"interventions": ("date",)},
    ),
    Measure(
        "theme_share",
        "Answers about a theme",
        "ratio",
        "none",
        "proportion",
        "Open answers to which a person gave the theme, divided by all answers a person has judged.",
        "toptaak",
        {"answers": ("decided",)},
    ),
)

# What stands in the column `method` of a result, for people.
MORE_METHODS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "lmg_bootstrap": "LMG on complete answers, resampling of respondents",
        "johnson_bootstrap": "Johnson's relative weights on complete answers, resampling of respondents",
        "kaplan_meier": "Kaplan-Meier with open cases, log-log interval",
        "poisson_exact": "exact interval of the ratio of two rates",
        "segmented_ar1": "interrupted trend with errors that carry over from week to week",
        "posterior_draws": "draws from the posterior (Jeffreys prior)",
        "taken_over": "taken over from another municipality",
    }
)
