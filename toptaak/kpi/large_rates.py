"""Waiting and answering from contact logs too large for memory: one pass of DuckDB over Parquet.

The conditions are those of `kpi.service_levels`. Sums are exact decimals, so that their order does not matter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from toptaak.core.periods import AMSTERDAM, Quarter
from toptaak.core.results import NO_OBSERVATIONS, NO_SPREAD, NOT_MEASURABLE, ONE_OBSERVATION, stack
from toptaak.core.settings import Settings
from toptaak.kpi.large import connect
from toptaak.kpi.summaries import Summary, estimates, unmeasured
from toptaak.kpi.times import ZERO_LEFT_OUT

if TYPE_CHECKING:
    import duckdb

GROUPS: Final = ("municipality", "task_id", "channel", "topic", "kind", "handled_by")


@dataclass(frozen=True)
class _Rate:
    """How one measure is counted: which contacts count, what each is worth, and why a value may be left out."""

    among: str
    value: str
    left_out: str = ""


_HANDLED: Final = "epoch_us(ended_at) - epoch_us(started_at)"
RATES: Final[Mapping[str, _Rate]] = MappingProxyType(
    {
        "abandoned_rate": _Rate("channel = 'phone'", "(NOT answered)::INT"),
        "short_wait_rate": _Rate("answered IS NOT FALSE", "(wait_s <= $norm)::INT"),
        "service_level": _Rate(
            "channel = 'phone'",
            "CASE WHEN answered IS NULL THEN NULL WHEN NOT answered THEN 0 ELSE (wait_s <= $norm)::INT END",
        ),
        "speed_of_answer": _Rate("channel = 'phone' AND answered", "wait_s"),
        "handling_time": _Rate(
            "answered IS NOT FALSE", f"CASE WHEN {_HANDLED} > 0 THEN ln(({_HANDLED}) / 1e6) END", f"{_HANDLED} = 0"
        ),
    }
)


def rates_from_parquet(
    sources: Sequence[Path],
    folder: Path,
    by: Sequence[str] = (),
    settings: Settings | None = None,
    *,
    names: Sequence[str] = tuple(RATES),
) -> pd.DataFrame:
    """Give the measures of waiting and answering from Parquet files of contacts.

    Parameters
    ----------
    sources
        Files with the columns channel, answered, wait_s, started_at, ended_at and those of `by`.
    folder
        Where DuckDB may put aside what does not fit in memory.
    by
        Group columns: municipality, task_id, channel, topic, kind, handled_by, quarter (in which it began).
    names
        Measures to give: abandoned_rate, short_wait_rate, service_level, speed_of_answer, handling_time.

    Returns
    -------
    Result frame, the same as `kpi.measures.measure_all` gives for these measures from the whole table.

    Raises
    ------
    ValueError
        for a group column that is none of these.
    """
    settings = settings or Settings()
    unknown = set(by) - {*GROUPS, "quarter"}
    if unknown:
        raise ValueError(f"cannot group by {', '.join(sorted(unknown))}")
    with connect(folder) as database:
        contacts = database.read_parquet([str(path) for path in sources])
        counted = _counted(database, contacts, by, settings, names)
    return stack([estimates(_summary(name, counted, by), settings) for name in names], by)


def _counted(
    database: duckdb.DuckDBPyConnection,
    contacts: duckdb.DuckDBPyRelation,
    by: Sequence[str],
    settings: Settings,
    names: Sequence[str],
) -> pd.DataFrame:
    """Sum everything in one pass: one row per group."""
    database.register("contacts", contacts)
    keys = [f"{_quarter(database)} AS quarter" if name == "quarter" else f"{name} AS {name}" for name in by]
    sums = ", ".join(part for name in names for part in _sums(name))
    grouping = f"GROUP BY {', '.join(by)} ORDER BY {', '.join(by)}" if by else ""
    query = f"SELECT {', '.join([*keys, sums])} FROM contacts {grouping}"  # noqa: S608 - only names of ours
    return database.execute(query, {"norm": settings.wait_norm_seconds}).df().dropna(subset=list(by))


def _sums(name: str) -> list[str]:
    rate = RATES[name]
    where = f"FILTER (WHERE {rate.among})"
    exact = f"({rate.value})::DECIMAL(38, 12)"
    square = f"(({rate.value}) * ({rate.value}))::DECIMAL(38, 12)"
    left_out = rate.left_out or "false"
    return [
        f"count(*) {where} AS {name}_rows",
        f"count({rate.value}) {where} AS {name}_n",
        f"sum({exact}) {where} AS {name}_sum",
        f"sum({square}) {where} AS {name}_squares",
        f"count(*) FILTER (WHERE {rate.among} AND {left_out}) AS {name}_left_out",
    ]


def _quarter(database: duckdb.DuckDBPyConnection) -> str:
    """Write the quarter of `started_at` by the clock in Amsterdam, as comparisons with the starts of quarters."""
    ends = database.execute("SELECT epoch_us(min(started_at)), epoch_us(max(started_at)) FROM contacts").fetchone()
    if ends is None or ends[0] is None:
        return "NULL"
    first, last = (pd.Timestamp(one, unit="us", tz="UTC").tz_convert(AMSTERDAM).date() for one in ends)
    quarter, cases = Quarter.of(first), []
    while quarter <= Quarter.of(last):
        end = pd.Timestamp(quarter.next().start, tz=AMSTERDAM).value // 1000
        cases.append(f"WHEN epoch_us(started_at) < {end} THEN '{quarter}'")
        quarter = quarter.next()
    return f"CASE {' '.join(cases)} END"


def _summary(name: str, counted: pd.DataFrame, by: Sequence[str]) -> Summary:
    nothing = unmeasured(name, NO_OBSERVATIONS, by)
    part = counted[[*by, *(f"{name}_{what}" for what in ("rows", "n", "sum", "squares", "left_out"))]]
    part = part.rename(columns=lambda column: column.removeprefix(f"{name}_"))
    if by:
        part = part[part["rows"] > 0].reset_index(drop=True)
    n = part["n"].to_numpy(dtype=np.int64)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = part["sum"].to_numpy(dtype=np.float64) / n
        variance = part["squares"].to_numpy(dtype=np.float64) / n - mean**2
    # a difference of squares leaves dust where all values are equal
    variance = np.where(variance <= 1e-12 * mean**2, 0.0, variance)
    groups = part[list(by)].assign(n=n, n_eff=n.astype(float), mean=mean, variance=variance, wording="")
    groups["note"] = _notes(part, n, variance, nothing.measure.scale)
    return replace(nothing, by=tuple(by), groups=groups)


def _notes(part: pd.DataFrame, n: np.ndarray, variance: np.ndarray, scale: str) -> np.ndarray:
    no_spread = (variance == 0) & (scale != "proportion")
    left_out = part["left_out"].to_numpy() > 0
    return np.select(
        [n == 1, no_spread & (n > 1), left_out, (n == 0) & (part["rows"].to_numpy() > 0), n == 0],
        [ONE_OBSERVATION, NO_SPREAD, ZERO_LEFT_OUT, NOT_MEASURABLE, NO_OBSERVATIONS],
        "",
    )
