"""Where to act as a picture: names that never overlap, shapes that carry the verdict, surface that carries volume."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg

from toptaak.core.results import result_row, results
from toptaak.core.settings import Settings
from toptaak.figures.basic import new_figure
from toptaak.figures.quadrants import LARGEST, SMALLEST, QuadrantNames, height_of_quadrants, quadrants
from toptaak.governance.priorities import priorities
from toptaak.printing.svg import figure_style
from toptaak.privacy.disclosure import Publishable, publish

WORDS = QuadrantNames("Aandeel", "Procentpunt", "Minder stemmen, onder de streefwaarde: daarna",
              "Veel stemmen, onder de streefwaarde: hier eerst", "Minder stemmen, op streefwaarde: laten lopen",
              "Veel stemmen, op streefwaarde: zo houden")  # fmt: skip
LONG_NAME = "Een taak met een naam die veel langer is dan op twee regels van een figuur past, zoals mensen ze schrijven"


def tasks(votes: list[float], success: list[float], margin: float = 0.05) -> Publishable:
    names = [f"t{number}" for number in range(len(votes))]
    shares = [result_row("vote_share", 900, x, x * 0.8, x * 1.2, task_id=t) for x, t in zip(votes, names, strict=True)]
    done = [
        result_row("success_rate", 400, y, max(y - margin, 0.0), min(y + margin, 1.0), task_id=t)
        for y, t in zip(success, names, strict=True)
    ]
    weighed = priorities(results(shares, ["task_id"]), results(done, ["task_id"]), {"_all": 0.8})
    return publish(weighed, Settings()).along("task_id", names)


def drawn(rows: Publishable, volumes: list[float], names: list[str]) -> Axes:
    with figure_style():
        figure = new_figure(height_of_quadrants(len(names)))
        ax = quadrants(figure.subplots(), rows, volumes, names, WORDS, (lambda x: f"{x:.0%}", lambda y: f"{y:.0f}"))
        FigureCanvasAgg(figure).draw()
    return ax


def test_names_never_overlap_in_200_random_sets() -> None:
    rng = np.random.default_rng(2026)
    for _ in range(200):
        count = int(rng.integers(1, 9))
        spread = rng.choice([0.0, 0.001, 0.2])  # tasks that coincide, lie close, or lie apart
        rows = tasks((0.05 + spread * rng.random(count)).tolist(), (0.7 + spread * rng.random(count)).tolist())
        names = [LONG_NAME[: int(rng.integers(5, len(LONG_NAME)))] for _ in range(count)]
        ax = drawn(rows, rng.choice([np.nan, 10, 9000], count).tolist(), names)
        figure = ax.get_figure()
        assert figure is not None
        written = [text for text in ax.texts if text.get_text().startswith(("Een", "Minder", "Veel"))]
        boxes = [text.get_window_extent() for text in written]
        letters = [box.shrunk(0.98, 0.78) for box in boxes]  # the font declares more height than its letters have
        assert not [pair for pair in combinations(letters, 2) if pair[0].overlaps(pair[1])]
        assert min(box.x0 for box in boxes) >= 0
        assert max(box.x1 for box in boxes) <= figure.bbox.x1 + 1  # a pixel: widths are rounded up when drawn


def test_a_name_is_cut_with_an_ellipsis_only() -> None:
    ax = drawn(tasks([0.1, 0.2], [0.6, 0.9]), [1.0, 2.0], [LONG_NAME, "Kort"])
    texts = [text.get_text() for text in ax.texts]
    assert "Kort" in texts
    assert any(
        text.endswith(" …") and LONG_NAME.startswith(text.replace("\n", " ").removesuffix(" …")) for text in texts
    )


def test_shape_tells_what_is_missed_and_surface_how_often() -> None:
    ax = drawn(tasks([0.1, 0.2, 0.3], [0.5, 0.8, 0.9]), [100.0, 400.0, np.nan], ["a", "b", "c"])
    marks = {float(line.get_xdata()[0]): line for line in ax.lines if len(line.get_xdata()) == 1}  # type: ignore[index, arg-type]
    assert [marks[x].get_marker() for x in (0.1, 0.2, 0.3)] == ["s", "o", "o"]
    half = (SMALLEST + LARGEST) / 2
    assert [marks[x].get_markersize() for x in (0.1, 0.2, 0.3)] == pytest.approx([half, LARGEST, SMALLEST])
