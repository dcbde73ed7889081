"""Wishes: what a request would contribute to the top tasks, in order, with a reasoned yes, no or not now.

The score of a wish is vote share × performance gap × expected effect, each between 0 and 1: the rise of the
success rate over all tasks, weighed by votes, that the wish is expected to bring. 0.01 is ten more successes per
thousand customers. Share × gap is the shortfall of `governance.priorities`. People decide; score and proposal
only help them to say no with a reason.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

import pandas as pd

from toptaak.core.faults import Fault
from toptaak.core.results import NO_OBSERVATIONS, NOT_MEASURABLE, by_group, result_row, results
from toptaak.core.wording import message
from toptaak.governance.fields import nearest_hint
from toptaak.governance.registers import before, entry_faults
from toptaak.governance.wish_rules import KnownTasks, TaskPerformance, Wish, WishAdvice, judge

# share of the gap that a wish is expected to close, where people use words
EFFECT_WORDS: Final[Mapping[str, float]] = MappingProxyType(
    {
        "none": 0.0, "small": 0.1, "medium": 0.25, "large": 0.5,
        "geen": 0.0, "klein": 0.1, "middel": 0.25, "groot": 0.5,
    }
)  # fmt: skip
COMPLETE: Final = "complete registration: no interval"
_EFFECT: Final = re.compile(
    rf"(?:(?P<word>{'|'.join(EFFECT_WORDS)})|(?P<amount>\d+(?:[.,]\d+)?)\s*(?P<percent>%?))\s*(?:[:;,(–-].*)?",
    re.DOTALL,
)
_GROUP: Final = ("municipality", "wish", "task_id")
_KEPT: Final = ("asked_by", "effort_hours", "decision", "decided_on", "decided_by")


def parse_effect(value: object) -> float:
    """Read an expected effect: the share of the gap that a wish would close; missing where it is not clear.

    A share, a percentage or one of `EFFECT_WORDS`, with an explanation after a colon, comma or dash.

    Examples
    --------
    >>> [parse_effect(value) for value in ("30%", "0,3", "middel: minder bellen", 0.3, "veel beter", "3")]
    [0.3, 0.3, 0.25, 0.3, nan, nan]
    """
    text = "" if value is None or value is pd.NA else str(value).strip().casefold()
    written = _EFFECT.fullmatch(text)
    if not written:
        return math.nan
    if written["word"]:
        return EFFECT_WORDS[written["word"]]
    amount = float(written["amount"].replace(",", ".")) / (100 if written["percent"] else 1)
    return amount if amount <= 1 else math.nan


def known_tasks(shortfalls: pd.DataFrame, top_tasks: Collection[str], labels: Mapping[str, str]) -> KnownTasks:
    """Gather what is known of the tasks.

    Parameters
    ----------
    shortfalls
        Frame of `governance.priorities.priorities`: vote share and shortfall per task, with a verdict.
    top_tasks
        Tasks that count as top task.
    labels
        Names of the tasks.
    """
    columns = ["n", "vote_share", "shortfall", "shortfall_low", "shortfall_high", "verdict"]
    rows = shortfalls[columns].itertuples(index=False, name=None)
    performances = {str(task): TaskPerformance(*row) for task, row in zip(shortfalls["task_id"], rows, strict=True)}
    return KnownTasks(performances, top_tasks, labels)


def rank_wishes(
    wishes: pd.DataFrame, known: KnownTasks, language: str, capacity_hours: float | None = None
) -> pd.DataFrame:
    """Score the wishes, propose yes, no or not now, and put them in order for the board.

    Parameters
    ----------
    wishes
        Checked table `wishes` of one municipality; one row is a wish.
    language
        Of the reasons and alternatives.
    capacity_hours
        Hours there are: given out from the highest score down; a wish that does not fit is not now.

    Returns
    -------
    DataFrame
        Result frame with the extension `wish`; one row is a wish, highest score first, without score last.
        `estimate` is the score, with the interval of the shortfall times the effect; `n` counts the attempts
        behind it. `proposal` with `reason` and, for no and not now, `alternative`. The decision with its date and
        decider is kept as it was registered; `decided_reason` and `decided_alternative` were typed by people and
        must be masked (`privacy.personal_data`) before they are shown.

    Notes
    -----
    The rules, the first that applies: no top task → no; performance unknown → not now; demonstrably at its
    target → no; not demonstrably below it → not now; effect unknown → not now; no effect → no; hours unknown or
    used up (only with `capacity_hours`) → not now; else yes.
    """
    scored = [_scored(row, known) for row in wishes.to_dict("records")]
    scored.sort(key=lambda row: (-row["estimate"] if math.isfinite(row["estimate"]) else math.inf, row["wish"]))
    left = capacity_hours
    rows = []
    for rank, row in enumerate(scored, 1):
        hours = math.nan if pd.isna(row["effort_hours"]) else float(row["effort_hours"])
        wish = Wish(row["task_id"], row["estimate"], row["effect"], hours)
        proposal, reason, alternative = judge(wish, known, left, language)
        if left is not None and proposal is WishAdvice.YES:
            left -= hours
        rows.append(row | {"rank": rank, "proposal": str(proposal), "reason": reason, "alternative": alternative})
    return results(rows, _GROUP, "wish")


def _scored(row: Mapping[Any, Any], known: KnownTasks) -> dict[str, Any]:
    task = None if pd.isna(row["task_id"]) else str(row["task_id"])
    effect, performance = parse_effect(row["expected_effect"]), known.performance(task)
    estimate, low, high = (
        max(limit, 0.0) * effect if math.isfinite(limit) else math.nan
        for limit in (performance.shortfall, performance.low, performance.high)
    )
    note = "" if math.isfinite(estimate) else NOT_MEASURABLE
    return {
        **result_row("wish_score", performance.n, estimate, low, high, "product", note),
        **{name: row[name] for name in ("municipality", *_KEPT)},
        "wish": str(row["wish"]),
        "task_id": task,
        "effect": effect,
        "decided_reason": row["reason"],
        "decided_alternative": row["alternative"],
    }


def effort_share(effort: pd.DataFrame, top_tasks: Collection[str], by: Sequence[str] = ()) -> pd.DataFrame:
    """Give the share of the registered hours that went to top tasks.

    Hours without a task count as not spent on top tasks. The register holds all hours, so there is no interval.

    Parameters
    ----------
    effort
        Checked table `effort`; one row is time spent. Choose the quarter before.
    by
        Group columns.

    Returns
    -------
    DataFrame
        Result frame of `effort_share_top_tasks`; `n` is the number of hours, rounded.

    Examples
    --------
    >>> effort = pd.DataFrame({"task_id": ["t1", "t2", None], "hours": [30.0, 50.0, 20.0]})
    >>> float(effort_share(effort, {"t1"})["estimate"][0])
    0.3
    """

    def share(group: pd.DataFrame) -> list[dict[str, object]]:
        hours = float(group["hours"].sum())
        if hours == 0:
            return [result_row("effort_share_top_tasks", note=NO_OBSERVATIONS)]
        top = float(group.loc[group["task_id"].isin(list(top_tasks)), "hours"].sum())
        return [result_row("effort_share_top_tasks", round(hours), top / hours, method="census", note=COMPLETE)]

    return results(by_group(effort, by, share), by)


def check_wishes(wishes: pd.DataFrame, tasks: Collection[str] | None) -> list[Fault]:
    """Find every wish that cannot be scored or whose decision is not complete; all at once.

    Without `tasks` the codes of tasks are not checked.

    Examples
    --------
    >>> table = pd.DataFrame({"wish": ["w1"], "date": [pd.Timestamp("2026-10-01")], "task_id": ["t9"],
    ...     "expected_effect": ["groot"], "decision": [None], "decided_on": [pd.NaT], "decided_by": [None]})
    >>> [fault.column for fault in check_wishes(table, ["t1"])]
    ['task_id']
    """
    faults = [] if tasks is None else _unknown_tasks(wishes, tasks)
    decided = wishes["decision"].notna()
    for column, expected in (
        ("decided_on", message("a decision with its date")),
        ("decided_by", message("a decision with the role that decided")),
    ):
        bare = wishes[decided & wishes[column].isna()]
        faults += entry_faults("wishes", bare, "wish", "TT-731", expected, message("Add {name}.", name=column), column)
    early = wishes[before(wishes["date"], wishes["decided_on"])]
    expected, repair = message("a decision after the request"), message("Check both dates.")
    faults += entry_faults("wishes", early, "wish", "TT-732", expected, repair, "decided_on")
    vague = wishes["expected_effect"].notna() & wishes["expected_effect"].map(parse_effect).isna()
    expected = message("a share of the gap, for example 30%, or none, small, medium, large")
    repair = message("Write the effect anew; until then the wish has no score.")
    return faults + entry_faults("wishes", wishes[vague], "wish", "TT-733", expected, repair, "expected_effect")


def _unknown_tasks(wishes: pd.DataFrame, tasks: Collection[str]) -> list[Fault]:
    expected, otherwise = message("a task of the list"), message("See the table tasks for the codes.")
    faults = []
    unknown = wishes[wishes["task_id"].notna() & ~wishes["task_id"].isin(list(tasks))]
    for task, rows in unknown.groupby("task_id", sort=False):
        repair = nearest_hint(str(task), tasks, otherwise)
        faults += entry_faults("wishes", rows, "wish", "TT-717", expected, repair, "task_id")
    return faults
