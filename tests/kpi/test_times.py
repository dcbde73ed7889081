"""Times: geometric mean, zeros, open cases, and the permit log."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toptaak.core.results import NO_OBSERVATIONS, NO_VERIFIED, NOT_MEASURABLE
from toptaak.core.settings import Settings
from toptaak.kpi.journeys import cases_from_steps
from toptaak.kpi.measures import measure
from toptaak.kpi.observations import ZERO_LEFT_OUT

HOUR = 3600
DURATIONS = st.lists(st.floats(0.5, 1e6), min_size=2, max_size=40)


def test_completion_time_leaves_open_cases_and_zeros_out(contacts: pd.DataFrame) -> None:
    row = measure("completion_time", {"contacts": contacts}).iloc[0]
    assert row["n"] == 2
    assert row["estimate"] == pytest.approx(np.sqrt((24 * HOUR + 1800) * 600))
    assert row["note"] == ZERO_LEFT_OUT
    assert measure("zero_durations", {"contacts": contacts})[["n", "estimate"]].to_numpy().tolist() == [
        [3, pytest.approx(1 / 3)]
    ]


def test_only_groups_with_zeros_are_told_so(steps: pd.DataFrame) -> None:
    steps = steps.assign(step=steps["step"].mask(steps["case"] == "c", "send"))
    frame = measure(
        "completion_time",
        {"contacts": pd.concat([steps, steps.assign(case=steps["case"] + "x", channel="mail").iloc[:5]])},
        ["channel"],
        Settings(closing_steps=("send",)),
    )
    notes = frame.set_index("channel")["note"]
    assert notes["mail"] == ""
    assert notes["web"] != ZERO_LEFT_OUT


def test_a_case_stands_in_the_quarter_it_was_done(contacts: pd.DataFrame) -> None:
    frame = measure("completion_time", {"contacts": contacts}, ["quarter"]).set_index("quarter")
    assert frame["n"].to_dict() == {"2026Q3": 1, "2026Q4": 1}


@given(DURATIONS, st.sampled_from([60.0, 1 / 3600]))
def test_another_unit_of_time_scales_the_estimate(durations: list[float], unit: float) -> None:
    table = pd.DataFrame({"verified_success": True, "duration_s": durations})
    one = measure("attempt_time", {"attempts": table}).iloc[0][["estimate", "ci_low", "ci_high"]].astype(float)
    other = measure("attempt_time", {"attempts": table.assign(duration_s=table["duration_s"] * unit)}).iloc[0]
    if np.ptp(np.log(durations)) > 1e-6:
        np.testing.assert_allclose(other[["estimate", "ci_low", "ci_high"]].astype(float), one * unit, rtol=1e-6)


@given(DURATIONS)
def test_the_geometric_mean_is_not_above_the_mean(durations: list[float]) -> None:
    row = measure("attempt_time", {"attempts": pd.DataFrame({"verified_success": True, "duration_s": durations})}).iloc[
        0
    ]
    assert min(durations) * (1 - 1e-9) <= row["estimate"] <= np.mean(durations) * (1 + 1e-9)


def test_attempt_time_needs_a_verified_success() -> None:
    assert measure("attempt_time", {"attempts": pd.DataFrame({"duration_s": [3.0, 4.0]})})["note"].tolist() == [
        NO_VERIFIED
    ]
    assert measure("attempt_time", {"attempts": pd.DataFrame({"verified_success": [True]})})["note"].tolist() == [
        NOT_MEASURABLE
    ]
    failed = pd.DataFrame({"verified_success": [False], "duration_s": [3.0]})
    assert measure("attempt_time", {"attempts": failed})["note"].tolist() == [NO_OBSERVATIONS]


PERMITS = Settings(closing_steps=("T10 Determine necessity to stop indication",))
CHANNELS = {"Internet": "web", "Desk": "desk", "Post": "mail", "e-mail": "e-mail"}


@pytest.fixture(scope="module")
def permits(shared_data: Path) -> pd.DataFrame:
    """Read the receipt phase of an environmental permit (CoSeLoG); one row is one step."""
    log = pd.read_csv(shared_data / "coselog_receipt" / "receipt.csv.gz")
    return pd.DataFrame(
        {
            "municipality": "GM9901",
            "case": log["case:concept:name"],
            "channel": log["case:channel"].map(CHANNELS),
            "step": log["concept:name"],
            "at": pd.to_datetime(log["time:timestamp"], utc=True, format="ISO8601").dt.tz_convert("Europe/Amsterdam"),
        }
    )


def test_the_permit_log_is_read_whole(permits: pd.DataFrame) -> None:
    by_case = cases_from_steps(permits)
    assert (len(by_case), by_case["steps"].sum()) == (1434, 8577)
    assert by_case["channel"].value_counts().to_dict() == {"web": 1250, "desk": 109, "mail": 53, "e-mail": 21}


def test_completion_time_of_permits_by_channel(permits: pd.DataFrame) -> None:
    """Against a walk in plain Python over the same log: a case is done at its first closing step."""
    frame = measure("completion_time", {"steps": permits}, ["channel"], PERMITS).set_index("channel")
    zeros = measure("zero_durations", {"steps": permits}, ["channel"], PERMITS).set_index("channel")
    for channel, part in permits.groupby("channel"):
        seconds = []
        for _, case in part.groupby("case"):
            closed = case.loc[case["step"].isin(PERMITS.closing_steps), "at"]
            if len(closed):
                seconds.append((closed.min() - case["at"].min()).total_seconds())
        positive = [value for value in seconds if value > 0]
        assert frame.loc[channel, "n"] == len(positive)
        assert frame.loc[channel, "estimate"] == pytest.approx(np.exp(np.mean(np.log(positive))))
        assert zeros.loc[channel, "n"] * zeros.loc[channel, "estimate"] == pytest.approx(len(seconds) - len(positive))
    assert (frame["note"] == ZERO_LEFT_OUT).tolist() == (zeros["estimate"] > 0).tolist()


def test_contacts_of_permits_are_not_measurable(permits: pd.DataFrame) -> None:
    assert measure("contacts_per_case", {"contacts": permits}, settings=PERMITS)[["n", "note"]].to_numpy().tolist() == [
        [0, NOT_MEASURABLE]
    ]
