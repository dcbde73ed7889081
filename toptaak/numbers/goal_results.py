"""How KPIs and goals stand: the report's own published numbers, looked up per KPI, task and channel.

Nothing is measured anew here, so that a poster, a view and the report never differ.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import pandas as pd

from toptaak.core.results import ALL, NOT_MEASURABLE, RESULT_COLUMNS, result_row, results, stack
from toptaak.governance.goals import Goal, goal_status
from toptaak.kpi.measures import CATALOGUE
from toptaak.numbers.quarter import Source
from toptaak.privacy.disclosure import Publishable, publish

GROUP: Final = ("task_id", "channel")
Wanted = tuple[str, str, str]


def measured(source: Source, wanted: Iterable[Wanted]) -> pd.DataFrame:
    """Put the published results under each other that hold these KPIs; one row is a KPI, task and channel."""
    # last the measures whose table is missing: they stand there as a total over all quarters, with the reason
    parts = [source.now, source.by_task, source.by_channel, source.by_quarter.where(quarter=ALL)]
    if any(task != ALL and channel != ALL for _, task, channel in wanted):
        parts.insert(0, source.by_task_and_channel)
    frames = [rows.frame.drop(columns="quarter", errors="ignore") for rows in parts]
    frame = stack(frames, GROUP)
    return frame.drop_duplicates([*GROUP, "measure"], ignore_index=True)


def kpi_results(source: Source, wanted: Iterable[Wanted]) -> Publishable:
    """Give one row per KPI, task and channel, in this order; what was never measured says so.

    Examples
    --------
    >>> from pathlib import Path
    >>> from toptaak.core.municipalities import find
    >>> from toptaak.core.periods import Quarter
    >>> from toptaak.core.settings import Settings
    >>> town, quarter = find("GM9901"), Quarter(2026, 3)
    >>> empty = Source(town, quarter, "en", {}, Settings(), pd.DataFrame())
    >>> kpi_results(empty, [("success_rate", "_all", "_all")]).frame["note"].tolist()
    ['not measurable: the table is missing']
    """
    names = list(wanted)
    by_measure = {
        (row["measure"], row["task_id"], row["channel"]): row for row in measured(source, names).to_dict("records")
    }
    rows = [_row(by_measure.get(kpi), kpi) for kpi in names]
    return publish(results(rows, GROUP), source.settings)


def _row(result: Mapping[Any, Any] | None, wanted: Wanted) -> dict[str, object]:
    kpi, task, channel = wanted
    group = {"task_id": task, "channel": channel}
    if result is None:
        return group | result_row(kpi, note=NOT_MEASURABLE)
    return group | {name: result[name] for name in RESULT_COLUMNS} | {"n": 0 if pd.isna(result["n"]) else result["n"]}


def goal_results(source: Source, goals: Iterable[Goal]) -> Publishable:
    """Judge goals by the published results of the quarter: one row is a goal, with the extension `goal`.

    A result that is hidden leaves its goal undecided.
    """
    listed = list(goals)
    frame = measured(source, [(goal.kpi, goal.task, goal.channel) for goal in listed])
    counted = frame.assign(n=frame["n"].fillna(0).astype("int64"))
    judged = goal_status(listed, counted, source.quarter.end, CATALOGUE, source.settings.minimum_n)
    return publish(judged, source.settings)
