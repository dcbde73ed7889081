"""Customer teams: small, mixed teams that own a task, with a mandate and short evaluations.

The register holds departments and roles, never names.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from enum import StrEnum
from typing import Any, Final, NamedTuple

import pandas as pd

from toptaak.core.faults import Fault
from toptaak.core.wording import message, translator
from toptaak.governance.registers import entry_faults

COMPACT: Final = 8  # members at most; with more a team splits into talkers and listeners
EVALUATION_DAYS: Final = 92  # the next evaluation lies within a quarter
_KEY: Final = ["municipality", "team"]
_ONE_PER_TEAM: Final = ("task_id", "mandate", "next_evaluation")


class Check(StrEnum):
    """What is checked of a team."""

    COMPACT = "compact"
    MIXED = "mixed"
    COVERED = "covered"
    MANDATE = "mandate"
    EVALUATION = "evaluation"


class _Finding(NamedTuple):
    """Whether a check passed (None: cannot be said) and what is found."""

    check: Check
    passed: bool | None
    detail: str


def team_register(teams: pd.DataFrame) -> pd.DataFrame:
    """Put the memberships together per team.

    Parameters
    ----------
    teams
        Checked table `teams`; one row is a membership. Rows without department and role are no members.

    Returns
    -------
    DataFrame
        One row is a team: `municipality`, `team`, `task_id`, `members`, `departments` and `roles` (tuples, in
        order), `mandate`, `next_evaluation`.

    Examples
    --------
    >>> teams = pd.DataFrame({"municipality": "GM9901", "team": "Verhuizen", "task_id": "t1",
    ...     "department": ["KCC", "Web", "KCC"], "role": ["adviseur", "redacteur", "adviseur"],
    ...     "mandate": "teksten", "next_evaluation": pd.Timestamp("2026-12-01")})
    >>> team_register(teams)[["members", "departments"]].to_numpy().tolist()
    [[3, ('KCC', 'Web')]]
    """
    rows = []
    for (municipality, team), persons in teams.groupby(_KEY, sort=True):
        members = persons[persons[["department", "role"]].notna().any(axis=1)]
        rows.append(
            {
                "municipality": municipality,
                "team": team,
                **{name: next(iter(persons[name].dropna()), None) for name in _ONE_PER_TEAM},
                "members": len(members),
                "departments": tuple(sorted(set(members["department"].dropna()))),
                "roles": tuple(sorted(set(members["role"].dropna()))),
            }
        )
    columns = [*_KEY, "task_id", "members", "departments", "roles", "mandate", "next_evaluation"]
    return pd.DataFrame(rows, columns=columns)


def team_checks(
    teams: pd.DataFrame,
    on: dt.date,
    language: str,
    steps: pd.DataFrame | None = None,
    compact: int = COMPACT,
) -> pd.DataFrame:
    """Check every team: compact, mixed, all departments of the journey in it, a mandate, an evaluation soon.

    Parameters
    ----------
    on
        The day of the check.
    language
        Of the details.
    steps
        Checked table `steps`: which departments a case of the task passes.
    compact
        Most members of a compact team.

    Returns
    -------
    DataFrame
        One row is a team and a check: `municipality`, `team`, `check`, `passed` (missing: cannot be said) and
        `detail`, a sentence.

    Examples
    --------
    >>> teams = pd.DataFrame({"municipality": ["GM9901"], "team": "Verhuizen", "task_id": "t1", "department": "KCC",
    ...     "role": "adviseur", "mandate": None, "next_evaluation": pd.Timestamp("2026-12-01")})
    >>> checks = team_checks(teams, dt.date(2026, 10, 1), "en")
    >>> checks[["check", "passed"]].to_numpy().tolist()
    [['compact', True], ['mixed', False], ['covered', None], ['mandate', False], ['evaluation', True]]
    """
    rows = [
        {"municipality": team["municipality"], "team": team["team"], **finding._asdict(), "check": str(finding.check)}
        for team in team_register(teams).to_dict("records")
        for finding in _findings(team, on, _departments(team, steps), compact, language)
    ]
    frame = pd.DataFrame(rows, columns=[*_KEY, "check", "passed", "detail"])
    return frame.astype({"passed": "object"})


def _departments(team: dict[Any, Any], steps: pd.DataFrame | None) -> frozenset[str]:
    """Give the departments that cases of the team's task pass."""
    if steps is None or pd.isna(team["task_id"]):
        return frozenset()
    same = (steps["municipality"] == team["municipality"]) & (steps["task_id"] == team["task_id"])
    return frozenset(steps.loc[same, "department"].dropna())


