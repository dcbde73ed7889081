"""Wide to long: the columns or the parts of a cell that each become a row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from toptaak.core.model_faults import refusal
from toptaak.core.wording import message
from toptaak.intake.parsed import Note, noted
from toptaak.intake.readers.raw import plain

# how platforms write that an option was not picked, folded
NOT_PICKED = frozenset(
    {"", "0", "0.0", "no", "n", "nee", "false", "onwaar", "not selected", "niet geselecteerd", "niet aangevinkt", "n/a"}
    | {"niet genoemd", "niet gekozen", "niet aangekruist", "not mentioned", "not chosen", "not picked", "unselected"}
    | {"-", "–", "—", ".", "_", "not quoted", "niet gequoteerd", "not marked", "not ticked", "not chosen", "unmarked"}
    | {"unchecked", "not checked", "uit", "off", "-99", "n.v.t.", "nvt", "niet van toepassing", "not applicable"}
)
_DENIALS = ("niet ", "not ", "geen ", "no ", "non-", "un")  # before a word, it says the contrary
_LONGEST_WORD, _SHOWN_WORDS = 30, 6


def _refused(form: str) -> PydanticCustomError:
    return refusal("TT-092", message("{rule}", rule=form), message("Mend this entry of the mapping."))


class Gather(BaseModel):
    """How one row of a file becomes several rows of ours.

    Attributes
    ----------
    from_
        `from` in the file. A list: the cells of these columns become rows. A table, column = value: a column per
        option, and its value goes `by` a column of ours.
    into
        Our column for the cells.
    by
        Our column for the values of `from`.
    picked, not_picked
        Cells that say that an option was picked, or that it was not, where `from` is a table of options; the cell
        goes nowhere. An empty cell, the usual words and a denial (`niet genoemd` beside `genoemd`) need no naming.
    order, ordered
        Our column for the place of a cell in `from` (or of a part in its cell), filled when `ordered`.
    split
        The sign between several answers in one cell.
    others
        What becomes of an answer that `values` does not name: the row is set aside, or the answer is left out.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    into: str | None = None
    by: str | None = None
    order: str | None = None
    ordered: bool = False
    from_: tuple[str, ...] | dict[str, str] = Field(alias="from")
    picked: tuple[str, ...] = ()
    not_picked: tuple[str, ...] = ()
    split: str | None = Field(None, min_length=1)
    others: Literal["set aside", "leave out"] = "set aside"

    @model_validator(mode="after")
    def _fits(self) -> Gather:
        if not self.from_:
            raise _refused("from = […]")
        if isinstance(self.from_, dict):
            if not self.by or bool(self.into) == bool(self.picked) or self.order or self.split:
                raise _refused("from = {…}, by, into | picked")
        elif not self.into or self.by or self.picked:
            raise _refused("from = […], into")
        if self.not_picked and not self.picked:
            raise _refused("picked = […], not_picked")
        return self

    @property
    def theirs(self) -> tuple[str, ...]:
        """List the columns of the file."""
        return tuple(self.from_)

    @property
    def ours(self) -> list[str]:
        """List our columns that are filled."""
        return [name for name in (self.into, self.by, self.order) if name]


@dataclass(frozen=True)
class Long:
    """What gathering makes of a file.

    Attributes
    ----------
    source
        For every long row the position of its row in the file.
    cells
        Per column of ours the cells as they stand in the file.
    places
        The place of every cell among those of its row, from 1.
    notes
        Long rows whose cell says neither that an option was picked nor that it was not.
    """

    source: np.ndarray
    cells: dict[str, pd.Series]
    places: np.ndarray
    notes: list[Note] = field(default_factory=list)


def lengthen(cells: pd.DataFrame, gather: Gather, words: Collection[str], missing: Collection[str]) -> Long:
    """Turn the columns that a mapping gathers into rows.

    Parameters
    ----------
    cells
        The columns of the file.
    words
        Answers that the mapping names and names of tasks: they may hold the sign that splits a cell.
    missing
        Folded words that mean: no answer.

    Examples
    --------
    >>> gather = Gather.model_validate({"into": "task_id", "from": ["taken"], "split": ";"})
    >>> long = lengthen(pd.DataFrame({"taken": ["a;b;", "c"]}), gather, {}, set())
    >>> long.source.tolist(), long.cells["task_id"].tolist(), long.places.tolist()
    ([0, 0, 1], ['a', 'b', 'c'], [1, 2, 1])
    """
    if isinstance(gather.from_, dict) and gather.by and gather.picked:
        return _picked(cells, gather.from_, gather.by, gather, missing)
    rows, wide = len(cells), len(gather.theirs)
    order = np.arange(rows * wide).reshape(wide, rows).T.ravel()
    joined = pd.concat([cells[name] for name in gather.theirs], ignore_index=True).take(order).reset_index(drop=True)
    source, places = np.repeat(np.arange(rows), wide), np.tile(np.arange(1, wide + 1), rows)
    if gather.split and gather.into:
        return _split(joined, source, gather.split, gather.into, words)
    long = {gather.into: joined} if gather.into else {}
    if isinstance(gather.from_, dict) and gather.by:
        long[gather.by] = pd.Series(np.tile(np.array(list(gather.from_.values()), dtype=object), rows), dtype="str")
    return Long(source, long, places)


