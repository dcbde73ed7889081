"""Declarations of what comes of attempts and web forms."""

from __future__ import annotations

from typing import Final

from toptaak.kpi.declaration import Columns, Measure

_OUTCOME: Columns = {"attempts": ("verified_success",)}
_OUTCOME_ELSE: Columns = {"attempts": ("outcome",)}

MEASURES: Final = (
    Measure(
        "success_rate",
        "Success rate",
        "ratio",
        "higher",
        "proportion",
        "Attempts that demonstrably succeeded divided by all attempts with a verified outcome, over all "
        "channels. An applicant who turns out not to be eligible, and is told so, counts as a success.",
        "Sauro and Lewis, Quantifying the User Experience (2016); GOV.UK, completion rate",
        _OUTCOME,
        _OUTCOME_ELSE,
        board=True,
    ),
    Measure(
        "failure_rate",
        "Failure rate",
        "ratio",
        "lower",
        "proportion",
        "Attempts that failed divided by all attempts with a verified outcome: 100% minus the success rate.",
        "Sauro and Lewis, Quantifying the User Experience (2016)",
        _OUTCOME,
        _OUTCOME_ELSE,
    ),
    Measure(
        "disaster_rate",
        "Disaster rate",
        "ratio",
        "lower",
        "proportion",
        "Attempts of which the customer believes that they succeeded while they did not, divided by all "
        "attempts of which both are known.",
        "McGovern, Task Performance Indicator",
        {"attempts": ("believed_success", "verified_success")},
        {"attempts": ("believed_success", "outcome")},
        board=True,
    ),
    Measure(
        "reported_success",
        "Success according to customers",
        "ratio",
        "higher",
        "proportion",
        "Attempts of which the customer says that they succeeded, divided by all attempts with an answer. "
        "This is another measure than the success rate: nobody verified it.",
        "Government of Canada, GC Task Success Survey",
        {"attempts": ("believed_success",)},
    ),
    Measure(
        "attempt_time",
        "Time per successful attempt",
        "seconds",
        "lower",
        "geometric_mean",
        "Duration of attempts that demonstrably succeeded; the geometric mean.",
        "Sauro and Lewis, Average task times in usability tests (2010)",
        {"attempts": ("duration_s", "verified_success")},
        {"attempts": ("duration_s", "outcome")},
    ),
    Measure(
        "failure_reason_share",
        "Failures by reason",
        "ratio",
        "none",
        "proportion",
        "Failed attempts with this reason, divided by all failed attempts of which the reason was recorded; the "
        "shares of all reasons add up to 100%.",
        "toptaak",
        {"attempts": ("failure_reason", "verified_success")},
        {"attempts": ("failure_reason", "outcome")},
    ),
    Measure(
        "end_point_share",
        "How attempts ended",
        "ratio",
        "none",
        "proportion",
        "Attempts that ended this way, divided by all attempts of which the end was recorded. A request that was "
        "refused with an explanation (not eligible) is an end as well.",
        "GOV.UK, completion rate: every end point counts",
        {"attempts": ("outcome",)},
    ),
    Measure(
        "form_completion_rate",
        "Completion rate of web forms",
        "ratio",
        "higher",
        "proportion",
        "Web forms that were finished, divided by web forms that were started. VNG calls this the success rate; "
        "here it has a name of its own, because it tells nothing about other channels and about what came of it.",
        "VNG Realisatie, succesratio (2019)",
        {"forms": ("started", "finished")},
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
)
