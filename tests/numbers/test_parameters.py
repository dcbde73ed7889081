from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from toptaak.core.errors import InputRefused
from toptaak.core.municipalities import in_force
from toptaak.numbers.parameters import ReportParameters, read_parameters

GOOD = {"municipality": "GM0363", "quarter": "2026Q3", "language": "nl"}


@pytest.fixture
def good(tmp_path: Path) -> dict[str, Any]:
    return GOOD | {"data": tmp_path}


def refusal(values: dict[str, Any]) -> str:
    with pytest.raises(InputRefused) as caught:
        read_parameters(values)
    assert caught.value.exit_code == 2
    return str(caught.value)


def test_good_parameters_are_typed(good: dict[str, Any], tmp_path: Path) -> None:
    parameters = read_parameters(good)
    assert parameters == ReportParameters(**good)
    assert (parameters.municipality, parameters.quarter, parameters.data) == ("GM0363", "2026Q3", tmp_path)


@pytest.mark.parametrize("spelling", ["2026-K3", "Q3 2026", "3e kwartaal 2026"])
def test_usual_spellings_of_a_quarter(good: dict[str, Any], spelling: str) -> None:
    assert read_parameters(good | {"quarter": spelling}).quarter == "2026Q3"


@pytest.mark.parametrize("wrong", [363, "363", "0363", "gm0363", "GM363", " 0363 "])
def test_a_number_is_refused_with_the_code_it_may_mean(good: dict[str, Any], wrong: object) -> None:
    assert "Bedoelt u GM0363 (Amsterdam)?" in refusal(good | {"municipality": wrong})


def test_no_number_is_ever_taken_for_a_municipality(good: dict[str, Any]) -> None:
    for municipality in in_force():
        digits = municipality.code[2:]
        for wrong in (digits, int(digits), int(digits, 8) if set(digits) <= set("01234567") else 0):
            refusal(good | {"municipality": wrong})


def test_a_whole_name_is_understood_and_a_typing_error_gets_a_hint(good: dict[str, Any]) -> None:
    assert read_parameters(good | {"municipality": "utrecht"}).municipality == "GM0344"
    assert "GM0373" in refusal(good | {"municipality": "Bergen"}), "two municipalities have this name"
    assert "GM0344 (Utrecht)" in refusal(good | {"municipality": "Utrect"})
    assert "gemeentelijst" in refusal(good | {"municipality": "?!"})


def test_a_merged_municipality_names_its_successor(good: dict[str, Any]) -> None:
    assert "Gebruik GM0363 (Amsterdam)." in refusal(good | {"municipality": "GM0457"})


def test_a_misspelt_parameter_names_the_nearest(good: dict[str, Any]) -> None:
    text = refusal(good | {"gemente": "GM0363", "quartr": "2026Q3", "xyz": "1"})
    assert "'quartr'. Verwacht: een parameter die het notebook kent. Bedoelt u quarter?" in text
    assert "'gemente'. Verwacht: een parameter die het notebook kent. Bedoelt u municipality?" in text
    assert "Kies uit: " in text


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    text = refusal({"municipality": "GM1", "quarter": "2026Q5", "language": "fr", "data": tmp_path / "absent"})
    assert [line[:6] for line in text.splitlines()] == ["TT-601", "TT-602", "TT-603", "TT-604"]


def test_a_missing_parameter_is_told() -> None:
    assert refusal(GOOD) == (
        "TT-606 parameters, kolom data: Verwacht: een waarde voor deze parameter. Vul de parameter in."
    )
