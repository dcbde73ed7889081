"""What the registers (wishes, feedback, signals, teams) share: telling what is wrong in which entry."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from toptaak.core.faults import Fault, Severity, shown
from toptaak.core.wording import Message


def entry_faults(
    register: str,
    entries: Iterable[object],
    code: str,
    expected: Message,
    repair: Message,
    column: str | None = None,
    severity: Severity = Severity.WARNING,
) -> list[Fault]:
    """Make one fault per entry; an entry is named by its number, never by its text.

    Examples
    --------
    >>> from toptaak.core.wording import message
    >>> known = message("a task of the list"), message("See the table tasks for the codes.")
    >>> [fault.found for fault in entry_faults("wishes", ["w1", "w2"], "TT-717", *known)]
    ["'w1'", "'w2'"]
    """
    return [Fault(code, severity, register, expected, repair, shown(entry), column=column) for entry in entries]


def before(earlier: pd.Series, later: pd.Series) -> pd.Series:
    """Tell where `later` lies before `earlier`; a missing date is no fault."""
    return (earlier.notna() & later.notna() & (later < earlier)).astype(bool)
