"""Warnings about numbers that are possible each by itself, and odd together: another unit, one weight, a date ahead."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from toptaak.core.periods import Quarter, parse_week, quarter_column
from toptaak.intake.columns import ContractTable, Kind
from toptaak.intake.pool import Pool
from toptaak.intake.tables import TABLES

_JUMP: Final = 40  # times: between minutes and seconds, hours and minutes (60) with room for chance
_ENOUGH: Final = 10
_TAILS: Final = (0.05, 0.95)
_HALF: Final = 0.5
_AHEAD: Final = pd.Timedelta(days=92)  # a quarter without any row before them
_MANY: Final = 20
_FEW: Final = 0.02


def check_numbers(pool: Pool) -> None:
    """Warn of durations in another unit, of a weight over half of all, and of dates far ahead of the others."""
    for table in map(TABLES.__getitem__, pool.names()):
        there = {str(head) for delivery in pool.of(table.name) for head in delivery.frame}
        wanted = {"municipality", "survey", "weight", table.when, table.dated, *table.later, *_durations(table)}
        rows = pool.rows(table.name, sorted({str(name) for name in wanted} & there))
        if table.when in rows and table.column(str(table.when)):
            _jumps(pool, rows, table)
        if "weight" in rows:
            _heavy(pool, rows, "survey" if "survey" in rows else None)
        for name in dict.fromkeys([*([table.dated] if table.dated else []), *table.later]):
            column = table.column(name)
            if column is not None and name in rows:
                ahead = far_ahead(moments_of(rows[name], column.kind))
                pool.warn("TT-832", rows, pd.Series(ahead, index=rows.index), name)


def _is_moment(table: ContractTable, name: str) -> bool:
    column = table.column(name)
    return column is not None and column.kind in (Kind.DATE, Kind.TIME)


def _durations(table: ContractTable) -> list[str]:
    return [column.name for column in table.columns if column.kind is Kind.DURATION]


def _jumps(pool: Pool, rows: pd.DataFrame, table: ContractTable) -> None:
    """Warn where the middle duration of a quarter or file is so many times that of the one before."""
    if not _is_moment(table, str(table.when)):
        return
    for name in _durations(table):
        if name in rows:
            durations = rows[name]
            low, high = durations[durations > 0].quantile(_TAILS)
            if high >= _JUMP * low:
                _jumps_of(pool, rows, name, quarter_column(rows[str(table.when)]))


def _jumps_of(pool: Pool, rows: pd.DataFrame, column: str, quarters: pd.Series) -> None:
    files = pool.files(rows)
    cells = rows[column].groupby([rows["municipality"], quarters, files], observed=True)
    medians = cells.median().where(cells.count() >= _ENOUGH).dropna()
    times = medians / medians.groupby("municipality").shift()
    jumped = times[(times >= _JUMP) | (times <= 1 / _JUMP)]
    for cell, ratio in zip(jumped.index, jumped, strict=True):
        here = pd.Series([key == cell for key in zip(rows["municipality"], quarters, files, strict=True)], rows.index)
        values = {"before": f"{medians[cell] / ratio:.0f}", "after": f"{medians[cell]:.0f}", "name": column}
        pool.warn("TT-830", rows, here & rows[column].notna(), column, values)


def _heavy(pool: Pool, rows: pd.DataFrame, survey: str | None) -> None:
    """Warn where one row weighs more than all others together, with the number of rows that this is worth."""
    groups = [rows[name] for name in ("municipality", survey) if name]
    weights = rows["weight"].fillna(1.0)
    sums = weights.groupby(groups).transform("sum")
    worth = sums**2 / (weights**2).groupby(groups).transform("sum")
    heavy = (weights > _HALF * sums) & (weights.groupby(groups).transform("size") > 1)
    for position in np.flatnonzero(heavy.to_numpy()):
        values = {
            "share": f"{weights.iloc[position] / sums.iloc[position]:.0%}",
            "worth": f"{worth.iloc[position]:.1f}",
        }
        pool.warn("TT-831", rows, pd.Series(np.arange(len(rows)) == position), "weight", values)


def moments_of(values: pd.Series, kind: Kind) -> pd.Series:
    """Give the moment by which each row belongs to a quarter: of a week its Thursday, of a quarter its last day.

    Examples
    --------
    >>> moments_of(pd.Series(["2026W40"]), Kind.WEEK)[0].date().isoformat()
    '2026-10-01'
    """
    if kind is Kind.WEEK:
        days = {week: parse_week(week) + pd.Timedelta(days=3) for week in values.dropna().unique()}
    elif kind is Kind.QUARTER:
        days = {quarter: pd.Timestamp(Quarter.parse(quarter).end) for quarter in values.dropna().unique()}
    else:
        return values
    return pd.to_datetime(values.map(days))


def far_ahead(moments: pd.Series) -> np.ndarray:
    """Tell which few moments come more than a quarter after all others: a year that was typed wrongly.

    Examples
    --------
    >>> days = pd.Series(pd.date_range("2026-07-01", periods=60).append(pd.DatetimeIndex(["2027-09-01"])))
    >>> far_ahead(days).nonzero()[0].tolist()
    [60]
    """
    values = moments.dropna().astype("int64").to_numpy()
    few = max(1, int(_FEW * len(values)))
    if len(values) < _MANY:
        return np.zeros(len(moments), dtype=bool)
    last = np.sort(np.partition(values, -few - 1)[-few - 1 :])
    gaps = np.flatnonzero(np.diff(last) > _AHEAD // pd.Timedelta(1, moments.dt.unit))
    if not len(gaps):
        return np.zeros(len(moments), dtype=bool)
    numbers = moments.astype("int64").to_numpy()  # what is missing is below all others
    return np.asarray(numbers >= last[gaps[0] + 1])
