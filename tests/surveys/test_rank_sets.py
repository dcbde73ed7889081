"""Rank sets, groups of equals and band membership on ballots as intake delivers them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from toptaak.core.results import NO_OBSERVATIONS, ONE_OBSERVATION, is_results
from toptaak.core.settings import Settings
from toptaak.surveys.ballots import Votes, collect
from toptaak.surveys.rank_sets import (
    band_membership,
    band_numbers,
    rank_sets,
    rank_sets_of,
    tied_groups,
)
from toptaak.surveys.ranking import league

CURVE = np.array([9.0, 6.0, 6.0, 3.0, 2.0, 1.0, 1.0, 0.5])
TASKS = pd.DataFrame({"task_id": [f"t{number}" for number in range(8)]})


def survey(
    rng: np.random.Generator, voters: int, picks: int = 3, curve: np.ndarray = CURVE
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Ballots and respondents of an invented vote on `TASKS`."""
    keys = rng.gumbel(size=(voters, len(curve))) + np.log(curve)
    chosen = np.argsort(-keys, axis=1)[:, :picks]
    respondents = pd.DataFrame({"survey": "2026", "respondent": [f"r{number}" for number in range(voters)]})
    ballots = pd.DataFrame(
        {
            "survey": "2026",
            "respondent": np.repeat(respondents["respondent"].to_numpy(), picks),
            "task_id": TASKS["task_id"].to_numpy()[chosen.ravel()],
            "position": np.tile(np.arange(1, picks + 1), voters),
        }
    )
    return ballots, respondents


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(20260703)


def test_every_task_has_a_row_and_its_place_lies_in_its_set(rng: np.random.Generator) -> None:
    frame = rank_sets(*survey(rng, 300), TASKS, Settings(), rng)
    assert is_results(frame)
    assert set(frame["task_id"]) == set(TASKS["task_id"])
    assert (frame["rank_low"] <= frame["rank"]).all()
    assert (frame["rank"] <= frame["rank_high"]).all()
    assert frame["rank"].is_monotonic_increasing
    assert (frame["method"] == "sign_test_holm").all()
    assert (frame["n"] == 300).all()


def test_reach_and_share_are_those_of_the_league_table(rng: np.random.Generator) -> None:
    ballots, respondents = survey(rng, 300)
    table = league(ballots, respondents, TASKS, Settings(), rng)
    for method in ("sign", "bootstrap"):
        frame = rank_sets(ballots, respondents, TASKS, Settings(), rng, method)
        expected = table[table["measure"] == frame["measure"].iloc[0]].set_index("task_id").loc[frame["task_id"]]
        np.testing.assert_allclose(frame["estimate"], expected["estimate"], rtol=1e-12)
        np.testing.assert_array_equal(frame["rank"], expected["rank"])


def test_more_voters_narrow_the_sets(rng: np.random.Generator) -> None:
    few, many = (rank_sets(*survey(rng, voters), TASKS, Settings(), rng) for voters in (30, 3000))
    assert (many["rank_high"] - many["rank_low"]).sum() < (few["rank_high"] - few["rank_low"]).sum()


@pytest.mark.parametrize("method", ["sign", "bootstrap"])
def test_one_voter_decides_nothing_and_says_so(rng: np.random.Generator, method: str) -> None:
    frame = rank_sets(*survey(rng, 1), TASKS, Settings(), rng, method)
    assert (frame["rank_low"] == 1).all()
    assert (frame["rank_high"] == len(TASKS)).all()
    assert frame["ci_low"].isna().all()
    assert (frame["note"] == ONE_OBSERVATION).all()


def test_nobody_voted(rng: np.random.Generator) -> None:
    ballots, respondents = survey(rng, 2)
    for method in ("sign", "bootstrap"):
        frame = rank_sets(ballots.iloc[:0], respondents, TASKS, Settings(), rng, method)
        assert (frame["n"] == 0).all()
        assert frame["estimate"].isna().all()
        assert (frame["note"] == NO_OBSERVATIONS).all()
        assert (frame["rank_high"] == len(TASKS)).all()


@pytest.mark.parametrize(("voters", "note"), [(0, NO_OBSERVATIONS), (1, ONE_OBSERVATION)])
def test_no_band_is_likely_where_nothing_can_be_resampled(rng: np.random.Generator, voters: int, note: str) -> None:
    ballots, respondents = survey(rng, 2)
    frame = band_membership(ballots.iloc[: 3 * voters], respondents, TASKS, Settings(), rng)
    assert frame["estimate"].isna().all()
    assert (frame["note"] == note).all()


