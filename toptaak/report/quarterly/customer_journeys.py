"""What customers go through: how many contacts, through how many channels, how often again, and the silence test."""

from __future__ import annotations

from typing import Final

import pandas as pd

from toptaak.core.results import NO_TABLE
from toptaak.core.wording import DASH, Message, message
from toptaak.kpi.compare import VERDICTS
from toptaak.kpi.measures import declaration
from toptaak.numbers.quarter import Source
from toptaak.numbers.year import detail_changes, silence
from toptaak.printing.blocks import Block, Heading, Items, Table, Text
from toptaak.privacy.disclosure import Publishable
from toptaak.report.phrases import change_columns, interval_label, missing, value_cell

JOURNEY_MEASURES: Final = (
    "contacts_per_case", "channel_switches", "first_contact_resolution", "repeat_contact_rate", "short_wait_rate",
)  # fmt: skip
_SILENCE: Final[dict[str, Message]] = {
    "rises": message(
        "Customers who hear nothing come back more often: after {days} days of silence {ratio} times as often as in "
        "the week before (margin {margin})."
    ),
    "falls": message(
        "Customers who hear nothing come back less often after {days} days of silence: {ratio} times as often as in "
        "the week before (margin {margin})."
    ),
    "no_difference": message(
        "Customers who hear nothing do not demonstrably come back more often after {days} days of silence: {ratio} "
        "times as often as in the week before (margin {margin})."
    ),
}
_NOBODY_BEFORE: Final = message(
    "Customers who hear nothing come back after {days} days of silence; in the week before nobody did."
)
SILENT_DAYS: Final = 10


def journeys(source: Source) -> list[Block]:
    """Contacts, channel switches, solving at once, coming back and waiting; and what silence does."""
    title = source.say("The way customers go")
    if not source.has("contacts"):
        return missing(source, title, "contacts")
    frame = source.now.frame
    there = set(frame.loc[frame["note"] != NO_TABLE, "measure"])
    names = [name for name in JOURNEY_MEASURES if name in there]
    blocks: list[Block] = [Heading(2, title), *_sentences(source)]
    if not names:
        return [*blocks, Text([source.say("There are no observations this quarter.")], kind="note")]
    return [*blocks, _table(source, names)]


def silence_sentence(source: Source, test: Publishable) -> str:
    """Say what the silence test found, as its verdict has it."""
    row = test.frame.iloc[0]
    if row.verdict not in _SILENCE:
        return source.say("There are too few customers who heard nothing to say what silence does.")
    if pd.isna(row.estimate):
        return source.say(_NOBODY_BEFORE.text, days=SILENT_DAYS)
    return source.say(
        _SILENCE[row.verdict].text,
        days=SILENT_DAYS,
        ratio=source.say.value(row.measure, row.estimate),
        margin=_margin(source, row),
    )


def _margin(source: Source, row: pd.Series) -> str:
    return source.say.interval(row.measure, row.ci_low, row.ci_high, row.estimate)


def _sentences(source: Source) -> list[Block]:
    test = silence(source)
    return [] if test is None or not len(test) else [Items([_at_once(source), silence_sentence(source, test)])]


def _at_once(source: Source) -> str:
    row = (
        source.now.where(measure="first_contact_resolution")
        .along("measure", ["first_contact_resolution"])
        .frame.iloc[0]
    )
    if pd.isna(row.estimate):
        return source.say("How often the first contact solves it cannot be said.")
    return source.say(
        "The first contact solved {share} of the cases (margin {margin}).",
        share=source.say.value(row.measure, row.estimate),
        margin=_margin(source, row),
    )


def _table(source: Source, names: list[str]) -> Table:
    say = source.say
    changed = _changed(source, names)
    rows = [
        (
            _named(source, row.measure),
            value_cell(row, source),
            *_difference(source, changed.get(row.measure), row.estimate),
        )
        for _, row in source.now.where(measure=names).along("measure", names).frame.iterrows()
    ]
    note = say(
        "Below each value: {margin} and number of observations. The silence test rests on the last four quarters.",
        margin=interval_label(source),
    )
    caption = say("Customer journeys in {period}", period=source.quarter.label(source.language))
    return Table(caption, change_columns(source), rows, note=note)


def _changed(source: Source, names: list[str]) -> dict[str, pd.Series]:
    """Give the change of each measure; a board KPI is judged together with the other KPIs, here as elsewhere."""
    details = detail_changes(source, [name for name in names if name not in source.kpis])
    return {row.measure: row for changes in (source.changes, details) for _, row in changes.frame.iterrows()}


def _difference(source: Source, row: pd.Series | None, value: float) -> tuple[str, str]:
    if row is None:
        return DASH, source.say(VERDICTS["not_comparable"])
    return source.say.difference(row.measure, row.estimate, value), source.say(VERDICTS[row.verdict])


def _named(source: Source, name: str) -> str:
    """Name a measure with the setting it depends on."""
    settings, label = source.settings, source.say(declaration(name).label)
    if name == "short_wait_rate":
        return f"{label} ({source.say.declared_duration(settings.wait_norm_seconds)})"
    if name == "repeat_contact_rate":
        return f"{label} ({source.say('within {days} days', days=settings.repeat_contact_days)})"
    return label
