"""Small cells are hidden here, before anyone can draw, say or export them.

`publish` is the only way to a `Publishable`; figures, tables, sentences and exports of a report take nothing
else. What is hidden loses its estimate, its interval and its n: an interval would give the n away.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from toptaak.core.results import NO_OBSERVATIONS, RESULT_COLUMNS, TOO_FEW, is_results
from toptaak.core.settings import Settings
from toptaak.privacy.cells import CellLimits, Hidden, small_sides
from toptaak.privacy.margins import Margins
from toptaak.privacy.parts import completed_along, crossed, few_on_a_side, is_share, told_by_the_rest

_KEY: Final = object()
# columns that count people or answers behind an estimate, beside `n`
_COUNTS: Final = ("reference_n", "at_risk")
# columns that say nothing about the people behind the number
_KEPT_WHEN_HIDDEN: Final = ("week", "time")


@dataclass(frozen=True, eq=False)
class Publishable:
    """A result frame in which small cells are hidden; made by `publish`, never by hand.

    One row is a group and a measure. `frame` is a copy each time: what a reader gets cannot be changed back.
    """

    _frame: pd.DataFrame
    minimum_n: int
    _key: object

    def __post_init__(self) -> None:
        if self._key is not _KEY:
            raise TypeError("a Publishable is made by privacy.disclosure.publish only")

    @property
    def frame(self) -> pd.DataFrame:
        """Give the rows as a copy; pandas copies what is written to, when it is."""
        return self._frame.copy(deep=False)

    def where(self, **groups: object) -> Publishable:
        """Keep the rows whose columns have these values; a list, tuple or set means any of them.

        Examples
        --------
        >>> from toptaak.core.results import result_row, results
        >>> frame = results([result_row("success_rate", 40, 0.8), result_row("disaster_rate", 40, 0.1)])
        >>> len(publish(frame, Settings()).where(measure="success_rate").frame)
        1
        """
        keep = np.ones(len(self._frame), dtype=bool)
        for name, value in groups.items():
            wanted = list(value) if isinstance(value, list | tuple | set) else [value]
            keep &= self._frame[name].isin(wanted).to_numpy()
        return self.at(np.flatnonzero(keep))

    def at(self, places: Sequence[int] | np.ndarray) -> Publishable:
        """Keep the rows at these places, in this order; `frame.index` numbers them from 0.

        Examples
        --------
        >>> from toptaak.core.results import result_row, results
        >>> frame = results([result_row("success_rate", 40, 0.8), result_row("disaster_rate", 40, 0.1)])
        >>> publish(frame, Settings()).at([1]).frame["measure"].tolist()
        ['disaster_rate']
        """
        frame = self._frame.take(np.asarray(places, dtype=np.intp))
        frame.index = pd.RangeIndex(len(frame))
        return Publishable(frame, self.minimum_n, _KEY)

    def along(self, column: str, values: Sequence[object]) -> Publishable:
        """Give one row for each of `values` in this order; where there is none, a row without observations.

        Examples
        --------
        >>> from toptaak.core.results import result_row, results
        >>> rows = [result_row("success_rate", 40, 0.8, quarter="2026Q2")]
        >>> series = publish(results(rows, ["quarter"]), Settings()).along("quarter", ["2026Q1", "2026Q2"])
        >>> series.frame[["quarter", "n"]].values.tolist()
        [['2026Q1', 0], ['2026Q2', 40]]
        """
        places = pd.Index(self._frame[column]).get_indexer(pd.Index(list(values)))
        absent = places < 0
        if not absent.any():
            return self.at(places)
        frame = self._frame.reindex(places).reset_index(drop=True)
        frame[column] = pd.Index(list(values))
        frame.loc[absent, "n"] = 0
        frame.loc[absent, "note"] = NO_OBSERVATIONS
        return Publishable(frame, self.minimum_n, _KEY)

    def __len__(self) -> int:
        return len(self._frame)


def publish_together(frames: Mapping[str, pd.DataFrame], settings: Settings) -> dict[str, Publishable]:
    """Hide what tells about few people, over frames that are published together.

    Besides small cells themselves, shares of which few people are on one side, and what would give a hidden number
    back: a total minus its parts, or another measure of the same cases.

    Parameters
    ----------
    frames
        Result frames of the same tables with the column `quarter` and at most two more group columns; one of them
        by quarter alone. A frame left out counts as not published, but each that there ever is must be given with
        those by quarter and by one column.

    Returns
    -------
    The frames under their own names.

    Examples
    --------
    >>> from toptaak.core.results import result_row, results
    >>> rows = [result_row("attempt_time", n, 60.0, quarter="2026Q3", channel=name)
    ...         for name, n in {"web": 40, "phone": 20, "desk": 4}.items()]
    >>> whole = results([result_row("attempt_time", 64, 60.0, quarter="2026Q3")], ["quarter"])
    >>> told = publish_together({"whole": whole, "channels": results(rows, ["quarter", "channel"])}, Settings())
    >>> told["channels"].frame.set_index("channel")["n"].to_dict()
    {'web': 40, 'phone': None, 'desk': None}
    """
    margins = Margins(frames, limits_of(settings))
    return {
        name: _masked(frame, margins.hidden(name), settings, margins.rounded(name)) for name, frame in frames.items()
    }


def limits_of(settings: Settings) -> CellLimits:
    """Give the limits that belong to the smallest number of observations in the settings."""
    minimum = settings.minimum_n
    return CellLimits(minimum, min(5, minimum), 3 * minimum)


def publish(
    results: pd.DataFrame, settings: Settings, like: Sequence[Publishable] = (), along: str | None = None
) -> Publishable:
    """Hide every row that rests on fewer than `settings.minimum_n` observations, or tells of few people on one side.

    What the other shares of the same whole would give back is hidden with them.

    Parameters
    ----------
    results
        A result frame (see `core.results`), with or without an extension.
    like
        What is published beside it of the same measures: a row that is hidden there stays hidden here, as a
        difference and one of its sides give the other.
    along
        A column whose groups together are told elsewhere: the n of a hidden group must not follow from the others.

    Raises
    ------
    ValueError
        if the columns of a result frame are missing.

    Examples
    --------
    >>> from toptaak.core.results import result_row, results
    >>> shown = publish(results([result_row("success_rate", 4, 0.75, 0.3, 0.95)]), Settings()).frame
    >>> float(shown.estimate[0]), shown.n[0], shown.note[0]
    (nan, <NA>, 'too few observations')
    """
    if not is_results(results):
        missing = [name for name in RESULT_COLUMNS if name not in results.columns]
        raise ValueError(f"not a result frame: no column {', '.join(missing)}")
    limits, rows = limits_of(settings), results.reset_index(drop=True)
    hidden = _small(rows, settings.minimum_n).to_numpy() | few_on_a_side(rows, limits)
    for other in like:
        hidden = hidden | _hidden_in(other, results)
    if along is not None:
        hidden = completed_along(rows, along, hidden, limits)
    return _masked(results, told_by_the_rest(rows, hidden, limits), settings)


def as_published(now: Publishable, before: pd.DataFrame, by: Sequence[str]) -> Publishable:
    """Put what was published before in the place of the same rows of now.

    A number that was hidden then stays hidden: beside the one of now, or with it, it would tell who was added.

    Parameters
    ----------
    before
        Rows as they were published, with the columns `by` and `core.results.RESULT_COLUMNS`.

    Examples
    --------
    >>> from toptaak.core.results import result_row, results
    >>> now = publish(results([result_row("success_rate", 45, 0.8, quarter="2026Q2")], ["quarter"]), Settings())
    >>> before = results([result_row("success_rate", 40, 0.7, quarter="2026Q2")], ["quarter"])
    >>> as_published(now, before, ["quarter"]).frame[["n", "estimate"]].values.tolist()
    [[40, 0.7]]
    """
    if before.empty:
        return now
    keys, texts = [*by, "measure"], dict.fromkeys(by, "string")
    frame, then = now.frame.astype(texts), before.astype(texts)
    own, kept = (pd.MultiIndex.from_frame(rows[keys]) for rows in (frame, then))
    places = own.get_indexer(kept)
    stays = ~own.isin(kept)
    joined = pd.concat([frame[stays], then.reindex(columns=frame.columns)])
    order = np.concatenate([np.flatnonzero(stays), np.where(places < 0, len(frame), places)])
    return Publishable(joined.iloc[np.argsort(order, kind="stable")].reset_index(drop=True), now.minimum_n, _KEY)


def publish_levels(
    frames: Sequence[pd.DataFrame],
    votes: pd.DataFrame,
    voters: pd.DataFrame,
    whole: pd.Series,
    shown: Publishable,
    settings: Settings,
) -> list[Publishable]:
    """Hide what tells how few voters of a group chose a task, in frames of the same groups and tasks.

    Parameters
    ----------
    frames
        Result frames with the columns `level` and `task_id`, or without a task.
    votes, voters
        Who chose a task and who could, tasks × the groups that are shown.
    whole
        Votes of all voters, by task.
    shown
        The league table as it is published.
    """
    league = shown.frame
    gone = votes.index.isin(league.loc[league["note"] == TOO_FEW, "task_id"].astype(str))
    hidden = crossed(votes.to_numpy(float), voters.to_numpy(float), whole.to_numpy(float), gone, limits_of(settings))
    rows, columns = np.nonzero(hidden)
    cells = pd.MultiIndex.from_arrays([votes.index[rows], votes.columns[columns]])
    return [_cells_hidden(frame, cells, settings) for frame in frames]


def _cells_hidden(frame: pd.DataFrame, cells: pd.MultiIndex, settings: Settings) -> Publishable:
    rows = frame.reset_index(drop=True)
    small = _small(rows, settings.minimum_n).to_numpy()
    if "task_id" not in rows:
        return _masked(rows, small, settings)
    own = pd.MultiIndex.from_frame(rows[["task_id", "level"]].astype(str))
    return _masked(rows, small | own.isin(cells), settings)


def _hidden_in(other: Publishable, results: pd.DataFrame) -> Hidden:
    """Tell for each row whether the row of the same measure and groups is hidden in another frame."""
    frame = other.frame
    keys = [name for name in _keys(results) if name in _keys(frame)]
    gone = pd.MultiIndex.from_frame(frame.loc[frame["note"] == TOO_FEW, keys].astype(str))
    return pd.MultiIndex.from_frame(results[keys].astype(str)).isin(gone)


def publish_sums(results: pd.DataFrame, parts: pd.DataFrame, announced: Publishable, settings: Settings) -> Publishable:
    """Hide what would give a hidden part back, in rows over several quarters of which the parts are told as well.

    Parameters
    ----------
    results
        A result frame over quarters that are told one by one.
    parts, told
        Those quarters with all their numbers, and as they are published.

    Examples
    --------
    A year of 47 minus the 41 that are told would be a quarter of 6.

    >>> from toptaak.core.results import result_row, results
    >>> counts = {"2025Q4": 11, "2026Q1": 14, "2026Q2": 16, "2026Q3": 6}
    >>> quarters = results([result_row("attempt_time", n, 60.0, quarter=at) for at, n in counts.items()], ["quarter"])
    >>> year = results([result_row("attempt_time", 47, 60.0)])
    >>> publish_sums(year, quarters, publish(quarters, Settings()), Settings()).frame["note"].tolist()
    ['too few observations']
    """
    keys = [name for name in _keys(results) if name in _keys(parts)]
    names = _keys(announced.frame)
    notes = announced.frame[[*names, "note"]].astype(str)
    given = parts.astype(dict.fromkeys(names, str)).merge(notes, on=names, suffixes=("", "_told"))
    hidden = given[(given["note_told"] == TOO_FEW) & (given["n"].fillna(0) > 0)]
    ones = hidden["n"] * hidden["estimate"].where(hidden["measure"].map(is_share))
    left = hidden.assign(ones=ones, others=hidden["n"] - ones).groupby(keys)[["n", "ones", "others"]]
    limits = limits_of(settings)
    total, sides = left.sum(min_count=1), left.sum(min_count=1)[["ones", "others"]].min(axis=1)
    leaking = (left.size() == 1) | (total["n"] < limits.count) | (sides < limits.side)
    share = results["measure"].map(is_share).to_numpy()
    n = results["n"].to_numpy(float)
    few = small_sides(n, n * results["estimate"].fillna(0).to_numpy(float), limits)
    leaks = leaking[leaking].index.to_frame(index=False).astype(str)
    own = _rows_of(results, leaks) | (few & share)
    return _masked(results, own | _small(results.reset_index(drop=True), settings.minimum_n).to_numpy(), settings)


def _rows_of(results: pd.DataFrame, keyed: pd.DataFrame) -> Hidden:
    names = [name for name in keyed.columns if name in results]
    if keyed.empty:
        return np.zeros(len(results), dtype=bool)
    return pd.MultiIndex.from_frame(results[names].astype(str)).isin(pd.MultiIndex.from_frame(keyed[names]))


def _keys(frame: pd.DataFrame) -> list[str]:
    return [str(name) for name in frame.columns[: frame.columns.tolist().index("measure") + 1]]


def _masked(
    results: pd.DataFrame,
    hidden: Hidden,
    settings: Settings,
    rounded: Hidden | None = None,
) -> Publishable:
    frame = results.reset_index(drop=True).astype({"n": "Int64"})
    small = pd.Series(hidden, index=frame.index)
    if rounded is not None and rounded.any():
        _round(frame, rounded)
    if not small.any():
        return Publishable(frame, settings.minimum_n, _KEY)
    frame = frame.assign(**{name: _emptied(frame[name], small) for name in _number_columns(frame)})
    frame["note"] = frame["note"].mask(small, TOO_FEW)
    if "verdict" in frame:
        frame["verdict"] = frame["verdict"].mask(small, "too_few")
    return Publishable(_unranked(frame, small) if "rank" in frame else frame, settings.minimum_n, _KEY)


def _emptied(column: pd.Series, hidden: pd.Series) -> pd.Series | np.ndarray:
    if column.dtype == np.float64:
        return np.where(hidden, np.nan, column.to_numpy())
    return column.mask(hidden)


def _round(frame: pd.DataFrame, rows: Hidden) -> None:
    """Round counts to tens and numbers to two digits behind the point: the interval would give the count back."""
    frame.loc[rows, "n"] = (frame.loc[rows, "n"] / 10).round().astype("Int64") * 10
    for name in ("estimate", "ci_low", "ci_high"):
        frame.loc[rows, name] = frame.loc[rows, name].round(2)


def _unranked(frame: pd.DataFrame, small: pd.Series) -> pd.DataFrame:
    """Put hidden rows at the end, by name and without their band: their place would tell who got more votes."""
    names = [*frame.columns[: frame.columns.get_loc("measure")], "measure"]
    if "band" in frame and "band" not in names:
        frame["band"] = frame["band"].mask(small, "")
    return pd.concat([frame[~small], frame[small].sort_values(names)], ignore_index=True)


def _small(frame: pd.DataFrame, minimum_n: int) -> pd.Series:
    small = pd.Series(False, index=frame.index)
    for name in ("n", *_COUNTS):
        if name in frame:
            counts = frame[name].fillna(0)
            small |= (counts > 0) & (counts < minimum_n)
    return small


def _number_columns(frame: pd.DataFrame) -> list[str]:
    numbers = frame.select_dtypes("number").columns
    return [name for name in numbers if name not in _KEPT_WHEN_HIDDEN]
