"""The page of figures on quality says what the commands print, and nothing else."""

from __future__ import annotations

from tools.quality import LIST, QualityMeasure, measures, page


def test_a_figure_is_what_its_command_prints() -> None:
    found = QualityMeasure("Getallen", "python -c 'print(3); print(\"n = 4\")'", "^(n = .*)$")
    without = QualityMeasure("Niets", "python -c 'raise SystemExit(3)'", "^(n = .*)$")
    assert "## Getallen\n\n- n = 4\n" in page([found])
    assert "- niet gemeten: de opdracht eindigde met code 3\n" in page([without])
    assert all(one.name and one.command for one in measures(LIST.read_text("utf-8")))
