"""Which tasks citizens come for, and how each of the top tasks goes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from toptaak.core.results import ALL
from toptaak.core.wording import DASH
from toptaak.figures import basic as figures
from toptaak.figures.rankings import height_of
from toptaak.kpi.measure_reader import MeasureReader
from toptaak.numbers.quarter import Source
from toptaak.numbers.rank_groups import possible_places
from toptaak.printing.blocks import Block, Column, Heading, Table, Text
from toptaak.privacy.disclosure import Publishable
from toptaak.report.phrases import figure, interval_label, matrix_table, missing, no_groups, seen_measures
from toptaak.report.vote_words import in_votes
from toptaak.surveys.ranking import BAND_LABELS

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Drawing

SHOWN = 15
MOST_MEASURES = 4
# the first of these that were observed
TASK_MEASURES = (
    "success_rate", "disaster_rate", "completion_time", "satisfaction", "ces1", "ces2", "net_promoter_score",
    "abandoned_rate", "service_level", "speed_of_answer", "short_wait_rate",
)  # fmt: skip


def top_tasks(source: Source) -> list[Block]:
    """The newest vote: the head of the league table as a figure and a table."""
    title = source.say("Top tasks")
    if source.league is None:
        return missing(source, title, "ballots")
    shares = source.league.where(measure="vote_share")
    frame = shares.frame
    if frame["estimate"].isna().any():
        few = source.say("Fewer than {minimum} people voted on a task of the list: the votes are not shown.",
                         minimum=source.settings.minimum_n)  # fmt: skip
        return [Heading(2, title), Text([few], kind="note")]
    head = shares.where(task_id=frame["task_id"].head(SHOWN).tolist())
    labels = [source.task_labels.get(task, task) for task in head.frame["task_id"]]
    first = frame.head(source.settings.top_tasks)
    together = float(first["estimate"].sum())
    voters = source.say.count(frame["n"].max())
    say = in_votes(source)
    finding = say(
        "The first {k} tasks together get {share} of the votes",
        k=len(first),
        share=source.say.percent(together, 0),
    )
    lead = say(
        "{voters} citizens chose the tasks that matter most to them from a list of {tasks} tasks (survey {survey}). "
        "The list below is in the order of their votes.",
        voters=voters, tasks=source.say.number(len(frame)), survey=source.survey,
    )  # fmt: skip
    alt = say(
        "Bar chart of the {shown} tasks with the most votes. {first} comes first with {share} of the votes, "
        "then {second} with {second_share}. The table below the figure has all values.",
        shown=len(labels), first=labels[0], share=source.say.value("vote_share", frame["estimate"].iloc[0]),
        second=labels[1] if len(labels) > 1 else DASH,
        second_share=source.say.value("vote_share", frame["estimate"].iloc[1]) if len(labels) > 1 else DASH,
    )  # fmt: skip
    note = _rest(source, frame)
    data = league_table(source, head, source.league.where(measure="vote_reach"), note)
    return [
        Heading(2, title),
        Text([lead]),
        figure(finding, alt, data, partial(draw_shares, source, head, labels), note),
    ]


def per_task(source: Source) -> list[Block]:
    """How each of the top tasks goes, over all channels."""
    title = source.say("How the top tasks go")
    measures = seen_measures(source.by_task, TASK_MEASURES)[:MOST_MEASURES]
    names = _tasks_shown(source, measures)
    if not names:
        return no_groups(source, title, source.by_task, "task_id")
    table = matrix_table(
        source, source.by_task, "task_id", names, measures, source.say("Task"),
        source.say("Results per task in {period}, over all channels", period=source.quarter.label(source.language)),
    )  # fmt: skip
    return [Heading(2, title), table]


def _tasks_shown(source: Source, measures: Sequence[str]) -> Mapping[str, str]:
    """Name the tasks in the order of the vote, or else those with most observations of the first measure first."""
    rows = source.by_task.where(measure=list(measures)).frame
    measured = set(rows["task_id"]) - {ALL}
    votes = None if source.league is None else source.league.where(measure="vote_share").frame
    if votes is not None and votes["estimate"].notna().all():
        order = votes["task_id"]
    else:
        frame = rows[rows["measure"] == next(iter(measures), "")]
        order = frame.sort_values(["n", "task_id"], ascending=[False, True])["task_id"]
    shown = [task for task in order if task in measured][: source.settings.top_tasks]
    return {task: source.task_labels.get(task, task) for task in shown}


def _rest(source: Source, frame: pd.DataFrame) -> str:
    rest = frame["estimate"].iloc[SHOWN:]
    if rest.empty:
        return ""
    share = source.say.percent(float(rest.sum()))
    return in_votes(source)(
        "The other task: {share} of the votes.",
        "The other {n} tasks together: {share} of the votes.",
        n=len(rest),
        share=share,
    )


def draw_shares(source: Source, head: Publishable, labels: list[str]) -> Drawing:
    """Draw the bars of the head of the league table with their bands."""
    labels = [figures.side_label(label) for label in labels]
    drawing = figures.new_figure(height_of(labels))
    ax = drawing.subplots()
    bands = head.frame["band"].tolist()
    order = list(dict.fromkeys(bands))
    colours = {band: list(figures.BAND_COLOURS.values())[place] for place, band in enumerate(order)}
    figures.shares(ax, head, labels, partial(source.say.percent), [colours[band] for band in bands])
    figures.name_groups(ax, bands, {band: in_votes(source)(BAND_LABELS[band]) for band in order})
    return drawing


def league_table(source: Source, shares: Publishable, reach: Publishable, note: str) -> Table:
    """Make the league table: for each task its place, the places it may have when chance is counted in, its votes."""
    say = in_votes(source)
    reached = reach.frame.set_index("task_id")["estimate"]
    possible = {} if source.rank_groups is None else possible_places(source.rank_groups)
    columns = [
        Column(say("Task")),
        Column(say("Rank"), "right"),
        Column(say("Possible places"), "right"),
        Column(say("Votes"), "right"),
        Column(say("Share of the votes"), "right"),
        Column(say("Added up"), "right"),
        Column(say("Voters who chose it"), "right"),
    ]
    rows = [
        (
            source.task_labels.get(row.task_id, row.task_id),
            say.count(row["rank"]),
            possible.get(row.task_id, DASH),
            say.count(row.votes),
            share_with_margin(row, say),
            say.value("vote_share", row.cumulative_share),
            say.value("vote_reach", reached[row.task_id]),
        )
        for _, row in shares.frame.iterrows()
    ]
    below = say(
        "Below the share: {margin}. Possible places: where a task may stand when chance is taken into account.",
        margin=interval_label(source),
    )
    return Table(say("Votes per task"), columns, rows, note=f"{below} {note}".strip())


def share_with_margin(row: pd.Series, say: MeasureReader) -> str:
    """Write a share of the votes with its interval below it, as one word so that it stays on its line.

    Examples
    --------
    >>> reader = MeasureReader("nl")
    >>> share_with_margin(pd.Series({"estimate": 0.065, "ci_low": 0.058, "ci_high": 0.073}), reader).split("\\n")
    ['6,5%', '5,8–7,3%']
    """
    share = say.value("vote_share", row["estimate"])
    if pd.isna(row["ci_low"]):
        return share
    low = say.number(float(row["ci_low"]) * 100, 1)
    return f"{share}\n{low}–{say.value('vote_share', row['ci_high'])}"
