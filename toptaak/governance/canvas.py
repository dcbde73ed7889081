"""The top-task management canvas: ambition, year and quarter on one page, read from `canvas.toml`.

A canvas is used whole or not at all: `load_canvas` gives a checked canvas or every fault at once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core.core_schema import ValidationInfo

from toptaak.core.model_faults import refusal
from toptaak.core.periods import Quarter, parse_week
from toptaak.core.results import ALL
from toptaak.core.wording import message
from toptaak.governance.fields import (
    KnownMeasure,
    KnownNames,
    Kpi,
    MunicipalityCode,
    Owner,
    Sentence,
    TaskId,
    Text,
    one_to_five,
    world_of,
)
from toptaak.governance.goals import Deadline, Goal
from toptaak.governance.plan_files import load_plan, template_text

FILE_NAME: Final = "canvas.toml"
Layer = Literal["year", "quarter"]
_YEARS: Final = (3, 5)
_CHECK_DATES: Final = message("Check the dates.")


def first_and_last_day(quarter: Quarter) -> tuple[dt.date, dt.date]:
    """Give the Monday of the first and the Sunday of the last week of a quarter.

    Examples
    --------
    >>> [str(day) for day in first_and_last_day(Quarter(2026, 4))]
    ['2026-09-28', '2027-01-03']
    """
    weeks = quarter.weeks()
    return parse_week(weeks[0]), parse_week(weeks[-1]) + dt.timedelta(days=6)


def _readable_quarter(text: str, info: ValidationInfo) -> str:
    try:
        quarter = Quarter.parse(text)
    except ValueError:
        raise refusal("TT-725", message("a quarter, for example 2026Q4"), message("Write year and quarter.")) from None
    world = world_of(info)
    if world and world.asked and world.asked != quarter:
        expected = message("the canvas of {quarter}", quarter=world.asked)
        raise refusal("TT-725", expected, message("Take the canvas of that quarter, or write a new one."))
    return str(quarter)


def _in_quarter(day: dt.date, info: ValidationInfo) -> dt.date:
    world = world_of(info)
    if world and world.quarter:
        first, last = first_and_last_day(world.quarter)
        if not first <= day <= last:
            expected = message("a date from {first} to {last}", first=first, last=last)
            raise refusal("TT-722", expected, message("Choose a date in the weeks of the quarter."))
    return day


def _in_year(day: dt.date, info: ValidationInfo) -> dt.date:
    world = world_of(info)
    if world and world.quarter and day.year != world.quarter.year:
        expected = message("a date in {year}", year=world.quarter.year)
        raise refusal("TT-722", expected, message("Choose a date in the year of the canvas."))
    return day


def _three_to_five_years(deadline: dt.date, info: ValidationInfo) -> dt.date:
    start = info.data.get("start")
    world = world_of(info)
    if start is None:
        return deadline
    least, most = (_years_later(start, years) for years in _YEARS)
    if not least - dt.timedelta(days=1) <= deadline <= most:
        span = message("a deadline {least} to {most} years after the start", least=_YEARS[0], most=_YEARS[1])
        raise refusal("TT-726", span, _CHECK_DATES)
    if world and world.quarter and not start <= world.quarter.end <= deadline:
        expected = message("an ambition that is running in {quarter}", quarter=world.quarter)
        raise refusal("TT-726", expected, _CHECK_DATES)
    return deadline


def _years_later(day: dt.date, years: int) -> dt.date:
    leap_day = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year + years, day=28 if leap_day else day.day)


def _with_its_team(task: str | None, info: ValidationInfo) -> str | None:
    if (task is None) == (info.data.get("team") is None):
        return task
    expected = message("team and task together, or neither")
    raise refusal("TT-711", expected, message("A top-task team has one task; a municipality has none."))


Texts = Annotated[list[Text], one_to_five()]
Kpis = Annotated[list[Kpi], one_to_five()]


class _CanvasPart(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Ambition(_CanvasPart):
    """Where the organisation wants to be in three to five years."""

    start: dt.date
    deadline: Annotated[dt.date, AfterValidator(_three_to_five_years)]
    goals: Texts
    priorities: Texts
    core_activities: Texts
    success_factors: Texts
    kpis: Kpis


class YearGoal(Goal):
    """A goal with its deadline in the year of the canvas."""

    deadline: Annotated[Deadline, AfterValidator(_in_year)]


class QuarterGoal(Goal):
    """A goal with its deadline in the weeks of the quarter."""

    deadline: Annotated[Deadline, AfterValidator(_in_quarter)]


class OwnedKpi(_CanvasPart):
    """A KPI of this quarter with the one role that answers for it."""

    kpi: Kpi
    task: TaskId = ALL
    channel: str = ALL
    owner: Owner


class Year(_CanvasPart):
    """What is done this year."""

    core_activities: Texts
    kpis: Kpis
    goals: Annotated[list[YearGoal], one_to_five(lambda goal: goal.text)]


class CanvasPlan(_CanvasPart):
    """What is done this quarter."""

    deadline: Annotated[dt.date, AfterValidator(_in_quarter)]
    core_activities: Texts
    kpis: Annotated[
        list[OwnedKpi],
        one_to_five(
            lambda goal: (goal.kpi, goal.task, goal.channel),
            message("A KPI has one owner: take one of the two out."),
        ),
    ]
    goals: Annotated[list[QuarterGoal], one_to_five(lambda goal: goal.text)]


class CanvasTheme(_CanvasPart):
    """What the quarter is about, with one sentence why."""

    name: Text
    why: Sentence


class Canvas(_CanvasPart):
    """A checked canvas of a municipality, or of one top-task team.

    Attributes
    ----------
    municipality : str
        Code.
    period : str
        Quarter, `2026Q4`.
    team, task : str, optional
        The team and the task it owns; both absent for the municipality itself.
    theme, ambition, year, quarter
        The parts of the poster.
    """

    municipality: MunicipalityCode
    period: Annotated[str, AfterValidator(_readable_quarter)]
    team: Text | None = None
    task: Annotated[TaskId | None, AfterValidator(_with_its_team), Field(validate_default=True)] = None
    theme: CanvasTheme
    ambition: Ambition
    year: Year
    quarter: CanvasPlan

    def goals(self, layer: Layer) -> list[Goal]:
        """List the goals of the year or the quarter; a missing start is the first day of that period."""
        quarter = Quarter.parse(self.period)
        start = dt.date(quarter.year, 1, 1) if layer == "year" else first_and_last_day(quarter)[0]
        goals: list[Goal] = [*(self.year.goals if layer == "year" else self.quarter.goals)]
        return [goal if goal.start else goal.model_copy(update={"start": start}) for goal in goals]

    def kpis(self) -> list[tuple[str, str, str]]:
        """List what the poster needs results of: KPI, task and channel, each once, in order of appearance."""
        plain = [(kpi, self.task or ALL, ALL) for kpi in (*self.ambition.kpis, *self.year.kpis)]
        owned = [(kpi.kpi, kpi.task, kpi.channel) for kpi in self.quarter.kpis]
        aimed = [(goal.kpi, goal.task, goal.channel) for goal in (*self.year.goals, *self.quarter.goals)]
        return list(dict.fromkeys([*plain, *owned, *aimed]))


def load_canvas(
    path: Path,
    known_measures: Mapping[str, KnownMeasure],
    quarter: Quarter | None = None,
    known_tasks: Collection[str] | None = None,
    municipality: str | None = None,
) -> Canvas:
    """Read a canvas.

    Parameters
    ----------
    path
        A `canvas.toml`.
    known_measures
        The catalogue of measures.
    quarter, municipality
        What is asked for; a canvas of another quarter or municipality is refused.
    known_tasks
        Codes of the task list; None leaves them unchecked.

    Raises
    ------
    InputRefused
        with every fault at once, each with its line.
    """

    def world(data: dict[str, Any]) -> KnownNames:
        return KnownNames(known_measures, known_tasks, _declared_quarter(data) or quarter, quarter, municipality)

    return load_plan(path, Canvas, world)


def _declared_quarter(data: dict[str, Any]) -> Quarter | None:
    try:
        return Quarter.parse(str(data.get("period")))
    except ValueError:
        return None


def template(language: str, municipality: str = "GM0000", quarter: Quarter | None = None) -> str:
    """Give a commented canvas to fill in; as long as an example text stands in it, it is refused.

    Examples
    --------
    >>> template("en", "GM0363", Quarter(2026, 4)).splitlines()[0]
    '# Top-task management canvas'
    """
    asked = quarter or Quarter(2026, 1)
    last = first_and_last_day(asked)[1]
    return template_text(
        "canvas",
        language,
        municipality=municipality,
        period=asked,
        year=asked.year,
        ambition_start=dt.date(asked.year, 1, 1),
        ambition_deadline=dt.date(asked.year + 3, 12, 31),
        year_deadline=dt.date(asked.year, 12, 31),
        quarter_deadline=last - dt.timedelta(days=9),  # a Friday, a week before the end
    )
