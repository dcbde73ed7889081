from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toptaak.core.errors import InputRefused
from toptaak.core.toml_text import DEEPEST, LARGEST_FILE, read_document

TEXT = """\
# a comment with = and [brackets]
period = "2026Q4"  # comment
long = \"\"\"
[not.a.header]
key = 1
\"\"\"

[ambition]
"quoted key" = 'a # b'
kpis = [
  "one",  # first
  "two, still two",

  "three",
]
a.b = 1

[[year.goals]]
text = "x"
deadline = 2026-12-31
[year.goals.more]
deep = { p = [1, 2], q = "]" }
[[year.goals]]
text = "y"
"""


def document(tmp_path: Path, text: str) -> Any:
    path = tmp_path / "canvas.toml"
    path.write_text(text, encoding="utf-8", newline="")
    return read_document(path)


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_finds_the_line_of_every_entry(tmp_path: Path, ending: str) -> None:
    found = document(tmp_path, TEXT.replace("\n", ending))
    assert found.faults == ()
    assert found.data == tomllib.loads(TEXT)
    expected = {
        ("period",): 2,
        ("long",): 3,
        ("ambition",): 8,
        ("ambition", "quoted key"): 9,
        ("ambition", "kpis"): 10,
        ("ambition", "kpis", 0): 11,
        ("ambition", "kpis", 1): 12,
        ("ambition", "kpis", 2): 14,
        ("ambition", "a", "b"): 16,
        ("year", "goals", 0): 18,
        ("year", "goals", 0, "deadline"): 20,
        ("year", "goals", 0, "more", "deep"): 22,
        ("year", "goals", 1): 23,
        ("year", "goals", 1, "text"): 24,
    }
    assert {place: found.line(place) for place in expected} == expected


def test_an_absent_entry_has_the_line_of_what_it_belongs_to(tmp_path: Path) -> None:
    found = document(tmp_path, TEXT)
    assert found.line(("year", "goals", 1, "owner")) == 23
    assert found.line(("theme", "why")) is None


def test_all_duplicates_are_told_and_the_first_is_kept(tmp_path: Path) -> None:
    text = "a = 1\nb = 2\na = [\n 3,\n]\n[t]\nx = 1\n[t]\ny = 2\n[u]\nz = 1\nz = 2\n"
    found = document(tmp_path, text)
    assert [(fault.code, fault.row, fault.column) for fault in found.faults] == [
        ("TT-703", 3, "a"),
        ("TT-703", 8, "t"),
        ("TT-703", 12, "u.z"),
    ]
    assert found.data == {"a": 1, "b": 2, "t": {"x": 1}, "u": {"z": 1}}


@pytest.mark.parametrize(
    ("text", "code", "row", "column", "data"),
    [
        ("a = 1\nb = vrij\nc = 2\n", "TT-702", 2, "b", {"a": 1, "c": 2}),
        ("a = 1\n\nb = {c = 1, c = 2}\n", "TT-703", 3, "b", {"a": 1}),
        ("a = [1,\n2\n", "TT-702", 1, "a", {}),
        ("a = [1,\n2\n\nb = 3\n", "TT-702", 1, "a", {"b": 3}),
        ("a = " + "[" * 5000 + "\n", "TT-702", 1, "a", {}),
        ("a" + ".a" * 5000 + " = 1\n", "TT-702", 1, ".".join("a" * DEEPEST), {}),
        ("b = {a" + ".a" * 5000 + " = 1}\n", "TT-702", 1, "b", {}),
        ("a = " + "9" * 5000 + "\n", "TT-702", 1, "a", {}),
        ("[a]\nb.c = 1\n[a.b]\nd = 2\n[e]\nf = 3\n", "TT-703", 3, "a.b", {"a": {"b": {"c": 1}}, "e": {"f": 3}}),
        ('a = "never closed\nb = 2\n', "TT-702", 1, "a", {"b": 2}),
        ("[a\nb = 1\n[c]\nd = 1\n", "TT-702", 1, None, {"c": {"d": 1}}),
    ],
)
def test_what_is_no_toml_is_located_and_the_rest_is_read(
    tmp_path: Path, text: str, code: str, row: int, column: str | None, data: dict[str, Any]
) -> None:
    found = document(tmp_path, text)
    assert [(fault.code, fault.row, fault.column) for fault in found.faults] == [(code, row, column)]
    assert found.data == data


def test_all_errors_of_form_are_told_at_once(tmp_path: Path) -> None:
    found = document(tmp_path, "a = 1\na = 2\nb = vrij\nc = 0,5\nd = 'C:\\x'\ne = \"C:\\x\"\n")
    assert [(fault.code, fault.row) for fault in found.faults] == [
        ("TT-703", 2),
        ("TT-702", 3),
        ("TT-702", 4),
        ("TT-702", 6),
    ]
    assert [fault.repair.say("en")[:7] for fault in found.faults[1:]] == ["Put a t", "Write a", "Write \\"]


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16", "utf-16-le", "utf-16-be"])
def test_another_encoding_is_told_and_the_rest_is_read(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "canvas.toml"
    path.write_bytes("a = 1\r\nnaam = 'café'\r\nb = vrij\r\n".encode(encoding))
    found = read_document(path)
    at = (2, "naam") if encoding == "cp1252" else (1, "a")
    assert [(fault.code, fault.row, fault.column) for fault in found.faults] == [("TT-701", *at), ("TT-702", 3, "b")]
    assert found.data == {"a": 1, "naam": "café"}


def test_a_mark_of_byte_order_is_no_fault(tmp_path: Path) -> None:
    path = tmp_path / "canvas.toml"
    path.write_bytes("naam = 'café'".encode("utf-8-sig"))
    assert read_document(path).faults == ()


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    large = tmp_path / "large.toml"
    large.write_bytes(b"#" * (LARGEST_FILE + 1))
    for path in (large, tmp_path / "absent.toml", tmp_path):
        with pytest.raises(InputRefused) as caught:
            read_document(path)
        assert [(fault.code, fault.file) for fault in caught.value.faults] == [("TT-701", path.name)]
        assert str(tmp_path.parent) not in str(caught.value)


keys = st.text("abcxyz-_", min_size=1, max_size=4)
values = st.one_of(
    st.integers(-9, 9).map(str),
    st.sampled_from(["'a # = [b'", '"x \\" ]"', "[\n 1,\n 2 # c\n]", "{a = [1], b = '}'}"]),
    st.just('"""\n[x]\ny = 1"""'),
)


@given(st.lists(st.tuples(keys, values), unique_by=lambda pair: pair[0], max_size=8))
def test_every_key_that_tomllib_reads_is_found_where_it_stands(
    tmp_path_factory: pytest.TempPathFactory, entries: list[tuple[str, str]]
) -> None:
    path = tmp_path_factory.mktemp("toml") / "x.toml"
    text = "".join(f"{key} = {value}\n" for key, value in entries)
    path.write_text(text, encoding="utf-8")
    found = read_document(path)
    assert found.faults == ()
    for key in tomllib.loads(text):
        line = found.line((key,))
        assert line is not None
        assert text.split("\n")[line - 1].startswith(f"{key} =")
