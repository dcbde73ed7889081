"""The simulation of whole folders runs from drawing to sentence; its numbers stand in docs/methode.md."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from benchmarks import shapes

WORLDS = {world.name: world for world in shapes.WORLDS}


@pytest.mark.parametrize("name", ["stappen, met closing_steps", "dagtotalen"])
def test_a_world_goes_from_folder_to_sentences(name: str) -> None:
    world, towns = WORLDS[name], 4
    still = shapes.taken_in(world.draw(np.random.default_rng(1), towns, 0.0), world.settings)
    moved = shapes.taken_in(world.draw(np.random.default_rng(1), towns, 0.6), world.settings)
    assert shapes.told(*still, towns).kpis > 0
    assert shapes.told(*moved, towns).board.all()


def test_the_book_of_methods_has_a_line_for_every_world_and_none_tells_too_much() -> None:
    text = (Path(__file__).parents[1] / "docs" / "methode.md").read_text(encoding="utf-8")
    printed = text.partition("<!-- coverage shapes -->")[2].partition("<!-- end shapes -->")[0]
    lines = [line.strip("| ").split(" | ") for line in printed.strip().splitlines()[2:]]
    assert [line[0] for line in lines] == list(WORLDS)
    for name, _, board, upper, elsewhere, _ in lines:
        for value, most in ((board, 5.0), (upper, 7.5), (elsewhere, 5.0)):
            found = re.fullmatch(r"(\d+,\d)%", value)
            assert not found or float(found[1].replace(",", ".")) <= most, (name, value)
