"""Workbooks: cells through calamine; what it does not tell (errors, formulas, hidden rows) from the XML."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetVisibleEnum,
    XmlError,
    ZipError,
)

from toptaak.core.faults import Fault, shown
from toptaak.intake.codes import fault
from toptaak.intake.readers.raw import (
    HEADER_WITHIN,
    MAX_RATIO,
    SMALL,
    Header,
    Layout,
    Raw,
    find_header,
    header_faults,
    matches,
    refuse,
    without_furniture,
)

MAX_UNPACKED = 200_000_000
_LISTED = 12  # sheets in a message
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_ENCRYPTED, _MACROS = ("EncryptedPackage".encode("utf-16-le"), "_VBA_PROJECT".encode("utf-16-le"))
_ERROR = re.compile(rb'<c r="([A-Z]+)(\d+)"[^>]*\bt="e"')
_UNVALUED = re.compile(
    rb'<c r="([A-Z]+)(\d+)"(?![^>]*\bt="str")[^>]*><f(?:[^>]*/>|[^>]*>[^<]*</f>)\s*(?:<v\s*/>|<v></v>)?</c>'
)
_HIDDEN = re.compile(rb'<row r="(\d+)"[^>]*\bhidden="(?:1|true)"')


def read_excel(
    data: bytes, file: str, wanted: Sequence[str], sheet: str | None = None, layout: Layout | None = None
) -> Raw:
    """Read one sheet of a workbook.

    Parameters
    ----------
    data, file, wanted, layout
        As for `read_delimited`.
    sheet
        The sheet to read; empty: the one whose header fits best.

    Raises
    ------
    InputRefused
        for what is no workbook, is protected, holds macros or is too large; where no sheet or several fit.
    """
    _refuse_unsafe(data, file)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        name = sheet or _fitting(book, file, wanted)
        if name not in book.sheet_names:
            raise refuse("TT-026", file, found=shown(name), values={"names": _listed(book.sheet_names)})
        chosen = book.get_sheet_by_name(name)
        records = chosen.to_python(skip_empty_area=False)
    except PasswordError:
        raise refuse("TT-011", file) from None
    except (CalamineError, ZipError, XmlError):
        raise refuse("TT-014", file) from None
    header = find_header(file, records, wanted, layout)
    merged = _filled_down(records, chosen, header, file)
    raw = _raw(records[header.end :], file, name, header)
    raw.faults += merged
    others = [other for other in book.sheet_names if other != name and book.get_sheet_by_name(other).height]
    if others and not sheet:
        raw.faults.append(fault("TT-027", file, sheet=name))
    if _is_hidden(book, name):
        raw.faults.append(fault("TT-837", file, sheet=name, count=len(raw.rows)))
    if not layout and _merged(chosen, header.position):
        raw.faults.append(fault("TT-028", file, sheet=name, row=header.position + 1))
    first = pd.Series([row[0] for row in records[header.end :]], dtype=object)
    if data.startswith(ZIP):
        first = first[_heed_marks(raw, header, _sheet_xml(data, book.sheet_names.index(name)))]
    return without_furniture(raw, header, first.reset_index(drop=True))


def heads_of_workbook(data: bytes, file: str, most: int | None = HEADER_WITHIN) -> dict[str | None, list[list[Any]]]:
    """Give the first rows of every sheet that has any; of all where `most` is None."""
    _refuse_unsafe(data, file)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheets = [book.get_sheet_by_name(name) for name in book.sheet_names]
        return {sheet.name: sheet.to_python(skip_empty_area=False, nrows=most) for sheet in sheets if sheet.height}
    except PasswordError:
        raise refuse("TT-011", file) from None
    except (CalamineError, ZipError, XmlError):
        raise refuse("TT-014", file) from None


def _refuse_unsafe(data: bytes, file: str) -> None:
    """Refuse what must not be opened: locked, with macros, with XML entities, or far larger than it looks."""
    if data.startswith(OLE):
        for sign, code in ((_ENCRYPTED, "TT-011"), (_MACROS, "TT-012")):
            if sign in data:
                raise refuse(code, file)
        return
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            parts = package.infolist()
            size = sum(member.file_size for member in parts)
            if size > MAX_UNPACKED or (size > SMALL and size > MAX_RATIO * len(data)):
                raise refuse("TT-013", file, values={"limit": f"{MAX_UNPACKED // 1_000_000} MB"})
            for member in parts:
                _refuse_part(package, member, file)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError):
        raise refuse("TT-014", file) from None


def _refuse_part(package: zipfile.ZipFile, member: zipfile.ZipInfo, file: str) -> None:
    if member.filename.lower().endswith("vbaproject.bin"):
        raise refuse("TT-012", file)
    with package.open(member) as content:
        start = content.read(4096)
    if b"<!DOCTYPE" in start or b"<!ENTITY" in start:
        raise refuse("TT-038", file)
    if member.filename == "xl/workbook.xml" and re.search(rb'date1904="(?:1|true)"', start):
        raise refuse("TT-037", file)


def _fitting(book: CalamineWorkbook, file: str, wanted: Sequence[str]) -> str:
    """Choose the sheet with most of the wanted names in one of its first rows."""
    scores = {}
    for name in book.sheet_names:
        head = book.get_sheet_by_name(name).to_python(skip_empty_area=False, nrows=HEADER_WITHIN)
        scores[name] = max((matches(row, wanted) for row in head), default=0)
    best = max(scores.values(), default=0)
    fitting = [name for name, score in scores.items() if score == best]
    fitting = [name for name in fitting if not _is_hidden(book, name)] or fitting
    if best and len(fitting) > 1:
        raise refuse("TT-026", file, values={"names": _listed(fitting)})
    return fitting[0]


def _is_hidden(book: CalamineWorkbook, name: str) -> bool:
    return book.sheets_metadata[book.sheet_names.index(name)].visible != SheetVisibleEnum.Visible


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:_LISTED]) + (" …" if names[_LISTED:] else "")


def _raw(records: list[list[Any]], file: str, sheet: str, header: Header) -> Raw:
    rows = np.arange(len(records)) + header.end + 1
    columns = {
        name: pd.Series([row[spot] for row in records], dtype=None if records else "str")
        for name, spot in header.columns.items()
    }
    return Raw(
        file,
        pd.DataFrame(columns),
        rows,
        header.names,
        sheet,
        serial_days=True,
        faults=header_faults(file, header, 1, sheet),
    )


def _filled_down(records: list[list[Any]], sheet: CalamineSheet, header: Header, file: str) -> list[Fault]:
    """Repeat the value of cells merged downwards in the columns that are used, and say so."""
    used = {spot: name for name, spot in header.columns.items()}
    filled: dict[str, list[int]] = {}
    faults = []
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or []:
        names = [used[spot] for spot in range(left, right + 1) if spot in used]
        if top < header.end or not names or records[top][left] == "":
            continue
        if len(names) > 1:
            faults.append(fault("TT-826", file, sheet=sheet.name, row=top + 1, column=names[0]))
        elif bottom > top and left in used:
            for row in range(top + 1, min(bottom + 1, len(records))):
                records[row][left] = records[top][left]
                filled.setdefault(names[0], []).append(row + 1)
    return faults + [
        fault("TT-825", file, sheet=sheet.name, row=min(rows), column=name, count=len(rows))
        for name, rows in filled.items()
    ]


def _merged(sheet: CalamineSheet, header: int) -> bool:
    """Tell whether the header row holds merged cells."""
    ranges = sheet.merged_cell_ranges or []
    return any(top <= header <= bottom for (top, _), (bottom, _) in ranges)


def _sheet_xml(data: bytes, number: int) -> bytes:
    """Give the XML of the sheet at a position in the workbook, through the workbook's relations."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        sheets = re.findall(rb"<sheet\b[^>]*>", package.read("xl/workbook.xml"))
        wanted = re.search(rb'\br:id="([^"]+)"', sheets[number])
        for relation in re.findall(rb"<Relationship\b[^>]*>", package.read("xl/_rels/workbook.xml.rels")):
            target = re.search(rb'\bTarget="/?(?:xl/)?([^"]+)"', relation)
            if wanted and target and b'Id="' + wanted[1] + b'"' in relation:
                return package.read("xl/" + target[1].decode())
    return b""


