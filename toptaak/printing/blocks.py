"""The blocks of a report: what a notebook cell shows, as plain data that travels in the cell's output.

Blocks hold plain strings; markup is made by the renderers. A block is shown by ending a cell with it, several
with `show(...)`. Whether a report may hold a block is judged by `printing.document`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

from toptaak.core.errors import ToptaakError
from toptaak.core.personal_data import without_personal_data
from toptaak.core.wording import DEFAULT_LANGUAGE, message

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Drawing

MIME = "application/vnd.toptaak.block+json"
VERSION = 1
SHORTEST_ALT = 30

Align = Literal["left", "right"]
TileStatus = Literal["better", "worse", "same", "unknown", ""]
TextKind = Literal["body", "lead", "note", "warning"]


_DRAWN_TEXT = re.compile(r"(?<=>)[^<>]+(?=<)")


def _frozen(value: Any) -> Any:
    """Make lists tuples, and take out of every text what points at a person: no page can forget it."""
    if isinstance(value, str):
        if value.startswith("data:image/"):
            return value
        drawn = value.startswith(("<svg", "<?xml"))
        return _DRAWN_TEXT.sub(_masked, value) if drawn else without_personal_data(value)
    return tuple(_frozen(item) for item in value) if isinstance(value, list | tuple) else value


def _masked(text: re.Match[str]) -> str:
    return without_personal_data(text.group())


def _plain(value: Any) -> Any:
    if isinstance(value, BlockPart):
        return {entry.name: _plain(getattr(value, entry.name)) for entry in fields(value)}
    return [_plain(item) for item in value] if isinstance(value, tuple) else value


@dataclass(frozen=True)
class BlockPart:
    """What a block is made of; lists become tuples, so that a block cannot change."""

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    def __post_init__(self) -> None:
        for entry in fields(self):
            object.__setattr__(self, entry.name, _frozen(getattr(self, entry.name)))


@dataclass(frozen=True)
class Column(BlockPart):
    """A column of a table; numbers stand to the right."""

    label: str
    align: Align = "left"


@dataclass(frozen=True)
class Tile(BlockPart):
    """One number that stands out; `status_word` says in words what `status` shows in colour."""

    label: str
    value: str
    detail: str = ""
    status: TileStatus = ""
    status_word: str = ""


@dataclass(frozen=True)
class Block(BlockPart):
    """What all blocks share: they turn into plain data and back, and JupyterLab can show them."""

    block: ClassVar[str] = ""

    def to_data(self) -> dict[str, Any]:
        """Give the block as plain JSON data, with its name and the version of the format.

        Examples
        --------
        >>> Heading(2, "Toptaken").to_data()
        {'version': 1, 'block': 'heading', 'level': 2, 'text': 'Toptaken', 'new_page': False}
        """
        return {"version": VERSION, "block": self.block} | dict(_plain(self))

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Self:
        """Make the block back from `to_data`; called on `Block` it finds the right class by itself.

        Raises
        ------
        ToptaakError
            where version, name, a field or its type is not ours.

        Examples
        --------
        >>> Block.from_data(Heading(2, "Toptaken").to_data())
        Heading(level=2, text='Toptaken', new_page=False)
        """
        content = dict(data)
        version, name = content.pop("version", None), content.pop("block", None)
        known = {block.block for block in BLOCKS if issubclass(block, cls)}
        if version != VERSION or name not in known:
            refusal = message("block {name!r} of version {version!r} is unknown", name=name, version=version)
            raise ToptaakError(refusal)
        return _validated(name, content)  # type: ignore[return-value]

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        from toptaak.printing.previews import preview

        data, summary = self.to_data(), f"<{type(self).__name__}>"
        return {MIME: data, "text/html": preview(data), "text/plain": summary}


@cache
def _adapter(name: str) -> Any:
    from pydantic import TypeAdapter

    return TypeAdapter(next(block for block in BLOCKS if block.block == name))


def _validated(name: str, content: dict[str, Any]) -> Block:
    from pydantic import ValidationError

    try:
        block: Block = _adapter(name).validate_python(content)
    except ValidationError as error:
        entries = ", ".join(".".join(str(step) for step in entry["loc"]) for entry in error.errors())
        refusal = message("block {name!r} is damaged in {entries}", name=name, entries=entries)
        raise ToptaakError(refusal) from None
    return block


@dataclass(frozen=True)
class Cover(Block):
    """The head of a report; `date` is the last day of the period (ISO), `facts` pairs of name and value.

    `fitted`: on paper all that stands between two headings on a new page is made to fit one page. `colours` are the
    municipality's in place of ours, as name and #rrggbb; `logo` is an image as a data address.
    """

    block: ClassVar[str] = "cover"
    title: str
    subtitle: str
    municipality: str
    period: str
    language: str
    date: str
    banner: str = ""
    facts: Sequence[tuple[str, str]] = ()
    fitted: bool = False
    colours: Sequence[tuple[str, str]] = ()
    logo: str = ""
    logo_alt: str = ""


@dataclass(frozen=True)
class Heading(Block):
    """A heading of level 2 to 4; the cover's title is level 1. On paper it may begin a page."""

    block: ClassVar[str] = "heading"
    level: int
    text: str
    new_page: bool = False


