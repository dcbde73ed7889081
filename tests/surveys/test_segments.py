"""Segments: what differs, what agrees, and how often we say so when nothing differs."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from toptaak.core.results import ALL, NO_OBSERVATIONS, is_results
from toptaak.core.settings import Settings
from toptaak.stats.agreement import kendall_tau
from toptaak.surveys import segments
from toptaak.surveys.ranking import league
from toptaak.surveys.segments import (
    VERDICTS,
    segment_agreement,
    segment_differences,
    segment_rankings,
)

TASKS = pd.DataFrame({"task_id": [f"t{number}" for number in range(10)]})
CITIZEN = np.array([9.0, 6, 5, 4, 3, 2, 1.5, 1, 0.7, 0.5])
OWNER = np.array([1.0, 6, 5, 4, 3, 2, 1.5, 1, 0.7, 9.0])


def survey(
    rng: np.random.Generator, sizes: dict[str, int], curves: dict[str, np.ndarray]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    role = np.repeat(list(sizes), list(sizes.values()))
    respondents = pd.DataFrame({"survey": "2026", "respondent": range(len(role)), "role": role})
    keys = rng.gumbel(size=(len(role), 10)) + np.log(np.stack([curves[name] for name in role]))
    chosen = np.argsort(-keys, axis=1)[:, :3]
    ballots = pd.DataFrame(
        {
            "survey": "2026",
            "respondent": np.repeat(respondents["respondent"], 3),
            "task_id": TASKS["task_id"].to_numpy()[chosen.ravel()],
        }
    )
    return ballots, respondents


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(20260710)


@pytest.fixture
def two(rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    return survey(rng, {"citizen": 400, "owner": 150}, {"citizen": CITIZEN, "owner": OWNER})


def test_each_level_has_its_own_ranking(two: tuple[pd.DataFrame, pd.DataFrame], rng: np.random.Generator) -> None:
    frame = segment_rankings(*two, TASKS, Settings(), rng, "role")
    assert is_results(frame)
    first = frame[frame["rank"] == 1].set_index("role")["task_id"]
    assert first.to_dict() == {"citizen": "t0", "owner": "t9"}
    assert frame.groupby("role")["n"].first().to_dict() == {"citizen": 400, "owner": 150}


def test_a_level_without_voters_is_shown_with_its_reason(
    two: tuple[pd.DataFrame, pd.DataFrame], rng: np.random.Generator
) -> None:
    ballots, respondents = two
    silent = pd.DataFrame({"survey": "2026", "respondent": [9000, 9001], "role": ["employee", None]})
    everybody = pd.concat([respondents, silent])
    ranking = segment_rankings(ballots, everybody, TASKS, Settings(), rng, "role")
    assert set(ranking["role"]) == {"citizen", "owner", "employee"}
    employee = ranking[ranking["role"] == "employee"]
    assert employee["estimate"].isna().all()
    assert (employee["note"] == NO_OBSERVATIONS).all()
    differences = segment_differences(ballots, everybody, TASKS, Settings(), rng, "role")
    assert (differences[differences["role"] == "employee"]["verdict"] == "not_comparable").all()
    agreement = segment_agreement(ballots, everybody, TASKS, Settings(), rng, "role")
    silent_rows = (agreement["level"] == "employee") | (agreement["other_level"] == "employee")
    assert (agreement[silent_rows]["verdict"] == "not_comparable").all()
    assert agreement[silent_rows]["ci_low"].isna().all()


def test_the_tasks_that_differ_are_found(two: tuple[pd.DataFrame, pd.DataFrame], rng: np.random.Generator) -> None:
    frame = segment_differences(*two, TASKS, Settings(), rng, "role").set_index(["role", "task_id"])
    assert frame.loc[("citizen", "t0"), "verdict"] == "higher"
    assert frame.loc[("owner", "t9"), "verdict"] == "higher"
    assert frame.loc[("citizen", "t9"), "verdict"] == "lower"
    # with two levels the others are the other level
    np.testing.assert_allclose(frame.loc["citizen", "estimate"], -frame.loc["owner", "estimate"])
    assert set(frame["verdict"]) <= set(VERDICTS)
    assert (frame["p_value"].groupby("task_id").nunique() == 1).all()


def test_differences_are_differences_of_reach(two: tuple[pd.DataFrame, pd.DataFrame], rng: np.random.Generator) -> None:
    frame = segment_differences(*two, TASKS, Settings(), rng, "role")
    table = league(*two, TASKS, Settings(), rng, by=["role"])
    reach = table[table["measure"] == "vote_reach"].pivot(index="task_id", columns="role", values="estimate")
    ours = frame[frame["role"] == "owner"].set_index("task_id")
    np.testing.assert_allclose(ours["estimate"], (reach["owner"] - reach["citizen"]).loc[ours.index])


def test_false_discoveries_stay_rare_when_nothing_differs(rng: np.random.Generator) -> None:
    runs, alarms = 100, 0
    for _ in range(runs):
        same = survey(
            rng, {"citizen": 200, "owner": 60, "employee": 30}, dict.fromkeys(("citizen", "owner", "employee"), CITIZEN)
        )
        frame = segment_differences(*same, TASKS, Settings(), rng, "role")
        alarms += frame["verdict"].isin(["higher", "lower"]).any()
    assert alarms / runs <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / runs)


def test_intervals_of_the_picked_hold(rng: np.random.Generator) -> None:
    """The share of wrong intervals among the tasks picked stays below five percent (in the mean over surveys)."""
    big = survey(rng, {"citizen": 60_000, "owner": 60_000}, {"citizen": CITIZEN, "owner": OWNER})
    truth = segment_differences(*big, TASKS, Settings(), rng, "role").set_index(["role", "task_id"])["estimate"]
    wrong = []
    for _ in range(60):
        part = survey(rng, {"citizen": 200, "owner": 200}, {"citizen": CITIZEN, "owner": OWNER})
        frame = segment_differences(*part, TASKS, Settings(), rng, "role").set_index(["role", "task_id"])
        picked = frame[(frame["p_value"] <= 0.05)]
        true = truth.loc[picked.index]
        wrong.append(((picked["ci_low"] > true) | (picked["ci_high"] < true)).mean())
    assert np.mean(wrong) <= 0.05 + 3 * np.std(wrong) / np.sqrt(60)


def test_agreement_is_kendalls_tau_and_the_shared_top(
    two: tuple[pd.DataFrame, pd.DataFrame], rng: np.random.Generator
) -> None:
    frame = segment_agreement(*two, TASKS, Settings(top_tasks=3), rng, "role").set_index("measure")
    table = league(*two, TASKS, Settings(), rng, by=["role"])
    reach = table[table["measure"] == "vote_reach"].pivot(index="task_id", columns="role", values="estimate")
    tau = frame.loc["rank_agreement"]
    assert tau["estimate"] == pytest.approx(kendall_tau(reach["citizen"], reach["owner"]))
    assert tau["ci_low"] <= tau["estimate"] <= tau["ci_high"]
    assert (tau["n"], tau["top"]) == (150, ALL)
    tops = [set(reach[role].nlargest(3).index) for role in ("citizen", "owner")]
    assert frame.loc["top_overlap", "estimate"] == pytest.approx(len(tops[0] & tops[1]) / 3)
    assert tau["verdict"] == "differ"


def test_one_opinion_is_rarely_called_another_ranking(rng: np.random.Generator) -> None:
    runs, alarms = 60, 0
    settings = Settings(top_tasks=3)
    for _ in range(runs):
        same = survey(rng, {"citizen": 150, "owner": 50}, {"citizen": CITIZEN, "owner": CITIZEN})
        frame = segment_agreement(*same, TASKS, settings, rng, "role")
        alarms += frame["verdict"].eq("differ")[frame["measure"] == "rank_agreement"].any()
        tau = frame.iloc[0]
        assert tau["ci_high"] == 1
    assert alarms / runs <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / runs)


def test_customers_against_the_organisation(rng: np.random.Generator) -> None:
    """Two surveys, of which employees were shown a random half of the tasks."""
    customers = survey(rng, {"citizen": 300}, {"citizen": CITIZEN})
    staff = [part.assign(survey="staff") for part in survey(rng, {"employee": 200}, {"employee": OWNER})]
    ballots, respondents = (pd.concat(parts) for parts in zip(customers, staff, strict=True))
    shown = respondents[respondents["survey"] == "staff"][["survey", "respondent"]].merge(TASKS, how="cross")
    offered = shown[rng.random(len(shown)) < 0.5]
    kept = ballots.merge(offered, how="left", indicator=True)
    ballots = ballots[((kept["_merge"] == "both") | (kept["survey"] != "staff")).to_numpy()]
    frame = segment_agreement(ballots, respondents, TASKS, Settings(), rng, "survey", offered)
    assert frame[["level", "other_level"]].drop_duplicates().to_numpy().tolist() == [["2026", "staff"]]
    assert frame["estimate"].notna().all()
    differences = segment_differences(ballots, respondents, TASKS, Settings(), rng, "survey", offered)
    organisation = differences[differences["survey"] == "staff"].set_index("task_id")
    assert organisation.loc["t9", "verdict"] == "higher"
    assert organisation["n"].max() < 200


def test_no_segment_filled_in(two: tuple[pd.DataFrame, pd.DataFrame], rng: np.random.Generator) -> None:
    ballots, respondents = two
    empty = respondents.assign(role=None)
    for function in (segment_rankings, segment_differences, segment_agreement):
        assert function(ballots, empty, TASKS, Settings(), rng, "role").empty


@pytest.mark.parametrize(("first", "second"), [(700, 700), (120, 1500)])
def test_dealing_by_counts_gives_the_numbers_of_dealing_voters(first: int, second: int) -> None:
    rng = np.random.default_rng(4)
    chance = 1 / np.arange(1, 41)
    picks = rng.random((first + second, 40)) < chance / chance.sum() * 5
    table = np.hstack([picks, np.ones_like(picks)]).astype(float)
    levels = [segments._Tally(part, part.sum(axis=0), part.T @ part, whole=True) for part in np.split(table, [first])]
    by_voter, by_counts = (
        deal(*levels, np.random.default_rng(seed))
        for seed, deal in enumerate((segments._dealt_by_voter, segments._dealt_by_counts))
    )
    rest = table.sum(axis=0)
    taus = [kendall_tau(found[:, :40], rest[:40] - found[:, :40]) for found in (by_voter, by_counts)]
    # of a mean and a quantile over 1,000 deals: four of their own standard errors
    assert np.mean(taus[1]) == pytest.approx(np.mean(taus[0]), abs=4 * np.std(taus[0]) * np.sqrt(2 / 1000))
    assert np.quantile(taus[1], 0.05) == pytest.approx(np.quantile(taus[0], 0.05), abs=12 * np.std(taus[0]) / 31)
    assert (by_counts == np.rint(by_counts)).all() and (by_counts >= 0).all() and (by_counts <= rest).all()
    assert (by_counts[:, 40:] == first).all()
