"""Building a folder beside an old one and swapping it in, whole or not at all; `mend` repairs after a kill."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from toptaak.core.locks import take
from toptaak.core.swap import aside_of, put_back, swap_in

_PAUSE = 0.05  # seconds between two looks at a lock that another process holds


@contextmanager
def locked(target: Path) -> Iterator[None]:
    """Wait until no other process builds this folder, then keep others waiting."""
    with target.with_name(f".{target.name}.lock").open("a+b") as handle:
        while not take(handle):
            time.sleep(_PAUSE)
        yield


@contextmanager
def building(target: Path) -> Iterator[Path]:
    """Give an empty folder beside `target`, and swap it in when it has been filled.

    Only while holding the lock. When the filling fails, `target` stays as it was.
    """
    fresh = Path(tempfile.mkdtemp(prefix=_fresh(target), dir=target.parent))
    fresh.chmod(0o755)
    try:
        yield fresh
        swap_in(fresh, target)
    finally:
        mend(target)


def mend(target: Path) -> None:
    """Put back what an interrupted swap moved aside and sweep half-built folders; only while holding the lock."""
    put_back(target)
    for left in (aside_of(target), *target.parent.glob(f"{_fresh(target)}*")):
        shutil.rmtree(left, ignore_errors=True)


def _fresh(target: Path) -> str:
    return f".{target.name}-new-"
