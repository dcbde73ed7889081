from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from toptaak.batch.lock import FILE_NAME, Locked, locked

HOLDER = """
import sys, time
from pathlib import Path
from toptaak.batch.lock import locked
with locked(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(600)
"""


@pytest.fixture
def holder(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the lock."""
    command = [sys.executable, "-c", HOLDER, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_a_second_run_is_refused_and_told_who_holds_the_lock(holder: subprocess.Popen[str], tmp_path: Path) -> None:
    with pytest.raises(Locked, match=rf"andere opdracht bezig \(proces {holder.pid}\)") as caught, locked(tmp_path):
        pass
    assert caught.value.exit_code == 75


def test_the_lock_of_a_dead_process_is_taken_over(holder: subprocess.Popen[str], tmp_path: Path) -> None:
    holder.kill()
    holder.wait()
    assert (tmp_path / FILE_NAME).read_text() == str(holder.pid)
    with locked(tmp_path):
        assert (tmp_path / FILE_NAME).read_text() == str(os.getpid())


def test_the_lock_is_given_back_after_an_error(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="kapot"), locked(tmp_path):
        raise ValueError("kapot")
    with locked(tmp_path):
        pass
    assert (tmp_path / FILE_NAME).read_text() == ""
