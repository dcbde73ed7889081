"""What is written around axes fits the page, and a figure is drawn in one go."""

from __future__ import annotations

import re

import numpy as np
import pytest
from matplotlib.axes import Axes

from toptaak.figures import basic as figures
from toptaak.figures.page_layout import PAD, POINTS, PageLayout
from toptaak.printing.svg import figure_style, to_svg
from toptaak.printing.text_sizes import text_width

TEXT = re.compile(r'<text font-size="([\d.]+)px"([^>]*)>([^<]*)</text>')
ROUNDING = 0.1


def draw(axes: list[Axes], names: list[str]) -> None:
    for ax in axes:
        ax.plot([0, 1, 2], [0.0, 0.5, 1.0])
        figures.name_places(ax, "y", [0, 1], names)
        figures.name_places(ax, "x", [0, 2], ["2025-K4\n2025", "2026-K3"])
        ax.set_title("Doorlooptijd", loc="left")
        ax.annotate("voorbij de laatste", (2, 1), xytext=(7, 0), textcoords="offset points", annotation_clip=False)


def reach(drawing: str) -> list[tuple[float, float, float]]:
    """Give the left end, right end and base line of each text, in points."""
    found = []
    for size, look, text in TEXT.findall(drawing):
        moved = re.search(r"translate\(([\d.-]+) ([\d.-]+)\)", look)
        x, y = (
            (moved[1], moved[2])
            if moved
            else (re.search(r' x="([\d.-]+)"', look)[1], re.search(r' y="([\d.-]+)"', look)[1])  # type: ignore[index]
        )
        anchor = re.search(r'text-anchor="(\w+)"', look)
        width = text_width(text, float(size), "bold" in look or 'font-weight="700"' in look)
        start = float(x) - {"end": 1.0, "middle": 0.5}.get(anchor[1] if anchor else "", 0.0) * width
        found.append((start, start + width, float(y)))
    return found


@pytest.mark.parametrize("names", [["a", "b"], ["Een taak met een lange naam", "iii"]])
@pytest.mark.parametrize("count", [1, 3, 8])
def test_every_text_stands_on_the_page(names: list[str], count: int) -> None:
    with figure_style():
        drawing = figures.new_figure(6)
        draw(figures.panels(drawing, count, 2), names)
    places = reach(to_svg(drawing))
    assert len(places) == 6 * count
    width, height = drawing.get_size_inches() * POINTS
    assert min(start for start, _, _ in places) >= PAD - ROUNDING
    assert max(end for _, end, _ in places) <= width - PAD + ROUNDING
    assert min(line for _, _, line in places) > 0 and max(line for _, _, line in places) < height - PAD


def test_panels_of_one_line_are_equally_large() -> None:
    with figure_style():
        drawing = figures.new_figure(6)
        axes = figures.panels(drawing, 5, 2)
        draw(axes, ["kort", "een veel langere naam"])
        to_svg(drawing)
    sizes = np.array([ax.get_position().size for ax in axes])
    assert np.ptp(sizes, axis=0) == pytest.approx([0, 0], abs=1e-9)
    assert sizes.min() > 0.05


def test_drawing_again_changes_nothing() -> None:
    with figure_style():
        drawing = figures.new_figure(3)
        draw([drawing.subplots()], ["a", "b"])
    assert isinstance(drawing.get_layout_engine(), PageLayout)
    assert to_svg(drawing) == to_svg(drawing)


def test_widths_given_to_the_columns_are_kept() -> None:
    with figure_style():
        drawing = figures.new_figure(3)
        left, right = drawing.subplots(1, 2, width_ratios=[3, 1])
        to_svg(drawing)
    assert left.get_position().width == pytest.approx(3 * right.get_position().width)
