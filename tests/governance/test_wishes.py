from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toptaak.core.results import ALL, NOT_MEASURABLE, RESULT_COLUMNS, is_results, result_row, results
from toptaak.governance.priorities import priorities
from toptaak.governance.wish_rules import KnownTasks, TaskPerformance, Wish, WishAdvice, judge
from toptaak.governance.wishes import (
    COMPLETE,
    EFFECT_WORDS,
    check_wishes,
    effort_share,
    known_tasks,
    parse_effect,
    rank_wishes,
)

TASKS = ("verhuizen", "paspoort", "afval", "hondenpenning")
LABELS = {"verhuizen": "Verhuizing doorgeven", "paspoort": "Paspoort aanvragen", "afval": "Afval wegbrengen"}
TOP = ("verhuizen", "paspoort", "afval")


def wish(name: str, **changes: Any) -> dict[str, Any]:
    base = {
        "municipality": "GM9901",
        "wish": name,
        "date": pd.Timestamp("2026-10-05"),
        "asked_by": "Burgerzaken",
        "task_id": "verhuizen",
        "expected_effect": "middel",
        "effort_hours": 20.0,
        "decision": None,
        "reason": None,
        "alternative": None,
        "decided_on": pd.NaT,
        "decided_by": None,
    }
    return base | changes


@pytest.fixture
def known() -> KnownTasks:
    share = [(0.2, 0.18, 0.22), (0.1, 0.08, 0.12), (0.05, 0.04, 0.06), (0.004, 0.002, 0.008)]
    success = [(0.7, 0.62, 0.77), (0.9, 0.87, 0.94), (0.8, 0.6, 0.92)]
    votes = results(
        [{"task_id": task} | result_row("vote_share", 500, *row) for task, row in zip(TASKS, share, strict=True)],
        ["task_id"],
    )
    performance = results(
        [{"task_id": task} | result_row("success_rate", 140, *row) for task, row in zip(TASKS, success, strict=False)],
        ["task_id"],
    )
    return known_tasks(priorities(votes, performance, {ALL: 0.85}), TOP, LABELS)


def test_score_is_share_times_gap_times_effect(known: KnownTasks) -> None:
    frame = rank_wishes(pd.DataFrame([wish("w1", expected_effect="40%")]), known, "nl")
    assert is_results(frame)
    row, performance = frame.iloc[0], known.performance("verhuizen")
    assert row["estimate"] == pytest.approx(0.2 * 0.15 * 0.4)
    assert (row["ci_low"], row["ci_high"]) == pytest.approx((performance.low * 0.4, performance.high * 0.4))
    assert 0 < row["ci_low"] < row["estimate"] < row["ci_high"]
    assert row["n"] == 140
    assert row["proposal"] == "yes"
    assert row["reason"] == "Verwacht: 12,0 extra geslaagde taken per 1.000 klanten."


@pytest.mark.parametrize(
    ("changes", "proposal", "reason", "alternative"),
    [
        ({"task_id": None}, "no", "hoort niet bij een taak", "Verhuizing doorgeven"),
        ({"task_id": "hondenpenning"}, "no", "0,4% van de stemmen", "Verhuizing doorgeven"),
        ({"task_id": "nieuws"}, "no", "geen toptaak", "Verhuizing doorgeven"),
        ({"task_id": "paspoort"}, "no", "haalt aantoonbaar", "Blijf meten"),
        ({"task_id": "afval"}, "not_now", "niet zeker", "meer klanten"),
        ({"expected_effect": "veel beter"}, "not_now", "niet duidelijk", "Beschrijf"),
        ({"expected_effect": None}, "not_now", "niet duidelijk", "Beschrijf"),
        ({"expected_effect": "geen"}, "no", "geen effect", "Verhuizing doorgeven"),
    ],
)
def test_no_has_a_reason_and_an_alternative(
    known: KnownTasks, changes: dict[str, Any], proposal: str, reason: str, alternative: str
) -> None:
    row = rank_wishes(pd.DataFrame([wish("w1", **changes)]), known, "nl").iloc[0]
    assert row["proposal"] == proposal
    assert reason in row["reason"]
    assert alternative in row["alternative"]


def test_what_is_not_measured_is_not_zero(known: KnownTasks) -> None:
    blind = KnownTasks({}, TOP, LABELS)
    row = rank_wishes(pd.DataFrame([wish("w1")]), blind, "nl").iloc[0]
    assert math.isnan(row["estimate"])
    assert (row["proposal"], row["n"], row["note"]) == ("not_now", 0, NOT_MEASURABLE)
    assert blind.neediest() is None
    off_list = rank_wishes(pd.DataFrame([wish("w1", task_id=None)]), blind, language="en").iloc[0]
    assert off_list["alternative"].startswith("Leave it to the department")


@pytest.mark.parametrize("verdict", ["too_few", "undecided"])
def test_what_is_not_certain_waits_for_more_customers(verdict: str) -> None:
    known = KnownTasks({"verhuizen": TaskPerformance(9, 0.2, 0.03, 0.01, 0.05, verdict)}, TOP, LABELS)
    row = rank_wishes(pd.DataFrame([wish("w1")]), known, "nl").iloc[0]
    assert (row["proposal"], row["alternative"]) == ("not_now", "Meet eerst bij meer klanten.")


