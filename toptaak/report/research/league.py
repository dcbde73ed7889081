"""The league table: every task with its votes, its margin and the places it may have."""

from __future__ import annotations

from functools import partial

from toptaak.core.wording import number, percent
from toptaak.report.blocks import Block, Heading, Text
from toptaak.report.research.common import head_tasks, label_of, name_of, no_vote, shares
from toptaak.report.research.source import SurveySource
from toptaak.report.sections.common import count, figure
from toptaak.report.sections.tasks import draw_shares, league_table
from toptaak.report.values import say_interval, say_value


def league(source: SurveySource) -> list[Block]:
    """Bars for the head of the vote; the table has all tasks."""
    say, language = source.say, source.language
    title = say("League table")
    if why := no_vote(source, title):
        return why
    rows = shares(source)
    frame = rows.frame
    first, second = frame.iloc[0], frame.iloc[min(1, len(frame) - 1)]
    head = rows.where(task_id=head_tasks(source))
    values = {
        "first": name_of(source, first.task_id),
        "share": say_value("vote_share", first.estimate, language),
        "second": name_of(source, second.task_id),
        "second_share": say_value("vote_share", second.estimate, language),
    }
    lead = say(
        "{voters} people chose from a list of {tasks} tasks and gave {votes} votes (survey {survey}).",
        voters=count(frame["n"].max(), language), tasks=number(len(frame), language),
        votes=count(frame["votes"].sum(), language), survey=source.survey,
    )  # fmt: skip
    alt = say(
        "Bar chart of the {shown} tasks with the most votes. {first} comes first with {share} of the votes, "
        "then {second} with {second_share}. The table below the figure has all values.",
        shown=len(head), **values,
    )  # fmt: skip
    reading = say(
        "‘{first}’ got {share} of the votes; with other voters it would be {margin}. Tasks with the same letter stand "
        "equal: the votes do not tell which of them comes first.",
        margin=say_interval("vote_share", first.ci_low, first.ci_high, language), **values,
    )  # fmt: skip
    finding = say(
        "The first {k} tasks together get {share} of the votes",
        k=source.settings.top_tasks,
        share=percent(float(frame["estimate"].head(source.settings.top_tasks).sum()), language, 0),
    )
    data = league_table(source, rows, source.league.where(measure="vote_reach"), "")  # type: ignore[union-attr]
    labels = [label_of(source, task) for task in head.frame["task_id"]]
    return [
        Heading(2, title),
        Text([lead]),
        figure(finding, alt, data, partial(draw_shares, source, head, labels), reading),
    ]
