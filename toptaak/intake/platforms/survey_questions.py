"""What was asked: the columns of an export put together to questions, and how each was answered."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import groupby
from typing import Final

import pandas as pd

from toptaak.intake.gather import NOT_PICKED, folded
from toptaak.intake.platforms.several_answers import recurring, several_answers
from toptaak.intake.readers.raw import plain

PICKED: Final = frozenset(
    "y yes ja j 1 x true waar checked selected geselecteerd aangevinkt gekozen quoted".split()  # noqa: SIM905
) | frozenset({"genoemd", "aangekruist", "mentioned", "chosen", "ticked"})
FEW: Final = 12  # a question with at most so many answers may be a characteristic
_LIME: Final = re.compile(r"(?P<code>[A-Za-z]\w*)(?P<sub>(?:\[[^\]]*\])*)(?:\._\.|\. |$)(?P<text>.*)")
_QUALTRICS: Final = re.compile(r"(?P<code>.+?)(?:_(?P<sub>\d+))?(?:\. (?P<text>.*))?")
_STEM: Final = re.compile(r"(.+)_\d+|(.*\D)\d+")
_OWN_WORDS: Final = re.compile(r"(?:_TEXT\b|\[(?:other|\w*comment)\])", re.IGNORECASE)
_OTHER: Final = re.compile(
    r"(?:other|anders)\b.*(?:specify|namelijk|toelicht)|(?:other|anders|overige?|something else|iets anders):?$",
    re.IGNORECASE,
)
_MOST_FREE: Final = 0.25  # share of the columns of a question that may hold own words
_MOST_OWN: Final = 0.5  # share of the answers that only one person gave


class Shape(StrEnum):
    """How answers stand in the columns of a question."""

    MARKS = "marks"  # a column per option, with a mark where it was picked
    TEXTS = "texts"  # a column per option, with its own text where it was picked
    PLACES = "places"  # a column per option, with the place it was given
    RANKS = "ranks"  # a column per place, with the option
    LIST = "list"  # several options in one cell
    CHOICE = "choice"  # one of a few answers
    OTHER = "other"  # open, a number, a battery of scales


# the shapes whose options are known: nothing else of what people filled in is shown
OPTIONS_KNOWN: Final = frozenset({Shape.MARKS, Shape.TEXTS, Shape.PLACES, Shape.RANKS, Shape.LIST})


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

    Attributes
    ----------
    mark, ordered
        What stands between answers in one cell; whether their order is the voter's.
    own
        How many answers are in somebody's own words, which are no options.
    joined
        Options put together of parts that never stand apart.
    blank
        Words of a ranking that say that nothing was chosen.
    picked, not_picked
        Words of marks that say yes, and that say no.
    variants
        The columns are of several questions of which each person answered one.
    """

    code: str
    text: str
    columns: Mapping[str, str]
    shape: Shape = Shape.OTHER
    options: tuple[str, ...] = ()
    picked: tuple[str, ...] = ()
    mark: str | None = None
    ordered: bool = False
    own: int = 0
    joined: tuple[str, ...] = ()
    blank: tuple[str, ...] = ()
    variants: bool = False
    not_picked: tuple[str, ...] = ()


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
    >>> cells = pd.DataFrame({"Taken?": ["Paspoort;Trouwen;", "Paspoort;", "Trouwen;"]})
    >>> [(one.text, one.shape.value, one.options) for one in questions("forms", ["Taken?"], cells)]
    [('Taken?', 'list', ('Paspoort', 'Trouwen'))]
    """
    asked = [
        column
        for column in put_together(platform, names)
        if column.name in cells and not _OWN_WORDS.search(column.name)
    ]
    groups = [list(some) for _, some in groupby(asked, key=lambda column: (plain(column.code), column.text))]
    return [shaped(some, cells, known) for some in groups]


def put_together(platform: str, names: Sequence[str]) -> Iterator[Asked]:
    """Say of every column to which question it belongs, and which option of it it is."""
    if platform == "limesurvey":
        yield from (_of_limesurvey(name) for name in names)
    elif platform == "qualtrics":
        yield from _of_qualtrics(names)
    else:
        for name in names:
            text, option = bracketed(name)
            yield Asked(name, text, text, option)


def _of_limesurvey(name: str) -> Asked:
    match = _LIME.fullmatch(name)
    text, option = bracketed(name)
    if not match and option and text:  # headings of text only
        return Asked(name, text, text, option)
    if not match or not match["sub"]:
        return Asked(name, match["code"] if match else name, match["text"] if match else name)
    text, option = bracketed(match["text"])
    return Asked(name, match["code"], text, option or match["sub"].strip("[]"))


def bracketed(text: str) -> tuple[str, str]:
    """Split `Question [option]`; the option is the last part in brackets, which may hold brackets itself.

    Examples
    --------
    >>> bracketed("Welke taken [kies er 5] [Paspoort [nieuw]]")
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
    again: dict[tuple[str, str], int] = {}
    coded = []
    for name, match in parts:
        code = (match["code"], match["sub"] or "")
        again[code] = again.get(code, 0) + 1
        coded.append((match["code"], again[code], name, match))
    # two questions under one code stay two: the code of an option comes back with the second
    for (code, _), group in groupby(coded, key=lambda column: column[:2]):
        some = [(name, match) for _, _, name, match in group]
        texts = [match["text"] or "" for _, match in some]
        question, options = option_apart(texts) if len(texts) > 1 else ("", [""] * len(texts))
        for (name, match), whole, option in zip(some, texts, options, strict=True):
            text = question or ("" if match["sub"] else whole.removesuffix(" - Selected Choice"))
            yield Asked(name, code, text, option or (match["sub"] or ""))


