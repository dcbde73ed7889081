"""How far two rankings of the same tasks agree: Kendall's tau-b, the shared top, and what is sure of both."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from toptaak.stats.intervals import Floats, Interval, normal_quantile
from toptaak.stats.ranks import Bools, rank_bounds

_WORD = 64


def kendall_tau(first: ArrayLike, second: ArrayLike) -> Floats:
    """Give Kendall's tau-b of two rows of scores; several rows at once along the last axis.

    Pairs of tasks in the same order minus pairs in opposite order, divided by the geometric mean of the numbers of
    pairs that are not tied in each (Kendall 1945). Missing where all scores of one side are equal.

    Examples
    --------
    >>> float(kendall_tau([4, 3, 2, 1], [4, 2, 3, 1]))
    0.6666666666666666
    """
    these, other = np.broadcast_arrays(np.asarray(first, dtype=float), np.asarray(second, dtype=float))
    (lower, _), (other_lower, other_higher) = _lower_and_higher(these), _lower_and_higher(other)
    same = _count(lower & other_lower)
    untied = np.sqrt(_count(lower) * _count(other_lower))
    agreed = 2 * same - _count(lower & (other_lower | other_higher))
    known = (untied > 0) & ~np.isnan(these).any(axis=-1) & ~np.isnan(other).any(axis=-1)
    return np.where(known, agreed / np.maximum(untied, 1), np.nan)[()]


def _lower_and_higher(scores: Floats) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Give for each score which others are lower and which higher, as bits: a pair of tasks takes one bit."""
    tasks = scores.shape[-1]
    places = np.arange(tasks)
    bits = np.zeros((tasks, -(-tasks // _WORD)), dtype=np.uint64)
    bits[places, places // _WORD] = np.uint64(1) << (places % _WORD).astype(np.uint64)
    order = np.argsort(scores, axis=-1)
    rising = np.take_along_axis(scores, order, axis=-1)
    new = np.concatenate([np.full((*scores.shape[:-1], 1), True), rising[..., 1:] != rising[..., :-1]], axis=-1)
    start = np.maximum.accumulate(np.where(new, places, 0), axis=-1)
    # bits of all tasks before a run of equal scores stand one place before its start
    before = np.bitwise_or.accumulate(bits[order], axis=-2)
    before = np.concatenate([np.zeros_like(before[..., :1, :]), before], axis=-2)
    end = np.flip(np.minimum.accumulate(np.flip(np.where(np.roll(new, -1, axis=-1), places, tasks), -1), axis=-1), -1)
    lower, upto = (np.take_along_axis(before, at[..., None], axis=-2) for at in (start, end + 1))
    own = np.argsort(order, axis=-1)[..., None]
    lower, upto = (np.take_along_axis(counted, own, axis=-2) for counted in (lower, upto))
    return lower, before[..., -1:, :] & ~upto


def _count(bits: NDArray[np.uint64]) -> NDArray[np.int64]:
    total: NDArray[np.int64] = np.bitwise_count(bits).sum(axis=(-1, -2), dtype=np.int64)
    return total


def tau_interval(tau: ArrayLike, tasks: ArrayLike, confidence: float = 0.95) -> Interval:
    """Give the interval of a tau over tasks that stand for many more: Fisher's z with variance 0.437 / (n - 4).

    Fieller, Hartley & Pearson (1957), for |tau| up to about 0.8 and at least ten tasks; missing below five tasks.

    Examples
    --------
    >>> low, high = tau_interval(0.5, 40)
    >>> round(float(low), 3), round(float(high), 3)
    (0.322, 0.644)
    """
    value, count = np.asarray(tau, dtype=float), np.asarray(tasks, dtype=float)
    with np.errstate(invalid="ignore", divide="ignore"):
        known = (count > 4) & (np.abs(value) < 1)
        half = normal_quantile(confidence) * np.sqrt(0.437 / np.where(known, count - 4, np.nan))
        middle = np.arctanh(np.where(known, value, np.nan))
    return Interval(np.tanh(middle - half)[()], np.tanh(middle + half)[()])


def top_overlap(first: ArrayLike, second: ArrayLike, top: int) -> Floats:
    """Give the share of the first `top` tasks of one row of scores that are also among those of the other.

    A task that ties with the last of the top counts for the part of the lots that would bring it in.

    Examples
    --------
    >>> float(top_overlap([9, 8, 7, 1], [9, 1, 7, 8], 2))
    0.5
    """
    return np.asarray((_in_top(first, top) * _in_top(second, top)).sum(axis=-1) / top)[()]


def _in_top(scores: ArrayLike, top: int) -> Floats:
    values = np.asarray(scores, dtype=float)
    last = np.partition(values, -top, axis=-1)[..., [-top]]
    above, equal = values > last, values == last
    room = top - above.sum(axis=-1, keepdims=True)
    return np.asarray(above + equal * room / equal.sum(axis=-1, keepdims=True))


def sure_tau(better: Bools, other_better: Bools) -> tuple[float, float]:
    """Give the lowest and highest tau that decided pairs leave open; see `stats.ranks`.

    Only pairs decided on both sides count as agreeing or disagreeing; any other pair may be either. The true tau lies
    between with the probability that all decisions of both sides hold.

    Examples
    --------
    >>> sure = np.array([[0, 1, 1], [0, 0, 1], [0, 0, 0]], dtype=bool)
    >>> sure_tau(sure, sure), sure_tau(sure, np.zeros((3, 3), dtype=bool))
    ((1.0, 1.0), (-1.0, 1.0))
    """
    pairs = len(better) * (len(better) - 1) / 2
    same = int(np.count_nonzero(better & other_better))
    opposite = int(np.count_nonzero(better & other_better.T))
    open_ = pairs - same - opposite
    return (same - opposite - open_) / pairs, (same - opposite + open_) / pairs


def sure_overlap(better: Bools, other_better: Bools, top: int) -> tuple[float, float]:
    """Give the smallest and largest share of the top that two rankings may have in common, from their rank sets.

    Examples
    --------
    >>> sure = np.array([[0, 1, 1], [0, 0, 0], [0, 0, 0]], dtype=bool)
    >>> sure_overlap(sure, sure, 1), sure_overlap(sure, sure, 2)
    ((1.0, 1.0), (0.5, 1.0))
    """
    (low, high), (other_low, other_high) = rank_bounds(better), rank_bounds(other_better)
    certain = int(np.count_nonzero((high <= top) & (other_high <= top)))
    possible = int(np.count_nonzero((low <= top) & (other_low <= top)))
    return certain / top, min(possible, top) / top


def homogeneity(votes: NDArray[np.number], voters: NDArray[np.number]) -> Floats:
    """Give Pearson's chi-square of equal reach over groups (last axis); zero where all or none chose.

    Examples
    --------
    >>> round(float(homogeneity(np.array([30, 10]), np.array([100, 100]))), 4)
    12.5
    """
    share = votes.sum(axis=-1, keepdims=True) / voters.sum(axis=-1, keepdims=True)
    expected = voters * share
    spread = expected * (1 - share)
    parts = np.divide((votes - expected) ** 2, spread, out=np.zeros(spread.shape), where=spread > 0)
    return np.asarray(parts.sum(axis=-1))


def homogeneity_test(
    votes: NDArray[np.integer], voters: NDArray[np.integer], rng: np.random.Generator, draws: int = 9999
) -> float:
    """Give the p-value of equal reach in all groups.

    Pearson's chi-square where every expected count is at least five (Cochran 1954), else the same statistic over random
    divisions of the votes over the groups, totals kept (Monte Carlo; exact but for its simulation error).

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> round(homogeneity_test(np.array([30, 10]), np.array([100, 100]), rng), 5)
    0.00041
    """
    from scipy.special import chdtrc

    seen = voters > 0
    votes, voters = votes[seen], voters[seen]
    chosen, everybody = int(votes.sum()), int(voters.sum())
    if len(voters) < 2 or chosen in (0, everybody):
        return np.nan
    statistic = float(homogeneity(votes, voters))
    if voters.min() * min(chosen, everybody - chosen) / everybody >= 5:
        return float(chdtrc(len(voters) - 1, statistic))
    drawn = rng.multivariate_hypergeometric(voters, chosen, size=draws)
    as_far = np.count_nonzero(homogeneity(drawn, voters) >= statistic * (1 - 1e-9))
    return (1 + as_far) / (1 + draws)
