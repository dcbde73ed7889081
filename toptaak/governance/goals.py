"""Goals of a team, and whether it is getting there: judged by the interval, never by the point alone."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated, Any, Final

import pandas as pd
from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core.core_schema import ValidationInfo

from toptaak.core.model_faults import refusal
from toptaak.core.results import ALL, NOT_MEASURABLE, RESULT_COLUMNS, TOO_FEW, result_row, results
from toptaak.core.wording import Message, message
from toptaak.governance.fields import KnownMeasure, Kpi, Owner, TaskId, Text, world_of

SMART_CODE: Final = "TT-721"
# what a goal must have to be one
SMART: Final[Mapping[str, Message]] = MappingProxyType(
    {
        "kpi": message("a goal that names its KPI (specific)"),
        "target": message("a goal with a number (measurable)"),
        "owner": message("a goal with an owner (assigned)"),
        "deadline": message("a goal with a date (bound in time)"),
    }
)
_RANGE: Final = MappingProxyType(
    {"ratio": (0.0, 1.0), "points": (-1.0, 1.0), "seconds": (0.0, math.inf), "count": (0.0, math.inf)}
)
_GROUP: Final = ("task_id", "channel")


class GoalStatus(StrEnum):
    """How a goal stands."""

    REACHED = "reached"
    ON_COURSE = "on_course"
    BEHIND = "behind"
    UNDECIDED = "undecided"


STATUS_WORDS: Final[Mapping[GoalStatus, Message]] = MappingProxyType(
    {
        GoalStatus.REACHED: message("goal reached"),
        GoalStatus.ON_COURSE: message("on course"),
        GoalStatus.BEHIND: message("behind"),
        GoalStatus.UNDECIDED: message("undecided"),
    }
)
NO_BASELINE: Final = "no baseline: the course is unknown"
TOO_WIDE: Final = "the interval holds both the baseline and the target"
NOT_DECIDED_AT_DEADLINE: Final = "the interval holds the target"


def _in_unit(value: float, info: ValidationInfo) -> float:
    """Check a baseline or target against the unit of its KPI."""
    world = world_of(info)
    known = world.measures.get(info.data.get("kpi", "")) if world else None
    low, high = _RANGE.get(known.unit, (-math.inf, math.inf)) if known else (-math.inf, math.inf)
    if not low <= value <= high:
        expected = message("a number from {low} to {high}", low=low, high=high)
        raise refusal("TT-723", expected, message("Write 85% as 0.85, and a time in seconds."))
    return value


def _better_than_baseline(target: float, info: ValidationInfo) -> float:
    """Refuse a target that lies on the wrong side of the baseline: nobody strives for worse."""
    world = world_of(info)
    known = world.measures.get(info.data.get("kpi", "")) if world else None
    baseline = info.data.get("baseline")
    if known is None or baseline is None or known.direction == "none":
        return target
    if (target - baseline) * (1 if known.direction == "higher" else -1) < 0:
        expected = message("a target that is not worse than the baseline")
        raise refusal("TT-723", expected, message("Check baseline and target of this KPI."))
    return target


def _after_start(deadline: dt.date, info: ValidationInfo) -> dt.date:
    start = info.data.get("start")
    if start is not None and deadline <= start:
        raise refusal("TT-722", message("a deadline after the start"), message("Check both dates."))
    return deadline


Amount = Annotated[float, Field(allow_inf_nan=False), AfterValidator(_in_unit)]
Deadline = Annotated[dt.date, AfterValidator(_after_start)]


class Goal(BaseModel):
    """A team's goal: which KPI, from where to where, by when, and the role that answers for it.

    Attributes
    ----------
    text : str
        The goal as people say it.
    kpi : str
        Measure of the catalogue.
    task, channel : str
        What it is measured on; `_all` for all together.
    owner : str
        One role, never a person's name.
    start : date, optional
        Day of the baseline.
    baseline, target : float
        In the unit of the KPI: a ratio is 0-1, a time is seconds.
    deadline : date

    Examples
    --------
    >>> goal = Goal(text="More movers succeed", kpi="success_rate", owner="Top-task manager",
    ...             start=dt.date(2026, 1, 1), baseline=0.7, target=0.8, deadline=dt.date(2026, 12, 31))
    >>> round(goal.path(dt.date(2026, 7, 2)), 3)
    0.75
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    text: Text
    kpi: Kpi
    task: TaskId = ALL
    channel: str = ALL
    owner: Owner
    start: dt.date | None = None
    baseline: Amount | None = None
    target: Annotated[Amount, AfterValidator(_better_than_baseline)]
    deadline: Deadline

    def path(self, day: dt.date) -> float | None:
        """Give the value on the straight path from baseline to target; None without start and baseline."""
        if self.start is None or self.baseline is None:
            return None
        # a canvas may give a start that its goal left out, on the very day of the deadline
        share = (day - self.start).days / max(1, (self.deadline - self.start).days)
        return self.baseline + (self.target - self.baseline) * min(1.0, max(0.0, share))

    def rises(self, known: KnownMeasure | None = None) -> bool | None:
        """Tell whether higher is better: by the catalogue, else from baseline to target; None if unknown."""
        if known is not None and known.direction != "none":
            return known.direction == "higher"
        if self.baseline is None or self.baseline == self.target:
            return None
        return self.target > self.baseline


