"""What all tests share."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

import pytest
from hypothesis import settings

from tests.properties import TIMES
from toptaak.numbers import quarter

REPOSITORY = Path(__file__).parents[1]
TOOLS = Path(__file__).parent / "browser"

# how long an example takes says nothing on a machine that does other work as well; what lands does not hang on chance
settings.register_profile("house", deadline=None, max_examples=25 * TIMES, derandomize=TIMES == 1)
settings.load_profile("house")


# tests go to and fro between municipalities, and between the two data folders that many of them have
quarter._opened = lru_cache(maxsize=4)(quarter._opened.__wrapped__)

# a server with a browser, a wheel in a fresh environment, whole batches: begun last, they leave one worker waiting
LONGEST = (
    "tests/workbench/test_lab.py",
    "tests/test_wheel.py",
    "tests/test_end_to_end.py",
    "tests/batch/test_cluster.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest; the order of the others stays."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONGEST))


def heeding_interrupts() -> None:
    """Undo in a new process what a shell does to its background jobs, so that tests of Ctrl-C hold there too."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder with real reference data, which is not part of the project."""
    folder = REPOSITORY.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the real reference data are not beside this checkout")
    return folder


@pytest.fixture(scope="session")
def example_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The synthetic example, taken in; read-only for tests, and made once for all workers of a run."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "example" / "data"
    done = folder.with_name("done")
    try:
        folder.parent.mkdir()
    except FileExistsError:  # another worker is at it
        _wait_for(done)
    else:
        from toptaak.example import write_example
        from toptaak.intake.store import refresh

        write_example(folder)
        refresh(folder)
        done.touch()
    return folder


def _wait_for(file: Path, seconds: float = 600) -> None:
    until = time.monotonic() + seconds
    while not file.exists():
        assert time.monotonic() < until, "the worker that makes the example did not finish it"
        time.sleep(0.1)


@pytest.fixture(scope="session")
def chromium() -> str:
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if not found or not shutil.which("node") or not shutil.which("npm"):
        pytest.skip("Chromium, node or npm is not installed: the browser tests did not run")
    return found


@pytest.fixture(scope="session")
def tools(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the tools, installed beside and moved in: several workers may do this at the same time."""
    installed = TOOLS / "node_modules"
    wanted = json.loads((TOOLS / "package.json").read_text(encoding="utf-8"))["dependencies"]
    if not all((installed / name).is_dir() for name in wanted):
        folder = tmp_path_factory.mktemp("npm")
        for name in ("package.json", "package-lock.json"):
            shutil.copy(TOOLS / name, folder)
        command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        made = subprocess.run(command, cwd=folder, capture_output=True, text=True)
        if made.returncode:
            pytest.skip(f"npm could not install what the browser tests need: they did not run\n{made.stderr[-300:]}")
        complete = Path(tempfile.mkdtemp(dir=TOOLS, prefix="node_modules-"))
        shutil.copytree(folder / "node_modules", complete, dirs_exist_ok=True)
        try:
            with suppress(FileNotFoundError):  # of an earlier list of tools
                installed.rename(complete.with_name(f"{complete.name}-old"))
            complete.rename(installed)
        except OSError:  # another worker was first
            shutil.rmtree(complete)
        shutil.rmtree(complete.with_name(f"{complete.name}-old"), ignore_errors=True)
    return TOOLS
