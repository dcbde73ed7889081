"""A few wrong rows, so that a report shows rows being set aside; each is listed in `truth/dirty_rows.csv`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd


@dataclass(frozen=True)
class DirtyRow:
    """A copy of a good row of example municipality `town` in which `column` holds the wrong `value`."""

    town: int
    table: str
    column: str
    value: Any
    why: str


DIRTY_ROWS = (
    DirtyRow(1, "attempts", "task_id", "T99", "unknown task"),
    DirtyRow(1, "attempts", "duration_s", -120.0, "negative duration"),
    DirtyRow(1, "ratings", "score", 11.0, "score outside the scale"),
    DirtyRow(
        1,
        "contacts",
        "ended_at",
        pd.Timestamp("2000-01-01", tz="Europe/Amsterdam"),
        "ended before it started",
    ),
    DirtyRow(1, "respondents", "municipality", "GM1234", "unknown municipality"),
    DirtyRow(1, "ballots", "respondent", "99999", "unknown respondent"),
    DirtyRow(1, "forms", "started", -3, "negative number"),
    DirtyRow(2, "attempts", "channel", "fax", "unknown channel"),
    DirtyRow(5, "contacts", "wait_s", -30.0, "negative waiting time"),
    DirtyRow(6, "channel_lists", "volume", -1, "negative number"),
)

# in a smaller table one wrong row would be more than intake lets pass
LEAST_ROWS = 40


def with_dirty_rows(table: str, town: int, frame: pd.DataFrame) -> tuple[pd.DataFrame, list[DirtyRow]]:
    """Put the wrong rows of this table and municipality under the good ones.

    Examples
    --------
    >>> frame, wrong = with_dirty_rows("forms", 1, pd.DataFrame({"form": ["a"] * 50, "started": [5] * 50}))
    >>> frame["started"].tolist()[-2:], wrong[0].why
    ([5, -3], 'negative number')
    """
    wrong = [row for row in DIRTY_ROWS if (row.table, row.town) == (table, town)] if len(frame) >= LEAST_ROWS else []
    copies = [frame.iloc[[0]].assign(**{row.column: row.value}) for row in wrong]
    return pd.concat([frame, *copies], ignore_index=True), wrong
