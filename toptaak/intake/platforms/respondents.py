"""Which columns of an export tell who answered, when, where, and what kind of person it was."""

from __future__ import annotations

import re
from typing import Any, Final

import pandas as pd

from toptaak.intake.gather import folded
from toptaak.intake.mapping import ROW
from toptaak.intake.places import place
from toptaak.intake.platforms.survey_export import Export, may_be_personal
from toptaak.intake.platforms.survey_questions import Shape

_RESPONDENT: Final = ("id", "responseid", "respondentid", "respondent", "antwoordid")
WHEN: Final = (
    *("submitdate", "recordeddate", "enddate", "datemodified", "completiontime", "tijdvanvoltooien", "timestamp"),
    *("tijdstempel", "einddatum", "datumgewijzigd", "wijzigingsdatum", "datestamp", "startdate", "datecreated"),
    *("starttime", "begintijd", "startdatum", "begindatum", "datumgemaakt", "aanmaakdatum"),
)
_NO_DAY: Final = "1980-01-01"
_SEGMENTS: Final = (
    ("age", r"leeftijd|\bage\b|hoe oud"),
    ("sex", r"geslacht|gender|\bsex\b"),
    ("district", r"\bwijk|stadsdeel|\bbuurt|district"),
    ("role", r"ondernemer|inwoner|namens wie|welke rol|citizen|entrepreneur"),
    ("education", r"opleiding|education|qualification"),
)


def who(export: Export) -> dict[str, Any]:
    """Find the columns that name the respondent, the day and the municipality."""
    there = export.filling_in
    columns: dict[str, Any] = {"respondent": next((there[name] for name in _RESPONDENT if name in there), ROW)}
    days = [there[name] for name in WHEN if name in there and _tells_days(export.cells[there[name]])]
    columns |= {"date": days[0]} if days else {}
    towns = [name for name in _single_columns(export) if _are_municipalities(name, export.cells[name])]
    return columns | ({"municipality": towns[0]} if towns else {})


def _tells_days(cells: pd.Series) -> bool:
    """Tell whether a column holds days; LimeSurvey writes one and the same of 1980 where none was kept."""
    texts = {folded(cell) for cell in cells.unique()} - {""}
    return any(not text.startswith(_NO_DAY) for text in texts)


def _single_columns(export: Export) -> list[str]:
    return [next(iter(question.columns)) for question in export.questions if len(question.columns) == 1]


def _are_municipalities(name: str, cells: pd.Series) -> bool:
    if not re.search(r"gemeente|municipality|gemnr", name, re.IGNORECASE):
        return False
    texts = [text for text in {folded(cell) for cell in cells} if text]
    return bool(texts) and sum(place(text).code is not None for text in texts) >= 0.9 * len(texts)


def about_whom(export: Export) -> dict[str, Any]:
    """Find characteristics of respondents: questions with few answers whose words are known."""
    columns: dict[str, Any] = {}
    if way := export.filling_in.get("distributionchannel"):
        columns["mode"] = way
    weights = [name for name in export.cells if re.fullmatch(r"weging|gewicht|weight\w*", str(name), re.IGNORECASE)]
    columns |= {"weight": weights[0]} if weights else {}
    choices = [
        question
        for question in export.questions
        if question.shape is Shape.CHOICE and not may_be_personal(question.text)
    ]
    for segment, words in _SEGMENTS:
        same = [choice for choice in choices if re.search(words, choice.text, re.IGNORECASE)]
        names = [next(iter(choice.columns)) for choice in same if choice.text == same[0].text]
        if len(names) == 1 or (names and _never_both(export.cells[names])):
            columns[f"segment_{segment}"] = names[0] if len(names) == 1 else tuple(names)
    return columns


def _never_both(cells: pd.DataFrame) -> bool:
    """Tell whether nobody answered two of these columns: variants of one question."""
    return bool((cells.apply(lambda column: column.map(folded)) != "").sum(axis=1).max() <= 1)
