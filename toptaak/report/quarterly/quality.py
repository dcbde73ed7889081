"""What the numbers rest on: rows used and set aside, warnings, rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from typing import Final

from toptaak.core.faults import Severity
from toptaak.core.periods import Quarter
from toptaak.core.results import is_observed
from toptaak.core.wording import message
from toptaak.kpi.measures import CATALOGUE
from toptaak.numbers.handover import Results, hand_over
from toptaak.numbers.quarter import Source
from toptaak.printing.blocks import Block, Column, Heading, Items, Table, Text
from toptaak.privacy.disclosure import limits_of
from toptaak.report.quarterly.channels import CHANNEL_MEASURES
from toptaak.report.quarterly.customer_journeys import JOURNEY_MEASURES
from toptaak.report.quarterly.tasks import TASK_MEASURES

SHOWN_WARNINGS = 15
SEVERITIES: Final = {
    Severity.SET_ASIDE: message("set aside"),
    Severity.LEFT_OUT: message("left out, as the mapping says"),
    Severity.WARNING: message("used, with a doubt"),
    Severity.REPAIRED: message("repaired and used"),
}
# repairs that say more than how a value is written: rows above the header, other sheets, merged municipalities
TOLD_REPAIRS: Final = ("TT-024", "TT-027", "TT-060")


def quality(source: Source) -> list[Block]:
    """Rows read, used and set aside per file; warnings; how to read the numbers; definitions."""
    return foundation(source, _explained(source))


def foundation(source: Source, measures: Collection[str]) -> list[Block]:
    """Rows used and set aside, warnings, how to read the numbers, and what these measures mean."""
    say = source.say
    return [
        Heading(2, say("What the numbers rest on")),
        account(source),
        *warnings(source),
        Heading(3, say("How to read the numbers")),
        Items(rules_of_quarter(source)),
        *definitions(source, measures),
    ]


def account(source: Source) -> Table:
    """List for each file the rows read, used and set aside."""
    say = source.say
    columns = [
        Column(say("File")),
        Column(say("Table")),
        Column(say("Rows read"), "right"),
        Column(say("Rows used"), "right"),
        Column(say("Rows set aside"), "right"),
        Column(say("Rows left out"), "right"),
    ]
    counts = ["rows_read", "rows_used", "rows_set_aside", "rows_left_out"]
    rows = [
        [str(row["file"]), str(row["table"]), *(say.number(int(row[name])) for name in counts)]
        for _, row in source.account.iterrows()
    ]
    note = say(
        "Rows read = rows used + rows set aside + rows that the mapping leaves out. "
        "Rows of all municipalities in the file count here."
    )
    return Table(say("Files this report is made from"), columns, rows, note=note, reference=True)


def warnings(source: Source) -> list[Block]:
    """One line per file and kind of fault: what stands in a single row is for the one who mends the file."""
    if not source.faults:
        return [Text([source.say("No warnings.")])]
    kinds: Counter[tuple[str, str, Severity, str]] = Counter()
    for fault in source.faults:
        kinds[fault.file, fault.code, fault.severity, source.say(fault.expected)] += fault.count
    told_faults = [(kind, times) for kind, times in kinds.most_common() if _is_told(kind[1], kind[2])]
    repaired = sum(times for kind, times in kinds.items() if not _is_told(kind[1], kind[2]))
    lines = [_warning(source, *kind, times) for kind, times in told_faults[:SHOWN_WARNINGS]]
    if repaired:
        lines.append(
            source.say(
                "Notation put right in {n} cell, such as a decimal comma.",
                "Notation put right in {n} cells, such as a decimal comma.",
                n=repaired,
            )
        )
    if len(told_faults) > SHOWN_WARNINGS:
        more = len(told_faults) - SHOWN_WARNINGS
        lines.append(
            source.say(
                "And {n} more kind; ‘toptaak check’ shows them all.",
                "And {n} more kinds; ‘toptaak check’ shows them all.",
                n=more,
            )
        )
    return [Heading(3, source.say("Warnings")), Items(lines)]


def _is_told(code: str, severity: Severity) -> bool:
    return severity is not Severity.REPAIRED or code in TOLD_REPAIRS


def _warning(source: Source, file: str, code: str, severity: Severity, expected: str, times: int) -> str:
    done = source.say(SEVERITIES[severity])
    return source.say(
        "{file}: {times} × {done}. Expected: {expected} ({code}).",
        file=file, times=source.say.number(times), done=done, expected=expected, code=code,
    )  # fmt: skip


def rules(source: Source) -> list[str]:
    """Say how to read the numbers."""
    say = source.say
    level = source.say.percent(source.settings.confidence, 0)
    return [
        say(
            "Every number has a margin. If we measured again, {level} of such margins would hold the true value.",
            level=level,
        ),
        say("We call something better or worse only if the margin of the difference says so."),
        say(
            "Fewer than {minimum} observations: the number is not shown, to protect people. Neither is a share with "
            "fewer than {side} people on one side, nor a number from which such a small group would follow.",
            minimum=source.settings.minimum_n,
            side=limits_of(source.settings).side,
        ),
        say("‘Not measurable’ means that the data cannot tell. It never means zero."),
    ]


def rules_of_quarter(source: Source) -> list[str]:
    """Say how to read the numbers, and what belongs to a quarter."""
    say = source.say
    kept = ", ".join(Quarter.parse(text).label(source.language) for text in source.kept_quarters)
    lines = [*rules(source), say("A case counts in the quarter in which it was completed.")]
    if kept:
        lines.append(
            say("The numbers of these quarters are shown as they were published then: {quarters}.", quarters=kept)
        )
    return lines


def _explained(source: Source) -> set[str]:
    """Name the measures that the quarterly report shows."""
    frame = source.by_quarter.frame
    used = {*source.kpis, *TASK_MEASURES, *CHANNEL_MEASURES, *JOURNEY_MEASURES}
    measured = set(frame.loc[is_observed(frame), "measure"]) & used
    return measured | ({"vote_share"} if source.league is not None else set())


def definitions(source: Source, names: Collection[str]) -> list[Block]:
    """Explain some measures, in the order of the catalogue."""
    say, shown = source.say, [entry for name, entry in CATALOGUE.items() if name in names]
    if not shown:
        return []
    columns = [Column(say("Measure")), Column(say("Meaning")), Column(say("Source"))]
    rows = [(say(entry.label), say(entry.definition), say(entry.source)) for entry in shown]
    return [Table(say("What the measures mean"), columns, rows, reference=True)]


def results(source: Source) -> Results:
    """Hand over every number of the report, for the file `results.csv`."""
    quarter = str(source.quarter)
    parts = [source.by_quarter, source.by_channel, source.by_task]
    if source.league is not None:
        parts.append(source.league)
    return hand_over([rows for rows in parts if len(rows)], source.municipality.code, quarter)
