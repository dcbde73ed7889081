"""The files of a questionnaire: what the platform imports, and what reads its export."""

from __future__ import annotations

import csv
import re
from pathlib import Path

from toptaak.core.errors import ToptaakError
from toptaak.core.wording import message
from toptaak.intake.platforms.toml import as_toml
from toptaak.surveys.limesurvey_form import limesurvey_structure
from toptaak.surveys.qualtrics_form import qualtrics_text
from toptaak.surveys.questionnaire import Questionnaire, question_rows
from toptaak.surveys.questionnaire_mapping import questionnaire_mapping

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,40}")
_QUESTIONS = ("question", "version", "language", "kind", "wording", "minimum", "maximum", "higher_is")


def write_questionnaire(form: Questionnaire, platform: str, municipality: str, data: Path) -> list[Path]:
    """Write the survey, its mapping and the wordings of its questions; nothing that is there is overwritten.

    Returns
    -------
    list of pathlib.Path
        The survey per language (`questionnaires/`), `mappings/<name>.toml` and, where it was absent, `questions.csv`.

    Raises
    ------
    ToptaakError
        where one of these is there already, or the name cannot be part of a file's name.
    """
    if not _NAME.fullmatch(form.name):
        raise ToptaakError(message("The name of a survey holds letters, digits, - and _ only: {name}", name=form.name))
    surveys = _surveys(form, platform)
    entries = questionnaire_mapping(form, platform, f"{form.name}-*", municipality)
    remark = message("Reads the export of the questionnaire {name}.", name=form.name).say(form.languages[0])
    texts = {data / "questionnaires" / name: text for name, text in surveys.items()}
    texts[data / "mappings" / f"{form.name}.toml"] = as_toml(entries, [remark], {})
    there = [path.name for path in texts if path.exists()]
    if there:
        raise ToptaakError(message("{path} exists: choose another name.", path=", ".join(there)))
    for path, text in texts.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    return [*texts, *_wordings(form, data)]


def _surveys(form: Questionnaire, platform: str) -> dict[str, str]:
    if platform == "limesurvey":
        return {f"{form.name}-limesurvey.txt": limesurvey_structure(form)}
    return {f"{form.name}-qualtrics-{language}.txt": qualtrics_text(form, language) for language in form.languages}


def _wordings(form: Questionnaire, data: Path) -> list[Path]:
    path = data / "questions.csv"
    if path.exists():
        return []
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, delimiter=";", lineterminator="\n")
        rows.writerow(_QUESTIONS)
        rows.writerows(question_rows(form))
    return [path]
