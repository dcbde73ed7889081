"""What stands on a poster, as plain strings and numbers: both renderers read this and nothing else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields, is_dataclass, replace
from typing import Any

from toptaak.printing.glyphs import Legibility


@dataclass(frozen=True)
class Bar:
    """An interval drawn against its target; all places lie between 0 (left) and 1 (right)."""

    low: float
    high: float
    value: float
    target: float


@dataclass(frozen=True)
class State:
    """How a KPI or goal stands: `key` chooses the colour, `word` says the same."""

    key: str
    word: str


@dataclass(frozen=True)
class Row:
    """A goal, or a KPI without a goal, with the result of its KPI; texts that do not apply are empty.

    Attributes
    ----------
    text
        The goal as people say it; for a KPI its name.
    aim
        Which KPI, from where to where, and the task or channel it is measured on.
    value, unit
        The result in two pieces, so that the number can be written large.
    margin
        The interval in words.
    note
        Why there is no result.
    owner, deadline
        The role that answers for it, and by when.
    """

    text: str
    aim: str
    value: str
    unit: str
    margin: str
    note: str
    owner: str
    deadline: str
    state: State | None
    bar: Bar | None


@dataclass(frozen=True)
class PosterList:
    """A list with its heading."""

    title: str
    items: Sequence[str]


@dataclass(frozen=True)
class PosterBand:
    """One of the three layers: its name, its deadline, its goals (as texts or with results) and its lists."""

    key: str
    title: str
    deadline: str
    goals: PosterList
    rows: Sequence[Row]
    lists: Sequence[PosterList]


@dataclass(frozen=True)
class Poster:
    """A whole poster.

    Attributes
    ----------
    title
        For the window and the list of documents.
    place, period
        The municipality or team, and the quarter.
    theme, why
        What the quarter is about.
    bands
        Ambition, year, quarter.
    measured
        Of which quarter the results are.
    legend
        How to read the results.
    banner
        Said at the top; empty where there is nothing to warn of.
    language, date
        Language code, and the last day of the quarter.
    """

    title: str
    place: str
    period: str
    theme: str
    why: str
    bands: Sequence[PosterBand]
    measured: str
    legend: str
    banner: str
    language: str
    date: dt.date

    def to_data(self) -> dict[str, Any]:
        """Give the poster as plain JSON data, every text as the font can show it."""
        data = asdict(legible(self, Legibility(self.language)))
        return data | {"date": self.date.isoformat()}


def legible(value: Any, shown: Legibility) -> Any:
    """Replace in every text what the font cannot show."""
    if isinstance(value, str):
        return shown(value)
    if isinstance(value, list | tuple):
        return tuple(legible(item, shown) for item in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{entry.name: legible(getattr(value, entry.name), shown) for entry in fields(value)})
    return value
