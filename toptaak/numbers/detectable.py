"""How large a change a report could have seen: the smallest that four of five reports would tell."""

from __future__ import annotations

import math

import pandas as pd

from toptaak.kpi.differences import CHANGES
from toptaak.kpi.measures import declaration
from toptaak.numbers.quarter import Source
from toptaak.stats.intervals import normal_quantile
from toptaak.stats.sample_size import smallest_rise

POWER = 0.8


def least_changes(source: Source) -> dict[str, float]:
    """Give per board KPI the smallest change against the quarter before that would mostly be told.

    Returns
    -------
    By measure, in the unit in which its change is told: a difference, or for times a ratio. It rests on the margin of
    the difference, so weights, observations that hang together and the number of KPIs count. A share is judged from
    its value in the quarter before, towards the better side where there is room for it. Measures without a margin, and
    shares of which even the largest change would be missed, have none.
    """
    judged = source.changes.frame.dropna(subset=["ci_low", "ci_high", "reference_estimate"])
    confidence = 1 - (1 - source.settings.confidence) / max(len(source.kpis), 1)
    changes = {str(row.measure): _least(row, confidence) for _, row in judged.iterrows()}
    return {name: change for name, change in changes.items() if math.isfinite(change)}


def _least(row: pd.Series, confidence: float) -> float:
    """Take the standard error back from the margin, and from it what four of five reports would tell."""
    entry, z = declaration(str(row.measure)), normal_quantile(confidence)
    better = 1 if entry.direction != "lower" else -1
    low, high = float(row.ci_low), float(row.ci_high)
    if CHANGES[entry.scale].neutral == 1:
        error = (math.log(high) - math.log(low)) / (2 * z)
        return math.exp(better * (z + normal_quantile(2 * POWER - 1)) * error)
    error = (high - low) / (2 * z)
    if entry.scale != "proportion":
        return better * (z + normal_quantile(2 * POWER - 1)) * error
    return _of_share(float(row.reference_estimate), float(row.estimate), error, confidence, better)


def _of_share(before: float, change: float, error: float, confidence: float, better: int) -> float:
    now = before + change
    spread = max(before * (1 - before) + now * (1 - now), 1e-9)
    n = spread / error**2
    for sign in (better, -better):
        rise = smallest_rise(before if sign > 0 else 1 - before, n, POWER, confidence)
        if math.isfinite(rise):
            return sign * rise
    return math.nan
