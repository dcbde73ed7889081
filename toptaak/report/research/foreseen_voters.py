"""How many voters a vote that has yet to be held will need, if it falls as votes elsewhere did."""

from __future__ import annotations

from functools import partial

from toptaak.numbers.survey import OFTEN_ENOUGH, SurveySource
from toptaak.printing.blocks import Block, Items, Text
from toptaak.privacy.disclosure import Publishable
from toptaak.report.phrases import figure
from toptaak.report.research.stability import draw_chances, places_of, row_of, stability_table, tops_of
from toptaak.report.research.survey_phrases import chance, lower_first
from toptaak.surveys.planning import FOLKLORE


def foreseen(source: SurveySource) -> list[Block]:
    """The stability curve of McGovern's pattern, for who has no vote or pilot yet; nothing for a short list."""
    say, rows = source.say, source.assumed_stability
    if rows is None:
        return []
    top = tops_of(rows)[0]
    values = {
        "folklore": say.number(FOLKLORE), "top": top, "tasks": say.number(source.assumed_tasks),
        "picks": say.number(source.assumed_picks),
        "chance": chance(row_of(rows, "top_exact", FOLKLORE, top)["estimate"], say),
        "places": places_of(row_of(rows, "last_place", FOLKLORE, top), source),
    }  # fmt: skip
    lead = say(
        "How many voters are needed, can be foreseen: in votes elsewhere the first 5% of the tasks got a quarter of "
        "the votes and the first 15% half of them (the pattern of McGovern). Here we assume the same for a list of "
        "{tasks} tasks, of which a voter picks {picks}. A pilot among your own customers tells more.",
        **values,
    )
    finding = say("In the pattern of McGovern {folklore} voters find exactly the top {top} with a chance of {chance}",
                  **values)  # fmt: skip
    alt = say(
        "Rising lines: the chance that a vote finds exactly the top of the pattern, by the number of voters. With "
        "{folklore} voters it is {chance} for the top {top}. The table below the figure has all values.",
        **values,
    )
    reading = say(
        "In a vote with {folklore} voters the number {top} of the pattern comes out at place {places} (19 times in "
        "20). The rule of thumb says that {folklore} voters are enough.",
        **values,
    )
    data = stability_table(source, rows)
    return [
        Text([lead]),
        figure(finding, alt, data, partial(draw_chances, source, rows, []), reading),
        Items([_needed(source, rows, top) for top in tops_of(rows)]),
    ]


def in_the_pattern(source: SurveySource) -> list[str]:
    """Set the pattern beside a vote, in a sentence; nothing for a short list."""
    rows = source.assumed_stability
    if rows is None:
        return []
    needed = "; ".join(lower_first(_needed(source, rows, top)).removesuffix(".") for top in tops_of(rows))
    text = source.say(
        "For comparison, the pattern of McGovern on a list of {tasks} tasks, of which a voter picks {picks}: {needed}.",
        tasks=source.say.number(source.assumed_tasks), picks=source.say.number(source.assumed_picks),
        needed=needed,
    )  # fmt: skip
    return [text]


def _needed(source: SurveySource, rows: Publishable, top: int) -> str:
    """Say between which numbers of voters the top is found often enough."""
    say = source.say
    exact = rows.where(measure="top_exact", top=top).frame
    enough = (exact["estimate"] >= OFTEN_ENOUGH).to_numpy()
    if not enough.any():
        last = exact.iloc[-1]
        return say(
            "The first {top} tasks: with {voters} voters the chance of exactly the same ones is {chance}.",
            top=top, voters=say.number(last["voters"]), chance=chance(last["estimate"], say),
        )  # fmt: skip
    place = int(enough.argmax())
    high = say.number(exact["voters"].iloc[place])
    if place == 0:
        return say("The first {top} tasks: {voters} voters are enough to find exactly the same ones nine times in ten.",
                   top=top, voters=high)  # fmt: skip
    return say(
        "The first {top} tasks: it takes between {low} and {high} voters to find exactly the same ones nine times in "
        "ten.",
        top=top, low=say.number(exact["voters"].iloc[place - 1]), high=high,
    )  # fmt: skip