@dataclass(frozen=True)
class Text(Block):
    """Paragraphs."""

    block: ClassVar[str] = "text"
    paragraphs: Sequence[str]
    kind: TextKind = "body"


@dataclass(frozen=True)
class Items(Block):
    """A list, with bullets or numbered."""

    block: ClassVar[str] = "items"
    items: Sequence[str]
    ordered: bool = False


@dataclass(frozen=True)
class Tiles(Block):
    """Numbers that stand out, side by side."""

    block: ClassVar[str] = "tiles"
    tiles: Sequence[Tile]


@dataclass(frozen=True)
class Table(Block):
    """A table of strings, a cell per column in every row; a line feed in a cell starts a new line.

    `row_header`: the first column names the row. `reference`: looked up, no part of the story; on paper it stands in
    the appendix.
    """

    block: ClassVar[str] = "table"
    caption: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]
    row_header: bool = True
    note: str = ""
    reference: bool = False

    @classmethod
    def of(cls, frame: pd.DataFrame, caption: str, note: str = "", language: str = DEFAULT_LANGUAGE) -> Self:
        """Make a table of your own frame (eigen tabel).

        Rows with fewer than ten observations in column `n` are hidden; without `n` the note says that the figures are
        not checked.

        Parameters
        ----------
        frame
            One row is a row of the table.
        caption
            What the table shows.

        Examples
        --------
        >>> import pandas as pd
        >>> Table.of(pd.DataFrame({"Kanaal": ["web"], "Bezoeken": [1200], "n": [1200]}), caption="Bezoeken").rows
        (('web', '1.200', '1.200'),)
        """
        from toptaak.printing.own_numbers import cells_of

        cells = cells_of(frame, language)
        columns = [Column(name, "right" if side == "right" else "left") for name, side in cells.columns]
        return cls(caption, columns, cells.rows, note=" ".join(filter(None, (note, cells.note))))


@dataclass(frozen=True)
class Figure(Block):
    """A drawing whose title states the finding, with an alternative in words and the numbers it shows."""

    block: ClassVar[str] = "figure"
    title: str
    alt: str
    svg: str
    data: Table
    note: str = ""
    data_elsewhere: bool = False  # on paper its numbers stand in a table further on

    @classmethod
    def of(
        cls,
        drawing: Axes | Drawing,
        alt: str,
        title: str = "",
        data: pd.DataFrame | None = None,
        note: str = "",
        language: str = DEFAULT_LANGUAGE,
    ) -> Self:
        """Make a figure of your own drawing with matplotlib or seaborn (eigen figuur).

        Parameters
        ----------
        drawing
            An axes, a figure, or a seaborn grid.
        alt
            What the figure shows, with its main number, for who cannot see it: at least 30 characters.
        title
            The finding; without it the title in the drawing.
        data
            The numbers it shows; without it they are read back from the drawing.

        Raises
        ------
        ToptaakError
            without an alternative text or title, or where the numbers cannot be read back.
        """
        from toptaak.printing.own_numbers import data_of, figure_of, title_of
        from toptaak.printing.svg import to_svg

        figure = figure_of(drawing)
        heading = title or title_of(figure)
        if len(alt.strip()) < SHORTEST_ALT or not heading:
            refusal = message(
                "A figure needs a title, and alt: one sentence of at least {least} characters with its main number.",
                least=SHORTEST_ALT,
            )
            raise ToptaakError(refusal.say(language))
        numbers = Table.of(data_of(figure) if data is None else data, heading, language=language)
        return cls(heading, alt, to_svg(figure), numbers, note)


BLOCKS: tuple[type[Block], ...] = (Cover, Heading, Text, Items, Tiles, Table, Figure)


def show(*blocks: Block) -> None:
    """Show several blocks in one cell, in this order."""
    from IPython.display import display

    for block in blocks:
        display(block)  # type: ignore[no-untyped-call]
