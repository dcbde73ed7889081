"""How the columns of an export become ours: `mappings/*.toml`, checked before a file is opened."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any, Literal

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from toptaak.core.faults import Fault, Severity, shown, stopping
from toptaak.core.rules import expected_by
from toptaak.core.wording import message
from toptaak.intake.codes import CODES, fault
from toptaak.intake.columns import ContractTable
from toptaak.intake.gather import Gather
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
ROW = "@row"  # for respondents without a number: the row of the file
_EXAMPLES = {"municipality": "GM0363", "date": "2026-10-01"}
UNDECIDED = "?"  # what a proposal leaves to a person, with what it may be behind it
_OPEN = re.compile(r"""([^=,{]+?)\s*=\s*["']\?\s*([^"']*)["']""")
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
    def about_employees(self) -> list[str]:
        """List the columns of the file that by their name identify employees."""
        named = self.gather.theirs if self.gather and isinstance(self.gather.from_, tuple) else ()
        # a question, and an option behind one, is put to citizens
        return [name for name in (*self.carried, *named, *self.where) if _EMPLOYEE.search(name) and "?" not in name]

    @property
    def about_people(self) -> list[str]:
        """List the columns of the file that by their name say who somebody is, where cells become values."""
        return [name for name in self.carried if _PERSON.search(name)]

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
        text = path.read_text(encoding="utf-8-sig")
        content = tomllib.loads(text)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        return [], [fault("TT-090", path.name, values={"error": str(error)})]
    try:
        entries = _MappingFile.model_validate(content).table
    except ValidationError as error:
        # a table that is wrong leaves none, which is no fault of its own
        return [], [
            _model_fault(path.name, text, one) for one in error.errors() if one["loc"] != ("table",) or not one["input"]
        ]
    faults = _undecided(path.name, text)
    faults += [one for entry in entries for one in _entry_faults(path.name, text, entry)]
    return ([] if faults else [Mapping(path.name, entry) for entry in entries]), faults


def _model_fault(file: str, text: str, error: Any) -> Fault:
    keys = [str(part) for part in error["loc"] if isinstance(part, str)]
    key = keys[-1] if keys else ""
    place = {"row": _line(text, key), "column": ".".join(keys)}
    if error["type"] == "extra_forbidden":
        model = Gather if "gather" in keys[:-1] else TableMapping if len(keys) > 1 else _MappingFile
        known = [one.alias or name for name, one in model.model_fields.items()]
        values = {"expected": ", ".join(known), "nearest": nearest(key, known)}
        return fault("TT-091", file, values=values, found=shown(key), **place)
    return fault("TT-092", file, values={"expected": expected_by(error).say()}, found=shown(error["input"]), **place)


def _entry_faults(file: str, text: str, entry: TableMapping) -> list[Fault]:
    if entry.name not in TABLES:
        return [_unknown(file, text, entry.name, list(TABLES), "name")]
    table, names = entry.table, list(entry.table.names)
    gathered = entry.gather.ours if entry.gather else []
    ours = [*entry.constants, *entry.columns, *entry.words, *gathered]
    faults = [_unknown(file, text, name, names, name) for name in ours if table.column(name) is None]
    filled = [*entry.constants, *entry.columns, *gathered]
    for name in sorted({one for one in filled if filled.count(one) > 1}):
        faults.append(fault("TT-098", file, row=_line(text, name), column=name))
    for pattern in entry.files:
        if PurePosixPath(pattern).is_absolute() or ".." in PurePosixPath(pattern).parts:
            faults.append(fault("TT-099", file, found=shown(pattern), row=_line(text, pattern)))
    for name in table.lacking(filled):
        faults.append(fault("TT-097", file, values={"name": name, "table": entry.name}))
    return faults + _constant_faults(file, text, entry)


def _undecided(file: str, text: str) -> list[Fault]:
    """Name what a proposal left open, each with what it looks like."""
    return [
        fault("TT-804", file, values={"nearest": match[2] or _EXAMPLES.get(name, "…")}, row=number, column=name)
        for number, line in enumerate(text.splitlines(), 1)
        for match in _OPEN.finditer(line)
        for name in [match[1].strip("\"' ")]
        if not line.startswith("#")
    ]


def _constant_faults(file: str, text: str, entry: TableMapping) -> list[Fault]:
    faults = []
    for name, value in entry.constants.items():
        column = entry.table.column(name)
        decided = column and not str(value).startswith(UNDECIDED)
        notes = parse(column, pd.Series([str(value)]), Options())[1] if column and decided else []
        for note in notes:
            place = {"found": shown(value), "row": _line(text, name), "column": name}
            one = fault(note.code, file, values=note.values, **place)
            if one.severity is Severity.SET_ASIDE:
                one = replace(one, severity=Severity.STOP, repair=message(CODES["TT-092"].repair))
            faults += stopping([one])
    return faults


def _unknown(file: str, text: str, name: str, known: Sequence[str], column: str) -> Fault:
    values = {"expected": ", ".join(known), "nearest": nearest(name, known)}
    return fault("TT-091", file, values=values, found=shown(name), row=_line(text, name), column=column)


def _line(text: str, word: str) -> int | None:
    """Find the line of a TOML file in which a word first stands."""
    return next((number for number, line in enumerate(text.splitlines(), 1) if word and word in line), None)
