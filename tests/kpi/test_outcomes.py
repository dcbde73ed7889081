"""Success, failure and disaster: definitions, missing answers, identities."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toptaak.core.results import NO_BELIEVED, NO_VERIFIED
from toptaak.kpi.measures import measure
from toptaak.kpi.measures.outcomes import verified

OUTCOMES = ["completed", "partial", "not_eligible", "failed", "gave_up", None]
ANSWER = st.sampled_from([True, False, None])
ATTEMPTS = st.lists(
    st.tuples(ANSWER, ANSWER, st.sampled_from(OUTCOMES), st.sampled_from(["web", "desk"])), min_size=1, max_size=60
)


def attempts(rows: list[tuple[object, ...]]) -> pd.DataFrame:
    believed, true, outcome, channel = zip(*rows, strict=True)
    return pd.DataFrame(
        {
            "believed_success": pd.array(believed, dtype="boolean"),
            "verified_success": pd.array(true, dtype="boolean"),
            "outcome": pd.array(outcome, dtype="string"),
            "channel": pd.array(channel, dtype="string"),
        }
    )


def test_what_was_verified_counts_before_the_outcome() -> None:
    table = attempts(
        [(None, True, "failed", "web"), (None, False, "completed", "web"), (None, None, "completed", "web")]
    )
    assert verified(table).tolist() == [1, 0, 1]


def test_not_eligible_is_a_success_whatever_was_verified() -> None:
    table = attempts([(None, False, "not_eligible", "web"), (None, None, "not_eligible", "web")])
    assert verified(table).tolist() == [1, 1]


def test_partial_failed_and_given_up_are_failures() -> None:
    table = attempts([(None, None, outcome, "web") for outcome in ("partial", "failed", "gave_up", None)])
    assert verified(table).tolist()[:3] == [0, 0, 0]
    assert np.isnan(verified(table)[3])


def test_disaster_counts_attempts_with_both_answers() -> None:
    both = [(True, True, None, "web")] * 5 + [(True, False, None, "web")] * 2 + [(False, False, None, "web")] * 3
    one = [(True, None, None, "web"), (None, False, None, "web")]
    row = measure("disaster_rate", {"attempts": attempts(both + one)}).iloc[0]
    assert row[["n", "estimate"]].tolist() == [10, 0.2]


@pytest.mark.parametrize(
    ("table", "note"),
    [
        (pd.DataFrame({"believed_success": [True, False]}), NO_VERIFIED),
        (pd.DataFrame({"verified_success": [True, False]}), NO_BELIEVED),
        (pd.DataFrame({"verified_success": [True], "believed_success": pd.array([None], "boolean")}), NO_BELIEVED),
        (pd.DataFrame({"task_id": ["t1"]}), NO_VERIFIED),
    ],
)
def test_disaster_is_never_zero_for_want_of_answers(table: pd.DataFrame, note: str) -> None:
    row = measure("disaster_rate", {"attempts": table}).iloc[0]
    assert row[["n", "note"]].tolist() == [0, note]
    assert row[["estimate", "ci_low", "ci_high"]].isna().all()


def test_self_report_alone_is_another_measure() -> None:
    table = pd.DataFrame({"believed_success": pd.array([True, True, False, None], dtype="boolean")})
    assert measure("success_rate", {"attempts": table})["note"].tolist() == [NO_VERIFIED]
    assert measure("failure_rate", {"attempts": table})["note"].tolist() == [NO_VERIFIED]
    assert measure("reported_success", {"attempts": table})[["n", "estimate"]].to_numpy().tolist() == [
        [3, pytest.approx(2 / 3)]
    ]


def test_all_success_has_an_interval() -> None:
    row = measure("success_rate", {"attempts": pd.DataFrame({"verified_success": [True] * 20})}).iloc[0]
    assert row["estimate"] == row["ci_high"] == 1
    assert 0.8 < row["ci_low"] < 1


@given(ATTEMPTS)
def test_failure_is_what_success_is_not(rows: list[tuple[object, ...]]) -> None:
    table = attempts(rows)
    for by in ([], ["channel"]):
        success, failure = (
            measure("success_rate", {"attempts": table}, by),
            measure("failure_rate", {"attempts": table}, by),
        )
        np.testing.assert_allclose(failure["estimate"], 1 - success["estimate"])
        np.testing.assert_allclose(failure["ci_low"], 1 - success["ci_high"], atol=1e-12)
        assert (failure["n"] == success["n"]).all()


@given(ATTEMPTS, st.randoms())
def test_the_order_of_rows_changes_nothing(rows: list[tuple[object, ...]], random: st.randoms) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)
    for name in ("success_rate", "disaster_rate", "reported_success"):
        frames = (measure(name, {"attempts": attempts(order)}, ["channel"]) for order in (rows, shuffled))
        pd.testing.assert_frame_equal(*frames)


@given(ATTEMPTS)
def test_twice_the_data_is_the_same_rate_with_a_smaller_interval(rows: list[tuple[object, ...]]) -> None:
    once, twice = (
        measure("disaster_rate", {"attempts": attempts(rows)}).iloc[0],
        measure("disaster_rate", {"attempts": attempts(rows * 2)}).iloc[0],
    )
    assert twice["n"] == 2 * once["n"]
    np.testing.assert_allclose(twice["estimate"], once["estimate"])
    if once["n"] > 1:
        assert twice["ci_high"] - twice["ci_low"] < once["ci_high"] - once["ci_low"]


@given(ATTEMPTS)
def test_disaster_is_part_of_failure(rows: list[tuple[object, ...]]) -> None:
    if both := [row for row in rows if row[0] is not None and row[1] is not None]:
        answered = attempts(both)
        assert (
            measure("disaster_rate", {"attempts": answered})["estimate"].iloc[0]
            <= measure("failure_rate", {"attempts": answered})["estimate"].iloc[0] + 1e-12
        )


@given(ATTEMPTS)
def test_the_table_stays_as_it_was(rows: list[tuple[object, ...]]) -> None:
    table = attempts(rows)
    before = table.copy(deep=True)
    measure("success_rate", {"attempts": table}, ["channel"])
    measure("disaster_rate", {"attempts": table}, ["channel"])
    pd.testing.assert_frame_equal(table, before)
