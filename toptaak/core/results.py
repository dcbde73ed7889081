"""The one shape in which numbers travel: a result frame.

One row per group and measure: group columns (`_all` for a total, never missing), then `RESULT_COLUMNS`.
Ratios are 0-1, times are seconds, nothing is rounded. What the data cannot say is missing with a reason in
`note`: not measurable is not zero.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

import pandas as pd

ALL: Final = "_all"
RESULT_COLUMNS: Final = ("measure", "n", "estimate", "ci_low", "ci_high", "method", "note")

# Named extensions: more columns, same base.
EXTENSIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "weighted": ("n_eff",),
    "ranking": ("votes", "points", "rank", "cumulative_share", "band"),
    "rank_set": ("rank", "rank_low", "rank_high"),
    "change": ("reference", "reference_estimate", "reference_n", "p_value", "verdict"),
    "series": (
        "week",
        "centre",
        "limit_low",
        "limit_high",
        "signal",
        "judgement",  # improvement, concern or neutral where there is a signal
        "phase",  # 0, 1, …: a rebase date starts a new one
        "assurance",  # of the last phase against the target
    ),
    "survival": ("time", "at_risk"),
    "goal": ("goal", "baseline", "target", "path", "deadline", "owner", "status"),
    "wish": (
        "rank",
        "asked_by",
        "effect",
        "effort_hours",
        "proposal",
        "reason",
        "alternative",
        "decision",
        "decided_on",
        "decided_by",
        "decided_reason",
        "decided_alternative",
    ),
    "surge": ("week", "weeks", "expected", "p_value", "adjusted_p", "signal", "first_seen"),
    "trial": (
        "hypothesis",
        "start",
        "end",
        "smallest_effect",
        "needed_n",  # per group
        "proposal",
        "reason",
        "decision",
        "decided_on",
        "decided_by",
    ),
    "drivers": ("owner",),
    "priority": (
        "vote_share",
        "vote_low",
        "vote_high",
        "target",
        "shortfall",  # vote share × distance to the target; below zero where it is reached
        "shortfall_low",
        "shortfall_high",
        "verdict",
    ),
    "effort": ("hours", "hours_share", "verdict"),
    "comparison": (
        "centre",
        "chance_low",  # limits of chance alone
        "chance_high",
        "limit_low",  # limits of chance and the usual differences
        "limit_high",
        "signal",
        "shrunken",
        "shrunken_low",
        "shrunken_high",
    ),
}

# Reasons, as source texts of the catalogue (`locale/nl.po`); a report translates them.
NOT_MEASURABLE: Final = "not measurable"
NO_VERIFIED: Final = "not measurable: verified success is not recorded"
NO_BELIEVED: Final = "not measurable: believed success is not recorded"
NO_TABLE: Final = "not measurable: the table is missing"
NO_OBSERVATIONS: Final = "no observations"
ONE_OBSERVATION: Final = "one observation: no interval"
ONE_PERSON: Final = "all observations are of one person: no interval"
ONE_WEEK: Final = "all observations are of one week: no interval"
NO_SPREAD: Final = "all observations equal: no interval"
ONE_ROW_PER_CASE: Final = "not measurable: each case has one row, so that later contacts are not seen"
NO_RETURN: Final = "not measurable: no customer or case occurs twice, so that nobody can be seen to come back"
ONE_CHANNEL: Final = "not measurable: contacts through one channel only were recorded"
CASE_DATES: Final = "not measurable: these are the dates of cases, not the times of contacts"
POOLED_WORDINGS: Final = "not measurable: several question wordings under one name"
TOO_FEW: Final = "too few observations"


def result_row(
    measure: str,
    n: float = 0,
    estimate: float = float("nan"),
    ci_low: float = float("nan"),
    ci_high: float = float("nan"),
    method: str = "",
    note: str = "",
    **more: object,
) -> dict[str, object]:
    """Make one row; `more` holds the columns of an extension."""
    base = (measure, n, estimate, ci_low, ci_high, method, note)
    return dict(zip(RESULT_COLUMNS, base, strict=True)) | more


def results(rows: Iterable[Mapping[str, object]], by: Sequence[str] = (), extension: str | None = None) -> pd.DataFrame:
    """Put rows into a result frame with its columns in the agreed order.

    Examples
    --------
    >>> row = result_row("success_rate", 20, 0.8, 0.58, 0.92, "wilson", channel="web")
    >>> frame = results([row], ["channel"])
    >>> list(frame.columns)[:3], int(frame.n[0])
    (['channel', 'measure', 'n'], 20)
    """
    columns = [*by, *RESULT_COLUMNS, *(EXTENSIONS[extension] if extension else ())]
    frame = pd.DataFrame(list(rows), columns=columns)
    return frame.astype({"n": "int64", "estimate": "float64", "ci_low": "float64", "ci_high": "float64"})


def by_group(
    table: pd.DataFrame, by: Sequence[str], measure: Callable[[pd.DataFrame], Iterable[Mapping[str, object]]]
) -> list[dict[str, object]]:
    """Apply `measure` to the whole table or to each group; rows get the group's columns.

    A group with a missing key belongs to no group: it counts in a total and nowhere else.

    Examples
    --------
    >>> table = pd.DataFrame({"channel": ["web", "web", "desk"]})
    >>> rows = by_group(table, ["channel"], lambda part: [result_row("count", len(part))])
    >>> [(row["channel"], row["n"]) for row in rows]
    [('desk', 1), ('web', 2)]
    """
    if not by:
        return [dict(row) for row in measure(table)]
    rows: list[dict[str, object]] = []
    for key, members in table.groupby(list(by), sort=True, observed=True, dropna=True):
        group = dict(zip(by, key, strict=True))
        rows.extend(group | dict(row) for row in measure(members))
    return rows


def is_results(frame: pd.DataFrame) -> bool:
    """Tell whether a frame has the columns of a result frame."""
    return set(RESULT_COLUMNS) <= set(frame.columns)


def is_observed(frame: pd.DataFrame) -> pd.Series:
    """Tell which rows rest on observations; where these are too few to be shown their number is missing.

    Examples
    --------
    >>> is_observed(pd.DataFrame({"n": pd.array([0, 40, None], "Int64")})).tolist()
    [False, True, True]
    """
    return (frame["n"].isna() | (frame["n"] > 0)).fillna(True).astype(bool)


def stack(frames: Iterable[pd.DataFrame], by: Sequence[str]) -> pd.DataFrame:
    """Put result frames of different grouping under each other; absent group columns become `_all`."""
    parts = [frame.assign(**{name: ALL for name in by if name not in frame.columns}) for frame in frames]
    if not parts:
        return results([], by)
    joined = pd.concat(parts, ignore_index=True)
    extra = [name for name in joined.columns if name not in by and name not in RESULT_COLUMNS]
    return joined[[*by, *RESULT_COLUMNS, *extra]]
