"""Where the look of a report stands: colours, style sheets, templates, fonts; no code but finding them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent
FONT_FOLDER = FOLDER / "fonts"
FONT_FAMILY = "Toptaak Sans"
MATPLOTLIB_STYLE = FOLDER / "toptaak.mplstyle"
_OVERRIDE = re.compile(r"--tt-([a-z-]+)\s*:\s*(#[0-9a-fA-F]{6})\s*;")


def font_file(style: str, kind: str) -> Path:
    """Give the file of `Regular`, `Bold` or `Italic` as `ttf` or `woff2`."""
    return FONT_FOLDER / f"{FONT_FAMILY.replace(' ', '')}-{style}.{kind}"


def figure_font(style: str) -> Path:
    """Give the small font of `Regular` or `Bold` that a figure in a notebook carries."""
    return FONT_FOLDER / f"{FONT_FAMILY.replace(' ', '')}-{style}-figure.woff2"


@cache
def _own_colours() -> dict[str, str]:
    return dict(json.loads((FOLDER / "tokens.json").read_text(encoding="utf-8")))


def is_colour(name: str, colour: str) -> bool:
    """Tell whether a colour is written as ours are, for one of our names."""
    return name in _own_colours() and re.fullmatch(r"#[0-9a-fA-F]{6}", colour) is not None


def style_of(chosen: Iterable[tuple[str, str]]) -> str:
    """Write colours by name as the style sheet that `colours` reads; empty without any.

    Examples
    --------
    >>> style_of([("accent", "#123456")])
    ':root{--tt-accent:#123456;}'
    """
    declared = "".join(f"--tt-{name}:{colour};" for name, colour in chosen)
    return f":root{{{declared}}}" if declared else ""


def colours(theme_css: str = "") -> dict[str, str]:
    """Give the colours by name; `--tt-NAME: #rrggbb;` in a municipality's style sheet takes their place.

    Examples
    --------
    >>> colours()["accent"], colours(":root { --tt-accent: #123456; }")["accent"]
    ('#0b4f6c', '#123456')
    """
    own = _own_colours()
    return own | {name: colour for name, colour in _OVERRIDE.findall(theme_css) if name in own}
