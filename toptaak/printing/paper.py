"""A document as it stands on paper: the story first, and what is looked up in an appendix behind it.

A screen folds the numbers of a figure away; paper cannot. The numbers of figures, reference tables and whole long
tables stand in the appendix, numbered; the story says where.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final, NamedTuple

from toptaak.core.wording import Reader, translator
from toptaak.printing.blocks import Figure, Table
from toptaak.printing.document import Document, Node
from toptaak.printing.markdown import Prose, Span

LONG: Final = 14  # rows; a longer table shows its first ten
FIRST_ROWS: Final = 10


class Paper(NamedTuple):
    """The nodes of the story, and the tables of the appendix."""

    story: tuple[Node, ...]
    appendix: tuple[Table, ...]


def on_paper(document: Document) -> Paper:
    """Part a document in story and appendix; no number is lost, and a document of fitted pages stays as it is.

    Parameters
    ----------
    document
        what `printing.document` gives.
    """
    if document.cover.fitted:
        return Paper(document.nodes, ())
    say = translator(document.cover.language)
    appendix: list[Table] = []
    story = tuple(entry for node in document.nodes for entry in _placed(node, appendix, say))
    return Paper(story, tuple(appendix))


def _placed(node: Node, appendix: list[Table], say: Reader) -> Iterator[Node]:
    if isinstance(node, Figure) and not node.data_elsewhere:
        place = _added(node.data, appendix, say)
        below = _joined(node.note, say("The numbers: table {n} in the appendix.", n=place))
        yield replace(node, note=below, data_elsewhere=True)
    elif isinstance(node, Table) and node.reference:
        text = say("‘{caption}’: table {n} in the appendix.", caption=node.caption, n=_added(node, appendix, say))
        yield Prose([[Span(text)]])
    elif isinstance(node, Table) and len(node.rows) > LONG:
        place = _added(node, appendix, say)
        text = say(
            "The first {shown} of {rows} rows; all of them: table {n} in the appendix.",
            shown=FIRST_ROWS, rows=len(node.rows), n=place,
        )  # fmt: skip
        yield replace(node, rows=node.rows[:FIRST_ROWS], note=_joined(text, node.note))
    else:
        yield node


def _added(table: Table, appendix: list[Table], say: Reader) -> int:
    place = len(appendix) + 1
    appendix.append(replace(table, caption=say("Table {n}. {caption}", n=place, caption=table.caption)))
    return place


def _joined(*texts: str) -> str:
    return " ".join(filter(None, texts))
