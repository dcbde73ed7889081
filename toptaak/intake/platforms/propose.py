"""A mapping proposed for an export: who answered when, which tasks they picked, and what only a person can decide."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import pandas as pd

from toptaak.core.errors import ToptaakError
from toptaak.core.settings import Settings
from toptaak.core.wording import Message, message
from toptaak.intake.files import mapping_files, sources
from toptaak.intake.gather import folded
from toptaak.intake.mapping import ROW, UNDECIDED, TableMapping
from toptaak.intake.pipeline import read_mappings, take_in
from toptaak.intake.places import place
from toptaak.intake.platforms.export import Export, may_be_personal, open_export
from toptaak.intake.platforms.layouts import PLATFORM_NAMES
from toptaak.intake.platforms.picks import Tasks, gathering, mergeable, shown_tasks, slug
from toptaak.intake.platforms.questions import Question, Shape
from toptaak.intake.platforms.spss import is_burgerpeiling, open_sav, propose_burgerpeiling
from toptaak.intake.platforms.toml import as_toml
from toptaak.intake.readers import SPSS, ending

_BALLOT_SHAPES: Final = frozenset({Shape.MARKS, Shape.TEXTS, Shape.PLACES, Shape.RANKS, Shape.LIST})
_FEWEST_OPTIONS: Final = 5  # a question with fewer options is no vote on tasks
_RESPONDENT: Final = ("id", "responseid", "respondentid", "respondent", "antwoordid")
_WHEN: Final = (
    *("submitdate", "recordeddate", "enddate", "datemodified", "completiontime", "tijdvanvoltooien", "timestamp"),
    *("tijdstempel", "datestamp", "startdate", "datecreated", "starttime", "begintijd"),
)
_DONE: Final = frozenset({"1", "true", "waar", "yes", "ja"})
_TRIALS: Final = frozenset({"1", "2", "8", "9", "12", "17", "40", "survey preview", "survey test", "spam"})
_SEGMENTS: Final = (
    ("age", r"leeftijd|\bage\b|hoe oud"),
    ("sex", r"geslacht|gender|\bsex\b"),
    ("district", r"\bwijk|stadsdeel|\bbuurt|district"),
    ("role", r"ondernemer|inwoner|namens wie|welke rol|citizen|entrepreneur"),
    ("education", r"opleiding|education|qualification"),
)
_SLASHES: Final = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.]\d{2,4}")


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
    """

    platform: str
    entries: tuple[TableMapping, ...]
    remarks: tuple[Message, ...]
    comments: Mapping[str, str]

    @property
    def undecided(self) -> int:
        """Count the places where a person has to decide."""
        return sum(_open_ends(entry) for entry in self.entries)


def write_proposal(path: Path, target: Path, language: str = "nl") -> Proposal:
    """Propose a mapping for an export and write it as TOML.

    Tasks are taken from the table `tasks` in the folder of the export, where there is one.

    Parameters
    ----------
    path
        The export.
    target
        The `.toml` to write; an existing one is never overwritten.
    language
        Of the remarks in it.

    Raises
    ------
    InputRefused
        where the export cannot be read as its platform makes it.
    ToptaakError
        where the file is of no known platform, or `target` exists.
    """
    if target.exists():
        raise ToptaakError(message("{path} exists: choose another name.", path=target.name).say(language))
    proposal = propose(path, tasks_beside(path.parent)) if path.is_file() else None
    if proposal is None:
        refusal = message("{path} is no export of a known survey platform.", path=path.name)
        raise ToptaakError(refusal.say(language))
    remarks = [one.say(language) for one in proposal.remarks]
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(as_toml(proposal.entries, remarks, proposal.comments), encoding="utf-8")
    return proposal


def tasks_beside(folder: Path) -> Tasks:
    """Read the task list of a data folder; empty where it has none."""
    known, _ = read_mappings(mapping_files(folder))
    found, _ = sources(folder, known)
    lists = [
        replace(one, entries=tuple(entry for entry in one.entries if entry.name == "tasks"))
        for one in found
        if (one.own and one.own.name == "tasks") or any(entry.name == "tasks" for entry in one.entries)
    ]
    return Tasks.of(take_in(lists, Settings(), alone=True).tables.get("tasks"))


