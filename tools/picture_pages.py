"""Pictures of every kind of page for the docs: `python -m tools.picture_pages REPORTS MUNICIPALITY after`.

Takes the first pages of each publication of a municipality and writes docs/images/pages-NAME-KIND.png: small, with a
palette. Needs pdftoppm (poppler). NAME is a word such as `before` and `after`.
"""

from __future__ import annotations

import argparse
import io
import re
import subprocess
from pathlib import Path
from typing import Final

from PIL import Image

IMAGES: Final = Path(__file__).parents[1] / "docs" / "images"
DOTS_PER_INCH: Final = 55
MOST_PAGES: Final = 4
COLOURS: Final = 128
GAP: Final = 8


def pages_of(file: Path) -> list[Image.Image]:
    """Draw the first pages of a PDF; a poster, which is larger, to the same width."""
    drawn = []
    for number in range(1, MOST_PAGES + 1):
        made = subprocess.run(
            ["pdftoppm", "-r", str(DOTS_PER_INCH), "-f", str(number), "-l", str(number), "-scale-to-x", "455",
             "-scale-to-y", "-1", file], capture_output=True, check=False,
        ).stdout  # fmt: skip
        if not made:
            break
        drawn.append(Image.open(io.BytesIO(made)))
    return drawn


def beside(pages: list[Image.Image]) -> Image.Image:
    """Put pages beside each other on a grey ground, with few colours."""
    width = sum(page.width + GAP for page in pages) + GAP
    sheet = Image.new("RGB", (width, max(page.height for page in pages) + 2 * GAP), "#8a939b")
    at = GAP
    for page in pages:
        sheet.paste(page, (at, GAP))
        at += page.width + GAP
    return sheet.quantize(COLOURS, dither=Image.Dither.NONE)


def main() -> None:
    """Write the pictures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("reports", type=Path)
    parser.add_argument("municipality")
    parser.add_argument("name")
    asked = parser.parse_args()
    files = sorted(asked.reports.glob(f"*/{asked.municipality}*/*.pdf"))
    for kind, file in {re.sub(r"-(T\d+|a\d)$", "", file.stem): file for file in reversed(files)}.items():
        path = IMAGES / f"pages-{asked.name}-{kind}.png"
        beside(pages_of(file)).save(path, optimize=True)
        print(f"{path.name}: {path.stat().st_size // 1000} kB")


if __name__ == "__main__":
    main()
