"""The HTML templates of the theme, filled in: every value is escaped, only a cleaned drawing is marked safe."""

from __future__ import annotations

from functools import cache
from typing import Any

from toptaak.core.wording import translator
from toptaak.printing import theme


def render_template(template: str, language: str, **values: Any) -> str:
    """Fill a template of the theme in, with its fixed texts in `language`."""
    return str(_environment(language).get_template(template).render(values))


@cache
def _environment(language: str) -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    loader = FileSystemLoader(theme.FOLDER)
    environment = Environment(loader=loader, autoescape=True, undefined=StrictUndefined)
    environment.globals["_"] = translator(language)
    environment.filters["drawing"] = _drawing
    return environment


def safe(text: str) -> Any:
    """Mark text of our own as markup that needs no escaping."""
    from markupsafe import Markup

    return Markup(text)  # noqa: S704 - the one place: style sheets of ours and cleaned drawings, never a text of a file


def _drawing(svg: str, alt: str) -> Any:
    from markupsafe import escape

    return safe(svg.replace("<svg", f'<svg role="img" aria-label="{escape(alt)}"', 1))
