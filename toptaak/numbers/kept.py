"""What was published stays: the numbers of a quarter as they were written first, and what a revision would change.

They stand in `<data>/published/<quarter>.parquet`, with the fingerprint of the data they came from. A report on a later
quarter shows them as they were published.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

import pandas as pd

from toptaak.core.errors import ToptaakError
from toptaak.core.periods import Quarter
from toptaak.core.results import RESULT_COLUMNS, TOO_FEW
from toptaak.core.wording import message

FOLDER: Final = "published"
GROUPS: Final = ("municipality", "quarter", "task_id", "channel")  # what a number is of
_FINGERPRINT: Final = b"toptaak.fingerprint"
_KEY: Final = [*GROUPS, "measure"]
_COMPARED: Final = ["n", "estimate", "ci_low", "ci_high", "note"]
TREND_QUARTERS: Final = 8
DIGITS: Final = 9  # of what two numbers may differ in their rounding alone


def earlier(quarter: Quarter) -> list[Quarter]:
    """List the quarters of the trend before this one, oldest first."""
    return [quarter.shift(back) for back in range(1 - TREND_QUARTERS, 0)]


def kept_file(data: Path, quarter: Quarter) -> Path:
    """Name the file with the kept numbers of a quarter."""
    return data / FOLDER / f"{quarter}.parquet"


def keep(numbers: pd.DataFrame, data: Path, quarter: Quarter, fingerprint: str) -> Path:
    """Write the numbers of a quarter down for good; a file that was there is replaced as a whole."""
    path = kept_file(data, quarter)
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    write_parquet(numbers, fresh, fingerprint)
    fresh.replace(path)
    return path


def write_parquet(numbers: pd.DataFrame, path: Path, fingerprint: str) -> None:
    """Write numbers as Parquet: the same numbers and fingerprint give the same bytes."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    kinds = {"n": pa.int64()} | dict.fromkeys(("estimate", "ci_low", "ci_high"), pa.float64())
    columns = {name: pa.array(numbers[name], kinds.get(str(name), pa.string()), from_pandas=True) for name in numbers}
    table = pa.table(columns).replace_schema_metadata({_FINGERPRINT: fingerprint.encode()})
    pq.write_table(table, path, compression="zstd")


def kept_numbers(
    data: Path, quarter: Quarter, rows: Sequence[tuple[str, str, str]] | None = None
) -> pd.DataFrame | None:
    """Read the kept numbers of a quarter, as they were kept, or some rows of them; None where there are none.

    Raises
    ------
    ToptaakError
        where the file is damaged: nothing is put in the place of what was published.
    """
    import pyarrow as pa

    path = kept_file(data, quarter)
    if not path.is_file():
        return None
    try:
        return pd.read_parquet(path, filters=rows).astype({"n": "Int64"})
    except (pa.ArrowException, KeyError) as error:
        damaged = message(
            "{path} is damaged. Put a copy of it back, or take the numbers of now with: toptaak numbers --revise.",
            path=f"{FOLDER}/{path.name}",
        )
        raise ToptaakError(damaged) from error


def published_before(data: Path, municipality: str, quarters: Iterable[Quarter]) -> pd.DataFrame:
    """Read what was published of a municipality in these quarters, as far as their numbers were kept.

    Returns
    -------
    pandas.DataFrame
        The rows of `numbers.national.national_numbers` that told something: a number, or that there were too few
        observations to show it.

    Raises
    ------
    ToptaakError
        where a file is damaged.
    """
    parts = [
        rows
        for quarter in quarters
        if (rows := kept_numbers(data, quarter, [("municipality", "==", municipality)])) is not None
    ]
    if not parts:
        return pd.DataFrame(columns=[*GROUPS, *RESULT_COLUMNS])
    rows = pd.concat(parts, ignore_index=True)
    return rows[rows["estimate"].notna() | (rows["note"] == TOO_FEW)].reset_index(drop=True)


def kept_versions(data: Path, quarters: Iterable[Quarter]) -> tuple[str, ...]:
    """Tell for each kept file of these quarters what it was made from."""
    files = [path for quarter in quarters if (path := kept_file(data, quarter)).is_file()]
    return tuple(f"{path.name} {path.stat().st_size} {fingerprint_of(path)}" for path in files)


def fingerprint_of(path: Path) -> str:
    """Give the fingerprint of the data that kept numbers came from; nothing where the file cannot be read."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return str((pq.read_schema(path).metadata or {}).get(_FINGERPRINT, b"").decode())
    except pa.ArrowException:  # who reads its numbers says so
        return ""


def fingerprint(parts: dict[str, str], version: str) -> str:
    """Give the fingerprint of the data of some municipalities, read by a version of toptaak."""
    return hashlib.sha256(json.dumps([version, parts], sort_keys=True).encode()).hexdigest()


def revisions(kept: pd.DataFrame, now: pd.DataFrame) -> pd.DataFrame:
    """List what differs between the kept numbers and those of now.

    Returns
    -------
    pandas.DataFrame
        One row per number that is new, gone or different: the group columns, `measure`, then n, estimate, limits and
        note with `_then` and `_now`; empty where nothing differs.

    Examples
    --------
    >>> from toptaak.core.results import result_row, results
    >>> groups = {"municipality": "GM9901", "quarter": "2026Q2", "task_id": "_all", "channel": "_all"}
    >>> then, now = (results([result_row("success_rate", n, 0.5) | groups], list(groups)) for n in (40, 41))
    >>> revisions(then, now)[["measure", "n_then", "n_now"]].values.tolist()
    [['success_rate', 40, 41]]
    """
    both = _comparable(kept).merge(_comparable(now), on=_KEY, how="outer", suffixes=("_then", "_now"), sort=True)
    differs = pd.Series(False, index=both.index)
    for name in _COMPARED:
        then, later = both[f"{name}_then"], both[f"{name}_now"]
        differs |= ~((then == later).fillna(False) | (then.isna() & later.isna()))
    return both[differs].reset_index(drop=True)


def _comparable(numbers: pd.DataFrame) -> pd.DataFrame:
    shown = numbers[[*GROUPS, *RESULT_COLUMNS]].drop(columns="method").astype(dict.fromkeys(_KEY, "string"))
    rounded = {name: shown[name].astype("Float64").round(DIGITS) for name in ("estimate", "ci_low", "ci_high")}
    return shown.assign(n=shown["n"].astype("Int64"), **rounded)
