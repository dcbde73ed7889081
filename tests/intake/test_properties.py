"""Nothing is lost: rows read = rows used + rows set aside, whatever stands in a file, in whatever kind of file."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.properties import examples
from toptaak.core.faults import Severity
from toptaak.intake.codes import CODES
from toptaak.intake.pipeline import Intake
from toptaak.intake.store import _read_path
from toptaak.intake.tables import TABLES

TASKS = "list_version;task_id;label\n1;T1;a\n1;T2;b\n1;T3;c\n1;T4;d\n1;T5;e\n1;T6;f\n"
DIRTY = ["", "nvt", "T1", "T9", "web", "fax", "GM0363", "363", "GM1234", "Weesp", "ja", "0", "-1", "3,5", "1.5", "inf",
         "2026-07-01", "1-7-2026", "2026-10-25 02:30", "2062-01-01", "2026Q3", "K5", "2026W40", "00:01:01", "=1+1",
         "Totaal", "é\u202e", "99", "completed", "failed"]  # fmt: skip
FIT = {
    "municipality": ["GM0363", "GM0344"], "date": ["2026-07-01", "2026-07-02"], "task_id": ["T1", "T2"],
    "survey": ["s"], "respondent": ["1", "2", "3"], "started_at": ["2026-07-01 10:00"], "question": ["ces"],
    "score": ["1", "2"], "started": ["5"], "finished": ["3"], "week": ["2026W40"], "form": ["a", "b"],
    "quarter": ["2026Q3"], "hours": ["1"], "team": ["a"], "wish": ["1", "2"], "case": ["z"], "step": ["s"],
    "at": ["2026-07-01 10:00"], "position": ["1", "2"],
}  # fmt: skip


def taken_in(files: dict[str, bytes]) -> Intake:
    with tempfile.TemporaryDirectory() as place:
        for name, content in {"settings.toml": b"set_aside_limit = 1.0\n", **files}.items():
            (Path(place) / name).write_bytes(content)
        intake, faults, _ = _read_path(Path(place), ())
    intake.faults = faults
    return intake


def as_csv(frame: pd.DataFrame) -> bytes:
    return frame.to_csv(index=False, sep=";").encode()


def as_xlsx(frame: pd.DataFrame) -> bytes:
    content = io.BytesIO()
    options = {"options": {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}}
    with pd.ExcelWriter(content, engine="xlsxwriter", engine_kwargs=options) as writer:
        frame.to_excel(writer, index=False)
    return content.getvalue()


def as_parquet(frame: pd.DataFrame) -> bytes:
    content = io.BytesIO()
    frame.to_parquet(content, index=False)
    return content.getvalue()


def dirty_table(name: str) -> st.SearchStrategy[pd.DataFrame]:
    columns = TABLES[name].names
    cells = [st.sampled_from(FIT.get(column, [""]) * 6 + DIRTY) for column in columns]
    rows = st.lists(st.tuples(*cells), min_size=1, max_size=12)
    return rows.map(lambda some: pd.DataFrame(some, columns=list(columns), dtype="str"))


@pytest.mark.parametrize("name", ["respondents", "ballots", "attempts", "contacts", "ratings", "forms", "wishes"])
@examples(12)
@given(data=st.data())
def test_every_row_is_used_or_set_aside(name: str, data: Any) -> None:
    frame = data.draw(dirty_table(name))
    people = b"survey;respondent;municipality;date\ns;1;GM0363;2026-07-01\ns;2;GM0344;2026-07-01\n"
    files = {"tasks.csv": TASKS.encode(), f"{name}.csv": as_csv(frame)}
    if name == "ballots":
        files["respondents.csv"] = people
    intake = taken_in(files)
    for account in intake.accounts:
        assert account.rows_read == account.rows_used + account.rows_set_aside
        assert all(CODES[code].severity is Severity.SET_ASIDE for _, code in account.set_aside)
        assert len(dict(account.set_aside)) == account.rows_set_aside
        told = {one.code for one in intake.faults if one.file == account.file}
        assert {code for _, code in account.set_aside} <= told
    mine = next((one for one in intake.accounts if one.table == name), None)
    if mine and not any(one.severity is Severity.STOP for one in intake.faults):
        filled = int((frame != "").any(axis=1).sum())
        assert mine.rows_read == filled
        assert len(intake.tables[name]) == mine.rows_used


@pytest.mark.parametrize("name", ["attempts", "forms", "effort", "steps"])
@examples(6)
@given(data=st.data())
def test_csv_excel_and_parquet_of_one_table_are_one_table(name: str, data: Any) -> None:
    frame = data.draw(dirty_table(name))
    results = [
        taken_in({"tasks.csv": TASKS.encode(), f"{name}{end}": write(frame)})
        for end, write in ((".csv", as_csv), (".xlsx", as_xlsx), (".parquet", as_parquet))
    ]
    first = results[0]
    for other in results[1:]:
        assert [one.set_aside for one in other.accounts] == [one.set_aside for one in first.accounts]
        assert [(one.code, one.row, one.column) for one in other.faults] == [
            (one.code, one.row, one.column) for one in first.faults
        ]
        assert set(other.tables) == set(first.tables)
        for table in first.tables:
            pd.testing.assert_frame_equal(other.tables[table], first.tables[table])


def test_typed_cells_give_the_table_that_text_gives() -> None:
    typed = pd.DataFrame(
        {
            "municipality": ["GM0363", "GM0344"],
            "date": pd.to_datetime(["2026-07-01", "2026-07-02"]),
            "task_id": ["T1", "T2"],
            "verified_success": [True, False],
            "duration_s": [61.5, 1.234],
        }
    )
    text = typed.astype({"date": "str", "verified_success": "str"})
    assert text["date"].tolist() == ["2026-07-01", "2026-07-02"]
    csv = text.to_csv(index=False, sep=";", decimal=",").encode()
    tables = [
        taken_in({"tasks.csv": TASKS.encode(), name: content}).tables["attempts"]
        for name, content in (
            ("attempts.csv", csv),
            ("attempts.xlsx", as_xlsx(typed)),
            ("attempts.parquet", as_parquet(typed)),
        )
    ]
    pd.testing.assert_frame_equal(tables[1], tables[0])
    pd.testing.assert_frame_equal(tables[2], tables[0])


@examples(12)
@given(data=st.data(), seed=st.integers(0, 2**32 - 1))
def test_the_order_of_rows_changes_nothing_but_the_order(data: Any, seed: int) -> None:
    frame = data.draw(dirty_table("attempts"))
    shuffled = frame.sample(frac=1, random_state=seed)
    one, other = (taken_in({"tasks.csv": TASKS.encode(), "attempts.csv": as_csv(rows)}) for rows in (frame, shuffled))
    assert sorted(code for account in one.accounts for _, code in account.set_aside) == sorted(
        code for account in other.accounts for _, code in account.set_aside
    )
    if "attempts" in one.tables:
        columns = list(one.tables["attempts"].columns)
        pd.testing.assert_frame_equal(
            one.tables["attempts"].sort_values(columns).reset_index(drop=True),
            other.tables["attempts"].sort_values(columns).reset_index(drop=True),
        )
