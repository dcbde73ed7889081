from __future__ import annotations

import datetime as dt
import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toptaak.core.results import NO_OBSERVATIONS, is_results
from toptaak.governance.feedback import (
    DATES,
    DAY,
    HALF_NOT_DONE,
    ROUTES,
    Terms,
    check_feedback,
    desk_list,
    lead_times,
    loop_shares,
)

UNTIL = dt.date(2026, 12, 31)


def entries(*rows: tuple[str | None, str | None, str | None, str | None], **more: Any) -> pd.DataFrame:
    """Make entries from four dates each, written as month-day of 2026."""
    frame = pd.DataFrame(rows, columns=list(DATES)).map(
        lambda day: pd.Timestamp(f"2026-{day}" if isinstance(day, str) else None)
    )
    base = {
        "municipality": "GM9901",
        "entry": [f"e{at}" for at in range(1, len(rows) + 1)],
        "department": "Burgerzaken",
        "kind": "process",
        "topic": "afval",
        "led_to_change": pd.array([None] * len(rows), dtype="boolean"),
    }
    return frame.apply(pd.to_datetime).assign(**(base | more))


def in_days(frame: pd.DataFrame) -> dict[str, float]:
    return {row.measure.removeprefix("feedback_time_"): row.estimate / DAY for row in frame.itertuples()}


def test_medians_per_step() -> None:
    table = entries(
        ("10-01", "10-03", "10-10", "10-11"),
        ("10-01", "10-05", "10-15", "10-18"),
        ("10-02", "10-08", "11-02", "11-09"),
    )
    frame = lead_times(table, UNTIL)
    assert is_results(frame)
    assert in_days(frame) == {"routed": 4, "solved": 10, "thanked": 3, "total": 17}
    assert frame["n"].tolist() == [3, 3, 3, 3]


def test_what_still_waits_counts_as_waiting() -> None:
    closed = entries(*[("10-01", "10-02", "10-05", None)] * 4)
    waiting = entries(*[("10-01", "10-02", None, None)] * 5)
    both = pd.concat([closed, waiting])
    assert in_days(lead_times(closed, UNTIL))["solved"] == 3
    solved = lead_times(both, UNTIL).iloc[1]
    assert math.isnan(solved["estimate"])
    assert (solved["n"], solved["note"]) == (9, HALF_NOT_DONE)


def test_what_happened_later_is_not_known_yet() -> None:
    table = entries(("09-01", "09-03", "10-20", None), ("09-01", "09-05", "09-07", None), ("10-15", None, None, None))
    frame = lead_times(table, dt.date(2026, 9, 30))
    assert frame["n"].tolist() == [2, 2, 1, 2]
    pd.testing.assert_frame_equal(frame, lead_times(table.iloc[:2], dt.date(2026, 9, 30)))


def test_unknown_and_impossible_dates_are_left_out() -> None:
    table = entries(("10-01", None, "10-10", None), ("10-09", "10-03", None, None), ("10-01", "10-04", None, None))
    assert lead_times(table, UNTIL)["n"].tolist()[:2] == [1, 2]


def test_groups_and_nothing_at_all() -> None:
    table = entries(*[("10-01", "10-03", "10-10", "10-11")] * 4, topic=["afval", "afval", "paspoort", None])
    assert lead_times(table, UNTIL, ["topic"]).groupby("topic")["n"].first().to_dict() == {"afval": 2, "paspoort": 1}
    for frame in (lead_times(table.iloc[:0], UNTIL), loop_shares(table.iloc[:0], UNTIL)):
        assert set(frame["note"]) == {NO_OBSERVATIONS}


