"""Report and views of a municipality: planned, made in one process, published and judged one by one."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import nbformat
import pytest

from tests.batch.conftest import CELLS, PARAMETERS, FakeStore, notebook_of, tree
from toptaak.batch.manifest import is_whole
from toptaak.batch.plan import Request, make_plan
from toptaak.batch.run import make_reports
from toptaak.batch.run_outcomes import Outcome, exit_code
from toptaak.batch.run_summary import failures
from toptaak.core.errors import InputRefused, ToptaakError

HTML_ONLY = (("html", "toptaak_html"),)
TASKS = "task_id,label\nT01,Verhuizen\nT02,Paspoort\nhuis/tuin,Huis en tuin\n"
TEAMS = "municipality,team,task_id\nGM9901,Team A,T02\nGM9901,Team B,T01\nGM9901,Team C,\nGM9901,Team D,T01\n"


@pytest.fixture
def views(office: Path, request_: Request, store: FakeStore) -> Request:
    """Ask for everything of one municipality that has two teams."""
    store.codes = ("GM9901",)
    (office / "data" / "tasks.csv").write_text(TASKS)
    (office / "data" / "teams.csv").write_text(TEAMS)
    for view in ("board", "frontline"):
        nbformat.write(notebook_of(*CELLS), office / f"{view}.ipynb")
    nbformat.write(notebook_of(*CELLS, parameters=f'{PARAMETERS}\ntask = "T01"'), office / "team.ipynb")
    notebooks = tuple((view, office / f"{view}.ipynb") for view in ("board", "team", "frontline"))
    return replace(request_, views=notebooks, exporters=HTML_ONLY)


def make(request: Request, store: FakeStore, **options: Any) -> dict[str, Outcome]:
    return {outcome.name: outcome for outcome in make_reports(request, lambda _: store, workers=2, **options)}


def statuses(outcomes: dict[str, Outcome]) -> dict[str, str]:
    return {name: str(outcome.status) for name, outcome in outcomes.items()}


ALL = ["kwartaalrapport", "bestuur", "toptaakteam-T01", "toptaakteam-T02", "uitvoering"]


def test_each_team_with_a_task_gets_one_view_and_each_view_a_folder(views: Request, store: FakeStore) -> None:
    plan = make_plan(views, store)
    assert [report.job.name for report in plan.reports] == ALL
    names = ["GM9901", *(f"GM9901-{name}" for name in ALL[1:])]
    assert [report.target.name for report in plan.reports] == names
    assert plan.reports[2].job.shown_parameters()["task"] == "T01"
    assert len({report.key for report in plan.reports}) == 5


def test_only_what_is_asked_for(views: Request, store: FakeStore) -> None:
    board = replace(views, full=False, views=views.views[:1])
    assert [report.job.name for report in make_plan(board, store).reports] == ["bestuur"]
    one_task = replace(views, full=False, views=views.views[1:2], task="T02")
    assert [report.job.name for report in make_plan(one_task, store).reports] == ["toptaakteam-T02"]
    (store.data / "teams.csv").unlink()
    assert [report.job.name for report in make_plan(views, store).reports] == [ALL[0], ALL[1], ALL[4]]
    with pytest.raises(ToptaakError, match="--task"):
        make_plan(replace(views, full=False, views=views.views[1:2]), store)


def test_a_task_that_is_not_on_the_list_is_refused(views: Request, store: FakeStore) -> None:
    with pytest.raises(InputRefused, match=r"TT-608.*'T99'"):
        make_plan(replace(views, task="T99"), store)


def test_a_code_that_is_no_name_of_a_file_stays_apart(views: Request, store: FakeStore) -> None:
    (report,) = make_plan(replace(views, full=False, views=views.views[1:2], task="huis/tuin"), store).reports
    assert report.target.parent == views.reports / "2026Q3"
    assert report.target.name.startswith("GM9901-toptaakteam-huis-tuin-")


def test_all_are_published_each_whole_and_skipped_the_next_time(views: Request, store: FakeStore) -> None:
    assert statuses(make(views, store)) == dict.fromkeys(ALL, "made")
    first = tree(views.reports)
    folders = sorted((views.reports / "2026Q3").glob("GM*"))
    assert len(folders) == 5
    assert all(is_whole(folder) for folder in folders)
    assert "2026Q3/GM9901-bestuur/bestuur.html" in first
    assert json.loads(first["2026Q3/GM9901-toptaakteam-T02/manifest.json"])["parameters"]["task"] == "T02"
    assert statuses(make(views, store)) == dict.fromkeys(ALL, "unchanged")
    assert tree(views.reports) == first
    assert statuses(make(replace(views, again=True), store)) == dict.fromkeys(ALL, "made")
    assert tree(views.reports) == first


def test_a_canvas_or_a_trial_makes_the_views_with_goals_anew_and_nothing_else(views: Request, store: FakeStore) -> None:
    make(views, store)
    canvas = store.data / "canvas" / "2026Q3" / "GM9901" / "canvas.toml"
    for file in (canvas, store.data / "trials" / "GM9901.toml"):
        file.parent.mkdir(parents=True)
        file.write_text("# changed")
        again = statuses(make(views, store))
        assert again == dict.fromkeys(ALL, "made") | {"kwartaalrapport": "unchanged", "uitvoering": "unchanged"}
    (canvas.parents[1] / "GM9902").mkdir()
    (canvas.parents[1] / "GM9902" / "canvas.toml").write_text("# of another")
    assert set(statuses(make(views, store)).values()) == {"unchanged"}


def test_one_process_makes_all_of_a_municipality(views: Request, store: FakeStore) -> None:
    told = "import os; (Path(data) / 'processes').open('a').write(f'{os.getpid()}\\n') and None"
    (store.data / "GM9901.py").write_text(told)
    make(views, store)
    processes = (store.data / "processes").read_text().split()
    assert (len(processes), len(set(processes))) == (5, 1)


def test_a_view_that_fails_is_told_by_name_and_stops_no_other(views: Request, store: FakeStore) -> None:
    nbformat.write(notebook_of(*CELLS, "1 / 0"), dict(views.views)["board"])
    outcomes = make(views, store)
    assert statuses(outcomes) == dict.fromkeys(ALL, "made") | {"bestuur": "failed"}
    assert exit_code(list(outcomes.values())) == 3
    table = failures(list(outcomes.values()), "nl")
    assert "Veenwoude:" in table
    assert "bestuur" in table
    assert "ZeroDivisionError" in (views.reports / ".logs" / "2026Q3-GM9901-bestuur.log").read_text()
    assert not (views.reports / "2026Q3" / "GM9901-bestuur").exists()


def test_a_view_that_loses_its_process_costs_no_other(views: Request, store: FakeStore) -> None:
    nbformat.write(notebook_of(*CELLS, "import os; os._exit(7)"), dict(views.views)["board"])
    outcomes = make(views, store)
    assert statuses(outcomes) == dict.fromkeys(ALL, "made") | {"bestuur": "failed"}
    assert "7" in failures(list(outcomes.values()), "nl")


def test_a_view_that_hangs_costs_no_other(views: Request, store: FakeStore) -> None:
    nbformat.write(notebook_of(*CELLS, "import time; time.sleep(60)"), dict(views.views)["frontline"])
    outcomes = make(views, store, time_limit=4)
    assert statuses(outcomes) == dict.fromkeys(ALL, "made") | {"uitvoering": "failed"}
    assert "--time-limit" in failures(list(outcomes.values()), "nl")
