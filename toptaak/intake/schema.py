"""Pandera schemas made from the contract in `tables.py`."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import pandas as pd

from toptaak.intake.columns import ContractColumn, ContractTable
from toptaak.intake.tables import TABLES

if TYPE_CHECKING:
    import pandera.pandas as pa


def table_named(name: str) -> ContractTable:
    """Find a table of the contract; raise `KeyError` where there is none.

    Examples
    --------
    >>> table_named("ballots").names
    ('survey', 'respondent', 'task_id', 'position', 'municipality')
    """
    return TABLES[name]


def columns_of(table: ContractTable, segments: tuple[str, ...] = ()) -> tuple[ContractColumn, ...]:
    """List the columns of a checked table, the declared segment columns last."""
    declared = [column for name in sorted(segments) if (column := table.column(name)) is not None]
    return (*(entry for entry in table.columns if entry.kept), *declared)


def empty_frame(table: ContractTable, segments: tuple[str, ...] = ()) -> pd.DataFrame:
    """Make a table without rows, with the types of the contract."""
    return _empty_frame(table.name, segments).copy()


@cache
def _empty_frame(name: str, segments: tuple[str, ...]) -> pd.DataFrame:
    table = table_named(name)
    return pd.DataFrame({column.name: pd.Series([], dtype=column.dtype) for column in columns_of(table, segments)})


@cache
def schema(name: str, segments: tuple[str, ...] = ()) -> pa.DataFrameSchema:
    """Give the pandera schema of a checked table: types, filled cells, choices and ranges.

    Parameters
    ----------
    name
        A table of the contract.
    segments
        The segment columns a mapping declared (`respondents` only).

    Examples
    --------
    >>> list(schema("offered").columns)
    ['survey', 'respondent', 'task_id', 'municipality']
    """
    import pandera.pandas as pa

    table = table_named(name)
    columns = {column.name: _column(column) for column in columns_of(table, segments)}
    return pa.DataFrameSchema(columns, strict=True, ordered=True, name=name)


def _column(column: ContractColumn) -> pa.Column:
    import pandera.pandas as pa

    checks: list[Any] = []
    if column.choices:
        checks.append(pa.Check.isin(column.choices))
    if column.minimum is not None:
        checks.append(pa.Check.ge(column.minimum))
    if column.above is not None:
        checks.append(pa.Check.gt(column.above))
    if column.maximum is not None:
        checks.append(pa.Check.le(column.maximum))
    return pa.Column(column.dtype, checks, nullable=column.empty)


def failures(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """Check a typed table against its schema.

    Returns
    -------
    pandas.DataFrame
        One row per cell that breaks a rule: `column`, `check` (as pandera names it), `index` (of the row).

    Raises
    ------
    ValueError
        if a column has another type than the contract says: a fault of ours, not of the file.
    """
    from pandera.errors import SchemaErrors

    segments = tuple(sorted(set(frame.columns) - set(table_named(name).names)))
    try:
        schema(name, segments).validate(frame, lazy=True)
    except SchemaErrors as errors:
        cases: pd.DataFrame = errors.failure_cases
        if cases["index"].isna().any():
            raise ValueError(f"table {name} does not have the shape of its contract:\n{cases}") from None
        return cases[["column", "check", "index"]].astype({"index": "int64"})
    return pd.DataFrame({"column": [], "check": [], "index": []})
