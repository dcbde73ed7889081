"""Charts that hold a quarter against the quarters before it.

The limits rest on the weeks before the quarter alone, so that a change in the quarter does not widen the limits
that should show it. NHSRplotthedots calls this fixing the limits after a number of points. Where something changed
for good, they start anew (a rebase).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np
import pandas as pd

from toptaak.core.results import EXTENSIONS, RESULT_COLUMNS
from toptaak.kpi.declaration import Measure
from toptaak.kpi.measures import declaration
from toptaak.kpi.spc import lines_and_signals
from toptaak.kpi.target_values import target_of
from toptaak.stats.control_chart import Limits, assurance


def charts_against_before(
    weekly: pd.DataFrame,
    start: str,
    targets: pd.DataFrame | None = None,
    rebase: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> pd.DataFrame:
    """Draw the lines of a chart for each measure from the weeks before `start`, and judge all weeks by them.

    Parameters
    ----------
    weekly
        Result frame with a column `week`; weeks without an estimate, or without a row, are gaps.
    start
        First week of the quarter, `2026W27`.
    targets
        One row per target: measure and target (`kpi.compare.targets_in_force`).
    rebase
        For each measure the weeks in which it starts anew. Limits that start in the quarter itself have no weeks before
        them: they rest on the weeks of the quarter.

    Returns
    -------
    As `kpi.spc.control_charts`: result frame with the extension `series`, one row per week and measure. `phase`
    counts the times the limits started anew; `assurance` is that of the last. Limits stay within what the unit allows.

    Examples
    --------
    >>> from toptaak.core.results import result_row
    >>> shares = [0.80, 0.82, 0.79, 0.81, 0.80, 0.78, 0.81, 0.80, 0.82, 0.79, 0.80, 0.81, 0.79, 0.70, 0.71]
    >>> rows = [result_row("success_rate", 50, share, week=f"2026W{week:02d}") for week, share in enumerate(shares, 1)]
    >>> charts_against_before(pd.DataFrame(rows), "2026W14").tail(2)[["signal", "judgement"]].values.tolist()
    [['outside', 'concern'], ['outside', 'concern']]
    """
    columns = [*RESULT_COLUMNS, *EXTENSIONS["series"]]
    charts = [
        _chart(
            points, start, declaration(str(name)), target_of(targets, str(name), {}), sorted(rebase.get(str(name), ()))
        )
        for name, points in weekly.sort_values("week").groupby("measure", sort=True)
    ]
    return pd.concat(charts, ignore_index=True)[columns] if charts else pd.DataFrame(columns=columns)


def _chart(points: pd.DataFrame, start: str, measure: Measure, target: float, anew: Sequence[str]) -> pd.DataFrame:
    weeks = points["week"].to_numpy(dtype=str)
    phases = pd.factorize(np.searchsorted(np.array(anew, dtype=str), weeks, side="right"))[0]
    parts = [_phase(points[phases == phase].assign(phase=phase), start, measure) for phase in np.unique(phases)]
    last = parts[-1].iloc[-1]
    limits = Limits(last["centre"], last["limit_low"], last["limit_high"])
    judged = measure.direction != "none" and np.isfinite([target, limits.low, limits.high]).all()
    return pd.concat(parts).assign(
        assurance=str(assurance(limits, target, measure.direction == "higher")) if judged else ""
    )


def _phase(points: pd.DataFrame, start: str, measure: Measure) -> pd.DataFrame:
    earlier = (points["week"] < start).to_numpy()
    known = earlier & points["estimate"].notna().to_numpy()
    return lines_and_signals(points, earlier if known.any() else np.full(len(points), True), measure)
