"""Comparing municipalities fairly to their size: a funnel, shrunken estimates, peers of the same size.

A small municipality differs more by chance alone. The funnel shows where each would fall if it equalled the mean
of all; a shrunken estimate says what is most likely behind its figure. There is no ranking: its order would be
mostly chance.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

import numpy as np
import pandas as pd

from toptaak.core.municipalities import find
from toptaak.core.results import ALL, EXTENSIONS, NO_SPREAD, RESULT_COLUMNS
from toptaak.core.settings import Settings
from toptaak.kpi.compare import OTHER_WORDING
from toptaak.kpi.declaration import Direction
from toptaak.kpi.summaries import SCALES, Summary, within_scale
from toptaak.stats.intervals import Floats, Interval
from toptaak.stats.shrinkage import (
    ALARM_LEVEL,
    Shrunken,
    binomial_limits,
    normal_limits,
    overdispersion,
    shrink_means,
    shrink_shares,
)
from toptaak.stats.tolerance import TOLERANCE, magnitude
from toptaak.stats.tolerance import direction as away_from

TOO_FEW_PEERS: Final = "fewer than three municipalities to compare with"
LEAST_PEERS: Final = 3

# What stands in the column `signal` of a comparison, for people.
SIGNALS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "better": "better than the others, more than chance explains",
        "worse": "less good than the others, more than chance explains",
        "different": "different from the others, more than chance explains",
    }
)


def compare_municipalities(
    summary: Summary,
    settings: Settings | None = None,
    *,
    same_size: bool = False,
    level: float = ALARM_LEVEL,
) -> pd.DataFrame:
    """Compare the municipalities of one measure and period.

    Parameters
    ----------
    summary
        Summary by municipality only (`kpi.measures.summaries(tables, ["municipality"])`, or of one quarter).
    same_size
        Compare each municipality with those of its own size class only.
    level
        Share of equal municipalities that fall within the limits; 0.998 is usual for raising a question.

    Returns
    -------
    Result frame with the column `size_class` (`_all` where all are compared) and the extension `comparison`, one
    row per municipality. `estimate` and interval are its own. `centre`: what all compared have in common;
    `chance_low`, `chance_high`: its funnel limits by chance alone (Spiegelhalter 2005); `limit_low`, `limit_high`:
    the same, widened where municipalities differ more than chance explains; `signal`: `better`, `worse` or, where
    neither way is better, `different`, outside the wide ones;
    `shrunken` with its interval. With fewer than three to compare, and for a municipality that worded the
    question otherwise than most, the comparison is missing.

    Examples
    --------
    >>> from toptaak.kpi.measures import CATALOGUE
    >>> from toptaak.kpi.observations import Observations
    >>> from toptaak.kpi.summaries import summarise
    >>> tried = {"GM9901": (40, 50), "GM9902": (160, 200), "GM9903": (78, 100), "GM9904": (200, 400)}
    >>> rows = [{"municipality": code, "value": float(one < x)} for code, (x, n) in tried.items() for one in range(n)]
    >>> summary = summarise(CATALOGUE["success_rate"], Observations(pd.DataFrame(rows)), ["municipality"])
    >>> compare_municipalities(summary)[["municipality", "estimate", "shrunken"]].round(2).values.tolist()
    [['GM9901', 0.8, 0.78], ['GM9902', 0.8, 0.8], ['GM9903', 0.78, 0.77], ['GM9904', 0.5, 0.51]]
    """
    if summary.by != ("municipality",):
        raise ValueError("the summary must be by municipality and nothing else")
    level_of_interval = (settings or Settings()).confidence
    table = summary.groups[summary.measurable & (summary.groups["n"] > 1)].reset_index(drop=True)
    table = table.assign(size_class=[_size(code) if same_size else ALL for code in table["municipality"]])
    compared = [
        _compared(group, summary, level, level_of_interval)
        for _, group in table.groupby("size_class", sort=True, observed=True)
    ]
    columns = ["municipality", "size_class", *RESULT_COLUMNS, *EXTENSIONS["comparison"]]
    if not compared:
        return pd.DataFrame(columns=columns)
    return pd.concat(compared).sort_values("municipality", ignore_index=True)[columns]


def _size(code: str) -> str:
    municipality = find(code)
    return municipality.size_class if municipality else ALL


def _compared(group: pd.DataFrame, summary: Summary, level: float, confidence: float) -> pd.DataFrame:
    scale = SCALES[summary.measure.scale]
    low, high = within_scale(scale.interval(group, confidence), group)
    shown = scale.shown(group["mean"].to_numpy())
    frame: pd.DataFrame = group[["municipality", "size_class"]].assign(
        measure=summary.measure.id,
        n=group["n"].astype("int64"),
        estimate=shown,
        ci_low=low,
        ci_high=high,
        method=np.where(np.isfinite(low), scale.method, ""),
        note=group["note"],
    )
    same = group["wording"] == group["wording"].mode().iloc[0]
    if not same.all():
        alone = _not_compared(frame[~same], OTHER_WORDING)
        return pd.concat([_compared(group[same], summary, level, confidence), alone])
    if len(group) < LEAST_PEERS:
        return _not_compared(frame, TOO_FEW_PEERS)
    if summary.measure.scale != "proportion" and not _spread(group):
        return _not_compared(frame, NO_SPREAD)
    centre, chance, limits, shrunken = _SCALES[summary.measure.scale](group, level, confidence)

    def shown_within(interval: Interval) -> Interval:
        return within_scale(Interval(scale.shown(interval.low), scale.shown(interval.high)), group)

    by_chance, widened = shown_within(chance), shown_within(limits)
    drawn = shown_within(Interval(shrunken.low, shrunken.high))
    compared: pd.DataFrame = frame.assign(
        centre=scale.shown(np.full(len(group), centre)),
        chance_low=by_chance.low,
        chance_high=by_chance.high,
        limit_low=widened.low,
        limit_high=widened.high,
        signal=_signals(shown, widened, summary.measure.direction),
        shrunken=scale.shown(shrunken.estimate),
        shrunken_low=drawn.low,
        shrunken_high=drawn.high,
    )
    return compared


def _not_compared(frame: pd.DataFrame, reason: str) -> pd.DataFrame:
    empty = pd.DataFrame(np.nan, index=frame.index, columns=list(EXTENSIONS["comparison"]))
    return frame.assign(note=reason).join(empty.assign(signal=""))


def _spread(group: pd.DataFrame) -> bool:
    """Tell whether observations within municipalities differ by more than rounding."""
    return float(group["variance"].max()) > (TOLERANCE * magnitude(group["mean"])) ** 2


def _signals(values: Floats, limits: Interval, direction: Direction) -> np.ndarray:
    above, below = {"higher": ("better", "worse"), "lower": ("worse", "better")}.get(
        direction, ("different", "different")
    )
    scale = magnitude(values, limits.high)
    over, under = away_from(values - limits.high, scale) > 0, away_from(values - limits.low, scale) < 0
    return np.select([over, under], [above, below], "")


def _of_shares(group: pd.DataFrame, level: float, confidence: float) -> tuple[float, Interval, Interval, Shrunken]:
    n = group["n_eff"].to_numpy()
    successes = group["mean"].to_numpy() * n
    centre = float(successes.sum() / n.sum())
    # nobody, or everybody, so far: one more observation of half a success keeps the limits from being a line
    possible = float(np.clip(centre, 0.5 / (n.sum() + 1), 1 - 0.5 / (n.sum() + 1)))
    limits = binomial_limits(n, possible, level)
    error = np.sqrt(possible * (1 - possible) / n)
    widened = _widened(limits, centre, group["mean"].to_numpy() - centre, error)
    inside = Interval(np.clip(widened.low, 0, 1), np.clip(widened.high, 0, 1))
    return centre, limits, inside, shrink_shares(successes, n, confidence)


def _of_means(group: pd.DataFrame, level: float, confidence: float) -> tuple[float, Interval, Interval, Shrunken]:
    """Take one spread of observations for all: that of a small municipality is too uncertain to go by."""
    n, means = group["n_eff"].to_numpy(), group["mean"].to_numpy()
    pooled = float((n * group["variance"]).sum() / (n - 1).sum())
    error = np.sqrt(pooled / n)
    centre = float((n * means).sum() / n.sum())
    chance = normal_limits(error, centre, level)
    limits = _widened(chance, centre, means - centre, error)
    return centre, chance, limits, shrink_means(means, error, confidence)


def _widened(limits: Interval, centre: float, away: Floats, error: Floats) -> Interval:
    """Widen limits where municipalities differ more than chance explains."""
    scores = np.divide(away, error, out=np.zeros_like(away), where=error > 0)
    factor = np.sqrt(max(1.0, overdispersion(scores)))
    return Interval(centre + (limits.low - centre) * factor, centre + (limits.high - centre) * factor)


_SCALES: Final = MappingProxyType(
    {"proportion": _of_shares, "mean": _of_means, "geometric_mean": _of_means, "net_promoter": _of_means}
)


def funnel_lines(
    comparison: pd.DataFrame, sizes: Sequence[float], levels: Sequence[float] = (0.95, ALARM_LEVEL)
) -> pd.DataFrame:
    """Give the funnel of a share for drawing: its limits at each size, without widening.

    Parameters
    ----------
    comparison
        Rows of `compare_municipalities` for one measure that is a share.

    Returns
    -------
    One row per size and level: n, level, limit_low, limit_high.
    """
    centre = float(comparison["centre"].iloc[0])
    rows = []
    for level in levels:
        low, high = binomial_limits(sizes, centre, level)
        rows.append(pd.DataFrame({"n": sizes, "level": level, "limit_low": low, "limit_high": high}))
    return pd.concat(rows, ignore_index=True)
