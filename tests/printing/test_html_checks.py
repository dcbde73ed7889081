"""Every check finds its defect, put into the sample or into a Typst document that compiles and validates."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from pathlib import Path

import page
import pytest
import typst

from tests.printing.pdf_checks import check_pdf
from toptaak.printing import theme
from toptaak.printing.document import Document
from toptaak.printing.html import render_html
from toptaak.printing.html_checks import check_html


def test_the_sample_passes(sample_html: str, sample_pdf: bytes) -> None:
    assert check_html(sample_html, "nl") == []
    assert check_pdf(sample_pdf) == []


def test_the_language_is_the_expected_one(sample_html: str, sample_pdf: bytes) -> None:
    assert check_html(sample_html, "en") == ["language is 'nl', not 'en'"]
    assert check_pdf(sample_pdf, "en") == ["language is 'nl-NL', not 'en'"]


def swap(old: str, new: str) -> Callable[[str], str]:
    def change(text: str) -> str:
        assert old in text
        return text.replace(old, new, 1)

    return change


def cut(pattern: str, new: str = "") -> Callable[[str], str]:
    def change(text: str) -> str:
        changed, count = re.subn(pattern, new, text, count=1, flags=re.DOTALL)
        assert count
        return changed

    return change


def no_placeholder(alt: str) -> Callable[[str], str]:
    return cut(r'(?<=<svg role="img" aria-label=")[^"]*', alt)


HTML_DEFECTS: dict[str, tuple[Callable[[str], str], str]] = {
    "no language": (swap('<html lang="nl">', "<html>"), "language is None"),
    "no title": (cut("<title>.*?</title>"), "no title"),
    "two h1": (swap("</h1>", "</h1><h1>nog een</h1>"), "2 elements h1"),
    "no main": (cut("<main.*?>"), "0 elements main"),
    "heading jumps": (cut(r"<h2 id=.*?</h2>", "<h4>diep</h4>"), "jumps from level"),
    "empty heading": (cut(r"(?<=<h3 id=\"n\d\d\">)[^<]*"), "heading without text"),
    "duplicate id": (swap('id="n3"', 'id="main"'), "id 'main' occurs"),
    "no alt": (no_placeholder(""), "without alternative text"),
    "no role": (swap('<svg role="img"', "<svg"), "without alternative text"),
    "placeholder alt": (no_placeholder("No description has been provided for this image"), "says too little"),
    "file name as alt": (no_placeholder("figuur_succesratio_per_kanaal_2026.svg"), "says too little"),
    "short alt": (no_placeholder("Een staafdiagram"), "says too little"),
    "figure without table": (cut(r"<details>.*?</details>"), "no table with the numbers"),
    "no caption": (cut("<caption.*?</caption>"), "without caption"),
    "no header row": (cut("<thead>.*?</thead>"), "no full header row"),
    "empty header": (cut(r'(?<=<th scope="col">)[^<]*'), "no full header row"),
    "no scope": (swap('<th scope="col">', "<th>"), "without scope"),
    "script": (swap("</main>", "<script>1</script></main>"), "element script"),
    "handler": (swap("<main ", '<main onclick="x()" '), "attribute onclick"),
    "inline style": (swap("<main ", '<main style="color:red" '), "attribute style"),
    "image from outside": (swap("</main>", '<img src="https://example.org/x.png" alt="x"></main>'), "img refers to"),
    "image without alternative text": (
        swap("</main>", '<img src="data:image/png;base64,AAAA"></main>'),
        "picture without alternative text",
    ),
    "style from outside": (swap("</head>", '<link rel="stylesheet" href="x.css"></head>'), "element link"),
    "javascript link": (swap('href="https://example.org', 'href="javascript:'), "refers to 'javascript:"),
    "style fetches": (swap("body {", "body { background: url(https://example.org/x);"), "fetches something"),
    "style imports": (swap("body {", "@import 'x.css'; body {"), "fetches something"),
    "no policy": (cut("<meta http-equiv.*?>"), "no content security policy"),
    "wide policy": (swap("default-src 'none'", "default-src *"), "default-src is '*'"),
    "inline styles allowed": (cut("'sha256-[^']*'", "'unsafe-inline'"), "does not fit the style sheet"),
    "more allowed": (swap("base-uri", "script-src 'self'; base-uri"), "allows more: script-src"),
    "changed style sheet": (swap("margin: 0;", "margin: 1px;"), "does not fit the style sheet"),
}


@pytest.mark.parametrize("name", HTML_DEFECTS)
def test_a_defect_in_html_is_found(sample_html: str, name: str) -> None:
    change, told = HTML_DEFECTS[name]
    assert any(told in problem for problem in check_html(change(sample_html), "nl")), check_html(
        change(sample_html), "nl"
    )


def test_the_same_alternative_text_twice_is_found(sample_html: str) -> None:
    first = re.search(r'aria-label="([^"]{30,})"', sample_html)
    assert first is not None
    head, second = sample_html.split('<svg role="img"', 2)[:2], sample_html.split('<svg role="img"', 2)[2]
    repeated = re.sub(r'aria-label="[^"]*"', first[0], second, count=1)
    assert any("occurs twice" in problem for problem in check_html('<svg role="img"'.join([*head, repeated]), "nl"))


def test_the_policy_fits_a_theme(sample_document: Document) -> None:
    html = render_html(sample_document, ":root { --tt-accent: #7a1f3d; }")
    assert check_html(html, "nl") == []
    style = re.search("<style>(.*?)</style>", html, re.DOTALL)
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in html


# --- PDF: all of these compile as UA-1 and A-2a, and a validator accepts them

DUTCH = '#set text(font: "Toptaak Sans", lang: "nl", region: "NL")\n'
SVG = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'><path d='M0 0L9 9L0 9z'/></svg>"
DRAWING = '#figure(image(bytes("' + SVG + '"), alt: "{alt}"), caption: [Titel])\n'
LONG_ALT = "Een driehoek die laat zien hoe een tekening hoort."
TABLE = "#figure(table(columns: 2, table.header([Taak], [n]), [Paspoort], [12]), caption: [Cijfers])\n"

PDF_DEFECTS: dict[str, tuple[str, str]] = {
    "no language": ('#set text(font: "Toptaak Sans")\n= Kop\ntekst', "language is 'en', not 'nl'"),
    "other language": ('#set text(font: "Toptaak Sans", lang: "de")\n= Kop\ntekst', "language is 'de'"),
    "table without header": (DUTCH + "= Kop\n#table(columns: 2, [Taak], [n], [Paspoort], [12])", "without header row"),
    "table without caption": (
        DUTCH + "= Kop\n#table(columns: 2, table.header([Taak], [n]), [a], [1])",
        "without caption",
    ),
    "drawn rectangle": (DUTCH + "= Kop\n#rect(width: 3cm, height: 1cm, fill: red)", "drawn shape"),
    "drawn polygon": (DUTCH + "= Kop\n#polygon(fill: red, (0pt, 0pt), (20pt, 30pt), (40pt, 0pt))", "drawn shape"),
    "drawn circle": (DUTCH + "= Kop\n#circle(radius: 1cm, stroke: blue)", "drawn shape"),
    "drawn curve": (
        DUTCH + "= Kop\n#curve(curve.move((0pt, 0pt)), curve.cubic((9pt, 40pt), (30pt, 0pt), (40pt, 30pt)))",
        "drawn shape",
    ),
    "slanted line": (DUTCH + "= Kop\n#line(length: 3cm, angle: 30deg)", "drawn shape"),
    "decorative image": (
        DUTCH + "= Kop\n#pdf.artifact(" + DRAWING.format(alt=LONG_ALT).removeprefix("#") + ")",
        "drawn shape",
    ),
    "other font": ('#set text(lang: "nl")\n= Kop\ntekst', "LibertinusSerif-Bold is not ours"),
    "character falls back": (DUTCH + "= Kop\nvoor ∭ na ⟹ ℵ ⁂", "is not ours"),
    "short alternative text": (DUTCH + "= Kop\n" + DRAWING.format(alt="figuur") + TABLE, "alternative text 'figuur'"),
    "figure without table": (DUTCH + "= Kop\n" + DRAWING.format(alt=LONG_ALT) + "tekst", "no table with the numbers"),
    "two titles": (DUTCH + "= Kop\n= Nog een", "2 headings of level 1"),
    "no headings": (DUTCH + "tekst", "no outline"),
}


def compiled(source: str, folder: Path) -> bytes:
    """Compile with our fonts and those that Typst brings along, as a careless set-up would."""
    path = folder / "report.typ"
    head = '#set document(title: "Titel", date: datetime(year: 2026, month: 9, day: 30))\n'
    path.write_text(head + source, encoding="utf-8")
    return bytes(
        typst.compile(
            str(path),
            root=str(folder),
            font_paths=[str(theme.FONT_FOLDER)],
            ignore_system_fonts=True,
            pdf_standards=["ua-1", "a-2a"],
        )
    )


@pytest.mark.parametrize("name", PDF_DEFECTS)
def test_a_defect_in_a_pdf_is_found_that_others_let_pass(name: str, tmp_path: Path) -> None:
    source, told = PDF_DEFECTS[name]
    pdf = compiled(source, tmp_path)
    for profile in (page.ValidationProfile.PDF_UA_1, page.ValidationProfile.PDF_A_2A):
        assert page.is_pdf_compliant_bytes(pdf, profile=profile), "the validator accepts it"
    assert any(told in problem for problem in check_pdf(pdf)), check_pdf(pdf)


def test_the_same_document_without_defects_passes(tmp_path: Path) -> None:
    ground = "#block(fill: luma(230), inset: 1em)[Tekst op een vlak]\n#line(length: 100%)\n"
    assert check_pdf(compiled(DUTCH + "= Kop\n" + DRAWING.format(alt=LONG_ALT) + TABLE + ground, tmp_path)) == []


def test_an_untagged_pdf_is_told(tmp_path: Path) -> None:
    path = tmp_path / "plain.typ"
    path.write_text(DUTCH + "= Kop", encoding="utf-8")
    pdf = typst.compile(str(path), font_paths=[str(theme.FONT_FOLDER)], ignore_system_fonts=True, pdf_tags=False)
    assert {"not tagged", "no title", "title is not shown in the window"} <= set(check_pdf(bytes(pdf)))
