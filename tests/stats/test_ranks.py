"""Rank sets: against csranks (R), against plain counting, and by simulation of simultaneous coverage."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from toptaak.stats.flips import better_by_flips, flipped_totals, step_down
from toptaak.stats.ranks import (
    better_by_sign_test,
    difference_errors,
    discordant,
    influence,
    marginal_bounds,
    normal_deviations,
    normal_suffices,
    places,
    rank_bounds,
    sign_test,
)
from toptaak.stats.resampling import bootstrap_totals


def ballots(rng: np.random.Generator, voters: int, chances: np.ndarray, picks: int) -> np.ndarray:
    """Voters by tasks: `picks` each, drawn one after another with these chances, never the same twice."""
    keys = rng.gumbel(size=(voters, len(chances))) + np.log(chances)
    chosen = np.zeros((voters, len(chances)))
    np.put_along_axis(chosen, np.argpartition(-keys, picks - 1, axis=1)[:, :picks], 1.0, axis=1)
    return chosen


def covers(better: np.ndarray, truth: np.ndarray) -> bool:
    """Whether every task's whole range of true places (ties included) lies in its rank set."""
    low, high = rank_bounds(better)
    first = 1 + (truth[None, :] > truth[:, None]).sum(axis=1)
    last = len(truth) - (truth[None, :] < truth[:, None]).sum(axis=1)
    return bool((low <= first).all() and (high >= last).all())


ORACLE = Path(__file__).parents[1] / "oracle" / "ranks" / "csranks.json"
CSRANKS = json.loads(ORACLE.read_text(encoding="utf-8"))["cases"]


@pytest.mark.parametrize("case", CSRANKS)
def test_one_choice_each_gives_the_sets_of_csranks(case: dict) -> None:
    wins = np.tile(np.array(case["counts"])[:, None], len(case["counts"]))
    low, high = rank_bounds(better_by_sign_test(wins))
    assert (low.tolist(), high.tolist()) == (case["low"], case["high"])
    single = [marginal_bounds(wins, task) for task in range(len(wins))]
    assert single == list(zip(case["marginal_low"], case["marginal_high"], strict=True))


def test_one_choice_ballots_and_their_counts_are_the_same_thing() -> None:
    counts = np.array(CSRANKS[0]["counts"])
    wins = discordant(np.repeat(np.eye(len(counts)), counts, axis=0))
    off_diagonal = ~np.eye(len(counts), dtype=bool)
    np.testing.assert_array_equal(wins[off_diagonal], np.tile(counts[:, None], len(counts))[off_diagonal])


@given(st.integers(0, 2**32 - 1))
def test_discordant_counts_by_hand(seed: int) -> None:
    rng = np.random.default_rng(seed)
    offered = (rng.random((12, 4)) < 0.7).astype(float)
    chosen = offered * (rng.random((12, 4)) < 0.5)
    wins = discordant(chosen, offered)
    for i in range(4):
        for j in range(4):
            by_hand = sum(
                row[i] == 1 and row[j] == 0 and shown[j] == 1 for row, shown in zip(chosen, offered, strict=True)
            )
            assert i == j or wins[i, j] == by_hand


@given(st.integers(0, 400), st.integers(0, 400))
def test_sign_test_is_scipys_binomial_test(won: int, lost: int) -> None:
    p_value = sign_test(np.array([[0, won], [lost, 0]]))[0, 1]
    expected = binomtest(won, won + lost, 0.5, "greater").pvalue if won + lost else 1.0
    assert p_value == pytest.approx(expected, rel=1e-9)


@given(st.integers(0, 2**32 - 1), st.integers(1, 60))
def test_a_set_holds_its_place_and_does_not_depend_on_the_order_of_tasks(seed: int, voters: int) -> None:
    rng = np.random.default_rng(seed)
    chosen = ballots(rng, voters, rng.uniform(0.2, 3, 8), 3)
    order = rng.permutation(8)
    low, high = rank_bounds(better_by_sign_test(discordant(chosen)))
    place = places(chosen.sum(axis=0))
    assert (low <= place).all()
    assert (place <= high).all()
    shuffled = rank_bounds(better_by_sign_test(discordant(chosen[:, order])))
    np.testing.assert_array_equal(shuffled, (low[order], high[order]))


@pytest.mark.parametrize("chosen", [np.ones((1, 3)), np.ones((50, 3)), np.zeros((4, 3)), np.zeros((0, 3))])
def test_one_voter_or_nothing_but_ties_decides_nothing(chosen: np.ndarray) -> None:
    low, high = rank_bounds(better_by_sign_test(discordant(chosen)))
    assert (low.tolist(), high.tolist()) == ([1, 1, 1], [3, 3, 3])
    if len(chosen):
        better = better_by_flips(chosen, np.ones((len(chosen), 1)), np.random.default_rng(1), 200)
        assert not better.any()


def test_one_voter_with_a_preference_decides_nothing() -> None:
    better = better_by_flips(np.array([[1.0, 0.0, 0.0]]), np.ones((1, 1)), np.random.default_rng(1), 200)
    assert not better.any()


def test_a_task_nobody_saw_stays_undecided() -> None:
    seen = np.array([[1.0, 1.0, 0.0]] * 80)
    scored = seen * np.array([1.0, 0.0, 0.0])
    scored[:20, 0], scored[:20, 1] = 0.0, 1.0
    better = better_by_flips(scored, seen, np.random.default_rng(1))
    assert np.argwhere(better).tolist() == [[0, 1]]


