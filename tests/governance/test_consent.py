"""Columns that identify employees, as a user meets them: files in a folder, through intake, to a team's figure."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner, Result

from toptaak.cli import main as cli
from toptaak.core.errors import InputRefused
from toptaak.governance.staff import staff_experience, team_rows
from toptaak.intake.store import refresh

CONSENT = 'works_council_consent = { date = 2026-01-05, reference = "OR-2026-3" }\n'
MAPPING = """[[table]]
name = "contacts"
files = ["kcc.csv"]
constants = { municipality = "GM0363", channel = "phone" }
columns = { started_at = "begin", handled_by = "Medewerker", topic = "team", resolved = "opgelost" }
"""
# team: employees, contacts of each; in the third team one of five has too few
TEAMS = {"genoeg": [12] * 6, "te klein": [30] * 4, "een te weinig": [12] * 4 + [9]}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    lines = ["begin;Medewerker;team;opgelost"]
    for team, contacts in TEAMS.items():
        for employee, count in enumerate(contacts):
            name = f"Jan {team.split()[-1].title()} {'abcdef'[employee]}"
            lines += [f"2026-07-{1 + day:02d} 1{employee}:00;{name};{team};ja" for day in range(count)]
    files = {"kcc.csv": "\n".join(lines), "mappings/kcc.toml": MAPPING}
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def call(*arguments: object) -> Result:
    return CliRunner().invoke(cli.main, [str(one) for one in arguments])


def test_without_consent_nothing_is_loaded(data: Path) -> None:
    shown = call("check", data)
    assert shown.exit_code == 2
    assert "TT-095 kcc.csv, kolom Medewerker" in shown.output
    assert "ondernemingsraad" in shown.output
    assert "Jan" not in shown.output
    with pytest.raises(InputRefused):
        refresh(data)
    assert not list((data / "checked").glob("*/*.parquet"))
    made = call("report", "-m", "GM0363", "-q", "2026Q3", "--data", data, "--reports", data / "rapporten")
    assert made.exit_code == 2
    assert not list((data / "rapporten").glob("2026Q3/**/*"))


@pytest.mark.parametrize("half", ["works_council_consent = { date = 2026-01-05 }", "works_council_consent = true"])
def test_half_a_consent_is_none(data: Path, half: str) -> None:
    (data / "settings.toml").write_text(half, encoding="utf-8")
    shown = call("check", data)
    assert shown.exit_code == 2
    assert "works_council_consent" in shown.output


def test_an_own_file_with_such_a_column_loses_it(tmp_path: Path) -> None:
    text = "municipality;started_at;medewerker;topic\nGM0363;2026-07-01T10:00+02:00;Jan Jansen;afval\n"
    (tmp_path / "contacts.csv").write_text(text, encoding="utf-8")
    shown = call("check", tmp_path)
    assert "Niet gebruikt en niet bewaard: medewerker" in shown.output
    contacts = refresh(tmp_path).table("contacts", "GM0363")
    assert contacts is not None
    assert "medewerker" not in contacts
    assert b"Jansen" not in b"".join(path.read_bytes() for path in (tmp_path / "checked").rglob("*") if path.is_file())


def test_with_consent_a_team_needs_five_employees_with_ten_contacts_each(data: Path) -> None:
    (data / "settings.toml").write_text(CONSENT, encoding="utf-8")
    assert call("check", data).exit_code == 0
    store = refresh(data)
    contacts = store.table("contacts", "GM0363")
    assert contacts is not None
    assert set(contacts["topic"]) == set(TEAMS)
    kept = team_rows(contacts, "handled_by", ["topic"], store.settings)
    assert kept["topic"].value_counts().to_dict() == {"genoeg": 72}
    assert "handled_by" not in kept
    for by in (["handled_by"], ["topic", "handled_by"], []):
        with pytest.raises(ValueError, match="person"):
            team_rows(contacts, "handled_by", by, store.settings)


def test_staff_experience_of_the_example_is_told_in_groups_only(example_data: Path) -> None:
    store = refresh(example_data)
    told = {}
    for code in ("GM9901", "GM9904"):
        ratings = store.table("ratings", code)
        assert ratings is not None
        told[code] = staff_experience(ratings[ratings["date"] >= pd.Timestamp("2026-07-01")], store.settings)
    assert told["GM9901"]["estimate"].notna().all()
    assert told["GM9904"]["estimate"].isna().all()  # six employees answered
    with pytest.raises(ValueError, match="person"):
        staff_experience(ratings, store.settings, ["respondent"])
