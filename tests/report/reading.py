"""What a reader sees of blocks, for tests."""

from __future__ import annotations

from collections.abc import Sequence

from toptaak.printing.blocks import Block, Figure, Heading, Items, Table, Text


def texts(blocks: Sequence[Block]) -> str:
    """Give everything a reader sees, a line a piece."""
    lines: list[str] = []
    for block in blocks:
        match block:
            case Heading(text=text):
                lines.append(text)
            case Text(paragraphs=parts) | Items(items=parts):
                lines += parts
            case Table():
                lines += [block.caption, block.note, *(cell for row in block.rows for cell in row)]
            case Figure():
                lines += [block.title, block.alt, block.note, texts([block.data])]
    return "\n".join(lines).replace("\u00a0", " ")


def tables(blocks: Sequence[Block]) -> list[Table]:
    """Give the tables, those of figures among them."""
    return [one.data if isinstance(one, Figure) else one for one in blocks if isinstance(one, Figure | Table)]
