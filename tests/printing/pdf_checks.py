"""The checks of a finished PDF, read back with pikepdf.

Typst and PDF validators accept a missing language, a table without header row, a drawn shape without words and a
silent fall-back to another font.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from toptaak.printing import theme
from toptaak.printing.blocks import SHORTEST_ALT

THIN = 3.0  # points; a shape thinner than this is a rule
_PAINTING = {"f", "F", "f*", "S", "s", "B", "B*", "b", "b*"}
_HEADING_LEVELS = {f"/H{level}": level for level in range(1, 7)}
_IDENTITY = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)

Matrix = tuple[float, float, float, float, float, float]
Point = tuple[float, float]
Box = tuple[float, float, float, float]


def check_pdf(data: bytes, language: str = "nl") -> list[str]:
    """List what is wrong with a report in PDF; empty when nothing is."""
    return list(pdf_problems(data, language))


def pdf_problems(data: bytes, language: str) -> Iterator[str]:
    """Yield what is wrong with a PDF report."""
    import pikepdf

    with pikepdf.open(io.BytesIO(data)) as pdf:
        yield from _catalogue_problems(pdf, language)
        elements = list(_elements(pdf.Root.get("/StructTreeRoot")))
        yield from _heading_problems(elements)
        yield from _figure_problems(elements)
        yield from _table_problems(elements)
        yield from _font_problems(pdf)
        for number, page in enumerate(pdf.pages, start=1):
            for box in _PageReader(page).bare_shapes():
                place = ", ".join(f"{edge:.0f}" for edge in box)
                yield f"page {number}: drawn shape without alternative text at {place}"


def _catalogue_problems(pdf: Any, language: str) -> Iterator[str]:
    found = str(pdf.Root.get("/Lang", ""))
    if found.split("-")[0] != language:
        yield f"language is {found!r}, not {language!r}"
    if not pdf.Root.get("/MarkInfo", {}).get("/Marked"):
        yield "not tagged"
    if not pdf.Root.get("/ViewerPreferences", {}).get("/DisplayDocTitle"):
        yield "title is not shown in the window"
    with pdf.open_metadata() as metadata:
        if not str(metadata.get("dc:title", "")).strip():
            yield "no title"
    with pdf.open_outline() as outline:
        if not outline.root:
            yield "no outline"


def _elements(node: Any) -> Iterator[tuple[str, Any]]:
    """Walk the structure tree in reading order: type and element."""
    import pikepdf

    if isinstance(node, pikepdf.Array):
        for part in node:
            yield from _elements(part)
    elif isinstance(node, pikepdf.Dictionary):
        if "/S" in node:
            yield str(node.S), node
        if "/K" in node:
            yield from _elements(node.K)


def _heading_problems(elements: list[tuple[str, Any]]) -> Iterator[str]:
    levels = [_HEADING_LEVELS[kind] for kind, _ in elements if kind in _HEADING_LEVELS]
    if levels.count(1) != 1:
        yield f"{levels.count(1)} headings of level 1, not one"
    for old, new in zip([0, *levels], levels, strict=False):
        if new > old + 1:
            yield f"heading jumps from level {old} to {new}"


def _figure_problems(elements: list[tuple[str, Any]]) -> Iterator[str]:
    marks = [(kind, element) for kind, element in elements if kind in {"/Figure", "/Table", *_HEADING_LEVELS}]
    for place, (kind, element) in enumerate(marks):
        if kind != "/Figure":
            continue
        alt = str(element.get("/Alt", "")).strip()
        if len(alt) < SHORTEST_ALT:
            yield f"figure with alternative text {alt!r}"
        # a page that must be read at a glance has the numbers of its picture further on
        if "/Table" not in {kind for kind, _ in marks[place + 1 :]}:
            yield f"no table with the numbers of figure {alt[:40]!r}"


def _table_problems(elements: list[tuple[str, Any]]) -> Iterator[str]:
    for place, (kind, table) in enumerate(elements):
        if kind != "/Table":
            continue
        inside = list(_elements(table.get("/K")))
        heads = [element for group, element in inside if group == "/THead"]
        cells = [cell for head in heads for cell, _ in _elements(head.get("/K"))]
        if "/TH" not in cells or "/TD" in cells:
            yield "table without header row"
        # Typst puts a caption in its table, or beside it in one group when a page break is near
        before = [group for group, _ in elements[:place] if group not in {"/Div", "/Span"}]
        if not any(group == "/Caption" for group, _ in inside) and before[-1:] != ["/Caption"]:
            yield "table without caption"


def _font_problems(pdf: Any) -> Iterator[str]:
    import pikepdf

    family = theme.FONT_FAMILY.replace(" ", "")
    found: dict[str, bool] = {}
    for entry in pdf.objects:
        is_font = isinstance(entry, pikepdf.Dictionary) and entry.get("/Type") == "/Font"
        if is_font and "/DescendantFonts" not in entry:
            descriptor = entry.get("/FontDescriptor", {})
            name = str(entry.get("/BaseFont", "/?")).lstrip("/").split("+")[-1]
            found[name] = any(f"/FontFile{number}" in descriptor for number in ("", "2", "3"))
    for name, embedded in sorted(found.items()):
        if name.split("-")[0] != family:
            yield f"font {name} is not ours"
        if not embedded:
            yield f"font {name} is not embedded"


class _PageReader:
    """Follows a page's content: where text stands, and which shapes are painted outside any tagged content."""

    def __init__(self, page: Any) -> None:
        import pikepdf

        self.matrix: Matrix = _IDENTITY
        self.saved: list[Matrix] = []
        self.tagged: list[bool] = []
        self.text: list[Point] = []
        self.path: list[Point] = []
        self.shapes: list[Box] = []
        for instruction in pikepdf.parse_content_stream(page):
            self._take(str(instruction.operator), list(instruction.operands))

    def bare_shapes(self) -> list[Box]:
        """List untagged shapes that are neither a rule nor the ground of a text."""
        return [box for box in self.shapes if not _is_rule(box) and not any(_inside(at, box) for at in self.text)]

    def _take(self, operator: str, operands: list[Any]) -> None:
        if operator == "q":
            self.saved.append(self.matrix)
        elif operator == "Q":
            self.matrix = self.saved.pop()
        elif operator == "cm":
            self.matrix = _product(_matrix(operands), self.matrix)
        elif operator in {"BDC", "BMC"}:
            self.tagged.append(operands[0] != "/Artifact" or any(self.tagged))
        elif operator == "EMC":
            self.tagged.pop()
        elif operator == "Tm":
            self.text.append(_moved(_product(_matrix(operands), self.matrix), (0.0, 0.0)))
        else:
            self._draw(operator, operands)

    def _draw(self, operator: str, operands: list[Any]) -> None:
        if operator == "re":
            x, y, width, height = (float(one) for one in operands)
            self._reach([(x, y), (x + width, y + height)])
        elif operator in {"m", "l", "c", "v", "y"}:
            numbers = [float(one) for one in operands]
            self._reach(list(zip(numbers[::2], numbers[1::2], strict=True)))
        elif operator == "Do" and not any(self.tagged):
            self._reach([(0.0, 0.0), (1.0, 1.0)])
            self._paint()
        elif operator in _PAINTING:
            self._paint()
        elif operator == "n":
            self.path = []

    def _reach(self, points: list[Point]) -> None:
        self.path += [_moved(self.matrix, point) for point in points]

    def _paint(self) -> None:
        if self.path and not any(self.tagged):
            across, up = [x for x, _ in self.path], [y for _, y in self.path]
            self.shapes.append((min(across), min(up), max(across), max(up)))
        self.path = []


def _matrix(operands: list[Any]) -> Matrix:
    a, b, c, d, e, f = (float(one) for one in operands)
    return (a, b, c, d, e, f)


def _product(first: Matrix, then: Matrix) -> Matrix:
    a, b, c, d, e, f = first
    p, q, r, s, t, u = then
    return (a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u)


def _moved(matrix: Matrix, point: Point) -> Point:
    a, b, c, d, e, f = matrix
    x, y = point
    return (a * x + c * y + e, b * x + d * y + f)


def _is_rule(box: Box) -> bool:
    left, low, right, high = box
    return min(right - left, high - low) <= THIN


def _inside(point: Point, box: Box) -> bool:
    left, low, right, high = box
    return left <= point[0] <= right and low <= point[1] <= high
