"""What was known on a day: tables without what happened later, and without what was filled in later.

A report on a quarter shows what could be known on its last day, whenever it is made. Which column dates a row, and
which columns become known only with a later date, is declared beside each table (`intake.tables`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import numpy as np
import pandas as pd

from toptaak.core.periods import AMSTERDAM, Quarter, parse_week
from toptaak.intake.columns import ContractTable, Kind
from toptaak.intake.keys import found_in, row_keys
from toptaak.intake.tables import TABLES

Tables = Mapping[str, pd.DataFrame | None]


def known_on(tables: Tables, day: dt.date) -> dict[str, pd.DataFrame | None]:
    """Leave out of every table what was not known at the end of a day.

    Parameters
    ----------
    tables
        Checked tables by their name in the contract; None where a table is absent.
    day
        The last day of the quarter or week that is looked at.

    Returns
    -------
    dict
        The same tables, rows numbered anew. A row counts from its own date on: a week from its Thursday, a quarter from
        its last day, a ballot from the day of its respondent; without a date it always counts. A cell that was filled
        later is empty again.

    Examples
    --------
    >>> days = pd.to_datetime(["2026-09-28", "2026-10-02"])
    >>> signals = pd.DataFrame({"signal": ["1", "2"], "date": days, "followed_up_on": days + pd.Timedelta("4D")})
    >>> known = known_on({"signals": signals}, dt.date(2026, 9, 30))["signals"]
    >>> known["signal"].tolist(), known["followed_up_on"].isna().tolist()
    (['1'], [True])
    """
    dated = {name: table if table is None else _rows(table, TABLES[name], day) for name, table in tables.items()}
    for name, table in dated.items():
        through = TABLES[name].through
        if table is not None and through is not None:
            dated[name] = _of_known(table, dated.get(through[0]), through[1])
    return {name: table if table is None else _cells(table, TABLES[name], day) for name, table in dated.items()}


def _rows(table: pd.DataFrame, contract: ContractTable, day: dt.date) -> pd.DataFrame:
    if contract.dated is None or contract.dated not in table:
        return table
    return _kept(table, ~_after(table[contract.dated], contract, contract.dated, day))


def _of_known(table: pd.DataFrame, others: pd.DataFrame | None, shared: tuple[str, ...]) -> pd.DataFrame:
    """Keep the rows whose counterpart in another table is known; all of them where that table is absent."""
    if others is None:
        return table
    names = [name for name in shared if name in table and name in others]
    return _kept(table, found_in(row_keys(table, names), row_keys(others, names)) >= 0)


def _cells(table: pd.DataFrame, contract: ContractTable, day: dt.date) -> pd.DataFrame:
    emptied: dict[str, pd.Series] = {}
    for date, others in contract.later.items():
        if date in table and (after := _after(table[date], contract, date, day)).any():
            emptied |= {name: table[name].mask(after) for name in (date, *others) if name in table}
    return table.assign(**emptied) if emptied else table


def _kept(table: pd.DataFrame, mask: np.ndarray) -> pd.DataFrame:
    return table if mask.all() else table[mask].reset_index(drop=True)


def _after(moments: pd.Series, contract: ContractTable, name: str, day: dt.date) -> np.ndarray:
    """Tell which moments lie after a day by the clock in Amsterdam; one that is missing does not."""
    column = contract.column(name)
    midnight = pd.Timestamp(day + dt.timedelta(days=1))
    if column is None or column.kind not in (Kind.QUARTER, Kind.WEEK):
        limit = midnight if moments.dt.tz is None else midnight.tz_localize(AMSTERDAM)
        return (moments >= limit).to_numpy()
    known = {text: pd.Timestamp(_counted_on(text, column.kind)) for text in moments.dropna().unique()}
    return (pd.to_datetime(moments.map(known)) >= midnight).to_numpy()


def _counted_on(period: str, kind: Kind) -> dt.date:
    """Give the day from which a period counts as over: the Thursday of a week, the last day of a quarter."""
    return Quarter.parse(period).end if kind is Kind.QUARTER else parse_week(period) + dt.timedelta(days=3)
