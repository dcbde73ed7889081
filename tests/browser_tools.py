"""Fixtures of tests in a real browser: Chromium and what npm installs; where they are absent, a test says so."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

TOOLS = Path(__file__).parent / "browser"


@pytest.fixture(scope="session")
def chromium() -> str:
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if not found or not shutil.which("node") or not shutil.which("npm"):
        pytest.skip("Chromium, node or npm is not installed: the browser tests did not run")
    return found


@pytest.fixture(scope="session")
def tools(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the tools, installed beside and moved in: several workers may do this at the same time."""
    installed = TOOLS / "node_modules"
    if not installed.is_dir():
        folder = tmp_path_factory.mktemp("npm")
        for name in ("package.json", "package-lock.json"):
            shutil.copy(TOOLS / name, folder)
        command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        made = subprocess.run(command, cwd=folder, capture_output=True, text=True)
        if made.returncode:
            pytest.skip(f"npm could not install axe-core: the browser tests did not run\n{made.stderr[-300:]}")
        complete = Path(tempfile.mkdtemp(dir=TOOLS, prefix="node_modules-"))
        shutil.copytree(folder / "node_modules", complete, dirs_exist_ok=True)
        try:
            complete.rename(installed)
        except OSError:  # another worker was first
            shutil.rmtree(complete)
    return TOOLS
