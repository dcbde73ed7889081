"""Effort, satisfaction and NPS: kinds, wordings, parts, cut-offs."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toptaak.core.results import NO_OBSERVATIONS, POOLED_WORDINGS
from toptaak.core.settings import NpsCutoffs, Settings
from toptaak.kpi.measures import measure


def ratings(question: str, scores: list[float], version: str = "1", **more: object) -> pd.DataFrame:
    return pd.DataFrame({"question": question, "question_version": version, "score": scores}).assign(**more)


def test_each_kind_takes_its_own_answers(questions: pd.DataFrame) -> None:
    table = pd.concat([ratings("effort", [5, 6, 7]), ratings("cijfer", [8, 6]), ratings("nps", [9, 0])])
    assert measure("ces2", {"ratings": table, "questions": questions})["estimate"].tolist() == [6]
    assert measure("satisfaction", {"ratings": table, "questions": questions})["estimate"].tolist() == [7]
    assert measure("net_promoter_score", {"ratings": table, "questions": questions})["estimate"].tolist() == [0]
    assert measure("ces1", {"ratings": table, "questions": questions})["note"].tolist() == [NO_OBSERVATIONS]


def test_two_versions_of_a_question_are_not_averaged(questions: pd.DataFrame) -> None:
    table = pd.concat(
        [ratings("effort", [5, 6], channel="web"), ratings("effort", [3], version="2", channel="web"),
         ratings("effort", [7, 6], channel="desk")]
    )  # fmt: skip
    assert measure("ces2", {"ratings": table, "questions": questions})["note"].tolist() == [POOLED_WORDINGS]
    by_channel = measure("ces2", {"ratings": table, "questions": questions}, ["channel"]).set_index("channel")
    assert by_channel.loc["desk", "estimate"] == 6.5
    assert np.isnan(by_channel.loc["web", "estimate"])


def test_two_questions_of_a_kind_are_not_averaged(questions: pd.DataFrame) -> None:
    more = pd.concat([questions, pd.DataFrame({"question": ["punt"], "version": ["1"], "kind": ["mark"]})])
    table = pd.concat([ratings("cijfer", [8, 6]), ratings("punt", [3])])
    assert measure("satisfaction", {"ratings": table, "questions": more})["note"].tolist() == [POOLED_WORDINGS]


def test_without_versions_the_question_is_the_wording(questions: pd.DataFrame) -> None:
    table = ratings("effort", [5, 6, 7]).drop(columns="question_version")
    assert measure("ces2", {"ratings": table, "questions": questions})["estimate"].tolist() == [6]


def test_parts_count_only_where_one_asks_for_parts(questions: pd.DataFrame) -> None:
    table = pd.concat(
        [
            ratings("cijfer", [8, 6], part=None),
            ratings("cijfer", [4], part="waiting"),
            ratings("cijfer", [7], part="overall"),
        ]
    )
    assert measure("satisfaction", {"ratings": table, "questions": questions})[
        ["n", "estimate"]
    ].to_numpy().tolist() == [[3, 7]]
    by_part = (
        measure("satisfaction", {"ratings": table, "questions": questions}, ["part"])
        .set_index("part")["estimate"]
        .to_dict()
    )
    assert by_part == {"overall": 7, "waiting": 4}


def test_a_translation_is_no_other_wording(questions: pd.DataFrame) -> None:
    both = pd.concat([questions.assign(language="nl"), questions.assign(language="en")])
    assert measure("satisfaction", {"ratings": ratings("cijfer", [8, 6]), "questions": both})["n"].tolist() == [2]


def test_an_empty_answer_is_none(questions: pd.DataFrame) -> None:
    assert measure("satisfaction", {"ratings": ratings("cijfer", [8, np.nan, 6]), "questions": questions})[
        "n"
    ].tolist() == [2]


def test_cut_offs_are_settings(questions: pd.DataFrame) -> None:
    table = ratings("nps", [10, 9, 8, 8, 7, 6, 5, 0])
    assert measure("net_promoter_score", {"ratings": table, "questions": questions})["estimate"].tolist() == [
        pytest.approx((2 - 3) / 8)
    ]
    assert measure("net_promoter_score_government", {"ratings": table, "questions": questions})[
        "estimate"
    ].tolist() == [pytest.approx((4 - 2) / 8)]
    strict = Settings(nps=NpsCutoffs(detractor=8, promoter=10))
    assert measure("net_promoter_score", {"ratings": table, "questions": questions}, settings=strict)[
        "estimate"
    ].tolist() == [pytest.approx((1 - 6) / 8)]


@given(st.lists(st.integers(0, 10), min_size=2, max_size=50))
def test_nps_lies_in_its_interval_between_minus_one_and_one(scores: list[int]) -> None:
    questions = pd.DataFrame({"question": ["nps"], "version": ["1"], "kind": ["nps"]})
    row = measure("net_promoter_score", {"ratings": ratings("nps", scores), "questions": questions}).iloc[0]
    promoters, detractors = sum(one >= 9 for one in scores), sum(one <= 6 for one in scores)
    assert row["estimate"] == pytest.approx((promoters - detractors) / len(scores))
    assert -1 <= row["ci_low"] < row["ci_high"] <= 1
