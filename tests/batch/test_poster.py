"""Posters: written to fill in, published whole beside the reports, and refused with every fault at once."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from tests.batch.conftest import tree
from tests.printing.pdf_checks import check_pdf
from toptaak.batch.manifest import is_whole, read_manifest
from toptaak.batch.plan import Request
from toptaak.batch.poster import CanvasRequest, publish_canvas, publish_canvases, write_canvas
from toptaak.core.errors import InputRefused, ToptaakError
from toptaak.intake.store import refresh
from toptaak.printing.html_checks import check_html


@pytest.fixture(scope="module")
def data(example_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example, in a folder whose canvases a test may spoil."""
    folder = tmp_path_factory.mktemp("posters") / "data"
    shutil.copytree(example_data, folder)
    return folder


@pytest.fixture
def asked(data: Path) -> CanvasRequest:
    return CanvasRequest(data, "GM9901", "2026Q3", "nl")


def test_a_poster_is_published_whole_on_two_papers_and_for_the_screen(asked: CanvasRequest, tmp_path: Path) -> None:
    folder = publish_canvas(asked, tmp_path, refresh)
    assert folder == tmp_path / "2026Q3" / "GM9901-canvas"
    names = {path.name for path in folder.iterdir()}
    assert names == {"canvas.html", "canvas-a2.pdf", "canvas-a3.pdf", "manifest.json"}
    assert is_whole(folder)
    assert check_html((folder / "canvas.html").read_text(encoding="utf-8"), "nl") == []
    assert check_pdf((folder / "canvas-a3.pdf").read_bytes()) == []
    parameters = (read_manifest(folder) or {})["parameters"]
    assert (parameters["municipality"], parameters["quarter"], parameters["language"]) == ("GM9901", "2026Q3", "nl")
    assert not Path(parameters["data"]).is_absolute()
    page = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert "Canvas Veenwoude, 2026-K3 (pdf A2, " in page
    first = tree(tmp_path)
    publish_canvas(asked, tmp_path, refresh)
    assert tree(tmp_path) == first


def test_a_batch_makes_the_posters_of_all_canvases_and_one_that_fails_stops_no_other(
    asked: CanvasRequest, tmp_path: Path
) -> None:
    request = Request(asked.data, tmp_path, Path("none"), "nl")
    spoiled = asked.data / "canvas" / "2026Q3" / "GM9901" / "bedorven.toml"
    spoiled.write_text('ambition = "Half af"', encoding="utf-8")
    try:
        refused = list(publish_canvases(request, ["GM9901", "GM9999"], "2026Q3", refresh))
    finally:
        spoiled.unlink()
    assert len(refused) == 1
    assert "bedorven.toml" in str(refused[0])
    made = sorted(folder.name for folder in (tmp_path / "2026Q3").iterdir() if folder.is_dir())
    assert made == ["GM9901-canvas", "GM9901-canvas-toptaakteam-afval"]
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "2026Q3").rglob("*.pdf")}
    assert list(publish_canvases(request, ["GM9901"], "2026Q3", refresh)) == []
    assert {path: path.stat().st_mtime_ns for path in before} == before, "what has not changed is not made again"


def test_a_team_has_a_poster_of_its_own(asked: CanvasRequest, tmp_path: Path) -> None:
    folder = publish_canvas(replace(asked, team="Toptaakteam Afval"), tmp_path, refresh)
    assert folder.name == "GM9901-canvas-toptaakteam-afval"
    assert (folder / "canvas-toptaakteam-afval-a2.pdf").exists()


def test_a_new_canvas_is_one_to_fill_in_and_never_written_over(asked: CanvasRequest, tmp_path: Path) -> None:
    asked = replace(asked, quarter="2027Q1")
    path = write_canvas(asked)
    assert path == asked.data / "canvas" / "2027Q1" / "GM9901" / "canvas.toml"
    with pytest.raises(InputRefused) as caught:
        publish_canvas(asked, tmp_path, refresh)
    assert {fault.code for fault in caught.value.faults} == {"TT-710"}
    assert len(caught.value.faults) > 8
    path.write_text("mine")
    with pytest.raises(ToptaakError, match="bestaat al"):
        write_canvas(asked)
    assert path.read_text() == "mine"


def test_a_new_canvas_of_a_team_asks_for_team_and_task(asked: CanvasRequest, tmp_path: Path) -> None:
    asked = replace(asked, quarter="2027Q1", team="Verhuizen")
    text = write_canvas(asked).read_text(encoding="utf-8")
    assert 'team = "VUL IN: naam van het team"' in text.splitlines()
    assert 'task = "VUL IN: code van de taak"' in text.splitlines()


def test_every_fault_is_told_at_once_with_its_line_and_nothing_is_published(
    asked: CanvasRequest, tmp_path: Path
) -> None:
    file = replace(asked, team="Toptaakteam Afval").file()
    text = file.read_text(encoding="utf-8")
    bad = (
        text.replace('task = "T01"', 'task = "T99"', 1)
        .replace('kpi = "success_rate"', 'kpi = "sucess_rate"', 1)
        .replace('owner = "Toptaakmanager"', 'owner = "Toptaakmanager en hoofd webteam"', 1)
        .replace("[quarter]\ndeadline = 2026-09-25", "[quarter]\ndeadline = 2026-12-25")
    )
    try:
        file.write_text(bad, encoding="utf-8")
        with pytest.raises(InputRefused) as caught:
            publish_canvas(replace(asked, team="Toptaakteam Afval"), tmp_path, refresh)
    finally:
        file.write_text(text, encoding="utf-8")
    lines = bad.splitlines()
    for fault in caught.value.faults:
        assert fault.file == file.name
        assert fault.row is not None
        assert fault.column is not None
        assert fault.column.rpartition(".")[2].partition("[")[0] in lines[fault.row - 1]
    told = str(caught.value)
    for piece in ("T99", "success_rate", "goals[1].owner", "2026-12-25"):
        assert piece in told
    assert "en hoofd webteam" not in told  # an owner may be a name
    assert not (tmp_path / "2026Q3").exists()


def test_a_key_that_stands_there_twice_is_refused(asked: CanvasRequest, tmp_path: Path) -> None:
    file = asked.file()
    text = file.read_text(encoding="utf-8")
    try:
        file.write_text(text.replace("[theme]\n", '[theme]\nwhy = "Twee keer."\n'), encoding="utf-8")
        with pytest.raises(InputRefused, match="why"):
            publish_canvas(asked, tmp_path, refresh)
    finally:
        file.write_text(text, encoding="utf-8")
    assert not list(tmp_path.glob("2026Q3/*"))


def test_a_refused_canvas_leaves_the_old_poster(asked: CanvasRequest, tmp_path: Path) -> None:
    folder = publish_canvas(asked, tmp_path, refresh)
    before, file = tree(folder), asked.file()
    text = file.read_text(encoding="utf-8")
    try:
        file.write_text("municipality = 1", encoding="utf-8")
        with pytest.raises(InputRefused):
            publish_canvas(asked, tmp_path, refresh)
    finally:
        file.write_text(text, encoding="utf-8")
    assert tree(folder) == before
    assert is_whole(folder)


def test_where_there_is_no_canvas_the_command_for_one_is_told(asked: CanvasRequest, tmp_path: Path) -> None:
    with pytest.raises(ToptaakError, match="toptaak canvas --new -m GM9901 -q 2028Q1"):
        publish_canvas(replace(asked, quarter="2028Q1"), tmp_path, refresh)
    with pytest.raises(InputRefused, match="TT-601"):
        publish_canvas(replace(asked, municipality="9901"), tmp_path, refresh)
