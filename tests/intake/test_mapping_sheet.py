"""A mapping as a workbook: what is written is read back as the same mapping, whatever stands in it."""

from __future__ import annotations

import datetime as dt
import io
import tomllib
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from toptaak.intake.mapping import TableMapping, read_mapping
from toptaak.intake.mapping_lines import mapping_text
from toptaak.intake.mapping_sheet import mapping_workbook, sheet_rows
from toptaak.intake.platforms.toml import as_toml
from toptaak.intake.readers.excel import heads_of_workbook
from toptaak.intake.store import check_path

ODD = (
    'a "quoted" one',
    "[haak]",
    "{accolade}",
    "# hekje",
    "true",
    "",
    " spatie",
    "001",
    "twee\nregels",
    "x  # y",
    "=1+1",
)
VOTE = TableMapping.model_validate(
    {
        "name": "ballots",
        "files": ["enquete.csv"],
        "constants": {"survey": "s", "respondent": "? 1"},
        "columns": {"municipality": ["Gemeente", "Plaats"]},
        "values": {"task_id": {word: f"T{place}" for place, word in enumerate(ODD)} | {"Anders": "? T1"}},
        "gather": {"into": "task_id", "from": ["Keuze 1", "Keuze.2"], "order": "position", "ordered": True},
        "filled": ["klaar"],
    }
)
CALLS = TableMapping.model_validate(
    {
        "name": "contacts",
        "files": ["log.csv"],
        "constants": {"municipality": "GM0363"},
        "columns": {"started_at": "Start", "wait_s": "Wacht", "channel": "Kanaal", "answered": "Op"},
        "values": {"channel": {"Mail": "? e-mail"}, "answered": {"misschien": "? nee"}},
    }
)
TEXT = as_toml([VOTE, CALLS], ["Kijk dit na."], {"values.channel.Mail": "Kies uit: web, phone"}) + (
    '\n[table.units]\nwait_s = "? mm:ss"  # 03:10 kan twee dingen zijn\n'
)


def test_what_is_written_is_read_back_as_the_same_mapping() -> None:
    assert tomllib.loads(mapping_text(mapping_workbook(TEXT, "nl"), "m.xlsx")) == tomllib.loads(TEXT)


def test_the_same_mapping_gives_the_same_bytes() -> None:
    assert mapping_workbook(TEXT, "nl") == mapping_workbook(TEXT, "nl")


def test_a_question_has_its_alternatives_and_its_reason() -> None:
    asked = {row.key: row for row in sheet_rows(TEXT) if row.asks}
    assert asked["Mail"].choices == ("web", "phone", "desk", "mail", "e-mail", "chat", '""')
    assert asked["Mail"].remark == "Kies uit: web, phone"
    assert asked["misschien"].choices == ("ja", "nee", '""')
    assert asked["wait_s"].choices[-2:] == ("mm:ss", "hh:mm")
    assert asked["Anders"].choices == (*(f"T{place}" for place in range(len(ODD))), '""')
    assert asked["respondent"].choices == ()
    [order] = [row for row in sheet_rows('dates = "? month first"\n') if row.asks]
    assert order.choices == ("day first", "month first")
    content = mapping_workbook(TEXT, "nl")
    assert heads_of_workbook(content, "m.xlsx")["Koppeling"][0] == ["Sleutel", "Waarde", "Om te weten"]
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        assert package.read("xl/worksheets/sheet1.xml").count(b"<dataValidation ") == 4


def filled_in(folder: Path, **answers: object) -> Path:
    """Propose for a log, and answer in the workbook as a person would."""
    (folder / "mappings").mkdir()
    (folder / "log.csv").write_text("Start;Wacht;Kanaal;Op\n2026-07-01 10:00;03:10;Mail;misschien\n", "utf-8")
    text = as_toml([CALLS], [], {}) + '\n[table.units]\nwait_s = "? mm:ss"\n'
    path = folder / "mappings" / "log.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet, day = book.add_worksheet(), book.add_format({"num_format": "yyyy-mm-dd"})
        for place, row in enumerate(sheet_rows(text), 1):
            answer = answers.get(row.key, row.value) if row.asks else row.value
            sheet.write(place, 0, row.key)
            sheet.write_datetime(place, 1, answer, day) if isinstance(answer, dt.datetime) else sheet.write(
                place, 1, answer
            )
    return path


def test_a_workbook_that_is_filled_in_is_a_mapping_of_its_folder(tmp_path: Path) -> None:
    filled_in(tmp_path, wait_s="mm:ss", Mail="e-mail", misschien="nee")
    report = check_path(tmp_path)
    assert not report.refused
    assert [(account.table, account.rows_used) for account in report.accounts] == [("contacts", 1)]


@pytest.mark.parametrize(("answer", "code"), [("? e-mail", "TT-804"), ("fax", "TT-041")])
def test_what_is_still_open_or_wrong_is_told_by_its_row(tmp_path: Path, answer: str, code: str) -> None:
    path = filled_in(tmp_path, wait_s="mm:ss", Mail=answer, misschien="nee")
    faults = check_path(tmp_path).faults
    assert code in {fault.code for fault in faults}
    if code == "TT-804":
        [cells] = heads_of_workbook(path.read_bytes(), path.name, None).values()
        row = 1 + [cell for cell, *_ in cells].index("Mail")
        assert [fault.row for fault in faults if fault.code == code] == [row]


def test_a_date_and_a_number_that_excel_made_of_it_are_read_as_written(tmp_path: Path) -> None:
    path = tmp_path / "m.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet, day = book.add_worksheet(), book.add_format({"num_format": "yyyy-mm-dd"})
        rows = ("Sleutel", ""), ("[[table]]", ""), ("name", "tasks"), ("files", '["t.csv"]'), ("pseudonym", True)
        for place, (key, value) in enumerate(rows):
            sheet.write(place, 0, key)
            sheet.write(place, 1, value)
        sheet.write(5, 0, "[table.constants]")
        sheet.write(6, 0, "list_version")
        sheet.write(6, 1, 2026)
        sheet.write(7, 0, "category")
        sheet.write_datetime(7, 1, dt.datetime(2026, 9, 1), day)
        sheet.write(8, 0, "[table.columns]")
        for place, name in enumerate(("task_id", "label"), 9):
            sheet.write(place, 0, name)
            sheet.write(place, 1, name)
    [mapping], faults = read_mapping(path)
    assert not faults
    assert mapping.entry.constants == {"list_version": "2026", "category": "2026-09-01"}
    assert mapping.entry.pseudonym
