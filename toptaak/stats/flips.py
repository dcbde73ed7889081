"""Which tasks score higher than which, from respondents' scores and weights: sign flips of respondents."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from toptaak.stats.ranks import Bools, Floats, mean_scores, spread
from toptaak.stats.resampling import BATCH_BYTES


def flipped_totals(table: NDArray[np.floating], rng: np.random.Generator, replicates: int) -> NDArray[np.float64]:
    """Count each respondent as they are or mirrored, at the toss of a coin, and total each column, many times.

    Parameters
    ----------
    table
        One row per respondent, one column per total; its precision is that of the sums.

    Returns
    -------
    One row per replicate, one column per total.

    Examples
    --------
    >>> flipped_totals(np.array([[3.0]]), np.random.default_rng(1), 4).ravel().tolist()
    [3.0, 3.0, -3.0, -3.0]
    """
    n, width = table.shape
    batch = max(1, min(replicates, BATCH_BYTES // max(n * table.itemsize, 1)))
    totals = np.empty((replicates, width))
    for start in range(0, replicates, batch):
        size = min(batch, replicates - start)
        tossed = np.frombuffer(rng.bytes(size * (n // 8 + 1)), dtype=np.uint8).reshape(size, -1)
        heads = np.unpackbits(tossed, axis=1, count=n).astype(table.dtype)
        totals[start : start + size] = heads @ table
    mirrored: NDArray[np.float64] = 2 * totals - table.sum(axis=0, dtype=np.float64)
    return mirrored


def better_by_flips(
    scored: NDArray[np.floating],
    seen: NDArray[np.floating],
    rng: np.random.Generator,
    replicates: int = 2000,
    confidence: float = 0.95,
) -> Bools:
    """Decide all ordered pairs by the largest studentised difference over sign flips of respondents.

    Where two tasks are equal, a respondent who prefers the one by so much might as well have preferred the
    other: mirroring respondents at random (the wild bootstrap with the null imposed) shows how large
    differences get by chance. One set of flips serves all pairs, so the largest difference keeps the way in
    which they hang together. With one point per pick this is the sign test of `ranks.better_by_sign_test`, with all
    pairs held together by resampling instead of Holm. It is exact for tasks that trade places without
    anything changing, else for large samples; resampling respondents with replacement misses its level with
    weights or rare tasks (`benchmarks/rank_sets.py` shows both).

    Parameters
    ----------
    scored
        Respondents by tasks: weight times score.
    seen
        Weight where the task was shown, else zero; one column where all tasks were shown to everybody.

    Examples
    --------
    >>> scored = np.repeat([[5.0, 0.0, 1.0], [0.0, 5.0, 1.0], [5.0, 1.0, 0.0]], [30, 4, 20], axis=0)
    >>> better_by_flips(scored, np.ones((54, 1)), np.random.default_rng(1))
    array([[False,  True,  True],
           [False, False, False],
           [False, False, False]])
    """
    compare = _all_seen if seen.shape[1] == 1 else _partly_seen
    totals, squares, moved = compare(scored, seen, rng, replicates)
    rows, columns = np.triu_indices(len(totals), 1)
    usable = squares[rows, columns] > 0
    rows, columns, error = rows[usable], columns[usable], np.sqrt(squares[rows, columns][usable])
    better = np.zeros(squares.shape, dtype=bool)
    better[rows, columns], better[columns, rows] = step_down(
        (totals[rows] - totals[columns]) / error,
        (moved[:, usable] / error).astype(np.float32),
        confidence,
    )
    return better


def _all_seen(
    scored: NDArray[np.floating], seen: NDArray[np.floating], rng: np.random.Generator, replicates: int
) -> tuple[Floats, Floats, Floats]:
    """Give the totals, the squared error of their differences, and what flips make of these (one per pair)."""
    rows, columns = np.triu_indices(scored.shape[1], 1)
    flipped = flipped_totals(scored, rng, replicates)
    totals = scored.sum(axis=0, dtype=np.float64)
    return totals, spread(scored, scored), flipped[:, rows] - flipped[:, columns]


def _partly_seen(
    scored: NDArray[np.floating], seen: NDArray[np.floating], rng: np.random.Generator, replicates: int
) -> tuple[Floats, Floats, Floats]:
    """Do the same for mean scores: equal tasks have the pooled mean, and pulls are counted from there."""
    weight, points = seen.sum(axis=0, dtype=np.float64), scored.sum(axis=0, dtype=np.float64)
    parts = np.where(weight > 0, weight, np.inf)
    own, shown = scored / parts, seen / parts
    pooled = np.nan_to_num(mean_scores(points[:, None] + points, weight[:, None] + weight))
    squares = spread(own, own) - 2 * pooled * spread(own, shown) + pooled**2 * spread(shown, shown)
    squares[weight == 0] = squares[:, weight == 0] = 0.0
    rows, columns = np.triu_indices(scored.shape[1], 1)
    flipped, mirrored = np.split(flipped_totals(np.hstack([own, shown]), rng, replicates), 2, axis=1)
    moved = flipped[:, rows] - flipped[:, columns]
    moved -= pooled[rows, columns] * (mirrored[:, rows] - mirrored[:, columns])
    return own.sum(axis=0), squares, moved


def step_down(observed: Floats, moved: Floats, confidence: float = 0.95) -> tuple[Bools, Bools]:
    """Decide which differences are above zero, and which below, so that all decisions hold together.

    A difference is decided where it exceeds the quantile of the largest among those still open, over the
    replicates; decided ones leave and the quantile is taken again until nothing changes (Romano & Wolf 2005).

    Parameters
    ----------
    observed
        The differences, in standard errors.
    moved
        Replicates by differences: how they vary by chance around zero, in standard errors.

    Examples
    --------
    >>> moved = np.random.default_rng(1).normal(size=(2000, 3))
    >>> up, down = step_down(np.array([6.0, -6.0, 1.0]), moved)
    >>> up.tolist(), down.tolist()
    ([True, False, False], [False, True, False])
    """
    up, down = np.zeros(len(observed), dtype=bool), np.zeros(len(observed), dtype=bool)
    still = moved.copy()
    while not (up.all() and down.all()):
        largest = np.maximum(still.max(axis=1, initial=0.0), -still.min(axis=1, initial=0.0))
        critical = _upper_quantile(largest, confidence)
        new_up, new_down = ~up & (observed > critical), ~down & (-observed > critical)
        if not (new_up.any() or new_down.any()):
            break
        up, down = up | new_up, down | new_down
        # a decided direction counts no longer, the other one does
        still[:, new_up] = np.minimum(still[:, new_up], 0.0)
        still[:, new_down] = np.maximum(still[:, new_down], 0.0)
    return up, down


def _upper_quantile(values: Floats, confidence: float) -> float:
    """Give the order statistic that keeps a Monte Carlo test at its level, and a hair for rounding."""
    position = int(np.ceil(confidence * (len(values) + 1))) - 1
    return float(np.sort(values)[position]) * (1 + 1e-6) if position < len(values) else np.inf
