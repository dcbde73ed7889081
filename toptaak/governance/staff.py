"""Employees are not measured as persons: what may be loaded, and what a team's figure must rest on.

Ground: Works Councils Act (WOR) art. 27 lid 1 under k and l: consent of the works council is needed for a
system that is aimed at, or suited to, watching the presence, behaviour or performance of staff.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import pandas as pd

from toptaak.core.errors import InputRefused
from toptaak.core.faults import Fault, Severity, shown
from toptaak.core.settings import FILE_NAME, Settings
from toptaak.core.wording import message

MINIMUM_EMPLOYEES: Final = 5
MINIMUM_CONTACTS: Final = 10
EMPLOYEE_COLUMNS: Final = frozenset(
    {
        "agent",
        "behandelaar",
        "employee",
        "employee_id",
        "medewerker",
        "medewerker_id",
        "medewerkernaam",
        "naam",
        "naam_medewerker",
        "name",
        "person",
        "personeelsnummer",
        "persoon",
    }
)


def employee_columns(columns: Iterable[str]) -> list[str]:
    """List the columns whose name says that they identify an employee.

    Examples
    --------
    >>> employee_columns(["team", "Medewerker", "score"])
    ['Medewerker']
    """
    return [name for name in columns if name.strip().casefold().replace(" ", "_") in EMPLOYEE_COLUMNS]


def require_consent(columns: Iterable[str], settings: Settings, file: str) -> None:
    """Refuse columns that identify employees unless the works council has consented.

    Raises
    ------
    InputRefused
        naming every such column of `file`, where `settings.works_council_consent` is empty.

    Examples
    --------
    >>> require_consent(["team", "score"], Settings(), "ratings.csv")
    """
    found = [] if settings.works_council_consent else employee_columns(columns)
    if found:
        expected = message("no column that identifies employees")
        repair = message(
            "Take the column out, or write date and reference of the works council's consent in {file}.",
            file=FILE_NAME,
        )
        stop = Severity.STOP
        raise InputRefused([Fault("TT-724", stop, file, expected, repair, shown(name), column=name) for name in found])


def team_rows(table: pd.DataFrame, employee: str, by: Sequence[str], settings: Settings) -> pd.DataFrame:
    """Keep what may become a team's figure, and drop the column that identifies employees.

    An employee counts in a group with at least ten rows (contacts) there; a group counts with at least five
    such employees. All other rows are left out, so that no figure rests on less.

    Parameters
    ----------
    table
        One row is a contact.
    employee
        The column that identifies the employee.
    by
        The columns that make a group; not the employee.

    Raises
    ------
    InputRefused
        without the works council's consent.
    ValueError
        where `by` is empty or asks for figures per person.

    Examples
    --------
    >>> from toptaak.core.settings import WorksCouncilConsent
    >>> import datetime as dt
    >>> consent = WorksCouncilConsent(date=dt.date(2026, 1, 5), reference="OR-2026-3")
    >>> calls = pd.DataFrame({"team": "belastingen", "medewerker": list("abcde") * 10})
    >>> kept = team_rows(calls, "medewerker", ["team"], Settings(works_council_consent=consent))
    >>> list(kept.columns), len(kept)
    (['team'], 50)
    """
    require_consent({employee, "employee"}, settings, "contacts")
    if not by or employee in by or employee_columns(by):
        raise ValueError("figures on staff are made per group, never per person")
    per_employee = table.groupby([*by, employee], observed=True)[employee].transform("size")
    enough = table[per_employee >= MINIMUM_CONTACTS]
    employees = enough.groupby(list(by), observed=True)[employee].transform("nunique")
    return enough[employees >= MINIMUM_EMPLOYEES].drop(columns=employee).reset_index(drop=True)
