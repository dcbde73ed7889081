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
from toptaak.core.results import NO_SPREAD, POOLED_WORDINGS, TOO_FEW, by_group, result_row, results
from toptaak.core.settings import FILE_NAME, Settings
from toptaak.core.wording import message
from toptaak.stats.intervals import mean_t

MINIMUM_EMPLOYEES: Final = 5
MINIMUM_CONTACTS: Final = 10
# parts of `ratings` in which staff say how well they are supported
PARTS: Final = ("knowledge", "training", "information", "systems", "room_to_think")
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
    personal = [] if settings.works_council_consent else employee_columns(columns)
    if personal:
        expected = message("no column that identifies employees")
        repair = message(
            "Take the column out, or write date and reference of the works council's consent in {file}.",
            file=FILE_NAME,
        )
        stop = Severity.STOP
        raise InputRefused(
            [Fault("TT-724", stop, file, expected, repair, shown(name), column=name) for name in personal]
        )


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
    if not by:
        raise ValueError("figures on staff need a group; they are never per person")
    _groups_only(by, employee)
    per_employee = table.groupby([*by, employee], observed=True)[employee].transform("size")
    enough = table[per_employee >= MINIMUM_CONTACTS]
    employees = enough.groupby(list(by), observed=True)[employee].transform("nunique")
    return enough[employees >= MINIMUM_EMPLOYEES].drop(columns=employee).reset_index(drop=True)


def _groups_only(by: Sequence[str], person: str) -> None:
    if person in by or employee_columns(by):
        raise ValueError("figures on staff are made per group, never per person")


def staff_experience(ratings: pd.DataFrame, settings: Settings, by: Sequence[str] = ()) -> pd.DataFrame:
    """Give how well staff feel supported: the mean score of each part, in groups only.

    An employee who answered a part more than once counts once, with the mean of the answers. Wordings are not
    pooled: with several questions, or versions of one, a part is not measurable.

    Parameters
    ----------
    ratings
        Checked table `ratings`; one row is an answer. Only rows with one of `PARTS` count.
    by
        Group columns beside the part, for example municipality or quarter; never a person.

    Returns
    -------
    DataFrame
        Result frame of `staff_experience` by `by` and `part`, on the scale of the question, with a t interval.
        `n` counts employees; with fewer than `settings.minimum_n` of them only the reason is given.

    Raises
    ------
    ValueError
        where `by` asks for figures per person.

    Examples
    --------
    >>> ratings = pd.DataFrame({"part": "training", "respondent": range(10), "question": "s2",
    ...     "question_version": "1", "score": [3.0, 4.0] * 5})
    >>> staff_experience(ratings, Settings())[["part", "n", "estimate"]].values.tolist()
    [['training', 10, 3.5]]
    """
    _groups_only(by, "respondent")
    answers = ratings[ratings["part"].isin(PARTS) & ratings["score"].notna()]
    return results(by_group(answers, [*by, "part"], lambda group: [_experience(group, settings)]), [*by, "part"])


def _experience(answers: pd.DataFrame, settings: Settings) -> dict[str, object]:
    wordings = answers[["question", "question_version"]].drop_duplicates()
    # an answer without a number stands for an employee of its own
    person = answers["respondent"].astype("object").where(answers["respondent"].notna(), answers.index.to_series())
    scores = answers["score"].groupby(person).mean()
    n = len(scores)
    if len(wordings) > 1:
        return result_row("staff_experience", n, note=POOLED_WORDINGS)
    if n < settings.minimum_n:
        return result_row("staff_experience", n, note=TOO_FEW)
    mean, variance = float(scores.mean()), float(scores.var(ddof=0))
    low, high = mean_t(mean, variance, n, settings.confidence)
    note = "" if variance > 0 else NO_SPREAD
    return result_row("staff_experience", n, mean, float(low), float(high), "mean_t", note)
