"""The bootstrap draws whole respondents, exactly and repeatably."""

from __future__ import annotations

import numpy as np
import pytest

from toptaak.stats import resampling
from toptaak.stats.resampling import bootstrap_totals, percentile_interval


def picks(n: int, columns: int, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 6, (n, columns)).astype(np.float32)


def test_a_replicate_is_a_draw_with_replacement() -> None:
    table = picks(50, 4)
    totals = bootstrap_totals(table, np.random.default_rng(7), replicates=3)
    rng = np.random.default_rng(7)
    for row in totals:
        np.testing.assert_array_equal(row, table[rng.integers(0, 50, size=50, dtype=np.int32)].sum(axis=0))


def test_batches_do_not_change_the_outcome(monkeypatch: pytest.MonkeyPatch) -> None:
    table = picks(200, 5)
    whole = bootstrap_totals(table, np.random.default_rng(3), replicates=37)
    monkeypatch.setattr(resampling, "BATCH_BYTES", 200 * 4 * 5)
    np.testing.assert_array_equal(whole, bootstrap_totals(table, np.random.default_rng(3), replicates=37))


def test_mean_and_spread_are_those_of_the_theory() -> None:
    table = picks(400, 3)
    totals = bootstrap_totals(table, np.random.default_rng(11), replicates=4000)
    error = np.sqrt(400) * table.std(axis=0)
    assert np.abs(totals.mean(axis=0) - table.sum(axis=0)).max() < 4 * (error / np.sqrt(4000)).max()
    np.testing.assert_allclose(totals.std(axis=0), error, rtol=0.05)


def test_weights_and_large_totals_are_summed_in_double_precision() -> None:
    weights = picks(30, 2) * np.float64(1.1)
    assert resampling._exact_dtype(weights) is np.float64
    assert resampling._exact_dtype(np.full((3, 1), 2.0**23)) is np.float64
    assert resampling._exact_dtype(picks(30, 2)) is np.float32


def test_nobody_gives_zeros() -> None:
    totals = bootstrap_totals(np.empty((0, 3)), np.random.default_rng(1), replicates=2)
    np.testing.assert_array_equal(totals, np.zeros((2, 3)))


def test_percentiles_leave_out_equal_tails() -> None:
    low, high = percentile_interval(np.column_stack([np.arange(1001.0), -np.arange(1001.0)]), 0.95)
    np.testing.assert_allclose(low, [25, -975])
    np.testing.assert_allclose(high, [975, -25])
