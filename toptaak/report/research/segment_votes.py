"""Who votes for what: segments side by side, the tasks in which they differ, and how far their rankings agree."""

from __future__ import annotations

import textwrap
from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from toptaak.core.wording import DASH, translator
from toptaak.figures import basic as figures
from toptaak.figures.rankings import heatmap, height_of
from toptaak.numbers.rank_groups import places
from toptaak.numbers.survey import SurveySource
from toptaak.numbers.survey_results import Segment, crowded_segments
from toptaak.printing.blocks import Block, Column, Heading, Table, Text
from toptaak.report.phrases import figure, listed
from toptaak.report.research.segment_names import level_name, segment_name
from toptaak.report.research.survey_phrases import (
    MOST_SHOWN,
    agreement,
    chance,
    head_tasks,
    label_of,
    name_of,
    no_vote,
    points_with_margin,
    shares,
)
from toptaak.report.vote_words import in_votes
from toptaak.surveys.segments import too_many

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Drawing

_MARKS = {"higher": " ▲", "lower": " ▼"}
_LINE, _SHORTEST = 64, 8  # letters that fit above all columns together, and above one


def segments(source: SurveySource) -> list[Block]:
    """For each segment: reach and place by level, the tasks that differ, and the agreement of the rankings."""
    say = source.say
    title = say("Who votes for what?")
    if why := no_vote(source, title):
        return why
    crowded = _crowded(source)
    if not source.segments and crowded:
        return [Heading(2, title), *crowded]
    if not source.segments:
        few = say(
            "There are no groups of voters to compare: no column tells voters apart, or fewer than two groups have at "
            "least {minimum} voters.",
            minimum=source.settings.minimum_n,
        )
        return [Heading(2, title), Text([few], kind="note")]
    lead = say(
        "Groups differ by chance alone, in every survey. A task is marked only where the difference is demonstrable; "
        "of all marks of a segment at most {share} are expected to be wrong.",
        share=source.say.percent(1 - source.settings.confidence, 0),
    )
    blocks: list[Block] = [Heading(2, title), Text([lead])]
    return blocks + [block for segment in source.segments for block in _segment(source, segment)] + crowded


def _crowded(source: SurveySource) -> list[Block]:
    """Say of each segment with more groups than can be compared that it is left out, and what to do."""
    sentences = [
        source.say(too_many(segment_name(name, source.say), count)) for name, count in crowded_segments(source).items()
    ]
    return [Text(sentences, kind="note")] if sentences else []


def _segment(source: SurveySource, segment: Segment) -> list[Block]:
    say = source.say
    picked = _picked(source, segment)
    tasks = [*head_tasks(source), *(task for task in picked if task not in head_tasks(source))][:MOST_SHOWN]
    name = segment_name(segment.name, say)
    differing, lower = len(picked), name[0].lower() + name[1:]
    single, more = "By {segment}: one task differs demonstrably", "By {segment}: {n} tasks differ demonstrably"
    none = say("By {segment}: no task differs demonstrably", segment=lower)
    finding = say(single, more, segment=lower, n=differing) if picked else none
    alt = say(
        "Cells with the share of the voters who chose each task, by {segment}; demonstrable differences: {n} task. "
        "The table below the figure has all values.",
        "Cells with the share of the voters who chose each task, by {segment}; demonstrable differences: {n} tasks. "
        "The table below the figure has all values.",
        segment=lower,
        n=differing,
    )
    drawing = figure(finding, alt, _table(source, segment, tasks), partial(_draw, source, segment, tasks),
                     _reading(source, segment))  # fmt: skip
    caption = say("How far the rankings agree, by {segment}", segment=lower)
    different = [_differences(source, segment, picked, lower)] if picked else []
    return [Heading(3, name), drawing, *different, agreement(source, segment.agreement, caption)]


def _picked(source: SurveySource, segment: Segment) -> list[str]:
    """List the tasks that differ demonstrably, in the order of the votes."""
    marked = set(segment.differences.where(verdict=list(_MARKS)).frame["task_id"])
    return [str(task) for task in shares(source).frame["task_id"] if task in marked]


