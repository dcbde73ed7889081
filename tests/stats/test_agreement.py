"""Agreement of rankings against scipy, and the coverage of what is called sure."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2_contingency, fisher_exact, kendalltau

from toptaak.stats.agreement import (
    homogeneity_test,
    kendall_tau,
    sure_overlap,
    sure_tau,
    tau_interval,
    top_overlap,
)
from toptaak.stats.ranks import better_by_sign_test, discordant

FEW = st.lists(st.integers(0, 6), min_size=3, max_size=12)


@given(st.data())
def test_tau_is_scipys_tau_b(data: st.DataObject) -> None:
    one = data.draw(FEW)
    other = data.draw(st.lists(st.integers(0, 6), min_size=len(one), max_size=len(one)))
    expected = kendalltau(one, other).statistic if len(set(one)) > 1 and len(set(other)) > 1 else np.nan
    assert kendall_tau(one, other) == pytest.approx(expected, nan_ok=True, abs=1e-12)


@given(FEW, st.integers(0, 2**32 - 1))
def test_overlap_with_ties_is_the_mean_over_lots(scores: list[int], seed: int) -> None:
    rng = np.random.default_rng(seed)
    other = rng.integers(0, 7, len(scores))
    top = int(rng.integers(1, len(scores)))

    def tops(values: np.ndarray) -> list[set[int]]:
        last = np.sort(values)[-top]
        sure, tied = set(np.flatnonzero(values > last)), np.flatnonzero(values == last)
        return [sure | set(some) for some in itertools.combinations(tied, top - len(sure))]

    lots = [len(one & two) / top for one in tops(np.array(scores)) for two in tops(other)]
    assert top_overlap(scores, other, top) == pytest.approx(np.mean(lots))


def test_several_rows_at_once_are_the_rows_one_by_one() -> None:
    rng = np.random.default_rng(1)
    one, other = rng.integers(0, 9, (5, 10)), rng.integers(0, 9, (5, 10))
    np.testing.assert_allclose(kendall_tau(one, other), [kendall_tau(*rows) for rows in zip(one, other, strict=True)])
    np.testing.assert_allclose(
        top_overlap(one, other, 3), [top_overlap(*rows, 3) for rows in zip(one, other, strict=True)]
    )


def _ballots(rng: np.random.Generator, voters: int, chances: np.ndarray) -> np.ndarray:
    keys = rng.gumbel(size=(voters, len(chances))) + np.log(chances)
    chosen = np.zeros((voters, len(chances)))
    np.put_along_axis(chosen, np.argsort(-keys, axis=1)[:, :3], 1.0, axis=1)
    return chosen


@pytest.mark.parametrize("apart", [0.0, 0.5, 1.5])
@pytest.mark.parametrize("voters", [60, 600])
def test_what_is_called_sure_holds(apart: float, voters: int) -> None:
    """With each side decided at 95 %, the true tau and overlap lie within the limits at least 90 % of the time."""
    rng = np.random.default_rng(20260708)
    runs, held = 150, 0
    for _ in range(runs):
        truth = np.exp(rng.normal(0, 1, 15))
        other_truth = truth * np.exp(rng.normal(0, apart, 15))
        better, other_better = (
            better_by_sign_test(discordant(_ballots(rng, voters, chances)), 0.95) for chances in (truth, other_truth)
        )
        low, high = sure_tau(better, other_better)
        few, many = sure_overlap(better, other_better, 5)
        within = low <= kendall_tau(truth, other_truth) + 1e-12 and kendall_tau(truth, other_truth) <= high + 1e-12
        held += within and few <= top_overlap(truth, other_truth, 5) <= many
    assert held / runs >= 0.9 - 3 * np.sqrt(0.09 / runs)


def test_more_voters_leave_less_open() -> None:
    rng = np.random.default_rng(2)
    truth = np.exp(rng.normal(0, 1, 15))
    widths = []
    for voters in (50, 5000):
        better = better_by_sign_test(discordant(_ballots(rng, voters, truth)), 0.95)
        low, high = sure_tau(better, better)
        widths.append(high - low)
    assert widths[1] < widths[0] / 2


@pytest.mark.parametrize("correlation", [0.0, 0.5, 0.8])
def test_tau_interval_covers_for_tasks_that_stand_for_many(correlation: float) -> None:
    rng = np.random.default_rng(20260709)
    truth = 2 / np.pi * np.arcsin(correlation)
    runs, tasks = 2000, 30
    pairs = rng.multivariate_normal([0, 0], [[1, correlation], [correlation, 1]], (runs, tasks))
    low, high = tau_interval(kendall_tau(pairs[..., 0], pairs[..., 1]), tasks, 0.9)
    assert ((low <= truth) & (truth <= high)).mean() == pytest.approx(0.9, abs=3 * np.sqrt(0.09 / runs))


def test_tau_interval_of_few_tasks_or_of_one_is_missing() -> None:
    low, high = tau_interval([0.5, 1.0], [4, 40])
    assert np.isnan(low).all()
    assert np.isnan(high).all()


def test_large_counts_are_pearsons_chi_square() -> None:
    votes, voters = np.array([30, 45, 20]), np.array([100, 120, 110])
    table = np.vstack([votes, voters - votes])
    expected = chi2_contingency(table, correction=False).pvalue
    assert homogeneity_test(votes, voters, np.random.default_rng(1)) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(("votes", "voters"), [((0, 4), (40, 25)), ((3, 1), (10, 30))])
def test_small_counts_are_fishers_exact_test(votes: tuple[int, int], voters: tuple[int, int]) -> None:
    """Two groups: the statistic orders divisions as their distance from the expected one, as Fisher's p mostly does."""
    ours = homogeneity_test(np.array(votes), np.array(voters), np.random.default_rng(1), draws=40_000)
    table = [votes, tuple(all_ - one for one, all_ in zip(votes, voters, strict=True))]
    assert ours == pytest.approx(fisher_exact(table).pvalue, abs=0.01)


@pytest.mark.parametrize(("votes", "voters"), [((0, 0), (9, 9)), ((9, 9), (9, 9)), ((3, 0), (9, 0))])
def test_nothing_to_compare_has_no_p_value(votes: tuple[int, int], voters: tuple[int, int]) -> None:
    assert np.isnan(homogeneity_test(np.array(votes), np.array(voters), np.random.default_rng(1)))


def test_false_alarms_stay_at_the_level() -> None:
    rng = np.random.default_rng(4)
    voters = np.array([60, 25, 15])
    p_values = [homogeneity_test(rng.binomial(voters, 0.08), voters, rng, 499) for _ in range(800)]
    assert np.mean(np.array(p_values) <= 0.05) <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 800)
