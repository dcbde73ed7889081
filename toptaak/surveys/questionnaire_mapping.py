"""The mapping that reads the answers of a questionnaire back: made of the questionnaire, so that nothing is guessed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from toptaak.intake.mapping import TableMapping
from toptaak.surveys.limesurvey_form import answer_code, sub_code
from toptaak.surveys.qualtrics_form import choices
from toptaak.surveys.questionnaire import (
    CHANNEL,
    EFFORT,
    LAST_TASK,
    RECOMMEND,
    SUCCESS,
    VERSION,
    VOTE,
    FormQuestion,
    Questionnaire,
)

_WHO = {"limesurvey": ("id", "submitdate"), "qualtrics": ("ResponseId", "RecordedDate")}


def questionnaire_mapping(form: Questionnaire, platform: str, file: str, municipality: str) -> list[TableMapping]:
    """Make the tables `respondents`, `ballots`, `attempts` and `ratings` of an export of the questionnaire.

    Columns are named by their codes, so that the language of the account and later changes of a text do not matter.

    Parameters
    ----------
    platform
        `limesurvey` or `qualtrics`.
    file
        Name of the export that will be put in the data folder; `*` stands for anything.
    """
    respondent, date = _WHO[platform]
    counts: dict[str, Any] = {"filled": (date,)} if platform == "limesurvey" else {"where": {"Finished": _DONE}}
    shared = {"files": (file,), "platform": platform, **counts}
    place = {"municipality": municipality}
    who = {"respondent": respondent, "date": date}
    segments = {f"segment_{question.code}": question.code for question in form.background}
    return [
        _table(shared, "respondents", {"survey": form.name, **place}, who | segments,
               {f"segment_{question.code}": _values(question, platform) for question in form.background}),
        _table(shared, "ballots", {"survey": form.name}, {"respondent": respondent}, {}, gather=_vote(form, platform)),
        _table(shared | _also(shared, LAST_TASK), "attempts", {**place, "method": form.name},
               who | {"task_id": LAST_TASK, "channel": CHANNEL, "believed_success": SUCCESS},
               {"task_id": _values(form.of(LAST_TASK), platform), "channel": _values(form.of(CHANNEL), platform)}),
        _table(shared, "ratings", {**place, "question_version": VERSION},
               who | {"task_id": LAST_TASK, "channel": CHANNEL},
               {"task_id": _values(form.of(LAST_TASK), platform), "channel": _values(form.of(CHANNEL), platform)},
               gather={"into": "score", "by": "question", "from": {EFFORT: EFFORT, RECOMMEND: RECOMMEND}}),
    ]  # fmt: skip


_DONE = ("True", "1", "TRUE", "Waar")


def _also(shared: dict[str, Any], column: str) -> dict[str, Any]:
    return {"filled": (*shared.get("filled", ()), column)}


def _table(
    shared: dict[str, Any], name: str, constants: dict[str, str], columns: dict[str, str], values: dict[str, Any],
    **more: Any,
) -> TableMapping:  # fmt: skip
    content = {**shared, "name": name, "constants": constants, "columns": columns, "values": values, **more}
    return TableMapping.model_validate(content)


def _vote(form: Questionnaire, platform: str) -> dict[str, Any]:
    vote = form.of(VOTE)
    tasks = [option.value for option in vote.options]
    if platform == "limesurvey":
        columns = {f"{VOTE}[{sub_code(place)}]": task for place, task in enumerate(tasks, 1)}
        return {"by": "task_id", "picked": ("Ja", "Yes", "Y"), "from": columns}
    columns = {f"{VOTE}_{place}": task for place, task in enumerate(tasks, 1)}
    return {"by": "task_id", "picked": (*_labels(vote, form.languages), "1"), "from": columns}


def _labels(question: FormQuestion, languages: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(choice for language in languages for choice in choices(question, language)))


def _values(question: FormQuestion, platform: str) -> dict[str, str]:
    """Say what every answer means, by its text in each language and by its code."""
    values = {}
    for place, option in enumerate(question.options, 1):
        code = answer_code(question, place) if platform == "limesurvey" else str(place)
        for theirs in (code, *option.words.values()):
            values[theirs] = option.value
    return values
