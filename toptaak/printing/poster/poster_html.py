"""A poster as one self-contained HTML file: no script, nothing fetched, a strict security policy."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

from toptaak.core.wording import translator
from toptaak.printing.html import page_style
from toptaak.printing.poster.poster_model import Bar, Poster
from toptaak.printing.templates import safe

_FOLDER: Final = Path(__file__).parent


def render_poster_html(poster: Poster, theme_css: str = "") -> str:
    """Render a poster for the screen.

    Parameters
    ----------
    theme_css
        A municipality's own style sheet (`house_style.read_theme`), placed after ours.

    Returns
    -------
    str
        The whole file; identical for identical input.
    """
    css = (_FOLDER / "poster.css").read_text(encoding="utf-8")
    style = page_style("\n".join([css, *_bar_rules(poster)]), theme_css)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode("ascii")
    template = _environment(poster.language).get_template("poster.html.j2")
    return str(template.render(poster=poster.to_data(), style=safe(style), style_hash=digest))


@cache
def _environment(language: str) -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(loader=FileSystemLoader(_FOLDER), autoescape=True, undefined=StrictUndefined)
    environment.globals["_"] = translator(language)
    return environment


def _bar_rules(poster: Poster) -> Iterator[str]:
    """Give the places in the bars: the security policy allows them in the style sheet only."""
    for band in poster.bands:
        for number, row in enumerate(band.rows, 1):
            if row.bar:
                yield _bar_rule(f"#{band.key}-{number}", row.bar)


def _bar_rule(name: str, bar: Bar) -> str:
    return (
        f"{name} .range{{left:{bar.low:.2%};width:{bar.high - bar.low:.2%}}}"
        f"{name} .dot{{left:{bar.value:.2%}}}{name} .aim{{left:{bar.target:.2%}}}"
    )
