"""Publish a report whole or not at all, and mend what a killed run left behind.

A report is built in a staging folder and swapped in. A kill in the middle leaves the old report aside, whole;
`recover` puts it back. An old report is moved into a staging folder before it is deleted, so that one that stands
aside is always whole.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from toptaak.core.swap import ASIDE, aside_of, put_back, swap_in

STAGING = ".staging-"


def new_staging(reports: Path) -> Path:
    """Make a staging folder inside the reports folder, so that a rename stays on one disk."""
    reports.mkdir(parents=True, exist_ok=True)
    return Path(tempfile.mkdtemp(prefix=STAGING, dir=reports))


def publish(files: Mapping[str, bytes], target: Path, staging: Path) -> None:
    """Put `files` at `target` as one folder, in the place of what stood there.

    When this raises, what stood there still does.

    Parameters
    ----------
    files
        content by file name.
    target
        the report's folder, `reports/2026Q3/GM0363`.
    staging
        a folder from `new_staging` on the same disk.
    """
    fresh = Path(tempfile.mkdtemp(prefix="new-", dir=staging)) / target.name
    fresh.mkdir()
    for name, content in files.items():
        _write(fresh / name, content)
    _sync(fresh)
    target.parent.mkdir(parents=True, exist_ok=True)
    swap_in(fresh, target)
    _sync(target.parent)
    with suppress(OSError):  # the new report stands; the next start sweeps
        _discard(aside_of(target), staging)


def replace_file(path: Path, content: bytes, staging: Path) -> None:
    """Put one file in its place at once; one that has the same content already is left alone."""
    if path.is_file() and path.read_bytes() == content:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = staging / path.name
    _write(fresh, content)
    fresh.replace(path)
    _sync(path.parent)


def recover(reports: Path) -> None:
    """Undo or finish swaps that were interrupted, and sweep staging folders; only while holding the lock."""
    if not reports.is_dir():
        return
    staging = new_staging(reports)
    for aside in sorted(reports.glob(f"*/{ASIDE}*")):
        put_back(aside.with_name(aside.name.removeprefix(ASIDE)))
        _discard(aside, staging)
    for left in reports.glob(f"{STAGING}*"):
        shutil.rmtree(left, ignore_errors=True)


def _discard(folder: Path, staging: Path) -> None:
    if folder.exists():
        bin_ = Path(tempfile.mkdtemp(prefix="old-", dir=staging))
        folder.rename(bin_ / folder.name)
        shutil.rmtree(bin_, ignore_errors=True)


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as handle:
        handle.write(content)
        handle.flush()
        os.fsync(handle.fileno())


def _sync(folder: Path) -> None:
    """Make renames in a folder durable; Windows cannot open a folder and does without."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
