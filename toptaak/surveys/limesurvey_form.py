"""A questionnaire as the tab-separated structure that LimeSurvey imports."""

from __future__ import annotations

import csv
import html
import io
from collections.abc import Iterator, Mapping

from toptaak.surveys.questionnaire import PAGES, TITLE, Ask, FormQuestion, Questionnaire, Words

COLUMNS = (
    *("id", "related_id", "class", "type/scale", "name", "relevance", "text", "help", "language", "validation"),
    *("mandatory", "encrypted", "other", "default", "same_default", "max_answers", "random_order"),
)
_TYPES: Mapping[Ask, str] = {Ask.SEVERAL: "M", Ask.SINGLE: "L", Ask.YES_NO: "Y", Ask.SCALE: "L"}
# the date of an answer is kept and who gave it is not
_SETTINGS = {
    "format": "G",
    "anonymized": "Y",
    "datestamp": "Y",
    "ipaddr": "N",
    "refurl": "N",
    "savetimings": "N",
    "allowprev": "Y",
    "showwelcome": "N",
    "usecookie": "N",
    "alloweditaftercompletion": "N",
}


def limesurvey_structure(form: Questionnaire) -> str:
    """Write a questionnaire as LimeSurvey's tab-separated structure, with a byte order mark as it writes itself.

    Codes of answers are short: `A1`, `A2`; those of tasks in the vote and of answers stand in the order of the list.
    """
    out = io.StringIO()
    rows = csv.DictWriter(out, COLUMNS, delimiter="\t", lineterminator="\r\n", restval="")
    rows.writeheader()
    rows.writerows(_rows(form))
    return "\ufeff" + out.getvalue()


def sub_code(place: int) -> str:
    """Give the code of the option at a place, from 1.

    Examples
    --------
    >>> sub_code(7)
    'T007'
    """
    return f"T{place:03d}"


def answer_code(question: FormQuestion, place: int) -> str:
    """Give the code of the answer at a place, from 1: the number itself on a scale."""
    return str(question.lowest + place - 1) if question.ask is Ask.SCALE else f"A{place}"


def _rows(form: Questionnaire) -> Iterator[dict[str, str]]:
    first, *others = form.languages
    settings = {"language": first, "additional_languages": " ".join(others), **_SETTINGS}
    for name, text in settings.items():
        yield {"class": "S", "name": name, "text": text}
    for language in form.languages:
        yield {"class": "SL", "name": "surveyls_title", "text": _safe(TITLE, language), "language": language}
    numbers = {asked.code: str(number) for number, asked in enumerate(form.questions, 1)}
    for language in form.languages:
        page = ""
        for question in form.questions:
            if question.page != page:
                page = question.page
                yield {"id": str(list(PAGES).index(page) + 1), "class": "G", "type/scale": "0", "relevance": "1",
                       "name": _safe(PAGES[page], language), "language": language}  # fmt: skip
            yield from _question(question, numbers[question.code], language)


def _question(question: FormQuestion, number: str, language: str) -> Iterator[dict[str, str]]:
    row = {"id": number, "class": "Q", "type/scale": _TYPES[question.ask], "name": question.code, "relevance": "1"}
    row |= {"text": _safe(question.words, language), "language": language, "mandatory": "N", "other": "N"}
    if question.most:
        row["max_answers"] = str(question.most)
    if question.shuffled:
        row["random_order"] = "1"
    yield row
    if question.ask is Ask.SEVERAL:
        for place, option in enumerate(question.options, 1):
            yield {"class": "SQ", "type/scale": "0", "name": sub_code(place), "relevance": "1",
                   "text": _safe(option.words, language), "language": language}  # fmt: skip
    for place, text in enumerate(_answers(question, language), 1):
        name = answer_code(question, place)
        yield {"class": "A", "type/scale": "0", "name": name, "text": text, "language": language}


def _answers(question: FormQuestion, language: str) -> list[str]:
    if question.ask is Ask.SCALE:
        return [str(number) for number in range(question.lowest, question.highest + 1)]
    return [_safe(option.words, language) for option in question.options] if question.ask is Ask.SINGLE else []


def _safe(words: Words, language: str) -> str:
    """Write a text so that it is shown as it stands: no markup, and no expression between braces.

    Examples
    --------
    >>> _safe({"nl": "A & B {x}"}, "nl")
    'A &amp; B { x}'
    """
    return html.escape(words[language], quote=False).replace("{", "{ ")
