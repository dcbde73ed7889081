"""All registers at once: what is wrong in the wishes, the staff feedback and the teams."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import pandas as pd

from toptaak.core.faults import Fault
from toptaak.governance.feedback import check_feedback
from toptaak.governance.teams import check_teams
from toptaak.governance.wishes import check_wishes


def check_registers(tables: Mapping[str, pd.DataFrame | None], tasks: Collection[str] | None) -> list[Fault]:
    """Find every fault of the registers that are there.

    Intake sets rows aside that break a rule within their file; this looks once more at what is used, and at what
    only shows across rows and tables.

    Parameters
    ----------
    tables
        Checked tables of one municipality by name: wishes, staff_feedback, teams; None or absent where there is
        none.
    tasks
        Codes of the task list; None leaves them unchecked.

    Examples
    --------
    >>> check_registers({"wishes": None}, ["t1"])
    []
    """
    checks = {
        "wishes": lambda table: check_wishes(table, tasks),
        "staff_feedback": check_feedback,
        "teams": check_teams,
    }
    registers = [(check, tables.get(name)) for name, check in checks.items()]
    return [fault for check, table in registers if table is not None for fault in check(table)]
