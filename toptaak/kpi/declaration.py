"""What it takes to declare a measure; the measures themselves stand in `kpi.catalogue`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Unit = Literal["ratio", "seconds", "count", "score", "points", "index", "euro", "factor"]
Direction = Literal["higher", "lower", "none"]
Scale = Literal["proportion", "mean", "geometric_mean", "net_promoter", "votes", "own"]
Columns = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Measure:
    """One measure.

    Attributes
    ----------
    id
        Name in code and files.
    label, definition, source
        Source texts for people.
    unit
        `ratio` 0-1, `seconds`, `count`, `score` on the question's own scale, `points`: a ratio of -1 to 1
        that is shown times 100; `index` 0-100; `euro`; `factor`: 1 is no change.
    direction
        Which way is better.
    scale
        What is estimated from the observations; it settles the interval and the test. `own`: the measure has
        its own function and does not come from one value per observation.
    needs
        Tables and the columns without which there is nothing to measure.
    alternative
        Tables and columns that serve where the first are absent.
    minimum_n
        Smallest number of observations at which the number says anything; privacy has a limit of its own.
    board
        Whether it belongs to the board's KPIs, over which the chance of any false alarm is held.
    """

    id: str
    label: str
    unit: Unit
    direction: Direction
    scale: Scale
    definition: str
    source: str
    needs: Columns
    alternative: Columns = field(default_factory=dict)
    minimum_n: int = 5
    board: bool = False
