"""Widths of texts, against what matplotlib measures of the whole text at once."""

from __future__ import annotations

import pytest
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

from toptaak.printing import theme
from toptaak.printing.svg import figure_style
from toptaak.printing.text_sizes import text_width


@pytest.mark.parametrize("text", ["Verhuizing doorgeven", "AVA To. 1,5%", "2026-K3", "é ij “cijfers”", "Wij"])
@pytest.mark.parametrize("weight", ["normal", "bold"])
def test_a_width_is_that_of_matplotlib_but_for_kerning(text: str, weight: str) -> None:
    with figure_style():
        font = FontProperties(family=theme.FONT_FAMILY, size=9, weight=weight)
        measured = text_to_path.get_text_width_height_descent(text, font, False)[0]
    assert text_width(text, 9, weight == "bold") == pytest.approx(measured, rel=0.03)


def test_nothing_has_no_width() -> None:
    assert text_width("", 9) == 0
