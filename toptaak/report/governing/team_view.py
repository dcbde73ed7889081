"""One task in depth, for the team that owns it: the sections of the report, made of this task's rows only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from toptaak.core.results import is_observed
from toptaak.kpi.measures import board_measures
from toptaak.numbers.quarter import Source
from toptaak.numbers.view import View
from toptaak.printing.blocks import Block, Heading, Items
from toptaak.report.performance.improvements import improvements
from toptaak.report.quarterly import kpis as kpi_pages
from toptaak.report.quarterly import summary as summary_page
from toptaak.report.quarterly import trend as trend_page
from toptaak.report.quarterly.channels import CHANNEL_MEASURES
from toptaak.report.quarterly.channels import channels as channels_of
from toptaak.report.quarterly.control_charts import control_charts
from toptaak.report.quarterly.customer_journeys import JOURNEY_MEASURES
from toptaak.report.quarterly.customer_journeys import journeys as journeys_of
from toptaak.report.quarterly.quality import definitions, rules_of_quarter
from toptaak.report.vote_words import in_votes

MEASURES: Final = (*CHANNEL_MEASURES, *JOURNEY_MEASURES)


def _of_task(section: Callable[[Source], list[Block]]) -> Callable[[View], list[Block]]:
    def about_the_task(view: View) -> list[Block]:
        return section(view.of_task)

    about_the_task.__doc__ = section.__doc__
    return about_the_task


kpis = _of_task(kpi_pages.kpis)
channels = _of_task(channels_of)
journeys = _of_task(journeys_of)
trend = _of_task(trend_page.trend)
weeks = _of_task(control_charts)
changes = _of_task(improvements)


def in_brief(view: View) -> list[Block]:
    """The quarter in brief, of this task; first its place in the vote."""
    blocks = summary_page.summary(view.of_task)
    place = _place(view)
    return [replace(block, items=[*place, *block.items]) if isinstance(block, Items) else block for block in blocks] + (
        [] if any(isinstance(block, Items) for block in blocks) or not place else [Items(place)]
    )


def _place(view: View) -> list[str]:
    """Say how many votes the task got, and its place."""
    league = view.source.league
    rows = None if league is None else league.where(measure="vote_share", task_id=view.task).frame
    if rows is None or rows["estimate"].isna().all():
        return []
    row = rows.iloc[0]
    return [
        in_votes(view.source)(
            "In the vote this task is number {rank} of {tasks}, with {share} of the votes.",
            rank=view.say.count(row["rank"]),
            tasks=view.say.count(len(league.where(measure="vote_share"))),  # type: ignore[union-attr]
            share=view.say.percent(row.estimate),
        )
    ]


def foundation(view: View) -> list[Block]:
    """How to read the numbers, and what the measures mean."""
    shown = {*(measure.id for measure in board_measures()), *MEASURES}
    frame = view.of_task.by_quarter.frame
    measured = set(frame.loc[is_observed(frame), "measure"]) & shown
    title = Heading(2, view.say("How to read the numbers"))
    return [title, Items(rules_of_quarter(view.source)), *definitions(view.source, measured)]
