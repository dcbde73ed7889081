"""Tests of differences and corrections, against scipy and statsmodels."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.multitest import multipletests

from toptaak.stats import tests

P_VALUES = st.lists(st.floats(0, 1), min_size=1, max_size=30)
COUNTS = st.integers(2, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(COUNTS, COUNTS)
def test_n_minus_1_is_pearson_scaled(one: tuple[int, int], other: tuple[int, int]) -> None:
    (x, n), (y, m) = one, other
    found = tests.n_minus_1_two_proportion(x, n, y, m)
    if x + y in (0, n + m):
        assert np.isnan(found)
        return
    chi_square = stats.chi2_contingency([[x, n - x], [y, m - y]], correction=False).statistic
    assert found == pytest.approx(stats.chi2.sf(chi_square * (n + m - 1) / (n + m), 1), abs=1e-12)


def test_welch_is_that_of_scipy() -> None:
    one, other = np.array([1.0, 4, 2, 8, 5]), np.array([3.0, 9, 7, 7])
    expected = stats.ttest_ind(one, other, equal_var=False).pvalue
    found = tests.welch_test(one.mean(), one.var(), 5, other.mean(), other.var(), 4)
    assert found == pytest.approx(expected)


@pytest.fixture
def without_collections(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep statsmodels from collecting garbage at each call: half a second in a process that holds much."""
    monkeypatch.setattr("gc.collect", lambda *_: 0)


@given(P_VALUES)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.usefixtures("without_collections")
def test_holm_is_that_of_statsmodels(p_values: list[float]) -> None:
    np.testing.assert_allclose(tests.holm(p_values), multipletests(p_values, method="holm")[1], atol=1e-12)


@given(P_VALUES)
def test_benjamini_hochberg_is_that_of_statsmodels(p_values: list[float]) -> None:
    expected = multipletests(p_values, method="fdr_bh")[1]
    np.testing.assert_allclose(tests.benjamini_hochberg(p_values), expected, atol=1e-12)


@pytest.mark.parametrize("correct", [tests.holm, tests.benjamini_hochberg])
def test_a_missing_p_value_is_no_test(correct: object) -> None:
    assert callable(correct)
    with_gap = correct([0.01, np.nan, 0.04])
    np.testing.assert_array_equal(with_gap[[0, 2]], correct([0.01, 0.04]))
    assert np.isnan(with_gap[1])
    assert len(correct([])) == 0


def test_equal_scores_do_not_differ() -> None:
    assert tests.nps_test((40, 30, 30), (40, 30, 30)) == pytest.approx(1.0)
    assert tests.nps_test((90, 5, 5), (5, 5, 90)) < 1e-10


RANKS = pd.read_csv(Path(__file__).parents[1] / "oracle" / "rank_test" / "rank_test.csv")


@pytest.mark.parametrize("row", list(RANKS.itertuples()), ids=lambda row: f"{row.set}-{row.level}-{row.statistic}")
def test_brunner_munzel_equals_r(row: Any) -> None:
    values, others = ([float(one) for one in text.split()] for text in (row.given, row.others))
    found = tests.brunner_munzel(values, others, row.level)
    assert getattr(found, {"p": "p_value"}.get(row.statistic, row.statistic)) == pytest.approx(row.value, rel=1e-10)


@given(
    st.lists(st.integers(0, 9), min_size=2, max_size=25),
    st.lists(st.integers(0, 9), min_size=2, max_size=25),
)
def test_brunner_munzel_equals_scipy(values: list[int], others: list[int]) -> None:
    found = tests.brunner_munzel(values, others)
    beaten = np.subtract.outer(values, others)
    assert found.estimate == pytest.approx((beaten > 0).mean() + (beaten == 0).mean() / 2)
    if np.isfinite(found.p_value) and 0 < (beaten > 0).mean() < 1:
        assert found.p_value == pytest.approx(float(stats.brunnermunzel(values, others).pvalue), rel=1e-9)
        assert 0 <= found.low <= found.estimate <= found.high <= 1


@pytest.mark.parametrize(("m", "n"), [(3, 3), (10, 10), (20, 30)])
def test_groups_wholly_apart_are_told_apart(m: int, n: int) -> None:
    """The p-value is that of the exact permutation test; the bound that of as many pairs, all won."""
    high, low = np.arange(m) + 100.0, np.arange(n) + 1.0
    found = tests.brunner_munzel(high, low)
    exact = stats.mannwhitneyu(high, low, method="exact").pvalue
    assert found.p_value == pytest.approx(float(exact))
    assert found.low ** min(m, n) == pytest.approx(0.05)
    assert (found.estimate, found.high) == (1.0, 1.0)
    turned = tests.brunner_munzel(low, high)
    assert (turned.estimate, turned.low, turned.high) == (0.0, 0.0, pytest.approx(1 - found.low))


def test_values_that_are_all_equal_have_no_interval() -> None:
    assert np.isnan(tests.brunner_munzel([4.0] * 10, [4.0] * 10)[1:]).all()
