from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd
import pytest

from toptaak.core.faults import Severity
from toptaak.core.results import ALL
from toptaak.governance.targets import goal_text, team_goals

START, END = dt.date(2026, 1, 1), dt.date(2026, 12, 31)


def test_team_goals_come_from_the_targets_in_force(measures: Any) -> None:
    day = pd.Timestamp
    targets = pd.DataFrame(
        [
            ("GM0363", "verhuizen", None, "success_rate", day(START), day(END), 0.7, 0.8, "raad"),
            ("GM0363", None, "phone", "completion_time", day(START), day(END), None, 86400.0, "raad"),
            ("GM0363", "verhuizen", None, "success_rate", day("2025-01-01"), day("2025-12-31"), 0.6, 0.7, ""),
            ("GM0363", "paspoort", None, "succes_rate", day(START), pd.NaT, 0.6, 0.7, ""),
        ],
        columns=[
            "municipality", "task_id", "channel", "measure", "valid_from", "valid_to", "baseline", "target", "source",
        ],
    )  # fmt: skip
    goals, faults = team_goals(
        targets, {"verhuizen": "Team verhuizen", ALL: "Manager KCC"}, measures, dt.date(2026, 7, 2), "nl"
    )
    assert [(one.kpi, one.task, one.channel, one.owner) for one in goals] == [
        ("success_rate", "verhuizen", ALL, "Team verhuizen"),
        ("completion_time", ALL, "phone", "Manager KCC"),
    ]
    assert [one.text for one in goals] == [
        "Succesratio van 70,0% naar 80,0%",
        "Doorlooptijd naar 24,0 uur",
    ]
    assert goals[0].path(START) == 0.7
    assert {fault.severity for fault in faults} == {Severity.WARNING}
    assert len(faults) == 3  # no such KPI, no owner, no date
    assert any("Bedoelt u success_rate?" in fault.describe("nl") for fault in faults)


@pytest.mark.parametrize(
    ("kpi", "begin", "end", "text"),
    [
        ("failure_rate", 0.125, 0.1, "Failure rate from 12.5% to 10.0%"),
        ("net_promoter_score", -0.05, 0.1, "Net Promoter Score (NPS) from -5 to 10"),
        ("satisfaction", 7.0, 7.25, "Satisfaction from 7.0 to 7.2"),
    ],
)
def test_a_goal_is_said_in_its_unit(measures: Any, kpi: str, begin: float, end: float, text: str) -> None:
    assert goal_text(begin, end, measures[kpi], "en") == text


def test_an_impossible_target_is_told_and_is_no_goal(measures: Any) -> None:
    frame = pd.DataFrame(
        {
            "task_id": ["verhuizen", "paspoort"],
            "channel": None,
            "measure": "success_rate",
            "valid_from": pd.Timestamp(START),
            "valid_to": [pd.Timestamp(END), pd.Timestamp(START)],
            "baseline": 0.7,
            "target": [80.0, 0.8],
        }
    )
    owners = {"verhuizen": "Burgerzaken / KCC", "paspoort": "Burgerzaken"}
    goals, faults = team_goals(frame, owners, measures, START, "nl")
    assert goals == []
    assert [fault.code for fault in faults] == ["TT-715", "TT-723", "TT-722"]
