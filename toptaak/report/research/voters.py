"""Enough voters? How well so many voters find the top tasks, with the rule of thumb of 400 beside it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import pandas as pd

from toptaak.figures.rankings import Marker
from toptaak.numbers.survey import OFTEN_ENOUGH, TOPS, SurveySource
from toptaak.printing.blocks import Block, Heading, Items, Text
from toptaak.report.phrases import figure
from toptaak.report.research.foreseen_voters import foreseen, in_the_pattern
from toptaak.report.research.stability import draw_chances, places_of, row_of, stability_table, tops_of
from toptaak.report.research.survey_phrases import about, between, chance, no_vote, sentence
from toptaak.surveys.planning import FOLKLORE, SMALLEST, UNSETTLED


def enough_voters(source: SurveySource) -> list[Block]:
    """The stability curve, and how many voters it takes; before a vote that of the pattern of other votes."""
    say = source.say
    title = say("Enough voters?")
    if why := no_vote(source, title):
        return [*why, *foreseen(source)] if source.league is None else why
    tops = tops_of(source.stability)
    if not tops:
        short = say("The list has too few tasks to ask for a top {top}.", top=TOPS[0])
        return [Heading(2, title), Text([short], kind="note")]
    lead = say(
        "We let many electorates of different sizes vote, drawn from these voters, and count how often they find the "
        "same top. The rule of thumb says that {folklore} voters are enough.",
        folklore=source.say.number(FOLKLORE),
    )
    folklore = row_of(source.stability, "top_exact", FOLKLORE, tops[0])
    if pd.isna(folklore["estimate"]):
        return [
            Heading(2, title), Text([lead]), Text([sentence(say(str(folklore["note"])))], kind="note"),
            *foreseen(source),
        ]  # fmt: skip
    return [
        Heading(2, title),
        Text([lead]),
        _of_this_vote(source, tops),
        Items([*(_needed(source, top) for top in tops), *in_the_pattern(source)]),
    ]


def _of_this_vote(source: SurveySource, tops: Sequence[int]) -> Block:
    say = source.say
    rows, top = source.stability, tops[0]
    values = {
        "folklore": say.number(FOLKLORE), "top": top,
        "chance": chance(row_of(rows, "top_exact", FOLKLORE, top)["estimate"], say),
        "places": places_of(row_of(rows, "last_place", FOLKLORE, top), source),
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
    present = int(rows.frame["n"].iloc[0])
    marker = Marker(present, say("this survey: {voters}", voters=say.number(present)))
    return figure(finding, alt, stability_table(source, rows), partial(draw_chances, source, rows, [marker]), reading)


def _needed(source: SurveySource, top: int) -> str:
    """Say how many voters it takes, or that this vote cannot tell."""
    say = source.say
    needed = source.voters_needed.where(top=top).frame
    largest = source.stability.where(measure="top_exact", top=top).frame.iloc[-1]
    if pd.isna(largest["estimate"]):
        return say("The first {top} tasks: {reason}.", top=top, reason=say(str(largest["note"])))
    if needed.empty or pd.isna(needed["estimate"].iloc[0]):
        return say(
            "The first {top} tasks: with {voters} voters the chance of exactly the same ones is {chance}. How many "
            "voters it takes for {often}, this vote cannot tell.",
            top=top, voters=say.number(largest["voters"]), chance=chance(largest["estimate"], say),
            often=chance(OFTEN_ENOUGH, say),
        )  # fmt: skip
    row = needed.iloc[0]
    voters = about(row["estimate"], say)
    if row["estimate"] <= SMALLEST:
        return say(
            "The first {top} tasks: {voters} voters are enough to find exactly the same ones nine times in ten.",
            top=top, voters=voters,
        )  # fmt: skip
    if row["note"] == UNSETTLED:
        return say(
            "The first {top} tasks: a rough guess is that it takes {voters} voters to find exactly the same ones nine "
            "times in ten; this vote has fewer.",
            top=top, voters=voters,
        )  # fmt: skip
    return say(
        "The first {top} tasks: it takes about {voters} voters ({margin}) to find exactly the same ones nine times in "
        "ten.",
        top=top, voters=voters, margin=between(row["ci_low"], row["ci_high"], say),
    )  # fmt: skip
