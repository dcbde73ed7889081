"""The three views of a quarter: what each reader gets, and that the numbers are those of the report."""

from __future__ import annotations

import datetime as dt
import io
import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pikepdf
import pytest
from nbformat import v4

from tests.printing.pdf_checks import check_pdf
from toptaak.core.errors import InputRefused
from toptaak.core.results import ALL
from toptaak.core.settings import Settings
from toptaak.governance.goals import Goal
from toptaak.intake.known import known_on
from toptaak.kpi.measure_reader import measure_reader
from toptaak.numbers.focus import Focus
from toptaak.numbers.handover import Results
from toptaak.numbers.quarter import Source, open_source
from toptaak.numbers.view import View, open_view
from toptaak.printing.blocks import MIME, Block, Cover, Figure, Heading, Items, Table, Text
from toptaak.printing.document import read_notebook
from toptaak.printing.html import render_html
from toptaak.printing.html_checks import check_html
from toptaak.printing.pdf import render_pdf
from toptaak.privacy.disclosure import Publishable
from toptaak.report.governing import focus_text
from toptaak.report.governing.decisions import asked_decisions
from toptaak.report.governing.feedback_loop import _days as feedback_days
from toptaak.report.governing.trial_tables import judged
from toptaak.report.governing.wish_tables import effort_sentence
from toptaak.report.publications import pages

DUTCH = measure_reader("nl")

board = pages("board")
frontline = pages("frontline")
quarterly = pages("quarterly")
team = pages("team")

BOARD = ("cover", "in_brief", "decisions", "top_tasks", "goals", "act", "numbers", "reading")
TEAM = (
    "cover", "first", "in_brief", "goals", "kpis", "channels", "journeys", "trend", "weeks", "signals", "changes",
    "trials", "wishes", "teams", "foundation",
)  # fmt: skip
FRONTLINE = (
    "cover",
    "first",
    "signals",
    "failed_attempts",
    "reasons",
    "forms",
    "stalls",
    "feedback",
    "experience",
    "foundation",
)
FACADES: dict[str, tuple[Any, Sequence[str]]] = {
    "board": (board, BOARD), "team": (team, TEAM), "frontline": (frontline, FRONTLINE),
}  # fmt: skip
CODES = ("GM9901", "GM9904", "GM9911")
LONG = (
    "Aan het eind van dit kwartaal weet iedereen die een verhuizing doorgeeft binnen één dag of de aangifte compleet "
    "is en wat er nog van hem of haar verwacht wordt"
)


@cache
def view_of(example_data: Path, name: str, code: str = "GM9901", language: str = "nl") -> View:
    return open_view(code, "2026Q3", language, str(example_data), "T01" if name == "team" else "")


def blocks_of(view: View, name: str, *sections: str) -> list[Block]:
    facade, every = FACADES[name]
    return [block for section in sections or every for block in getattr(facade, section)(view)]


@cache
def whole(example_data: Path, name: str, code: str = "GM9901", language: str = "nl") -> list[Block]:
    return blocks_of(view_of(example_data, name, code, language), name)


def document(blocks: Sequence[Block]) -> Any:
    outputs = [nbformat.v4.new_output("display_data", data={MIME: block.to_data()}) for block in blocks]
    return read_notebook(v4.new_notebook(cells=[v4.new_code_cell(outputs=outputs)]))


def texts(part: Any) -> Iterator[str]:
    if isinstance(part, str):
        yield part
    elif isinstance(part, dict):
        for name, one in part.items():
            yield from () if name in ("svg", "block", "kind", "status", "align") else texts(one)
    elif isinstance(part, list | tuple):
        for one in part:
            yield from texts(one)


def said(blocks: Sequence[Block]) -> str:
    return " ".join(text for block in blocks for text in texts(block.to_data()))


def pages(pdf: bytes) -> int:
    with pikepdf.open(io.BytesIO(pdf)) as file:
        return len(file.pages)


def bare(view: View, **tables: pd.DataFrame | None) -> View:
    """Take tables out of a view."""
    return View(replace(view.source, tables={**view.source.tables, **tables}), view.canvases, view.trials, view.task)


# --- the numbers are those of the report


def numbers(found: Results) -> dict[tuple[str, ...], tuple[Any, ...]]:
    keys = ("quarter", "task_id", "channel", "measure")
    values = ("n", "estimate", "ci_low", "ci_high", "note")
    return {tuple(row[name] for name in keys): tuple(row[name] for name in values) for row in found.records}


