"""The rules by which a wish gets a proposal: yes, no or not now, with a reason and an alternative."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple

from toptaak.core.wording import number, percent, translator


class Proposal(StrEnum):
    """What is proposed on a wish."""

    YES = "yes"
    NO = "no"
    NOT_NOW = "not_now"


class Judgement(NamedTuple):
    """A proposal with its reason and, for no and not now, an alternative."""

    proposal: Proposal
    reason: str
    alternative: str = ""


class Estimate(NamedTuple):
    """A number with its interval and the observations it rests on."""

    n: int
    value: float
    low: float
    high: float


UNKNOWN: Final = Estimate(0, math.nan, math.nan, math.nan)


@dataclass(frozen=True)
class Priorities:
    """What is known of the tasks of one municipality.

    Attributes
    ----------
    shares, gaps : mapping of Estimate
        Vote share and performance gap per task.
    top_tasks : collection of str
        Tasks that count as top task.
    labels : mapping of str
        Names of the tasks as people know them.
    """

    shares: Mapping[str, Estimate]
    gaps: Mapping[str, Estimate]
    top_tasks: Collection[str]
    labels: Mapping[str, str]

    def neediest(self) -> str | None:
        """Name the top task with the largest vote share × gap; None where no gap is known."""
        worth = {
            task: self.shares.get(task, UNKNOWN).value * self.gaps.get(task, UNKNOWN).value for task in self.top_tasks
        }
        known = [task for task, value in worth.items() if value > 0]
        return max(known, key=lambda task: (worth[task], task), default=None)

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


def judge(wish: Wish, known: Priorities, hours_left: float | None, language: str) -> Judgement:
    """Apply the rules; the first that speaks counts.

    Parameters
    ----------
    hours_left
        Hours still to be given out; None where hours do not matter.
    """
    return next(_rules(wish, known, hours_left, language))


def _rules(wish: Wish, known: Priorities, hours_left: float | None, language: str) -> Iterator[Judgement]:
    if wish.task is None or wish.task not in known.top_tasks:
        yield _not_for_a_top_task(wish.task, known, language)
    else:
        yield from _about_performance(known.gaps.get(wish.task, UNKNOWN), known.label(wish.task), language)
    yield from _about_effect(wish.effect, known, language)
    yield from _about_hours(wish.hours, hours_left, language)
    gain = number(1000 * wish.score, language, 1)
    expected = translator(language)("Expected: {gain} more successes per 1,000 customers.", gain=gain)
    yield Judgement(Proposal.YES, expected)


def _not_for_a_top_task(task: str | None, known: Priorities, language: str) -> Judgement:
    t = translator(language)
    if task is None:
        reason = t("The wish does not concern a task of the list.")
    elif task in known.shares:
        share = percent(known.shares[task].value, language)
        reason = t("“{task}” is not a top task: it gets {share} of the votes.", task=known.label(task), share=share)
    else:
        reason = t("“{task}” is not a top task.", task=known.label(task))
    return Judgement(Proposal.NO, reason, _better_use(known, language))


def _about_performance(gap: Estimate, name: str, language: str) -> Iterator[Judgement]:
    t = translator(language)
    if not math.isfinite(gap.value):
        reason = t("We do not know how well “{task}” goes.", task=name)
        yield Judgement(Proposal.NOT_NOW, reason, t("Measure first how many customers succeed."))
    elif gap.high <= 0:
        reason = t("“{task}” demonstrably reaches its target.", task=name)
        yield Judgement(Proposal.NO, reason, t("Keep measuring; look again if it falls below the target."))
    elif not gap.low > 0:
        reason = t("It is not certain that “{task}” falls short of its target.", task=name)
        yield Judgement(Proposal.NOT_NOW, reason, t("Measure more customers first."))


def _about_effect(effect: float, known: Priorities, language: str) -> Iterator[Judgement]:
    t = translator(language)
    if math.isnan(effect):
        alternative = t("Describe the expected effect, or try it out on a small scale.")
        yield Judgement(Proposal.NOT_NOW, t("It is not clear what the wish will bring."), alternative)
    elif effect <= 0:
        reason = t("No effect for the customer is expected.")
        yield Judgement(Proposal.NO, reason, _better_use(known, language))


def _about_hours(hours: float, left: float | None, language: str) -> Iterator[Judgement]:
    t = translator(language)
    if left is None:
        return
    if math.isnan(hours):
        yield Judgement(Proposal.NOT_NOW, t("It is not known how many hours it takes."), t("Estimate the hours first."))
    elif hours > left:
        numbers = {"hours": number(hours, language), "left": number(left, language)}
        reason = t("It takes {hours} hours and {left} are left.", **numbers)
        yield Judgement(Proposal.NOT_NOW, reason, t("Start with a smaller version, or take it up next quarter."))


def _better_use(known: Priorities, language: str) -> str:
    t, task = translator(language), known.neediest()
    if task is None:
        return t("Leave it to the department, without new work for the top tasks.")
    return t("Do help with “{task}”: most is to be gained there.", task=known.label(task))
