"""CSV and its relatives: the separator is recognised, every odd row is located.

Arrow reads the bulk; this module decides how, and looks at what Arrow could not place.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow_csv

from toptaak.intake.codes import fault
from toptaak.intake.readers.raw import (
    HEADER_WITHIN,
    LONGEST_CELL,
    Header,
    Layout,
    Raw,
    find_header,
    header_faults,
    is_note,
    matches,
    refuse,
    without_furniture,
)
from toptaak.intake.readers.text import decoded

_DELIMITERS = (";", ",", "\t", "|")
_HEAD = 1_000_000  # characters in which the header must stand
_BLOCK = 1 << 30  # one block where possible: a quoted value may not straddle two


def read_delimited(data: bytes, file: str, wanted: Sequence[str], layout: Layout | None = None) -> Raw:
    """Read a text file with separators.

    Parameters
    ----------
    data
        The content of the file, unpacked.
    file
        Its name, for messages.
    wanted
        Column names that may be used; others are not kept.
    layout
        How the header of a survey platform is read.

    Raises
    ------
    InputRefused
        for a file that cannot be read at all.

    Examples
    --------
    >>> raw = read_delimited(b"naam;taak\\nx;1\\ny;2\\n", "votes.csv", ["taak"])
    >>> list(raw.cells["taak"]), raw.rows.tolist()
    (['1', '2'], [2, 3])
    """
    text, faults = decoded(data, file)
    delimiter, text = _delimiter(text, () if layout else wanted)
    records = _records(text, delimiter, file)
    header = find_header(file, [fields for fields, _ in records], wanted, layout)
    raw = Raw(file, pd.DataFrame(), np.empty(0), header.names)
    raw.faults = [*faults, *header_faults(file, header, 1)]
    width = _width(raw, header, [fields for fields, _ in records])
    table, odd = _bulk(raw, text[records[header.end - 1][1] :], width, delimiter)
    _place(raw, table, odd, header.end + 1)
    last = len(raw.rows) + len(odd) if not text.endswith(("\n", "\r")) else None
    for row in odd:
        if not row.text.strip():
            continue  # an empty row, as the others
        _refuse(raw, row, header.end, delimiter, cut_off=row.number == last)
    if '"' in text:
        _refuse_swallowed(raw, table, delimiter)
    raw.cells = pd.DataFrame({name: table[str(spot)].to_pandas() for name, spot in header.columns.items()})
    first = table["0"].to_pandas()
    if "\x00" in text:
        first = _without_nul(raw, table, first)
    return without_furniture(raw, header, first)


def head_of_text(data: bytes, file: str, wanted: Sequence[str] = ()) -> list[list[str]]:
    """Give the first records of a text file, whatever their names; `wanted` helps to recognise the separator.

    Examples
    --------
    >>> head_of_text(b"naam;taak\\nx;a,b\\n", "votes.csv")
    [['naam', 'taak'], ['x', 'a,b']]
    """
    text = decoded(data, file)[0]
    delimiter, text = _delimiter(text, wanted) if not wanted or _matching(text, wanted) > 1 else _steadiest(text)
    return [fields for fields, _ in _records(text, delimiter, file)]


def _delimiter(text: str, wanted: Sequence[str]) -> tuple[str, str]:
    first, _, rest = text.partition("\n")
    declared = first.strip("\r ")
    if len(declared) == 5 and declared.lower().startswith("sep="):
        return declared[4], rest
    # without names to look for only the first line tells: answers may hold separators of their own
    lines = text[:_HEAD].splitlines()[: HEADER_WITHIN if wanted else 1]
    scores = {mark: _fit(lines, mark, wanted) for mark in _DELIMITERS}
    return max(_DELIMITERS, key=lambda mark: scores[mark]), text


def _fit(lines: Sequence[str], mark: str, wanted: Sequence[str]) -> tuple[int, int]:
    """Say how well a separator gives the wanted names, and how many fields; a line that breaks off tells no more."""
    best = (0, 0)
    with suppress(csv.Error):
        for row in csv.reader(lines, delimiter=mark):
            best = max(best, (matches(row, wanted), len(row)))
    return best


def _matching(text: str, wanted: Sequence[str]) -> int:
    """Count the wanted names in the line among the first that holds most of them."""
    lines = text[:_HEAD].splitlines()[:HEADER_WITHIN]
    return max((matches(row, wanted) for mark in _DELIMITERS for row in csv.reader(lines, delimiter=mark)), default=0)


def _steadiest(text: str) -> tuple[str, str]:
    """Take the separator by which most of the first lines have one and the same number of fields, above one."""
    delimiter, text = _delimiter(text, ())
    lines = text[:_HEAD].splitlines()[:HEADER_WITHIN]
    steady = {delimiter: 0}
    for mark in _DELIMITERS:
        widths = Counter(len(row) for row in csv.reader(lines, delimiter=mark) if len(row) > 1)
        steady[mark] = max(widths.values(), default=0)
    best = max(steady.values())
    return (delimiter if steady[delimiter] == best else max(_DELIMITERS, key=lambda mark: steady[mark])), text


def _records(text: str, delimiter: str, file: str) -> list[tuple[list[str], int]]:
    """Read the first records, each with the position in the text where it ends."""
    ends = [0]

    def lines() -> Iterator[str]:
        for line in io.StringIO(text[:_HEAD], newline=""):
            ends.append(ends[-1] + len(line))
            yield line

    records: list[tuple[list[str], int]] = []
    try:
        for fields in csv.reader(lines(), delimiter=delimiter):
            records.append((fields, ends[-1]))
            if len(records) == HEADER_WITHIN:
                break
    except csv.Error:
        line = text[ends[-2] : ends[-1]]
        too_long = max(map(len, re.split(f'[{delimiter}"]', line))) > LONGEST_CELL
        values = {"limit": LONGEST_CELL}
        raise refuse("TT-827" if too_long else "TT-008", file, row=len(records) + 1, values=values) from None
    return records


def _width(raw: Raw, header: Header, records: list[list[str]]) -> int:
    """Count the fields of a row, one more than the header has where every row ends in a separator."""
    width = len(header.names)
    data = [fields for fields in records[header.end :] if fields]
    extra = bool(data) and all(len(fields) == width + 1 and not fields[-1] for fields in data)
    if extra or not header.names[-1]:
        raw.faults.append(fault("TT-036", raw.file))
    return width + extra


def _bulk(raw: Raw, body: str, width: int, delimiter: str) -> tuple[pa.Table, list[arrow_csv.InvalidRow]]:
    names = [str(column) for column in range(width)]
    odd: list[arrow_csv.InvalidRow] = []

    def note(row: arrow_csv.InvalidRow) -> str:
        odd.append(row)
        return "skip"

    if not body:
        return pa.table({name: pa.array([], pa.string()) for name in names}), odd
    content = (body.rstrip("\r\n") + "\n" if body.endswith(("\n\n", "\r\n\r\n", "\r\r")) else body).encode()
    read = arrow_csv.ReadOptions(
        column_names=names,
        use_threads=False,  # only then does Arrow number the rows it could not place
        block_size=min(len(content) + 1, _BLOCK),
    )
    parse = arrow_csv.ParseOptions(
        delimiter=delimiter, newlines_in_values=True, ignore_empty_lines=False, invalid_row_handler=note
    )
    convert = arrow_csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False)
    try:
        return arrow_csv.read_csv(pa.BufferReader(content), read, parse, convert), odd
    except pa.ArrowInvalid:
        raise refuse("TT-008", raw.file) from None


def _place(raw: Raw, table: pa.Table, odd: list[arrow_csv.InvalidRow], first_row: int) -> None:
    places = np.ones(table.num_rows + len(odd), dtype=bool)
    places[[row.number - 1 for row in odd]] = False
    raw.rows = np.flatnonzero(places) + first_row


def _refuse(raw: Raw, row: arrow_csv.InvalidRow, header_row: int, delimiter: str, *, cut_off: bool) -> None:
    number = header_row + row.number
    if is_note(row.text.split(delimiter)[0]):
        raw.refuse_row("TT-034", number)
    elif row.text.count('"') % 2:
        raw.faults.append(fault("TT-008", raw.file, row=number))
    elif cut_off and row.actual_columns < row.expected_columns:
        raw.faults.append(fault("TT-009", raw.file, row=number))
    else:
        counts = {"expected": row.expected_columns}
        raw.refuse_row("TT-032", number, values=counts, found=str(row.actual_columns))


def _refuse_swallowed(raw: Raw, table: pa.Table, delimiter: str) -> None:
    """Find cells that hold whole rows: the sign of a quote that was opened and not closed."""
    for column in table.columns:
        for position in np.flatnonzero(pc.match_substring(column, "\n")):
            lines = column[int(position)].as_py().splitlines()[1:]
            if any(line.count(delimiter) >= max(1, table.num_columns - 2) for line in lines):
                raw.faults.append(fault("TT-008", raw.file, row=int(raw.rows[position])))


def _without_nul(raw: Raw, table: pa.Table, first: pd.Series) -> pd.Series:
    with_nul = np.logical_or.reduce([np.asarray(pc.match_substring(column, "\x00")) for column in table.columns])
    for position in np.flatnonzero(with_nul):
        raw.refuse_row("TT-035", int(raw.rows[position]))
    raw.cells, raw.rows = raw.cells[~with_nul].reset_index(drop=True), raw.rows[~with_nul]
    kept: pd.Series = first[~with_nul].reset_index(drop=True)
    return kept
