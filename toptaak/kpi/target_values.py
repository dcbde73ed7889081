"""Finding the target that belongs to a group."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd


def target_of(targets: pd.DataFrame | None, measure: str, group: Mapping[str, object]) -> float:
    """Give the target of one measure for one group; missing where there is none.

    Parameters
    ----------
    targets
        One row per target: measure, the columns of the group, and target, as `kpi.compare.targets_in_force`
        gives them.
    group
        Value of each group column.

    Examples
    --------
    >>> targets = pd.DataFrame({"measure": "success_rate", "channel": ["web", "desk"], "target": [0.8, 0.9]})
    >>> target_of(targets, "success_rate", {"channel": "desk"}), target_of(targets, "disaster_rate", {})
    (0.9, nan)
    """
    if targets is None:
        return float("nan")
    chosen = np.array(targets["measure"] == measure, dtype=bool)
    for name, value in group.items():
        chosen &= (targets[name] == value).to_numpy(dtype=bool, na_value=False)
    values = targets["target"].to_numpy(dtype=np.float64)[chosen]
    return float(values[0]) if len(values) else float("nan")
