"""An export opened to see what is in it: its questions, and the columns about the filling in."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pandas as pd

from toptaak.core.errors import InputRefused
from toptaak.core.faults import stopping
from toptaak.intake.codes import fault, points_at_person
from toptaak.intake.gather import folded
from toptaak.intake.platforms.layouts import LAYOUTS, about_filling_in, recognise
from toptaak.intake.platforms.survey_questions import OPTIONS_KNOWN, Question, Shape, put_together, questions
from toptaak.intake.readers import head, read
from toptaak.intake.readers.raw import plain, refuse

# in the name of a column or the text of a question: it may tell who somebody is. Wider than what a mapping refuses,
# for a proposal is read by people in a hurry
_MAY_BE_PERSONAL: Final = re.compile(
    r"e-?mail|\bip\b|ip[ _-]?ad|\bnaam\b|\bname\b|voornaam|achternaam|recipient|(?:first|last)[ _]?name|telefoon|phone"
    r"|mobiel|\badres\b|\baddress|postcode|zip.?code|postal|geboorte|birth|\bbsn\b|burgerservice|latitude|longitude"
    r"|breedtegraad|lengtegraad|co[oö]rdin|token|\biban\b|rekeningnummer|handtekening|reference|user.?name"
    r"|gebruikersnaam|refurl|user.?agent|custom[ _]?(?:data|\d)",
    re.IGNORECASE,
)


# a question about tasks may name one, such as a change of address
_ABOUT_TASKS: Final = re.compile(r"\b(?:taken|taak|tasks?|onderwerpen|topics)\b", re.IGNORECASE)
_A_VOTE: Final = 5  # options
_ELEVEN: Final = (9, 8, 7, 6, 5, 4, 3, 2, -1)


@dataclass(frozen=True)
class Export:
    """What an export holds.

    Attributes
    ----------
    file, platform
        Its name and of which platform it is (`spss`: an SPSS file, `sheet`: a sheet of one's own; no layout).
    cells
        All columns that may be looked at.
    questions
        What was asked, in the order of the file.
    filling_in
        Folded code = column, of what the platform itself records.
    left_out
        Columns that may be personal.
    labels
        What a column is about, where its name does not tell.
    codes
        Of an SPSS file: per column label = code.
    doubles
        How many columns share their name with another, so that nobody knows which is meant.
    sheet
        Of a workbook, where it matters which.
    """

    file: str
    platform: str
    cells: pd.DataFrame
    questions: Sequence[Question]
    filling_in: Mapping[str, str]
    left_out: tuple[str, ...]
    labels: Mapping[str, str] = field(default_factory=dict)
    codes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    doubles: int = 0
    sheet: str | None = None


def open_export(path: Path, known: Sequence[str] = ()) -> Export | None:
    """Open a text file or workbook that a platform made.

    Parameters
    ----------
    path
        The file.
    known
        Names of tasks, for answers that hold the sign between answers.

    Returns
    -------
    Export or None
        None where the file is of no known platform.

    Raises
    ------
    InputRefused
        where the header is not as the platform makes it, or no answers stand under it.
    """
    data = path.read_bytes()
    records = head(data, path.name)
    platform = recognise(records)
    if platform is None:
        return None
    names, rows = LAYOUTS[platform](path.name, records)
    times = Counter(plain(name) for name in names)
    asked = [name for name in names if name and times[plain(name)] == 1]
    judged = _judged(platform, asked, known)
    doubted = {name for name in asked if may_be_personal(judged[name]) and _ABOUT_TASKS.search(judged[name])}
    allowed = [name for name in asked if name in doubted or not may_be_personal(judged[name])]
    if len(records) <= rows or not allowed:
        raise refuse("TT-809", path.name)
    raw = read(data, path.name, allowed, None, LAYOUTS[platform])
    if stopping(raw.faults):
        raise InputRefused(raw.faults)
    if raw.cells.empty:
        raise InputRefused([fault("TT-809", path.name)])
    filling_in = {code: name for name in allowed if (code := about_filling_in(platform, name))}
    others = [name for name in allowed if name not in filling_in.values()]
    asked_for = [
        question for question in questions(platform, others, raw.cells, known) if _is_sure(question, doubted, known)
    ]
    kept = [
        name for name in raw.cells if name not in doubted or any(name in question.columns for question in asked_for)
    ]
    cells, asked_for = without_people(raw.cells[kept], asked_for, list(filling_in.values()))
    left_out = [column for column in asked if column not in cells]
    doubles = len([name for name in names if name]) - len(asked)
    return Export(path.name, platform, cells, asked_for, filling_in, tuple(left_out), doubles=doubles)


def _judged(platform: str, asked: Sequence[str], known: Sequence[str]) -> dict[str, str]:
    """Give for every column the words by which it may be personal: of an option those of its question, of a task none.

    A task may be called `Adres wijzigen`; what people filled in is looked at afterwards.
    """
    tasks = {plain(label) for label in known}
    parts = {column.name: column for column in put_together(platform, asked)}
    several = Counter((column.code, column.text) for column in parts.values() if column.option)

    def judged(name: str) -> str:
        column = parts.get(name)
        if column is None or about_filling_in(platform, name):
            return name
        if plain(column.option) in tasks or several[column.code, column.text] > 1:
            return column.text
        return f"{column.text} {column.option}"

    return {name: judged(name) for name in asked}


def _is_sure(question: Question, doubted: set[str], known: Sequence[str]) -> bool:
    """Tell whether a question that names a kind of personal data is a vote all the same, by its answers."""
    if not doubted & question.columns.keys():
        return True
    tasks = {plain(label) for label in known}
    matching = sum(plain(option) in tasks for option in question.options)
    return question.shape in OPTIONS_KNOWN and (matching > 1 or (not known and len(question.options) >= _A_VOTE))


def without_people(
    cells: pd.DataFrame, asked: Sequence[Question], kept: Sequence[str]
) -> tuple[pd.DataFrame, list[Question]]:
    """Drop the columns that hold persons; of a question with options only its options are ever shown.

    Parameters
    ----------
    kept
        Columns of the platform itself, which stay.
    """
    gone = {
        name
        for question in asked
        if question.shape not in OPTIONS_KNOWN
        for name in question.columns
        if name not in kept and holds_people(cells[name])
    }
    # columns beside each other for name, street and town look like a ranking
    gone |= {
        name
        for question in asked
        if question.shape is Shape.RANKS
        for name, said in question.columns.items()
        if may_be_personal(said)
    }
    loose = [name for name in cells if not any(name in question.columns for question in asked) and name not in kept]
    gone |= {str(name) for name in loose if holds_people(cells[name])}
    left = [question for question in asked if not gone & question.columns.keys()]
    return cells[[name for name in cells if name not in gone]], left


def may_be_personal(name: str) -> bool:
    """Tell whether a column or question by its words may tell who somebody is.

    Examples
    --------
    >>> may_be_personal("RecipientEmail"), may_be_personal("Wat is uw leeftijd?")
    (True, False)
    """
    return _MAY_BE_PERSONAL.search(name) is not None


def holds_people(cells: pd.Series) -> bool:
    """Tell whether any cell holds an address or a phone number, or all hold citizen service numbers.

    Examples
    --------
    >>> [holds_people(pd.Series([text])) for text in ("123456782", "123456789", "a@b.nl")]
    [True, False, True]
    """
    texts = [text for text in {folded(cell) for cell in cells.unique()} if text]
    numbers = [text for text in texts if text.isdigit()]
    if texts and len(numbers) == len(texts):
        return all(_is_service_number(text) for text in numbers)
    return any(points_at_person(text) for text in texts if not text.isdigit())


def _is_service_number(text: str) -> bool:
    """Apply the eleven test, which one in eleven other numbers passes."""
    digits = [int(digit) for digit in text.zfill(9)]
    return len(text) in (8, 9) and (
        sum(digit * weight for digit, weight in zip(digits, _ELEVEN, strict=True)) % 11 == 0
    )
