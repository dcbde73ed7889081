"""What was known on a day, table by table."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from toptaak.intake.known import known_on

DAY = dt.date(2026, 9, 30)


def test_the_last_moment_is_midnight_in_amsterdam() -> None:
    moments = pd.to_datetime(["2026-09-30T21:59:59Z", "2026-09-30T22:00:00Z"]).tz_convert("Europe/Amsterdam")
    steps = known_on({"steps": pd.DataFrame({"case": ["a", "b"], "at": moments})}, DAY)["steps"]
    assert steps is not None
    assert steps["case"].tolist() == ["a"]


@pytest.mark.parametrize(
    ("name", "column", "periods", "kept"),
    [
        ("forms", "week", ["2026W39", "2026W40", "2026W41"], ["2026W39"]),
        ("effort", "quarter", ["2026Q2", "2026Q3", "2026Q4"], ["2026Q2", "2026Q3"]),
    ],
)
def test_a_week_counts_from_its_thursday_and_a_quarter_from_its_last_day(
    name: str, column: str, periods: list[str], kept: list[str]
) -> None:
    table = known_on({name: pd.DataFrame({column: periods})}, DAY)[name]
    assert table is not None
    assert table[column].tolist() == kept


def test_a_ballot_counts_with_its_respondent() -> None:
    who = {"municipality": "GM9901", "survey": "s"}
    respondents = pd.DataFrame({"respondent": ["1", "2"], "date": pd.to_datetime(["2026-09-30", "2026-10-01"])})
    ballots = pd.DataFrame({"respondent": ["1", "2", "2"], "task_id": ["a", "b", "c"]})
    known = known_on({"respondents": respondents.assign(**who), "ballots": ballots.assign(**who)}, DAY)
    assert known["ballots"] is not None
    assert known["ballots"]["task_id"].tolist() == ["a"]


def test_a_case_that_closes_later_is_open_and_has_no_result_yet() -> None:
    moments = pd.to_datetime(["2026-09-01", "2026-10-01", None]).tz_localize("Europe/Amsterdam")
    cases = pd.DataFrame({"opened_at": moments[0], "closed_at": moments, "outcome": ["granted", "refused", None]})
    known = known_on({"cases": cases}, DAY)["cases"]
    assert known is not None
    assert known["closed_at"].notna().tolist() == [True, False, False]
    assert known["outcome"].fillna("").tolist() == ["granted", "", ""]


def test_nothing_is_changed_in_place_and_absent_tables_stay_absent() -> None:
    signals = pd.DataFrame({"date": [pd.Timestamp("2026-09-01")], "followed_up_on": [pd.Timestamp("2026-10-01")]})
    before = signals.copy(deep=True)
    known = known_on({"signals": signals, "wishes": None}, DAY)
    assert known["wishes"] is None
    pd.testing.assert_frame_equal(signals, before)
