"""JupyterLab in a real browser: published notebooks read unrun, Run All, and the export from the menu."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.printing.fixtures import sample
from tests.workbench.conftest import Server
from tests.workbench.test_export import save
from toptaak.report.publications import notebook_folder

EVERY = "TOPTAAK_EVERY_NOTEBOOK"  # set it to run them all: minutes
FEW = ("bestuur", "eigen_enquete")
OTHERS = sorted(path.stem for path in notebook_folder().glob("*.ipynb") if path.stem not in FEW)


def work(chromium: str, tools: Path, server: Server, *actions: dict[str, Any]) -> dict[str, Any]:
    """Let a browser do what a person does; give what it saw and what it asked of other addresses."""
    command = ["node", "lab.mjs", chromium, server.url, server.token, *(json.dumps(action) for action in actions)]
    done = subprocess.run(command, cwd=tools, capture_output=True, text=True, timeout=280, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    seen: dict[str, Any] = json.loads(done.stdout)
    assert seen["requests"] == [], "nothing leaves this machine"
    return seen


def test_a_published_notebook_is_readable_unrun_and_untrusted(chromium: str, tools: Path, server: Server) -> None:
    save(server, "gepubliceerd.ipynb", sample.notebook())
    (seen,) = work(chromium, tools, server, {"open": "gepubliceerd.ipynb"})["results"]
    assert seen["images"]
    assert all(image["width"] > 0 and len(image["alt"]) >= 30 for image in seen["images"])
    assert seen["left"] > 0 < seen["right"], "text stands left and numbers right"
    assert not seen["marked"], "no script of a hostile text ran"


def test_the_menu_gives_html_and_pdf(chromium: str, tools: Path, server: Server) -> None:
    save(server, "menu.ipynb", sample.notebook())
    labels = {"toptaak_html": "Toptaak_html", "toptaak_pdf": "Toptaak_pdf"}
    actions = [{"export": "menu.ipynb", "label": label} for label in labels.values()]
    results = work(chromium, tools, server, *actions)["results"]
    for name, result in zip(labels, results, strict=True):
        saved = result["saved"]
        assert saved.get("name", "").startswith("menu.") or f"/nbconvert/{name}/menu.ipynb" in saved.get("url", "")


@pytest.fixture
def workplace(server: Server, example_data: Path) -> str:
    """The notebooks with the example beside them, as in the workspace of `toptaak lab`; give its folder."""
    place = server.folder / "werk"
    shutil.copytree(notebook_folder(), place / "notebooks", dirs_exist_ok=True, ignore=shutil.ignore_patterns(".*"))
    (place / "data").mkdir(exist_ok=True)
    if not (place / "data" / "example").exists():
        (place / "data" / "example").symlink_to(example_data, target_is_directory=True)
    return "werk/notebooks"


def run_all(names: tuple[str, ...] | list[str], chromium: str, tools: Path, server: Server, folder: str) -> None:
    actions: list[dict[str, Any]] = [{"run": f"{folder}/{name}.ipynb"} for name in names]
    for name, seen in zip(names, work(chromium, tools, server, *actions)["results"], strict=True):
        assert seen["errors"] == [], name
        assert seen["text"], name
        assert all(image["width"] > 0 and image["alt"] for image in seen["images"]), name


def test_run_all_ends_without_an_error(chromium: str, tools: Path, server: Server, workplace: str) -> None:
    run_all(FEW, chromium, tools, server, workplace)


@pytest.mark.skipif(EVERY not in os.environ, reason=f"every notebook in a browser takes minutes: set {EVERY}=1")
@pytest.mark.parametrize("name", OTHERS)
def test_run_all_of_each_other_notebook(name: str, chromium: str, tools: Path, server: Server, workplace: str) -> None:
    run_all([name], chromium, tools, server, workplace)


def test_another_municipality_is_typed_and_shown_and_a_wrong_one_told_in_a_sentence(
    chromium: str, tools: Path, server: Server, workplace: str
) -> None:
    file = f"{workplace}/bestuur.ipynb"
    right, wrong = work(
        chromium, tools, server, {"run": file, "replace": ["GM9901", "GM9902"]},
        {"run": file, "replace": ["GM9901", "0363"]},
    )["results"]  # fmt: skip
    assert right["errors"] == []
    assert right["text"].startswith("Oosterzand"), "the municipality that was typed"
    assert len(wrong["errors"]) == 1, wrong["text"]
    error = wrong["errors"][0].strip()
    assert "Bedoelt u GM0363" in error
    assert "Traceback" not in error
    assert len(error.splitlines()) <= 2
