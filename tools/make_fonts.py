"""Make the fonts of the reports; run once, by hand, with fonttools and brotli.

`python tools/make_fonts.py NOTO_FOLDER` makes them from the sources.

Noto Sans lacks the minus sign, arrows, `≥` and `▲`, which reports need. So the Latin, Greek and Cyrillic of
Noto Sans are joined with signs of Noto Sans Math and Noto Sans Symbols 2 into a family with its own name;
no installed font can take its place. Writes per style a `.ttf` (PDF, figures) and a `.woff2` (HTML), and
`coverage.txt`, the code points that all styles hold. Without a folder only the small `-figure.woff2` are made, which
travel inside each figure of a notebook.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from fontTools.merge import Merger  # type: ignore[import-untyped]
from fontTools.subset import Options, Subsetter  # type: ignore[import-untyped]
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

FAMILY = "Toptaak Sans"
STYLES = ("Regular", "Bold", "Italic")
TEXT = (
    (0x0020, 0x007E), (0x00A0, 0x052F), (0x1E00, 0x1EFF), (0x2000, 0x200A), (0x2010, 0x2027),
    (0x202F, 0x205F), (0x2070, 0x218F),
)  # fmt: skip
SIGNS = (
    ("NotoSansMath-Regular", ((0x2190, 0x22FF),)),
    ("NotoSansSymbols2-Regular", ((0x25A0, 0x25FF), (0x2605, 0x2606), (0x2610, 0x2612), (0x2713, 0x2718))),
)
FOLDER = Path(__file__).parents[1] / "toptaak" / "printing" / "theme" / "fonts"
IN_FIGURES = (
    (0x0020, 0x007E),
    (0x00A0, 0x017F),
    (0x2010, 0x2027),
    (0x2030, 0x203A),
    (0x20AC, 0x20AC),
    (0x2190, 0x2193),
    (0x2212, 0x2212),
    (0x2248, 0x2248),
    (0x2264, 0x2265),
    (0x25B2, 0x25BC),
)
FEATURES = ("ccmp", "kern", "locl", "mark", "mkmk", "liga")


def characters(ranges: Iterable[tuple[int, int]]) -> set[int]:
    """List the code points of inclusive ranges."""
    return {code for first, last in ranges for code in range(first, last + 1)}


def subset(path: Path, wanted: set[int], target: Path, flavor: str | None = None) -> set[int]:
    """Write the wanted part of a font without hints; give what it holds."""
    options = Options(hinting=False, layout_features=list(FEATURES), notdef_outline=True, name_IDs=["*"])
    font = TTFont(path, recalcTimestamp=False)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=wanted)
    subsetter.subset(font)
    font.flavor = flavor
    font.save(target)
    return set(font.getBestCmap())


def rename(font: TTFont, style: str) -> None:
    """Give the family its own name, keeping copyright and licence."""
    names = font["name"]
    post_script = f"{FAMILY.replace(' ', '')}-{style}"
    kept = {0: names.getDebugName(0), 13: names.getDebugName(13), 14: names.getDebugName(14)}
    own = {1: FAMILY, 2: style, 3: post_script, 4: f"{FAMILY} {style}", 5: "Version 1.000", 6: post_script}
    names.names = []
    for number, text in (kept | own).items():
        names.setName(text, number, 3, 1, 0x409)


def make(source: Path, style: str, target: Path) -> set[int]:
    """Make one style in both formats; give the code points it holds."""
    with tempfile.TemporaryDirectory() as folder:
        parts = [Path(folder) / "text.ttf"]
        held = subset(source / f"NotoSans-{style}.ttf", characters(TEXT), parts[0])
        for name, ranges in SIGNS:
            parts.append(Path(folder) / f"{name}.ttf")
            held |= subset(source / f"{name}.ttf", characters(ranges) - held, parts[-1])
        modified = TTFont(parts[0])["head"].modified
        font = Merger().merge([str(part) for part in parts])
    rename(font, style)
    font.recalcTimestamp, font["head"].modified = False, modified
    font.save(target / f"{FAMILY.replace(' ', '')}-{style}.ttf")
    font.flavor = "woff2"
    font.save(target / f"{FAMILY.replace(' ', '')}-{style}.woff2")
    return set(font.getBestCmap())


def as_ranges(codes: set[int]) -> str:
    """Write code points as lines of inclusive ranges in hexadecimal."""
    starts = sorted(code for code in codes if code - 1 not in codes)
    ends = sorted(code for code in codes if code + 1 not in codes)
    return "".join(f"{first:04X}-{last:04X}\n" for first, last in zip(starts, ends, strict=True))


def make_for_figures(style: str) -> None:
    """Make the small font of one style that a figure in a notebook carries."""
    name = f"{FAMILY.replace(' ', '')}-{style}"
    target = FOLDER / f"{name}-figure.woff2"
    subset(FOLDER / f"{name}.ttf", characters(IN_FIGURES), target, flavor="woff2")


def main() -> None:
    """Make all styles from the sources, or only the small ones from what is there."""
    if len(sys.argv) > 1:
        coverages = [make(Path(sys.argv[1]), style, FOLDER) for style in STYLES]
        (FOLDER / "coverage.txt").write_text(as_ranges(set.intersection(*coverages)), encoding="ascii")
    for style in ("Regular", "Bold"):
        make_for_figures(style)


if __name__ == "__main__":
    main()