def smart_gaps(entry: Mapping[str, Any]) -> list[Message]:
    """Say what an entry lacks to be a SMART goal; empty where nothing is missing.

    Specific: it names a KPI. Measurable: a number. Assigned: an owner. Bound in time: a date. Whether it is
    realistic is for people to judge.

    Examples
    --------
    >>> [gap.say("en") for gap in smart_gaps({"kpi": "success_rate", "owner": "Manager"})]
    ['a goal with a number (measurable)', 'a goal with a date (bound in time)']
    """
    return [gap for name, gap in SMART.items() if entry.get(name) in (None, "", [])]


def status(
    goal: Goal, low: float, high: float, on: dt.date, known: KnownMeasure | None = None
) -> tuple[GoalStatus, str]:
    """Judge a goal by the interval of its KPI; the second value is the reason where it is undecided.

    * reached: the whole interval lies at or beyond the target;
    * behind: the whole interval falls short of the path on that day (of the target, from the deadline on);
    * on course: neither, so the interval is compatible with the straight path from baseline to target;
    * undecided: no interval, no baseline, an interval that holds both baseline and target (it would agree
      with any course), or, from the deadline on, an interval that holds the target.

    Parameters
    ----------
    low, high
        Limits of the interval of the KPI, in its unit.
    on
        The day the interval speaks of: the last day of the quarter.

    Examples
    --------
    >>> goal = Goal(text="More movers succeed", kpi="success_rate", owner="Top-task manager",
    ...             start=dt.date(2026, 1, 1), baseline=0.7, target=0.8, deadline=dt.date(2026, 12, 31))
    >>> on = dt.date(2026, 9, 30)
    >>> [str(status(goal, low, high, on)[0]) for low, high in ((0.74, 0.79), (0.68, 0.73), (0.6, 0.9))]
    ['on_course', 'behind', 'undecided']
    """
    rises = goal.rises(known)
    if rises is None or not (math.isfinite(low) and math.isfinite(high)):
        return GoalStatus.UNDECIDED, NOT_MEASURABLE
    sign = 1 if rises else -1
    worst, best = sorted((sign * low, sign * high))
    target = sign * goal.target
    if worst >= target:
        return GoalStatus.REACHED, ""
    if on >= goal.deadline:
        return (GoalStatus.BEHIND, "") if best < target else (GoalStatus.UNDECIDED, NOT_DECIDED_AT_DEADLINE)
    path = goal.path(on)
    if path is None or goal.baseline is None:
        return GoalStatus.UNDECIDED, NO_BASELINE
    if best < sign * path:
        return GoalStatus.BEHIND, ""
    if worst <= sign * goal.baseline and best >= target:
        return GoalStatus.UNDECIDED, TOO_WIDE
    return GoalStatus.ON_COURSE, ""


def goal_status(
    goals: Iterable[Goal],
    measured: pd.DataFrame,
    on: dt.date,
    measures: Mapping[str, KnownMeasure] = MappingProxyType({}),
    minimum_n: int = 10,
) -> pd.DataFrame:
    """Judge every goal by the results of the quarter.

    Parameters
    ----------
    goals
        Goals of one municipality.
    measured
        Result frame of the quarter of that municipality, by `task_id` and `channel` as far as measured; an
        absent column means `_all`.
    on
        Last day of the quarter.
    measures
        The catalogue, for the direction of each KPI.
    minimum_n
        Below this n a goal stays undecided: its status would give the number away.

    Returns
    -------
    DataFrame
        Result frame by `task_id` and `channel` with the extension `goal`; one row is a goal, in the order
        given.

    Raises
    ------
    ValueError
        where `measured` holds more than one row for a goal.
    """
    columns = {name: ALL for name in _GROUP if name not in measured.columns}
    frame = measured.assign(**columns)
    rows = [_judged(goal, frame, on, measures.get(goal.kpi), minimum_n) for goal in goals]
    return results(rows, _GROUP, "goal")


def _judged(
    goal: Goal, frame: pd.DataFrame, on: dt.date, known: KnownMeasure | None, minimum_n: int
) -> dict[str, object]:
    same = {"measure": goal.kpi, "task_id": goal.task, "channel": goal.channel}
    rows = frame[(frame[list(same)] == list(same.values())).all(axis=1)]
    if len(rows) > 1:
        raise ValueError(f"several results for one goal: {goal.kpi}, {goal.task}, {goal.channel}")
    path = goal.path(on)
    more: dict[str, object] = {
        "task_id": goal.task,
        "channel": goal.channel,
        "goal": goal.text,
        "baseline": math.nan if goal.baseline is None else goal.baseline,
        "target": goal.target,
        "path": math.nan if path is None else path,
        "deadline": goal.deadline,
        "owner": goal.owner,
    }
    if rows.empty:
        return more | result_row(goal.kpi, note=NOT_MEASURABLE) | {"status": str(GoalStatus.UNDECIDED)}
    row = rows.iloc[0]
    verdict, why = status(goal, row["ci_low"], row["ci_high"], on, known)
    if row["n"] < minimum_n:
        verdict, why = GoalStatus.UNDECIDED, TOO_FEW
    base = {name: row[name] for name in RESULT_COLUMNS}
    return more | base | {"note": row["note"] or why, "status": str(verdict)}
