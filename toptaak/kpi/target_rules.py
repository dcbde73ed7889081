"""Targets that no measure can reach: of a measure that does not exist, or outside the values it can have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pandas as pd

from toptaak.core.faults import Fault, Severity, shown
from toptaak.core.wording import Message, message
from toptaak.intake.readers.raw import nearest
from toptaak.kpi.measures import CATALOGUE

FILE: Final = "targets"


def possible(targets: pd.DataFrame) -> pd.Series:
    """Tell which targets can be held against a measure; the others count nowhere.

    Examples
    --------
    >>> targets = pd.DataFrame({"measure": ["success_rate", "success_rate", "succes"], "target": [0.85, 85, 0.9]})
    >>> possible(targets).tolist()
    [True, False, False]
    """
    bounds = {name: CATALOGUE[name].bounds for name in targets["measure"].unique() if name in CATALOGUE}
    inside = [name in bounds and bounds[name][0] <= target <= bounds[name][1] for name, target in _pairs(targets)]
    return pd.Series(inside, index=targets.index, dtype=bool)


def _pairs(targets: pd.DataFrame) -> zip[tuple[str, float]]:
    return zip(targets["measure"], targets["target"].astype(float), strict=True)


def target_faults(targets: pd.DataFrame) -> list[Fault]:
    """Tell of each target that cannot be held against a measure, where it stands (`intake.store.check_path`).

    Examples
    --------
    >>> rows = pd.DataFrame({"measure": ["succes_rate"], "target": [0.9], "_file": "a.csv", "_sheet": None, "_row": 2})
    >>> [(fault.row, fault.column, fault.repair.say("en")) for fault in target_faults(rows)]
    [(2, 'measure', 'Nearest: success_rate. This target is set aside and counted.')]
    """
    wrong = targets[~possible(targets)]
    return [_fault(row) for row in wrong.to_dict("records")]


def _fault(row: Mapping[Any, Any]) -> Fault:
    name = str(row["measure"])
    column, expected, repair = _unknown(name) if name not in CATALOGUE else _outside(name)
    file, at = str(row.get("_file", FILE)), row.get("_row")
    return Fault(
        "TT-833", Severity.SET_ASIDE, file, expected, repair, shown(row[column]), row.get("_sheet"), at, column=column
    )


def _unknown(name: str) -> tuple[str, Message, Message]:
    repair = message(
        "Nearest: {nearest}. This target is set aside and counted.", nearest=nearest(name, list(CATALOGUE))
    )
    return "measure", message("the code of a measure"), repair


def _outside(name: str) -> tuple[str, Message, Message]:
    low, high = CATALOGUE[name].bounds
    expected = message("a number from {low} to {high}", low=f"{low:g}", high=f"{high:g}")
    repair = message("Write 85% as 0.85, and a time in seconds. This target is set aside and counted.")
    return "target", expected, repair
