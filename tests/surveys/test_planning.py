"""Planning: the published table of an assumed curve, and what resampling a vote can and cannot say."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from toptaak.core.settings import Settings
from toptaak.surveys.ballots import Votes
from toptaak.surveys.electorate import Electorate, assumed_curve, assumed_electorate, electorate_of
from toptaak.surveys.planning import (
    FOLKLORE,
    NOT_WITHIN,
    RULE_OF_THUMB,
    TIED_AT_THE_CUT,
    UNSETTLED,
    stability_curve,
    voters_needed,
)

# reference/methods.md, section 1: 400 replications on McGovern's pattern, five picks
PUBLISHED = {
    30: {3: 0.25, 5: 0.05, "overlap": 11.3, "ranges": {5: (2, 40), 15: (4, 82), 30: (10, 98)}},
    100: {3: 0.61, 5: 0.18, "overlap": 14.1, "ranges": {5: (3, 13), 15: (6, 29), 30: (15, 93)}},
    400: {3: 0.91, 5: 0.53, "overlap": 15.0, "ranges": {5: (4, 10), 15: (10, 15), 30: (16, 83)}},
    1500: {3: 1.00, 5: 0.82, "overlap": 15.0, "ranges": {5: (4, 6), 15: (12, 15), 30: (18, 58)}},
}
REPLICATIONS = 400
OURS = 2000


@pytest.fixture(scope="module")
def mcgovern() -> Electorate:
    return assumed_electorate(assumed_curve(), 5, np.random.default_rng(20260706))


@pytest.fixture(scope="module")
def frame(mcgovern: Electorate) -> pd.DataFrame:
    return stability_curve(mcgovern, Settings(), np.random.default_rng(1), [3, 5, 15], list(PUBLISHED), OURS).set_index(
        ["voters", "top", "measure"]
    )


def _vote(points: np.ndarray, weights: np.ndarray | None = None, offered: np.ndarray | None = None) -> Votes:
    tasks = np.array([f"t{number:02d}" for number in range(points.shape[1])], dtype=object)
    weight = np.ones(len(points)) if weights is None else weights
    return Votes(tasks, points.astype(np.float32), offered, weight, pd.DataFrame(index=range(len(points))))


@pytest.mark.parametrize("voters", PUBLISHED)
@pytest.mark.parametrize("top", [3, 5])
def test_probability_of_the_exact_top_as_published(frame: pd.DataFrame, voters: int, top: int) -> None:
    published = PUBLISHED[voters][top]
    ours = frame.loc[(voters, top, "top_exact"), "estimate"]
    # two simulations, and the table is rounded to two decimals
    error = math.sqrt(ours * (1 - ours) * (1 / REPLICATIONS + 1 / OURS))
    assert published == pytest.approx(ours, abs=3 * error + 0.005)


@pytest.mark.parametrize("voters", PUBLISHED)
def test_overlap_of_the_first_fifteen_as_published(frame: pd.DataFrame, voters: int) -> None:
    assert 15 * frame.loc[(voters, 15, "top_overlap"), "estimate"] == pytest.approx(
        PUBLISHED[voters]["overlap"], abs=0.05 + 3 * 1.2 / math.sqrt(REPLICATIONS)
    )


@pytest.mark.parametrize("voters", PUBLISHED)
@pytest.mark.parametrize("place", [5, 15, 30])
def test_range_of_places_as_published(mcgovern: Electorate, voters: int, place: int) -> None:
    """The published ends hold the middle 95 % of our simulation, within the error of 400 replications."""
    scores = mcgovern.elections(voters, np.random.default_rng(place), OURS)
    found = 1 + (scores > scores[:, [place - 1]]).sum(axis=1)
    low, high = PUBLISHED[voters]["ranges"][place]
    error = 3 * math.sqrt(0.025 * 0.975 * (1 / REPLICATIONS + 1 / OURS))
    assert (found < low).mean() <= 0.025 + error
    assert (found <= low).mean() >= 0.025 - error
    assert (found > high).mean() <= 0.025 + error
    assert (found >= high).mean() >= 0.025 - error


def test_the_pattern_keeps_its_quarters_on_other_lists() -> None:
    for tasks in (20, 40, 60, 80):
        curve = assumed_curve(tasks)
        assert curve.sum() == pytest.approx(1)
        assert (np.diff(curve) <= 1e-12).all()
        assert curve[: tasks // 20].sum() == pytest.approx(0.25, abs=1e-12)
        assert curve[tasks // 2 :].sum() == pytest.approx(0.25, abs=1e-12)


@pytest.mark.parametrize("tasks", [19, 101])
def test_the_pattern_is_not_stretched_further(tasks: int) -> None:
    with pytest.raises(ValueError, match="20 to 100"):
        assumed_curve(tasks)


def test_the_rule_of_thumb_is_always_shown(mcgovern: Electorate) -> None:
    frame = stability_curve(mcgovern, Settings(), np.random.default_rng(1), [5], [50], 50)
    assert sorted(frame["voters"].unique()) == [50, FOLKLORE]
    assert set(frame.loc[frame["voters"] == FOLKLORE, "note"]) == {RULE_OF_THUMB}


def test_voters_needed_agrees_with_the_curve(mcgovern: Electorate) -> None:
    needed = voters_needed(mcgovern, Settings(), np.random.default_rng(1), [5], 0.8).iloc[0]
    assert needed["ci_low"] < needed["estimate"] < needed["ci_high"]
    size = round(needed["estimate"])
    check = stability_curve(mcgovern, Settings(), np.random.default_rng(2), [5], [size], 1000)
    exact = check[(check["voters"] == size) & (check["measure"] == "top_exact")]["estimate"].iloc[0]
    assert exact == pytest.approx(0.8, abs=0.08)


def test_a_higher_probability_needs_more_voters(mcgovern: Electorate) -> None:
    rng = np.random.default_rng(1)
    some, more = (voters_needed(mcgovern, Settings(), rng, [15], chance)["estimate"][0] for chance in (0.5, 0.95))
    assert some < more


def test_the_present_vote_is_drawn_again_as_it_is() -> None:
    """Elections of the electorate have the mean and spread of drawing rows, weights and offers included."""
    rng = np.random.default_rng(3)
    points = (rng.random((300, 4)) < [0.6, 0.4, 0.3, 0.1]) * rng.integers(1, 6, (300, 4))
    weights = rng.uniform(0.5, 2, 300)
    offered = rng.random((300, 4)) < 0.8
    votes = _vote(points * offered, weights, offered)
    electorate = electorate_of(votes)
    expected = (weights @ (points * offered)) / (weights @ offered)
    np.testing.assert_allclose(electorate.truth, expected, rtol=1e-6)
    scores = electorate.elections(300, rng, 4000)
    drawn = rng.integers(0, 300, (4000, 300))
    rows = weights[:, None] * points * offered
    by_hand = rows[drawn].sum(axis=1) / (weights[:, None] * offered)[drawn].sum(axis=1)
    np.testing.assert_allclose(scores.mean(axis=0), by_hand.mean(axis=0), rtol=0.02)
    np.testing.assert_allclose(scores.std(axis=0), by_hand.std(axis=0), rtol=0.05)


def test_present_size_is_passed_on_the_curve_and_n_is_the_present_number() -> None:
    points = np.eye(30)[np.random.default_rng(1).integers(0, 30, 3000) // 2]
    frame = stability_curve(electorate_of(_vote(points)), Settings(), np.random.default_rng(1), [5], None, 20)
    assert frame["voters"].max() >= 3000
    assert (frame["n"] == 3000).all()


def test_a_tie_at_the_cut_cannot_be_found() -> None:
    electorate = electorate_of(_vote(np.repeat(np.eye(4), [9, 5, 5, 1], axis=0)))
    for frame in (
        stability_curve(electorate, Settings(), np.random.default_rng(1), [2]),
        voters_needed(electorate, Settings(), np.random.default_rng(1), [2]),
    ):
        assert frame["estimate"].isna().all()
        assert (frame["note"] == TIED_AT_THE_CUT).all()


@pytest.mark.parametrize("voters", [0, 1])
def test_nobody_or_one_voter(voters: int) -> None:
    electorate = electorate_of(_vote(np.eye(4)[:voters]))
    frame = stability_curve(electorate, Settings(), np.random.default_rng(1), [2])
    assert frame["estimate"].isna().all()
    assert (frame["note"] != "").all()
    assert voters_needed(electorate, Settings(), np.random.default_rng(1), [2])["estimate"].isna().all()


def test_a_pilot_that_does_not_settle_the_top_says_so() -> None:
    electorate = electorate_of(_vote(np.repeat(np.eye(4), [12, 10, 9, 2], axis=0)))
    row = voters_needed(electorate, Settings(), np.random.default_rng(1), [2]).iloc[0]
    assert row["note"] == UNSETTLED
    assert row["estimate"] > 33
    assert math.isnan(row["ci_low"])


def test_what_a_million_voters_do_not_settle_is_missing() -> None:
    counts = [400_000, 300_001, 300_000, 100]
    electorate = assumed_electorate(np.array(counts) / sum(counts), 1, np.random.default_rng(1))
    row = voters_needed(electorate, Settings(), np.random.default_rng(1), [2], replicates=20).iloc[0]
    assert math.isnan(row["estimate"])
    assert row["note"] == NOT_WITHIN


def test_a_top_as_large_as_the_list_is_left_out(mcgovern: Electorate) -> None:
    assert len(voters_needed(mcgovern, Settings(), np.random.default_rng(1), [100])) == 0


def test_more_picks_than_tasks_are_refused() -> None:
    with pytest.raises(ValueError, match="picks must lie"):
        assumed_electorate(np.array([0.5, 0.5]), 2, np.random.default_rng(1))
