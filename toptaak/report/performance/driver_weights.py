"""What hangs together with satisfaction, for researchers: the check by another method, and the marks beside it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from toptaak.core.wording import DASH
from toptaak.figures import basic as figures
from toptaak.figures.charts import pairs
from toptaak.kpi.measures.answers import WHOLE
from toptaak.numbers.quarter import Source
from toptaak.numbers.year import driver_weights, marks_per_part
from toptaak.printing.blocks import Block, Column, Figure, Heading, Table, Text
from toptaak.privacy.disclosure import Publishable
from toptaak.report.phrases import figure, interval_label, missing, value_cell
from toptaak.report.quarterly.satisfaction_drivers import CHECK, PART_WEIGHT, part_name, shown_weights

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Drawing


def checked_weights(source: Source) -> list[Block]:
    """The weights by LMG beside those by Johnson's method."""
    title = source.say("The same by another method")
    weights = driver_weights(source)
    if weights is None:
        return missing(source, title, "ratings")
    if not len(shown_weights(weights)):
        return [Heading(2, title), Text([source.say("Without weights there is nothing to check.")], kind="note")]
    parts = weights.where(measure=PART_WEIGHT).frame.dropna(subset="estimate")["part"].tolist()
    both = weights.where(measure=PART_WEIGHT).along("part", parts), weights.where(measure=CHECK).along("part", parts)
    return [Heading(2, title), _check_figure(source, *both)]


def marks(source: Source) -> list[Block]:
    """The mark for each part over the last four quarters, with its weight beside it."""
    say, title = source.say, source.say("Marks per part of the service")
    marks_given = marks_per_part(source)
    if marks_given is None:
        return missing(source, title, "ratings")
    frame = marks_given.frame.dropna(subset="estimate")
    parts = frame[frame["part"] != WHOLE].sort_values("estimate")
    if parts.empty:
        return [Heading(2, title), Text([say("There are no marks for parts of the service.")], kind="note")]
    order = [*parts["part"], *frame.loc[frame["part"] == WHOLE, "part"]]
    shown, weights = marks_given.along("part", order), _weights(source)
    low, high = parts.iloc[0], parts.iloc[-1]
    values = {
        "low": _part_label(source, low.part),
        "low_value": source.say.value("satisfaction", low.estimate),
        "high": _part_label(source, high.part),
        "high_value": source.say.value("satisfaction", high.estimate),
    }
    finding = say("Lowest mark: {low} ({low_value}); highest: {high} ({high_value})", **values)
    alt = say(
        "Dots with margins: the mean mark for each part of the service, from {low} with {low_value} to {high} with "
        "{high_value}. The table below the figure has all values.",
        **values,
    )
    note = _weight_of(source, low.part, weights)
    return [
        Heading(2, title),
        figure(finding, alt, _mark_table(source, shown, weights), partial(_draw_marks, source, shown), note),
    ]


def _part_label(source: Source, part: str) -> str:
    return source.say("the service as a whole") if part == WHOLE else part_name(source, part)


def _weights(source: Source) -> dict[str, float]:
    weights = driver_weights(source)
    if weights is None:
        return {}
    frame = weights.where(measure=PART_WEIGHT).frame.dropna(subset="estimate")
    return dict(zip(frame["part"].astype(str), frame["estimate"].astype(float), strict=True))


def _weight_of(source: Source, part: str, weights: dict[str, float]) -> str:
    if part not in weights:
        return ""
    return source.say(
        "The lowest mark, {part}, accounts for {share} of the differences in the mark for the whole.",
        part=_part_label(source, part),
        share=source.say.percent(weights[part]),
    )


def _check_figure(source: Source, main: Publishable, check: Publishable) -> Figure:
    say = source.say
    rows = list(zip(main.frame.iterrows(), check.frame.iterrows(), strict=True))
    apart = max(abs(left.estimate - right.estimate) for (_, left), (_, right) in rows)
    points = source.say.number(apart * 100, 1)
    names = [part_name(source, part) for part in main.frame["part"]]
    finding = say("LMG and Johnson differ at most {points} percentage points", points=points)
    alt = say(
        "Two marks with margins per part: the weight by LMG and by Johnson’s method. The largest difference is "
        "{points} percentage points. The table below the figure has all values.",
        points=points,
    )
    same = main.frame["estimate"].rank().tolist() == check.frame["estimate"].rank().tolist()
    note = say("Both methods put the parts in the same order.") if same else say(
        "The methods do not put the parts in the same order; LMG counts, Johnson is a check."
    )  # fmt: skip
    draw = partial(_draw_check, source, main, check, names)
    return figure(finding, alt, _check_table(source, rows, names), draw, note)


def _check_table(
    source: Source, rows: list[tuple[tuple[object, pd.Series], tuple[object, pd.Series]]], names: list[str]
) -> Table:
    say = source.say
    cells = [
        (name, _share(source, left), _share(source, right), say.signed((right.estimate - left.estimate) * 100, 1))
        for name, ((_, left), (_, right)) in zip(names, rows, strict=True)
    ]
    columns = [
        Column(say("Part of the service")), Column("LMG", "right"), Column("Johnson", "right"),
        Column(say("Difference (percentage points)"), "right"),
    ]  # fmt: skip
    note = say("Below each value: {margin}.", margin=interval_label(source))
    return Table(say("Weights by two methods"), columns, cells, note=note)


def _share(source: Source, row: pd.Series) -> str:
    interval = source.say.interval(row.measure, row.ci_low, row.ci_high)
    return f"{source.say.value(row.measure, row.estimate)}\n{interval}"


def _draw_check(source: Source, main: Publishable, check: Publishable, names: list[str]) -> Drawing:
    drawing = figures.new_figure(1.1 + 0.4 * len(names))
    whole = partial(source.say.percent, decimals=0)
    pairs(drawing.subplots(), (main, check), names, ["LMG", "Johnson"], whole)
    return drawing


def _mark_table(source: Source, shown: Publishable, weights: dict[str, float]) -> Table:
    say = source.say
    columns = [Column(say("Part of the service")), Column(say("Mark"), "right"), Column(say("Association"), "right")]
    rows = [
        (
            _part_label(source, row.part),
            value_cell(row, source),
            source.say.percent(weights[row.part]) if row.part in weights else DASH,
        )
        for _, row in shown.frame.iterrows()
    ]
    note = say("Below each value: {margin} and number of observations.", margin=interval_label(source))
    return Table(say("Mean mark per part over the last four quarters, and its association"), columns, rows, note=note)


def _draw_marks(source: Source, shown: Publishable) -> Drawing:
    frame = shown.frame
    drawing = figures.new_figure(0.8 + 0.32 * len(frame))
    names = [_part_label(source, part) for part in frame["part"]]
    figures.dots(drawing.subplots(), shown, names, partial(source.say.value, "satisfaction"))
    return drawing
