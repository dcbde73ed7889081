"""Repeat contact from contact logs too large for memory: the same numbers as `kpi.contact_log`.

A store is sorted once by customer, task and time (`sort_customers`) and then read in batches that never cut a
customer. Each batch becomes sums per group; nothing but sums is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from toptaak.core.results import NO_OBSERVATIONS, NOT_MEASURABLE, ONE_OBSERVATION
from toptaak.core.settings import Settings
from toptaak.kpi.contact_log import TOO_RECENT
from toptaak.kpi.large import BATCH_ROWS, begins, codes_of, connect, microseconds, quarters_of, whole_batches
from toptaak.kpi.summaries import Summary, estimates, grouped, unmeasured
from toptaak.stats.counts import effective_n

if TYPE_CHECKING:
    import pyarrow as pa

MEASURE: Final = "repeat_contact_rate"
GROUPS: Final = ("municipality", "task_id", "channel", "quarter")
_CUSTOMER: Final = ("municipality", "who")
_ORDER: Final = ("municipality", "who", "task_id", "started_at", "channel")
_DAY: Final = 86_400 * 10**6  # microseconds


def sort_customers(sources: Sequence[Path], target: Path) -> None:
    """Write contacts once more, sorted by municipality, customer, task and time.

    Where the customer is not known the case stands for the customer.

    Parameters
    ----------
    sources
        Parquet files of checked contacts.
    target
        Parquet file to write. Its folder also holds what does not fit in memory while sorting.
    """
    with connect(target.parent) as database:
        contacts = database.read_parquet([str(path) for path in sources])
        there = set(contacts.columns)
        named = [text for name, text in (("customer", "customer"), ("case", "'case ' || \"case\"")) if name in there]
        who = f"coalesce({', '.join([*named, 'NULL::VARCHAR'])}) AS who"
        wanted = contacts.project(f"municipality, {who}, task_id, channel, started_at")
        wanted.order(", ".join(_ORDER)).write_parquet(str(target), compression="zstd", row_group_size=BATCH_ROWS // 4)


def repeats_from_store(
    store: Path, by: Sequence[str] = (), settings: Settings | None = None, *, batch_rows: int = BATCH_ROWS
) -> pd.DataFrame:
    """Give the share of contacts after which the customer came back, from a sorted store.

    Parameters
    ----------
    store
        File written by `sort_customers`.
    by
        Group columns: municipality, task_id, channel (of the contact), quarter (in which it began).
    settings
        `repeat_contact_days` and the confidence level.
    batch_rows
        Rows read at a time; it changes memory and speed, not the numbers.

    Returns
    -------
    Result frame, the same as `kpi.contact_log.repeat_contact_rate` gives from the whole table.

    Raises
    ------
    ValueError
        for a group column that is none of these.
    """
    settings = settings or Settings()
    if unknown := set(by) - set(GROUPS):
        raise ValueError(f"cannot group by {', '.join(sorted(unknown))}")
    span = settings.repeat_contact_days * _DAY
    ends = _last_contacts(store)
    parts = [_summed(batch, ends, span, by) for batch in whole_batches(store, batch_rows, _CUSTOMER)]
    return estimates(_summary(parts, by), settings)


def _last_contacts(store: Path) -> dict[str, int]:
    """Give the last moment in the log of each municipality, in microseconds."""
    with connect(store.parent) as database:
        contacts = database.read_parquet(str(store))
        found = contacts.aggregate("municipality, epoch_us(max(started_at)) AS last", "municipality").fetchall()
    return dict(found)


def _summed(contacts: pa.Table, ends: dict[str, int], span: int, by: Sequence[str]) -> pd.DataFrame:
    """Reduce whole customers to sums per group.

    `n` contacts that count, `back` those after which the customer came back, `customers`; and, to know how much the
    contacts of one customer hang together, the sums over customers of back², back × n and n².
    """
    began = microseconds(contacts, "started_at")
    town, task, channel = (codes_of(contacts, name) for name in ("municipality", "task_id", "channel"))
    new_customer = begins(contacts, _CUSTOMER)
    new_task = new_customer | np.append(True, task.codes[1:] != task.codes[:-1])
    back = np.append(~new_task[1:] & (began[1:] - began[:-1] <= span), False)
    last = np.array([ends[name] for name in town.categories], dtype=np.int64)[town.codes]
    known = np.asarray(contacts.column("who").combine_chunks().is_valid())
    recent = known & (began + span > last)
    keys = {"municipality": town, "task_id": task, "channel": channel, "quarter": quarters_of(began)}
    group, labels, size = grouped(pd.DataFrame({name: keys[name] for name in by}, index=range(len(began))), by)
    counts = known & ~recent & (group >= 0)
    pair, place = np.unique(np.cumsum(new_customer)[counts] * size + group[counts], return_inverse=True)
    n, times, of_pair = np.bincount(place), np.bincount(place, back[counts]).astype(np.int64), pair % size
    sums = {
        "rows": np.bincount(group[group >= 0], minlength=size),
        "recent": np.bincount(group[recent & (group >= 0)], minlength=size),
        "unknown": np.bincount(group[~known & (group >= 0)], minlength=size),
        "customers": np.bincount(of_pair, minlength=size),
    }
    for name, value in (("n", n), ("back", times), ("back_back", times**2), ("back_n", times * n), ("n_n", n**2)):
        sums[name] = np.bincount(of_pair, value, minlength=size).astype(np.int64)
    return pd.DataFrame({name: label.astype(object) for name, label in labels.items()} | sums, index=range(size))


def _summary(parts: Sequence[pd.DataFrame], by: Sequence[str]) -> Summary:
    nothing = unmeasured(MEASURE, NO_OBSERVATIONS, by)
    if not parts:
        return nothing
    whole = pd.concat(parts, ignore_index=True)
    sums = whole.groupby(list(by), sort=True).sum().reset_index() if by else whole.sum().to_frame().T
    n = sums["n"].to_numpy(dtype=np.int64)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = sums["back"].to_numpy(dtype=np.float64) / n
        variance = mean * (1 - mean)
        squares = sums["back_back"] - 2 * mean * sums["back_n"] + mean**2 * sums["n_n"]
        effective = effective_n(n.astype(float), variance / n, squares.to_numpy(dtype=np.float64), sums["customers"])
    note = np.select(
        [n == 1, sums["unknown"].gt(0) & (n == 0), sums["recent"] > 0, n == 0],
        [ONE_OBSERVATION, NOT_MEASURABLE, TOO_RECENT, NO_OBSERVATIONS],
        "",
    )
    groups = sums[list(by)].assign(n=n, n_eff=effective, mean=mean, variance=variance, wording="", ways="", note=note)
    return replace(nothing, by=tuple(by), groups=groups)
