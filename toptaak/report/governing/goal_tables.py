"""Goals: where each stands, judged by its interval."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

import pandas as pd

from toptaak.core.results import ALL
from toptaak.core.wording import Message, message
from toptaak.governance.goals import STATUS_WORDS, Goal, GoalStatus
from toptaak.kpi.measures import declaration
from toptaak.numbers.view import View
from toptaak.printing.blocks import Block, Column, Heading, Table, Text
from toptaak.report.phrases import channel_name, interval_label, listed, refused, short_note

_COUNTED: Final[dict[GoalStatus, Message]] = {
    GoalStatus.REACHED: message("{n} reached"),
    GoalStatus.ON_COURSE: message("{n} on course"),
    GoalStatus.BEHIND: message("{n} behind"),
    GoalStatus.UNDECIDED: message("{n} undecided"),
}


def goals(view: View) -> list[Block]:
    """The goals of quarter and year with result, status, owner and deadline."""
    say, title = view.say, view.say("Goals")
    if view.unusable is not None:
        return refused(view.source, title, view.unusable)
    if not view.goals:
        none = say("There is no canvas for this quarter, and no target with a date and an owner (table ‘targets’).")
        return [Heading(2, title), Text([none], kind="note")]
    columns = [
        Column(say("Goal")), Column(say("KPI")), Column(say("Now"), "right"), Column(say("Status")),
        Column(say("Owner and date")),
    ]  # fmt: skip
    rows = [_row(view, goal, row) for goal, (_, row) in zip(view.goals, view.goal_status.frame.iterrows(), strict=True)]
    note = say(
        "Below the result: {margin}. Reached or behind: the whole margin says so. Not to say: the margin is too wide, "
        "or there is no result.",
        margin=interval_label(view.source),
    )
    caption = say("Goals and where they stand on {date}", date=view.say.date(view.source.quarter.end))
    return [Heading(2, title), Text([counted(view)]), Table(caption, columns, rows, note=note)]


def counted(view: View) -> str:
    """Say in one sentence how many goals are reached, on course, behind or undecided."""
    times = Counter(view.goal_status.frame["status"])
    parts = [
        view.say(text.text, n=view.say.number(times[status])) for status, text in _COUNTED.items() if times[status]
    ]
    return view.say("Goals: {parts}.", parts=listed(parts, view.source))


def _row(view: View, goal: Goal, row: pd.Series) -> tuple[str, ...]:
    return (
        goal.text,
        f"{view.say(declaration(goal.kpi).label)}{_task_and_channel(view, goal)}\n{_path(view, goal)}",
        result(view, row),
        view.say(STATUS_WORDS[GoalStatus(row.status)]),
        f"{goal.owner}\n{view.say.date(goal.deadline)}",
    )


def _task_and_channel(view: View, goal: Goal) -> str:
    names = [] if goal.task in (ALL, view.task) else [view.name(goal.task)]
    if goal.channel != ALL:
        names.append(channel_name(goal.channel, view.say))
    return f" ({', '.join(names)})" if names else ""


def _path(view: View, goal: Goal) -> str:
    ends = [goal.target] if goal.baseline is None else [goal.baseline, goal.target]
    return " → ".join(view.say.declared(goal.kpi, end) for end in ends)


def result(view: View, row: Any) -> str:
    """Write a result with its interval below it, or in a few words why there is none."""
    if pd.isna(row.estimate):
        return short_note(row, view.source)
    value = view.say.value(row.measure, row.estimate)
    return f"{value}\n{view.say.interval(row.measure, row.ci_low, row.ci_high, row.estimate)}".strip()
