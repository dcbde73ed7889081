"""What a batch costs is counted over all its processes (`benchmarks.batch`)."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.batch import Cost, rows, toptaak_batch, usual

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processor time of orphans is counted on Linux only")
BUSY = "import time\nsince = time.process_time()\nwhile time.process_time() < since + 0.3: pass"
LEAVES_A_CHILD = f"import subprocess, sys\nsubprocess.Popen([sys.executable, '-c', {BUSY!r}])"


def counted(*commands: list[str]) -> subprocess.CompletedProcess[str]:
    """Count in a process of its own: the count takes all children for its own."""
    code = f"from benchmarks.batch import cost_of\nprint(*cost_of({[*commands]!r}))"
    root = Path(__file__).parents[1]
    return subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=False)


def test_processes_that_outlive_their_parent_are_counted() -> None:
    cpu, _ = map(float, counted([sys.executable, "-c", LEAVES_A_CHILD], [sys.executable, "-c", BUSY]).stdout.split())
    assert cpu >= 0.6


def test_a_command_that_fails_stops_the_count() -> None:
    assert "returned non-zero exit status 3" in counted([sys.executable, "-c", "raise SystemExit(3)"]).stderr


def test_each_way_is_held_against_this_build() -> None:
    costs = {"now": Cost(4.0, 2.0), "before": Cost(12.0, 5.0)}
    assert [*rows(costs, 2)] == [
        ("now", "2", "2.00", "1.00", "1.00", "1.00"), ("before", "2", "6.00", "2.50", "3.00", "2.50"),
    ]  # fmt: skip


def test_commands_name_each_municipality_and_the_place_of_its_files() -> None:
    [command] = toptaak_batch(Path("build"), Path("toptaak"), Path("data"), ["board"])(
        ["GM9901", "GM9902"], Path("out")
    )
    assert command.count("-m") == 2
    assert command[-2:] == ["--view", "board"]
    [alone] = toptaak_batch(Path("build"), Path("toptaak"), Path("data"), [])(["GM9901"], Path("out"))
    assert alone[-2:] == ["--view", "report"], "without a view a batch makes them all"
    for [*_, steps], code in zip(
        usual(Path("data"))(["GM9901", "GM9902"], Path("out")), ("GM9901", "GM9902"), strict=True
    ):
        assert f"--print-to-pdf=out/{code}.pdf" in steps
