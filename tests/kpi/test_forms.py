"""Completion of web forms: counted per week, equal to one row per form."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toptaak.core.periods import Quarter
from toptaak.core.results import NO_OBSERVATIONS, NO_TABLE
from toptaak.kpi.compare import compare_quarters
from toptaak.kpi.measures import measure, measure_all
from toptaak.stats.intervals import newcombe, wilson

ROWS = st.lists(
    st.tuples(
        st.sampled_from(["a", "b"]), st.sampled_from(["2026W39", "2026W40"]), st.integers(0, 30), st.integers(0, 30)
    ),
    min_size=1,
    max_size=12,
)


@given(ROWS)
def test_counts_give_what_single_forms_would_give(rows: list[tuple[str, str, int, int]]) -> None:
    table = pd.DataFrame(rows, columns=["form", "week", "finished", "more"])
    table["started"] = table["finished"] + table.pop("more")
    for by in ([], ["form"], ["quarter"]):
        for keys, part in table.assign(quarter=table["week"].map({"2026W39": "2026Q3", "2026W40": "2026Q4"})).groupby(
            by or (lambda _: 0)
        ):
            frame = measure("form_completion_rate", {"forms": table}, by)
            row = frame[frame[by[0]] == keys[0]].iloc[0] if by else frame.iloc[0]
            started, finished = int(part["started"].sum()), int(part["finished"].sum())
            assert row.n == started
            if started == 0:
                assert row.note == NO_OBSERVATIONS
                continue
            assert row.estimate == pytest.approx(finished / started)
            if started > 1:
                assert (row.ci_low, row.ci_high) == pytest.approx(tuple(wilson(finished, started)))


# VNG Realisatie (2019): 100 started, 50 finished is 50%
def test_as_vng_printed() -> None:
    assert measure("form_completion_rate", {"forms": pd.DataFrame({"started": [100], "finished": [50]})})[
        "estimate"
    ].tolist() == [0.5]


def test_quarters_are_compared_by_newcombe() -> None:
    forms = pd.DataFrame({"week": ["2026W26", "2026W38"], "started": [70, 80], "finished": [56, 48]})
    frame = compare_quarters({"forms": forms}, Quarter(2026, 3), Quarter(2026, 2), ["form_completion_rate"])
    assert (
        np.round(frame[["ci_low", "ci_high"]].iloc[0].tolist(), 10).tolist()
        == np.round(list(newcombe(48, 80, 56, 70)), 10).tolist()
    )


def test_it_stands_among_all_measures() -> None:
    frame = measure_all({"forms": pd.DataFrame({"week": ["2026W39"], "started": [4], "finished": [1]})}, ["quarter"])
    found = frame.set_index("measure").loc["form_completion_rate"]
    assert (found["quarter"], found["n"], found["estimate"]) == ("2026Q3", 4, 0.25)
    absent = measure_all({}).set_index("measure").loc["form_completion_rate"]
    assert absent["note"] == NO_TABLE
