"""From an executed notebook to the one document that both exporters render.

Only our own blocks and Markdown count; any other output stops the report, and so does a block that would be
unreadable for some readers. Warnings of libraries (standard error) are for a log and not for the reader.
Everything that is wrong is told at once, with the number of the cell.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from toptaak.core.errors import ToptaakError
from toptaak.core.wording import LANGUAGES, Message, message, translator
from toptaak.numbers.handover import RESULTS_MIME
from toptaak.printing import theme
from toptaak.printing.blocks import (
    MIME,
    SHORTEST_ALT,
    Block,
    BlockPart,
    Cover,
    Figure,
    Heading,
    Items,
    Table,
    Text,
    Tiles,
)
from toptaak.printing.glyphs import Legibility
from toptaak.printing.markdown import Listing, Prose, Span, markdown_blocks
from toptaak.printing.svg import refuse_unsafe, svg_in_page

_LOGO = re.compile(r"data:image/(png|svg\+xml);base64,[A-Za-z0-9+/]+={0,2}")
LEFT_OUT_TAGS = frozenset({"remove-cell", "niet-in-rapport"})


Node = Heading | Prose | Listing | Tiles | Table | Figure


@dataclass(frozen=True)
class Document:
    """A report: its cover, what follows in order, and how many characters had to be replaced."""

    cover: Cover
    nodes: tuple[Node, ...]
    replaced: int

    @property
    def date(self) -> dt.date:
        """The document's date: the last day of the reporting period."""
        return dt.date.fromisoformat(self.cover.date)

    def to_data(self) -> dict[str, Any]:
        """Give the document as plain JSON data; every block names itself in `block`."""
        return {"cover": node_data(self.cover), "nodes": node_data(self.nodes)}


def node_data(value: Any) -> Any:
    """Give nodes of a document as plain JSON data; every block names itself in `block`."""
    if isinstance(value, tuple):
        return [node_data(item) for item in value]
    if not isinstance(value, BlockPart):
        return value
    name = {"block": value.block} if isinstance(value, Block) else {}
    return name | {entry.name: node_data(getattr(value, entry.name)) for entry in fields(value)}


def node_of(block: Block) -> Node:
    """Give the node that a block becomes in a document; a cover is no node."""
    if isinstance(block, Text):
        return Prose([[Span(paragraph)] for paragraph in block.paragraphs], block.kind)
    if isinstance(block, Items):
        return Listing([[Prose([[Span(item)]])] for item in block.items], block.ordered)
    if isinstance(block, Heading | Prose | Listing | Tiles | Table | Figure):
        return block
    raise TypeError(f"a {block.block} is no node of a document")


def read_notebook(notebook: Any) -> Document:
    """Turn an executed notebook into a document.

    Parameters
    ----------
    notebook
        an nbformat 4 node; its code is never looked at.

    Raises
    ------
    ToptaakError
        naming, per cell (counted from 1), every output that is no block and every block that a reader
        could not use; and a missing cover.
    """
    _refuse_unrun(notebook)
    blocks: list[tuple[int, Block]] = []
    problems: list[Message] = []
    for number, cell in enumerate(notebook.cells, start=1):
        try:
            blocks.extend((number, block) for block in _cell_blocks(cell))
        except ToptaakError as error:
            problems += [_in_cell(number, sentence) for sentence in error.sentences]
    problems += _problems(blocks)
    if problems:
        raise ToptaakError(*problems)
    return _legible_document([block for _, block in blocks])


def _refuse_unrun(notebook: Any) -> None:
    code = [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]
    if code and not any(cell.execution_count or cell.outputs for cell in code):
        raise ToptaakError(message("This notebook has not been run yet. Choose Run All first, then export it."))


def refusal_document(text: str, language: str) -> Document:
    """Make the page that stands where a report was asked for that cannot be made: one line a paragraph."""
    say = translator(language)
    title = say("This report could not be made")
    cover = Cover(title, "", "toptaak", say("no report"), language, "2000-01-01")
    return Document(cover, (Prose([[Span(line)] for line in text.split("\n")]),), 0)


def document_of(blocks: Sequence[Block]) -> Document:
    """Make a document of blocks.

    Raises
    ------
    ToptaakError
        naming every block that a reader could not use, and a missing cover.
    """
    if problems := list(_problems(list(enumerate(blocks, start=1)))):
        raise ToptaakError(*problems)
    return _legible_document(blocks)


def _in_cell(number: int, problem: str | Message) -> Message:
    return message("Cell {number}: {problem}", number=number, problem=problem)


# --- what a cell holds


def _cell_blocks(cell: Any) -> Iterator[Block]:
    if LEFT_OUT_TAGS.intersection(cell.metadata.get("tags", ())):
        return
    if cell.cell_type == "markdown":
        yield from markdown_blocks(cell.source)
    elif cell.cell_type == "code":
        for output in cell.outputs:
            data = output.get("data", {})
            if not is_warning(output) and (MIME in data or RESULTS_MIME not in data):
                yield _output_block(output)


def is_warning(output: Any) -> bool:
    """Tell whether an output is what a library wrote to standard error: no part of a report, and no reason to stop it.

    Examples
    --------
    >>> is_warning({"output_type": "stream", "name": "stderr", "text": "UserWarning: glyph missing"})
    True
    >>> is_warning({"output_type": "stream", "name": "stdout", "text": "3"})
    False
    """
    return bool(output.get("output_type") == "stream" and output.get("name") == "stderr")


