"""Effort, satisfaction and NPS: kinds, wordings, parts, cut-offs."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toptaak.core.results import NO_OBSERVATIONS, POOLED_WORDINGS
from toptaak.core.settings import NpsCutoffs, Settings
from toptaak.kpi.scores import effort_score, net_promoter_score, net_promoter_score_government, satisfaction


def ratings(question: str, scores: list[float], version: str = "1", **more: object) -> pd.DataFrame:
    return pd.DataFrame({"question": question, "question_version": version, "score": scores}).assign(**more)


def test_each_kind_takes_its_own_answers(questions: pd.DataFrame) -> None:
    table = pd.concat([ratings("effort", [5, 6, 7]), ratings("cijfer", [8, 6]), ratings("nps", [9, 0])])
    assert effort_score(table, questions, "ces2")["estimate"].tolist() == [6]
    assert satisfaction(table, questions)["estimate"].tolist() == [7]
    assert net_promoter_score(table, questions)["estimate"].tolist() == [0]
    assert effort_score(table, questions, "ces1")["note"].tolist() == [NO_OBSERVATIONS]


def test_two_versions_of_a_question_are_not_averaged(questions: pd.DataFrame) -> None:
    table = pd.concat(
        [ratings("effort", [5, 6], channel="web"), ratings("effort", [3], version="2", channel="web"),
         ratings("effort", [7, 6], channel="desk")]
    )  # fmt: skip
    assert effort_score(table, questions, "ces2")["note"].tolist() == [POOLED_WORDINGS]
    by_channel = effort_score(table, questions, "ces2", ["channel"]).set_index("channel")
    assert by_channel.loc["desk", "estimate"] == 6.5
    assert np.isnan(by_channel.loc["web", "estimate"])


def test_two_questions_of_a_kind_are_not_averaged(questions: pd.DataFrame) -> None:
    more = pd.concat([questions, pd.DataFrame({"question": ["punt"], "version": ["1"], "kind": ["mark"]})])
    table = pd.concat([ratings("cijfer", [8, 6]), ratings("punt", [3])])
    assert satisfaction(table, more)["note"].tolist() == [POOLED_WORDINGS]


def test_without_versions_the_question_is_the_wording(questions: pd.DataFrame) -> None:
    table = ratings("effort", [5, 6, 7]).drop(columns="question_version")
    assert effort_score(table, questions, "ces2")["estimate"].tolist() == [6]


def test_parts_count_only_where_one_asks_for_parts(questions: pd.DataFrame) -> None:
    table = pd.concat(
        [
            ratings("cijfer", [8, 6], part=None),
            ratings("cijfer", [4], part="waiting"),
            ratings("cijfer", [7], part="overall"),
        ]
    )
    assert satisfaction(table, questions)[["n", "estimate"]].to_numpy().tolist() == [[3, 7]]
    by_part = satisfaction(table, questions, ["part"]).set_index("part")["estimate"].to_dict()
    assert by_part == {"overall": 7, "waiting": 4}


def test_a_translation_is_no_other_wording(questions: pd.DataFrame) -> None:
    both = pd.concat([questions.assign(language="nl"), questions.assign(language="en")])
    assert satisfaction(ratings("cijfer", [8, 6]), both)["n"].tolist() == [2]


def test_an_empty_answer_is_none(questions: pd.DataFrame) -> None:
    assert satisfaction(ratings("cijfer", [8, np.nan, 6]), questions)["n"].tolist() == [2]


def test_cut_offs_are_settings(questions: pd.DataFrame) -> None:
    table = ratings("nps", [10, 9, 8, 8, 7, 6, 5, 0])
    assert net_promoter_score(table, questions)["estimate"].tolist() == [pytest.approx((2 - 3) / 8)]
    assert net_promoter_score_government(table, questions)["estimate"].tolist() == [pytest.approx((4 - 2) / 8)]
    strict = Settings(nps=NpsCutoffs(detractor=8, promoter=10))
    assert net_promoter_score(table, questions, settings=strict)["estimate"].tolist() == [pytest.approx((1 - 6) / 8)]


@settings(max_examples=40)
@given(st.lists(st.integers(0, 10), min_size=2, max_size=50))
def test_nps_lies_in_its_interval_between_minus_one_and_one(scores: list[int]) -> None:
    questions = pd.DataFrame({"question": ["nps"], "version": ["1"], "kind": ["nps"]})
    row = net_promoter_score(ratings("nps", scores), questions).iloc[0]
    promoters, detractors = sum(one >= 9 for one in scores), sum(one <= 6 for one in scores)
    assert row["estimate"] == pytest.approx((promoters - detractors) / len(scores))
    assert -1 <= row["ci_low"] < row["ci_high"] <= 1
