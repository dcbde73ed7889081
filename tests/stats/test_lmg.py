"""Importance of predictors against relaimpo, domir, rwa and base R."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from toptaak.stats.lmg import (
    MAX_PREDICTORS,
    adjusted_r2,
    all_subsets_r2,
    bootstrap_correlations,
    correlations,
    group_moments,
    lmg,
    moments,
    relative_weights,
)

ORACLE = Path(__file__).parents[1] / "oracle" / "kpi"
MTCARS = pd.read_csv(ORACLE / "mtcars.csv")
SWISS = pd.read_csv(ORACLE / "swiss.csv")
FROZEN = pd.read_csv(ORACLE / "lmg.csv")
PRINTED = pd.read_csv(ORACLE.parent / "drivers" / "relaimpo.csv", dtype=str)
MODELS = {
    "mtcars am vs cyl": (MTCARS, ["am", "vs", "cyl"], "mpg"),
    "mtcars cyl disp hp gear": (MTCARS, ["cyl", "disp", "hp", "gear"], "mpg"),
    "swiss": (
        SWISS,
        ["Agriculture", "Examination", "Education", "Catholic", "Infant.Mortality"],
        "Fertility",
    ),
}
METHODS = {"lmg": lmg, "johnson": relative_weights}


def correlation_of(data: pd.DataFrame, predictors: list[str], outcome: str) -> np.ndarray:
    return correlations(moments(data[[*predictors, outcome]]))


@pytest.mark.parametrize(("name", "method"), FROZEN.groupby(["set", "method"]).groups)
def test_shares_equal_base_r(name: str, method: str) -> None:
    expected = FROZEN.query("set == @name and method == @method")
    data, predictors, outcome = MODELS[name]
    assert list(expected.term) == predictors
    np.testing.assert_allclose(METHODS[method](correlation_of(data, predictors, outcome)), expected.value, rtol=1e-9)


def single(correlation: np.ndarray) -> np.ndarray:
    """R² of each predictor alone: `first` of relaimpo."""
    predictors = len(correlation) - 1
    return np.array([all_subsets_r2(correlation)[1 << (predictors - 1 - place)] for place in range(predictors)])


def added_last(correlation: np.ndarray) -> np.ndarray:
    """What each predictor adds to all others: `last` of relaimpo."""
    r2, predictors = all_subsets_r2(correlation), len(correlation) - 1
    return np.array([r2[-1] - r2[-1 - (1 << (predictors - 1 - place))] for place in range(predictors)])


@pytest.mark.parametrize("row", list(PRINTED.itertuples()), ids=lambda row: f"{row.set}-{row.method}-{row.term}")
def test_shares_equal_what_relaimpo_domir_and_rwa_print(row: Any) -> None:
    _, predictors, _ = MODELS[row.set]
    shares = (METHODS | {"first": single, "last": added_last})[row.method](correlation_of(*MODELS[row.set]))
    ours = shares.sum() if row.term == "R2" else shares[predictors.index(row.term)]
    digits = len(row.value.partition(".")[2])
    assert round(float(ours), digits) == float(row.value)


def test_swiss_equals_the_shared_file(shared_data: Path) -> None:
    folder = shared_data / "oracle_drivers"
    data = pd.read_csv(folder / "datasets_swiss.csv").rename(columns={"Infant_Mortality": "Infant.Mortality"})
    expected = pd.read_csv(folder / "lmg_values.csv").query("data == 'swiss: Fertility ~ .'")
    shares = lmg(correlation_of(data, list(expected.term), "Fertility"))
    np.testing.assert_allclose(shares, expected.lmg, rtol=1e-9)


def random_data(seed: int, rows: int, predictors: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    mixed = rng.normal(size=(rows, predictors)) @ rng.normal(size=(predictors, predictors))
    return np.column_stack([mixed, mixed @ rng.normal(size=predictors) + rng.normal(size=rows) * 2])


@given(st.integers(0, 10_000), st.integers(1, 5))
def test_r2_of_each_subset_equals_least_squares(seed: int, predictors: int) -> None:
    data = random_data(seed, 30, predictors)
    r2 = all_subsets_r2(correlations(moments(data)))
    centred = data - data.mean(axis=0)
    for chosen in itertools.product((0, 1), repeat=predictors):
        columns = centred[:, :-1][:, np.array(chosen, dtype=bool)]
        fitted = columns @ np.linalg.lstsq(columns, centred[:, -1], rcond=None)[0]
        place = int("".join(map(str, chosen)), 2)
        assert r2[place] == pytest.approx((fitted**2).sum() / (centred[:, -1] ** 2).sum(), abs=1e-7)


@given(arrays(float, (12, 4), elements=st.integers(1, 5).map(float)))
@settings(deadline=None)
def test_shares_sum_to_r2_and_follow_their_columns(data: np.ndarray) -> None:
    correlation = correlations(moments(data))
    shares = lmg(correlation)
    assert shares.sum() == pytest.approx(all_subsets_r2(correlation)[-1], abs=1e-9)
    assert (shares > -1e-9).all()
    turned = data[:, [2, 0, 1, 3]]
    assert lmg(correlations(moments(turned))) == pytest.approx(shares[[2, 0, 1]], abs=1e-7)


def test_a_copied_predictor_halves_its_share() -> None:
    data = random_data(3, 200, 2)
    copied = np.column_stack([data[:, 0], data[:, 0], data[:, 1:]])
    alone, together = lmg(correlations(moments(data))), lmg(correlations(moments(copied)))
    assert together.sum() == pytest.approx(alone.sum(), abs=1e-9)
    assert together[0] == pytest.approx(together[1], abs=1e-9)


def test_a_constant_explains_nothing() -> None:
    data = random_data(5, 100, 2)
    data[:, 1] = 7.3
    assert lmg(correlations(moments(data)))[1] == pytest.approx(0, abs=1e-12)


def test_too_many_predictors_are_refused() -> None:
    with pytest.raises(ValueError, match="at most"):
        all_subsets_r2(np.eye(MAX_PREDICTORS + 2))


@given(st.integers(0, 1000), st.integers(2, 9))
def test_group_moments_add_up(seed: int, groups: int) -> None:
    data = random_data(seed, 60, 3)
    rng = np.random.default_rng(seed)
    member = rng.permutation(np.arange(60) % groups)
    weights = rng.uniform(0.5, 2, 60)
    np.testing.assert_allclose(group_moments(data, member, weights).sum(axis=0), moments(data, weights), atol=1e-8)


def test_bootstrap_interval_covers() -> None:
    """Two uncorrelated predictors, true shares 0.36 and 0.09."""
    rng = np.random.default_rng(8)
    hits = 0
    for _ in range(150):
        x = rng.normal(size=(400, 2))
        y = 0.6 * x[:, 0] + 0.3 * x[:, 1] + rng.normal(size=400) * np.sqrt(0.55)
        sums = group_moments(np.column_stack([x, y]), np.arange(400))
        low, high = np.quantile(lmg(bootstrap_correlations(sums, 400, rng)), [0.025, 0.975], axis=0)
        hits += int(low[0] <= 0.36 <= high[0]) + int(low[1] <= 0.09 <= high[1])
    assert 0.92 <= hits / 300 <= 0.975


def test_a_stack_of_matrices_is_taken_one_by_one() -> None:
    stack = np.stack([correlations(moments(random_data(seed, 40, 4))) for seed in range(250)])
    for method in METHODS.values():
        np.testing.assert_allclose(method(stack), [method(one) for one in stack], atol=1e-12)
        assert method(stack.reshape(50, 5, 5, 5)).shape == (50, 5, 4)


def test_relative_weights_of_copied_predictors_sum_to_r2() -> None:
    data = random_data(3, 200, 2)
    copied = correlations(moments(np.column_stack([data[:, 0], data])))
    assert relative_weights(copied).sum() == pytest.approx(lmg(copied).sum(), abs=1e-9)


def test_adjusted_r2_is_that_of_statsmodels() -> None:
    from statsmodels.api import OLS, add_constant

    fit = OLS(MTCARS["mpg"], add_constant(MTCARS[["cyl", "disp", "hp"]])).fit()
    assert float(adjusted_r2(fit.rsquared, len(MTCARS), 3)) == pytest.approx(fit.rsquared_adj)
