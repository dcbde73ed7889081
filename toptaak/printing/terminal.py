"""Blocks as plain text, for a terminal or a mail: paragraphs, and tables with their columns in line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from toptaak.printing.blocks import Block, Heading, Items, Table, Text

_GAP = "   "


def as_text(blocks: Iterable[Block]) -> str:
    """Write blocks as plain text, with an empty line between them.

    Raises
    ------
    TypeError
        for a block that cannot be told in plain text, such as a figure.

    Examples
    --------
    >>> from toptaak.printing.blocks import Column
    >>> table = Table("Signals", [Column("Topic"), Column("Times", "right")], [("waste", "3.4\\n2.1 to 5.4")])
    >>> print(as_text([Heading(2, "Week 40"), table]))
    WEEK 40
    <BLANKLINE>
    Signals
      Topic              Times
      waste   3.4 (2.1 to 5.4)
    """
    return "\n\n".join("\n".join(_lines(block)) for block in blocks)


def _lines(block: Block) -> Iterator[str]:
    if isinstance(block, Heading):
        yield block.text.upper()
    elif isinstance(block, Text):
        yield from block.paragraphs
    elif isinstance(block, Items):
        yield from (f"- {item}" for item in block.items)
    elif isinstance(block, Table):
        yield from _table(block)
    else:
        raise TypeError(f"a {block.block} is no plain text")


def _table(table: Table) -> Iterator[str]:
    rows = [tuple(column.label for column in table.columns), *(tuple(map(_in_line, row)) for row in table.rows)]
    widths = [max(len(row[at]) for row in rows) for at in range(len(table.columns))]
    yield table.caption
    yield from ("  " + _aligned(row, widths, table) for row in rows)
    if table.note:
        yield table.note


def _aligned(row: Sequence[str], widths: Sequence[int], table: Table) -> str:
    cells = [
        cell.rjust(width) if column.align == "right" else cell.ljust(width)
        for cell, width, column in zip(row, widths, table.columns, strict=True)
    ]
    return _GAP.join(cells).rstrip()


def _in_line(cell: str) -> str:
    """Put what stands on further lines of a cell (a margin) between brackets."""
    first, *rest = cell.split("\n")
    return f"{first} ({', '.join(rest)})" if rest else first
