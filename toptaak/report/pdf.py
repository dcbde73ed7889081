"""A document as PDF: asked of Typst as PDF/UA-1 and PDF/A-2a, our fonts only, the same bytes each time."""

from __future__ import annotations

import datetime as dt
import json
from functools import cache
from typing import Any

from toptaak.core.errors import ToptaakError
from toptaak.core.wording import message, translator
from toptaak.report import theme
from toptaak.report.document import Document

STANDARDS = ("ua-1", "a-2a")
REGIONS = {"nl": "NL", "en": "GB"}


def render_pdf(document: Document, theme_css: str = "") -> bytes:
    """Render a document.

    Parameters
    ----------
    document
        what `report.document.read_notebook` gives.
    theme_css
        a municipality's own style sheet; its `--tt-NAME: #rrggbb;` colours are used here too.

    Raises
    ------
    ToptaakError
        where Typst refuses the document or warns about it.
    """
    import typst

    noon = dt.datetime.combine(document.date, dt.time(12), dt.UTC)
    try:
        pdf, warnings = _compiler().compile_with_warnings(
            format="pdf",
            pdf_standards=list(STANDARDS),
            sys_inputs={"document": _inputs(document, theme_css)},
            timestamp=int(noon.timestamp()),
        )
    except typst.TypstError as error:
        raise _refusal(error) from None
    if warnings:
        raise _refusal(warnings[0])
    return bytes(pdf)


def _inputs(document: Document, theme_css: str) -> str:
    language = document.cover.language
    look = {
        "font": theme.FONT_FAMILY,
        "region": REGIONS[language],
        "colours": theme.colours(theme_css),
        "words": {"page": translator(language)("{page} of {pages}")},
    }
    return json.dumps(document.to_data() | look, ensure_ascii=False)


@cache
def _compiler() -> Any:
    import typst

    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(theme.FONT_FOLDER)]
    )
    return typst.Compiler(input=str(theme.FOLDER / "report.typ"), root=str(theme.FOLDER), font_paths=fonts)


def _refusal(problem: Any) -> ToptaakError:
    return ToptaakError(message("The PDF could not be made: {problem}", problem=problem.message).say())
