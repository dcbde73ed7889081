"""A mapping proposed for an export: who answered when, which tasks they picked, and what only a person can decide."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from toptaak.core.settings import Settings
from toptaak.core.wording import Message, message
from toptaak.intake.codes import masked
from toptaak.intake.files import mapping_files, sources
from toptaak.intake.gather import folded
from toptaak.intake.mapping import UNDECIDED, TableMapping
from toptaak.intake.pipeline import read_mappings, take_in
from toptaak.intake.platforms.ballot_size import ballot_sizes, size_remarks
from toptaak.intake.platforms.date_order import month_first
from toptaak.intake.platforms.display_order import is_display_order, shown_tasks
from toptaak.intake.platforms.layouts import LAYOUTS, PLATFORM_NAMES
from toptaak.intake.platforms.picks import (
    TASK_LIST,
    Tasks,
    gathering,
    mergeable,
    option_codes,
    slug,
)
from toptaak.intake.platforms.respondents import WHEN, about_whom, who
from toptaak.intake.platforms.spss_sets import is_burgerpeiling, open_sav, propose_burgerpeiling
from toptaak.intake.platforms.survey_export import Export, open_export
from toptaak.intake.platforms.survey_questions import OPTIONS_KNOWN, Question, Shape
from toptaak.intake.readers import SPSS, ending

_FEWEST_OPTIONS: Final = 5  # a question with fewer options is no vote on tasks
_NAMED: Final = 12  # columns that are left out and named
_DONE: Final = frozenset({"1", "true", "waar", "yes", "ja"})
_TRIALS: Final = frozenset({"1", "2", "8", "9", "12", "17", "40", "survey preview", "survey test", "spam"})


@dataclass(frozen=True)
class Proposal:
    """A proposed mapping.

    Attributes
    ----------
    platform
        Of which platform the export is.
    entries
        Its tables.
    remarks
        What to know about it, for the top of the file.
    comments
        What a column of theirs is, where its name does not tell.
    tasks
        Where there was no task list: code = name of each task, made of the answers.
    doubts
        Why a person has to decide, by the key of the mapping: `units.talk_s`, `values.channel.Mail`, `dates`.
    settings
        Settings that a person has to decide before the file passes: `max_picks`.
    """

    platform: str
    entries: tuple[TableMapping, ...]
    remarks: tuple[Message, ...]
    comments: Mapping[str, str]
    tasks: Mapping[str, str] = field(default_factory=dict)
    doubts: Mapping[str, Message] = field(default_factory=dict)
    settings: tuple[str, ...] = ()

    @property
    def question_marks(self) -> int:
        """Count the places in the mapping where a person has to decide."""
        return sum(_open_ends(entry) for entry in self.entries)

    @property
    def undecided(self) -> int:
        """Count all that a person has to decide, in the mapping and in the settings."""
        return self.question_marks + len(self.settings)


def tasks_beside(folder: Path) -> Tasks:
    """Read the task list of a data folder; empty where it has none."""
    known, _ = read_mappings(mapping_files(folder))
    inputs, _ = sources(folder, known)
    lists = [
        replace(source, entries=tuple(entry for entry in source.entries if entry.name == "tasks"))
        for source in inputs
        if (source.own and source.own.name == "tasks") or any(entry.name == "tasks" for entry in source.entries)
    ]
    return Tasks.of(take_in(lists, Settings(), alone=True).tables.get("tasks"))


def propose(path: Path, tasks: Tasks, max_picks: int = Settings().max_picks) -> Proposal | None:
    """Propose a mapping for an export.

    Parameters
    ----------
    path
        The export.
    tasks
        The task list that its answers are compared with.
    max_picks
        How many tasks a ballot may name; that some name more is said in the remarks.

    Returns
    -------
    Proposal or None
        None where the file is of no known platform.

    Raises
    ------
    InputRefused
        where the export cannot be read as its platform makes it.
    """
    if ending(path.name) in SPSS:
        export = open_sav(path, tasks.labels)
        if is_burgerpeiling(export):
            entries, comments = propose_burgerpeiling(export)
            remarks = (_first_remark(export), message("The format is that of the Burgerpeiling of VNG."))
            return with_open_ends(Proposal("spss", entries, remarks, comments))
    else:
        opened = open_export(path, tasks.labels)
        if opened is None:
            return None
        export = opened
    return of_export(export, tasks, max_picks)


def of_export(export: Export, tasks: Tasks, max_picks: int) -> Proposal:
    """Propose a mapping for an export that is open, or for a sheet of one's own that is seen as one."""
    shared = _shared(export)
    asked = who(export)
    entries = [_entry("respondents", export, shared, asked | about_whom(export))]
    remarks = [_first_remark(export)]
    made: Mapping[str, str] = {}
    ballots = _ballots(export)
    ballot = max(
        ballots,
        key=lambda question: (tasks.known(question.options), not question.own, len(question.options)),
        default=None,
    )
    if ballot is None or not (tasks.known(ballot.options) or len(ballot.options) + ballot.own >= _FEWEST_OPTIONS):
        remarks.append(message("No question looks like a vote on tasks: only the respondents are mapped."))
    else:
        of_voter = {name: column for name, column in asked.items() if name in ("respondent", "municipality")}
        picks = gathering(ballot, tasks)
        entries.append(_entry("ballots", export, shared, of_voter, **picks))
        if offered := shown_tasks(export, ballot, tasks):
            entries.append(_entry("offered", export, shared, of_voter, **offered))
        remarks += _ballot_remarks(ballot, ballots, tasks)
        remarks += size_remarks(ballot_sizes(export.cells, picks), max_picks)
        codes = {} if tasks else option_codes(ballot.options, tasks)
        made = {code: option for option, code in codes.items() if code and not code.startswith(UNDECIDED)}
    remarks += _left_out_remarks(export) + _date_remarks(shared)
    return with_open_ends(Proposal(export.platform, tuple(entries), tuple(remarks), export.labels, made))


