"""docs/eigen-gegevens.md: every command on the page runs, and what it writes passes `check`."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tests.check import exports
from tests.check.exports import TASKS, text
from tests.check.test_proposals import FIXTURES
from toptaak.check.folder import check_folder
from toptaak.cli.main import main

PAGE = (Path(__file__).parents[2] / "docs" / "eigen-gegevens.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"\| `toptaak ([^`]+)` \|", PAGE)
SOURCES = {
    **FIXTURES,
    "projecten.csv": "project_id;name\n1;Paspoort\n2;Afval\n3;Wonen\n",
    "ga4.csv": "# Begindatum: 20260701\n# Einddatum: 20260930\n\nPaginapad,Weergaven\n/paspoort-aanvragen,100\n/b,80\n",
    "enquete.csv": text(
        [
            ["Tijdstempel", "Welke taken?"],
            *([f"2026/09/{n + 1:02d} 10:00:00 AM CET", picks] for n, (_, picks) in enumerate(exports.one_cell()[1:])),
        ],
        ",",
    ),
}


def test_the_page_has_a_command_for_every_source() -> None:
    assert len(COMMANDS) == 12
    assert {Path(shlex.split(command)[1]).name for command in COMMANDS} == SOURCES.keys()


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_of_the_page_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TOPTAAK_LANGUAGE", "nl")
    data = tmp_path / "data" / "raw"
    data.mkdir(parents=True)
    words = shlex.split(command)
    file = Path(words[1]).name
    content = SOURCES[file]
    (data / file).write_bytes(content if isinstance(content, bytes) else content.encode())
    if file != "projecten.csv":
        (data / "tasks.csv").write_text(TASKS, "utf-8")
    made = CliRunner().invoke(main, words)
    assert made.exit_code == 0, made.output
    if words[0] == "channels":
        assert (data / "mappings" / "task_ties.csv").is_file()
        return
    (mapping,) = (data / "mappings").glob("*.toml")
    mapping.write_text(re.sub(r'date = "\?.*', "date = 2026-09-01", mapping.read_text("utf-8")), "utf-8")
    looked = check_folder(data)
    assert not looked.refused, [fault.describe("nl") for fault in looked.faults]


def test_the_lines_for_a_notebook_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data" / "raw").mkdir(parents=True)
    (tmp_path / "data" / "raw" / "zaken.csv").write_text(str(FIXTURES["zaken.csv"]), "utf-8")
    names: dict[str, Any] = {}
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    exec(compile(code, "eigen-gegevens.md", "exec"), names)
    assert len(names["bestand"].table) == 40
