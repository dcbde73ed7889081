"""What a reader hands over, and the reading of a header that all readers share."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from functools import lru_cache
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from toptaak.core.errors import InputRefused
from toptaak.core.faults import FOUND_LENGTH, SHOWN_PER_CODE, Fault, shown
from toptaak.core.letters import bare_letters
from toptaak.intake.codes import fault
from toptaak.intake.columns import SEGMENT

HEADER_WITHIN = 20
MAX_COLUMNS = 16_384
MAX_RATIO = 100  # of the size of a file to its size when packed
SMALL = 10_000_000  # bytes: under this size a high ratio harms nobody
LONGEST_CELL = 100_000  # signs; what a person writes in a questionnaire is far shorter
_TOTAL = re.compile(
    r"(?:(?:sub|eind)?tota(?:al|l)(?:en|s)?(?: generaal| aantal)?|grand totals?|som|sum|gemiddelde?|average|mean)"
    r"(?: \d{4}.{0,3})?[ :]*",
    re.IGNORECASE,
)
_NOTES = ("bron:", "source:", "gemaakt op", "created on", "toelichting:", "opmerking:", "note:")


@dataclass
class Raw:
    """Cells as they stand in a file, with the place of every row.

    Attributes
    ----------
    cells
        One row per data row, one column per wanted column, named as wanted. Text where the file holds text;
        typed (numbers, times) only where the file itself is typed (Excel, Parquet).
    rows
        Row as seen in Excel of each row of `cells` (the header is row 1).
    names
        Every column name of the file, for a message that names the nearest.
    unreadable
        Rows that do not stand in `cells`: row as seen in Excel and the code of the fault.
    serial_days
        Whether the file is of a kind that writes days as numbers, counted as Excel does.
    row_names
        What names each row of `cells` where it has no number of its own; empty: its place in the file.
    """

    file: str
    cells: pd.DataFrame
    rows: np.ndarray
    names: tuple[str, ...] = ()
    sheet: str | None = None
    unreadable: list[tuple[int, str]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    serial_days: bool = False
    row_names: pd.Series | None = None
    _times: Counter[str] = field(default_factory=Counter)

    def refuse_row(self, code: str, row: int, **place: Any) -> None:
        """Set a row aside that has no cells; the first rows of a kind are located, the rest is counted."""
        self.unreadable.append((row, code))
        self._times[code] += 1
        if self._times[code] <= SHOWN_PER_CODE:
            self.faults.append(fault(code, self.file, sheet=self.sheet, row=row, **place))

    def count_rest(self) -> None:
        """Add one fault per kind for the refused rows that were not located."""
        for code, times in self._times.items():
            if times > SHOWN_PER_CODE:
                like = next(fault for fault in self.faults if fault.code == code)
                self.faults.append(replace(like, row=None, found="", count=times - SHOWN_PER_CODE))


@dataclass(frozen=True)
class Header:
    """Where the header stands (position among the records), how many rows it takes, which column is which name."""

    position: int
    names: tuple[str, ...]
    columns: dict[str, int]
    rows: int = 1

    @property
    def end(self) -> int:
        """Count the records before the first row with data."""
        return self.position + self.rows


# how an export with a header of its own is read: from its first records the column names and the rows of the header
Layout = Callable[[str, Sequence[Sequence[object]]], tuple[tuple[str, ...], int]]


def refuse(code: str, file: str, **place: Any) -> InputRefused:
    """Make the error for a file that cannot be read at all."""
    return InputRefused([fault(code, file, **place)])


def plain(name: object) -> str:
    """Fold a column name: case, accents, spaces, dashes and underscores do not count.

    Examples
    --------
    >>> plain(" Stàrt\\xa0datum ") == plain("start_datum")
    True
    """
    return "".join(letter for letter in bare_letters(str(name)) if letter not in " _-\ufeff\t\n")


def spaced(text: object) -> str:
    """Write a text with its spaces as people mean them: none around it, one between words.

    Examples
    --------
    >>> spaced("GM0363    "), spaced(" a\\u00a0 b")
    ('GM0363', 'a b')
    """
    return " ".join(unicodedata.normalize("NFC", str(text)).split())


NONE_NEAR: Final = "–"


def nearest(name: str, names: Sequence[str]) -> str:
    """Give the name that looks most like `name`, or a dash.

    Examples
    --------
    >>> nearest("vertrouwen", ["vertrouwe", "datum"])
    'vertrouwe'
    """
    by_plain = {plain(wanted): wanted for wanted in names}
    close = get_close_matches(plain(name), list(by_plain), n=1, cutoff=0.5)
    return by_plain[close[0]] if close else NONE_NEAR


def matches(record: Sequence[object], wanted: Sequence[str]) -> int:
    """Count the wanted names that occur in a record."""
    return len({plain(cell) for cell in record} & _folded(tuple(wanted)))


@lru_cache(maxsize=64)
def _folded(names: tuple[str, ...]) -> frozenset[str]:
    """Fold names that are looked for in every line of every file."""
    return frozenset(map(plain, names))


def find_header(
    file: str, records: Sequence[Sequence[object]], wanted: Sequence[str], layout: Layout | None = None
) -> Header:
    """Find the record among the first twenty that holds most of the wanted names; a layout knows where it stands.

    Raises
    ------
    InputRefused
        where no record holds any of the names.
    """
    if layout:
        names, rows = layout(file, records)
        _refuse_doubles(file, names, wanted)
        return Header(0, names, _by_code(names, wanted) | _spots(names, wanted), rows)
    scores = [matches(record, wanted) for record in records[:HEADER_WITHIN]]
    best = max(scores, default=0)
    if best == 0:
        raise refuse("TT-020", file, values={"expected": ", ".join(wanted[:8])})
    position = scores.index(best)
    names = tuple("" if cell is None else str(cell).strip("\ufeff \t") for cell in records[position])
    if len(names) > MAX_COLUMNS:
        raise refuse("TT-039", file, values={"limit": MAX_COLUMNS})
    segments = [name for name in names if SEGMENT.fullmatch(name)]
    return Header(position, names, _spots(names, [*wanted, *segments]))


def _by_code(names: Sequence[str], wanted: Sequence[str]) -> dict[str, int]:
    """Find columns that a mapping names by their code only: `Q1[SQ001]` is `Q1[SQ001]. Question [option]`."""
    codes = [_code(name) for name in names]
    times = Counter(codes)
    once = {code: spot for spot, code in enumerate(codes) if code and times[code] == 1}
    return {name: once[plain(name)] for name in wanted if plain(name) in once}


def _code(name: str) -> str:
    return plain(re.split(r"\._\.|\. ", name, maxsplit=1)[0])


def _is_code_of(name: str, heading: str) -> bool:
    """Tell whether a name is the code before the text of a heading."""
    return _code(heading) == plain(name) != plain(heading)


def _refuse_doubles(file: str, names: Sequence[str], wanted: Sequence[str]) -> None:
    """Refuse a file with two columns under a name that is used; others may stand double as they like."""
    used = {plain(name) for name in wanted}
    spots: dict[str, list[int]] = {}
    for spot, name in enumerate(names):
        spots.setdefault(plain(name), []).append(spot)
    twice = [some for folded, some in spots.items() if folded in used and len(some) > 1]
    faults = [
        fault(
            "TT-803",
            file,
            values={"first": some[0] + 1, "second": some[1] + 1},
            found=shown(names[some[0]]),
            row=1,
            column=names[some[0]],
        )
        for some in twice
    ]
    if faults:
        raise InputRefused(faults)


def _spots(names: Sequence[str], wanted: Sequence[str]) -> dict[str, int]:
    """Find the column of every wanted name: the one that is spelled the same, else the first that folds to it."""
    exact, folded = (_firsts(names), _firsts([plain(name) for name in names]))
    spots = {name: exact.get(name, folded.get(plain(name))) for name in wanted}
    return {name: spot for name, spot in spots.items() if spot is not None}


def _firsts(names: Sequence[str]) -> dict[str, int]:
    return {name: spot for spot, name in reversed(list(enumerate(names)))}


def header_faults(file: str, header: Header, first_row: int, sheet: str | None = None) -> list[Fault]:
    """Tell what is odd about a header: double names, other spellings, lines above it, columns not used."""
    place: dict[str, Any] = {"sheet": sheet, "row": first_row + header.position}
    faults = []
    alike: dict[str, list[int]] = {}
    for spot, cell in enumerate(header.names):
        alike.setdefault(plain(cell), []).append(spot)
    for name, column in header.columns.items():
        doubles = alike.get(plain(name), [])
        if len(doubles) > 1:
            numbers = {"first": doubles[0] + 1, "second": doubles[1] + 1}
            faults.append(fault("TT-022", file, values=numbers, column=name, **place))
        elif header.names[column] != name and not _is_code_of(name, header.names[column]):
            faults.append(fault("TT-023", file, values={"expected": name}, column=header.names[column], **place))
    if header.position:
        faults.append(fault("TT-024", file, **place))
    used = set(header.columns.values())
    unused = [name for spot, name in enumerate(header.names) if name and spot not in used]
    if unused:
        names = ", ".join(name[:FOUND_LENGTH] for name in unused[:12]) + (" …" if len(unused) > 12 else "")
        faults.append(fault("TT-025", file, values={"names": names}, count=len(unused), sheet=sheet))
    return faults


def is_note(text: object) -> bool:
    """Tell whether the first cell of a row says that the row is a total or a note below the table."""
    return is_total(text) or str(text).strip().casefold().startswith(_NOTES)


def is_total(text: object) -> bool:
    """Tell whether a cell says that its row is a total of other rows, or their mean.

    Examples
    --------
    >>> [is_total(text) for text in ("Totaal", " Eindtotaal: ", "TOTAAL 2026-K3", "Totaalpakket")]
    [True, True, True, False]
    """
    return _TOTAL.fullmatch(str(text).strip()) is not None


def without_furniture(raw: Raw, header: Header, first: pd.Series) -> Raw:
    """Leave out empty rows (uncounted) and set aside repeated headers and totals.

    Parameters
    ----------
    first
        The first column of the file, which tells what is a total or a note.
    """
    cells = raw.cells
    raw.faults += _too_long(raw)
    empty = _everywhere(_blank(cells[name]) for name in cells)
    repeated = _everywhere(
        (cells[name] == header.names[spot]).to_numpy(bool, na_value=False) for name, spot in header.columns.items()
    )
    notes = [note for note in first.unique() if isinstance(note, str) and is_note(note)]
    totals = first.isin(notes).to_numpy() & ~repeated
    for code, mask in (("TT-033", repeated), ("TT-034", totals)):
        for position in np.flatnonzero(mask):
            raw.refuse_row(code, int(raw.rows[position]))
    keep = ~(empty | repeated | totals)
    if not keep.all():
        raw.cells, raw.rows = cells[keep].reset_index(drop=True), raw.rows[keep]
    raw.count_rest()
    if raw.cells.empty:
        raw.faults.append(fault("TT-002", raw.file, sheet=raw.sheet))
    return raw


def _everywhere(columns: Iterator[np.ndarray]) -> np.ndarray:
    """Tell which rows are marked in every column; what no row can be any more is not looked at."""
    marked = next(columns)
    while marked.any() and (column := next(columns, None)) is not None:
        marked = marked & column
    return marked


def _too_long(raw: Raw) -> list[Fault]:
    """Refuse cells that nobody wrote: a file within the file, or rows that a quote swallowed."""
    faults = []
    for name, column in raw.cells.items():
        if isinstance(column.dtype, pd.StringDtype) and _longest(column) > LONGEST_CELL:
            long = np.flatnonzero((column.str.len() > LONGEST_CELL).to_numpy(bool, na_value=False))
            if len(long):
                place = {"row": int(raw.rows[long[0]]), "column": str(name), "count": len(long)}
                faults.append(fault("TT-827", raw.file, values={"limit": LONGEST_CELL}, sheet=raw.sheet, **place))
    return faults


def _longest(column: pd.Series) -> int:
    """Count the bytes of the longest cell: no cell has more signs than that."""
    return pc.max(pc.binary_length(pa.array(column, pa.large_string()))).as_py() or 0


def _blank(column: pd.Series) -> np.ndarray:
    return (column.isna() | (column == "")).to_numpy(bool, na_value=False)
