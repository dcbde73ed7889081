"""The workbook: text stays text, the same numbers give the same bytes, and only published numbers get in."""

from __future__ import annotations

import io
import time
import zipfile

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from toptaak.core.results import result_row, results
from toptaak.core.settings import Settings
from toptaak.printing.workbook import workbook
from toptaak.privacy.disclosure import Publishable, publish

PAYLOADS = [
    "=1+1", "=HYPERLINK(\"http://example.org\")", "+31 20 123", "-2+3+cmd|' /C calc'!A0", "@SUM(A1)", "\t=1", "\r=1",
    "\n=1", "＝1+1", " =1+1", "{=1}", "http://example.org", "file:" "///etc/passwd",
    "123", "1e5", "#REF!", "a" * 40_000,
]  # fmt: skip


def published(*tasks: str, n: int = 40) -> Publishable:
    rows = [result_row("vote_share", n, 1 / 3, 0.2, 0.5, "wilson", task_id=task) for task in tasks]
    return publish(results(rows, ["task_id"]), Settings())


def read(content: bytes) -> dict[str, list[list[object]]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def parts(content: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


@pytest.mark.parametrize("payload", PAYLOADS)
def test_text_that_looks_like_something_else_is_read_back_as_text(payload: str) -> None:
    content = workbook({"Ranglijst": published(payload)}, "nl")
    cell = read(content)["Ranglijst"][1][0]
    assert isinstance(cell, str)
    # XML turns a carriage return into a line feed on reading; Excel holds at most 32,767 characters
    assert cell.replace("\r", "\n") == payload[:32_767].replace("\r", "\n")


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_cell_becomes_a_formula_or_a_link(payload: str) -> None:
    content = workbook({payload[:20]: published(payload)}, "nl", names={"task_id": {payload: payload}})
    for name, text in parts(content).items():
        assert "<f>" not in text, name
        assert "<hyperlink" not in text, name
        assert "externalLink" not in name


def test_a_dangerous_start_keeps_its_quote_when_the_cell_is_edited() -> None:
    assert 'quotePrefix="1"' in parts(workbook({"a": published("=1")}, "nl"))["xl/styles.xml"]


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r"), min_size=1, max_size=30))
def test_any_text_comes_back_as_it_went_in(text: str) -> None:
    cells = read(workbook({"blad": published(text)}, "nl"))["blad"][1]
    assert str(cells[0]).strip() == text.strip() or not text.isprintable()
    assert not isinstance(cells[0], float | int)


def test_numbers_are_written_in_full_and_the_hidden_are_empty_with_a_reason() -> None:
    shown = read(workbook({"nl": published("a"), "klein": published("b", n=4)}, "nl"))
    head, row = shown["nl"][0], dict(zip(shown["nl"][0], shown["nl"][1], strict=True))
    assert head[:4] == ["taakcode", "maat", "waarnemingen", "waarde"]
    assert row["waarde"] == 1 / 3
    hidden = dict(zip(shown["klein"][0], shown["klein"][1], strict=True))
    assert [hidden[name] for name in ("waarnemingen", "waarde", "marge vanaf", "marge tot")] == ["", "", "", ""]
    assert hidden["opmerking"] == "te weinig waarnemingen"


def test_headings_and_names_are_in_the_language() -> None:
    content = workbook({"League table": published("a")}, "en", {"task_id": {"a": "Passport"}})
    rows = read(content)["League table"]
    assert rows[0][:3] == ["task code (name)", "task code", "measure"]
    assert rows[1][:2] == ["Passport", "a"]


def test_the_header_stays_in_sight() -> None:
    assert '<pane ySplit="1"' in parts(workbook({"a": published("a")}, "nl"))["xl/worksheets/sheet1.xml"]


def test_names_of_sheets_are_made_fit_and_stay_apart() -> None:
    names = ["Groepen: naast/elkaar", "x" * 40, "x" * 41, "X" * 42, "'quote'", "[]:*?/\\"]
    found = list(read(workbook(dict.fromkeys(names, published("a")), "nl")))
    assert len({name.casefold() for name in found}) == len(names)
    assert all(len(name) <= 31 and not set(name) & set("[]:*?/\\'") for name in found)


def test_the_same_numbers_give_the_same_bytes_and_name_nobody() -> None:
    first = workbook({"a": published("a", "b")}, "nl")
    time.sleep(1.1)  # a file of now would tell another second
    assert workbook({"a": published("a", "b")}, "nl") == first
    core = parts(first)["docProps/core.xml"]
    assert "<dc:creator></dc:creator>" in core
    assert "2000-01-01T00:00:00Z" in core


def test_only_published_numbers_get_in() -> None:
    with pytest.raises(TypeError, match="published"):
        workbook({"a": pd.DataFrame({"n": [3]})}, "nl")  # type: ignore[dict-item]


def test_a_code_without_a_name_stands_there_itself() -> None:
    names = {"task_id": {"t1": "Paspoort"}, "measure": str.upper}
    rows = read(workbook({"blad": published("t1", "t2")}, "nl", names=names))["blad"]
    shown = [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
    assert [row["taakcode (naam)"] for row in shown] == ["Paspoort", "t2"]
    assert {row["maat (naam)"] for row in shown} == {"VOTE_SHARE"}
