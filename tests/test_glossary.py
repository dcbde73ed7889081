"""The glossary docs/begrippen.md says what the code says."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from toptaak.core.settings import Settings
from toptaak.core.wording import translator
from toptaak.intake.tables import TABLES
from toptaak.kpi.measures import CATALOGUE

REPOSITORY = Path(__file__).parents[1]
TEXT = (REPOSITORY / "docs" / "begrippen.md").read_text(encoding="utf-8")
ROWS = [[cell.strip() for cell in line.strip("|").split("|")] for line in TEXT.splitlines() if line.startswith("| ")][
    1:
]
# an idea that is seen in this measure, which has a longer name of its own
OF_AN_IDEA = {
    "channel_flow", "done_within", "silence_ratio", "driver_importance", "open_cases", "vote_reach", "open_age",
}  # fmt: skip
PLACE = re.compile(r"(tabel|kengetal|instelling|klasse) `(\w+)`")


def classes() -> set[str]:
    trees = (ast.parse(path.read_text("utf-8")) for path in (REPOSITORY / "toptaak").rglob("*.py"))
    return {node.name for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef)}


def test_every_word_stands_in_the_code() -> None:
    known = {
        "tabel": set(TABLES),
        "kengetal": set(CATALOGUE),
        "instelling": set(Settings.model_fields),
        "klasse": classes(),
    }
    places = {row[3]: PLACE.fullmatch(row[3]) for row in ROWS}
    assert [place for place, match in places.items() if match is None] == []
    assert [place for place, match in places.items() if match and match[2] not in known[match[1]]] == []


def test_every_table_has_a_word() -> None:
    named = {match[2] for row in ROWS if (match := PLACE.fullmatch(row[3])) and match[1] == "tabel"}
    assert named == set(TABLES)


def test_every_word_has_a_meaning_and_stands_there_once() -> None:
    assert len(ROWS) >= 60
    assert all(len(row) == 4 and all(row) for row in ROWS)
    dutch = [term for row in ROWS for term in row[0].split(", ")]
    for terms in (dutch, [row[1] for row in ROWS], [row[3] for row in ROWS]):
        assert sorted(terms) == sorted(set(terms))


def test_a_measure_has_the_name_of_the_reports() -> None:
    """A Dutch word of a measure is its label in a report, or part of it."""
    dutch = translator("nl")
    for row in ROWS:
        match = PLACE.fullmatch(row[3])
        if match and match[1] == "kengetal" and match[2] not in OF_AN_IDEA:
            terms, label = row[0].lower().split(", "), dutch(CATALOGUE[match[2]].label).lower()
            assert any(term.removesuffix("en").removesuffix("s") in label for term in terms), (row[0], label)
