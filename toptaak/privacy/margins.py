"""Which rows of result frames stay hidden when the frames are published together.

The frames are one table in several groupings: by quarter, by quarter and task, by quarter and channel, by all
three. A number of one is the sum of numbers of another, and measures that rest on the same cases tell each
other's counts. What must be hidden is decided here for all of them at once, per quarter: what a later report says
about an old quarter then hides the same cells.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import pandas as pd

from toptaak.core.results import ALL
from toptaak.kpi.measures import CATALOGUE
from toptaak.privacy.cells import (
    CellLimits,
    Counts,
    Hidden,
    completed_lines,
    completed_table,
    nobody_told,
    small_counts,
    small_sides,
)
from toptaak.privacy.parts import is_share

TIME: Final = "quarter"
_ROUNDS: Final = 4
_ENDLESS: Final = 1e9


def family(measure: str) -> str:
    """Name the table whose rows a measure counts; measures of one family share their cases.

    Examples
    --------
    >>> family("success_rate") == family("disaster_rate"), family("success_rate") == family("open_cases")
    (True, False)
    """
    return next(iter(CATALOGUE[measure].needs), measure) if measure in CATALOGUE else measure


@dataclass
class Grouping:
    """The counts of one frame: measure times quarter times its groups; 0 where there are none."""

    axes: tuple[str, ...]
    places: tuple[np.ndarray, ...]
    known: Hidden
    counts: Counts
    ones: Counts
    few: Hidden = field(init=False)  # the count stays hidden
    hidden: Hidden = field(init=False)  # the count or what it says stays hidden

    @property
    def others(self) -> Counts:
        """Give how many do not count as one in the share."""
        return self.counts - self.ones


@dataclass
class Margins:
    """The frames of one municipality laid out, and what stays hidden of them.

    Attributes
    ----------
    frames
        Result frames with a column `quarter` and at most two other group columns; among them one by quarter alone.
    """

    frames: Mapping[str, pd.DataFrame]
    limits: CellLimits

    def __post_init__(self) -> None:
        groups = {name: _groups(frame) for name, frame in self.frames.items()}
        self.measures = pd.Index(
            sorted({str(measure) for frame in self.frames.values() for measure in frame["measure"]})
        )
        columns = sorted({name for names in groups.values() for name in names})
        self.levels = {name: self._levels(name) for name in (TIME, *columns)}
        self.shares = np.array([is_share(name) for name in self.measures], dtype=bool)
        self.laid_out = {name: self._lay_out(frame, groups[name]) for name, frame in self.frames.items()}
        self._hide()

    def hidden(self, name: str) -> np.ndarray:
        """Tell for each row of a frame whether it stays hidden."""
        grouping = self.laid_out[name]
        if not grouping.counts.size:
            return np.zeros(len(grouping.known), dtype=bool)
        return np.asarray(grouping.hidden[grouping.places] & grouping.known)

    def rounded(self, name: str) -> np.ndarray:
        """Tell for each row of a frame whether its count must be rounded, as it would tell a hidden share.

        Where a share stays hidden of which another measure tells one side (open cases beside completed
        ones), that count must not be told exactly, nor the number of both sides together.
        """
        grouping = self.laid_out[name]
        if not grouping.counts.size:
            return np.zeros(len(grouping.known), dtype=bool)
        return np.asarray(self._told_elsewhere()[grouping.places[:2]] & grouping.known)

    def _levels(self, name: str) -> pd.Index:
        values = {str(level) for frame in self.frames.values() if name in frame for level in frame[name].unique()}
        return pd.Index(sorted(values - {ALL}))

    def _lay_out(self, frame: pd.DataFrame, axes: tuple[str, ...]) -> Grouping:
        names = (TIME, *axes)
        codes = [self.levels[name].get_indexer(pd.Index(frame[name].astype(str))) for name in names]
        places = (self.measures.get_indexer(pd.Index(frame["measure"].astype(str))), *codes)
        shape = (len(self.measures), *(len(self.levels[name]) for name in names))
        known = np.all([code >= 0 for code in codes], axis=0) & (frame["n"].fillna(0).to_numpy(float) > 0)
        counts, ones = np.zeros(shape), np.zeros(shape)
        n = frame["n"].fillna(0).to_numpy(float)
        at = tuple(place[known] for place in places)
        counts[at] = n[known]
        share = self.shares[places[0]]
        ones[at] = np.round(np.where(share, n * frame["estimate"].fillna(0).to_numpy(float), 0), 6)[known]
        return Grouping(axes, tuple(np.where(known, place, 0) for place in places), known, counts, ones)

    def _hide(self) -> None:
        whole = [laid for laid in self.laid_out.values() if not laid.axes]
        lines = [laid for laid in self.laid_out.values() if len(laid.axes) == 1]
        tables = [laid for laid in self.laid_out.values() if len(laid.axes) == 2]
        total = whole[0] if whole else self._no_total()
        for grouping in (total, *whole[1:], *lines, *tables):
            grouping.few = small_counts(grouping.counts, self.limits)
        self._hide_counts(total, lines, tables)
        for grouping in (total, *whole[1:]):
            grouping.hidden = grouping.few | self._few_sides(grouping)
        for line in lines:
            self._hide_sides(line, total)
        for table in tables:
            self._hide_table_sides(table, lines, total)

    def _no_total(self) -> Grouping:
        nothing = np.zeros((len(self.measures), len(self.levels[TIME])))
        return Grouping((), (), np.zeros(0, bool), nothing, nothing)

    def _few_sides(self, grouping: Grouping) -> Hidden:
        shares = self.shares.reshape(-1, *[1] * (grouping.counts.ndim - 1))
        return np.asarray(small_sides(grouping.counts, grouping.ones, self.limits) & shares)

    def _hide_counts(self, total: Grouping, lines: Sequence[Grouping], tables: Sequence[Grouping]) -> None:
        """Hide counts; what a measure hides, another with the same count hides too, or it would tell."""
        known = np.where(total.few | (total.counts <= 0), np.inf, total.counts)
        for line in lines:
            for _ in range(_ROUNDS):
                completed = completed_lines(line.few, [line.counts], [known], self.limits.count, line.counts)
                shared = self._shared(completed, line.counts)
                settled = bool((shared == line.few).all())
                line.few = shared
                if settled:
                    break
        for table in tables:
            table.few |= self._under_hidden_totals(table, lines, "few")
            for _ in range(_ROUNDS):
                before = table.few.copy()
                self._complete(table, "few", table.counts > 0, self.limits.count)
                table.few = self._shared(table.few, table.counts)
                if (table.few == before).all():
                    break

    def _shared(self, hidden: Hidden, counts: Counts) -> Hidden:
        """Hide a count that a hidden count of the same family equals."""
        shared = hidden.copy()
        families = pd.factorize(pd.Index([family(name) for name in self.measures]))[0]
        for kin in range(families.max(initial=-1) + 1):
            members = np.nonzero(families == kin)[0]
            for member in members:
                shared[members] |= hidden[member] & (counts[members] == counts[member]) & (counts[member] > 0)
        return shared

    def _hide_sides(self, line: Grouping, total: Grouping) -> None:
        nobody = nobody_told(total.counts, total.ones, self.limits)[..., None]
        start = line.few | (self._few_sides(line) & ~nobody)
        tops = [np.where(total.hidden | (total.counts <= 0), np.inf, side) for side in (total.ones, total.others)]
        full = completed_lines(start, [line.ones, line.others], tops, self.limits.side, line.counts, line.few)
        line.hidden = np.where(self.shares[:, None, None] & ~nobody, full, start)

    def _hide_table_sides(self, table: Grouping, lines: Sequence[Grouping], total: Grouping) -> None:
        nobody = nobody_told(total.counts, total.ones, self.limits)[..., None, None]
        for axis, name in enumerate(table.axes):
            for line in lines:
                if line.axes == (name,):
                    nobody = nobody | np.expand_dims(nobody_told(line.counts, line.ones, self.limits), 3 - axis)
        table.hidden = (
            table.few | (self._few_sides(table) & ~nobody) | self._under_hidden_totals(table, lines, "hidden")
        )
        self._complete(table, "hidden", np.broadcast_to(~nobody, table.counts.shape), self.limits.side)

    def _under_hidden_totals(self, table: Grouping, lines: Sequence[Grouping], what: str) -> Hidden:
        """Hide the cells of a row or column whose total is hidden, or they would give it back."""
        under = np.zeros(table.counts.shape, dtype=bool)
        for axis, name in enumerate(table.axes):
            for line in lines:
                if line.axes == (name,):
                    under |= np.expand_dims(getattr(line, what), 3 - axis)
        return under & (table.counts > 0)

    def _complete(self, table: Grouping, what: str, usable: Hidden, width: int) -> None:
        """Complete the table of each measure and quarter in place, for counts (`few`) or for shares (`hidden`)."""
        sides = ["counts"] if what == "few" else ["ones", "others"]
        hidden: Hidden = getattr(table, what)
        wanted = (hidden & (table.counts > 0)).any(axis=(2, 3))
        for at in map(tuple, np.argwhere(wanted if what == "few" else wanted & self.shares[:, None])):
            totals = [self._totals(name, at, what) for name in table.axes]
            framed = [_framed(getattr(table, side)[at], *(total.get(side) for total in totals)) for side in sides]
            loose = np.max(framed, axis=0) > 0
            loose[:-1, :-1] = False
            start, few = _padded(hidden[at]), _padded(table.few[at]) | loose
            weight = _padded(np.where(usable[at], table.counts[at], 0))
            hidden[at] = completed_table(start, framed, width, weight, loose, few)[:-1, :-1]

    def _totals(self, name: str, at: tuple[int, int], what: str) -> Mapping[str, Counts]:
        """Give the totals of rows or columns; without end where they are hidden."""
        line = next((laid for laid in self.laid_out.values() if laid.axes == (name,)), None)
        if line is None:
            return {}
        unknown = getattr(line, what)[at]
        return {side: np.where(unknown, np.inf, getattr(line, side)[at]) for side in ("counts", "ones", "others")}

    def _told_elsewhere(self) -> Hidden:
        """Tell of which measures and quarters the counts must be rounded.

        Where the count of another measure is one side of a share (answered calls of all calls), the share follows from
        that and any measure that tells the count of both sides.
        """
        flags = np.zeros((len(self.measures), len(self.levels[TIME])), dtype=bool)
        if not flags.size:
            return flags
        for share in map(int, np.nonzero(self.shares)[0]):
            frames = list(self.laid_out.values())
            few_sides = self._in_any([frame.hidden[share] & ~frame.few[share] for frame in frames])
            if not few_sides.any():
                continue
            one_side = self._in_all(
                [(frame.counts == frame.ones[share]) | (frame.counts == frame.others[share]) for frame in frames]
            )
            same = self._in_all([frame.counts == frame.counts[share] for frame in frames])
            one_side[share] = same[share] = False
            one_side &= self._kin(share)[:, None]
            flags |= (same | one_side) & one_side.any(axis=0) & few_sides
        return flags

    def _in_any(self, cells: Sequence[Hidden]) -> Hidden:
        """Tell for each quarter whether something holds in any cell of any frame."""
        quarters = len(self.levels[TIME])
        return np.asarray(np.any([frame.reshape(quarters, -1).any(axis=1) for frame in cells], axis=0))

    def _in_all(self, cells: Sequence[Hidden]) -> Hidden:
        """Tell for each measure that counts anybody, and quarter, whether it holds in all cells of all frames."""
        shape = (len(self.measures), len(self.levels[TIME]))
        holds = [frame.reshape(*shape, -1).all(axis=2) for frame in cells]
        people = [frame.counts.reshape(*shape, -1).sum(axis=2) > 0 for frame in self.laid_out.values()]
        return np.asarray(np.all(holds, axis=0) & np.any(people, axis=0))

    def _kin(self, measure: int) -> Hidden:
        """Tell which measures count rows of the same table."""
        families = [family(name) for name in self.measures]
        return np.array([name == families[measure] for name in families], dtype=bool)


def _groups(frame: pd.DataFrame) -> tuple[str, ...]:
    names = frame.columns.tolist()
    return tuple(str(name) for name in names[: names.index("measure")] if name != TIME)


def _framed(counts: Counts, rows: Counts | None, columns: Counts | None) -> Counts:
    """Add a row and a column of what the totals hold beyond the cells: nobody shows it.

    A hidden total gives way without end.
    """
    framed: Counts = _padded(counts)
    if rows is not None:
        framed[:-1, -1] = np.clip(rows - counts.sum(axis=1), 0, _ENDLESS)
    if columns is not None:
        framed[-1, :-1] = np.clip(columns - counts.sum(axis=0), 0, _ENDLESS)
    return framed


def _padded(cells: Any) -> Any:
    return np.pad(cells, ((0, 1), (0, 1)))
