"""JupyterLab in a real browser: published notebooks read unrun, Run All, and the export from the menu."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

from tests.printing.fixtures import sample
from tests.workbench.conftest import Server
from tests.workbench.test_export import save


def work(chromium: str, tools: Path, server: Server, *actions: dict[str, str]) -> dict[str, Any]:
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
