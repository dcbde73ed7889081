"""A proposal for every file: what it writes without a question passes `check`, and no person comes along."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.check import exports
from tests.check.exports import TASKS, text, workbook
from toptaak.check.folder import FolderCheck, check_folder
from toptaak.check.proposals import write_proposal
from toptaak.intake.mapping import TableMapping
from toptaak.intake.platforms.propose import Proposal
from toptaak.intake.store import check_path

FIXTURES: Mapping[str, str | bytes] = {
    "zaken.csv": text(exports.cases()),
    "tickets.csv": text(exports.tickets(), ","),
    "gesprekken.csv": text(exports.calls()),
    "dag.csv": text(exports.day_totals(), ";", "Rapport telefonie\nPeriode: juli 2026\n\n"),
    "stappen.csv": text(exports.event_log()),
    "keuzes.csv": text(exports.choices()),
    "kruisjes.csv": text(exports.ticks()),
    "cel.csv": text(exports.one_cell()),
    "boek.xlsx": workbook(
        {"Toelichting": [["Dit is een rapport"]], "Dag": exports.day_totals(), "Zaken": exports.cases()}
    ),
}


@dataclass(frozen=True)
class Proposed:
    """A proposal, its text, and what `check` says of the folder."""

    proposal: Proposal
    toml: str
    check: FolderCheck

    def entry(self, table: str) -> TableMapping:
        return next(entry for entry in self.proposal.entries if entry.name == table)


def proposed(folder: Path, file: str, content: str | bytes, tasks: str = TASKS) -> Proposed:
    folder.mkdir(parents=True, exist_ok=True)
    if tasks:
        (folder / "tasks.csv").write_text(tasks, "utf-8")
    (folder / file).write_bytes(content if isinstance(content, bytes) else content.encode())
    target = folder / "mappings" / "m.toml"
    proposal = write_proposal(folder / file, target, "nl", "GM0363")
    toml = target.read_text("utf-8")
    answered = re.sub(r'date = "\?.*', "date = 2026-09-01", toml)
    target.write_text(re.sub(r'= "\? ?', '= "', answered), "utf-8")
    return Proposed(proposal, toml, check_folder(folder))


@pytest.mark.parametrize("file", FIXTURES)
def test_what_is_proposed_passes_and_names_nobody(tmp_path: Path, file: str) -> None:
    made = proposed(tmp_path, file, FIXTURES[file])
    assert not made.check.refused, [fault.describe("nl") for fault in made.check.faults]
    assert made.proposal.undecided == made.toml.count('= "?')
    accounts = [account for account in made.check.accounts if account.file == file]
    assert accounts
    assert all(account.rows_used > 0 and not account.rows_set_aside for account in accounts)
    used = {theirs for entry in made.proposal.entries for theirs in entry.theirs}
    assert not used & {"Behandelaar", "Naam aanvrager", "Requester email", "Agent", "Medewerker", "E-mail"}


def test_a_case_export_of_a_dutch_case_system(tmp_path: Path) -> None:
    made = proposed(tmp_path, "zaken.csv", FIXTURES["zaken.csv"])
    entry = made.entry("cases")
    assert entry.columns == {
        "case": "Zaaknummer",
        "task_id": "Zaaktype",
        "topic": "Zaaktype",
        "channel": "Kanaal",
        "opened_at": "Startdatum",
        "closed_at": "Einddatum",
        "due_at": "Uiterlijke einddatum",
        "status": "Status",
        "outcome": "Resultaat",
    }
    codes = {"Paspoort aanvragen": "T0", "Parkeervergunning": "T3", "Grofvuil": "", "Verhuizing doorgeven": "T1"}
    assert entry.words["task_id"] == codes
    assert "Onderwerpen die bij geen taak horen: 1, de grootste eerst: Grofvuil (10)." in made.toml
    assert "2. Behandelaar; Naam aanvrager" in made.toml
    assert made.proposal.undecided == 0


def test_a_report_of_calls_joins_day_and_time_and_takes_what_came_in(tmp_path: Path) -> None:
    made = proposed(tmp_path, "gesprekken.csv", FIXTURES["gesprekken.csv"])
    entry = made.entry("contacts")
    assert entry.columns["started_at"] == ("Datum", "Tijd")
    assert (entry.columns["wait_s"], entry.columns["talk_s"]) == ("Wachttijd", "Gesprekstijd")
    assert entry.where == {"Richting": ("Inkomend",)}
    assert entry.constants == {"municipality": "GM0363", "channel": "phone"}


def test_sheets_of_a_workbook_are_a_table_each(tmp_path: Path) -> None:
    made = proposed(tmp_path, "boek.xlsx", FIXTURES["boek.xlsx"])
    assert [(entry.name, entry.sheet) for entry in made.proposal.entries] == [
        ("service_totals", "Dag"),
        ("cases", "Zaken"),
    ]


def votes_of(folder: Path) -> set[tuple[str, str]]:
    store = check_path(folder)
    assert not store.refused
    from toptaak.intake.store import refresh

    ballots = refresh(folder).table("ballots")
    assert ballots is not None
    return set(zip(ballots["respondent"], ballots["task_id"], strict=True))


@pytest.mark.parametrize("file", ["keuzes.csv", "kruisjes.csv", "cel.csv"])
def test_a_survey_of_ones_own_gives_its_votes(tmp_path: Path, file: str) -> None:
    proposed(tmp_path, file, FIXTURES[file])
    expected = {(str(n), f"T{(n + step) % 8}") for n in range(30) for step in (0, 3, 5)}
    assert votes_of(tmp_path) == expected
