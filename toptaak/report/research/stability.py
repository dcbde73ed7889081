"""A stability curve as a table and a figure: how well so many voters find the top."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from toptaak.core.wording import DASH
from toptaak.figures import basic as figures
from toptaak.figures.rankings import Marker, chances_by_voters
from toptaak.numbers.survey import TOPS, SurveySource
from toptaak.printing.blocks import Column, Table
from toptaak.privacy.disclosure import Publishable
from toptaak.report.research.survey_phrases import chance
from toptaak.surveys.planning import FOLKLORE

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Drawing


def tops_of(rows: Publishable) -> list[int]:
    """List the sizes of the top of which the rows tell."""
    present = set(rows.frame["top"])
    return [top for top in TOPS if top in present]


def row_of(rows: Publishable, measure: str, voters: int, top: int) -> pd.Series:
    """Give one row of a stability curve."""
    return rows.where(measure=measure, top=top, voters=voters).frame.iloc[0]


def places_of(row: pd.Series, source: SurveySource) -> str:
    """Write the places that the number closing the top may get."""
    low, high = (round(float(row[name])) for name in ("ci_low", "ci_high"))
    return str(low) if low == high else source.say("{low} to {high}", low=low, high=high)


def stability_table(source: SurveySource, rows: Publishable) -> Table:
    """Make a table with a row for each number of voters."""
    say = source.say
    tops = tops_of(rows)
    columns = [Column(say("Voters"), "right")]
    for top in tops:
        columns += [
            Column(say("Exactly this top {top}", top=top), "right"),
            Column(say("Part of the top {top} found", top=top), "right"),
            Column(say("Place of number {top}", top=top), "right"),
        ]
    sizes = rows.where(measure="top_exact", top=tops[0]).frame["voters"]
    cells = [[say.number(size), *(cell for top in tops for cell in _cells(source, rows, size, top))] for size in sizes]
    note = say("Below each value: {margin}, for the place the middle of the votes drawn.", margin=_margin(source))
    return Table(say("How well a vote finds the top, by the number of voters"), columns, cells, note=note)


def _margin(source: SurveySource) -> str:
    return source.say("{level}% margin", level=source.say.number(source.settings.confidence * 100))


def _cells(source: SurveySource, rows: Publishable, size: int, top: int) -> list[str]:
    exact, overlap, place = (row_of(rows, name, size, top) for name in ("top_exact", "top_overlap", "last_place"))
    if pd.isna(exact["estimate"]):
        return [DASH, DASH, DASH]
    shown = [_with_margin(row, partial(chance, say=source.say), source) for row in (exact, overlap)]
    return [*shown, f"{round(place['estimate'])}\n{places_of(place, source)}"]


def _with_margin(row: pd.Series, write: partial[str], source: SurveySource) -> str:
    ends = source.say("{low} to {high}", low=write(row["ci_low"]), high=write(row["ci_high"]))
    return f"{write(row['estimate'])}\n{ends}"


def draw_chances(source: SurveySource, rows: Publishable, more: Sequence[Marker]) -> Drawing:
    """Draw the chance of exactly the top by the number of voters, with the rule of thumb and other markers."""
    say = source.say
    drawing = figures.new_figure(3.5)
    ax = drawing.subplots()
    lines = {say("top {top}", top=top): rows.where(measure="top_exact", top=top) for top in tops_of(rows)}
    markers = [Marker(FOLKLORE, say("rule of thumb: {voters}", voters=say.number(FOLKLORE))), *more]
    chances_by_voters(ax, lines, markers, partial(chance, say=say), partial(say.number))
    ax.set_xlabel(say("Number of voters"))
    ax.set_ylabel(say("Chance of exactly this top"))
    return drawing
