"""The sheets of a file, each as a table to look at: its header found, personal columns left out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pandas as pd

from toptaak.check.head_words import ALL_HEADS, head_word, names_people
from toptaak.core.errors import InputRefused, ToptaakError
from toptaak.core.faults import Fault, stopping
from toptaak.core.wording import message
from toptaak.intake.codes import points_at_person
from toptaak.intake.gather import NOT_PICKED, folded
from toptaak.intake.platforms.survey_export import holds_people, may_be_personal
from toptaak.intake.platforms.survey_questions import PICKED
from toptaak.intake.readers import heads, read
from toptaak.intake.readers.raw import plain

_MOST_SHEETS: Final = 40
_SAMPLE: Final = 20_000_000  # bytes of a text that are looked at
_RARELY: Final = 0.05  # share of distinct labels that may hold somebody's data: the reader masks those
# beside such a column a name is that of a task
_OF_TASKS: Final = frozenset(
    {"taskid", "taakid", "taakcode", "taaknummer", "projectid", "thema", "categorie", "category"}
)
_MOMENT: Final = re.compile(r"\d{1,4}([-/.])\d{1,2}\1\d{2,4}\b|\d{1,4}:\d\d\b")  # its digits are no number of a person
_PHONE: Final = re.compile(r"(?:0|\+?31|0031)[1-9]\d{8}")
_PLACE_DIGITS: Final = 3  # a mark, a place and a number of two digits are nobody's
_FREE: Final = 60  # a column of so many distinct texts is no column of labels


@dataclass(frozen=True)
class Sheet:
    """A sheet of a workbook, or a text file.

    Attributes
    ----------
    name
        Of the sheet; None of a text file.
    cells
        The columns that may be looked at.
    left_out
        Columns that may say who somebody is.
    doubles
        Names that stand in the header more than once.
    serial_days
        Whether numbers may count days, as in Excel.
    """

    file: str
    name: str | None
    cells: pd.DataFrame
    left_out: tuple[str, ...] = ()
    doubles: tuple[str, ...] = ()
    serial_days: bool = False
    faults: tuple[Fault, ...] = field(default=())


def open_sheets(path: Path, tasks: Collection[str] = ()) -> list[Sheet]:
    """Open every sheet of a file that holds a table.

    Parameters
    ----------
    path
        A text file or workbook.
    tasks
        Names of tasks: a column that is named after one is nobody's address.

    Raises
    ------
    InputRefused
        where the file, or every sheet of it, cannot be read.
    ToptaakError
        for a workbook with too many sheets to look at.
    """
    data = _sample(path)
    records = heads(data, path.name, tuple(ALL_HEADS))
    if len(records) > _MOST_SHEETS:
        text = "{path} has {n} sheets: save those with data in a workbook of at most {limit}."
        raise ToptaakError(message(text, path=path.name, n=len(records), limit=_MOST_SHEETS))
    sheets, refusals = [], []
    for name, rows in records.items():
        try:
            sheets += _opened_sheet(data, path.name, name, rows, tasks)
        except InputRefused as refused:
            refusals += refused.faults
    if refusals and not sheets:
        raise InputRefused(refusals)
    return sheets


def _sample(path: Path) -> bytes:
    """Read a file; of a large text only whole lines of the beginning."""
    large = path.suffix.lower() in (".csv", ".tsv", ".txt") and path.stat().st_size > _SAMPLE
    if not large:
        return path.read_bytes()
    with path.open("rb") as file:
        return file.read(_SAMPLE).rpartition(b"\n")[0] + b"\n"


def _opened_sheet(
    data: bytes, file: str, name: str | None, records: Sequence[Sequence[Any]], tasks: Collection[str]
) -> list[Sheet]:
    names = _header(records)
    times = Counter(plain(head) for head in names)
    wanted = [head for head in names if head and times[plain(head)] == 1]
    if not wanted:
        return []
    raw = read(data, file, wanted, name)
    if stopping(raw.faults):
        raise InputRefused(stopping(raw.faults))
    if raw.cells.empty:
        return []
    known = {plain(task) for task in tasks}
    if {head_word(head) for head in wanted} & _OF_TASKS:
        known |= {plain(head) for head in wanted if head_word(head) in ("naam", "name")}
    kept = [str(head) for head in raw.cells if not _is_personal(str(head), raw.cells[head], known)]
    left_out = tuple(head for head in wanted if head in raw.cells and head not in kept)
    doubles = tuple(dict.fromkeys(head for head in names if head and times[plain(head)] > 1))
    return [Sheet(file, name, raw.cells[kept], left_out, doubles, raw.serial_days)]


def _header(records: Sequence[Sequence[Any]]) -> list[str]:
    """Take the record that holds most heads we know, else the first with most texts."""
    texts = [["" if cell is None else str(cell).strip("\ufeff \t\n") for cell in record] for record in records]
    known = [len({head_word(text) for text in record} & ALL_HEADS) for record in texts]
    words = [sum(isinstance(cell, str) and _is_words(cell) for cell in record) for record in records]
    scores = known if max(known, default=0) > 1 else words
    return texts[scores.index(max(scores))] if scores else []


def _is_words(text: str) -> bool:
    return any(sign.isalpha() for sign in text)


def _is_personal(head: str, cells: pd.Series, tasks: Collection[str]) -> bool:
    """Tell whether a column may say who somebody is, by its head or by what stands in it."""
    distinct = {folded(cell) for cell in cells.unique()}
    said = distinct - PICKED - NOT_PICKED - {folded(head)}
    if plain(head) in tasks or all(text.isdigit() and len(text) < _PLACE_DIGITS for text in said):
        return False
    if distinct and sum(_PHONE.fullmatch(text) is not None for text in distinct) > len(distinct) / 2:
        return True
    known = head_word(head) in ALL_HEADS
    if names_people(head) or (may_be_personal(head) and not known):
        return True
    if all(_MOMENT.match(text) for text in distinct if text):
        return False
    texts = [text for text in distinct if text and not text.isdigit()]
    if 0 < len(texts) <= _FREE or not known:
        return holds_people(cells)
    return bool(texts) and sum(points_at_person(text) for text in texts) > _RARELY * len(texts)
