"""Where customers get stuck: where attempts fail and why, which web forms are broken off, where cases wait."""

from __future__ import annotations

from typing import Final

import pandas as pd

from toptaak.core.wording import DASH
from toptaak.kpi.endings import OTHER
from toptaak.kpi.journeys import NO_CLOSING_STEP
from toptaak.numbers.view import View
from toptaak.numbers.year import reasons_of_year
from toptaak.numbers.year import stalls as measured_stalls
from toptaak.printing.blocks import Block, Column, Heading, Table, Text
from toptaak.privacy.disclosure import Publishable
from toptaak.report.governing.goal_tables import result
from toptaak.report.phrases import channel_name, interval_label, missing, numbers_table, step_name

SHOWN: Final = 8


def failed_attempts(view: View) -> list[Block]:
    """The tasks and channels in which the largest share of the attempts fails."""
    say, source = view.say, view.source
    title = say("Where attempts fail")
    if not source.has("attempts"):
        return missing(source, title, "attempts")
    rows = source.by_task_and_channel.where(measure="failure_rate")
    worst = _first(rows, ["ci_low", "task_id", "channel"], [False, True, True])
    if not len(worst):
        return [Heading(2, title), *_failing_tasks(view)]
    names = [f"{view.name(row.task_id)}, {channel_name(row.channel, view.say)}" for _, row in worst.frame.iterrows()]
    caption = say("Where attempts fail most often, {period}", period=source.quarter.label(view.language))
    note = say("In the order of what is certain: the low end of the margin.")
    return [Heading(2, title), numbers_table(source, worst, names, say("Task and channel"), caption, note)]


def _failing_tasks(view: View) -> list[Block]:
    """Give the tasks over all channels, where there are too few attempts per channel."""
    say, source = view.say, view.source
    few = say("There are too few attempts per task and channel this quarter.")
    worst = _first(source.by_task.where(measure="failure_rate"), ["ci_low", "task_id"], [False, True])
    if not len(worst):
        return [Text([few], kind="note")]
    together = say("So this table takes all channels of a task together.")
    names = [view.name(task) for task in worst.frame["task_id"]]
    caption = say("Where attempts fail most often, {period}", period=source.quarter.label(view.language))
    note = say("In the order of what is certain: the low end of the margin.")
    return [
        Text([f"{few} {together}"], kind="note"),
        numbers_table(source, worst, names, say("Task"), caption, note),
    ]


def _first(rows: Publishable, order: list[str], ascending: list[bool]) -> Publishable:
    """Keep the first rows that have a value."""
    known = rows.frame.dropna(subset="estimate").sort_values(order, ascending=ascending, kind="stable")
    return rows.at(known.index[:SHOWN].tolist())


def reasons(view: View) -> list[Block]:
    """Why attempts failed, by the reason that was recorded."""
    say, title = view.say, view.say("Why attempts fail")
    failures = reasons_of_year(view.source)
    if failures is None:
        return []
    rows = _first(failures, ["estimate"], [False])
    if not len(rows):
        return [Heading(3, title), Text([say("Why attempts fail was recorded too seldom.")], kind="note")]
    names = [say("other reasons") if reason == OTHER else str(reason) for reason in rows.frame["reason"]]
    caption = say("Reasons of the attempts that failed, last four quarters")
    return [Heading(3, title), numbers_table(view.source, rows, names, say("Why it failed"), caption)]


def forms(view: View) -> list[Block]:
    """The tasks whose web forms are broken off most."""
    say, source = view.say, view.source
    title = say("Web forms that customers break off")
    if not source.has("forms"):
        return []
    rows = _first(source.by_task.where(measure="form_completion_rate"), ["ci_high", "task_id"], [True, True])
    if not len(rows):
        return [Heading(3, title), Text([say("Too few forms were started this quarter.")], kind="note")]
    names = [view.name(task) for task in rows.frame["task_id"]]
    caption = say("Started forms that were finished, {period}", period=source.quarter.label(view.language))
    note = say("In the order of what is certain: the high end of the margin.")
    return [Heading(3, title), numbers_table(source, rows, names, say("Task"), caption, note)]


def stalls(view: View) -> list[Block]:
    """The steps behind the counter at which open cases stand, and how long cases wait there."""
    say, source = view.say, view.source
    title, rows = say("Where cases stand still"), measured_stalls(source)
    if rows is None:
        return missing(source, title, "steps")
    if NO_CLOSING_STEP in set(rows.frame["note"]):
        hint = say("Which step closes a case is not in the settings (closing_steps).")
        return [Heading(2, title), Text([hint], kind="note")]
    by_step = {(row.step, row.measure): row for _, row in rows.frame.iterrows()}
    shares = rows.where(measure="stalled_share").frame.sort_values(["estimate", "step"], ascending=[False, True])
    columns = [
        Column(say("Step")), Column(say("Share of the open cases"), "right"),
        Column(say("Half of the cases wait at most"), "right"),
    ]  # fmt: skip
    cells = [
        (step_name(row.step, source), _share(view, row), _wait(view, by_step.get((row.step, "step_wait"))))
        for _, row in shares.head(SHOWN).iterrows()
    ]
    note = say("Below each value: {margin}. Over the last four quarters.", margin=interval_label(source))
    return [Heading(2, title), Table(say("Open cases per step"), columns, cells, note=note)]


def _share(view: View, row: pd.Series) -> str:
    if pd.isna(row.estimate):
        return result(view, row)
    low, high = (view.say.percent(share, 0) for share in (row.ci_low, row.ci_high))
    return f"{view.say.percent(row.estimate, 0)}\n{view.say('{low} to {high}', low=low, high=high)}"


def _wait(view: View, row: pd.Series | None) -> str:
    return DASH if row is None else result(view, row)
