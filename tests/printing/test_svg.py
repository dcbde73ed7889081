from __future__ import annotations

import json
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path
from types import ModuleType

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.figure import Figure

from toptaak.core.errors import ToptaakError
from toptaak.printing import svg, theme
from toptaak.printing.glyphs import Legibility
from toptaak.printing.svg import clean_svg, figure_style, to_svg

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9">'

# Machado, Oliveira, Fernandes (2009), severity 1, on linear RGB
HEX = re.compile(r"#[0-9a-fA-F]{6}\b")
COLOUR_BLIND = {
    "none": np.eye(3),
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}


def everything() -> Figure:
    with figure_style():
        figure = Figure()
        axes = figure.subplots()
        axes.barh(["a −≥▲ é", "<b> & $x^2$"], [1, -2], hatch="//", label="staaf")
        axes.plot([0, 1, 2], [0, 1, 0], "o--", clip_on=True, label="lijn")
        axes.fill_between([0, 1], [0, 1], alpha=0.3)
        axes.errorbar([1], [0], xerr=[0.2], capsize=3)
        axes.set_title("Titel")
        axes.legend()
        axes.text(0.5, 0.5, "schuin", rotation=30, style="italic")
    return figure


def test_the_same_drawing_gives_the_same_bytes_in_another_process() -> None:
    code = (
        f"import runpy; m = runpy.run_path({str(Path(__file__))!r}); "
        "import hashlib; from toptaak.printing.svg import to_svg; "
        "print(hashlib.sha256(to_svg(m['everything']()).encode()).hexdigest())"
    )
    runs = {
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": seed}
        ).stdout
        for seed in ("1", "2")
    }
    assert len(runs) == 1


def test_text_stays_text_in_our_font_and_nothing_is_styled_inline() -> None:
    svg = to_svg(everything())
    root = ET.fromstring(svg)
    texts = ["".join(element.itertext()) for element in root.iter("{http://www.w3.org/2000/svg}text")]
    assert {"a −≥▲ é", "<b> & $x^2$", "Titel", "schuin", "staaf", "−2.0"} <= set(texts)
    assert root.get("font-family") == theme.FONT_FAMILY
    assert set(re.findall(r'font-family="([^"]*)"', svg)) == {theme.FONT_FAMILY}
    for junk in (" style=", "<style", "metadata", "DOCTYPE", "<!--", 'width="475', "2026", "Matplotlib", "rotate(-0"):
        assert junk not in svg, junk


def test_ids_are_own_to_a_drawing_and_all_refer() -> None:
    first, second = to_svg(everything()), to_svg(Figure())
    ids = re.findall(r' id="([^"]*)"', first)
    assert ids and len(set(ids)) == len(ids)
    assert set(ids) == set(re.findall(r"#([^\")]+-\d+)[\")]", first))
    assert not set(ids) & set(re.findall(r' id="([^"]*)"', second))
    again = clean_svg(first, "f3-")
    assert set(re.findall(r' id="([^"]*)"', again)) == {f"f3-{number}" for number in range(len(ids))}
    assert clean_svg(clean_svg(first, "other-"), "f3-") == again


@pytest.mark.parametrize(
    "content",
    [
        "<script>1</script>",
        "<foreignObject/>",
        '<image href="https://example.org/a.png"/>',
        '<image href="data:image/svg+xml,x"/>',
        '<a href="https://example.org"><path/></a>',
        '<use href="https://example.org#a"/>',
        '<use xlink:href="other.svg#a"/>',
        '<use href="#nowhere"/>',
        '<path onclick="x()"/>',
        '<path style="fill: url(https://example.org)"/>',
        '<path fill="url(https://example.org)"/>',
        '<path fill=" url(https://example.org)"/>',
        '<path style="background-image: none"/>',
        '<path filter="url(#a)"/>',
        '<animate attributeName="href"/>',
        "<set/>",
        '<path fill="\\75rl(x)"/>',
        '<path stroke="@import"/>',
        "<unclosed>",
        "text only, no path<iframe/>",
    ],
)
def test_what_could_do_more_than_draw_is_refused(content: str) -> None:
    with pytest.raises(ToptaakError, match="tekening"):
        clean_svg(f"{HEAD}{content}</svg>", "a")


def test_entities_and_other_roots_are_refused() -> None:
    bomb = '<!DOCTYPE svg [<!ENTITY a "aaaa">]>' + HEAD + "<text>&a;</text></svg>"
    for drawing in (bomb, "<svg/>", '<svg xmlns="http://www.w3.org/2000/svg"/>', "<html/>", ""):
        with pytest.raises(ToptaakError, match="tekening"):
            clean_svg(drawing, "a")


def test_texts_pass_through_the_given_function() -> None:
    svg = clean_svg(f"{HEAD}<text>een<tspan>twee</tspan>drie</text></svg>", "a", str.upper)
    assert "<text>EEN<tspan>TWEE</tspan>DRIE</text>" in svg


def test_the_style_leaves_matplotlib_as_it_was() -> None:
    before = dict(mpl.rcParams)
    to_svg(everything())
    assert dict(mpl.rcParams) == before


