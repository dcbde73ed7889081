"""Contact logs too large for memory: the same numbers as the plain route, from Parquet, batch by batch.

Waiting and answering come from one pass of DuckDB. Journeys need the contacts of a case together: a store is sorted
once by case and time (`sort_contacts`) and then read in batches that never cut a case. Each batch becomes cases,
the cases become observations by the same functions as always, and the summaries of the batches are merged.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from toptaak.core.errors import MissingExtra
from toptaak.core.periods import AMSTERDAM, Quarter
from toptaak.core.results import stack
from toptaak.core.settings import Settings
from toptaak.kpi import contact_log, journeys, times
from toptaak.kpi.merging import Merged
from toptaak.kpi.summaries import Observations, estimates

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

BATCH_ROWS: Final = 1_000_000
MEMORY_LIMIT: Final = "1GB"
_ORDER: Final = ("municipality", '"case"', "started_at", "task_id", "channel")
_MISSING: Final = np.iinfo(np.int64).min
_COLUMNS: Final = ("municipality", '"case"', "task_id", "channel", "started_at", "ended_at", "resolved")

OBSERVERS: Final[Mapping[str, Callable[[pd.DataFrame], Observations]]] = MappingProxyType(
    {
        "completion_time": times.case_times,
        "open_cases": journeys.open_or_not,
        "zero_durations": times.zero_or_not,
        "contacts_per_case": journeys.contact_counts,
        "channel_switches": contact_log.switch_counts,
        "channel_switch_rate": contact_log.switched_or_not,
        "first_contact_resolution": contact_log.solved_at_once,
    }
)


def connect(folder: Path) -> duckdb.DuckDBPyConnection:
    """Open DuckDB with bounded memory; what does not fit is put aside in `folder`."""
    try:
        import duckdb
    except ImportError:
        raise MissingExtra("duckdb", "large") from None
    return duckdb.connect(
        config={"memory_limit": MEMORY_LIMIT, "temp_directory": str(folder), "preserve_insertion_order": False}
    )


def sort_contacts(sources: Sequence[Path], target: Path) -> None:
    """Write contacts once more, sorted by municipality, case and time; contacts without a case are left out.

    Parameters
    ----------
    sources
        Parquet files of checked contacts.
    target
        Parquet file to write. Its folder also holds what does not fit in memory while sorting.
    """
    with connect(target.parent) as database:
        files = database.read_parquet([str(path) for path in sources])
        wanted = files.filter('"case" IS NOT NULL').project(", ".join(_COLUMNS)).order(", ".join(_ORDER))
        wanted.write_parquet(str(target), compression="zstd", row_group_size=BATCH_ROWS // 4)


def journeys_from_store(
    store: Path,
    by: Sequence[str] = (),
    settings: Settings | None = None,
    *,
    names: Sequence[str] = tuple(OBSERVERS),
    batch_rows: int = BATCH_ROWS,
) -> pd.DataFrame:
    """Give the measures of cases from a sorted store.

    Parameters
    ----------
    store
        File written by `sort_contacts`.
    by
        Group columns: municipality, task_id, channel (of the first contact), quarter (of completion).
    names
        Measures to give; see `OBSERVERS`.
    batch_rows
        Rows read at a time; it changes memory and speed, not the numbers.

    Returns
    -------
    Result frame, the same as `kpi.measures.measure_all` gives for these measures from the whole table.
    """
    settings = settings or Settings()
    merged = {name: Merged(name, by) for name in names}
    for batch in whole_batches(store, batch_rows):
        by_case = _coded(cases_of_sorted(batch), by)
        for name in names:
            merged[name].add(OBSERVERS[name](by_case))
    return stack([estimates(one.summary(), settings) for one in merged.values()], by)


def _coded(by_case: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    return by_case.assign(**{name: by_case[name].astype("category") for name in by if name in by_case.columns})


def whole_batches(
    store: Path, batch_rows: int = BATCH_ROWS, keys: Sequence[str] = tuple(journeys.CASE)
) -> Iterator[pa.Table]:
    """Read a store that is sorted by some columns in parts that never cut rows with equal values there.

    Rows with a missing value do not hang together.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    kept: pa.Table | None = None
    for batch in pq.ParquetFile(store).iter_batches(batch_rows):
        table = pa.Table.from_batches([batch])
        table = table if kept is None else pa.concat_tables([kept, table])
        last = table.num_rows - _rows_of_last(table, keys)
        if last:
            yield table.slice(0, last)
        kept = table.slice(last)
    if kept is not None and kept.num_rows:
        yield kept


def _rows_of_last(contacts: pa.Table, keys: Sequence[str]) -> int:
    import pyarrow.compute as pc

    last = contacts.slice(contacts.num_rows - 1).to_pylist()[0]
    if any(last[name] is None for name in keys):
        return 0
    same = [pc.equal(contacts.column(name), last[name]) for name in keys]
    return int(pc.sum(pc.and_(*same)).as_py())


