"""The board's view on two pages: the quarter in a few sentences, the top tasks, and where to act."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final

import pandas as pd

from toptaak.core.wording import DASH
from toptaak.figures.basic import new_figure
from toptaak.figures.board import ROW_HEIGHT, matrix
from toptaak.kpi.compare import VERDICTS
from toptaak.kpi.measures import declaration
from toptaak.numbers.board_matrix import BoardMatrix, MatrixCell, board_matrix
from toptaak.numbers.view import View
from toptaak.numbers.year import effort, where_to_act
from toptaak.printing.blocks import Block, Column, Figure, Heading, Items, Table, Text
from toptaak.report.governing.decisions import asked_decisions
from toptaak.report.governing.goal_tables import counted, result
from toptaak.report.governing.goal_tables import goals as all_goals
from toptaak.report.governing.wish_tables import effort_sentence
from toptaak.report.phrases import figure, interval_label, listed, why_no_kpis
from toptaak.report.quarterly.summary import changes, tiles, vote
from toptaak.report.quarterly.where_to_act import most_to_gain
from toptaak.report.vote_words import in_votes

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Drawing

MOST_TASKS: Final = 7
SHOWN: Final = 5
SHOWN_BESIDE_MANY_GOALS: Final = 3
MANY_GOALS: Final = 6


def in_brief(view: View) -> list[Block]:
    """The quarter in at most four sentences: what is asked, what changed, the goals, and where to act."""
    say, asked = view.say, len(asked_decisions(view))
    tasks = where_to_act(view.source)
    sentences = [
        say("Decisions we ask of you: {n}.", n=asked) if asked else say("Nothing is asked of you this quarter."),
        *(list(changes(view.source))[:1] if view.source.kpis else vote(view.source) or [why_no_kpis(view.source)]),
        *([counted(view)] if view.goals else []),
        *(most_to_gain(view.source, tasks) if tasks is not None else []),
    ]
    return [Heading(2, say("In one minute")), Items(sentences)]


def top_tasks(view: View) -> list[Block]:
    """How each top task goes this quarter, over all channels, as one picture; its numbers stand on the second page."""
    say = in_votes(view.source)
    title, names = say("How the top tasks go"), tuple(view.top_tasks[:MOST_TASKS])
    if not names:
        none = Text([say("There was no vote yet: the top tasks are not known.")], kind="note")
        return [Heading(2, title), none, *([tiles(view.source)] if view.source.kpis else [])]
    board = board_matrix(view, names)
    if board is None:
        nothing = say("Nothing was measured per task this quarter: deliver attempts or contacts with a task.")
        return [Heading(2, title), Text([nothing], kind="note"), *([tiles(view.source)] if view.source.kpis else [])]
    return [Heading(2, title), _picture(view, board)]


def _picture(view: View, board: BoardMatrix) -> Figure:
    say = view.say
    note = say(
        "Line: eight quarters; dashed: the target; thin mark: the margin now. Triangle up: demonstrably better than "
        "the quarter before, down: worse, dash: no demonstrable change. Round: target met, cross: not met, diamond: "
        "not certain."
    )
    drawn = figure(_finding(view, board), _words(view, board), _table(view, board), partial(_draw, view, board), note)
    return replace(drawn, data_elsewhere=True)


def _finding(view: View, board: BoardMatrix) -> str:
    """State what stands out: targets not met, what got demonstrably worse, or that nothing does."""
    say = view.say
    missed = _tasks(view, board, lambda cell: cell.aim == "not_met")
    worse = _tasks(view, board, lambda cell: cell.change == "worse")
    if missed:
        names = listed([f"‘{name}’" for name in missed[:2]], view.source)
        return say(
            "Of {n} top task the target is demonstrably not met: {names}",
            "Of {n} top tasks a target is demonstrably not met, first of all {names}",
            n=len(missed),
            names=names,
        )
    if worse:
        return say("Demonstrably worse than the quarter before: {names}", names=listed(worse[:2], view.source))
    return say("No top task misses its target demonstrably, and none got demonstrably worse")


def _tasks(view: View, board: BoardMatrix, holds: Callable[[MatrixCell], bool]) -> list[str]:
    """Name the tasks of which something holds for any measure."""
    return [view.name(task) for task in board.tasks if any(holds(board.cells[task, name]) for name in board.measures)]


def _words(view: View, board: BoardMatrix) -> str:
    """Say in words what the picture shows: per measure the lowest and the highest task."""
    say = view.say
    parts = [say("Per top task {n} measures with a line over eight quarters.", n=len(board.measures))]
    for name in board.measures:
        values = {task: float(board.cells[task, name].series.frame["estimate"].iloc[-1]) for task in board.tasks}
        known = sorted((value, task) for task, value in values.items() if not math.isnan(value))
        if len(known) > 1:
            low, high = (f"{view.name(task)} {say.value(name, value)}" for value, task in (known[0], known[-1]))
            parts.append(
                say("{measure}: from {low} to {high}.", measure=say(declaration(name).label), low=low, high=high)
            )
    return " ".join(parts)


def _table(view: View, board: BoardMatrix) -> Table:
    say = view.say
    columns = [Column(say("Task")), *(Column(say(declaration(name).label), "right") for name in board.measures)]
    rows = [
        [view.name(task), *(_numbers(view, board.cells[task, name]) for name in board.measures)] for task in board.tasks
    ]
    caption = say("Results per task in {period}, over all channels", period=view.source.quarter.label(view.language))
    return Table(caption, columns, rows, note=say("Below each value: {margin}.", margin=interval_label(view.source)))


def _numbers(view: View, cell: MatrixCell) -> str:
    return result(view, cell.series.frame.iloc[-1])


def _draw(view: View, board: BoardMatrix) -> Drawing:
    drawing = new_figure(ROW_HEIGHT * (len(board.tasks) + 1))
    names, heads = (
        [view.name(task) for task in board.tasks],
        [view.say(declaration(name).label) for name in board.measures],
    )
    matrix(drawing.add_subplot(), board, names, heads, view.say.value)
    return drawing


def numbers(view: View) -> list[Block]:
    """The numbers behind the picture of the first page, with their margins."""
    board = board_matrix(view, tuple(view.top_tasks[:MOST_TASKS]))
    if board is None:
        return []
    if len(view.goals) >= MANY_GOALS:
        elsewhere = view.say("The numbers of the top tasks with their margins stand in the quarterly report.")
        return [Text([elsewhere], kind="note")]
    return [Heading(2, view.say("The numbers of the top tasks")), _table(view, board)]


def goals(view: View) -> list[Block]:
    """The goals and where they stand, on the second page."""
    return [replace(block, new_page=True) if isinstance(block, Heading) else block for block in all_goals(view)]


def act(view: View) -> list[Block]:
    """The top tasks that weigh heaviest, with their shortfall and their share of the hours."""
    source = view.source
    say = in_votes(source)
    title, tasks = say("Where to act"), where_to_act(source)
    if tasks is None or tasks.frame["shortfall"].isna().all():
        names = {"ballots": say("votes"), "attempts": say("attempts"), "targets": say("targets")}
        lacking = [name for table, name in names.items() if not source.has(table)] or list(names.values())
        none = say("Which task weighs heaviest cannot be said: that takes {what}.", what=listed(lacking, source))
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
    value, low, high = (
        view.say.number(share * 100, 1) for share in (row.shortfall, row.shortfall_low, row.shortfall_high)
    )
    return f"{value}\n{view.say('{low} to {high}', low=low, high=high)}"


def _hours(view: View) -> dict[str, str]:
    effort_of_year = effort(view.source)
    if effort_of_year is None:
        return {}
    known = effort_of_year.frame.dropna(subset="hours_share")
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
