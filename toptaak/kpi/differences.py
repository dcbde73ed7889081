"""How two summaries on one scale are compared: the interval of the difference and its test."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np
import pandas as pd

from toptaak.kpi.summaries import promoter_counts
from toptaak.stats import intervals, tests
from toptaak.stats.intervals import Floats, Interval


@dataclass(frozen=True)
class Change:
    """One way to compare; both arguments of each function are `Summary.groups`, row for row.

    `change` gives the difference, for times the ratio; `neutral` is its value where nothing changed.
    """

    method: str
    interval: Callable[[pd.DataFrame, pd.DataFrame, float], Interval]
    p_value: Callable[[pd.DataFrame, pd.DataFrame], Floats]
    change: Callable[[Floats, Floats], Floats] = np.subtract
    neutral: float = 0.0


def _successes(groups: pd.DataFrame) -> tuple[Floats, Floats]:
    n = groups["n_eff"].to_numpy()
    return groups["mean"].to_numpy() * n, n


def _moments(groups: pd.DataFrame) -> tuple[Floats, Floats, Floats]:
    return groups["mean"].to_numpy(), groups["variance"].to_numpy(), groups["n_eff"].to_numpy()


CHANGES: Final[Mapping[str, Change]] = MappingProxyType(
    {
        "proportion": Change(
            "newcombe",
            lambda now, before, level: intervals.newcombe(*_successes(now), *_successes(before), level),
            lambda now, before: tests.n_minus_1_two_proportion(*_successes(now), *_successes(before)),
        ),
        "mean": Change(
            "welch",
            lambda now, before, level: intervals.welch(*_moments(now), *_moments(before), level),
            lambda now, before: tests.welch_test(*_moments(now), *_moments(before)),
        ),
        "geometric_mean": Change(
            "welch_log",
            lambda now, before, level: intervals.geometric_ratio(*_moments(now), *_moments(before), level),
            lambda now, before: tests.welch_test(*_moments(now), *_moments(before)),
            lambda now, before: np.exp(np.subtract(now, before)),
            neutral=1.0,
        ),
        "net_promoter": Change(
            "adjusted_wald_nps_difference",
            lambda now, before, level: intervals.nps_difference(promoter_counts(now), promoter_counts(before), level),
            lambda now, before: tests.nps_test(promoter_counts(now), promoter_counts(before)),
        ),
    }
)
