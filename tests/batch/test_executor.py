from __future__ import annotations

import math
import operator
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import as_completed
from pathlib import Path

import psutil
import pytest

from toptaak.batch.executor import Crashed, OverTime, ProcessPerTask, Stopped, TaskLost, usable_cores

HANG = "import time; time.sleep(600)"


@pytest.fixture(scope="module")
def executor() -> Iterator[ProcessPerTask]:
    with ProcessPerTask(2) as one:
        yield one


def test_results_come_back(executor: ProcessPerTask) -> None:
    futures = [executor.submit(operator.mul, number, 3) for number in range(5)]
    assert [future.result() for future in futures] == [0, 3, 6, 9, 12]


def test_each_task_has_a_process_of_its_own(executor: ProcessPerTask) -> None:
    pids = [executor.submit(os.getpid).result() for _ in range(3)]
    assert len({*pids, os.getpid()}) == 4


def test_large_results_come_whole(executor: ProcessPerTask) -> None:
    assert executor.submit(bytes, 20_000_000).result() == bytes(20_000_000)


def test_an_exception_comes_back_with_its_traceback(executor: ProcessPerTask) -> None:
    with pytest.raises(TaskLost) as caught:
        executor.submit(math.sqrt, -1).result()
    assert "ValueError" in caught.value.output


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("import os; os._exit(7)", 7),
        ("import os; os._exit(0)", 0),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", -signal.SIGKILL),
        ("import ctypes; ctypes.string_at(0)", -signal.SIGSEGV),
    ],
)
def test_a_crash_fails_its_own_task_only(executor: ProcessPerTask, source: str, code: int) -> None:
    crash, others = executor.submit(exec, source), [executor.submit(abs, -n) for n in range(4)]
    with pytest.raises(Crashed) as caught:
        crash.result()
    assert caught.value.code == code
    assert [other.result() for other in others] == [0, 1, 2, 3]


def test_what_a_crashed_process_wrote_is_kept(executor: ProcessPerTask) -> None:
    with pytest.raises(Crashed) as caught:
        executor.submit(exec, "import ctypes; print('bezig', flush=True); ctypes.string_at(0)").result()
    assert "bezig" in caught.value.output
    assert "Segmentation fault" in caught.value.output


def test_an_endless_loop_is_stopped_and_says_where_it_was(tmp_path: Path) -> None:
    with ProcessPerTask(2, time_limit=1, scratch=tmp_path) as executor:
        late, soon = executor.submit(exec, "while True: pass"), executor.submit(abs, -1)
        assert soon.result() == 1
        with pytest.raises(OverTime) as caught:
            late.result()
    assert 'File "<string>", line 1' in caught.value.output
    assert list(tmp_path.iterdir()) == []


def test_what_a_task_started_ends_with_it(tmp_path: Path) -> None:
    source = (
        "import subprocess, sys, pathlib\n"
        f"child = subprocess.Popen([sys.executable, '-c', {HANG!r}])\n"
        f"pathlib.Path({str(tmp_path / 'pid')!r}).write_text(str(child.pid))"
    )
    with ProcessPerTask() as executor:
        executor.submit(exec, source).result()
    wait_until_gone(int((tmp_path / "pid").read_text()))


def wait_until_gone(pid: int) -> None:
    deadline = time.monotonic() + 10
    while psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < deadline, f"process {pid} is still there"
        time.sleep(0.05)


def test_temporary_files_stand_in_the_scratch_folder_and_go(tmp_path: Path) -> None:
    with ProcessPerTask(scratch=tmp_path) as executor:
        made = executor.submit(eval, "__import__('tempfile').mkdtemp()").result()
    assert Path(made).is_relative_to(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_mathematics_use_one_thread(executor: ProcessPerTask) -> None:
    source = "__import__('numpy') and __import__('os').environ['OMP_NUM_THREADS']"
    assert executor.submit(eval, source).result() == "1"


def test_an_interrupted_run_stops_at_once(tmp_path: Path) -> None:
    since = time.monotonic()
    with pytest.raises(KeyboardInterrupt), ProcessPerTask(1, scratch=tmp_path) as executor:
        running, waiting = executor.submit(exec, HANG), executor.submit(abs, -1)
        time.sleep(0.5)
        raise KeyboardInterrupt
    assert time.monotonic() - since < 10
    assert isinstance(running.exception(), Stopped)
    assert waiting.cancelled()
    assert list(tmp_path.iterdir()) == []


def test_as_completed_gives_the_quick_ones_first(executor: ProcessPerTask) -> None:
    slow, quick = executor.submit(time.sleep, 1), executor.submit(abs, -1)
    assert list(as_completed([slow, quick])) == [quick, slow]


def test_tasks_die_with_their_parent(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    work = f"import os, time; open({str(note)!r}, 'w').write(str(os.getpid())); time.sleep(600)"
    program = (
        "from toptaak.batch.executor import ProcessPerTask\n"
        "if __name__ == '__main__':\n"
        f"    ProcessPerTask().submit(exec, {work!r}).result()\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", program])
    deadline = time.monotonic() + 60
    while not (note.exists() and note.read_text()):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    parent.kill()
    parent.wait()
    wait_until_gone(int(note.read_text()))


def test_cores_are_counted() -> None:
    assert 1 <= usable_cores() <= (os.cpu_count() or 1)
