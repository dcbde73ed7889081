"""Where customers get stuck: the tasks and channels in which most attempts fail, and the steps at which cases wait."""

from __future__ import annotations

from typing import Final

import pandas as pd

from toptaak.core.wording import percent
from toptaak.kpi.paths import NO_CLOSING_STEP
from toptaak.report.blocks import Block, Column, Heading, Table, Text
from toptaak.report.governance.goals import result
from toptaak.report.governance.view import View
from toptaak.report.performance.measured import stalls as measured_stalls
from toptaak.report.sections.common import channel_name, interval_label, missing, value_cell
from toptaak.report.values import DASH

SHOWN: Final = 8


def failing(view: View) -> list[Block]:
    """The tasks and channels in which the largest share of the attempts fails."""
    say, source = view.say, view.source
    title = say("Where attempts fail")
    if not source.has("attempts"):
        return missing(source, title, "attempts")
    rows = source.by_task_and_channel.where(measure="failure_rate").frame.dropna(subset="estimate")
    if rows.empty:
        few = say("There are too few attempts per task and channel this quarter.")
        return [Heading(2, title), Text([few], kind="note")]
    worst = rows.sort_values(["ci_low", "task_id", "channel"], ascending=[False, True, True]).head(SHOWN)
    columns = [Column(say("Task and channel")), Column(say("Attempts that failed"), "right")]
    cells = [
        (f"{view.name(row.task_id)}\n{channel_name(row.channel, view.language)}", value_cell(row, source))
        for _, row in worst.iterrows()
    ]
    note = say(
        "In the order of what is certain: the low end of the margin. Below each value: {margin} and number of "
        "observations.",
        margin=interval_label(source),
    )
    caption = say("Where most attempts fail, {period}", period=source.quarter.label(view.language))
    return [Heading(2, title), Table(caption, columns, cells, note=note)]


def stalls(view: View) -> list[Block]:
    """The steps behind the counter at which open cases stand, and how long cases wait there."""
    say, source = view.say, view.source
    title, rows = say("Where cases stand still"), measured_stalls(source)
    if rows is None:
        return missing(source, title, "steps")
    if NO_CLOSING_STEP in set(rows.frame["note"]):
        told = say("Which step closes a case is not in the settings (closing_steps).")
        return [Heading(2, title), Text([told], kind="note")]
    found = {(row.step, row.measure): row for _, row in rows.frame.iterrows()}
    shares = rows.where(measure="stalled_share").frame.sort_values(["estimate", "step"], ascending=[False, True])
    columns = [
        Column(say("Step")), Column(say("Share of the open cases"), "right"),
        Column(say("Half of the cases wait at most"), "right"),
    ]  # fmt: skip
    cells = [
        (str(row.step), _share(view, row), _wait(view, found.get((row.step, "step_wait"))))
        for _, row in shares.head(SHOWN).iterrows()
    ]
    note = say("Below each value: {margin}. Over the last four quarters.", margin=interval_label(source))
    return [Heading(2, title), Table(say("Open cases per step"), columns, cells, note=note)]


def _share(view: View, row: pd.Series) -> str:
    if pd.isna(row.estimate):
        return result(view, row)
    low, high = (percent(one, view.language, 0) for one in (row.ci_low, row.ci_high))
    return f"{percent(row.estimate, view.language, 0)}\n{view.say('{low} to {high}', low=low, high=high)}"


def _wait(view: View, row: pd.Series | None) -> str:
    return DASH if row is None else result(view, row)
