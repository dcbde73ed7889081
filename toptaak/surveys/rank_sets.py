"""How sure is the order? A set of possible places for each task, groups of equals, and the chance of each
band.

With a plain unweighted vote two tasks are compared by the voters who picked one of them and not the other
(an exact test, for any number of voters); with points or weights by flipping voters at random. Either way all sets
hold together with the confidence of the settings.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from toptaak.core.results import EXTENSIONS, NO_OBSERVATIONS, ONE_OBSERVATION, RESULT_COLUMNS
from toptaak.core.settings import Settings
from toptaak.stats import ranks
from toptaak.stats.intervals import Floats, Interval, wilson
from toptaak.stats.resampling import percentile_interval
from toptaak.surveys.ballot_scores import Method, default_method, pair_decisions, resampled_scores, scores_of, shares
from toptaak.surveys.ballots import Votes, collect, eligible, with_quarter
from toptaak.surveys.ranking import BANDS

SIGN: Final = "sign_test_holm"
WILD: Final = "wild_bootstrap_largest_difference"


def rank_sets(
    ballots: pd.DataFrame,
    respondents: pd.DataFrame,
    tasks: pd.DataFrame,
    settings: Settings,
    rng: np.random.Generator,
    method: Method | None = None,
    by: Sequence[str] = (),
    offered: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Give each task its place in the vote with the places it may really have.

    Parameters
    ----------
    method
        `sign`: exact sign test of each pair of tasks on the voters who picked one of the two, Holm over all
        pairs; only for a plain vote without weights. `bootstrap`: the largest difference in standard errors
        over all pairs, among votes in which voters are mirrored at random (`stats.flips`). Without a choice:
        `sign` where it can be used.

    Returns
    -------
    Result frame with the extension `rank_set`, per group one row for each task in order of rank. `sign` gives
    `vote_reach` with Wilson's interval, `bootstrap` gives `vote_share` with a resampling interval; `n`:
    voters who could choose the task. The true places of all tasks lie from `rank_low` to `rank_high`
    together with the confidence of the settings; equals in truth share a range of places.

    Raises
    ------
    ValueError
        where `sign` is asked for a vote with points or weights.

    Examples
    --------
    >>> respondents = pd.DataFrame({"survey": "2026", "respondent": range(13)})
    >>> ballots = respondents.assign(task_id=["t1"] * 12 + ["t2"])
    >>> tasks = pd.DataFrame({"task_id": ["t1", "t2"]})
    >>> frame = rank_sets(ballots, respondents, tasks, Settings(), np.random.default_rng(1))
    >>> frame[["task_id", "rank", "rank_low", "rank_high"]].values.tolist()
    [['t1', 1, 1, 1], ['t2', 2, 2, 2]]
    """
    votes = collect(ballots, respondents, tasks, settings, offered)
    votes = with_quarter(votes) if "quarter" in by else votes
    columns = [*by, "task_id", *RESULT_COLUMNS, *EXTENSIONS["rank_set"]]
    parts = [
        rank_sets_of(group_votes, settings, rng, method).assign(**group) for group, group_votes in votes.groups(by)
    ]
    return pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)


def rank_sets_of(
    votes: Votes, settings: Settings, rng: np.random.Generator, method: Method | None = None
) -> pd.DataFrame:
    """Give the rank sets of ballots already laid out; see `rank_sets`."""
    chosen = method or default_method(votes, settings)
    low, high = ranks.rank_bounds(pair_decisions(votes, settings, rng, chosen))
    measure, estimate, interval = _reach(votes, settings) if chosen == "sign" else _share(votes, settings, rng)
    n = eligible(votes)
    frame = pd.DataFrame(
        {
            "task_id": votes.tasks,
            "measure": measure,
            "n": n,
            "estimate": estimate,
            "ci_low": interval.low,
            "ci_high": interval.high,
            "method": SIGN if chosen == "sign" else WILD,
            "note": _note(n),
            "rank": ranks.places(np.nan_to_num(estimate, nan=-1.0)),
            "rank_low": low,
            "rank_high": high,
        }
    )
    return frame.sort_values(["rank", "task_id"], ignore_index=True)


def _reach(votes: Votes, settings: Settings) -> tuple[str, Floats, Interval]:
    n, won = eligible(votes), votes.picked.sum(axis=0)
    return "vote_reach", ranks.mean_scores(won, n), wilson(won, np.where(n > 1, n, np.nan), settings.confidence)


def _share(votes: Votes, settings: Settings, rng: np.random.Generator) -> tuple[str, Floats, Interval]:
    drawn, _ = resampled_scores(votes, settings, rng)
    low, high = percentile_interval(shares(drawn), settings.confidence)
    spread = low < high
    interval = Interval(np.where(spread, low, np.nan), np.where(spread, high, np.nan))
    return "vote_share", shares(scores_of(votes)), interval


def _note(n: NDArray[np.int64]) -> NDArray[np.str_]:
    return np.select([n == 0, n == 1], [NO_OBSERVATIONS, ONE_OBSERVATION], "")


