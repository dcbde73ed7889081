"""Every source text has a Dutch translation with the same placeholders, wherever the text stands."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po

sys.path.insert(0, str(Path(__file__).parent))
from source_texts import Package

from toptaak.kpi.measures import CATALOGUE

PACKAGE = Path(__file__).parents[2] / "toptaak"
CATALOGUES = sorted(PACKAGE.glob("*/locale/nl.po"))
PLACEHOLDER = re.compile(r"\{(\w+)[^}]*\}")
UNITS = {"sec", "min", "hours", "days"}  # of `core.numerals`, chosen by size


@cache
def source_texts() -> dict[str, tuple[str, str | None]]:
    return {text: place for text, place in Package(PACKAGE).texts().items() if text not in CATALOGUE}


def entries(path: Path) -> Iterator[tuple[str, str | None, list[str]]]:
    """Give each source text with its plural and its translations."""
    with path.open("rb") as handle:
        for entry in read_po(handle, locale="nl"):
            if entry.id:
                ids, dutch = ([*one] if isinstance(one, (tuple, list)) else [one] for one in (entry.id, entry.string))
                yield str(ids[0]), str(ids[1]) if len(ids) > 1 else None, [str(text) for text in dutch]


def translated() -> dict[str, str | None]:
    return {text: plural for path in CATALOGUES for text, plural, dutch in entries(path) if all(dutch)}


def test_every_text_is_translated() -> None:
    known = translated()
    assert {text: place for text, (place, _) in source_texts().items() if text not in known} == {}


def test_every_translation_has_a_text() -> None:
    assert set(translated()) - set(source_texts()) == UNITS


def test_plurals_are_those_of_the_text() -> None:
    known = translated()
    counted = {text: plural for text, (_, plural) in source_texts().items()}
    assert {text: plural for text, plural in known.items() if text not in UNITS and plural != counted[text]} == {}


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
def test_placeholders_survive_translation(path: Path) -> None:
    for text, plural, dutch in entries(path):
        # where there is one, its number may stand in a word
        unsaid = set() if plural is None else {"n"}
        for form in (text, plural or text, *dutch):
            assert set(PLACEHOLDER.findall(text)) - unsaid == set(PLACEHOLDER.findall(form)) - unsaid, text


def test_a_text_is_translated_once() -> None:
    seen: dict[str, str] = {}
    for path in CATALOGUES:
        for text, _, _ in entries(path):
            assert text not in seen, f"{text!r} stands in {seen.get(text)} and {path.parts[-3]}"
            seen[text] = path.parts[-3]


SEEDED: dict[str, tuple[str, Any]] = {
    "report/a.py": (
        """
from toptaak.core.wording import message
from toptaak.report.b import NAMES, note_of

_TABLE = {"x": "in a table", "y": ("in a tuple", 3)}
RULES = [Rule("STOP", "in a field", f"in pieces. {REST}")]
REST = "And a rest."


def told(source, row, kind, few):
    say = source.say
    text = "in a variable" if few else "in its other branch"
    say(text)
    say(_TABLE[kind])
    say(NAMES.get(kind))
    say(row.note)
    message(RULES[0].expected)
    message(RULES[0].repair)
    say("{n} counted", "{n} counted more", n=3)
    for words, _ in (("in a loop", 1), ("in its next round", 2)):
        say(words)
    return _passed(say, "to a function")


def _passed(say, name):
    return say(name)


class Rule:
    code: str
    expected: str
    repair: str
""",
        {
            "in a variable", "in its other branch", "in a table", "in a tuple", "in another file", "in a note",
            "in a field", "in pieces. And a rest.", "{n} counted", "in a loop", "in its next round", "to a function",
        },
    ),
    "report/b.py": ("NAMES = {'z': 'in another file'}\nrows = result_row('m', note='in a note')\n", set()),
    "kpi/c.py": ("REASON = 'a reason in words'\n_METHODS = MappingProxyType({'t': 'a method in words'})\n",
                 {"a reason in words", "a method in words"}),
    "printing/theme/d.html.j2": ("<p>{{ _('in Jinja') }}</p>", {"in Jinja"}),
    "printing/theme/e.typ": ('#align(right, say("in Typst"))', {"in Typst"}),
}  # fmt: skip


def test_a_text_is_found_wherever_it_stands(tmp_path: Path) -> None:
    """What is found and has no translation fails `test_every_text_is_translated`."""
    for name, (content, _) in SEEDED.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content, "utf-8")
    texts = Package(tmp_path).texts()
    assert set(texts) == {text for _, found in SEEDED.values() for text in found}
    assert texts["{n} counted"] == ("report/a.py", "{n} counted more")
    assert not set(texts) & set(translated())
