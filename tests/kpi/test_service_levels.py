"""Waiting, abandoning and what a contact takes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from toptaak.core.results import NO_TABLE, NOT_MEASURABLE, ONE_WEEK
from toptaak.core.settings import Settings
from toptaak.kpi.contact_costs import COUNTED, cost_per_contact
from toptaak.kpi.measures import measure
from toptaak.kpi.observations import ZERO_LEFT_OUT
from toptaak.stats.intervals import wilson

START = pd.Timestamp("2026-09-01 09:00", tz="Europe/Amsterdam")


@pytest.fixture
def calls() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "municipality": "GM9901",
            "channel": ["phone"] * 6 + ["desk", "desk", "web"],
            "answered": pd.array([True, True, True, True, False, False, True, True, True], dtype="boolean"),
            "wait_s": [10.0, 300.0, 301.0, np.nan, 20.0, 900.0, 200.0, 600.0, np.nan],
            "started_at": START,
            "ended_at": START + pd.to_timedelta([60, 120, 240, 0, 0, 0, 300, 600, np.nan], unit="s"),
        }
    )


def test_each_measure_has_its_own_denominator(calls: pd.DataFrame) -> None:
    assert measure("abandoned_rate", {"contacts": calls})[["n", "estimate"]].iloc[0].tolist() == [
        6,
        pytest.approx(2 / 6),
    ]
    # answered calls without a wait are unknown; whoever gave up was not served in time
    assert measure("service_level", {"contacts": calls})[["n", "estimate"]].iloc[0].tolist() == [
        5,
        pytest.approx(2 / 5),
    ]
    # helped, wait known, any channel
    assert measure("short_wait_rate", {"contacts": calls})[["n", "estimate"]].iloc[0].tolist() == [
        5,
        pytest.approx(3 / 5),
    ]
    assert measure("speed_of_answer", {"contacts": calls})[["n", "estimate"]].iloc[0].tolist() == [
        3,
        pytest.approx(611 / 3),
    ]


def test_the_norm_is_a_setting(calls: pd.DataFrame) -> None:
    strict = Settings(wait_norm_seconds=30)
    assert measure("service_level", {"contacts": calls}, settings=strict).estimate[0] == pytest.approx(1 / 5)
    assert measure("short_wait_rate", {"contacts": calls}, settings=strict).estimate[0] == pytest.approx(1 / 5)


def test_handling_time_leaves_zeros_and_abandoned_calls_out(calls: pd.DataFrame) -> None:
    frame = measure("handling_time", {"contacts": calls})
    assert frame.n[0] == 5
    assert frame.estimate[0] == pytest.approx(np.exp(np.log([60, 120, 240, 300, 600]).mean()))
    assert frame.note[0] == ZERO_LEFT_OUT


def test_what_was_not_recorded_is_not_zero(calls: pd.DataFrame) -> None:
    bare = calls.drop(columns=["answered", "wait_s", "ended_at"])
    for name in ("abandoned_rate", "service_level", "short_wait_rate", "speed_of_answer", "handling_time"):
        frame = measure(name, {"contacts": bare})
        assert frame.n[0] == 0
        assert np.isnan(frame.estimate[0])
    assert measure("abandoned_rate", {"contacts": bare}).note[0] == NOT_MEASURABLE


def test_daily_totals_of_a_call_centre(shared_data: Path) -> None:
    """Calls rebuilt from published totals give back the published answer rate."""
    totals = pd.read_csv(shared_data / "call_center_daily" / "Call Center Data.csv").head(60)
    incoming, answered = totals["Incoming Calls"], totals["Answered Calls"]
    table = pd.DataFrame({"day": np.repeat(totals["Index"], incoming)}).reset_index(drop=True)
    order = table.groupby("day").cumcount()
    table = table.assign(channel="phone", answered=order < np.repeat(answered, incoming).to_numpy())
    frame = measure("abandoned_rate", {"contacts": table}, ["day"])
    published = totals["Answer Rate"].str.rstrip("%").astype(float)
    np.testing.assert_allclose(100 * (1 - frame.estimate), published, atol=0.005 + 1e-9)
    assert (frame.n.to_numpy() == incoming.to_numpy()).all()


# --- totals of a switch


@pytest.fixture
def totals() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "municipality": "GM9901",
            "date": pd.to_datetime(["2026-09-01", "2026-09-09", "2026-09-01"]),
            "channel": [None, "phone", "desk"],
            "offered": [100, 50, 40],
            "answered": [90, 30, 38],
            "abandoned": [10, 20, 2],
            "within_norm": [80, 15, 19],
            "wait_s_mean": [60.0, 180.0, 400.0],
            "talk_s_mean": [300.0, 240.0, 900.0],
            "wrap_s_mean": [30.0, np.nan, np.nan],
        }
    )


def test_totals_are_weighted_by_calls(totals: pd.DataFrame) -> None:
    right = {
        "abandoned_rate": (150, 30 / 150),
        "service_level": (150, 95 / 150),
        "short_wait_rate": (158, 114 / 158),  # any channel
        "speed_of_answer": (120, (90 * 60 + 30 * 180) / 120),
        "call_handling_time": (120, (90 * 330 + 30 * 240) / 120),
    }
    for name, (n, value) in right.items():
        found = measure(name, {"service_totals": totals}).iloc[0]
        assert (found["n"], found["estimate"]) == (n, pytest.approx(value)), name
        alone = measure(name, {"service_totals": totals.assign(date=totals["date"].iloc[0])}).iloc[0]
        assert (alone["note"], np.isnan(alone["ci_low"])) == (ONE_WEEK, True)


def test_totals_and_calls_count_together(calls: pd.DataFrame, totals: pd.DataFrame) -> None:
    both = measure("abandoned_rate", {"contacts": calls, "service_totals": totals}).iloc[0]
    assert (both["n"], both["estimate"]) == (156, pytest.approx(32 / 156))


def test_answered_or_abandoned_is_enough(totals: pd.DataFrame) -> None:
    for name in ("answered", "abandoned"):
        frame = measure("abandoned_rate", {"service_totals": totals.drop(columns=name)})
        assert frame["estimate"][0] == pytest.approx(30 / 150)
    bare = totals.drop(columns=["answered", "abandoned", "within_norm"])
    assert measure("abandoned_rate", {"service_totals": bare})["note"][0] == NOT_MEASURABLE
    assert measure("service_level", {"service_totals": bare})["note"][0] == NOT_MEASURABLE


def test_totals_give_what_their_calls_give(shared_data: Path) -> None:
    """Published totals of a call centre, as totals and rebuilt call by call: one answer, with one margin."""
    published = pd.read_csv(shared_data / "call_center_daily" / "Call Center Data.csv").head(60)
    days = pd.Timestamp("2026-07-01") + pd.to_timedelta(np.arange(60), unit="D")
    offered, answered = published["Incoming Calls"], published["Answered Calls"]
    counted = pd.DataFrame({"municipality": "GM9901", "date": days, "offered": offered, "answered": answered})
    at = np.repeat(days.tz_localize("Europe/Amsterdam"), offered)
    log = pd.DataFrame({"municipality": "GM9901", "channel": "phone", "started_at": at})
    log["answered"] = log.groupby("started_at").cumcount() < np.repeat(answered, offered).to_numpy()
    one, other = (
        measure("abandoned_rate", tables).iloc[0] for tables in ({"contacts": log}, {"service_totals": counted})
    )
    assert one["n"] == other["n"] == offered.sum()
    for name in ("estimate", "ci_low", "ci_high"):
        assert one[name] == pytest.approx(other[name])


def test_calls_of_one_week_hang_together() -> None:
    """Weeks differ, nothing changed: the margin holds the truth about as often as it says; Wilson's over calls not."""
    rng = np.random.default_rng(5)
    samples, day = 400, pd.bdate_range("2026-06-29", periods=65)
    offered = rng.poisson(200, (samples, 65))
    lost = rng.binomial(offered, np.repeat(rng.beta(4, 36, (samples, 13)), 5, axis=1))
    town = np.repeat([f"GM{number:04d}" for number in range(samples)], 65)
    counted = pd.DataFrame({"municipality": town, "date": np.tile(day, samples)})
    counted = counted.assign(offered=offered.ravel(), abandoned=lost.ravel())
    found = measure("abandoned_rate", {"service_totals": counted}, ["municipality"])
    low, high = wilson(lost.sum(axis=1), offered.sum(axis=1))
    assert 0.9 <= found["ci_low"].le(0.1).mul(found["ci_high"].ge(0.1)).mean() <= 0.98
    assert ((low <= 0.1) & (high >= 0.1)).mean() < 0.6


