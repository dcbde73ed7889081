"""A municipality's look: what is taken from design tokens, what is refused, and that it reaches every page."""

from __future__ import annotations

import base64
from pathlib import Path

import page as page_validation
import pytest

from toptaak.check.folder import check_folder
from toptaak.core.errors import InputRefused, ToptaakError
from toptaak.core.settings import Settings, load_settings
from toptaak.printing import theme
from toptaak.printing.blocks import Cover
from toptaak.printing.document import Document, document_of
from toptaak.printing.exporters import ToptaakHTMLExporter
from toptaak.printing.house_style import contrast, in_house_style, read_theme, recoloured
from toptaak.printing.html import render_html
from toptaak.printing.html_checks import check_html
from toptaak.printing.pdf import render_pdf

COVER = Cover("Titel", "", "Gemeente", "2026-K3", "nl", "2026-09-30")
# the shapes that published packages have: one class, tokens in terms of others, sizes of the window, words, comments
TOKENS = """/** made by a machine */
.town-theme {
  --town-font-size: clamp(1rem, 4vw, 2rem);
  --town-icon: url("data:image/svg+xml,x");
  --town-blue: hsl(211 60% 35%); /* brand */
  --town-action: var(--town-blue);
  --utrecht-link-color: var(--town-unknown, var(--town-action));
  --utrecht-document-color: transparent;
  --ams-color-text: var(--town-font-size);
  --basis-color-default-color-document: black;
}
.town-theme--dark { --utrecht-link-color: white; }
@media print { .town-theme { --utrecht-link-color: red; } }
"""
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 3"><rect width="9" height="3" fill="#00811f"/></svg>'


def written(folder: Path, text: str, name: str = "tokens.css") -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def test_colours_are_taken_from_design_tokens(tmp_path: Path) -> None:
    css = read_theme(written(tmp_path, TOKENS))
    taken = theme.colours(css)
    assert (taken["accent"], taken["ink"]) == ("#24578f", "#000000")
    assert taken["paper"] == theme.colours()["paper"]
    assert taken["accent-wash"] == "#e5ebf2"
    assert "town" not in css, "nothing of the file itself stands on a page"


@pytest.mark.parametrize(
    ("accent", "expected"),
    [
        ("#123456", "#123456"), ("#135", "#113355"), ("rgb(18, 52, 86)", "#123456"), ("navy", "#000080"),
        ("var(--a)", "#0b4f6c"), ("rgb(0 0 0 / 50%)", "#0b4f6c"), ("currentColor", "#0b4f6c"),
        ("var(--none)", "#0b4f6c"), ("var(--none, var(--b))", "#551a8b"), ("1rem", "#0b4f6c"),
    ],
)  # fmt: skip
def test_only_an_opaque_colour_counts(accent: str, expected: str, tmp_path: Path) -> None:
    circle = "--a: var(--utrecht-link-color); --b: #551a8b; --utrecht-document-color: #111111;"
    css = read_theme(written(tmp_path, f":root {{ {circle} --utrecht-link-color: {accent}; }}"))
    assert theme.colours(css)["accent"] == expected


def test_what_is_hard_to_read_is_refused_with_each_pair_and_its_ratio(tmp_path: Path) -> None:
    with pytest.raises(ToptaakError) as refused:
        read_theme(written(tmp_path, ":root { --tt-accent: #ffe600; --tt-ink: #999999; }"))
    told = str(refused.value)
    assert "accent (#ffe600) op paper (#ffffff) heeft een contrast van 1.3 op 1" in told
    assert "ink (#999999) op wash (#f2f6f9)" in told
    assert len(refused.value.sentences) == 4


def test_contrast_is_that_of_wcag() -> None:
    # worked examples of WebAIM's checker
    assert [round(contrast(colour, "#ffffff"), 2) for colour in ("#0000ff", "#767676", "#ff0000")] == [8.59, 4.54, 4.0]


@pytest.mark.parametrize(
    "css",
    [
        "@import 'x'; :root { --utrecht-link-color: #123456; }",
        ":root { --tt-accent: #123456; } a { background: URL (x) }",
        "</style><script>",
        ":root { --tt-accent: #123456; } a { background: \\75 rl(x) }",
    ],
)
def test_a_theme_that_fetches_or_escapes_is_refused(css: str, tmp_path: Path) -> None:
    with pytest.raises(ToptaakError, match=r"tokens\.css"):
        read_theme(written(tmp_path, css))


