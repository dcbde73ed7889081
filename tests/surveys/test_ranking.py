"""The league table: shares, ranks, bands, intervals, and two real votes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toptaak.core.results import EXTENSIONS, NO_OBSERVATIONS, NO_SPREAD, ONE_OBSERVATION, is_results
from toptaak.core.settings import Settings
from toptaak.stats.intervals import kish_effective_n, wilson
from toptaak.surveys.ballots import VOTER, tally
from toptaak.surveys.ranking import BAND_LABELS, BANDS, league

QUICK = Settings(bootstrap_replicates=200)


def vote(counts: list[int], picks: int = 1) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Make a vote in which task i gets `counts[i]` picks; `picks` of them in a row make one ballot."""
    chosen = np.repeat(np.arange(len(counts)), counts)
    order = np.argsort(np.arange(len(chosen)) % max(1, len(chosen) // picks), kind="stable")
    voter = np.arange(len(chosen)) // picks
    ballots = pd.DataFrame(
        {"survey": "s", "respondent": voter.astype(str), "task_id": [f"t{one}" for one in chosen[order]]}
    )
    respondents = ballots[["survey", "respondent"]].drop_duplicates()
    return ballots, respondents, pd.DataFrame({"task_id": [f"t{one}" for one in range(len(counts))]})


def shares(frame: pd.DataFrame) -> pd.DataFrame:
    return frame[frame["measure"] == "vote_share"].set_index("task_id")


def run(counts: list[int], given: Settings = QUICK, **more: object) -> pd.DataFrame:
    return league(*vote(counts), given, np.random.default_rng(1), **more)


def test_the_frame_is_a_result_with_a_ranking() -> None:
    frame = run([5, 3, 2])
    assert is_results(frame)
    assert set(EXTENSIONS["ranking"]) <= set(frame.columns)
    assert frame["measure"].tolist() == ["vote_share", "vote_reach"] * 3
    assert frame["task_id"].tolist() == ["t0", "t0", "t1", "t1", "t2", "t2"]


def test_equal_tasks_share_the_better_rank_and_the_band() -> None:
    frame = shares(run([10, 10, 5, 5, 5, 5]))
    assert frame["rank"].tolist() == [1, 1, 3, 3, 3, 3]
    assert frame["cumulative_share"].tolist() == pytest.approx([0.5, 0.5, 1, 1, 1, 1])
    assert frame["band"].tolist() == ["top", "top", "small", "small", "small", "small"]


def test_a_band_holds_the_tasks_that_begin_in_it() -> None:
    """25, 25, 25 and 25 per cent: each quarter of the vote begins one task."""
    assert shares(run([28, 26, 24, 22]))["band"].tolist() == ["top", "medium", "small", "tiny"]
    assert shares(run([25, 24, 26, 25]))["band"].tolist() == ["top", "medium", "medium", "tiny"]
    head = Settings(bootstrap_replicates=200, band_cut="head")
    assert shares(run([30, 25, 24, 21], head))["band"].tolist() == ["head_25", "head_50", "tail", "tail"]
    assert shares(run([20, 20, 20, 20, 20]))["band"].tolist() == ["top"] * 5


def test_bands_have_labels() -> None:
    assert {name for cuts in BANDS.values() for _, name in cuts} == BAND_LABELS.keys()


def test_a_task_nobody_chose_is_listed_without_a_sure_zero() -> None:
    frame = run([6, 4, 0])
    row = shares(frame).loc["t2"]
    assert row[["votes", "estimate", "note"]].tolist() == [0, 0, NO_SPREAD]
    assert np.isnan(row["ci_high"])
    reach = frame[frame["measure"] == "vote_reach"].set_index("task_id").loc["t2"]
    assert reach[["estimate", "ci_low"]].tolist() == [0, 0]
    assert reach["ci_high"] == pytest.approx(wilson(0, 10).high)


def test_one_voter_and_none() -> None:
    one = run([1, 0])
    assert set(shares(one)["note"]) == {ONE_OBSERVATION}
    assert one["ci_low"].isna().all()
    none = run([0, 0])
    assert set(none["note"]) == {NO_OBSERVATIONS}
    assert none["estimate"].isna().all()
    assert none["n"].tolist() == [0] * 4


def test_the_interval_of_a_share_is_that_of_its_theory() -> None:
    """One pick each: a share is a proportion, and its bootstrap interval nearly Wilson's."""
    frame = shares(run([300, 200, 100], Settings(bootstrap_replicates=4000)))
    for name, count in (("t0", 300), ("t1", 200), ("t2", 100)):
        low, high = wilson(count, 600)
        assert frame.loc[name, ["ci_low", "ci_high"]].tolist() == pytest.approx([low, high], abs=0.006)


def test_picks_of_one_voter_stand_together() -> None:
    """Whole respondents are drawn: if everybody picks the same two tasks, their shares cannot vary."""
    ballots, people, tasks = vote([30, 30], picks=2)
    frame = shares(league(ballots, people, tasks, QUICK, np.random.default_rng(1)))
    assert frame["note"].tolist() == [NO_SPREAD, NO_SPREAD]


def test_the_same_chance_gives_the_same_table() -> None:
    pd.testing.assert_frame_equal(run([9, 6, 3]), run([9, 6, 3]))


def test_a_task_shown_to_half_of_the_voters_is_not_punished_for_it() -> None:
    """All who saw t2 chose it; as many chose t0, but all saw that."""
    ballots = pd.DataFrame({"survey": "s", "respondent": [*"abcd"], "task_id": ["t2", "t2", "t0", "t0"]})
    people = ballots[VOTER]
    shown = {"respondent": [*"aabbcd"], "task_id": ["t0", "t2", "t0", "t2", "t0", "t0"]}
    offered = pd.DataFrame({"survey": "s"} | shown)
    tasks = pd.DataFrame({"task_id": ["t0", "t1", "t2"]})
    frame = league(ballots, people, tasks, QUICK, np.random.default_rng(1), offered=offered)
    reach = frame[frame["measure"] == "vote_reach"].set_index("task_id")
    assert reach.loc[["t0", "t2"], "estimate"].tolist() == [0.5, 1.0]
    assert reach.loc[["t0", "t2"], "n"].tolist() == [4, 2]
    assert reach.loc["t1", ["n", "note"]].tolist() == [0, NO_OBSERVATIONS]
    assert shares(frame).loc[["t2", "t0"], "estimate"].tolist() == pytest.approx([2 / 3, 1 / 3])


def test_where_everybody_saw_everything_offered_changes_nothing() -> None:
    ballots, people, tasks = vote([9, 6, 3], picks=2)
    everything = people.merge(tasks, how="cross")
    one, other = (
        league(ballots, people, tasks, QUICK, np.random.default_rng(1), offered=offered)
        for offered in (everything, None)
    )
    pd.testing.assert_frame_equal(one, other)


def test_weights_change_shares_and_reach() -> None:
    ballots, people, tasks = vote([60, 40])
    weight = np.where(np.arange(100) < 60, 1.0, 3.0)
    frame = league(ballots, people.assign(weight=weight), tasks, QUICK, np.random.default_rng(1))
    assert shares(frame).loc["t1", "estimate"] == pytest.approx(120 / 180)
    assert shares(frame).loc["t1", ["rank", "votes", "points"]].tolist() == [1, 40, 120]
    reach = frame[frame["measure"] == "vote_reach"].set_index("task_id").loc["t1"]
    effective = kish_effective_n(weight)
    assert reach["n_eff"] == pytest.approx(effective)
    assert reach[["ci_low", "ci_high"]].tolist() == pytest.approx(wilson(effective * 2 / 3, effective))


def test_segments_have_tables_of_their_own() -> None:
    ballots, people, tasks = vote([6, 4])
    frame = league(ballots, people.assign(age=["young", "old"] * 5), tasks, QUICK, np.random.default_rng(1), by=["age"])
    for _, part in frame[frame["measure"] == "vote_share"].groupby("age"):
        assert part["estimate"].sum() == pytest.approx(1)
        assert part["n"].tolist() == [5, 5]


@given(st.lists(st.integers(0, 30), min_size=1, max_size=12).filter(any), st.sampled_from(["plain", "ranked"]))
def test_shares_add_up_and_ranks_follow_them(counts: list[int], scoring: str) -> None:
    ballots, people, tasks = vote(counts, picks=2)
    given_settings = Settings(bootstrap_replicates=200, scoring=scoring)
    ballots = ballots.drop_duplicates()
    ballots = ballots.assign(position=ballots.groupby("respondent").cumcount() + 1)
    frame = shares(league(ballots, people, tasks, given_settings, np.random.default_rng(1)))
    assert frame["estimate"].sum() == pytest.approx(1)
    assert frame["cumulative_share"].iloc[-1] == pytest.approx(1)
    assert frame["estimate"].is_monotonic_decreasing
    assert frame["rank"].is_monotonic_increasing
    assert frame["cumulative_share"].is_monotonic_increasing
    assert frame["votes"].sum() == len(ballots)


@pytest.mark.parametrize(("folder", "voters", "picks"), [("285", 5510, 27550), ("647", 3190, None)])
def test_amsterdam_votes_equal_the_published_ones(
    shared_data: Path, folder: str, voters: int, picks: int | None
) -> None:
    place = shared_data / f"stemmen_amsterdam_{folder}"
    raw = pd.read_csv(place / "stemmen.csv", sep=";", dtype=str)
    listed = pd.read_csv(place / "taken.csv", sep=";", dtype={"taak_id": str})
    published = listed.set_index("taak_id")["stemmen_gepubliceerd"]
    ballots = raw.melt(id_vars="respondent", value_name="task_id").dropna(subset="task_id").assign(survey="s")
    people, tasks = raw[["respondent"]].assign(survey="s"), pd.DataFrame({"task_id": published.index})
    counted = tally(ballots, people, tasks).set_index("task_id")
    assert counted["votes"].to_dict() == published.to_dict()
    assert set(counted["voters"]) == {voters}
    frame = shares(league(ballots, people, tasks, QUICK, np.random.default_rng(1)))
    assert frame["votes"].to_dict() == published.to_dict()
    np.testing.assert_allclose(frame["estimate"], published[frame.index] / published.sum())
    assert ((frame["ci_low"] < frame["estimate"]) & (frame["estimate"] < frame["ci_high"])).all()
    if picks:
        assert frame["votes"].sum() == picks