def _linear(colour: str) -> np.ndarray:
    parts = np.array([int(colour.lstrip("#")[place : place + 2], 16) / 255 for place in (0, 2, 4)])
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def _contrast(one: str, other: str) -> float:
    """WCAG 2.2, relative luminance."""
    light, dark = sorted((float(np.dot([0.2126, 0.7152, 0.0722], _linear(c))) for c in (one, other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _lab(linear: np.ndarray) -> np.ndarray:
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    scaled = to_xyz @ np.clip(linear, 0, 1) / np.array([0.9505, 1, 1.089])
    root = np.where(scaled > 0.008856, np.cbrt(scaled), 7.787 * scaled + 16 / 116)
    return np.array([116 * root[1] - 16, 500 * (root[0] - root[1]), 200 * (root[1] - root[2])])


def cycle() -> list[str]:
    with figure_style():
        return [entry["color"] for entry in mpl.rcParams["axes.prop_cycle"]]


def test_chart_colours_stand_out_from_the_paper() -> None:
    assert all(_contrast(colour, "#ffffff") >= 3 for colour in cycle())


@pytest.mark.parametrize("sight", COLOUR_BLIND)
def test_chart_colours_differ_for_every_kind_of_sight(sight: str) -> None:
    seen = [_lab(np.array(COLOUR_BLIND[sight]) @ _linear(colour)) for colour in cycle()]
    distances = [float(np.linalg.norm(a - b)) for place, a in enumerate(seen) for b in seen[:place]]
    assert min(distances) > 25, "CIE76; 2.3 is a just noticeable difference"


def test_text_colours_reach_the_contrast_of_body_text() -> None:
    colours = theme.colours()
    pairs = [("ink", "paper"), ("muted", "paper"), ("muted", "wash"), ("accent", "paper"), ("paper", "accent")]
    pairs += [("accent", "wash"), ("better", "better-wash"), ("worse", "worse-wash"), ("notice", "notice-wash")]
    for text, ground in pairs:
        assert _contrast(colours[text], colours[ground]) >= 4.5, (text, ground)


def test_style_sheet_and_pdf_template_name_known_colours_only() -> None:
    known = set(theme.colours())
    css, template = ((theme.FOLDER / name).read_text() for name in ("report.css", "report.typ"))
    assert set(re.findall(r"var\(--tt-([a-z-]+)\)", css)) - {"font"} <= known
    assert set(re.findall(r'colour\("([a-z-]+)"\)', template)) <= known
    assert not re.findall(r"#[0-9a-fA-F]{3,8}\b", css), "a colour stands in tokens.json"


def test_figures_use_the_colours_of_the_reports() -> None:
    known = set(json.loads((theme.FOLDER / "tokens.json").read_text()).values())
    style = theme.MATPLOTLIB_STYLE.read_text()
    used = {f"#{colour}" for colour in re.findall(r"color: ([0-9a-f]{6})", style)}
    assert used <= known | {"#ffffff"}
    assert cycle()[0] == theme.colours()["accent"]
    rooms = [Path(theme.__file__).parents[2] / room for room in ("figures", "report")]
    own = [found for room in rooms for path in room.rglob("*.py") for found in HEX.findall(path.read_text())]
    assert not own, "a colour of a figure stands in tokens.json"


def test_a_character_without_glyph_gives_no_warning(sample: ModuleType) -> None:
    assert "👍" in sample.lines(), "the document replaces it, not the drawing"


def test_what_xml_cannot_hold_does_not_stop_a_drawing() -> None:
    with figure_style():
        figure = Figure()
        figure.text(0.5, 0.5, "bel\x07 \x1b \ufffe 😀 $\\onzin$ <script>")
    texts = " ".join(ET.fromstring(to_svg(figure)).itertext())
    assert "bel␇ ␛ \ufffd 😀 $\\onzin$ <script>" in texts


def test_a_text_the_font_lacks_warns_nowhere_while_drawing() -> None:
    with figure_style():
        figure = Figure()
        figure.subplots().set_title("＝1+1 中")
        figure.draw_without_rendering()
    assert "＝1+1 中" in to_svg(figure)


def test_a_drawing_is_looked_through_once(monkeypatch: pytest.MonkeyPatch) -> None:
    with figure_style():
        figure = Figure()
        figure.subplots().plot([1, 2], [1, 2])
    drawing = to_svg(figure)
    monkeypatch.setattr(svg, "_parse", lambda *_: pytest.fail("looked through again"))
    svg.refuse_unsafe(drawing)
    placed = svg.svg_in_page(drawing, "f7-", Legibility("nl"))
    assert placed != drawing and 'id="f7-0"' in placed and "url(#f7-0)" in placed


def test_a_drawing_from_elsewhere_is_refused_each_time() -> None:
    for _ in range(2):
        with pytest.raises(ToptaakError):
            svg.refuse_unsafe('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><script/></svg>')


def test_a_drawing_that_was_altered_is_looked_through() -> None:
    with figure_style():
        drawing = to_svg(Figure())
    with pytest.raises(ToptaakError):
        svg.refuse_unsafe(drawing.replace("</svg>", '<path onclick="x" d="M0 0"/></svg>'))


def test_what_the_font_lacks_is_replaced_in_a_clean_drawing_too() -> None:
    with figure_style():
        figure = Figure()
        figure.text(0.5, 0.5, "中")
    legible = Legibility("nl")
    assert "[U+4E2D]" in svg.svg_in_page(to_svg(figure), "f1-", legible) and legible.replaced == 1


def test_a_renamed_drawing_is_what_cleaning_gives() -> None:
    with figure_style():
        figure = Figure()
        figure.subplots().plot([1, 2], [1, 2])
    drawing = to_svg(figure)
    assert svg.svg_in_page(drawing, "f1-", Legibility("nl")) == clean_svg(drawing, "f1-")