def test_a_theme_that_is_absent_or_without_colours_is_told(tmp_path: Path) -> None:
    with pytest.raises(ToptaakError, match=r"niets\.css bestaat niet"):
        read_theme("niets.css")
    with pytest.raises(ToptaakError, match="--utrecht-link-color"):
        read_theme(written(tmp_path, ".other { --size: 1rem; }"))


def test_figures_are_drawn_in_the_colours_of_the_theme(sample_document: Document) -> None:
    own, chosen = theme.colours()["accent"], "#24578f"
    drawings = [
        node.svg
        for node in recoloured(sample_document, theme.style_of([("accent", chosen)])).nodes
        if hasattr(node, "svg")
    ]
    before = [node.svg for node in sample_document.nodes if hasattr(node, "svg")]
    assert any(own in svg for svg in before)
    assert not any(own in svg for svg in drawings)
    assert [svg.replace(chosen, own) for svg in drawings] == before
    assert recoloured(sample_document, "") is sample_document


def test_the_look_of_the_settings_reaches_page_and_paper(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text(
        'theme = "tokens.css"\nlogo = "logo.svg"\nlogo_alt = "Wapen van de gemeente"\n', "utf-8"
    )
    written(tmp_path, TOKENS)
    written(tmp_path, SVG, "logo.svg")
    assert [fault.code for fault in check_folder(tmp_path).faults if fault.code == "TT-727"] == []
    settings = load_settings(tmp_path)
    assert "theme" not in settings.model_dump(), "where the data stand is no part of what a report is made from"
    document = document_of([in_house_style(COVER, settings)])
    page = ToptaakHTMLExporter().render(document)
    assert isinstance(page, str)
    assert check_html(page, "nl") == []
    assert ":root{--tt-ink:#000000;" in page
    assert 'alt="Wapen van de gemeente"' in page
    (tmp_path / "report.pdf").write_bytes(render_pdf(document, theme.style_of(document.cover.colours)))
    for profile in (page_validation.ValidationProfile.PDF_UA_1, page_validation.ValidationProfile.PDF_A_2A):
        assert page_validation.validate_pdf(str(tmp_path / "report.pdf"), profile=profile).is_compliant
    assert render_html(document_of([in_house_style(COVER, Settings())])) == render_html(document_of([COVER]))


PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)


@pytest.mark.parametrize(
    ("content", "good"),
    [
        (PNG, True),
        (SVG.encode(), True),
        (b"<?xml version='1.0'?>\n<!-- x -->" + SVG.encode(), True),
        (SVG.replace("<rect", '<rect filter="url(#a)"').encode(), True),
        (SVG.replace("<rect", "<script/><rect").encode(), False),
        (SVG.replace("<rect", '<rect onload="x"').encode(), False),
        (SVG.replace("<rect", '<use href="elders.svg"/><rect').encode(), False),
        (SVG.replace("#00811f", "url(elders.svg#a)").encode(), False),
        (b"GIF89a", False),
        (PNG + bytes(200_000), False),
    ],
)
def test_a_logo_is_a_picture_and_no_more(content: bytes, good: bool, tmp_path: Path) -> None:
    (tmp_path / "logo").write_bytes(content)
    settings = Settings(logo=str(tmp_path / "logo"), logo_alt="Wapen")
    if good:
        assert document_of([in_house_style(COVER, settings)]).cover.logo.startswith("data:image/")
        return
    with pytest.raises(ToptaakError, match="logo"):
        in_house_style(COVER, settings)


def test_check_tells_what_a_report_would_refuse(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text('theme = "weg.css"\nlogo = "weg.png"\nlogo_alt = "Wapen"\n', "utf-8")
    told = [fault for fault in check_folder(tmp_path).faults if fault.code == "TT-727"]
    assert len(told) == 2
    (tmp_path / "settings.toml").write_text('logo = "weg.png"\nlogo_alt = " "\n', "utf-8")
    with pytest.raises(InputRefused, match="wat het logo laat zien"):
        load_settings(tmp_path)


@pytest.mark.parametrize(
    "fields",
    [
        {"colours": [("accent", "</style>")]},
        {"colours": [("elders", "#123456")]},
        {"logo": "data:image/png;base64,AAAA"},
        {"logo": 'data:image/png;base64,"><script>', "logo_alt": "x"},
        {"logo": "https://elders/logo.png", "logo_alt": "x"},
    ],
)
def test_a_cover_with_more_than_colours_and_a_picture_is_refused(fields: dict[str, object]) -> None:
    from dataclasses import replace

    with pytest.raises(ToptaakError, match="voorblad"):
        document_of([replace(COVER, **fields)])