@pytest.mark.parametrize("name", FACADES)
@pytest.mark.parametrize("code", CODES)
def test_every_number_that_report_and_view_both_hand_over_is_the_same(example_data: Path, code: str, name: str) -> None:
    of_report = numbers(quarterly.results(open_source(code, "2026Q3", "nl", str(example_data))))
    view = view_of(example_data, name, code)
    of_view = numbers(FACADES[name][0].results(view))
    both = of_report.keys() & of_view.keys()
    assert len(both) > 10
    assert {key: of_view[key] for key in both} == {key: of_report[key] for key in both}
    assert name == "team" or of_view == of_report


@pytest.mark.parametrize("code", CODES)
def test_a_task_by_itself_gives_the_numbers_that_the_report_has_of_it(example_data: Path, code: str) -> None:
    """The numbers of a view of a task are taken from the report; the task's own rows must give the same ones."""
    view = view_of(example_data, "team", code)
    alone = replace_source(view.of_task)
    for ours, told in ((alone.by_quarter, view.of_task.by_quarter), (alone.by_channel, view.of_task.by_channel)):
        mine, others = values(ours), values(told)
        assert len(mine) > 5
        both = mine["n"].notna() & others.loc[mine.index, "n"].notna()
        theirs = others.loc[mine.index]
        apart = (mine["n"] - theirs["n"]).abs()
        rounded = (apart > 0) & (apart <= 5) & ((mine["n"] % 10 == 0) | (theirs["n"] % 10 == 0))
        same = (both & ~rounded.fillna(False)).to_numpy(bool)
        pd.testing.assert_frame_equal(mine[same], theirs[same])


def values(rows: Publishable) -> pd.DataFrame:
    """Give the values by quarter, channel and measure.

    Whether a contact is repeated or a case done depends on how long the log goes on after it, and a task's own log ends
    earlier; what is hidden, and whether the number of all cases is rounded, depends on what is published beside it.
    """
    ripening = ("repeat_contact_rate", "first_contact_resolution", "open_cases", "done_within_days")
    frame = rows.frame
    frame = frame[(frame["quarter"] != ALL) & ~frame["measure"].isin(ripening)]
    keys = [name for name in ("quarter", "channel", "measure") if name in frame]
    return frame.set_index(keys)[["n", "estimate", "ci_low", "ci_high"]].sort_index()


def replace_source(source: Source) -> Source:
    return Source(**{name: getattr(source, name) for name in Source.__dataclass_fields__})


def test_the_board_reads_the_values_of_the_report(example_data: Path) -> None:
    view = view_of(example_data, "board")
    (drawn,) = [block for block in blocks_of(view, "board", "top_tasks") if isinstance(block, Figure)]
    (table,) = [block for block in blocks_of(view, "board", "numbers") if isinstance(block, Table)]
    assert drawn.data == table, "the picture of page one and the table of page two hold the same"
    per_task = view.source.by_task.frame.set_index(["task_id", "measure"])
    assert [row[0] for row in table.rows] == [view.name(task) for task in view.top_tasks]
    for task, row in zip(view.top_tasks, table.rows, strict=True):
        value = per_task.loc[(task, "success_rate"), "estimate"]
        shown = "niet getoond" if pd.isna(value) else DUTCH.value("success_rate", value)
        assert row[1].split("\n")[0] == shown
        assert pd.isna(value) or f">{shown}<" in drawn.svg


# --- each reader's own view


@pytest.mark.parametrize("name", FACADES)
@pytest.mark.parametrize(("code", "language"), [("GM9901", "nl"), ("GM9907", "en")])
def test_every_view_passes_the_checks_of_a_report(example_data: Path, code: str, language: str, name: str) -> None:
    made = document(whole(example_data, name, code, language))
    assert check_html(render_html(made), language) == []
    pdf = render_pdf(made)
    assert check_pdf(pdf, language) == []
    if name == "board":
        assert pages(pdf) == 2


@pytest.mark.parametrize("name", FACADES)
def test_an_english_view_is_english(example_data: Path, name: str) -> None:
    text = said(whole(example_data, name, "GM9907", "en"))
    dutch = (
        "waarnemingen",
        "streefwaarde",
        "niet meetbaar",
        "kwartaal",
        "Doorlooptijd",
        "marge",
        "doel ",
    )
    assert not [word for word in dutch if word in text]


