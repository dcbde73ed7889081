"""A mapping proposed for any file: a survey export, a log, totals, a task list, a sheet of one's own.

What is sure is written; what is not, is written as a question with its reason; what is left out is named. Before a
table of a log is proposed it is read as `check` reads it, so that what is written without a question passes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from toptaak.check.log_proposals import NOT_USED, LogProposal, propose_log
from toptaak.check.plain_survey import open_plain_survey
from toptaak.check.sheets import Sheet, open_sheets
from toptaak.check.task_lists import propose_task_list
from toptaak.core.errors import InputRefused, ToptaakError
from toptaak.core.faults import Fault, stopping
from toptaak.core.municipalities import fictional_code
from toptaak.core.settings import Settings, load_settings
from toptaak.core.wording import Message, message
from toptaak.intake.columns import Kind
from toptaak.intake.files import InputFile
from toptaak.intake.mapping import UNDECIDED, TableMapping, variants
from toptaak.intake.mapping_sheet import mapping_workbook
from toptaak.intake.pipeline import Intake, take_in
from toptaak.intake.platforms.picks import TASK_LIST, Tasks, write_task_list
from toptaak.intake.platforms.propose import Proposal, of_export, propose, tasks_beside, with_open_ends
from toptaak.intake.platforms.toml import as_toml
from toptaak.intake.platforms.web_statistics import read_web_lists
from toptaak.intake.readers import SPSS, ending

_FURNITURE: Final = frozenset({"TT-033", "TT-034"})  # totals and headers among the rows
_MOST_ASIDE: Final = 0.02  # share of the rows of a log that may be set aside
_TWICE: Final = "TT-070"
_LARGE_BALLOTS: Final = "TT-818"  # the remarks say how many and how large
_STAND_INS: Final[Mapping[Kind, str]] = {
    Kind.MUNICIPALITY: fictional_code(1), Kind.DATE: "2026-01-01", Kind.TIME: "2026-01-01", Kind.INTEGER: "1"
}  # fmt: skip


@dataclass
class _Draft:
    """What is proposed so far."""

    entries: list[TableMapping] = field(default_factory=list)
    remarks: list[Message] = field(default_factory=list)
    doubts: dict[str, Message] = field(default_factory=dict)
    tasks: dict[str, str] = field(default_factory=dict)
    refusals: list[Fault] = field(default_factory=list)


def write_proposal(path: Path, target: Path, language: str, municipality: str = "") -> Proposal:
    """Propose a mapping for a file and write it as TOML or as a workbook.

    Tasks are taken from the table `tasks` in the folder of the file. Where a survey has none, `tasks.csv` is made of
    the answers.

    Parameters
    ----------
    path
        The file.
    target
        The `.toml` to write, or the `.xlsx` to fill in; an existing one is never overwritten.
    language
        Of the remarks in it.
    municipality
        Code or name, where no column tells it.

    Raises
    ------
    InputRefused
        where the file cannot be read.
    ToptaakError
        where no sheet is a table that we know, or `target` exists.
    """
    if target.exists():
        raise ToptaakError(message("{path} exists: choose another name.", path=target.name))
    proposal = propose_file(path, municipality)
    target.parent.mkdir(parents=True, exist_ok=True)
    text = proposal_text(proposal, language)
    in_sheet = target.suffix.lower() == ".xlsx"
    target.write_bytes(mapping_workbook(text, language) if in_sheet else text.encode())
    if proposal.tasks:
        write_task_list(proposal.tasks, path.parent / TASK_LIST)
    return proposal


def propose_file(path: Path, municipality: str = "") -> Proposal:
    """Propose a mapping for a file; nothing is written.

    Raises
    ------
    InputRefused, ToptaakError
        as for `write_proposal`.
    """
    if not path.is_file() or ending(path.name) is None:
        raise ToptaakError(
            message("{path} is no file that can be read: give a CSV, Excel or SPSS file.", path=path.name)
        )
    settings = load_settings(path.parent)
    tasks = tasks_beside(path.parent)
    of_platform = propose(path, tasks, settings.max_picks)
    proposal = _read_back(of_platform, path, settings) if of_platform else _of_sheets(path, tasks, settings)
    return _in_municipality(proposal, municipality) if municipality else proposal


def with_answers(proposal: Proposal, answers: Mapping[str, str]) -> Proposal:
    """Answer what a proposal leaves open, each by its key: `municipality`, `units.talk_s`, `values.channel.Mail`.

    Raises
    ------
    ToptaakError
        for a key that asks nothing, with those that do.
    """
    asked = open_keys(proposal)
    if strange := answers.keys() - {*asked}:
        text = "Nothing is asked under {keys}. Asked: {asked}."
        raise ToptaakError(message(text, keys=", ".join(sorted(strange)), asked=", ".join(asked) or "–"))
    entries = tuple(_answered(entry, answers) for entry in proposal.entries)
    return with_open_ends(replace(proposal, entries=entries))


def open_keys(proposal: Proposal) -> dict[str, str]:
    """Give the keys under which a person has to decide, each with what it may be.

    Examples
    --------
    >>> entry = TableMapping(name="contacts", files=("a.csv",), constants={"municipality": "?"})
    >>> open_keys(Proposal("sheet", (entry,), (), {}))
    {'municipality': ''}
    """
    leaves = {key: value for entry in proposal.entries for key, value in _leaves(entry)}
    return {key: value.removeprefix(UNDECIDED).strip() for key, value in leaves.items() if value.startswith(UNDECIDED)}


def _leaves(entry: TableMapping) -> Iterator[tuple[str, str]]:
    yield "dates", entry.dates
    yield from ((name, str(value)) for name, value in entry.constants.items())
    yield from ((f"units.{name}", unit) for name, unit in entry.units.items())
    for name, said in entry.words.items():
        yield from ((f"values.{name}.{theirs}", ours) for theirs, ours in said.items())
    if entry.gather and isinstance(entry.gather.from_, dict):
        yield from entry.gather.from_.items()


def _answered(entry: TableMapping, answers: Mapping[str, str]) -> TableMapping:
    words = {
        name: {theirs: answers.get(f"values.{name}.{theirs}", ours) for theirs, ours in said.items()}
        for name, said in entry.words.items()
    }
    gather = entry.gather
    if gather and isinstance(gather.from_, dict):
        gather = gather.model_copy(
            update={"from_": {key: answers.get(key, said) for key, said in gather.from_.items()}}
        )
    changed = {
        "dates": answers.get("dates", entry.dates),
        "constants": {name: answers.get(name, value) for name, value in entry.constants.items()},
        "units": {name: answers.get(f"units.{name}", unit) for name, unit in entry.units.items()},
        "words": words,
        "gather": gather,
    }
    return entry.model_copy(update=changed)


def proposal_text(proposal: Proposal, language: str) -> str:
    """Write a proposal as the text of a mapping, with its remarks and reasons."""
    remarks = [remark.say(language) for remark in proposal.remarks]
    reasons = {key: reason.say(language) for key, reason in proposal.doubts.items()}
    return as_toml(proposal.entries, remarks, {**proposal.comments, **reasons})


def _in_municipality(proposal: Proposal, municipality: str) -> Proposal:
    """Put the municipality where only that was open."""
    entries = tuple(
        entry.model_copy(update={"constants": entry.constants | {"municipality": municipality}})
        if entry.constants.get("municipality") == UNDECIDED
        else entry
        for entry in proposal.entries
    )
    return with_open_ends(replace(proposal, entries=entries))


def _of_sheets(path: Path, tasks: Tasks, settings: Settings) -> Proposal:
    sheets = open_sheets(path, tasks.labels)
    if len(sheets) == 1:
        sheets = [replace(sheets[0], name=None)]
    draft = _Draft([], [message("Proposal for {file}: read it and change it.", file=path.name)])
    for sheet in sheets:
        _add(draft, sheet, path, tasks, settings)
    if not draft.entries:
        raise _refusal(path, draft)
    proposal = Proposal("sheet", tuple(draft.entries), tuple(draft.remarks), {}, draft.tasks, draft.doubts)
    return with_open_ends(proposal)


def _add(draft: _Draft, sheet: Sheet, path: Path, tasks: Tasks, settings: Settings) -> None:
    """Add what a sheet holds to a proposal."""
    if sheet.name:
        draft.remarks.append(message("Sheet {name}:", name=sheet.name))
    log = propose_log(sheet, tasks)
    # a sheet with marks may hold a vote as well
    survey = open_plain_survey(sheet, tasks) if log is None or log.entry.name == "ratings" else None
    if log is not None:
        if survey is not None:
            log.remarks = [remark for remark in log.remarks if remark.text != NOT_USED]
        _add_log(draft, log, path, settings)
    if survey is not None:
        proposal = _read_back(of_export(survey, tasks, settings.max_picks), path, settings)
        draft.entries += proposal.entries
        draft.remarks += proposal.remarks[1:]
        used = {theirs for entry in draft.entries for theirs in entry.theirs}
        if loose := [str(head) for head in sheet.cells if head not in used]:
            draft.remarks.append(message(NOT_USED, names="; ".join(loose)))
        draft.tasks.update(proposal.tasks)
    elif log is not None:
        return
    elif (task_list := propose_task_list(sheet)) is not None:
        draft.entries.append(task_list)
        draft.remarks.append(message("Taken for a task list: {n} tasks.", n=len(sheet.cells)))
    else:
        draft.remarks.append(message("No table that we know: {names}.", names="; ".join(map(str, sheet.cells))))


def _read_back(proposal: Proposal, path: Path, settings: Settings) -> Proposal:
    """Read a survey by its proposal as `check` does: drop what would be refused, and name what a person has to mend."""
    if not stopping(_taken(proposal.entries, path, settings).faults):
        return proposal
    entries, remarks = [], []
    for entry in proposal.entries:
        kept, dropped, _ = _passing(entry, path, settings)
        entries.append(kept)
        text = "Left out, as it would be refused ({codes}): {column}."
        remarks += [message(text, codes=codes, column=name) for name, codes in dropped.items()]
    stops = stopping(_taken(entries, path, settings).faults)
    open_settings = ("max_picks",) if any(fault.code == _LARGE_BALLOTS for fault in stops) else ()
    remarks += [
        message("Decide {name} in settings.toml: until then check refuses this file.", name=name)
        for name in open_settings
    ]
    refusals = [fault for fault in stops if fault.code != _LARGE_BALLOTS]
    if refusals:
        faults = "; ".join(dict.fromkeys(_shown(fault) for fault in refusals))
        remarks.append(message("Check refuses the file as it is: {faults}", faults=faults))
    return replace(proposal, entries=tuple(entries), remarks=(*proposal.remarks, *remarks), settings=open_settings)


def _shown(fault: Fault) -> str:
    return f"{fault.code} {fault.column}" if fault.column else fault.code


def _add_log(draft: _Draft, log: LogProposal, path: Path, settings: Settings) -> None:
    entry, dropped, refusals = _passing(log.entry, path, settings)
    if refusals:
        draft.refusals += refusals
        draft.remarks.append(message("Not proposed, as it would be refused: {codes}.", codes=_codes(refusals)))
        return
    draft.entries.append(entry)
    draft.remarks.append(message("Taken for the table {table}.", table=entry.name))
    for name, codes in dropped.items():
        draft.remarks.append(message("Left out, as it would be refused ({codes}): {column}.", codes=codes, column=name))
    draft.remarks += log.remarks
    open_keys = (
        "gather.from.",
        *(f"{section}.{ours}" for section in ("units", "values") for ours in entry.columns),
    )
    draft.doubts |= {
        doubt.key: doubt.reason for doubt in log.doubts if doubt.key == "dates" or doubt.key.startswith(open_keys)
    }


def _passing(entry: TableMapping, path: Path, settings: Settings) -> tuple[TableMapping, dict[str, str], list[Fault]]:
    """Read a file by a mapping as `check` does, and drop columns that a table can do without until it passes."""
    dropped: dict[str, str] = {}
    refusals = _refusals([entry], path, settings)
    while refusals:
        name = _to_drop(entry, refusals, path, settings)
        if name is None:
            break
        dropped[" + ".join(variants(entry.columns[name]))] = _codes(refusals)
        entry = _without(entry, name)
        refusals = _refusals([entry], path, settings)
    return entry, dropped, refusals


def _codes(refusals: Sequence[Fault]) -> str:
    return ", ".join(dict.fromkeys(fault.code for fault in refusals))


def _refusals(entries: Sequence[TableMapping], path: Path, settings: Settings) -> list[Fault]:
    intake = _taken(entries, path, settings)
    gone = [code for account in intake.accounts for _, code in account.set_aside if code not in _FURNITURE]
    many = len(gone) > _MOST_ASIDE * sum(account.rows_read for account in intake.accounts)
    return stopping(intake.faults) or [fault for fault in intake.faults if many and fault.code in gone]


def _taken(entries: Sequence[TableMapping], path: Path, settings: Settings) -> Intake:
    source = InputFile(path, path.name, None, tuple(_decided(entry) for entry in entries))
    return take_in([source], settings, alone=True)


def _to_drop(entry: TableMapping, refusals: Sequence[Fault], path: Path, settings: Settings) -> str | None:
    """Choose a column that a table can do without: one that a fault names, else one without which it passes."""
    loose = [name for name in entry.columns if not _needed(entry, name)]
    blamed = {fault.column for fault in refusals}
    named = [name for name in loose if {name, ", ".join(variants(entry.columns[name]))} & blamed]
    if named:
        return named[0]
    return next((name for name in loose[::-1] if not _refusals([_without(entry, name)], path, settings)), None)


def _needed(entry: TableMapping, name: str) -> bool:
    column = entry.table.column(name)
    starts = {"started_at", "ticket_at", "called_at"} & entry.columns.keys()
    return column is None or column.required or starts == {name}


def _without(entry: TableMapping, name: str) -> TableMapping:
    columns = {ours: theirs for ours, theirs in entry.columns.items() if ours != name}
    words = {ours: said for ours, said in entry.words.items() if ours != name}
    units = {ours: unit for ours, unit in entry.units.items() if ours != name}
    return entry.model_copy(update={"columns": columns, "words": words, "units": units})


def _decided(entry: TableMapping) -> TableMapping:
    """Put something in every open place, so that all else can be read."""
    words = {
        ours: {theirs: "" if meaning.startswith(UNDECIDED) else meaning for theirs, meaning in said.items()}
        for ours, said in entry.words.items()
    }
    constants = {
        name: _stand_in(entry, name) if str(value).startswith(UNDECIDED) else value
        for name, value in entry.constants.items()
    }
    bare: dict[str, Any] = {ours: unit.removeprefix(UNDECIDED).strip() for ours, unit in entry.units.items()}
    dates = entry.dates.removeprefix(UNDECIDED).strip()
    return entry.model_copy(update={"words": words, "constants": constants, "units": bare, "dates": dates})


def _stand_in(entry: TableMapping, name: str) -> str:
    column = entry.table.column(name)
    return _STAND_INS.get(column.kind, "x") if column else "x"


def _refusal(path: Path, draft: _Draft) -> Exception:
    """Say why nothing is proposed: what a table lacks, or which command reads such a list."""
    if {fault.code for fault in draft.refusals} == {_TWICE}:
        text = (
            "{path} has several rows of one day and queue, and no column with the hour that tells them apart. Export "
            "per day or per hour, not per half hour."
        )
        return ToptaakError(message(text, path=path.name))
    if draft.refusals:
        return InputRefused(draft.refusals)
    if ending(path.name) not in SPSS and any(_web_lists(path)):
        text = "{path} is a list of pages, search terms or topics. Read it with: toptaak channels {path}"
        return ToptaakError(message(text, path=path.name))
    text = (
        "{path} is no table that we know. A log has a column with a date and one with a channel, a topic or a "
        "duration; a survey has a column per task or per choice. docs/eigen-gegevens.md shows how each looks."
    )
    return ToptaakError(message(text, path=path.name))


def _web_lists(path: Path) -> Iterator[object]:
    try:
        yield from read_web_lists(path)
    except InputRefused:
        return
