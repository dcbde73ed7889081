from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toptaak.core.errors import InputRefused
from toptaak.core.faults import Fault
from toptaak.core.periods import Quarter
from toptaak.core.results import ALL
from toptaak.governance.canvas import Canvas, first_and_last_day, load_canvas, template

Q4 = Quarter(2026, 4)
Load = Callable[[str], Canvas]


@pytest.fixture
def load(tmp_path: Path, measures: Any) -> Load:
    def read(text: str, **more: Any) -> Canvas:
        path = tmp_path / "canvas.toml"
        path.write_text(text, encoding="utf-8")
        return load_canvas(path, measures, **more)

    return read


def refused(load: Load, text: str, **more: Any) -> list[Fault]:
    with pytest.raises(InputRefused) as caught:
        load(text, **more)
    for fault in caught.value.faults:
        assert fault.describe("nl")
        assert fault.describe("en")
    return caught.value.faults


def line_of(text: str, piece: str) -> int:
    return next(at for at, line in enumerate(text.split("\n"), 1) if piece in line)


def changed(text: str, old: str, new: str) -> str:
    assert old in text
    return text.replace(old, new, 1)


def test_a_filled_template_is_a_canvas(load: Load, canvas_text: str) -> None:
    canvas = load(canvas_text, quarter=Q4)
    assert (canvas.municipality, canvas.period, canvas.team) == ("GM0363", "2026Q4", None)
    assert canvas.quarter.deadline == dt.date(2026, 12, 25)
    assert [goal.start for goal in (*canvas.goals("year"), *canvas.goals("quarter"))] == [
        dt.date(2026, 1, 1),
        dt.date(2026, 9, 28),
    ]
    assert canvas.kpis() == [("success_rate", ALL, ALL)]
    assert Canvas.model_validate(canvas.model_dump()) == canvas


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_a_template_parses_and_every_example_text_in_it_is_refused(load: Load, language: str, number: int) -> None:
    text = template(language, "GM0363", Quarter(2026, number))
    tomllib.loads(text)
    faults = refused(load, text)
    marked = [
        at
        for at, line in enumerate(text.split("\n"), 1)
        if not line.startswith("#") and ("VUL IN" in line or "FILL IN" in line)
    ]
    assert [fault.row for fault in faults] == marked
    assert {fault.code for fault in faults} == {"TT-710"}
    load(text.replace("VUL IN: ", "").replace("FILL IN: ", ""))


def test_the_templates_in_both_languages_ask_the_same() -> None:
    def shape(value: object) -> object:
        if isinstance(value, dict):
            return {key: shape(part) for key, part in value.items()}
        return [shape(part) for part in value] if isinstance(value, list) else type(value)

    dutch, english = (tomllib.loads(template(language)) for language in ("nl", "en"))
    assert shape(dutch) == shape(english)


def test_every_fault_of_the_issue_at_once_with_its_line(load: Load, canvas_text: str) -> None:
    text = canvas_text
    text = changed(text, 'kpis = ["success_rate"]', 'kpis = ["succes_rate"]')  # misspelt, in the ambition
    text = changed(text, '  "wat gaat voor",\n', "".join(f'  "prioriteit {n}",\n' for n in range(6)))
    text = changed(
        text,
        '[[quarter.kpis]]\nkpi = "success_rate"\n',
        '[[quarter.kpis]]\nkpi = "success_rate"\nkpi = "x"\n',
    )
    head, tail = text.split("[[quarter.kpis]]")
    tail = changed(tail, 'owner = "rol van de eigenaar"', 'owner = ["manager KCC", "manager web"]')
    tail = changed(tail, "deadline = 2026-12-25", "deadline = 2026-09-25")
    tail = changed(tail, 'target = 0.73\nowner = "rol van de eigenaar"\n', "")
    text = head + "[[quarter.kpis]]" + tail
    faults = refused(load, text)
    assert [(fault.code, fault.row, fault.column) for fault in faults] == [
        ("TT-714", line_of(text, "priorities = ["), "ambition.priorities"),
        ("TT-716", line_of(text, "succes_rate"), "ambition.kpis[1]"),
        ("TT-703", line_of(text, 'kpi = "x"'), "quarter.kpis[1].kpi"),
        ("TT-715", line_of(text, "manager KCC"), "quarter.kpis[1].owner"),
        ("TT-721", line_of(text, "[[quarter.goals]]"), "quarter.goals[1].owner"),
        ("TT-721", line_of(text, "[[quarter.goals]]"), "quarter.goals[1].target"),
        ("TT-722", line_of(text, "deadline = 2026-09-25"), "quarter.goals[1].deadline"),
    ]
    told = str(InputRefused(faults))
    assert "Bedoelt u success_rate?" in told
    assert "het zijn er 6" in told