def begins(contacts: pa.Table, keys: Sequence[str]) -> np.ndarray:
    """Tell for each row whether its keys differ from those of the row before; missing is a value of its own."""
    import pyarrow.compute as pc

    new = np.ones(contacts.num_rows, dtype=bool)
    if contacts.num_rows > 1:
        new[1:] = False
        for name in keys:
            column = contacts.column(name).combine_chunks()
            now, before = column.slice(1), column.slice(0, len(column) - 1)
            one_missing = np.asarray(column.is_null())
            new[1:] |= np.asarray(pc.not_equal(now, before).fill_null(False)) | (one_missing[1:] != one_missing[:-1])
    return new


def cases_of_sorted(contacts: pa.Table) -> pd.DataFrame:
    """Gather contacts that are sorted by case and time into cases, as `kpi.journeys.cases` does.

    Returns
    -------
    One row per case; columns as there, without the case's number.
    """
    starts = np.flatnonzero(begins(contacts, journeys.CASE))
    began, ended = (microseconds(contacts, name) for name in ("started_at", "ended_at"))
    at = np.where(ended == _MISSING, began, ended)
    resolved = contacts.column("resolved").to_pandas().astype("boolean")
    solved = resolved.fillna(False).to_numpy(dtype=bool)
    recorded = np.logical_or.reduceat(resolved.notna().to_numpy(), starts)
    done_at = np.maximum.reduceat(np.where(solved, at, _MISSING), starts)
    is_open, first = done_at == _MISSING, began[starts]
    channel = codes_of(contacts, "channel")
    task = codes_of(contacts, "task_id")
    dated = np.where(is_open, first, done_at)
    return pd.DataFrame(
        {
            "municipality": codes_of(contacts, "municipality")[starts],
            "task_id": task[starts],
            "channel": channel[starts],
            "contacts": np.diff(starts, append=contacts.num_rows),
            "channels": _distinct(channel.codes, starts),
            "switches": _switches(channel.codes, starts),
            "seconds": np.where(is_open, np.nan, (done_at - first) / 1e6),
            "open": pd.arrays.BooleanArray(is_open, ~recorded),
            "dated_at": pd.to_datetime(dated, unit="us", utc=True),
            "quarter": quarters_of(dated),
        }
    )


def microseconds(contacts: pa.Table, name: str) -> np.ndarray:
    """Give moments as microseconds since 1970, a missing one as the lowest number."""
    import pyarrow as pa

    whole = contacts.column(name).cast(pa.timestamp("us", "UTC")).cast(pa.int64())
    return np.asarray(whole.fill_null(_MISSING).to_numpy())


def codes_of(contacts: pa.Table, name: str) -> pd.Categorical[str]:
    """Give a text column as codes of its different values, sorted."""
    column = contacts.column(name).combine_chunks().dictionary_encode()
    codes = np.asarray(column.indices.fill_null(-1))
    names = pd.Index(column.dictionary.to_pylist(), dtype=object)
    order = names.argsort()
    rank = np.empty(len(names) + 1, dtype=np.int64)
    rank[order], rank[-1] = np.arange(len(names)), -1
    return pd.Categorical.from_codes(rank[codes], categories=names[order])


def _distinct(codes: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """Count the different values within each case; there are far fewer than 64 channels."""
    bits = np.where(codes >= 0, np.left_shift(np.uint64(1), codes.astype(np.uint64)), np.uint64(0))
    return np.bitwise_count(np.bitwise_or.reduceat(bits, starts)).astype(np.int64)


def _switches(codes: np.ndarray, starts: np.ndarray) -> np.ndarray:
    changed = np.zeros(len(codes), dtype=np.int64)
    changed[1:] = (codes[1:] != codes[:-1]) & (codes[1:] >= 0) & (codes[:-1] >= 0)
    changed[starts] = 0
    return np.add.reduceat(changed, starts)


def quarters_of(moments: np.ndarray) -> pd.Categorical[str]:
    """Give the quarter of moments in microseconds, by the clock in Amsterdam."""
    ends = pd.to_datetime([moments.min(), moments.max()], unit="us", utc=True).tz_convert(AMSTERDAM)
    quarters = [Quarter.of(ends[0].date())]
    while quarters[-1] < Quarter.of(ends[1].date()):
        quarters.append(quarters[-1].next())
    starts = pd.DatetimeIndex([pd.Timestamp(one.start, tz=AMSTERDAM) for one in quarters]).as_unit("us").asi8
    codes = np.searchsorted(starts, moments, side="right") - 1
    return pd.Categorical.from_codes(codes, categories=pd.Index([str(one) for one in quarters]))
