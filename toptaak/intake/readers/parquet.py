"""Parquet: typed columns stay typed; what a table cannot hold is refused by name."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from toptaak.core.faults import stopping
from toptaak.intake.codes import fault
from toptaak.intake.readers.raw import Raw, find_header, header_faults, refuse, without_furniture

MAX_CELLS = 500_000_000


def read_parquet(data: bytes, file: str, wanted: Sequence[str]) -> Raw:
    """Read a Parquet file; the first row counts as row 2, as it would in Excel.

    Parameters
    ----------
    data, file, wanted
        As for `read_delimited`.

    Raises
    ------
    InputRefused
        for a damaged file, or one without any of the wanted columns.
    """
    try:
        source = pq.ParquetFile(pa.BufferReader(data), page_checksum_verification=True)
        header = find_header(file, [source.schema_arrow.names], wanted)
        _refuse_large(source.metadata, len(header.columns), file)
        table = source.read([source.schema_arrow.names[spot] for spot in header.columns.values()])
    except (pa.ArrowInvalid, OSError):
        raise refuse("TT-014", file) from None
    raw = Raw(file, pd.DataFrame(), np.arange(2, table.num_rows + 2), header.names)
    raw.faults = header_faults(file, header, 1)
    columns = {}
    for name, column in zip(header.columns, table.columns, strict=True):
        if not _usable(column.type):
            raw.faults.append(fault("TT-015", file, column=name, found=str(column.type)))
        else:
            columns[name] = _flat(column).to_pandas(integer_object_nulls=True)
    raw.cells = pd.DataFrame(columns)
    return raw if stopping(raw.faults) else without_furniture(raw, header, raw.cells.iloc[:, 0])


def _refuse_large(footer: pq.FileMetaData, columns: int, file: str) -> None:
    """Refuse more cells than a table of ours can have: a value that repeats takes no room in the file."""
    if footer.num_rows * columns > MAX_CELLS:
        raise refuse("TT-013", file, values={"limit": f"{MAX_CELLS // 1_000_000} M"})


def _usable(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        return _usable(kind.value_type)
    return not (pa.types.is_nested(kind) or pa.types.is_binary(kind) or pa.types.is_large_binary(kind))


def _flat(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    return column.cast(pa.float64()) if pa.types.is_decimal(column.type) else column
