"""The rules by which a wish gets a proposal: yes, no or not now, with a reason and an alternative."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple

from toptaak.core.wording import translator


class WishAdvice(StrEnum):
    """What is proposed on a wish."""

    YES = "yes"
    NO = "no"
    NOT_NOW = "not_now"


class Judgement(NamedTuple):
    """A proposal with its reason and, for no and not now, an alternative."""

    proposal: WishAdvice
    reason: str
    alternative: str = ""


class TaskPerformance(NamedTuple):
    """How a task stands: its vote share, and how far it stays behind (see `governance.priorities`)."""

    n: int
    vote_share: float
    shortfall: float
    low: float
    high: float
    verdict: str


UNKNOWN: Final = TaskPerformance(0, math.nan, math.nan, math.nan, math.nan, "not_comparable")


@dataclass(frozen=True)
class KnownTasks:
    """What is known of the tasks of one municipality.

    Attributes
    ----------
    performances : mapping of TaskPerformance
        Per task.
    top_tasks : collection of str
        Tasks that count as top task.
    labels : mapping of str
        Names of the tasks as people know them.
    """

    performances: Mapping[str, TaskPerformance]
    top_tasks: Collection[str]
    labels: Mapping[str, str]

    def performance(self, task: str | None) -> TaskPerformance:
        """Give how a task stands; unknown where nothing is known of it."""
        return self.performances.get(task or "", UNKNOWN)

    def neediest(self) -> str | None:
        """Name the top task that stays behind most, weighed by votes; None where none demonstrably does."""
        behind = [task for task in self.top_tasks if self.performance(task).verdict == "not_met"]
        return max(behind, key=lambda task: (self.performance(task).shortfall, task), default=None)

    def label(self, task: str) -> str:
        """Give the name of a task, or its code."""
        return self.labels.get(task, task)


@dataclass(frozen=True)
class Wish:
    """What the rules look at: the task (None if it has none), score and effect (missing: unknown), hours."""

    task: str | None
    score: float
    effect: float
    hours: float


def judge(wish: Wish, known: KnownTasks, hours_left: float | None, language: str) -> Judgement:
    """Apply the rules; the first that speaks counts.

    Parameters
    ----------
    hours_left
        Hours still to be given out; None where hours do not matter.
    """
    return next(_rules(wish, known, hours_left, language))


def _rules(wish: Wish, known: KnownTasks, hours_left: float | None, language: str) -> Iterator[Judgement]:
    if wish.task is None or wish.task not in known.top_tasks:
        yield _not_for_a_top_task(wish.task, known, language)
    else:
        yield from _about_performance(known.performance(wish.task).verdict, known.label(wish.task), language)
    yield from _about_effect(wish.effect, known, language)
    yield from _about_hours(wish.hours, hours_left, language)
    gain = translator(language).number(1000 * wish.score, 1)
    expected = translator(language)("Expected: {gain} more successes per 1,000 customers.", gain=gain)
    yield Judgement(WishAdvice.YES, expected)


def _not_for_a_top_task(task: str | None, known: KnownTasks, language: str) -> Judgement:
    say = translator(language)
    if task is None:
        reason = say("The wish does not concern a task of the list.")
    elif math.isfinite(known.performance(task).vote_share):
        share = say.percent(known.performance(task).vote_share)
        reason = say("“{task}” is not a top task: it gets {share} of the votes.", task=known.label(task), share=share)
    else:
        reason = say("“{task}” is not a top task.", task=known.label(task))
    return Judgement(WishAdvice.NO, reason, _better_use(known, language))


def _about_performance(verdict: str, name: str, language: str) -> Iterator[Judgement]:
    say = translator(language)
    if verdict == "met":
        reason = say("“{task}” demonstrably reaches its target.", task=name)
        yield Judgement(WishAdvice.NO, reason, say("Keep measuring; look again if it falls below the target."))
    elif verdict == "not_comparable":
        reason = say("We do not know how well “{task}” goes.", task=name)
        yield Judgement(WishAdvice.NOT_NOW, reason, say("Measure first how many customers succeed."))
    elif verdict != "not_met":
        reason = say("It is not certain that “{task}” falls short of its target.", task=name)
        yield Judgement(WishAdvice.NOT_NOW, reason, say("Measure more customers first."))


def _about_effect(effect: float, known: KnownTasks, language: str) -> Iterator[Judgement]:
    say = translator(language)
    if math.isnan(effect):
        alternative = say("Describe the expected effect, or try it out on a small scale.")
        yield Judgement(WishAdvice.NOT_NOW, say("It is not clear what the wish will bring."), alternative)
    elif effect <= 0:
        reason = say("No effect for the customer is expected.")
        yield Judgement(WishAdvice.NO, reason, _better_use(known, language))


def _about_hours(hours: float, left: float | None, language: str) -> Iterator[Judgement]:
    say = translator(language)
    if left is None:
        return
    if math.isnan(hours):
        yield Judgement(
            WishAdvice.NOT_NOW, say("It is not known how many hours it takes."), say("Estimate the hours first.")
        )
    elif hours > left:
        numbers = {"hours": say.number(hours), "left": say.number(left)}
        reason = say("It takes {hours} hours and {left} are left.", **numbers)
        yield Judgement(WishAdvice.NOT_NOW, reason, say("Start with a smaller version, or take it up next quarter."))


def _better_use(known: KnownTasks, language: str) -> str:
    say, task = translator(language), known.neediest()
    if task is None:
        return say("Leave it to the department, without new work for the top tasks.")
    return say("Do help with “{task}”: most is to be gained there.", task=known.label(task))
