from __future__ import annotations

import datetime as dt
import math
from typing import Any

import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic import ValidationError

from toptaak.core.results import ALL, TOO_FEW, is_results, result_row, results
from toptaak.governance.goals import (
    STATUS_WORDS,
    Goal,
    GoalStatus,
    goal_status,
    smart_gaps,
    status,
)

START, END = dt.date(2026, 1, 1), dt.date(2026, 12, 31)
HALFWAY = dt.date(2026, 7, 2)


def goal(**changes: Any) -> Goal:
    base: dict[str, Any] = {
        "text": "Meer aanvragen lukken",
        "kpi": "success_rate",
        "owner": "Toptaakmanager",
        "start": START,
        "baseline": 0.6,
        "target": 0.8,
        "deadline": END,
    }
    return Goal(**(base | changes))


def test_the_path_is_straight_and_stays_level_outside_the_period() -> None:
    days = [START - dt.timedelta(days=9), START, HALFWAY, END, END + dt.timedelta(days=9)]
    assert [goal().path(day) for day in days] == pytest.approx([0.6, 0.6, 0.7, 0.8, 0.8])
    assert goal(baseline=None).path(HALFWAY) is None
    assert goal(start=None).path(HALFWAY) is None


@pytest.mark.parametrize(
    ("low", "high", "day", "expected"),
    [
        (0.80, 0.88, HALFWAY, GoalStatus.REACHED),
        (0.79, 0.88, HALFWAY, GoalStatus.ON_COURSE),  # not yet: the target itself lies in the interval
        (0.66, 0.74, HALFWAY, GoalStatus.ON_COURSE),
        (0.58, 0.71, HALFWAY, GoalStatus.ON_COURSE),
        (0.58, 0.69, HALFWAY, GoalStatus.BEHIND),
        (0.58, 0.82, HALFWAY, GoalStatus.UNDECIDED),  # agrees with any course
        (math.nan, math.nan, HALFWAY, GoalStatus.UNDECIDED),
        (0.75, 0.79, END, GoalStatus.BEHIND),
        (0.75, 0.85, END, GoalStatus.UNDECIDED),
        (0.81, 0.85, END, GoalStatus.REACHED),
    ],
)
def test_status_follows_from_interval_and_direction(
    low: float, high: float, day: dt.date, expected: GoalStatus
) -> None:
    assert status(goal(), low, high, day)[0] is expected
    # the mirror image: a rate of failure that must fall
    falling = goal(kpi="failure_rate", baseline=0.4, target=0.2)
    assert status(falling, 1 - high, 1 - low, day)[0] is expected


def test_without_a_baseline_the_course_is_unknown(measures: Any) -> None:
    plain, known = goal(baseline=None), measures["success_rate"]
    assert status(plain, 0.6, 0.7, HALFWAY, known)[0] is GoalStatus.UNDECIDED
    assert status(plain, 0.81, 0.9, HALFWAY, known)[0] is GoalStatus.REACHED
    assert status(plain, 0.6, 0.7, END, known)[0] is GoalStatus.BEHIND
    assert status(plain, 0.81, 0.9, HALFWAY)[0] is GoalStatus.UNDECIDED  # not even the direction is known


def test_every_status_has_words() -> None:
    assert set(STATUS_WORDS) == set(GoalStatus)
    assert [STATUS_WORDS[one].say("nl") for one in GoalStatus] == [
        "doel gehaald",
        "op koers",
        "achter",
        "niet te zeggen",
    ]


amounts = st.floats(0, 1)


@given(amounts, amounts, amounts, amounts, st.dates(START, END + dt.timedelta(days=90)))
def test_a_better_interval_never_gets_a_worse_status(
    baseline: float, target: float, low: float, high: float, day: dt.date
) -> None:
    assume(baseline != target)
    low, high = sorted((low, high))
    one = goal(baseline=baseline, target=target)
    step = 0.05 if target > baseline else -0.05
    order = [GoalStatus.BEHIND, GoalStatus.ON_COURSE, GoalStatus.REACHED]
    before, after = status(one, low, high, day)[0], status(one, low + step, high + step, day)[0]
    if before in order and after in order:
        assert order.index(after) >= order.index(before)
    if before is GoalStatus.REACHED:
        assert after is GoalStatus.REACHED


@given(amounts, amounts, st.dates(START, END - dt.timedelta(days=1)))
def test_the_path_itself_is_never_behind(baseline: float, target: float, day: dt.date) -> None:
    assume(abs(baseline - target) > 1e-6)
    one = goal(baseline=baseline, target=target)
    path = one.path(day)
    assert path is not None
    assert status(one, path, path, day)[0] is not GoalStatus.BEHIND


def test_a_goal_is_for_a_role_and_has_all_it_needs() -> None:
    for changes in ({"owner": "a / b"}, {"medewerker": "x"}, {"target": math.inf}, {"deadline": START}):
        with pytest.raises(ValidationError):
            goal(**changes)


def test_smart_gaps_name_what_is_missing() -> None:
    assert smart_gaps(goal().model_dump()) == []
    gaps = [gap.say("nl") for gap in smart_gaps({"text": "Betere dienstverlening", "owner": ""})]
    assert gaps == [
        "een doel dat zijn KPI noemt (specifiek)",
        "een doel met een getal (meetbaar)",
        "een doel met een eigenaar (toegewezen)",
        "een doel met een datum (tijdgebonden)",
    ]


@pytest.fixture
def measured() -> pd.DataFrame:
    rows = [
        {"task_id": ALL} | result_row("success_rate", 400, 0.74, 0.695, 0.78, "wilson"),
        {"task_id": "verhuizen"} | result_row("success_rate", 8, 1.0, 0.81, 1.0, "wilson"),
        {"task_id": ALL} | result_row("completion_time", 90, 7e5, 6e5, 8e5, "log_t"),
    ]
    return results(rows, ["task_id"])


def test_goal_status_joins_goals_with_results(measured: pd.DataFrame, measures: Any) -> None:
    goals = [
        goal(),
        goal(task="verhuizen"),
        goal(task="paspoort"),
        goal(kpi="completion_time", baseline=9e5, target=8.5e5),
    ]
    frame = goal_status(goals, measured, dt.date(2026, 9, 30), measures)
    assert is_results(frame)
    assert frame["status"].tolist() == ["on_course", "undecided", "undecided", "reached"]
    assert frame["task_id"].tolist() == [ALL, "verhuizen", "paspoort", ALL]
    assert frame["note"].tolist()[:2] == ["", TOO_FEW]
    assert frame["n"].tolist() == [400, 8, 0, 90]
    assert frame["path"][0] == pytest.approx(0.6 + 0.2 * 272 / 364)
    assert goal_status([], measured, END).empty


def test_two_results_for_one_goal_are_an_error(measured: pd.DataFrame) -> None:
    with pytest.raises(ValueError, match="several results"):
        goal_status([goal()], pd.concat([measured, measured]), END)
