"""Where to act: votes, channel volume, performance against target and hours of each task, in one table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

import pandas as pd

from toptaak.core.wording import DASH, message
from toptaak.figures import basic as figures
from toptaak.figures.quadrants import QuadrantNames, height_of_quadrants, quadrants
from toptaak.numbers.quarter import Source
from toptaak.numbers.year import effort, volumes
from toptaak.numbers.year import where_to_act as weighed
from toptaak.printing.blocks import Block, Column, Figure, Heading, Items, Table, Text
from toptaak.privacy.disclosure import Publishable
from toptaak.report.phrases import figure, listed, missing, short_note
from toptaak.report.vote_words import in_votes

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Drawing

SHOWN: Final = 8
NAMED: Final = 3
NAMED_WITH_HOURS: Final = 2
_HOURS: Final = {
    "more": message("Tasks with demonstrably more hours than votes: {tasks}."),
    "less": message("Tasks with demonstrably fewer hours than votes: {tasks}."),
}


@dataclass(frozen=True)
class Joined:
    """What is known of the tasks: votes and shortfall published, volumes counted, hours beside the votes."""

    votes: pd.DataFrame
    tasks: Publishable
    volumes: pd.DataFrame | None
    effort: pd.DataFrame | None

    @property
    def weighed(self) -> bool:
        """Tell whether any task has a shortfall."""
        return bool(self.tasks.frame["shortfall"].notna().any())


def where_to_act(source: Source) -> list[Block]:
    """The tasks with the largest shortfall weighed by their votes, with what else is known of them."""
    say = source.say
    title = say("Where to act")
    if source.league is None:
        return missing(source, title, "ballots")
    tasks = weighed(source)
    if tasks is None:
        return missing(source, title, "attempts")
    joined = _joined(source, tasks)
    if joined.votes["vote_share"].isna().all():
        return [Heading(2, title), Text([say("Too few people voted to weigh tasks by their votes.")], kind="note")]
    shown = _shown(joined)
    table = _table(source, joined, shown)
    if not joined.weighed:
        return [Heading(2, title), Text([_why_not(source, tasks)], kind="note"), *_hours_items(source, joined), table]
    return [
        Heading(2, title),
        Items([*most_to_gain(source, tasks), *_hours(source, joined)]),
        _picture(source, shown, table),
    ]


def _joined(source: Source, tasks: Publishable) -> Joined:
    assert source.league is not None
    votes = source.league.where(measure="vote_share").frame.set_index("task_id")
    hours = effort(source)
    return Joined(
        votes.rename(columns={"estimate": "vote_share", "ci_low": "vote_low", "ci_high": "vote_high"}),
        tasks,
        volumes(source),
        None if hours is None else hours.frame.set_index("task_id"),
    )


def _shown(joined: Joined) -> Publishable:
    """Give the tasks with the largest shortfall; without any the tasks with most votes."""
    tasks = joined.tasks
    if joined.weighed:
        order = tasks.frame.dropna(subset="shortfall")["task_id"].head(SHOWN).tolist()
    else:
        order = [task for task in joined.votes.index if task in set(tasks.frame["task_id"])][:SHOWN]
    return tasks.along("task_id", order)


def _why_not(source: Source, tasks: Publishable) -> str:
    reasons = tasks.frame.loc[tasks.frame["note"] != "", "note"]
    if not (tasks.frame["estimate"].notna()).any():
        return source.say("No task can be weighed: success is not known, or of too few attempts.")
    return source.say("No task can be weighed ({reason}).", reason=source.say(str(reasons.mode().iloc[0])))


def _name(source: Source, task: str) -> str:
    return f"‘{source.task_labels.get(task, task)}’"


def most_to_gain(source: Source, tasks: Publishable) -> list[str]:
    """Say which tasks demonstrably miss their target, the heaviest first; nothing where no task can be weighed."""
    frame = tasks.frame
    if frame["shortfall"].isna().all():
        return []
    missed = frame.loc[frame["verdict"] == "not_met", "task_id"].tolist()
    if not missed:
        return [
            source.say("No task demonstrably misses its target. The order below is what the numbers suggest, no more.")
        ]
    names = listed([_name(source, task) for task in missed[:NAMED]], source)
    return [
        source.say(
            "By estimate most is to be gained with {tasks}: success is demonstrably below the target.",
            "By estimate most is to be gained with {tasks}. Of {n} tasks success is demonstrably below the target.",
            tasks=names,
            n=len(missed),
        )
    ]


def _hours(source: Source, joined: Joined) -> list[str]:
    if joined.effort is None:
        return []
    effort_rows = joined.effort
    apart = (effort_rows["hours_share"] - effort_rows["estimate"]).abs()
    said = []
    for verdict, text in _HOURS.items():
        tasks = (
            apart[effort_rows["verdict"] == verdict]
            .sort_values(ascending=False, kind="stable")
            .index[:NAMED_WITH_HOURS]
        )
        if len(tasks):
            names = listed([_with_shares(source, str(task), effort_rows.loc[task]) for task in tasks], source)
            said.append(in_votes(source)(text.text, tasks=names))
    return said or [in_votes(source)("The hours go to tasks about as the votes do.")]


def _hours_items(source: Source, joined: Joined) -> list[Block]:
    said = _hours(source, joined)
    return [Items(said)] if said else []


def _with_shares(source: Source, task: str, row: pd.Series) -> str:
    text = "{hours} of the hours, {votes} of the votes" if row.hours else "no hours registered, {votes} of the votes"
    shares = in_votes(source)(text, hours=source.say.percent(row.hours_share), votes=source.say.percent(row.estimate))
    return f"{_name(source, task)} ({shares})"


def _points(source: Source, value: float) -> str:
    return source.say.number(value * 100, 1)


def _picture(source: Source, shown: Publishable, table: Table) -> Figure:
    """Show some tasks by their votes and their distance to the target; the finding names the heaviest."""
    say, frame = in_votes(source), shown.frame
    first = frame.iloc[0]
    finding = say(
        "{task} weighs heaviest by estimate: {value} of 100 votes short",
        task=source.task_labels.get(first.task_id, first.task_id), value=_points(source, first.shortfall),
    )  # fmt: skip
    values = "; ".join(
        say(
            "{task}: {votes} of the votes, {points} points from the target",
            task=source.task_labels.get(row.task_id, row.task_id),
            votes=say.percent(row.vote_share), points=_points(source, row.target - row.estimate),
        )
        for _, row in frame.iterrows()
    )  # fmt: skip
    alt = say(
        "{finding}. Across the votes, upwards the distance to the target. {values}.", finding=finding, values=values
    )
    note = say(
        "The higher, the further below the target; the more to the right, the more votes. The larger, the more often "
        "in channels. Square: demonstrably below the target. Lines: margins."
    )
    return figure(finding, alt, table, partial(_draw, source, shown), note)


def _draw(source: Source, shown: Publishable) -> Drawing:
    say, tasks = in_votes(source), shown.frame["task_id"].tolist()
    drawing = figures.new_figure(height_of_quadrants(len(tasks)))
    labels = [source.task_labels.get(task, task) for task in tasks]
    words = QuadrantNames(
        say("Share of all votes"), say("Percentage points below the target"),
        say("Fewer votes, below the target: then these"), say("Many votes, below the target: act here"),
        say("Fewer votes, target reached: let it run"), say("Many votes, target reached: keep it so"),
    )  # fmt: skip
    write = (partial(say.percent, decimals=0), lambda value: say.number(value * 100, 0))
    quadrants(drawing.subplots(), shown, _counted(source, tasks), labels, words, write)
    return drawing


def _counted(source: Source, tasks: list[str]) -> list[float]:
    """Give the volume of each task; none where it is not known, or too small to show."""
    counted = volumes(source)
    if counted is None:
        return [float("nan")] * len(tasks)
    return counted["volume"].where(counted["volume"] >= source.settings.minimum_n).reindex(tasks).tolist()


def _table(source: Source, joined: Joined, shown: Publishable) -> Table:
    say = in_votes(source)
    parts: list[tuple[str, Mapping[str, str]]] = [
        (say("Share of all votes"), _vote_cells(source, joined)),
        (say("Times in channels"), _volume_cells(source, joined)),
        (say("Attempts that succeeded"), _success_cells(source, shown)),
        (say("Votes short"), _short_cells(source, shown)),
        (say("Share of the hours"), _hours_cells(source, joined)),
    ]
    kept = [(label, cells) for label, cells in parts if cells]
    tasks = shown.frame["task_id"].tolist()
    rows = [(source.task_labels.get(task, task), *(cells.get(task, DASH) for _, cells in kept)) for task in tasks]
    columns = [Column(say("Task")), *(Column(label, "right") for label, _ in kept)]
    note = say("Below a value: its margin and what it rests on. Success, channels and hours: the last four quarters.")
    return Table(say("Votes, volume, performance and effort per task"), columns, rows, note=note)


def _vote_cells(source: Source, joined: Joined) -> Mapping[str, str]:
    return {
        str(task): f"{source.say.percent(row.vote_share)}\n"
        + source.say.interval("vote_share", row.vote_low, row.vote_high)
        for task, row in joined.votes.iterrows()
    }


def _volume_cells(source: Source, joined: Joined) -> Mapping[str, str]:
    if joined.volumes is None:
        return {}
    return {str(task): _volume(source, row) for task, row in joined.volumes.iterrows()}


def _volume(source: Source, row: pd.Series) -> str:
    """Write how often a task occurred and in how many channels; a small number is hidden like any other."""
    if 0 < row.volume < source.settings.minimum_n:
        return source.say("fewer than {minimum}", minimum=source.settings.minimum_n)
    counted = source.say.number(row.volume)
    return f"{counted}\n{source.say('{n} channel', '{n} channels', n=row.channels)}"


def _success_cells(source: Source, shown: Publishable) -> Mapping[str, str]:
    whole = partial(source.say.percent, decimals=0)
    cells = {}
    for _, row in shown.frame.iterrows():
        lines = [short_note(row, source)]
        if pd.notna(row.estimate):
            aim = source.say(" (target {target})", target=whole(row.target)) if pd.notna(row.target) else ""
            margin = source.say("{low} to {high}", low=whole(row.ci_low), high=whole(row.ci_high))
            lines = [whole(row.estimate) + aim, margin, f"n = {source.say.count(row.n)}"]
        cells[row.task_id] = "\n".join(lines)
    return cells


def _short_cells(source: Source, shown: Publishable) -> Mapping[str, str]:
    cells = {}
    for _, row in shown.frame.dropna(subset="shortfall").iterrows():
        ends = {"low": _points(source, row.shortfall_low), "high": _points(source, row.shortfall_high)}
        cells[row.task_id] = f"{_points(source, row.shortfall)}\n{source.say('{low} to {high}', **ends)}"
    return cells


def _hours_cells(source: Source, joined: Joined) -> Mapping[str, str]:
    if joined.effort is None:
        return {}
    known = joined.effort.dropna(subset="hours_share")
    none = source.say("none registered")
    return {str(task): source.say.percent(row.hours_share) if row.hours else none for task, row in known.iterrows()}
