"""The example passes intake as it is: nothing refused, and only the wrong rows set aside."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from toptaak.core.faults import Severity
from toptaak.core.periods import Quarter
from toptaak.example import write_example
from toptaak.example.make import TownData
from toptaak.intake.store import Store, refresh
from toptaak.intake.tables import TABLES


@pytest.fixture(scope="module")
def store(folder: Path) -> Store:
    return refresh(folder)


def test_exactly_the_wrong_rows_are_set_aside(folder: Path, store: Store) -> None:
    wrong = pd.read_csv(folder / "truth" / "dirty_rows.csv")
    aside = {(one.file, one.row) for one in store.faults if one.severity is Severity.SET_ASIDE}
    assert aside == set(zip(wrong["file"], wrong["row"], strict=True))
    account = store.account().set_index("file")
    assert (account["rows_read"] == account["rows_used"] + account["rows_set_aside"]).all()
    assert account["rows_set_aside"].sum() == len(wrong)


def test_there_is_nothing_to_warn_about(store: Store) -> None:
    assert {one.severity for one in store.faults} == {Severity.SET_ASIDE, Severity.REPAIRED}


def test_every_table_of_the_contract_is_taken_in(store: Store) -> None:
    assert set(store.account()["table"]) == set(TABLES)
    assert len(store.municipalities()) == 12


def test_quarters_of_a_municipality(store: Store) -> None:
    every = [Quarter(2024, 4).shift(step) for step in range(8)]
    assert store.quarters("GM9901") == every
    assert store.quarters("GM9907") == [one for one in every if one != Quarter(2026, 2)]


@pytest.mark.parametrize("table", ["attempts", "contacts", "ratings", "respondents"])
@pytest.mark.parametrize("number", [1, 9])
def test_intake_delivers_what_was_drawn(towns: list[TownData], store: Store, table: str, number: int) -> None:
    one = towns[number - 1]
    drawn = {
        "attempts": lambda: one.attempts,
        "contacts": lambda: one.all_contacts,
        "ratings": lambda: one.ratings,
        "respondents": lambda: one.surveys.respondents,
    }[table]()
    checked = store.table(table, one.town.code)
    assert checked is not None
    drawn = drawn.reset_index(drop=True)[checked.columns].astype(checked.dtypes)
    pd.testing.assert_frame_equal(checked, drawn)


def test_ballots_get_the_municipality_of_their_respondent(towns: list[TownData], store: Store) -> None:
    for one in (towns[0], towns[9]):
        ballots = store.table("ballots", one.town.code)
        assert ballots is not None
        assert len(ballots) == len(one.surveys.ballots)


def test_one_quarter_is_enough(tmp_path: Path) -> None:
    write_example(tmp_path / "example", quarters=1, last_quarter=Quarter(2027, 1))
    short = refresh(tmp_path / "example")
    assert {quarter for code in short.municipalities() for quarter in short.quarters(code)} == {Quarter(2027, 1)}
    wrong = pd.read_csv(tmp_path / "example" / "truth" / "dirty_rows.csv")
    assert short.account()["rows_set_aside"].sum() == len(wrong)
