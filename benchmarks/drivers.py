"""Weights of 12 drivers over 100,000 respondents: ours against one regression per subset, in one run.

python benchmarks/drivers.py [--rows 100000] [--predictors 12] [--replicates 1000]
"""

from __future__ import annotations

import argparse
import resource
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from toptaak.stats.lmg import bootstrap_correlations, correlations, group_moments, lmg, moments

SUBSETS_TIMED = 100


def timed(label: str, work: Callable[[], Any]) -> tuple[Any, float]:
    start = time.perf_counter()
    result = work()
    seconds = time.perf_counter() - start
    print(f"{label:<58}{seconds:10.4f} s")
    return result, seconds


def make(rows: int, predictors: int) -> np.ndarray:
    rng = np.random.default_rng(1)
    common = rng.normal(size=(rows, 1))
    parts = np.sqrt(0.4) * common + np.sqrt(0.6) * rng.normal(size=(rows, predictors))
    overall = parts @ np.linspace(0.4, 0.02, predictors) + rng.normal(size=rows)
    return np.column_stack([parts, overall])


def regressions(data: np.ndarray) -> None:
    """Fit a number of subsets of half the predictors by least squares on the rows."""
    rng = np.random.default_rng(2)
    predictors = data.shape[1] - 1
    for _ in range(SUBSETS_TIMED):
        chosen = rng.choice(predictors, predictors // 2, replace=False)
        design = np.column_stack([np.ones(len(data)), data[:, chosen]])
        np.linalg.lstsq(design, data[:, -1], rcond=None)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--predictors", type=int, default=12)
    parser.add_argument("--replicates", type=int, default=1000)
    asked = parser.parse_args()
    data = make(asked.rows, asked.predictors)
    matrix, _ = timed("correlation matrix", lambda: correlations(moments(data)))
    shares, ours = timed("LMG, all subsets from the correlation matrix", lambda: lmg(matrix))
    groups = np.random.default_rng(3).permutation(len(data)) % 1000
    sums, _ = timed("sums of 1,000 groups", lambda: group_moments(data, groups))
    drawn, _ = timed(
        f"{asked.replicates:,} bootstrap replicates",
        lambda: lmg(bootstrap_correlations(sums, asked.replicates, np.random.default_rng(4))),
    )
    _, plain = timed(f"least squares on the rows, {SUBSETS_TIMED} subsets", lambda: regressions(data))
    naive = plain / SUBSETS_TIMED * (2**asked.predictors - 1)
    low, high = np.quantile(drawn, [0.025, 0.975], axis=0)
    print(f"least squares on all {2**asked.predictors - 1:,} subsets (extrapolated){naive:17.1f} s")
    print(f"ratio: {naive / ours:,.0f}")
    print(f"R2 {shares.sum():.4f}; largest weight {shares[0]:.4f} ({low[0]:.4f} to {high[0]:.4f})")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
