"""What must hold whatever the data: failure is what success is not, shares add up to one, order means nothing."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.properties import examples
from toptaak.core.periods import Quarter
from toptaak.core.settings import Settings
from toptaak.kpi.case_survival import time_to_done
from toptaak.kpi.compare import compare_quarters
from toptaak.kpi.measures import OBSERVED, measure_all
from toptaak.kpi.paths import channel_flow

DAYS = [pd.Timestamp("2026-06-30"), pd.Timestamp("2026-07-01"), pd.Timestamp("2026-09-30")]
CHANNELS, MAYBE = ["web", "phone", "desk"], [True, False, None]
MEASURES = list(OBSERVED)


def frame_of(**columns: st.SearchStrategy) -> st.SearchStrategy[pd.DataFrame]:
    rows = st.lists(st.tuples(*columns.values()), min_size=1, max_size=40)
    return rows.map(lambda drawn: pd.DataFrame(drawn, columns=list(columns)))


ATTEMPTS = frame_of(
    date=st.sampled_from(DAYS),
    channel=st.sampled_from(CHANNELS),
    verified_success=st.sampled_from(MAYBE),
    believed_success=st.sampled_from(MAYBE),
    outcome=st.sampled_from(["completed", "not_eligible", "gave_up", None]),
    duration_s=st.sampled_from([30.0, 90.0, 4000.0, None]),
    weight=st.sampled_from([1.0, 1.0, 2.5]),
    method=st.sampled_from(["taaktest", "navraag", None]),
).map(
    lambda table: table.astype({"verified_success": "boolean", "believed_success": "boolean", "duration_s": "float64"})
)
CONTACTS = frame_of(
    municipality=st.sampled_from(["GM9901", "GM9902"]),
    case=st.sampled_from(["a", "b", "c", "d", None]),
    customer=st.sampled_from(["k1", "k2", None]),
    task_id=st.sampled_from(["t1", "t2"]),
    channel=st.sampled_from(CHANNELS),
    hours=st.integers(0, 1000),
    seconds=st.sampled_from([0, 60, 600]),
    wait_s=st.sampled_from([0.0, 200.0, 900.0]),
    answered=st.sampled_from(MAYBE),
    resolved=st.sampled_from(MAYBE),
).map(lambda table: with_times(table))
RATINGS = frame_of(
    date=st.sampled_from(DAYS),
    channel=st.sampled_from(CHANNELS),
    question=st.sampled_from(["ces", "nps", "mark"]),
    question_version=st.sampled_from(["1", "1", "1", "2"]),
    score=st.sampled_from([1.0, 2.0, 5.0, 7.0, None]),
)
FORMS = frame_of(week=st.sampled_from(["2026W26", "2026W27"]), finished=st.integers(0, 9), more=st.integers(0, 9)).map(
    lambda table: table.assign(started=table["finished"] + table["more"]).drop(columns="more")
)
QUESTIONS = pd.DataFrame({"question": ["ces", "ces", "nps", "mark"], "version": ["1", "2", "1", "1"]}).assign(
    kind=["ces2", "ces2", "nps", "mark"]
)
TABLES = st.fixed_dictionaries({"attempts": ATTEMPTS, "contacts": CONTACTS, "ratings": RATINGS, "forms": FORMS})


def with_times(table: pd.DataFrame) -> pd.DataFrame:
    began = pd.Timestamp("2026-06-29 12:00", tz="Europe/Amsterdam") + pd.to_timedelta(table.pop("hours"), unit="h")
    ended = began + pd.to_timedelta(table.pop("seconds"), unit="s")
    return table.assign(started_at=began, ended_at=ended).astype({"answered": "boolean", "resolved": "boolean"})


def shuffled(tables: dict[str, pd.DataFrame], seed: int) -> dict[str, pd.DataFrame]:
    return {name: table.sample(frac=1, random_state=seed).reset_index(drop=True) for name, table in tables.items()}


@given(TABLES, st.integers(0, 100), st.sampled_from([[], ["channel"], ["quarter"], ["quarter", "channel"]]))
@examples(8)
def test_the_order_of_rows_changes_nothing(tables: dict[str, pd.DataFrame], seed: int, by: list[str]) -> None:
    tables = tables | {"questions": QUESTIONS}
    pd.testing.assert_frame_equal(
        measure_all(tables, by), measure_all(shuffled(tables, seed), by), rtol=1e-9, check_dtype=False
    )


@given(TABLES, st.integers(0, 100))
@examples(8)
def test_the_order_of_rows_changes_no_verdict(tables: dict[str, pd.DataFrame], seed: int) -> None:
    tables, chosen = tables | {"questions": QUESTIONS}, Settings(minimum_n=5)
    compared = [
        compare_quarters(one, Quarter(2026, 3), Quarter(2026, 2), MEASURES, chosen)
        for one in (tables, shuffled(tables, seed))
    ]
    pd.testing.assert_frame_equal(*compared, rtol=1e-9, check_dtype=False)


@given(ATTEMPTS, st.sampled_from([[], ["channel"], ["quarter"]]))
@examples(8)
def test_failure_is_one_minus_success(attempts: pd.DataFrame, by: list[str]) -> None:
    frame = measure_all({"attempts": attempts}, by)
    success, failure = (
        frame[frame["measure"] == name].reset_index(drop=True) for name in ("success_rate", "failure_rate")
    )
    assert success["n"].tolist() == failure["n"].tolist()
    for ours, other in (("estimate", "estimate"), ("ci_low", "ci_high"), ("ci_high", "ci_low")):
        np.testing.assert_allclose(failure[ours], 1 - success[other], atol=1e-9)


@given(ATTEMPTS)
@examples(8)
def test_a_disaster_is_a_failure(attempts: pd.DataFrame) -> None:
    both = attempts.dropna(subset=["verified_success", "believed_success"])
    frame = measure_all({"attempts": both}).set_index("measure")
    if frame.loc["disaster_rate", "n"] > 0:
        assert frame.loc["disaster_rate", "estimate"] <= frame.loc["failure_rate", "estimate"] + 1e-12


@given(CONTACTS, st.integers(0, 100))
@examples(8)
def test_the_ways_out_of_a_channel_add_up_to_one(contacts: pd.DataFrame, seed: int) -> None:
    flow = channel_flow(contacts)
    sums = flow.groupby(flow.columns[0])["estimate"].sum()
    assert sums.tolist() == pytest.approx([1.0] * len(sums))
    again = channel_flow(contacts.sample(frac=1, random_state=seed))
    pd.testing.assert_frame_equal(flow, again, check_dtype=False)
    first, second = time_to_done(contacts), time_to_done(contacts.sample(frac=1, random_state=seed))
    pd.testing.assert_frame_equal(first, second, check_dtype=False)


@given(ATTEMPTS)
@examples(8)
def test_the_whole_is_the_mean_of_its_parts(attempts: pd.DataFrame) -> None:
    """Of unweighted shares: the channels, each by its number, make the total."""
    plain = attempts.drop(columns="weight")
    whole = measure_all({"attempts": plain}).set_index("measure").loc["success_rate"]
    parts = measure_all({"attempts": plain}, ["channel"]).query("measure == 'success_rate' and n > 0")
    assert whole["n"] == parts["n"].sum()
    if whole["n"]:
        assert whole["estimate"] == pytest.approx((parts["estimate"] * parts["n"]).sum() / parts["n"].sum())
