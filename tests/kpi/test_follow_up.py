"""Equal follow-up, the stock of open cases, exports of a case system, and logs that have just begun."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from toptaak.core.periods import Quarter
from toptaak.core.settings import Settings
from toptaak.kpi.compare import compare_quarters
from toptaak.kpi.follow_up import LOG_TOO_SHORT, comparable_since
from toptaak.kpi.journeys import gathered, registered
from toptaak.kpi.measures import measure
from toptaak.kpi.open_stock import open_stock

NOW, BEFORE = Quarter(2026, 3), Quarter(2026, 2)
AMSTERDAM = "Europe/Amsterdam"
DAY = 86_400.0


def export(begin: str, days: float, *, every: str = "16h", until: str = "2026-09-30 23:00") -> pd.DataFrame:
    """A steady stream of cases that each last as long; those that end after the quarter are open."""
    opened = pd.date_range(begin, until, freq=every, tz=AMSTERDAM)
    lasts = days + np.arange(len(opened)) % 5
    closed = pd.Series(opened + pd.to_timedelta(lasts, unit="D"))
    return pd.DataFrame(
        {
            "municipality": "GM9901",
            "case": np.arange(len(opened)).astype(str),
            "task_id": "T1",
            "channel": "web",
            "opened_at": opened,
            "closed_at": closed.where(closed < pd.Timestamp("2026-10-01", tz=AMSTERDAM)),
            "due_at": (opened.tz_localize(None).normalize() + pd.Timedelta(days=days + 2)).tz_localize(AMSTERDAM),
        }
    )


def test_completion_open_stock_and_term_of_an_export() -> None:
    table = export("2025-10-01", 20)
    by_case = registered(table)
    done = table[table["closed_at"] >= pd.Timestamp("2026-07-01", tz=AMSTERDAM)]
    seconds = (done["closed_at"] - done["opened_at"]).dt.total_seconds()
    row = measure("completion_time", {"cases": table}, ["quarter", "task_id"]).set_index("quarter").loc["2026Q3"]
    assert (row.n, row.estimate) == (len(done), pytest.approx(np.exp(np.log(seconds).mean())))
    stock = open_stock(by_case, NOW.end).set_index("measure")
    still = table[table["closed_at"].isna()]
    assert stock.loc["open_stock", "estimate"] == len(still)
    end = pd.Timestamp("2026-10-01", tz=AMSTERDAM)
    assert stock.loc["open_age", "estimate"] == (end - still["opened_at"]).dt.total_seconds().median()
    term = measure("done_within_term", {"cases": table}, ["quarter", "channel"]).set_index("quarter").loc["2026Q3"]
    # of every five cases those that last 20, 21 and 22 days are done on the last day of the term
    assert term.estimate == pytest.approx(0.6, abs=0.02)
    late = table.assign(closed_at=table["due_at"] + pd.Timedelta("22h"))
    assert measure("done_within_term", {"cases": late}).estimate[0] == 1.0
    assert measure("done_within_term", {"cases": table.drop(columns="due_at")}).n[0] == 0


def test_contacts_are_joined_to_the_cases_of_the_case_system() -> None:
    table = export("2026-06-01", 10).iloc[:3]
    first = table["opened_at"][0] - pd.Timedelta("2D")
    contacts = pd.DataFrame(
        {"municipality": "GM9901", "case": ["0", "0", "zz"], "channel": ["phone", "desk", "web"], "started_at": first}
    )
    by_case = gathered({"cases": table, "contacts": contacts}).set_index("case")
    assert by_case["seconds"].tolist() == [12 * DAY, 11 * DAY, 12 * DAY]
    assert by_case["contacts"].fillna(0).tolist() == [2, 0, 0]
    assert len(by_case) == 3


def test_calls_without_a_case_give_way_to_steps() -> None:
    contacts = pd.DataFrame({"municipality": "GM9901", "case": [None], "started_at": pd.Timestamp("2026-07-01")})
    steps = pd.DataFrame(
        {
            "municipality": "GM9901",
            "case": "a",
            "step": ["in", "out"],
            "at": pd.to_datetime(["2026-07-01", "2026-07-03"]),
        }
    )
    tables = {"contacts": contacts, "steps": steps}
    assert measure("completion_time", tables, settings=Settings(closing_steps=("out",))).n[0] == 1


def test_a_case_still_open_for_years_is_in_the_stock() -> None:
    old = pd.DataFrame(
        {
            "started_at": pd.to_datetime(["2019-01-01", "2026-09-30", "2026-10-02"]).tz_localize(AMSTERDAM),
            "seconds": [np.nan, 4 * DAY, np.nan],
            "open": [True, False, True],
        }
    )
    assert open_stock(old, dt.date(2026, 9, 30)).estimate[0] == 2


@pytest.mark.parametrize("name", ["open_cases", "done_within_days", "completion_time"])
def test_the_newest_quarter_of_a_steady_process_is_no_worse(name: str) -> None:
    row = compare_quarters({"cases": export("2025-01-01", 25)}, NOW, BEFORE, [name]).iloc[0]
    assert row.verdict == "no_difference"
    assert row.n >= 80


@pytest.mark.parametrize(
    ("begin", "days", "judged"),
    [("2026-04-10", 3, False), ("2026-03-20", 30, False), ("2026-02-01", 30, True), ("2026-04-01", 0.1, True)],
)
def test_a_log_that_has_just_begun_gives_no_verdict(begin: str, days: float, *, judged: bool) -> None:
    tables = {"cases": export(begin, days)}
    for name in ("completion_time", "open_cases"):
        row = compare_quarters(tables, NOW, BEFORE, [name]).iloc[0]
        assert (row.note == LOG_TOO_SHORT) == (not judged)
        assert judged or row.verdict == "not_comparable"


def test_since_when_a_log_can_be_compared_is_the_longest_case_after_its_begin() -> None:
    since = comparable_since(registered(export("2026-01-01", 30)))["GM9901"]
    assert pd.Timestamp("2026-01-27") <= since <= pd.Timestamp("2026-01-29")


def test_a_first_contact_solves_within_the_window_in_every_quarter_alike() -> None:
    """Case b came back after 20 days: outside the window of 14 days, so it does not matter when the quarter ended."""
    days = pd.to_datetime(["2026-06-01", "2026-06-01", "2026-06-21", "2026-09-29"]).tz_localize(AMSTERDAM)
    contacts = pd.DataFrame(
        {
            "municipality": "GM9901",
            "case": ["a", "b", "b", "z"],
            "channel": "phone",
            "started_at": days,
            "ended_at": days,
            "resolved": True,
        }
    )
    for known in (contacts, contacts.iloc[:3]):
        frame = measure("first_contact_resolution", {"contacts": known}, ["quarter"]).set_index("quarter")
        assert frame.loc["2026Q2", ["n", "estimate"]].tolist() == [2, 1.0]


def test_a_contact_that_has_not_ended_has_not_solved_its_case() -> None:
    start = pd.Timestamp("2026-07-01 09:00", tz=AMSTERDAM)
    contacts = pd.DataFrame(
        {
            "municipality": "GM9901",
            "case": [str(number) for number in range(10)],
            "channel": "mail",
            "started_at": start,
            "ended_at": [start + pd.Timedelta("1D")] * 9 + [pd.NaT],
            "resolved": pd.array([True] * 9 + [None], dtype="boolean"),
        }
    )
    by_case = gathered({"contacts": contacts})
    assert by_case["open"].tolist() == [False] * 9 + [True]
    by_mail = contacts.assign(ended_at=contacts["ended_at"].where(contacts.index < 2))
    assert gathered({"contacts": by_mail})["open"].isna().sum() == 1, "ends are hardly recorded: it may be done"
