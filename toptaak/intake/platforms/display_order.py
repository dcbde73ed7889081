"""Which tasks were shown to whom, where Qualtrics kept the order in which it showed the options."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pandas as pd

from toptaak.intake.gather import NOT_PICKED, folded
from toptaak.intake.mapping import UNDECIDED
from toptaak.intake.platforms.picks import Tasks, option_codes
from toptaak.intake.platforms.survey_export import Export
from toptaak.intake.platforms.survey_questions import Question

_ORDER = "_DO"


def is_display_order(question: Question) -> bool:
    """Tell whether a question is the order in which the options of another were shown."""
    return question.code.endswith(_ORDER)


def shown_tasks(export: Export, ballot: Question, tasks: Tasks) -> dict[str, Any] | None:
    """Say which tasks were shown to whom; nothing where everybody saw the same options.

    Qualtrics keeps the order in one column (`4|1|3`), or in a column per option with its place.
    """
    order = next((question for question in export.questions if question.code == f"{ballot.code}{_ORDER}"), None)
    if order is None:
        return None
    cells = export.cells[list(order.columns)].apply(lambda column: column.map(folded))
    return _per_option(order, cells, ballot, tasks) if len(order.columns) > 1 else _in_one(order, cells, ballot, tasks)


def _in_one(order: Question, cells: pd.DataFrame, ballot: Question, tasks: Tasks) -> dict[str, Any] | None:
    shown = [set(text.split("|")) for text in cells.iloc[:, 0] if text]
    numbers = sorted({number for some in shown for number in some})
    if all(some == set(numbers) for some in shown):
        return None
    codes = _by_number(ballot, tasks)
    return {
        "gather": {"into": "task_id", "from": tuple(order.columns), "split": "|"},
        "values": {"task_id": {number: codes.get(number, UNDECIDED) for number in numbers}},
    }


def _per_option(order: Question, cells: pd.DataFrame, ballot: Question, tasks: Tasks) -> dict[str, Any] | None:
    seen = ~cells.isin(NOT_PICKED)
    answered = seen[seen.any(axis=1)]
    if answered.to_numpy().all():
        return None
    places = sorted({text for name in cells for text in cells[name][seen[name]]}, key=lambda text: (len(text), text))
    by_text, by_number = option_codes(ballot.options, tasks), _by_number(ballot, tasks)
    columns = {
        name: by_text.get(option, by_number.get(_number(name), UNDECIDED)) for name, option in order.columns.items()
    }
    return {"gather": {"by": "task_id", "picked": tuple(places), "from": columns}}


def _by_number(ballot: Question, tasks: Tasks) -> Mapping[str, str]:
    codes = option_codes(ballot.options, tasks)
    return {_number(name): codes[option] for name, option in ballot.columns.items() if option in codes}


def _number(name: str) -> str:
    match = re.search(r"_(\d+)(?:\.|$)", name)
    return match[1] if match else ""
