from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toptaak.core.errors import InputRefused
from toptaak.core.settings import Settings, WorksCouncilConsent
from toptaak.governance.staff import (
    MINIMUM_CONTACTS,
    MINIMUM_EMPLOYEES,
    employee_columns,
    require_consent,
    team_rows,
)

AGREED = Settings(works_council_consent=WorksCouncilConsent(date=dt.date(2026, 1, 5), reference="OR-2026-3"))


def test_columns_of_employees_need_consent() -> None:
    columns = ["team", "Medewerker", "naam medewerker", "score"]
    with pytest.raises(InputRefused) as caught:
        require_consent(columns, Settings(), "ratings.csv")
    assert [fault.column for fault in caught.value.faults] == ["Medewerker", "naam medewerker"]
    assert {fault.code for fault in caught.value.faults} == {"TT-724"}
    require_consent(columns, AGREED, "ratings.csv")
    assert employee_columns(["handled_by", "team", "department"]) == []


def test_rows_of_staff_are_refused_without_consent_or_per_person() -> None:
    table = pd.DataFrame({"team": ["a"], "agent": ["x"]})
    with pytest.raises(InputRefused):
        team_rows(table, "agent", ["team"], Settings())
    for by in ([], ["agent"], ["team", "agent"], ["medewerker"]):
        with pytest.raises(ValueError, match="never per person"):
            team_rows(table, "agent", by, AGREED)


@given(
    st.dictionaries(st.tuples(st.sampled_from("AB"), st.integers(0, 7)), st.integers(1, 14), min_size=1, max_size=16)
)
def test_a_figure_rests_on_five_employees_with_ten_contacts_each(calls: dict[tuple[str, int], int]) -> None:
    rows = [(team, f"e{person}") for (team, person), count in calls.items() for _ in range(count)]
    table = pd.DataFrame(rows, columns=["team", "agent"]).assign(row=range(len(rows)))
    kept = team_rows(table, "agent", ["team"], AGREED)
    assert "agent" not in kept
    for team in "AB":
        enough = [n for (name, _), n in calls.items() if name == team and n >= MINIMUM_CONTACTS]
        expected = sum(enough) if len(enough) >= MINIMUM_EMPLOYEES else 0
        assert (kept["team"] == team).sum() == expected