def edited(name: str, old: str, new: str, code: str, count: int = 1) -> Any:
    return pytest.param(old, new, code, count, id=name)


@pytest.mark.parametrize(
    ("old", "new", "code", "count"),
    [
        edited("empty list", '[\n  "waar het van afhangt",\n]', "[]", "TT-714"),
        edited("not a list", 'kpis = ["success_rate"]', 'kpis = "success_rate"', "TT-713"),
        edited("empty text", '"het thema van dit kwartaal in een paar woorden"', '"  "', "TT-711"),
        edited("long text", '"het thema van dit kwartaal in een paar woorden"', f'"{"x" * 161}"', "TT-713"),
        edited("two sentences", "in één zin, waarom dit thema", "Het moet. Het kan.", "TT-719"),
        edited("number as municipality", '"GM0363"', "363", "TT-718"),
        edited("unknown municipality", '"GM0363"', '"GM1234"', "TT-718"),
        edited("merged municipality", '"GM0363"', '"GM0457"', "TT-718"),
        edited("no quarter", '"2026Q4"', '"2026"', "TT-725"),
        edited("quoted date", "deadline = 2029-12-31", 'deadline = "2029-12-31"', "TT-713"),
        edited("two years", "deadline = 2029-12-31", "deadline = 2027-12-31", "TT-726"),
        edited("six years", "deadline = 2029-12-31", "deadline = 2032-01-02", "TT-726"),
        edited("ambition of later", "start = 2026-01-01", "start = 2027-01-01", "TT-726", 1),
        edited("misspelt entry", "priorities = [", "priorites = [", "TT-712", 2),
        edited("unknown part", "[theme]", "[thema]", "TT-712", 2),
        edited("task without team", '[theme]', 'task = "verhuizen"\n[theme]', "TT-711"),
        edited("quoted number", "target = 0.80", 'target = "80%"', "TT-713"),
        edited("truth as number", "target = 0.80", "target = true", "TT-713"),
        edited("no number", "target = 0.80", "target = nan", "TT-713"),
        edited("ratio in percent", "target = 0.80", "target = 80", "TT-723"),
        edited("worse than baseline", "target = 0.80", "target = 0.60", "TT-723"),
        edited("goal without date", "deadline = 2026-12-31\n", "", "TT-721"),
        edited("goal without KPI", 'beter is"\nkpi = "success_rate"', 'beter is"', "TT-721"),
        edited("blank owner", 'owner = "rol van de eigenaar"', 'owner = ""', "TT-721"),
        edited("next year", "deadline = 2026-12-31\n", "deadline = 2027-01-01\n", "TT-722"),
        edited("deadline before start", "baseline = 0.70", "baseline = 0.70\nstart = 2026-12-31", "TT-722"),
        edited("person", "baseline = 0.70", 'baseline = 0.70\nmedewerker = "x"', "TT-724"),
        edited("address", '"rol van de eigenaar"', '"a@b.nl"', "TT-715"),
        edited("name", '"rol van de eigenaar"', '"Jan de Vries"', "TT-715"),
        edited("said twice", '  "wat gaat voor",', '  "wat gaat voor",\n  "wat gaat voor",', "TT-720"),
    ],
)  # fmt: skip
def test_a_fault_is_found(load: Load, canvas_text: str, old: str, new: str, code: str, count: int) -> None:
    faults = refused(load, changed(canvas_text, old, new))
    assert len(faults) == count
    assert code in {fault.code for fault in faults}
    assert all(fault.row is not None or fault.column in ("theme",) for fault in faults)


