from __future__ import annotations

import pandas as pd

from toptaak.governance.register_rules import check_registers


def test_all_faults_of_all_registers_at_once() -> None:
    day = pd.Timestamp
    wishes = pd.DataFrame(
        {
            "wish": ["w1"],
            "date": [day("2026-10-01")],
            "task_id": ["verhuzen"],
            "expected_effect": ["groot"],
            "decision": ["no"],
            "decided_on": [day("2026-10-02")],
            "decided_by": [None],
        }
    )
    feedback = pd.DataFrame(
        {
            "entry": ["e1"],
            "submitted_on": [day("2026-10-05")],
            "routed_on": pd.NaT,
            "solved_on": [day("2026-10-01")],
            "thanked_on": pd.NaT,
        }
    )
    teams = pd.DataFrame(
        {
            "municipality": ["GM9901"],
            "team": ["Verhuizen"],
            "task_id": ["verhuizen"],
            "department": None,
            "role": None,
            "mandate": None,
            "next_evaluation": pd.NaT,
        }
    )
    tables = {"wishes": wishes, "staff_feedback": feedback, "teams": teams, "effort": None}
    faults = check_registers(tables, ["verhuizen"])
    assert [(fault.code, fault.file, fault.found) for fault in faults] == [
        ("TT-717", "wishes", "'w1'"),
        ("TT-731", "wishes", "'w1'"),
        ("TT-734", "staff_feedback", "'e1'"),
        ("TT-736", "teams", "'Verhuizen'"),
    ]
    assert all(fault.describe(language) for fault in faults for language in ("nl", "en"))
    assert check_registers({}, []) == []
