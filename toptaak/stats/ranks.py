"""How sure is an order? Ranks with a simultaneous confidence set, from decisions on pairs of tasks.

Every method here answers one question for each ordered pair: is `i` shown to score higher than `j`? The rank
set follows from the answers alone: a task stands at best behind those shown to be better, and at worst
before those shown to be worse (Mogstad, Romano, Shaikh & Wilhelm 2024; Bazylik et al. 2022). Where all
decisions hold together with probability 1 - alpha, so do all rank sets; tasks that tie in truth stay
undecided.

Arrays: `n` respondents by `p` tasks. A matrix `better` is p by p, true where the row beats the column.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import bdtrc, ndtri

from toptaak.stats.tests import holm

Floats = NDArray[np.floating]
Bools = NDArray[np.bool_]
Integers = NDArray[np.int64]

# how far, in standard errors, normal draws may put a quantile beside that of resampling: twice the Monte Carlo
# error of a far quantile with 2,000 replicates
NORMAL_TOLERANCE = 0.05


def places(scores: Floats, tolerance: float = 1e-9) -> Integers:
    """Give each task its place: 1 + the number of tasks with a higher score; equal scores share a place.

    Scores no further apart than `tolerance` are equal: weighted sums are not exact.

    Examples
    --------
    >>> places(np.array([5.0, 9.0, 5.0, 1.0]))
    array([2, 1, 2, 4])
    """
    higher: Integers = np.count_nonzero(scores[None, :] > scores[:, None] + tolerance, axis=1)
    return 1 + higher


def rank_bounds(better: Bools) -> tuple[Integers, Integers]:
    """Turn decisions on pairs into the first and last place each task may have.

    Lowest place = 1 + number shown to be better; highest = p - number shown to be worse.

    Examples
    --------
    >>> low, high = rank_bounds(np.array([[False, True, True], [False, False, False], [False, False, False]]))
    >>> low, high
    (array([1, 2, 2]), array([1, 3, 3]))
    """
    return 1 + better.sum(axis=0), len(better) - better.sum(axis=1)


def discordant(chosen: Floats, offered: Floats | None = None) -> Integers:
    """Count, for each ordered pair, the respondents who picked the row and not the column.

    Parameters
    ----------
    chosen : n by p, 1 where the respondent picked the task, else 0
    offered : n by p, 1 where the task was shown to the respondent; None where all were. Only respondents who
        saw both tasks count for a pair.

    Examples
    --------
    >>> discordant(np.array([[1.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]]))
    array([[0, 2],
           [1, 0]])
    """
    together = chosen.T @ chosen
    alone = np.diag(together)[:, None] if offered is None else chosen.T @ offered
    return np.rint(alone - together).astype(np.int64)


def sign_test(wins: Integers) -> Floats:
    """Give the exact one-sided p-value of each ordered pair: could the row win this often if it is not the
    better one?

    `wins[i, j]` counts the respondents who prefer i to j. Given wins[i, j] + wins[j, i], wins[i, j] is
    binomial with probability at most 1/2 where i is not better: the paired sign test, also known as
    McNemar's exact test. With one choice per respondent wins[i, j] is simply the count of i, and this is the
    test of csranks (Bazylik et al. 2022).

    Examples
    --------
    >>> sign_test(np.array([[0, 5], [1, 0]])).round(4)
    array([[1.    , 0.1094],
           [0.9844, 1.    ]])
    """
    trials = wins + wins.T
    p_values = np.where(wins > 0, bdtrc(wins - 1, np.maximum(trials, 1), 0.5), 1.0)
    np.fill_diagonal(p_values, 1.0)
    return p_values


def better_by_sign_test(wins: Integers, confidence: float = 0.95) -> Bools:
    """Decide all ordered pairs by the exact sign test, with Holm's correction over all of them.

    The chance of one or more wrong decisions is at most 1 - confidence for any number of respondents.

    Examples
    --------
    >>> counts = np.array([120, 95, 90, 60, 40, 20, 10, 5])
    >>> rank_bounds(better_by_sign_test(np.tile(counts[:, None], 8)))[0]
    array([1, 1, 1, 2, 4, 5, 6, 6])
    """
    pairs = ~np.eye(len(wins), dtype=bool)
    better = np.zeros(wins.shape, dtype=bool)
    better[pairs] = holm(sign_test(wins)[pairs]) <= 1 - confidence
    return better


def marginal_bounds(wins: Integers, task: int, confidence: float = 0.95) -> tuple[int, int]:
    """Give the first and last place of one task named beforehand; narrower than its place in a simultaneous
    set.

    Holm's correction runs over the 2 (p - 1) comparisons with this task only.

    Examples
    --------
    >>> counts = np.array([120, 95, 90, 60, 40, 20, 10, 5])
    >>> marginal_bounds(np.tile(counts[:, None], 8), task=1)
    (1, 3)
    """
    p_values = (
        np.delete(sign_test(wins), task, axis=0)[:, task],
        np.delete(sign_test(wins), task, axis=1)[task],
    )
    decided = holm(np.concatenate(p_values)) <= 1 - confidence
    others = len(wins) - 1
    return 1 + int(decided[:others].sum()), len(wins) - int(decided[others:].sum())


def mean_scores(scored: NDArray[np.number], seen: NDArray[np.number]) -> NDArray[np.float64]:
    """Give each task's mean score among those who saw it; missing where nobody did.

    `scored` and `seen` are totals over respondents (last axis: tasks) of weight times score and of weight;
    one total of weight may stand for all tasks.

    Examples
    --------
    >>> mean_scores(np.array([6.0, 0.0]), np.array([12.0, 0.0]))
    array([0.5, nan])
    """
    means = np.full(scored.shape, np.nan)
    np.divide(scored, seen, out=means, where=seen > 0)
    return means


def influence(scored: Floats, seen: Floats) -> Floats:
    """Give each respondent's pull on each mean score, by linearisation of the ratio; columns sum to zero.

    `scored` and `seen` are n by p: weight times score, and weight where the task was shown. The covariance
    of the mean scores under resampling of respondents is the Gram matrix of the result.

    Examples
    --------
    >>> influence(np.array([[1.0], [0.0]]), np.ones((2, 1))).tolist()
    [[0.25], [-0.25]]
    """
    total = seen.sum(axis=0)
    means = np.nan_to_num(mean_scores(scored.sum(axis=0), total))
    return (scored - seen * means) / np.where(total > 0, total, 1.0)


def spread(ranks: NDArray[np.floating], other: NDArray[np.floating]) -> Floats:
    """Give for each pair of tasks the sum of (one_i - one_j)(other_i - other_j) over respondents.

    Examples
    --------
    >>> spread(np.array([[1.0, 0.0], [0.0, 3.0]]), np.array([[1.0, 0.0], [0.0, 3.0]])).tolist()
    [[0.0, 10.0], [10.0, 0.0]]
    """
    products = ranks.astype(np.float64).T @ other
    own = np.diag(products)
    sums = own[:, None] + own - products - products.T
    # what rounding leaves of tasks that move together is no spread
    return np.where(np.abs(sums) > 1e-12 * (own[:, None] + own), sums, 0.0)


def difference_errors(pull: Floats) -> Floats:
    """Give the standard error of the difference of each pair of mean scores (p by p), from their influence.

    Examples
    --------
    >>> difference_errors(np.array([[0.25, -0.25], [-0.25, 0.25]])).round(3).tolist()
    [[0.0, 0.707], [0.707, 0.0]]
    """
    return np.asarray(np.sqrt(spread(pull, pull)))


def normal_suffices(pull: Floats, confidence: float = 0.95) -> bool:
    """Tell whether normal draws may stand in for resampled respondents.

    A resampled difference of two tasks is skewed, most of all where both are rare: with a and b discordant
    picks the skewness is (a - b) / (a + b)^1.5. Cornish and Fisher's expansion gives how far that moves a
    quantile z: skewness (z² - 1) / 6. The normal way is taken only where no pair moves by more than
    `NORMAL_TOLERANCE`, at the quantile that holds all pairs together (about 4 standard errors).

    Examples
    --------
    >>> def suffices(*votes):
    ...     picks = np.repeat(np.eye(len(votes)), votes, axis=0)
    ...     return normal_suffices(influence(picks, np.ones_like(picks)))
    >>> suffices(9000, 5000, 4000), suffices(9000, 5000, 4000, 30, 5)
    (True, False)
    """
    errors = difference_errors(pull)
    mixed = (pull**2).T @ pull
    cubes = np.diag(mixed)[:, None] - np.diag(mixed)[None, :] - 3 * mixed + 3 * mixed.T
    skewness = np.divide(cubes, errors**3, out=np.zeros_like(cubes), where=errors > 0)
    tasks = len(errors)
    z = ndtri(1 - (1 - confidence) / max(tasks * (tasks - 1), 1))
    return bool(np.abs(skewness).max(initial=0.0) * (z**2 - 1) / 6 <= NORMAL_TOLERANCE)


def normal_deviations(pull: Floats, rng: np.random.Generator, replicates: int) -> Floats:
    """Draw deviations of the mean scores (replicates by p) from the normal law with their covariance.

    Examples
    --------
    >>> pull = np.array([[0.25, -0.25], [-0.25, 0.25]])
    >>> normal_deviations(pull, np.random.default_rng(1), 3).sum(axis=1).round(6).tolist()
    [0.0, 0.0, 0.0]
    """
    return rng.multivariate_normal(np.zeros(pull.shape[1]), pull.T @ pull, replicates, method="eigh")
