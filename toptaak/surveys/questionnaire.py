"""A ready questionnaire out of a short list: the vote on tasks, background, and how the last task went.

Every question has one code, which is the code of its column in the export of any platform; the mapping that reads the
answers back is made of the same list.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

import pandas as pd

from toptaak.core.errors import ToptaakError
from toptaak.core.wording import Message, message

VOTE, LAST_TASK, CHANNEL, SUCCESS, EFFORT, RECOMMEND = "toptaken", "laatste", "kanaal", "gelukt", "ces2", "nps"
VERSION: Final = "1"  # of the wordings below; another wording is another version
LANGUAGES: Final = ("nl", "en")
_CODE: Final = re.compile(r"[a-z][a-z0-9]{0,14}")
_MOST_OPTIONS: Final = 30
Words = Mapping[str, str]  # language: text


class Ask(StrEnum):
    """How a question is answered."""

    SEVERAL = "several"  # any of the options
    SINGLE = "one"  # one of the options
    YES_NO = "yes_no"
    SCALE = "scale"  # a whole number


@dataclass(frozen=True)
class Option:
    """An answer: what stands for it in our tables, and what people read."""

    value: str
    words: Words


@dataclass(frozen=True)
class FormQuestion:
    """One question; `page` is the heading of the page it stands on, `most` the largest number of answers."""

    code: str
    ask: Ask
    words: Words
    page: str
    options: tuple[Option, ...] = ()
    most: int = 0
    lowest: int = 0
    highest: int = 0
    shuffled: bool = False


@dataclass(frozen=True)
class Questionnaire:
    """A questionnaire: its name, its languages (the first is the main one) and its questions in order."""

    name: str
    languages: tuple[str, ...]
    questions: tuple[FormQuestion, ...]

    def of(self, code: str) -> FormQuestion:
        """Give the question with a code."""
        return next(question for question in self.questions if question.code == code)

    @property
    def background(self) -> list[FormQuestion]:
        """List the questions that tell voters apart."""
        return [question for question in self.questions if question.page == BACKGROUND_PAGE]


TITLE: Final[Words] = {"nl": "Wat is voor u het belangrijkst?", "en": "What matters most to you?"}
VOTE_PAGE, BACKGROUND_PAGE, LAST_PAGE = "vote", "background", "last"
PAGES: Final[Mapping[str, Words]] = {
    VOTE_PAGE: {"nl": "Uw keuze", "en": "Your choice"},
    LAST_PAGE: {"nl": "De laatste keer", "en": "The last time"},
    BACKGROUND_PAGE: {"nl": "Over u", "en": "About you"},
}
_CHANNELS: Final = (
    Option("web", {"nl": "Via de website", "en": "On the website"}),
    Option("phone", {"nl": "Via de telefoon", "en": "By phone"}),
    Option("desk", {"nl": "Aan de balie", "en": "At the desk"}),
    Option("e-mail", {"nl": "Via e-mail", "en": "By e-mail"}),
    Option("mail", {"nl": "Per brief", "en": "By letter"}),
    Option("chat", {"nl": "Via chat", "en": "In a chat"}),
)
_EFFORT: Final[Words] = {
    "nl": "De gemeente maakte het mij gemakkelijk om mijn vraag af te handelen. "
    "(1 = helemaal oneens, 7 = helemaal eens)",
    "en": "The municipality made it easy for me to handle my issue. (1 = strongly disagree, 7 = strongly agree)",
}
_RECOMMEND: Final[Words] = {
    "nl": "Hoe waarschijnlijk is het dat u deze dienst bij anderen aanbeveelt? (0 = zeer onwaarschijnlijk, "
    "10 = zeer waarschijnlijk)",
    "en": "How likely are you to recommend this service to others? (0 = not at all likely, 10 = extremely likely)",
}
AGES: Final = FormQuestion(
    "leeftijd",
    Ask.SINGLE,
    {"nl": "Wat is uw leeftijd?", "en": "How old are you?"},
    BACKGROUND_PAGE,
    tuple(
        Option(value, {"nl": nl, "en": en})
        for value, nl, en in (
            ("18-34", "18 tot en met 34 jaar", "18 to 34"),
            ("35-54", "35 tot en met 54 jaar", "35 to 54"),
            ("55-74", "55 tot en met 74 jaar", "55 to 74"),
            ("75+", "75 jaar of ouder", "75 or older"),
        )
    ),
)


def make_questionnaire(
    tasks: pd.DataFrame,
    name: str,
    languages: Sequence[str],
    picks: int = 5,
    background: Sequence[FormQuestion] = (AGES,),
) -> Questionnaire:
    """Make a questionnaire of a short list.

    Parameters
    ----------
    tasks
        The table `tasks`; a task without a name in English is shown in Dutch.
    name
        Of the survey, as it will stand in the column `survey`.
    languages
        `nl`, `en` or both; the first is the main one.
    picks
        How many tasks a voter may choose.
    background
        Own questions that tell voters apart.

    Raises
    ------
    ToptaakError
        where the list is empty, two tasks have one name, or more is asked than the list holds.

    Examples
    --------
    >>> tasks = pd.DataFrame({"task_id": ["T1", "T2"], "label": ["Paspoort", "Afval"], "label_en": [None, "Waste"]})
    >>> made = make_questionnaire(tasks, "2026", ["nl"], picks=1)
    >>> [one.code for one in made.questions]
    ['toptaken', 'laatste', 'kanaal', 'gelukt', 'ces2', 'nps', 'leeftijd']
    """
    options = _task_options(tasks)
    if not 0 < picks <= len(options):
        raise ToptaakError(message("The list holds {n} tasks: choose from 1 to {n} picks.", n=len(options)))
    asked = {"nl": f"Welke taken zijn voor u het belangrijkst? Kies er hoogstens {picks}.",
             "en": f"Which tasks matter most to you? Choose up to {picks}."}  # fmt: skip
    questions = (
        FormQuestion(VOTE, Ask.SEVERAL, asked, VOTE_PAGE, options, most=picks, shuffled=True),
        FormQuestion(LAST_TASK, Ask.SINGLE, {"nl": "Wat regelde u het laatst bij de gemeente?",
                     "en": "What did you last arrange with the municipality?"}, LAST_PAGE, options),
        FormQuestion(CHANNEL, Ask.SINGLE, {"nl": "Hoe deed u dat?", "en": "How did you do that?"},
                     LAST_PAGE, _CHANNELS),
        FormQuestion(SUCCESS, Ask.YES_NO, {"nl": "Is het gelukt?", "en": "Did you succeed?"}, LAST_PAGE),
        FormQuestion(EFFORT, Ask.SCALE, _EFFORT, LAST_PAGE, lowest=1, highest=7),
        FormQuestion(RECOMMEND, Ask.SCALE, _RECOMMEND, LAST_PAGE, lowest=0, highest=10),
        *background,
    )  # fmt: skip
    _refuse_doubles(questions)
    return Questionnaire(name, tuple(languages), questions)


def _task_options(tasks: pd.DataFrame) -> tuple[Option, ...]:
    english = tasks["label_en"] if "label_en" in tasks else pd.Series(None, index=tasks.index, dtype=object)
    options = tuple(
        Option(str(code), {"nl": _one_line(nl), "en": _one_line(en) if isinstance(en, str) and en else _one_line(nl)})
        for code, nl, en in zip(tasks["task_id"], tasks["label"], english, strict=True)
    )
    if not options:
        raise ToptaakError(message("The list holds no tasks."))
    return options


def _refuse_doubles(questions: Sequence[FormQuestion]) -> None:
    """Refuse two options that read the same: nobody could tell which was chosen; and two questions with one code."""
    answers = dict.fromkeys(
        (question.code, text)
        for question in questions
        for language in LANGUAGES
        for text in _twice([option.words.get(language, "") for option in question.options])
    )
    doubles = [
        message("{question}: the answer ‘{answer}’ stands there twice.", question=code, answer=text)
        for code, text in answers
    ]
    codes = _twice([question.code for question in questions])
    doubles += [message("The code {code} stands there twice.", code=code) for code in codes]
    if doubles:
        raise ToptaakError(*doubles)


def _twice(texts: Sequence[str]) -> list[str]:
    return sorted({text for text in texts if text and texts.count(text) > 1})


def read_background(path: Path) -> list[FormQuestion]:
    """Read own background questions: a CSV with `code`, `question`, `options` (separated by |) and English beside it.

    Raises
    ------
    ToptaakError
        naming every row that is not right.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        text = file.read()
    first = text.partition("\n")[0]
    rows = list(csv.DictReader(text.splitlines(), delimiter=";" if ";" in first else ","))
    if not rows or not {"code", "question", "options"} <= rows[0].keys():
        expected = "code, question, options, question_en, options_en"
        raise ToptaakError(message("{file}: expected the columns {names}.", file=path.name, names=expected))
    questions, faults = [], []
    for number, row in enumerate(rows, 2):
        made, fault = _background(row)
        questions += [made] if made else []
        faults += [message("{file}, row {row}: {why}", file=path.name, row=number, why=fault)] if fault else []
    if faults:
        raise ToptaakError(*faults)
    return questions


