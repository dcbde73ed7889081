"""Putting a finished folder in the place of an old one: two renames, and a way back after a kill between them."""

from __future__ import annotations

from pathlib import Path

ASIDE = ".aside-"


def aside_of(target: Path) -> Path:
    """Name the place where the old folder waits until the new one stands."""
    return target.with_name(ASIDE + target.name)


def swap_in(fresh: Path, target: Path) -> None:
    """Move what stands at `target` aside and `fresh` in; when this raises, what stood there still does.

    The old folder stays aside, whole, for the caller to delete. Both folders must be on one disk.
    """
    try:
        if target.exists():
            target.rename(aside_of(target))
        fresh.rename(target)
    except BaseException:
        put_back(target)
        raise


def put_back(target: Path) -> None:
    """Put back what an interrupted swap left aside, unless the new folder stands."""
    if not target.exists() and aside_of(target).exists():
        aside_of(target).rename(target)
