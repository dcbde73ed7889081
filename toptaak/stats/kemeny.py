"""The order that goes against the fewest preferences (Kemeny 1959), exactly, for a short list.

Dynamic programming over all subsets (Held and Karp 1962): time and memory double with every item.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from toptaak.stats.intervals import Floats

MOST: Final = 16
# weights are sums of rounded parts
_ROUNDING: Final = 1e-9


class Consensus(NamedTuple):
    """An order of least cost: its items from first to last, what it goes against, and whether no other does as well."""

    order: NDArray[np.intp]
    cost: float
    only: bool


def kemeny(prefer: Floats) -> Consensus:
    """Find the order that goes against the least weight.

    Parameters
    ----------
    prefer
        Items by items: the weight of those who put the one before the other. Half to each where they are equal.

    Raises
    ------
    ValueError
        for more than `MOST` items.

    Examples
    --------
    Of 100 voters 25 put A before B before C, 40 B, C, A and 35 C, A, B (electowiki, Kemeny-Young method):

    >>> prefer = np.array([[0, 60, 25], [40, 0, 65], [75, 35, 0]])
    >>> kemeny(prefer)
    Consensus(order=array([1, 2, 0]), cost=120.0, only=True)
    """
    items = len(prefer)
    if items > MOST:
        raise ValueError(f"an exact order is found of at most {MOST} items; found {items}")
    sets = np.arange(1 << items)
    sizes = np.array([int(set).bit_count() for set in sets])
    behind = _weight_behind(prefer)
    best, ways = np.full(len(sets), np.inf), np.zeros(len(sets))
    best[0], ways[0] = 0.0, 1.0
    last = np.zeros(len(sets), dtype=np.intp)
    for size in range(1, items + 1):
        # backwards, so that of equal orders one is taken that leans to the order given
        for item in reversed(range(items)):
            here = sets[(sizes == size) & (sets >> item & 1 == 1)]
            before = here ^ (1 << item)
            cost = best[before] + behind[item, before]
            better, equal = cost < best[here] - _ROUNDING, np.abs(cost - best[here]) <= _ROUNDING
            ways[here] = np.where(better, ways[before], ways[here] + np.where(equal, ways[before], 0.0))
            last[here[better]], best[here[better]] = item, cost[better]
    return Consensus(_walk_back(last, items), float(best[-1]), bool(ways[-1] <= 1))


def _weight_behind(prefer: Floats) -> Floats:
    """Give for each item and each set what putting the item behind that whole set goes against."""
    items = len(prefer)
    behind = np.zeros((items, 1 << items))
    for other in range(items):
        half = 1 << other
        behind[:, half : 2 * half] = behind[:, :half] + prefer[:, [other]]
    return behind


def _walk_back(last: NDArray[np.intp], items: int) -> NDArray[np.intp]:
    order = np.empty(items, dtype=np.intp)
    left = (1 << items) - 1
    for place in range(items - 1, -1, -1):
        order[place] = last[left]
        left ^= 1 << int(last[left])
    return order