@pytest.mark.parametrize("method", ["sign", "bootstrap"])
def test_nothing_but_ties_is_one_group(rng: np.random.Generator, method: str) -> None:
    respondents = pd.DataFrame({"survey": "2026", "respondent": range(40)})
    ballots = respondents.assign(task_id=np.tile(TASKS["task_id"], 5))
    frame = rank_sets(ballots, respondents, TASKS, Settings(), rng, method)
    assert (frame["rank"] == 1).all()
    assert (frame["rank_low"] == 1).all()
    assert (frame["rank_high"] == 8).all()
    assert len(tied_groups(frame)) == 8


def test_points_and_weights_go_through_the_bootstrap(rng: np.random.Generator) -> None:
    ballots, respondents = survey(rng, 200)
    ranked = rank_sets(ballots, respondents, TASKS, Settings(scoring="ranked", max_picks=3), rng)
    weighted = rank_sets(ballots, respondents.assign(weight=rng.uniform(0.5, 2, 200)), TASKS, Settings(), rng)
    for frame in (ranked, weighted):
        assert (frame["method"] == "wild_bootstrap_largest_difference").all()
        assert (frame["measure"] == "vote_share").all()
        assert frame["estimate"].sum() == pytest.approx(1)


def test_equal_weights_are_no_weights(rng: np.random.Generator) -> None:
    ballots, respondents = survey(rng, 200)
    plain = rank_sets(ballots, respondents, TASKS, Settings(), rng)
    twos = rank_sets(ballots, respondents.assign(weight=2.0), TASKS, Settings(), rng)
    pd.testing.assert_frame_equal(plain, twos)


def test_the_sign_test_refuses_points(rng: np.random.Generator) -> None:
    with pytest.raises(ValueError, match="method='bootstrap'"):
        rank_sets(*survey(rng, 20), TASKS, Settings(scoring="ranked", max_picks=3), rng, "sign")


def test_same_seed_same_sets(rng: np.random.Generator) -> None:
    ballots, respondents = survey(rng, 100)
    first, second = (
        rank_sets(ballots, respondents, TASKS, Settings(), np.random.default_rng(5), "bootstrap") for _ in range(2)
    )
    pd.testing.assert_frame_equal(first, second)


def test_only_voters_who_saw_both_tasks_compare_them(rng: np.random.Generator) -> None:
    """t0 wins against everything, but hardly anybody saw t0 and t1 together."""
    respondents = pd.DataFrame({"survey": "2026", "respondent": range(60)})
    tasks = TASKS.iloc[:2]
    ballots = respondents.assign(task_id=["t0"] * 30 + ["t1"] * 30)
    frame = rank_sets(ballots, respondents, tasks, Settings(), rng, offered=ballots)
    assert frame["rank_high"].tolist() == [2, 2]
    assert (frame["n"] == 30).all()
    assert (frame["estimate"] == 1).all()


def test_by_group_gives_the_sets_of_each_group(rng: np.random.Generator) -> None:
    ballots, respondents = survey(rng, 200)
    respondents["mode"] = np.where(np.arange(200) < 120, "web", "paper")
    frame = rank_sets(ballots, respondents, TASKS, Settings(), rng, by=["mode"])
    assert frame.groupby("mode")["n"].first().to_dict() == {"paper": 80, "web": 120}
    web = ballots.merge(respondents[respondents["mode"] == "web"][["respondent"]])
    alone = rank_sets(web, respondents, TASKS, Settings(), rng)
    pd.testing.assert_frame_equal(frame[frame["mode"] == "web"].drop(columns="mode").reset_index(drop=True), alone)
    assert tied_groups(frame, ["mode"]).groupby("mode")["task_id"].nunique().tolist() == [8, 8]


def test_tied_groups_hold_every_task_and_no_group_lies_within_another(rng: np.random.Generator) -> None:
    groups = tied_groups(rank_sets(*survey(rng, 150), TASKS, Settings(), rng))
    members = [set(part["task_id"]) for _, part in groups.groupby("tied_group")]
    assert set.union(*members) == set(TASKS["task_id"])
    assert not any(one < other for one in members for other in members)
    for _, part in groups.groupby("tied_group"):
        assert part["rank_low"].max() <= part["rank"].min()


