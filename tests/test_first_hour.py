"""What docs/first-hour.md tells a newcomer works."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

REPOSITORY = Path(__file__).parents[1]
TEXT = (REPOSITORY / "docs" / "first-hour.md").read_text(encoding="utf-8")


def test_its_blocks_of_python_run() -> None:
    result = doctest.testfile(str(REPOSITORY / "docs" / "first-hour.md"), module_relative=False)
    assert result.attempted > 5
    assert result.failed == 0


def test_the_places_it_names_are_there() -> None:
    named = set(re.findall(r"`((?:toptaak|tests|docs)/[\w./-]+)`", TEXT))
    assert named
    assert [place for place in named if not (REPOSITORY / place).exists()] == []
    channels = (REPOSITORY / "toptaak/report/quarterly/channels.py").read_text(encoding="utf-8")
    assert "CHANNEL_MEASURES" in channels
