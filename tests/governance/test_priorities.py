"""Votes beside performance and beside hours: signs, order, verdicts, and how often chance is taken for more."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest

from toptaak.core.results import EXTENSIONS, NO_OBSERVATIONS, is_results, result_row, results
from toptaak.core.settings import Settings
from toptaak.governance.priorities import NO_TARGET, effort_against_votes, priorities
from toptaak.stats.intervals import wilson

TASKS = ["t1", "t2", "t3"]


def shares(measure: str, counts: Sequence[float], n: Sequence[float] | float, tasks: Sequence[str]) -> pd.DataFrame:
    total = np.broadcast_to(n, len(counts)).astype(float)
    low, high = wilson(counts, total)
    rows = [
        result_row(measure, int(total[at]), counts[at] / total[at], low[at], high[at], "wilson", task_id=task)
        for at, task in enumerate(tasks)
    ]
    return results(rows, ["task_id"])


@pytest.fixture
def votes() -> pd.DataFrame:
    return shares("vote_share", [200, 100, 50], 1000, TASKS)


def test_share_times_gap_decides_the_order(votes: pd.DataFrame) -> None:
    found = priorities(votes, shares("success_rate", [70, 40, 90], 100, TASKS), {"_all": 0.8})
    assert is_results(found)
    assert set(EXTENSIONS["priority"]) <= set(found.columns)
    assert found["task_id"].tolist() == ["t2", "t1", "t3"]
    assert found["shortfall"].tolist() == pytest.approx([0.1 * 0.4, 0.2 * 0.1, 0.05 * -0.1])
    assert found["verdict"].tolist() == ["not_met", "not_met", "met"]


def test_both_margins_widen_the_shortfall(votes: pd.DataFrame) -> None:
    tried = shares("success_rate", [70, 40, 90], 100, TASKS)
    sure_votes = votes.assign(ci_low=votes["estimate"], ci_high=votes["estimate"])
    sure_tries = tried.assign(ci_low=tried["estimate"], ci_high=tried["estimate"])
    widths = [
        (one["shortfall_high"] - one["shortfall_low"]).to_numpy()
        for one in (
            priorities(*pair, {"_all": 0.8}) for pair in ((votes, tried), (sure_votes, tried), (votes, sure_tries))
        )
    ]
    assert (widths[0] > widths[1]).all()
    assert (widths[0] > widths[2]).all()
    assert widths[0] ** 2 == pytest.approx(widths[1] ** 2 + widths[2] ** 2, rel=0.1)


def test_a_task_has_its_own_target_or_that_of_all(votes: pd.DataFrame) -> None:
    found = priorities(votes, shares("success_rate", [70, 40, 90], 100, TASKS), {"_all": 0.8, "t1": 0.6})
    assert found.set_index("task_id")["target"].to_dict() == {"t1": 0.6, "t2": 0.8, "t3": 0.8}


def test_without_a_target_or_a_number_nothing_is_weighed(votes: pd.DataFrame) -> None:
    tried = shares("success_rate", [70, 40], 100, TASKS[:2])
    found = priorities(votes, tried, {"t1": 0.8}).set_index("task_id")
    assert found["shortfall"].notna().tolist() == [True, False, False]
    assert found.loc["t2", ["note", "verdict"]].tolist() == [NO_TARGET, "not_comparable"]
    assert found.loc["t3", ["n", "verdict"]].tolist() == [0, "not_comparable"]
    hidden = results([result_row("success_rate", note=NO_OBSERVATIONS, task_id="t1")], ["task_id"])
    assert priorities(votes, hidden, {"_all": 0.8})["shortfall"].isna().all()


def test_few_attempts_get_no_verdict(votes: pd.DataFrame) -> None:
    found = priorities(votes, shares("success_rate", [1, 40, 90], [9, 100, 100], TASKS), {"_all": 0.8})
    assert found.set_index("task_id").loc["t1", "verdict"] == "too_few"


def test_nothing_goes_wrong_by_chance_alone_more_often_than_allowed() -> None:
    """Sixty tasks that all meet their target exactly: at most 5 % of such reports call any of them missed or met."""
    rng, tasks = np.random.default_rng(7), [f"t{at}" for at in range(60)]
    votes = shares("vote_share", rng.multinomial(3000, np.full(60, 1 / 60)), 3000, tasks)
    called = [
        priorities(votes, shares("success_rate", rng.binomial(60, 0.8, 60), 60, tasks), {"_all": 0.8})["verdict"]
        .isin(["met", "not_met"])
        .any()
        for _ in range(400)
    ]
    assert np.mean(called) <= 0.05 + 2 * np.sqrt(0.05 * 0.95 / 400)


def test_the_order_of_rows_does_not_matter(votes: pd.DataFrame) -> None:
    tried = shares("success_rate", [70, 40, 90], 100, TASKS)
    found = priorities(votes, tried, {"_all": 0.8})
    turned = priorities(votes.iloc[::-1], tried.iloc[[1, 2, 0]], {"_all": 0.8})
    pd.testing.assert_frame_equal(found, turned)


def test_hours_are_held_against_the_margin_of_the_votes(votes: pd.DataFrame) -> None:
    found = effort_against_votes(votes, {"t1": 21.0, "t2": 60.0, "t4": 19.0})
    assert found["hours_share"].tolist() == [0.21, 0.6, 0.0]
    assert found["verdict"].tolist() == ["no_difference", "more", "less"]


def test_without_hours_there_is_nothing_to_compare(votes: pd.DataFrame) -> None:
    found = effort_against_votes(votes, {}, Settings())
    assert found["hours_share"].isna().all()
    assert set(found["verdict"]) == {"not_comparable"}
