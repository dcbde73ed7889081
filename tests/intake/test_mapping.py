"""Mappings: what they say, what they may not say, and what comes of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from toptaak.core.faults import Severity
from toptaak.intake.mapping import own_columns, read_mapping
from toptaak.intake.pipeline import Intake
from toptaak.intake.tables import TABLES

Files = dict[str, bytes | str]
WIDE = """[[table]]
name = "tasks"
files = ["taken.csv"]
constants = { list_version = "1" }
columns = { task_id = "code", label = "taak" }

[[table]]
name = "respondents"
files = ["stemmen*.csv"]
constants = { survey = "s", municipality = "0363", date = 2026-07-01 }
columns = { respondent = "nr", segment_leeftijd = "leeftijd" }

[[table]]
name = "ballots"
files = ["stemmen*.csv"]
constants = { survey = "s" }
columns = { respondent = "nr" }
gather = { into = "task_id", order = "position", ordered = true, from = ["een", "twee", "drie"] }
"""
TASKS = "code;taak\nA;Afval\nB;Bouwen\nC;Cultuur\n"
VOTES = "nr;leeftijd;een;twee;drie;naam\n1;jong;A;B;;Jan\n2;oud;C;A;B;Piet\n3;oud;;-;;Klaas\n"


def mapped(votes: str = VOTES, mapping: str = WIDE) -> Files:
    return {"mappings/a.toml": mapping, "taken.csv": TASKS, "stemmen.csv": votes}


def codes(result: Intake) -> list[str]:
    return [one.code for one in result.faults]


def test_wide_ballots_become_long_and_keep_their_order(intake: Callable[[Files], Intake]) -> None:
    result = intake(mapped())
    ballots = result.tables["ballots"]
    picks = [(*row,) for row in ballots[["respondent", "task_id", "position"]].itertuples(index=False)]
    assert picks == [("1", "A", 1), ("1", "B", 2), ("2", "C", 1), ("2", "A", 2), ("2", "B", 3)]
    assert set(ballots["municipality"]) == {"GM0363"}


def test_who_picked_nothing_is_a_respondent(intake: Callable[[Files], Intake]) -> None:
    result = intake(mapped())
    assert result.tables["respondents"]["respondent"].tolist() == ["1", "2", "3"]
    assert [(one.table, one.rows_used) for one in result.accounts if one.file == "stemmen.csv"] == [
        ("respondents", 3),
        ("ballots", 3),
    ]


def test_segments_are_carried_and_other_columns_are_not(intake: Callable[[Files], Intake]) -> None:
    result = intake(mapped())
    people = result.tables["respondents"]
    assert people["segment_leeftijd"].tolist() == ["jong", "oud", "oud"]
    assert "naam" not in people
    assert not any("Piet" in table.to_csv() for table in result.tables.values())


def test_the_same_wide_row_twice_counts_once(intake: Callable[[Files], Intake]) -> None:
    result = intake(mapped(VOTES + "2;oud;C;A;B;Piet\n"))
    assert result.tables["respondents"]["respondent"].tolist() == ["1", "2", "3"]
    assert len(result.tables["ballots"]) == 5
    assert [one.set_aside for one in result.accounts if one.table == "respondents"] == [((5, "TT-070"),)]


def test_two_wide_rows_that_differ_count_neither(intake: Callable[[Files], Intake]) -> None:
    result = intake(mapped(VOTES + "2;oud;B;;;Piet\n"))
    assert result.tables["respondents"]["respondent"].tolist() == ["1", "3"]
    assert set(result.tables["ballots"]["respondent"]) == {"1"}
    for account in result.accounts:
        assert account.rows_read == account.rows_used + account.rows_set_aside


def test_files_are_chosen_by_pattern_and_may_stand_deeper(intake: Callable[[Files], Intake]) -> None:
    files = mapped() | {
        "stemmen-2.csv": VOTES.replace("1;jong", "8;jong").replace("2;oud", "9;oud").replace("3;", "7;")
    }
    assert len(intake(files).tables["respondents"]) == 6
    deeper = {"mappings/a.toml": WIDE.replace('"taken.csv"', '"ruw/*.csv"'), "ruw/taken.csv": TASKS}
    assert len(intake(deeper).tables["tasks"]) == 3


def test_rows_are_selected_and_words_mapped(intake: Callable[[Files], Intake]) -> None:
    mapping = """[[table]]
