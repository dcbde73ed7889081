"""One block as JupyterLab shows it, outside any report: made from the block's plain data."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from toptaak.printing.svg import clean_svg
from toptaak.printing.templates import render_template

_LANGUAGE = "nl"
_STYLE = (
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


def preview(data: Mapping[str, Any]) -> str:
    """Render the data of one block (`Block.to_data`) as HTML.

    Examples
    --------
    >>> "<p>Eén regel.</p>" in preview({"block": "text", "paragraphs": ["Eén regel."], "kind": "body"})
    True
    """
    if data["block"] == "cover":
        content = render_template("cover.html.j2", _LANGUAGE, cover=data)
    else:
        text = json.dumps(data, ensure_ascii=True, sort_keys=True)
        key = f"p{hashlib.sha256(text.encode()).hexdigest()[:10]}"
        content = render_template("preview.html.j2", _LANGUAGE, one=_node(data, key), key=key)
    return f'<div class="toptaak"><style>{_STYLE}</style>{content}</div>'


def _node(data: Mapping[str, Any], key: str) -> dict[str, Any]:
    """Give a block the shape that the templates know from a document."""
    match data["block"]:
        case "text":
            return _prose(data["paragraphs"], data["kind"])
        case "items":
            items = [[_prose([item])] for item in data["items"]]
            return {"block": "listing", "ordered": data["ordered"], "items": items}
        case "figure":
            return {**data, "svg": clean_svg(data["svg"], f"{key}-")}
        case _:
            return dict(data)


def _prose(paragraphs: Sequence[str], kind: str = "body") -> dict[str, Any]:
    plain = {"strong": False, "emphasis": False, "link": ""}
    return {"block": "prose", "kind": kind, "paragraphs": [[{"text": text, **plain}] for text in paragraphs]}
