"""The silence test recovers a known hazard, and does not see one where there is none."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toptaak.core.results import TOO_FEW
from toptaak.kpi.silence import NONE_BEFORE, SILENCE_VERDICTS, contact_hazard, silence_ratio, silences

START = pd.Timestamp("2026-01-05 09:00", tz="Europe/Amsterdam")


def log(hazard: np.ndarray, cases: int, seed: int, days: int = 365) -> pd.DataFrame:
    """Each contact solves the case half the time; else the customer comes back by the hazard of each day."""
    rng = np.random.default_rng(seed)
    rows = []
    for case in range(cases):
        day, solved = int(rng.integers(0, days)), False
        while day < days and not solved:
            solved = rng.random() < 0.5
            rows.append((f"z{case}", day, solved))
            back = np.flatnonzero(rng.random(hazard.size) < hazard)
            day = day + int(back[0]) + 1 if back.size else days
    table = pd.DataFrame(rows, columns=["case", "day", "resolved"])
    started = START + pd.to_timedelta(table.day, unit="D")
    return table.drop(columns="day").assign(started_at=started, municipality="GM9901")


RISING = np.array([0.05] * 10 + [0.15] * 10 + [0.05] * 20)
FLAT = np.full(40, 0.06)


def test_hazard_is_recovered() -> None:
    frame = contact_hazard(log(RISING, 6000, seed=1), days=25)
    assert frame.estimate[0] == 0
    truth = RISING[:25]
    inside = (frame.ci_low[1:].to_numpy() <= truth) & (truth <= frame.ci_high[1:].to_numpy())
    assert inside.mean() >= 0.88
    assert frame.time.iloc[11] == 11 * 86_400
    assert (frame.at_risk.diff().dropna() <= 0).all()


def test_rise_after_ten_days_is_seen() -> None:
    frame = silence_ratio(log(RISING, 3000, seed=2))
    row = frame.iloc[0]
    assert row.verdict == "rises"
    assert row.ci_low < 3 < row.ci_high
    assert row.p_value < 0.001
    assert row.reference == "4-10"
    assert row.reference_estimate == pytest.approx(0.05, abs=0.01)


def test_constant_hazard_raises_few_false_alarms() -> None:
    verdicts = [silence_ratio(log(FLAT, 250, seed)).verdict[0] for seed in range(60)]
    assert verdicts.count("no_difference") >= 54


def test_nobody_before_leaves_a_lower_limit_only() -> None:
    late = np.array([0.0] * 11 + [0.3] * 10)
    row = silence_ratio(log(late, 300, seed=5)).iloc[0]
    assert (row.verdict, row.note, row.reference_estimate) == ("rises", NONE_BEFORE, 0.0)
    assert row.ci_low > 1
    assert np.isnan([row.estimate, row.ci_high]).all()


def test_few_customers_are_too_few() -> None:
    frame = silence_ratio(log(FLAT, 12, seed=3))
    assert frame.note[0] == TOO_FEW
    assert frame.verdict[0] == "too_few"
    assert set(SILENCE_VERDICTS) >= {"too_few", "rises", "falls", "no_difference"}


def test_a_solved_contact_starts_no_wait() -> None:
    contacts = log(FLAT, 200, seed=4)
    assert len(silences(contacts)) == (~contacts.resolved).sum()
    unknown = contacts.assign(resolved=contacts.resolved.astype("boolean"))
    unknown.loc[unknown.index[:20], "resolved"] = pd.NA
    assert len(silences(unknown)) == (~unknown.resolved).fillna(False).sum()


def test_days_are_those_of_the_calendar() -> None:
    """Ten to midnight and ten past are a day apart; the change of the clock makes no day longer."""
    moments = ["2026-03-28 23:50", "2026-03-29 00:10", "2026-03-30 00:10"]
    contacts = pd.DataFrame({"municipality": ["GM9901"] * 3, "case": "a", "resolved": False})
    contacts["started_at"] = pd.to_datetime(moments).tz_localize("Europe/Amsterdam")
    assert silences(contacts).silent.tolist()[:2] == [1, 1]


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 40), st.booleans()), min_size=1, max_size=25))
def test_counts_equal_a_walk(rows: list[tuple[str, int, bool]]) -> None:
    rows = list({(case, day): (case, day, resolved) for case, day, resolved in rows}.values())
    table = pd.DataFrame(rows, columns=["case", "day", "resolved"])
    contacts = table.assign(municipality="GM9901", started_at=START + pd.to_timedelta(table.day, unit="D"))
    frame = contact_hazard(contacts, days=40)
    last = table.day.max()
    for day in (0, 1, 5, 20, 40):
        at_risk = events = 0
        for case, start, resolved in rows:
            later = [other for one, other, _ in rows if one == case and other > start]
            silent = min(later) - start if later else np.inf
            if not resolved and silent >= day and last - start >= day:
                at_risk += 1
                events += silent == day
        row = frame.iloc[day]
        assert (row.n, row.at_risk) == (at_risk, at_risk)
        if at_risk:
            assert row.estimate == pytest.approx(events / at_risk)


def test_groups_and_quarters() -> None:
    contacts = log(RISING, 2000, seed=6).assign(channel="web")
    frame = silence_ratio(contacts, ["channel", "quarter"])
    assert frame.quarter.tolist() == ["2026Q1", "2026Q2", "2026Q3", "2026Q4", "2027Q1"]
    assert frame.verdict.tolist()[-1] == "too_few"
