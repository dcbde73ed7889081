"""Importance of correlated predictors: LMG shares of R², Johnson's relative weights, bootstrap by groups.

Everything starts from sums of products, so that rows are read once. LMG (Lindeman, Merenda & Gold 1980; the
Shapley value of R², also known as general dominance) averages what a predictor adds to R² over all orders of
entry; it is what R's relaimpo calls `lmg` (Grömping 2006, J. Stat. Software 17(1)).
"""

from __future__ import annotations

from math import comb
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

MAX_PREDICTORS: Final = 16
_BATCH: Final = 100  # matrices at a time: 12 predictors then take about 20 MB
_COLLINEAR: Final = 1e-10  # conditional variance below which a predictor is a mixture of those before it


def moments(values: ArrayLike, weights: ArrayLike | None = None) -> Floats:
    """Sum the products of a constant and all columns: a matrix of (columns + 1) squared.

    Examples
    --------
    >>> moments([[1.0, 2.0], [3.0, 4.0]]).tolist()
    [[2.0, 4.0, 6.0], [4.0, 10.0, 14.0], [6.0, 14.0, 20.0]]
    """
    data = _with_constant(values)
    scaled = data if weights is None else data * np.asarray(weights, dtype=float)[:, None]
    return np.asarray(scaled.T @ data, dtype=float)


def _with_constant(values: ArrayLike) -> Floats:
    data = np.asarray(values, dtype=float)
    return np.column_stack([np.ones(len(data)), data])


def group_moments(values: ArrayLike, groups: NDArray[np.intp], weights: ArrayLike | None = None) -> Floats:
    """Compute `moments` for each group of rows: an array of groups × (columns + 1) squared.

    Parameters
    ----------
    groups : array of int
        Group of each row, 0 … G-1; no group empty.
    """
    order = np.argsort(groups, kind="stable")
    data = _with_constant(values)[order]
    scaled = data if weights is None else data * np.asarray(weights, dtype=float)[order, None]
    starts = np.searchsorted(groups[order], np.arange(groups.max() + 1))
    size = data.shape[1]
    sums = np.empty((len(starts), size, size))
    for column in range(size):
        sums[:, column, :] = np.add.reduceat(scaled[:, [column]] * data, starts, axis=0)
    return sums


def correlations(sums: ArrayLike) -> Floats:
    """Turn moments (one matrix, or a stack of them) into correlation matrices of the columns.

    A column without spread has correlation 0 with every other.
    """
    products = np.asarray(sums, dtype=float)
    total = products[..., :1, :1]
    means = products[..., :1, 1:] / total
    covariance = products[..., 1:, 1:] / total - np.swapaxes(means, -1, -2) * means
    spread = np.sqrt(np.clip(np.diagonal(covariance, axis1=-2, axis2=-1), 0, None))
    # what rounding leaves of a constant column is not spread
    spread = np.where(spread > 1e-9 * (1 + np.abs(means[..., 0, :])), spread, np.inf)
    matrix = covariance / (spread[..., :, None] * spread[..., None, :])
    index = np.arange(matrix.shape[-1])
    matrix[..., index, index] = 1.0
    return np.asarray(matrix, dtype=float)


def all_subsets_r2(correlation: ArrayLike) -> Floats:
    """Compute R² of the last column on every subset of the others.

    Parameters
    ----------
    correlation : array, shape (…, p + 1, p + 1)
        Correlation matrices of p predictors and, last, the outcome.

    Returns
    -------
    array, shape (…, 2**p)
        Entry s is R² of the predictors whose bit is set in s, the first predictor in the highest bit.

    Notes
    -----
    Predictors are taken one by one; each turns every matrix of remaining variables into two: without it, and
    conditional on it (its Schur complement). The matrices shrink as their number doubles, so the work is of
    the order of 2**p and not 2**p regressions.
    """
    matrix = np.asarray(correlation, dtype=float)
    predictors = matrix.shape[-1] - 1
    if predictors > MAX_PREDICTORS:
        raise ValueError(f"at most {MAX_PREDICTORS} predictors, found {predictors}")
    lead = matrix.shape[:-2]
    state = matrix[..., None, :, :]
    for _ in range(predictors):
        pivot, cross, rest = state[..., 0, 0], state[..., 0, 1:], state[..., 1:, 1:]
        inverse = np.divide(1.0, pivot, out=np.zeros_like(pivot), where=pivot > _COLLINEAR)
        given = rest - cross[..., :, None] * cross[..., None, :] * inverse[..., None, None]
        state = np.stack([rest, given], axis=-3).reshape(*lead, -1, *rest.shape[-2:])
    return np.asarray(1.0 - state[..., 0, 0], dtype=float)


