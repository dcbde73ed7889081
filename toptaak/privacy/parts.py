"""Which shares of one whole stay hidden: endings of attempts, reasons, steps, themes, votes.

A share of which few people are on one side tells about those few. Where the shares of one whole add up, what is
hidden would follow from the rest as well: then the smallest that is shown is hidden beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

import numpy as np
import pandas as pd

from toptaak.kpi.measures import CATALOGUE
from toptaak.privacy.cells import (
    CellLimits,
    Counts,
    Hidden,
    completed_lines,
    completed_table,
    small_counts,
    small_sides,
)

# measures whose rows add up to one whole, and the column that names the part
PARTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "failure_reason_share": "reason",
        "end_point_share": "outcome",
        "stalled_share": "step",
        "channel_flow": "to_channel",
        "vote_share": "task_id",
        "vote_reach": "task_id",
    }
)
# columns of a frame whose estimates are no share of its own n (differences, points of a control chart), or of the whole
# vote: that few of all voters chose a task tells of nobody, and a ranking of tasks needs all of them
_OTHERWISE: Final = ("reference", "week", "votes")


def is_share(measure: str) -> bool:
    """Tell whether a measure counts people on two sides.

    Examples
    --------
    >>> is_share("success_rate"), is_share("attempt_time"), is_share("channel_flow")
    (True, False, True)
    """
    return measure in PARTS or (measure in CATALOGUE and CATALOGUE[measure].scale == "proportion")


def counted(frame: pd.DataFrame) -> tuple[Counts, Counts]:
    """Give for each row how many people its share is of, and how many of them are on one side; 0 where none is told.

    The share of votes is not a share of voters.
    """
    n = frame["n"].fillna(0).to_numpy(float)
    if any(name in frame for name in _OTHERWISE):
        return np.zeros_like(n), np.zeros_like(n)
    of_people = frame["measure"].map(is_share).to_numpy(bool)
    ones = np.round(n * frame["estimate"].fillna(0).to_numpy(float), 6)
    of_people = of_people & (frame["measure"] != "vote_share").to_numpy()
    counts = of_people & frame["estimate"].notna().to_numpy()
    return np.where(counts, n, 0), np.where(counts, ones, 0)


def few_on_a_side(frame: pd.DataFrame, limits: CellLimits) -> Hidden:
    """Tell which rows are a share of which few people are on one side."""
    return small_sides(*counted(frame), limits)


def told_by_the_rest(frame: pd.DataFrame, hidden: Hidden, limits: CellLimits) -> Hidden:
    """Add the rows that, with the other parts of their whole, would give a hidden part back.

    Examples
    --------
    Of 60 attempts 3 ended in giving up: the smallest other ending is hidden with it.

    >>> from toptaak.core.results import result_row, results
    >>> ends = {"completed": 42, "failed": 15, "gave_up": 3}
    >>> frame = results([result_row("end_point_share", 60, count / 60, outcome=name) for name, count in ends.items()],
    ...     ["outcome"])
    >>> told_by_the_rest(frame, few_on_a_side(frame, CellLimits()), CellLimits()).tolist()
    [False, True, True]
    """
    hidden = hidden.copy()
    ones = counted(frame)[1]
    names = [str(name) for name in frame.columns[: frame.columns.get_loc("measure")]]
    for measure, column in PARTS.items():
        own = (frame["measure"] == measure).to_numpy()
        if column not in names or not (own & hidden).any():
            continue
        others = [name for name in names if name != column]
        for rows in _lines(frame[own], others):
            line = ones[rows][None, :]
            full = completed_lines(hidden[rows][None, :], [line], [line.sum(axis=1)], limits.side, line)
            hidden[rows] = full[0]
    return hidden


def completed_along(frame: pd.DataFrame, column: str, hidden: Hidden, limits: CellLimits) -> Hidden:
    """Add the rows whose n, with the total of all groups of a column, would give a hidden n back.

    Examples
    --------
    >>> from toptaak.core.results import result_row, results
    >>> rows = [result_row("theme_share", n, 0.5, task_id=task) for task, n in {"t1": 60, "t2": 30, "t3": 4}.items()]
    >>> frame = results(rows, ["task_id"])
    >>> completed_along(frame, "task_id", small_counts(frame["n"].to_numpy(float), CellLimits()), CellLimits()).tolist()
    [False, True, True]
    """
    hidden, n = hidden.copy(), frame["n"].fillna(0).to_numpy(float)
    rows = frame.assign(place=np.arange(len(frame)), few=small_counts(n, limits) | hidden, n=n)
    for _, line in rows.groupby("measure", sort=False):
        groups = line.groupby(column, sort=False, observed=True).agg(n=("n", "max"), few=("few", "all"))
        counts = groups["n"].to_numpy(float)[None, :]
        few = groups["few"].to_numpy(bool)[None, :]
        full = completed_lines(few, [counts], [counts.sum(axis=1)], limits.count, counts)[0]
        hidden[line["place"].to_numpy()] |= line[column].isin(groups.index[full]).to_numpy()
    return hidden


def crossed(votes: Counts, voters: Counts, whole: Counts, whole_hidden: Hidden, limits: CellLimits) -> Hidden:
    """Tell which votes of groups of voters stay hidden, where the votes of all of them together are shown.

    Parameters
    ----------
    votes
        Tasks × groups.
    voters
        Voters of each group; for each task where not all tasks were shown to everybody.
    whole, whole_hidden
        Votes of each task of all voters, and whether they are hidden.

    Examples
    --------
    One group gave 3 votes to the second task: the smallest rectangle of votes is hidden with them.

    >>> votes = np.array([[40.0, 30], [20, 3], [60, 50]])
    >>> crossed(votes, np.array([200.0, 100]), votes.sum(axis=1), np.zeros(3, bool), CellLimits()).tolist()
    [[True, True], [True, True], [False, False]]
    """
    of_voters = np.broadcast_to(voters, votes.shape)
    hidden = small_sides(of_voters, votes, limits) & (votes > 0) | (whole_hidden[:, None] & (votes > 0))
    rest = np.where(whole_hidden, 1e9, np.clip(whole - votes.sum(axis=1), 0, None))
    framed = np.pad(np.column_stack([votes, rest]), ((0, 1), (0, 0)))
    loose = np.zeros(framed.shape, dtype=bool)
    loose[:, -1] = framed[:, -1] > 0
    start = np.pad(hidden, ((0, 1), (0, 1)))
    return completed_table(start, [framed], limits.side, np.where(loose, 0, framed), loose)[:-1, :-1]


def _lines(rows: pd.DataFrame, names: Sequence[str]) -> list[np.ndarray]:
    """Give the places of the rows of each whole; rows are numbered from 0."""
    if not names:
        return [rows.index.to_numpy()]
    return [np.asarray(line.index) for _, line in rows.groupby(list(names), sort=False, observed=True)]
