"""What customers go through: how many contacts, through how many channels, how often again, and the silence test."""

from __future__ import annotations

from typing import Final

import pandas as pd

from toptaak.core.results import NO_TABLE, NOT_MEASURABLE, is_observed
from toptaak.core.wording import DASH, Message, message
from toptaak.kpi.compare import VERDICTS
from toptaak.kpi.measures import declaration
from toptaak.numbers.case_log import first_comparable, open_now, too_early
from toptaak.numbers.quarter import Source
from toptaak.numbers.year import detail_changes, silence
from toptaak.printing.blocks import Block, Heading, Items, Table, Text
from toptaak.privacy.disclosure import Publishable
from toptaak.report.phrases import change_columns, interval_label, listed, missing, name_within, upper_first, value_cell

JOURNEY_MEASURES: Final = (
    "done_within_days", "done_within_term", "contacts_per_case", "channel_switches", "first_contact_resolution",
    "repeat_contact_rate", "short_wait_rate",
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
    """Open cases, contacts, channel switches, solving at once, coming back and waiting; and what silence does."""
    title = source.say("The way customers go")
    if not source.has("contacts", "cases", "steps", "service_totals"):
        return missing(source, title, "contacts", "cases")
    names = _measured(source)
    table = [_table(source, names)] if names else []
    blocks = [*open_stock_text(source), *_sentences(source), *table, *_left_out(source, names), *_reasons(source)]
    return [
        Heading(2, title),
        *(blocks or [Text([source.say("There are no observations this quarter.")], kind="note")]),
    ]


def _measured(source: Source) -> list[str]:
    """Name the measures of this section with a number this quarter, shown or hidden."""
    frame = source.now.frame
    there = set(frame.loc[is_observed(frame), "measure"])
    return [name for name in JOURNEY_MEASURES if name in there]


def _left_out(source: Source, names: list[str]) -> list[Block]:
    """Count what began so late in the quarter that nobody knows yet how it ends."""
    say, least = source.say, source.settings.minimum_n
    counts = [
        say("{measure}: {n}", measure=_named(source, name), n=say.count(n) if n >= least else say("a few"))
        for name, n in too_early(source, names).items()
    ]
    if not counts:
        return []
    lead = say("It is too early to say of what began in the last days of the quarter. So many are left out:")
    return [Text([f"{lead} {'; '.join(counts)}."], kind="note")]


def _reasons(source: Source) -> list[Block]:
    """Say of what was delivered why some measures cannot be told."""
    frame = source.now.where(measure=list(JOURNEY_MEASURES)).frame
    why: dict[str, list[str]] = {}
    for _, row in frame[(frame["n"] == 0) & (frame["note"] != NO_TABLE)].iterrows():
        if not set(declaration(row.measure).needs) & {"cases"} or source.has("cases"):
            reason = _unfilled(source, row.measure) if row.note == NOT_MEASURABLE else source.say(str(row.note))
            why.setdefault(reason, []).append(name_within(row.measure, source))
    of_reason = [
        source.say("{measure}: {reason}.", measure=upper_first(listed(names, source)), reason=reason)
        for reason, names in why.items()
        if reason
    ]
    return [Text(of_reason, kind="note")] if of_reason else []


def _unfilled(source: Source, measure: str) -> str:
    """Name the columns of the delivered tables that a measure misses; empty where none is."""
    entry = declaration(measure)
    for needs in (entry.needs, entry.alternative, entry.registered):
        for table, columns in needs.items():
            rows = source.tables.get(table)
            empty = [] if rows is None else [name for name in columns if name not in rows or rows[name].isna().all()]
            if empty:
                names = listed([f"‘{column}’" for column in empty], source)
                return source.say("not measurable: {table} does not tell {columns}", table=f"‘{table}’", columns=names)
    return ""


def open_stock_text(source: Source) -> list[Block]:
    """Say how many cases were open on the last day and how long, and from when a quarter can be compared."""
    say, stock, since = source.say, open_now(source), first_comparable(source)
    rows = {} if stock is None else {row.measure: row for _, row in stock.frame.iterrows()}
    sentences = []
    if rows and rows["open_stock"].estimate == 0:
        sentences.append(say("On {day} no case was open.", day=say.date(source.quarter.end)))
    elif rows and pd.notna(rows["open_stock"].estimate):
        sentences.append(
            say(
                "On {day} {count} cases were open; half of them for longer than {age}.",
                day=say.date(source.quarter.end),
                count=say.number(rows["open_stock"].estimate),
                age=say.value("open_age", rows["open_age"].estimate),
            )
        )
    if since is not None:
        sentences.append(
            say(
                "The cases begin too short a time ago to know which were open before: times, open cases and repeat "
                "contact can be compared with the quarter before from {quarter} on.",
                quarter=since.label(source.language),
            )
        )
    return [Text(sentences)] if sentences else []


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
    note = say("Below each value: {margin} and number of observations.", margin=interval_label(source))
    if source.has("contacts"):
        note = f"{note} {say('The silence test rests on the last four quarters.')}"
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
    if name == "done_within_days":
        return source.say("Done within {days} days", days=settings.follow_up_days)
    if name == "repeat_contact_rate":
        return f"{label} ({source.say('within {days} days', days=settings.repeat_contact_days)})"
    return label
