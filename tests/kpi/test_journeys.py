"""Cases out of contacts and out of steps."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from toptaak.core.results import NOT_MEASURABLE
from toptaak.core.settings import Settings
from toptaak.kpi.journeys import NO_CLOSING_STEP, cases, cases_from_steps
from toptaak.kpi.measures import measure

HOUR = 3600
CLOSING = Settings(closing_steps=("send",))


def test_a_case_runs_over_all_channels(contacts: pd.DataFrame) -> None:
    case = cases(contacts).set_index("case").loc["a"]
    assert case[["task_id", "channel", "contacts", "channels"]].tolist() == ["t1", "web", 3, 2]
    assert case["seconds"] == 24 * HOUR + 1800
    assert case["quarter"] == "2026Q4"


def test_an_open_case_stands_in_the_quarter_of_its_first_contact(contacts: pd.DataFrame) -> None:
    case = cases(contacts).set_index("case").loc["c"]
    assert case["open"]
    assert np.isnan(case["seconds"])
    assert case["quarter"] == "2026Q3"


def test_a_contact_without_case_belongs_to_none(contacts: pd.DataFrame) -> None:
    assert cases(contacts)["contacts"].sum() == len(contacts) - 1


def test_an_unresolved_contact_after_the_last_resolved_one_does_not_lengthen_a_case(contacts: pd.DataFrame) -> None:
    late = contacts.iloc[[3]].assign(resolved=False, started_at=contacts["started_at"].max() + pd.Timedelta("9D"))
    again = pd.concat([contacts, late.assign(ended_at=late["started_at"])])
    both = (cases(table).set_index("case").loc["b"] for table in (contacts, again))
    before, after = both
    assert after["seconds"] == before["seconds"]
    assert after["contacts"] == before["contacts"] + 1


def test_without_an_end_the_start_of_the_contact_counts(contacts: pd.DataFrame) -> None:
    without = contacts.drop(columns="ended_at")
    assert cases(without).set_index("case").loc["a", "seconds"] == 24 * HOUR


def test_summer_time_does_not_shorten_a_case() -> None:
    """Saturday noon to Sunday noon is 25 hours when the clock goes back."""
    moments = pd.Series(pd.to_datetime(["2026-10-24 12:00", "2026-10-25 12:00"])).dt.tz_localize("Europe/Amsterdam")
    contacts = pd.DataFrame(
        {"municipality": "GM9901", "case": "a", "started_at": moments, "ended_at": moments, "resolved": [False, True]}
    )
    assert cases(contacts)["seconds"].tolist() == [25 * HOUR]


def test_the_same_case_number_in_two_municipalities_is_two_cases(contacts: pd.DataFrame) -> None:
    both = pd.concat([contacts, contacts.assign(municipality="GM9902")])
    assert len(cases(both)) == 2 * len(cases(contacts))


def test_the_order_of_contacts_changes_nothing(contacts: pd.DataFrame) -> None:
    same_time = contacts.assign(started_at=contacts["started_at"].min())
    for table in (contacts, same_time):
        pd.testing.assert_frame_equal(cases(table), cases(table.sample(frac=1, random_state=5)))


@pytest.mark.parametrize("gone", ["absent", "empty"])
def test_without_resolved_nothing_tells_whether_cases_are_open(contacts: pd.DataFrame, gone: str) -> None:
    if gone == "absent":
        table = contacts.drop(columns="resolved")
    else:
        table = contacts.assign(resolved=pd.array([None] * len(contacts), dtype="boolean"))
    for name in ("completion_time", "open_cases", "contacts_per_case", "zero_durations"):
        row = measure(name, {"contacts": table}).iloc[0]
        assert row[["n", "note"]].tolist() == [0, NOT_MEASURABLE]


def test_contacts_and_steps_per_case(contacts: pd.DataFrame, steps: pd.DataFrame) -> None:
    row = measure("contacts_per_case", {"contacts": contacts}).iloc[0]
    assert row[["n", "estimate"]].tolist() == [3, pytest.approx(5 / 3)]
    row = measure("steps_per_case", {"steps": steps}, settings=CLOSING).iloc[0]
    assert row[["n", "estimate"]].tolist() == [2, 2.5]


def test_open_cases_are_a_share_of_all(contacts: pd.DataFrame) -> None:
    """Case a began a day before the log ends: too early to say."""
    assert measure("open_cases", {"contacts": contacts})[["n", "estimate"]].to_numpy().tolist() == [[3, 1 / 3]]
    done = measure("done_within_days", {"contacts": contacts})
    assert done[["n", "estimate"]].to_numpy().tolist() == [[3, pytest.approx(2 / 3)]]


def test_steps_do_not_tell_contacts(steps: pd.DataFrame) -> None:
    row = measure("contacts_per_case", {"contacts": steps}, settings=CLOSING).iloc[0]
    assert row[["n", "note"]].tolist() == [0, NOT_MEASURABLE]


def test_a_case_of_steps_lasts_until_the_step_that_closes_it(steps: pd.DataFrame) -> None:
    by_case = cases_from_steps(steps, CLOSING).set_index("case")
    assert by_case["seconds"].dropna().tolist() == [48 * HOUR, HOUR]
    assert by_case["open"].tolist() == [False, False, True]
    assert by_case["steps"].tolist() == [3, 2, 1]


def test_without_closing_steps_completion_is_not_measurable(steps: pd.DataFrame) -> None:
    for name in ("completion_time", "open_cases", "done_within_days", "zero_durations", "steps_per_case"):
        assert measure(name, {"steps": steps})[["n", "note"]].to_numpy().tolist() == [[0, NO_CLOSING_STEP]]


def path(*steps: str) -> pd.DataFrame:
    """One case, a step a day."""
    days = pd.Timestamp("2026-07-01 09:00", tz="Europe/Amsterdam") + pd.to_timedelta(range(len(steps)), unit="D")
    return pd.DataFrame({"municipality": "GM9901", "case": "a", "step": steps, "at": days})


@pytest.mark.parametrize(
    ("steps", "days"),
    [
        (("in", "send", "publish"), 1),
        (("in", "send", "send"), 1),
        (("in", "send", "object", "send", "publish"), 3),
        (("in", "send", "object"), None),
        (("in", "object", "check"), None),
        (("send",), 0),
    ],
)
def test_only_a_reopening_step_opens_a_closed_case_again(steps: tuple[str, ...], days: int | None) -> None:
    chosen = Settings(closing_steps=("send",), reopening_steps=("object",))
    (case,) = cases_from_steps(path(*steps), chosen).itertuples()
    assert case.open == (days is None)
    assert days is None or case.seconds == days * 24 * HOUR


def test_steps_of_one_day_stand_in_the_order_of_the_file() -> None:
    one_day = path("send", "publish", "check").assign(at=pd.Timestamp("2026-07-01", tz="Europe/Amsterdam"))
    (case,) = cases_from_steps(one_day, CLOSING).itertuples()
    assert (case.open, case.steps) == (False, 1)


def test_the_tables_stay_as_they_were(contacts: pd.DataFrame, steps: pd.DataFrame) -> None:
    before = contacts.copy(deep=True), steps.copy(deep=True)
    cases(contacts)
    cases_from_steps(steps)
    pd.testing.assert_frame_equal(contacts, before[0])
    pd.testing.assert_frame_equal(steps, before[1])
