"""Waiting and answering from contact logs too large for memory: one pass of DuckDB over Parquet.

The conditions are those of `kpi.service_levels`. Sums are exact decimals: neither their order nor the difference of
two large ones matters.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, localcontext
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
    """How one measure is counted: which contacts count, what each is worth, and when it is left out.

    Values are taken as decimals of type `exact`, after `origin` is subtracted.
    """

    among: str
    value: str
    left_out: str = "false"
    exact: str = "DECIMAL(38, 6)"
    origin: float = 0.0


_FIVE_MINUTES: Final = float(np.log(300.0))
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
            "answered IS NOT FALSE",
            f"CASE WHEN {_HANDLED} > 0 THEN ln(({_HANDLED}) / 1e6) - {_FIVE_MINUTES!r} END",
            f"{_HANDLED} = 0",
            "DECIMAL(38, 14)",
            _FIVE_MINUTES,
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
    counted = database.sql(query, params={"norm": settings.wait_norm_seconds})
    table: pd.DataFrame = counted.to_arrow_table().to_pandas()
    return table.dropna(subset=list(by))


def _sums(name: str) -> list[str]:
    rate = RATES[name]
    where = f"FILTER (WHERE {rate.among})"
    exact = f"({rate.value})::{rate.exact}"
    return [
        f"count(*) {where} AS {name}_rows",
        f"count({rate.value}) {where} AS {name}_n",
        f"sum({exact}) {where} AS {name}_sum",
        f"sum({exact} * {exact}) {where} AS {name}_squares",
        f"count(*) FILTER (WHERE {rate.among} AND {rate.left_out}) AS {name}_left_out",
    ]


def _quarter(database: duckdb.DuckDBPyConnection) -> str:
    """Write the quarter of `started_at` by the clock in Amsterdam, as comparisons with the starts of quarters."""
    ends = database.sql("SELECT epoch_us(min(started_at)), epoch_us(max(started_at)) FROM contacts").fetchall()[0]
    if None in ends:
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
        mean = part["sum"].to_numpy(dtype=np.float64) / n + RATES[name].origin
    variance = np.array([_variance(*sums) for sums in zip(n.tolist(), part["sum"], part["squares"], strict=True)])
    groups = part[list(by)].assign(n=n, n_eff=n.astype(float), mean=mean, variance=variance, wording="", ways="")
    groups["note"] = _notes(part, n, variance, nothing.measure.scale)
    return replace(nothing, by=tuple(by), groups=groups)


def _variance(n: int, total: Decimal, squares: Decimal) -> float:
    """Compute the population variance from exact sums, without rounding before the end."""
    if n == 0:
        return float("nan")
    with localcontext(prec=90):
        return float((n * squares - total * total) / (n * n))


def _notes(part: pd.DataFrame, n: np.ndarray, variance: np.ndarray, scale: str) -> np.ndarray:
    no_spread = (variance == 0) & (scale != "proportion")
    left_out = part["left_out"].to_numpy() > 0
    return np.select(
        [n == 1, no_spread & (n > 1), left_out, (n == 0) & (part["rows"].to_numpy() > 0), n == 0],
        [ONE_OBSERVATION, NO_SPREAD, ZERO_LEFT_OUT, NOT_MEASURABLE, NO_OBSERVATIONS],
        "",
    )
