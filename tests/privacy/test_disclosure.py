from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toptaak.core.results import TOO_FEW, result_row, results
from toptaak.core.settings import Settings
from toptaak.privacy.disclosure import Publishable, publish

SETTINGS = Settings()


@given(st.lists(st.integers(0, 40), max_size=30))
def test_no_number_that_rests_on_a_small_cell_is_left(counts: list[int]) -> None:
    frame = results([result_row("success_rate", n, 0.5, 0.2, 0.8, "wilson") for n in counts])
    shown = publish(frame, SETTINGS).frame
    small = pd.Series([0 < n < SETTINGS.minimum_n for n in counts], dtype=bool)
    assert shown.loc[small, ["n", "estimate", "ci_low", "ci_high"]].isna().all(axis=None)
    assert (shown.loc[small, "note"] == TOO_FEW).all()
    assert shown.loc[~small, "estimate"].notna().all()


def test_a_small_reference_hides_the_change_as_well() -> None:
    row = result_row("success_rate", 50, 0.1, 0.0, 0.2, reference_n=4, reference_estimate=0.5, verdict="better")
    shown = publish(results([row], extension="change"), SETTINGS).frame
    assert shown[["estimate", "reference_estimate", "reference_n"]].isna().all(axis=None)
    assert shown.verdict[0] == "too_few"


def test_the_order_of_hidden_votes_is_hidden_as_well() -> None:
    def row(task: str, n: int, rank: int) -> dict[str, object]:
        more = {"votes": n, "points": n, "rank": rank, "cumulative_share": 0.9, "band": "top"}
        return result_row("vote_share", n, 0.3, 0.1, 0.5, task_id=task, **more)

    rows = [row("t3", 9, 1), row("t2", 40, 2) | {"votes": 20}, row("t1", 8, 3)]
    shown = publish(results(rows, ["task_id"], "ranking"), SETTINGS).frame
    assert shown["task_id"].tolist() == ["t2", "t1", "t3"]
    hidden = shown.iloc[1:]
    assert hidden[["votes", "points", "cumulative_share", "rank"]].isna().all(axis=None)
    assert shown["band"].tolist() == ["top", "", ""]
    assert shown["rank"].iloc[0] == 2


def test_a_publishable_is_not_made_by_hand_and_not_changed_afterwards() -> None:
    frame = results([result_row("success_rate", 50, 0.5)])
    with pytest.raises(TypeError, match="publish only"):
        Publishable(frame, 10, object())
    published = publish(frame, SETTINGS)
    theirs = published.frame
    theirs.loc[0, "estimate"] = 0.9
    assert published.frame.estimate[0] == 0.5
    assert frame.estimate[0] == 0.5


def test_a_frame_without_the_agreed_columns_is_refused() -> None:
    with pytest.raises(ValueError, match="no column measure"):
        publish(pd.DataFrame({"x": [1]}), SETTINGS)


def test_where_keeps_what_was_asked() -> None:
    rows = [result_row("a", 20, 0.1), result_row("b", 20, 0.2), result_row("c", 20, 0.3)]
    assert publish(results(rows), SETTINGS).where(measure=["a", "c"]).frame.measure.tolist() == ["a", "c"]
