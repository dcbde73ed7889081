"""All measures of one municipality: in the quarter, over quarters, per channel and per task."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

import pandas as pd

from toptaak.core.wording import DASH
from toptaak.kpi.compare import VERDICTS
from toptaak.kpi.contact_costs import cost_per_contact
from toptaak.kpi.measures import declaration
from toptaak.kpi.measures.answers import BOXES
from toptaak.numbers.quarter import Source
from toptaak.numbers.year import details_together
from toptaak.printing.blocks import Block, Heading, Items, Table, Text
from toptaak.privacy.disclosure import Publishable, publish
from toptaak.report.performance.measure_groups import groups, measurable, no_tables
from toptaak.report.phrases import (
    CHANNEL_NAMES,
    change_columns,
    channel_name,
    interval_label,
    matrix_table,
    name_within,
    row_note,
    stacked,
    value_cell,
)
from toptaak.report.quarterly.trend import drawable, no_line, trend_figure

TASKS_SHOWN = 15
PER_TABLE = 4
CHANGED = ("better", "worse", "changed")


def all_measures(source: Source) -> list[Block]:
    """Every measure of the quarter with its margin, and what changed since the quarter before."""
    title = source.say("All measures in {period}", period=source.quarter.label(source.language))
    many = source.say(
        "Many measures are compared here. A difference is called demonstrable only if it holds up against that: a "
        "margin without zero is not enough. The margins of the board's KPIs hold together, and so they are wider."
    )
    blocks: list[Block] = [Heading(2, title), Text([many])]
    details, _ = _details(source)
    changed = {row.measure: row for changes in (source.changes, details) for _, row in changes.frame.iterrows()}
    for name, measures in groups(source):
        there = measurable(source, measures)
        blocks.append(_table(source, name, there, changed) if there else no_tables(source, name, measures))
    return [*blocks, *_costs(source), *_reasons(source)]


def per_quarter(source: Source) -> list[Block]:
    """Line charts of every measure over the last eight quarters, a figure for each group."""
    blocks: list[Block] = [Heading(2, source.say("Quarter by quarter"))]
    for name, measures in groups(source):
        drawn = drawable(source, [measure for measure in measurable(source, measures) if measure not in BOXES])
        if drawn:
            single, more = (
                "{group} {n} measure over {quarters} quarters",
                "{group} {n} measures over {quarters} quarters",
            )
            finding = source.say(single, more, group=name, n=len(drawn), quarters=len(source.quarters))
            blocks.append(trend_figure(source, drawn, finding, _range(source, drawn)))
    if len(blocks) == 1:
        blocks.append(no_line(source, [measure for _, measures in groups(source) for measure in measures]))
    return blocks


def per_channel(source: Source) -> list[Block]:
    """Every measure per channel in this quarter."""
    measured = set(source.by_channel.frame["channel"])
    names = {channel: channel_name(channel, source.say) for channel in CHANNEL_NAMES if channel in measured}
    title = source.say("All measures per channel")
    return _matrices(source, title, source.by_channel, "channel", names, source.say("Channel"))


def per_task(source: Source) -> list[Block]:
    """Every measure per task in this quarter, and which tasks changed."""
    names = _tasks(source)
    title = source.say("All measures per task")
    blocks = _matrices(source, title, source.by_task, "task_id", names, source.say("Task"))
    return [blocks[0], *_changed_tasks(source), *blocks[1:]]


def _table(source: Source, name: str, measures: Sequence[str], changed: Mapping[str, pd.Series]) -> Table:
    say = source.say
    rows = [
        (
            say(declaration(row.measure).label),
            value_cell(row, source),
            *_change(source, changed.get(row.measure), row.estimate),
        )
        for _, row in source.now.where(measure=list(measures)).along("measure", list(measures)).frame.iterrows()
    ]
    note = say("Below each value: {margin} and number of observations.", margin=interval_label(source))
    return Table(name, change_columns(source), rows, note=note)


def _change(source: Source, row: pd.Series | None, value: float) -> tuple[str, str]:
    if row is None or pd.isna(row.estimate):
        return DASH, source.say(VERDICTS["not_comparable" if row is None else row.verdict])
    interval = source.say.difference_interval(row.measure, row.ci_low, row.ci_high, value)
    difference = source.say.difference(row.measure, row.estimate, value)
    return stacked(difference, interval), source.say(VERDICTS[row.verdict])


def _costs(source: Source) -> list[Block]:
    """Cost per contact stands beside the customer's measures, never among them."""
    contacts = source.tables.get("contacts")
    if contacts is None:
        return []
    frame = cost_per_contact(source.tables.get("effort"), contacts, ["quarter"])
    row = publish(frame, source.settings).where(quarter=str(source.quarter)).frame
    if row.empty or row["estimate"].isna().all():
        return []
    text = source.say(
        "The recorded cost is {cost} per contact ({n} contacts). It is counted in full, so it has no margin.",
        cost=source.say.value("cost_per_contact", row["estimate"].iloc[0]),
        n=source.say.number(row["n"].iloc[0]),
    )
    return [Text([text])]


