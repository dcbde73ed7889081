"""What a batch costs: `python -m benchmarks.batch --before FOLDER` (two minutes): processor time and wall per way.

Ways: `before`, an older release that stands built in FOLDER with its own example; `now`, this build; `usual`, papermill
with a kernel, nbconvert and a browser's PDF of the same notebook; `floor`, the same pages, figures and PDF by plain
calls in one process, without notebooks. Each is run in turn, as many times as `--rounds` says, and the medians count.
Processor time is that of all processes of a run, also of those that outlive their parent (`wait4`, Linux only).

The table is printed; `--write` puts it into docs/prestaties.md.
"""

from __future__ import annotations

import argparse
import ctypes
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from benchmarks.coverage import Row, table, written

_CHECKOUT: Final = Path(__file__).parents[1]
DOCUMENT: Final = _CHECKOUT / "docs" / "prestaties.md"
QUARTER: Final = "2026Q3"
_QUIET: Final = [(os.POSIX_SPAWN_OPEN, stream, os.devnull, os.O_WRONLY, 0) for stream in (1, 2)]
_SUBREAPER: Final = 36  # PR_SET_CHILD_SUBREAPER
_BROWSER: Final = ("chromium", "--headless", "--no-sandbox", "--disable-gpu")
Way = Callable[[Sequence[str], Path], list[list[str]]]


class Cost(NamedTuple):
    """What a run took, in seconds."""

    cpu: float
    wall: float


def cost_of(commands: Sequence[Sequence[str]], at_once: int = 2) -> Cost:
    """Run commands, some at a time, and give what they and all that they started took.

    Raises
    ------
    subprocess.CalledProcessError
        where one of them failed.

    Examples
    --------
    >>> cost_of([[sys.executable, "-c", "sum(range(3_000_000))"]]).cpu > 0
    True
    """
    _adopt_orphans()
    since, cpu, waiting, running = time.perf_counter(), 0.0, list(commands), dict[int, Sequence[str]]()
    while waiting or running:
        while waiting and len(running) < at_once:
            command = waiting.pop(0)
            running[os.posix_spawnp(command[0], command, os.environ, file_actions=_QUIET)] = command
        pid, status, used = os.wait4(-1, 0)
        cpu += used.ru_utime + used.ru_stime
        if (ended := running.pop(pid, None)) and status:
            raise subprocess.CalledProcessError(os.waitstatus_to_exitcode(status), list(ended))
    wall = time.perf_counter() - since
    return Cost(cpu + sum(_left_behind()), wall)


def _adopt_orphans() -> None:
    """Make this process the parent of what a child leaves behind: the server that forks the reports."""
    ctypes.CDLL(None).prctl(_SUBREAPER, 1, 0, 0, 0)


def _left_behind() -> Iterator[float]:
    while True:
        try:
            _, _, used = os.wait4(-1, 0)
        except ChildProcessError:
            return
        yield used.ru_utime + used.ru_stime


def toptaak_batch(build: Path, command: Path, data: Path, views: Sequence[str]) -> Way:
    """Give the way of a build of toptaak, run in its own folder: one command; the report unless views are asked."""

    def way(codes: Sequence[str], out: Path) -> list[list[str]]:
        chosen = [word for code in codes for word in ("-m", code)] + [
            word for view in views or ["report"] for word in ("--view", view)
        ]
        places = ["--data", str(data), "--reports", str(out), "-q", QUARTER, "--workers", "2", "--again"]
        return [["env", "-C", str(build), str(command), "batch", *places, *chosen]]

    return way


def usual(data: Path) -> Way:
    """Give the usual way: per municipality papermill with a kernel, nbconvert to HTML, and a browser for the PDF."""
    from toptaak.report.publications import PUBLICATIONS, notebook_file

    notebook = notebook_file(PUBLICATIONS["quarterly"])

    def way(codes: Sequence[str], out: Path) -> list[list[str]]:
        return [["sh", "-ec", " && ".join(map(" ".join, _steps(code, out)))] for code in codes]

    def _steps(code: str, out: Path) -> Iterator[list[str]]:
        made, page = out / f"{code}.ipynb", out / f"{code}.html"
        values = {"municipality": code, "quarter": QUARTER, "data": str(data)}
        named = [word for name, value in values.items() for word in ("-p", name, value)]
        yield [sys.executable, "-m", "papermill", str(notebook), str(made), "-k", "python3", *named]
        yield [sys.executable, "-m", "nbconvert", "--to", "html", str(made)]
        yield [
            *_BROWSER,
            f"--user-data-dir={out / code}",
            f"--print-to-pdf={out / f'{code}.pdf'}",
            page.resolve().as_uri(),
        ]

    return way


