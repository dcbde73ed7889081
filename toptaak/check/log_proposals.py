"""A mapping proposed for a log: contacts, cases, steps of cases, totals per day or hour, in a sheet of any system."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, Final

import pandas as pd

from toptaak.check.column_fit import Doubt, Fit, are_clocks, dates_of, filled, fit, has_times
from toptaak.check.head_words import (
    CLOCK_HEADS,
    DIRECTION_HEADS,
    END_CLOCK_HEADS,
    HEADS,
    INBOUND,
    OUTBOUND,
    head_word,
)
from toptaak.check.score_columns import asked_of, score_columns
from toptaak.check.sheets import Sheet
from toptaak.core.wording import Message, message
from toptaak.intake.columns import ContractColumn, Kind
from toptaak.intake.mapping import UNDECIDED, TableMapping
from toptaak.intake.parsed import Options
from toptaak.intake.platforms.picks import Tasks
from toptaak.intake.readers.raw import plain, spaced
from toptaak.intake.tables import TABLES

_MOMENTS: Final = (Kind.DATE, Kind.TIME)
_MOST_TOPICS: Final = 400
_NAMED: Final = 12
_MUCH_ALIKE: Final = 0.7
# of a table: columns of ours that must be there, and of which at least one must be
_SIGNS: Final[Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "service_totals": (("date", "offered"), ("answered", "abandoned", "wait_s_mean", "talk_s_mean", "within_norm")),
    "steps": (("case", "step", "at"), ("case",)),
    "cases": (("case", "opened_at"), ("closed_at", "due_at", "status", "outcome")),
    "ratings": (("date",), ("date",)),
    "contacts": ((), ("wait_s", "talk_s", "answered", "channel", "kind", "ended_at", "topic", "case", "called_at")),
}
_OF_A_LOG: Final = frozenset(
    {"wait_s", "talk_s", "hold_s", "wrap_s", "answered", "resolved", "ended_at", "called_at", "ticket_at", "case"}
)
_CALLS: Final = frozenset({"wait_s", "talk_s", "wrap_s", "hold_s"})  # a case does not last as a call does
NOT_USED: Final = "Not used: {names}."
_GATHERED: Final = frozenset({"question", "score"})
_AT_A_DESK: Final = frozenset({"bezoekers", "klanten", "geholpen", "loket"})
_STARTS: Final = ("started_at", "ticket_at", "called_at")


@dataclass
class LogProposal:
    """A table proposed for a sheet: its mapping, what a person decides, what to know."""

    entry: TableMapping
    doubts: list[Doubt] = field(default_factory=list)
    remarks: list[Message] = field(default_factory=list)


@dataclass(frozen=True)
class _Columns:
    """Columns of theirs by column of ours, with what the mapping says of each."""

    theirs: dict[str, Any]
    fits: dict[str, Fit]


def propose_log(sheet: Sheet, tasks: Tasks) -> LogProposal | None:
    """Propose a mapping for a sheet; None where it is no log that we know.

    Parameters
    ----------
    sheet
        The sheet.
    tasks
        The task list with which topics are compared.
    """
    for name in HEADS:
        columns = _matched(name, sheet)
        if _is_table(name, columns, sheet):
            return _proposal(name, columns, sheet, tasks)
    return None


def _matched(name: str, sheet: Sheet) -> _Columns:
    """Find for each column of ours the column of theirs that its head and its cells fit best."""
    order, _ = dates_of(_days(name, sheet))
    options = Options(month_first="month" in order, serial_days=sheet.serial_days)
    theirs: dict[str, Any] = {}
    fits: dict[str, Fit] = {}
    for ours, heads in HEADS[name].items():
        column = TABLES[name].column(ours)
        assert column is not None
        for head in _with_heads((head_word(ours), *heads), sheet):
            if head in theirs.values():
                continue
            judged = _fit(column, head, sheet, options)
            if judged.good:
                theirs[ours], fits[ours] = head, judged
                break
    return _Columns(theirs, fits)


def _fit(column: ContractColumn, head: str, sheet: Sheet, options: Options) -> Fit:
    cells = sheet.cells[head]
    if column.kind in _MOMENTS and are_clocks(cells):
        return Fit(0.0)
    return fit(column, head, cells, options)


def _with_heads(heads: Sequence[str], sheet: Sheet) -> Iterator[str]:
    """Give the columns of a sheet with one of some heads, the most telling first."""
    spelled = {str(head): head_word(str(head)) for head in sheet.cells}
    for word in heads:
        yield from (head for head, folded_head in spelled.items() if folded_head == word)


def _days(name: str, sheet: Sheet) -> dict[str, pd.Series]:
    """Give the columns that may hold the days of a table."""
    moments = [column.name for column in TABLES[name].columns if column.kind in _MOMENTS]
    heads = {head for ours in moments for head in _with_heads(HEADS[name].get(ours, ()), sheet)}
    return {head: sheet.cells[head] for head in sorted(heads)}


def _is_table(name: str, columns: _Columns, sheet: Sheet) -> bool:
    needed, some = _SIGNS[name]
    there = columns.theirs.keys()
    if not (there >= {*needed} and there & {*some}):
        return False
    if name == "contacts":
        return bool(there & {*_STARTS})
    if name == "ratings":
        of_log = _OF_A_LOG & _matched("contacts", sheet).theirs.keys()
        return bool(score_columns(sheet, {*columns.theirs.values()})) and not of_log
    if name == "cases" and _CALLS & _matched("contacts", sheet).theirs.keys():
        return False
    if name in ("steps", "cases"):
        repeated = bool(filled(sheet.cells[columns.theirs["case"]]).duplicated().any())
        return repeated == (name == "steps")
    return True


def _proposal(name: str, columns: _Columns, sheet: Sheet, tasks: Tasks) -> LogProposal:
    theirs, words = dict(columns.theirs), {ours: dict(judged.words) for ours, judged in columns.fits.items()}
    units = _units(columns)
    doubts = [
        doubt
        for ours, judged in columns.fits.items()
        for doubt in judged.doubts
        if ours not in units or units[ours].startswith(UNDECIDED)
    ]
    order, of_order = dates_of({head: sheet.cells[head] for head in theirs.values()})
    remarks = list(_joined_times(name, theirs, sheet))
    if name in ("contacts", "cases") and "topic" in theirs and tasks:
        words["task_id"], asked, told_of = _topics(sheet.cells[theirs["topic"]], tasks)
        theirs["task_id"] = theirs["topic"]
        doubts += asked
        remarks += told_of
    gather = {}
    if name == "ratings":
        told_of, asked = _tasks_of_ratings(theirs, words, sheet, tasks)
        questions, of_questions = asked_of(score_columns(sheet, {*theirs.values()}))
        gather = {"gather": {"into": "score", "by": "question", "from": questions}}
        doubts += [*asked, *of_questions]
        remarks += told_of
    where, told_where = _inbound(sheet) if name == "contacts" else ({}, [])
    entry = TableMapping.model_validate(
        {
            "name": name,
            "files": (re.sub(r"[\[\]*?]", "?", sheet.file),),
            "sheet": sheet.name,
            "constants": _constants(name, theirs, sheet),
            "columns": {ours: theirs[ours] for ours in TABLES[name].names if ours in theirs},
            "values": {ours: said for ours, said in words.items() if said and ours in theirs},
            "where": where,
            **gather,
        }
    )
    remarks += told_where
    named = {ours: unit for ours, unit in units.items() if unit != "seconds"}
    entry = entry.model_copy(update={"units": named, "dates": order})
    return LogProposal(entry, [*doubts, *of_order], [*remarks, *_unused(sheet, theirs, {*where, *entry.theirs})])


def _tasks_of_ratings(
    theirs: dict[str, Any], words: dict[str, dict[str, str]], sheet: Sheet, tasks: Tasks
) -> tuple[list[Message], list[Doubt]]:
    """Tie the topic of each rating to a task; without a task list it cannot be tied."""
    if "task_id" not in theirs or not tasks:
        theirs.pop("task_id", None)
        return [], []
    words["task_id"], asked, told_of = _topics(sheet.cells[theirs["task_id"]], tasks)
    return told_of, asked


def _units(columns: _Columns) -> dict[str, str]:
    """Give the unit of each duration; what may be a unit is one where another column of the sheet is surely in it."""
    units = {ours: judged.unit for ours, judged in columns.fits.items() if judged.unit}
    sure = {unit for unit in units.values() if not unit.startswith(UNDECIDED)}
    likely = {ours: unit.removeprefix(UNDECIDED).strip() for ours, unit in units.items()}
    return {ours: likely[ours] if likely[ours] in sure else unit for ours, unit in units.items()}


def _constants(name: str, theirs: Mapping[str, Any], sheet: Sheet) -> dict[str, Any]:
    """Give what holds for the whole file: where no column tells it, a person does."""
    constants: dict[str, Any] = {
        column.name: UNDECIDED
        for column in TABLES[name].columns
        if (column.required and column.name not in _GATHERED)
        and column.name not in theirs
        and not {*column.instead} & theirs.keys()
    }
    calls = {"wait_s", "talk_s", "wrap_s", "hold_s", "wait_s_mean", "talk_s_mean"} & theirs.keys()
    if "channel" in TABLES[name].names and "channel" not in theirs and _is_desk(theirs):
        constants["channel"] = "desk"
    elif "channel" in TABLES[name].names and "channel" not in theirs and calls:
        constants["channel"] = "phone"
    return constants


def _is_desk(theirs: Mapping[str, Any]) -> bool:
    return "ticket_at" in theirs or bool(_AT_A_DESK & {head_word(str(head)) for head in theirs.values()})


def _joined_times(name: str, theirs: dict[str, Any], sheet: Sheet) -> Iterator[Message]:
    """Put a column with days and one with times together, for the start and for the end."""
    for ours, heads in (("started_at", CLOCK_HEADS), ("ended_at", END_CLOCK_HEADS), ("at", CLOCK_HEADS)):
        day = theirs.get(ours) or (theirs.get("started_at") if ours == "ended_at" else None)
        if TABLES[name].column(ours) is None or not isinstance(day, (str, tuple)):
            continue
        day = day if isinstance(day, str) else day[0]
        clock = next(
            (head for head in _with_heads(heads, sheet) if head != day and are_clocks(sheet.cells[head])), None
        )
        if clock is not None and not has_times(sheet.cells[day]):
            theirs[ours] = (day, clock)
            yield message("{columns} are read as one moment.", columns=f"{day} + {clock}")


def _topics(cells: pd.Series, tasks: Tasks) -> tuple[dict[str, str], list[Doubt], list[Message]]:
    """Tie the topics of a log to tasks: those named as a task surely, those like one as a question, others to none."""
    times = filled(cells).map(spaced).value_counts()
    words: dict[str, str] = {}
    doubts = []
    for topic in times.index[:_MOST_TOPICS]:
        code = tasks.code(topic)
        close = code.removeprefix(UNDECIDED).strip()
        label = _most_like(topic, [name for name, known in tasks.codes.items() if known == close])
        words[topic] = code if label or not code.startswith(UNDECIDED) else ""
        if code.startswith(UNDECIDED) and label:
            reason = message('Is this "{label}"? Write the code, or "" for no task.', label=label)
            doubts.append(Doubt(f"values.task_id.{topic}", reason))
    loose = [topic for topic, code in words.items() if not code]
    if not loose:
        return words, doubts, []
    named = "; ".join(f"{topic} ({times[topic]})" for topic in loose[:_NAMED])
    remark = message("Topics that belong to no task: {n}, largest first: {topics}.", n=len(loose), topics=named)
    return words, doubts, [remark]


def _most_like(topic: str, names: Sequence[str]) -> str:
    """Give the name that a topic is surely much like; empty where none is."""
    close = get_close_matches(plain(topic), [plain(name) for name in names], n=1, cutoff=_MUCH_ALIKE)
    return next((name for name in names if plain(name) in close), "")


def _inbound(sheet: Sheet) -> tuple[dict[str, tuple[str, ...]], list[Message]]:
    """Choose calls that came in, where a column tells their direction."""
    for head in _with_heads(DIRECTION_HEADS, sheet):
        said = sorted({spaced(cell) for cell in filled(sheet.cells[head])})
        chosen = tuple(text for text in said if plain(text) in INBOUND)
        if chosen and len(chosen) < len(said) and all(plain(text) in INBOUND | OUTBOUND for text in said):
            return {head: chosen}, [message("Only what came in counts: {column}.", column=head)]
    return {}, []


def _unused(sheet: Sheet, theirs: Mapping[str, Any], where: Collection[str]) -> list[Message]:
    """Name the columns that are not used, and those that are left out as they may say who somebody is."""
    used = {name for names in theirs.values() for name in ((names,) if isinstance(names, str) else names)} | {*where}
    loose = [str(head) for head in sheet.cells if head not in used]
    remarks = []
    if sheet.left_out:
        names = "; ".join(sheet.left_out[:_NAMED])
        n = len(sheet.left_out)
        remarks.append(message("Left out, as they may hold personal data: {n} columns. {names}", n=n, names=names))
    if sheet.doubles:
        n = len(sheet.doubles)
        remarks.append(message("Left out, as their names stand in the file twice: {n} columns.", n=n))
    if loose:
        remarks.append(message(NOT_USED, names="; ".join(loose[:_NAMED])))
    return remarks
