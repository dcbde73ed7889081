"""Whether there are data of a municipality and a quarter, told before anything is made of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Protocol

from toptaak.core.errors import InputRefused
from toptaak.core.faults import Fault, Severity, shown
from toptaak.core.municipalities import name_of
from toptaak.core.periods import Quarter
from toptaak.core.wording import message
from toptaak.numbers.parameters import PLACE


class DataInQuarters(Protocol):
    """Checked data that know in which quarters each municipality has rows."""

    def municipalities(self) -> Sequence[str]:
        """List the codes that have data."""
        ...

    def quarters(self, municipality: str) -> Sequence[Quarter]:
        """List the quarters in which a municipality has data."""
        ...


def absence(store: DataInQuarters, code: str, quarter: Quarter) -> Fault | None:
    """Say that a municipality has no data, or none in the quarter, and what there is; None where there are."""
    there = store.quarters(code)
    if quarter in there:
        return None
    if there:
        repair = message("Choose one of: {choices}.", choices=", ".join(map(str, there)))
        expected = message("a quarter in which {name} has data", name=name_of(code))
        return Fault("TT-602", Severity.STOP, PLACE, expected, repair, str(quarter), column="quarter")
    return _absent_municipality(store, code)


def _absent_municipality(store: DataInQuarters, code: str) -> Fault:
    known = store.municipalities()
    repair = (
        message("Choose one of: {choices}.", choices=", ".join(sorted(known)))
        if known
        else message("Check the data folder with: toptaak check.")
    )
    expected = message("a municipality in the data")
    return Fault("TT-601", Severity.STOP, PLACE, expected, repair, code, column="municipality")


def refuse_absent(store: DataInQuarters, code: str, quarter: Quarter) -> None:
    """Raise `InputRefused` where a municipality has no data in a quarter."""
    if fault := absence(store, code, quarter):
        raise InputRefused([fault])


def refuse_no_data(store: DataInQuarters, code: str) -> None:
    """Raise `InputRefused` where a municipality has no data at all."""
    if not store.quarters(code):
        raise InputRefused([_absent_municipality(store, code)])


def refuse_empty_quarter(store: DataInQuarters, quarter: Quarter) -> None:
    """Raise `InputRefused` where no municipality has data in a quarter."""
    there = sorted({period for code in store.municipalities() for period in store.quarters(code)})
    if quarter in there:
        return
    repair = message("Check the data folder with: toptaak check.")
    if there:
        repair = message("Choose one of: {choices}.", choices=", ".join(map(str, there)))
    expected = message("a quarter in which a municipality has data")
    raise InputRefused([Fault("TT-602", Severity.STOP, PLACE, expected, repair, str(quarter), column="quarter")])


def refuse_unknown_task(task: str, labels: Mapping[str, str]) -> None:
    """Raise `InputRefused` for a task that is not on the list (code to name), with the nearest codes and names."""
    if task in labels:
        return
    near = get_close_matches(task, [*labels, *labels.values()], n=3, cutoff=0.3)
    repair = message("See the table tasks for the codes.")
    if near:
        repair = message("Nearest: {near}. See the table tasks for the codes.", near=", ".join(near))
    expected = message("a task of the list")
    raise InputRefused([Fault("TT-608", Severity.STOP, PLACE, expected, repair, shown(task), column="task")])
