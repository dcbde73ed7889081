"""Journeys from a contact log, against a reckoning contact by contact."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.properties import examples
from toptaak.core.results import CASE_DATES, NO_RETURN, NOT_MEASURABLE, ONE_CHANNEL, ONE_PERSON, ONE_ROW_PER_CASE
from toptaak.core.settings import Settings
from toptaak.kpi.journeys import cases
from toptaak.kpi.measures import measure, measure_all, observations
from toptaak.kpi.measures.contacts import TOO_RECENT

START = pd.Timestamp("2026-07-01 08:00", tz="Europe/Amsterdam")
DAYS = pd.Timedelta("14D")
CHANNELS = ("web", "phone", "desk")
ROWS = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "c", "d"]),  # case
        st.sampled_from(["k1", "k2", None]),  # customer
        st.sampled_from(["t1", "t2"]),
        st.sampled_from(CHANNELS),
        st.booleans(),
    ),
    min_size=1,
    max_size=25,
)

DAY = pd.Timedelta("1D")


def log(rows: list[tuple], hours: list[int]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["case", "customer", "task_id", "channel", "resolved"])
    started = START + pd.to_timedelta(hours, unit="h")
    return table.assign(municipality="GM9901", started_at=started, ended_at=started + pd.Timedelta("5min"))


@st.composite
def logs(draw: st.DrawFn) -> pd.DataFrame:
    rows = draw(ROWS)
    hours = draw(st.lists(st.integers(0, 60 * 24), min_size=len(rows), max_size=len(rows), unique=True))
    return log(rows, hours)


def walk(table: pd.DataFrame) -> dict[str, dict[str, float]]:
    """Follow every case contact by contact."""
    told = {}
    last = pd.concat([table.started_at, table.ended_at[table.resolved]]).max()
    for case, part in table.sort_values("started_at").groupby("case"):
        channels, resolved, started = (
            part.channel.tolist(),
            part.resolved.tolist(),
            part.started_at.reset_index(drop=True),
        )
        told[case] = {
            "switches": sum(one != other for one, other in pairwise(channels)),
            "done": any(resolved),
            "at_once": resolved[0] and not (started[1:] <= started[0] + DAYS).any(),
            "ripe": started[0] + DAYS <= last,
        }
    return told


@given(logs())
def test_case_measures_equal_a_walk(table: pd.DataFrame) -> None:
    told = walk(table)
    done = [one["switches"] for one in told.values() if one["done"]]
    frame = measure("channel_switches", {"contacts": table})
    assert frame.n[0] == len(done)
    if done:
        assert frame.estimate[0] == pytest.approx(np.mean(done))
        assert measure("channel_switch_rate", {"contacts": table}).estimate[0] == pytest.approx(
            np.mean([count > 0 for count in done])
        )
    once = measure("first_contact_resolution", {"contacts": table})
    ripe = [one["at_once"] for one in told.values() if one["ripe"]]
    assert once.n[0] == len(ripe)
    if ripe:
        assert once.estimate[0] == pytest.approx(np.mean(ripe))


@given(logs(), st.integers(1, 30))
def test_repeat_contact_equals_a_walk(table: pd.DataFrame, days: int) -> None:
    frame = measure("repeat_contact_rate", {"contacts": table}, settings=Settings(repeat_contact_days=days))
    span, last = pd.Timedelta(days=days), table.started_at.max()
    back = []
    for one in table.itertuples():
        if one.started_at + span > last:
            continue
        same = (
            table.customer.eq(one.customer)
            if pd.notna(one.customer)
            else (table.case.eq(one.case) & table.customer.isna())
        )
        later = table[same & table.task_id.eq(one.task_id) & (table.started_at > one.started_at)]
        back.append(bool((later.started_at <= one.started_at + span).any()))
    assert frame.n[0] == len(back)
    if back:
        assert frame.estimate[0] == pytest.approx(np.mean(back))
        assert frame.note[0] in (TOO_RECENT, "one observation: no interval", ONE_PERSON)


@examples(6)
@given(logs(), st.randoms(use_true_random=False))
def test_order_of_rows_changes_nothing(table: pd.DataFrame, random: object) -> None:
    mixed = table.sample(frac=1, random_state=random.randrange(1000))
    for by in ([], ["channel"]):
        first, second = measure_all({"contacts": table}, by), measure_all({"contacts": mixed}, by)
        pd.testing.assert_frame_equal(first, second)


def test_a_repeat_counts_over_channels_but_not_over_tasks() -> None:
    table = log(
        [
            ("a", "k1", "t1", "web", False),
            ("b", "k1", "t1", "phone", True),
            ("c", "k1", "t2", "desk", True),
            ("z", "k9", "t1", "web", True),
        ],
        [0, 24, 48, 24 * 60],
    )
    frame = measure("repeat_contact_rate", {"contacts": table})
    assert (frame.n[0], frame.estimate[0]) == (3, pytest.approx(1 / 3))
    by_channel = measure("repeat_contact_rate", {"contacts": table}, ["channel"]).set_index("channel")
    assert by_channel.estimate["web"] == 1.0
    assert by_channel.n["web"] == 1


def test_contacts_of_one_customer_widen_the_interval() -> None:
    """40 customers: half come back daily, half never; 400 contacts tell no more than 40 customers."""
    rows, hours = [], []
    for customer in range(40):
        for visit in range(10):
            task = "t1" if customer % 2 else f"t{visit}"
            rows.append((f"{customer}-{visit}", f"k{customer}", task, "web", True))
            hours.append(24 * visit + customer % 24)
    rows.append(("z", "k99", "t1", "web", True))
    hours.append(24 * 60)
    frame = measure("repeat_contact_rate", {"contacts": log(rows, hours)})
    assert frame.n[0] == 400
    width = frame.ci_high[0] - frame.ci_low[0]
    assert 0.25 < width < 0.40  # Wilson at n = 40 is 0.30, at n = 400 0.10


def test_without_customer_and_case_it_cannot_be_measured() -> None:
    table = log([("a", "k1", "t1", "web", True)] * 12, list(range(0, 24 * 60, 24 * 5)))
    frame = measure("repeat_contact_rate", {"contacts": table.drop(columns=["customer", "case"])})
    assert frame.n[0] == 0
    assert frame.note[0] == NOT_MEASURABLE


def test_an_unrecorded_resolution_is_not_a_failure() -> None:
    rows = [("a", "k1", "t1", "web", True), ("b", "k1", "t1", "web", True), ("z", "k2", "t1", "web", True)]
    table = log(rows, [0, 5, 24 * 60])
    table["resolved"] = pd.array([None, True, None], dtype="boolean")
    frame = measure("first_contact_resolution", {"contacts": table})
    assert (frame.n[0], frame.estimate[0]) == (1, 1.0)
    assert measure("first_contact_resolution", {"contacts": table.drop(columns="resolved")}).note[0] == NOT_MEASURABLE


def test_a_missing_channel_is_no_switch() -> None:
    table = log([("a", "k", "t1", channel, True) for channel in ("web", "phone", "web")], [0, 1, 2])
    table.loc[1, "channel"] = None
    assert cases(table).switches.tolist() == [0]


def test_a_quarter_turns_at_midnight_in_amsterdam() -> None:
    table = log([("a", "k1", "t1", "web", True), ("b", "k2", "t1", "web", True)], [0, 1])
    moments = pd.to_datetime(["2026-09-30T21:59Z", "2026-09-30T22:01Z"])
    table["started_at"] = moments.tz_convert("Europe/Amsterdam")
    rows = observations("repeat_contact_rate", {"contacts": table}, ["quarter"]).rows
    assert rows["quarter"].tolist() == ["2026Q3", "2026Q4"]


def test_so_many_days_later_at_the_same_hour_is_so_many_days_when_the_clock_changes() -> None:
    """The night of 25 October 2026 has an hour more, that of 29 March an hour less."""
    for day in ("2026-10-20", "2026-03-24"):
        first = pd.Timestamp(f"{day} 12:00")
        moments = [first, first + pd.Timedelta(days=14), first + pd.Timedelta(days=14, hours=1)]
        for second in moments[1:]:
            times = pd.Series([first, second, first + pd.Timedelta(days=60)]).dt.tz_localize("Europe/Amsterdam")
            table = pd.DataFrame(
                {
                    "municipality": "GM9901",
                    "case": ["a", "b", "c"],
                    "customer": ["k", "k", "l"],
                    "task_id": "t",
                    "channel": "phone",
                    "started_at": times,
                }
            )
            frame = measure("repeat_contact_rate", {"contacts": table})
            assert frame.estimate[0] == pytest.approx(0.5 if second == moments[1] else 0.0)


def test_what_is_too_young_at_the_end_of_its_quarter_counts_in_no_quarter() -> None:
    """Contacts every day of two quarters: each quarter leaves out its own last fortnight, whatever came after."""
    days = pd.date_range("2026-04-01 12:00", "2026-09-30 12:00", tz="Europe/Amsterdam")
    table = log([(f"c{day}", f"k{day}", "t1", "web", True) for day in range(len(days))], list(range(len(days))))
    table = table.assign(started_at=days, ended_at=days + pd.Timedelta("5min"))
    # one case with two contacts long before shows that cases can have more than one
    old = table.iloc[[0, 0]].assign(case="old", started_at=pd.to_datetime(["2026-01-05 12:00", "2026-01-06 12:00"]))
    old["started_at"] = old["ended_at"] = old["started_at"].dt.tz_localize("Europe/Amsterdam")
    table = pd.concat([old.assign(customer="old"), table], ignore_index=True)
    for name, days_left_out in (("repeat_contact_rate", 14), ("first_contact_resolution", 14), ("open_cases", 28)):
        frame = measure(name, {"contacts": table}, ["quarter"]).set_index("quarter")
        assert frame.n[["2026Q2", "2026Q3"]].tolist() == [91 - days_left_out, 92 - days_left_out]
        early = table[table.started_at < "2026-07-01"]
        assert measure(name, {"contacts": early}, ["quarter"]).n.tolist()[1:] == [91 - days_left_out]


def case_export(rows: int = 40, **columns: object) -> pd.DataFrame:
    """What a case system exports: one row per case, from opening to closing."""
    opened = pd.Timestamp("2026-07-01 09:00", tz="Europe/Amsterdam") + pd.to_timedelta(np.arange(rows), unit="D")
    table = pd.DataFrame(
        {"municipality": "GM9901", "case": [f"z{row}" for row in range(rows)], "task_id": "t", "channel": "phone",
         "started_at": opened, "ended_at": opened + pd.to_timedelta(5 + np.arange(rows) % 7, unit="D"),
         "resolved": True}
    )  # fmt: skip
    return table.assign(**columns)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("first_contact_resolution", ONE_ROW_PER_CASE),
        ("contacts_per_case", ONE_ROW_PER_CASE),
        ("channel_switches", ONE_ROW_PER_CASE),
        ("channel_switch_rate", ONE_ROW_PER_CASE),
        ("repeat_contact_rate", NO_RETURN),
        ("handling_time", CASE_DATES),
    ],
)
def test_what_cannot_vary_is_not_measured(name: str, reason: str) -> None:
    for by in ([], ["quarter"], ["municipality", "task_id"]):
        frame = measure(name, {"contacts": case_export()}, by)
        assert (frame["n"] == 0).all()
        assert frame["estimate"].isna().all()
        assert set(frame["note"]) == {reason}
    assert measure("completion_time", {"contacts": case_export()})["n"].tolist() == [40]


def test_one_second_contact_shows_that_it_can_vary() -> None:
    table = case_export()
    second = table.iloc[[0]].assign(started_at=lambda rows: rows["started_at"] + pd.Timedelta(days=2))
    log = pd.concat([table, second], ignore_index=True)
    assert measure("contacts_per_case", {"contacts": log})["estimate"].tolist() == [pytest.approx(41 / 40)]
    assert measure("first_contact_resolution", {"contacts": log})["n"].iloc[0] > 0
    assert measure("repeat_contact_rate", {"contacts": log})["n"].iloc[0] > 0


def test_through_one_channel_nobody_can_switch() -> None:
    table = pd.concat([case_export(), case_export().assign(started_at=lambda rows: rows["started_at"] + DAY)])
    assert measure("channel_switches", {"contacts": table})["note"].tolist() == [ONE_CHANNEL]
    two = table.assign(channel=["phone"] * 40 + ["desk"] * 40)
    assert measure("channel_switches", {"contacts": two})["estimate"].tolist() == [1.0]


def test_a_customer_who_returns_makes_repeat_contact_measurable() -> None:
    known = case_export(customer=[f"k{row // 2}" for row in range(40)])
    assert measure("repeat_contact_rate", {"contacts": known})["n"].iloc[0] > 0


def test_dates_are_no_times_of_contacts() -> None:
    days = case_export(started_at=pd.date_range("2026-07-01", periods=40, tz="Europe/Amsterdam"))
    assert measure("handling_time", {"contacts": days})["note"].tolist() == [CASE_DATES]
    calls = case_export(ended_at=case_export()["started_at"] + pd.Timedelta(minutes=6))
    assert measure("handling_time", {"contacts": calls})["estimate"].tolist() == [pytest.approx(360)]


def test_a_few_cases_with_one_contact_are_a_log_all_the_same() -> None:
    assert measure("contacts_per_case", {"contacts": case_export(5)})["n"].tolist() == [5]


def test_each_municipality_is_judged_by_its_own_log() -> None:
    export, log = case_export(), pd.concat([case_export(), case_export()]).assign(municipality="GM9902")
    frame = measure("contacts_per_case", {"contacts": pd.concat([export, log])}, ["municipality"])
    assert frame.set_index("municipality")["note"].loc["GM9901"] == ONE_ROW_PER_CASE
    assert frame.set_index("municipality")["n"].loc["GM9902"] == 40
