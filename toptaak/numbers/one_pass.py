"""Numbers once, for everybody: one pass over the tables of many municipalities gives what each would measure by itself.

A call of pandas costs much the same for a thousand rows as for fifty thousand. So the measures are taken of all
municipalities at once, by the same functions, and each municipality gets its own rows of them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from toptaak.core.results import NO_TABLE
from toptaak.kpi.measures import CATALOGUE, MEASURED, OBSERVED, Known, MeasuredTables, is_told_by
from toptaak.kpi.summaries import Summary, unmeasured, weights_of

if TYPE_CHECKING:
    import datetime as dt

    from toptaak.intake.store import Store

# what a report tells of each quarter, before it looks closer
GROUPINGS: Final = (("quarter",), ("quarter", "channel"), ("quarter", "task_id"))
AT_ONCE: Final = 50  # municipalities: enough to save what each costs by itself, few enough for the memory

Tables = Mapping[str, pd.DataFrame | None]


def known_of_all(store: Store, codes: Sequence[str], day: dt.date) -> Iterator[tuple[str, Known]]:
    """Measure municipalities together, as much as goes into memory at once, and give what is known of each.

    Parameters
    ----------
    store
        the checked data.
    codes
        municipalities.
    day
        last day of the quarter: nothing that was known later counts.
    """
    from toptaak.intake.known import known_on

    for begin in range(0, len(codes), AT_ONCE):
        batch = codes[begin : begin + AT_ONCE]
        tables = {name: _of_these(store, name, batch) for name in sorted(MEASURED)}
        yield from summaries_of_each(MeasuredTables(known_on(tables, day), store.settings), batch, tables).items()


def _of_these(store: Store, name: str, codes: Sequence[str]) -> pd.DataFrame | None:
    from toptaak.intake.tables import TABLES

    if not TABLES[name].local:
        return store.table(name)
    parts = [table for table in (store.table(name, code) for code in codes) if table is not None]
    return pd.concat(parts, ignore_index=True) if parts else None


def summaries_of_each(
    together: MeasuredTables, codes: Sequence[str], delivered: Tables, groupings: Sequence[Sequence[str]] = GROUPINGS
) -> Mapping[str, Known]:
    """Give each municipality its rows of the summaries of all, equal to those of its own tables.

    Parameters
    ----------
    together
        Tables that hold the rows of these municipalities.
    codes
        Municipalities.
    delivered
        The tables as they were delivered, to tell a municipality without a table from one without observations.
    groupings
        Group columns that are wanted.

    Returns
    -------
    Mapping
        Per municipality the summary by measure and group columns, as `MeasuredTables` takes them over.

    Examples
    --------
    >>> from toptaak.core.settings import Settings
    >>> attempts = pd.DataFrame({"municipality": ["GM9901", "GM9902"], "verified_success": [True, False],
    ...     "date": pd.to_datetime(["2026-07-01"] * 2)})
    >>> together = MeasuredTables({"attempts": attempts}, Settings())
    >>> known = summaries_of_each(together, ["GM9901", "GM9902"], together, [["quarter"]])
    >>> known["GM9902"]["success_rate", ("quarter",)].groups[["quarter", "n", "mean"]].values.tolist()
    [['2026Q3', 1, 0.0]]
    """
    there = {code: _delivered_by(code, delivered) for code in codes}
    known: dict[str, dict[tuple[str, tuple[str, ...]], Summary]] = {code: {} for code in codes}
    for by in map(tuple, groupings):
        for name in OBSERVED:
            able = [code for code in codes if is_told_by(name, there[code])]
            absent = unmeasured(CATALOGUE[name], NO_TABLE, by)
            parts = dict.fromkeys(codes, absent) | (_parted(together, name, by, able) if able else {})
            for code in codes:
                known[code][name, by] = parts[code]
    return known


def _delivered_by(code: str, tables: Tables) -> set[str]:
    """Name the tables that a municipality has rows in; lists that are the same everywhere are everybody's."""
    return {
        name
        for name, table in tables.items()
        if table is not None and ("municipality" not in table or (table["municipality"] == code).any())
    }


def _parted(together: MeasuredTables, name: str, by: tuple[str, ...], codes: Collection[str]) -> dict[str, Summary]:
    """Part one summary of all municipalities in those of each."""
    whole = together.summary(name, ["municipality", *by])
    towns = whole.groups["municipality"].to_numpy(dtype=str)
    groups, order = whole.groups.drop(columns="municipality"), np.argsort(towns, kind="stable")
    begins, ends = (np.searchsorted(towns[order], list(codes), side) for side in ("left", "right"))
    weighted = _weighing(together, name, by) if whole.weighted else set()
    return {
        code: replace(
            whole,
            by=by,
            groups=groups.take(order[begin:end]).reset_index(drop=True),
            weighted=code in weighted,
        )
        for code, begin, end in zip(codes, begins, ends, strict=True)
    }


def _weighing(together: MeasuredTables, name: str, by: tuple[str, ...]) -> set[str]:
    """Name the municipalities in which weights act."""
    observed = together.observed(name, ["municipality", *by])
    assert observed is not None
    rows = observed.rows.assign(weight=weights_of(observed.rows)).dropna(subset=["value", "weight"])
    weights = rows.groupby(rows["municipality"].astype(str))["weight"]
    varied = weights.nunique() > 1
    return {str(code) for code in varied.index[varied]}