def test_seen_by_all_is_the_same_said_in_one_column_or_in_many() -> None:
    rng = np.random.default_rng(5)
    scored = ballots(rng, 150, np.linspace(3, 0.3, 6), 2) * rng.uniform(0.5, 2, (150, 1))
    one = better_by_flips(scored, np.ones((150, 1)), np.random.default_rng(2))
    many = better_by_flips(scored, np.ones((150, 6)), np.random.default_rng(2))
    np.testing.assert_array_equal(one, many)


def test_flips_are_the_exact_sign_test_for_two_tasks() -> None:
    """With one pair, the replicates' distribution is the binomial one of the sign test."""
    chosen = np.repeat(np.eye(2), [16, 4], axis=0)
    flipped = flipped_totals(chosen, np.random.default_rng(1), 200_000) @ [1.0, -1.0]
    exact = sign_test(discordant(chosen))[0, 1]
    assert (flipped >= 12).mean() == pytest.approx(exact, abs=4 * np.sqrt(exact / 200_000))


def test_flips_have_the_moments_of_independent_signs() -> None:
    table = np.random.default_rng(1).normal(size=(37, 2))
    flipped = flipped_totals(table, np.random.default_rng(2), 50_000)
    np.testing.assert_allclose(flipped.mean(axis=0), 0, atol=4 * np.sqrt(37 / 50_000))
    np.testing.assert_allclose(flipped.T @ flipped / 50_000, table.T @ table, atol=1.0)


def test_stepping_down_decides_at_least_what_one_step_decides() -> None:
    rng = np.random.default_rng(3)
    moved, observed = rng.normal(size=(999, 30)), np.linspace(0, 6, 30)
    critical = np.sort(np.abs(moved).max(axis=1))[949]
    up, down = step_down(observed, moved)
    assert up[observed > critical * 1.001].all()
    assert not down.any()
    assert not up[0]


def test_influence_gives_the_error_of_resampling() -> None:
    rng = np.random.default_rng(7)
    weights = rng.uniform(0.5, 3, 300)[:, None]
    seen = weights * (rng.random((300, 3)) < 0.8)
    scored = seen * rng.integers(0, 6, (300, 3))
    totals = bootstrap_totals(np.hstack([scored, seen]), rng, 4000)
    replicates = totals[:, :3] / totals[:, 3:]
    errors = difference_errors(influence(scored, seen))
    # the spread of 4,000 replicates is known to about one percent
    np.testing.assert_allclose(np.std(replicates[:, 0] - replicates[:, 1]), errors[0, 1], rtol=0.04)


SHAPES = {
    "apart": np.linspace(3, 0.3, 12),
    "tied in pairs": np.repeat(np.linspace(3, 0.3, 6), 2),
    "all tied": np.ones(12),
    "half rare": np.repeat([3.0, 0.05], 6),
}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("voters", [30, 200])
@pytest.mark.parametrize("method", ["sign", "flips", "weighted flips", "flips of a part"])
def test_simultaneous_coverage(shape: str, voters: int, method: str) -> None:
    """90 % sets hold all true places in at least 90 % of the surveys, less three errors of the simulation."""
    rng = np.random.default_rng(20260702)
    runs, held = 200, 0
    for _ in range(runs):
        chosen = ballots(rng, voters, SHAPES[shape], 3)
        seen = np.ones((voters, 1))
        if method == "sign":
            better = better_by_sign_test(discordant(chosen), 0.9)
        else:
            if method == "weighted flips":
                seen = rng.gamma(2.0, size=(voters, 1))
            if method == "flips of a part":
                seen = (rng.random(chosen.shape) < 0.7).astype(float)
            better = better_by_flips(seen * chosen, seen, rng, 300, 0.9)
        held += covers(better, SHAPES[shape])
    assert held / runs >= 0.9 - 3 * np.sqrt(0.9 * 0.1 / runs)


def _critical(chosen: np.ndarray, deviations: np.ndarray) -> float:
    errors = difference_errors(influence(chosen, np.ones_like(chosen)))
    rows, columns = np.nonzero(np.triu(errors > 0, 1))
    moved = np.abs(deviations[:, rows] - deviations[:, columns]) / errors[rows, columns]
    return float(np.quantile(moved.max(axis=1), 0.95))


COMMON = (9000, 5000, 4000, 2000)
RARE = (200, *[12] * 5, *[2] * 40)


def _critical_values(votes: tuple[int, ...]) -> tuple[bool, float, float]:
    chosen = np.repeat(np.eye(len(votes)), votes, axis=0)
    rng = np.random.default_rng(3)
    pull = influence(chosen, np.ones_like(chosen))
    exact = bootstrap_totals(chosen, rng, 4000) / len(chosen) - chosen.mean(axis=0)
    normal = normal_deviations(pull, rng, 4000)
    return normal_suffices(pull), _critical(chosen, exact), _critical(chosen, normal)


def test_normal_draws_are_taken_where_they_agree() -> None:
    suffices, exact, normal = _critical_values(COMMON)
    assert suffices
    # the tolerance, and three Monte Carlo errors of the difference of two such quantiles
    assert normal == pytest.approx(exact, abs=0.05 + 0.1)


def test_normal_draws_are_refused_where_rare_tasks_make_them_wrong() -> None:
    suffices, exact, normal = _critical_values(RARE)
    assert not suffices
    assert abs(normal - exact) > 0.3