def tied_groups(sets: pd.DataFrame, by: Sequence[str] = ()) -> pd.DataFrame:
    """Find the groups of neighbours whose order is undecided.

    A group is a run in the league table, as long as possible, of tasks that may each stand anywhere in the
    run. A task may belong to several groups; a task alone has a settled place.

    Parameters
    ----------
    sets
        Outcome of `rank_sets`, grouped by `by`.

    Returns
    -------
    The rows of `sets` with `tied_group` (1, 2, … from the top) before `task_id`, once for each group a task
    is in.

    Examples
    --------
    >>> sets = pd.DataFrame({"task_id": ["a", "b", "c", "d"], "rank": [1, 2, 3, 4]})
    >>> sets = sets.assign(rank_low=[1, 1, 2, 4], rank_high=[2, 3, 3, 4])
    >>> groups = tied_groups(sets)
    >>> groups.groupby("tied_group").task_id.agg("".join).tolist()
    ['ab', 'bc', 'd']
    """
    tables = [group_sets for _, group_sets in sets.groupby(list(by), sort=False)] if by else [sets]
    tied = [
        group_sets.iloc[first : last + 1].assign(tied_group=number)
        for group_sets in (table.sort_values(["rank", "task_id"]) for table in tables)
        for number, (first, last) in enumerate(_runs(group_sets), 1)
    ]
    columns = list(sets.columns)
    columns.insert(columns.index("task_id"), "tied_group")
    return pd.concat(tied, ignore_index=True)[columns]


def _runs(sets: pd.DataFrame) -> list[tuple[int, int]]:
    low, high = sets["rank_low"].to_numpy() - 1, sets["rank_high"].to_numpy() - 1
    runs: list[tuple[int, int]] = []
    for first in range(len(sets)):
        last = first
        while last + 1 < len(sets) and low[last + 1] <= first and high[first : last + 2].min() >= last + 1:
            last += 1
        if not runs or last > runs[-1][1]:
            runs.append((first, last))
    return runs


def band_membership(
    ballots: pd.DataFrame,
    respondents: pd.DataFrame,
    tasks: pd.DataFrame,
    settings: Settings,
    rng: np.random.Generator,
    by: Sequence[str] = (),
    offered: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Give for each task the probability of each band of `settings.band_cut`, over resampled voters.

    Returns
    -------
    Result frame, per group one row for each task and band, `measure` = `band_membership`: `estimate` is the
    share of replicates in which the task falls in the band (over the bands they add up to 1), with Wilson's
    interval for the number of replicates; `n`: voters who could choose the task.

    Examples
    --------
    >>> respondents = pd.DataFrame({"survey": "2026", "respondent": range(13)})
    >>> ballots = respondents.assign(task_id=["t1"] * 12 + ["t2"])
    >>> tasks = pd.DataFrame({"task_id": ["t1", "t2"]})
    >>> frame = band_membership(ballots, respondents, tasks, Settings(), np.random.default_rng(1))
    >>> first = frame[(frame.task_id == "t1") & (frame.band == "top")]
    >>> float(first.estimate.iloc[0])
    1.0
    """
    votes = collect(ballots, respondents, tasks, settings, offered)
    votes = with_quarter(votes) if "quarter" in by else votes
    columns = [*by, "task_id", "band", *RESULT_COLUMNS]
    parts = [_bands(group_votes, settings, rng).assign(**group) for group, group_votes in votes.groups(by)]
    return pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)


def _bands(votes: Votes, settings: Settings, rng: np.random.Generator) -> pd.DataFrame:
    drawn, method = resampled_scores(votes, settings, rng)
    cuts, names = zip(*BANDS[settings.band_cut], strict=True)
    band = band_numbers(shares(drawn), np.array(cuts[:-1]))
    hits = (band[:, :, None] == np.arange(len(names))).sum(axis=0)
    low, high = wilson(hits, len(drawn), settings.confidence)
    n = np.repeat(eligible(votes), len(names))
    known = n > 1
    return pd.DataFrame(
        {
            "task_id": np.repeat(votes.tasks, len(names)),
            "band": np.tile(names, len(votes.tasks)),
            "measure": "band_membership",
            "n": n,
            "estimate": np.where(known, (hits / len(drawn)).ravel(), np.nan),
            "ci_low": np.where(known, low.ravel(), np.nan),
            "ci_high": np.where(known, high.ravel(), np.nan),
            "method": method,
            "note": _note(n),
        }
    )


def band_numbers(vote_shares: Floats, cuts: Floats, tolerance: float = 1e-9) -> NDArray[np.int64]:
    """Give the band in which each task begins: how many cuts the vote above it has reached; equals share a
    band.

    `vote_shares` may hold several votes, one per row; the last axis is tasks.

    Examples
    --------
    >>> band_numbers(np.array([[0.1, 0.5, 0.3, 0.1]]), np.array([0.25, 0.5]))
    array([[2, 0, 2, 2]])
    """
    order = np.argsort(-vote_shares, axis=-1, kind="stable")
    falling = np.take_along_axis(vote_shares, order, axis=-1)
    above = np.cumsum(falling, axis=-1) - falling
    above[..., 1:][falling[..., :-1] - falling[..., 1:] <= tolerance] = 0.0
    above = np.maximum.accumulate(above, axis=-1)
    numbers = np.empty(vote_shares.shape, dtype=np.int64)
    np.put_along_axis(numbers, order, np.searchsorted(cuts - tolerance, above, side="right"), axis=-1)
    return numbers
