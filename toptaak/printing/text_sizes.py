"""How wide a text is in the font of the reports: each character is measured once in a process.

Widths are sums of advances, without kerning: within a hundredth of what a browser draws, and linear in the size.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final

from toptaak.printing import theme

if TYPE_CHECKING:
    from matplotlib.ft2font import FT2Font

_SIZE: Final = 100.0  # points at which characters are measured
_FIXED: Final = 65536.0  # FreeType gives an advance in 16.16 fixed point
_BOLD_FROM: Final = 600


def text_width(text: str, size: float, bold: bool = False) -> float:
    """Give the width of one line of text, in points.

    Parameters
    ----------
    size
        of the font, in points.

    Examples
    --------
    >>> text_width("Parkeervergunning", 10) == 2 * text_width("Parkeervergunning", 5)
    True
    >>> text_width("iii", 10) < text_width("mmm", 10) < text_width("mmm", 10, bold=True) * 1.01
    True
    """
    return _width(text, "Bold" if bold else "Regular") * size


def text_box(text: str, size: float, style: str) -> tuple[float, float, float]:
    """Give width, height and the part below the base line of one line of text, in points; `style` names the font file.

    Examples
    --------
    >>> width, height, below = text_box("Parkeervergunning", 10, "Regular")
    >>> width == text_width("Parkeervergunning", 10), height == line_height(10), 0 < below < height
    (True, True, True)
    """
    ascent, descent = line_extent(style)
    return _width(text, style) * size, (ascent + descent) * size, descent * size


def line_height(size: float) -> float:
    """Give the height of a line of text from its highest to its lowest character, in points."""
    ascent, descent = line_extent("Regular")
    return (ascent + descent) * size


@cache
def line_extent(style: str) -> tuple[float, float]:
    """Give how far a line reaches above and below its base line, as a share of the size of the font."""
    font = _font(style)
    return font.ascender / font.units_per_EM, -font.descender / font.units_per_EM


def style_of(weight: str | int, slant: str) -> str:
    """Name the font file for a weight and slant as matplotlib gives them."""
    if slant != "normal":
        return "Italic"
    heavy = weight >= _BOLD_FROM if isinstance(weight, int) else weight in {"bold", "semibold", "heavy", "black"}
    return "Bold" if heavy else "Regular"


@lru_cache(maxsize=4096)
def _width(text: str, style: str) -> float:
    return sum(_advance(character, style) for character in text)


@cache
def _advance(character: str, style: str) -> float:
    from matplotlib.ft2font import LoadFlags

    glyph = _font(style).load_char(ord(character), flags=LoadFlags.NO_HINTING)
    return glyph.linearHoriAdvance / _FIXED / _SIZE


@cache
def _font(style: str) -> FT2Font:
    from matplotlib.ft2font import FT2Font

    font = FT2Font(str(theme.font_file(style, "ttf")))
    font.set_size(_SIZE, 72)
    return font
