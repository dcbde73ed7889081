"""Signals: topics that rise beyond chance and season, and what departments submitted and nobody followed up."""

from __future__ import annotations

import datetime as dt
from typing import Final

import pandas as pd

from toptaak.core.periods import iso_week
from toptaak.core.wording import DASH, Message, message
from toptaak.governance.signals import (
    AUDIENCES,
    FOLLOW_UP_DAYS,
    Audience,
    detect,
    followed_up,
    listed_for,
    open_signals,
    weekly_counts,
)
from toptaak.intake.codes import points_at_person
from toptaak.numbers.view import View
from toptaak.printing.blocks import Block, Column, Heading, Items, Table, Text
from toptaak.privacy.disclosure import publish
from toptaak.report.phrases import interval_label, missing

SHOWN: Final = 8
_FOR: Final[dict[Audience, Message]] = {
    "contact_centre": message("contact centre"), "web_team": message("web team"),
    "top_task_meeting": message("top-task meeting"),
}  # fmt: skip
_SOURCES: Final[dict[str, Message]] = {
    "contacts": message("contacts"), "staff_feedback": message("reports of staff"), "signals": message("signals"),
}  # fmt: skip


def for_the_frontline(view: View) -> list[Block]:
    """The signals for contact centre and web team: of all that is counted."""
    return _signals(view, "contact_centre")


def for_the_meeting(view: View) -> list[Block]:
    """The signals for the meeting of a top-task team: about its task."""
    return _signals(view, "top_task_meeting")


def _signals(view: View, audience: Audience) -> list[Block]:
    """List the topics that rose in the last week of the quarter, and submitted signals that still wait."""
    source, title = view.source, view.say("Signals")
    if not source.has("contacts", "staff_feedback", "signals"):
        return missing(source, title, "signals", "contacts", "staff_feedback")
    return [Heading(2, title), *rising(view, _last_whole_week(view), audience), *_submitted(view)]


def rising(view: View, week: str, audience: Audience | None = None) -> list[Block]:
    """Judge a week: what could be known on its last day. Without an audience a column says for whom a topic is."""
    say, source = view.say, view.source
    tables = _of_task(view, "contacts"), _of_task(view, "staff_feedback"), _of_task(view, "signals")
    counts = weekly_counts(*tables, until=week)
    if counts.empty or week not in set(counts["week"]):
        return [Text([say("In week {week} nothing was counted.", week=week)], kind="note")]
    signals = detect(counts, week, confidence=source.settings.confidence)
    if signals["p_value"].isna().all():
        return [Text([say("A rise can be told from the season once there is more than a year of weeks.")], kind="note")]
    signals = listed_for(signals, audience) if audience else signals[signals["signal"]]
    rows = publish(signals, source.settings).frame
    if rows.empty:
        return [Text([say("No topic rose in week {week} beyond what chance and season explain.", week=week)])]
    columns = [
        Column(say("Topic")), Column(say("Seen in")), Column(say("Examples"), "right"),
        Column(say("Times what was expected"), "right"), Column(say("First seen")),
        *(() if audience else (Column(say("For")),)),
    ]  # fmt: skip
    cells = [
        (
            view.name(_text_for(view, row.topic)),
            say(_SOURCES[row.source].text),
            _examples(view, row),
            _ratio(view, row),
            str(row.first_seen),
            *(() if audience else (_listeners(view, row.source),)),
        )
        for _, row in rows.head(SHOWN).iterrows()
    ]
    note = say("Below the ratio: {margin}. At most one in twenty weeks brings a false alarm.",
               margin=interval_label(source))  # fmt: skip
    return [Table(say("Topics that rise, week {week}", week=week), columns, cells, note=note)]


def _examples(view: View, row: pd.Series) -> str:
    n = view.say.count(row.n)
    return n if pd.isna(row.n) or row.weeks == 1 else view.say("{n} in {weeks} weeks", n=n, weeks=int(row.weeks))