name = "attempts"
files = ["log.csv"]
constants = { municipality = "GM0363", date = 2026-07-01, task_id = "A" }
columns = { channel = "hoe", duration_s = "tijd" }
values.channel = { Internet = "web", Intern = "" }
where = { soort = ["af"] }
decimal = "."
"""
    result = intake(
        {"mappings/a.toml": mapping, "log.csv": "soort;hoe;tijd\naf;Internet;1.500\nopen;Fax;1\naf;Intern;2\n"}
    )
    attempts = result.tables["attempts"]
    assert attempts["channel"].fillna("?").tolist() == ["web", "?"]
    assert attempts["duration_s"].tolist() == [1.5, 2.0]
    assert [(one.code, one.count) for one in result.faults if one.code == "TT-094"] == [("TT-094", 1)]
    account = result.accounts[0]
    assert (account.rows_read, account.rows_used, account.left_out) == (3, 2, (("where.soort", 1),))


@pytest.mark.parametrize(
    ("change", "code", "line", "words"),
    [
        (("name = ", "nme = "), "TT-712", 2, "name"),
        (('"ballots"', '"balots"'), "TT-091", 14, "ballots"),
        (("respondent = ", "respondant = "), "TT-091", 11, "respondent"),
        (("from = ", "form = "), "TT-712", 18, "from"),
        (("[[table]]", "[[tabel]]"), "TT-712", 1, "table"),
        (('name = "tasks"', 'name = "tasks"\nname = "tasks"'), "TT-703", 3, "table[1].name"),
        (('"0363"', '"9"'), "TT-058", 10, "GM"),
        (('"0363"', '"GM0053"'), "TT-061", 10, "GM1966"),
        (("2026-07-01", '"morgen"'), "TT-049", 10, ""),
        (('list_version = "1"', 'label = "1"'), "TT-098", 4, "label"),
        (('list_version = "1"', 'label_en = "1"'), "TT-097", 1, "list_version"),
        (('"taken.csv"', '"../taken.csv"'), "TT-099", 3, ".."),
        (('"taken.csv"', '"/taken.csv"'), "TT-099", 3, ""),
        (("ordered = true", 'ordered = "soms"'), "TT-713", 18, ""),
    ],
)
def test_a_wrong_mapping_is_told_with_its_line(
    tmp_path: Path, change: tuple[str, str], code: str, line: int, words: str
) -> None:
    path = tmp_path / "a.toml"
    path.write_text(WIDE.replace(*change), "utf-8")
    mappings, faults = read_mapping(path)
    assert mappings == []
    assert all(one.severity is Severity.STOP for one in faults)
    one = next(one for one in faults if one.code == code)
    assert one.row == line
    assert words in one.describe("en")


def test_all_faults_of_a_mapping_are_told_at_once(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_text(WIDE.replace("respondent = ", "respondant = ").replace('"taken.csv"', '"../x"'), "utf-8")
    assert {one.code for one in read_mapping(path)[1]} >= {"TT-091", "TT-099"}


def test_a_mapping_that_is_no_text(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_bytes(b"\xff\xfe\x00")
    assert [one.code for one in read_mapping(path)[1]] == ["TT-701", "TT-702"]


def test_a_mapped_column_that_is_absent_stops_and_names_the_nearest(intake: Callable[[Files], Intake]) -> None:
    result = intake(mapped(VOTES.replace("leeftijd", "leeftyd")))
    missing = [one for one in result.faults if one.code == "TT-021"]
    assert [(one.column, one.severity) for one in missing] == [("leeftijd", Severity.STOP)]
    assert "leeftyd" in missing[0].describe("nl")


def test_a_mapping_without_a_file_is_told(intake: Callable[[Files], Intake]) -> None:
    assert "TT-093" in codes(intake({"mappings/a.toml": WIDE, "taken.csv": TASKS}))


@pytest.mark.parametrize(("consent", "stops"), [("", True), ('{ date = 2026-01-01, reference = "OR 12" }', False)])
def test_a_column_about_employees_needs_consent(intake: Callable[[Files], Intake], consent: str, stops: bool) -> None:
    mapping = """[[table]]
name = "contacts"
files = ["kcc.csv"]
constants = { municipality = "GM0363" }
columns = { started_at = "begin", handled_by = "Medewerker" }
"""
    settings = f"set_aside_limit = 1.0\n{'works_council_consent = ' + consent if consent else ''}\n"
    files = {
        "settings.toml": settings,
        "mappings/a.toml": mapping,
        "kcc.csv": "begin;Medewerker\n2026-07-01 10:00;Jan\n",
    }
    result = intake(files)
    assert ("TT-095" in codes(result)) == stops
    assert "Jan" not in repr(result.faults)


def test_own_columns_ask_only_for_what_is_required() -> None:
    assert list(own_columns(TABLES["offered"], []).columns) == ["survey", "respondent", "task_id"]


@pytest.mark.parametrize("path", sorted((Path(__file__).parents[2] / "data" / "mappings").glob("*.toml")), ids=str)
def test_the_mappings_of_the_project_are_right_and_explained(path: Path) -> None:
    mappings, faults = read_mapping(path)
    assert mappings
    assert faults == []
    assert path.read_text("utf-8").startswith("# ")