def _background(row: Mapping[str, str | None]) -> tuple[FormQuestion | None, Message | None]:
    cells = {name: (cell or "").strip() for name, cell in row.items() if isinstance(cell, str | None)}
    dutch = [option.strip() for option in cells["options"].split("|") if option.strip()]
    english = [option.strip() for option in cells.get("options_en", "").split("|") if option.strip()] or dutch
    if not _CODE.fullmatch(cells["code"]):
        return None, message("the code must be 1 to 15 small letters and digits, the first a letter.")
    if not cells["question"] or not 2 <= len(dutch) <= _MOST_OPTIONS or len(english) != len(dutch):
        why = message("a question and 2 to {most} options between |, as many in English.", most=_MOST_OPTIONS)
        return None, why
    words = {"nl": cells["question"], "en": cells.get("question_en") or cells["question"]}
    options = tuple(Option(nl, {"nl": nl, "en": en}) for nl, en in zip(dutch, english, strict=True))
    return FormQuestion(cells["code"], Ask.SINGLE, words, BACKGROUND_PAGE, options), None


def _one_line(text: object) -> str:
    return " ".join(str(text).split())


def question_rows(form: Questionnaire) -> list[tuple[str, ...]]:
    """List the wordings of the scored questions, as rows of the table `questions`."""
    scales = (("ces2", form.of(EFFORT)), ("nps", form.of(RECOMMEND)))
    return [
        (
            question.code,
            VERSION,
            language,
            kind,
            question.words[language],
            str(question.lowest),
            str(question.highest),
            "better",
        )
        for kind, question in scales
        for language in form.languages[:1]
    ]
