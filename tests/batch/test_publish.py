from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from toptaak.batch.publish import new_staging, publish, recover, replace_file

OLD = {"a.html": b"old", "b.pdf": b"old"}
NEW = {"a.html": b"new", "b.pdf": b"new", "c.csv": b"new"}

# kills itself just before the n-th change to the disk
KILLED = """
import os, signal, sys
from pathlib import Path
from toptaak.batch.publish import new_staging, publish, recover
CHANGES = {"open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "shutil.rmtree"}
left = int(sys.argv[2])
def watch(event, _):
    global left
    if event in CHANGES:
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
reports = Path(sys.argv[1])
sys.addaudithook(watch)
"""
PUBLISH = f"publish({NEW}, reports / '2026Q3' / 'GM9901', new_staging(reports))"


def content(folder: Path) -> dict[str, bytes] | None:
    return {path.name: path.read_bytes() for path in folder.iterdir()} if folder.exists() else None


def killed_at(reports: Path, step: int, program: str) -> bool:
    """Run a program that dies at a step; tell whether it came that far."""
    command = [sys.executable, "-c", KILLED + program, str(reports), str(step)]
    ended = subprocess.run(command, capture_output=True, text=True)
    assert ended.returncode in (0, -signal.SIGKILL), ended.stderr
    return ended.returncode != 0


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    return tmp_path / "reports"


@pytest.fixture
def target(reports: Path) -> Path:
    return reports / "2026Q3" / "GM9901"


def published(files: dict[str, bytes], target: Path) -> None:
    publish(files, target, new_staging(target.parents[1]))
    recover(target.parents[1])


def everything(reports: Path) -> list[str]:
    return sorted(path.relative_to(reports).as_posix() for path in reports.rglob("*"))


def test_a_report_takes_the_place_of_the_old_one_as_a_whole(target: Path) -> None:
    for files in (OLD, NEW, OLD):
        published(files, target)
        assert content(target) == files
    assert everything(target.parents[1]) == ["2026Q3", "2026Q3/GM9901", *(f"2026Q3/GM9901/{n}" for n in OLD)]


def test_a_published_folder_has_the_usual_rights(target: Path, tmp_path: Path) -> None:
    published(OLD, target)
    (tmp_path / "usual").mkdir()
    assert target.stat().st_mode == (tmp_path / "usual").stat().st_mode


@pytest.mark.parametrize("before", [OLD, None], ids=["over an old report", "for the first time"])
def test_a_kill_at_any_step_leaves_the_whole_old_or_the_whole_new(
    reports: Path, target: Path, before: dict[str, bytes] | None
) -> None:
    seen, step, reached = set(), 0, True
    while reached:
        recover(reports)
        if before and content(target) != before:
            published(before, target)
        reached = killed_at(reports, step, PUBLISH)
        assert content(target) in (before, NEW, None), f"half a report after a kill at step {step}"
        recover(reports)
        assert content(target) in (before, NEW), f"not mended after a kill at step {step}"
        assert [name for name in everything(reports) if "/." in f"/{name}"] == []
        seen.add(content(target) == NEW)
        if before is None and content(target):
            break
        step += 1
    assert seen == {False, True}
    assert step > 8


def test_a_kill_while_mending_does_no_harm(reports: Path, target: Path) -> None:
    step, reached = 0, True
    while reached:
        published(OLD, target)
        target.rename(target.with_name(".aside-GM9901"))
        new_staging(reports).joinpath("half").write_bytes(b"x")
        reached = killed_at(reports, step, "recover(reports)")
        recover(reports)
        assert content(target) == OLD, f"lost by a kill at step {step}"
        step += 1
    assert step > 3


class Breaks:
    """Makes the n-th call of a function fail, as a full or broken disk would."""

    def __init__(self, function: Any, at: int) -> None:
        self.function, self.left = function, at

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        self.left -= 1
        if self.left == 0:
            raise OSError(28, "No space left on device")
        return self.function(*args, **kwargs)


@pytest.mark.parametrize(("name", "times"), [("rename", 2), ("fsync", 4), ("mkdir", 2)])
def test_an_error_at_any_step_keeps_the_old_report(
    reports: Path, target: Path, monkeypatch: pytest.MonkeyPatch, name: str, times: int
) -> None:
    published(OLD, target)
    staging = new_staging(reports)
    for at in range(1, times + 1):
        with monkeypatch.context() as patch:
            patch.setattr(os, name, Breaks(getattr(os, name), at))
            with pytest.raises(OSError, match="No space"):
                publish(NEW, target, staging)
        assert content(target) == OLD
    publish(NEW, target, staging)
    assert content(target) == NEW


def test_what_cannot_be_cleaned_up_does_not_fail_a_publication(
    reports: Path, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    published(OLD, target)
    with monkeypatch.context() as patch:
        patch.setattr(os, "rename", Breaks(os.rename, 3))
        publish(NEW, target, new_staging(reports))
    recover(reports)
    assert content(target) == NEW
    assert everything(reports) == ["2026Q3", "2026Q3/GM9901", *(f"2026Q3/GM9901/{n}" for n in NEW)]


def test_mending_leaves_others_files_alone(reports: Path) -> None:
    (reports / "2026Q3").mkdir(parents=True)
    (reports / "2026Q3" / "notes.txt").write_text("mine")
    (reports / ".hidden").mkdir()
    recover(reports)
    assert everything(reports) == [".hidden", "2026Q3", "2026Q3/notes.txt"]


def test_mending_nothing_makes_nothing(reports: Path) -> None:
    recover(reports)
    assert not reports.exists()


def test_one_file_is_replaced_at_once(tmp_path: Path) -> None:
    staging = new_staging(tmp_path)
    for text in (b"one", b"two"):
        replace_file(tmp_path / "index.html", text, staging)
        assert (tmp_path / "index.html").read_bytes() == text
