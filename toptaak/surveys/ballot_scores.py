"""What ballots say of each task and each pair of tasks, whatever their scoring, weights and offer."""

from __future__ import annotations

from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from toptaak.core.settings import Settings
from toptaak.stats import ranks
from toptaak.stats.flips import better_by_flips
from toptaak.stats.intervals import Floats
from toptaak.stats.resampling import bootstrap_totals
from toptaak.surveys.ballots import Votes

Method = Literal["sign", "bootstrap"]

RESAMPLED: Final = "bootstrap_respondents"
NORMAL: Final = "bootstrap_normal"


def scored_and_seen(votes: Votes) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
    """Give weight times points (voters by tasks), and weight where shown (one column where all were).

    Examples
    --------
    >>> import pandas as pd
    >>> points = np.array([[1.0, 0.0], [0.0, 1.0]], dtype=np.float32)
    >>> votes = Votes(np.array(["t1", "t2"]), points, None, np.array([1.0, 3.0]), pd.DataFrame(index=[0, 1]))
    >>> [part.tolist() for part in scored_and_seen(votes)]
    [[[1.0, 0.0], [0.0, 3.0]], [[1.0], [3.0]]]
    """
    count = len(votes.voters)
    weight = votes.weights[:, None] if votes.weighted else np.ones((count, 1), dtype=np.float32)
    return weight * votes.points, weight if votes.offered is None else weight * votes.offered


def scores_of(votes: Votes) -> Floats:
    """Give each task's mean points per (weighted) voter who could choose it; missing where nobody could.

    Examples
    --------
    >>> import pandas as pd
    >>> points = np.array([[1.0, 0.0], [0.0, 1.0]], dtype=np.float32)
    >>> votes = Votes(np.array(["t1", "t2"]), points, None, np.array([1.0, 3.0]), pd.DataFrame(index=[0, 1]))
    >>> scores_of(votes).tolist()
    [0.25, 0.75]
    """
    scored, seen = scored_and_seen(votes)
    return ranks.mean_scores(scored.sum(axis=0, dtype=np.float64), seen.sum(axis=0, dtype=np.float64))


def shares(scores: Floats) -> Floats:
    """Turn mean points into shares of the vote; several votes at once along the last axis.

    Examples
    --------
    >>> shares(np.array([0.5, 1.0, 0.5])).tolist()
    [0.25, 0.5, 0.25]
    """
    total = np.nansum(scores, axis=-1, keepdims=True)
    parts = np.full(scores.shape, np.nan)
    np.divide(scores, total, out=parts, where=total > 0)
    return parts


def default_method(votes: Votes, settings: Settings) -> Method:
    """Choose the exact sign test for a plain vote without weights, else the bootstrap."""
    return "sign" if settings.scoring == "plain" and not votes.weighted else "bootstrap"


def pair_decisions(
    votes: Votes, settings: Settings, rng: np.random.Generator, method: Method | None = None
) -> ranks.Bools:
    """Decide for all pairs of tasks whether the row scores higher than the column, so that all decisions hold together.

    See `surveys.rank_sets.rank_sets` for the methods.

    Raises
    ------
    ValueError
        where `sign` is asked for a vote with points or weights.

    Examples
    --------
    >>> import pandas as pd
    >>> points = np.repeat(np.eye(2, dtype=np.float32), [12, 1], axis=0)
    >>> votes = Votes(np.array(["t1", "t2"]), points, None, np.ones(13), pd.DataFrame(index=range(13)))
    >>> pair_decisions(votes, Settings(), np.random.default_rng(1)).tolist()
    [[False, True], [False, False]]
    """
    if (method or default_method(votes, settings)) == "bootstrap":
        scored, seen = scored_and_seen(votes)
        return better_by_flips(scored, seen, rng, settings.bootstrap_replicates, settings.confidence)
    if default_method(votes, settings) != "sign":
        raise ValueError("the sign test needs a plain vote without weights; use method='bootstrap'")
    offered = None if votes.offered is None else votes.offered.astype(np.float32)
    return ranks.better_by_sign_test(ranks.discordant(votes.picked.astype(np.float32), offered), settings.confidence)


def resampled_scores(votes: Votes, settings: Settings, rng: np.random.Generator) -> tuple[Floats, str]:
    """Draw voters again and again, and give the method: mean points per voter who could choose the task.

    One row per replicate, one column per task. The ordinary bootstrap, or normal draws where
    `stats.ranks.normal_suffices` shows that they agree with it.

    Examples
    --------
    >>> import pandas as pd
    >>> points = np.repeat(np.eye(2, dtype=np.float32), [12, 1], axis=0)
    >>> votes = Votes(np.array(["t1", "t2"]), points, None, np.ones(13), pd.DataFrame(index=range(13)))
    >>> drawn, method = resampled_scores(votes, Settings(), np.random.default_rng(1))
    >>> drawn.shape, method
    ((2000, 2), 'bootstrap_respondents')
    """
    scored, seen = scored_and_seen(votes)
    replicates, tasks = settings.bootstrap_replicates, len(votes.tasks)
    if len(scored) == 0:
        return np.full((replicates, tasks), np.nan), RESAMPLED
    pull = ranks.influence(scored.astype(np.float64), seen)
    if ranks.normal_suffices(pull, settings.confidence):
        return scores_of(votes) + ranks.normal_deviations(pull, rng, replicates), NORMAL
    totals = bootstrap_totals(np.hstack([scored, seen]), rng, replicates)
    return ranks.mean_scores(totals[:, :tasks], totals[:, tasks:]), RESAMPLED
