"""Charts that hold a quarter against the quarters before it.

The limits rest on the weeks before the quarter alone, so that a change in the quarter does not widen the limits
that should show it. NHSRplotthedots calls this fixing the limits after a number of points.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import pandas as pd

from toptaak.core.results import EXTENSIONS, RESULT_COLUMNS
from toptaak.kpi.catalogue import measure
from toptaak.kpi.declaration import Direction, Measure
from toptaak.kpi.spc import ENOUGH_POINTS, SHORT_SERIES
from toptaak.kpi.targets import target_of
from toptaak.stats.control_chart import Limits, assurance, signals, xmr_limits

_JUDGED: Final[Mapping[Direction, tuple[str, str]]] = {
    "higher": ("improvement", "concern"),
    "lower": ("concern", "improvement"),
    "none": ("neutral", "neutral"),
}


def charts_against_before(weekly: pd.DataFrame, start: str, targets: pd.DataFrame | None = None) -> pd.DataFrame:
    """Draw the lines of a chart for each measure from the weeks before `start`, and judge all weeks by them.

    Parameters
    ----------
    weekly
        Result frame with a column `week`; weeks without an estimate are gaps and count nowhere.
    start
        First week of the quarter, `2026W27`.
    targets
        One row per target: measure and target (`kpi.compare.targets_in_force`).

    Returns
    -------
    As `kpi.spc.control_charts`: result frame with the extension `series`, one row per week and measure. `phase`: 1
    from `start` on. Limits stay within what the unit allows.

    Examples
    --------
    >>> from toptaak.core.results import result_row
    >>> shares = [0.80, 0.82, 0.79, 0.81, 0.80, 0.78, 0.81, 0.80, 0.82, 0.79, 0.80, 0.81, 0.79, 0.70, 0.71]
    >>> rows = [result_row("success_rate", 50, share, week=f"2026W{week:02d}") for week, share in enumerate(shares, 1)]
    >>> charts_against_before(pd.DataFrame(rows), "2026W14").tail(2)[["signal", "judgement"]].values.tolist()
    [['outside', 'concern'], ['outside', 'concern']]
    """
    columns = [*RESULT_COLUMNS, *EXTENSIONS["series"]]
    ordered = weekly.assign(phase=(weekly["week"] >= start).astype(int)).sort_values("week")
    charts = [
        _chart(points, measure(str(name)), target_of(targets, str(name), {}))
        for name, points in ordered.groupby("measure", sort=True)
    ]
    return pd.concat(charts, ignore_index=True)[columns] if charts else pd.DataFrame(columns=columns)


def _chart(points: pd.DataFrame, found: Measure, target: float) -> pd.DataFrame:
    seen = points["estimate"].notna().to_numpy()
    values = points["estimate"].to_numpy(dtype=np.float64)
    before = values[seen & (points["phase"] == 0).to_numpy()]
    limits = xmr_limits(before)
    labels, sides = signals(values[seen], limits)
    signal, side = np.full(len(points), "", dtype=object), np.zeros(len(points))
    signal[seen], side[seen] = [str(label) for label in labels], sides
    up, down = _JUDGED[found.direction]
    low, high = found.bounds
    shown = Limits(limits.centre, max(limits.low, low), min(limits.high, high))
    judged = found.direction != "none" and np.isfinite([target, shown.low, shown.high]).all()
    short = SHORT_SERIES if len(before) < ENOUGH_POINTS else ""
    return points.assign(
        centre=shown.centre,
        limit_low=shown.low,
        limit_high=shown.high,
        signal=signal,
        judgement=np.select([side > 0, side < 0], [up, down], ""),
        assurance=str(assurance(shown, target, found.direction == "higher")) if judged else "",
        note=points["note"].where(points["note"] != "", short),
    )
