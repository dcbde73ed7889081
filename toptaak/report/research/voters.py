"""Enough voters? How well so many voters find the top tasks, with the rule of thumb of 400 beside it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from toptaak.core.wording import number
from toptaak.privacy.disclosure import Publishable
from toptaak.report import figures
from toptaak.report.blocks import Block, Column, Heading, Items, Table, Text
from toptaak.report.research.common import about, between, chance, no_vote
from toptaak.report.research.figures import Marker, chances_by_voters
from toptaak.report.research.source import OFTEN_ENOUGH, TOPS, SurveySource
from toptaak.report.sections.common import figure
from toptaak.report.values import DASH
from toptaak.survey.planning import FOLKLORE, UNSETTLED

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Drawing


def enough_voters(source: SurveySource) -> list[Block]:
    """The stability curve, and how many voters it takes."""
    say, language = source.say, source.language
    title = say("Enough voters?")
    if why := no_vote(source, title):
        return why
    if not _tops(source):
        short = say("The list has too few tasks to ask for a top {top}.", top=TOPS[0])
        return [Heading(2, title), Text([short], kind="note")]
    top = _tops(source)[0]
    folklore = _row(source, "top_exact", FOLKLORE, top)
    lead = say(
        "We let many electorates of different sizes vote, drawn from these voters, and count how often they find the "
        "same top. The rule of thumb says that {folklore} voters are enough.",
        folklore=number(FOLKLORE, language),
    )
    if pd.isna(folklore["estimate"]):
        return [Heading(2, title), Text([lead]), Text([say(str(folklore["note"]))], kind="note")]
    values = {
        "folklore": number(FOLKLORE, language), "top": top, "chance": chance(folklore["estimate"], language),
        "places": _places(_row(source, "last_place", FOLKLORE, top), source),
    }  # fmt: skip
    finding = say("With {folklore} voters the chance of exactly this top {top} is {chance}", **values)
    alt = say(
        "Rising lines: the chance that a vote finds exactly the same top, by the number of voters. With {folklore} "
        "voters it is {chance} for the top {top}. The table below the figure has all values.",
        **values,
    )
    reading = say(
        "In a vote with {folklore} voters the number {top} of this list comes out at place {places} (19 times in 20).",
        **values,
    )
    return [
        Heading(2, title),
        Text([lead]),
        figure(finding, alt, _table(source), partial(_draw, source), reading),
        Items([_needed(source, top) for top in _tops(source)]),
    ]


def _tops(source: SurveySource) -> list[int]:
    present = set(source.stability.frame["top"])
    return [top for top in TOPS if top in present]


def _rows(source: SurveySource, measure: str, top: int) -> Publishable:
    return source.stability.where(measure=measure, top=top)


def _row(source: SurveySource, measure: str, voters: int, top: int) -> pd.Series:
    return _rows(source, measure, top).where(voters=voters).frame.iloc[0]


def _places(row: pd.Series, source: SurveySource) -> str:
    low, high = (round(float(row[name])) for name in ("ci_low", "ci_high"))
    return str(low) if low == high else source.say("{low} to {high}", low=low, high=high)


def _needed(source: SurveySource, top: int) -> str:
    """Say how many voters it takes, or that this vote cannot tell."""
    say, language = source.say, source.language
    found = source.voters_needed.where(top=top).frame
    largest = _rows(source, "top_exact", top).frame.iloc[-1]
    if pd.isna(largest["estimate"]):
        return say("The first {top} tasks: {reason}.", top=top, reason=say(str(largest["note"])))
    if found.empty or pd.isna(found["estimate"].iloc[0]):
        return say(
            "The first {top} tasks: with {voters} voters the chance of exactly the same ones is {chance}. How many "
            "voters it takes for {often}, this vote cannot tell.",
            top=top, voters=number(largest["voters"], language), chance=chance(largest["estimate"], language),
            often=chance(OFTEN_ENOUGH, language),
        )  # fmt: skip
    row = found.iloc[0]
    voters = about(row["estimate"], language)
    if row["note"] == UNSETTLED:
        return say(
            "The first {top} tasks: a rough guess is that it takes {voters} voters to find exactly the same ones nine "
            "times in ten; this vote has fewer.",
            top=top, voters=voters,
        )  # fmt: skip
    return say(
        "The first {top} tasks: it takes about {voters} voters ({margin}) to find exactly the same ones nine times in "
        "ten.",
        top=top, voters=voters, margin=between(row["ci_low"], row["ci_high"], language),
    )  # fmt: skip


def _table(source: SurveySource) -> Table:
    say, language = source.say, source.language
    tops = _tops(source)
    columns = [Column(say("Voters"), "right")]
    for top in tops:
        columns += [
            Column(say("Exactly this top {top}", top=top), "right"),
            Column(say("Part of the top {top} found", top=top), "right"),
            Column(say("Place of number {top}", top=top), "right"),
        ]
    sizes = source.stability.where(measure="top_exact", top=tops[0]).frame["voters"]
    rows = [[number(size, language), *(cell for top in tops for cell in _cells(source, size, top))] for size in sizes]
    note = say("Below each value: {margin}, for the place the middle of the votes drawn.", margin=_margin(source))
    return Table(say("How well a vote finds the top, by the number of voters"), columns, rows, note=note)


def _margin(source: SurveySource) -> str:
    return source.say("{level}% margin", level=number(source.settings.confidence * 100, source.language))


def _cells(source: SurveySource, size: int, top: int) -> list[str]:
    language = source.language
    exact, overlap, place = (_row(source, name, size, top) for name in ("top_exact", "top_overlap", "last_place"))
    if pd.isna(exact["estimate"]):
        return [DASH, DASH, DASH]
    shown = [_with_margin(row, partial(chance, language=language), source) for row in (exact, overlap)]
    return [*shown, f"{round(place['estimate'])}\n{_places(place, source)}"]


def _with_margin(row: pd.Series, write: partial[str], source: SurveySource) -> str:
    ends = source.say("{low} to {high}", low=write(row["ci_low"]), high=write(row["ci_high"]))
    return f"{write(row['estimate'])}\n{ends}"


def _draw(source: SurveySource) -> Drawing:
    say, language = source.say, source.language
    drawing = figures.new_figure(3.5)
    ax = drawing.subplots()
    lines = {say("top {top}", top=top): _rows(source, "top_exact", top) for top in _tops(source)}
    present = int(source.stability.frame["n"].iloc[0])
    markers = [
        Marker(FOLKLORE, say("rule of thumb: {voters}", voters=number(FOLKLORE, language))),
        Marker(present, say("this survey: {voters}", voters=number(present, language))),
    ]
    chances_by_voters(ax, lines, markers, partial(chance, language=language), partial(number, language=language))
    ax.set_xlabel(say("Number of voters"))
    ax.set_ylabel(say("Chance of exactly this top"))
    return drawing
