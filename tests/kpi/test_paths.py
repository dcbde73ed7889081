"""From channel to channel, and where cases wait."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from toptaak.core.settings import Settings
from toptaak.kpi.endings import OTHER
from toptaak.kpi.journeys import NO_CLOSING_STEP
from toptaak.kpi.paths import END, MOST_STEPS, channel_flow, stalled_share, step_wait

START = pd.Timestamp("2026-07-01 09:00", tz="Europe/Amsterdam")
CLOSING = Settings(closing_steps=("done",))
DAY = 86_400.0


def contacts(rows: list[tuple[str, str]]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["case", "channel"])
    return table.assign(municipality="GM9901", started_at=START + pd.to_timedelta(range(len(rows)), unit="h"))


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["web", "phone"])), min_size=1, max_size=30))
def test_flow_equals_a_walk_and_shares_add_up(rows: list[tuple[str, str]]) -> None:
    frame = channel_flow(contacts(rows)).set_index(["from_channel", "to_channel"])
    for channel in {channel for _, channel in rows}:
        onward = []
        for place, (case, one) in enumerate(rows):
            if one == channel:
                later = [other for name, other in rows[place + 1 :] if name == case]
                onward.append(later[0] if later else END)
        part = frame.loc[channel]
        assert part.estimate.sum() == pytest.approx(1)
        assert (part.n == len(onward)).all()
        assert part.estimate.to_dict() == pytest.approx({to: onward.count(to) / len(onward) for to in set(onward)})


def steps(*cases: tuple[str, list[tuple[str, float]]]) -> pd.DataFrame:
    rows = [(case, step, START + pd.Timedelta(days=day)) for case, path in cases for step, day in path]
    return pd.DataFrame(rows, columns=["case", "step", "at"]).assign(municipality="GM9901", task_id="t1")


@pytest.fixture
def log() -> pd.DataFrame:
    once = steps(
        ("a", [("receive", 0), ("check", 1), ("done", 11)]),
        ("b", [("receive", 0), ("check", 2), ("done", 10)]),
        ("c", [("receive", 0), ("check", 3)]),
        ("d", [("receive", 9)]),
        ("e", [("receive", 1), ("check", 2)]),
    )
    return pd.concat([once.assign(case=once["case"] + str(number)) for number in range(10)], ignore_index=True)


def test_waiting_counts_cases_that_still_wait(log: pd.DataFrame) -> None:
    frame = step_wait(log, settings=CLOSING).set_index("step")
    assert frame.n.to_dict() == {"check": 40, "receive": 50}
    assert frame.estimate["receive"] == 2 * DAY
    # check: 10 and 8 days, two still waiting after 8 and 9
    assert frame.estimate["check"] == 10 * DAY
    assert "done" not in frame.index


def test_open_cases_stand_at_their_last_step(log: pd.DataFrame) -> None:
    frame = stalled_share(log, settings=CLOSING).set_index("step")
    assert frame.estimate.to_dict() == pytest.approx({"check": 2 / 3, "receive": 1 / 3})
    assert (frame.n == 30).all()
    assert frame.estimate.sum() == pytest.approx(1)


@pytest.mark.parametrize("measure", [step_wait, stalled_share])
def test_without_closing_steps_nothing_is_claimed(measure: object, log: pd.DataFrame) -> None:
    frame = measure(log, ["task_id"])
    assert frame.note.tolist() == [NO_CLOSING_STEP]
    assert np.isnan(frame.estimate[0])


def test_a_step_that_few_cases_took_is_counted_with_others(log: pd.DataFrame) -> None:
    rare = steps(*((f"r{number}", [("receive", 0), (f"call back mrs {number}", 1)]) for number in range(4)))
    for measure in (stalled_share, step_wait):
        frame = measure(pd.concat([log, rare]), settings=CLOSING).set_index("step")
        assert set(frame.index) <= {"check", "receive", OTHER}
        assert frame.n[OTHER] == (34 if measure is stalled_share else 4)


def test_there_are_never_more_steps_than_bars_on_a_page() -> None:
    many = steps(*((f"{step} {case}", [(f"step {step:02d}", case / 9)]) for step in range(40) for case in range(12)))
    frame = stalled_share(many, settings=CLOSING)
    assert len(frame) == MOST_STEPS
    assert frame.estimate.sum() == pytest.approx(1)
    assert frame.set_index("step").estimate[OTHER] == pytest.approx((40 - MOST_STEPS + 1) / 40)


def test_steps_after_the_closing_step_leave_no_case_open() -> None:
    log = steps(*((f"{n}", [("receive", 0), ("done", 10), ("publish", 12)]) for n in range(40)))
    assert stalled_share(log, settings=CLOSING).n.tolist() == [0]
    again = stalled_share(log, settings=Settings(closing_steps=("done",), reopening_steps=("publish",)))
    assert again[["step", "n", "estimate"]].to_numpy().tolist() == [["publish", 40, 1.0]]


def test_the_last_row_of_the_file_counts_within_a_day() -> None:
    log = steps(*((f"{n}", [("z", 0), ("m", 0), ("a", 0)]) for n in range(12)))
    assert stalled_share(log, settings=CLOSING)["step"].tolist() == ["a"]


def test_real_permit_log_names_its_slowest_step(shared_data: Path) -> None:
    log = pd.read_csv(shared_data / "coselog_receipt" / "receipt.csv.gz")
    table = pd.DataFrame(
        {
            "municipality": "GM9901",
            "case": log["case:concept:name"],
            "step": log["concept:name"],
            "at": pd.to_datetime(log["time:timestamp"], format="ISO8601", utc=True).dt.tz_convert("Europe/Amsterdam"),
        }
    )
    closing = ("T10 Determine necessity to stop indication", "T15 Print document X request unlicensed")
    frame = step_wait(table, settings=Settings(closing_steps=closing))
    ordered = table.sort_values("at", kind="stable")
    closed = ordered["step"].isin(closing)
    ordered = ordered[closed.groupby(ordered["case"]).cumsum() - closed == 0]
    gap = (ordered.groupby("case")["at"].shift(-1) - ordered["at"]).dt.total_seconds()
    until = (table["at"].max() - ordered["at"]).dt.total_seconds()
    checked = frame[(frame.n >= 100) & frame.estimate.notna()]
    assert len(checked) >= 5
    for row in checked.itertuples():
        here = (ordered.step == row.step) & (gap.notna() | ~ordered.step.isin(closing))
        sample = stats.CensoredData.right_censored(gap.fillna(until)[here], gap.isna()[here])
        curve = stats.ecdf(sample).sf
        assert row.n == here.sum()
        assert curve.evaluate(row.estimate) <= 0.5 + 1e-9
        assert curve.evaluate(row.estimate - 1e-3) >= 0.5 - 1e-9
    open_cases = stalled_share(table, settings=Settings(closing_steps=closing))
    assert open_cases.estimate.sum() == pytest.approx(1)
