"""What docs/methode.md says is what the code gives."""

from __future__ import annotations

from pathlib import Path

import numpy as np

DOCUMENT = Path(__file__).parents[2] / "docs" / "methode.md"
RUNS = 400


def printed(name: str) -> list[list[str]]:
    """Read the rows of a table of the document."""
    table = DOCUMENT.read_text(encoding="utf-8").split(f"<!-- coverage {name} -->")[1].split("<!-- end")[0]
    return [[cell.strip() for cell in line.strip("|\n ").split("|")] for line in table.strip().splitlines()[2:]]


def shares(cells: list[str]) -> np.ndarray:
    return np.array([float(cell.rstrip("%").replace(",", ".")) / 100 for cell in cells])


def test_all_rank_sets_hold_as_often_as_promised() -> None:
    """Each line of the table, within three errors of its simulation; the ordinary bootstrap (last two) does not."""
    rows = printed("rank_sets")
    ours = np.array([shares(row[2:5]) for row in rows])
    ordinary = np.array([shares(row[5:7]) for row in rows])
    lowest = 0.95 - 3 * np.sqrt(0.95 * 0.05 / RUNS)
    assert len(rows) == 15
    assert ours.min() >= lowest
    assert ordinary.min() < lowest


def test_rank_sets_hold_where_each_voter_saw_half_of_the_list() -> None:
    held = np.array([shares(row[2:5]) for row in printed("rank_sets_halves")])
    assert held.shape == (10, 3)
    assert held.min() >= 0.95 - 3 * np.sqrt(0.95 * 0.05 / RUNS)


def test_weighted_margins_hold() -> None:
    raked = np.array([shares(row[2:3])[0] for row in printed("weighting")])
    assert raked.min() >= 0.95 - 3 * np.sqrt(0.95 * 0.05 / 500)


def test_decided_pairs_hold_the_true_tau() -> None:
    held = np.array([shares(row[5:6])[0] for row in printed("agreement")])
    assert held.min() >= 0.95
