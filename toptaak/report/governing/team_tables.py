"""Customer teams: which there are, and what each lacks to do its work."""

from __future__ import annotations

from typing import Final

import pandas as pd

from toptaak.core.wording import DASH, Message, message
from toptaak.governance.teams import Check, team_checks, team_register
from toptaak.numbers.view import View
from toptaak.printing.blocks import Block, Column, Heading, Table
from toptaak.report.phrases import missing

_LACKS: Final[dict[str, Message]] = {
    Check.MANDATE: message("Set the mandate of {team}"),
    Check.EVALUATION: message("Plan the evaluation of {team}"),
    Check.COVERED: message("Add the departments that are missing in {team}"),
    Check.MIXED: message("Make {team} a team of several departments"),
    Check.COMPACT: message("Make {team} smaller"),
}


def teams(view: View) -> list[Block]:
    """Each team with its size, departments and next evaluation, and what is not in order."""
    say, title, table = view.say, view.say("Customer teams"), _teams(view)
    if table is None or table.empty:
        return missing(view.source, title, "teams")
    columns = [
        Column(say("Team")), Column(say("Task")), Column(say("Departments")), Column(say("Members"), "right"),
        Column(say("Next evaluation")), Column(say("To put in order")),
    ]  # fmt: skip
    lacking = lacks(view)
    rows = [
        (
            str(team["team"]),
            DASH if pd.isna(team["task_id"]) else view.name(str(team["task_id"])),
            ", ".join(team["departments"]) or DASH,
            view.say.number(team["members"]),
            _day(view, team["next_evaluation"]),
            "\n".join(lacking.loc[lacking["team"] == team["team"], "detail"]) or DASH,
        )
        for team in team_register(table).to_dict("records")
    ]
    return [Heading(2, title), Table(say("Customer teams and what they lack"), columns, rows)]


def _day(view: View, day: object) -> str:
    return DASH if pd.isna(day) else view.say.date(pd.Timestamp(day).date())  # type: ignore[call-overload,arg-type]


def _teams(view: View) -> pd.DataFrame | None:
    table = view.source.tables.get("teams")
    if table is None or not view.task:
        return table
    return table[table["task_id"] == view.task]


def lacks(view: View) -> pd.DataFrame:
    """Give the checks that a team does not pass; one row is a team and a check."""
    table = _teams(view)
    if table is None or table.empty:
        return pd.DataFrame(columns=["team", "check", "passed", "detail"])
    steps = view.source.tables.get("steps")
    checks = team_checks(table, view.source.quarter.end, view.language, steps)
    return checks[checks["passed"].eq(False)]


def asked(view: View, row: pd.Series) -> str:
    """Say what a board is asked to do about a check that failed."""
    return view.say(_LACKS[row.check].text, team=row.team)
