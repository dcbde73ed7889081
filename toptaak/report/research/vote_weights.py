"""Weights: who is under-represented, what weighting to the population costs, and what it changes."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from toptaak.core.errors import InputRefused
from toptaak.core.faults import describe_faults
from toptaak.core.wording import DASH, Reader
from toptaak.figures import basic as figures
from toptaak.figures.rankings import height_of, pairs
from toptaak.numbers.survey import SurveySource
from toptaak.numbers.survey_results import Weights
from toptaak.printing.blocks import Block, Column, Heading, Table, Text, Tile, Tiles
from toptaak.report.phrases import figure, listed, missing
from toptaak.report.quarterly.tasks import share_with_margin
from toptaak.report.research.segment_names import level_name, segment_name
from toptaak.report.research.survey_phrases import by_task, head_tasks, name_of, no_vote, shares, too_few
from toptaak.stats.ranks import places

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Drawing


def weights(source: SurveySource) -> list[Block]:
    """Raking diagnostics: respondents beside the population, design effect, weighted vote beside the unweighted."""
    say = source.say
    title = say("Weighting to the population")
    if why := no_vote(source, title):
        return why
    weighting = source.weights
    if weighting is None:
        return missing(source, title, "population")
    if isinstance(weighting, InputRefused):
        refusal = say("The respondents cannot be weighted to these population figures.")
        faults = describe_faults(weighting.faults, source.language).split("\n")
        return [Heading(2, title), Text([refusal, *faults], kind="warning")]
    if weighting.summary.frame["estimate"].isna().any() or not len(weighting.margins):
        return [Heading(2, title), too_few(source)]
    lead = say(
        "Weights give every group of inhabitants its share of the say. They make up for who answered and who did not, "
        "as far as these characteristics tell; the price is wider margins."
    )
    return [
        Heading(2, title),
        Text([lead, _how(source, weighting)]),
        _tiles(source, weighting),
        _margins(source, weighting),
        _weighted_vote(source, weighting),
    ]


def _how(source: SurveySource, weighting: Weights) -> str:
    """Say by what and how the respondents were weighed."""
    say = source.say
    names = [segment_name(name, say).lower() for name in weighting.variables]
    if len(names) == 1:
        way = say("Weighed by {variable} (post-stratification).", variable=names[0])
    else:
        way = say("Weighed by {variables}, each in turn until all fit (raking).", variables=listed(names, source))
    if source.weight_cap is None:
        return way
    cap = say.number(source.weight_cap, 0 if source.weight_cap.is_integer() else 1)
    return f"{way} {say('No weight is above {cap} times the mean.', cap=cap)}"


def _numbers(weighting: Weights) -> dict[str, float]:
    return {str(row["measure"]): float(row["estimate"]) for _, row in weighting.summary.frame.iterrows()}


def _tiles(source: SurveySource, weighting: Weights) -> Tiles:
    say = source.say
    value = _numbers(weighting)
    n = say.count(weighting.summary.frame["n"].iloc[0])
    least = say.number(value["smallest_weight"], 2)
    tiles = [
        Tile(say("Effective number"), say.number(value["effective_n"]), say("of {n} respondents", n=n)),
        Tile(say("Design effect"), say.number(value["design_effect"], 2), say("1 is no loss")),
        Tile(say("Largest weight"), say.number(value["largest_weight"], 2), say("smallest {least}", least=least)),
        Tile(say("Without all characteristics"), say.percent(value["unweighable"]), say("keep weight 1")),
    ]
    return Tiles(tiles)


def _margins(source: SurveySource, weighting: Weights) -> Block:
    say = source.say
    rows = weighting.margins.where(measure="sample_share")
    frame = rows.frame
    gap = (frame["estimate"] - frame["reference_estimate"]).abs().to_numpy()
    largest = frame.iloc[int(gap.argmax())]
    after = weighting.margins.where(measure="weighted_share").frame["estimate"].iloc[int(gap.argmax())]
    labels = [_label(row, say) for _, row in frame.iterrows()]
    values = {
        "level": _label(largest, say), "share": say.percent(largest["estimate"], 0),
        "population": say.percent(largest["reference_estimate"], 0),
        "margin": say.interval("vote_reach", largest["ci_low"], largest["ci_high"]),
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
        weighted=say.percent(after, 0), **values,
    )  # fmt: skip
    return figure(
        finding, alt, _margins_table(source, weighting, labels), partial(_draw, source, weighting, labels), reading
    )


def _label(row: pd.Series, say: Reader) -> str:
    return f"{segment_name(row['variable'], say)}: {level_name(row['level'], say)}"


def _margins_table(source: SurveySource, weighting: Weights, labels: list[str]) -> Table:
    say = source.say
    before = weighting.margins.where(measure="sample_share").frame
    after = weighting.margins.where(measure="weighted_share").frame["estimate"]
    columns = [
        Column(say("Group")), Column(say("Respondents"), "right"), Column(say("Share before"), "right"),
        Column(say("Margin"), "right"), Column(say("Share after"), "right"), Column(say("Population"), "right"),
    ]  # fmt: skip
    rows = [
        (
            label,
            say.count(row["n"]),
            say.percent(row["estimate"]),
            say.interval("vote_reach", row["ci_low"], row["ci_high"]) or DASH,
            say.percent(weighted),
            say.percent(row["reference_estimate"]),
        )
        for label, (_, row), weighted in zip(labels, before.iterrows(), after, strict=True)
    ]
    return Table(say("Respondents and population, before and after weighting"), columns, rows)


def _draw(source: SurveySource, weighting: Weights, labels: list[str]) -> Drawing:
    drawing = figures.new_figure(height_of(labels))
    rows = weighting.margins.where(measure="sample_share")
    names = (source.say("Respondents"), source.say("Population"))
    say = partial(source.say.percent, decimals=0)
    pairs(drawing.subplots(), rows, labels, names, say)
    return drawing


def _weighted_vote(source: SurveySource, weighting: Weights) -> Table:
    say = source.say
    plain, weighted = by_task(shares(source)), by_task(weighting.shares.where(measure="vote_share"))
    place = dict(zip(weighted, places(np.array([row["estimate"] for row in weighted.values()])), strict=True))
    columns = [
        Column(say("Task")), Column(say("Place unweighted"), "right"), Column(say("Place weighted"), "right"),
        Column(say("Share unweighted"), "right"), Column(say("Share weighted"), "right"),
    ]  # fmt: skip
    rows = [
        (
            name_of(source, task),
            say.count(plain[task]["rank"]),
            say.number(place[task]),
            share_with_margin(plain[task], say),
            share_with_margin(weighted[task], say),
        )
        for task in head_tasks(source)
    ]
    return Table(say("The vote without and with weights"), columns, rows)
