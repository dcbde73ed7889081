"""Did a change help? Numbers per week before and after it, and weekly measures with an interrupted trend.

Table `interventions`: one row is one change that was made. A difference after a change is not yet an effect of
it; what else changed at the same time counts as well.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

import numpy as np
import pandas as pd

from toptaak.core.periods import iso_week, week_column, week_places
from toptaak.core.results import ALL, NO_SPREAD, TOO_FEW, by_group, result_row, results
from toptaak.core.settings import Settings
from toptaak.kpi.declaration import Direction
from toptaak.kpi.measures import declaration
from toptaak.kpi.summaries import with_period
from toptaak.stats.counts import dispersion, rate_ratio
from toptaak.stats.segmented import MINIMUM_PER_SIDE, Effect, interrupted_series

OVERLAP: Final = "another change fell in the same weeks"
WEEKS_PER_SIDE: Final = 26
LEAST_WEEKS: Final = 4
HARDLY_EVER: Final = 0.001

# What stands in the column `verdict` of a change in numbers, for people.
CHANGE_VERDICTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "fewer": "demonstrably fewer",
        "more": "demonstrably more",
        "no_difference": "no demonstrable difference",
        "goal_met": "goal demonstrably met",
        "goal_not_met": "goal demonstrably not met",
        "undecided": "cannot be said yet",
        "too_few": "too few observations",
    }
)
# What stands in the column `effect` of an interrupted series, for people.
EFFECTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "level": "jump at the change",
        "slope": "change of the trend per week",
        "end": "distance to the old trend in the last week",
    }
)


def weekly_counts(table: pd.DataFrame, by: Sequence[str] = ()) -> pd.DataFrame:
    """Count rows per week, weeks without any included, weeks without a log left out.

    Returns
    -------
    One row per group and ISO week that lies wholly within the days of the table: the columns of `by`, `week` and
    `count`. Rows are dated by `date`, or by `started_at` or `at` where there is none. A week in which nothing at all
    was recorded (in the municipality, where that is a group column) is missing, not 0, where chance would leave it
    empty less than once in a thousand weeks: then nobody kept the log.

    Examples
    --------
    >>> days = pd.to_datetime(["2026-09-28", "2026-10-05", "2026-10-06", "2026-10-18"])
    >>> weekly_counts(pd.DataFrame({"date": days}))["count"].tolist()
    [1, 2, 1]
    """
    dated = with_period(table, ["week", *by]).dropna(subset=["week", *by])
    weeks = pd.Series(_whole_weeks(table), dtype=object)
    counts = dated.groupby([*by, "week"], observed=True).size()
    groups = dated[list(by)].drop_duplicates()
    every = groups.merge(pd.DataFrame({"week": weeks}), how="cross") if by else pd.DataFrame({"week": weeks})
    weekly = counts.rename("count").reset_index()
    filled = every.merge(weekly, on=[*by, "week"], how="left").fillna({"count": 0}).astype({"count": "int64"})
    return filled[~_unrecorded(filled, by)].sort_values([*by, "week"], ignore_index=True)


def _unrecorded(counts: pd.DataFrame, by: Sequence[str]) -> pd.Series:
    """Tell of each row whether nothing was recorded in its week that would otherwise hardly be empty."""
    town = [name for name in by if name == "municipality"]
    whole = counts.groupby([*town, "week"], observed=True)["count"].transform("sum")
    filled = counts.assign(whole=whole).drop_duplicates([*town, "week"])
    filled = filled[filled["whole"] > 0]
    usual = (
        counts[town].merge(filled.groupby(town)["whole"].mean().reset_index(), "left", town)["whole"]
        if town
        else (pd.Series(filled["whole"].mean(), index=counts.index))
    )
    return (whole == 0) & (np.exp(-usual.to_numpy()) < HARDLY_EVER)


def _whole_weeks(table: pd.DataFrame) -> list[str]:
    dated = next(name for name in ("date", "started_at", "at") if name in table.columns)
    days = table[dated].dropna()
    if days.empty:
        return []
    first, last = days.min().date(), days.max().date()
    monday = first + dt.timedelta(days=-first.weekday() % 7)
    number = ((last - monday).days + 1) // 7
    return [iso_week(monday + dt.timedelta(weeks=week)) for week in range(number)]


def rate_change(
    counts: pd.DataFrame,
    change: dt.date,
    by: Sequence[str] = (),
    settings: Settings | None = None,
    *,
    weeks: int = WEEKS_PER_SIDE,
    goal: float | None = None,
) -> pd.DataFrame:
    """Compare numbers per week after a change with those before it.

    Parameters
    ----------
    counts
        Output of `weekly_counts`.
    change
        Day of the change; its own week counts on neither side.
    weeks
        Most weeks taken on each side.
    goal
        Ratio one wants to reach, such as 0.5 for halving.

    Returns
    -------
    Result frame with the extension `change`, one row per group. `estimate`: number per week after divided by
    before; `n`, `reference_n`: the numbers themselves; `reference_estimate`: number per week before. Exact
    conditional interval, widened where the weeks scatter more than chance allows. `verdict`: `fewer`, `more`
    or `no_difference`; with a goal `goal_met`, `goal_not_met` or `undecided`; `too_few` with fewer than four
    weeks on a side or fewer than the smallest n before the change.

    Examples
    --------
    >>> weeks = [f"2026W{week:02d}" for week in range(1, 22)]
    >>> counts = pd.DataFrame({"week": weeks, "count": [20] * 10 + [15] + [8] * 10})
    >>> row = rate_change(counts, dt.date(2026, 3, 11), goal=0.5).iloc[0]
    >>> float(row.estimate), round(float(row.ci_low), 3), round(float(row.ci_high), 3), row.verdict
    (0.4, 0.305, 0.521, 'undecided')
    """
    settings = settings or Settings()
    turn = iso_week(change)

    def compared(group: pd.DataFrame) -> Iterable[dict[str, object]]:
        before = group.loc[group["week"] < turn, "count"].to_numpy()[-weeks:]
        after = group.loc[group["week"] > turn, "count"].to_numpy()[:weeks]
        n, reference_n = int(after.sum()), int(before.sum())
        per_week = reference_n / len(before) if len(before) else np.nan
        common = {"reference": turn, "reference_estimate": per_week, "reference_n": reference_n}
        if min(len(before), len(after)) < LEAST_WEEKS or reference_n < settings.minimum_n:
            yield result_row("rate_ratio", n, note=TOO_FEW) | common | {"verdict": "too_few"}
            return
        scatter = np.nanmean([dispersion(before), dispersion(after)])
        ratio, low, high, p_value = rate_ratio(
            n, len(after), reference_n, len(before), settings.confidence, float(scatter)
        )
        row = result_row("rate_ratio", n, ratio, low, high, "poisson_exact")
        yield row | common | {"p_value": p_value, "verdict": _verdict(low, high, goal)}

    ordered = counts.sort_values("week")
    return results(by_group(ordered, by, compared), by, extension="change")


def _verdict(low: float, high: float, goal: float | None) -> str:
    if goal is None:
        return "fewer" if high < 1 else "more" if low > 1 else "no_difference"
    return "goal_met" if high <= goal else "goal_not_met" if low > goal else "undecided"


def interrupted(
    weekly: pd.DataFrame, change: dt.date, by: Sequence[str] = (), settings: Settings | None = None
) -> pd.DataFrame:
    """Tell how weekly measures jumped, and how their trend turned, at a change.

    Parameters
    ----------
    weekly
        Result frame with a column `week`, as `measure_all(tables, [*by, "week"])` gives it. Weeks without an
        estimate, or without a row, stay missing: time goes on in them.
    change
        Day of the change; its week is the first of the new series.

    Returns
    -------
    Result frame with the column `effect` (`level`, `slope`, `end`: see `EFFECTS`) and the extension `change`;
    one row per group, measure and effect, in the unit of the measure. `n`: weeks after the change;
    `reference_n`: weeks before. `verdict`: `better` or `worse` where the interval leaves zero out (`changed`
    where neither way is better), else `no_difference`; `too_few` with fewer than eight weeks on a side.
    """
    settings = settings or Settings()
    turn = iso_week(change)

    def effects(points: pd.DataFrame) -> Iterable[dict[str, object]]:
        name = str(points["measure"].iloc[0])
        known = points.dropna(subset="estimate").sort_values("week")
        start = int((known["week"] < turn).sum())
        n = len(known) - start
        places = week_places([*known["week"], turn])
        common = {"reference": turn, "reference_n": start}
        if min(start, n) < MINIMUM_PER_SIDE:
            for effect in EFFECTS:
                yield result_row(name, n, note=TOO_FEW) | common | {"effect": effect, "verdict": "too_few"}
            return
        series = np.full(places[:-1].max() + 1, np.nan)
        series[places[:-1]] = known["estimate"].to_numpy(dtype=np.float64)
        series_effects = interrupted_series(series, int(places[-1]), settings.confidence)
        for effect in EFFECTS:
            change: Effect = getattr(series_effects, effect)
            note = NO_SPREAD if np.isnan(change.low) else ""
            row = result_row(name, n, change.estimate, change.low, change.high, "" if note else "segmented_ar1", note)
            yield row | common | {"effect": effect, "verdict": _turned(change, declaration(name).direction)}

    rows = by_group(weekly, [*by, "measure"], effects)
    return results(rows, [*by, "effect"], extension="change")


def _turned(effect: Effect, direction: Direction) -> str:
    if not (effect.low > 0 or effect.high < 0):
        return "no_difference"
    if direction == "none":
        return "changed"
    return "better" if (effect.estimate > 0) == (direction == "higher") else "worse"


def effects_of_interventions(
    interventions: pd.DataFrame,
    counts: pd.DataFrame,
    settings: Settings | None = None,
    *,
    weeks: int = WEEKS_PER_SIDE,
    goal: float | None = None,
) -> pd.DataFrame:
    """Compare numbers before and after each change that was made.

    Parameters
    ----------
    interventions
        Checked table; a change without a task concerns all tasks.
    counts
        `weekly_counts(table, ["municipality", "task_id"])`.

    Returns
    -------
    As `rate_change`, one row per change, with municipality, task_id (`_all` where it concerns all), date and
    label. The note says where another change fell in the same weeks.
    """
    by = ["municipality", "task_id", "date", "label"]
    records: list[dict[Any, Any]] = interventions.to_dict("records")
    rows: list[dict[str, object]] = []
    for change in records:
        weekly = counts[_concerns(counts, change)].groupby("week", as_index=False).agg(count=("count", "sum"))
        compared = rate_change(weekly, change["date"].date(), (), settings, weeks=weeks, goal=goal)
        row: dict[Any, Any] = compared.to_dict("records")[0]
        overlap = any(_overlap(change, other, weeks) for other in records if other is not change)
        row["note"] = row["note"] or (OVERLAP if overlap else "")
        rows.append(row | {name: change[name] for name in by} | {"task_id": _task(change) or ALL})
    return results(rows, by, extension="change")


def _task(change: Mapping[str, Any]) -> str | None:
    task = change.get("task_id")
    return None if task is None or pd.isna(task) else str(task)


def _concerns(counts: pd.DataFrame, change: Mapping[str, Any]) -> pd.Series:
    same: pd.Series = counts["municipality"] == change["municipality"]
    return same if _task(change) is None else same & (counts["task_id"] == _task(change))


def _overlap(change: Mapping[str, Any], other: Mapping[str, Any], weeks: int) -> bool:
    """Tell whether two changes concern the same task, or all tasks, and fell within the weeks compared."""
    shared = None in (_task(change), _task(other)) or _task(change) == _task(other)
    near = abs(change["date"] - other["date"]) <= pd.Timedelta(weeks=weeks)
    return bool(change["municipality"] == other["municipality"] and shared and near)


def markers(interventions: pd.DataFrame, weeks: Sequence[str]) -> pd.DataFrame:
    """List the changes that fall in these weeks, to mark them in a trend: columns week, date and label."""
    dated = interventions.assign(week=week_column(interventions["date"]))
    return dated.loc[dated["week"].isin(weeks), ["week", "date", "label"]].sort_values(["date", "label"])
