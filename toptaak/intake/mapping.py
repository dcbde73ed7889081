"""How the columns of an export become ours: `mappings/*.toml`, checked before a file is opened."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any, Literal

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from toptaak.core.errors import InputRefused
from toptaak.core.faults import Fault, Severity, shown, stopping
from toptaak.core.model_faults import check_document
from toptaak.core.toml_text import Place, TomlDocument, document_of_text, read_document
from toptaak.core.wording import message
from toptaak.intake.codes import CODES, fault
from toptaak.intake.columns import ContractTable
from toptaak.intake.gather import Gather
from toptaak.intake.mapping_lines import mapping_text
from toptaak.intake.parsed import Options
from toptaak.intake.readers.raw import nearest
from toptaak.intake.repair import parse
from toptaak.intake.tables import TABLES

_EMPLOYEE = re.compile(
    r"medewerker|employee|personeel|behandelaar|\bagent|resource|user.?name|gebruiker|login", re.IGNORECASE
)
# what a column of values may never be: it says who somebody is
_PERSON = re.compile(
    r"e-?mail|\bip[ _-]?(?:adres|address)|ipaddr|^(?:naam|name)$|(?:voor|achter|sur|last|first|full)[ _-]?na(?:am|me)"
    r"|telefoonnummer|phone|geboortedatum|date of birth|\bbsn\b|burgerservice|latitude|longitude|\biban\b",
    re.IGNORECASE,
)
PSEUDONYMS = ("customer", "respondent")  # columns of ours that a pseudonym may stand in
_BARE_NAME = re.compile(r"naam|name", re.IGNORECASE)
_OF_THINGS = frozenset({"label", "label_en", "category", "wording", "task_id", "form", "queue", "topic", "level"})
ROW = "@row"  # for respondents without a number: the row of the file
_EXAMPLES = {"municipality": "GM0363", "date": "2026-10-01"}
UNDECIDED = "?"  # what a proposal leaves to a person, with what it may be behind it
_STRICT = ConfigDict(extra="forbid", frozen=True)


class TableMapping(BaseModel):
    """How one table of ours is made from files of one kind.

    Attributes
    ----------
    platform
        The survey platform whose header the file has.
    constants, columns
        ours = the value; ours = the name in the file, or several of which one is filled (variants of a question);
        `@row` is the row of the file.
    words
        `values` in the file: per column of ours, theirs = ours; an empty text means missing.
    where, filled
        per column of theirs: the values of the rows that count; columns that must be filled for a row to count.
    units
        per duration of ours: the unit of its numbers, or how a clock of two parts is read.
    pseudonym
        whether numbers of customers and respondents are replaced by pseudonyms, made with a key outside the data.
    """

    model_config = _STRICT

    name: str
    files: tuple[str, ...] = Field(min_length=1)
    sheet: str | None = None
    platform: Literal["limesurvey", "qualtrics", "surveymonkey", "forms"] | None = None
    constants: dict[str, str | int | float | dt.date] = Field(default_factory=dict)
    columns: dict[str, str | tuple[str, ...]] = Field(default_factory=dict)
    words: dict[str, dict[str, str]] = Field(default_factory=dict, alias="values")
    gather: Gather | None = None
    where: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    filled: tuple[str, ...] = ()
    decimal: Literal[",", "."] | None = None
    dates: Literal["day first", "month first"] = "day first"
    units: dict[str, Literal["seconds", "minutes", "hours", "days", "mm:ss", "hh:mm"]] = Field(default_factory=dict)
    pseudonym: bool = False

    @property
    def table(self) -> ContractTable:
        """Give the table of the contract."""
        return TABLES[self.name]

    @property
    def theirs(self) -> tuple[str, ...]:
        """List the columns of the file that this mapping reads."""
        gathered = self.gather.theirs if self.gather else ()
        return tuple(dict.fromkeys([*self.carried, *gathered, *self.where, *self.filled]))

    @property
    def carried(self) -> tuple[str, ...]:
        """List the columns of the file whose cells become values of ours."""
        return tuple(name for names in self.columns.values() for name in variants(names) if name != ROW)

    @property
    def places(self) -> tuple[str, ...]:
        """List the columns of the file that name a municipality."""
        return variants(self.columns.get("municipality", ()))

    @property
    def about_employees(self) -> list[str]:
        """List the columns of the file that by their name identify employees."""
        named = self.gather.theirs if self.gather and isinstance(self.gather.from_, tuple) else ()
        # a question, and an option behind one, is put to citizens
        # whether a cell is empty tells of the contact, not of who took it
        chosen = [name for name, values in self.where.items() if any(values)]
        return [name for name in (*self.carried, *named, *chosen) if _EMPLOYEE.search(name) and "?" not in name]

    @property
    def about_people(self) -> list[str]:
        """List the columns of the file that by their name say who somebody is, where cells become values.

        A task, a question or a form has a name as well: a bare `name` that becomes one is nobody's.
        """
        things = {
            name
            for ours, theirs in self.columns.items()
            for name in variants(theirs)
            if ours in _OF_THINGS and _BARE_NAME.fullmatch(name.strip())
        }
        things |= {name for ours in PSEUDONYMS for name in variants(self.columns.get(ours, ())) if self.pseudonym}
        return [name for name in self.carried if _PERSON.search(name) and name not in things]

    def fits(self, file: str) -> bool:
        """Tell whether a file (path inside the data folder) is one of this mapping."""
        return any(PurePosixPath(file).match(pattern) for pattern in self.files)


def variants(names: str | tuple[str, ...]) -> tuple[str, ...]:
    """List the columns that stand for one column of ours.

    Examples
    --------
    >>> variants("leeftijd"), variants(("opleiding_nl", "opleiding_de"))
    (('leeftijd',), ('opleiding_nl', 'opleiding_de'))
    """
    return (names,) if isinstance(names, str) else names


class _MappingFile(BaseModel):
    model_config = _STRICT

    table: tuple[TableMapping, ...] = Field(min_length=1)


@dataclass(frozen=True)
class Mapping:
    """A table mapping and the file it stands in."""

    origin: str
    entry: TableMapping


def own_columns(table: ContractTable, present: Iterable[str]) -> TableMapping:
    """Make the mapping of a file that has our own columns: those present and those it must have.

    Examples
    --------
    >>> list(own_columns(TABLES["respondents"], ["mode", "segment_age"]).columns)
    ['survey', 'respondent', 'municipality', 'date', 'mode', 'segment_age']
    """
    there = {name for name in present if table.column(name)}
    lacking = table.lacking(there)
    names = [name for name in table.names if name in there or name in lacking]
    segments = sorted(there - set(table.names))
    return TableMapping(name=table.name, files=("*",), columns={name: name for name in [*names, *segments]})


def read_mapping(path: Path) -> tuple[list[Mapping], list[Fault]]:
    """Read a mapping file.

    Returns
    -------
    tuple
        The table mappings, none of them where anything is wrong; and every fault found, with its line.
    """
    try:
        document = _document(path)
    except InputRefused as refused:
        return [], refused.faults
    checked, faults = check_document(document, _MappingFile)
    undecided = _undecided(document)
    open_lines = {fault.row for fault in undecided}
    faults = [fault for fault in faults if fault.row not in open_lines] + undecided
    for at, entry in enumerate(checked.table if checked else ()):
        faults += _entry_faults(_Stand(document, at), entry)
    faults = sorted(faults, key=lambda fault: fault.row or 0)
    return ([] if faults or not checked else [Mapping(path.name, entry) for entry in checked.table]), faults


def _document(path: Path) -> TomlDocument:
    if path.suffix.lower() != ".xlsx" or not path.is_file():
        return read_document(path)
    return document_of_text(path.name, mapping_text(path.read_bytes(), path.name))


@dataclass(frozen=True)
class _Stand:
    """Where a table mapping stands: the file, and which `[[table]]` of it."""

    document: TomlDocument
    at: int

    def line(self, name: str) -> int | None:
        """Give the line of the innermost entry that has this name or value, or holds it between braces."""
        here: Place = ("table", self.at)
        inside = [place for place in self.document.lines if place[:2] == here]
        fitting = [place for place in inside if name in (place[-1], self.document.value(place))]
        holding = [place for place in inside if name in _names(self.document.value(place))]
        return self.document.line(max(fitting or holding, key=len, default=here))

    def fault(self, code: str, name: str, **place: Any) -> Fault:
        """Make a fault at an entry."""
        return fault(code, self.document.file, row=self.line(name), **place)


def _names(value: Any) -> set[str]:
    return set(value) if isinstance(value, dict) else set()


def _entry_faults(stand: _Stand, entry: TableMapping) -> list[Fault]:
    if entry.name not in TABLES:
        return [_unknown(stand, entry.name, list(TABLES), "name")]
    table, names = entry.table, list(entry.table.names)
    gathered = entry.gather.ours if entry.gather else []
    ours = [*entry.constants, *entry.columns, *entry.words, *entry.units, *gathered]
    faults = [_unknown(stand, name, names, name) for name in ours if table.column(name) is None]
    filled = [*entry.constants, *entry.columns, *gathered]
    for name in sorted({column for column in filled if filled.count(column) > 1}):
        faults.append(stand.fault("TT-098", name, column=name))
    for pattern in entry.files:
        if PurePosixPath(pattern).is_absolute() or ".." in PurePosixPath(pattern).parts:
            faults.append(stand.fault("TT-099", pattern, found=shown(pattern)))
    for name in table.lacking(filled):
        faults.append(stand.fault("TT-097", "table", values={"name": name, "table": entry.name}))
    return faults + _constant_faults(stand, entry)


def _undecided(document: TomlDocument) -> list[Fault]:
    """Name what a proposal left open, each with what it looks like."""
    faults = []
    for place, value in _leaves(document.data, ()):
        name = str(next((key for key in reversed(place) if isinstance(key, str)), ""))
        if isinstance(value, str) and value.startswith(UNDECIDED):
            nearest_value = value.removeprefix(UNDECIDED).strip() or _EXAMPLES.get(name, "…")
            where = {"row": document.line(place), "column": name}
            faults.append(fault("TT-804", document.file, values={"nearest": nearest_value}, **where))
    return faults


def _leaves(value: Any, place: Place) -> Iterator[tuple[Place, Any]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else None
    if inner is None:
        yield place, value
    for key, entry in inner or ():
        yield from _leaves(entry, (*place, key))


def _constant_faults(stand: _Stand, entry: TableMapping) -> list[Fault]:
    faults = []
    for name, value in entry.constants.items():
        column = entry.table.column(name)
        decided = column and not str(value).startswith(UNDECIDED)
        notes = parse(column, pd.Series([str(value)]), Options())[1] if column and decided else []
        for note in notes:
            broken = stand.fault(note.code, name, values=note.values, found=shown(value), column=name)
            if broken.severity is Severity.SET_ASIDE:
                broken = replace(broken, severity=Severity.STOP, repair=message(CODES["TT-092"].repair))
            faults += stopping([broken])
    return faults


def _unknown(stand: _Stand, name: str, known: Sequence[str], column: str) -> Fault:
    values = {"expected": ", ".join(known), "nearest": nearest(name, known)}
    return stand.fault("TT-091", name, values=values, found=shown(name), column=column)