@pytest.mark.parametrize("name", FACADES)
def test_without_any_table_a_view_is_still_whole(example_data: Path, name: str) -> None:
    view = view_of(example_data, name)
    empty = View(replace(view.source, tables=dict.fromkeys(view.source.tables)), (), None, view.task)
    made = document(blocks_of(empty, name))
    assert check_pdf(render_pdf(made)) == []
    if name == "board":
        assert pages(render_pdf(made)) == 2
        assert "geen besluit" in said(blocks_of(empty, name, "in_brief"))


@pytest.mark.parametrize("name", FACADES)
def test_a_quarter_without_data_is_told(example_data: Path, name: str) -> None:
    with pytest.raises(InputRefused, match=r"Kies uit: .*2026Q3"):
        FACADES[name][0].open("GM9907", "2026Q2", "nl", str(example_data), *(["T01"] if name == "team" else []))


@pytest.mark.parametrize("name", FACADES)
def test_what_the_report_hides_no_view_shows(example_data: Path, name: str) -> None:
    view = view_of(example_data, name)
    settings = view.source.settings.model_copy(update={"minimum_n": 10**6})
    hidden = View(replace(view.source, settings=settings), view.canvases, view.trials, view.task)
    for table in (block for block in blocks_of(hidden, name) if isinstance(block, Table)):
        for row in table.rows:
            assert not [cell for cell in row[1:] if cell[:1].isdigit() and "% tot" in cell], (table.caption, row)


def test_no_view_holds_what_people_typed(example_data: Path) -> None:
    """Texts of signals and wishes, and departments' own words, stay in the tables."""
    view = view_of(example_data, "board")
    typed = set(view.source.tables["signals"]["text"].dropna())  # type: ignore[index]
    typed |= set(view.source.tables["wishes"]["reason"].dropna())  # type: ignore[index]
    assert typed
    for name in FACADES:
        text = said(whole(example_data, name))
        assert not [one for one in typed if one in text], name


# --- the board


def long_goals(view: View) -> View:
    """Give a canvas as full as it may be: five goals of the longest text in the quarter and in the year."""
    (canvas,) = [one for one in view.canvases if one.team is None]
    owner = "Manager klantcontactcentrum"
    quarter = [goal.model_copy(update={"text": LONG, "owner": owner}) for goal in canvas.quarter.goals]
    year = [goal.model_copy(update={"text": LONG, "owner": owner}) for goal in canvas.year.goals]
    plan = canvas.quarter.model_copy(update={"goals": (quarter * 5)[:5]})
    full = canvas.model_copy(update={"quarter": plan, "year": canvas.year.model_copy(update={"goals": (year * 5)[:5]})})
    return View(view.source, (full,), view.trials)


@pytest.mark.parametrize("code", ["GM9901", "GM9905"])
def test_the_board_gets_two_pages_however_full(example_data: Path, code: str) -> None:
    view = long_goals(view_of(example_data, "board", code))
    tasks = view.source.tables["tasks"]
    assert tasks is not None
    wordy = tasks.assign(label=tasks["label"] + ", met alles wat daarbij komt kijken")
    settings = view.source.settings.model_copy(update={"top_tasks": 20})
    full = View(
        replace(view.source, tables={**view.source.tables, "tasks": wordy}, settings=settings),
        view.canvases,
        view.trials,
    )
    assert len(full.goals) == 10
    pdf = render_pdf(document(blocks_of(full, "board")))
    assert check_pdf(pdf) == []
    assert pages(pdf) == 2


def test_page_one_is_short_and_names_the_decisions_first(example_data: Path) -> None:
    blocks = whole(example_data, "board")
    second = next(at for at, block in enumerate(blocks) if isinstance(block, Heading) and block.new_page)
    assert isinstance(blocks[0], Cover)
    assert blocks[0].fitted
    # the alternative text and the numbers of the picture are not printed on page one
    printed = [Text([block.title, block.note]) if isinstance(block, Figure) else block for block in blocks[1:second]]
    words = said(printed).split()
    assert len(words) < 360, "a page of sentences and tables, at some 250 words a minute"
    titles = [block.text for block in blocks if isinstance(block, Heading)]
    assert titles == [
        "In één minuut", "Wat wij u vragen te besluiten", "Hoe het gaat met de toptaken", "Doelen",
        "Waar is het meest te winnen?", "De cijfers van de toptaken",
    ]  # fmt: skip