def warnings_of(notebook: Any) -> str:
    """Gather what libraries wrote to standard error in an executed notebook, in order; empty where nothing was."""
    outputs = (output for cell in notebook.cells for output in cell.get("outputs", ()))
    return "".join(str(output["text"]) for output in outputs if is_warning(output))


def _output_block(output: Any) -> Block:
    data = output.get("data", {})
    if isinstance(data.get(MIME), dict):
        return Block.from_data(data[MIME])
    kinds = ", ".join(data) or output.get("name") or output.get("ename") or ""
    refusal = message(
        "output of kind {kind} ({detail}) has no place in a report; show a block of toptaak instead",
        kind=output.output_type,
        detail=kinds,
    )
    raise ToptaakError(refusal)


# --- what a reader could not use


def _problems(blocks: Sequence[tuple[int, Block]]) -> Iterator[Message]:
    covers = sum(isinstance(block, Cover) for _, block in blocks)
    if covers != 1:
        yield message("A report has one cover; this notebook shows {count}.", count=covers)
    level = 1
    for number, block in blocks:
        if isinstance(block, Heading):
            if not 2 <= block.level <= min(level + 1, 4):
                jump = message("heading of level {new} after level {old}", new=block.level, old=level)
                yield _in_cell(number, jump)
            level = block.level
        for problem in _CHECKS.get(type(block), _nothing)(block):
            yield _in_cell(number, problem)


def _nothing(_: Any) -> Iterator[Message]:
    yield from ()


def _cover_problems(cover: Cover) -> Iterator[Message]:
    for name in ("title", "municipality", "period"):
        if not getattr(cover, name).strip():
            yield message("the cover has no {name}", name=name)
    if cover.language not in LANGUAGES:
        known = ", ".join(LANGUAGES)
        yield message("the cover's language must be one of {known}; found {found!r}", known=known, found=cover.language)
    if not all(theme.is_colour(name, colour) for name, colour in cover.colours):
        yield message("the cover has a colour that is not #rrggbb or not ours")
    if cover.logo and not (_LOGO.fullmatch(cover.logo) and cover.logo_alt.strip()):
        yield message("the logo on the cover is no SVG or PNG, or has no alternative text")
    try:
        dt.date.fromisoformat(cover.date)
    except ValueError:
        yield message("the cover's date must look like 2026-09-30; found {found!r}", found=cover.date)


def _heading_problems(heading: Heading) -> Iterator[Message]:
    if not heading.text.strip():
        yield message("a heading without text")


def _tiles_problems(tiles: Tiles) -> Iterator[Message]:
    for tile in tiles.tiles:
        if not (tile.label.strip() and tile.value.strip()):
            yield message("a tile without label or value")
        if tile.status and not tile.status_word.strip():
            yield message("tile {label!r} shows its status in colour only", label=tile.label)


def _table_problems(table: Table) -> Iterator[Message]:
    name = table.caption
    if not name.strip():
        yield message("a table without caption")
    if not table.columns or not all(column.label.strip() for column in table.columns):
        yield message("table {name!r} has a column without header", name=name)
    if any(len(row) != len(table.columns) for row in table.rows):
        yield message("table {name!r} has rows with more or fewer cells than columns", name=name)
    if table.row_header and not all(row and row[0].strip() for row in table.rows):
        yield message("table {name!r} has a row without name", name=name)


def _figure_problems(figure: Figure) -> Iterator[Message]:
    if not figure.title.strip():
        yield message("a figure without title")
    if len(figure.alt.strip()) < SHORTEST_ALT:
        text = "figure {name!r} has an alternative text of fewer than {least} characters"
        yield message(text, name=figure.title, least=SHORTEST_ALT)
    try:
        refuse_unsafe(figure.svg)
    except ToptaakError as error:
        yield message("{problem}", problem=error)
    yield from _table_problems(figure.data)


_CHECKS: dict[type[Block], Callable[[Any], Iterator[Message]]] = {
    Cover: _cover_problems,
    Heading: _heading_problems,
    Tiles: _tiles_problems,
    Table: _table_problems,
    Figure: _figure_problems,
}


# --- what the font can show


def _legible_document(blocks: Sequence[Block]) -> Document:
    cover = next(block for block in blocks if isinstance(block, Cover))
    legible = Legibility(cover.language)
    shown_cover: Cover = _legible(cover, legible, 0)
    rest = (block for block in blocks if block is not cover)
    nodes = [_legible(node_of(block), legible, number) for number, block in enumerate(rest, start=1)]
    if legible.replaced:
        text = translator(cover.language)(
            "The font of this report cannot show every character. Replaced by a description or code: {n}.",
            n=legible.replaced,
        )
        nodes.append(Prose([[Span(text)]], "note"))
    return Document(shown_cover, tuple(nodes), legible.replaced)


def _legible(value: Any, legible: Legibility, number: int) -> Any:
    if isinstance(value, str):
        return legible(value)
    if isinstance(value, tuple):
        return tuple(_legible(item, legible, number) for item in value)
    if not isinstance(value, BlockPart):
        return value
    changes = {
        entry.name: _legible(getattr(value, entry.name), legible, number)
        for entry in fields(value)
        if entry.name not in {"svg", "rows"}
    }
    if isinstance(value, Table):
        changes["rows"] = tuple(tuple(_legible_lines(cell, legible) for cell in row) for row in value.rows)
    if isinstance(value, Figure):
        changes["svg"] = svg_in_page(value.svg, f"f{number}-", legible)
    return replace(value, **changes)


def _legible_lines(cell: str, legible: Legibility) -> str:
    """Keep the line breaks of a cell: value, margin and count stand under each other."""
    return "\n".join(legible(line) for line in cell.split("\n"))