def _heed_marks(raw: Raw, header: Header, xml: bytes) -> np.ndarray:
    """Note hidden rows and formulas without value, set rows with an error aside; tell which rows stay."""
    letters = {_letters(spot): name for name, spot in header.columns.items()}
    for column, row in _UNVALUED.findall(xml):
        if column in letters:
            cell = (column + row).decode()
            place: dict[str, Any] = {"row": int(row), "column": letters[column], "values": {"cell": cell}}
            raw.faults.append(fault("TT-029", raw.file, sheet=raw.sheet, **place))
    hidden = np.isin(raw.rows, [int(row) for row in _HIDDEN.findall(xml)])
    if hidden.any():
        first, count = int(raw.rows[hidden][0]), int(hidden.sum())
        raw.faults.append(fault("TT-031", raw.file, sheet=raw.sheet, row=first, count=count))
    errors = {int(row): letters[column] for column, row in _ERROR.findall(xml) if column in letters}
    for row, name in errors.items():
        if row in raw.rows:
            raw.refuse_row("TT-030", row, column=name)
    stays = ~np.isin(raw.rows, list(errors))
    raw.cells, raw.rows = raw.cells[stays].reset_index(drop=True), raw.rows[stays]
    return stays


def _letters(spot: int) -> bytes:
    """Give the letters of a column: 0 is A, 26 is AA."""
    text = b""
    spot += 1
    while spot:
        spot, rest = divmod(spot - 1, 26)
        text = bytes([65 + rest]) + text
    return text
