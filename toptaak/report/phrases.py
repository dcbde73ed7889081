"""What sections share: names of channels, tables made of result rows, figure blocks, and missing tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

import pandas as pd

from toptaak.core.errors import InputRefused
from toptaak.core.results import NOT_MEASURABLE, TOO_FEW
from toptaak.core.wording import DASH, Reader, message
from toptaak.kpi.endings import OTHER
from toptaak.kpi.measures import declaration
from toptaak.numbers.quarter import Source
from toptaak.printing.blocks import Block, Column, Figure, Heading, Table, Text
from toptaak.privacy.disclosure import Publishable

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Drawing

NO_BREAK: Final = "\u00a0"
UNBROKEN: Final = 20  # characters, as many as a column is sure to hold
CHANNEL_NAMES: Final = {
    "web": message("Website"),
    "phone": message("Phone"),
    "desk": message("Desk"),
    "mail": message("Letter"),
    "e-mail": message("E-mail"),
    "chat": message("Chat"),
}

OBSERVED_TABLES: Final = ("attempts", "contacts", "cases", "steps", "service_totals", "ratings")
_NONE_THIS_QUARTER: Final = {
    "task_id": message("There are no observations per task this quarter."),
    "channel": message("There are no observations per channel this quarter."),
}
_TOO_FEW_EACH: Final = {
    "task_id": message("There are too few observations per task this quarter to show numbers of them."),
    "channel": message("There are too few observations per channel this quarter to show numbers of them."),
}
_NOT_TOLD: Final = {
    "task_id": message(
        "Nothing that has been delivered says which task it is about. Fill the column ‘task_id’ in the table that is "
        "there, to see each task by itself."
    ),
    "channel": message(
        "Nothing that has been delivered says through which channel it went. Fill the column ‘channel’ in the table "
        "that is there, to see each channel by itself."
    ),
}


def channel_name(channel: str, say: Reader) -> str:
    """Give a channel's name for readers; an unknown one is shown as it is."""
    return say(CHANNEL_NAMES[channel]) if channel in CHANNEL_NAMES else channel


def missing(source: Source, title: str, *tables: str) -> list[Block]:
    """Say that a section cannot be made and which table it needs."""
    text = source.say("This section needs the table {tables}. It has not been delivered for this municipality.",
                      tables=_or(tables, source.say))  # fmt: skip
    return [Heading(2, title), Text([text], kind="note")]


def refused(source: Source, title: str, why: InputRefused) -> list[Block]:
    """Say which fault of a register or codebook costs this section; the rest of the report stands."""
    lead = source.say("This part cannot be made. Mend this and make the report again:")
    return [Heading(2, title), Text([lead, *(fault.describe(source.language) for fault in why.faults)], kind="warning")]


def no_kpis(source: Source, title: str) -> list[Block]:
    """Say that nothing of what was delivered gives a KPI, and what gives most; empty where something does."""
    return [] if source.kpis else [Heading(2, title), Text([why_no_kpis(source)], kind="note")]


def why_no_kpis(source: Source) -> str:
    """Say why nothing of what was delivered gives a KPI, and the one thing to do."""
    if source.has("steps") and not source.settings.closing_steps:
        return source.say(
            "The steps do not tell when a case is done. Name the step that closes a case in settings.toml, as "
            "‘closing_steps’; ‘toptaak check’ lists the steps that are most often the last."
        )
    return source.say(
        "Nothing that has been delivered for this municipality gives a KPI. Deliver the table ‘attempts’ first: "
        "whether customers succeed. The export of a case system, a telephone report and marks of customers give KPIs "
        "too."
    )


def no_groups(source: Source, title: str, rows: Publishable, column: str) -> list[Block]:
    """Say why there is nothing per task or channel: no table, none that says which, or nothing that may be shown."""
    if not source.has(*OBSERVED_TABLES):
        return missing(source, title, "attempts", "contacts", "ratings")
    has_groups = any(table is not None and column in table and table[column].notna().any()
               for name, table in source.tables.items() if name in OBSERVED_TABLES)  # fmt: skip
    are_hidden = rows.frame["n"].isna().any()
    texts = _TOO_FEW_EACH if are_hidden else _NONE_THIS_QUARTER if has_groups else _NOT_TOLD
    return [Heading(2, title), Text([source.say(texts[column].text)], kind="note")]


def seen_measures(rows: Publishable, names: Sequence[str]) -> list[str]:
    """Keep the measures of which there are observations that are not all hidden."""
    frame = rows.frame
    seen = set(frame.loc[frame["n"].fillna(0) != 0, "measure"])
    return [name for name in names if name in seen]


def needed_tables(names: Sequence[str], source: Source) -> str:
    """Write the tables that a measure can come from: those of one way with ‘and’, the ways with ‘or’."""
    entries = [declaration(name) for name in names]
    ways = dict.fromkeys(
        tuple(needs) for entry in entries for needs in (entry.needs, entry.alternative, entry.registered) if needs
    )
    lacking = [listed([f"‘{table}’" for table in way if not source.has(table)], source) for way in ways]
    return f" {source.say('or')} ".join(tables for tables in lacking if tables)


