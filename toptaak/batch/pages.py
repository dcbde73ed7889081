"""Pages around the reports: one file each, no script, nothing from elsewhere."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from toptaak.core.wording import translator

if TYPE_CHECKING:
    from jinja2 import Environment

_OWN_STYLE = """
.index { padding-block: 2rem 3rem; }
.index h2 { border: 0; padding: 0; }
.index tbody th, .index tbody td:not(.short) { min-width: 0; overflow-wrap: anywhere; }
.index td ul { list-style: none; padding: 0; margin: 0; }
.index details { margin: 0; border: 0; }
.index summary, .index details[open] summary { padding: 0; border: 0; font-weight: normal; }
.index .letters { display: flex; flex-wrap: wrap; gap: .25rem .75rem; list-style: none; padding: 0; }
"""


def page(template: str, language: str, **values: Any) -> bytes:
    """Fill in a template of this folder.

    Parameters
    ----------
    template
        its name, `index` for `index.html.jinja`.
    values
        what stands on the page, `title` and `subtitle` among them.
    """
    from toptaak.printing.templates import safe

    style = _style()
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    whole = _environment().get_template(f"{template}.html.jinja")
    return whole.render(
        language=language, say=translator(language), style=safe(style), style_hash=digest, **values
    ).encode()


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    folder = FileSystemLoader(Path(__file__).parent)
    return Environment(loader=folder, autoescape=True, undefined=StrictUndefined, trim_blocks=True)


@cache
def _style() -> str:
    """Give the look of the reports, without its fonts: they would make a list of links ten times as heavy."""
    from toptaak.printing import theme

    colours = "".join(f"--tt-{name}:{colour};" for name, colour in theme.colours().items())
    css = (theme.FOLDER / "report.css").read_text(encoding="utf-8")
    return f":root{{{colours}--tt-font:system-ui,sans-serif;}}\n{css}{_OWN_STYLE}"