def _findings(
    team: dict[Any, Any], on: dt.date, journey: frozenset[str], compact: int, language: str
) -> Iterator[_Finding]:
    say, size, departments = translator(language), team["members"], team["departments"]
    members = say(
        "{n} member; at most {most} is compact.", "{n} members; at most {most} is compact.", n=size, most=compact
    )
    yield _Finding(Check.COMPACT, 0 < size <= compact, members)
    yield _Finding(Check.MIXED, len(departments) > 1, say("{n} departments take part.", n=len(departments)))
    yield _covered(departments, journey, language)
    mandate = not pd.isna(team["mandate"])
    yield _Finding(Check.MANDATE, mandate, say("The mandate is set.") if mandate else say("The team has no mandate."))
    yield _evaluation(team["next_evaluation"], on, language)


def _covered(departments: tuple[str, ...], journey: frozenset[str], language: str) -> _Finding:
    say, absent = translator(language), sorted(journey - set(departments))
    if not journey:
        return _Finding(Check.COVERED, None, say("It is not known which departments a case passes."))
    if absent:
        return _Finding(Check.COVERED, False, say("Not in the team: {names}.", names=", ".join(absent)))
    return _Finding(Check.COVERED, True, say("Every department of the journey takes part."))


def _evaluation(planned: Any, on: dt.date, language: str) -> _Finding:
    say = translator(language)
    if pd.isna(planned):
        return _Finding(Check.EVALUATION, False, say("No evaluation is planned."))
    day = pd.Timestamp(planned).date()
    values = {"date": say.date(day)}
    if day < on:
        return _Finding(Check.EVALUATION, False, say("The evaluation was due on {date}.", **values))
    if (day - on).days > EVALUATION_DAYS:
        return _Finding(Check.EVALUATION, False, say("The evaluation is far away: {date}.", **values))
    return _Finding(Check.EVALUATION, True, say("The evaluation is on {date}.", **values))


def check_teams(teams: pd.DataFrame) -> list[Fault]:
    """Find every team without members, and every team with more than one task, mandate or evaluation date.

    Examples
    --------
    >>> teams = pd.DataFrame({"municipality": ["GM9901"], "team": "Verhuizen", "task_id": "t1", "department": None,
    ...     "role": None, "mandate": None, "next_evaluation": pd.NaT})
    >>> [fault.code for fault in check_teams(teams)]
    ['TT-736']
    """
    members = teams[["department", "role"]].notna().any(axis=1).groupby([teams[name] for name in _KEY])
    empty = teams[~members.transform("any")].drop_duplicates(_KEY)
    add = message("Add the members, by department and role.")
    faults = entry_faults("teams", empty, "team", "TT-736", message("a team with members"), add)
    for column in _ONE_PER_TEAM:
        first = teams.groupby(_KEY)[column].transform("first")
        other = teams[teams[column].notna() & (teams[column] != first)].drop_duplicates(_KEY)
        expected, repair = message("one value in the whole team"), message("Write the same in every row of the team.")
        faults += entry_faults("teams", other, "team", "TT-737", expected, repair, column)
    return faults


def team_effects(effects: pd.DataFrame, interventions: pd.DataFrame) -> pd.DataFrame:
    """Say of every measured effect which team made the change.

    Parameters
    ----------
    effects
        Result frame with the extension `change`, one row per change, with `municipality`, `date` and `label`, as
        `kpi.improvement.effects_of_interventions` gives it.
    interventions
        Checked table `interventions`.

    Returns
    -------
    DataFrame
        All rows of `effects` with the group column `team` in front; empty where no team is named.
    """
    change = ["municipality", "date", "label"]
    made = interventions.dropna(subset="team").drop_duplicates(change)
    joined = effects.merge(made[[*change, "team"]], on=change, how="left")
    return joined[["team", *effects.columns]].fillna({"team": ""})
