"""What was asked: the columns of an export put together to questions, and how each was answered."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import Final

import pandas as pd

from toptaak.intake.gather import NOT_PICKED, folded, pieces
from toptaak.intake.readers.raw import plain

PICKED: Final = frozenset(
    "y yes ja j 1 x true waar checked selected geselecteerd aangevinkt gekozen quoted".split()  # noqa: SIM905
)
MARKS: Final = (";", "|", ",")  # between several answers in one cell
FEW: Final = 12  # a question with at most so many answers may be a characteristic
_LIME: Final = re.compile(r"(?P<code>[A-Za-z]\w*)(?P<sub>(?:\[[^\]]*\])*)(?:\._\.|\. |$)(?P<text>.*)")
_QUALTRICS: Final = re.compile(r"(?P<code>.+?)(?:_(?P<sub>\d+))?(?:\. (?P<text>.*))?")
_STEM: Final = re.compile(r"(.+)_\d+")
_OWN_WORDS: Final = re.compile(r"(?:_TEXT\b|\[(?:other|\w*comment)\])", re.IGNORECASE)
_OTHER: Final = re.compile(r"(?:other|anders)\b.*(?:specify|namelijk|toelicht)", re.IGNORECASE)


class Shape(StrEnum):
    """How answers stand in the columns of a question."""

    MARKS = "marks"  # a column per option, with a mark where it was picked
    TEXTS = "texts"  # a column per option, with its own text where it was picked
    PLACES = "places"  # a column per option, with the place it was given
    RANKS = "ranks"  # a column per place, with the option
    LIST = "list"  # several options in one cell
    CHOICE = "choice"  # one of a few answers
    OTHER = "other"  # open, a number, a battery of scales


@dataclass(frozen=True)
class Asked:
    """One column of an export: the question it belongs to and, where it has one, its option."""

    name: str
    code: str
    text: str
    option: str = ""


@dataclass(frozen=True)
class Question:
    """One question: its columns with the option of each, how it was answered and with which options.

    `mark` stands between answers in one cell; `ordered` tells that their order is the voter's.
    """

    code: str
    text: str
    columns: Mapping[str, str]
    shape: Shape = Shape.OTHER
    options: tuple[str, ...] = ()
    picked: tuple[str, ...] = ()
    mark: str | None = None
    ordered: bool = False


def questions(platform: str, names: Sequence[str], cells: pd.DataFrame, known: Sequence[str] = ()) -> list[Question]:
    """Put the columns of an export together to questions.

    Parameters
    ----------
    platform
        A name in `LAYOUTS`.
    names
        The columns in the order of the file.
    cells
        The cells of the columns that may be looked at; others are left out.
    known
        Names of tasks, for answers that hold the sign between answers.

    Examples
    --------
    >>> cells = pd.DataFrame({"Taken?": ["Paspoort;Trouwen;", "Paspoort;"]})
    >>> [(one.text, one.shape.value, one.options) for one in questions("forms", ["Taken?"], cells)]
    [('Taken?', 'list', ('Paspoort', 'Trouwen'))]
    """
    asked = [one for one in _asked(platform, names) if one.name in cells and not _OWN_WORDS.search(one.name)]
    groups = [list(some) for _, some in groupby(asked, key=lambda one: (plain(one.code), one.text))]
    return [shaped(some, cells, known) for some in groups]


def _asked(platform: str, names: Sequence[str]) -> Iterator[Asked]:
    if platform == "limesurvey":
        yield from (_of_limesurvey(name) for name in names)
    elif platform == "qualtrics":
        yield from _of_qualtrics(names)
    else:
        for name in names:
            text, option = _bracketed(name)
            yield Asked(name, text, text, option)


def _of_limesurvey(name: str) -> Asked:
    match = _LIME.fullmatch(name)
    if not match or not match["sub"]:
        return Asked(name, match["code"] if match else name, match["text"] if match else name)
    text, option = _bracketed(match["text"])
    return Asked(name, match["code"], text, option or match["sub"].strip("[]"))


def _bracketed(text: str) -> tuple[str, str]:
    """Split `Question [option]`; the option is the last part in brackets, which may hold brackets itself.

    Examples
    --------
    >>> _bracketed("Welke taken [kies er 5] [Paspoort [nieuw]]")
    ('Welke taken [kies er 5]', 'Paspoort [nieuw]')
    """
    depth = 0
    for spot in range(len(text) - 1, -1, -1) if text.endswith("]") else ():
        depth += {"]": 1, "[": -1}.get(text[spot], 0)
        if depth == 0:
            return text[:spot].strip(), text[spot + 1 : -1].strip()
    return text, ""


def _of_qualtrics(names: Sequence[str]) -> Iterator[Asked]:
    parts = [(name, match) for name in names if (match := _QUALTRICS.fullmatch(name))]
    for code, group in groupby(parts, key=lambda part: part[1]["code"]):
        some = list(group)
        texts = [match["text"] or "" for _, match in some]
        shared = _shared_start(texts).rpartition(" - ")[0] if len(texts) > 1 else ""
        text = shared.removesuffix(" - Selected Choice")
        for (name, match), whole in zip(some, texts, strict=True):
            option = whole[len(shared) + 3 :].strip() if shared else ""
            yield Asked(name, code, text or ("" if match["sub"] else whole), option or (match["sub"] or ""))


def _shared_start(texts: Sequence[str]) -> str:
    first, last = min(texts), max(texts)
    length = next((spot for spot, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), len(first))
    return first[:length]


def stem(name: str) -> str:
    """Give the part that variables of one question share: zw05_0 and zw05_1 are of zw05."""
    match = _STEM.fullmatch(name)
    return match[1] if match else name


def shaped(asked: Sequence[Asked], cells: pd.DataFrame, known: Sequence[str] = ()) -> Question:
    """Tell how a question was answered, by its cells.

    Parameters
    ----------
    asked
        The columns of the question.
    cells, known
        As for `questions`.
    """
    asked = [one for one in asked if not _OTHER.match(one.option)] or list(asked)
    first = asked[0]
    columns = {one.name: one.option for one in asked}
    bare = Question(first.code, first.text, columns)
    answers = cells[list(columns)]
    return _one_column(bare, answers.iloc[:, 0], known) if len(columns) == 1 else _several_columns(bare, answers)


def _one_column(bare: Question, column: pd.Series, known: Sequence[str]) -> Question:
    texts = [str(cell).strip() for cell in column if folded(cell)]
    for mark in MARKS:
        parts = [pieces(text, mark, known) for text in texts]
        if _several_answers(texts, parts, mark):
            options = tuple(sorted({one for some in parts for one in some}))
            ordered = all(set(some) == set(options) for some in parts)
            return Question(bare.code, bare.text, bare.columns, Shape.LIST, options, (), mark, ordered)
    distinct = sorted(set(texts))
    few = 0 < len(distinct) <= FEW and len(texts) >= 2 * len(distinct)
    return Question(bare.code, bare.text, bare.columns, Shape.CHOICE if few else Shape.OTHER, tuple(distinct))


def _several_answers(texts: Sequence[str], parts: Sequence[Sequence[str]], mark: str) -> bool:
    """Tell whether cells hold several answers, and not a sentence or an option with a comma.

    Then the same parts come back, and in different company.
    """
    if not any(len(some) > 1 for some in parts):
        return False
    if all(text.endswith(mark) for text in texts):
        return True
    given = Counter(one for some in parts for one in some)
    company = Counter(one for some in {tuple(some) for some in parts} for one in some)
    mixed = sum(times > 1 for times in company.values())
    return len(given) <= 0.6 * given.total() and mixed >= 0.5 * len(given)


def _several_columns(bare: Question, answers: pd.DataFrame) -> Question:
    said = answers.apply(lambda column: column.map(folded))
    given = said.where(~said.isin(NOT_PICKED), "")
    options = tuple(bare.columns.values())
    used = {text for name in given for text in given[name].unique()} - {""}
    if used <= PICKED:
        spelled = {str(cell).strip() for name in answers for cell in answers[name].unique() if folded(cell) in PICKED}
        words = tuple(sorted(spelled)) or ("Y", "Yes", "Ja", "1")
        return Question(bare.code, bare.text, bare.columns, Shape.MARKS, options, words)
    if all(set(given[name]) <= {"", folded(option)} for name, option in bare.columns.items()):
        return Question(bare.code, bare.text, bare.columns, Shape.TEXTS, options)
    if not _no_repeats(given):
        return bare
    if all(text.isdigit() and 1 <= int(text) <= len(options) for text in used):
        return Question(bare.code, bare.text, bare.columns, Shape.PLACES, options, (), None, True)
    spelled = {str(cell).strip() for name in answers for cell in answers[name].unique() if folded(cell)}
    return Question(bare.code, bare.text, bare.columns, Shape.RANKS, tuple(sorted(spelled)), (), None, True)


def _no_repeats(given: pd.DataFrame) -> bool:
    """Tell whether hardly anybody gave one answer twice: a ranking, and no battery of scales."""
    rows = [[text for text in row if text] for row in given.itertuples(index=False)]
    several = [row for row in rows if len(row) > 1]
    return bool(several) and sum(len(set(row)) == len(row) for row in several) >= 0.98 * len(several)
