from __future__ import annotations

from pathlib import Path

import pytest

from toptaak.batch.job import Failure
from toptaak.batch.run_outcomes import Outcome, RunStatus
from toptaak.batch.run_summary import counts, failures
from toptaak.core.wording import message
from toptaak.numbers.parameters import ReportParameters

FAILURE = Failure(message("not enough memory"), message("Use fewer workers."))


def outcome(code: str, status: RunStatus, failure: Failure | None = None, log: Path | None = None) -> Outcome:
    parameters = ReportParameters(municipality=code, quarter="2026Q3", language="nl", data=Path())
    return Outcome(parameters, status, failure, log)


def test_the_counts_name_only_what_occurred() -> None:
    made = outcome("GM9901", RunStatus.MADE)
    assert (
        counts([made, made, outcome("GM9902", RunStatus.FAILED, FAILURE)], "nl") == "Rapporten gemaakt: 2, mislukt: 1."
    )
    assert counts([outcome("GM9901", RunStatus.UNCHANGED), outcome("GM9902", RunStatus.NO_DATA)], "nl") == (
        "Rapporten ongewijzigd: 1, zonder gegevens: 1."
    )


def test_no_failure_no_table() -> None:
    assert failures([outcome("GM9901", RunStatus.MADE)], "nl") == ""


def test_the_table_says_who_what_and_what_to_do() -> None:
    text = failures([outcome("GM9909", RunStatus.FAILED, FAILURE, Path("reports/.logs/2026Q3-GM9909.log"))], "nl")
    assert [line.split("  ")[0] for line in text.splitlines()[2:3]] == ["GM9909 Rivierland-West"]
    assert "te weinig geheugen" in text
    assert "Logbestand:" in text
    assert "2026Q3-GM9909.log" in text


@pytest.mark.parametrize("length", [1, 30, 300])
def test_long_texts_are_broken_within_their_column(length: int) -> None:
    failure = Failure(message("{text}", text="woord " * length), message("Use fewer workers."))
    assert all(len(line) <= 114 for line in failures([outcome("GM9901", RunStatus.FAILED, failure)], "nl").splitlines())
