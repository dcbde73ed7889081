"""Resampling whole respondents, exactly and within bounded memory."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from toptaak.stats.intervals import Interval

BATCH_BYTES = 32 * 2**20
# whole numbers up to here are exact in single precision, so sums do not depend on their order
EXACT_IN_FLOAT32 = 2**24


def bootstrap_totals(table: NDArray[np.floating], rng: np.random.Generator, replicates: int) -> NDArray[np.float64]:
    """Draw respondents with replacement and total each column, many times.

    Parameters
    ----------
    table
        One row per respondent, one column per total. Whole numbers give exact, machine-independent totals.
    rng
        Source of chance; the same state gives the same totals.
    replicates
        Number of times as many respondents are drawn as there are rows.

    Returns
    -------
    One row per replicate, one column per total. Each replicate is `counts @ table`, where `counts` says how
    often each respondent was drawn: the ordinary bootstrap, without copying a respondent.

    Examples
    --------
    >>> totals = bootstrap_totals(np.eye(3, dtype="float32"), np.random.default_rng(1), replicates=4)
    >>> totals.sum(axis=1).tolist()
    [3.0, 3.0, 3.0, 3.0]
    """
    n = len(table)
    dtype = _exact_dtype(table)
    columns = np.ascontiguousarray(table, dtype=dtype)
    batch = max(1, min(replicates, BATCH_BYTES // (n * columns.itemsize))) if n else 1
    counts = np.empty((batch, n), dtype=dtype)
    totals = np.empty((replicates, table.shape[1]))
    for start in range(0, replicates, batch):
        size = min(batch, replicates - start)
        for row in range(size):
            drawn = rng.integers(0, n, size=n, dtype=np.int32) if n else np.empty(0, np.int32)
            counts[row] = np.bincount(drawn, minlength=n)
        totals[start : start + size] = counts[:size] @ columns
    return totals


def _exact_dtype(table: NDArray[np.floating]) -> type[np.floating]:
    whole = bool((table == np.rint(table)).all())
    largest = float(np.abs(table).max(initial=0.0)) * len(table)
    return np.float32 if whole and largest < EXACT_IN_FLOAT32 else np.float64


def percentile_interval(replicates: ArrayLike, confidence: float = 0.95) -> Interval:
    """Give the percentile interval of each column of bootstrap replicates.

    Examples
    --------
    >>> low, high = percentile_interval(np.arange(101.0), 0.5)
    >>> float(low), float(high)
    (25.0, 75.0)
    """
    tail = (1 - confidence) / 2
    low, high = np.quantile(np.asarray(replicates, dtype=float), [tail, 1 - tail], axis=0)
    return Interval(low, high)