def _picked(cells: pd.DataFrame, options: Mapping[str, str], by: str, gather: Gather, missing: Collection[str]) -> Long:
    """Make rows of the cells that were picked, and of those that say neither yes nor no."""
    yes, no = _words(gather, missing)
    chosen = np.zeros((len(cells), len(options)), dtype=bool)
    odd = np.zeros_like(chosen)
    times: Counter[str] = Counter()
    for option, name in enumerate(options):
        spots, distinct = pd.factorize(cells[name])
        # an empty cell has spot -1: the last, which says no
        said = [*(folded(cell) for cell in distinct), ""]
        chosen[:, option] = np.array([cell in yes for cell in said])[spots]
        odd[:, option] = np.array([cell not in yes and cell not in no for cell in said])[spots]
        times.update(np.array(said, dtype=object)[spots[odd[:, option]]])
    source, place = np.nonzero(chosen | odd)
    strange = odd[source, place]
    values = pd.Series(np.array(list(options.values()), dtype=object)[place], dtype="str").mask(strange)
    notes = noted("TT-807", strange, expected=", ".join(gather.picked), words=_seen(times))
    return Long(source, {by: values}, place + 1, notes)


def _words(gather: Gather, missing: Collection[str]) -> tuple[set[str], set[str]]:
    """Give the folded words that say that an option was picked, and those that say that it was not."""
    yes = {folded(word) for word in gather.picked}
    denied = {denial + word for denial in _DENIALS for word in yes}
    return yes, ({*NOT_PICKED, *missing, *denied} | {folded(word) for word in gather.not_picked}) - yes


def _seen(times: Counter[str]) -> str:
    """List words that say neither; one that stands only once may be somebody's own and is not shown."""
    words = sorted(word for word, count in times.items() if count > 1 and len(word) <= _LONGEST_WORD)
    return ", ".join(words[:_SHOWN_WORDS]) or "–"


def folded(cell: object) -> str:
    """Fold a cell for comparison: case and spaces do not count, 1.0 is 1, a missing cell is empty.

    Examples
    --------
    >>> folded(" Ja "), folded(1.0), folded(None)
    ('ja', '1', '')
    """
    if cell is None or cell != cell:
        return ""
    text = str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
    return " ".join(text.casefold().split())


def _split(cells: pd.Series, source: np.ndarray, mark: str, into: str, words: Collection[str]) -> Long:
    known = [option for option in words if mark in option]
    parts = [pieces(cell, mark, known) if isinstance(cell, str) else [] for cell in cells]
    lengths = np.array([len(texts) for texts in parts], dtype=int)
    rows = np.repeat(source, lengths)
    first = np.searchsorted(rows, rows) if len(rows) else np.empty(0, dtype=int)
    places = np.arange(len(rows)) - first + 1
    return Long(rows, {into: pd.Series([piece for some in parts for piece in some], dtype="str")}, places)


def pieces(text: str, mark: str, known: Collection[str] = ()) -> list[str]:
    """Split a cell with several answers; an answer that is known is kept whole, also where it holds the sign.

    Capitals and spaces do not count.

    Examples
    --------
    >>> pieces("Afval, glas en papier, Paspoort", ",", {"Afval, glas en papier"})
    ['Afval, glas en papier', 'Paspoort']
    """
    parts = text.split(mark)
    longest = max((option.count(mark) for option in known), default=0) + 1
    names = {plain(option) for option in known} if longest > 1 else set()
    cut, start = [], 0
    while start < len(parts):
        ends = range(min(len(parts), start + longest), start, -1)
        whole = (end for end in ends if plain(mark.join(parts[start:end])) in names)
        end = next(whole, start + 1)
        cut.append(mark.join(parts[start:end]).strip())
        start = end
    return [piece for piece in cut if piece]
