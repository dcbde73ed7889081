"""The board's view on two pages: the quarter in a few sentences, the top tasks, and where to act."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import pandas as pd

from toptaak.core.wording import DASH
from toptaak.kpi.compare import VERDICTS
from toptaak.kpi.measures import declaration
from toptaak.numbers.view import View
from toptaak.numbers.year import effort, where_to_act
from toptaak.printing.blocks import Block, Column, Heading, Items, Table, Text
from toptaak.report.governing.decisions import asked_decisions
from toptaak.report.governing.goal_tables import counted, result
from toptaak.report.governing.goal_tables import goals as all_goals
from toptaak.report.governing.wish_tables import effort_sentence
from toptaak.report.phrases import interval_label
from toptaak.report.quarterly.summary import changes, tiles
from toptaak.report.quarterly.where_to_act import most_to_gain
from toptaak.report.vote_words import in_votes

MEASURES: Final = ("success_rate", "disaster_rate", "completion_time")
MOST_TASKS: Final = 8
SHOWN: Final = 5
SHOWN_BESIDE_MANY_GOALS: Final = 3
MANY_GOALS: Final = 6


def in_brief(view: View) -> list[Block]:
    """The quarter in at most four sentences: what is asked, what changed, the goals, and where to act."""
    say, asked = view.say, len(asked_decisions(view))
    tasks = where_to_act(view.source)
    sentences = [
        say("Decisions we ask of you: {n}.", n=asked) if asked else say("Nothing is asked of you this quarter."),
        *changes(view.source),
        *([counted(view)] if view.goals else []),
        *(most_to_gain(view.source, tasks) if tasks is not None else []),
    ]
    return [Heading(2, say("In one minute")), Items(sentences)]


def top_tasks(view: View) -> list[Block]:
    """How each top task goes this quarter, over all channels."""
    source = view.source
    say = in_votes(source)
    title = say("How the top tasks go")
    names = view.top_tasks[:MOST_TASKS]
    if not names:
        none = Text([say("There was no vote yet: the top tasks are not known.")], kind="note")
        return [Heading(2, title), none, *([tiles(source)] if source.kpis else [])]
    votes = source.league.where(measure="vote_share").frame.set_index("task_id")["estimate"]  # type: ignore[union-attr]
    found = {
        (row.task_id, row.measure): row for _, row in source.by_task.where(measure=list(MEASURES)).frame.iterrows()
    }
    columns = [
        Column(say("Task")),
        Column(say("Share of all votes"), "right"),
        *(Column(say(declaration(one).label), "right") for one in MEASURES),
    ]
    rows = [
        (
            view.name(task),
            view.say.percent(votes[task]),
            *(_cell(view, found.get((task, one))) for one in MEASURES),
        )
        for task in names
    ]
    caption = say("Results per task in {period}, over all channels", period=source.quarter.label(view.language))
    note = say("Below each value: {margin}.", margin=interval_label(source))
    return [Heading(2, title), Table(caption, columns, rows, note=note)]


def _cell(view: View, row: pd.Series | None) -> str:
    return DASH if row is None else result(view, row)


def goals(view: View) -> list[Block]:
    """The goals and where they stand, on the second page."""
    return [replace(block, new_page=True) if isinstance(block, Heading) else block for block in all_goals(view)]


def act(view: View) -> list[Block]:
    """The top tasks that weigh heaviest, with their shortfall and their share of the hours."""
    source = view.source
    say = in_votes(source)
    title, tasks = say("Where to act"), where_to_act(source)
    if tasks is None or tasks.frame["shortfall"].isna().all():
        none = say("Which task weighs heaviest cannot be said: that takes votes, attempts and targets.")
        return [Heading(2, title), Text([none], kind="note")]
    most = SHOWN if len(view.goals) < MANY_GOALS else SHOWN_BESIDE_MANY_GOALS
    rows = tasks.along("task_id", tasks.frame.dropna(subset="shortfall")["task_id"].head(most).tolist()).frame
    columns = [
        Column(say("Task")), Column(say("Votes short"), "right"), Column(say("Share of all votes"), "right"),
        Column(say("Share of the hours"), "right"), Column(say("Success against target")),
    ]  # fmt: skip
    hours = _hours(view)
    cells = [
        (
            view.name(row.task_id),
            _short(view, row),
            view.say.percent(row.vote_share),
            hours.get(row.task_id, DASH),
            say(VERDICTS[row.verdict]),
        )
        for _, row in rows.iterrows()
    ]
    spent = effort_sentence(view)
    note = say(
        "Votes short: share of the votes × distance to the target, in votes of 100, over the last four quarters."
    )
    caption = say("The tasks with most to gain")
    return [Heading(2, title), *([Text([spent])] if spent else []), Table(caption, columns, cells, note=note)]


def _short(view: View, row: pd.Series) -> str:
    value, low, high = (view.say.number(one * 100, 1) for one in (row.shortfall, row.shortfall_low, row.shortfall_high))
    return f"{value}\n{view.say('{low} to {high}', low=low, high=high)}"


def _hours(view: View) -> dict[str, str]:
    found = effort(view.source)
    if found is None:
        return {}
    known = found.frame.dropna(subset="hours_share")
    return {str(row.task_id): view.say.percent(row.hours_share) for _, row in known.iterrows()}


def reading(view: View) -> list[Block]:
    """How to read the numbers, in one note."""
    say = view.say
    text = say(
        "Every number has a margin; we call something better, worse, reached or behind only where the whole margin "
        "says so. Numbers on fewer than {minimum} observations are not shown. All numbers are those of the quarterly "
        "report.",
        minimum=view.source.settings.minimum_n,
    )
    return [Text([text], kind="note")]
