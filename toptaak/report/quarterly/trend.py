"""The board KPIs over the last eight quarters."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import lru_cache, partial
from typing import TYPE_CHECKING

import pandas as pd

from toptaak.core.periods import Quarter
from toptaak.core.results import is_observed
from toptaak.figures import basic as figures
from toptaak.figures.charts import mark_changes, round_times
from toptaak.kpi.measures import declaration
from toptaak.numbers.quarter import Source
from toptaak.numbers.year import changes_made, named_changes
from toptaak.printing.blocks import Block, Column, Figure, Heading, Table, Text
from toptaak.privacy.disclosure import Publishable
from toptaak.report.phrases import figure, no_kpis

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Drawing

LEAST_PERIODS = 2
DAYS_OF_QUARTER = 365.25 / 4


def trend(source: Source) -> list[Block]:
    """Small line charts, one per KPI that has at least two quarters."""
    title = source.say("Trend")
    if why := no_kpis(source, title):
        return why
    drawn = drawable(source, source.kpis)
    if not drawn:
        return [Heading(2, title), no_line(source, source.kpis)]
    first = Quarter.parse(source.quarters[0]).label(source.language)
    finding = source.say("The KPIs from {first} to {last}", first=first, last=source.quarter.label(source.language))
    return [Heading(2, title), trend_figure(source, drawn, finding)]


def drawable(source: Source, names: Sequence[str]) -> list[str]:
    """Keep the measures that have at least two quarters to draw a line between."""
    return [name for name in names if series(source, name).frame["estimate"].notna().sum() >= LEAST_PERIODS]


def no_line(source: Source, names: Sequence[str]) -> Text:
    """Say why there is no line: no two quarters have observations, or none has enough to be shown."""
    observed = [name for name in names if is_observed(series(source, name).frame).sum() >= LEAST_PERIODS]
    few = source.say("There are too few observations per quarter to draw a line.")
    return Text([few if observed else source.say("There are not yet two quarters to draw a line.")], kind="note")


def trend_figure(source: Source, drawn: list[str], finding: str, reading: str = "") -> Figure:
    """Draw a small line chart for each measure; `reading` is a sentence to put under it."""
    alt = source.say(
        "Line charts over {quarters} quarters. Last values: {values}. The table below the figure has all values.",
        quarters=len(source.quarters), values=_last_values(source, drawn),
    )  # fmt: skip
    note = source.say("Band: the margin. Dashed line: the target. A gap: no or too few observations.")
    parts = [text for text in (reading, note, named_changes(source, _changes(source))) if text]
    return figure(finding, alt, _table(source, drawn), partial(_draw, source, drawn), " ".join(parts))


@lru_cache(maxsize=64)
def series(source: Source, name: str) -> Publishable:
    """Give one row for each quarter of the trend, in order; a quarter without data is an empty row."""
    return source.by_quarter.where(measure=name).along("quarter", source.quarters)


def _changes(source: Source) -> pd.DataFrame:
    """List the changes made in the quarters of the trend."""
    return changes_made(source, [week for quarter in source.quarters for week in Quarter.parse(quarter).weeks()])


def _place(source: Source, day: dt.date) -> float:
    """Give where a day lies on the axis: the point of a quarter stands in its middle."""
    return len(source.quarters) - 1.5 + (day - source.quarter.start).days / DAYS_OF_QUARTER


def _target(source: Source, name: str) -> float | None:
    rows = source.against_target.where(measure=name).frame
    return float(rows["reference_estimate"].iloc[0]) if len(rows) else None


def _last_values(source: Source, drawn: list[str]) -> str:
    texts = []
    for name in drawn:
        value = series(source, name).frame["estimate"].iloc[-1]
        texts.append(f"{source.say(declaration(name).label)} {source.say.value(name, value)}")
    return "; ".join(texts)


def _table(source: Source, drawn: list[str]) -> Table:
    labels = [Quarter.parse(quarter).label(source.language) for quarter in source.quarters]
    columns = [Column(source.say("Measure")), *(Column(label, "right") for label in labels)]
    rows = [[source.say(declaration(name).label), *_cells(source, series(source, name).frame)] for name in drawn]
    return Table(source.say("KPIs per quarter"), columns, rows)


def _cells(source: Source, frame: pd.DataFrame) -> list[str]:
    """Write the values of one measure, all in the unit of the last."""
    known = frame["estimate"].dropna()
    around = float(known.iloc[-1]) if len(known) else float("nan")
    return [source.say.value(row.measure, row.estimate, around) for _, row in frame.iterrows()]


def _axis_labels(source: Source) -> list[str]:
    """Give `K4`, with the year under every first quarter of a year."""
    labels = [Quarter.parse(quarter).label(source.language).split("-") for quarter in source.quarters]
    return [f"{short}\n{year}" if short.endswith("1") else short for year, short in labels]


def _draw(source: Source, drawn: list[str]) -> Drawing:
    columns = 2
    lines = -(-len(drawn) // columns)
    drawing = figures.new_figure(1.25 * lines + 0.1)
    axes = figures.panels(drawing, len(drawn), columns)
    labels = _axis_labels(source)
    changes = [_place(source, moment.date()) for moment in _changes(source)["date"]]
    for ax, name in zip(axes, drawn, strict=True):
        say = partial(source.say.value, name)
        figures.trend(ax, series(source, name), labels, say, _target(source, name))
        if declaration(name).unit == "seconds":
            round_times(ax)
        mark_changes(ax, changes)
        ax.set_title(source.say(declaration(name).label), loc="left", pad=14 if changes else 6)
    return drawing
