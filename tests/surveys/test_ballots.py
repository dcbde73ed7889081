"""Ballots become votes: scoring, lists, who was shown what, weights."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toptaak.core.errors import ToptaakError
from toptaak.core.settings import Settings
from toptaak.surveys.ballots import collect, tally

TASKS = pd.DataFrame({"task_id": ["t1", "t2", "t3", "t4"]})
SOME_TASKS = st.sets(st.sampled_from(["t1", "t2", "t3", "t4"]), min_size=1)
RANKED = Settings(scoring="ranked")


def ballots(picks: dict[str, str], **columns: object) -> pd.DataFrame:
    """Make ballots out of `{"anna": "t1 t3"}`."""
    rows = [("s", name, task, place) for name, given in picks.items() for place, task in enumerate(given.split(), 1)]
    return pd.DataFrame(rows, columns=["survey", "respondent", "task_id", "position"]).assign(**columns)


def respondents(*names: str, **columns: object) -> pd.DataFrame:
    return pd.DataFrame({"survey": "s", "respondent": names}).assign(**columns)


PICKS = {"anna": "t1 t2", "bas": "t1", "cas": "t3 t1 t2"}
PEOPLE = respondents("anna", "bas", "cas", "dirk")


def test_every_task_is_listed_in_its_order() -> None:
    frame = tally(ballots(PICKS), PEOPLE, TASKS)
    assert frame["task_id"].tolist() == ["t1", "t2", "t3", "t4"]
    assert frame["votes"].tolist() == [3, 2, 1, 0]
    assert frame["points"].tolist() == [3, 2, 1, 0]


def test_a_voter_has_picked_something() -> None:
    assert tally(ballots(PICKS), PEOPLE, TASKS)["voters"].tolist() == [3, 3, 3, 3]


def test_points_go_down_from_the_most_picks() -> None:
    assert tally(ballots(PICKS), PEOPLE, TASKS, RANKED)["points"].tolist() == [5 + 5 + 4, 4 + 3, 5, 0]
    three = Settings(scoring="ranked", max_picks=3)
    assert tally(ballots(PICKS), PEOPLE, TASKS, three)["points"].tolist() == [3 + 3 + 2, 2 + 1, 3, 0]


@pytest.mark.parametrize("position", [np.nan, 0, 6])
def test_a_ranked_vote_without_places_is_refused(position: float) -> None:
    with pytest.raises(ToptaakError, match="6 keuzes"):
        tally(ballots(PICKS, position=position), PEOPLE, TASKS, RANKED)


def test_a_task_that_is_not_on_the_list_is_refused() -> None:
    with pytest.raises(ToptaakError, match="2 keuzes noemen een taak die niet op"):
        tally(ballots(PICKS | {"dirk": "t9 t8"}), PEOPLE, TASKS)


def test_a_pick_of_nobody_is_refused() -> None:
    with pytest.raises(ToptaakError, match="1 keuze hoort bij niemand"):
        tally(ballots(PICKS | {"eva": "t1"}), PEOPLE, TASKS)


def test_the_list_in_force() -> None:
    lists = pd.DataFrame({"list_version": ["1", "1", "1", "2", "2"], "task_id": ["t1", "t2", "t3", "t1", "t5"]})
    chosen = tally(ballots(PICKS), PEOPLE, lists, Settings(list_version="1"))
    assert chosen["task_id"].tolist() == ["t1", "t2", "t3"]
    with pytest.raises(ToptaakError, match="meer takenlijsten: 1, 2"):
        tally(ballots(PICKS), PEOPLE, lists)
    with pytest.raises(ToptaakError, match="takenlijst 3 uit settings"):
        tally(ballots(PICKS), PEOPLE, lists, Settings(list_version="3"))
    with pytest.raises(ToptaakError, match="niet op de geldende takenlijst"):
        tally(ballots(PICKS), PEOPLE, lists, Settings(list_version="2"))


def test_who_was_not_shown_a_task_could_not_choose_it() -> None:
    offered = pd.DataFrame(
        {"survey": "s", "respondent": ["anna", "anna", "bas", "bas"], "task_id": ["t1", "t2", "t1", "t4"]}
    )
    frame = tally(ballots(PICKS), PEOPLE, TASKS, offered=offered)
    assert frame["voters"].tolist() == [3, 2, 1, 2]


def test_what_was_chosen_was_shown() -> None:
    offered = pd.DataFrame({"survey": ["s"], "respondent": ["anna"], "task_id": ["t4"]})
    frame = tally(ballots({"anna": "t1"}), respondents("anna"), TASKS, offered=offered)
    assert frame["voters"].tolist() == [1, 0, 0, 1]


def test_by_segment() -> None:
    people = PEOPLE.assign(age=["young", "old", "old", "young"])
    frame = tally(ballots(PICKS), people, TASKS, by=["age"])
    assert frame.groupby("age")["votes"].sum().to_dict() == {"old": 4, "young": 2}
    assert frame.groupby("age")["voters"].first().to_dict() == {"old": 2, "young": 1}


def test_by_quarter() -> None:
    people = PEOPLE.assign(date=pd.to_datetime(["2026-06-30", "2026-07-01", "2026-07-02", "2026-07-02"]))
    frame = tally(ballots(PICKS), people, TASKS, by=["quarter"])
    assert frame.groupby("quarter")["votes"].sum().to_dict() == {"2026Q2": 2, "2026Q3": 4}


def test_the_same_number_in_two_surveys_is_two_voters() -> None:
    both = pd.concat([ballots(PICKS), ballots(PICKS).assign(survey="other")])
    people = pd.concat([PEOPLE, PEOPLE.assign(survey="other")])
    assert tally(both, people, TASKS)["voters"].tolist() == [6] * 4


def test_who_has_no_weight_is_left_out_where_others_have() -> None:
    votes = collect(ballots(PICKS), PEOPLE.assign(weight=[1.5, np.nan, 0.5, 1]), TASKS, Settings())
    assert votes.voters["respondent"].tolist() == ["anna", "cas"]
    assert votes.weighted
    assert not collect(ballots(PICKS), PEOPLE.assign(weight=np.nan), TASKS, Settings()).weighted


def test_nobody_voted() -> None:
    frame = tally(ballots(PICKS).iloc[:0], PEOPLE, TASKS)
    assert frame["votes"].tolist() == frame["voters"].tolist() == [0, 0, 0, 0]
    assert len(tally(ballots(PICKS).iloc[:0], PEOPLE.assign(age="old"), TASKS, by=["age"])) == 0


@given(
    st.dictionaries(
        st.sampled_from("abcdefghij"), st.sets(st.sampled_from(TASKS["task_id"].tolist()), min_size=1), min_size=1
    )
)
def test_no_vote_is_lost_whatever_the_order(picks: dict[str, set[str]]) -> None:
    table = ballots({name: " ".join(sorted(given)) for name, given in picks.items()})
    people = respondents(*"abcdefghij")
    before = table.copy(deep=True)
    frame = tally(table, people, TASKS)
    assert frame["votes"].sum() == len(table)
    shuffled = tally(table.sample(frac=1, random_state=1), people.sample(frac=1, random_state=2), TASKS)
    pd.testing.assert_frame_equal(frame, shuffled)
    pd.testing.assert_frame_equal(table, before)