def floor(data: Path) -> Way:
    """Give the way without notebooks: this module, asked to write the same reports by plain calls."""

    def way(codes: Sequence[str], out: Path) -> list[list[str]]:
        command = [sys.executable, "-m", "benchmarks.batch", "--floor", str(out), "--data", str(data)]
        return [[*command, "--codes", *codes[half::2]] for half in range(min(2, len(codes)))]

    return way


def write_plainly(codes: Sequence[str], data: Path, out: Path) -> None:
    """Write the report of each municipality as HTML and PDF by plain calls, without a notebook or its checks."""
    from toptaak.printing.document import document_of
    from toptaak.printing.exporters import ToptaakHTMLExporter, ToptaakPDFExporter
    from toptaak.report.publications import PUBLICATIONS, pages

    report, sections = pages("quarterly"), PUBLICATIONS["quarterly"].sections
    for code in codes:
        source = report.open(code, QUARTER, "nl", str(data))
        blocks = [block for name in sections if name != "results" for block in getattr(report, name)(source)]
        document = document_of(blocks)
        (out / f"{code}.html").write_text(str(ToptaakHTMLExporter().render(document)), encoding="utf-8")
        (out / f"{code}.pdf").write_bytes(bytes(ToptaakPDFExporter().render(document)))  # type: ignore[arg-type]


def measured(ways: dict[str, Way], codes: Sequence[str], rounds: int) -> dict[str, Cost]:
    """Run the ways in turn, some rounds long, and give the median cost of each."""
    costs: dict[str, list[Cost]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            with tempfile.TemporaryDirectory() as folder:
                costs[name].append(cost_of(way(codes, Path(folder))))
    return {name: Cost(*map(statistics.median, zip(*each, strict=True))) for name, each in costs.items()}


def rows(costs: dict[str, Cost], reports: int) -> Iterator[Row]:
    """Give a line per way: seconds of processor time and wall per report, and how many times as dear as this build."""
    now = costs["now"]
    for name, cost in costs.items():
        each = (f"{part / reports:.2f}" for part in cost)
        yield (name, str(reports), *each, f"{cost.cpu / now.cpu:.2f}", f"{cost.wall / now.wall:.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--before", type=Path, help="folder of an older release, built, with its own example")
    parser.add_argument("--data", type=Path, default=Path("data/example"))
    parser.add_argument("--municipalities", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--view", action="append", default=[], help="as of toptaak batch; leaves out usual and floor")
    parser.add_argument("--write", action="store_true", help="write the table into docs/prestaties.md")
    parser.add_argument("--floor", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--codes", nargs="*", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.floor:
        write_plainly(asked.codes, asked.data, asked.floor)
    else:
        _compare(asked)


def _compare(asked: argparse.Namespace) -> None:
    codes = [f"GM99{number:02d}" for number in range(1, asked.municipalities + 1)]
    data = asked.data.resolve()
    ways = {"now": toptaak_batch(_CHECKOUT, Path(sys.executable).with_name("toptaak"), data, asked.view)}
    if asked.before:
        older = asked.before.resolve()
        ways["before"] = toptaak_batch(older, older / ".venv/bin/toptaak", older / "data/example", asked.view)
    if not asked.view:
        ways["floor"] = floor(data)
        if shutil.which(_BROWSER[0]):
            ways["usual"] = usual(data)
    heads = ("way", "municipalities", "cpu s each", "wall s each", "cpu to now", "wall to now")
    text = table(heads, rows(measured(ways, codes, asked.rounds), len(codes)))
    print(text)
    if asked.write:
        DOCUMENT.write_text(written(DOCUMENT.read_text(encoding="utf-8"), "batch", text), encoding="utf-8")


if __name__ == "__main__":
    main()
