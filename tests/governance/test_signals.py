from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from toptaak.core.periods import iso_week, parse_week
from toptaak.core.results import is_results
from toptaak.governance.signals import (
    LEVEL,
    MINIMUM_COUNT,
    NO_SEASON,
    detect,
    followed_up,
    listed_for,
    open_signals,
    weekly_counts,
)

WEEK = "2026W40"
TOPICS = ("afval", "belasting", "parkeren", "paspoort", "verhuizen", "zorg")


def history(weeks: int = 120, mean: float = 15.0, seed: int = 1, source: str = "contacts") -> pd.DataFrame:
    """Make quiet counts up to and including week 40."""
    rng = np.random.default_rng(seed)
    monday = parse_week(WEEK)
    names = [iso_week(monday - dt.timedelta(weeks=back)) for back in range(weeks - 1, -1, -1)]
    parts = [
        pd.DataFrame({"source": source, "topic": topic, "week": names, "count": rng.poisson(mean, weeks).astype(float)})
        for topic in TOPICS
    ]
    return pd.concat(parts, ignore_index=True)


def raised(counts: pd.DataFrame, topic: str, weeks: list[str], count: float) -> pd.DataFrame:
    here = (counts["topic"] == topic) & counts["week"].isin(weeks)
    return counts.assign(count=counts["count"].mask(here, count))


def test_a_topic_that_rises_is_a_signal_with_its_size_and_examples() -> None:
    found = detect(raised(history(), "parkeren", [WEEK], 60), WEEK)
    assert is_results(found)
    assert len(found) == len(TOPICS)
    top = found.iloc[0]
    assert (top["topic"], top["signal"], top["n"], top["first_seen"]) == ("parkeren", True, 60, WEEK)
    assert top["estimate"] == pytest.approx(60 / top["expected"])
    assert 1 < top["ci_low"] < top["estimate"] < top["ci_high"]
    assert found["signal"].sum() == 1
    assert (found.loc[found["signal"], "adjusted_p"] <= LEVEL).all()
    assert found.loc[~found["signal"], "first_seen"].eq("").all()


def test_no_lag_and_no_look_ahead() -> None:
    counts = history()
    later = counts[counts["week"] == WEEK].assign(week="2026W41", count=500.0)
    pd.testing.assert_frame_equal(detect(pd.concat([counts, later]), WEEK), detect(counts, WEEK))
    assert detect(pd.concat([counts, later]), "2026W41")["signal"].all()


def test_first_seen_is_the_week_the_run_began() -> None:
    run = ["2026W37", "2026W38", "2026W39", WEEK]
    found = detect(raised(history(), "zorg", run, 45), WEEK)
    assert (found["topic"][0], found["first_seen"][0]) == ("zorg", "2026W37")


def test_few_examples_are_no_signal() -> None:
    counts = history(mean=0.02, seed=4)
    found = detect(raised(counts, "zorg", [WEEK], MINIMUM_COUNT - 1), WEEK)
    assert found["adjusted_p"][0] <= LEVEL
    assert not found["signal"].any()
    assert detect(raised(counts, "zorg", [WEEK], MINIMUM_COUNT + 1), WEEK)["signal"][0]


def test_a_short_past_says_why_there_is_no_judgement() -> None:
    found = detect(history(40), WEEK)
    assert set(found["note"]) == {NO_SEASON}
    assert found[["estimate", "p_value"]].isna().all(axis=None)
    assert not found["signal"].any()
    with pytest.raises(ValueError, match="nothing was counted in 2026W50"):
        detect(history(), "2026W50")


def test_each_audience_gets_its_own_list() -> None:
    staff = history(seed=2, source="staff_feedback")
    counts = pd.concat([raised(history(), "zorg", [WEEK], 60), raised(staff, "afval", [WEEK], 60)])
    found = detect(counts, WEEK)
    listed = {name: listed_for(found, name)["topic"].tolist() for name in ("web_team", "contact_centre")}  # type: ignore[arg-type]
    assert listed["web_team"] == ["zorg"]
    assert sorted(listed["contact_centre"]) == ["afval", "zorg"]
    assert sorted(listed_for(found, "top_task_meeting")["topic"]) == ["afval", "zorg"]


