"""All measures at once: what is there, what is missing, how fast."""

from __future__ import annotations

import time

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from toptaak.core.results import ALL, NO_TABLE, is_results
from toptaak.core.settings import Settings
from toptaak.kpi.journeys import cases
from toptaak.kpi.measures import CATALOGUE, OBSERVED, MeasuredTables, measure, measure_all, summarise_all

CHANNELS = ("web", "phone", "desk", "mail", "e-mail", "chat")


def attempts(n: int, seed: int = 1) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "municipality": "GM9901",
            "date": pd.Timestamp("2024-10-01") + pd.to_timedelta(rng.integers(0, 730, n), unit="D"),
            "task_id": rng.choice([f"t{task}" for task in range(12)], n),
            "channel": rng.choice(CHANNELS, n),
            "believed_success": pd.array(rng.random(n) < 0.8, dtype="boolean"),
            "verified_success": pd.array(rng.random(n) < 0.7, dtype="boolean"),
            "duration_s": rng.lognormal(5, 1, n),
        }
    )


def test_every_measure_has_a_row(contacts: pd.DataFrame) -> None:
    frame = measure_all({"attempts": attempts(50), "contacts": contacts, "ratings": None})
    assert is_results(frame)
    assert frame["measure"].tolist() == [name for name in CATALOGUE if name in OBSERVED]
    notes = frame.set_index("measure")["note"]
    assert (notes[["ces1", "satisfaction", "steps_per_case"]] == NO_TABLE).all()
    assert notes["success_rate"] == ""


def test_no_table_at_all() -> None:
    frame = measure_all({}, ["channel"])
    assert (frame["note"] == NO_TABLE).all()
    assert (frame["channel"] == ALL).all()
    assert (frame["n"] == 0).all()


def test_all_at_once_equals_one_by_one(contacts: pd.DataFrame) -> None:
    table, by = attempts(300), ["channel", "quarter"]
    frame = measure_all({"attempts": table, "contacts": contacts}, by)
    for name, alone in (
        ("success_rate", measure("success_rate", {"attempts": table}, by)),
        ("completion_time", measure("completion_time", {"contacts": contacts}, by)),
    ):
        together = frame[frame["measure"] == name].reset_index(drop=True)
        pd.testing.assert_frame_equal(together, alone, check_dtype=False)


def test_cases_serve_as_well_as_contacts(contacts: pd.DataFrame) -> None:
    of_cases = ["completion_time", "open_cases", "zero_durations", "contacts_per_case", "channel_switches"]
    both = (measure_all({"contacts": table}) for table in (contacts, cases(contacts)))
    first, second = (frame[frame["measure"].isin(of_cases)] for frame in both)
    pd.testing.assert_frame_equal(first, second)


def test_steps_serve_where_contacts_are_absent(contacts: pd.DataFrame, steps: pd.DataFrame) -> None:
    closing = Settings(closing_steps=("send",))
    only_steps = measure_all({"steps": steps}, settings=closing).set_index("measure")
    assert only_steps.loc["completion_time", "n"] == 2
    assert only_steps.loc["contacts_per_case", "note"] == NO_TABLE
    both = measure_all({"steps": steps, "contacts": contacts}).set_index("measure")
    assert both.loc["completion_time", "n"] == measure("completion_time", {"contacts": contacts})["n"].iloc[0]


def test_groups_add_up_to_the_total() -> None:
    table = {"attempts": attempts(400)}
    total = measure_all(table).set_index("measure")["n"]
    for by in (["quarter"], ["task_id"], ["channel"], ["municipality", "channel"]):
        parts = measure_all(table, by).groupby("measure")["n"].sum()
        assert parts["success_rate"] == total["success_rate"]
        assert parts["attempt_time"] == total["attempt_time"]


def test_summaries_know_their_measure() -> None:
    found = summarise_all({"attempts": attempts(50)}, ["quarter"])
    assert {name: one.measure.id for name, one in found.items()} == {name: name for name in found}
    assert found["success_rate"].measurable.all()
    assert not found["ces1"].measurable.any()


@pytest.mark.parametrize("by", [[], ["task_id", "channel", "quarter"]])
def test_the_tables_stay_as_they_were(contacts: pd.DataFrame, by: list[str]) -> None:
    tables = {"attempts": attempts(60), "contacts": contacts}
    before = {name: table.copy(deep=True) for name, table in tables.items()}
    measure_all(tables, by)
    for name, table in tables.items():
        pd.testing.assert_frame_equal(table, before[name])


def test_hundreds_of_groups_cost_no_loop() -> None:
    """12 tasks x 6 channels x 8 quarters cost no more than ten times the total, however slow the machine is."""
    table = {"attempts": attempts(20_000)}
    spent = {}
    for by in ((), ("task_id", "channel", "quarter")):
        start = time.perf_counter()
        frame = measure_all(table, by)
        spent[by] = time.perf_counter() - start
    assert len(frame[frame["measure"] == "success_rate"]) == 12 * 6 * 8
    assert spent[("task_id", "channel", "quarter")] < 10 * spent[()]


@pytest.mark.parametrize("by", [[], ["quarter"], ["week"], ["quarter", "channel"], ["quarter", "task_id"]])
def test_tables_measured_once_give_what_tables_give(contacts: pd.DataFrame, by: list[str]) -> None:
    example = {"attempts": attempts(300), "contacts": contacts, "ratings": None}
    shared = MeasuredTables(example, Settings())
    for _ in range(2):
        assert_frame_equal(measure_all(shared, by, Settings()), measure_all(example, by, Settings()))
    other = Settings(repeat_contact_days=3)
    assert_frame_equal(measure_all(shared, by, other), measure_all(example, by, other))
