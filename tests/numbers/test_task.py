"""A source about one task: its differences are those of the numbers that the report has of the task."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from toptaak.core.settings import Settings
from toptaak.kpi.compare import compare_quarters
from toptaak.kpi.measures import MeasuredTables, cases_of, measure, measure_all, observations
from toptaak.numbers.quarter import Source, open_source
from toptaak.numbers.task import TaskTables, task_source

ASKED = ["success_rate", "repeat_contact_rate", "first_contact_resolution", "completion_time", "short_wait_rate"]


@pytest.fixture(scope="module")
def source(example_data: Path) -> Source:
    return open_source("GM9902", "2026Q3", "nl", str(example_data))


def test_a_difference_is_that_of_the_two_numbers_shown(source: Source) -> None:
    """A log that ends with the last contact about the task would leave other contacts out as too recent."""
    whole = source.margins["tasks"]
    for task in ("T01", "T03"):
        of_task = task_source(source, task)
        told = compare_quarters(of_task.tables, source.quarter, source.quarter.previous(), ASKED, source.settings)
        own = whole[(whole["task_id"].astype(str) == task).to_numpy()]
        shown = {quarter: rows.set_index("measure") for quarter, rows in own.groupby("quarter", observed=True)}
        now, before = (shown[str(quarter)].loc[ASKED] for quarter in (source.quarter, source.quarter.previous()))
        assert told["n"].tolist() == now["n"].tolist()
        assert told["reference_n"].tolist() == before["n"].tolist()
        assert told["reference_estimate"].to_numpy() == pytest.approx(before["estimate"].to_numpy(), nan_ok=True)


def test_cases_are_of_the_task_of_their_first_contact(source: Source) -> None:
    of_task = task_source(source, "T01")
    told = cases_of(of_task.tables, source.settings)
    whole = cases_of(source.tables, source.settings)
    assert len(told) and set(told["task_id"]) == {"T01"}
    assert len(told) == (whole["task_id"] == "T01").sum()


def test_what_the_whole_does_not_tell_per_task_comes_from_the_tables_of_the_task() -> None:
    ratings = pd.DataFrame({"question": "q", "score": [7.0, 8.0, 9.0], "respondent": ["a", "b", "c"]})
    questions = pd.DataFrame({"question": ["q"], "kind": "mark", "version": "1", "language": "nl", "wording": "?"})
    attempts = pd.DataFrame({"task_id": ["T01", "T02", None], "verified_success": [True, False, True]})
    tables = {"ratings": ratings, "questions": questions, "attempts": attempts, "cases": None}
    own = TaskTables(MeasuredTables(tables, Settings()), tables | {"attempts": attempts.iloc[:1]}, "T01")
    assert_frame_equal(
        measure("satisfaction", own, settings=Settings()), measure("satisfaction", tables, settings=Settings())
    )
    assert observations("success_rate", own, (), Settings()).rows["task_id"].tolist() == ["T01"]
    assert own.observed("completion_time", ()) is None
    other = Settings(confidence=0.9)
    assert_frame_equal(measure_all(own, (), other), measure_all(dict(own), (), other))