def test_the_median_is_that_of_survfit() -> None:
    """R 4.2.2, survival 3.5.3: frozen in tests/oracle/kpi (survfit.R, cases.csv, survfit.csv)."""
    folder = Path(__file__).parents[1] / "oracle" / "kpi"
    cases = pd.read_csv(folder / "cases.csv")
    plain = cases[cases["set"] == "plain"]
    begin = pd.Timestamp("2026-01-01")
    until = begin + pd.Timedelta(days=int(plain["exit"].max()))
    rows = []
    for case in plain.itertuples():
        # the oracle's censored cases leave at different ages: give each the submission date that makes it so
        submitted = begin if case.done else until - pd.Timedelta(days=case.exit)
        rows.append((submitted, submitted + pd.Timedelta(days=case.exit) if case.done else pd.NaT))
    table = pd.DataFrame(rows, columns=["submitted_on", "routed_on"]).assign(solved_on=pd.NaT, thanked_on=pd.NaT)
    routed = lead_times(table.apply(pd.to_datetime), until.date()).iloc[0]
    oracle = pd.read_csv(folder / "survfit.csv")
    same = (oracle["set"] == "plain") & (oracle["kind"] == "quantile") & (oracle["level"] == 0.95)
    (expected,) = oracle[same & (oracle["at"] == 0.5)].itertuples()
    found = [routed[name] / DAY for name in ("estimate", "ci_low", "ci_high")]
    assert found == pytest.approx([expected.estimate, expected.low, expected.high])


def test_shares_of_the_loop() -> None:
    table = entries(
        ("10-01", "10-03", "10-10", "10-11"),
        ("10-01", "10-03", "10-10", "12-30"),
        ("10-01", "10-03", "10-10", None),
        ("10-01", "10-03", "12-30", None),  # solved too recently to expect thanks
        ("11-01", "11-03", None, None),
        ("12-20", "12-21", None, None),
        ("12-29", None, None, None),
        led_to_change=pd.array([True, False, None, True, None, None, None], dtype="boolean"),
    )
    frame = loop_shares(table, UNTIL, terms=Terms(routed=1, solved=14, thanked=5)).set_index("measure")
    expected = {
        "feedback_late_routed": (1, 1.0),
        "feedback_late_solved": (2, 0.5),
        "feedback_late_thanked": (2, 0.5),
        "feedback_thanked": (3, 2 / 3),
        "feedback_led_to_change": (3, 2 / 3),
    }
    assert {name: (row.n, row.estimate) for name, row in frame.iterrows()} == expected
    # Wilson 2/3: R prop.test(2, 3, correct = FALSE)
    assert frame.loc["feedback_thanked", ["ci_low", "ci_high"]].tolist() == pytest.approx([0.2076597, 0.9385081])


def test_the_desk_sees_what_waits_longest_over_its_term() -> None:
    table = entries(
        ("10-01", "10-03", "10-10", "10-11"),
        ("12-01", "12-02", None, None),
        ("12-01", None, None, None),
        ("12-29", None, None, None),
        ("12-01", "12-02", "12-30", None),
        kind=["process", "systems", "knowledge", None, "process"],
    )
    listed = desk_list(table, UNTIL, "nl")
    assert listed["entry"].tolist() == ["e3", "e2", "e4", "e5"]
    assert listed["waiting_for"].tolist() == ["routed", "solved", "routed", "thanked"]
    assert listed["days"].tolist() == [30, 29, 2, 1]
    assert listed["late"].tolist() == [True, False, False, False]
    assert listed["route"].tolist() == ["redacteur", "verbetermanager", "", "procesmanager"]
    assert desk_list(table.iloc[:1], UNTIL, "nl").empty
    assert len(ROUTES) == 3


def test_every_impossible_date_at_once() -> None:
    table = entries(
        ("10-01", "10-03", "10-10", "10-11"),
        ("10-05", None, "10-01", None),
        ("10-05", "10-04", "10-10", "10-09"),
    )
    assert [(fault.code, fault.found, fault.column) for fault in check_feedback(table)] == [
        ("TT-734", "'e3'", "routed_on"),
        ("TT-734", "'e2'", "solved_on"),
        ("TT-734", "'e3'", "thanked_on"),
    ]


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40), st.integers(0, 40)), min_size=1, max_size=15))
def test_without_open_entries_the_median_is_the_plain_one(steps: list[tuple[int, int, int]]) -> None:
    days = np.cumsum(np.column_stack([np.zeros(len(steps)), np.array(steps)]), axis=1)
    dates = {name: pd.Timestamp("2026-01-01") + pd.to_timedelta(days[:, at], unit="D") for at, name in enumerate(DATES)}
    found = in_days(lead_times(pd.DataFrame(dates), UNTIL))
    for at, step in enumerate(("routed", "solved", "thanked")):
        assert found[step] == np.median(np.array(steps)[:, at])
