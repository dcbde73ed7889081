"""The publishable numbers of a quarter: all municipalities measured in one pass, each published by itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from toptaak.core.municipalities import find
from toptaak.core.periods import Quarter
from toptaak.core.results import ALL, RESULT_COLUMNS, stack
from toptaak.core.settings import Settings
from toptaak.intake.known import known_on
from toptaak.kpi.measures import MeasuredTables, measure_all
from toptaak.kpi.measures.outcomes import verified
from toptaak.numbers.quarter import TABLES, Source
from toptaak.privacy.disclosure import publish

if TYPE_CHECKING:
    from toptaak.intake.store import Store

GROUPS: Final = ("municipality", "quarter", "task_id", "channel")
BREAKDOWNS: Final[tuple[tuple[str, ...], ...]] = ((), ("channel",), ("task_id",))
_MEASURED: Final = ("attempts", "contacts", "service_totals", "steps", "ratings", "questions", "forms", "effort")

Tables = Mapping[str, pd.DataFrame | None]


def national_numbers(store: Store, quarter: Quarter, codes: Sequence[str] = ()) -> pd.DataFrame:
    """Give every publishable number of a quarter, the same numbers as in each municipality's report.

    Parameters
    ----------
    codes
        municipalities; empty for all that have data in the quarter.

    Returns
    -------
    pandas.DataFrame
        One row per municipality, task or channel (`_all`: together) and measure, with `core.results.RESULT_COLUMNS`.
        Small cells are hidden per municipality. Measures of a municipality of which the table is missing have one row.
    """
    wanted = [code for code in codes or store.municipalities() if quarter in store.quarters(code)]
    parts = [*_measured(store, quarter, wanted), *_voted(store, quarter, wanted)]
    joined = stack(parts, GROUPS)[[*GROUPS, *RESULT_COLUMNS]]
    place = {code: at for at, code in enumerate(wanted)}
    return joined.sort_values("municipality", key=lambda code: code.map(place), kind="stable", ignore_index=True)


def _measured(store: Store, quarter: Quarter, codes: Sequence[str]) -> Iterator[pd.DataFrame]:
    for alike, tables in _alike(store, quarter, codes):
        shared = MeasuredTables(tables, store.settings)
        for by in BREAKDOWNS:
            frame = measure_all(shared, ["municipality", "quarter", *by], store.settings)
            yield from _published(frame, by, alike, quarter, store.settings)


def _published(
    frame: pd.DataFrame, by: tuple[str, ...], codes: Sequence[str], quarter: Quarter, settings: Settings
) -> Iterator[pd.DataFrame]:
    """Publish each municipality's rows of the quarter; what no municipality can measure stands once with each."""
    frame = frame.astype(dict.fromkeys(("municipality", "quarter", *by), object))
    nowhere = frame[frame["municipality"] == ALL].assign(quarter=str(quarter))
    of_quarter = frame[frame["quarter"] == str(quarter)]
    by_code = dict(iter(of_quarter.groupby("municipality", sort=False)))
    for code in codes:
        own = [by_code[code]] if code in by_code else []
        rows = pd.concat([*own, nowhere.assign(municipality=code)] if not by else own) if own or not by else None
        if rows is not None and len(rows):
            yield publish(rows, settings).frame


def _alike(store: Store, quarter: Quarter, codes: Sequence[str]) -> Iterator[tuple[list[str], Tables]]:
    """Put municipalities together whose tables tell the same, so that each is measured as if it were alone."""
    groups: dict[object, dict[str, Tables]] = {}
    for code in codes:
        tables = known_on({name: store.table(name, code) for name in _MEASURED}, quarter.end)
        told = tuple((name, _told(name, table)) for name, table in tables.items())
        groups.setdefault((told, code if store.settings.pool_wordings else ""), {})[code] = tables
    for found in groups.values():
        yield [*found], {name: _joined([tables[name] for tables in found.values()]) for name in _MEASURED}


def _told(name: str, table: pd.DataFrame | None) -> object:
    if table is None:
        return None
    weights = "weight" in table and not table["weight"].isna().all()
    outcomes = name == "attempts" and not np.isnan(verified(table)).all()
    return tuple(table.columns), weights, outcomes


def _joined(tables: Sequence[pd.DataFrame | None]) -> pd.DataFrame | None:
    there = [table for table in tables if table is not None]
    if not there:
        return None
    return pd.concat(there, ignore_index=True) if "municipality" in there[0] else there[0]


def _voted(store: Store, quarter: Quarter, codes: Sequence[str]) -> Iterator[pd.DataFrame]:
    """Give the vote of each municipality that is newest at the end of the quarter."""
    for code in codes:
        town = find(code)
        tables = known_on({name: store.table(name, code) for name in TABLES}, quarter.end)
        source = None if town is None else Source(town, quarter, "nl", tables, store.settings, pd.DataFrame())
        if source is not None and source.league is not None:
            yield source.league.frame.assign(municipality=code, quarter=str(quarter))