def test_weeks_are_counted_by_the_clock_in_amsterdam() -> None:
    times = ["2026-09-20T10:00Z", "2026-09-27T21:30Z", "2026-09-27T22:30Z", "2026-09-30T10:00Z", "2026-10-14T10:00Z"]
    contacts = pd.DataFrame(
        {
            "started_at": pd.to_datetime(times).tz_convert("Europe/Amsterdam"),
            "topic": ["afval", "afval", "afval", None, "afval"],
            "task_id": [None, None, None, "verhuizen", None],
        }
    )
    counts = weekly_counts(contacts=contacts).pivot(index="week", columns="topic", values="count")
    assert counts.loc["2026W39"].to_dict() == {"afval": 1, "verhuizen": 0}
    assert counts.loc["2026W40"].to_dict() == {"afval": 1, "verhuizen": 1}  # 00:30 on Monday in Amsterdam
    assert counts.loc["2026W41"].isna().all()  # not a single contact: nothing was recorded
    assert counts.loc["2026W42"].to_dict() == {"afval": 1, "verhuizen": 0}


def test_the_first_week_is_left_out_and_silence_of_staff_is_zero() -> None:
    dates = pd.to_datetime(["2026-09-02", "2026-09-08", "2026-09-23"])
    feedback = pd.DataFrame({"submitted_on": dates, "topic": ["web", "web", "post"]})
    signals = pd.DataFrame({"date": dates, "topic": [None, "web", "web"], "task_id": "t1"})
    counts = weekly_counts(staff_feedback=feedback, signals=signals)
    assert counts.loc[counts["topic"] == "web", ["source", "week", "count"]].to_numpy().tolist() == [
        ["staff_feedback", "2026W37", 1],
        ["staff_feedback", "2026W38", 0],
        ["staff_feedback", "2026W39", 0],
        ["signals", "2026W37", 1],
        ["signals", "2026W38", 0],
        ["signals", "2026W39", 1],
    ]
    later = weekly_counts(staff_feedback=feedback, signals=signals, until="2026W41")
    assert later.loc[later["topic"] == "post", "count"].tolist() == [0, 0, 1, 0, 0]
    assert weekly_counts().empty
    assert weekly_counts(signals=signals.iloc[:0]).empty


def test_from_tables_to_a_signal() -> None:
    """The whole way, and a season that is known from the year before is no signal."""
    rng = np.random.default_rng(5)
    rows = []
    for week in range(115):
        monday = pd.Timestamp(parse_week(WEEK)) - pd.Timedelta(weeks=114 - week)
        for topic in TOPICS:
            yearly = 4 if topic == "belasting" and monday.isocalendar().week in (39, 40, 41) else 1
            number = rng.poisson(12 * yearly) + (40 if topic == "zorg" and week == 114 else 0)
            rows += [(monday + pd.Timedelta(days=int(day)), topic) for day in rng.integers(0, 7, number)]
    feedback = pd.DataFrame(rows, columns=["submitted_on", "topic"])
    found = detect(weekly_counts(staff_feedback=feedback), WEEK)
    assert found.loc[found["signal"], "topic"].tolist() == ["zorg"]


def submitted() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "signal": ["s1", "s2", "s3", "s4"],
            "date": pd.to_datetime(["2026-10-01", "2026-10-05", "2026-12-30", "2026-10-05"]),
            "department": ["Zorg", "Zorg", "KCC", "KCC"],
            "topic": "afval",
            "task_id": None,
            "text": "de bak van mevrouw X",
            "followed_up_on": pd.to_datetime(["2026-10-09", "2026-11-30", None, None]),
        }
    )


def test_open_signals_are_listed_without_their_text() -> None:
    listed = open_signals(submitted(), dt.date(2026, 12, 31))
    assert listed["signal"].tolist() == ["s4", "s3"]
    assert listed["days"].tolist() == [87, 1]
    assert "text" not in listed
    assert open_signals(submitted(), dt.date(2026, 10, 6))["signal"].tolist() == ["s1", "s2", "s4"]


def test_share_followed_up_in_time() -> None:
    total = followed_up(submitted(), dt.date(2026, 12, 31))
    assert total[["n", "estimate"]].to_numpy().tolist() == [[3, 1 / 3]]
    by_department = followed_up(submitted(), dt.date(2026, 12, 31), ["department"])
    assert by_department["estimate"].tolist() == [0.0, 0.5]
    assert followed_up(submitted().iloc[:0], dt.date(2026, 12, 31))["n"].tolist() == [0]
