"""What the sections of the research notebook share."""

from __future__ import annotations

import math
from collections.abc import Mapping

import pandas as pd

from toptaak.core.wording import DASH, Reader
from toptaak.figures import basic as figures
from toptaak.numbers.survey import SurveySource
from toptaak.printing.blocks import Block, Column, Heading, Table, Text
from toptaak.privacy.disclosure import Publishable
from toptaak.report.phrases import missing
from toptaak.report.research.segment_names import level_name
from toptaak.surveys.ranking import BANDS
from toptaak.surveys.segments import VERDICTS

LEAST_SHOWN, MOST_SHOWN = 10, 20


def no_vote(source: SurveySource, title: str) -> list[Block]:
    """Say why there is no vote to show; empty where there is one."""
    if source.league is None:
        return missing(source, title, "tasks" if source.has("ballots") else "ballots")
    if source.league.frame["estimate"].isna().any():
        return [Heading(2, title), Text([_few_voters(source)], kind="note")]
    return []


def _few_voters(source: SurveySource) -> str:
    say, minimum = source.say, source.settings.minimum_n
    if voters_of(source) < minimum:
        return say("Fewer than {minimum} people voted: the votes are not shown.", minimum=minimum)
    return say("Fewer than {minimum} people voted on a task of the list: the votes are not shown.", minimum=minimum)


def voters_of(source: SurveySource) -> int:
    """Count the voters; not yet fit to be shown."""
    assert source.votes is not None
    return len(source.votes.voters)


def too_few(source: SurveySource) -> Text:
    """Say that a section rests on too few people to be shown."""
    text = source.say("too few observations (fewer than {minimum})", minimum=source.settings.minimum_n)
    return Text([sentence(text)], kind="note")


def sentence(text: str) -> str:
    """Make a sentence of a reason: a capital and a full stop."""
    return f"{text[0].upper()}{text[1:]}."


def lower_first(text: str) -> str:
    """Let a sentence go on inside another."""
    return text[0].lower() + text[1:]


def shares(source: SurveySource) -> Publishable:
    """Give the league table's vote shares, one row per task in the order of the votes."""
    assert source.league is not None
    return source.league.where(measure="vote_share")


def by_task(rows: Publishable) -> dict[str, pd.Series]:
    """Give the row of each task, in the order of the rows."""
    return {str(row["task_id"]): row for _, row in rows.frame.iterrows()}


def head_tasks(source: SurveySource) -> list[str]:
    """List the tasks that begin in the first half of the vote, ten to twenty of them."""
    frame = shares(source).frame
    begun = int((frame["cumulative_share"] - frame["estimate"] < 0.5).sum())
    return [str(task) for task in frame["task_id"].head(min(max(begun, LEAST_SHOWN), MOST_SHOWN))]


def name_of(source: SurveySource, task: str) -> str:
    """Give a task's name for readers."""
    return source.task_labels.get(task, task)


def label_of(source: SurveySource, task: str) -> str:
    """Give a task's name for the side of a figure: a long one over two lines of about the same length."""
    return figures.side_label(name_of(source, task))


def band_colours(source: SurveySource) -> Mapping[str, str]:
    """Give the colour of each band of the chosen cut, from the head of the vote to its tail."""
    names = [name for _, name in BANDS[source.settings.band_cut]]
    return dict(zip(names, figures.BAND_COLOURS.values(), strict=False))


def chance(value: float, say: Reader) -> str:
    """Write a probability in whole percents; what is rare is not called impossible.

    Examples
    --------
    >>> reader = Reader("nl")
    >>> chance(0.003, reader), chance(0.42, reader), chance(0.999, reader), chance(0.0, reader)
    ('< 1%', '42%', '> 99%', '0%')
    """
    if math.isnan(value):
        return DASH
    if 0 < value < 0.01:
        return "< 1%"
    if 0.99 < value < 1:
        return "> 99%"
    return say.percent(value, 0)


def about(value: float, say: Reader) -> str:
    """Write a large count with two digits that count: a simulation does not know more.

    Examples
    --------
    >>> reader = Reader("nl")
    >>> about(3401.7, reader), about(25, reader)
    ('3.400', '25')
    """
    digits = max(len(str(int(value))) - 2, 0)
    return say.number(round(value, -digits))


def between(low: float, high: float, say: Reader) -> str:
    """Write two counts as a range, `2.800 tot 4.300`; empty where there is none."""
    if math.isnan(low) or math.isnan(high):
        return ""
    return say("{low} to {high}", low=about(low, say), high=about(high, say))


def points_with_margin(row: pd.Series, say: Reader) -> tuple[str, str]:
    """Write a difference of shares and its interval in percentage points, without the unit.

    Examples
    --------
    >>> reader = Reader("nl")
    >>> points_with_margin(pd.Series({"estimate": 0.078, "ci_low": 0.017, "ci_high": 0.143}), reader)
    ('+7,8', '+1,7 tot +14,3')
    """
    value, low, high = (say.signed(float(row[name]) * 100, 1) for name in ("estimate", "ci_low", "ci_high"))
    if math.isnan(row["ci_low"]):
        return value, DASH
    return value, say("{low} to {high}", low=low, high=high)


def agreement(source: SurveySource, rows: Publishable, caption: str) -> Table:
    """Make a table with a row for each two groups: how far their rankings agree, and what one opinion would give."""
    say = source.say
    top = source.settings.top_tasks
    columns = [
        Column(say("Groups")), Column(say("Agreement"), "right"), Column(say("Certain"), "right"),
        Column(say("With one opinion"), "right"), Column(say("Top {top} in common", top=top), "right"),
        Column(say("Verdict")),
    ]  # fmt: skip
    taus = rows.where(measure="rank_agreement").frame
    common = rows.where(measure="top_overlap").frame.set_index(["level", "other_level"])["estimate"]
    cells = [
        (
            f"{level_name(row['level'], say)} – {level_name(row['other_level'], say)}",
            tau(row["estimate"], say),
            _range(row, say),
            tau(row["reference_estimate"], say),
            chance(common[row["level"], row["other_level"]], say),
            say(VERDICTS[row["verdict"]]),
        )
        for _, row in taus.iterrows()
    ]
    note = say(
        "Agreement (Kendall): 1 is the same order, 0 no connection, -1 the reverse. Certain: what the decided pairs of "
        "tasks leave open. With one opinion: what two samples of this size show when the groups think alike."
    )
    return Table(caption, columns, cells, note=note)


def tau(value: float, say: Reader) -> str:
    """Write a rank agreement with two decimals."""
    return DASH if math.isnan(value) else say.number(value, 2)


def _range(row: pd.Series, say: Reader) -> str:
    if math.isnan(row["ci_low"]):
        return DASH
    return say("{low} to {high}", low=tau(row["ci_low"], say), high=tau(row["ci_high"], say))
