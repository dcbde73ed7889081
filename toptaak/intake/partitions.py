"""Checked tables to Parquet, one file per municipality."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from toptaak.core.periods import quarter_column
from toptaak.intake.columns import ContractTable
from toptaak.intake.odd_numbers import far_ahead, moments_of
from toptaak.intake.tables import TABLES

EVERYWHERE = "all"


def write_partitions(tables: Mapping[str, pd.DataFrame], folder: Path) -> dict[str, dict[str, str]]:
    """Write every table, rows in the order they have.

    Returns
    -------
    dict
        Per table and municipality (`all` for a table that is the same everywhere) the hash of its file.
    """
    return {name: _write(TABLES[name], frame, folder / name) for name, frame in tables.items()}


def _write(table: ContractTable, frame: pd.DataFrame, folder: Path) -> dict[str, str]:
    folder.mkdir(parents=True)
    digests = {}
    for place, rows in _slices(table, frame):
        sink = pa.BufferOutputStream()
        pq.write_table(rows, sink, compression="zstd")
        content = sink.getvalue().to_pybytes()
        (folder / f"{place}.parquet").write_bytes(content)
        digests[place] = hashlib.sha256(content).hexdigest()
    return digests


def _slices(table: ContractTable, frame: pd.DataFrame) -> Iterator[tuple[str, pa.Table]]:
    if not table.local:
        yield EVERYWHERE, pa.Table.from_pandas(frame, preserve_index=False)
        return
    codes, places = pd.factorize(frame["municipality"], sort=True)
    order = np.argsort(codes, kind="stable")
    rows = pa.Table.from_pandas(frame.take(order), preserve_index=False)
    starts = np.searchsorted(codes[order], np.arange(len(places) + 1))
    for number, place in enumerate(places):
        yield str(place), rows.slice(starts[number], starts[number + 1] - starts[number])


def quarters_by_municipality(tables: Mapping[str, pd.DataFrame]) -> dict[str, list[str]]:
    """List per municipality the quarters in which it has observations; those of dates far ahead are none."""
    periods = pd.concat([_quarters(TABLES[name], frame) for name, frame in tables.items()] or [pd.DataFrame()])
    if periods.empty:
        return {}
    grouped = periods.drop_duplicates().dropna().groupby("municipality")["quarter"]
    return {str(place): sorted(quarters) for place, quarters in grouped}


def _quarters(table: ContractTable, frame: pd.DataFrame) -> pd.DataFrame:
    column = table.column(table.when) if table.when else None
    if column is None:
        return pd.DataFrame({"municipality": [], "quarter": []}, dtype=object)
    moments = moments_of(frame[column.name], column.kind)
    kept = ~far_ahead(moments)
    return pd.DataFrame({"municipality": frame["municipality"], "quarter": quarter_column(moments)}, dtype=object)[kept]
