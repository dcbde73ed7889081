"""What the registers (wishes, feedback, signals, teams) share: telling what is wrong in which entry."""

from __future__ import annotations

import pandas as pd

from toptaak.core.faults import Fault, Severity, shown
from toptaak.core.wording import Message


def entry_faults(
    register: str,
    rows: pd.DataFrame,
    key: str,
    code: str,
    expected: Message,
    repair: Message,
    column: str | None = None,
    severity: Severity = Severity.WARNING,
) -> list[Fault]:
    """Make one fault per row; an entry is named by its number, never by its text.

    Parameters
    ----------
    rows
        Rows of the register that are wrong. Where they come with `_file`, `_sheet` and `_row`
        (`intake.store.check_path`), the fault says where each stands.
    key
        The column that names an entry.

    Examples
    --------
    >>> from toptaak.core.wording import message
    >>> known = message("a task of the list"), message("See the table tasks for the codes.")
    >>> rows = pd.DataFrame({"wish": ["w1", "w2"], "_file": "wishes.csv", "_sheet": None, "_row": [2, 7]})
    >>> [(fault.found, fault.row) for fault in entry_faults("wishes", rows, "wish", "TT-717", *known)]
    [("'w1'", 2), ("'w2'", 7)]
    """
    return [
        Fault(
            code,
            severity,
            row.get("_file", register),
            expected,
            repair,
            shown(row[key]),
            sheet=row.get("_sheet"),
            row=row.get("_row"),
            column=column,
        )
        for row in rows.to_dict("records")
    ]


def before(earlier: pd.Series, later: pd.Series) -> pd.Series:
    """Tell where `later` lies before `earlier`; a missing date is no fault."""
    return (earlier.notna() & later.notna() & (later < earlier)).astype(bool)
