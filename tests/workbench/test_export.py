"""What JupyterLab's menu asks of a running server: both exporters, and a sentence where there is nothing to export."""

from __future__ import annotations

import json
from pathlib import Path
from types import ModuleType
from typing import Any

import nbformat
import pytest

from tests.printing.fixtures import sample as sample_module
from tests.workbench.conftest import Server

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"


@pytest.fixture(scope="module")
def sample() -> ModuleType:
    return sample_module


def save(server: Server, name: str, notebook: Any) -> None:
    nbformat.write(notebook, server.folder / name)


def test_the_menu_lists_each_exporter_under_a_name_that_its_route_takes(server: Server) -> None:
    status, _, content = server.get("/api/nbconvert")
    names = {name for name in json.loads(content) if "toptaak" in name}
    assert (status, names) == (200, {"toptaak_html", "toptaak_pdf"})


@pytest.mark.parametrize(
    ("name", "kind", "start"),
    [("toptaak_html", "text/html", b"<!DOCTYPE html>"), ("toptaak_pdf", "application/pdf", b"%PDF")],
)
def test_an_executed_notebook_comes_out(server: Server, sample: ModuleType, name: str, kind: str, start: bytes) -> None:
    save(server, "uitgevoerd.ipynb", sample.notebook())
    status, found, content = server.get(f"/nbconvert/{name}/uitgevoerd.ipynb?download=true")
    assert (status, found, content[: len(start)]) == (200, kind, start)


@pytest.mark.parametrize("path", sorted(NOTEBOOKS.glob("*.ipynb")), ids=lambda path: path.stem)
def test_a_notebook_that_was_not_run_says_what_to_do(server: Server, path: Path) -> None:
    save(server, path.name, nbformat.read(path, as_version=4))
    status, _, content = server.get(f"/nbconvert/toptaak_html/{path.name}")
    assert status == 200
    assert "Kies eerst Run All" in content.decode()
