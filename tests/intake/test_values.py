"""Reading of cells: numbers, moments, places, words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toptaak.core import municipalities
from toptaak.core.periods import AMSTERDAM
from toptaak.intake.columns import ContractColumn, Kind
from toptaak.intake.moments import dates, times
from toptaak.intake.number_texts import durations, numbers
from toptaak.intake.parsed import Options, Parsed
from toptaak.intake.places import place
from toptaak.intake.repair import parse
from toptaak.intake.tables import TABLES

NONE = Options()


def read(kind: Kind, cells: Sequence[Any], *, dtype: Any = None, options: Options = NONE, **more: Any) -> Parsed:
    return parse(ContractColumn("x", kind, "", "", **more), pd.Series(cells, dtype=dtype), options)


def codes(parsed: Parsed) -> list[str]:
    return [note.code for note in parsed[1]]


@given(st.lists(st.floats(-1e9, 1e9).map(lambda value: round(value, 2)), min_size=1))
def test_a_number_written_the_dutch_way_reads_back(values: list[float]) -> None:
    dutch = [f"{value:,.2f}".replace(",", "x").replace(".", ",").replace("x", ".") for value in values]
    assert numbers(pd.Series(dutch, dtype="str"), NONE)[0].tolist() == values


@given(st.lists(st.floats(-1e9, 1e9, allow_subnormal=False), min_size=1))
def test_a_number_written_by_a_program_reads_back(values: list[float]) -> None:
    told = Options(decimal=".")
    assert numbers(pd.Series([repr(value) for value in values], dtype="str"), told)[0].tolist() == values


@given(st.integers(0, 10_000 * 3600 - 1))
def test_clock_time_is_seconds(seconds: int) -> None:
    text = f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    assert durations(pd.Series([text], dtype="str"), NONE)[0].tolist() == [seconds]


@pytest.mark.parametrize(
    ("texts", "decimal", "expected", "code"),
    [
        (["61.500"], None, None, "TT-043"),
        (["61.500"], ".", 61.5, None),
        (["61.500"], ",", 61500.0, None),
        (["61.500", "0.5"], None, 61.5, None),
        (["1,234.5"], None, 1234.5, None),
        (["1.234.567"], None, None, "TT-043"),
        (["1.234.567"], ",", 1234567.0, None),
        (["1e-05"], None, 1e-05, None),
        (["12 345"], None, None, "TT-042"),
        (["45%"], None, None, "TT-042"),
        (["0x10"], None, None, "TT-042"),
        (["1_000"], None, None, "TT-042"),
        (["٣"], None, None, "TT-042"),
    ],
)
def test_decimal_marks(texts: list[str], decimal: str | None, expected: float | None, code: str | None) -> None:
    values, notes = numbers(pd.Series(texts, dtype="str"), Options(decimal=decimal))
    assert expected is None or values[0] == expected
    assert (code in [note.code for note in notes]) == (code is not None)


def test_a_typed_number_is_never_doubted() -> None:
    values, notes = read(Kind.NUMBER, [1.234, 2.345, "", None], dtype=object)
    assert values[:2].tolist() == [1.234, 2.345]
    assert notes == []


def test_excel_durations() -> None:
    cells = [dt.time(0, 1, 1), dt.timedelta(days=1), 65.0]
    assert read(Kind.DURATION, cells, dtype=object)[0].tolist() == [61.0, 86400.0, 65.0]


@given(st.dates(dt.date(1900, 1, 1), dt.date(2100, 12, 31)), st.sampled_from("-/."))
def test_a_day_reads_back_however_written(day: dt.date, mark: str) -> None:
    texts = [day.isoformat(), f"{day.day}{mark}{day.month}{mark}{day.year}", f"{day:%d{mark}%m{mark}%Y} 10:30"]
    assert {moment.date() for moment in dates(pd.Series(texts, dtype="str"), NONE)[0]} == {day}


@given(st.datetimes(dt.datetime(1990, 1, 1), dt.datetime(2090, 1, 1), timezones=st.just(dt.UTC)))
def test_an_aware_time_is_that_moment(moment: dt.datetime) -> None:
    texts = [moment.isoformat(), moment.astimezone(AMSTERDAM).isoformat(), moment.isoformat().replace("+00:00", "Z")]
    values, notes = times(pd.Series(texts, dtype="str"), NONE)
    assert notes == []
    assert {value.to_pydatetime() for value in values} == {moment}
    assert str(values.dtype) == "datetime64[us, Europe/Amsterdam]"


def test_across_the_end_of_summer_time() -> None:
    values, _ = times(pd.Series(["2026-10-25 01:50", "2026-10-25 03:10"], dtype="str"), NONE)
    assert (values[1] - values[0]) == pd.Timedelta(hours=2, minutes=20)


def test_month_first_when_the_mapping_says_so() -> None:
    values, notes = dates(pd.Series(["04/13/2026", "04/01/2026"], dtype="str"), Options(month_first=True))
    assert [str(value.date()) for value in values] == ["2026-04-13", "2026-04-01"]
    assert [note.code for note in notes] == ["TT-820"]


@pytest.mark.parametrize("text", ["26-04-01", "2026-02-30", "31-04-2026", "1 april", "2026", "1e9", "2200-01-01"])
def test_what_is_no_day(text: str) -> None:
    values, notes = dates(pd.Series([text], dtype="str"), NONE)
    assert values.isna().all()
    assert {note.code for note in notes} & {"TT-049", "TT-050"}


def test_typed_moments_of_parquet() -> None:
    naive = pd.Series(pd.to_datetime(["2026-07-01 10:00", None]))
    values, notes = parse(ContractColumn("x", Kind.TIME, "", ""), naive, NONE)
    assert (str(values[0]), [note.code for note in notes]) == ("2026-07-01 10:00:00+02:00", ["TT-053"])
    late = pd.Series(pd.to_datetime(["2026-06-30T23:30Z"]))
    assert str(parse(ContractColumn("x", Kind.DATE, "", ""), late, NONE)[0][0].date()) == "2026-07-01"


def test_every_municipality_however_written_is_itself() -> None:
    for one in municipalities.in_force():
        digits = one.code[2:]
        for text in (one.code, one.code.lower(), digits, str(int(digits)), one.name, one.name.upper()):
            assert place(text).code == one.code, text


def test_no_text_becomes_another_municipality() -> None:
    # a merged municipality keeps its code until its own numbers are told apart (`intake.mergers`)
    in_force = {one.code for one in municipalities.in_force()}
    for number in range(2100):
        found = place(str(number)).code
        assert found in (None, f"GM{number:04d}")
        if f"GM{number:04d}" in in_force:
            assert found == f"GM{number:04d}"


def test_all_former_municipalities_lead_on_or_ask() -> None:
    former = [one for one in municipalities._by_code().values() if one.successors]
    assert former
    for one in former:
        found = place(one.code)
        assert (found.fault, found.code is None) == (
            ("TT-060", False) if len(one.successors) == 1 else ("TT-061", True)
        )


@pytest.mark.parametrize(
    ("cell", "text"), [("007", "007"), (7.0, "7"), (7, "7"), (12345678901234567, "12345678901234567")]
)
def test_ids_stay_text(cell: object, text: str) -> None:
    assert read(Kind.ID, [cell], dtype=object)[0][0] == text


@pytest.mark.parametrize("cell", ["1,23E+11", "1.5e+12", 1.2345678901234567e19, 1234567890123456.0])
def test_damaged_ids_stop(cell: object) -> None:
    assert codes(read(Kind.ID, [cell], dtype=object)) == ["TT-048"]


def test_mapped_words_also_meet_typed_cells() -> None:
    column = ContractColumn("x", Kind.CHOICE, "", "", choices=("web", "desk"))
    values, notes = parse(column, pd.Series([1.0, 2.0, 3.0]), NONE, {"1": "web", "2": "desk", "3": ""})
    assert values[:2].tolist() == ["web", "desk"]
    assert values.isna()[2]
    assert notes == []


def test_missing_words_are_missing_and_nothing_else() -> None:
    options = Options(missing=frozenset({"nvt"}))
    values, _ = read(Kind.TEXT, ["NVT", " nvt ", "NA", "None", "nan", "null", ""], options=options)
    assert values.isna().tolist() == [True, True, False, False, False, False, True]


def test_text_is_normalised() -> None:
    values, _ = read(Kind.TEXT, ["Su\u0301dwest", "Súdwest", " a\u00a0b "])
    assert values.tolist() == ["Súdwest", "Súdwest", "a b"]


def test_whole_numbers() -> None:
    values, notes = read(Kind.INTEGER, ["1", "2,0", "3,5"])
    assert values.to_list() == [1, 2, pd.NA]
    assert [note.code for note in notes] == ["TT-044", "TT-066"]


@pytest.mark.parametrize("kind", list(Kind))
@given(cells=st.lists(st.text() | st.none() | st.floats() | st.booleans() | st.integers(-(2**60), 2**60)))
def test_no_cell_breaks_a_parser(kind: Kind, cells: list[Any]) -> None:
    values, notes = read(kind, cells, dtype=object, choices=("web",) if kind is Kind.CHOICE else ())
    assert len(values) == len(cells)
    assert all(len(note.mask) == len(cells) for note in notes)
    assert values.dtype == ContractColumn("x", kind, "", "").dtype


def test_what_points_at_a_person_does_not_get_past_intake() -> None:
    column = TABLES["attempts"].column("failure_reason")
    assert column is not None
    values, notes = parse(column, pd.Series(["bsn 111222333", "te lang wachten", "mail a@b.nl"]), Options())
    assert values.tolist() == ["bsn ***", "te lang wachten", "mail ***"]
    assert [(note.code, note.mask.tolist()) for note in notes] == [("TT-860", [True, False, True])]
