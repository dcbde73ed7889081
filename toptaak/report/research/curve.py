"""The cumulative curve: how much of the vote the first tasks hold together, and where bands end."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from toptaak.core.wording import Reader, message
from toptaak.figures import basic as figures
from toptaak.figures.rankings import cumulative
from toptaak.numbers.survey import CUTS, SurveySource
from toptaak.printing.blocks import Block, Column, Heading, Table, Text
from toptaak.report.phrases import figure
from toptaak.report.research.survey_phrases import lower_first, no_vote, shares
from toptaak.report.vote_words import in_votes
from toptaak.surveys.rank_sets import band_numbers
from toptaak.surveys.ranking import BAND_LABELS, BANDS

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Drawing

CUT_NAMES: Final = {
    "quarters": message("Quarters of the vote"),
    "head": message("First quarter and first half"),
}


class Band(NamedTuple):
    """A run of tasks in the league table: first and last line (from 1) and their share of the vote."""

    name: str
    first: int
    last: int
    share: float


def bands_of(source: SurveySource, cut: str) -> list[Band]:
    """Give the bands of a cut that hold a task, from the head of the vote to its tail."""
    share = shares(source).frame["estimate"].to_numpy(dtype=float)
    ends, names = zip(*BANDS[cut], strict=True)
    number_of = band_numbers(share, np.array(ends[:-1]))
    bands = []
    for place, name in enumerate(names):
        lines = np.flatnonzero(number_of == place)
        if len(lines):
            bands.append(Band(name, int(lines[0]) + 1, int(lines[-1]) + 1, float(share[lines].sum())))
    return bands


def curve(source: SurveySource) -> list[Block]:
    """The cumulative vote with the bands of the chosen cut; the table has both cuts."""
    say = in_votes(source)
    title = say("Where the top tasks end")
    if why := no_vote(source, title):
        return why
    frame = shares(source).frame
    half = int((frame["estimate"].cumsum() < 0.5 - 1e-9).sum()) + 1
    tail = len(frame) // 2
    lead = say(
        "A task belongs to the band of the vote in which it begins. There are two customs: quarters of the vote (top, "
        "medium, small and tiny tasks), or the first quarter and the first half. The figure shows: {cut}.",
        cut=lower_first(say(CUT_NAMES[source.settings.band_cut].text)),
    )
    values = {
        "tasks": say.number(len(frame)),
        "share": say.percent(float(frame["estimate"].tail(tail).sum()), 0),
    }
    finding = say(
        "{n} of the {tasks} tasks gets half of the votes",
        "{n} of the {tasks} tasks get half of the votes",
        n=half,
        **values,
    )
    alt = say(
        "Rising curve of the share of the votes that the first tasks hold together: {n} of the {tasks} tasks reaches "
        "half of the votes. The table below the figure has the bands.",
        "Rising curve of the share of the votes that the first tasks hold together: {n} of the {tasks} tasks reach "
        "half of the votes. The table below the figure has the bands.",
        n=half,
        **values,
    )
    reading = say(
        "The last task of the list gets {share} of the votes. The dashed line shows what the curve would be if all "
        "tasks got equally many.",
        "The {n} tasks at the end of the list together get {share} of the votes. The dashed line shows what the "
        "curve would be if all tasks got equally many.",
        n=tail,
        **values,
    )
    return [Heading(2, title), Text([lead]), figure(finding, alt, _table(source), partial(_draw, source), reading)]


def _table(source: SurveySource) -> Table:
    say = in_votes(source)
    columns = [
        Column(say("Custom")), Column(say("Band")), Column(say("Tasks"), "right"), Column(say("Lines"), "right"),
        Column(say("Share of the votes"), "right"),
    ]  # fmt: skip
    rows = [
        (
            say(CUT_NAMES[cut].text),
            say(BAND_LABELS[band.name]),
            say.number(band.last - band.first + 1),
            f"{band.first}–{band.last}",
            say.percent(band.share),
        )
        for cut in CUTS
        for band in bands_of(source, cut)
    ]
    note = say("The line of a task in the league table; ‘added up’ there is the height of the curve.")
    return Table(say("Bands of the vote by both customs"), columns, rows, note=note)


def _draw(source: SurveySource) -> Drawing:
    drawing = figures.new_figure(3.6)
    bands = bands_of(source, source.settings.band_cut)
    names = [in_votes(source)(BAND_LABELS[band.name]) for band in bands]
    texts = [
        source.say("{band}: {n} task", "{band}: {n} tasks", band=name, n=band.last - band.first + 1)
        for band, name in zip(bands, names, strict=True)
    ]
    ends = [end for end, name in BANDS[source.settings.band_cut] if name in {band.name for band in bands}]
    ax = drawing.subplots()
    cumulative(ax, shares(source), list(zip(ends, texts, strict=True)), partial(_whole, say=source.say))
    ax.set_xlabel(in_votes(source)("Number of tasks, from most to fewest votes"))
    return drawing


def _whole(value: float, say: Reader) -> str:
    return say.percent(value, 0)
