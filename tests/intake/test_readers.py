"""Readers: what a file holds comes out whole, each row with its place."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyreadstat
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from toptaak.core.errors import InputRefused
from toptaak.core.faults import SHOWN_PER_CODE
from toptaak.intake.readers import read
from toptaak.intake.readers.raw import Raw, find_header, nearest, plain
from toptaak.intake.readers.text import decoded

WANTED = ["id", "answer"]
cell_texts = st.text(
    st.characters(codec="utf-8", exclude_characters="\x00\r", exclude_categories=["Cs"]), max_size=12
).filter(lambda text: text.strip("\ufeff \t") == text and text not in ("id", "answer"))


def codes(raw: Raw) -> list[str]:
    return [one.code for one in raw.faults]


def written(rows: Sequence[Sequence[str]], delimiter: str, end: str) -> str:
    target = io.StringIO()
    writer = csv.writer(target, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL)
    writer.writerows([WANTED, *rows])
    return target.getvalue()


@given(
    rows=st.lists(st.tuples(st.from_regex(r"[a-z0-9]{1,6}", fullmatch=True), cell_texts), min_size=1, max_size=8),
    delimiter=st.sampled_from([";", ",", "\t", "|"]),
    end=st.sampled_from(["\n", "\r\n"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_a_table_reads_back_in_every_dress(
    rows: list[tuple[str, str]], delimiter: str, end: str, encoding: str
) -> None:
    raw = read(written(rows, delimiter, end).encode(encoding), "x.csv", WANTED)
    suspicious = any(delimiter in line for _, text in rows for line in text.splitlines()[1:])
    if not suspicious:
        assert list(raw.cells.itertuples(index=False, name=None)) == rows
        assert raw.rows.tolist() == list(range(2, len(rows) + 2))


def test_a_multi_line_answer_is_one_row_as_in_excel() -> None:
    raw = read(b'id;answer\n1;"a\nb\nc"\n2;d\n', "x.csv", WANTED)
    assert raw.rows.tolist() == [2, 3]


def test_blank_lines_keep_their_number_and_do_not_count() -> None:
    raw = read(b"id;answer\n1;a\n\n;\n2;b\n", "x.csv", WANTED)
    assert raw.rows.tolist() == [2, 5]
    assert raw.unreadable == []


def test_columns_that_are_not_wanted_stay_out() -> None:
    raw = read(b"id;bsn;answer\n1;111222333;a\n", "x.csv", WANTED)
    assert list(raw.cells) == WANTED
    assert "111222333" not in repr(raw.faults)


def test_many_bad_rows_are_located_up_to_a_limit_and_counted() -> None:
    raw = read(b"id;answer\n" + b"1;2;3\n" * 1000, "x.csv", WANTED)
    odd = [one for one in raw.faults if one.code == "TT-032"]
    assert len(odd) == SHOWN_PER_CODE + 1
    assert sum(one.count for one in odd) == len(raw.unreadable) == 1000


def test_the_bom_is_no_part_of_the_first_name() -> None:
    assert codes(read("id;answer\n1;2\n".encode("utf-8-sig"), "x.csv", WANTED)) == []


def test_bytes_that_are_no_text() -> None:
    with pytest.raises(InputRefused, match="TT-004"):
        decoded(b"a\x81b;\xff\n", "x.csv")


def test_double_encoding_is_told_not_mended() -> None:
    text, faults = decoded("a;GeÃ¯nteresseerd\n".encode(), "x.csv")
    assert "Ã¯" in text
    assert [one.code for one in faults] == ["TT-007"]


def test_real_capitals_with_accents_are_no_double_encoding() -> None:
    assert decoded("SÃO PAULO ÂGE Ãé\n".encode(), "x.csv")[1] == []


@pytest.mark.parametrize(("name", "other"), [("task_id", "Task ID"), ("date", "DATE "), ("één", "een")])
def test_plain_names(name: str, other: str) -> None:
    assert plain(name) == plain(other)


def test_nearest_has_an_answer_or_a_dash() -> None:
    assert nearest("gemente", ["gemeente", "datum"]) == "gemeente"
    assert nearest("xyz", ["gemeente"]) == "–"


def test_a_header_is_sought_in_the_first_twenty_rows() -> None:
    records = [["titel"]] * 19 + [["id", "answer"]]
    assert find_header("x", records, WANTED).position == 19
    with pytest.raises(InputRefused):
        find_header("x", [["titel"], *records], WANTED)


def workbook(rows: Sequence[Sequence[object]], **options: object) -> bytes:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True, **options}) as book:
        page = book.add_worksheet()
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)
    return content.getvalue()


def test_excel_keeps_text_and_numbers_apart() -> None:
    raw = read(workbook([WANTED, ["007", 7], ["", ""], [8, "x"]]), "x.xlsx", WANTED)
    assert raw.cells["id"].tolist() == ["007", 8]
    assert raw.rows.tolist() == [2, 4]
    assert raw.sheet == "Sheet1"


def test_a_named_sheet_that_is_absent() -> None:
    with pytest.raises(InputRefused, match="Sheet1"):
        read(workbook([WANTED]), "x.xlsx", WANTED, "Blad9")


def test_days_counted_from_1904_are_refused() -> None:
    with pytest.raises(InputRefused, match="TT-037"):
        read(workbook([WANTED, ["a", "b"]], date_1904=True), "x.xlsx", WANTED)


@pytest.mark.parametrize("size", [9_000_000, 11_000_000])
def test_the_limit_on_unpacking_has_two_sides(size: int) -> None:
    import zipfile

    content = io.BytesIO(workbook([WANTED, ["a", "b"]]))
    with zipfile.ZipFile(content, "a", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/more.xml", b" " * size)
    if size < 10_000_000:
        assert len(read(content.getvalue(), "x.xlsx", WANTED).cells) == 1
    else:
        with pytest.raises(InputRefused, match="TT-013"):
            read(content.getvalue(), "x.xlsx", WANTED)


def packed(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, write_page_checksum=True, compression="none")
    return bytes(sink.getvalue())


def test_parquet_types_that_mean_the_same() -> None:
    table = pa.table(
        {
            "id": pa.array(["a", "b"]).dictionary_encode(),
            "answer": pa.array([1, 2]).cast(pa.decimal128(25, 2)),
        }
    )
    raw = read(packed(table), "x.parquet", WANTED)
    assert raw.cells["id"].tolist() == ["a", "b"]
    assert raw.cells["answer"].tolist() == [1.0, 2.0]
    assert raw.rows.tolist() == [2, 3]


def test_times_of_spss_are_what_they_are_however_shown(tmp_path: Path) -> None:
    seconds = (dt.datetime(2026, 7, 1) - dt.datetime(1582, 10, 14)).total_seconds()
    moments = dict.fromkeys(("DATE11", "EDATE10", "QYR8", "MOYR8", "WKYR8", "DATETIME20"), seconds)
    durations = dict.fromkeys(("TIME8", "DTIME12", "MTIME8"), 90000.5)
    values = moments | durations | {"F8.2": 3.0}
    formats = {form.replace(".", "_"): form for form in values}
    frame = pd.DataFrame({name: [values[form], np.nan] for name, form in formats.items()})
    frame["row"] = [1.0, 2.0]
    pyreadstat.write_sav(frame, tmp_path / "a.sav", variable_format=formats)
    cells = read((tmp_path / "a.sav").read_bytes(), "a.sav", [*formats, "row"]).cells
    assert {cells[name][0] for name in moments} == {pd.Timestamp(2026, 7, 1)}
    assert {cells[name][0] for name in durations} == {pd.Timedelta(hours=25, milliseconds=500)}
    assert cells["F8_2"][0] == 3.0
    assert cells[list(formats)].iloc[1].isna().all()


def test_a_changed_page_is_noticed() -> None:
    content = packed(pa.table({"id": ["abcdefgh"] * 3, "answer": ["x", "y", "z"]}))
    with pytest.raises(InputRefused, match="TT-014"):
        read(content.replace(b"abcdefgh", b"abcdefgx", 1), "x.parquet", WANTED)


@given(st.binary(max_size=300), st.sampled_from(["x.csv", "x.xlsx", "x.xls", "x.parquet", "x.csv.gz"]))
def test_no_bytes_break_a_reader(data: bytes, name: str) -> None:
    try:
        raw = read(data, name, WANTED)
    except InputRefused as refused:
        assert refused.faults
    else:
        assert len(raw.cells) == len(raw.rows)


@given(st.text(st.sampled_from('id;answer\n"12,\t\r '), max_size=80))
def test_no_text_breaks_the_csv_reader(text: str) -> None:
    try:
        raw = read(("id;answer\n" + text).encode(), "x.csv", WANTED)
    except InputRefused as refused:
        assert refused.faults
    else:
        assert len(raw.cells) == len(raw.rows)
        assert np.all(np.diff(raw.rows) > 0)
        assert isinstance(raw.cells, pd.DataFrame)
