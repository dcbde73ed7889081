"""Board charts: is a measure changing, or does it vary as it always does?

XmR charts on weekly points; 13 weeks make a quarter. The arithmetic is that of `stats.control_chart`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Final

import numpy as np
import pandas as pd

from toptaak.core.periods import iso_week, week_places
from toptaak.core.results import EXTENSIONS, RESULT_COLUMNS
from toptaak.kpi.declaration import Direction, Measure
from toptaak.kpi.measures import declaration
from toptaak.kpi.target_values import target_of
from toptaak.stats.control_chart import Assurance, Limits, Signal, assurance, signals, xmr_limits
from toptaak.stats.shrinkage import binomial_limits

SHORT_SERIES: Final = "fewer than 13 points: the limits are provisional"
ENOUGH_POINTS: Final = 13
RARE: Final = 5  # observations a week expected on the rarer side, below which moving ranges say little
THREE_SIGMA: Final = 0.9973

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
        a group and a measure. Weeks without an estimate, or without a row, are gaps: no range runs over them, and
        they end a row of points.
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
        lines_and_signals(
            points[phases == phase].assign(phase=phase), phases[phases == phase] == phase, declared, screen
        )
        for phase in np.unique(phases)
    ]
    return pd.concat(parts).assign(assurance=_assured(parts[-1], target, declared.direction))


def lines_and_signals(points: pd.DataFrame, base: np.ndarray, measure: Measure, screen: bool = True) -> pd.DataFrame:
    """Draw the lines of one phase of a chart from some of its weeks, and judge all of its weeks by them.

    Parameters
    ----------
    points
        One row per week of one measure, in order of time.
    base
        Whether a week takes part in the limits.

    Returns
    -------
    The same rows with `centre`, `limit_low`, `limit_high`, `signal` and `judgement`, and a note on a short series.
    Limits stay within what the unit allows. Where a share is so rare that fewer than five observations a week are
    expected on one side, they are not narrower than the exact limits of chance (p-chart).
    """
    places = week_places(points["week"])
    series = np.full(places.max(initial=-1) + 1, np.nan)
    series[places] = points["estimate"].to_numpy(dtype=np.float64)
    basis = np.full(series.size, np.nan)
    basis[places[base]] = series[places[base]]
    limits = xmr_limits(basis, screen)
    if measure.scale == "proportion":
        limits = _not_narrower_than_chance(limits, points.loc[base & points["estimate"].notna().to_numpy(), "n"])
    labels, sides = signals(series, limits)
    low, high = measure.bounds
    short = SHORT_SERIES if np.isfinite(basis).sum() < ENOUGH_POINTS else ""
    return points.assign(
        centre=limits.centre,
        limit_low=np.maximum(limits.low, low),
        limit_high=np.minimum(limits.high, high),
        signal=[str(labels[place]) for place in places],
        judgement=[_judged(int(sides[place]), measure.direction) for place in places],
        note=points["note"].where(points["note"] != "", short),
    )


def _not_narrower_than_chance(limits: Limits, sizes: pd.Series) -> Limits:
    """Widen the limits of a rare share to those of chance alone."""
    n = float(sizes.mean()) if len(sizes) else 0.0
    if not np.isfinite(limits.low) or n * min(limits.centre, 1 - limits.centre) >= RARE:
        return limits
    low, high = binomial_limits(n, limits.centre, THREE_SIGMA)
    return replace(limits, low=min(limits.low, float(low)), high=max(limits.high, float(high)))


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
