"""The example's canvases are good canvases: every rule of governance accepts them."""

from __future__ import annotations

from pathlib import Path

import pytest

from toptaak.core.municipalities import fictional_code
from toptaak.core.periods import Quarter
from toptaak.example import write_example
from toptaak.example.world import World
from toptaak.governance.canvas import load_canvas
from toptaak.kpi.measures import CATALOGUE

CODES = [fictional_code(number) for number in range(1, 13)]


@pytest.mark.parametrize("code", CODES)
def test_every_municipality_has_a_canvas_and_one_of_a_team(folder: Path, world: World, code: str) -> None:
    tasks = set(world.tasks["task_id"])
    files = sorted((folder / "canvas" / "2026Q3" / code).glob("*.toml"))
    assert len(files) == 2
    canvases = [load_canvas(file, CATALOGUE, Quarter(2026, 3), tasks) for file in files]
    assert {canvas.municipality for canvas in canvases} == {code}
    assert [canvas.team is None for canvas in canvases] == [True, False]


def test_canvases_of_any_quarter_are_good(tmp_path: Path) -> None:
    write_example(tmp_path / "data", 1, 1, last_quarter=Quarter(2027, 1))
    for file in (tmp_path / "data" / "canvas").rglob("*.toml"):
        load_canvas(file, CATALOGUE, Quarter(2027, 1))


def test_making_the_example_again_leaves_other_canvases_alone(tmp_path: Path) -> None:
    write_example(tmp_path / "data", 1, 1)
    place = tmp_path / "data" / "canvas" / "2026Q4" / "GM9901"
    place.mkdir(parents=True)
    (place / "canvas.toml").write_text("mine")
    write_example(tmp_path / "data", 2, 1)
    assert (place / "canvas.toml").read_text() == "mine"
    assert (tmp_path / "data" / "canvas" / "2026Q3" / "GM9902" / "canvas.toml").exists()
