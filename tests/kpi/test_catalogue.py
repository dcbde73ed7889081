"""The catalogue is whole: texts, tables, functions, and what the reader is told."""

from __future__ import annotations

from types import ModuleType
from typing import get_args

import pytest

from toptaak.core.wording import translator
from toptaak.intake.tables import TABLES
from toptaak.kpi.compare import OTHER_WORDING, VERDICTS
from toptaak.kpi.declaration import Direction, Measure, Unit
from toptaak.kpi.differences import CHANGES
from toptaak.kpi.measures import (
    CATALOGUE,
    OBSERVED,
    answers,
    board_measures,
    cases,
    contacts,
    declaration,
    measure,
    outcomes,
    relations,
    votes,
    waiting,
)
from toptaak.kpi.methods import METHODS
from toptaak.kpi.observations import ZERO_LEFT_OUT
from toptaak.kpi.summaries import SCALES


def texts() -> list[str]:
    of_measures = [text for one in CATALOGUE.values() for text in (one.label, one.definition, one.source)]
    return [*of_measures, *METHODS.values(), *VERDICTS.values(), OTHER_WORDING, ZERO_LEFT_OUT]


def test_every_text_has_a_dutch_translation() -> None:
    from toptaak.core.wording import _catalogue

    assert [text for text in texts() if text not in _catalogue("nl")] == []


def test_the_terms_are_those_of_the_field() -> None:
    dutch = translator("nl")
    terms = {"success_rate": "Succesratio", "failure_rate": "Foutpercentage", "disaster_rate": "Ramp-ratio"}
    terms |= {
        "completion_time": "Doorlooptijd",
        "contacts_per_case": "Contacten per zaak",
        "satisfaction": "Waardering",
    }
    assert {name: dutch(declaration(name).label) for name in terms} == terms


@pytest.mark.parametrize("one", CATALOGUE.values(), ids=lambda one: one.id)
def test_needs_name_columns_of_the_contract(one: Measure) -> None:
    for needed in (one.needs, one.alternative, one.registered):
        for table, columns in needed.items():
            assert set(columns) <= set(TABLES[table].names)


@pytest.mark.parametrize("one", CATALOGUE.values(), ids=lambda one: one.id)
def test_a_declaration_is_whole(one: Measure) -> None:
    assert all((one.label, one.definition, one.source, one.needs))
    assert one.unit in get_args(Unit)
    assert one.direction in get_args(Direction)
    assert one.minimum_n >= 5


@pytest.mark.parametrize("subject", [answers, cases, contacts, outcomes, relations, votes, waiting])
def test_no_declaration_of_a_subject_is_forgotten(subject: ModuleType) -> None:
    declared = [value for value in vars(subject).values() if isinstance(value, Measure)]
    assert list(subject.MEASURES) == declared
    assert all(CATALOGUE[entry.id] is entry for entry in declared)


def test_a_measure_with_a_function_of_its_own_says_so() -> None:
    assert {"toptaak_tpi", "driver_importance", "vote_share"}.isdisjoint(OBSERVED)
    with pytest.raises(KeyError, match="its own function"):
        measure("toptaak_tpi", {})


def test_methods_have_words() -> None:
    used = {one.method for one in (*SCALES.values(), *CHANGES.values())} | {"bootstrap_respondents"}
    assert used <= METHODS.keys()
    assert SCALES.keys() == CHANGES.keys()


def test_an_unknown_measure_names_the_nearest() -> None:
    with pytest.raises(KeyError, match="did you mean 'success_rate'"):
        declaration("succes_rate")
    with pytest.raises(KeyError, match="unknown measure 'xqzw'"):
        declaration("xqzw")


def test_the_board_sees_measures_with_a_direction() -> None:
    assert board_measures()
    assert all(one.direction != "none" for one in board_measures())
