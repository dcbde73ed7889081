"""Reasons of failure and ends of attempts: shares that add up to one, and no rare text in a result."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toptaak.core.settings import Settings
from toptaak.kpi.endings import NO_ENDS, NO_REASONS, OTHER, end_points, failure_reasons
from toptaak.kpi.measures import measure
from toptaak.stats.intervals import wilson

ROWS = st.lists(
    st.tuples(
        st.sampled_from(["web", "desk"]),
        st.sampled_from([True, False, None]),
        st.sampled_from(["storing", "niet gevonden", "duurde lang", None]),
        st.sampled_from(["completed", "not_eligible", "partial", "gave_up", None]),
    ),
    max_size=60,
)


def attempts(rows: list[tuple]) -> pd.DataFrame:
    names = ["channel", "verified_success", "failure_reason", "outcome"]
    table = pd.DataFrame(rows, columns=names).astype({"verified_success": "boolean"})
    return table.astype(dict.fromkeys(("failure_reason", "outcome"), "str"))


@given(ROWS, st.randoms(use_true_random=False))
def test_shares_add_up_to_one_in_any_order_of_rows(rows: list[tuple], random: object) -> None:
    table = attempts(rows)
    for shares, column in ((failure_reasons, "reason"), (end_points, "outcome")):
        for by in ([], ["channel"]):
            frame = shares(table, by, Settings(minimum_n=5))
            known = frame[frame["n"] > 0]
            sums = known.groupby(by)["estimate"].sum() if by else pd.Series(known["estimate"].sum(), [0])[: len(known)]
            assert sums.tolist() == pytest.approx([1.0] * len(sums))
            shuffled = shares(table.sample(frac=1, random_state=random.randrange(100)), by, Settings(minimum_n=5))  # type: ignore[attr-defined]
            pd.testing.assert_frame_equal(frame, shuffled, check_dtype=False)
            assert column in frame.columns


def test_of_the_failures_with_a_reason() -> None:
    table = attempts(
        [("web", False, "storing", None)] * 12
        + [("web", False, "niet gevonden", None)] * 8
        + [("web", False, None, None)] * 5
        + [("web", True, "storing", None)] * 7  # a success has no reason of failure
        + [("web", None, "storing", "gave_up")] * 4
    )
    frame = failure_reasons(table, settings=Settings(minimum_n=8)).set_index("reason")
    assert frame["n"].tolist() == [24, 24]
    assert frame["estimate"].to_dict() == {"storing": pytest.approx(16 / 24), "niet gevonden": pytest.approx(8 / 24)}
    assert (frame.loc["storing", "ci_low"], frame.loc["storing", "ci_high"]) == pytest.approx(tuple(wilson(16, 24)))
    assert int(measure("failure_rate", {"attempts": table})["n"].iloc[0]) == 36


def test_a_rare_reason_is_not_shown() -> None:
    told = "mevrouw Jansen was er niet"
    named = [("web", False, "storing", None)] * 15 + [("web", False, "te traag", None)] * 12
    frame = failure_reasons(attempts([*named, ("web", False, told, None)]))
    # of 28 the one would follow from the other two: the rarer of them is counted with it
    assert frame.set_index("reason")["estimate"].to_dict() == pytest.approx({"storing": 15 / 28, OTHER: 13 / 28})
    assert told not in frame.to_csv()


def test_being_refused_with_an_explanation_is_an_end() -> None:
    table = attempts([("web", None, None, "completed")] * 3 + [("web", None, None, "not_eligible")])
    assert end_points(table).set_index("outcome")["estimate"].to_dict() == {"completed": 0.75, "not_eligible": 0.25}


def test_what_is_not_recorded_is_not_zero() -> None:
    table = attempts([("web", False, None, None)] * 3)
    assert failure_reasons(table)[["reason", "n", "note"]].to_numpy().tolist() == [["_all", 0, NO_REASONS]]
    assert end_points(table, ["channel"])["note"].tolist() == [NO_ENDS]
    assert failure_reasons(table.drop(columns="failure_reason"))["note"].tolist() == [NO_REASONS]
