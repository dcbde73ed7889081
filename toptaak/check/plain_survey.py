"""A survey in a sheet of one's own: `Keuze 1 … Keuze 5`, a column per task, or one cell with several answers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

import pandas as pd

from toptaak.check.column_fit import Fit, fit
from toptaak.check.head_words import head_word
from toptaak.check.sheets import Sheet
from toptaak.intake.columns import ContractColumn, Kind
from toptaak.intake.gather import NOT_PICKED, folded
from toptaak.intake.parsed import Options
from toptaak.intake.platforms.picks import Tasks
from toptaak.intake.platforms.survey_export import Export
from toptaak.intake.platforms.survey_questions import OPTIONS_KNOWN, PICKED, Asked, Question, Shape, shaped
from toptaak.intake.readers.raw import plain

PLAIN: Final = "sheet"
_RESPONDENT: Final = (
    *(
        "respondent",
        "respondentnummer",
        "respondentnr",
        "respondentid",
        "responsid",
        "nr",
        "nummer",
        "id",
        "volgnummer",
    ),
    *("rij", "resp", "deelnemer", "deelnemernummer", "number", "no", "respons", "stembiljet"),
)
_WHEN: Final = (
    *(
        "datum",
        "ingevuldop",
        "invuldatum",
        "datumingevuld",
        "tijdstip",
        "date",
        "timestamp",
        "tijdstempel",
        "ingediend",
    ),
    *("datumtijd", "submitted", "submittedat", "dag", "created", "createdat", "endtime", "completedat"),
)
_ORDINALS: Final = {
    word: str(number)
    for number, words in enumerate(
        (
            ("eerste", "first", "1e", "1st"),
            ("tweede", "second", "2e", "2nd"),
            ("derde", "third", "3e", "3rd"),
            ("vierde", "fourth", "4e", "4th"),
            ("vijfde", "fifth", "5e", "5th"),
        ),
        1,
    )
    for word in words
}
_PLACE: Final = re.compile(r"(?P<stem>.*?)[ _.-]*(?P<number>\d{1,2})[ _.-]*(?P<rest>\D*)")
_A_RANKING: Final = re.compile(
    r"\b(?:plaats|rang|rank|positie|position|top|prioriteit|priority|nummer|eerste|tweede|first|second|[1-5](?:e|st|nd|rd|th))\b"
)
_FEWEST_MARKS: Final = 5


def open_plain_survey(sheet: Sheet, tasks: Tasks) -> Export | None:
    """See a sheet as the export of a survey; None where no column looks like a vote on tasks."""
    cells = sheet.cells
    respondent = next((head for head in _with(_RESPONDENT, cells) if cells[head].map(folded).is_unique), None)
    when = next((head for head in _with(_WHEN, cells) if _is_day(cells[head])), None)
    others = [str(head) for head in cells if head not in (respondent, when)]
    questions = list(_questions(others, cells, tasks))
    votes = [question for question in questions if question.shape in OPTIONS_KNOWN]
    if not any(tasks.known(vote.options) > 1 or _looks_like_a_vote(vote) for vote in votes):
        return None
    roles = (("responseid", respondent), ("timestamp", when))
    filling_in = {role: head for role, head in roles if head is not None}
    return Export(
        sheet.file, PLAIN, cells, questions, filling_in, sheet.left_out, doubles=len(sheet.doubles), sheet=sheet.name
    )


def _with(heads: Sequence[str], cells: pd.DataFrame) -> Iterator[str]:
    for word in heads:
        yield from (str(head) for head in cells if head_word(str(head)) == word)


def _is_day(cells: pd.Series) -> bool:
    day = ContractColumn("date", Kind.DATE, "", "")
    either: tuple[Fit, Fit] = (fit(day, "", cells, Options()), fit(day, "", cells, Options(month_first=True)))
    return any(judged.good for judged in either)


def _looks_like_a_vote(question: Question) -> bool:
    return len(question.options) >= _FEWEST_MARKS


def _questions(heads: Sequence[str], cells: pd.DataFrame, tasks: Tasks) -> Iterator[Question]:
    """Put the columns of a sheet together: those with a number of a choice, those of one task each, the rest alone."""
    left = list(heads)
    for group in _numbered(left):
        question = shaped([Asked(head, group[0], _stem(group[0])) for head in group], cells, tasks.labels)
        if question.shape in (Shape.RANKS, Shape.PLACES):
            ranked = any(_A_RANKING.search(head.casefold()) for head in group)
            yield replace(question, ordered=ranked) if question.shape is Shape.RANKS else question
            left = [head for head in left if head not in group]
    marked = _of_tasks(left, cells, tasks)
    if marked:
        yield shaped([Asked(head, "taken", "", head) for head in marked], cells, tasks.labels)
    for head in left:
        if head not in marked:
            yield shaped([Asked(head, head, head)], cells, tasks.labels)


def _spelled(head: str) -> str:
    return " ".join(_ORDINALS.get(word, word) for word in re.split(r"[\s_]+", head.casefold()))


def _stem(head: str) -> str:
    match = _PLACE.fullmatch(_spelled(head))
    return f"{match['stem']} {match['rest']}".strip() if match else ""


def _numbered(heads: Sequence[str]) -> list[list[str]]:
    """Group heads that differ by a number only: `Keuze 1`, `Keuze 2`; `Eerste keuze`, `Tweede keuze`."""
    groups: dict[str, list[str]] = {}
    for head in heads:
        if _PLACE.fullmatch(_spelled(head)):
            groups.setdefault(_stem(head), []).append(head)
    return [group for group in groups.values() if len(group) > 1]


def _of_tasks(heads: Sequence[str], cells: pd.DataFrame, tasks: Tasks) -> list[str]:
    """Find the columns of one task each: named as one, or with nothing but marks or places in them."""
    said = {head: {folded(cell) for cell in cells[head].unique()} for head in heads}
    named = [head for head in heads if tasks and not tasks.code(head).startswith("?")]
    if len(named) > 1:
        return named
    marked = [head for head in heads if said[head] - NOT_PICKED and said[head] <= PICKED | NOT_PICKED | {plain(head)}]
    if len(marked) >= _FEWEST_MARKS:
        return marked
    own = [head for head in heads if said[head] - NOT_PICKED and said[head] <= {*NOT_PICKED, folded(head)}]
    if len(own) >= _FEWEST_MARKS:
        return own
    places = [head for head in heads if _are_places(said[head], len(heads))]
    return places if len(places) >= _FEWEST_MARKS else []


def _are_places(said: set[str], most: int) -> bool:
    used = said - NOT_PICKED
    return bool(used) and "" in said and all(text.isdigit() and 1 <= int(text) <= most for text in used)
