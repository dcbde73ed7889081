"""A questionnaire as the Advanced Format text that Qualtrics imports."""

from __future__ import annotations

from collections.abc import Iterator

from toptaak.surveys.questionnaire import PAGES, Ask, FormQuestion, Questionnaire

_YES_NO = {"nl": ("Ja", "Nee"), "en": ("Yes", "No")}


def qualtrics_text(form: Questionnaire, language: str) -> str:
    """Write a questionnaire as Advanced Format text, in one language: Qualtrics takes translations afterwards.

    Random order and the largest number of answers cannot be said in this format: the command tells to set them.
    """
    lines = ["[[AdvancedFormat]]"]
    page = ""
    for question in form.questions:
        if question.page != page:
            lines += ["", f"[[Block:{_plain(PAGES[question.page][language])}]]"]
            page = question.page
        lines += _question(question, language)
    return "\n".join(lines) + "\n"


def choices(question: FormQuestion, language: str) -> list[str]:
    """List what people read, in the order in which Qualtrics numbers it."""
    if question.ask is Ask.SCALE:
        return [str(number) for number in range(question.lowest, question.highest + 1)]
    if question.ask is Ask.YES_NO:
        return list(_YES_NO[language])
    return [_plain(option.words[language]) for option in question.options]


def _question(question: FormQuestion, language: str) -> Iterator[str]:
    kind = "MultipleAnswer:Vertical" if question.ask is Ask.SEVERAL else "SingleAnswer:Vertical"
    yield from ("", f"[[Question:MC:{kind}]]", f"[[ID:{question.code}]]", _plain(question.words[language]))
    yield from ("[[Choices]]", *choices(question, language))


def _plain(text: str) -> str:
    """Keep a text from being read as a tag."""
    return text.replace("[[", "[ [").replace("]]", "] ]")
