"""A score counts only answers to questions that measure it, and tells which wording it rests on."""

from __future__ import annotations

import pandas as pd
import pytest

from toptaak.core.results import POOLED_WORDINGS
from toptaak.core.settings import Settings
from toptaak.kpi.measures import measure, measure_all
from toptaak.kpi.measures.answers import BOXES, POOLED
from toptaak.kpi.wordings import OTHER_DIRECTION, OTHER_SCALE, wordings

COUNTS = {1: 80, 2: 210, 3: 140, 4: 110, 5: 160, 6: 180, 7: 120}  # support.cys.group


def question(kind: str, low: float, high: float, higher_is: str | None = None, version: str = "1") -> pd.DataFrame:
    row = {"question": "q", "version": version, "kind": kind, "minimum": low, "maximum": high, "higher_is": higher_is}
    return pd.DataFrame([row])


def answers(scores: list[float], version: str | None = "1") -> pd.DataFrame:
    return pd.DataFrame({"question": "q", "question_version": version, "score": scores})


def test_three_ways_of_scoring_the_same_answers() -> None:
    """Mean as cys.group prints it; share of 5-7 as Zonka counts; index (6-7) - (1-3) of cys.group."""
    given = answers([score for score, times in COUNTS.items() for _ in range(times)])
    asked = question("ces2", 1, 7, "better")
    found = {
        way: measure(name, {"ratings": given, "questions": asked}).iloc[0]
        for way, name in (("mean", "ces2"), ("top_box", "ces2_top_box"), ("net", "ces2_net"))
    }
    assert {way: row.estimate for way, row in found.items()} == pytest.approx(
        {"mean": 4.08, "top_box": 0.46, "net": -0.13}
    )
    assert [row.measure for row in found.values()] == ["ces2", "ces2_top_box", "ces2_net"]
    assert [row.method for row in found.values()] == ["mean_t", "wilson", "adjusted_wald_nps"]


def test_little_effort_is_good_in_the_first_version() -> None:
    given, asked = answers([1, 1, 2, 3, 5]), question("ces1", 1, 5, "worse")
    assert measure("ces1_top_box", {"ratings": given, "questions": asked})["estimate"].tolist() == [0.6]
    assert measure("ces1_net", {"ratings": given, "questions": asked})["estimate"].tolist() == pytest.approx([0.4])


def test_all_measures_have_every_way() -> None:
    frame = measure_all({"ratings": answers([1, 7, 6]), "questions": question("ces2", 1, 7)}).set_index("measure")
    assert set(BOXES) <= set(frame.index)
    assert frame.loc["ces2_top_box", "estimate"] == pytest.approx(2 / 3)
    assert frame.loc["ces1_net", "n"] == 0


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        (question("ces2", 1, 5), OTHER_SCALE),
        (question("ces2", 0, 7), OTHER_SCALE),
        (question("ces2", 1, 7, "worse"), OTHER_DIRECTION),
    ],
)
def test_a_question_that_measures_something_else_does_not_count(asked: pd.DataFrame, reason: str) -> None:
    for name in ("ces2", "ces2_top_box", "ces2_net"):
        row = measure(name, {"ratings": answers([4, 5, 5]), "questions": asked}).iloc[0]
        assert (row.n, row.note) == (0, reason)
        assert pd.isna(row.estimate)
    assert measure("ces2", {"ratings": answers([4, 5, 5], version=None), "questions": asked})["note"].tolist() == [
        reason
    ]


def test_an_undeclared_direction_is_that_of_the_score() -> None:
    assert measure("ces2", {"ratings": answers([4, 5]), "questions": question("ces2", 1, 7, None)})[
        "estimate"
    ].tolist() == [4.5]


def test_a_mark_of_which_a_low_one_is_good_is_not_averaged_with_others() -> None:
    assert measure("satisfaction", {"ratings": answers([1, 2]), "questions": question("mark", 1, 6, "worse")})[
        "note"
    ].tolist() == [OTHER_DIRECTION]


def test_only_the_version_that_does_not_fit_is_left_out() -> None:
    asked = pd.concat([question("ces2", 1, 5), question("ces2", 1, 7, version="2")])
    given = pd.concat([answers([5, 5]), answers([6, 7], "2")])
    row = measure("ces2", {"ratings": given, "questions": asked}).iloc[0]
    assert (row.n, row.estimate) == (2, 6.5)


def test_wordings_are_pooled_on_request_only_and_it_is_told() -> None:
    asked = pd.concat([question("nps", 0, 10), question("nps", 0, 10, version="2")])
    given = pd.concat([answers([10, 9]), answers([0, 7], "2")])
    refused = measure("net_promoter_score", {"ratings": given, "questions": asked}).iloc[0]
    assert (refused.note, pd.isna(refused.estimate)) == (POOLED_WORDINGS, True)
    pooled = measure(
        "net_promoter_score", {"ratings": given, "questions": asked}, settings=Settings(pool_wordings=True)
    ).iloc[0]
    assert (pooled.n, pooled.estimate, pooled.note) == (4, 0.25, POOLED)
    one = measure(
        "net_promoter_score",
        {"ratings": answers([10, 9, 8]), "questions": asked},
        settings=Settings(pool_wordings=True),
    ).iloc[0]
    assert one.note == ""


def test_a_number_tells_its_wordings() -> None:
    asked = question("ces2", 1, 7, "better").assign(language="nl", wording="Het was makkelijk.")
    given = answers([5, 6, None]).assign(channel=["web", "desk", "web"])
    found = wordings(given, asked, ["channel"])
    assert found[["channel", "kind", "version", "wording", "maximum", "n"]].to_numpy().tolist() == [
        ["desk", "ces2", "1", "Het was makkelijk.", 7.0, 1],
        ["web", "ces2", "1", "Het was makkelijk.", 7.0, 1],
    ]
    without = wordings(given.drop(columns="question_version"), asked)
    assert without[["wording", "n"]].to_numpy().tolist() == [["Het was makkelijk.", 2]]