def behind(view: View) -> View:
    """Give every goal a target far beyond what is measured, due today."""
    canvas = view.canvas
    assert canvas is not None
    late = [
        goal.model_copy(update={"kpi": "success_rate", "baseline": 0.1, "target": 0.999, "text": f"Doel {number}"})
        for number, goal in enumerate(canvas.quarter.goals)
    ]
    plan = canvas.quarter.model_copy(update={"goals": late})
    return View(view.source, (canvas.model_copy(update={"quarter": plan}),), view.trials)


def test_a_goal_that_is_behind_is_a_decision_and_one_that_is_reached_is_none(example_data: Path) -> None:
    view = behind(view_of(example_data, "board"))
    asked = [decision.about for decision in asked_decisions(view)]
    assert asked[:3] == ["Doel: Doel 0", "Doel: Doel 1", "Doel: Doel 2"]
    reached = [
        goal.text
        for goal, status in zip(view.goals, view.goal_status.frame["status"], strict=True)
        if status == "reached"
    ]
    assert not [text for text in reached if any(text in about for about in asked)]


def test_a_team_without_mandate_is_put_to_the_board(example_data: Path) -> None:
    view = view_of(example_data, "board")
    teams = view.source.tables["teams"]
    assert teams is not None
    view = bare(view, teams=teams.assign(mandate=None, next_evaluation=pd.Timestamp("2026-11-01")))
    proposals = [decision.proposed for decision in asked_decisions(view)]
    for name in teams["team"].unique():
        assert f"Leg het mandaat van {name} vast" in proposals


def test_only_wishes_without_a_decision_are_put_to_the_board(example_data: Path) -> None:
    view = view_of(example_data, "board")
    assert view.wishes is not None
    frame = view.wishes.frame
    open_ones = set(frame.loc[frame["decision"].isna(), "wish"])
    asked = {decision.about.split()[1] for decision in asked_decisions(view) if decision.about.startswith("Wens")}
    assert asked == open_ones


def test_a_wish_decided_after_the_quarter_was_still_open_in_it(example_data: Path) -> None:
    view = view_of(example_data, "board")
    table = view.source.tables["wishes"]
    assert table is not None
    later = table.tail(3).assign(decision="yes", decided_on=pd.Timestamp("2026-10-05"), decided_by="directeur")
    frame = bare(view, wishes=known_on({"wishes": later}, view.source.quarter.end)["wishes"]).wishes
    assert frame is not None
    assert frame.frame["decision"].isna().all()


def test_without_canvas_the_goals_come_from_the_targets(example_data: Path) -> None:
    view = view_of(example_data, "board")
    without = View(view.source)
    assert all(isinstance(goal, Goal) for goal in without.goals)
    assert all(goal.deadline >= dt.date(2026, 7, 1) for goal in without.goals)
    none = View(replace(view.source, tables={**view.source.tables, "targets": None}))
    assert "Er is geen canvas" in said(blocks_of(none, "board", "goals"))


# --- the team


def test_a_team_reads_about_its_task_only(example_data: Path) -> None:
    view = view_of(example_data, "team")
    (canvas,) = [one for one in view.canvases if one.task == "T01"]
    assert view.canvas == canvas
    assert {goal.text for goal in view.goals} == {goal.text for goal in (*canvas.quarter.goals, *canvas.year.goals)}
    for name in ("attempts", "contacts", "ratings"):
        table = view.of_task.tables[name]
        assert table is not None
        assert set(table["task_id"]) == {"T01"}
    brief = blocks_of(view, "team", "in_brief")
    items = [block for block in brief if isinstance(block, Items)]
    assert "nummer" in items[0].items[0]
    assert "stemmen" in items[0].items[0]
    tiles = said([block for block in brief if block.block == "tiles"])
    row = view.source.by_task.where(measure="success_rate", task_id="T01").frame.iloc[0]
    assert DUTCH.value("success_rate", row.estimate) in tiles


