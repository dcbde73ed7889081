"""Small cells are hidden here, before anyone can draw, say or export them.

`publish` is the only way to a `Publishable`; figures, tables, sentences and exports of a report take nothing
else. What is hidden loses its estimate, its interval and its n: an interval would give the n away.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from toptaak.core.results import NO_OBSERVATIONS, RESULT_COLUMNS, TOO_FEW, is_results
from toptaak.core.settings import Settings

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
        """Give the rows as a copy."""
        return self._frame.copy()

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
        return Publishable(self._frame[keep].reset_index(drop=True), self.minimum_n, _KEY)

    def at(self, places: Sequence[int]) -> Publishable:
        """Keep the rows at these places, in this order; `frame.index` numbers them from 0.

        Examples
        --------
        >>> from toptaak.core.results import result_row, results
        >>> frame = results([result_row("success_rate", 40, 0.8), result_row("disaster_rate", 40, 0.1)])
        >>> publish(frame, Settings()).at([1]).frame["measure"].tolist()
        ['disaster_rate']
        """
        return Publishable(self._frame.iloc[list(places)].reset_index(drop=True), self.minimum_n, _KEY)

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
        frame = self._frame.set_index(column).reindex(list(values)).rename_axis(column).reset_index()
        absent = ~frame[column].isin(self._frame[column])
        frame["n"] = frame["n"].mask(absent, 0)
        frame["note"] = frame["note"].mask(absent, NO_OBSERVATIONS)
        return Publishable(frame[self._frame.columns], self.minimum_n, _KEY)

    def __len__(self) -> int:
        return len(self._frame)


def publish(results: pd.DataFrame, settings: Settings) -> Publishable:
    """Hide every row that rests on fewer than `settings.minimum_n` observations.

    Parameters
    ----------
    results
        A result frame (see `core.results`), with or without an extension.

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
    frame = results.reset_index(drop=True).astype({"n": "Int64"})
    small = _small(frame, settings.minimum_n)
    for name in _number_columns(frame):
        frame[name] = frame[name].mask(small)
    frame["note"] = frame["note"].mask(small, TOO_FEW)
    if "verdict" in frame:
        frame["verdict"] = frame["verdict"].mask(small, "too_few")
    return Publishable(_unranked(frame, small) if "rank" in frame else frame, settings.minimum_n, _KEY)


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
