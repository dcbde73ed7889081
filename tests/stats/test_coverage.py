"""What docs/methode.md says of coverage and of worked numbers is what the code gives."""

from __future__ import annotations

import doctest
import importlib.util
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from toptaak.stats import intervals

REPOSITORY = Path(__file__).parents[2]
DOCUMENT = REPOSITORY / "docs" / "methode.md"


@pytest.fixture(scope="module")
def coverage() -> ModuleType:
    spec = importlib.util.spec_from_file_location("coverage_benchmark", REPOSITORY / "benchmarks" / "coverage.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def printed(name: str) -> dict[str, list[str]]:
    """Read a table of the document: first column to the others."""
    table = DOCUMENT.read_text(encoding="utf-8").split(f"<!-- coverage {name} -->")[1].split("<!-- end")[0]
    rows = [[cell.strip() for cell in line.strip("|\n ").split("|")] for line in table.strip().splitlines()[2:]]
    return {row[0]: row[1:] for row in rows}


@pytest.mark.parametrize("n", [5, 20, 100])
def test_the_printed_coverage_of_proportions_is_right(coverage: ModuleType, n: int) -> None:
    wilson = coverage.proportion_coverage(intervals.wilson, n)
    wald = coverage.proportion_coverage(intervals.adjusted_wald, n)
    assert printed("proportions")[str(n)] == [coverage.percent(value) for value in (*wilson, *wald)]
    assert wilson[0] > 0.945


@pytest.mark.parametrize("n", [5, 20, 50])
def test_the_printed_coverage_of_differences_and_scores_is_right(coverage: ModuleType, n: int) -> None:
    assert printed("differences")[str(n)] == [coverage.percent(value) for value in coverage.difference_coverage(n)]
    assert printed("scores")[str(n)] == [coverage.percent(value) for value in coverage.nps_coverage(n)]
    assert min(coverage.nps_coverage(n)) > 0.925


def shares(row: list[str]) -> list[float]:
    return [float(cell.rstrip("%").replace(",", ".")) / 100 for cell in row]


def test_every_size_is_printed_for_every_kind_of_interval(coverage: ModuleType) -> None:
    sizes = [str(n) for n in coverage.SIZES]
    assert (sizes[0], sizes[-1]) == ("5", "400")
    for name in ("proportions", "differences", "scores", "means", "changes"):
        assert list(printed(name)) == sizes


@pytest.mark.parametrize("name", ["means", "changes"])
def test_printed_coverage_is_near_what_is_claimed_from_the_smallest_number_shown(name: str) -> None:
    for n, row in printed(name).items():
        assert min(shares(row)) >= (0.925 if int(n) >= 10 else 0.90)


def test_the_printed_coverage_of_changes_is_right(coverage: ModuleType) -> None:
    """Drawn anew with another seed: four standard errors of both simulations are granted."""
    again = coverage.change_coverage(20, 4000, np.random.default_rng(7))
    error = 4 * (0.95 * 0.05 * (1 / 4000 + 1 / 4000)) ** 0.5
    assert again == pytest.approx(shares(printed("changes")["20"]), abs=error)


def test_no_report_cries_wolf_more_often_than_promised() -> None:
    """Two standard errors of the simulation are granted above 5 per cent."""
    rates = [float(row[0].rstrip("%").replace(",", ".")) for row in printed("reports").values()]
    assert max(rates) <= 5 + 2 * 100 * (0.05 * 0.95 / 2000) ** 0.5


def test_worked_numbers_of_the_document_are_right() -> None:
    result = doctest.testfile(str(DOCUMENT), module_relative=False)
    assert result.attempted > 60
    assert result.failed == 0