def _listeners(view: View, source: str) -> str:
    return ", ".join(view.say(name.text) for audience, name in _FOR.items() if source in AUDIENCES[audience])


def _last_whole_week(view: View) -> str:
    end = pd.Timestamp(view.source.quarter.end)
    sunday = end - pd.Timedelta(days=(end.day_of_week + 1) % 7)
    return iso_week(sunday.date())


def _of_task(view: View, name: str) -> pd.DataFrame | None:
    """Give a table; in a team's view only what is about its task, as far as the table tells tasks."""
    table = view.source.tables.get(name)
    if table is None or not view.task or "task_id" not in table:
        return table
    return table[table["task_id"] == view.task]


def _ratio(view: View, row: pd.Series) -> str:
    if pd.isna(row.estimate):
        return view.say("fewer than {minimum}", minimum=view.source.settings.minimum_n)
    value, low, high = (view.say.number(amount, 1) for amount in (row.estimate, row.ci_low, row.ci_high))
    return f"{value}\n{view.say('{low} to {high}', low=low, high=high)}"


def _submitted(view: View) -> list[Block]:
    """Submitted signals that wait, oldest first, and how many are followed up in time; their text stays out."""
    say, table = view.say, _of_task(view, "signals")
    if table is None or table.empty:
        return [Text([say("No signals have been submitted (table ‘signals’).")], kind="note")]
    return [Items(_follow_up(view, table)), *waiting(view, table, view.source.quarter.end)]


def _follow_up(view: View, table: pd.DataFrame) -> list[str]:
    say, quarter, settings = view.say, view.source.quarter, view.source.settings
    recent = table[table["date"] >= pd.Timestamp(quarter.shift(-3).start)]
    row = publish(followed_up(recent, quarter.end, (), confidence=settings.confidence), settings).frame.iloc[0]
    if pd.isna(row.estimate):
        return [say("Too few signals were submitted to say how soon they are followed up.")]
    return [
        say(
            "{share} of the signals of the last four quarters was followed up within {days} days ({margin}: {low} to "
            "{high}; {n} signals).",
            share=view.say.percent(row.estimate, 0), days=FOLLOW_UP_DAYS, margin=interval_label(view.source),
            low=view.say.percent(row.ci_low, 0), high=view.say.percent(row.ci_high, 0),
            n=view.say.count(row.n),
        )
    ]  # fmt: skip


def waiting(view: View, table: pd.DataFrame, until: dt.date) -> list[Block]:
    """List the submitted signals that nobody had followed up on a day, oldest first."""
    say, listed = view.say, open_signals(table, until)
    if listed.empty:
        return [Text([say("Every submitted signal was followed up.")])]
    more = len(listed) - SHOWN
    note = say("And {more} more, submitted later.", more=more) if more > 0 else ""
    return [listing(view, listed.head(SHOWN), say("Submitted signals that nobody followed up, oldest first"), note)]


def listing(view: View, listed: pd.DataFrame, caption: str, note: str = "") -> Table:
    """Put rows of `open_signals` in a table."""
    say = view.say
    columns = [
        Column(say("Signal")), Column(say("Date")), Column(say("Department")), Column(say("Task or topic")),
        Column(say("Days open"), "right"),
    ]  # fmt: skip
    rows = [
        (
            str(row.signal),
            view.say.date(row.date.date()),
            _text_for(view, row.department),
            view.name(str(row.task_id)) if pd.notna(row.task_id) else _text_for(view, row.topic),
            view.say.number(row.days),
        )
        for _, row in listed.iterrows()
    ]
    return Table(caption, columns, rows, note=note)


def _text_for(view: View, text: object) -> str:
    """Give a word that somebody filled in, unless it points at a person."""
    if text is None or pd.isna(text):  # type: ignore[call-overload]
        return DASH
    return view.say("(points at a person)") if points_at_person(str(text)) else str(text)
