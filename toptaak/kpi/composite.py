"""One figure per task for a board, with a public formula and its parts always beside it: toptaak-TPI.

toptaak-TPI = 100 × success × (1 − disaster) × min(1, target time / time)

It follows the published description of McGovern's Task Performance Indicator (success, disaster and time against
a target in one figure). The formula of that index is not public, so ours is not that index and not comparable
with it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from typing import Any, Final

import numpy as np
import pandas as pd

from toptaak.core.results import (
    NO_BELIEVED,
    NO_OBSERVATIONS,
    NO_VERIFIED,
    TOO_FEW,
    result_row,
    results,
    stack,
)
from toptaak.core.settings import Settings
from toptaak.kpi.measures import declaration, summarise_all
from toptaak.kpi.measures.outcomes import disasters, verified
from toptaak.kpi.summaries import Summary, estimates, with_period
from toptaak.kpi.target_values import target_of
from toptaak.stats.intervals import Floats
from toptaak.stats.resampling import percentile_interval

NO_TARGET: Final = "not measurable: no target time"
NO_TIMES: Final = "not measurable: fewer than two successful attempts with a duration"
_PRIOR: Final = 0.5  # Jeffreys
_PERFECT: Final = 100.0


def toptaak_tpi(
    attempts: pd.DataFrame,
    target: float | pd.DataFrame,
    by: Sequence[str] = (),
    settings: Settings | None = None,
    *,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Give the toptaak-TPI of each group, with the parts it is made of.

    Parameters
    ----------
    attempts
        Attempts; only those of which both the customer's belief and the truth are known count, so that all parts
        rest on the same attempts. Weights act.
    target
        Target time in seconds; or targets in force (`kpi.compare.targets_in_force`), of which the rows for
        `attempt_time` count.
    by
        Group columns: municipality, task_id, channel, quarter.
    rng
        Source of chance for the interval.

    Returns
    -------
    Result frame; per group `toptaak_tpi` (0 to 100) and its parts `success_rate`, `disaster_rate` and
    `attempt_time` (geometric mean of successful attempts).

    Notes
    -----
    Interval: outcomes are drawn from their posterior (Dirichlet, Jeffreys prior), the mean logarithm of time from
    its t distribution. Unlike a bootstrap it does not vanish where everybody succeeded.

    Examples
    --------
    >>> attempts = pd.DataFrame({"verified_success": [True] * 16 + [False] * 4, "believed_success": [True] * 18
    ...     + [False] * 2, "duration_s": [100.0, 150.0] * 10})
    >>> frame = toptaak_tpi(attempts, 90.0, rng=np.random.default_rng(1))
    >>> frame[["measure", "estimate"]].round(2).values.tolist()[:3]
    [['toptaak_tpi', 52.91], ['success_rate', 0.8], ['disaster_rate', 0.1]]
    """
    settings = settings or Settings()
    known = disasters({"attempts": with_period(attempts, by)}, by, settings).rows
    both = known[known["value"].notna()].drop(columns=["value", "reason"])
    if both.empty:
        return results([] if by else [result_row("toptaak_tpi", note=_why_nothing(attempts))], by)
    names = {"success": "success_rate", "disaster": "disaster_rate", "time": "attempt_time"}
    measured = summarise_all({"attempts": both}, by, settings, names.values())
    parts = {component: measured[name] for component, name in names.items()}
    rows = [
        {name: group[name] for name in by} | _index_row(group, _seconds(target, group, by), settings, rng)
        for group in _side_by_side(parts, by)
    ]
    return stack([results(rows, by), *(estimates(summary, settings) for summary in parts.values())], by)


def _why_nothing(attempts: pd.DataFrame) -> str:
    if attempts.empty:
        return NO_OBSERVATIONS
    return NO_VERIFIED if np.isnan(verified(attempts)).all() else NO_BELIEVED


def _side_by_side(parts: Mapping[str, Summary], by: Sequence[str]) -> list[dict[Any, Any]]:
    """Give one record per group, with the statistics of each part under `success_mean` and the like."""
    kept = ["n", "n_eff", "mean", "variance"]
    frames = [
        summary.groups[[*by, *kept]].rename(columns={name: f"{component}_{name}" for name in kept})
        for component, summary in parts.items()
    ]
    joined = reduce(lambda left, right: _join(left, right, by), frames)
    return joined.to_dict("records")


def _join(left: pd.DataFrame, right: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    return left.merge(right, on=list(by), how="left") if by else left.join(right)


def _seconds(target: float | pd.DataFrame, group: Mapping[Any, Any], by: Sequence[str]) -> float:
    if isinstance(target, pd.DataFrame):
        return target_of(target, "attempt_time", {name: group[name] for name in by})
    return float(target)


def _index_row(
    group: Mapping[Any, Any], target: float, settings: Settings, rng: np.random.Generator
) -> dict[str, object]:
    n, success, disaster = int(group["success_n"]), float(group["success_mean"]), float(group["disaster_mean"])
    reason = _reason(group, target)
    if reason:
        return result_row("toptaak_tpi", n, note=reason)
    # where nobody succeeded the index is zero whatever the time
    mean, error, degrees = (np.log(target), 0.0, 1.0) if success == 0 else _time(group)
    estimate = float(_index(success, disaster, mean, target))
    cells = np.array([success, disaster, max(0.0, 1 - success - disaster)]) * group["success_n_eff"]
    outcomes = rng.dirichlet(cells + _PRIOR, size=settings.bootstrap_replicates)
    logs = mean + error * rng.standard_t(degrees, size=settings.bootstrap_replicates)
    drawn = percentile_interval(_index(outcomes[:, 0], outcomes[:, 1], logs, target), settings.confidence)
    # at an edge, such as no failure at all, the draws lie on one side of the estimate
    low, high = min(float(drawn.low), estimate), max(float(drawn.high), estimate)
    return result_row("toptaak_tpi", n, estimate, low, high, "posterior_draws")


def _reason(group: Mapping[Any, Any], target: float) -> str:
    if np.isnan(target):
        return NO_TARGET
    if group["success_n"] < declaration("toptaak_tpi").minimum_n:
        return TOO_FEW
    if group["success_mean"] > 0 and not group["time_n_eff"] > 1:
        return NO_TIMES
    return ""


def _time(group: Mapping[Any, Any]) -> tuple[float, float, float]:
    """Give the mean logarithm of time, its standard error and degrees of freedom."""
    degrees = float(group["time_n_eff"]) - 1
    return float(group["time_mean"]), float(np.sqrt(group["time_variance"] / degrees)), degrees


def _index(success: Floats | float, disaster: Floats | float, mean_log: Floats | float, target: float) -> Floats:
    in_time = np.minimum(1.0, target / np.exp(mean_log))
    return np.asarray(_PERFECT * success * (1 - disaster) * in_time, dtype=float)