def _reasons(source: Source) -> list[Block]:
    """Say of each measure without a number why there is none."""
    names = [name for _, measures in groups(source) for name in measurable(source, measures)]
    frame = source.now.where(measure=names).frame
    empty = frame[frame["estimate"].isna() & (frame["note"] != "")]
    lines = [
        source.say(
            "{measure}: {reason}.", measure=source.say(declaration(row.measure).label), reason=row_note(row, source)
        )
        for _, row in empty.iterrows()
    ]
    return [Heading(3, source.say("What cannot be said")), Items(lines)] if lines else []


def _range(source: Source, drawn: Sequence[str]) -> str:
    """Say between which values the first measure of a figure lay."""
    name = drawn[0]
    frame = source.by_quarter.where(measure=name).along("quarter", source.quarters).frame.dropna(subset="estimate")
    ends = [source.say.value(name, value) for value in (frame["estimate"].min(), frame["estimate"].max())]
    return source.say(
        "{measure}: between {low} and {high}; the last value is {last}.",
        measure=source.say(declaration(name).label),
        low=ends[0],
        high=ends[1],
        last=source.say.value(name, frame["estimate"].iloc[-1]),
    )


def _tasks(source: Source) -> dict[str, str]:
    """Name the tasks with any number that may be shown, those with most votes first."""
    frame = source.by_task.frame
    shown = set(frame.loc[frame["estimate"].notna(), "task_id"])
    order = sorted(shown)
    if source.league is not None:
        order = [task for task in source.league.where(measure="vote_share").frame["task_id"] if task in shown]
    return {task: source.task_labels.get(task, task) for task in order[:TASKS_SHOWN]}


def _matrices(
    source: Source, title: str, rows: Publishable, group: str, names: Mapping[str, str], first: str
) -> list[Block]:
    """Make tables of at most four measures, group by group; what has no number in a table is left out of it.

    The first is part of the story; the others are looked up.
    """
    blocks: list[Block] = [Heading(2, title)]
    frame = rows.frame.dropna(subset="estimate")
    for name, measures in groups(source):
        kept = [measure for measure in measures if measure in set(frame["measure"]) and measure not in BOXES]
        for columns_kept in _evenly(kept):
            seen = set(frame.loc[frame["measure"].isin(columns_kept), group])
            shown = {key: label for key, label in names.items() if key in seen}
            caption = source.say("{title} ({first})", title=name, first=first.lower())
            blocks += [matrix_table(source, rows, group, shown, columns_kept, first, caption)] if shown else []
    blocks[2:] = [replace(table, reference=True) for table in blocks[2:] if isinstance(table, Table)]
    if len(blocks) == 1:
        blocks.append(Text([source.say("There are no observations this quarter.")], kind="note"))
    return blocks


def _evenly(names: Sequence[str]) -> list[Sequence[str]]:
    """Split names into as few parts of about the same size as fit in tables."""
    parts = -(-len(names) // PER_TABLE)
    size = -(-len(names) // parts) if parts else 1
    return [names[at : at + size] for at in range(0, len(names), size)]


@lru_cache(maxsize=1)
def _details(source: Source) -> list[Publishable]:
    """Compare all measures but the board's KPIs, and every measure per task: one family, as they stand together."""
    every = [name for _, names in groups(source) for name in names]
    whole = [name for name in every if name not in source.kpis]
    tasks = [name for _, names in groups(source) for name in measurable(source, names)]
    return details_together(source, [(whole, []), (tasks, ["task_id"])])


def _changed_tasks(source: Source) -> list[Block]:
    """Say which tasks changed demonstrably, among all measures and tasks that can be compared."""
    say, language = source.say, source.language
    frame = _details(source)[1].frame
    changed = frame[frame["verdict"].isin(CHANGED)].sort_values("p_value")
    before = source.quarter.previous().label(language)
    compared = int(frame["p_value"].notna().sum())
    if changed.empty:
        none = say(
            "No task differs demonstrably from {period} ({n} comparison).",
            "No task differs demonstrably from {period} ({n} comparisons).",
            period=before,
            n=compared,
        )
        return [Text([none])]
    lines = [
        say(
            "{task}: {measure} {difference}, {verdict}", task=source.task_labels.get(row.task_id, row.task_id),
            measure=name_within(row.measure, source), difference=say.difference(row.measure, row.estimate),
            verdict=say(VERDICTS[row.verdict]),
        )
        for _, row in changed.iterrows()
    ]  # fmt: skip
    lead = say(
        "Tasks that differ demonstrably from {period}, of {n} comparison; few of these may be chance:",
        "Tasks that differ demonstrably from {period}, of {n} comparisons; few of these may be chance:",
        period=before,
        n=compared,
    )
    return [Text([lead]), Items(lines)]
