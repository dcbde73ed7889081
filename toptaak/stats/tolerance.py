"""What counts as equal: numbers that differ by no more than the dust that rounding leaves.

Control charts, segmented regression, comparison between municipalities and shrinkage all ask here.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

TOLERANCE: Final = 1e-9  # of the largest number that takes part


def magnitude(*values: ArrayLike) -> float:
    """Give the largest absolute value among numbers; 0 where none is known."""
    sizes = [np.nanmax(np.abs(known)) for value in values if np.isfinite(known := np.asarray(value, dtype=float)).any()]
    return float(max(sizes, default=0.0))


def direction(differences: ArrayLike, scale: float) -> NDArray[np.int8]:
    """Tell of each difference whether it is above (1), below (-1) or equal to zero (0); missing ones are 0.

    Parameters
    ----------
    differences
        Numbers minus what they are held against.
    scale
        `magnitude` of the numbers themselves.

    Examples
    --------
    >>> direction([0.1 + 0.2 - 0.3, 1.0, -1.0, float("nan")], 0.3).tolist()
    [0, 1, -1, 0]
    """
    away = np.nan_to_num(np.asarray(differences, dtype=float), posinf=np.inf, neginf=-np.inf)
    return np.where(np.abs(away) <= TOLERANCE * scale, 0, np.sign(away)).astype(np.int8)


def all_equal(values: ArrayLike) -> bool:
    """Tell whether all known values are equal, as where there is one or none.

    Examples
    --------
    >>> all_equal([0.1 * 3, 0.3, float("nan")]), all_equal([0.3, 0.31])
    (True, False)
    """
    points = np.asarray(values, dtype=float)
    known = points[np.isfinite(points)]
    return bool(known.size == 0 or np.ptp(known) <= TOLERANCE * magnitude(known))
