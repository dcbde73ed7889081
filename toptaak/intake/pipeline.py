"""From files to checked tables: read, map, repair, check, account for every row."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final, NoReturn

import pandas as pd

from toptaak.core.errors import InputRefused
from toptaak.core.faults import Fault, stopping
from toptaak.core.settings import Settings
from toptaak.intake.files import InputFile
from toptaak.intake.keys import content_names
from toptaak.intake.mapping import Mapping, own_columns, read_mapping
from toptaak.intake.mergers import under_former_codes, under_todays_codes
from toptaak.intake.pool import Pool
from toptaak.intake.readers import read
from toptaak.intake.readers.raw import refuse
from toptaak.intake.table_rules import check
from toptaak.intake.typed_rows import TypedRows, make_part

if TYPE_CHECKING:
    from tqdm import tqdm

TASKS: Final = "tasks"
# kept by hand and small; rooms above check what only shows across their rows
REGISTERS: Final = ("wishes", "staff_feedback", "teams", "open_answers", "targets")


@dataclass(frozen=True)
class Account:
    """What became of the rows of one file for one table: read = used + set aside + left out.

    Attributes
    ----------
    set_aside
        Row as seen in Excel and the code of its fault.
    left_out
        By which key of the mapping how many rows were left out.
    """

    file: str
    table: str
    rows_read: int
    rows_used: int
    set_aside: tuple[tuple[int, str], ...]
    left_out: tuple[tuple[str, int], ...] = ()

    @property
    def rows_set_aside(self) -> int:
        """Count the rows set aside."""
        return len(self.set_aside)

    @property
    def rows_left_out(self) -> int:
        """Count the rows that the mapping leaves out."""
        return sum(count for _, count in self.left_out)


@dataclass
class Intake:
    """Everything that came of reading: checked tables, accounts per file and table, faults, file hashes.

    `places`: of the registers, where each row of the table stands. `former`: rows of municipalities that merged since,
    under the code they had.
    """

    tables: dict[str, pd.DataFrame] = field(default_factory=dict, repr=False)
    former: dict[str, pd.DataFrame] = field(default_factory=dict, repr=False)
    places: dict[str, pd.DataFrame] = field(default_factory=dict, repr=False)
    accounts: list[Account] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    hashes: dict[str, str] = field(default_factory=dict)


def read_mappings(paths: Sequence[Path]) -> tuple[list[Mapping], list[Fault]]:
    """Read all mapping files; the faults of all of them at once."""
    mappings: list[Mapping] = []
    faults: list[Fault] = []
    for path in paths:
        some, odd = read_mapping(path)
        mappings += some
        faults += odd
    return mappings, faults


def take_in(sources: Sequence[InputFile], settings: Settings, *, alone: bool = False) -> Intake:
    """Read files and check them; nothing is written.

    Parameters
    ----------
    alone
        One file is looked at by itself, so references to other tables are not judged.

    Returns
    -------
    Intake
        Also where faults stop files: the caller decides what to do with them.
    """
    intake = Intake()
    by_source: dict[int, list[TypedRows]] = {}
    broken: set[str] = set()
    with _bar(sources, shown=not alone) as bar:
        # names of tasks are known before an answer that may hold one is split
        for spot in sorted(range(len(sources)), key=lambda number: TASKS not in sources[number].tables):
            source = sources[spot]
            try:
                by_source[spot] = _parts(source, settings, intake, _names_of_tasks(by_source.values()))
            except InputRefused as refused:
                intake.faults += refused.faults
                broken.update(source.tables)
            bar.update(_size(source))
    parts = [rows for spot in sorted(by_source) for rows in by_source[spot]]
    pool = Pool(parts, sorted(broken))
    check(pool, settings, alone=alone)
    intake.places = {name: pool.places(name) for name in REGISTERS if pool.has(name)}
    delivered = {name: pool.hand_over(name) for name in pool.names()}
    intake.tables, intake.former = under_todays_codes(delivered), under_former_codes(delivered)
    intake.faults += [*pool.faults, *(fault for delivery in parts for fault in delivery.faults)]
    intake.accounts = [
        Account(
            delivery.raw.file,
            delivery.table.name,
            delivery.rows_read,
            delivery.rows_used,
            tuple(delivery.gone),
            tuple(delivery.left_out.items()),
        )
        for delivery in parts
    ]
    return intake


def _bar(sources: Sequence[InputFile], *, shown: bool) -> tqdm[NoReturn]:
    """Show in a terminal how many bytes of all files were read."""
    from tqdm import tqdm

    whole = sum(map(_size, sources))
    return tqdm(total=whole, unit="B", unit_scale=True, file=sys.stderr, leave=False, disable=None if shown else True)


def _size(source: InputFile) -> int:
    return source.path.stat().st_size if source.path.is_file() else 0


def _names_of_tasks(read_before: Iterable[Sequence[TypedRows]]) -> frozenset[str]:
    lists = [rows.frame for some in read_before for rows in some if rows.table.name == TASKS]
    return frozenset(name for frame in lists for column in ("label", "label_en") for name in frame[column].dropna())


def _parts(source: InputFile, settings: Settings, intake: Intake, names: frozenset[str]) -> list[TypedRows]:
    data = _content(source)
    digest = hashlib.sha256(data).hexdigest()
    twin = next((name for name, other in intake.hashes.items() if other == digest), None)
    if twin:
        raise refuse("TT-018", source.name, values={"other": twin})
    intake.hashes[source.name] = digest
    parts: list[TypedRows] = []
    for sheet in source.sheets:
        raw = read(data, source.name, source.wanted(sheet), sheet, source.layout)
        intake.faults += raw.faults
        if stopping(raw.faults):
            raise InputRefused([])
        if source.by_content:
            raw.row_names = content_names(raw.cells)
        own = (own_columns(source.own, [str(name) for name in raw.cells]),) if source.own else ()
        parts += [make_part(raw, entry, settings, names) for entry in source.of_sheet(sheet) or own]
    return parts


def _content(source: InputFile) -> bytes:
    """Read a file whole, and make sure it stood still meanwhile."""
    home = source.path.parents[source.name.count("/")].resolve()
    if not source.path.is_file() or not source.path.resolve().is_relative_to(home):
        raise refuse("TT-003", source.name)
    try:
        before = source.path.stat()
        data = source.path.read_bytes()
        after = source.path.stat()
    except OSError:
        raise refuse("TT-003", source.name) from None
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns) or len(data) != after.st_size:
        raise refuse("TT-019", source.name)
    return data
