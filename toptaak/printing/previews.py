"""One block as JupyterLab shows it, outside any report: made from the block's plain data.

A published notebook is read unrun and untrusted. Then the sanitiser of JupyterLab 4.6 drops style sheets, inline
drawings and aria attributes, and keeps style attributes and images with a data address; a drawing carries its font.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from toptaak.core.wording import DEFAULT_LANGUAGE
from toptaak.printing import theme
from toptaak.printing.svg import refuse_unsafe
from toptaak.printing.templates import render_template

_BOLD = re.compile(r'font-weight="(bold|[6-9]00)"')
_WEIGHTS = {"Regular": 400, "Bold": 700}


def preview(data: Mapping[str, Any]) -> str:
    """Render the data of one block (`Block.to_data`) as HTML.

    Examples
    --------
    >>> "<p>Eén regel.</p>" in preview({"block": "text", "paragraphs": ["Eén regel."], "kind": "body"})
    True
    """
    image = _image(data["svg"]) if data["block"] == "figure" else ""
    content = render_template("preview.html.j2", DEFAULT_LANGUAGE, one=data, image=image)
    return f'<div class="toptaak" style="max-width:900px">{content}</div>'


def _image(svg: str) -> str:
    """Give a drawing as an address that holds it whole, with the fonts its words need."""
    refuse_unsafe(svg)
    head, mark, body = svg.partition(">")
    weights = ["Regular", *(["Bold"] if _BOLD.search(svg) else [])]
    faces = "".join(_font_face(style) for style in weights)
    style = f'<style>{faces}text{{font-family:"{theme.FONT_FAMILY}",sans-serif}}</style>'
    return "data:image/svg+xml;base64," + base64.b64encode(f"{head}{mark}{style}{body}".encode()).decode("ascii")


@cache
def _font_face(style: str) -> str:
    font = base64.b64encode(theme.figure_font(style).read_bytes()).decode("ascii")
    return (
        f'@font-face{{font-family:"{theme.FONT_FAMILY}";font-weight:{_WEIGHTS[style]};'
        f"src:url(data:font/woff2;base64,{font})}}"
    )
