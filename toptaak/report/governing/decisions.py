"""What the board is asked to decide: each with a proposal and the reason, the weightiest first."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Final, NamedTuple

from toptaak.governance.goals import GoalStatus
from toptaak.governance.teams import Check
from toptaak.numbers.view import View
from toptaak.printing.blocks import Block, Column, Heading, Table, Text
from toptaak.report.governing.team_tables import asked, lacks
from toptaak.report.governing.trial_tables import ended
from toptaak.report.governing.wish_tables import ANSWERS, proposal, waiting, wish_name

SHOWN: Final = 5
WISHES_FIRST: Final = 2


class Decision(NamedTuple):
    """What it is about, what is proposed, and why."""

    about: str
    proposed: str
    why: str


def decisions(view: View) -> list[Block]:
    """What is asked: goals behind, trials that ended, wishes that wait, teams that lack something."""
    say, title = view.say, view.say("What we ask you to decide")
    asked = asked_decisions(view)
    if not asked:
        return [Heading(2, title), Text([say("Nothing is asked of you this quarter.")])]
    columns = [Column(say("About")), Column(say("Proposal")), Column(say("Why"))]
    shown = asked[:SHOWN]
    more = len(asked) - len(shown)
    note = say("And {more} more. Wishes and customer teams stand in the quarterly report.", more=more) if more else ""
    caption = say("Decisions asked over {period}", period=view.source.quarter.label(view.language))
    return [Heading(2, title), Table(caption, columns, shown, note=note)]


def asked_decisions(view: View) -> list[Decision]:
    """List all that is asked, the weightiest first."""
    wishes = list(_wishes(view))
    return list(chain(_goals(view), _trials(view), wishes[:WISHES_FIRST], _teams(view), wishes[WISHES_FIRST:]))


def _goals(view: View) -> Iterator[Decision]:
    for goal, status in zip(view.goals, view.goal_status.frame["status"], strict=True):
        if status == GoalStatus.BEHIND:
            when = view.say.date(goal.deadline)
            yield Decision(
                view.say("Goal: {goal}", goal=goal.text),
                view.say("adjust: more time for it, or another target"),
                view.say("Behind; due {date}. {owner} answers for it.", date=when, owner=goal.owner),
            )


def _trials(view: View) -> Iterator[Decision]:
    for about, proposed, why in ended(view):
        yield Decision(about, proposed, why)


def _wishes(view: View) -> Iterator[Decision]:
    for _, row in waiting(view).iterrows():
        about = view.say("Wish: {wish}", wish=wish_name(view, row))
        yield Decision(about, view.say(ANSWERS[row.proposal]), proposal(view, row))


def _teams(view: View) -> Iterator[Decision]:
    """Ask what only a board can give: a mandate, and an evaluation that is overdue."""
    lacking = lacks(view)
    for _, row in lacking[lacking["check"].isin([Check.MANDATE, Check.EVALUATION])].iterrows():
        yield Decision(str(row.team), asked(view, row), str(row.detail))
