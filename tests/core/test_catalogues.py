"""Every source text has a Dutch translation with the same placeholders."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from toptaak.core.wording import LANGUAGES

PACKAGE = Path(__file__).parents[2] / "toptaak"
CATALOGUES = sorted(PACKAGE.glob("*/locale/nl.po"))
TRANSLATING = {"translate", "translator", "message", "Message", "say"}
PLACEHOLDER = re.compile(r"\{(\w+)[^}]*\}")


def source_texts() -> dict[str, str]:
    texts = {}
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                called = node.func.func if isinstance(node.func, ast.Call) else node.func
                name = getattr(called, "id", getattr(called, "attr", ""))
                if name in TRANSLATING and isinstance(node.args[0].value, str) and node.args[0].value not in LANGUAGES:
                    texts[node.args[0].value] = path.relative_to(PACKAGE).as_posix()
    return texts


def translations(path: Path) -> dict[str, str]:
    with path.open("rb") as handle:
        return {str(entry.id): str(entry.string) for entry in read_po(handle, locale="nl") if entry.id}


def test_every_text_is_translated() -> None:
    known = {text for path in CATALOGUES for text, dutch in translations(path).items() if dutch}
    missing = {text: place for text, place in source_texts().items() if text not in known}
    assert missing == {}


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
def test_placeholders_survive_translation(path: Path) -> None:
    for text, dutch in translations(path).items():
        assert set(PLACEHOLDER.findall(text)) == set(PLACEHOLDER.findall(dutch)), text


def test_a_text_is_translated_once() -> None:
    seen: dict[str, str] = {}
    for path in CATALOGUES:
        for text in translations(path):
            assert text not in seen, f"{text!r} stands in {seen.get(text)} and {path.parts[-3]}"
            seen[text] = path.parts[-3]
