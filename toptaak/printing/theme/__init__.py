"""Where the look of a report stands: colours, style sheets, templates, fonts; no code but finding them."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

from toptaak.core.errors import ToptaakError
from toptaak.core.wording import message

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


def colours(theme_css: str = "") -> dict[str, str]:
    """Give the colours by name; `--tt-NAME: #rrggbb;` in a municipality's style sheet takes their place.

    Examples
    --------
    >>> colours()["accent"], colours(":root { --tt-accent: #123456; }")["accent"]
    ('#0b4f6c', '#123456')
    """
    own = _own_colours()
    return own | {name: colour for name, colour in _OVERRIDE.findall(theme_css) if name in own}


def read_theme(path: str) -> str:
    """Read a municipality's style sheet; empty for an empty path.

    Raises
    ------
    ToptaakError
        where the file is absent or would fetch something from elsewhere.
    """
    if not path:
        return ""
    file = Path(path)
    if not file.is_file():
        raise ToptaakError(message("The theme file {name} does not exist.", name=file.name))
    css = file.read_text(encoding="utf-8")
    if re.search(r"url\s*\(|@import|<|\\", css, re.IGNORECASE):
        refusal = message(
            "The theme file {name} holds url(), @import, < or a backslash. "
            "A report fetches nothing from elsewhere: leave colours and sizes only.",
            name=file.name,
        )
        raise ToptaakError(refusal)
    return css
