"""What the channels get asked: one list of all channels, how far they agree, and the vote against the volume."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from toptaak.core.periods import Quarter
from toptaak.core.wording import DASH, Reader, translator
from toptaak.figures import basic as figures
from toptaak.figures.rankings import heatmap, height_of, pairs
from toptaak.numbers.rank_groups import places
from toptaak.numbers.survey import SurveySource
from toptaak.numbers.survey_results import Lists
from toptaak.printing.blocks import Block, Column, Heading, Table, Text
from toptaak.privacy.disclosure import Publishable
from toptaak.report.phrases import CHANNEL_NAMES, channel_name, figure, missing, short_note
from toptaak.report.research.survey_phrases import by_task, label_of, name_of, points_with_margin, tau, too_few
from toptaak.report.vote_words import in_votes
from toptaak.surveys.lists import VERDICTS

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Drawing

SHOWN = 15
_WAYS = ("volume_share", "borda", "reciprocal_rank", "kemeny")


def channel_lists(source: SurveySource) -> list[Block]:
    """One list from the channels' lists, the agreement between channels, and the vote against the volume."""
    say = source.say
    title = say("What the channels get asked")
    lists = source.lists
    if lists is None:
        return missing(source, title, "channel_lists")
    if lists.combined.where(measure="volume_share").frame["estimate"].isna().all():
        return [Heading(2, title), too_few(source)]
    lead = say(
        "Volumes of channels cannot be added up: a page view is not a phone call. The list is made from each task’s "
        "share in each channel. A task without a line in a channel is not offered there, which does not count against "
        "it. {weights}",
        weights=_weights(source),
    )
    blocks: list[Block] = [Heading(2, title), Text([lead]), *_combined(source, lists), *_agreement(source, lists)]
    if lists.against_vote is not None and lists.against_vote.frame["estimate"].notna().any():
        blocks.append(_against_vote(source, lists.against_vote))
    return blocks


def _weights(source: SurveySource) -> str:
    if not source.channel_weights:
        return source.say("All channels count the same.")
    counted = ", ".join(
        f"{channel_name(channel, source.say)} {source.say.number(weight, 1)}"
        for channel, weight in source.channel_weights.items()
    )
    return source.say("Channels count for: {weights}.", weights=counted)


def _combined(source: SurveySource, lists: Lists) -> list[Block]:
    say, language = source.say, source.language
    rows = lists.combined.where(measure="volume_share").frame.dropna(subset=["estimate"])
    tasks = [str(task) for task in rows["task_id"].head(SHOWN)]
    first = rows.iloc[0]
    values = {
        "task": name_of(source, first["task_id"]), "share": say.percent(first["estimate"]),
        "places": places(first), "quarter": Quarter.parse(lists.quarter).label(language),
    }  # fmt: skip
    finding = say("Most asked over all channels: ‘{task}’ ({quarter})", **values)
    alt = say(
        "Cells with the place of each task in each channel, darker for a larger share of the channel’s volume. First "
        "over all channels: ‘{task}’ with {share}. The table below the figure has all values.",
        **values,
    )
    reading = (
        say("‘{task}’ takes {share} of the volume; whichever channel is left out, its place stays within {places}.",
            **values)
        if len(_counted(source, lists)) > 1
        else say("‘{task}’ takes {share} of the volume. Only one channel counts, so others cannot confirm it.",
                 **values)
    )  # fmt: skip
    data = _places_table(source, lists, tasks)
    drawing = figure(finding, alt, data, partial(_draw_channels, source, lists, tasks), reading)
    return [drawing, _one_list(source, lists, tasks)]


def _channels(lists: Lists) -> list[str]:
    present = set(lists.per_channel.frame["channel"])
    return [channel for channel in CHANNEL_NAMES if channel in present]


def _counted(source: SurveySource, lists: Lists) -> list[str]:
    weights = source.channel_weights
    return [channel for channel in _channels(lists) if not weights or weights.get(channel, 0) > 0]


def _places_table(source: SurveySource, lists: Lists, tasks: list[str]) -> Table:
    say = source.say
    place = {
        (row["task_id"], row["channel"]): say.number(row["rank"])
        for _, row in lists.per_channel.where(measure="volume_share").frame.dropna(subset="rank").iterrows()
    }
    channels = _channels(lists)
    columns = [Column(say("Task")), *(Column(channel_name(channel, say), "right") for channel in channels)]
    rows = [[name_of(source, task), *(place.get((task, channel), DASH) for channel in channels)] for task in tasks]
    return Table(say("Place of each task in each channel"), columns, rows)


