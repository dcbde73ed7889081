"""One run at a time in a reports folder."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from toptaak.core.errors import ToptaakError
from toptaak.core.locks import take
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
        if not take(handle):
            handle.seek(0)
            raise Locked(
                message(
                    "Another run (process {pid}) is at work in this reports folder. Wait until it is done.",
                    pid=handle.read().strip() or "?",
                )
            )
        handle.truncate(0)
        handle.write(str(os.getpid()))
        handle.flush()
        try:
            yield
        finally:
            handle.truncate(0)
