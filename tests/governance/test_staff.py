from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toptaak.core.errors import InputRefused
from toptaak.core.results import NO_SPREAD, POOLED_WORDINGS, TOO_FEW, is_results
from toptaak.core.settings import Settings, WorksCouncilConsent
from toptaak.governance.staff import (
    MINIMUM_CONTACTS,
    MINIMUM_EMPLOYEES,
    employee_columns,
    require_consent,
    staff_experience,
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


def ratings(scores: list[float], **changes: object) -> pd.DataFrame:
    base: dict[str, object] = {
        "part": "training",
        "respondent": [f"r{at}" for at in range(len(scores))],
        "question": "s2",
        "question_version": "1",
        "score": scores,
    }
    return pd.DataFrame(base | changes)


def test_experience_is_a_mean_with_a_t_interval() -> None:
    """R 4.2.2: t.test(c(1:5, 1:5))$conf.int."""
    row = staff_experience(ratings([1.0, 2.0, 3.0, 4.0, 5.0] * 2), Settings()).iloc[0]
    assert (row["n"], row["estimate"], row["method"]) == (10, 3.0, "mean_t")
    assert (row["ci_low"], row["ci_high"]) == pytest.approx((1.933608887, 4.066391113), abs=1e-9)


def test_experience_is_shown_of_groups_only() -> None:
    nine = staff_experience(ratings([3.0, 4.0, 5.0] * 3), Settings()).iloc[0]
    assert (nine["n"], nine["note"]) == (9, TOO_FEW)
    assert pd.isna(nine["estimate"])
    for by in (["respondent"], ["medewerker"], ["quarter", "naam"]):
        with pytest.raises(ValueError, match="never per person"):
            staff_experience(ratings([3.0]), Settings(), by)


def test_an_employee_counts_once_and_customers_do_not_count() -> None:
    table = ratings([4.0] * 10 + [1.0] * 10, respondent=[f"r{at % 10}" for at in range(20)])
    assert staff_experience(table, Settings())[["n", "estimate", "note"]].to_numpy().tolist() == [[10, 2.5, NO_SPREAD]]
    unnumbered = staff_experience(table.assign(respondent=None), Settings())
    assert unnumbered["n"].tolist() == [20]
    assert staff_experience(table.assign(part="waiting"), Settings()).empty


def test_wordings_are_not_pooled_and_parts_are_kept_apart() -> None:
    two = ratings([3.0, 4.0] * 10, question_version=["1", "2"] * 10)
    assert staff_experience(two, Settings())["note"].tolist() == [POOLED_WORDINGS]
    parts = ratings([3.0, 4.0] * 10, part=["systems", "knowledge"] * 10, quarter="2026Q4")
    frame = staff_experience(parts, Settings(), ["quarter"])
    assert is_results(frame)
    assert frame[["quarter", "part", "estimate"]].to_numpy().tolist() == [
        ["2026Q4", "knowledge", 4.0],
        ["2026Q4", "systems", 3.0],
    ]
