"""Board charts: is a measure changing, or does it vary as it always does?

XmR charts on weekly points; 13 weeks make a quarter. The arithmetic is that of `stats.control_chart`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

import numpy as np
import pandas as pd

from toptaak.core.periods import iso_week
from toptaak.core.results import EXTENSIONS, RESULT_COLUMNS
from toptaak.kpi.declaration import Direction
from toptaak.kpi.measures import declaration
from toptaak.kpi.target_values import target_of
from toptaak.stats.control_chart import Assurance, Limits, Signal, assurance, signals, xmr_limits

SHORT_SERIES: Final = "fewer than 13 points: the limits are provisional"
ENOUGH_POINTS: Final = 13

# What stands in the columns of a chart, for people.
SIGNALS: Final[Mapping[str, str]] = MappingProxyType(
    {
        Signal.OUTSIDE: "outside the limits",
        Signal.TREND: "seven points in a row in one direction",
        Signal.TWO_OF_THREE: "two of three points close to a limit",
        Signal.SHIFT: "seven points in a row on one side of the mean",
    }
)
JUDGEMENTS: Final[Mapping[str, str]] = MappingProxyType(
    {"improvement": "improvement", "concern": "point of concern", "neutral": "change"}
)
ASSURANCES: Final[Mapping[str, str]] = MappingProxyType(
    {
        Assurance.ALWAYS: "meets the target every time",
        Assurance.NEVER: "will not meet the target without a change",
        Assurance.SOMETIMES: "meets the target one time and misses it the next",
    }
)


def control_charts(
    weekly: pd.DataFrame,
    by: Sequence[str] = (),
    *,
    targets: pd.DataFrame | None = None,
    rebase: Iterable[dt.date] = (),
    screen: bool = True,
) -> pd.DataFrame:
    """Draw the lines of a control chart for each group and measure.

    Parameters
    ----------
    weekly
        Result frame with a column `week`, as `measure_all(tables, [*by, "week"])` gives it: one row is a week,
        a group and a measure. Weeks without an estimate stay in the chart as gaps and count nowhere.
    by
        Group columns other than the week.
    targets
        One row per target: measure, the columns of `by`, and target (`kpi.compare.targets_in_force`).
    rebase
        Days on which something changed for good: the limits start anew in the week of that day.
    screen
        Leave very large moving ranges out of the limits (NHSRplotthedots does, the NHS workbook does not).

    Returns
    -------
    Result frame with the extension `series`, one row per week, group and measure, in order of time.
    `estimate`, `n` and interval are those of the week. `signal`: `outside`, `trend`, `two_of_three`, `shift`
    or empty; `judgement`: `improvement`, `concern` or, where neither way is better, `neutral`; `assurance`
    (of the last phase): `consistent_pass`, `consistent_fail`, `inconsistent`, or empty without a target.
    Limits stay within what the unit allows.

    Examples
    --------
    >>> from toptaak.core.results import result_row
    >>> shares = [0.80, 0.82, 0.79, 0.81, 0.80, 0.78, 0.81, 0.80, 0.82, 0.79, 0.80, 0.81, 0.95]
    >>> weekly = pd.DataFrame(
    ...     [result_row("success_rate", 50, share, week=f"2026W{week:02d}") for week, share in enumerate(shares, 1)]
    ... )
    >>> control_charts(weekly).tail(1)[["week", "signal", "judgement"]].values.tolist()
    [['2026W13', 'outside', 'improvement']]
    """
    starts = sorted({iso_week(day) for day in rebase})
    columns = [*by, *RESULT_COLUMNS, *EXTENSIONS["series"]]
    charts = [
        _chart(
            points.sort_values("week"),
            target_of(targets, str(keys[-1]), dict(zip(by, keys, strict=False))),
            starts,
            screen,
        )
        for keys, points in weekly.groupby([*by, "measure"], sort=True, observed=True)
    ]
    return pd.concat(charts, ignore_index=True)[columns] if charts else pd.DataFrame(columns=columns)


def _chart(points: pd.DataFrame, target: float, starts: Sequence[str], screen: bool) -> pd.DataFrame:
    declared = declaration(str(points["measure"].iloc[0]))
    phases = np.searchsorted(np.array(starts, dtype=str), points["week"].to_numpy(dtype=str), side="right")
    parts = [
        _phase(points[phases == phase].assign(phase=phase), declared.direction, declared.bounds, screen)
        for phase in np.unique(phases)
    ]
    return pd.concat(parts).assign(assurance=_assured(parts[-1], target, declared.direction))


def _phase(points: pd.DataFrame, direction: Direction, bounds: tuple[float, float], screen: bool) -> pd.DataFrame:
    seen = points["estimate"].notna().to_numpy()
    values = points["estimate"].to_numpy(dtype=np.float64)[seen]
    limits = xmr_limits(values, screen)
    labels, sides = signals(values, limits)
    low, high = bounds
    signal, judgement = np.full(len(points), "", dtype=object), np.full(len(points), "", dtype=object)
    signal[seen] = [str(label) for label in labels]
    judgement[seen] = [_judged(int(side), direction) for side in sides]
    short = SHORT_SERIES if len(values) < ENOUGH_POINTS else ""
    return points.assign(
        centre=limits.centre,
        limit_low=np.maximum(limits.low, low),
        limit_high=np.minimum(limits.high, high),
        signal=signal,
        judgement=judgement,
        note=points["note"].where(points["note"] != "", short),
    )


def _judged(side: int, direction: Direction) -> str:
    if side == 0:
        return ""
    if direction == "none":
        return "neutral"
    return "improvement" if (side > 0) == (direction == "higher") else "concern"


def _assured(phase: pd.DataFrame, target: float, direction: Direction) -> str:
    last = phase.iloc[-1]
    limits = Limits(last["centre"], last["limit_low"], last["limit_high"])
    if direction == "none" or not np.isfinite([target, limits.low, limits.high]).all():
        return ""
    return str(assurance(limits, target, direction == "higher"))
