"""Towns that merged: own numbers stay apart, counts are added, and the old code keeps its own quarters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from toptaak.core.errors import InputRefused
from toptaak.core.municipalities import find, in_force
from toptaak.core.periods import Quarter
from toptaak.intake.store import Store, refresh
from toptaak.kpi.journeys import cases, cases_from_steps
from toptaak.numbers.parameters import read_parameters
from toptaak.numbers.quarter import open_source

# Brielle (GM0501), Hellevoetsluis (GM0530) and Westvoorne (GM0614) became Voorne aan Zee (GM1992) on 1 January 2023
NEW = "GM1992"
FILES = {
    "tasks.csv": "list_version;task_id;label\n1;T1;a\n1;T2;b\n",
    "contacts.csv": "municipality;case;customer;task_id;channel;started_at;ended_at;resolved\n"
    "GM0501;7;K1;T1;phone;2022-10-03 09:00;2022-10-03 09:05;ja\n"
    "Brielle;8;;T1;desk;2022-10-04 09:00;2022-10-04 09:05;ja\n"
    "GM0530;7;K1;T1;phone;2022-11-14 10:00;2022-11-14 10:10;ja\n"
    "GM1992;7;;T2;desk;2023-02-05 11:00;2023-02-05 11:10;ja\n",
    "steps.csv": "municipality;case;step;at\nGM0501;7;in;2022-10-03\nGM0501;7;uit;2022-10-05\nGM0530;7;in;2022-11-14\n",
    "forms.csv": "municipality;week;form;task_id;started;finished\n"
    "GM0501;2022W40;v;T2;100;80\nGM0530;2022W40;v;T2;50;40\nGM0614;2022W40;p;T1;10;5\n",
    "channel_lists.csv": "municipality;quarter;channel;task_id;volume\n"
    "Brielle;2022Q4;web;T1;100\nHellevoetsluis;2022Q4;web;T1;250\nWestvoorne;2022Q4;web;T1;80\n"
    "Brielle;2022Q4;web;T2;60\n",
    "population.csv": "municipality;year;variable;level;count\nBrielle;2022;leeftijd;65+;4000\n"
    "GM0530;2022;leeftijd;65+;9000\n",
    "respondents.csv": "survey;respondent;municipality;date\n2022;1;GM0501;2022-10-01\n2022;1;GM0530;2022-10-01\n",
    "ballots.csv": "survey;respondent;task_id;municipality\n2022;1;T1;GM0501\n2022;1;T1;GM0530\n2022;1;T2;GM0501\n",
    "wishes.csv": "municipality;wish;date\nGM0501;1;2022-10-01\nGM0530;1;2022-10-02\n",
    "targets.csv": "municipality;measure;valid_from;target\n"
    "GM0501;success_rate;2022-01-01;0,8\nGM0530;success_rate;2022-01-01;0,7\nGM0614;disaster_rate;2022-01-01;0,1\n",
    "service_totals.csv": "municipality;date;queue;offered;answered;wait_s_mean\n"
    "GM0501;2022-10-03;KCC;100;80;30\nGM0530;2022-10-03;KCC;50;20;80\n",
}  # fmt: skip


@pytest.fixture
def store(folder: Callable[[Mapping[str, str]], Path]) -> Store:
    return refresh(folder(FILES))


def rows(store: Store, name: str, code: str = NEW) -> list[list[object]]:
    table = store.table(name, code)
    assert table is not None
    return table.astype(object).values.tolist()


def test_equal_case_numbers_of_two_towns_are_two_cases(store: Store) -> None:
    contacts, steps = store.table("contacts", NEW), store.table("steps", NEW)
    assert contacts is not None
    assert steps is not None
    assert sorted(cases(contacts)["case"]) == ["7", "GM0501:7", "GM0501:8", "GM0530:7"]
    assert cases(contacts)["seconds"].max() < 900
    assert contacts["customer"].dropna().tolist() == ["GM0501:K1", "GM0530:K1"]
    assert sorted(cases_from_steps(steps)["case"]) == ["GM0501:7", "GM0530:7"]


def test_respondents_and_their_ballots_stay_together_and_apart(store: Store) -> None:
    ballots, people = store.table("ballots", NEW), store.table("respondents", NEW)
    assert ballots is not None
    assert people is not None
    assert ballots["respondent"].value_counts().to_dict() == {"GM0501:1": 2, "GM0530:1": 1}
    assert people["respondent"].tolist() == ["GM0501:1", "GM0530:1"]
    assert [row[1] for row in rows(store, "wishes")] == ["GM0501:1", "GM0530:1"]


def test_counts_of_keyed_tables_are_added(store: Store) -> None:
    assert [row[1:] for row in rows(store, "forms")] == [
        ["2022W40", "v", "T2", 150, 120],
        ["2022W40", "p", "T1", 10, 5],
    ]
    assert [row[3:] for row in rows(store, "channel_lists")] == [["T1", 430.0], ["T2", 60.0]]
    assert [row[4] for row in rows(store, "population")] == [13000.0]
    totals = store.table("service_totals", NEW)
    assert totals is not None
    assert totals[["offered", "answered", "wait_s_mean"]].values.tolist() == [[150, 100, 40.0]]


def test_a_target_of_each_town_is_none_of_both_together(store: Store) -> None:
    targets = store.table("targets", NEW)
    assert targets is not None
    assert targets["measure"].tolist() == ["disaster_rate"]


def test_every_row_read_is_accounted_for(store: Store) -> None:
    account = store.account()
    assert (account["rows_set_aside"] == 0).all()
    assert account["rows_read"].sum() == sum(len(text.splitlines()) - 1 for text in FILES.values())


def test_the_old_code_keeps_its_rows_and_its_quarters(store: Store) -> None:
    assert store.municipalities() == [NEW]
    assert store.quarters("GM0501") == [Quarter(2022, 4)]
    assert [row[1] for row in rows(store, "contacts", "GM0501")] == ["7", "8"]
    assert [row[4:] for row in rows(store, "forms", "GM0501")] == [[100, 80]]
    assert store.fingerprint("GM0501") != store.fingerprint("GM0530")
    source = open_source("GM0501", "2022Q4", "nl", str(store.data))
    assert source.municipality.name == "Brielle"
    assert len(rows(store, "targets", "GM0501")) == 1
    assert source.task_labels == {"T1": "a", "T2": "b"}


def test_a_report_under_the_old_code_ends_with_the_town(store: Store) -> None:
    asked = {"municipality": "GM0501", "data": store.data}
    assert read_parameters(asked | {"quarter": "2022Q4"}).municipality == "GM0501"
    with pytest.raises(InputRefused, match=r"Brielle bestaat niet meer. Gebruik GM1992"):
        read_parameters(asked | {"quarter": "2023Q1"})


def test_an_announced_merger_changes_nothing_yet() -> None:
    wijdemeren = find("GM1696")
    assert wijdemeren is not None
    assert (wijdemeren.valid_to, wijdemeren.joins) == ("2026-12-31", "GM0402")
    assert wijdemeren in in_force()
