"""Design tokens as municipalities publish them: our colours are those that a browser makes of the same file."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import NamedTuple

import pytest

from toptaak.printing import theme
from toptaak.printing.document import Document
from toptaak.printing.house_style import TOKENS, read_theme, recoloured
from toptaak.printing.html import render_html
from toptaak.printing.html_checks import check_html
from toptaak.printing.pdf import render_pdf


class Package(NamedTuple):
    """A style sheet of a package, and the class on which its tokens stand."""

    file: str
    on: str


PACKAGES = {
    "amsterdam": Package("@amsterdam/design-system-tokens/dist/index.css", "ams-theme"),
    "denhaag": Package("@gemeente-denhaag/design-tokens-components/dist/theme/index.css", "denhaag-theme"),
    "rotterdam": Package("@gemeente-rotterdam/design-tokens/dist/theme.css", "rods-theme"),
    "utrecht": Package("@utrecht/design-tokens/dist/index.css", "utrecht-theme"),
    "voorbeeld": Package("@nl-design-system-unstable/voorbeeld-design-tokens/dist/theme.css", "voorbeeld-theme"),
}


def in_the_browser(chromium: str, tools: Path, package: Package) -> dict[str, str]:
    """What Chromium makes of each token that we look for: hexadecimal, empty where it is no opaque colour."""
    names = [name for tokens in TOKENS.values() for name in tokens]
    file = tools / "node_modules" / package.file
    command = ["node", str(tools / "colours.mjs"), chromium, str(file), package.on, *names]
    made = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    return dict(zip(names, map(hexadecimal, json.loads(made.stdout)), strict=True))


def hexadecimal(colour: str) -> str:
    channels = re.fullmatch(r"rgb\((\d+), (\d+), (\d+)\)", colour)
    return "#" + "".join(f"{int(channel):02x}" for channel in channels.groups()) if channels else ""


@pytest.mark.parametrize("name", PACKAGES)
def test_the_colours_are_those_of_the_browser(name: str, chromium: str, tools: Path, sample_document: Document) -> None:
    seen = in_the_browser(chromium, tools, PACKAGES[name])
    css = read_theme(tools / "node_modules" / PACKAGES[name].file)
    taken = theme.colours(css)
    for ours, tokens in TOKENS.items():
        wanted = next((seen[token] for token in tokens if seen[token]), theme.colours()[ours])
        assert taken[ours] == wanted, ours
    assert taken["accent"] != theme.colours()["accent"], "each of these packages has a colour of its own"
    page = render_html(recoloured(sample_document, css), css)
    assert check_html(page, "nl") == []
    assert taken["accent"] in page
    assert render_pdf(sample_document, css).startswith(b"%PDF")
