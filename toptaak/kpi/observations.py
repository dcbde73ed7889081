"""What a measure takes from a table: one value per observation."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import pandas as pd

from toptaak.core.results import ONE_PERSON
from toptaak.core.settings import Settings

ZERO_LEFT_OUT: Final = "durations of zero are left out"

Tables = Mapping[str, pd.DataFrame]


@dataclass(frozen=True)
class Observations:
    """What a measure takes from a table.

    Attributes
    ----------
    rows
        One row per observation: the columns one may group by, `value` (missing where it was not observed),
        and, where they matter, `weight`, `wording` (question and version), `cluster` (what observations that
        hang together have in common), `times` (how many equal observations the row stands for) and `reason`
        (why a value is missing, else an empty text).
    note
        The reason that is told also where other values remain.
    alone
        The reason that is told where all observations hang together.
    """

    rows: pd.DataFrame = field(repr=False)
    note: str | None = None
    alone: str = ONE_PERSON


Observe = Callable[[Tables, Sequence[str], Settings], Observations]


def anywhere(known: np.ndarray | pd.Series, rows: pd.DataFrame) -> np.ndarray:
    """Tell of each row whether something is known of any row of its municipality: one records what another does not.

    Examples
    --------
    >>> rows = pd.DataFrame({"municipality": ["GM9901", "GM9901", "GM9902"]})
    >>> anywhere(np.array([True, False, False]), rows).tolist()
    [True, True, False]
    """
    there = np.asarray(known, dtype=bool)
    if "municipality" not in rows.columns:
        return np.full(len(rows), there.any())
    towns = pd.factorize(rows["municipality"])[0] + 1
    return np.asarray((np.bincount(towns, there, minlength=1) > 0)[towns])


def leave_out(observed: Observations, mask: pd.Series, reason: str) -> Observations:
    """Leave some observations out, and tell why."""
    rows = observed.rows
    known = mask.to_numpy(bool) & (rows["reason"] == "").to_numpy()
    left = rows.assign(value=rows["value"].mask(known), reason=rows["reason"].mask(known, reason))
    return Observations(left, note=reason)


def without_zeros(observed: Observations) -> Observations:
    """Leave zeros out, and tell so: a geometric mean cannot hold them."""
    rows = observed.rows
    zero = rows["value"].to_numpy(dtype=np.float64, na_value=np.nan) == 0
    without = rows.assign(value=rows["value"].mask(zero), reason=rows["reason"].mask(zero, ZERO_LEFT_OUT))
    return Observations(without, note=ZERO_LEFT_OUT)