def propose(path: Path, tasks: Tasks) -> Proposal | None:
    """Propose a mapping for an export.

    Parameters
    ----------
    path
        The export.
    tasks
        The task list that its answers are compared with.

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
        export = open_sav(path)
        if is_burgerpeiling(export):
            entries, comments = propose_burgerpeiling(export)
            remarks = (_first_remark(export), message("The format is that of the Burgerpeiling of VNG."))
            return Proposal("spss", entries, remarks, comments)
    else:
        opened = open_export(path, tasks.labels)
        if opened is None:
            return None
        export = opened
    return _of_export(export, tasks)


def _of_export(export: Export, tasks: Tasks) -> Proposal:
    shared = _shared(export)
    who = _who(export)
    entries = [_entry("respondents", export, shared, who | _about_whom(export))]
    remarks = [_first_remark(export)]
    ballots = mergeable([one for one in export.questions if one.shape in _BALLOT_SHAPES])
    ballot = max(ballots, key=lambda one: (tasks.known(one.options), len(one.options)), default=None)
    if ballot is None or not (tasks.known(ballot.options) or len(ballot.options) >= _FEWEST_OPTIONS):
        remarks.append(message("No question looks like a vote on tasks: only the respondents are mapped."))
    else:
        of_voter = {name: column for name, column in who.items() if name in ("respondent", "municipality")}
        picks = gathering(ballot, tasks)
        entries.append(_entry("ballots", export, shared, of_voter, **picks))
        if offered := shown_tasks(export.questions, ballot, tasks):
            entries.append(_entry("offered", export, shared, of_voter, **offered))
        remarks += _ballot_remarks(ballot, ballots, tasks)
    if export.left_out:
        remarks.append(message("Columns that may hold personal data and were left out: {n}.", n=export.left_out))
    proposal = Proposal(export.platform, tuple(entries), tuple(remarks), export.labels)
    if proposal.undecided:
        remarks.append(message("Replace every question mark; behind it stands what it looks like."))
    return replace(proposal, remarks=tuple(remarks))


def _first_remark(export: Export) -> Message:
    name = PLATFORM_NAMES[export.platform]
    return message(
        "Proposal for {file}, an export of {platform}: read it and change it.", file=export.file, platform=name
    )


def _ballot_remarks(ballot: Question, ballots: Sequence[Question], tasks: Tasks) -> list[Message]:
    remarks = [message("Taken for the vote on tasks: {question}", question=ballot.text or ballot.code)]
    others = dict.fromkeys(one.text or one.code for one in ballots if len(one.options) >= _FEWEST_OPTIONS)
    others.pop(ballot.text or ballot.code, None)
    if others:
        remarks.append(message("Also with several answers: {questions}", questions="; ".join(others)))
    if not tasks:
        remarks.append(message("There is no task list in the folder: the codes of tasks were made of the answers."))
    return remarks


def _entry(
    name: str, export: Export, shared: Mapping[str, Any], columns: Mapping[str, Any], **more: Any
) -> TableMapping:
    """Make a table; what it must have and no column tells is left to a person."""
    constants = {"survey": slug(Path(export.file).stem)}
    if name == "respondents":
        constants |= {one: UNDECIDED for one in ("municipality", "date") if one not in columns}
    files = (re.sub(r"[\[\]*?]", "?", export.file),)
    platform = None if export.platform == "spss" else export.platform
    content = {"name": name, "files": files, "platform": platform, "constants": constants, "columns": columns}
    return TableMapping.model_validate({**content, **shared, **more})


def _who(export: Export) -> dict[str, Any]:
    """Find the columns that name the respondent, the day and the municipality."""
    there = export.filling_in
    columns: dict[str, Any] = {"respondent": next((there[one] for one in _RESPONDENT if one in there), ROW)}
    days = [there[one] for one in _WHEN if one in there and export.cells[there[one]].map(folded).any()]
    columns |= {"date": days[0]} if days else {}
    towns = [name for name in _single_columns(export) if _are_municipalities(name, export.cells[name])]
    return columns | ({"municipality": towns[0]} if towns else {})


def _single_columns(export: Export) -> list[str]:
    return [next(iter(one.columns)) for one in export.questions if len(one.columns) == 1]


def _are_municipalities(name: str, cells: pd.Series) -> bool:
    if not re.search(r"gemeente|municipality|gemnr", name, re.IGNORECASE):
        return False
    texts = [text for text in {folded(cell) for cell in cells} if text]
    return bool(texts) and sum(place(text).code is not None for text in texts) >= 0.9 * len(texts)


def _about_whom(export: Export) -> dict[str, Any]:
    """Find characteristics of respondents: questions with few answers whose words are known."""
    columns: dict[str, Any] = {}
    if way := export.filling_in.get("distributionchannel"):
        columns["mode"] = way
    weights = [name for name in export.cells if re.fullmatch(r"weging|gewicht|weight\w*", str(name), re.IGNORECASE)]
    columns |= {"weight": weights[0]} if weights else {}
    choices = [one for one in export.questions if one.shape is Shape.CHOICE and not may_be_personal(one.text)]
    for segment, words in _SEGMENTS:
        same = [one for one in choices if re.search(words, one.text, re.IGNORECASE)]
        names = [next(iter(one.columns)) for one in same if one.text == same[0].text]
        if len(names) == 1 or (names and _never_both(export.cells[names])):
            columns[f"segment_{segment}"] = names[0] if len(names) == 1 else tuple(names)
    return columns


def _never_both(cells: pd.DataFrame) -> bool:
    """Tell whether nobody answered two of these columns: variants of one question."""
    return bool((cells.apply(lambda column: column.map(folded)) != "").sum(axis=1).max() <= 1)


def _shared(export: Export) -> dict[str, Any]:
    """Say which rows count, and how dates are written."""
    there = export.filling_in
    shared: dict[str, Any] = {}
    if "submitdate" in there:
        shared["filled"] = (there["submitdate"],)
    where: dict[str, tuple[str, ...]] = {}
    for code, keeps in (("finished", _finished), ("status", _no_trial)):
        found = (
            sorted({" ".join(str(one).split()) for one in export.cells[there[code]].unique() if folded(one)})
            if code in there
            else []
        )
        kept = tuple(one for one in found if keeps(one))
        if kept and len(kept) < len(found):
            where[there[code]] = kept
    if where:
        shared["where"] = where
    days = [folded(cell) for code in _WHEN if code in there for cell in export.cells[there[code]]]
    if any(int(match[2]) > 12 for day in days if (match := _SLASHES.match(day))):
        shared["dates"] = "month first"
    return shared


def _finished(cell: str) -> bool:
    return folded(cell) in _DONE


def _no_trial(cell: str) -> bool:
    return folded(cell) not in _TRIALS


def _open_ends(entry: TableMapping) -> int:
    options = entry.gather.from_ if entry.gather and isinstance(entry.gather.from_, dict) else {}
    said = [
        *entry.constants.values(),
        *options.values(),
        *(one for words in entry.words.values() for one in words.values()),
    ]
    return sum(isinstance(one, str) and one.startswith(UNDECIDED) for one in said)