def test_a_target_of_the_task_counts_for_the_team(example_data: Path) -> None:
    view = view_of(example_data, "team")
    targets = view.source.tables["targets"]
    assert targets is not None
    mine = targets[(targets["task_id"] == "T01") & (targets["measure"] == "success_rate")]
    found = view.of_task.against_target.where(measure="success_rate").frame
    assert len(found) == (1 if len(mine) else 0)
    if len(mine):
        assert math.isclose(found["reference_estimate"].iloc[0], float(mine["target"].iloc[-1]))


def test_a_team_reads_the_trials_of_its_task_and_of_all_tasks(example_data: Path) -> None:
    view = view_of(example_data, "team")
    assert view.trials is not None
    first, second, *_ = view.trials.trial
    register = view.trials.model_copy(
        update={
            "trial": [
                first.model_copy(update={"task": "T01", "decided_on": dt.date(2026, 10, 5)}),
                first.model_copy(update={"id": "other", "task": "T03"}),
                second,
            ]
        }
    )
    (table,) = [
        block
        for block in blocks_of(View(view.source, view.canvases, register, "T01"), "team", "trials")
        if isinstance(block, Table)
    ]
    scopes = [row[0].split("\n")[1] for row in table.rows]
    assert scopes == [view.name("T01"), "alle taken"]
    assert table.rows[0][-1] == "–", "a decision taken after the quarter was not known in it"
    board_view = View(view.source, (), register)
    assert sum(one.about.startswith("Proef") for one in asked_decisions(board_view)) == 1


def test_a_case_counts_whole_and_in_the_time_in_which_it_ended(example_data: Path) -> None:
    """Twelve cases of three contacts end before the trial; twelve of two begin before it and end in it."""
    day = pd.Timestamp("2026-08-01", tz="Europe/Amsterdam")
    moments = [(f"a{number}", day + pd.Timedelta(days=back)) for number in range(12) for back in (-20, -15, -9)]
    moments += [(f"b{number}", day + pd.Timedelta(days=back)) for number in range(12) for back in (-2, 3)]
    contacts = pd.DataFrame([(case, at, at) for case, at in moments], columns=["case", "started_at", "ended_at"])
    contacts = contacts.assign(municipality="GM9901", customer=None, task_id="T01", channel="phone", resolved=True)
    view = view_of(example_data, "team")
    assert view.trials is not None
    trial = view.trials.trial[0].model_copy(
        update={
            "kpi": "contacts_per_case", "task": "T01", "start": dt.date(2026, 8, 1), "end": dt.date(2026, 8, 30),
            "baseline": 3.0, "smallest_effect": 0.5, "sd": 1.0,
        }
    )  # fmt: skip
    register = view.trials.model_copy(update={"trial": [trial]})
    tables = {**view.source.tables, "contacts": contacts, "steps": None}
    found = judged(View(replace(view.source, tables=tables), (), register))
    assert found is not None
    assert found.frame[["n", "estimate"]].to_numpy().tolist() == [[12, -1.0]]


def test_a_bad_canvas_costs_its_own_section_and_names_every_fault(example_data: Path, tmp_path: Path) -> None:
    import shutil

    data = tmp_path / "data"
    shutil.copytree(example_data, data)
    file = data / "canvas" / "2026Q3" / "GM9901" / "canvas.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace('period = "2026Q3"', 'period = "2026Q2"').replace("satisfaction", "satisfactoin"))
    view = open_view("GM9901", "2026Q3", "nl", str(data))
    assert view.unusable is not None
    assert {fault.code for fault in view.unusable.faults} >= {"TT-725"}
    told = said(list(board.goals(view)))
    assert "Dit onderdeel kan niet worden gemaakt" in told or "satisfaction" in told
    assert view.goals == []
    assert len(list(board.top_tasks(view))) > 1, "the rest of the view stands"
    assert len(list(board.in_brief(view))) > 1


# --- web team and contact centre


def test_the_frontline_reads_where_attempts_fail_most_certainly_first(example_data: Path) -> None:
    view = view_of(example_data, "frontline")
    (table,) = [block for block in blocks_of(view, "frontline", "failed_attempts") if isinstance(block, Table)]
    rows = view.source.by_task_and_channel.where(measure="failure_rate").frame.dropna(subset="estimate")
    if rows.empty:
        rows = view.source.by_task.where(measure="failure_rate").frame.dropna(subset="estimate")
    worst = rows.sort_values("ci_low", ascending=False).iloc[0]
    assert table.rows[0][0].startswith(view.name(worst.task_id))
    assert table.rows[0][1] == DUTCH.value("failure_rate", worst.estimate)


