"""A lock on an open file that the operating system gives back when its holder ends, however it ends."""

from __future__ import annotations

import sys
from typing import IO, Any

if sys.platform == "win32":
    import msvcrt

    def take(handle: IO[Any]) -> bool:
        """Take the lock of an open file; tell whether it was free."""
        # far beyond what is written in the file, which stays readable for others
        handle.seek(1_000_000)
        try:
            msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
else:
    import fcntl

    def take(handle: IO[Any]) -> bool:
        """Take the lock of an open file; tell whether it was free."""
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
