"""What docs/methode.md and docs/afwijkingen.md say is what the code gives."""

from __future__ import annotations

from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
METHOD, DEVIATIONS = DOCS / "methode.md", DOCS / "afwijkingen.md"


def printed(document: Path, name: str) -> dict[str, list[float]]:
    """Read a table of percentages: first column to the others."""
    content = document.read_text(encoding="utf-8").split(f"<!-- coverage {name} -->")[1].split("<!-- end")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in content.strip().splitlines()[2:]]
    return {row[0]: [float(cell.rstrip("%").replace(",", ".")) for cell in row[1:]] for row in rows}


@pytest.mark.parametrize("name", ["drivers", "composite", "ratios", "repeats"])
def test_our_margins_cover(name: str) -> None:
    ours = {"drivers": slice(0, 2), "composite": slice(None)}.get(name, slice(0, 1))
    # 200 to 1,000 draws leave an error of up to 1.5 points
    assert min(min(row[ours]) for row in printed(METHOD, name).values()) >= 90


@pytest.mark.parametrize("name", ["interrupted", "shrunken"])
def test_our_margins_cover_where_the_usual_ones_do_not(name: str) -> None:
    table = printed(DEVIATIONS, name)
    assert min(row[0] for row in table.values()) >= 90
    assert min(row[1] for row in table.values()) < 80


def test_the_window_of_a_quarter_recovers_the_median() -> None:
    for coverage, ours, rule in printed(DEVIATIONS, "survival").values():
        assert coverage >= 92
        assert ours == pytest.approx(100, abs=5)
        assert rule > 120


def test_no_report_cries_wolf_more_often_than_promised() -> None:
    """Two standard errors of 1,000 simulated reports are granted above 5 per cent."""
    limit = 5 + 2 * 100 * (0.05 * 0.95 / 1000) ** 0.5
    assert max(row[0] for row in printed(METHOD, "board").values()) <= limit


def test_few_of_the_told_details_are_false() -> None:
    content = METHOD.read_text(encoding="utf-8").split("<!-- coverage details -->")[1].split("<!-- end")[0]
    false_share = [float(line.split("|")[4].strip(" %").replace(",", ".")) for line in content.strip().splitlines()[2:]]
    assert max(false_share) <= 6
