"""How the pages of published PDFs are filled: `python -m benchmarks.page_geometry REPORTS` (a folder or files).

Read from the geometry and the tags of each PDF, so from what stands on the paper: pages that end more than a third
empty (the last of a document may), headings with nothing under them at the foot of a page, and cells of a table that
break over two pages. Prints a line per kind of publication, and each page that fails.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pikepdf

MOST_EMPTY: Final = 1 / 3
MARGINS: Final = (51.0, 56.7)  # bottom and top of a report's page, in points
_CELLS: Final = {"/TD", "/TH"}
_HEADINGS: Final = {f"/H{level}" for level in range(1, 7)}

Matrix = tuple[float, float, float, float, float, float]
_IDENTITY: Final[Matrix] = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


@dataclass(frozen=True)
class PageFill:
    """One page: its number, the share that stays empty below its content, and what goes wrong at its foot."""

    number: int
    last: bool
    empty: float
    lonely_heading: bool
    broken_cells: int

    @property
    def ends_empty(self) -> bool:
        """Tell whether more than a third stays empty; the last page of a document may end where it ends."""
        return not self.last and self.empty > MOST_EMPTY

    @property
    def fails(self) -> bool:
        """Tell whether anything is wrong."""
        return self.ends_empty or self.lonely_heading or self.broken_cells > 0


def page_fills(file: Path) -> list[PageFill]:
    """Read how each page of a PDF is filled."""
    with pikepdf.open(file) as pdf:
        marks = _marks(pdf)
        places: dict[int, set[int]] = defaultdict(set)
        for (page, _), (kind, element) in marks.items():
            if kind in _CELLS:
                places[element].add(page)
        broken = [max(pages) for pages in places.values() if len(pages) > 1]
        found = []
        for number, page in enumerate(pdf.pages, start=1):
            low, last_mark = _lowest(page)
            kind, _ = marks.get((number, last_mark), ("", 0))
            last = number == len(pdf.pages)
            found.append(PageFill(number, last, _empty(page, low), kind in _HEADINGS, broken.count(number)))
        return found


def _empty(page: Any, low: float) -> float:
    bottom, top = MARGINS
    return (low - bottom) / (float(page.mediabox[3]) - top - bottom)


def _marks(pdf: Any) -> Mapping[tuple[int, int], tuple[str, int]]:
    """Give for each marked content of each page the heading or cell it belongs to, and which one."""
    numbers = {page.objgen: number for number, page in enumerate(pdf.pages, start=1)}
    return {
        (numbers[page], mark): owner for page, mark, owner in _walk(pdf.Root.StructTreeRoot.get("/K"), None, ("", 0))
    }


def _walk(node: Any, page: Any, owner: tuple[str, int]) -> Iterator[tuple[Any, int, tuple[str, int]]]:
    if isinstance(node, int):
        yield page, node, owner
    elif isinstance(node, pikepdf.Array):
        for part in node:
            yield from _walk(part, page, owner)
    elif isinstance(node, pikepdf.Dictionary):
        page = node.Pg.objgen if "/Pg" in node else page
        if "/MCID" in node:
            yield page, int(node.MCID), owner
        kind = str(node.get("/S", ""))
        if kind in _CELLS | _HEADINGS:
            owner = (kind, node.objgen[0])
        if "/K" in node:
            yield from _walk(node.K, page, owner)


def _lowest(page: Any) -> tuple[float, int]:
    """Give how low content reaches on a page, running heads and feet aside, and the mark of the lowest text."""
    reader = _Reader()
    for instruction in pikepdf.parse_content_stream(page):
        reader.take(str(instruction.operator), [*instruction.operands])
    return reader.low, reader.lowest_mark


class _Reader:
    """Follows the content of a page."""

    def __init__(self) -> None:
        self.matrix = _IDENTITY
        self.saved: list[Matrix] = []
        self.marks: list[int | None] = []  # None: a running head or foot
        self.low, self.lowest_mark = float("inf"), -1
        self.lowest_text = float("inf")

    def take(self, operator: str, operands: list[Any]) -> None:
        if operator == "q":
            self.saved.append(self.matrix)
        elif operator == "Q":
            self.matrix = self.saved.pop()
        elif operator == "cm":
            self.matrix = _product(_matrix(operands), self.matrix)
        elif operator in {"BDC", "BMC"}:
            self.marks.append(_mark(operands))
        elif operator == "EMC":
            self.marks.pop()
        elif None not in self.marks:
            self._reach(operator, operands)

    def _reach(self, operator: str, operands: list[Any]) -> None:
        if operator == "Tm":
            up = _up(_product(_matrix(operands), self.matrix), 0.0, 0.0)
            if up < self.lowest_text and self.marks:
                self.lowest_text, self.lowest_mark = up, self.marks[-1] or 0
            self.low = min(self.low, up)
        elif operator == "re":
            x, y, width, height = (float(value) for value in operands)
            self.low = min(self.low, _up(self.matrix, x, y), _up(self.matrix, x + width, y + height))
        elif operator in {"m", "l", "c"}:
            x, y = (float(value) for value in operands[-2:])
            self.low = min(self.low, _up(self.matrix, x, y))
        elif operator == "Do":
            self.low = min(self.low, _up(self.matrix, 0.0, 0.0), _up(self.matrix, 0.0, 1.0))


def _mark(operands: list[Any]) -> int | None:
    properties = operands[1] if len(operands) > 1 else {}
    if not isinstance(properties, pikepdf.Dictionary):
        return -1
    return None if properties.get("/Type") == "/Pagination" else int(properties.get("/MCID", -1))


def _matrix(operands: list[Any]) -> Matrix:
    a, b, c, d, e, f = (float(value) for value in operands)
    return (a, b, c, d, e, f)


def _product(first: Matrix, then: Matrix) -> Matrix:
    a, b, c, d, e, f = first
    p, q, r, s, t, u = then
    return (a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u)


def _up(matrix: Matrix, x: float, y: float) -> float:
    _, b, _, d, _, f = matrix
    return b * x + d * y + f


@dataclass
class Tally:
    """What a kind of publication adds up to."""

    documents: int = 0
    pages: int = 0
    longest: int = 0
    ends_empty: int = 0
    lonely_headings: int = 0
    broken_cells: int = 0

    def add(self, fills: list[PageFill]) -> None:
        """Add a document."""
        self.documents += 1
        self.pages += len(fills)
        self.longest = max(self.longest, len(fills))
        self.ends_empty += sum(fill.ends_empty for fill in fills)
        self.lonely_headings += sum(fill.lonely_heading for fill in fills)
        self.broken_cells += sum(fill.broken_cells for fill in fills)


def tallies(files: list[Path]) -> Iterator[tuple[str, Tally, list[str]]]:
    """Give per kind of publication, and for all together, the tally and the pages that fail."""
    kinds: dict[str, Tally] = defaultdict(Tally)
    failing: dict[str, list[str]] = defaultdict(list)
    for file in files:
        fills = page_fills(file)
        kind = file.stem.split("-")[0]
        for name in (kind, "all"):
            kinds[name].add(fills)
        failing[kind] += [_described(file, fill) for fill in fills if fill.fails]
    for name in (*sorted({*kinds} - {"all"}), "all"):
        yield name, kinds[name], failing[name]


def _described(file: Path, fill: PageFill) -> str:
    said = [
        f"{fill.empty:.0%} empty" if fill.ends_empty else "",
        "heading at the foot" if fill.lonely_heading else "",
        f"{fill.broken_cells} broken cells" if fill.broken_cells else "",
    ]
    return f"{file.parent.name}/{file.name} page {fill.number}: {', '.join(filter(None, said))}"


def main() -> None:
    """Print the table, and the pages that fail."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("reports", nargs="+", type=Path)
    files = sorted(
        file for path in parser.parse_args().reports for file in ([path] if path.is_file() else path.rglob("*.pdf"))
    )
    heads = ("publication", "documents", "pages", "longest", "ends > 1/3 empty", "heading at foot", "broken cells")
    print("| " + " | ".join(heads) + " |\n|" + " --- |" * len(heads))
    wrong = []
    for name, tally, failing in tallies(files):
        print("| " + " | ".join([name, *map(str, vars(tally).values())]) + " |")
        wrong += failing
    print("\n".join(["", *wrong]))


if __name__ == "__main__":
    main()