def _ballots(export: Export) -> list[Question]:
    """List the questions that may be a vote on tasks."""
    asked = [
        question for question in export.questions if question.shape in OPTIONS_KNOWN and not is_display_order(question)
    ]
    return mergeable(asked, export.cells)


def _left_out_remarks(export: Export) -> list[Message]:
    remarks = []
    if export.left_out:
        names = "; ".join(masked(name).strip("'") for name in export.left_out[:_NAMED])
        n = len(export.left_out)
        remarks.append(message("Left out, as they may hold personal data: {n} columns. {names}", n=n, names=names))
    if export.doubles:
        n = export.doubles
        remarks.append(message("Left out, as their names stand in the file twice: {n} columns.", n=n))
    return remarks


def _date_remarks(shared: Mapping[str, Any]) -> list[Message]:
    if "dates" not in shared:
        return []
    return [message("Dates are read with the month first: 9/1/2026 is 1 September. Is that right?")]


def with_open_ends(proposal: Proposal) -> Proposal:
    """Say at the end whether there is something to decide."""
    remark = message("Replace every question mark; behind it stands what it looks like.")
    others = tuple(other for other in proposal.remarks if other != remark)
    return replace(proposal, remarks=(*others, remark) if proposal.question_marks else others)


def _first_remark(export: Export) -> Message:
    if export.platform not in PLATFORM_NAMES:
        return message("Proposal for {file}: read it and change it.", file=export.file)
    name = PLATFORM_NAMES[export.platform]
    return message(
        "Proposal for {file}, an export of {platform}: read it and change it.", file=export.file, platform=name
    )


def _ballot_remarks(ballot: Question, ballots: Sequence[Question], tasks: Tasks) -> list[Message]:
    remarks = [message("Taken for the vote on tasks: {question}", question=ballot.text or ballot.code)]
    others = dict.fromkeys(
        f"{question.code}. {question.text}" if question.text == ballot.text else question.text or question.code
        for question in ballots
        if question is not ballot and len(question.options) >= _FEWEST_OPTIONS
    )
    if others:
        remarks.append(message("Also with several answers: {questions}", questions="; ".join(others)))
    if ballot.own:
        remarks.append(message("Answers in somebody's own words were left out: {n}.", n=ballot.own))
    if ballot.joined and not tasks:
        joined = "; ".join(ballot.joined)
        remarks.append(
            message(
                "Taken for one answer with a comma in it, as its parts never stand apart: {options}", options=joined
            )
        )
    if ballot.shape is Shape.RANKS and not ballot.ordered:
        remarks.append(
            message(
                "The order of the columns is not taken for a ranking. Is it one? Then add, under gather: "
                'order = "position" and ordered = true.'
            )
        )
    if not tasks:
        remarks.append(message("There was no task list in the folder: {file} was made of the answers.", file=TASK_LIST))
    return remarks


def _entry(
    name: str, export: Export, shared: Mapping[str, Any], columns: Mapping[str, Any], **more: Any
) -> TableMapping:
    """Make a table; what it must have and no column tells is left to a person."""
    constants = {"survey": slug(export.file.split(".")[0])}
    if name == "respondents":
        constants |= {column: UNDECIDED for column in ("municipality", "date") if column not in columns}
    files = (re.sub(r"[\[\]*?]", "?", export.file),)
    platform = export.platform if export.platform in LAYOUTS else None
    content = {
        "name": name,
        "files": files,
        "sheet": export.sheet,
        "platform": platform,
        "constants": constants,
        "columns": columns,
    }
    return TableMapping.model_validate({**content, **shared, **more})


def _shared(export: Export) -> dict[str, Any]:
    """Say which rows count, and how dates are written."""
    there = export.filling_in
    shared: dict[str, Any] = {}
    if "submitdate" in there:
        shared["filled"] = (there["submitdate"],)
    where: dict[str, tuple[str, ...]] = {}
    for code, keeps in (("finished", _finished), ("status", _no_trial)):
        cells_by_code = (
            sorted({" ".join(str(cell).split()) for cell in export.cells[there[code]].unique() if folded(cell)})
            if code in there
            else []
        )
        kept = tuple(cells for cells in cells_by_code if keeps(cells))
        if kept and len(kept) < len(cells_by_code):
            where[there[code]] = kept
    if where:
        shared["where"] = where
    days = [folded(cell) for code in WHEN if code in there for cell in export.cells[there[code]].unique()]
    if month_first(export.platform, days):
        shared["dates"] = "month first"
    return shared


def _finished(cell: str) -> bool:
    return folded(cell) in _DONE


def _no_trial(cell: str) -> bool:
    return folded(cell) not in _TRIALS


def _open_ends(entry: TableMapping) -> int:
    options = entry.gather.from_ if entry.gather and isinstance(entry.gather.from_, dict) else {}
    said = [
        entry.dates,
        *entry.constants.values(),
        *entry.units.values(),
        *options.values(),
        *(word for words in entry.words.values() for word in words.values()),
    ]
    return sum(isinstance(words, str) and words.startswith(UNDECIDED) for words in said)
