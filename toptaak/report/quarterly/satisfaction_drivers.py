"""What hangs together with satisfaction, how strongly, and who can change it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

import pandas as pd

from toptaak.core.results import ALL, TOO_FEW
from toptaak.core.wording import DASH, message
from toptaak.figures import basic as figures
from toptaak.kpi.drivers import MINIMUM_ROWS, OWNERS, PARTS
from toptaak.numbers.quarter import Source
from toptaak.numbers.year import driver_weights, taken_over_weights
from toptaak.printing.blocks import Block, Column, Heading, Table, Text
from toptaak.privacy.disclosure import Publishable
from toptaak.report.phrases import figure, interval_label, row_note

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Drawing

PART_WEIGHT, GROUP, CHECK, R2 = "driver_importance", "driver_group", "driver_check", "driver_r2"
# light enough for the line of the margin to be seen on the bar
_COLOURS: Final = {PART_WEIGHT: figures.BAND_COLOURS["medium"], GROUP: figures.BAND_COLOURS["tiny"]}

_PUBLISHED_BY: Final = "GM0363"  # Amsterdam
# lead, origin of a row, and caption
_ELSEWHERE: Final = (
    message(
        "This municipality has no survey of its own with marks for parts of the service. The table has what Amsterdam "
        "published. It is taken over: number of respondents and margin are not known, and it may differ here."
    ),
    message("taken over (Amsterdam)"),
    message("Association with satisfaction, taken over from Amsterdam"),
)
_OWN: Final = (
    message(
        "No marks for parts of the service have been delivered. The table has what Amsterdam published earlier: number "
        "of respondents and margin are not known."
    ),
    message("published earlier"),
    message("Association with satisfaction, as published earlier"),
)


def drivers(source: Source) -> list[Block]:
    """Weights of the parts of the service in the mark for the whole; another municipality's where none was asked."""
    heading = Heading(2, source.say("What hangs together with satisfaction"))
    weights = driver_weights(source)
    if weights is None:
        return [heading, *taken_over(source)]
    shown = shown_weights(weights)
    if not len(shown):
        return [heading, Text([why_no_weights(source, weights)], kind="note")]
    return [heading, Text([explained(source, weights)]), weights_figure(source, weights)]


def taken_over(source: Source) -> list[Block]:
    """Show the weights Amsterdam published: taken over elsewhere, its own in Amsterdam."""
    own = source.municipality.code == _PUBLISHED_BY
    lead, origin, caption = (source.say(text.text) for text in (_OWN if own else _ELSEWHERE))
    columns = [
        Column(source.say("Part of the service")), Column(source.say("Association"), "right"),
        Column(interval_label(source), "right"), Column(source.say("Who can change it")), Column(source.say("Origin")),
    ]  # fmt: skip
    rows = [
        (
            part_name(source, row.part),
            source.say.percent(row.estimate, 0),
            source.say("not known"),
            owner_name(source, row.owner),
            origin,
        )
        for _, row in taken_over_weights(source).frame.iterrows()
    ]
    return [Text([lead]), Table(caption, columns, rows)]


def shown_weights(weights: Publishable) -> Publishable:
    """Give one row per part and per group of parts that has a weight, as computed: the largest part first."""
    shown = weights.where(measure=[PART_WEIGHT, GROUP])
    there = shown.frame["estimate"].notna()
    return shown.where(part=shown.frame.loc[there, "part"].tolist())


def why_no_weights(source: Source, weights: Publishable) -> str:
    """Say why there are no weights."""
    rows = weights.where(part=ALL).frame
    if len(rows) and rows["note"].iloc[0] == TOO_FEW:
        return source.say(
            "Too few respondents marked every part in the last four quarters: at least {least} are needed to say "
            "what hangs together with satisfaction.",
            least=MINIMUM_ROWS,
        )
    reason = row_note(rows.iloc[0], source) if len(rows) else source.say("no observations")
    return source.say("What hangs together with satisfaction cannot be said ({reason}).", reason=reason)