def option_apart(texts: Sequence[str]) -> tuple[str, list[str]]:
    """Split `Question - option`; older exports write ` -` and `-`.

    Examples
    --------
    >>> option_apart(["Taken? - Afval", "Taken? - Auto"]), option_apart(["Taken?-Afval", "Taken?-Auto"])
    (('Taken?', ['Afval', 'Auto']), ('Taken?', ['Afval', 'Auto']))
    """
    shared = _shared_start(texts)
    for between in (r" - | -(?=\S|$)|(?<=[?.:!])-", "-"):
        if marks := list(re.finditer(between, shared)):
            end = marks[-1].end()
            question = re.sub(r"(?: - | -|-)(?:Selected Choice|Display Order)$", "", shared[: marks[-1].start()])
            return question, [text[end:].strip() for text in texts]
    return "", [""] * len(texts)


def _shared_start(texts: Sequence[str]) -> str:
    first, last = min(texts), max(texts)
    length = next((spot for spot, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), len(first))
    return first[:length]


def stem(name: str) -> str:
    """Give the part that variables of one question share.

    Examples
    --------
    >>> stem("zw05_0"), stem("q12"), stem("leeftijd")
    ('zw05', 'q', 'leeftijd')
    """
    match = _STEM.fullmatch(name)
    return (match[1] or match[2]) if match else name


def shaped(asked: Sequence[Asked], cells: pd.DataFrame, known: Sequence[str] = ()) -> Question:
    """Tell how a question was answered, by its cells.

    Parameters
    ----------
    asked
        The columns of the question.
    cells, known
        As for `questions`.
    """
    asked = [column for column in asked if not _OTHER.match(column.option)] or list(asked)
    first = asked[0]
    columns = {column.name: column.option for column in asked}
    bare = Question(first.code, first.text, columns)
    answers = cells[list(columns)]
    if len(columns) == 1:
        return _one_column(bare, answers.iloc[:, 0], known)
    return _several_columns(bare, answers, known)


def _one_column(bare: Question, column: pd.Series, known: Sequence[str]) -> Question:
    texts = [str(cell).strip() for cell in column if folded(cell) not in {"", "-99"}]
    if answers := several_answers(texts, known):
        return replace(
            bare,
            shape=Shape.LIST,
            options=answers.options,
            mark=answers.mark,
            ordered=answers.ordered,
            own=answers.own,
            joined=answers.joined,
        )
    distinct = sorted(set(texts))
    few = 0 < len(distinct) <= FEW and len(texts) >= 2 * len(distinct)
    return replace(bare, shape=Shape.CHOICE if few else Shape.OTHER, options=tuple(distinct))