def test_the_canvas_of_another_quarter_is_refused(load: Load, canvas_text: str) -> None:
    faults = refused(load, canvas_text, quarter=Quarter(2026, 3))
    assert [(fault.code, fault.column) for fault in faults] == [("TT-725", "period")]


def test_two_owners_of_one_kpi_are_found_also_in_two_entries(load: Load, canvas_text: str) -> None:
    again = '[[quarter.kpis]]\nkpi = "success_rate"\nowner = "manager web"\n\n[[quarter.goals]]'
    text = changed(canvas_text, "[[quarter.goals]]", again)
    (fault,) = refused(load, text)
    assert (fault.code, fault.row) == ("TT-720", line_of(text, "manager web") - 2)
    channel = again.replace("owner", 'channel = "phone"\nowner')
    assert len(load(changed(canvas_text, "[[quarter.goals]]", channel)).quarter.kpis) == 2


@pytest.mark.parametrize(
    ("owner", "one"),
    [
        ("Hoofd Werk en Inkomen", True),
        ("Toptaakmanager verhuizen", True),
        ("Directeur Burger & Bestuur", True),
        ("Teamleider frontoffice", True),
        ("manager KCC en hoofd Burgerzaken", False),
        ("manager KCC en de teamleider web", False),
        ("manager web / manager KCC", False),
        ("manager web, manager KCC", False),
        ("manager web; manager KCC", False),
    ],
)
def test_one_role_owns(load: Load, canvas_text: str, owner: str, one: bool) -> None:
    text = changed(canvas_text, 'owner = "rol van de eigenaar"', f'owner = "{owner}"')
    if one:
        load(text)
    else:
        assert [fault.code for fault in refused(load, text)] == ["TT-715"]


def test_a_deadline_on_the_first_day_has_a_path(load: Load, canvas_text: str) -> None:
    (goal,) = load(changed(canvas_text, "deadline = 2026-12-31", "deadline = 2026-01-01")).goals("year")
    assert (goal.path(dt.date(2026, 1, 1)), goal.path(dt.date(2026, 1, 2))) == (0.7, 0.8)


def test_a_team_canvas_names_a_known_task(load: Load, canvas_text: str) -> None:
    text = changed(canvas_text, "# team =", "team =").replace("# task =", "task =")
    assert load(text).kpis()[0] == ("success_rate", "verhuizing-doorgeven", ALL)
    assert load(text, known_tasks=["verhuizing-doorgeven"]).team == "Verhuizen"
    (fault,) = refused(load, text, known_tasks=["verhuizing-melden", "paspoort"])
    assert fault.code == "TT-717"
    assert "verhuizing-melden" in fault.describe("nl")


def test_entries_are_checked_also_in_a_list_that_is_too_long(load: Load, canvas_text: str) -> None:
    long = 'kpis = ["success_rate", "x", "completion_time", "failure_rate", "satisfaction", "y"]'
    faults = refused(load, changed(canvas_text, 'kpis = ["success_rate"]', long))
    assert sorted(fault.code for fault in faults) == ["TT-714", "TT-716", "TT-716"]


@given(st.dates(dt.date(2026, 1, 1), dt.date(2027, 12, 31)))
def test_a_deadline_is_accepted_exactly_in_the_weeks_of_the_quarter(
    tmp_path_factory: pytest.TempPathFactory, measures: Any, day: dt.date
) -> None:
    quarter = Quarter(2026, 4)
    text = template("nl", "GM0363", quarter).replace("VUL IN: ", "")
    path = tmp_path_factory.mktemp("canvas") / "canvas.toml"
    path.write_text(text.replace("deadline = 2026-12-25 ", f"deadline = {day} "), encoding="utf-8")
    year, week, _ = day.isocalendar()
    inside = f"{year}W{week:02d}" in quarter.weeks()
    first, last = first_and_last_day(quarter)
    assert inside == (first <= day <= last)
    try:
        load_canvas(path, measures)
    except InputRefused as error:
        assert not inside
        assert [fault.code for fault in error.faults] == ["TT-722"]
    else:
        assert inside
