from __future__ import annotations

import math
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toptaak.core.results import EXTENSIONS, is_results, result_row, results
from toptaak.governance.effects import before_after
from toptaak.stats.intervals import newcombe, wilson


def share(x: int, n: int, measure: str = "success_rate", **group: str) -> dict[str, object]:
    low, high = wilson(x, n)
    return group | result_row(measure, n, x / n, float(low), float(high), "wilson")


@given(st.integers(0, 90), st.integers(0, 90))
def test_of_two_proportions_it_is_newcombes_interval(first: int, second: int) -> None:
    change = before_after(results([share(first, 90)]), results([share(second, 90)]), {}).iloc[0]
    low, high = newcombe(second, 90, first, 90)
    assert (change["ci_low"], change["ci_high"]) == pytest.approx((float(low), float(high)))
    assert (change["p_value"] < 0.05) == (not low <= 0 <= high) or change["p_value"] == pytest.approx(0.05)


@pytest.mark.parametrize(
    ("measure", "first", "second", "verdict"),
    [
        ("success_rate", 40, 70, "better"),
        ("success_rate", 70, 40, "worse"),
        ("failure_rate", 40, 70, "worse"),
        ("failure_rate", 70, 40, "better"),
        ("success_rate", 40, 44, "no_difference"),
        ("steps_per_case", 40, 70, "changed"),
    ],
)
def test_the_verdict_follows_from_interval_and_direction(
    measures: Any, measure: str, first: int, second: int, verdict: str
) -> None:
    before, after = results([share(first, 100, measure)]), results([share(second, 100, measure)])
    frame = before_after(before, after, measures, reference="2026Q3")
    assert is_results(frame)
    assert set(EXTENSIONS["change"]) <= set(frame.columns)
    assert frame["verdict"][0] == verdict
    assert (frame["reference"][0], frame["reference_n"][0]) == ("2026Q3", 100)


def test_groups_are_compared_with_themselves_and_few_with_nothing(measures: Any) -> None:
    before = results([share(40, 100, task_id="a"), share(3, 9, task_id="b"), share(5, 50, task_id="c")], ["task_id"])
    unmeasured = {"task_id": "d"} | result_row("success_rate", 30, 0.5)
    after = results(
        [share(70, 100, task_id="a"), share(30, 30, task_id="b"), unmeasured, share(1, 20, task_id="e")], ["task_id"]
    )
    frame = before_after(before, after, measures, ["task_id"])
    assert dict(zip(frame["task_id"], frame["verdict"], strict=True)) == {"a": "better", "b": "too_few"}
    bare = pd.concat([before, results([unmeasured], ["task_id"])])
    (row,) = before_after(bare, after, measures, ["task_id"]).query("task_id == 'd'").itertuples()
    assert row.verdict == "not_comparable"
    assert math.isnan(row.p_value)
    with pytest.raises(pd.errors.MergeError):
        before_after(pd.concat([before, before]), after, measures, ["task_id"])
