"""A document as one self-contained HTML file: no script, nothing fetched, a strict security policy."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import replace
from functools import cache
from typing import Any

from toptaak.core.wording import translator
from toptaak.printing import theme
from toptaak.printing.blocks import Block, Cover, Figure, Heading
from toptaak.printing.document import Document, node_of
from toptaak.printing.markdown import Listing, Prose
from toptaak.printing.svg import clean_svg

_PREVIEW_LANGUAGE = "nl"
_FONT_FACES = {"Regular": "font-weight: 400", "Bold": "font-weight: 700", "Italic": "font-style: italic"}
_FALLBACK_FONTS = "system-ui, sans-serif"
_PREVIEW_STYLE = (
    ".toptaak{max-width:56rem}.toptaak figure{margin:1em 0}"
    ".toptaak .tiles{list-style:none;padding:0;display:flex;flex-wrap:wrap;gap:12px}"
    ".toptaak .tile{border:1px solid #8888;border-top:4px solid #0b4f6c;border-radius:6px;padding:8px 14px}"
    ".toptaak .tile span{display:block}.toptaak .tile-value{font-size:1.8em;font-weight:bold}"
    ".toptaak .lead{font-size:1.2em}.toptaak .note,.toptaak .warning{border-left:5px solid #8888;padding-left:12px}"
    ".toptaak svg{max-width:720px;font-family:'Toptaak Sans',system-ui,sans-serif}"
    ".toptaak figcaption,.toptaak caption{font-weight:bold;text-align:left}.toptaak table{font-size:1em}"
    ".toptaak th,.toptaak td{padding:4px 10px;text-align:left;vertical-align:top;white-space:pre-line}"
    ".toptaak tbody th{font-weight:normal}.toptaak table .number{text-align:right}"
)


def render_html(document: Document, theme_css: str = "") -> str:
    """Render a document.

    Parameters
    ----------
    document
        what `printing.document.read_notebook` gives.
    theme_css
        a municipality's own style sheet (`theme.read_theme`), placed after ours.

    Returns
    -------
    str
        the whole file; identical for identical input.
    """
    keyed = [(f"n{number}", node) for number, node in enumerate(document.nodes, start=1)]
    sections = [(key, node.text) for key, node in keyed if isinstance(node, Heading) and node.level == 2]
    css = (theme.FOLDER / "report.css").read_text(encoding="utf-8")
    style = page_style(css, theme_css, _has_emphasis(document))
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode("ascii")
    return _render(
        "report.html.j2",
        document.cover.language,
        cover=document.cover,
        nodes=keyed,
        sections=sections,
        style=_safe(style),
        style_hash=digest,
    )


def preview(block: Block) -> str:
    """Render one block for JupyterLab, outside any report."""
    if isinstance(block, Cover):
        content = _render("cover.html.j2", _PREVIEW_LANGUAGE, cover=block)
    else:
        key = "p" + hashlib.sha256(repr(block).encode("utf-8", "surrogatepass")).hexdigest()[:10]
        shown = replace(block, svg=clean_svg(block.svg, f"{key}-")) if isinstance(block, Figure) else block
        content = _render("preview.html.j2", _PREVIEW_LANGUAGE, one=node_of(shown), key=key)
    return f'<div class="toptaak"><style>{_PREVIEW_STYLE}</style>{content}</div>'


@cache
def _environment(language: str) -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    loader = FileSystemLoader(theme.FOLDER)
    environment = Environment(loader=loader, autoescape=True, undefined=StrictUndefined)
    environment.globals["_"] = translator(language)
    environment.filters["drawing"] = _drawing
    return environment


def _render(template: str, language: str, **values: Any) -> str:
    return str(_environment(language).get_template(template).render(values))


def _safe(text: str) -> Any:
    from markupsafe import Markup

    return Markup(text)


def _drawing(figure: Figure) -> Any:
    from markupsafe import escape

    name = f'<svg role="img" aria-label="{escape(figure.alt)}"'
    return _safe(figure.svg.replace("<svg", name, 1))


def _has_emphasis(value: Any) -> bool:
    if isinstance(value, Document):
        return any(_has_emphasis(node) for node in value.nodes)
    if isinstance(value, Listing):
        return any(_has_emphasis(part) for item in value.items for part in item)
    return isinstance(value, Prose) and any(span.emphasis for part in value.paragraphs for span in part)


def page_style(css: str, theme_css: str = "", italic: bool = False) -> str:
    """Give the style sheet of a page: our fonts, the colours as variables, its own rules, a municipality's rules."""
    styles = [style for style in _FONT_FACES if italic or style != "Italic"]
    names = "".join(f"--tt-{name}:{colour};" for name, colour in theme.colours().items())
    root = f':root{{{names}--tt-font:"{theme.FONT_FAMILY}",{_FALLBACK_FONTS};}}'
    return "\n".join([*(_font_face(style) for style in styles), root, css, theme_css])


@cache
def _font_face(style: str) -> str:
    data = base64.b64encode(theme.font_file(style, "woff2").read_bytes()).decode("ascii")
    source = f"url(data:font/woff2;base64,{data}) format('woff2')"
    return f"@font-face{{font-family:'{theme.FONT_FAMILY}';{_FONT_FACES[style]};src:{source};}}"