def _or(names: Sequence[str], say: Reader) -> str:
    return f" {say('or')} ".join(f"‘{name}’" for name in names)


def row_note(row: pd.Series, source: Source) -> str:
    """Give the reason behind a missing or restricted number, for readers."""
    if not row.note:
        return ""
    if row.note == TOO_FEW:
        return source.say("too few observations, or a small group would follow from it")
    return source.say(str(row.note))


def value_or_note(row: pd.Series, source: Source) -> str:
    """Write the value, or in a few words why there is none."""
    if pd.isna(row.estimate):
        return short_note(row, source)
    return source.say.value(row.measure, row.estimate)


def step_name(step: object, source: Source) -> str:
    """Name a step behind the counter; those that few cases took go together."""
    return source.say("other steps") if step == OTHER else str(step)


def name_within(name: str, source: Source) -> str:
    """Name a measure in the middle of a sentence."""
    label = source.say(declaration(name).label)
    return label if label.startswith(("NPS", "Net Promoter")) else label[0].lower() + label[1:]


def upper_first(text: str) -> str:
    """Begin a text with a capital."""
    return text[:1].upper() + text[1:]


def listed(names: Sequence[str], source: Source) -> str:
    """Write names as a list in a sentence: `a, b and c`."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {source.say('and')} {names[-1]}"


def interval_label(source: Source) -> str:
    """Name the interval, `95%-marge`."""
    return source.say("{level}% margin", level=source.say.number(source.settings.confidence * 100))


def numbers_table(
    source: Source, rows: Publishable, names: Sequence[str], first: str, caption: str, note: str = ""
) -> Table:
    """Make a table of one measure: a named row for each result row, with value, interval and n."""
    columns = [
        Column(first),
        Column(source.say("Value"), "right"),
        Column(interval_label(source), "right"),
        Column(source.say("Observations"), "right"),
    ]
    cells = [
        (
            name,
            value_or_note(row, source),
            source.say.interval(row.measure, row.ci_low, row.ci_high, row.estimate) or DASH,
            source.say.count(row.n),
        )
        for name, (_, row) in zip(names, rows.frame.iterrows(), strict=True)
    ]
    return Table(caption, columns, cells, note=note)


def matrix_table(
    source: Source,
    rows: Publishable,
    group: str,
    names: Mapping[str, str],
    measures: Sequence[str],
    first: str,
    caption: str,
) -> Table:
    """Make a table with a row per group and a column per measure; a cell holds value, interval and n."""
    cells_of = {(row[group], row.measure): row for _, row in rows.where(measure=list(measures)).frame.iterrows()}
    columns = [Column(first), *(Column(source.say(declaration(measure).label), "right") for measure in measures)]
    cells = [[names[key], *(_cell(cells_of, (key, measure), source) for measure in measures)] for key in names]
    note = source.say("Below each value: {margin} and number of observations.", margin=interval_label(source))
    return Table(caption, columns, cells, note=note)


def _cell(rows: dict[tuple[str, str], pd.Series], key: tuple[str, str], source: Source) -> str:
    return value_cell(rows[key], source) if key in rows else DASH


def value_cell(row: pd.Series, source: Source) -> str:
    """Write value, interval and n under each other, or in a few words why there is no value."""
    if pd.isna(row.estimate):
        return short_note(row, source)
    value = source.say.value(row.measure, row.estimate)
    interval = source.say.interval(row.measure, row.ci_low, row.ci_high, row.estimate)
    return stacked(value, interval, f"n = {source.say.count(row.n)}")


def change_columns(source: Source) -> list[Column]:
    """Give the heads of a table of measures and what changed: the quarter, the difference and the verdict."""
    say, language = source.say, source.language
    before = source.quarter.previous().label(language)
    return [
        Column(say("Measure")), Column(source.quarter.label(language), "right"),
        Column(say("Difference with {period}", period=before), "right"), Column(say("Verdict")),
    ]  # fmt: skip


def stacked(*parts: str) -> str:
    """Put the parts that are there under each other in a cell; a short part is not broken at its spaces."""
    return "\n".join(line.replace(" ", NO_BREAK) if len(line) <= UNBROKEN else line for line in parts if line)


def short_note(row: pd.Series, source: Source) -> str:
    """Say in a few words why a cell is empty; the reason in full stands with the KPIs."""
    if row.note == TOO_FEW:
        return source.say("not shown")
    return source.say(NOT_MEASURABLE) if str(row.note).startswith(NOT_MEASURABLE) else DASH


def figure(title: str, alt: str, data: Table, draw: Callable[[], Drawing], note: str = "") -> Figure:
    """Draw in the theme's style and put title, alternative text and data table beside the drawing."""
    from toptaak.printing.svg import figure_style, to_svg

    with figure_style():
        drawing = draw()
    return Figure(title, alt, to_svg(drawing), data, note)
