"""Figures draw the numbers they are given, and nothing else."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from matplotlib.axes import Axes

from toptaak.core.results import result_row, results
from toptaak.core.settings import Settings
from toptaak.core.wording import translator
from toptaak.figures import basic as figures
from toptaak.privacy.disclosure import Publishable, publish

percent = translator("nl").percent


@pytest.fixture
def ax() -> Axes:
    return figures.new_figure(3).subplots()


def rows(*n: int) -> Publishable:
    found = [result_row("success_rate", one, 0.5 + place / 20, 0.4, 0.8) for place, one in enumerate(n)]
    return publish(results(found), Settings())


def texts(ax: Axes) -> list[str]:
    return [text.get_text() for text in ax.texts]


def test_bars_have_the_width_of_their_values_and_say_them(ax: Axes) -> None:
    assert figures.shares(ax, rows(50, 60), ["a", "b"], percent, ["red", "blue"]) is ax
    assert [bar.get_width() for bar in ax.patches] == pytest.approx([0.5, 0.55])
    assert texts(ax) == ["50,0%", "55,0%"]
    assert ax.get_ylim()[0] > ax.get_ylim()[1], "the first row is on top"


def test_a_hidden_row_has_no_dot_and_no_text(ax: Axes) -> None:
    figures.dots(ax, rows(50, 4), ["a", "b"], percent, (0.6, "alle kanalen"))
    drawn = np.concatenate(
        [line.get_xdata() for line in ax.lines if len(line.get_xdata()) == 2 and line.get_marker() == "o"]
    )
    assert np.isfinite(drawn).sum() == 1
    assert texts(ax) == ["50,0%", "alle kanalen"]


def test_a_hidden_period_breaks_the_line(ax: Axes) -> None:
    figures.trend(ax, rows(50, 3, 70), ["K1", "K2", "K3"], percent, target=0.8)
    assert np.isnan(ax.lines[0].get_ydata()).tolist() == [False, True, False]
    assert ax.lines[1].get_ydata()[0] == 0.8
    assert texts(ax) == ["60,0%"]


def test_nothing_but_hidden_rows_is_an_empty_drawing(ax: Axes) -> None:
    figures.trend(ax, rows(1, 2), ["K1", "K2"], percent)
    assert texts(ax) == []


def test_groups_are_named_once_where_they_begin(ax: Axes) -> None:
    figures.name_groups(ax, ["top", "top", "tiny"], {"top": "Toptaken", "tiny": "Kleine taken"})
    assert texts(ax) == ["Toptaken", "Kleine taken"]


@pytest.mark.parametrize("draw", [figures.dots, figures.trend])
def test_no_place_on_an_axis_is_a_value_that_cannot_be(ax: Axes, draw: Callable[..., Axes]) -> None:
    found = [
        result_row("success_rate", 40, 0.97, 0.6, 1.0, quarter="2026Q2"),
        result_row("success_rate", 40, 0.05, 0.0, 0.3, quarter="2026Q3"),
    ]
    shown = publish(results(found, ["quarter"]), Settings()).along("quarter", ["2026Q1", "2026Q2", "2026Q3"])
    drawn = draw(ax, shown, ["a", "b", "c"], str)
    ticks = (drawn.xaxis if draw is figures.dots else drawn.yaxis).get_majorticklocs()
    assert len(ticks) >= 3
    assert min(ticks) >= 0 and max(ticks) <= 1


def test_a_name_of_any_length_leaves_room_for_the_bars(ax: Axes) -> None:
    from toptaak.printing.svg import figure_style, to_svg

    with figure_style():
        figure = figures.new_figure(3)
        figures.shares(
            figure.subplots(), rows(40, 40), ["A" * 150, "een lange naam van een taak " * 5], percent, ["k", "k"]
        )
        assert "AAA" in to_svg(figure), "a warning that nothing fits would have failed this test"
