"""From a checked canvas and the published results of a quarter to the poster."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from typing import Any

import pandas as pd

from toptaak.core.periods import Quarter
from toptaak.core.results import ALL
from toptaak.governance.canvas import Canvas, OwnedKpi
from toptaak.governance.goals import STATUS_WORDS, Goal, GoalStatus
from toptaak.kpi.measures import declaration
from toptaak.numbers.goal_results import Wanted, goal_results, kpi_results
from toptaak.numbers.quarter import Source
from toptaak.printing.poster.poster_model import Bar, Poster, PosterBand, PosterList, Row, State
from toptaak.report.phrases import channel_name, interval_label, row_note

_ROOM = 0.12  # left free on both sides of a bar


def make_poster(canvas: Canvas, source: Source) -> Poster:
    """Fill a canvas with the results of a quarter.

    Parameters
    ----------
    canvas
        A checked canvas.
    source
        Of the canvas' municipality; its quarter is the one whose results are shown.

    Returns
    -------
    Poster
        Bands in the order ambition, year, quarter.
    """
    say, language, quarter = source.say, source.language, Quarter.parse(canvas.period)
    period = quarter.label(language)
    name = canvas.team or source.municipality.name
    place = f"{source.municipality.name} · {canvas.team}" if canvas.team else source.municipality.name
    return Poster(
        title=say("Canvas of {name}, {period}", name=name, period=period),
        place=place,
        period=period,
        theme=canvas.theme.name,
        why=canvas.theme.why,
        bands=(_ambition(canvas, source), _year(canvas, source), _quarter(canvas, source)),
        measured=say("Results of {period}", period=source.quarter.label(language)),
        legend=_legend(source),
        banner=say("Fictional example") if source.municipality.fictional else "",
        language=language,
        date=quarter.end,
    )


def _legend(source: Source) -> str:
    return source.say("Bar: the {margin}. Dot: the result. Line: the target.", margin=interval_label(source))


def _until(day: dt.date, source: Source) -> str:
    return source.say("by {date}", date=source.say.date(day))


def _ambition(canvas: Canvas, source: Source) -> PosterBand:
    say, plan = source.say, canvas.ambition
    lists = (
        PosterList(say("Priorities"), plan.priorities),
        PosterList(say("Core activities"), plan.core_activities),
        PosterList(say("Success factors"), plan.success_factors),
        PosterList(say("KPIs"), _plain_kpis(plan.kpis, canvas, source)),
    )
    goals = PosterList(say("Goals"), plan.goals)
    return PosterBand("ambition", say("Our ambition"), _until(plan.deadline, source), goals, (), lists)


def _year(canvas: Canvas, source: Source) -> PosterBand:
    say, plan = source.say, canvas.year
    goals = canvas.goals("year")
    last = max(goal.deadline for goal in goals)
    lists = (
        PosterList(say("Core activities"), plan.core_activities),
        PosterList(say("KPIs"), _plain_kpis(plan.kpis, canvas, source)),
    )
    rows = [_goal_row(goal, last, canvas, source) for goal in goals]
    return PosterBand("year", say("This year"), _until(last, source), PosterList(say("Goals"), ()), rows, lists)


def _quarter(canvas: Canvas, source: Source) -> PosterBand:
    say, plan = source.say, canvas.quarter
    goals = canvas.goals("quarter")
    owners = {_wanted(kpi): kpi.owner for kpi in plan.kpis}
    rows = [_goal_row(goal, plan.deadline, canvas, source, owners.get(_wanted(goal), "")) for goal in goals]
    aimed = {_wanted(goal) for goal in goals}
    rows += [_kpi_row(kpi, canvas, source) for kpi in plan.kpis if _wanted(kpi) not in aimed]
    lists = (PosterList(say("Core activities"), plan.core_activities),)
    return PosterBand(
        "quarter", say("This quarter"), _until(plan.deadline, source), PosterList(say("Goals"), ()), rows, lists
    )


def _wanted(aim: Goal | OwnedKpi) -> Wanted:
    return aim.kpi, aim.task, aim.channel


def _plain_kpis(names: Sequence[str], canvas: Canvas, source: Source) -> list[str]:
    """Name KPIs; one that stands nowhere else on the poster with its result."""
    goals = [*canvas.goals("year"), *canvas.goals("quarter")]
    shown = {_wanted(goal) for goal in goals} | {_wanted(kpi) for kpi in canvas.quarter.kpis}
    rows = kpi_results(source, [(name, canvas.task or ALL, ALL) for name in names]).frame
    return [
        _name(row.measure, source)
        if (row.measure, row.task_id, row.channel) in shown
        else f"{_name(row.measure, source)}: {_result(row, source)}"
        for _, row in rows.iterrows()
    ]


def _name(kpi: str, source: Source) -> str:
    return source.say(declaration(kpi).label)


def _result(row: pd.Series, source: Source) -> str:
    """Write a result with its interval, or why there is none."""
    if pd.isna(row.estimate):
        return _reason(row, source)
    value = source.say.value(row.measure, row.estimate)
    margin = source.say.interval(row.measure, row.ci_low, row.ci_high, row.estimate)
    return f"{value} ({margin})" if margin else value


def _reason(row: pd.Series, source: Source) -> str:
    return row_note(row, source) or source.say("no observations")


def _task_and_channel(aim: Goal | OwnedKpi, canvas: Canvas, source: Source) -> str:
    """Name the task or channel that a result is about, in brackets; empty for what the canvas itself is about."""
    names = [] if aim.task in (ALL, canvas.task) else [source.task_labels.get(aim.task, aim.task)]
    if aim.channel != ALL:
        names.append(channel_name(aim.channel, source.say))
    return f" ({', '.join(names)})" if names else ""


def _goal_row(goal: Goal, common: dt.date, canvas: Canvas, source: Source, kpi_owner: str = "") -> Row:
    """Fill in a goal; its deadline is told where it is another than that of the whole band."""
    row = goal_results(source, [goal]).frame.iloc[0]
    owner = goal.owner
    if kpi_owner not in ("", owner):
        owner = source.say("{owner} (KPI: {kpi_owner})", owner=owner, kpi_owner=kpi_owner)
    return _row(
        row,
        text=goal.text,
        aim=_aim(goal, canvas, source),
        owner=owner,
        deadline="" if goal.deadline == common else _until(goal.deadline, source),
        state=State(row.status, source.say(STATUS_WORDS[GoalStatus(row.status)])),
        target=goal.target,
        source=source,
    )


def _aim(goal: Goal, canvas: Canvas, source: Source) -> str:
    ends = [goal.target] if goal.baseline is None else [goal.baseline, goal.target]
    path = " → ".join(source.say.declared(goal.kpi, end) for end in ends)
    return f"{_name(goal.kpi, source)}{_task_and_channel(goal, canvas, source)}: {path}"


def _kpi_row(kpi: OwnedKpi, canvas: Canvas, source: Source) -> Row:
    row = kpi_results(source, [_wanted(kpi)]).frame.iloc[0]
    name = _name(kpi.kpi, source) + _task_and_channel(kpi, canvas, source)
    return _row(row, text=name, aim="", owner=kpi.owner, deadline="", state=None, target=None, source=source)


def _row(row: pd.Series, *, target: float | None, source: Source, **texts: Any) -> Row:
    known = not pd.isna(row.estimate)
    value, _, unit = source.say.value(row.measure, row.estimate).partition(" ")
    return Row(
        **texts,
        value=value,
        unit=unit,
        margin=source.say.interval(row.measure, row.ci_low, row.ci_high, row.estimate) if known else "",
        note="" if known else _reason(row, source),
        bar=_bar(row, target) if target is not None and known and math.isfinite(row.ci_low) else None,
    )


def _bar(row: pd.Series, target: float) -> Bar:
    """Lay the interval and the target on one line, with some room at both ends."""
    least, most = min(row.ci_low, target), max(row.ci_high, target)
    span = (most - least) or 1.0
    low, high, value, aim = (
        _ROOM + (1 - 2 * _ROOM) * (amount - least) / span for amount in (row.ci_low, row.ci_high, row.estimate, target)
    )
    return Bar(low, high, value, aim)