def test_reasons_and_forms_are_shares_with_margins(example_data: Path) -> None:
    view = view_of(example_data, "frontline")
    for section in ("reasons", "forms"):
        (table,) = [block for block in blocks_of(view, "frontline", section) if isinstance(block, Table)]
        assert all("%" in row[1] and " tot " in row[2].replace("\N{NO-BREAK SPACE}", " ") for row in table.rows)


@pytest.mark.parametrize(
    ("section", "table"),
    [("failed_attempts", "attempts"), ("stalls", "steps"), ("feedback", "staff_feedback")],
)
def test_a_section_without_its_table_names_it(example_data: Path, section: str, table: str) -> None:
    view = bare(view_of(example_data, "frontline"), **{table: None})
    blocks = blocks_of(view, "frontline", section)
    assert f"‘{table}’" in said(blocks)
    assert isinstance(blocks[-1], Text)


def test_without_closing_steps_it_is_said_that_waiting_is_unknown(example_data: Path) -> None:
    view = view_of(example_data, "frontline")
    without = View(replace(view.source, settings=Settings()))
    assert "closing_steps" in said(blocks_of(without, "frontline", "stalls"))


def test_staff_are_shown_in_groups_only(example_data: Path) -> None:
    view = view_of(example_data, "frontline")
    entries = view.source.tables["staff_feedback"]
    assert entries is not None
    few = bare(view, staff_feedback=entries.tail(6))
    text = said(blocks_of(few, "frontline", "feedback"))
    assert "minder dan 10" in text
    assert "%" not in text.replace("95%", "")


def test_what_was_chosen_is_written_as_it_was_chosen(example_data: Path) -> None:
    view = view_of(example_data, "board")
    (canvas,) = [one for one in view.canvases if one.team is None]
    chosen = {"kpi": "contacts_per_case", "baseline": 1.6, "target": 1.55}
    goals = [goal.model_copy(update=chosen) for goal in canvas.quarter.goals[:1]]
    changed = canvas.model_copy(update={"quarter": canvas.quarter.model_copy(update={"goals": goals})})
    assert "1,6 → 1,55" in said(blocks_of(View(view.source, (changed,), view.trials), "board", "goals"))


def test_the_board_reads_of_no_order_where_no_task_can_be_weighed(example_data: Path) -> None:
    told = said(whole(example_data, "board", "GM9902"))
    assert "Bij welke taak het meest te winnen is, is niet te zeggen." in told
    assert "De volgorde hieronder" not in told


def test_one_day_is_written_as_one(example_data: Path) -> None:
    view = view_of(example_data, "frontline")
    assert [feedback_days(view, days * 86400.0) for days in (0.4, 1.2, 5)] == ["0 dagen", "1 dag", "5 dagen"]


def test_staff_who_reported_nothing_are_told_apart_from_a_missing_table(example_data: Path) -> None:
    view = view_of(example_data, "frontline")
    entries = view.source.tables["staff_feedback"]
    assert entries is not None
    told = said(blocks_of(bare(view, staff_feedback=entries.iloc[:0]), "frontline", "feedback"))
    assert "in de laatste vier kwartalen niets gemeld" in told


def test_a_vote_without_measurements_shows_the_board_no_picture(example_data: Path) -> None:
    tables = ("attempts", "contacts", "cases", "steps", "ratings", "service_totals")
    view = bare(view_of(example_data, "board"), **dict.fromkeys(tables))
    blocks = blocks_of(view, "board", "top_tasks")
    assert "Dit kwartaal is per taak niets gemeten." in said(blocks)
    assert not [block for block in blocks if isinstance(block, Figure)]


@pytest.mark.parametrize("quarters", [0, 1, 2])
def test_hours_on_top_tasks_are_told_as_far_as_they_are_known(example_data: Path, quarters: int) -> None:
    view = view_of(example_data, "board")
    hours = view.source.tables["effort"]
    assert hours is not None
    known = sorted(hours["quarter"].unique())[-quarters:] if quarters else []
    told = effort_sentence(bare(view, effort=hours[hours["quarter"].isin(known)]))
    assert ["van de uren ging naar de" in told, "2026-K2 was dat" in told] == [quarters > 0, quarters > 1]


# --- the one thing to do first


