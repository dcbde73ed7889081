"""A poster as PDF: asked of Typst as PDF/UA-1 and PDF/A-2a, one page of A2 or A3, the same bytes each time."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final, Literal

from toptaak.core.errors import ToptaakError
from toptaak.core.wording import message
from toptaak.printing import theme
from toptaak.printing.pdf import REGIONS, TOO_FULL, compile_pdf
from toptaak.printing.poster.poster_model import Poster

Paper = Literal["a2", "a3"]
PAPERS: Final[tuple[Paper, ...]] = ("a3", "a2")
TEMPLATE: Final = Path(__file__).with_name("poster.typ")


def render_poster_pdf(poster: Poster, paper: Paper, theme_css: str = "") -> bytes:
    """Render a poster on one page; the smallest text is 24 pt on A2 and in proportion on A3.

    Parameters
    ----------
    theme_css
        A municipality's own style sheet; its `--tt-NAME: #rrggbb;` colours are used.

    Raises
    ------
    ToptaakError
        where the texts do not fit at the smallest size; nothing is cut off or made smaller.
    """
    inputs = {
        "poster": poster.to_data(),
        "paper": paper,
        "font": theme.FONT_FAMILY,
        "region": REGIONS[poster.language],
        "colours": theme.colours(theme_css),
    }
    try:
        return compile_pdf(TEMPLATE, {"poster": json.dumps(inputs, ensure_ascii=False)}, poster.date)
    except ToptaakError as error:
        raise (_too_full(poster, overflow[1]) if (overflow := TOO_FULL.search(str(error))) else error) from None


def _too_full(poster: Poster, percent: str) -> ToptaakError:
    fullest = max(poster.bands, key=lambda band: len(str(band)))
    refusal = message(
        "The texts of {title} do not fit on one page: they are about {percent}% too long. Say it shorter or take lines "
        "out; most text stands under {band}.",
        title=poster.title, percent=percent, band=fullest.title,
    )  # fmt: skip
    return ToptaakError(refusal.say(poster.language))