def _shapley_weights(predictors: int) -> Floats:
    """Give the matrix that turns R² of all subsets into LMG shares."""
    subsets = np.arange(2**predictors)
    bits = (subsets[:, None] >> np.arange(predictors)[::-1]) & 1
    sizes = bits.sum(axis=1)
    before = np.array([1 / (predictors * comb(predictors - 1, size)) for size in range(predictors)])
    joined = before[np.maximum(sizes - 1, 0)][:, None]
    absent = before[np.minimum(sizes, predictors - 1)][:, None]
    return np.asarray(np.where(bits == 1, joined, -absent), dtype=float)


def lmg(correlation: ArrayLike) -> Floats:
    """Compute the LMG share of R² of each predictor; the shares sum to R².

    Parameters
    ----------
    correlation : array, shape (…, p + 1, p + 1)
        Correlation matrices of p predictors and, last, the outcome.

    Examples
    --------
    Two uncorrelated predictors each have their squared correlation:

    >>> lmg([[1, 0, 0.6], [0, 1, 0.3], [0.6, 0.3, 1]]).round(4).tolist()
    [0.36, 0.09]
    """
    matrix = np.asarray(correlation, dtype=float)
    stack = matrix.reshape(-1, *matrix.shape[-2:])
    weights = _shapley_weights(matrix.shape[-1] - 1)
    parts = [all_subsets_r2(stack[start : start + _BATCH]) @ weights for start in range(0, len(stack), _BATCH)]
    return np.concatenate(parts).reshape(*matrix.shape[:-2], -1)


def adjusted_r2(r2: ArrayLike, n: int, predictors: int) -> Floats:
    """Adjust R² for the number of predictors, 1 - (1 - R²) (n - 1) / (n - p - 1), but not below 0 (Wherry 1931).

    Replicates of a bootstrap fit chance once more than the sample did; adjusted, their percentiles cover R² as they
    should from about 60 observations on (benchmarks/kpi_coverage.py).

    Examples
    --------
    >>> round(float(adjusted_r2(0.5, 60, 6)), 4)
    0.4434
    """
    unexplained = 1 - np.asarray(r2, dtype=float)
    return np.asarray(np.maximum(0.0, 1 - unexplained * (n - 1) / (n - predictors - 1)), dtype=float)


def relative_weights(correlation: ArrayLike) -> Floats:
    """Compute Johnson's relative weights (2000), a fast approximation of LMG that serves as its check.

    Source: Johnson, Multivariate Behavioral Research 35(1) 1-19; equal to relaimpo's `genizi`. Thomas et al.
    (2014) advise against them as the main measure, so LMG leads.

    Examples
    --------
    >>> relative_weights([[1, 0, 0.6], [0, 1, 0.3], [0.6, 0.3, 1]]).round(4).tolist()
    [0.36, 0.09]
    """
    matrix = np.asarray(correlation, dtype=float)
    values, vectors = np.linalg.eigh(matrix[..., :-1, :-1])
    turned = np.swapaxes(vectors, -1, -2)
    roots = np.sqrt(np.clip(values, 0, None))
    structure = vectors * roots[..., None, :] @ turned
    kept = values > _COLLINEAR
    inverse = vectors * np.where(kept, 1 / np.where(kept, roots, 1), 0)[..., None, :] @ turned
    slopes = inverse @ matrix[..., :-1, -1:]
    return np.asarray((structure**2 @ slopes**2)[..., 0], dtype=float)


def bootstrap_correlations(sums: Floats, replicates: int, rng: np.random.Generator) -> Floats:
    """Resample groups with replacement and compute the correlation matrix of each replicate.

    Parameters
    ----------
    sums : array, shape (groups, p + 2, p + 2)
        Moments per group (`group_moments`), the outcome in the last column. Groups must be independent of
        each other: a respondent with all answers, or a random part of the respondents.

    Returns
    -------
    array, shape (replicates, p + 1, p + 1)
    """
    groups, size, _ = sums.shape
    counts = rng.multinomial(groups, np.full(groups, 1 / groups), size=replicates).astype(float)
    return correlations((counts @ sums.reshape(groups, -1)).reshape(-1, size, size))
