"""What intake costs: `python -m benchmarks.intake --before FOLDER` (two minutes): processor time and peak of memory.

Each build makes the example of `--municipalities` and looks at it with `toptaak check`; FOLDER holds an older release,
built. Both also check the example of the other, so that the same rows stand beside each other: what the older release
does not know it passes over. Run in turn, as many times as `--rounds` says; the medians count.

The table is printed; `--write` puts it into docs/prestaties.md.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from benchmarks.coverage import Row, table, written

DOCUMENT: Final = Path(__file__).parents[1] / "docs" / "prestaties.md"
_QUIET: Final = [(os.POSIX_SPAWN_OPEN, stream, os.devnull, os.O_WRONLY, 0) for stream in (1, 2)]
_KILO: Final = 1000  # Linux counts the peak in kB


class Cost(NamedTuple):
    """What a command took: seconds of processor time, and its peak of memory in MB."""

    cpu: float
    peak: float


def cost_of(command: Sequence[str]) -> Cost:
    """Run a command and give what it took.

    Raises
    ------
    subprocess.CalledProcessError
        where it failed.

    Examples
    --------
    >>> cost_of([sys.executable, "-c", "sum(range(3_000_000))"]).peak > 1
    True
    """
    pid = os.posix_spawnp(command[0], command, os.environ, file_actions=_QUIET)
    _, status, used = os.wait4(pid, 0)
    if status:
        raise subprocess.CalledProcessError(os.waitstatus_to_exitcode(status), list(command))
    return Cost(used.ru_utime + used.ru_stime, used.ru_maxrss / _KILO)


def measured(builds: dict[str, Path], municipalities: int, rounds: int) -> dict[tuple[str, str], Cost]:
    """Let every build make the example and check those of all, some rounds long; the median cost of each step.

    Parameters
    ----------
    builds
        Name of a build = its command `toptaak`.
    """
    costs: dict[tuple[str, str], list[Cost]] = {}
    with tempfile.TemporaryDirectory() as place:
        for turn in range(rounds):
            examples = {name: Path(place) / f"{name}-{turn}" for name in builds}
            for name, command in builds.items():
                make = [str(command), "example", "--municipalities", str(municipalities), "--out", str(examples[name])]
                costs.setdefault((name, "example"), []).append(cost_of(make))
            for of, example in examples.items():
                for name, command in builds.items():
                    step = (name, f"check of the example {of}")
                    costs.setdefault(step, []).append(cost_of([str(command), "check", str(example)]))
    return {step: Cost(*map(statistics.median, zip(*each, strict=True))) for step, each in costs.items()}


def rows(costs: dict[tuple[str, str], Cost]) -> Iterator[Row]:
    """Give a line per step and build: its cost, and how many times as dear as this build."""
    for (build, step), cost in sorted(costs.items(), key=lambda entry: (entry[0][1], entry[0][0] != "now")):
        now = costs["now", step]
        yield (step, build, f"{cost.cpu:.1f}", f"{cost.peak:.0f}", f"{cost.cpu / now.cpu:.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--before", type=Path, help="folder of an older release, built")
    parser.add_argument("--municipalities", type=int, default=34)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--write", action="store_true", help="write the table into docs/prestaties.md")
    asked = parser.parse_args()
    builds = {"now": Path(sys.executable).with_name("toptaak")}
    if asked.before:
        builds["before"] = asked.before.resolve() / ".venv/bin/toptaak"
    heads = ("step", "build", "cpu s", "peak MB", "cpu to now")
    text = table(heads, rows(measured(builds, asked.municipalities, asked.rounds)))
    print(text)
    if asked.write:
        DOCUMENT.write_text(written(DOCUMENT.read_text(encoding="utf-8"), "intake", text), encoding="utf-8")


if __name__ == "__main__":
    main()
