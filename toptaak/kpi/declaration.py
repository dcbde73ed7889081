"""What it takes to declare a measure; the measures themselves stand in `kpi.measures`, by subject."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import inf
from types import MappingProxyType
from typing import Final, Literal

from toptaak.kpi.observations import Observe

Unit = Literal["ratio", "seconds", "count", "score", "points", "index", "euro", "factor"]
Direction = Literal["higher", "lower", "none"]
Scale = Literal["proportion", "mean", "geometric_mean", "net_promoter", "votes", "own"]
Columns = Mapping[str, tuple[str, ...]]

# What values of a unit can be; a score lies on the scale of its own question.
_BOUNDS: Final[Mapping[str, tuple[float, float]]] = MappingProxyType(
    {"ratio": (0.0, 1.0), "points": (-1.0, 1.0), "seconds": (0.0, inf), "count": (0.0, inf), "euro": (0.0, inf)}
)


@dataclass(frozen=True, kw_only=True)
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
    registered
        Columns of the table `cases` that serve as well.
    minimum_n
        Smallest number of observations at which the number says anything; privacy has a limit of its own.
    limits
        Least and greatest value, where they are narrower than those of the unit.
    board
        Whether it belongs to the board's KPIs, over which the chance of any false alarm is held.
    observe
        Takes from tables, group columns and settings what is measured; none where the measure has its own function.
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
    registered: Columns = field(default_factory=dict)
    minimum_n: int = 5
    limits: tuple[float, float] | None = None
    board: bool = False
    observe: Observe | None = None

    @property
    def bounds(self) -> tuple[float, float]:
        """Give the least and the greatest value there can be, by `limits` or by the unit; infinite where none is set.

        Examples
        --------
        >>> from toptaak.kpi.measures import declaration
        >>> declaration("channel_switches").bounds, declaration("satisfaction").bounds
        ((0.0, inf), (-inf, inf))
        """
        return self.limits or _BOUNDS.get(self.unit, (-inf, inf))
