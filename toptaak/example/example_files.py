"""Writing the example as a municipality would deliver it: small tables as Dutch CSV or XLSX, big as Parquet.

Every writer takes one table of rows per municipality and counts the rows, so that memory stays small and a
wrong row can be pointed at. The bytes depend on the rows alone.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any, Protocol, Self

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet

from toptaak.intake.columns import Kind
from toptaak.intake.schema import table_named

PARQUET = ("respondents", "ballots", "offered", "attempts", "contacts", "cases", "steps", "ratings")
XLSX = ("targets",)
_ARROW = {
    Kind.DATE: pa.date32(),
    Kind.TIME: pa.timestamp("ms", "Europe/Amsterdam"),
    Kind.BOOL: pa.bool_(),
    Kind.NUMBER: pa.float64(),
    Kind.INTEGER: pa.int64(),
    Kind.DURATION: pa.float64(),
}
_CSV = pyarrow.csv.WriteOptions(include_header=False, delimiter=";", quoting_style="needed")


class Writer(Protocol):
    """Takes rows until it is closed; `rows` counts what it wrote."""

    path: Path
    rows: int

    def add(self, frame: pd.DataFrame) -> None:
        """Write rows under those already there."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *error: object) -> None: ...


def writer(folder: Path, table: str) -> Writer:
    """Open the file of a table in the format that this table has in the example."""
    if table in PARQUET:
        return _ParquetFile(folder / f"{table}.parquet", table)
    if table in XLSX:
        return _Workbook(folder / f"{table}.xlsx", table)
    return _CsvFile(folder / f"{table}.csv", table)


def arrow(frame: pd.DataFrame, table: str) -> pa.Table:
    """Give the rows the column types of the contract; segment columns stay text."""
    contract = table_named(table)
    fields = []
    for name in frame.columns:
        column = contract.column(str(name))
        fields.append((name, _ARROW.get(column.kind, pa.string()) if column else pa.string()))
    typed = pa.Table.from_pandas(frame, pa.schema(fields), preserve_index=False)
    return typed.replace_schema_metadata(None)


class _ParquetFile:
    def __init__(self, path: Path, table: str) -> None:
        self.path, self.rows = path, 0
        self._table = table
        self._writer: pyarrow.parquet.ParquetWriter | None = None

    def add(self, frame: pd.DataFrame) -> None:
        rows = arrow(frame, self._table)
        if self._writer is None:
            self._writer = pyarrow.parquet.ParquetWriter(self.path, rows.schema, compression="zstd")
        self._writer.write_table(rows)
        self.rows += len(frame)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        if self._writer is not None:
            self._writer.close()


class _CsvFile:
    def __init__(self, path: Path, table: str) -> None:
        self.path, self.rows = path, 0
        self._table = table
        self._handle = path.open("wb")

    def add(self, frame: pd.DataFrame) -> None:
        if self._handle.tell() == 0:
            self._handle.write((";".join(frame.columns) + "\n").encode())
        rows = arrow(frame, self._table)
        as_text = {name: _dutch(rows[name]) for name in rows.column_names}
        pyarrow.csv.write_csv(pa.table(as_text), self._handle, _CSV)
        self.rows += len(frame)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._handle.close()


def _dutch(column: Any) -> Any:
    """Write yes and no, and decimals with a comma, as a Dutch spreadsheet does."""
    if pa.types.is_boolean(column.type):
        return pc.if_else(column, "ja", "nee")
    if pa.types.is_floating(column.type):
        return pc.replace_substring(pc.cast(column, pa.string()), ".", ",")
    return column


class _Workbook:
    def __init__(self, path: Path, table: str) -> None:
        import xlsxwriter

        self.path, self.rows = path, 0
        options = {"constant_memory": True, "default_date_format": "dd-mm-yyyy", "in_memory": False}
        self._book = xlsxwriter.Workbook(path, options)
        self._book.set_properties({"created": dt.datetime(2026, 1, 1)})
        self._sheet = self._book.add_worksheet(table)

    def add(self, frame: pd.DataFrame) -> None:
        if self.rows == 0:
            self._sheet.write_row(0, 0, list(frame.columns))
        for values in frame.itertuples(index=False):
            self.rows += 1
            for at, value in enumerate(values):
                self._put(at, value)

    def _put(self, column: int, value: Any) -> None:
        if isinstance(value, dt.date):
            self._sheet.write_datetime(self.rows, column, value)
        elif isinstance(value, str):
            self._sheet.write_string(self.rows, column, value)
        elif not pd.isna(value):
            self._sheet.write_number(self.rows, column, float(value))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._book.close()
