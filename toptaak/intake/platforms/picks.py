"""From the options of a question to tasks."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count, groupby
from pathlib import Path
from typing import Any, Final

import pandas as pd

from toptaak.core.letters import bare_letters
from toptaak.intake.gather import NOT_PICKED, folded
from toptaak.intake.mapping import UNDECIDED
from toptaak.intake.platforms.survey_questions import Question, Shape
from toptaak.intake.readers.raw import nearest, plain

TASK_LIST = "tasks.csv"
_LONGEST_CODE = 40
_BARE_CODE = re.compile(r"(?:SQ|AO?)\d{1,4}")  # what LimeSurvey calls an option: nobody can tell which task it is
# an option that chooses no task
NO_ANSWER: Final = re.compile(
    r"weet (?:ik )?niet|geen (?:antwoord|mening|van deze|van bovenstaande)\b.*|n\.?v\.?t\.?"
    r"|don'?t know|none of (?:the|these)\b.*",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Tasks:
    """A task list: names as people write them = code. Empty where there is none."""

    codes: Mapping[str, str]

    @classmethod
    def of(cls, table: pd.DataFrame | None) -> Tasks:
        """Make it of the table `tasks`; of a name that stands for two codes none is taken.

        Examples
        --------
        >>> table = pd.DataFrame({"task_id": ["T1"], "label": ["Paspoort"], "label_en": ["Passport"]})
        >>> Tasks.of(table).code("paspoort"), Tasks.of(table).code("Pasport")
        ('T1', '? T1')
        """
        if table is None:
            return cls({})
        pairs = [
            (name, row.task_id)
            for row in table.itertuples()
            for name in (row.task_id, row.label, row.label_en)
            if isinstance(name, str) and name
        ]
        meanings: dict[str, set[str]] = {}
        for name, code in pairs:
            meanings.setdefault(plain(name), set()).add(str(code))
        return cls({name: str(code) for name, code in pairs if len(meanings[plain(name)]) == 1})

    def __bool__(self) -> bool:
        return bool(self.codes)

    @property
    def labels(self) -> list[str]:
        """List the names."""
        return list(self.codes)

    def code(self, option: str) -> str:
        """Give the code of the task that an option names, or a question mark with the nearest one."""
        folded = {plain(name): code for name, code in self.codes.items()}
        if plain(option) in folded:
            return folded[plain(option)]
        close = nearest(option, self.labels)
        return f"{UNDECIDED} {self.codes[close]}" if close in self.codes else UNDECIDED

    def known(self, options: Iterable[str]) -> int:
        """Count the options that are a task."""
        return sum(not self.code(option).startswith(UNDECIDED) for option in options) if self else 0


def gathering(question: Question, tasks: Tasks) -> dict[str, Any]:
    """Say how the picks of a question become rows: the parts `gather` and `values` of a mapping.

    Examples
    --------
    >>> columns = {"a": "Paspoort", "b": "Rijbewijs"}
    >>> vote = Question("Q1", "Taken?", columns, Shape.MARKS, ("Paspoort", "Rijbewijs"), ("Ja",))
    >>> gathering(vote, Tasks({}))
    {'gather': {'by': 'task_id', 'picked': ('Ja',), 'from': {'a': 'paspoort', 'b': 'rijbewijs'}}}
    """
    codes = _told_apart(question, option_codes(question.options, tasks))
    columns = {name: codes[option] for name, option in question.columns.items() if option in codes}
    blank = dict.fromkeys(question.blank, "")
    if question.shape is Shape.MARKS:
        denied = {"not_picked": question.not_picked} if question.not_picked else {}
        return {"gather": {"by": "task_id", "picked": question.picked} | denied | {"from": columns}}
    if question.shape is Shape.PLACES:
        values = {"values": {"position": blank}} if blank else {}
        return {"gather": {"into": "position", "by": "task_id", "from": columns}} | values
    gather: dict[str, Any] = {"into": "task_id", "from": tuple(question.columns)}
    if question.ordered:
        gather |= {"order": "position", "ordered": True}
    if question.mark:
        gather["split"] = question.mark
    if question.own:
        gather["others"] = "leave out"
    return {"gather": gather, "values": {"task_id": codes | blank}}


def _told_apart(question: Question, codes: Mapping[str, str]) -> dict[str, str]:
    """Leave options to a person that stand twice in one question: they were cut off, or are one."""
    times = Counter(map(plain, question.columns.values()))
    if question.variants or question.shape is Shape.RANKS:
        return dict(codes)
    return {option: UNDECIDED if times[plain(option)] > 1 else code for option, code in codes.items()}


def option_codes(options: Sequence[str], tasks: Tasks) -> dict[str, str]:
    """Give every option its task: of the task list, or without one a code made of its words.

    Examples
    --------
    >>> option_codes(["Café!", "Cafe?"], Tasks({}))
    {'Café!': 'cafe', 'Cafe?': 'cafe-2'}
    """
    if tasks:
        return {option: _task_of(option, tasks) for option in options}
    codes: dict[str, str] = {}
    for option in options:
        if NO_ANSWER.fullmatch(option) or _BARE_CODE.fullmatch(option):
            codes[option] = "" if NO_ANSWER.fullmatch(option) else UNDECIDED
            continue
        bare = slug(option)
        spellings = (bare if number == 1 else f"{bare}-{number}" for number in count(1))
        codes[option] = next(spelling for spelling in spellings if spelling not in codes.values())
    return codes


def _task_of(option: str, tasks: Tasks) -> str:
    code = tasks.code(option)
    return "" if code.startswith(UNDECIDED) and NO_ANSWER.fullmatch(option) else code


def write_task_list(tasks: Mapping[str, str], path: Path) -> None:
    """Write tasks (code = name) as the table `tasks`; a file that is there stays as it is.

    A name does not begin with a sign that a spreadsheet takes for a formula.
    """
    if path.exists():
        return
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, delimiter=";", lineterminator="\n")
        rows.writerow(("list_version", "task_id", "label"))
        rows.writerows(("1", code, name.lstrip("=+-@\t\r\n ") or code) for code, name in tasks.items())


def slug(text: str) -> str:
    """Make a code of words.

    Examples
    --------
    >>> slug("Paspoort & ID-kaart aanvragen")
    'paspoort-id-kaart-aanvragen'
    """
    return "-".join(re.findall(r"[a-z0-9]+", bare_letters(text)))[:_LONGEST_CODE].strip("-") or "x"


def mergeable(questions: Sequence[Question], cells: pd.DataFrame) -> list[Question]:
    """Join variants of one question (per country or group, each with its own columns) to one.

    Two questions with the same text that one person answered both are no variants.
    """
    ordered = sorted(
        questions, key=lambda question: (question.text, question.shape.value) if question.text else (question.code, "")
    )
    joined = []
    for _, group in groupby(ordered, key=lambda question: (question.text or question.code, question.shape)):
        some = list(group)
        alike = [question for question in some if set(question.options) & set(some[0].options)]
        if some[0].shape in (Shape.MARKS, Shape.TEXTS) and len(alike) > 1 and _never_both(alike, cells):
            some = [_joined(alike), *(question for question in some if question not in alike)]
        joined += some
    return joined


def _never_both(variants: Sequence[Question], cells: pd.DataFrame) -> bool:
    answered = [
        ~cells[list(variant.columns)].apply(lambda column: column.map(folded)).isin(NOT_PICKED).all(axis=1)
        for variant in variants
    ]
    return bool(sum(filled.astype(int) for filled in answered).max() <= 1) if len(cells) else True


def _joined(variants: Sequence[Question]) -> Question:
    columns = {name: option for variant in variants for name, option in variant.columns.items()}
    options = tuple(dict.fromkeys(option for variant in variants for option in variant.options))
    picked = tuple(sorted({word for variant in variants for word in variant.picked}))
    return replace(variants[0], columns=columns, options=options, picked=picked, variants=True)
