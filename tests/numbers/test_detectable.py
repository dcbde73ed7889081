"""How large a change a report could have seen: against formula and simulation."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from toptaak.core.municipalities import find
from toptaak.core.periods import Quarter
from toptaak.core.settings import Settings
from toptaak.kpi.measures import MeasuredTables
from toptaak.numbers.detectable import least_changes
from toptaak.numbers.quarter import Source
from toptaak.stats.intervals import newcombe
from toptaak.stats.sample_size import smallest_rise

NOW = Quarter(2026, 3)


def source(now: float, before: float, n: int, rng: np.random.Generator, *, lower: bool = False) -> Source:
    """A municipality with attempts of which exact shares succeed, and calls or marks beside them."""
    parts = []
    for quarter, share in ((NOW.previous(), before), (NOW, now)):
        day = pd.Timestamp(quarter.start) + pd.to_timedelta(rng.integers(0, 90, n), unit="D")
        right = np.arange(n) < round(share * n)
        parts.append(pd.DataFrame({"date": day, "verified_success": right, "believed_success": True}))
    attempts = pd.concat(parts, ignore_index=True).assign(municipality="GM0363", task_id="T1", channel="web")
    town = find("GM0363")
    assert town is not None
    tables = MeasuredTables({"attempts": attempts}, Settings())
    return Source(town, NOW, "nl", tables, Settings(), pd.DataFrame())


def test_a_rise_from_seventy_per_cent() -> None:
    """With 150 observations a quarter and eight KPIs: 17 points."""
    assert smallest_rise(0.7, 150, confidence=1 - 0.05 / 8) == pytest.approx(0.17, abs=0.005)
    changes = least_changes(source(0.7, 0.7, 150, np.random.default_rng(1)))
    expected = smallest_rise(0.7, 150, confidence=1 - 0.05 / 2)
    assert changes["success_rate"] == pytest.approx(expected, abs=0.01)
    assert changes["disaster_rate"] == pytest.approx(-smallest_rise(0.7, 150, confidence=1 - 0.05 / 2), abs=0.01)


def test_what_it_names_is_told_in_four_of_five_reports() -> None:
    rng = np.random.default_rng(2)
    rise = least_changes(source(0.7, 0.7, 200, rng))["success_rate"]
    now, before = (rng.binomial(200, share, 5000) for share in (0.7 + rise, 0.7))
    told = newcombe(now, 200, before, 200, 1 - 0.05 / 2).low > 0
    assert 0.77 <= told.mean() <= 0.83


def test_without_room_the_other_side_is_named_and_without_any_nothing() -> None:
    full = least_changes(source(0.94, 0.94, 100, np.random.default_rng(3)))
    assert full["success_rate"] < 0
    assert smallest_rise(1.0, 100) != smallest_rise(1.0, 100)
    assert least_changes(source(0.5, 0.5, 4, np.random.default_rng(4))) == {}


def test_times_and_marks_rest_on_their_margin() -> None:
    rng = np.random.default_rng(5)
    days = pd.Timestamp("2026-04-01") + pd.to_timedelta(rng.integers(0, 180, 400), unit="D")
    ratings = pd.DataFrame({"municipality": "GM0363", "date": days, "question": "q", "question_version": "1"})
    ratings["score"] = rng.integers(5, 10, 400).astype(float)
    questions = pd.DataFrame({"question": ["q"], "version": "1", "kind": "mark", "minimum": 1, "maximum": 10})
    opened = days.tz_localize("Europe/Amsterdam")
    cases = pd.DataFrame({"municipality": "GM0363", "case": range(400), "opened_at": opened})
    cases["closed_at"] = cases["opened_at"] + pd.to_timedelta(rng.lognormal(0, 0.5, 400), unit="D")
    town = find("GM0363")
    assert town is not None
    tables = MeasuredTables({"ratings": ratings, "questions": questions, "cases": cases}, Settings())
    changes = least_changes(Source(town, NOW, "nl", tables, Settings(), pd.DataFrame()))
    mark = 3.08 * np.sqrt(2 * 2 / 200)  # z of 97.5 % two-sided and of 80 % together, sd 1.41
    assert changes["satisfaction"] == pytest.approx(mark, rel=0.1)
    assert 0.8 < changes["completion_time"] < 0.9
