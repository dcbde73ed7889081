"""Columns with a mark, the effort or a recommendation in a sheet of one's own: rows of the table `ratings`."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Final

import pandas as pd

from toptaak.check.column_fit import Doubt, filled
from toptaak.check.sheets import Sheet
from toptaak.core.wording import message
from toptaak.intake.mapping import UNDECIDED

_HEADS: Final[Mapping[str, re.Pattern[str]]] = MappingProxyType(
    {
        "nps": re.compile(r"aanbevel|recommend|\bnps\b", re.IGNORECASE),
        "ces": re.compile(r"moeite|inspanning|effort|\bces\b", re.IGNORECASE),
        "mark": re.compile(r"cijfer|waardering|tevreden|beoordeling|rating|satisf|sterren|\bscore\b", re.IGNORECASE),
    }
)
_HIGHEST: Final = 10
_HIGHEST_CES1: Final = 5
_OVERALL: Final = "mark_overall"


def score_columns(sheet: Sheet, used: Collection[str] = ()) -> dict[str, str]:
    """Give the columns that hold scores, each with the code that its question most likely has.

    Parameters
    ----------
    used
        Columns that are something else.

    Examples
    --------
    >>> cells = pd.DataFrame({"Rapportcijfer": ["7", "8"], "Hoeveel moeite?": ["1", "5"], "Cijfers": ["a", "b"]})
    >>> score_columns(Sheet("a.csv", None, cells))
    {'Rapportcijfer': 'mark_overall', 'Hoeveel moeite?': 'ces1'}
    """
    heads = [str(head) for head in sheet.cells if head not in used]
    codes = {head: _code(head, sheet.cells[head]) for head in heads}
    return {head: code for head, code in codes.items() if code}


def _code(head: str, cells: pd.Series) -> str:
    kind = next((kind for kind, pattern in _HEADS.items() if pattern.search(head)), "")
    given = filled(cells).astype("str").str.replace(",", ".")
    scores = pd.to_numeric(given, errors="coerce")
    if not kind or scores.empty or scores.isna().any() or not scores.between(0, _HIGHEST).all():
        return ""
    if kind == "ces":
        return "ces1" if scores.max() <= _HIGHEST_CES1 else "ces2"
    return _OVERALL if kind == "mark" else kind


def asked_of(scores: Mapping[str, str]) -> tuple[dict[str, str], list[Doubt]]:
    """Ask of each column which question it is: only a person knows its wording and scale."""
    reason = message("Write the code of this question in the table questions, which says its wording and scale.")
    return (
        {head: f"{UNDECIDED} {code}" for head, code in scores.items()},
        [Doubt(f"gather.from.{head}", reason) for head in scores],
    )
