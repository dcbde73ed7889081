"""The signals of one week, for contact centre, web team and top-task meeting: what can be known when it ends.

A run of its own, beside the reports: it reads only what is counted per week and waits for no quarter.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pandas as pd

from toptaak.core.errors import ToptaakError
from toptaak.core.periods import Quarter, iso_week, parse_week
from toptaak.core.wording import Message, message, translator
from toptaak.governance.signals import AUDIENCES, open_signals, recorded_until, whole_week
from toptaak.intake.known import known_on
from toptaak.numbers.quarter import Source, known_municipality
from toptaak.numbers.view import View
from toptaak.printing.blocks import Block, Cover, Heading, Text
from toptaak.printing.terminal import as_text
from toptaak.report.governing import signal_tables as signals
from toptaak.report.quarterly.cover import cover

if TYPE_CHECKING:
    from toptaak.intake.store import Store

SOURCES: Final = AUDIENCES["contact_centre"]
_ABSENT: Final[dict[str, Message]] = {
    "contacts": message("The table ‘contacts’ has not been delivered: a rise in contacts cannot be seen."),
    "staff_feedback": message("The table ‘staff_feedback’ has not been delivered: a rise in reports of staff cannot "
                              "be seen."),
    "signals": message("The table ‘signals’ has not been delivered: what departments submitted cannot be seen."),
}  # fmt: skip


@dataclass(frozen=True)
class Week:
    """The signals of one week.

    Attributes
    ----------
    cover : Cover
        Municipality and week.
    blocks : list of Block
        What there is to tell; small numbers are hidden, and open text stays out.
    """

    cover: Cover
    blocks: list[Block]

    def text(self) -> str:
        """Give the signals as plain text."""
        head = f"{self.cover.title} {self.cover.municipality}, {self.cover.period}"
        return as_text([Text([head]), *self.blocks])

    def write(self, path: Path) -> None:
        """Write the signals as one self-contained web page."""
        from toptaak.printing.document import document_of
        from toptaak.printing.html import render_html

        path.write_text(render_html(document_of([self.cover, *self.blocks])), encoding="utf-8")


def signals_of_week(
    data: Path, municipality: str, week: str | None, load: Callable[[Path], Store], language: str
) -> Week:
    """Judge a week by what was recorded until its end.

    Parameters
    ----------
    week
        `2026W40`; the last whole week of the data unless given.
    load
        Brings a data folder up to date and opens it: `intake.store.refresh`.

    Raises
    ------
    ToptaakError
        for an unknown municipality, a week that is none or that the data do not reach, or where none of the three
        tables is there: they are named.
    """
    where = known_municipality(municipality)
    monday = _monday(week) if week else None
    store = load(data)
    tables = {name: store.table(name, where.code) for name in SOURCES}
    newest = recorded_until(**tables)
    if not newest:
        raise ToptaakError(_nothing(where.name).say(language))
    chosen = iso_week(monday) if monday else whole_week(newest.get("contacts", max(newest.values())))
    first = parse_week(chosen)
    if first > max(newest.values()):
        late = message("The data of {name} end on {day}: week {week} cannot be judged yet.",
                       name=where.name, day=translator(language).date(max(newest.values())), week=chosen)  # fmt: skip
        raise ToptaakError(late.say(language))
    known = known_on(tables, first + dt.timedelta(days=6))
    view = View(_source(store, where.code, known, first, language))
    return Week(_cover(view, chosen, first), list(_blocks(view, chosen, first, recorded_until(**known))))


def _monday(week: str) -> dt.date:
    try:
        return parse_week(week)
    except ValueError:
        refusal = message("‘{week}’ is no week. Write year, W and number, for example 2026W40.", week=week)
        raise ToptaakError(refusal) from None


def _nothing(name: str) -> Message:
    tables = ", ".join(f"‘{table}’" for table in SOURCES)
    return message("There is nothing to judge for {name}: the tables {tables} are missing.", name=name, tables=tables)


def _source(store: Store, code: str, tables: dict[str, pd.DataFrame | None], monday: dt.date, language: str) -> Source:
    quarter = Quarter.of(monday + dt.timedelta(days=3))
    known = tables | {"tasks": store.table("tasks")}
    return Source(known_municipality(code), quarter, language, known, store.settings, store.account())


def _cover(view: View, week: str, monday: dt.date) -> Cover:
    say, sunday = view.say, monday + dt.timedelta(days=6)
    days = say("{first} to {last}", first=view.say.date(monday), last=view.say.date(sunday))
    (whole,) = cover(view.source)
    assert isinstance(whole, Cover)
    return replace(
        whole,
        title=say("Signals"),
        subtitle=say("For contact centre, web team and top-task meeting"),
        period=say("week {week} ({days})", week=week, days=days),
        date=sunday.isoformat(),
        facts=(),
    )


def _blocks(view: View, week: str, monday: dt.date, newest: dict[str, dt.date]) -> Iterator[Block]:
    say = view.say
    if warnings := list(_warnings(view, week, monday, newest)):
        yield Text(warnings, kind="warning")
    yield Heading(2, say("What rises"))
    yield from signals.rising(view, week)
    submitted = view.source.tables.get("signals")
    if submitted is not None:
        yield Heading(2, say("What was submitted"))
        yield from _submitted(view, submitted, monday)


def _warnings(view: View, week: str, monday: dt.date, newest: dict[str, dt.date]) -> Iterator[str]:
    yield from (view.say(text.text) for name, text in _ABSENT.items() if name not in newest)
    contacts = newest.get("contacts")
    if contacts is None:
        return
    day = view.say.date(contacts)
    if contacts < monday:
        yield view.say("No contacts were recorded in this week; the last one is of {day}.", day=day)
    elif parse_week(whole_week(contacts)) < monday:
        yield view.say("The contacts of this week run until {day}: a rise may still be missing.", day=day)


def _submitted(view: View, table: pd.DataFrame, monday: dt.date) -> Iterator[Block]:
    """What was submitted in this week comes first; then all that waits, oldest first."""
    say, sunday = view.say, monday + dt.timedelta(days=6)
    fresh = table["date"].between(pd.Timestamp(monday), pd.Timestamp(sunday))
    waiting = open_signals(table[fresh], sunday)
    yield Text([say("Submitted in this week: {n}, of which followed up: {done}.",
                    n=int(fresh.sum()), done=int(fresh.sum()) - len(waiting))])  # fmt: skip
    if len(waiting):
        yield signals.listing(view, waiting, say("Submitted in this week and not yet followed up"))
    older = table[table["date"] < pd.Timestamp(monday)]
    if waiting.empty or len(open_signals(older, sunday)):
        yield from signals.waiting(view, older, sunday)
