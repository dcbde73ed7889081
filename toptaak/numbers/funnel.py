"""The funnel: how far municipalities of each size lie from the mean by chance, and as they usually differ."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
import pandas as pd

from toptaak.kpi.compare_municipalities import funnel_lines
from toptaak.kpi.declaration import Scale
from toptaak.stats.intervals import Floats
from toptaak.stats.shrinkage import ALARM_LEVEL

POINTS = 200


class Funnel(NamedTuple):
    """The limits at a row of sizes."""

    sizes: Floats
    low: Floats
    high: Floats


def funnel_of(compared: pd.DataFrame, scale: Scale, limits: Literal["chance", "limit"]) -> Funnel:
    """Draw limits of `compare_municipalities` on for all sizes between and just beside the municipalities.

    Parameters
    ----------
    compared
        Rows of one measure that were compared.
    scale
        Of the measure. Limits of a share are exact binomial ones, times the widening that the comparison used; those
        of a mean narrow with the square root of the size, of a time on the scale of logarithms.
    limits
        Which pair of columns: by chance alone, or with the usual differences.

    Examples
    --------
    >>> rows = pd.DataFrame({"n": [25, 100], "centre": 7.0, "limit_low": [6.0, 6.5], "limit_high": [8.0, 7.5]})
    >>> funnel = funnel_of(rows, "mean", "limit")
    >>> np.interp([25, 100], funnel.sizes, funnel.high).round(2).tolist()
    [8.0, 7.5]
    """
    n = compared["n"].to_numpy(dtype=float)
    sizes = np.unique(np.geomspace(max(n.min() * 0.8, 2), n.max() * 1.15, POINTS).round())
    low, high = (_side(compared, limits, side, sizes, scale) for side in ("low", "high"))
    return Funnel(sizes, low, high)


def _side(compared: pd.DataFrame, limits: str, side: str, sizes: Floats, scale: Scale) -> Floats:
    n, centre, limit = (compared[column].to_numpy(dtype=float) for column in ("n", "centre", f"{limits}_{side}"))
    if scale == "proportion":
        at, exact = (
            funnel_lines(compared, list(row), (ALARM_LEVEL,))[f"limit_{side}"].to_numpy(dtype=float) - centre[0]
            for row in (n, sizes)
        )
        times = np.divide(limit - centre, at, out=np.ones_like(limit), where=at != 0)
        # a limit cut off at 0 or 1 tells too little of the widening
        drawn: Floats = np.clip(centre[0] + exact * max(1.0, float(times.max())), 0.0, 1.0)
        return drawn
    if scale == "geometric_mean":
        centre, limit = np.log(centre), np.log(limit)
    drawn = centre[0] + float(np.median((limit - centre) * np.sqrt(n))) / np.sqrt(sizes)
    return np.exp(drawn) if scale == "geometric_mean" else drawn