def _one_list(source: SurveySource, lists: Lists, tasks: list[str]) -> Table:
    say = source.say
    ways = {way: by_task(lists.combined.where(measure=way)) for way in _WAYS}
    columns = [
        Column(say("Task")), Column(say("Share of the volume"), "right"), Column(say("Place by volume"), "right"),
        Column(say("Place by Borda"), "right"), Column(say("Place by reciprocal rank"), "right"),
        Column(say("Place by Kemeny"), "right"),
    ]  # fmt: skip
    rows = [
        (
            name_of(source, task),
            say.percent(ways["volume_share"][task]["estimate"]),
            *(_with_range(ways[way].get(task), say) for way in _WAYS),
        )
        for task in tasks
    ]
    note = say(
        "Borda: how many tasks it comes before. Reciprocal rank: 1 divided by 60 + the place. Kemeny: the order of the "
        "first {first} tasks that goes against the channels least often. In brackets: the places when one channel is "
        "left out.",
        first=len(ways["kemeny"]),
    )
    caption = say("The channels’ lists as one list: the first {shown} tasks", shown=len(tasks))
    return Table(caption, columns, rows, note=note)


def _with_range(row: pd.Series | None, say: Reader) -> str:
    if row is None:
        return DASH
    return f"{say.number(row['rank'])} ({places(row)})"


def _draw_channels(source: SurveySource, lists: Lists, tasks: list[str]) -> Drawing:
    language = source.language
    labels = {task: label_of(source, task) for task in tasks}
    names = {channel: channel_name(channel, translator(language)) for channel in _channels(lists)}
    drawing = figures.new_figure(height_of(list(labels.values()), around=0.9))
    rows = lists.per_channel.where(measure="volume_share")
    heatmap(drawing.subplots(), rows, ("task_id", "channel"), labels, names, partial(_place, say=source.say))
    return drawing


def _place(row: pd.Series, say: Reader) -> str:
    return "" if pd.isna(row["estimate"]) else say.number(row["rank"])


def _agreement(source: SurveySource, lists: Lists) -> list[Block]:
    """Make a table with a row for each two channels; nothing where there is one."""
    say = source.say
    if lists.agreement.frame.empty:
        return []
    columns = [
        Column(say("Channels")), Column(say("Agreement"), "right"), Column(say("Margin"), "right"),
        Column(say("Tasks in both"), "right"),
    ]  # fmt: skip
    rows = [
        (
            f"{channel_name(row['channel'], say)} – {channel_name(row['other_channel'], say)}",
            short_note(row, source) if pd.isna(row["estimate"]) else tau(row["estimate"], say),
            DASH if pd.isna(row["ci_low"]) else say("{low} to {high}", low=tau(row["ci_low"], say),
                                                    high=tau(row["ci_high"], say)),
            DASH if pd.isna(row["n"]) else say.number(row["n"]),
        )
        for _, row in lists.agreement.frame.iterrows()
    ]  # fmt: skip
    note = say("Agreement (Kendall): 1 is the same order, 0 no connection, -1 the reverse.")
    return [Table(say("How far the channels agree"), columns, rows, note=note)]


def _against_vote(source: SurveySource, against: Publishable) -> Block:
    say = in_votes(source)
    frame = against.frame.dropna(subset=["estimate"])
    tasks = [str(task) for task in frame["task_id"].head(SHOWN)]
    head = against.where(task_id=tasks)
    apart = frame["verdict"].isin(["more_votes", "more_volume"])
    first = frame.iloc[0]
    values = {
        "count": say.number(int(apart.sum())), "tasks": say.number(len(frame)),
        "task": name_of(source, first["task_id"]),
        "vote": say.percent(first["reference_estimate"] + first["estimate"]),
        "volume": say.percent(first["reference_estimate"]),
    }  # fmt: skip
    finding = say("Vote and volume differ demonstrably for {count} of {tasks} tasks", **values)
    alt = say(
        "For each task its share of the vote and of the volume. Furthest apart: ‘{task}’, {vote} of the vote and "
        "{volume} of the volume. The table below the figure has all values.",
        **values,
    )
    reading = say(
        "‘{task}’ gets {vote} of the vote and {volume} of the volume. More votes than volume: it matters to people and "
        "is asked seldom, or elsewhere. More volume than votes: perhaps it does not go right at once.",
        **values,
    )
    return figure(finding, alt, _against_table(source, head), partial(_draw_against, source, head, tasks), reading)


def _against_table(source: SurveySource, head: Publishable) -> Table:
    say = source.say
    columns = [
        Column(say("Task")), Column(say("Vote"), "right"), Column(say("Volume"), "right"),
        Column(say("Difference"), "right"), Column(say("Margin of the difference"), "right"), Column(say("Verdict")),
    ]  # fmt: skip
    rows = [
        (
            name_of(source, row["task_id"]),
            say.percent(row["reference_estimate"] + row["estimate"]),
            say.percent(row["reference_estimate"]),
            *points_with_margin(row, say),
            say(VERDICTS[row["verdict"]]),
        )
        for _, row in head.frame.iterrows()
    ]
    note = say("Differences in percentage points.")
    return Table(say("Vote against volume: the largest differences"), columns, rows, note=note)


def _draw_against(source: SurveySource, head: Publishable, tasks: list[str]) -> Drawing:
    labels = [label_of(source, task) for task in tasks]
    drawing = figures.new_figure(height_of(labels))
    names = (source.say("Vote"), source.say("Volume"))
    pairs(drawing.subplots(), head, labels, names, partial(source.say.percent), difference=True)
    return drawing
