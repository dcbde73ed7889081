"""How long until a case is done, with the cases that are still open counted as long as they were seen."""

from __future__ import annotations

from functools import partial
from math import ceil
from typing import TYPE_CHECKING, Final

import pandas as pd

from toptaak.core.results import ALL
from toptaak.core.wording import DASH
from toptaak.figures import basic as figures
from toptaak.figures.charts import survival_curve
from toptaak.kpi.case_survival import done_within, open_share, time_to_done
from toptaak.numbers.case_log import cases_of
from toptaak.numbers.quarter import Source
from toptaak.numbers.year import completion_target
from toptaak.printing.blocks import Block, Column, Figure, Heading, Table, Text
from toptaak.privacy.disclosure import Publishable, publish
from toptaak.report.phrases import (
    CHANNEL_NAMES,
    channel_name,
    figure,
    interval_label,
    missing,
    row_note,
    value_cell,
)
from toptaak.report.quarterly.customer_journeys import open_stock_text

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Drawing

DAY: Final = 86_400.0
LAST_DAY: Final = 30
TOLD_DAYS: Final = (0, 1, 3, 7, 14, 21, 30)
MOST_STEPS: Final = 8
READ_DAY: Final = 14
# close together at first: most cases are done on the day itself
FIRST_DAY: Final = tuple(DAY * hour / 24 for hour in (0, 1, 3, 6, 12))


def time_until_done(source: Source) -> list[Block]:
    """The share of cases still open after each day, and per channel how many are done within the target time."""
    say, title = source.say, source.say("How long until a case is done?")
    contacts = cases_of(source)
    if contacts is None:
        return missing(source, title, "cases", "contacts", "steps")
    half = _of_quarter(source, time_to_done(contacts, ["quarter"], source.settings))
    days = _days(half)
    curve = _curve(source, contacts, days[-1])
    if len(curve) < 2:
        few = say("There are too few cases this quarter to follow until they are done.")
        return [Heading(2, title), *open_stock_text(source), Text([few], kind="note")]
    return [
        Heading(2, title),
        *open_stock_text(source),
        _figure(source, half, days, curve),
        _per_channel(source, contacts),
    ]


def _of_quarter(source: Source, frame: pd.DataFrame) -> Publishable:
    return publish(frame[frame["quarter"] == str(source.quarter)].reset_index(drop=True), source.settings)


def _days(half: Publishable) -> tuple[int, ...]:
    """Choose the days that are told: as far as the day on which half is done, which the title names."""
    halves = half.frame["estimate"].dropna()
    needed = ceil(halves.iloc[0] / DAY) if len(halves) else LAST_DAY
    if needed <= LAST_DAY:
        return TOLD_DAYS
    step = max(15, 15 * ceil(needed / 15 / MOST_STEPS))
    return (0, 7, 14, *range(30, needed + step, step))


def _curve(source: Source, contacts: pd.DataFrame, last: int) -> Publishable:
    """Give the curve of the quarter, as far as enough cases are followed to show it."""
    times = [*FIRST_DAY, *(DAY * day for day in range(1, last + 1))]
    frame = open_share(contacts, times, ["quarter"], source.settings)
    followed = frame["at_risk"] >= source.settings.minimum_n
    return _of_quarter(source, frame[followed & frame["estimate"].notna()])


def _at(curve: Publishable, day: float) -> pd.Series | None:
    rows = curve.where(time=day * DAY).frame
    return None if rows.empty else rows.iloc[0]


def _figure(source: Source, of_quarter: Publishable, days: tuple[int, ...], curve: Publishable) -> Figure:
    say, half = source.say, of_quarter.frame.iloc[0]
    days_told = [(day, row) for day in days if (row := _at(curve, day)) is not None]
    if pd.notna(half.estimate):
        finding = say("Half of the cases are done within {time}", time=say.duration(half.estimate))
    else:
        finding = say("Not half of the cases are done within the time observed")
    values = "; ".join(
        say("day {day}: {share}", day=day, share=say.percent(row.estimate)) for day, row in days_told if day
    )
    alt = say(
        "Falling line with a margin: the share of the cases that are still open, by the number of days since the first "
        "contact. {values}. The table below the figure has margins and numbers of cases.",
        values=values,
    )
    return figure(
        finding, alt, _table(source, days_told), partial(_draw, source, curve, days_told), _reading(source, curve)
    )


def _reading(source: Source, curve: Publishable) -> str:
    row = _at(curve, READ_DAY)
    note = source.say(
        "Cases that are still open count as long as they were seen. Below the axis: the number of cases followed."
    )
    if row is None:
        return note
    text = source.say(
        "After {day} days {share} of the cases are still open (margin {margin}).",
        day=READ_DAY,
        share=source.say.percent(row.estimate),
        margin=source.say.interval("open_share", row.ci_low, row.ci_high),
    )
    return f"{text} {note}"


def _table(source: Source, days_told: list[tuple[int, pd.Series]]) -> Table:
    say = source.say
    columns = [
        Column(say("Days since the first contact")), Column(say("Still open"), "right"),
        Column(interval_label(source), "right"), Column(say("Cases followed"), "right"),
    ]  # fmt: skip
    rows = [
        (
            say.number(day),
            say.percent(row.estimate),
            say.interval("open_share", row.ci_low, row.ci_high) or DASH,
            say.count(row.at_risk),
        )
        for day, row in days_told
    ]
    return Table(say("Share of the cases that are still open"), columns, rows)


def _draw(source: Source, curve: Publishable, days_told: list[tuple[int, pd.Series]]) -> Drawing:
    drawing = figures.new_figure(3.3)
    followed = [(float(day), source.say.count(row.at_risk)) for day, row in days_told if day]
    whole = partial(source.say.percent, decimals=0)
    survival_curve(drawing.subplots(), curve, DAY, followed, whole, source.say("days since the first contact"))
    return drawing


def _per_channel(source: Source, contacts: pd.DataFrame) -> Table:
    """Show for all channels and each of them when half is done and how many are done within the target."""
    say, target = source.say, completion_target(source)
    frames = {"": _numbers(source, contacts, target, [])} | {"channel": _numbers(source, contacts, target, ["channel"])}
    names = {ALL: say("all channels")} | {channel: channel_name(channel, source.say) for channel in CHANNEL_NAMES}
    rows = []
    for key, name in names.items():
        published = frames["" if key == ALL else "channel"]
        published = published if key == ALL else published.where(channel=key)
        measured = {row.measure: row for _, row in published.frame.iterrows()}
        if measured:
            rows.append((name, *(_cell(source, measured.get(measure)) for measure in ("time_to_done", "done_within"))))
    aim = source.say.declared_duration(target) if target is not None else DASH
    columns = [
        Column(say("First channel")), Column(say("Half are done within"), "right"),
        Column(say("Done within the target ({target})", target=aim), "right"),
    ]  # fmt: skip
    note = say("Below each value: {margin} and number of observations.", margin=interval_label(source))
    return Table(say("Time until a case is done, per channel of the first contact"), columns, rows, note=note)


def _numbers(source: Source, contacts: pd.DataFrame, target: float | None, by: list[str]) -> Publishable:
    frames = [time_to_done(contacts, ["quarter", *by], source.settings)]
    if target is not None:
        frames.append(done_within(contacts, target, ["quarter", *by], source.settings))
    return _of_quarter(source, pd.concat(frames, ignore_index=True))


def _cell(source: Source, row: pd.Series | None) -> str:
    if row is None:
        return DASH
    if pd.isna(row.estimate):
        return row_note(row, source)
    return value_cell(row, source)
