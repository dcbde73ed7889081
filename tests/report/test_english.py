"""An English report holds no Dutch word but those of the data themselves."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from toptaak.intake.store import refresh
from toptaak.intake.tables import TABLES
from toptaak.report.governing.canvas_page import poster_of
from toptaak.report.publications import PUBLICATIONS, pages

# words that no English sentence has, and almost every Dutch one
DUTCH = {
    "de", "het", "een", "van", "niet", "voor", "bij", "wordt", "worden", "naar", "zijn", "aan", "dat", "als",
    "uit", "ook", "maar", "er", "geen", "meer", "minder", "dan", "taak", "gemeente", "gemeenten",
    "kwartaal", "kwartalen", "uur", "dagen", "weken", "bestuur", "toptaken", "streefwaarde", "waarde", "waarden",
    "alle", "stemmen", "stemmers", "punten", "zaak", "zaken", "kanaal", "kanalen", "klant", "klanten",
    "medewerker", "vraag", "antwoord", "marge", "tabel", "figuur", "balk", "balken", "onder", "boven", "tussen",
    "vaker", "beter", "slechter", "gelijk", "bereikt", "nog", "elke", "deze", "die", "kosten", "uren",
    "wens", "wensen", "besluit", "doel", "doelen", "proef", "proeven",
}  # fmt: skip
OF_ONE = ("quarterly", "board", "team", "frontline", "performance", "journeys", "drivers")


def strings(value: Any) -> Iterator[str]:
    """Give every text in the data of a block; of a drawing what stands between its tags."""
    if isinstance(value, str):
        yield re.sub(r"<style.*?</style>|<[^>]+>", "\n", value, flags=re.S) if "<svg" in value else value
    elif isinstance(value, dict):
        yield from (text for one in value.values() for text in strings(one))
    elif isinstance(value, (list, tuple)):
        yield from (text for one in value for text in strings(one))


def shown(name: str, **parameters: str) -> str:
    report = pages(name)
    source = report.open(**parameters)
    blocks: list[Any] = []
    for section in PUBLICATIONS[name].sections:
        make = getattr(report, section)
        needed = [one for one in inspect.signature(make).parameters.values() if one.default is one.empty]
        if section != "results" and len(needed) == 1:
            made = make(source)
            blocks += [poster_of(source)] if section == "poster" else made if isinstance(made, list | tuple) else [made]
    return "\n".join(text for block in blocks for text in strings(asdict(block)))


def of_the_data(data: Path) -> list[str]:
    """Give the texts of the data, the longest first."""
    store = refresh(data)
    tables = [store.table(name) for name in TABLES]
    cells = {str(cell) for table in tables if table is not None for column in table for cell in _texts(table[column])}
    plans = "\n".join(path.read_text("utf-8") for path in data.rglob("*.toml"))
    quoted = set(re.findall(r'"([^"\n]+)"', plans))
    return sorted((text for text in cells | quoted if re.search(r"[a-z]", text)), key=len, reverse=True)


def _texts(column: pd.Series) -> Iterator[Any]:
    return (cell for cell in column.dropna().unique() if isinstance(cell, str))


def dutch_lines(text: str, known: list[str]) -> list[str]:
    found = []
    for line in text.split("\n"):
        kept = line.replace("\u00a0", " ").casefold()
        if set(re.findall(r"[a-zà-ÿ]+", kept)) & DUTCH:
            for one in known:
                kept = kept.replace(one.casefold(), " ")
            if set(re.findall(r"[a-zà-ÿ]+", kept)) & DUTCH:
                found.append(line)
    return found


@pytest.mark.parametrize("name", OF_ONE)
def test_an_english_report_has_no_dutch_word(name: str, example_data: Path) -> None:
    asked = {"municipality": "GM9901", "quarter": "2026Q3", "language": "en", "data": str(example_data)}
    text = shown(name, **asked, **({"task": "T01"} if name == "team" else {}))
    assert len(text) > 1000
    assert dutch_lines(text, of_the_data(example_data)) == []


@pytest.mark.parametrize("name", ["survey", "canvas"])
def test_an_english_survey_and_canvas_have_no_dutch_word(name: str, example_data: Path) -> None:
    own = {
        "survey": {"municipality": "GM9910", "survey": ""},
        "canvas": {"municipality": "GM9901", "quarter": "2026Q3"},
    }
    text = shown(name, **own[name], language="en", data=str(example_data))
    assert len(text) > 1000
    assert dutch_lines(text, of_the_data(example_data)) == []


def test_an_english_comparison_has_no_dutch_word(example_data: Path) -> None:
    text = shown("comparison", quarter="2026Q3", language="en", data=str(example_data))
    assert dutch_lines(text, of_the_data(example_data)) == []


def test_a_dutch_report_would_be_found_out(example_data: Path) -> None:
    text = shown("board", municipality="GM9901", quarter="2026Q3", language="nl", data=str(example_data))
    assert len(dutch_lines(text, of_the_data(example_data))) > 20
