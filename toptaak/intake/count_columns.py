"""Telling totals per day or hour from a log of contacts, by what the columns of a file hold."""

from __future__ import annotations

import re
from typing import Final

import pandas as pd

from toptaak.core.faults import Fault
from toptaak.intake.codes import fault
from toptaak.intake.mapping import TableMapping, variants
from toptaak.intake.readers.raw import Raw

CONTACTS: Final = "contacts"
_COUNTED: Final = re.compile(
    r"offered|aangeboden|abandoned|opgehangen|afgehaakt|verlaten|within_?norm|binnen.?(?:de.?)?norm|_mean$|^gemiddelde",
    re.IGNORECASE,
)
_TELLING: Final = 2  # columns of counts that make a file one of totals


def totals_as_contacts(raw: Raw, entry: TableMapping) -> list[Fault]:
    """Refuse counts per day that are delivered as contacts: one row of those is one contact."""
    if entry.name != CONTACTS:
        return []
    named = [name for name in raw.names if _COUNTED.search(str(name))]
    if len(named) < _TELLING and not _counts(raw, entry):
        return []
    return [fault("TT-840", raw.file, sheet=raw.sheet, found=", ".join(named))]


def _counts(raw: Raw, entry: TableMapping) -> bool:
    """Tell whether the column that says yes or no to `answered` holds numbers of calls."""
    names = [name for name in variants(entry.columns.get("answered", ())) if name in raw.cells]
    if not names:
        return False
    filled = raw.cells[names[0]].dropna()
    return bool(len(filled)) and float((pd.to_numeric(filled, errors="coerce") > 1).mean()) > 1 / 2