@pytest.fixture
def effort() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "municipality": "GM9901",
            "quarter": ["2026Q3", "2026Q3", "2026Q2"],
            "task_id": ["t1", "t2", "t1"],
            "cost": [400.0, 500.0, 70.0],
        }
    )


def test_cost_is_divided_by_the_contacts_of_its_quarter(calls: pd.DataFrame, effort: pd.DataFrame) -> None:
    later = calls.assign(started_at=pd.Timestamp("2026-10-01 09:00", tz="Europe/Amsterdam"))
    both = pd.concat([calls, later]).assign(task_id="t1")
    frame = cost_per_contact(effort, both, ["quarter"]).set_index("quarter")
    assert frame.loc["2026Q3", ["n", "estimate", "note"]].tolist() == [9, 100.0, COUNTED]
    assert np.isnan(frame.estimate["2026Q2"])
    assert "2026Q4" not in frame.index
    by_task = cost_per_contact(effort, both, ["quarter", "task_id"]).set_index(["quarter", "task_id"])
    assert by_task.estimate["2026Q3", "t1"] == pytest.approx(400 / 9)
    assert np.isnan(by_task.estimate["2026Q3", "t2"])


def test_contacts_of_a_municipality_without_cost_do_not_dilute(calls: pd.DataFrame, effort: pd.DataFrame) -> None:
    other = pd.concat([calls, calls.assign(municipality="GM9902")])
    this_quarter = effort[effort.quarter == "2026Q3"]
    assert cost_per_contact(this_quarter, other).estimate[0] == pytest.approx(100.0)


def test_no_cost_recorded(calls: pd.DataFrame, effort: pd.DataFrame) -> None:
    assert cost_per_contact(None, calls, ["quarter"]).note.tolist() == [NO_TABLE]
    assert cost_per_contact(effort.drop(columns="cost"), calls).note.tolist() == [NO_TABLE]