def test_hours_go_to_the_highest_score_first_and_the_decision_is_kept(known: KnownTasks) -> None:
    decided = {
        "decision": "no",
        "reason": "te duur",
        "alternative": "later",
        "decided_on": pd.Timestamp("2026-10-20"),
        "decided_by": "Directeur",
    }
    table = pd.DataFrame(
        [
            wish("w1", expected_effect="klein", effort_hours=10.0),
            wish("w2", expected_effect="groot", effort_hours=40.0, **decided),
            wish("w3", expected_effect="middel", effort_hours=90.0),
            wish("w4", expected_effect="middel", effort_hours=np.nan),
            wish("w5", task_id=None),
        ]
    )
    frame = rank_wishes(table, known, "nl", capacity_hours=50)
    assert frame["wish"].tolist() == ["w2", "w3", "w4", "w1", "w5"]
    assert frame["rank"].tolist() == [1, 2, 3, 4, 5]
    assert frame["proposal"].tolist() == ["yes", "not_now", "not_now", "yes", "no"]
    assert "90 uur" in frame["reason"][1]
    assert "Over is nog 10 uur" in frame["reason"][1]
    first = frame.iloc[0]
    assert (first["decision"], first["decided_by"], first["decided_reason"]) == ("no", "Directeur", "te duur")
    assert first["decided_on"] == pd.Timestamp("2026-10-20")
    assert rank_wishes(table.iloc[:0], known, "nl").empty


def test_the_order_of_the_rows_changes_nothing(known: KnownTasks) -> None:
    effects = ["klein", "groot", "30%"]
    table = pd.DataFrame([wish(f"w{at}", expected_effect=effect) for at, effect in enumerate(effects)])
    frames = [
        rank_wishes(table.iloc[list(order)], known, "nl", capacity_hours=45)
        for order in itertools.permutations(range(3))
    ]
    for frame in frames[1:]:
        pd.testing.assert_frame_equal(frame, frames[0])


@given(
    st.sampled_from(["met", "not_met", "undecided", "too_few", "not_comparable"]),
    st.floats(0, 1),
    st.one_of(st.none(), st.floats(0, 100)),
)
def test_yes_only_for_a_top_task_with_a_certain_gap_and_an_effect(
    verdict: str, effect: float, left: float | None
) -> None:
    known = KnownTasks({"t": TaskPerformance(50, 0.2, 0.03, 0.01, 0.05, verdict)}, ["t"], {})
    made = judge(Wish("t", 0.03 * effect, effect, 10.0), known, left, "nl")
    expected = verdict == "not_met" and effect > 0 and (left is None or left >= 10)
    assert (made.proposal is WishAdvice.YES) == expected
    assert made.reason
    assert bool(made.alternative) == (made.proposal is not WishAdvice.YES)


def test_effects_are_read_as_people_write_them() -> None:
    assert {word: parse_effect(word.upper()) for word in EFFECT_WORDS} == EFFECT_WORDS
    assert [parse_effect(value) for value in ("12,5 %", 1, "0")] == [0.125, 1.0, 0.0]
    explained = (
        "Groot: minder herhaalcontact",
        "klein, en alleen op de website",
        "30% (uit de proef)",
        "0,2 - ruwe schatting",
    )
    assert [parse_effect(value) for value in explained] == [0.5, 0.1, 0.3, 0.2]
    assert all(math.isnan(parse_effect(value)) for value in ("120%", "-0,1", "30 klachten", "grootste", None, ""))


def test_effort_share_counts_hours() -> None:
    effort = pd.DataFrame(
        {
            "team": ["web", "web", "kcc", "kcc"],
            "task_id": ["verhuizen", None, "paspoort", "hondenpenning"],
            "hours": [30.0, 10.0, 15.0, 45.0],
        }
    )
    total = effort_share(effort, TOP)
    assert (total["estimate"][0], total["n"][0], total["note"][0]) == (0.45, 100, COMPLETE)
    assert total[["ci_low", "ci_high"]].isna().all(axis=None)
    assert list(total.columns) == list(RESULT_COLUMNS)
    by_team = effort_share(effort, TOP, ["team"]).set_index("team")["estimate"]
    assert by_team.to_dict() == {"kcc": 0.25, "web": 0.75}
    assert effort_share(effort.iloc[:0], TOP)["n"].tolist() == [0]


def test_every_fault_of_the_register_at_once() -> None:
    table = pd.DataFrame(
        [
            wish("w1"),
            wish("w2", task_id="verhuzen"),
            wish("w3", decision="no"),
            wish("w4", decision="yes", decided_on=pd.Timestamp("2026-10-01"), decided_by="Directeur"),
            wish("w5", expected_effect="heel veel"),
        ]
    )
    faults = check_wishes(table, TASKS)
    assert [(fault.code, fault.found, fault.column) for fault in faults] == [
        ("TT-717", "'w2'", "task_id"),
        ("TT-731", "'w3'", "decided_on"),
        ("TT-731", "'w3'", "decided_by"),
        ("TT-732", "'w4'", "decided_on"),
        ("TT-733", "'w5'", "expected_effect"),
    ]
    told = "\n".join(fault.describe("nl") for fault in faults)
    assert "Bedoelt u verhuizen?" in told
    assert "heel veel" not in told  # open text stays out of messages
