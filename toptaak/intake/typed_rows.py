"""One table out of one file, on its way to the store."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from toptaak.core.faults import SHOWN_PER_CODE, Fault, Severity
from toptaak.core.municipalities import is_region
from toptaak.core.settings import Settings
from toptaak.intake.codes import CODES, fault, masked
from toptaak.intake.columns import ContractColumn, ContractTable, Kind
from toptaak.intake.count_columns import totals_as_contacts
from toptaak.intake.date_texts import as_clock, joined
from toptaak.intake.desk_times import with_desk_times
from toptaak.intake.gather import Gather, folded, lengthen
from toptaak.intake.mapping import PSEUDONYMS, ROW, TableMapping, variants
from toptaak.intake.parsed import Note, Options
from toptaak.intake.personal_columns import KEY, SHORTEST_KEY, holds_persons, key, may_hold_persons, pseudonyms
from toptaak.intake.readers.raw import NONE_NEAR, Raw, nearest, spaced
from toptaak.intake.repair import parse
from toptaak.intake.schema import empty_frame
from toptaak.intake.sum_rows import sum_rows

_MOMENTS = frozenset({Kind.DATE, Kind.TIME})
_UNSHOWN = frozenset({"TT-861"})  # codes of what points at a person whatever it looks like
_MOST = 0.9  # of the cells of a column, to say what the column holds


@dataclass(eq=False)
class TypedRows:
    """Typed rows of one table from one file, and what became of every row of that file.

    Attributes
    ----------
    frame
        Typed columns of the contract.
    source
        For every row of `frame`: which row of the file it came from (a wide file gives several).
    aside
        Per row of the file: the code of the first fault that set it aside, else "".
    wide
        Whether a row of the file gives several rows of `frame`.
    left_out
        By which key of the mapping how many rows of the file were left out.
    version
        How often rows were set aside or written.
    inside
        Per row of the file: whether it is still in.
    """

    raw: Raw
    table: ContractTable
    frame: pd.DataFrame
    source: np.ndarray
    aside: np.ndarray
    faults: list[Fault] = field(default_factory=list)
    wide: bool = False
    left_out: dict[str, int] = field(default_factory=dict)
    version: int = 0
    inside: np.ndarray = field(init=False)

    def __post_init__(self) -> None:
        self.inside = self.aside == ""

    @property
    def rows_read(self) -> int:
        """Count the rows of the file, empty ones left out."""
        return len(self.aside) + len(self.raw.unreadable) + sum(self.left_out.values())

    @property
    def rows_used(self) -> int:
        """Count the rows of the file that may stand in the checked table."""
        return int(self.inside.sum())

    @property
    def kept(self) -> np.ndarray:
        """Tell which rows of `frame` are still in."""
        return np.asarray(self.inside[self.source])

    @property
    def gone(self) -> list[tuple[int, str]]:
        """List the rows set aside: row as seen in Excel and code."""
        positions = np.flatnonzero(self.aside != "")
        own = [(int(self.raw.rows[position]), str(self.aside[position])) for position in positions]
        return sorted([*self.raw.unreadable, *own])

    def let_go(self) -> None:
        """Drop the cells, which stand in the checked table by now; the account stays."""
        self.raw, self.frame = replace(self.raw, cells=pd.DataFrame()), pd.DataFrame()

    def set_aside(
        self,
        code: str,
        mask: np.ndarray,
        column: str | None = None,
        cells: pd.Series | None = None,
        values: Mapping[str, object] | None = None,
    ) -> None:
        """Set rows aside: each distinct value once, with its count and first row; what has no value by its row.

        Parameters
        ----------
        mask
            Rows of `frame`.
        cells
            What stands in each row of `frame`; left out for what may point at a person.
        """
        positions = np.flatnonzero(mask & self.kept)
        first = positions[np.unique(self.source[positions], return_index=True)[1]]
        together = _alike(first, cells)
        for same, text in together[:SHOWN_PER_CODE]:
            row = int(self.raw.rows[self.source[same[0]]])
            self._add(code, column, values, row=row, found=text, count=len(same))
        if rest := sum(len(same) for same, _ in together[SHOWN_PER_CODE:]):
            self._add(code, column, values, count=rest)
        self.mark(self.source[first], code)

    def mark(self, lines: np.ndarray, code: str) -> None:
        """Set rows of the file aside under a code; one that is out already keeps the code of its first fault."""
        lines = lines[self.inside[lines]]
        self.aside[lines], self.inside[lines] = code, False
        self.version += 1

    def put(self, column: str, values: pd.Series) -> None:
        """Write a column of `frame`."""
        self.frame = self.frame.assign(**{column: values})
        self.version += 1

    def tell(self, note: Note, column: ContractColumn, name: str, cells: pd.Series) -> None:
        """Turn a note about cells into faults: rows set aside, or one counted fault with its first row."""
        if CODES[note.code].severity is Severity.SET_ASIDE:
            self.set_aside(note.code, note.mask, name, None if column.secret else cells, note.values)
            return
        first = int(np.flatnonzero(note.mask)[0])
        self._add(
            note.code,
            name,
            note.values,
            row=int(self.raw.rows[self.source[first]]),
            found="" if column.secret or note.code in _UNSHOWN else masked(cells.iloc[first]),
            count=len(np.unique(self.source[note.mask])),
        )

    def _add(self, code: str, column: str | None, values: Mapping[str, object] | None, **place: object) -> None:
        self.faults.append(fault(code, self.raw.file, values=values, sheet=self.raw.sheet, column=column, **place))


def _alike(positions: np.ndarray, cells: pd.Series | None) -> list[tuple[np.ndarray, str]]:
    """Put rows with the same value together, with that value masked; rows without a value stay apart."""
    if cells is None:
        return [(positions[[number]], "") for number in range(len(positions))]
    spots, distinct = pd.factorize(cells.iloc[positions])
    empty = positions[spots < 0]
    order = np.argsort(spots, kind="stable")[len(empty) :]
    groups = np.split(positions[order], np.flatnonzero(np.diff(spots[order])) + 1) if len(order) else []
    filled = [(same, masked(value) if str(value) else "") for same, value in zip(groups, distinct, strict=True)]
    alone = [(empty[[number]], "") for number in range(len(empty))]
    return sorted([*filled, *alone], key=lambda group: -len(group[0]))


def make_part(raw: Raw, entry: TableMapping, settings: Settings, tasks: frozenset[str] = frozenset()) -> TypedRows:
    """Make the typed table that a mapping entry draws from a file.

    `tasks`: names of tasks, which stay whole where they hold the sign that splits a cell. A column that the mapping
    names and the file lacks gives a fault that stops the file, and an empty table.
    """
    raw, faults, left_out = _selected(raw, entry)
    if settings.works_council_consent is None:
        faults += [fault("TT-095", raw.file, sheet=raw.sheet, column=name) for name in entry.about_employees]
    faults += totals_as_contacts(raw, entry)
    faults += [fault("TT-805", raw.file, sheet=raw.sheet, column=name) for name in entry.about_people]
    delivery = TypedRows(
        raw,
        entry.table,
        empty_frame(entry.table),
        np.arange(len(raw.rows)),
        np.full(len(raw.rows), "", dtype=object),
        faults,
        wide=entry.gather is not None,
        left_out=left_out,
    )
    if any(wrong.severity is Severity.STOP for wrong in faults):
        delivery.source = np.arange(0)
        return delivery
    options = Options(
        missing=frozenset(word.casefold() for word in settings.missing_words),
        decimal=entry.decimal,
        month_first=entry.dates == "month first",
        serial_days=raw.serial_days,
    )
    # first, so that an empty or strange label of a total is nobody's mistake
    delivery.set_aside("TT-034", sum_rows(raw, entry, options))
    columns = _constants(delivery, entry, options) | _columns(delivery, entry, options)
    delivery.frame = pd.DataFrame(columns, index=range(len(raw.rows)))
    if entry.gather:
        _gather(delivery, entry, entry.gather, options, tasks)
    if entry.name == "contacts":
        delivery.frame = with_desk_times(delivery.frame)
    delivery.frame = _in_order(delivery.frame, entry.table)
    delivery.raw = replace(delivery.raw, cells=pd.DataFrame())
    return delivery


def _likely(name: str, raw: Raw, entry: TableMapping) -> str:
    """Name the column that looks most like an absent one, else those that nothing else uses."""
    close = nearest(name, raw.names)
    unused = [column for column in raw.names if column not in entry.theirs]
    return ", ".join(unused[:5]) if close == NONE_NEAR and unused else close


def _selected(raw: Raw, entry: TableMapping) -> tuple[Raw, list[Fault], dict[str, int]]:
    """Take the rows that the mapping selects; note columns that are absent and rows left out, by key."""
    absent = [name for name in entry.theirs if name not in raw.cells]
    faults = [
        fault(
            "TT-021",
            raw.file,
            values={"expected": name, "nearest": _likely(name, raw, entry)},
            sheet=raw.sheet,
            column=name,
        )
        for name in absent
    ]
    if absent:
        return raw, faults, {}
    wanted = np.ones(len(raw.rows), dtype=bool)
    left_out: dict[str, int] = {}
    for option, chosen, wrong in _choices(raw, entry):
        faults += wrong
        if lost := np.flatnonzero(wanted & ~chosen).tolist():
            place = {"row": int(raw.rows[lost[0]]), "count": len(lost)}
            code = "TT-834" if option in entry.places else "TT-094"
            faults.append(fault(code, raw.file, sheet=raw.sheet, values={"option": option}, **place))
            left_out[option] = len(lost)
        wanted &= chosen
    if wanted.all():
        return raw, faults, {}
    named = None if raw.row_names is None else raw.row_names[wanted].reset_index(drop=True)
    selected = replace(raw, cells=raw.cells[wanted].reset_index(drop=True), rows=raw.rows[wanted], row_names=named)
    return selected, faults, left_out


def _choices(raw: Raw, entry: TableMapping) -> Iterator[tuple[str, np.ndarray, list[Fault]]]:
    """Give each key of the mapping that chooses rows, with the rows it chooses and the values that occur nowhere."""
    for name, values in entry.where.items():
        spots, distinct = pd.factorize(raw.cells[name])
        # an empty cell has spot -1: the last
        texts = [*(folded(cell) for cell in distinct), ""]
        wanted = {folded(value): value for value in values}
        chosen = np.array([text in wanted for text in texts])[spots] if len(spots) else np.zeros(0, dtype=bool)
        yield (
            f"where.{name}",
            chosen,
            _never(raw, name, wanted, list(distinct), none=len(spots) > 0 and not chosen.any()),
        )
    for name in entry.filled:
        yield f"filled: {name}", _filled(raw.cells[name]), []
    for name in entry.places:
        spots, distinct = pd.factorize(raw.cells[name])
        yield name, np.array([*(not is_region(str(cell)) for cell in distinct), True])[spots], []


def _never(raw: Raw, name: str, wanted: Mapping[str, str], distinct: Sequence[object], *, none: bool) -> list[Fault]:
    """Name the chosen values that stand in no row, each with the nearest; where none does, the file is refused."""
    known = {folded(cell): spaced(cell) for cell in distinct}
    code = "TT-823" if none else "TT-824"
    return [
        fault(
            code,
            raw.file,
            values={"option": f"where.{name}", "nearest": nearest(value, list(known.values()))},
            sheet=raw.sheet,
            column=name,
            found=masked(value),
        )
        for text, value in wanted.items()
        if text and text not in known
    ]


def _constants(delivery: TypedRows, entry: TableMapping, options: Options) -> dict[str, pd.Series]:
    columns = {}
    for name, value in entry.constants.items():
        column = delivery.table.column(name)
        if column is not None:
            values, _ = parse(column, pd.Series([str(value)]), options)
            columns[name] = values.take(np.zeros(len(delivery.raw.rows), dtype=int)).reset_index(drop=True)
    return columns


def _columns(delivery: TypedRows, entry: TableMapping, options: Options) -> dict[str, pd.Series]:
    columns = {}
    for ours, theirs in entry.columns.items():
        column = delivery.table.column(ours)
        if column is not None:
            names = variants(theirs)
            cells = (
                _one_of(delivery, names, options) if column.kind not in _MOMENTS else _moment(delivery, names, options)
            )
            columns[ours] = _read(delivery, column, cells, ", ".join(variants(theirs)), entry, options)
    return columns


def _one_of(delivery: TypedRows, names: Sequence[str], options: Options) -> pd.Series:
    """Take the cells of the one column of several that is filled; a row with two answers is set aside."""
    if ROW in names:
        named = delivery.raw.row_names
        return pd.Series(delivery.raw.rows.astype(str)) if named is None else named
    cells = delivery.raw.cells[names[0]]
    for number, name in enumerate(names[1:], 1):
        other = delivery.raw.cells[name]
        given, also = (_filled(column, options.missing) for column in (cells, other))
        clash = given & also & (cells.map(folded) != other.map(folded)).to_numpy()
        delivery.set_aside("TT-806", clash, ", ".join(names[: number + 1]), values={"expected": ", ".join(names)})
        cells = cells.where(given, other)
    return cells


def _moment(delivery: TypedRows, names: Sequence[str], options: Options) -> pd.Series:
    """Take the one column of several that is filled, or put a day and a time of two columns together."""
    if len(names) == 2:
        first, second = (delivery.raw.cells[name] for name in names)
        for day, clock in ((first, second), (second, first)):
            if _are_clocks(clock) and not _are_clocks(day):
                return joined(day, clock)
    return _one_of(delivery, names, options)


def _are_clocks(cells: pd.Series) -> bool:
    distinct = [cell for cell in cells.unique() if folded(cell)]
    return bool(distinct) and sum(as_clock(cell) is not None for cell in distinct) > _MOST * len(distinct)


def _filled(cells: pd.Series, missing: Collection[str] = ()) -> np.ndarray:
    spots, distinct = pd.factorize(cells)
    # an empty cell has spot -1: the last
    return np.array([*(folded(cell) not in {"", *missing} for cell in distinct), False])[spots]


def _read(
    delivery: TypedRows, column: ContractColumn, cells: pd.Series, name: str, entry: TableMapping, options: Options
) -> pd.Series:
    options = replace(options, unit=entry.units.get(column.name), column=column.name)
    if may_hold_persons(column):
        cells = _of_nobody(delivery, column, cells, name, entry)
    values, notes = parse(column, cells, options, entry.words.get(column.name, {}))
    for note in notes:
        delivery.tell(note, column, name, cells)
    return values


def _of_nobody(
    delivery: TypedRows, column: ContractColumn, cells: pd.Series, name: str, entry: TableMapping
) -> pd.Series:
    """Put pseudonyms where the mapping asks for them; refuse a column that says who somebody is."""
    pseudonym = entry.pseudonym and column.name in PSEUDONYMS
    secret = key() if pseudonym else None
    if secret:
        return pseudonyms(cells, secret)
    if pseudonym:
        values = {"name": KEY, "least": SHORTEST_KEY}
        delivery.faults.append(fault("TT-835", delivery.raw.file, values=values, sheet=delivery.raw.sheet, column=name))
    elif holds_persons(column, cells):
        delivery.faults.append(fault("TT-805", delivery.raw.file, sheet=delivery.raw.sheet, column=name))
        return pd.Series("", index=cells.index, dtype="str")
    return cells


def _gather(delivery: TypedRows, entry: TableMapping, gather: Gather, options: Options, tasks: frozenset[str]) -> None:
    """Turn the gathered columns into one row per filled cell."""
    words = entry.words.get(gather.into or "", {})
    long = lengthen(delivery.raw.cells, gather, tasks.union(words), options.missing)
    delivery.source = long.source
    frame = delivery.frame.take(long.source).reset_index(drop=True)
    for note in long.notes:
        delivery.set_aside(note.code, note.mask, gather.by, values=note.values)
    for name, cells in long.cells.items():
        column = delivery.table.column(name)
        assert column is not None  # the mapping was checked
        frame[name] = _read(delivery, column, cells, name, entry, options)
        if name == gather.into and column.kind is Kind.ID and words:
            frame[name] = _named(delivery, frame[name], cells, words, gather)
    if gather.order and gather.ordered:
        frame[gather.order] = long.places
    filled = frame[gather.into or gather.by].notna().to_numpy()
    delivery.frame, delivery.source = frame[filled].reset_index(drop=True), delivery.source[filled]


def _named(
    delivery: TypedRows, values: pd.Series, cells: pd.Series, words: Mapping[str, str], gather: Gather
) -> pd.Series:
    """Blame answers that the mapping does not name, or leave them out where it says so."""
    strange = values.notna() & ~values.isin(list(words.values()))
    if gather.others == "leave out":
        if strange.any():
            delivery.faults.append(
                fault("TT-808", delivery.raw.file, sheet=delivery.raw.sheet, count=int(strange.sum()))
            )
        return values.mask(strange)
    times = values[strange].value_counts()
    for answer in times.index[:SHOWN_PER_CODE]:
        close = nearest(answer, list(words))
        # an answer that only one person gave may be that person's own words
        shown_cells = cells if times[answer] > 1 else None
        mask = strange & (values == answer)
        delivery.set_aside("TT-801", mask.to_numpy(bool, na_value=False), gather.into, shown_cells, {"nearest": close})
    delivery.set_aside("TT-801", strange.to_numpy(bool, na_value=False), gather.into, values={"nearest": "–"})
    return values


def _in_order(frame: pd.DataFrame, table: ContractTable) -> pd.DataFrame:
    segments = tuple(sorted(set(frame.columns) - set(table.names)))
    empty = empty_frame(table, segments)
    whole = frame.reindex(columns=list(empty.columns))
    return whole.astype(empty.dtypes.to_dict())
