"""Enough voters? How many it takes to fix the top tasks, and how stable the present ranking is.

Both questions have one answer: let many electorates of a given size vote, and see how often they agree with the
whole (`survey.electorate`: the present vote, a pilot, or an assumed curve).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from toptaak.core.results import NO_OBSERVATIONS, result_row, results
from toptaak.core.settings import Settings
from toptaak.stats.intervals import Floats, wilson
from toptaak.stats.resampling import percentile_interval
from toptaak.surveys.electorate import Electorate

FOLKLORE: Final = 400
SMALLEST: Final = 25  # no smaller electorate is tried
RULE_OF_THUMB: Final = "rule of thumb: 400 voters"
TIED_AT_THE_CUT: Final = "not measurable: the places on either side of the cut are tied"
NOT_WITHIN: Final = "not reached with a million voters"
UNSETTLED: Final = "a rough guess: the vote it rests on does not settle this top"

_MOST: Final = 1_000_000


def stability_curve(
    electorate: Electorate,
    settings: Settings,
    rng: np.random.Generator,
    tops: Sequence[int] = (5, 15),
    voters: Sequence[int] | None = None,
    replicates: int = 400,
) -> pd.DataFrame:
    """Tell how well electorates of different sizes find the top tasks of the whole.

    Parameters
    ----------
    tops
        Sizes of the top that is to be found; those as large as the list are left out.
    voters
        Sizes of the electorates; without a choice from 25 up in doublings, past the present number. The rule of
        thumb of 400 is always among them.
    replicates
        Number of electorates of each size. Equal votes are ranked by lot.

    Returns
    -------
    Result frame grouped by `voters` and `top`, with three measures: `top_exact`, the probability that the set of top
    tasks is exactly right (Wilson's interval for the number of replicates); `top_overlap`, the mean share of the top
    that is found (interval: the middle of the replicates at the confidence of the settings); `last_place`, the median
    place given to the task that closes the true top, with the range of its places. `n`: voters the whole rests on, or
    the invented voters where it is an assumed curve. The rule of thumb says so in `note`.

    Examples
    --------
    >>> from toptaak.surveys.electorate import assumed_curve, assumed_electorate
    >>> rng = np.random.default_rng(1)
    >>> frame = stability_curve(assumed_electorate(assumed_curve(), 5, rng), Settings(), rng, [5], [100, 1500])
    >>> exact = frame[frame.measure == "top_exact"].set_index("voters").estimate
    >>> bool(exact[100] < exact[400] < exact[1500])
    True
    """
    sizes = sorted({FOLKLORE, *(voters or _doublings(electorate.n))})
    rows = [
        row
        for size in sizes
        for scores in [electorate.elections(size, rng, replicates)]
        for top in tops
        if top < len(electorate.truth)
        for row in _stability(electorate, scores, top, size, settings)
    ]
    return results(rows, ["voters", "top"])


def _doublings(present: int) -> list[int]:
    largest = max(1600, present)
    return [SMALLEST * 2**step for step in range(math.ceil(math.log2(largest / SMALLEST)) + 1)]


def _top(truth: Floats, top: int) -> NDArray[np.intp] | None:
    """Give the top tasks in order, or None where the cut falls between equals."""
    order = np.argsort(-np.nan_to_num(truth, nan=-1.0), kind="stable")
    return order[:top] if truth[order[top - 1]] - truth[order[top]] > 1e-9 else None


def _exact(scores: Floats, best: NDArray[np.intp]) -> int:
    """Count the electorates that find exactly these tasks at the top."""
    rest = np.delete(scores, best, axis=1)
    return int((scores[:, best].min(axis=1) > rest.max(axis=1)).sum())


def _stability(
    electorate: Electorate, scores: Floats, top: int, voters: int, settings: Settings
) -> list[dict[str, object]]:
    group: dict[str, object] = {"voters": voters, "top": top}
    n = electorate.n or voters
    note = RULE_OF_THUMB if voters == FOLKLORE else ""
    best = _top(electorate.truth, top)
    if len(electorate.cells) == 0 or best is None:
        reason = TIED_AT_THE_CUT if len(electorate.cells) else NO_OBSERVATIONS
        names = ("top_exact", "top_overlap", "last_place")
        return [result_row(name, electorate.n, note=reason) | group for name in names]
    replicates = len(scores)
    exact = _exact(scores, best)
    place = 1 + (scores > scores[:, best[-1:]]).sum(axis=1)
    cut = np.partition(scores, -top, axis=1)[:, [-top]]
    overlap = (scores[:, best] >= cut).mean(axis=1)
    rows = (
        ("top_exact", exact / replicates, wilson(exact, replicates, settings.confidence), "wilson"),
        ("top_overlap", overlap.mean(), percentile_interval(overlap, settings.confidence), "simulation"),
        ("last_place", np.median(place), percentile_interval(place, settings.confidence), "simulation"),
    )
    return [
        result_row(name, n, float(value), float(low), float(high), method, note) | group
        for name, value, (low, high), method in rows
    ]


class _Try(NamedTuple):
    voters: int
    hits: int


def voters_needed(
    electorate: Electorate,
    settings: Settings,
    rng: np.random.Generator,
    tops: Sequence[int] = (5, 15),
    probability: float = 0.9,
    replicates: int = 400,
) -> pd.DataFrame:
    """Find how many voters it takes to get the top tasks exactly right with a stated probability.

    Returns
    -------
    Result frame grouped by `top`, measure `voters_needed`: `estimate` is the number of voters, with the interval
    that the simulation leaves open. Where more voters are needed than the present vote has, that vote does not even
    tell which tasks the top is made of: the number is a rough guess, without an interval and with a note (it may
    be tens of times too high; `docs/methode.md` tells by how much). Missing where the cut falls between
    equals, or where a million voters do not suffice.

    Examples
    --------
    >>> from toptaak.surveys.electorate import assumed_electorate
    >>> rng = np.random.default_rng(1)
    >>> whole = assumed_electorate(np.array([0.3, 0.25, 0.2, 0.15, 0.1]), 2, rng)
    >>> needed = voters_needed(whole, Settings(), rng, tops=[2], probability=0.9).estimate[0]
    >>> bool(100 < needed < 400)
    True
    """
    rows = [
        _needed(electorate, settings, rng, top, probability, replicates) | {"top": top}
        for top in tops
        if top < len(electorate.truth)
    ]
    return results(rows, ["top"])


def _needed(
    electorate: Electorate,
    settings: Settings,
    rng: np.random.Generator,
    top: int,
    probability: float,
    replicates: int,
) -> dict[str, object]:
    best = _top(electorate.truth, top) if len(electorate.cells) else None
    if best is None:
        reason = TIED_AT_THE_CUT if len(electorate.cells) else NO_OBSERVATIONS
        return result_row("voters_needed", electorate.n, note=reason)

    def attempt(voters: int) -> _Try:
        return _Try(voters, _exact(electorate.elections(voters, rng, replicates), best))

    tries = [attempt(SMALLEST)]
    # two doublings past the goal, so that the interval's upper end is reached too
    while tries[-1].voters < _MOST and not _well_past(tries, probability * replicates):
        tries.append(attempt(tries[-1].voters * 2))
    tries += [
        attempt(round(math.sqrt(fewer.voters * other.voters)))
        for fewer, other in _around(tries, probability * replicates)
    ]
    tries.sort()
    low, high = wilson([attempt_made.hits for attempt_made in tries], replicates, settings.confidence)
    share = np.array([attempt_made.hits for attempt_made in tries]) / replicates
    estimate, first, last = (_crossing(tries, line, probability) for line in (share, high, low))
    n = electorate.n or round(np.nan_to_num(estimate))
    if math.isnan(estimate):
        return result_row("voters_needed", n, note=NOT_WITHIN)
    if 0 < electorate.n < estimate:
        return result_row("voters_needed", n, estimate, method="simulation", note=UNSETTLED)
    return result_row("voters_needed", n, estimate, first, last, "simulation")


def _well_past(tries: Sequence[_Try], goal: float) -> bool:
    return len(tries) > 1 and all(attempt_made.hits >= goal for attempt_made in tries[-2:])


def _around(tries: Sequence[_Try], goal: float) -> list[tuple[_Try, _Try]]:
    """Give the neighbours between which, or next to which, the goal is passed."""
    pairs = list(itertools.pairwise(tries))
    passed = [number for number, (fewer, other) in enumerate(pairs) if fewer.hits < goal <= other.hits]
    wanted = {near for number in passed for near in (number - 1, number, number + 1)}
    return [pair for number, pair in enumerate(pairs) if number in wanted]


def _crossing(tries: Sequence[_Try], line: Floats, probability: float) -> float:
    """Give the number of voters at which a line, made to rise, first reaches the probability."""
    rising = np.maximum.accumulate(line)
    reached = int(np.searchsorted(rising, probability))
    if reached == len(tries):
        return math.nan
    if reached == 0:
        return float(tries[0].voters)
    sizes = np.log([tries[reached - 1].voters, tries[reached].voters])
    return float(np.exp(np.interp(probability, rising[reached - 1 : reached + 1], sizes)))
