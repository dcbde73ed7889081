"""Ranked lists per channel: one list, agreement, and the vote against the volume."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from toptaak.core.results import NO_OBSERVATIONS, ONE_OBSERVATION, TOO_FEW, is_results
from toptaak.core.settings import Settings
from toptaak.stats.agreement import kendall_tau
from toptaak.surveys.lists import (
    EQUAL_VOLUMES,
    ONE_CHANNEL,
    SAME_ORDER,
    VERDICTS,
    channel_agreement,
    combine_lists,
    vote_against_volume,
)

BY = ("municipality", "quarter")


def channel_lists(**volumes: dict[str, float]) -> pd.DataFrame:
    rows = [
        ("GM9901", "2026Q3", channel, task, volume)
        for channel, tasks in volumes.items()
        for task, volume in tasks.items()
    ]
    return pd.DataFrame(rows, columns=["municipality", "quarter", "channel", "task_id", "volume"])


WEB = {"a": 600, "b": 300, "c": 100}
PHONE = {"a": 10, "b": 50, "c": 40}
DESK = {"b": 8, "c": 12}


def scores(frame: pd.DataFrame, measure: str) -> dict[str, float]:
    return frame[frame["measure"] == measure].set_index("task_id")["estimate"].to_dict()


def test_the_three_ways_by_hand() -> None:
    frame = combine_lists(channel_lists(web=WEB, phone=PHONE, desk=DESK))
    assert is_results(frame)
    # a: .6 and .1 in the channels that have it; b: .3, .5, .4; c: .1, .4, .6
    total = 0.35 + 0.4 + 1.1 / 3
    assert scores(frame, "volume_share") == pytest.approx({"a": 0.35 / total, "b": 0.4 / total, "c": (1.1 / 3) / total})
    assert scores(frame, "borda") == pytest.approx({"a": 0.5, "b": (0.5 + 1 + 0) / 3, "c": (0 + 0.5 + 1) / 3})
    assert scores(frame, "reciprocal_rank") == pytest.approx(
        {"a": (1 / 61 + 1 / 63) / 2, "b": (1 / 62 + 1 / 61 + 1 / 62) / 3, "c": (1 / 63 + 1 / 62 + 1 / 61) / 3}
    )
    assert frame[frame["measure"] == "borda"].set_index("task_id")["n"].to_dict() == {"a": 610, "b": 358, "c": 152}


def test_complete_lists_give_the_published_reciprocal_rank_fusion() -> None:
    """With every task in every channel our mean is the published sum divided by the number of channels."""
    frame = combine_lists(channel_lists(web=WEB, phone=PHONE))
    assert scores(frame, "reciprocal_rank")["b"] * 2 == pytest.approx(1 / 62 + 1 / 61)


def test_weights_are_stated_and_a_channel_without_one_is_left_out() -> None:
    lists = channel_lists(web=WEB, phone=PHONE, desk=DESK)
    frame = combine_lists(lists, {"web": 3, "phone": 1})
    assert scores(frame, "borda")["a"] == pytest.approx(0.75)
    assert frame[frame["task_id"] == "c"]["n"].iloc[0] == 140
    doubled = combine_lists(lists, {"web": 6, "phone": 2, "desk": 0})
    pd.testing.assert_frame_equal(frame, doubled)


def test_missing_in_a_channel_is_not_last_there() -> None:
    """Task z stands first in the only channel that offers it; a zero volume is offered, and last."""
    only = combine_lists(channel_lists(web=WEB, desk={"z": 9, "y": 1}))
    assert scores(only, "borda")["z"] == 1
    zero = combine_lists(channel_lists(web=WEB | {"z": 0}, desk={"z": 9, "y": 1}))
    assert scores(zero, "borda")["z"] == 0.5


def test_range_is_that_of_leaving_a_channel_out() -> None:
    lists = channel_lists(web=WEB, phone=PHONE, desk=DESK)
    frame = combine_lists(lists).set_index(["measure", "task_id"])
    for measure in ("volume_share", "borda", "reciprocal_rank"):
        others = [
            scores(combine_lists(lists[lists["channel"] != channel]), measure)["b"]
            for channel in lists["channel"].unique()
        ]
        row = frame.loc[(measure, "b")]
        assert row["ci_low"] == pytest.approx(min([*others, row["estimate"]]))
        assert row["ci_high"] == pytest.approx(max([*others, row["estimate"]]))
        assert row["rank_low"] <= row["rank"] <= row["rank_high"]


def test_one_channel_has_no_range() -> None:
    frame = combine_lists(channel_lists(web=WEB))
    assert scores(frame, "volume_share") == pytest.approx({"a": 0.6, "b": 0.3, "c": 0.1})
    assert frame["ci_low"].isna().all()
    assert (frame["note"] == ONE_CHANNEL).all()


def test_ties_share_a_place() -> None:
    frame = combine_lists(channel_lists(web={"a": 5, "b": 5, "c": 1}, phone={"a": 2, "b": 2, "c": 2}))
    borda = frame[frame["measure"] == "borda"].set_index("task_id")["rank"]
    assert borda.to_dict() == {"a": 1, "b": 1, "c": 3}


def test_a_channel_without_volume_says_nothing() -> None:
    with_empty = combine_lists(channel_lists(web=WEB, chat={"a": 0, "b": 0, "c": 0}))
    without = combine_lists(channel_lists(web=WEB))
    for measure in ("volume_share", "borda", "reciprocal_rank"):
        assert scores(with_empty, measure) == scores(without, measure)
    nothing = combine_lists(channel_lists(chat={"a": 0, "b": 0}))
    assert nothing["estimate"].isna().all()
    assert (nothing["note"] == NO_OBSERVATIONS).all()


def test_each_municipality_and_quarter_has_its_own_list() -> None:
    here = channel_lists(web=WEB)
    there = channel_lists(web=PHONE).assign(municipality="GM9902")
    frame = combine_lists(pd.concat([here, there]))
    first = frame[(frame["rank"] == 1) & (frame["measure"] == "volume_share")]
    assert first.set_index("municipality")["task_id"].to_dict() == {"GM9901": "a", "GM9902": "b"}


def test_agreement_is_tau_over_the_common_tasks() -> None:
    web = {task: 100 - 7 * at for at, task in enumerate("abcdefgh")}
    phone = dict(zip("abcdefg", [50, 60, 30, 40, 20, 10, 5], strict=True))
    frame = channel_agreement(channel_lists(web=web, phone=phone, desk={"a": 3, "b": 1}), Settings())
    pair = frame.set_index(["channel", "other_channel"])
    row = pair.loc[("phone", "web")]
    common = list("abcdefg")
    expected = kendall_tau([web[task] for task in common], [phone[task] for task in common])
    assert row["estimate"] == pytest.approx(expected)
    assert row["n"] == 7
    assert row["ci_low"] < row["estimate"] < row["ci_high"]
    assert pair.loc[("desk", "web"), "note"] == TOO_FEW
    assert np.isnan(pair.loc[("desk", "web"), "estimate"])


def test_agreement_without_an_interval_says_why() -> None:
    falling = {task: 10.0 - place for place, task in enumerate("abcdef")}
    flat = dict.fromkeys("abcdef", 5.0)
    alike = channel_agreement(channel_lists(web=falling, phone=falling), Settings()).iloc[0]
    assert (alike["estimate"], alike["note"], alike["method"]) == (1.0, SAME_ORDER, "")
    level = channel_agreement(channel_lists(web=falling, phone=flat), Settings()).iloc[0]
    assert np.isnan(level["estimate"])
    assert level["note"] == EQUAL_VOLUMES


TASKS = pd.DataFrame({"task_id": [*"abcdef"]})


def vote(rng: np.random.Generator, voters: int, chances: list[float]) -> tuple[pd.DataFrame, pd.DataFrame]:
    respondents = pd.DataFrame({"survey": "2026", "respondent": range(voters)})
    ballots = respondents.assign(task_id=rng.choice(TASKS["task_id"], voters, p=chances))
    return ballots, respondents


def test_the_largest_disagreements_come_first() -> None:
    rng = np.random.default_rng(1)
    votes = vote(rng, 400, [0.5, 0.2, 0.1, 0.1, 0.1, 0.0])
    lists = channel_lists(web=dict(zip("abcdef", [100, 200, 100, 100, 100, 400], strict=True)))
    frame = vote_against_volume(*votes, TASKS, lists, Settings(), rng)
    assert set(frame["task_id"].iloc[:2]) == {"a", "f"}
    verdict = frame.set_index("task_id")["verdict"]
    assert verdict["a"] == "more_votes"
    assert verdict["f"] == "more_volume"
    assert set(verdict) <= set(VERDICTS)
    assert frame["estimate"].abs().is_monotonic_decreasing
    assert frame["estimate"].sum() == pytest.approx(0, abs=1e-12)
    inside = (frame["ci_low"] <= 0) & (frame["ci_high"] >= 0)
    assert (inside == (frame["verdict"] == "no_difference")).all()


def test_only_tasks_with_both_are_compared() -> None:
    rng = np.random.default_rng(1)
    frame = vote_against_volume(
        *vote(rng, 100, [0.5, 0.3, 0.2, 0, 0, 0]), TASKS, channel_lists(web=WEB), Settings(), rng
    )
    assert set(frame["task_id"]) == set("abc")
    assert frame["reference_estimate"].sum() == pytest.approx(1)
    assert (frame["estimate"] + frame["reference_estimate"]).sum() == pytest.approx(1)


def test_one_voter_disagrees_with_nothing() -> None:
    rng = np.random.default_rng(1)
    frame = vote_against_volume(*vote(rng, 1, [1, 0, 0, 0, 0, 0]), TASKS, channel_lists(web=WEB), Settings(), rng)
    assert (frame["verdict"] == "not_comparable").all()
    assert (frame["note"] == ONE_OBSERVATION).all()


def test_false_alarms_stay_rare_when_vote_and_volume_agree() -> None:
    rng = np.random.default_rng(2)
    chances = [0.35, 0.25, 0.2, 0.1, 0.07, 0.03]
    lists = channel_lists(web=dict(zip("abcdef", np.array(chances) * 1000, strict=True)))
    runs, alarms = 100, 0
    for _ in range(runs):
        frame = vote_against_volume(*vote(rng, 150, chances), TASKS, lists, Settings(bootstrap_replicates=400), rng)
        alarms += frame["verdict"].isin(["more_votes", "more_volume"]).any()
    assert alarms / runs <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / runs)
