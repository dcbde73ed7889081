"""What intake costs is measured per command (`benchmarks.intake`)."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.intake import Cost, cost_of, measured, rows

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the peak of memory is counted in kB on Linux only")


def test_time_and_memory_of_a_command_are_counted() -> None:
    cost = cost_of([sys.executable, "-c", "room = bytearray(80_000_000)\nfor _ in range(2_000_000): pass"])
    assert cost.peak > 80
    assert cost.cpu > 0
    with pytest.raises(subprocess.CalledProcessError):
        cost_of([sys.executable, "-c", "raise SystemExit(3)"])


def test_every_build_checks_the_example_of_each(tmp_path: Path) -> None:
    command = tmp_path / "toptaak"
    command.write_text(f'#!/bin/sh\necho "$@" >> {tmp_path}/calls\n', "utf-8")
    command.chmod(0o755)
    costs = measured({"now": command, "before": command}, 3, 2)
    calls = (tmp_path / "calls").read_text("utf-8").splitlines()
    assert len(calls) == 2 * (2 + 4)
    assert calls[0].startswith("example --municipalities 3 --out ")
    assert len(costs) == 6


def test_each_step_is_held_against_this_build() -> None:
    costs = {("before", "example"): Cost(9.0, 500.0), ("now", "example"): Cost(3.0, 250.0)}
    assert [*rows(costs)] == [("example", "now", "3.0", "250", "1.00"), ("example", "before", "9.0", "500", "3.00")]
