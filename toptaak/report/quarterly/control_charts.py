"""Board charts: does a KPI change, or does it vary from week to week as it always does?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from toptaak.core.periods import Quarter
from toptaak.core.results import is_observed
from toptaak.core.wording import DASH, message
from toptaak.figures import basic as figures
from toptaak.figures.charts import control_chart, explain_marks, mark_changes, round_times
from toptaak.kpi.measures import declaration
from toptaak.kpi.spc import ASSURANCES, ENOUGH_POINTS, JUDGEMENTS, SIGNALS
from toptaak.numbers.quarter import Source
from toptaak.numbers.year import changes_made, named_changes, rebases, weekly_charts, year, year_weeks
from toptaak.printing.blocks import Block, Column, Heading, Items, Table, Text
from toptaak.privacy.disclosure import Publishable
from toptaak.report.phrases import figure, listed, name_within, no_kpis, stacked

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Drawing

LEAST_WEEKS: Final = 7  # before the quarter: as many as the longest rule needs
COLUMNS: Final = 2
_SAID: Final = {
    "concern": message("Point of concern this quarter: {measures}."),
    "improvement": message("Signal of improvement this quarter: {measures}."),
    "neutral": message("Change this quarter: {measures}."),
}


@dataclass(frozen=True)
class Chart:
    """One KPI's chart: a row per week of the year, and the signals of the report's own quarter."""

    measure: str
    rows: Publishable
    signals: Mapping[str, str]  # the newest signal of each judgement in the quarter
    observed: int  # weeks of the quarter with observations, shown or not
    start: str  # first week of the quarter

    @cached_property
    def weeks(self) -> tuple[int, int]:
        """Count the weeks that are shown, before the quarter and in it."""
        shown = self.rows.frame.dropna(subset="estimate")["week"]
        return int((shown < self.start).sum()), int((shown >= self.start).sum())

    @property
    def based_on(self) -> int:
        """Count the weeks that the limits in force rest on."""
        frame = self.rows.frame
        last = frame[frame["phase"] == frame["phase"].max()].dropna(subset="estimate")
        return int((last["week"] < self.start).sum()) or len(last)

    @property
    def drawn(self) -> bool:
        """Tell whether there are weeks enough to judge this quarter by.

        One week with a signal is enough; that there is none takes half of the weeks with observations.
        """
        before, now = self.weeks
        return before >= LEAST_WEEKS and now > 0 and (bool(self.signals) or 2 * now >= self.observed)

    @property
    def lines(self) -> pd.Series:
        """Give a row with the limits in force."""
        return self.rows.frame.dropna(subset="centre").iloc[-1]


def control_charts(source: Source) -> list[Block]:
    """Weekly points of the board KPIs, held against the three quarters before; target and what was changed."""
    title = source.say("Week by week: variation or change?")
    if why := no_kpis(source, title):
        return why
    charts, few = _charts(source)
    blocks: list[Block] = [Heading(2, title)]
    if charts:
        blocks += [Items(_sentences(source, charts)), _figure(source, charts)]
    return [*blocks, *_warnings(source, charts, few)]


def target_of(source: Source, name: str) -> float | None:
    """Give the target of a KPI for the whole municipality; None where there is none."""
    rows = source.against_target.where(measure=name).frame
    return float(rows["reference_estimate"].iloc[0]) if len(rows) else None


def _charts(source: Source) -> tuple[list[Chart], list[str]]:
    """Give the charts that can be drawn, and the KPIs with too few observations a week for one."""
    weekly = weekly_charts(source, source.kpis)
    there = set(weekly.frame["measure"])
    drawn = [_chart(source, weekly, name) for name in source.kpis if name in there]
    few = [chart.measure for chart in drawn if not chart.drawn and chart.rows.frame["n"].isna().any()]
    return [chart for chart in drawn if chart.drawn], few


def _chart(source: Source, weekly: Publishable, name: str) -> Chart:
    rows = weekly.where(measure=name).along("week", year_weeks(source))
    frame = rows.frame
    quarter = frame[frame["week"].isin(source.quarter.weeks())]
    judged = quarter[quarter["judgement"].isin([*_SAID])]
    observed = int(is_observed(quarter).sum())
    return Chart(
        name, rows, dict(zip(judged["judgement"], judged["signal"], strict=True)), observed, source.quarter.weeks()[0]
    )


def _sentences(source: Source, charts: list[Chart]) -> list[str]:
    said = [
        source.say(text.text, measures=listed([_signalled(source, chart, judgement) for chart in charts
                                               if judgement in chart.signals], source))
        for judgement, text in _SAID.items()
        if any(judgement in chart.signals for chart in charts)
    ]  # fmt: skip
    return said or [source.say("No KPI leaves its usual variation this quarter.")]


def _signalled(source: Source, chart: Chart, judgement: str) -> str:
    return f"{name_within(chart.measure, source)} ({source.say(SIGNALS[chart.signals[judgement]])})"


def _figure(source: Source, charts: list[Chart]) -> Block:
    say = source.say
    concern, improvement = ([name_within(chart.measure, source) for chart in charts if judgement in chart.signals]
                            for judgement in ("concern", "improvement"))  # fmt: skip
    if concern:
        finding = say("The weekly figures ask for attention: {measures}", measures=listed(concern, source))
    elif improvement:
        finding = say(
            "The weekly figures show a signal of improvement: {measures}", measures=listed(improvement, source)
        )
    else:
        finding = say("The weekly figures vary as they usually do")
    means = "; ".join(
        f"{say(declaration(chart.measure).label)} {say.value(chart.measure, chart.lines.centre)}" for chart in charts
    )
    alt = say(
        "Control charts with a point a week over {weeks} weeks. Means: {means}. The table below the figure has means, "
        "limits, targets and signals.",
        weeks=len(year_weeks(source)), means=means,
    )  # fmt: skip
    made = changes_made(source, year_weeks(source))
    return figure(
        finding, alt, _table(source, charts), partial(_draw, source, charts, made), _note(source, charts, made)
    )


def _note(source: Source, charts: list[Chart], made: pd.DataFrame) -> str:
    note = source.say(
        "A point is a week, the grey ground is this quarter; mean and limits come from the quarters before. A signal "
        "asks where it comes from and does not tell the cause. With nothing changed, about one chart in four has one."
    )
    return " ".join(
        sentence for sentence in (note, _started_anew(source, charts), named_changes(source, made)) if sentence
    )


def _started_anew(source: Source, charts: list[Chart]) -> str:
    """Say when and why limits start anew, and of which charts; empty where none do."""
    of_day: dict[tuple[dt.date, str], list[str]] = {}
    for chart in charts:
        for each in rebases(source, chart.measure):
            of_day.setdefault((each.date, each.reason), []).append(name_within(chart.measure, source))
    if not of_day:
        return ""
    sentences = [
        f"{source.say.date(day)}, {reason} ({listed(names, source)})" for (day, reason), names in sorted(of_day.items())
    ]
    return source.say("Mean and limits start anew: {times}.", times="; ".join(sentences))


def _table(source: Source, charts: list[Chart]) -> Table:
    say = source.say
    columns = [
        Column(say("Measure")), Column(say("Three quarters before"), "right"), Column(say("Target"), "right"),
        Column(say("Signal this quarter")), Column(say("If nothing changes")),
    ]  # fmt: skip
    note = say("Below the mean of the weeks before: the limits of ordinary variation, and the number of weeks.")
    return Table(say("Control charts per week"), columns, [_row(source, chart) for chart in charts], note=note)


def _row(source: Source, chart: Chart) -> tuple[str, ...]:
    say, lines = source.say, chart.lines
    target = target_of(source, chart.measure)
    usual = (
        say.value(chart.measure, lines.centre),
        say.interval(chart.measure, lines.limit_low, lines.limit_high, lines.centre),
        say("{n} week", "{n} weeks", n=chart.based_on),
    )
    return (
        say(declaration(chart.measure).label),
        stacked(*usual),
        DASH if target is None else say.declared(chart.measure, target, lines.centre),
        "\n".join(f"{say(JUDGEMENTS[name])}: {say(SIGNALS[signal])}" for name, signal in chart.signals.items())
        or say("none"),
        say(ASSURANCES[lines.assurance]) if lines.assurance else DASH,
    )


def _warnings(source: Source, charts: list[Chart], few: list[str]) -> list[Block]:
    say = source.say
    short = [name_within(chart.measure, source) for chart in charts if chart.based_on < ENOUGH_POINTS]
    texts = []
    if short:
        texts.append(
            say(
                "Before this quarter fewer than {enough} weeks can be shown of {measures}: the limits are provisional.",
                enough=ENOUGH_POINTS,
                measures=listed(short, source),
            )
        )
    if few:
        names = [name_within(name, source) for name in few]
        texts.append(
            say("Too few observations a week for a control chart: {measures}.", measures=listed(names, source))
        )
    if not charts and not few:
        texts.append(say("There are not enough weeks with observations for a control chart."))
    return [Text(texts, kind="note")] if texts else []


def _draw(source: Source, charts: list[Chart], made: pd.DataFrame) -> Drawing:
    weeks, language = year_weeks(source), source.language
    quarters = [Quarter.parse(quarter) for quarter in year(source)]
    starts = [weeks.index(quarter.weeks()[0]) for quarter in quarters]
    lines = -(-len(charts) // COLUMNS)
    drawing = figures.new_figure(1.3 * lines + 0.55)
    axes = figures.panels(drawing, len(charts), COLUMNS)
    for ax, chart in zip(axes, charts, strict=True):
        value = partial(source.say.value, chart.measure)
        target = target_of(source, chart.measure)
        control_chart(ax, chart.rows, starts, [each.label(language) for each in quarters], value, target)
        if declaration(chart.measure).unit == "seconds":
            round_times(ax)
        mark_changes(ax, [weeks.index(week) for week in made["week"]])
        ax.set_title(source.say(declaration(chart.measure).label), loc="left", pad=14 if len(made) else 6)
    return explain_marks(drawing, _mark_names(source, charts), _line_names(source, charts))


def _mark_names(source: Source, charts: list[Chart]) -> list[tuple[str, str]]:
    used = set(np.concatenate([chart.rows.frame["judgement"].fillna("").to_numpy() for chart in charts]))
    names = {"": source.say("ordinary variation")} | {name: source.say(text) for name, text in JUDGEMENTS.items()}
    return [(name, text) for name, text in names.items() if name in used]


def _line_names(source: Source, charts: list[Chart]) -> list[tuple[str, str]]:
    lines = [("centre", source.say("mean")), ("limit", source.say("limits"))]
    aimed = any(target_of(source, chart.measure) is not None for chart in charts)
    anew = any(rebases(source, chart.measure) for chart in charts)
    return [
        *lines,
        *([("target", source.say("target"))] if aimed else []),
        *([("rebase", source.say("limits start anew"))] if anew else []),
    ]
