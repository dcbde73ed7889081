"""The staff feedback loop and staff experience: in numbers of entries and groups only, never an entry or a person."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import pandas as pd

from toptaak.core.wording import DASH, Message, message
from toptaak.governance.feedback import DAY, Terms, lead_times, loop_shares
from toptaak.governance.staff import PARTS, staff_experience
from toptaak.numbers.view import View
from toptaak.printing.blocks import Block, Column, Heading, Table, Text
from toptaak.privacy.disclosure import Publishable, publish
from toptaak.report.phrases import interval_label, missing, short_note

_STEPS: Final[dict[str, Message]] = {
    "feedback_time_routed": message("until it is passed on"),
    "feedback_time_solved": message("from passed on until it is solved"),
    "feedback_time_thanked": message("from solved until the thank-you"),
    "feedback_time_total": message("all together"),
}
_SHARES: Final[dict[str, Message]] = {
    "feedback_late_routed": message(
        "waits too long to be passed on (term {n} day)", "waits too long to be passed on (term {n} days)"
    ),
    "feedback_late_solved": message(
        "waits too long to be solved (term {n} day)", "waits too long to be solved (term {n} days)"
    ),
    "feedback_late_thanked": message(
        "waits too long for a thank-you (term {n} day)", "waits too long for a thank-you (term {n} days)"
    ),
    "feedback_thanked": message("answered with a thank-you"),
    "feedback_led_to_change": message("led to a change"),
}
_KINDS: Final[dict[str, Message]] = {
    "process": message("process"), "knowledge": message("knowledge and information"), "systems": message("systems"),
}  # fmt: skip
_PARTS: Final[dict[str, Message]] = {
    "knowledge": message("knowledge"), "training": message("training"), "information": message("information"),
    "systems": message("systems"), "room_to_think": message("room to think along"),
}  # fmt: skip


def feedback(view: View) -> list[Block]:
    """How long entries of staff take, which wait too long, which are thanked, and which led to a change."""
    say, title = view.say, view.say("What staff reported")
    entries = _entries(view)
    if entries is None:
        return missing(view.source, title, "staff_feedback")
    if entries.empty:
        return [Heading(2, title), Text([say("Staff reported nothing in the last four quarters.")], kind="note")]
    return [Heading(2, title), Text([_lead(view, entries)]), _steps_table(view, entries), _kinds_table(view, entries)]


def _entries(view: View) -> pd.DataFrame | None:
    """Give the entries of the last four quarters."""
    table, quarter = view.source.tables.get("staff_feedback"), view.source.quarter
    if table is None:
        return None
    since, until = pd.Timestamp(quarter.shift(-3).start), pd.Timestamp(quarter.end)
    return table[table["submitted_on"].between(since, until)].reset_index(drop=True)


def _lead(view: View, entries: pd.DataFrame) -> str:
    few = len(entries) < view.source.settings.minimum_n
    shown = view.say("fewer than {minimum}", minimum=view.source.settings.minimum_n)
    n = shown if few else view.say.number(len(entries))
    return view.say("Entries in the last four quarters: {n}. What still waits counts as waiting so far.", n=n)


def loop(view: View, entries: pd.DataFrame, by: tuple[str, ...] = ()) -> Publishable:
    """Give the shares of the loop, small groups hidden."""
    frame = loop_shares(entries, view.source.quarter.end, by, confidence=view.source.settings.confidence)
    return publish(frame, view.source.settings)


def _steps_table(view: View, entries: pd.DataFrame) -> Table:
    say, settings = view.say, view.source.settings
    times = publish(lead_times(entries, view.source.quarter.end, (), settings.confidence), settings).frame
    columns = [
        Column(say("What")), Column(say("Result"), "right"), Column(interval_label(view.source), "right"),
        Column(say("Entries"), "right"),
    ]  # fmt: skip
    rows = [(say(_STEPS[row.measure].text), *_cells(view, row, _days)) for _, row in times.iterrows()]
    rows += [
        (_share_name(view, row.measure), *_cells(view, row, _share)) for _, row in loop(view, entries).frame.iterrows()
    ]
    note = say("Time: half of the entries take no longer. Too long: of the entries that wait for that step.")
    return Table(say("From report to thank-you"), columns, rows, note=note)


def _share_name(view: View, name: str) -> str:
    terms = {f"feedback_late_{step}": days for step, days in vars(Terms()).items()}
    return view.say(_SHARES[name], n=terms.get(name))


def _cells(view: View, row: pd.Series, write: Callable[[View, float], str]) -> tuple[str, str, str]:
    entries = view.say.count(row.n)
    if pd.isna(row.estimate):
        reason = short_note(row, view.source)
        return view.say(str(row.note)) if reason == DASH and row.note else reason, DASH, entries
    if pd.isna(row.ci_low) or pd.isna(row.ci_high):
        return write(view, row.estimate), DASH, entries
    margin = view.say("{low} to {high}", low=write(view, row.ci_low), high=write(view, row.ci_high))
    return write(view, row.estimate), margin, entries


def _days(view: View, seconds: float) -> str:
    return view.say("{n} day", "{n} days", n=round(seconds / DAY))


def _share(view: View, share: float) -> str:
    return view.say.percent(share, 0)


def _kinds_table(view: View, entries: pd.DataFrame) -> Table:
    say = view.say
    names = ["feedback_thanked", "feedback_led_to_change"]
    by_kind = {(row["kind"], row.measure): row for _, row in loop(view, entries, ("kind",)).frame.iterrows()}
    columns = [Column(say("What goes wrong")), *(Column(_share_name(view, name), "right") for name in names)]
    kinds = [kind for kind in _KINDS if any(key[0] == kind for key in by_kind)]
    rows = [
        (say(_KINDS[kind].text), *(_kind_cell(view, by_kind.get((kind, name))) for name in names)) for kind in kinds
    ]
    return Table(say("By what goes wrong"), columns, rows)


def _kind_cell(view: View, row: pd.Series | None) -> str:
    if row is None:
        return DASH
    value, margin, entries = _cells(view, row, _share)
    return value if margin == DASH else f"{value}\n{margin}\nn = {entries}"


def experience(view: View) -> list[Block]:
    """How well staff feel supported, per part, for the municipality as a whole."""
    say, title = view.say, view.say("How well staff feel supported")
    ratings = view.source.tables.get("ratings")
    rows = None if ratings is None else publish(_experience(view, ratings), view.source.settings)
    if rows is None or not len(rows):
        none = say("This section needs answers of staff in the table ‘ratings’, with as part: {parts}.",
                   parts=", ".join(PARTS))  # fmt: skip
        return [Heading(2, title), Text([none], kind="note")]
    columns = [
        Column(say("Part")), Column(say("Mean answer"), "right"), Column(interval_label(view.source), "right"),
        Column(say("Employees"), "right"),
    ]  # fmt: skip
    cells = [(say(_PARTS[row.part].text), *_cells(view, row, _score)) for _, row in rows.frame.iterrows()]
    return [Heading(2, title), Table(say("Support according to staff, last four quarters"), columns, cells)]


def _experience(view: View, ratings: pd.DataFrame) -> pd.DataFrame:
    quarter = view.source.quarter
    recent = ratings["date"].between(pd.Timestamp(quarter.shift(-3).start), pd.Timestamp(quarter.end))
    return staff_experience(ratings[recent], view.source.settings)


def _score(view: View, score: float) -> str:
    return view.say.number(score, 1)
