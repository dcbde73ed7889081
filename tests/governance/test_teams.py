from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd
import pytest

from toptaak.core.results import result_row, results
from toptaak.governance.teams import COMPACT, check_teams, team_checks, team_effects, team_register

ON = dt.date(2026, 12, 31)
COLUMNS = ["municipality", "team", "task_id", "department", "role", "mandate", "next_evaluation"]


def teams(*members: tuple[str | None, str | None], **changes: Any) -> pd.DataFrame:
    base = ("GM9901", "Verhuizen", "verhuizen")
    rows = [(*base, department, role, "teksten", pd.Timestamp("2027-01-15")) for department, role in members]
    return pd.DataFrame(rows, columns=COLUMNS).assign(**changes)


GOOD = teams(("KCC", "adviseur"), ("KCC", "adviseur"), ("Burgerzaken", "balie"), ("Web", "redacteur"))
STEPS = pd.DataFrame(
    {
        "municipality": "GM9901",
        "task_id": ["verhuizen", "verhuizen", "verhuizen", "paspoort"],
        "department": ["KCC", "Burgerzaken", None, "Archief"],
    }
)


def outcome(frame: pd.DataFrame, steps: pd.DataFrame | None = STEPS) -> dict[str, bool | None]:
    checks = team_checks(frame, ON, "nl", steps)
    assert checks["detail"].str.endswith(".").all()
    return dict(zip(checks["check"], checks["passed"], strict=True))


def test_a_good_team_passes() -> None:
    assert set(outcome(GOOD).values()) == {True}
    assert check_teams(GOOD) == []
    row = team_register(GOOD).iloc[0]
    assert (row["members"], row["departments"]) == (4, ("Burgerzaken", "KCC", "Web"))


@pytest.mark.parametrize(
    ("frame", "check"),
    [
        (pd.concat([GOOD] * 3), "compact"),
        (teams(("KCC", "adviseur"), ("KCC", "redacteur")), "mixed"),
        (teams(("KCC", "adviseur"), ("Web", "redacteur")), "covered"),
        (GOOD.assign(mandate=None), "mandate"),
        (GOOD.assign(next_evaluation=pd.NaT), "evaluation"),
        (GOOD.assign(next_evaluation=pd.Timestamp("2026-12-30")), "evaluation"),
        (GOOD.assign(next_evaluation=pd.Timestamp("2027-06-30")), "evaluation"),
    ],
)
def test_what_fails_is_named(frame: pd.DataFrame, check: str) -> None:
    assert outcome(frame)[check] is False


def test_the_size_is_declared() -> None:
    assert outcome(pd.concat([GOOD] * 2))["compact"] is True
    checks = team_checks(pd.concat([GOOD] * 2), ON, "nl", compact=COMPACT - 1)
    assert checks.loc[checks["check"] == "compact", ["passed", "detail"]].to_numpy().tolist() == [
        [False, "8 leden; hooguit 7 is klein genoeg."]
    ]


def test_what_cannot_be_said_is_not_a_failure() -> None:
    assert outcome(GOOD, None)["covered"] is None
    assert outcome(GOOD.assign(task_id="onbekend"))["covered"] is None
    assert outcome(GOOD.assign(task_id=None))["covered"] is None
    covered = team_checks(teams(("KCC", "adviseur"), ("Web", "redacteur")), ON, "nl", STEPS).set_index("check")
    assert covered.loc["covered", "detail"] == "Niet in het team: Burgerzaken."


def test_every_fault_of_the_register_at_once() -> None:
    nobody = teams((None, None), team="Leeg")
    double = GOOD.assign(mandate=["a", "b", "a", "a"], task_id=["verhuizen", "verhuizen", "paspoort", None])
    faults = check_teams(pd.concat([nobody, double]))
    assert [(fault.code, fault.found, fault.column) for fault in faults] == [
        ("TT-736", "'Leeg'", None),
        ("TT-737", "'Verhuizen'", "task_id"),
        ("TT-737", "'Verhuizen'", "mandate"),
    ]
    assert outcome(nobody)["compact"] is False
    assert check_teams(GOOD.iloc[:0]) == []
    assert team_checks(GOOD.iloc[:0], ON, "nl").empty


def test_effects_are_laid_at_the_team_that_made_the_change() -> None:
    day = pd.Timestamp("2026-09-01")
    group = ["municipality", "task_id", "date", "label"]
    rows = [
        dict(zip(group, ("GM9901", "verhuizen", day, label), strict=True))
        | result_row("contacts_per_week", 300, ratio, ratio - 0.1, ratio + 0.1, reference="", verdict="better")
        for label, ratio in (("brief herschreven", 0.5), ("menu gewijzigd", 0.9))
    ]
    effects = results(rows, group, "change")
    interventions = pd.DataFrame(
        {
            "municipality": "GM9901",
            "task_id": "verhuizen",
            "date": day,
            "label": ["brief herschreven", "menu gewijzigd"],
            "team": ["Verhuizen", None],
        }
    )
    found = team_effects(effects, interventions)
    told = [["Verhuizen", "brief herschreven", 0.5], ["", "menu gewijzigd", 0.9]]
    assert found[["team", "label", "estimate"]].to_numpy().tolist() == told
