"""The report in a real browser: axe-core, network, scripts, small screens, print. Needs Chromium, node and npm."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.printing.test_theme_packages import PACKAGES
from toptaak.batch.index import overview_pages
from toptaak.batch.manifest import FILE_NAME, manifest_bytes
from toptaak.printing.document import Document, read_notebook
from toptaak.printing.house_style import read_theme, recoloured
from toptaak.printing.html import render_html

LOOKS = ("amsterdam", "denhaag", "utrecht")


@pytest.fixture(scope="module")
def examined(
    chromium: str,
    tools: Path,
    sample: ModuleType,
    sample_document: Document,
    sample_html: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> dict[str, Any]:
    """What the browser says of: the sample, an English one, a themed one, the index, and a page with seeded defects."""
    folder = tmp_path_factory.mktemp("browser")
    english = sample.notebook([[sample.cover(language="en", banner="")], *sample.cells()[1:]])
    defects = '<table><tr><th></th></tr></table><img src="x.png"><p style="width:900px;color:#ccc">bleke tekst</p>'
    overview = overview_pages(_published(tmp_path_factory.mktemp("reports"), sample_html), "nl")
    pages = {
        "dutch": sample_html,
        "english": render_html(read_notebook(english)),
        "themed": render_html(sample_document, ":root { --tt-accent: #7a1f3d; }"),
        **{name: _in_the_look_of(name, sample_document, tools) for name in LOOKS},
        "index": overview["index.html"].decode(),
        "history": overview["gemeenten/GM9901.html"].decode(),
        "provinces": overview["provincies.html"].decode(),
        "defects": "<html><script>window.__x = 1</script><body>" + defects + "</body></html>",
    }
    for name, html in pages.items():
        (folder / f"{name}.html").write_text(html, encoding="utf-8")
    files = [str(folder / f"{name}.html") for name in pages]
    command = ["node", str(tools / "axe.mjs"), chromium, *files]
    made = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert made.returncode == 0, made.stderr
    return dict(zip(pages, json.loads(made.stdout), strict=True))


def _in_the_look_of(name: str, document: Document, tools: Path) -> str:
    css = read_theme(tools / "node_modules" / PACKAGES[name].file)
    return render_html(recoloured(document, css), css)


def _published(reports: Path, html: str) -> Path:
    """Two quarters of one municipality, with a view beside the report."""
    for place in ("2026Q3/GM9901", "2026Q3/GM9901-bestuur", "2026Q2/GM9901"):
        name = "bestuur" if place.endswith("bestuur") else "kwartaalrapport"
        files = {f"{name}.html": html.encode(), f"{name}.pdf": b"p" * 240_000}
        parameters = {"municipality": "GM9901", "quarter": place[:6], "language": "nl", "data": "data"}
        (reports / place).mkdir(parents=True)
        for file, content in (files | {FILE_NAME: manifest_bytes("key", parameters, files)}).items():
            (reports / place / file).write_bytes(content)
    return reports


@pytest.mark.parametrize("name", ["dutch", "english", "themed", *LOOKS])
def test_a_report_has_no_axe_violation_and_does_nothing(examined: dict[str, Any], name: str) -> None:
    found = examined[name]
    assert found["violations"] == {"wide": [], "open": [], "narrow": []}
    assert found["codesniffer"] == []
    assert found["requests"] == []
    assert found["dialogs"] == []
    assert found["executed"] is False
    assert found["overflow"] == [], "wider than a screen of 320 px"
    assert found["hiddenOnScreen"] > 0
    assert found["hiddenInPrint"] == 0, "print shows the tables in closed details"
    assert found["fonts"] == ["Toptaak Sans"]


@pytest.mark.parametrize("name", ["index", "history", "provinces"])
def test_an_overview_has_no_axe_violation_and_does_nothing(examined: dict[str, Any], name: str) -> None:
    found = examined[name]
    assert found["violations"] == {"wide": [], "open": [], "narrow": []}
    assert found["codesniffer"] == []
    assert (found["requests"], found["dialogs"], found["executed"]) == ([], [], False)
    assert found["overflow"] == [], "wider than a screen of 320 px"


def test_the_examination_finds_seeded_defects(examined: dict[str, Any]) -> None:
    found = examined["defects"]
    rules = {violation["id"] for violation in found["violations"]["wide"]}
    assert {"html-has-lang", "image-alt", "document-title", "color-contrast"} <= rules
    assert any("H25" in error["id"] for error in found["codesniffer"]), "no title"
    assert found["requests"] and found["overflow"]
    assert found["executed"] is True
