"""One run at a time in a reports folder."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from toptaak.core.errors import ToptaakError
from toptaak.core.wording import message

FILE_NAME = ".lock"


class Locked(ToptaakError):  # noqa: N818 - reads as a sentence where it is caught
    """Another run is at work in the same reports folder."""

    exit_code = 75


@contextmanager
def locked(reports: Path) -> Iterator[None]:
    """Hold the lock of a reports folder.

    The operating system keeps the lock and gives it back when its holder ends, however it ends: the lock of a
    process that is dead is free.

    Raises
    ------
    Locked
        at once, when another process holds the lock.
    """
    reports.mkdir(parents=True, exist_ok=True)
    with (reports / FILE_NAME).open("a+", encoding="ascii") as handle:
        if not _take(handle):
            handle.seek(0)
            raise Locked(
                message(
                    "Another run (process {pid}) is at work in this reports folder. Wait until it is done.",
                    pid=handle.read().strip() or "?",
                ).say()
            )
        handle.truncate(0)
        handle.write(str(os.getpid()))
        handle.flush()
        try:
            yield
        finally:
            handle.truncate(0)


if sys.platform == "win32":
    import msvcrt

    def _take(handle: IO[str]) -> bool:
        # far beyond the process number, which stays readable for others
        handle.seek(1_000_000)
        try:
            msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
else:
    import fcntl

    def _take(handle: IO[str]) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
