"""Weights: who is under-represented, what weighting to the population costs, and what it changes."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from toptaak.core.errors import InputRefused
from toptaak.core.faults import describe_faults
from toptaak.core.wording import DASH, number, percent
from toptaak.figures import basic as figures
from toptaak.figures.rankings import height_of, pairs
from toptaak.numbers.survey import SurveySource
from toptaak.numbers.survey_results import Weights
from toptaak.printing.blocks import Block, Column, Heading, Table, Text, Tile, Tiles
from toptaak.report.phrases import count, figure, listed, missing
from toptaak.report.quarterly.tasks import share_with_margin
from toptaak.report.research.segment_names import level_name, segment_name
from toptaak.report.research.survey_phrases import by_task, head_tasks, name_of, no_vote, shares, too_few
from toptaak.report.values import say_interval
from toptaak.stats.ranks import places

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Drawing


def weights(source: SurveySource) -> list[Block]:
    """Raking diagnostics: respondents beside the population, design effect, weighted vote beside the unweighted."""
    say = source.say
    title = say("Weighting to the population")
    if why := no_vote(source, title):
        return why
    found = source.weights
    if found is None:
        return missing(source, title, "population")
    if isinstance(found, InputRefused):
        told = say("The respondents cannot be weighted to these population figures.")
        faults = describe_faults(found.faults, source.language).split("\n")
        return [Heading(2, title), Text([told, *faults], kind="warning")]
    if found.summary.frame["estimate"].isna().any() or not len(found.margins):
        return [Heading(2, title), too_few(source)]
    lead = say(
        "Weights give every group of inhabitants its share of the say. They make up for who answered and who did not, "
        "as far as these characteristics tell; the price is wider margins."
    )
    return [
        Heading(2, title),
        Text([lead, _how(source, found)]),
        _tiles(source, found),
        _margins(source, found),
        _weighted_vote(source, found),
    ]


def _how(source: SurveySource, found: Weights) -> str:
    """Say by what and how the respondents were weighed."""
    say, language = source.say, source.language
    names = [segment_name(name, language).lower() for name in found.variables]
    if len(names) == 1:
        way = say("Weighed by {variable} (post-stratification).", variable=names[0])
    else:
        way = say("Weighed by {variables}, each in turn until all fit (raking).", variables=listed(names, source))
    if source.weight_cap is None:
        return way
    cap = number(source.weight_cap, language, 0 if source.weight_cap.is_integer() else 1)
    return f"{way} {say('No weight is above {cap} times the mean.', cap=cap)}"


def _numbers(found: Weights) -> dict[str, float]:
    return {str(row["measure"]): float(row["estimate"]) for _, row in found.summary.frame.iterrows()}


def _tiles(source: SurveySource, found: Weights) -> Tiles:
    say, language = source.say, source.language
    value = _numbers(found)
    n = count(found.summary.frame["n"].iloc[0], language)
    least = number(value["smallest_weight"], language, 2)
    tiles = [
        Tile(say("Effective number"), number(value["effective_n"], language), say("of {n} respondents", n=n)),
        Tile(say("Design effect"), number(value["design_effect"], language, 2), say("1 is no loss")),
        Tile(say("Largest weight"), number(value["largest_weight"], language, 2), say("smallest {least}", least=least)),
        Tile(say("Without all characteristics"), percent(value["unweighable"], language), say("keep weight 1")),
    ]
    return Tiles(tiles)


def _margins(source: SurveySource, found: Weights) -> Block:
    say, language = source.say, source.language
    rows = found.margins.where(measure="sample_share")
    frame = rows.frame
    gap = (frame["estimate"] - frame["reference_estimate"]).abs().to_numpy()
    largest = frame.iloc[int(gap.argmax())]
    after = found.margins.where(measure="weighted_share").frame["estimate"].iloc[int(gap.argmax())]
    labels = [_label(row, language) for _, row in frame.iterrows()]
    values = {
        "level": _label(largest, language), "share": percent(largest["estimate"], language, 0),
        "population": percent(largest["reference_estimate"], language, 0),
        "margin": say_interval("vote_reach", largest["ci_low"], largest["ci_high"], language),
    }  # fmt: skip
    finding = say("Furthest from the population: {level}", **values)
    alt = say(
        "For each group the share of the respondents and of the population. Furthest apart: {level}, {share} of the "
        "respondents and {population} of the population. The table below the figure has all values.",
        **values,
    )
    reading = say(
        "{level}: {share} of the respondents (margin {margin}) and {population} of the population; after weighting "
        "{weighted} of the respondents.",
        weighted=percent(after, language, 0), **values,
    )  # fmt: skip
    return figure(finding, alt, _margins_table(source, found, labels), partial(_draw, source, found, labels), reading)


def _label(row: pd.Series, language: str) -> str:
    return f"{segment_name(row['variable'], language)}: {level_name(row['level'], language)}"


def _margins_table(source: SurveySource, found: Weights, labels: list[str]) -> Table:
    say, language = source.say, source.language
    before = found.margins.where(measure="sample_share").frame
    after = found.margins.where(measure="weighted_share").frame["estimate"]
    columns = [
        Column(say("Group")), Column(say("Respondents"), "right"), Column(say("Share before"), "right"),
        Column(say("Margin"), "right"), Column(say("Share after"), "right"), Column(say("Population"), "right"),
    ]  # fmt: skip
    rows = [
        (
            label,
            count(row["n"], language),
            percent(row["estimate"], language),
            say_interval("vote_reach", row["ci_low"], row["ci_high"], language) or DASH,
            percent(weighted, language),
            percent(row["reference_estimate"], language),
        )
        for label, (_, row), weighted in zip(labels, before.iterrows(), after, strict=True)
    ]
    return Table(say("Respondents and population, before and after weighting"), columns, rows)


def _draw(source: SurveySource, found: Weights, labels: list[str]) -> Drawing:
    drawing = figures.new_figure(height_of(labels))
    rows = found.margins.where(measure="sample_share")
    names = (source.say("Respondents"), source.say("Population"))
    say = partial(percent, language=source.language, decimals=0)
    pairs(drawing.subplots(), rows, labels, names, say)
    return drawing


def _weighted_vote(source: SurveySource, found: Weights) -> Table:
    say, language = source.say, source.language
    plain, weighted = by_task(shares(source)), by_task(found.shares.where(measure="vote_share"))
    place = dict(zip(weighted, places(np.array([row["estimate"] for row in weighted.values()])), strict=True))
    columns = [
        Column(say("Task")), Column(say("Place unweighted"), "right"), Column(say("Place weighted"), "right"),
        Column(say("Share unweighted"), "right"), Column(say("Share weighted"), "right"),
    ]  # fmt: skip
    rows = [
        (
            name_of(source, task),
            count(plain[task]["rank"], language),
            number(place[task], language),
            share_with_margin(plain[task], language),
            share_with_margin(weighted[task], language),
        )
        for task in head_tasks(source)
    ]
    return Table(say("The vote without and with weights"), columns, rows)