def _rounded(share: str) -> str:
    return DUTCH.percent(float(share.rstrip("%").replace(",", ".")) / 100, 0)


def test_team_and_frontline_begin_with_one_thing_and_its_number(example_data: Path) -> None:
    view = view_of(example_data, "frontline")
    title, text = blocks_of(view, "frontline", "first")
    assert isinstance(title, Heading)
    assert title.text == "Doe dit deze week het eerst"
    (table,) = [block for block in blocks_of(view, "frontline", "reasons") if isinstance(block, Table)]
    name, share, *_ = table.rows[0]
    assert f"Pak eerst deze reden aan: ‘{name}’." in said([text])
    assert _rounded(share) in said([text]), "the page's own number"
    for name in ("team", "frontline"):
        cover, title, *_ = whole(example_data, name)
        assert isinstance(cover, Cover)
        assert isinstance(title, Heading)
        assert title.text.startswith("Doe dit ")


@pytest.mark.parametrize(
    ("focus", "expected"),
    [
        (
            Focus("step", "besluit", 0.41, 0.35, 0.47, 200),
            "Pak eerst deze stap aan: ‘besluit’. Daar staat 41% van de open zaken stil (95%-marge: 35% tot 47%; 200 "
            "zaken). Spreek deze week af wie deze zaken weer op gang brengt.",
        ),
        (
            Focus("channel", "web", 0.75, 0.66, 0.82, 120),
            "Kijk eerst naar dit kanaal: Website. Van de mislukte taakpogingen voor deze taak ging 75% via dit kanaal "
            "(95%-marge: 66% tot 82%; 120 taakpogingen). Bekijk daar samen wat er misgaat en kies één verbetering.",
        ),
        (
            Focus("measure", "success_rate", 0.65, 0.6, 0.7, 400, 0.8),
            "Pak dit eerst aan: succesratio. De uitkomst is 65,0% (95%-marge: 60,0% tot 70,0%; 400 waarnemingen). De "
            "streefwaarde van 80,0% is aantoonbaar niet gehaald. Kies met het team één wijziging en probeer die uit.",
        ),
        (
            Focus("measure", "success_rate", 0.65, 0.6, 0.7, 400, 0.8, worse=True),
            "Dat is aantoonbaar slechter dan in 2026-K2. De streefwaarde is 80,0%.",
        ),
        (
            Focus("measure", "success_rate", 0.65, 0.6, 0.7, 400, worse=True),
            "Dat is aantoonbaar slechter dan in 2026-K2. Kies met het team",
        ),
    ],
)
def test_each_kind_of_first_thing_is_told_with_its_number(
    example_data: Path, monkeypatch: pytest.MonkeyPatch, focus: Focus, expected: str
) -> None:
    view = view_of(example_data, "team")
    monkeypatch.setattr(focus_text, "team_focus", lambda _: focus)
    monkeypatch.setattr(focus_text, "failing_channel", lambda _: None)
    assert expected in said(blocks_of(view, "team", "first"))


def test_the_failing_channel_stands_beside_the_measure(example_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    view = view_of(example_data, "team")
    monkeypatch.setattr(focus_text, "team_focus", lambda _: Focus("measure", "success_rate", 0.65, 0.6, 0.7, 400, 0.8))
    monkeypatch.setattr(focus_text, "failing_channel", lambda _: Focus("channel", "web", 0.75, 0.66, 0.82, 120))
    _, text = blocks_of(view, "team", "first")
    assert isinstance(text, Text)
    assert text.paragraphs[1].startswith("Taakpogingen mislukken het vaakst via dit kanaal: Website. Van de mislukte")


@pytest.mark.parametrize("name", ["team", "frontline"])
def test_where_nothing_stands_out_the_page_says_so(
    example_data: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    for rule in ("team_focus", "failing_channel", "frontline_focus"):
        monkeypatch.setattr(focus_text, rule, lambda _: None)
    assert "Niets springt eruit" in said(blocks_of(view_of(example_data, name), name, "first"))


@pytest.mark.parametrize("name", ["team", "frontline"])
def test_without_numbers_no_page_says_that_nothing_stands_out(example_data: Path, name: str) -> None:
    view = view_of(example_data, name)
    empty = View(replace(view.source, tables=dict.fromkeys(view.source.tables)), (), None, view.task)
    assert blocks_of(empty, name, "first") == []
