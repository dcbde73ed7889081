"""The board's KPIs with their targets and the quarter before."""

from __future__ import annotations

from toptaak.core.results import NO_TABLE
from toptaak.core.wording import DASH
from toptaak.kpi.compare import VERDICTS
from toptaak.kpi.measures import board_measures, declaration
from toptaak.numbers.detectable import least_changes
from toptaak.numbers.quarter import Source
from toptaak.numbers.year import effort_wordings
from toptaak.printing.blocks import Block, Column, Heading, Table, Text
from toptaak.report.phrases import interval_label, listed, name_within, needed_tables, no_kpis, value_or_note


def kpis(source: Source) -> list[Block]:
    """Value, margin and target of each board KPI, and its change since the quarter before."""
    say = source.say
    title = say("KPIs, targets and the quarter before")
    if why := no_kpis(source, title):
        return why
    blocks: list[Block] = [
        Heading(2, title),
        _values(source),
        *_effort(source),
        _changes(source),
        *_could_see(source),
        *_without_table(source),
    ]
    if not source.has("targets"):
        blocks.append(Text([say("No targets have been delivered (table ‘targets’).")], kind="note"))
    return blocks


def _without_table(source: Source) -> list[Block]:
    """Say which KPIs are not in the tables above because their table has not been delivered."""
    frame = source.by_quarter.frame
    absent = set(frame.loc[frame["note"] == NO_TABLE, "measure"])
    lacking: dict[str, list[str]] = {}
    for measure in board_measures():
        if measure.id in absent and (tables := needed_tables([measure.id], source)):
            lacking.setdefault(tables, []).append(name_within(measure.id, source))
    texts = [
        source.say(
            "Not measurable: {measures}. Needed for this: {tables}.",
            tables=tables, measures=listed(names, source),
        )
        for tables, names in lacking.items()
    ]  # fmt: skip
    return [Text(texts, kind="note")] if texts else []


def _values(source: Source) -> Table:
    say, language = source.say, source.language
    columns = [
        Column(say("Measure")), Column(say("Value"), "right"), Column(interval_label(source), "right"),
        Column(say("Observations"), "right"), Column(say("Target"), "right"), Column(say("Verdict")),
    ]  # fmt: skip
    rows = [
        (
            say(declaration(row.measure).label),
            value_or_note(row, source),
            say.interval(row.measure, row.ci_low, row.ci_high, row.estimate) or DASH,
            say.count(row.n),
            *_target(source, row.measure, row.estimate),
        )
        for _, row in source.kpis_now.frame.iterrows()
    ]
    return Table(say("KPIs in {period} and their targets", period=source.quarter.label(language)), columns, rows)


def _effort(source: Source) -> list[Block]:
    """Say with which question customer effort was asked and how it is scored: a number holds for one wording."""
    say = source.say
    lines = [
        say(
            "{measure} is the mean answer to: ‘{wording}’ (version {version}, {low} to {high}).",
            measure=say(declaration(str(row.kind)).label), wording=row.wording, version=row.version,
            low=source.say.count(row.minimum), high=source.say.count(row.maximum),
        )
        for _, row in effort_wordings(source).dropna(subset=["wording", "minimum", "maximum"]).iterrows()
    ]  # fmt: skip
    return [Text(lines)] if lines else []


def _target(source: Source, name: str, value: float) -> tuple[str, str]:
    frame = source.against_target.where(measure=name).frame
    if frame.empty:
        return DASH, DASH
    row = frame.iloc[0]
    return source.say.declared(name, row.reference_estimate, value), source.say(VERDICTS[row.verdict])


def _could_see(source: Source) -> list[Block]:
    """Say how large a change had to be for this report to see it mostly: without it, no difference says little."""
    before = source.changes.frame.set_index("measure")["reference_estimate"]
    seen = [
        source.say(
            "{measure} {change} (from {value})", measure=name_within(name, source),
            change=source.say.difference(name, change, before[name]), value=source.say.value(name, before[name]),
        )
        for name, change in least_changes(source).items()
    ]  # fmt: skip
    if not seen:
        return []
    text = source.say(
        "How large must a change be to be seen? With these numbers of observations four of five reports see a change "
        "of: {changes}. A smaller one mostly stays unseen: ‘no demonstrable difference’ then does not mean that "
        "nothing changed.",
        changes="; ".join(seen),
    )
    return [Text([text], kind="note")]


def _changes(source: Source) -> Table:
    say, language = source.say, source.language
    before = source.quarter.previous().label(language)
    columns = [
        Column(say("Measure")), Column(before, "right"), Column(source.quarter.label(language), "right"),
        Column(say("Difference"), "right"), Column(say("Margin of the difference"), "right"), Column(say("Verdict")),
    ]  # fmt: skip
    now = source.kpis_now.frame.set_index("measure")["estimate"]
    rows = [
        (
            say(declaration(row.measure).label),
            say.value(row.measure, row.reference_estimate, now[row.measure]),
            say.value(row.measure, now[row.measure]),
            say.difference(row.measure, row.estimate, now[row.measure]),
            say.difference_interval(row.measure, row.ci_low, row.ci_high, now[row.measure]) or DASH,
            say(VERDICTS[row.verdict]),
        )
        for _, row in source.changes.frame.iterrows()
    ]
    note = say(
        "The margins hold for these KPIs together: with nothing changed, at most one in twenty reports calls "
        "any of them better or worse."
    )
    return Table(say("Change since {period}", period=before), columns, rows, note=note)
