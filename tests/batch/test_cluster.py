"""A real scheduler and real workers, each a process that the test starts."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.batch.conftest import FakeStore, tree
from toptaak.batch.cluster import cluster, in_own_process
from toptaak.batch.executor import Crashed
from toptaak.batch.manifest import code_version
from toptaak.batch.plan import Request
from toptaak.batch.run import make_reports
from toptaak.batch.run_outcomes import RunStatus
from toptaak.core.errors import ToptaakError

pytest.importorskip("distributed")
REPOSITORY = Path(__file__).parents[2]
CODES = tuple(f"GM99{number:02d}" for number in range(1, 25))
NO_PAGE = ["--dashboard-address", "127.0.0.1:0", "--no-dashboard"]


class Dask:
    """A scheduler, and workers that can be killed."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "scheduler.json"
        self.processes: list[subprocess.Popen[bytes]] = []
        self._start("dask_scheduler", "--host", "127.0.0.1", "--port", "0", *NO_PAGE)
        self.workers = [self._start("dask_worker", "--no-nanny", "--nthreads", "1", *NO_PAGE[2:]) for _ in range(2)]

    def _start(self, command: str, *options: str) -> subprocess.Popen[bytes]:
        arguments = [sys.executable, "-m", f"distributed.cli.{command}", "--scheduler-file", str(self.file), *options]
        process = subprocess.Popen(arguments, cwd=REPOSITORY, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.processes.append(process)
        return process

    def address(self) -> str:
        from distributed import Client

        with Client(scheduler_file=str(self.file), timeout=60, set_as_default=False) as client:
            client.wait_for_workers(2, timeout=60)
            return str(client.scheduler.address)

    def stop(self) -> None:
        """Kill them: on a busy machine a worker that is asked to end waits for its scheduler for minutes."""
        for process in self.processes:
            process.kill()
        for process in self.processes:
            process.wait()


@pytest.fixture
def dask(tmp_path: Path) -> Iterator[Dask]:
    started = Dask(tmp_path)
    try:
        yield started
    finally:
        started.stop()


def test_a_cluster_that_loses_a_worker_publishes_the_same_bytes_once(
    request_: Request, office: Path, dask: Dask
) -> None:
    store = FakeStore(office / "data", CODES)
    (store.data / "GM9907.py").write_text("import os; os._exit(3)")
    asked = replace(request_, exporters=(("html", "toptaak_html"),))
    here = make_reports(replace(asked, reports=office / "here"), lambda _: store, workers=2)
    address = dask.address()
    killed_at: list[int] = []

    def kill_when_some_are_made() -> None:
        while len(made := list(request_.reports.glob("2026Q3/GM99*"))) < 4:
            time.sleep(0.05)
        dask.workers[0].kill()
        killed_at.append(len(made))

    killer = threading.Thread(target=kill_when_some_are_made, daemon=True)
    killer.start()
    there = make_reports(asked, lambda _: store, scheduler=address)
    killer.join(60)
    assert 4 <= killed_at[0] < len(CODES) - 1
    assert [outcome.status for outcome in there] == [outcome.status for outcome in here]
    assert [outcome.parameters.municipality for outcome in there if outcome.failure] == ["GM9907"]
    assert "vanzelf gestopt (3)" in next(outcome.failure.what.say("nl") for outcome in there if outcome.failure)
    assert tree(request_.reports) == tree(office / "here")
    again = make_reports(asked, lambda _: store, scheduler=address)
    assert sum(outcome.status is RunStatus.UNCHANGED for outcome in again) == len(CODES) - 1


def test_no_scheduler_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("toptaak.batch.cluster._PATIENCE", 1)
    with pytest.raises(ToptaakError, match=r"tcp://127.0.0.1:1\b"), cluster("tcp://127.0.0.1:1", 5):
        pass


def test_a_worker_of_another_release_is_refused() -> None:
    with pytest.raises(ToptaakError, match="andere versie"):
        in_own_process((5, "other"), os.getpid, (), {})


def test_a_task_runs_beside_the_worker() -> None:
    of_worker = (30.0, code_version())
    assert in_own_process(of_worker, os.getpid, (), {}) != os.getpid()
    with pytest.raises(Crashed) as crash:
        in_own_process(of_worker, os._exit, (7,), {})
    assert crash.value.code == 7
