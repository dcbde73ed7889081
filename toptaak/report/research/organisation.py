"""The organisation's own ranking beside the customers'."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from toptaak.core.errors import ToptaakError
from toptaak.core.wording import DASH
from toptaak.figures import basic as figures
from toptaak.figures.rankings import height_of, two_rankings
from toptaak.numbers.rank_groups import places
from toptaak.numbers.survey import SurveySource
from toptaak.numbers.survey_results import CUSTOMERS, ORGANISATION, Organisation
from toptaak.printing.blocks import Block, Column, Heading, Table, Text
from toptaak.report.phrases import figure
from toptaak.report.research.segment_names import level_name
from toptaak.report.research.survey_phrases import agreement, by_task, label_of, name_of, no_vote, tau, too_few

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Drawing

TOP_OF_EACH = 10

Rows = dict[str, pd.Series]


def organisation(source: SurveySource) -> list[Block]:
    """Places in both votes, the tasks whose places demonstrably differ, and the agreement."""
    say = source.say
    title = say("Customers and the organisation")
    if why := no_vote(source, title):
        return why
    own_votes = source.organisation
    if own_votes is None:
        none = say(
            "This section needs a survey among employees only (column ‘segment_role’ with the value ‘employee’). It "
            "has not been delivered for this municipality."
        )
        return [Heading(2, title), Text([none], kind="note")]
    if isinstance(own_votes, ToptaakError):
        return [Heading(2, title), Text([str(own_votes)], kind="warning")]
    if own_votes.rankings.frame["estimate"].isna().any():
        return [Heading(2, title), too_few(source)]
    customers, own = (by_task(own_votes.rankings.where(level=level)) for level in (CUSTOMERS, ORGANISATION))
    apart = [task for task in customers if _apart(customers[task], own[task])]
    lead = say(
        "Employees voted in the survey {survey}. The lines are the places that a task may have; all hold together with "
        "{level}% confidence. Two lines that do not touch are a demonstrable difference.",
        survey=own_votes.survey, level=say.number(source.settings.confidence * 100),
    )  # fmt: skip
    most = max(customers, key=lambda task: abs(customers[task]["rank"] - own[task]["rank"]))
    values = {
        "count": say.number(len(apart)), "tasks": say.number(len(customers)), "task": name_of(source, most),
        "customers": say.number(customers[most]["rank"]), "own": say.number(own[most]["rank"]),
        "agreement": tau(float(own_votes.agreement.where(measure="rank_agreement").frame["estimate"].iloc[0]), say),
    }  # fmt: skip
    finding = say("Demonstrably another place in the organisation’s vote: {count} of {tasks} tasks", **values)
    alt = say(
        "For each task the places it may have with customers and with the organisation. Furthest apart: ‘{task}’, "
        "place {customers} with customers and place {own} with the organisation. The table below the figure has all "
        "values.",
        **values,
    )
    reading = say(
        "Furthest apart is ‘{task}’: place {customers} with customers, place {own} with the organisation.", **values
    )
    tasks = _shown(customers, own)
    drawing = figure(
        finding, alt, _table(source, customers, own, tasks), partial(_draw, source, own_votes, tasks), reading
    )
    caption = say("How far customers and the organisation agree")
    return [Heading(2, title), Text([lead]), drawing, agreement(source, own_votes.agreement, caption)]


def _apart(row: pd.Series, other: pd.Series) -> bool:
    return bool(row["rank_low"] > other["rank_high"] or row["rank_high"] < other["rank_low"])


def _shown(customers: Rows, own: Rows) -> list[str]:
    """List the first tasks of the customers, then those of the organisation that are not among them."""
    return list(dict.fromkeys([*list(customers)[:TOP_OF_EACH], *list(own)[:TOP_OF_EACH]]))


def _table(source: SurveySource, customers: Rows, own: Rows, tasks: list[str]) -> Table:
    say = source.say
    columns = [Column(say("Task"))]
    for level in (CUSTOMERS, ORGANISATION):
        columns += [Column(level_name(level, say), "right"), Column(say("Possible places"), "right")]
    columns.append(Column(say("Difference")))
    different = {True: say("demonstrable"), False: DASH}
    rows = [
        (
            name_of(source, task),
            *(cell for row in (customers[task], own[task]) for cell in (say.number(row["rank"]), places(row))),
            different[_apart(customers[task], own[task])],
        )
        for task in tasks
    ]
    caption = say("Places in both votes: the first {top} tasks of each", top=TOP_OF_EACH)
    return Table(caption, columns, rows)


def _draw(source: SurveySource, own_votes: Organisation, tasks: list[str]) -> Drawing:
    labels = [label_of(source, task) for task in tasks]
    drawing = figures.new_figure(height_of(labels, around=1.1))
    rows = {level: own_votes.rankings.where(level=level) for level in (CUSTOMERS, ORGANISATION)}
    names = {level: level_name(level, source.say) for level in rows}
    ax = two_rankings(drawing.subplots(), rows, tasks, labels, names)
    ax.set_xlabel(source.say("Place and possible places"))
    return drawing