def explained(source: Source, weights: Publishable) -> str:
    """Say how much all parts together explain, on how many answers that rests, and what it does not mean."""
    whole = weights.where(measure=R2).frame.iloc[0]
    return source.say(
        "The parts together account for {share} of the differences in the mark for the whole (R², margin {margin}). "
        "This rests on {n} respondents who marked every part in the last four quarters. Association is no cause: "
        "improving a part need not raise the mark.",
        share=source.say.value(R2, whole.estimate),
        margin=source.say.interval(R2, whole.ci_low, whole.ci_high),
        n=source.say.count(whole.n),
    )


def finding(source: Source, weights: Publishable) -> str:
    """Say which part hangs together most; only where its margin lies above that of the next part."""
    frame = weights.where(measure=PART_WEIGHT).frame.dropna(subset="estimate").sort_values("estimate", ascending=False)
    first, rest = frame.iloc[0], frame.iloc[1:]
    name, share = part_name(source, first.part), source.say.value(PART_WEIGHT, first.estimate)
    if rest.empty or first.ci_low > rest["ci_high"].max():
        return source.say("Satisfaction hangs together most with {part} ({share})", part=name, share=share)
    return source.say(
        "No part stands out: {part} comes first ({share}), but the margins overlap", part=name, share=share
    )


def weights_figure(source: Source, weights: Publishable) -> Block:
    """Draw the weights with their margins; the table beside it says who can change each part."""
    say = source.say
    shown = _ordered(weights)
    values = "; ".join(
        f"{_label(source, row)} {say.value(row.measure, row.estimate)}" for _, row in shown.frame.iterrows()
    )
    alt = say(
        "Bars with margins: association of each part with the mark for the whole. {values}. The table below the "
        "figure has margins and who can change it.",
        values=values,
    )
    note = say("The associations of the parts add up to R². Grey: parts that belong together, added up.")
    return figure(finding(source, weights), alt, _table(source, shown), partial(_draw, source, shown), note)


def part_name(source: Source, part: str) -> str:
    """Name a part of the service; one the code does not know is shown as it is."""
    return source.say(PARTS[part]) if part in PARTS else part


def owner_name(source: Source, owner: str) -> str:
    """Name who can change a part."""
    return source.say(OWNERS[owner]) if owner else DASH


def _ordered(weights: Publishable) -> Publishable:
    """Put parts and groups in the order of their weights."""
    shown = shown_weights(weights)
    order = shown.frame.sort_values("estimate", ascending=False, kind="stable")["part"].tolist()
    return shown.along("part", order)


def _label(source: Source, row: pd.Series) -> str:
    name = part_name(source, row.part)
    return source.say("{part}, parts together", part=name) if row.measure == GROUP else name


def _table(source: Source, shown: Publishable) -> Table:
    say = source.say
    columns = [
        Column(say("Part of the service")), Column(say("Association"), "right"),
        Column(interval_label(source), "right"), Column(say("Who can change it")),
    ]  # fmt: skip
    rows = [
        (
            _label(source, row),
            say.value(row.measure, row.estimate),
            say.interval(row.measure, row.ci_low, row.ci_high) or DASH,
            owner_name(source, row.owner),
        )
        for _, row in shown.frame.iterrows()
    ]
    return Table(say("Association with satisfaction over the last four quarters"), columns, rows)


def _draw(source: Source, shown: Publishable) -> Drawing:
    frame = shown.frame
    drawing = figures.new_figure(0.75 + 0.3 * len(frame))
    colours = [_COLOURS[measure] for measure in frame["measure"]]
    labels = [_label(source, row) for _, row in frame.iterrows()]
    say = partial(source.say.percent)
    figures.shares(drawing.subplots(), shown, labels, lambda value: say(value, decimals=0), colours)
    return drawing
