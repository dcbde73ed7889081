"""`toptaak check` says what stays empty in a report, and what would fill it."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from toptaak.check.empty_kpis import empty_kpis
from toptaak.cli.main import main
from toptaak.kpi.measures import board_measures


def test_what_another_table_gives_is_not_empty() -> None:
    totals = {"service_totals": frozenset({"offered", "abandoned", "within_norm", "answered", "wait_s_mean"})}
    labels = {label for kpis in empty_kpis(totals) for label in kpis.labels}
    given = {"abandoned_rate", "service_level", "speed_of_answer"}
    assert {kpi.id for kpi in board_measures() if kpi.label not in labels} == given
    assert not any(kpis.needed.startswith("service_totals") for kpis in empty_kpis(totals))


def test_the_command_tells_it_of_a_folder(tmp_path: Path) -> None:
    rows = "municipality;date;task_id;verified_success\nGM0363;2026-07-01;T1;ja\n"
    (tmp_path / "attempts.csv").write_text(rows, "utf-8")
    told = CliRunner().invoke(main, ["--language", "en", "check", str(tmp_path)]).output
    assert "Stays empty in the report: Disaster rate. Needed: attempts: believed_success." in told
    assert "Success rate" not in told
