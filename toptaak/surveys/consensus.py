"""One order of the channels' lists that goes against the channels least often (Kemeny)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import pandas as pd

from toptaak.core.results import by_group, result_row, results
from toptaak.stats.intervals import Floats
from toptaak.stats.kemeny import kemeny
from toptaak.surveys.lists import ONE_CHANNEL, combine_lists

SEVERAL_ORDERS: Final = "another order fits the channels as well"
_FIRST: Final = 15


def consensus_order(
    lists: pd.DataFrame,
    weights: Mapping[str, float] | None = None,
    by: Sequence[str] = ("municipality", "quarter"),
    most: int = _FIRST,
) -> pd.DataFrame:
    """Put the first tasks in the order that goes against the channels least often.

    Every channel compares each two of its tasks; an order goes against it where it turns such a pair round. Equal
    volumes are half each way, and a channel that lacks one of two tasks says nothing about them. The first tasks are
    those of `combine_lists` by volume.

    Parameters
    ----------
    lists, weights, by
        As for `combine_lists`.
    most
        How many tasks; the order is exact, so its time doubles with each (at most 16).

    Returns
    -------
    Result frame with the extension `rank_set`, grouped by `by` and task_id, measure `kemeny` in order of rank:
    `estimate` is the share of the (weighted) comparisons with the other tasks that the order agrees with, `rank_low` to
    `rank_high` how far the place moves when any one channel is left out. `n`: volume over the channels counted.

    Examples
    --------
    >>> orders = {"web": "ABC", "phone": "BCA", "desk": "CAB"}
    >>> rows = [(name, task, 3 - place) for name, order in orders.items() for place, task in enumerate(order)]
    >>> lists = pd.DataFrame(rows, columns=["channel", "task_id", "volume"])
    >>> consensus_order(lists, {"web": 25, "phone": 40, "desk": 35}, by=[])["task_id"].tolist()
    ['B', 'C', 'A']
    """
    counted = lists if weights is None else lists[lists["channel"].map(weights).fillna(0) > 0]
    rows = by_group(counted, by, lambda group: _consensus(group, weights, most))
    frame = results(rows, [*by, "task_id"], "rank_set")
    return frame.sort_values([*by, "rank"], ignore_index=True)


def _consensus(lists: pd.DataFrame, weights: Mapping[str, float] | None, most: int) -> list[dict[str, object]]:
    combined = combine_lists(lists, weights, by=())
    first = combined[(combined["measure"] == "volume_share") & combined["estimate"].notna()].head(most)
    volume = lists.pivot_table(index="channel", columns="task_id", values="volume", aggfunc="sum", observed=True)
    volume = volume.reindex(columns=first["task_id"].tolist())
    counts = np.array([1.0 if weights is None else weights[channel] for channel in volume.index])
    table = volume.to_numpy(dtype=float)
    prefer = _prefer(table, counts)
    best = kemeny(prefer)
    without = [_places(_prefer(np.delete(table, at, axis=0), np.delete(counts, at))) for at in range(len(table))]
    places = _place_of(best.order)
    moved = np.array([places, *(without if len(table) > 1 else [])])
    note = ONE_CHANNEL if len(table) == 1 else "" if best.only else SEVERAL_ORDERS
    agreed = _agreed(prefer, places)
    return [
        result_row("kemeny", int(n), share, method="kemeny", note=note, rank=at, rank_low=low, rank_high=high)
        | {"task_id": task}
        for task, n, share, at, low, high in zip(
            volume.columns, first["n"], agreed, places, np.nanmin(moved, axis=0), np.nanmax(moved, axis=0), strict=True
        )
    ]


def _prefer(volume: Floats, weights: Floats) -> Floats:
    """Give the weight of the channels that put one task before another."""
    these, other = volume[:, :, None], volume[:, None, :]
    with np.errstate(invalid="ignore"):
        before = np.where(np.isnan(these - other), 0.0, (these > other) + 0.5 * (these == other))
    prefer: Floats = np.einsum("c,cij->ij", weights, before)
    np.fill_diagonal(prefer, 0.0)
    return prefer


def _places(prefer: Floats) -> Floats:
    """Give the places without a channel; none for a task that no other channel compares."""
    compared = (prefer + prefer.T).sum(axis=1) > 0
    return np.where(compared, _place_of(kemeny(prefer).order), np.nan)


def _place_of(order: np.ndarray[tuple[int], np.dtype[np.intp]]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    places = np.empty(len(order), dtype=np.int64)
    places[order] = np.arange(1, len(order) + 1)
    return places


def _agreed(prefer: Floats, places: np.ndarray[tuple[int], np.dtype[np.int64]]) -> Floats:
    """Give for each task the share of its comparisons that the order agrees with."""
    above = places[:, None] < places[None, :]
    right = np.where(above, prefer, prefer.T).sum(axis=1)
    whole = (prefer + prefer.T).sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(whole > 0, right / whole, np.nan))
