from __future__ import annotations

import re
import unicodedata
from functools import cache

import pytest
from fontTools.ttLib import TTFont
from hypothesis import given
from hypothesis import strategies as st

from toptaak.core.wording import translator
from toptaak.printing import theme
from toptaak.printing.glyphs import EMOJI_NAMES, Legibility


@cache
def held(style: str) -> frozenset[int]:
    with TTFont(theme.font_file(style, "ttf")) as font:
        return frozenset(font.getBestCmap())


def test_the_list_of_code_points_is_what_all_fonts_hold() -> None:
    lines = (theme.FONT_FOLDER / "coverage.txt").read_text().split()
    listed = {code for line in lines for code in range(int(line[:4], 16), int(line[-4:], 16) + 1)}
    for style in ("Regular", "Bold", "Italic"):
        assert listed <= held(style)


def test_the_font_carries_its_licence() -> None:
    for style in ("Regular", "Bold", "Italic"):
        with TTFont(theme.font_file(style, "ttf")) as font:
            assert font["name"].getDebugName(1) == theme.FONT_FAMILY
            assert "SIL Open Font License" in font["name"].getDebugName(13)
    assert "SIL OPEN FONT LICENSE" in (theme.FONT_FOLDER / "OFL.txt").read_text()


def test_what_reports_need_is_there() -> None:
    needed = "áàäâéèëêíìïîóòöôúùüûýÿçñ€‰½²³–—…‘’“”„•·×±−≥≤≈≠∞√∑→↑↓←↔▲▼►●○■□◆★✓✗ΑΩабвŁłŞşŢţĲĳŴŷ"
    assert set(map(ord, needed)) <= held("Regular")
    legible = Legibility("nl")
    assert legible(needed) == unicodedata.normalize("NFC", needed)
    assert legible.replaced == 0


@pytest.mark.parametrize(
    ("text", "shown", "count"),
    [
        ("Top 👍🏽!", "Top [duim omhoog]!", 1),
        ("❤️🔥", "[hart][vuur]", 2),
        ("🇳🇱", "[vlag NL]", 1),
        ("👨‍👩‍👧", "[emoji U+1F468]", 1),
        ("1️⃣ ✔️", "1 ✔", 2),
        ("中", "[U+4E2D]", 1),
        ("中👍文", "[U+4E2D][duim omhoog][U+6587]", 3),
        ("مرحبا", "[5 tekens niet getoond, het eerste is U+0645]", 5),
        ("a\x07b\x00", "a[U+0007]b[U+0000]", 2),
        ("\u202eabc\u202c\u200f", "[U+202E]abc[U+202C][U+200F]", 3),
        ("\u2066a\u2069", "[U+2066]a[U+2069]", 2),
        ("\ud83d los", "[U+D83D] los", 1),
        ("\ue000\uffff\U0010ffff", "[U+E000][U+FFFF][U+10FFFF]", 3),
        ("a\u200bb\ufeffc", "abc", 2),
        ("regel\r\nvolgende\tkolom\u2028x", "regel volgende kolom x", 0),
        ("e\u0301", "é", 0),
        ("[U+4E2D]", "[U+4E2D]", 0),
        ("", "", 0),
    ],
)
def test_placeholders(text: str, shown: str, count: int) -> None:
    legible = Legibility("nl")
    assert legible(text) == shown
    assert legible.replaced == count


def test_placeholders_speak_the_language_of_the_report() -> None:
    legible = Legibility("en")
    assert legible("👍 🇬🇧 нет 你好世界") == ("[thumbs up] [flag GB] нет [4 characters not shown, the first is U+4F60]")


def test_every_emoji_has_a_dutch_name() -> None:
    translate = translator("nl")
    same = {name for name in EMOJI_NAMES.values() if translate(name) == name}
    assert same == {"computer"}, "the same word in both languages"
    for emoji in EMOJI_NAMES:
        assert Legibility("nl")(emoji).startswith("["), emoji


@given(st.text(st.characters(exclude_categories=())))
def test_whatever_comes_in_can_be_shown_and_stays_so(text: str) -> None:
    legible = Legibility("nl")
    once = legible(text)
    assert set(map(ord, once)) <= held("Regular") & held("Bold") & held("Italic")
    assert not re.search(r"[\u202a-\u202e\u2066-\u2069\x00-\x1f\x7f-\x9f]", once)
    before = legible.replaced
    assert legible(once) == once
    assert legible.replaced == before
