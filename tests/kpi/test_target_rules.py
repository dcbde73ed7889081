"""Targets that cannot be held against a measure are told by `toptaak check` and count nowhere."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from toptaak.check.folder import check_folder
from toptaak.core.periods import Quarter
from toptaak.kpi.compare import targets_in_force

HEAD = "municipality;measure;valid_from;target\n"


def test_a_target_that_cannot_be_is_set_aside(tmp_path: Path) -> None:
    wrong = ("success_rate;2026-01-01;85", "succes_rate;2026-01-01;0.9", "completion_time;2026-01-01;-3")
    rows = ["success_rate;2026-02-01;0.85", *wrong, "satisfaction;2026-01-01;7.5"]
    (tmp_path / "targets.csv").write_text(HEAD + "".join(f"GM0363;{row}\n" for row in rows), "utf-8")
    check = check_folder(tmp_path / "targets.csv")
    impossible = [fault for fault in check.faults if fault.code == "TT-833"]
    assert [(fault.row, fault.column) for fault in impossible] == [(3, "target"), (4, "measure"), (5, "target")]
    assert "success_rate" in impossible[1].describe("nl")
    assert [(account.rows_used, account.rows_set_aside) for account in check.accounts] == [(2, 3)]


def test_a_target_that_cannot_be_counts_nowhere() -> None:
    start = pd.Timestamp("2026-01-01")
    targets = pd.DataFrame({"measure": ["success_rate", "success"], "valid_from": start, "target": [85.0, 0.9]})
    assert targets_in_force(targets, Quarter(2026, 3)).empty
