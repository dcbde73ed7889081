"""Contact logs as systems export them: times in two columns, clocks as durations, merged cells, rows left out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

import pandas as pd
import pytest
import xlsxwriter

from tests.intake.test_bad_input import workbook
from toptaak.core.faults import Fault, Severity, describe_faults
from toptaak.intake.codes import masked
from toptaak.intake.moments import times
from toptaak.intake.number_texts import durations
from toptaak.intake.parsed import Options
from toptaak.intake.pipeline import Intake
from toptaak.intake.store import Account, refresh

Files = dict[str, bytes | str]
Take = Callable[[Files], Intake]
AMSTERDAM = "Europe/Amsterdam"


def logged(rows: str, columns: str, more: str = "") -> Files:
    mapping = f"""[[table]]
name = "contacts"
files = ["log.csv"]
constants = {{ municipality = "GM0363", channel = "phone" }}
columns = {{ {columns} }}
{more}
"""
    return {"mappings/log.toml": mapping, "log.csv": rows}


def told(intake: Intake, *codes: str) -> list[Fault]:
    return [one for one in intake.faults if one.code in codes]


# days and times
@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026/10/01 1:30:01 PM EST", "2026-10-01 20:30:01"),
        ("2026/10/01 1:30:01 p.m. CET", "2026-10-01 14:30:01"),
        ("2026/10/01 1:30:01 PM EET", "2026-10-01 13:30:01"),
        ("2026/10/01 1:30:01 PM MDT", "2026-10-01 21:30:01"),
        ("Wed Jul 01 2026 10:00:00 GMT+0200 (Central European Summer Time)", "2026-07-01 10:00"),
        ("Wed Jul 01 10:00:00 CEST 2026", "2026-07-01 10:00"),
        ("Wed, 01 Jul 2026 10:00:00 +0200", "2026-07-01 10:00"),
        ("wo 1 jul. 2026 9:05", "2026-07-01 09:05"),
        ("1 mei 2026 om 14u30", "2026-05-01 14:30"),
        ("July 1, 2026 at 10:15 AM", "2026-07-01 10:15"),
        ("01-JUL-26 10.15.00.000000 AM", "2026-07-01 10:15"),
        ("20260701T081500Z", "2026-07-01 10:15"),
        ("1-7-2026, 10:15:22", "2026-07-01 10:15:22"),
        ("1/7/2026 2:30 PM GMT+2", "2026-07-01 14:30"),
        ("1-7-2026 10.15 uur", "2026-07-01 10:15"),
        ("2026-07-01 10:15:00 Europe/Amsterdam", "2026-07-01 10:15"),
        ("01.07.2026 10:15:00,5", "2026-07-01 10:15:00.5"),
    ],
)
def test_a_moment_is_read_however_a_program_writes_it(text: str, moment: str) -> None:
    values, _ = times(pd.Series([text], dtype="str"), Options())
    assert values[0] == pd.Timestamp(moment, tz=AMSTERDAM)


@pytest.mark.parametrize(
    "text", ["2026-07-01 25:00", "2026/10/01 13:30 PM", "maart 2026", "1 april", "2026-07-01 10:00 CST"]
)
def test_what_may_mean_several_moments_or_none_is_told(text: str) -> None:
    values, notes = times(pd.Series([text], dtype="str"), Options())
    assert values.isna().all()
    assert [note.code for note in notes] == ["TT-049"]


def test_years_of_two_digits_are_read_only_where_the_order_shows() -> None:
    days = pd.Series([f"{day:02d}-07-26 10:00" for day in range(1, 31)], dtype="str")
    values, _ = times(days, Options())
    assert values.dt.date.tolist() == [dt.date(2026, 7, day) for day in range(1, 31)]
    values, notes = times(pd.Series(["26-07-01", "26-07-02"], dtype="str"), Options())
    assert (values.isna().all(), [note.code for note in notes]) == (True, ["TT-050"])


def test_the_message_about_dates_follows_the_option(intake: Take) -> None:
    rows = "Start\n07/13/2026 09:00:00 AM\n07/01/2026 09:00:00 PM\n"
    taken = intake(logged(rows, 'started_at = "Start"', 'dates = "month first"'))
    assert [one.code for one in told(taken, "TT-051", "TT-820")] == ["TT-820"]
    assert taken.tables["contacts"]["started_at"].dt.hour.tolist() == [9, 21]
    wrong = intake(logged("Start\n13/07/2026 09:00\n", 'started_at = "Start"', 'dates = "month first"'))
    assert [one.code for one in told(wrong, "TT-050", "TT-821")] == ["TT-821"]


@pytest.mark.parametrize("order", [("Datum", "Tijd"), ("Tijd", "Datum")])
@pytest.mark.parametrize("clock", ["10:15:00", "10:15", "10.15 uur", "10:15 AM"])
def test_a_day_and_a_time_in_two_columns_are_one_moment(intake: Take, order: tuple[str, str], clock: str) -> None:
    rows = f"Datum;Tijd\n01-07-2026;{clock}\n02-07-2026;{clock}\n"
    taken = intake(logged(rows, f"started_at = {list(order)}"))
    assert taken.tables["contacts"]["started_at"].astype(str).tolist() == [
        "2026-07-01 10:15:00+02:00",
        "2026-07-02 10:15:00+02:00",
    ]


def test_a_day_and_a_time_in_typed_cells_are_one_moment(intake: Take) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        page = book.add_worksheet()
        page.write_row(0, 0, ["Datum", "Tijd"])
        page.write_datetime(1, 0, dt.datetime(2026, 7, 1), book.add_format({"num_format": "dd-mm-yyyy"}))
        page.write_datetime(1, 1, dt.time(10, 15), book.add_format({"num_format": "hh:mm"}))
        page.write_number(2, 0, 46205, book.add_format({"num_format": "dd-mm-yyyy"}))
        page.write_number(2, 1, 0.5)

    files = logged("", 'started_at = ["Datum", "Tijd"]')
    files = {
        "mappings/log.toml": str(files["mappings/log.toml"]).replace("log.csv", "log.xlsx"),
        "log.xlsx": workbook(fill),
    }
    assert intake(files).tables["contacts"]["started_at"].astype(str).tolist() == [
        "2026-07-01 10:15:00+02:00",
        "2026-07-02 12:00:00+02:00",
    ]


# durations
@pytest.mark.parametrize(
    ("text", "unit", "seconds"),
    [
        ("00:01:05", None, 65),
        ("1:02:03,5", None, 3723.5),
        ("0 days 00:01:05", None, 65),
        ("1.02:03:04", None, 93784),
        ("PT1M5S", None, 65),
        ("1 min 5 s", None, 65),
        ("1 uur 5 minuten", None, 3900),
        ("12:30", "mm:ss", 750),
        ("12:30", "hh:mm", 45000),
        ("1,5", "minutes", 90),
        ("0.25", "hours", 900),
        ("1,5", None, 1.5),
    ],
)
def test_durations_are_seconds(text: str, unit: str | None, seconds: float) -> None:
    values, _ = durations(pd.Series([text], dtype="str"), Options(unit=unit))
    assert values.tolist() == [seconds]


def test_a_clock_of_two_parts_is_asked_about(intake: Take) -> None:
    rows = "Start;Wacht\n2026-07-01 10:00;12:30\n"
    fault = told(intake(logged(rows, 'started_at = "Start", wait_s = "Wacht"')), "TT-822")[0]
    assert 'units = { wait_s = "mm:ss" }' in fault.describe("en")
    taken = intake(logged(rows, 'started_at = "Start", wait_s = "Wacht"', 'units = { wait_s = "mm:ss" }'))
    assert taken.tables["contacts"]["wait_s"].tolist() == [750]


def in_excel(
    fill: Callable[[xlsxwriter.Workbook, xlsxwriter.worksheet.Worksheet], object], head: Sequence[str]
) -> Files:
    def write(book: xlsxwriter.Workbook) -> None:
        page = book.add_worksheet("Blad1")
        page.write_row(0, 0, head)
        fill(book, page)

    return {"contacts.xlsx": workbook(write)}


@pytest.mark.parametrize("shape", ["[h]:mm:ss", "hh:mm:ss", "mm:ss", "[mm]:ss", "[h]:mm:ss.000"])
def test_elapsed_time_of_excel_is_a_duration(intake: Take, shape: str) -> None:
    def fill(book: xlsxwriter.Workbook, page: xlsxwriter.worksheet.Worksheet) -> None:
        for row, seconds in enumerate((65, 66.5, 7265), 1):
            page.write_row(row, 0, ["GM0363", "2026-07-01 10:00"])
            page.write_number(row, 2, seconds / 86400, book.add_format({"num_format": shape}))

    contacts = intake(in_excel(fill, ["municipality", "started_at", "wait_s"])).tables["contacts"]
    assert contacts["wait_s"].tolist() == pytest.approx([65, 66.5, 7265], abs=0.001)


def test_more_than_a_day_of_excel_is_a_duration_too(intake: Take) -> None:
    def fill(book: xlsxwriter.Workbook, page: xlsxwriter.worksheet.Worksheet) -> None:
        for row, shape in enumerate(("[h]:mm:ss", "hh:mm:ss"), 1):
            page.write_row(row, 0, ["GM0363", "2026-07-01 10:00"])
            page.write_number(row, 2, 1.25, book.add_format({"num_format": shape}))

    contacts = intake(in_excel(fill, ["municipality", "started_at", "wait_s"])).tables["contacts"]
    assert contacts["wait_s"].tolist() == [108000, 108000]


# merged cells
def test_cells_merged_downwards_hold_for_every_row(intake: Take) -> None:
    def fill(_: xlsxwriter.Workbook, page: xlsxwriter.worksheet.Worksheet) -> None:
        for row in range(1, 5):
            page.write_row(row, 0, ["GM0363", "2026-07-01 10:00"])
        page.merge_range(1, 2, 3, 2, "T1")
        page.write(4, 2, "T2")

    taken = intake(in_excel(fill, ["municipality", "started_at", "task_id"]))
    assert taken.tables["contacts"]["task_id"].tolist() == ["T1", "T1", "T1", "T2"]
    assert [(one.row, one.column, one.count) for one in told(taken, "TT-825")] == [(3, "task_id", 2)]


def test_a_cell_merged_over_columns_that_are_used_is_refused(intake: Take) -> None:
    def fill(_: xlsxwriter.Workbook, page: xlsxwriter.worksheet.Worksheet) -> None:
        page.write_row(1, 0, ["GM0363", "2026-07-01 10:00"])
        page.merge_range(1, 2, 1, 3, "T1")

    taken = intake(in_excel(fill, ["municipality", "started_at", "task_id", "topic"]))
    assert [one.row for one in told(taken, "TT-826")] == [2]


# rows that the mapping leaves out
def test_rows_read_are_used_set_aside_or_left_out_by_a_key(intake: Take) -> None:
    rows = (
        "Wijk;Soort;Start\n"
        + ";in;2026-07-01 10:00\n" * 3
        + "A;uit;2026-07-01 10:00\nA;in;2026-07-01 10:00\nA;in;later\n"
    )
    more = 'filled = ["Wijk"]\nwhere = { Soort = ["in"] }'
    taken = intake(logged(rows, 'started_at = "Start"', more))
    account = taken.accounts[0]
    assert (account.rows_read, account.rows_used, account.rows_set_aside) == (6, 1, 1)
    assert account.left_out == (("where.Soort", 1), ("filled: Wijk", 3))
    assert {one.severity for one in told(taken, "TT-094")} == {Severity.LEFT_OUT}
    assert [(one.row, one.count) for one in told(taken, "TT-094")] == [(5, 1), (2, 3)]


def test_the_account_stands_in_the_record(folder: Callable[[Files], object]) -> None:
    files = logged("Wijk;Start\n;2026-07-01 10:00\nA;2026-07-01 10:00\n", 'started_at = "Start"', 'filled = ["Wijk"]')
    store = refresh(folder(files))  # type: ignore[arg-type]
    table = store.record["files"][0]["tables"][0]
    assert (table["rows_read"], table["rows_used"], table["rows_left_out"]) == (2, 1, 1)
    assert table["left_out"] == {"filled: Wijk": 1}
    row = store.account().iloc[0]
    assert row["rows_read"] == row["rows_used"] + row["rows_set_aside"] + row["rows_left_out"]


@pytest.mark.parametrize("wanted", ["GM0363", "GM0363    ", "gm0363"])
def test_padded_codes_are_the_same_everywhere(intake: Take, wanted: str) -> None:
    rows = 'Regio;Soort;Start\n"GM0363    ";"2   ";2026-07-01 10:00\n"NL01      ";"3  ";2026-07-01 10:00\n'
    more = f'where = {{ Regio = ["{wanted}"] }}\nvalues.kind = {{ "2" = "question", "3  " = "request" }}'
    taken = intake(logged(rows, 'started_at = "Start", kind = "Soort"', more))
    assert taken.tables["contacts"]["kind"].tolist() == ["question"]


def test_a_choice_that_finds_no_row_is_a_fault_with_the_nearest(intake: Take) -> None:
    rows = "Soort;Start\ninkomend;2026-07-01 10:00\nuitgaand;2026-07-01 10:00\n"
    taken = intake(logged(rows, 'started_at = "Start"', 'where = { Soort = ["inkommend"] }'))
    assert "inkomend" in told(taken, "TT-823")[0].describe("en")
    taken = intake(logged(rows, 'started_at = "Start"', 'where = { Soort = ["inkomend", "intern"] }'))
    assert [(one.code, one.severity) for one in told(taken, "TT-823", "TT-824")] == [("TT-824", Severity.WARNING)]
    assert taken.accounts[0].rows_used == 1


def test_whether_a_column_about_employees_is_empty_may_be_used(intake: Take) -> None:
    rows = "Start;Medewerker\n2026-07-01 10:00;\n2026-07-01 10:05;Medewerker 1\n"
    assert not told(intake(logged(rows, 'started_at = "Start"', 'filled = ["Medewerker"]')), "TT-095")
    assert not told(intake(logged(rows, 'started_at = "Start"', 'where = { Medewerker = [""] }')), "TT-095")
    assert told(intake(logged(rows, 'started_at = "Start"', 'where = { Medewerker = ["Medewerker 1"] }')), "TT-095")


# what is told
def test_each_wrong_value_is_told_once_with_its_count_and_first_row(intake: Take) -> None:
    rows = ["phone"] * 9 + ["Fax"] * 30 + ["WhatsApp"]
    body = "".join(f"GM0363;{channel};2026-07-01 10:{spot:02d}\n" for spot, channel in enumerate(rows))
    taken = intake({"contacts.csv": "municipality;channel;started_at\n" + body})
    assert [(one.found, one.row, one.count) for one in told(taken, "TT-041")] == [
        ("'Fax'", 11, 30),
        ("'WhatsApp'", 41, 1),
    ]


def test_twenty_values_of_one_column_do_not_hide_those_of_another() -> None:
    files = {
        "contacts.csv": "municipality;channel;kind;started_at\n"
        + "".join(f"GM0363;c{spot};soort;2026-07-01 10:{spot:02d}\n" for spot in range(40))
    }
    assert files
    many = [_channel(f"'c{spot}'", "channel") for spot in range(40)] + [_channel("'soort'", "kind")]
    assert "'soort'" in describe_faults(many, "nl")


def _channel(found: str, column: str) -> Fault:
    from toptaak.intake.codes import fault

    return fault("TT-041", "contacts.csv", values={"expected": "web"}, found=found, column=column)


@pytest.mark.parametrize(
    "date", ["04-09-2026 13:48:47", "2026-07-01T10:00:00", "20260701", "01/07/26 10:00", "1.7.2026", "20260701101500"]
)
def test_dates_are_shown_and_people_are_not(date: str) -> None:
    assert masked(date) == f"'{date}'"
    assert masked(f"{date} 06-12345678") == f"'{date} ***'"


def test_an_account_adds_up() -> None:
    account = Account("a.csv", "contacts", 6, 1, ((7, "TT-049"),), (("filled: Wijk", 4),))
    assert account.rows_read == account.rows_used + account.rows_set_aside + account.rows_left_out


# rows that stand there twice, and rows that add up others
def _calls(first: int, last: int) -> str:
    rows = [f"GM0363;phone;2026-07-{1 + spot // 10:02d} {8 + spot % 9:02d}:{spot * 7 % 60:02d}" for spot in range(200)]
    return "municipality;channel;started_at\n" + "\n".join(rows[first:last]) + "\n"


def test_rows_in_two_exports_that_overlap_count_once(intake: Take) -> None:
    taken = intake({"contacts-1.csv": _calls(0, 120), "contacts-2.csv": _calls(80, 200)})
    assert [(one.file, one.count) for one in told(taken, "TT-829")] == [("contacts-2.csv", 40)]
    assert [account.rows_used for account in taken.accounts] == [120, 80]


def _per_day(days: range, desk: str) -> str:
    rows = [f"GM0363;{desk};2026-07-{spot:02d}" for spot in days for _ in range(3 + spot % 4)]
    return "municipality;channel;started_at\n" + "\n".join(rows) + "\n"


@pytest.mark.parametrize(
    ("other", "aside"), [(_per_day(range(10, 29), "desk"), 29), (_per_day(range(10, 29), "phone"), 0)]
)
def test_rows_of_a_day_count_once_where_all_of_the_shared_days_agree(intake: Take, other: str, aside: int) -> None:
    taken = intake({"contacts-1.csv": _per_day(range(1, 16), "desk"), "contacts-2.csv": other})
    assert sum(one.count for one in told(taken, "TT-829")) == aside


DAYS = "".join(f"GM0363;2026-07-{spot:02d};phone;{40 + spot};{30 + spot}\n" for spot in range(1, 8))


@pytest.mark.parametrize("row", [";;;308;238", "GM0363;2026-07-31;phone;308;238", "Alle dagen;;;308;238"])
def test_a_row_that_adds_up_the_rows_above_is_a_total_without_the_word(intake: Take, row: str) -> None:
    taken = intake({"service_totals.csv": f"municipality;date;channel;offered;answered\n{DAYS}{row}\n"})
    assert [(one.code, one.row) for one in taken.faults if one.severity is Severity.SET_ASIDE] == [("TT-034", 9)]


def test_a_large_day_is_no_total(intake: Take) -> None:
    rows = f"municipality;date;channel;offered;answered\n{DAYS}GM0363;2026-07-08;phone;308;230\n"
    assert not told(intake({"service_totals.csv": rows}), "TT-034")


def test_a_row_of_blanks_is_an_empty_row(intake: Take) -> None:
    head, *rows = _calls(0, 20).splitlines()
    taken = intake({"contacts.csv": "\n".join([head, *rows[:9], "   ", "", *rows[9:]]) + "\n"})
    assert (taken.accounts[0].rows_read, taken.accounts[0].rows_set_aside) == (20, 0)


def test_answers_without_a_number_in_two_exports_that_overlap_count_once(intake: Take) -> None:
    shared = 'files = ["form*.csv"]\n'
    mapping = (
        f'[[table]]\nname = "respondents"\n{shared}constants = {{ survey = "s", municipality = "GM0363" }}\n'
        'columns = { respondent = "@row", date = "Tijdstempel" }\n'
        f'[[table]]\nname = "ballots"\n{shared}constants = {{ survey = "s" }}\ncolumns = {{ respondent = "@row" }}\n'
        'values.task_id = { Afval = "T1", Paspoort = "T2" }\n'
        'gather = { into = "task_id", split = ",", from = ["Taken"] }\n'
    )
    rows = [f"2026-09-{1 + spot % 28:02d} 10:{spot % 60:02d};Afval, Paspoort" for spot in range(100)]
    text = {
        number: "\n".join(["Tijdstempel;Taken", *some]) + "\n" for number, some in enumerate((rows[:70], rows[40:]), 1)
    }
    files: Files = {f"form{number}.csv": content for number, content in text.items()}
    taken = intake({**files, "mappings/m.toml": mapping, "tasks.csv": "list_version,task_id,label\n1,T1,A\n1,T2,B\n"})
    assert len(taken.tables["respondents"]) == 100
    assert len(taken.tables["ballots"]) == 200
    used = [account.rows_used for account in taken.accounts if account.table != "tasks"]
    assert used == [70, 70, 30, 30]


@pytest.mark.parametrize(
    "form",
    [
        *("06120000{:02d}", "(06) 120000{:02d}", "(020) 6240 0{:02d}", "020/62400{:02d}", "+31 (0)6 120000{:02d}"),
        *(
            "+49 151 12345{:03d}",
            "+3224567{:03d}",
            "sip:+316120000{:02d}@pbx",
            "tel:06120000{:02d}",
            "k{}@voorbeeld.nl",
        ),
    ],
)
def test_a_column_of_numbers_of_people_is_never_a_customer(intake: Take, form: str) -> None:
    rows = "Start;Wie\n" + "".join(f"2026-07-{1 + spot:02d} 10:00;{form.format(spot)}\n" for spot in range(20))
    assert told(intake(logged(rows, 'started_at = "Start", customer = "Wie"')), "TT-805")


@pytest.mark.parametrize("form", ["012345{:02d}", "2026-0001{:02d}", "00123456{:03d}", "Z-06120000{:02d}"])
def test_a_number_of_a_customer_is_no_number_to_call(intake: Take, form: str) -> None:
    rows = "Start;Wie\n" + "".join(f"2026-07-{1 + spot:02d} 10:00;{form.format(spot)}\n" for spot in range(20))
    assert not told(intake(logged(rows, 'started_at = "Start", customer = "Wie"')), "TT-805")
