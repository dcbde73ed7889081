"""A document as PDF: asked of Typst as PDF/UA-1 and PDF/A-2a, our fonts only, the same bytes each time."""

from __future__ import annotations

import base64
import datetime as dt
import json
import re
import threading
from bisect import bisect
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from toptaak.core.errors import ToptaakError
from toptaak.core.wording import message, translator
from toptaak.printing import theme
from toptaak.printing.document import Document, node_data
from toptaak.printing.house_style import recoloured
from toptaak.printing.paper import on_paper

STANDARDS = ("ua-1", "a-2a")
REGIONS = {"nl": "NL", "en": "GB"}
_THREAD = threading.local()
TOO_FULL = re.compile(r"too full: (\d+)%")  # what a template says where its texts do not fit


def render_pdf(document: Document, theme_css: str = "") -> bytes:
    """Render a document.

    Parameters
    ----------
    document
        what `printing.document.read_notebook` gives.
    theme_css
        a municipality's own style sheet; its `--tt-NAME: #rrggbb;` colours are used here too.

    Raises
    ------
    ToptaakError
        where Typst refuses the document or warns about it, or a fitted page has too much text.
    """
    try:
        return compile_pdf(theme.FOLDER / "report.typ", {"document": _inputs(document, theme_css)}, document.date)
    except ToptaakError as error:
        raise _too_full(document, overflow[1]) if (overflow := TOO_FULL.search(str(error))) else error from None


def _too_full(document: Document, percent: str) -> ToptaakError:
    refusal = message(
        "‘{title}’ does not fit on its pages: the texts of one page are about {percent}% too long. Say them shorter.",
        title=document.cover.title, percent=percent,
    )  # fmt: skip
    return ToptaakError(refusal.say(document.cover.language))


def compile_pdf(template: Path, inputs: dict[str, str], date: dt.date) -> bytes:
    """Compile a Typst template with our fonts only.

    Parameters
    ----------
    template
        it reads nothing outside its folder.
    inputs
        all that it finds in `sys.inputs`: nothing of an earlier compilation is left there.
    date
        the document's date.

    Raises
    ------
    ToptaakError
        where Typst refuses the document or warns about it.
    """
    import typst

    noon = dt.datetime.combine(date, dt.time(12), dt.UTC)
    try:
        pdf, warnings = _compiler(template).compile_with_warnings(
            format="pdf", pdf_standards=list(STANDARDS), sys_inputs=inputs, timestamp=int(noon.timestamp())
        )
    except typst.TypstError as error:
        raise _refusal(error) from None
    if warnings:
        raise _refusal(warnings[0])
    return _with_clear_stream_ends(bytes(pdf))


@cache
def _fixed_texts(language: str) -> dict[str, str]:
    """Translate what the template says itself: each `say("…")` in it."""
    template = (theme.FOLDER / "report.typ").read_text(encoding="utf-8")
    return {text: translator(language)(text) for text in re.findall(r'\bsay\("([^"]*)"\)', template)}


def _inputs(document: Document, theme_css: str) -> str:
    language = document.cover.language
    appearance = {
        "font": theme.FONT_FAMILY,
        "region": REGIONS[language],
        "colours": theme.colours(theme_css),
        "texts": _fixed_texts(language),
    }
    paper = on_paper(recoloured(document, theme_css))
    printed = replace(document, nodes=paper.story).to_data() | {"appendix": node_data(paper.appendix)}
    printed["logo"] = _logo(document.cover.logo)
    return json.dumps(printed | appearance, ensure_ascii=False)


def _logo(address: str) -> dict[str, Any] | None:
    """Give the format and the bytes of a logo, as numbers: Typst reads no data address."""
    if not address:
        return None
    kind, content = address.removeprefix("data:image/").split(";base64,")
    return {"format": kind.removesuffix("+xml"), "bytes": list(base64.b64decode(content))}


def _compiler(template: Path) -> Any:
    """Give this thread's compiler of a template: one that is at work in another thread cannot be lent."""
    compilers = vars(_THREAD).setdefault("compilers", {})
    if template not in compilers:
        compilers[template] = _new_compiler(template)
    return compilers[template]


def _new_compiler(template: Path) -> Any:
    import typst

    return typst.Compiler(input=str(template), root=str(template.parent), font_paths=_fonts())


@cache
def _fonts() -> Any:
    """Load our fonts, once for all compilers."""
    import typst

    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(theme.FONT_FOLDER)])


def _with_clear_stream_ends(pdf: bytes) -> bytes:
    """End a stream whose last byte is a carriage return with CR LF instead of LF.

    Typst ends each stream with LF. After a stream that happens to end in CR (one in 256 does) a reader that looks
    for the end of line finds CR LF, counts one byte too few, and calls the length wrong.
    """
    places = [match.start() + 1 for match in re.finditer(rb"\r\nendstream", pdf)]
    if not places:
        return pdf
    pieces = [pdf[start:end] for start, end in zip([0, *places], [*places, None], strict=True)]
    table = re.search(rb"\nxref\n0 \d+\n((?:\d{10} \d{5} [nf][ \r\n]{2})+)", b"\r".join(pieces))
    if table is None:
        raise _refusal("no table of objects")
    moved = re.sub(rb"(\d{10})(?= \d{5} n)", lambda entry: b"%010d" % _moved(int(entry[1]), places), table[1])
    whole = b"\r".join(pieces).replace(table[1], moved)
    return re.sub(rb"(?<=startxref\n)\d+", lambda match: b"%d" % _moved(int(match[0]), places), whole)


def _moved(offset: int, places: list[int]) -> int:
    return offset + bisect(places, offset)


def _refusal(problem: Any) -> ToptaakError:
    return ToptaakError(message("The PDF could not be made: {problem}", problem=getattr(problem, "message", problem)))
