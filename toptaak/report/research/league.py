"""The league table: every task with its votes, its margin, the places it may have and who stands equal."""

from __future__ import annotations

import textwrap
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from toptaak.core.wording import DASH
from toptaak.figures import basic as figures
from toptaak.figures.rankings import equals, height_of
from toptaak.numbers.rank_groups import group_letters, shown_groups
from toptaak.numbers.survey import SurveySource
from toptaak.printing.blocks import Block, Column, Heading, Table, Text
from toptaak.privacy.disclosure import Publishable
from toptaak.report.phrases import figure
from toptaak.report.quarterly.tasks import league_table
from toptaak.report.research.survey_phrases import (
    band_colours,
    head_tasks,
    label_of,
    name_of,
    no_vote,
    shares,
    voters_of,
)
from toptaak.report.vote_words import in_votes
from toptaak.surveys.ranking import BAND_LABELS

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure as Drawing

_BAND_WIDTH = 18


def league(source: SurveySource) -> list[Block]:
    """Bars for the head of the vote; the table has all tasks."""
    say = in_votes(source)
    title = say("League table")
    if why := no_vote(source, title):
        return why
    frame = shares(source).frame
    first, second = frame.iloc[0], frame.iloc[min(1, len(frame) - 1)]
    tasks, top = head_tasks(source), min(source.settings.top_tasks, len(frame))
    values = {
        "first": name_of(source, first.task_id),
        "share": say.value("vote_share", first.estimate),
        "second": name_of(source, second.task_id),
        "second_share": say.value("vote_share", second.estimate),
    }
    lead = say(
        "{voters} people chose from a list of {tasks} tasks and gave {votes} votes (survey {survey}).",
        voters=say.count(voters_of(source)), tasks=say.number(len(frame)),
        votes=say.count(frame["votes"].sum()), survey=source.survey,
    )  # fmt: skip
    alt = say(
        "Bar chart of the {shown} tasks with the most votes. {first} comes first with {share} of the votes, "
        "then {second} with {second_share}. The table below the figure has all values.",
        shown=len(tasks), **values,
    )  # fmt: skip
    finding = say(
        "The first {k} tasks together get {share} of the votes",
        k=top, share=say.percent(float(frame["estimate"].head(top).sum()), 0),
    )  # fmt: skip
    return [
        Heading(2, title),
        Text([lead, *_part_shown(source, frame), *_without_weight(source)]),
        figure(
            finding, alt, _table(source), partial(_draw, source, shares(source).where(task_id=tasks)),
            _reading(source, first, values),
        ),
    ]  # fmt: skip


def _partly_shown(source: SurveySource) -> bool:
    return bool((shares(source).frame["n"] < voters_of(source)).any())


def _part_shown(source: SurveySource, frame: pd.DataFrame) -> list[str]:
    """Say how many voters saw each task, where not all saw all."""
    if not _partly_shown(source):
        return []
    seen = {end: source.say.count(frame["n"].agg(name)) for end, name in (("fewest", "min"), ("most", "max"))}
    text = in_votes(source)(
        "Not everybody was shown the whole list: each task was shown to {fewest} to {most} voters. Shares and places "
        "rest on the votes per voter who was shown the task.",
        **seen,
    )
    return [text]


def _without_weight(source: SurveySource) -> list[str]:
    """Say how many people voted but have no weight, where others have one."""
    lost = source.of_survey("ballots")["respondent"].nunique() - voters_of(source)
    if lost <= 0:
        return []
    text = source.say("Voters who have no weight in the file and do not count: {lost}.", lost=source.say.count(lost))
    return [text]


def _reading(source: SurveySource, first: pd.Series, values: dict[str, str]) -> str:
    say = in_votes(source)
    equal = say("Tasks with the same letter stand equal: the votes do not tell which of them comes first.")
    margin = source.say.interval("vote_share", first.ci_low, first.ci_high)
    if not margin:
        return f"{say('‘{first}’ got {share} of the votes: every voter chose this task.', **values)} {equal}"
    return f"{say('‘{first}’ got {share} of the votes, with a margin of {margin}.', margin=margin, **values)} {equal}"


def _table(source: SurveySource) -> Table:
    """Put who stands equal beside the places of the league table."""
    assert source.league is not None
    assert source.rank_groups is not None
    table = league_table(source, shares(source), source.league.where(measure="vote_reach"), "")
    letters = group_letters(source.rank_groups)
    tasks = shares(source).frame["task_id"]
    more = _more_cells(source)
    rows = [
        (*row[:3], letters.get(task, DASH), *(cells[task] for cells in more.values()), *row[3:])
        for task, row in zip(tasks, table.rows, strict=True)
    ]
    added = [Column(name, "right") for name in more]
    columns = [*table.columns[:3], Column(source.say("Equal")), *added, *table.columns[3:]]
    return replace(table, columns=columns, rows=rows)


def _more_cells(source: SurveySource) -> dict[str, dict[str, str]]:
    """Give what the votes alone do not tell: who was shown the task, and the points of a ranked vote."""
    say = source.say
    frame = shares(source).frame.set_index("task_id")
    cells: dict[str, dict[str, str]] = {}
    if _partly_shown(source):
        cells[say("Shown to")] = {str(task): say.count(n) for task, n in frame["n"].items()}
    if source.settings.scoring == "ranked":
        cells[say("Points")] = {str(task): say.count(points) for task, points in frame["points"].items()}
    return cells


def _draw(source: SurveySource, head: Publishable) -> Drawing:
    assert source.rank_groups is not None
    tasks, bands = head.frame["task_id"].tolist(), head.frame["band"].tolist()
    labels = [label_of(source, task) for task in tasks]
    drawing = figures.new_figure(height_of(labels))
    ax, beside = drawing.subplots(1, 2, sharey=True, width_ratios=[8, 1.2])
    colours = band_colours(source)
    figures.shares(ax, head, labels, partial(source.say.percent), [colours[band] for band in bands])
    names = {band: "\n".join(textwrap.wrap(in_votes(source)(BAND_LABELS[band]), _BAND_WIDTH)) for band in colours}
    figures.name_groups(ax, bands, names)
    # the longest bar stands in the line of the first name
    ax.set_xlim(0, ax.get_xlim()[1] * (1 + 0.02 * max(names[bands[0]].find("\n") - 8, 0)))
    figures.categories(ax, labels)
    equals(beside, shown_groups(source.rank_groups, tasks), source.say("Equal"))
    return drawing
