"""The way customers go: from channel to channel, the step where cases wait, and what silence does."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

import pandas as pd

from toptaak.core.results import ALL
from toptaak.core.wording import DASH
from toptaak.figures import basic as figures
from toptaak.figures.charts import channel_flows, hazard_by_day
from toptaak.kpi.endings import OTHER
from toptaak.kpi.paths import END
from toptaak.numbers.quarter import Source
from toptaak.numbers.year import flows, hazard, silence, stalls
from toptaak.printing.blocks import Block, Column, Heading, Table, Text
from toptaak.privacy.disclosure import Publishable
from toptaak.report.phrases import (
    CHANNEL_NAMES,
    channel_name,
    figure,
    interval_label,
    missing,
    row_note,
    step_name,
    value_cell,
)
from toptaak.report.quarterly.customer_journeys import SILENT_DAYS, silence_sentence

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Drawing

DAY: Final = 86_400
LAST_DAY: Final = 21
WINDOW: Final = 7


def channel_routes(source: Source) -> list[Block]:
    """Through which channel customers go on after a contact, drawn as bands."""
    say, title = source.say, source.say("From channel to channel")
    flow_rows = flows(source)
    if flow_rows is None:
        return missing(source, title, "contacts")
    frame = flow_rows.frame.dropna(subset="estimate")
    if frame.empty:
        return [Heading(2, title), Text([say("There are too few contacts this quarter.")], kind="note")]
    switches = frame[(frame["to_channel"] != END) & (frame["to_channel"] != frame["from_channel"])]
    done = frame[frame["to_channel"] == END]
    total, ended = float(done["n"].sum()), float((done["n"] * done["estimate"]).sum())
    finding = say("After {share} of the contacts no other follows", share=source.say.percent(ended / total, 0))
    alt = say(
        "Bands from the channel of a contact, left, to the channel of the next contact about the case, right; after "
        "{share} of the contacts none follows. The table below the figure has all shares.",
        share=source.say.percent(ended / total, 0),
    )
    return [
        Heading(2, title),
        figure(
            finding,
            alt,
            _flow_table(source, flow_rows),
            partial(_draw_flows, source, flow_rows),
            _switch(source, switches),
        ),
    ]


def waiting_steps(source: Source) -> list[Block]:
    """At which step behind the counter open cases stand, and how long cases wait after each step."""
    say, title = source.say, source.say("Where cases wait")
    stalled = stalls(source)
    if stalled is None:
        return missing(source, title, "steps")
    shares = stalled.where(measure="stalled_share")
    known = shares.frame.dropna(subset="estimate").sort_values("estimate", ascending=False)
    frame = known.sort_values("step", key=lambda step: step == OTHER, kind="stable")
    if frame.empty:
        reason = row_note(shares.frame.iloc[0], source) if len(shares) else say("no observations")
        return [
            Heading(2, title),
            Text([say("Where cases wait cannot be said ({reason}).", reason=reason)], kind="note"),
        ]
    shown = shares.along("step", frame["step"].tolist())
    first = frame.iloc[0]
    share = source.say.percent(first.estimate, 0)
    finding = say("{share} of the open cases stand at ‘{step}’", share=share, step=step_name(first.step, source))
    values = "; ".join(
        f"{step_name(row.step, source)} {source.say.percent(row.estimate, 0)}" for _, row in frame.iterrows()
    )
    alt = say(
        "Bars with margins: the share of the open cases that stand at each step. {values}. The table below the figure "
        "has the time cases wait after each step.",
        values=values,
    )
    waits = {row.step: row for _, row in stalled.where(measure="step_wait").frame.iterrows()}
    data = _step_table(source, shown, waits)
    return [Heading(2, title), figure(finding, alt, data, partial(_draw_steps, source, shown), _longest(source, waits))]


def days_of_silence(source: Source) -> list[Block]:
    """The chance of a new contact by the number of days without news, and the silence test."""
    say, title = source.say, source.say("What silence does")
    hazards, test = hazard(source, LAST_DAY), silence(source)
    if hazards is None or test is None:
        return missing(source, title, "contacts")
    frame = hazards.frame
    known = frame[frame["estimate"].notna() & (frame["time"] > 0)]
    if known.empty or not len(test):
        return [Heading(2, title), Text([say("Nobody who heard nothing can be followed.")], kind="note")]
    highest = known.iloc[int(known["estimate"].argmax())]
    finding = say("No demonstrable rise after {days} days of silence", days=SILENT_DAYS)
    if test.frame["verdict"].iloc[0] == "rises":
        finding = say(
            "The chance of a new contact is highest on day {day} ({share})",
            day=source.say.number(highest.time / DAY), share=source.say.percent(highest.estimate),
        )  # fmt: skip
    alt = say(
        "Dots with margins: the chance that a customer who heard nothing makes contact again, by day. Highest on day "
        "{day} with {share}. The table below the figure has all days.",
        day=source.say.number(highest.time / DAY), share=source.say.percent(highest.estimate),
    )  # fmt: skip
    shown = hazards.where(time=known["time"].tolist())
    sentence = silence_sentence(source, test)
    return [
        Heading(2, title),
        figure(finding, alt, _day_table(source, shown), partial(_draw_days, source, shown), sentence),
    ]


def _switch(source: Source, switches: pd.DataFrame) -> str:
    if switches.empty:
        return ""
    most = switches.iloc[int((switches["n"] * switches["estimate"]).argmax())]
    return source.say(
        "Most switches go from {from_channel} to {to_channel}: {share} of the contacts there (margin {margin}).",
        from_channel=_channel(source, most.from_channel),
        to_channel=_channel(source, most.to_channel),
        share=source.say.percent(most.estimate),
        margin=source.say.interval("channel_flow", most.ci_low, most.ci_high),
    )


def _channel(source: Source, channel: str) -> str:
    return source.say("no further contact") if channel == END else channel_name(channel, source.say)


def _ordered(frame: pd.DataFrame, column: str) -> list[str]:
    return [channel for channel in (*CHANNEL_NAMES, END) if channel in set(frame[column])]


def _flow_table(source: Source, flow_rows: Publishable) -> Table:
    say, frame = source.say, flow_rows.frame
    targets = _ordered(frame, "to_channel")
    shares = {(row.from_channel, row.to_channel): row for _, row in frame.iterrows()}
    columns = [
        Column(say("Contact through")), Column(say("Contacts"), "right"),
        *(Column(_channel(source, channel), "right") for channel in targets),
    ]  # fmt: skip
    rows = [
        (
            _channel(source, start),
            say.count(frame.loc[frame["from_channel"] == start, "n"].iloc[0]),
            *(_share(source, shares.get((start, end))) for end in targets),
        )
        for start in _ordered(frame, "from_channel")
    ]
    return Table(say("Channel of the next contact about the same case"), columns, rows)


def _share(source: Source, row: pd.Series | None) -> str:
    return DASH if row is None or pd.isna(row.estimate) else source.say.percent(row.estimate, 0)


def _draw_flows(source: Source, flow_rows: Publishable) -> Drawing:
    drawing = figures.new_figure(4.2)
    frame = flow_rows.frame.dropna(subset="estimate")
    names = {channel: _channel(source, channel) for channel in (*CHANNEL_NAMES, END)}
    orders = _ordered(frame, "from_channel"), _ordered(frame, "to_channel")
    headings = source.say("contact through"), source.say("next contact through")
    channel_flows(drawing.subplots(), flow_rows, orders, names, headings, partial(_contacts, source))
    return drawing


def _contacts(source: Source, value: float) -> str:
    """Write a number of contacts; few of them only as few."""
    if round(value) < source.settings.minimum_n:
        return source.say("fewer than {minimum}", minimum=source.settings.minimum_n)
    return source.say.number(value)


def _longest(source: Source, waits: dict[str, pd.Series]) -> str:
    known = {step: row for step, row in waits.items() if pd.notna(row.estimate) and step != ALL}
    if not known:
        return ""
    ordered = sorted(known.items(), key=lambda step_and_row: float(step_and_row[1].estimate))
    step, row = ordered[-1]
    time = source.say.value("step_wait", row.estimate)
    if all(other.ci_high < row.ci_low for _, other in ordered[:-1]):
        return source.say(
            "Cases wait longest after ‘{step}’: half of them longer than {time}.",
            step=step_name(step, source),
            time=time,
        )
    return source.say(
        "After ‘{step}’ half of the cases wait longer than {time}. Whether that is the longest of all steps is not "
        "sure.",
        step=step_name(step, source), time=time,
    )  # fmt: skip


def _step_table(source: Source, shown: Publishable, waits: dict[str, pd.Series]) -> Table:
    say = source.say
    columns = [
        Column(say("Step")), Column(say("Share of the open cases"), "right"),
        Column(say("Half wait longer than"), "right"),
    ]  # fmt: skip
    rows = [
        (
            step_name(row.step, source),
            value_cell(row, source),
            value_cell(waits[row.step], source) if row.step in waits else DASH,
        )
        for _, row in shown.frame.iterrows()
    ]
    note = say("Below each value: {margin} and number of observations.", margin=interval_label(source))
    return Table(say("Steps where open cases stand, and the time cases wait there"), columns, rows, note=note)


def _draw_steps(source: Source, shown: Publishable) -> Drawing:
    frame = shown.frame
    drawing = figures.new_figure(0.8 + 0.32 * len(frame))
    whole = partial(source.say.percent, decimals=0)
    colours = [figures.BAND_COLOURS["medium"]] * len(frame)
    names = [step_name(step, source) for step in frame["step"]]
    figures.shares(drawing.subplots(), shown, names, whole, colours)
    return drawing


def _day_table(source: Source, shown: Publishable) -> Table:
    say = source.say
    columns = [
        Column(say("Days of silence")), Column(say("Chance of a new contact"), "right"),
        Column(interval_label(source), "right"), Column(say("Customers waiting"), "right"),
    ]  # fmt: skip
    rows = [
        (
            say.number(row.time / DAY),
            say.percent(row.estimate),
            say.interval("contact_hazard", row.ci_low, row.ci_high) or DASH,
            say.count(row.n),
        )
        for _, row in shown.frame.iterrows()
    ]
    return Table(say("Chance of a new contact per day without news, last four quarters"), columns, rows)


def _draw_days(source: Source, shown: Publishable) -> Drawing:
    drawing = figures.new_figure(3.1)
    whole = partial(source.say.percent, decimals=0)
    spans = [
        (SILENT_DAYS - WINDOW + 1, SILENT_DAYS, source.say("week before")),
        (SILENT_DAYS + 1, SILENT_DAYS + WINDOW, source.say("week after {days} days", days=SILENT_DAYS)),
    ]
    hazard_by_day(drawing.subplots(), shown, DAY, spans, whole, source.say("days without news"))
    return drawing
