"""The document says what the code does: its examples run, and it names every fault."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
DOCUMENT = REPOSITORY / "docs" / "sturen.md"


def test_the_examples_run() -> None:
    found = doctest.testfile(str(DOCUMENT), module_relative=False, encoding="utf-8")
    assert found.attempted > 20
    assert found.failed == 0


def test_every_code_is_listed() -> None:
    library = REPOSITORY / "toptaak"
    # every TOML file shares the codes of its form and of its content
    shared = [library / "core" / name for name in ("toml_text.py", "model_faults.py")]
    source = "".join(path.read_text("utf-8") for path in [*(library / "governance").glob("*.py"), *shared])
    listed = re.findall(r"^\| (TT-\d{3}) ", DOCUMENT.read_text("utf-8"), re.MULTILINE)
    assert listed == sorted(set(re.findall(r'"(TT-\d{3})"', source)))


@pytest.mark.parametrize("name", ["LEVEL", "MINIMUM_COUNT", "FOLLOW_UP_DAYS"])
def test_limits_are_the_ones_in_the_code(name: str) -> None:
    from toptaak.governance import signals

    said = {"LEVEL": "onder 2%", "MINIMUM_COUNT": "Minder dan vijf voorbeelden", "FOLLOW_UP_DAYS": "binnen 14 dagen"}
    assert {"LEVEL": 0.02, "MINIMUM_COUNT": 5, "FOLLOW_UP_DAYS": 14}[name] == getattr(signals, name)
    assert said[name] in DOCUMENT.read_text("utf-8")