def _reading(source: SurveySource, segment: Segment) -> str:
    say = source.say
    frame = segment.differences.where(verdict=list(_MARKS)).frame
    hidden = _hidden(source, segment)
    if frame.empty:
        return (say("The differences in this figure may be due to chance.") + hidden).strip()
    row = frame.iloc[int(frame["estimate"].abs().to_numpy().argmax())]
    largest = say(
        "Largest difference: {share} of the group ‘{level}’ chose ‘{task}’, of the others {others}. ▲ demonstrably "
        "more than the others, ▼ demonstrably less.",
        share=say.percent(row["reference_estimate"] + row["estimate"], 0),
        level=level_name(row["level"], say), task=name_of(source, row["task_id"]),
        others=say.percent(row["reference_estimate"], 0),
    )  # fmt: skip
    return (largest + hidden).strip()


def _hidden(source: SurveySource, segment: Segment) -> str:
    if not segment.hidden:
        return ""
    return " " + source.say("Groups that are not shown, to protect people: {count}.", count=segment.hidden)


def _table(source: SurveySource, segment: Segment, tasks: list[str]) -> Table:
    say = source.say
    reach = {(row["task_id"], row["level"]): row for _, row in segment.reach.frame.iterrows()}
    ranked = {(row["task_id"], row["level"]): row for _, row in segment.rankings.frame.iterrows()}
    columns = [Column(say("Task")), *(Column(level_name(level, say), "right") for level in segment.sizes)]
    keys = {task: [(task, level) for level in segment.sizes] for task in tasks}
    rows = [[name_of(source, task), *(_cell(reach[key], ranked[key], source) for key in keys[task])] for task in tasks]
    sizes = listed([f"{level_name(level, say)} {say.number(size)}" for level, size in segment.sizes.items()],
                   source)  # fmt: skip
    note = in_votes(source)(
        "Below each share: the place in this group and the possible places. Voters: {sizes}.", sizes=sizes
    )
    caption = say("Share of the voters who chose the task, by {segment}",
                  segment=segment_name(segment.name, say).lower())  # fmt: skip
    return Table(caption, columns, rows, note=note)


def _cell(reach: pd.Series, ranked: pd.Series, source: SurveySource) -> str:
    if pd.isna(reach["estimate"]):
        return DASH
    share = source.say.value(reach["measure"], reach["estimate"])
    return share if pd.isna(ranked["estimate"]) else f"{share}\n{ranked['rank']:.0f} ({places(ranked)})"


def _differences(source: SurveySource, segment: Segment, picked: list[str], name: str) -> Table:
    say = source.say
    marked = segment.differences.where(verdict=list(_MARKS)).frame.set_index("task_id")
    columns = [
        Column(say("Task")), Column(say("Group")), Column(say("In the group"), "right"),
        Column(say("Others"), "right"), Column(say("Difference"), "right"),
        Column(say("Margin of the difference"), "right"),
    ]  # fmt: skip
    rows = [
        (
            name_of(source, task),
            level_name(row["level"], say),
            say.percent(row["reference_estimate"] + row["estimate"]),
            say.percent(row["reference_estimate"]),
            *points_with_margin(row, say),
        )
        for task in picked
        for _, row in marked.loc[[task]].iterrows()
    ]
    note = say("Differences in percentage points.")
    if source.votes is not None and source.votes.weighted:
        note = say("Shares as counted, without weights. Differences in percentage points.")
    return Table(say("Tasks that differ demonstrably, by {segment}", segment=name), columns, rows, note=note)


def _draw(source: SurveySource, segment: Segment, tasks: list[str]) -> Drawing:
    language = source.language
    labels = {task: label_of(source, task) for task in tasks}
    marks = {
        (row["task_id"], row["level"]): _MARKS[row["verdict"]]
        for _, row in segment.differences.where(verdict=list(_MARKS)).frame.iterrows()
    }
    width = max(_LINE // len(segment.sizes), _SHORTEST)
    levels = {level: _wrapped(level_name(level, translator(language)), width) for level in segment.sizes}
    most = max(name.count("\n") for name in levels.values())
    drawing = figures.new_figure(height_of(list(labels.values()), around=0.9 + 0.15 * most))

    def write(row: pd.Series) -> str:
        return chance(row["estimate"], translator(language)) + marks.get((row["task_id"], row["level"]), "")

    heatmap(drawing.subplots(), segment.reach, ("task_id", "level"), labels, levels, write)
    return drawing


def _wrapped(name: str, width: int) -> str:
    return "\n".join(textwrap.wrap(name, width, break_long_words=False))