def _several_columns(bare: Question, answers: pd.DataFrame, known: Sequence[str]) -> Question:
    said = answers.apply(lambda column: column.map(folded))
    given = said.where(~said.isin(NOT_PICKED), "")
    for of_option, shape in ((_is_marked, Shape.MARKS), (_is_named, Shape.TEXTS)):
        columns = {name: option for name, option in bare.columns.items() if of_option(given[name], option)}
        # one with own words beside the options is left out
        if len(columns) > 1 and len(bare.columns) - len(columns) <= _MOST_FREE * len(bare.columns):
            options = tuple(columns.values())
            words = _spelled(answers[list(columns)], given) if shape is Shape.MARKS else ()
            picked = words or (("Y", "Yes", "Ja", "1") if shape is Shape.MARKS else ())
            blank = _blank(answers[list(columns)], given) if shape is Shape.TEXTS else ()
            return replace(bare, columns=columns, shape=shape, options=options, picked=picked, blank=blank)
    return _placed(bare, answers, given, known) if _no_repeats(given) or _are_known(given, known) else bare


def as_written(cell: object) -> str:
    """Write a cell as people do: 1 and not 1.0.

    Examples
    --------
    >>> as_written(1.0), as_written(" Ja ")
    ('1', 'Ja')
    """
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell).strip()


def _is_marked(given: pd.Series, option: str) -> bool:
    """Tell whether a column of an option holds nothing but marks."""
    return set(given) - {""} <= PICKED


def _is_named(given: pd.Series, option: str) -> bool:
    """Tell whether a column of an option holds nothing but its own text."""
    return set(given) <= {"", folded(option)}


def _spelled(answers: pd.DataFrame, given: pd.DataFrame) -> tuple[str, ...]:
    """List the answers as they were written."""
    words = {as_written(cell) for name in answers for cell in answers[name][given[name] != ""].unique()}
    return tuple(sorted(words))


def _blank(answers: pd.DataFrame, given: pd.DataFrame) -> tuple[str, ...]:
    """List the words of cells in which nothing was chosen."""
    words = {as_written(cell) for name in answers for cell in answers[name][given[name] == ""].unique() if folded(cell)}
    return tuple(sorted(words))


def _placed(bare: Question, answers: pd.DataFrame, given: pd.DataFrame, known: Sequence[str]) -> Question:
    """Make a ranking: of columns per option with a place, or of columns per place with an option."""
    used = {text for name in given for text in given[name].unique()} - {""}
    blank = _blank(answers, given)
    if all(text.isdigit() and 1 <= int(text) <= len(bare.columns) for text in used):
        options = tuple(bare.columns.values())
        return replace(bare, shape=Shape.PLACES, options=options, ordered=True, blank=blank)
    rows = [
        [str(cell).strip() for cell, text in zip(*pair, strict=True) if text]
        for pair in zip(answers.itertuples(index=False), given.itertuples(index=False), strict=True)
    ]
    options = tuple(sorted(recurring(rows, known)))
    total, own = sum(map(len, rows)), sum(answer not in options for row in rows for answer in row)
    if len(options) < 2 or own > _MOST_OWN * total:
        return bare
    return replace(bare, shape=Shape.RANKS, options=options, ordered=True, own=own, blank=blank)


def _are_known(given: pd.DataFrame, known: Sequence[str]) -> bool:
    """Tell whether nearly all answers are names of tasks: then a repeated one is a mistake, and no point of a scale."""
    names = {folded(name) for name in known}
    filled = given.to_numpy()[given.to_numpy() != ""]
    return bool(names) and len(filled) > 0 and float(pd.Series(filled).isin(names).mean()) >= 1 - _MOST_OWN


def _no_repeats(given: pd.DataFrame) -> bool:
    """Tell whether hardly anybody gave one answer twice: a ranking, and no battery of scales."""
    rows = [[text for text in row if text] for row in given.itertuples(index=False)]
    several = [row for row in rows if len(row) > 1]
    return bool(several) and sum(len(set(row)) == len(row) for row in several) >= 0.98 * len(several)
