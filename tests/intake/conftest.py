"""Small data folders to take in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from toptaak.intake.pipeline import Intake
from toptaak.intake.store import _read_path

Folder = Callable[[Mapping[str, bytes | str]], Path]


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """Make a data folder; text is written as UTF-8. Set-aside rows do not stop a file unless settings are given."""

    def make(files: Mapping[str, bytes | str]) -> Path:
        everything = {"settings.toml": "set_aside_limit = 1.0\n", **files}
        for name, content in everything.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return tmp_path

    return make


@pytest.fixture
def intake(folder: Folder) -> Callable[[Mapping[str, bytes | str]], Intake]:
    """Take files in; faults of settings and mappings are among those of the result."""

    def take(files: Mapping[str, bytes | str]) -> Intake:
        result, faults, _ = _read_path(folder(files), ())
        result.faults = faults
        return result

    return take
