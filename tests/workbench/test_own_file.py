"""`tt.read`: from a file to checked tables in a line, with its questions and its mapping."""

from __future__ import annotations

from pathlib import Path

import pytest

import toptaak as tt
from tests.check import exports
from tests.check.exports import TASKS, text, workbook
from toptaak.core.errors import ToptaakError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "tasks.csv").write_text(TASKS, "utf-8")
    (tmp_path / "settings.toml").write_text("max_picks = 6\n", "utf-8")
    (tmp_path / "zaken.xlsx").write_bytes(workbook({"Zaken": exports.cases()}))
    return tmp_path


def test_a_file_becomes_a_table_in_a_line(folder: Path) -> None:
    opened = tt.read(folder / "zaken.xlsx", "GM0363")
    assert len(opened.table) == 40
    assert set(opened.table["municipality"]) == {"GM0363"}
    assert opened.table["task_id"].notna().sum() == 30
    assert opened.account["rows_used"].tolist() == [40]
    assert opened.questions == {}
    shown = opened._repr_html_()
    assert "<caption" in shown
    assert "Grofvuil (10)" in shown
    assert "Vries" not in shown, "no row of a person"
    assert repr(opened) == "OwnFile(zaken.xlsx, cases: 40 rows)"
    assert sorted(file.name for file in folder.iterdir()) == ["settings.toml", "tasks.csv", "zaken.xlsx"]


def test_what_only_a_person_knows_is_asked_and_answered(folder: Path) -> None:
    rows = text(
        [["Datum", "Kanaal", "Gesprekstijd"], *([exports.day(n), "Mail", f"0{n % 9}:{n}0"] for n in range(1, 6))]
    )
    (folder / "log.csv").write_text(rows, "utf-8")
    asked = tt.read(folder / "log.csv")
    assert asked.questions == {"units.talk_s": "mm:ss", "values.channel.Mail": "e-mail"}
    assert "Beslis: units.talk_s = mm:ss" in asked._repr_html_()
    with pytest.raises(ToptaakError, match=r"units\.talk_s"):
        _ = asked.table
    answered = tt.read(folder / "log.csv", answers=asked.questions)
    assert answered.table["talk_s"].tolist() == [70.0, 140.0, 210.0, 280.0, 350.0]
    assert set(answered.table["channel"]) == {"e-mail"}
    with pytest.raises(ToptaakError, match="talk"):
        tt.read(folder / "log.csv", answers={"talk": "mm:ss"})


def test_the_mapping_can_be_changed_and_given_back(folder: Path) -> None:
    opened = tt.read(folder / "zaken.xlsx", "GM0363")
    saved = opened.save(folder / "eigen" / "m.toml")
    with pytest.raises(ToptaakError, match=r"m\.toml"):
        opened.save(saved)
    saved.write_text(saved.read_text("utf-8").replace('Grofvuil = ""', 'Grofvuil = "T2"'), "utf-8")
    assert tt.read(folder / "zaken.xlsx", mapping=saved).table["task_id"].notna().all()
    saved.write_text(saved.read_text("utf-8").replace("Startdatum", "Begin"), "utf-8")
    refused = tt.read(folder / "zaken.xlsx", mapping=saved)
    assert not refused.tables
    assert any(fault.code == "TT-021" for fault in refused.faults)


def test_a_survey_of_ones_own_is_read_with_the_tasks_that_are_given(tmp_path: Path, folder: Path) -> None:
    away = tmp_path / "weg"
    away.mkdir()
    (away / "stemmen.csv").write_text(text(exports.ticks()), "utf-8")
    opened = tt.read(away / "stemmen.csv", tasks=folder / "tasks.csv", answers={"date": "2026-09-01"})
    assert set(opened.tables) == {"respondents", "ballots"}
    assert set(opened.tables["ballots"]["task_id"]) == {f"T{n}" for n in range(8)}
    alone = tt.read(away / "stemmen.csv", answers={"date": "2026-09-01"})
    assert "paspoort-aanvragen" in set(alone.tables["ballots"]["task_id"])
    with pytest.raises(ToptaakError, match="weg is een map"):
        tt.read(away)
    with pytest.raises(ToptaakError, match="bestaat niet"):
        tt.read(away / "er-niet.csv")
