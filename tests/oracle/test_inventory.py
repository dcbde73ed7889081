"""The list of other people's numbers is true, long enough, and printed in the documentation."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

REPOSITORY = Path(__file__).parents[2]
NAMED = ("R survey", "R relaimpo", "NHSRplotthedots", "R prop.test", "R survfit", "print")


def load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("oracles_benchmark", REPOSITORY / "benchmarks" / "oracles.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


INVENTORY = load()


def test_the_fields_that_were_asked_for_have_at_least_120_numbers() -> None:
    counted = {name: [one for one in INVENTORY.oracles() if one.whose.startswith(name)] for name in NAMED}
    assert all(counted.values())
    assert sum(one.count(INVENTORY.FOLDER / one.file) for field in counted.values() for one in field) >= 120


@pytest.mark.parametrize("one", INVENTORY.oracles(), ids=lambda one: one.whose)
def test_every_number_has_a_script_or_a_source_and_a_test(one: Any) -> None:
    file = INVENTORY.FOLDER / one.file
    assert one.count(file) > 0
    script = file.parent / one.origin
    if one.origin.endswith(".R"):
        assert Path(one.file).stem in script.read_text(encoding="utf-8")
    elif one.origin == "column source":
        head, *rows = file.read_text(encoding="utf-8").splitlines()
        assert head.endswith("source")
        assert all(row.rpartition(",")[2].strip('" ') for row in rows)
    for test in one.tests:
        text = (REPOSITORY / test).read_text(encoding="utf-8")
        assert file.stem in text or file.name in text, test


def test_the_documentation_prints_the_list() -> None:
    text = (REPOSITORY / "docs" / "methode.md").read_text(encoding="utf-8")
    assert text.split("<!-- oracles -->\n")[1].split("\n<!-- end oracles -->")[0] == INVENTORY.table()
