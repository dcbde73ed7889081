"""Groups, weights, wordings and notes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from toptaak.core.results import (
    NO_OBSERVATIONS,
    NO_SPREAD,
    NO_VERIFIED,
    NOT_MEASURABLE,
    ONE_OBSERVATION,
    ONE_PERSON,
    POOLED_WORDINGS,
    is_results,
)
from toptaak.core.settings import Settings
from toptaak.kpi.measures import CATALOGUE
from toptaak.kpi.observations import Observations
from toptaak.kpi.summaries import estimates, promoter_counts, summarise, unmeasured
from toptaak.stats.intervals import kish_effective_n, mean_t, wilson


def summary(rows: dict[str, object], *by: str, name: str = "ces2") -> pd.DataFrame:
    return estimates(summarise(CATALOGUE[name], Observations(pd.DataFrame(rows)), by), Settings())


def test_groups_are_sorted_and_keep_their_columns() -> None:
    frame = summary(
        {"channel": ["web", "desk", "web"], "task_id": ["b", "a", "a"], "value": [1.0, 2, 3]}, "channel", "task_id"
    )
    assert is_results(frame)
    assert frame[["channel", "task_id"]].to_numpy().tolist() == [["desk", "a"], ["web", "a"], ["web", "b"]]


def test_a_missing_key_counts_in_the_total_only() -> None:
    rows = {"channel": ["web", None, "web"], "value": [1.0, 5.0, 3.0]}
    assert summary(rows)["estimate"].tolist() == [3.0]
    assert summary(rows, "channel")["n"].tolist() == [2]


def test_categories_come_out_as_plain_columns() -> None:
    rows = {"channel": pd.Categorical(["web", "desk"], categories=["chat", "desk", "web"]), "value": [1.0, 2.0]}
    frame = summary(rows, "channel")
    assert frame["channel"].tolist() == ["desk", "web"]
    assert not isinstance(frame["channel"].dtype, pd.CategoricalDtype)


def test_a_table_without_the_group_column_gives_no_rows() -> None:
    assert len(summary({"value": [1.0, 2.0]}, "channel")) == 0


def test_a_group_without_values_keeps_its_row_and_reason() -> None:
    rows = {"channel": ["web", "desk"], "value": [1.0, np.nan], "reason": ["", NO_VERIFIED]}
    frame = summary(rows, "channel")
    assert frame.loc[0, ["n", "note"]].tolist() == [0, NO_VERIFIED]


def test_notes_say_why_there_is_no_interval() -> None:
    assert summary({"value": [4.0]})["note"].tolist() == [ONE_OBSERVATION]
    assert summary({"value": [0.1 + 0.2] * 7})["note"].tolist() == [NO_SPREAD]
    assert summary({"value": np.array([])})["note"].tolist() == [NO_OBSERVATIONS]
    frame = summary({"value": [1.0] * 7}, name="success_rate")
    assert frame["note"].tolist() == [""]
    assert frame["ci_low"].notna().all()


def test_two_wordings_are_not_averaged() -> None:
    rows = {"channel": ["web", "web", "desk"], "value": [1.0, 2.0, 3.0], "wording": ["q@1", "q@2", "q@1"]}
    frame = summary(rows, "channel").set_index("channel")
    assert np.isnan(frame.loc["web", "estimate"])
    assert frame.loc["web", ["n", "note"]].tolist() == [2, POOLED_WORDINGS]
    assert frame.loc["desk", "estimate"] == 3


def test_an_unused_wording_does_not_count() -> None:
    rows = {"value": [1.0, 2.0, np.nan], "wording": ["q@1", "q@1", "q@2"]}
    assert summary(rows)["estimate"].tolist() == [1.5]


def test_weights_that_differ_show_n_eff() -> None:
    value, weight = np.array([1.0, 0, 1, 1]), np.array([1.0, 1, 1, 3])
    frame = summary({"value": value, "weight": weight}, name="success_rate")
    effective, share = kish_effective_n(weight), np.average(value, weights=weight)
    assert frame.loc[0, ["n", "n_eff"]].tolist() == [4, pytest.approx(effective)]
    assert frame.loc[0, "estimate"] == pytest.approx(share)
    assert frame.loc[0, ["ci_low", "ci_high"]].tolist() == pytest.approx(wilson(share * effective, effective))


def test_equal_weights_are_no_weights() -> None:
    frame = summary({"value": [1.0, 2, 4], "weight": [2.5] * 3})
    assert "n_eff" not in frame.columns
    pd.testing.assert_frame_equal(frame, summary({"value": [1.0, 2, 4]}))
    pd.testing.assert_frame_equal(frame, summary({"value": [1.0, 2, 4], "weight": [np.nan] * 3}))


def test_promoters_come_back_from_mean_and_variance() -> None:
    rows = pd.DataFrame({"value": [1.0] * 5 + [0.0] * 3 + [-1.0] * 2})
    groups = summarise(CATALOGUE["net_promoter_score"], Observations(rows)).groups
    assert np.concatenate(promoter_counts(groups)).tolist() == pytest.approx([5, 3, 2])


def test_what_cannot_be_measured_has_one_row() -> None:
    frame = estimates(unmeasured(CATALOGUE["ces1"], NOT_MEASURABLE, ["channel"]), Settings())
    assert frame[["channel", "n", "note"]].to_numpy().tolist() == [["_all", 0, NOT_MEASURABLE]]
    assert np.isnan(frame.loc[0, "estimate"])


def test_a_weighted_mean_is_that_of_r_survey(shared_data: Path) -> None:
    """svymean(api00) and svymean(sch.wide) of apistrat, by survey 4.1-1."""
    schools = pd.read_csv(shared_data / "oracle_survey_r" / "apistrat.csv.gz")
    frame = summary({"value": schools["api00"].astype(float), "weight": schools["pw"]})
    assert frame.loc[0, "estimate"] == pytest.approx(662.287363159321, rel=1e-12)
    wide = (schools["sch.wide"] == "Yes").astype(float)
    frame = summary({"value": wide, "weight": schools["pw"]}, name="success_rate")
    assert frame.loc[0, "estimate"] == pytest.approx(0.827948011415823, rel=1e-12)
    assert frame.loc[0, ["n", "n_eff"]].tolist() == [200, pytest.approx(kish_effective_n(schools["pw"]))]


@pytest.mark.parametrize("name", ["channel_switches", "speed_of_answer"])
def test_limits_of_counts_and_times_stay_at_or_above_zero(name: str) -> None:
    row = summary({"value": [0.0, 0.0, 0.0, 0.0, 9.0]}, name=name).iloc[0]
    low, high = mean_t(1.8, 12.96, 5)
    assert low < 0, "else this shows nothing"
    assert (row["ci_low"], row["ci_high"]) == (0.0, pytest.approx(high))


def test_no_fewer_contacts_than_one() -> None:
    row = summary({"value": [1.0, 1.0, 1.0, 1.0, 4.0]}, name="contacts_per_case").iloc[0]
    assert mean_t(1.6, 1.44, 5).low < 1, "else this shows nothing"
    assert row["ci_low"] == 1


def test_limits_of_scores_stay_on_the_scale_of_the_question() -> None:
    rows = {"value": [10.0] * 9 + [1.0], "least": 1.0, "greatest": 10.0}
    row = summary(rows, name="satisfaction").iloc[0]
    low, high = mean_t(9.1, 7.29, 10)
    assert high > 10, "else this shows nothing"
    assert (row["ci_low"], row["ci_high"]) == (pytest.approx(low), 10.0)
    assert summary({"value": [7.0] * 6 + [1.0]}, name="ces2").iloc[0]["ci_high"] == 7.0


def test_limits_on_the_scale_are_those_of_the_t_interval() -> None:
    row = summary({"value": [2.0, 4.0, 5.0]}, name="ces2").iloc[0]
    values = np.array([2.0, 4.0, 5.0])
    assert row["ci_low"] == pytest.approx(max(1, mean_t(values.mean(), values.var(), 3).low))


@pytest.mark.parametrize("person", ["respondent", "customer", "cluster"])
def test_observations_of_one_person_count_by_their_effective_number(person: str) -> None:
    people = np.repeat(np.arange(15), 10)
    value = np.repeat([1.0] * 10 + [0.0] * 5, 10)
    row = summary({"value": value, person: people}, name="success_rate").iloc[0]
    apart = summary({"value": value}, name="success_rate").iloc[0]
    assert row["n"] == 150
    assert row["ci_high"] - row["ci_low"] > 2.5 * (apart["ci_high"] - apart["ci_low"])


def test_people_who_are_not_known_stand_alone() -> None:
    value = [1.0, 0.0] * 20
    unknown = summary({"value": value, "respondent": ["a", "b"] + [None] * 38}).iloc[0]
    alone = summary({"value": value}).iloc[0]
    assert unknown["ci_low"] == pytest.approx(alone["ci_low"])


def test_many_answers_of_one_person_have_no_interval() -> None:
    row = summary({"value": [1.0, 0.0] * 5, "respondent": "a"}).iloc[0]
    assert row["note"] == ONE_PERSON
    assert np.isnan([row["ci_low"], row["ci_high"]]).all()
