from __future__ import annotations

import csv
from pathlib import Path

import pytest

from toptaak.core import municipalities


def test_the_342_of_today_are_in_force_and_unique() -> None:
    codes = [one.code for one in municipalities.in_force()]
    assert len(codes) == len(set(codes)) == 342


def test_names_and_codes_agree_with_the_list_of_2026(shared_data: Path) -> None:
    with (shared_data / "gemeenten_nl" / "gemeenten_2026_342.csv").open(encoding="utf-8") as handle:
        listed = {row["code"]: row["naam"] for row in csv.DictReader(handle)}
    # the list leaves out the apostrophe that Statistics Netherlands writes in 's-Hertogenbosch
    assert {one.code: one.name.removeprefix("'") for one in municipalities.in_force()} == listed


def test_every_code_of_2022_is_in_force_or_names_its_successor(shared_data: Path) -> None:
    with (shared_data / "gemeenten_nl" / "gemeenten_2022_cbs_345.csv").open(encoding="utf-8") as handle:
        codes = [row["code"] for row in csv.DictReader(handle)]
    today = {one.code for one in municipalities.in_force()}
    for code in codes:
        found = municipalities.find(code)
        assert found is not None
        assert code in today or set(found.successors) <= today


@pytest.mark.parametrize(
    ("code", "successors"),
    [("GM0457", ("GM0363",)), ("GM0614", ("GM1992",)), ("GM0053", ("GM1966", "GM1969"))],
)
def test_merged_and_split_codes(code: str, successors: tuple[str, ...]) -> None:
    found = municipalities.find(code)
    assert found is not None
    assert found.successors == successors
    assert found.valid_to is not None


def test_fictional_codes_never_collide_and_never_exist() -> None:
    codes = [municipalities.fictional_code(number) for number in range(1, 343)]
    assert len(set(codes)) == 342
    found = [municipalities.find(code) for code in codes]
    assert all(one is not None and one.fictional for one in found)
    assert not any(one.fictional for one in municipalities.in_force())


def test_a_name_is_matched_whole_or_not_at_all() -> None:
    assert municipalities.codes_named("UTRECHT ") == ["GM0344"]
    for spelling in ("'s-Hertogenbosch", "’s-Hertogenbosch", "s-Hertogenbosch"):
        assert municipalities.codes_named(spelling) == ["GM0796"]
    assert municipalities.codes_named("Bergen") == ["GM0373", "GM0893"], "ambiguous: the caller has to ask"
    assert municipalities.codes_named("Súdwest-Fryslân") == ["GM1900"]
    assert "GM0363" in municipalities.nearest("Amsterdan")
