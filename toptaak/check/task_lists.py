"""A mapping proposed for a task list: a sheet with a code and a name for each task."""

from __future__ import annotations

import re
from typing import Final

from toptaak.check.column_fit import filled
from toptaak.check.head_words import head_word
from toptaak.check.sheets import Sheet
from toptaak.intake.gather import folded
from toptaak.intake.mapping import TableMapping

_HEADS: Final = {
    "task_id": ("taskid", "taakid", "taakcode", "taaknummer", "projectid", "code", "nr", "nummer", "id"),
    "label": ("label", "taak", "toptaak", "taaknaam", "naamtaak", "task", "naam", "name", "omschrijving", "titel"),
    "label_en": ("labelen", "english", "engels", "labelenglish"),
    "category": ("category", "categorie", "thema", "theme", "rubriek"),
    "list_version": ("listversion", "versie", "version"),
}
_FEWEST, _MOST = 3, 1_000


def propose_task_list(sheet: Sheet) -> TableMapping | None:
    """Propose a mapping for a sheet whose rows are tasks; None where it is none."""
    words = {head_word(str(head)): str(head) for head in reversed(list(sheet.cells))}
    columns = {
        ours: head
        for ours, heads in _HEADS.items()
        if (head := next((words[word] for word in heads if word in words), ""))
    }
    if not {"task_id", "label"} <= columns.keys() or not _FEWEST <= len(sheet.cells) <= _MOST:
        return None
    if not all(_names_each(sheet, columns[name]) for name in ("task_id", "label")):
        return None
    files = (re.sub(r"[\[\]*?]", "?", sheet.file),)
    constants = {} if "list_version" in columns else {"list_version": "1"}
    return TableMapping(name="tasks", files=files, sheet=sheet.name, constants=constants, columns=dict(columns))


def _names_each(sheet: Sheet, head: str) -> bool:
    cells = filled(sheet.cells[head])
    return len(cells) == len(sheet.cells) and bool(cells.map(folded).is_unique)
