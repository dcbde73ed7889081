"""What the documents name exists, and what exists is named."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from toptaak.cli.main import main
from toptaak.core.settings import Settings

REPOSITORY = Path(__file__).parents[1]
DOCUMENTS = sorted([*REPOSITORY.glob("*.md"), *(REPOSITORY / "docs").glob("*.md"), REPOSITORY / "data" / "README.md"])
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(path: Path) -> None:
    text = re.sub(r"```.*?```", "", path.read_text(encoding="utf-8"), flags=re.S)
    broken = [link for link in LINK.findall(text) if "://" not in link and not (path.parent / link).exists()]
    assert broken == []


def test_every_setting_is_in_the_handbook() -> None:
    text = (REPOSITORY / "docs" / "handleiding.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `(\w+)` \|", text, re.M)) == set(Settings.model_fields)


def test_every_command_is_in_the_readme_and_has_help() -> None:
    text = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    for name, command in main.commands.items():
        assert f"`toptaak {name}" in text, name
        assert command.help, name
