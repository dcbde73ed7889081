"""What a column and a table are: the words in which `tables.py` declares the contract."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

SEGMENT = re.compile(r"segment_[a-z0-9_]+")


class Kind(StrEnum):
    """How a cell is read, and as which type it leaves intake."""

    ID = "id"  # text, never a number: 007 is not 7
    TEXT = "text"  # a short label
    FREE = "free text"  # open text: may hold personal data, never shown in a fault
    CHOICE = "choice"
    MUNICIPALITY = "municipality"
    QUARTER = "quarter"
    WEEK = "week"
    DATE = "date"
    TIME = "time"  # aware, Europe/Amsterdam
    BOOL = "yes/no"
    NUMBER = "number"
    INTEGER = "whole number"
    DURATION = "duration"  # seconds


DTYPES: Mapping[Kind, str] = MappingProxyType(
    {
        **dict.fromkeys(Kind, "str"),
        Kind.DATE: "datetime64[us]",
        Kind.TIME: "datetime64[us, Europe/Amsterdam]",
        Kind.BOOL: "boolean",
        Kind.NUMBER: "float64",
        Kind.INTEGER: "Int64",
        Kind.DURATION: "float64",
    }
)


@dataclass(frozen=True)
class ContractColumn:
    """One column of the contract.

    `required`: a file without it is refused. `empty`: a cell may be empty. `words`: other spellings of a
    choice. `personal`: points at a person, so a fault never shows its values. `minimum`/`maximum` are included;
    `above` is not. `instead`: columns that give the value where this one is absent. A column that is not `kept` is
    read for what others take from it, and goes no further. `total`: the word for a total is a value here as any other;
    elsewhere it tells that its row is the total of others.
    """

    name: str
    kind: Kind
    nl: str
    en: str
    required: bool = False
    empty: bool = True
    choices: tuple[str, ...] = ()
    words: Mapping[str, str] = field(default_factory=dict)
    minimum: float | None = None
    maximum: float | None = None
    above: float | None = None
    personal: bool = False
    instead: tuple[str, ...] = ()
    kept: bool = True
    total: bool = False

    @property
    def dtype(self) -> str:
        """Name the pandas type of the checked column."""
        return DTYPES[self.kind]

    @property
    def secret(self) -> bool:
        """Tell whether values stay out of every message."""
        return self.personal or self.kind is Kind.FREE


@dataclass(frozen=True)
class ContractTable:
    """One table of the contract.

    `key`: columns that name one row. `when`: the column that puts a row in a quarter of observations. A table that
    is not `local` is the same for all municipalities.

    What was known on a day (`intake.known`): `since` is the column that dates a row, `when` unless said; `through`
    the table whose rows date those of this one, with the columns they share; `later` gives for each date that is
    filled after the row the columns that become known with it. A table without any of these holds at all times.

    When municipalities merge (`intake.mergers`), `counts` of rows with one key are added, and `averages` are weighed by
    the count beside them.
    """

    name: str
    nl: str
    en: str
    columns: tuple[ContractColumn, ...]
    key: tuple[str, ...] = ()
    when: str | None = None
    local: bool = True
    segments: bool = False
    since: str | None = None
    through: tuple[str, tuple[str, ...]] | None = None
    later: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    counts: tuple[str, ...] = ()
    averages: Mapping[str, str] = field(default_factory=dict)

    @property
    def dated(self) -> str | None:
        """Name the column that says since when a row is known."""
        return self.since or self.when

    def column(self, name: str) -> ContractColumn | None:
        """Find a column, a declared segment column included."""
        for column in self.columns:
            if column.name == name:
                return column
        if self.segments and SEGMENT.fullmatch(name):
            return ContractColumn(name, Kind.TEXT, "kenmerk van de respondent", "characteristic of the respondent")
        return None

    def lacking(self, present: Collection[str]) -> list[str]:
        """List the columns that a file must have and that nothing of what is present gives."""
        there = set(present)
        return [
            column.name for column in self.columns if column.required and not there & {column.name, *column.instead}
        ]

    @property
    def names(self) -> tuple[str, ...]:
        """List the column names in order, segments left out."""
        return tuple(column.name for column in self.columns)
