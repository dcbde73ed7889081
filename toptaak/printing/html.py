"""A document as one self-contained HTML file: no script, nothing fetched, a strict security policy."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from typing import Any

from toptaak.printing import theme
from toptaak.printing.blocks import Heading
from toptaak.printing.document import Document
from toptaak.printing.house_style import recoloured
from toptaak.printing.markdown import Listing, Prose
from toptaak.printing.templates import render_template, safe

_FONT_FACES = {"Regular": "font-weight: 400", "Bold": "font-weight: 700", "Italic": "font-style: italic"}
_FALLBACK_FONTS = "system-ui, sans-serif"


def render_html(document: Document, theme_css: str = "") -> str:
    """Render a document.

    Parameters
    ----------
    document
        what `printing.document.read_notebook` gives.
    theme_css
        a municipality's own style sheet (`house_style.read_theme`), placed after ours.

    Returns
    -------
    str
        the whole file; identical for identical input.
    """
    nodes = recoloured(document, theme_css).nodes
    keyed = [(f"n{number}", node) for number, node in enumerate(nodes, start=1)]
    sections = [(key, node.text) for key, node in keyed if isinstance(node, Heading) and node.level == 2]
    css = (theme.FOLDER / "report.css").read_text(encoding="utf-8")
    style = page_style(css, theme_css, _has_emphasis(document))
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode("ascii")
    return render_template(
        "report.html.j2",
        document.cover.language,
        cover=document.cover,
        nodes=keyed,
        sections=sections,
        style=safe(style),
        style_hash=digest,
    )


def _has_emphasis(value: Any) -> bool:
    if isinstance(value, Document):
        return any(_has_emphasis(node) for node in value.nodes)
    if isinstance(value, Listing):
        return any(_has_emphasis(spans) for item in value.items for spans in item)
    return isinstance(value, Prose) and any(span.emphasis for spans in value.paragraphs for span in spans)


def page_style(css: str, theme_css: str = "", italic: bool = False) -> str:
    """Give the style sheet of a page: our fonts, the colours as variables, its own rules, a municipality's rules."""
    styles = [style for style in _FONT_FACES if italic or style != "Italic"]
    names = "".join(
        f"--tt-{name}:{colour};" for name, colour in theme.colours().items() if not name.startswith("figure-")
    )
    root = f':root{{{names}--tt-font:"{theme.FONT_FAMILY}",{_FALLBACK_FONTS};}}'
    return "\n".join([*(_font_face(style) for style in styles), root, css, theme_css])


@cache
def _font_face(style: str) -> str:
    data = base64.b64encode(theme.font_file(style, "woff2").read_bytes()).decode("ascii")
    source = f"url(data:font/woff2;base64,{data}) format('woff2')"
    return f"@font-face{{font-family:'{theme.FONT_FAMILY}';{_FONT_FACES[style]};src:{source};}}"
