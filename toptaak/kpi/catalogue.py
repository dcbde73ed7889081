"""The measures, each declared once: what it is called, means, needs, and which way is better.

Texts are English source texts; `core/locale/nl/kpi.po` holds the Dutch. Reports, documentation and checks
read this list. A new measure is one entry here and one function of observations (`kpi.measures`).
"""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from types import MappingProxyType
from typing import Final

from toptaak.kpi.catalogue_more import MORE_MEASURES, MORE_METHODS
from toptaak.kpi.declaration import Columns, Measure

_VOTES: Columns = {"ballots": ("respondent", "task_id"), "tasks": ("task_id",)}
_OUTCOME: Columns = {"attempts": ("verified_success",)}
_OUTCOME_ELSE: Columns = {"attempts": ("outcome",)}
_CONTACTS: Columns = {"contacts": ("case", "started_at", "ended_at", "resolved")}
_STEPS: Columns = {"steps": ("case", "at")}
_SCORES: Columns = {"ratings": ("question", "score"), "questions": ("question", "kind")}

_MEASURES = (
    Measure(
        "vote_share",
        "Vote share",
        "ratio",
        "none",
        "votes",
        "Votes for a task divided by all votes; the shares of all tasks add up to 100%.",
        "McGovern, Top Tasks (2018)",
        _VOTES,
        minimum_n=10,
    ),
    Measure(
        "vote_reach",
        "Voters who chose the task",
        "ratio",
        "none",
        "proportion",
        "Voters who chose the task divided by all voters who could choose it.",
        "McGovern, Top Tasks (2018)",
        _VOTES,
        minimum_n=10,
    ),
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
        "ces1",
        "Customer effort (CES 1.0)",
        "score",
        "lower",
        "mean",
        "Mean answer to how much effort it took, from 1 (very little) to 5 (very much).",
        "Dixon, Freeman and Toman, Stop trying to delight your customers (2010)",
        _SCORES,
        board=True,
    ),
    Measure(
        "ces2",
        "Customer effort (CES 2.0)",
        "score",
        "higher",
        "mean",
        "Mean agreement with the statement that it was made easy, from 1 (not at all) to 7 (entirely).",
        "CEB, Customer Effort Score 2.0 (2013)",
        _SCORES,
        board=True,
    ),
    Measure(
        "satisfaction",
        "Satisfaction",
        "score",
        "higher",
        "mean",
        "Mean mark for the service as a whole, for a part of it or for a channel.",
        "toptaak",
        _SCORES,
        board=True,
    ),
    Measure(
        "net_promoter_score",
        "Net Promoter Score (NPS)",
        "points",
        "higher",
        "net_promoter",
        "Share of promoters (9 or 10) minus share of detractors (0 to 6), unless set otherwise.",
        "Reichheld, The one number you need to grow (2003)",
        _SCORES,
        minimum_n=10,
        board=True,
    ),
    Measure(
        "net_promoter_score_government",
        "NPS with cut-offs for government",
        "points",
        "higher",
        "net_promoter",
        "Share of promoters (8 or higher) minus share of detractors (0 to 5), unless set otherwise.",
        "toptaak; cut-offs are a setting",
        _SCORES,
        minimum_n=10,
    ),
)

CATALOGUE: Final[Mapping[str, Measure]] = MappingProxyType({one.id: one for one in (*_MEASURES, *MORE_MEASURES)})

# What stands in the column `method` of a result, for people.
METHODS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "wilson": "Wilson interval",
        "mean_t": "t interval",
        "log_t": "t interval on the logarithm",
        "adjusted_wald_nps": "adjusted Wald interval",
        "bootstrap_respondents": "resampling of respondents",
        "newcombe": "Newcombe interval of the difference",
        "welch": "Welch interval of the difference",
        "welch_log": "Welch interval of the ratio",
        "adjusted_wald_nps_difference": "adjusted Wald interval of the difference",
        **MORE_METHODS,
    }
)


def measure(name: str) -> Measure:
    """Look a measure up.

    Raises
    ------
    KeyError
        naming the measure that looks most like it.

    Examples
    --------
    >>> measure("success_rate").unit
    'ratio'
    """
    if name in CATALOGUE:
        return CATALOGUE[name]
    nearest = get_close_matches(name, CATALOGUE, n=1, cutoff=0.3)
    hint = f"; did you mean {nearest[0]!r}?" if nearest else ""
    raise KeyError(f"unknown measure {name!r}{hint}")


def board_measures() -> list[Measure]:
    """List the board's KPIs in the order of the catalogue."""
    return [one for one in CATALOGUE.values() if one.board]
