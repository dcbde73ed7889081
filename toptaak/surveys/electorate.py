"""The whole that voters are drawn from: the present vote, a pilot, or ballots invented from an assumed curve."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from toptaak.stats.intervals import Floats
from toptaak.stats.ranks import mean_scores
from toptaak.surveys.ballot_scores import scored_and_seen, scores_of
from toptaak.surveys.ballots import Votes

# McGovern's pattern on 100 tasks: the top 5 get 25 % of the vote, the top 15 get 50 %, the bottom 50 get 25 %.
# Within these blocks the pattern says nothing; ours fall in straight lines, steeper in the first five.
_PATTERN: Final = np.concatenate(
    [
        [0.0680, 0.0590, 0.0495, 0.0400, 0.0335],
        np.linspace(0.030, 0.020, 10),
        np.linspace(0.6, 0.4, 35) / 70,
        np.linspace(0.55, 0.45, 50) / 100,
    ]
)
_INVENTED: Final = 1_000_000
_CELLS_AT_ONCE: Final = 4_000_000


@dataclass(frozen=True)
class Electorate:
    """Ballots to draw from.

    Attributes
    ----------
    cells
        One row per ballot: the columns it adds to. Columns are the tasks (weight times points), then weight where
        the task was shown (one column if all were shown to everybody); what is left empty adds to `width`.
    worth
        What it adds, in the shape of `cells`.
    truth
        Mean score of each task in the whole: the order that is to be found again.
    width
        Number of columns.
    n
        Number of voters it rests on; 0 for an assumed curve.
    """

    cells: NDArray[np.int32]
    worth: NDArray[np.float32]
    truth: Floats
    width: int
    n: int

    def elections(self, voters: int, rng: np.random.Generator, replicates: int) -> Floats:
        """Draw electorates of so many voters, and give each task's mean score (replicates by tasks).

        Equal votes are put in order by lot.
        """
        ballots, most = self.cells.shape
        tasks, width = len(self.truth), self.width + 1
        if ballots == 0:
            return np.full((replicates, tasks), np.nan)
        totals = np.empty((replicates, width))
        batch = max(1, _CELLS_AT_ONCE // (voters * most))
        for start in range(0, replicates, batch):
            size = min(batch, replicates - start)
            drawn = rng.integers(0, ballots, (size, voters))
            cells = self.cells[drawn] + width * np.arange(size)[:, None, None]
            added = np.bincount(cells.ravel(), self.worth[drawn].ravel(), minlength=size * width)
            totals[start : start + size] = added.reshape(size, width)
        scores = mean_scores(totals[:, :tasks], totals[:, tasks : self.width])
        return np.nan_to_num(scores) + rng.random(scores.shape) * 1e-9


def electorate_of(votes: Votes) -> Electorate:
    """Take the present vote, or a pilot, for the whole.

    Examples
    --------
    >>> import pandas as pd
    >>> points = np.array([[1, 0], [1, 0], [0, 1]], dtype=np.float32)
    >>> votes = Votes(np.array(["t1", "t2"]), points, None, np.ones(3), pd.DataFrame(index=range(3)))
    >>> electorate = electorate_of(votes)
    >>> electorate.truth.round(3).tolist(), electorate.cells.tolist()
    ([0.667, 0.333], [[0, 2], [0, 2], [1, 2]])
    """
    scored, seen = scored_and_seen(votes)
    table = np.hstack([scored, seen])
    row, column = np.nonzero(table)
    filled = np.bincount(row, minlength=len(table))
    place = np.arange(len(row)) - np.repeat(np.cumsum(filled) - filled, filled)
    shape = (len(table), int(filled.max(initial=0)))
    cells, worth = np.full(shape, table.shape[1], dtype=np.int32), np.zeros(shape, dtype=np.float32)
    cells[row, place], worth[row, place] = column, table[row, column]
    return Electorate(cells, worth, scores_of(votes), table.shape[1], len(table))


def assumed_curve(tasks: int = 100) -> Floats:
    """Give the share of the vote of each task in McGovern's pattern, for a list of 20 to 100 tasks.

    The first 5 % of the tasks get a quarter of the vote, the first 15 % half of it, the last half a quarter. The
    steps within these blocks are our assumption; a steeper head is more stable.

    Examples
    --------
    >>> curve = assumed_curve()
    >>> [round(float(curve[:count].sum()), 3) for count in (5, 15, 50, 100)]
    [0.25, 0.5, 0.75, 1.0]
    """
    if not 20 <= tasks <= len(_PATTERN):
        raise ValueError(f"the pattern is known for 20 to {len(_PATTERN)} tasks; found {tasks}")
    reached = np.concatenate([[0.0], np.cumsum(_PATTERN)])
    wanted = np.linspace(0, len(_PATTERN), tasks + 1)
    return np.diff(np.interp(wanted, np.arange(len(reached)), reached))


def assumed_electorate(curve: Floats, picks: int, rng: np.random.Generator) -> Electorate:
    """Invent a million plain ballots from a curve of shares.

    Each ballot names `picks` tasks, drawn one after another with chances in proportion to the curve, none twice.

    Examples
    --------
    >>> electorate = assumed_electorate(np.array([0.5, 0.3, 0.2]), 1, np.random.default_rng(1))
    >>> (np.bincount(electorate.cells[:, 0]) / 1_000_000).round(2).tolist()
    [0.5, 0.3, 0.2]
    """
    if not 0 < picks < len(curve):
        raise ValueError(f"picks must lie from 1 to {len(curve) - 1}, one less than the tasks; found {picks}")
    steps = np.cumsum(curve) / np.sum(curve)
    chosen = np.full((_INVENTED, picks), -1, dtype=np.int32)
    filled = np.zeros(_INVENTED, dtype=np.int64)
    unready = np.arange(_INVENTED)
    while len(unready):
        pick = np.searchsorted(steps, rng.random(len(unready)), side="right").astype(np.int32)
        fresh = ~(chosen[unready] == pick[:, None]).any(axis=1)
        chosen[unready[fresh], filled[unready[fresh]]] = pick[fresh]
        filled[unready[fresh]] += 1
        unready = unready[filled[unready] < picks]
    everybody = np.full((_INVENTED, 1), len(curve), dtype=np.int32)
    cells = np.hstack([chosen, everybody])
    return Electorate(cells, np.ones(cells.shape, dtype=np.float32), np.asarray(curve, dtype=float), len(curve) + 1, 0)
