"""The contract: tables, schemas, fault codes, and the documents made from them."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest
from babel.messages.pofile import read_po

from toptaak.core.faults import Severity
from toptaak.intake.accounts import fault_from, fault_record
from toptaak.intake.codes import CODES, fault, masked
from toptaak.intake.columns import Kind
from toptaak.intake.dictionary import DICTIONARY, FAULTS, ROOT, dictionary, fault_list
from toptaak.intake.schema import empty_frame, failures, schema, table_named
from toptaak.intake.tables import TABLES

# the tables as the design agreed them; a column may be added here only together with the design
AGREED = {
    "tasks": "list_version task_id label label_en category owner_team upl_uri",
    "respondents": "survey respondent municipality date mode weight",
    "ballots": "survey respondent task_id position municipality",
    "offered": "survey respondent task_id municipality",
    "population": "municipality year variable level count",
    "channel_lists": "municipality quarter channel task_id volume",
    "attempts": "municipality date respondent task_id channel believed_success verified_success outcome duration_s "
    "failure_reason method weight",
    "contacts": "municipality case customer task_id topic kind channel started_at ended_at wait_s talk_s hold_s "
    "wrap_s answered resolved handled_by ticket_at called_at served_at",
    "service_totals": "municipality date hour channel queue offered answered abandoned within_norm wait_s_mean "
    "talk_s_mean wrap_s_mean",
    "cases": "municipality case customer task_id topic channel opened_at closed_at due_at status outcome weight",
    "steps": "municipality case task_id channel step at department",
    "ratings": "municipality date respondent task_id channel part question question_version score weight",
    "open_answers": "municipality date respondent task_id channel question answer proposed themes",
    "questions": "question version language kind wording minimum maximum higher_is",
    "forms": "municipality week form task_id started finished",
    "targets": "municipality task_id channel measure valid_from valid_to baseline target source",
    "interventions": "municipality task_id date label team",
    "effort": "municipality quarter team task_id activity hours cost",
    "wishes": "municipality wish date asked_by task_id expected_effect effort_hours decision reason alternative "
    "decided_on decided_by",
    "signals": "municipality signal date department topic task_id text followed_up_on",
    "staff_feedback": "municipality entry submitted_on department kind topic routed_to routed_on solved_on thanked_on "
    "led_to_change",
    "teams": "municipality team task_id department role mandate next_evaluation",
}


def test_the_tables_are_those_agreed() -> None:
    assert {name: " ".join(table.names) for name, table in TABLES.items()} == AGREED


@pytest.mark.parametrize("name", TABLES)
def test_an_empty_table_keeps_to_its_schema(name: str) -> None:
    assert failures(empty_frame(table_named(name)), name).empty


@pytest.mark.parametrize("name", TABLES)
def test_keys_and_moments_are_columns(name: str) -> None:
    table = TABLES[name]
    assert set(table.key) <= set(table.names)
    assert table.when is None or table.when in table.names
    assert table.local == ("municipality" in table.names)


def test_a_schema_names_the_rows_that_break_it() -> None:
    frame = empty_frame(table_named("effort")).reindex(range(3))
    frame["municipality"], frame["quarter"], frame["team"] = "GM0363", "2026Q3", ["a", None, "b"]
    frame["hours"] = [1.0, 2.0, -1.0]
    broken = failures(frame, "effort")
    assert list(zip(broken["column"], broken["index"], strict=True)) == [("team", 1), ("hours", 2)]


def test_another_type_is_a_fault_of_ours() -> None:
    frame = empty_frame(table_named("effort")).astype({"hours": "Int64"})
    with pytest.raises(ValueError, match="shape of its contract"):
        failures(frame, "effort")


def test_segments_come_last_and_only_with_respondents() -> None:
    assert list(schema("respondents", ("segment_b", "segment_a")).columns)[-2:] == ["segment_a", "segment_b"]
    assert TABLES["ballots"].column("segment_age") is None


def test_codes_have_the_numbers_of_intake() -> None:
    assert all(re.fullmatch(r"TT-[08]\d\d", code) for code in CODES)


def test_only_a_row_can_be_furniture() -> None:
    assert all(rule.counts or rule.severity is Severity.SET_ASIDE for rule in CODES.values())


def test_every_text_of_a_fault_is_translated() -> None:
    known = {}
    for path in (ROOT / "toptaak").glob("*/locale/nl.po"):
        with path.open("rb") as handle:
            known |= {str(entry.id): entry.string for entry in read_po(handle, locale="nl") if entry.id}
    texts = {text for rule in CODES.values() for text in (rule.expected, rule.repair)}
    assert {text for text in texts if not known.get(text)} == set()


@pytest.mark.parametrize(("path", "text"), [(DICTIONARY, dictionary), (FAULTS, fault_list)], ids=["data", "faults"])
def test_documents_are_those_the_code_makes(path: Path, text: object) -> None:
    assert callable(text)
    assert (ROOT / path).read_text("utf-8") == text(), "run: python -m toptaak.intake.dictionary"


def test_the_dictionary_names_every_column_and_kind() -> None:
    text = dictionary()
    assert all(f"## {name}\n" in text for name in TABLES)
    assert all(f"| {kind.value} |" in text for kind in Kind)


def test_a_fault_survives_being_written_down() -> None:
    one = fault("TT-021", "a.xlsx", values={"expected": "x", "nearest": "y"}, sheet="Blad1", row=3, column="x", count=2)
    assert fault_from(fault_record(one)) == one


@pytest.mark.parametrize(
    "secret",
    [
        "jan.jansen@example.nl",
        "111222333",
        "06-12345678",
        "+31 6 1234 5678",
        "020 123 4567",
        "NL91ABNA0417164300",
        "1011 AB",
        "ik woon al jaren in de straat achter het station en mijn buurman heet Piet",
    ],
)
def test_what_may_point_at_a_person_is_masked(secret: str) -> None:
    shown = masked(f"x {secret}")
    assert secret not in shown
    assert "***" in shown


def test_plain_values_are_shown() -> None:
    assert [masked(value) for value in ("T99", "-65", "01-04-2026", "61.500")] == [
        "'T99'",
        "'-65'",
        "'01-04-2026'",
        "'61.500'",
    ]


def test_a_frame_of_the_contract_has_its_types() -> None:
    frame = empty_frame(table_named("contacts"))
    assert str(frame["started_at"].dtype) == "datetime64[us, Europe/Amsterdam]"
    assert isinstance(frame["answered"].dtype, pd.BooleanDtype)


# dates that say something about the future, or are set beforehand
PLANNED = {"cases": {"due_at"}, "targets": {"valid_from", "valid_to"}, "teams": {"next_evaluation"}}


@pytest.mark.parametrize("name", TABLES)
def test_every_date_says_since_when_something_is_known(name: str) -> None:
    """A new date must be declared: it dates the row, is filled later, or is planned."""
    table = TABLES[name]
    dates = {one.name for one in table.columns if one.kind in (Kind.DATE, Kind.TIME)}
    assert dates == ({table.dated} & dates) | set(table.later) | PLANNED.get(name, set())
    assert {column for columns in table.later.values() for column in columns} <= set(table.names)
    assert table.through is None or set(table.through[1]) <= set(table.names) & set(TABLES[table.through[0]].names)
