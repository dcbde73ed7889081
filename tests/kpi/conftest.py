"""Small tables with known answers, and the shapes of tables that properties draw from."""

from __future__ import annotations

import pandas as pd
import pytest

AMSTERDAM = "Europe/Amsterdam"


def times(*moments: str) -> pd.Series:
    return pd.Series(pd.to_datetime(list(moments))).dt.tz_localize(AMSTERDAM)


@pytest.fixture
def contacts() -> pd.DataFrame:
    """Case a: two channels over a quarter's end. b: one call. c: open. d: over in no time. One row has no case."""
    return pd.DataFrame(
        {
            "municipality": "GM9901",
            "case": ["a", "a", "a", "b", "c", "d", None],
            "task_id": ["t1", "t2", "t1", "t1", "t2", "t2", "t1"],
            "channel": ["web", "phone", "phone", "phone", "desk", "web", "web"],
            "started_at": times(
                "2026-09-30 09:00",
                "2026-09-30 10:00",
                "2026-10-01 09:00",
                "2026-07-01 12:00",
                "2026-08-01 12:00",
                "2026-08-02 12:00",
                "2026-08-02 12:00",
            ),
            "ended_at": times(
                "2026-09-30 09:05",
                "2026-09-30 10:10",
                "2026-10-01 09:30",
                "2026-07-01 12:10",
                "2026-08-01 12:20",
                "2026-08-02 12:00",
                "2026-08-02 12:00",
            ),
            "resolved": pd.array([False, False, True, True, False, True, True], dtype="boolean"),
        }
    )


@pytest.fixture
def steps() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "municipality": "GM9901",
            "case": ["a", "a", "a", "b", "b", "c"],
            "task_id": "t1",
            "channel": ["web", "web", "web", "desk", "desk", "desk"],
            "step": ["receive", "check", "send", "receive", "send", "receive"],
            "at": times(
                "2026-03-01 09:00",
                "2026-03-02 09:00",
                "2026-03-03 09:00",
                "2026-03-01 09:00",
                "2026-03-01 10:00",
                "2026-03-05 09:00",
            ),
        }
    )


@pytest.fixture
def questions() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "question": ["effort", "effort", "cijfer", "nps"],
            "version": ["1", "2", "1", "1"],
            "kind": ["ces2", "ces2", "mark", "nps"],
        }
    )