@pytest.mark.parametrize("cut", ["head", "quarters"])
def test_band_of_the_vote_itself_is_the_band_of_the_league_table(rng: np.random.Generator, cut: str) -> None:
    settings = Settings(band_cut=cut)
    ballots, respondents = survey(rng, 400)
    table = league(ballots, respondents, TASKS, settings, rng)
    table = table[table["measure"] == "vote_share"]
    cuts = {"head": [0.25, 0.5], "quarters": [0.25, 0.5, 0.75]}[cut]
    names = {"head": ["head_25", "head_50", "tail"], "quarters": ["top", "medium", "small", "tiny"]}[cut]
    bands = band_numbers(table["estimate"].to_numpy(), np.array(cuts))
    assert [names[band] for band in bands] == table["band"].tolist()


@pytest.mark.parametrize("cut", ["head", "quarters"])
def test_band_probabilities_add_up(rng: np.random.Generator, cut: str) -> None:
    frame = band_membership(*survey(rng, 200), TASKS, Settings(band_cut=cut), rng)
    np.testing.assert_allclose(frame.groupby("task_id")["estimate"].sum(), 1)
    assert frame["estimate"].between(0, 1).all()
    first = frame[frame["band"].isin(["top", "head_25"])].set_index("task_id")["estimate"]
    assert first["t0"] == 1
    assert first["t7"] == 0


def test_equal_shares_get_one_band() -> None:
    bands = band_numbers(np.array([0.2, 0.2, 0.2, 0.2, 0.2]), np.array([0.25, 0.5]))
    assert bands.tolist() == [0, 0, 0, 0, 0]


@pytest.mark.parametrize("kind", ["points", "weights"])
def test_simultaneous_coverage_with_points_and_weights(rng: np.random.Generator, kind: str) -> None:
    """90 % sets of 200 voters; the second and third task tie, as do the sixth and seventh."""
    settings = Settings(
        scoring="ranked" if kind == "points" else "plain",
        max_picks=3,
        confidence=0.9,
        bootstrap_replicates=300,
    )
    first = 1 + (CURVE[None, :] > CURVE[:, None]).sum(axis=1)
    last = len(CURVE) - (CURVE[None, :] < CURVE[:, None]).sum(axis=1)
    runs, held = 300, 0
    for _ in range(runs):
        ballots, respondents = survey(rng, 200)
        if kind == "weights":
            respondents = respondents.assign(weight=rng.gamma(2.0, size=200))
        votes = collect(ballots, respondents, TASKS, settings)
        frame = rank_sets_of(votes, settings, rng).set_index("task_id").loc[TASKS["task_id"]]
        held += bool((frame["rank_low"] <= first).all() and (frame["rank_high"] >= last).all())
    assert held / runs >= 0.9 - 3 * np.sqrt(0.9 * 0.1 / runs)


def test_the_vote_of_amsterdam(shared_data: Path, rng: np.random.Generator) -> None:
    """5,510 voters, 97 proposals, exactly five picks each."""
    folder = shared_data / "stemmen_amsterdam_285"
    wide = pd.read_csv(folder / "stemmen.csv", sep=";", dtype=str)
    ballots = wide.melt("respondent", value_name="task_id").dropna().assign(survey="nieuw-west")
    listed = pd.read_csv(folder / "taken.csv", sep=";", dtype=str).rename(columns={"taak_id": "task_id"})
    respondents = wide[["respondent"]].assign(survey="nieuw-west")
    frame = rank_sets(ballots, respondents, listed, Settings(), rng)
    published = listed.set_index("task_id")["stemmen_gepubliceerd"].astype(int)
    np.testing.assert_allclose(frame["estimate"] * 5510, published[frame["task_id"]], atol=1e-9)
    assert frame.loc[0, ["rank_low", "rank_high"]].tolist() == [1, 1]
    resampled = rank_sets(ballots, respondents, listed, Settings(), rng, "bootstrap")
    assert resampled.loc[0, "rank_high"] == 1
    # an approximate method that is right gives sets of about the same width as the exact one
    widths = [(one["rank_high"] - one["rank_low"]).sum() for one in (frame, resampled)]
    assert widths[1] == pytest.approx(widths[0], rel=0.15)


def test_votes_are_not_changed(rng: np.random.Generator) -> None:
    votes: Votes = collect(*survey(rng, 50), TASKS, Settings())
    before = votes.points.copy()
    rank_sets_of(votes, Settings(), rng, "bootstrap")
    np.testing.assert_array_equal(votes.points, before)
