"""The league table: which tasks get the vote, how sure that is, and where top tasks end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

import numpy as np
import pandas as pd

from toptaak.core.results import EXTENSIONS, NO_OBSERVATIONS, NO_SPREAD, ONE_OBSERVATION, RESULT_COLUMNS
from toptaak.core.settings import Settings
from toptaak.stats.intervals import Floats, Interval, kish_effective_n, wilson
from toptaak.stats.resampling import bootstrap_totals, percentile_interval
from toptaak.surveys.ballots import Votes, collect, eligible, with_quarter

# cut of the cumulative vote at which a band ends, and the band's name
BANDS: Final[Mapping[str, tuple[tuple[float, str], ...]]] = MappingProxyType(
    {
        "head": ((0.25, "head_25"), (0.5, "head_50"), (1.0, "tail")),
        "quarters": ((0.25, "top"), (0.5, "medium"), (0.75, "small"), (1.0, "tiny")),
    }
)
BAND_LABELS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "head_25": "First quarter of the vote",
        "head_50": "First half of the vote",
        "tail": "Rest of the vote",
        "top": "Top tasks",
        "medium": "Medium tasks",
        "small": "Small tasks",
        "tiny": "Tiny tasks",
    }
)
# shares closer than this are equal: they are sums of rounded parts
_ROUNDING: Final = 1e-9


def league(
    ballots: pd.DataFrame,
    respondents: pd.DataFrame,
    tasks: pd.DataFrame,
    settings: Settings,
    rng: np.random.Generator,
    by: Sequence[str] = (),
    offered: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Rank all tasks by their share of the vote.

    The share of a task is its points per voter who could choose it, divided by the sum of that over all
    tasks; where every task was shown to everybody this is its points divided by all points. Its interval
    comes from drawing whole respondents again. Reach is the share of voters who chose the task, of those
    who could, with Wilson's interval. With weights both are weighted, and reach rests on Kish's effective
    n.

    Returns
    -------
    Result frame with the extension `ranking`: per group two rows for each task, `vote_share` and
    `vote_reach`, ordered by rank. `n`: voters who could choose the task; `votes`: picks; `points`: weighted
    points; `rank`: 1 is highest, equal points share the better rank; `cumulative_share`: of this task and
    all above it, equals included; `band`: where in the vote the task begins (`settings.band_cut`).

    Examples
    --------
    >>> picks = {"respondent": ["a", "a", "b"], "task_id": ["t1", "t2", "t1"]}
    >>> ballots = pd.DataFrame({"survey": "2026"} | picks)
    >>> respondents = pd.DataFrame({"survey": "2026", "respondent": ["a", "b"]})
    >>> tasks = pd.DataFrame({"task_id": ["t1", "t2", "t3"]})
    >>> frame = league(ballots, respondents, tasks, Settings(), np.random.default_rng(1))
    >>> share = frame[frame.measure == "vote_share"]
    >>> share[["task_id", "votes", "rank", "band"]].values.tolist()
    [['t1', 2, 1, 'top'], ['t2', 1, 2, 'small'], ['t3', 0, 3, 'tiny']]
    """
    votes = collect(ballots, respondents, tasks, settings, offered)
    votes = with_quarter(votes) if "quarter" in by else votes
    columns = [
        *by,
        "task_id",
        *RESULT_COLUMNS,
        *(["n_eff"] if votes.weighted else []),
        *EXTENSIONS["ranking"],
    ]
    parts = [league_of(group_votes, settings, rng).assign(**group) for group, group_votes in votes.groups(by)]
    return pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)


def league_of(votes: Votes, settings: Settings, rng: np.random.Generator) -> pd.DataFrame:
    """Rank the tasks of votes that are laid out already (`surveys.ballots.collect`); see `league`."""
    rates = _rates(votes, votes.weights @ votes.points, _exposure(votes))
    share = _shares(rates)
    order = pd.DataFrame(
        {
            "task_id": votes.tasks,
            "n": eligible(votes),
            "votes": votes.picked.sum(axis=0),
            "points": votes.weights @ votes.points,
            "n_eff": _effective(votes),
            **_places(share, settings),
        }
    )
    vote_share = order.assign(**_share_columns(votes, share, settings, rng))
    vote_reach = order.assign(**_reach_columns(votes, settings))
    return pd.concat([vote_share, vote_reach]).sort_values(["rank", "task_id"], kind="stable")


def reach_of(votes: Votes, settings: Settings) -> pd.DataFrame:
    """Give for each task the (weighted) share of the voters who chose it, whatever the scoring; see `league`.

    Returns
    -------
    Result frame grouped by `task_id`, measure `vote_reach`.
    """
    reach = {"task_id": votes.tasks, "n": eligible(votes), **_reach_columns(votes, settings)}
    return pd.DataFrame(reach)[["task_id", *RESULT_COLUMNS]]


def _exposure(votes: Votes) -> Floats:
    """Give for each task the total weight of the voters who could choose it."""
    if votes.offered is None:
        return np.full(len(votes.tasks), votes.weights.sum())
    return np.asarray(votes.weights @ votes.offered)


def _effective(votes: Votes) -> Floats:
    if not votes.weighted:
        return eligible(votes).astype(np.float64)
    if votes.offered is None:
        return np.full(len(votes.tasks), kish_effective_n(votes.weights))
    return np.array([kish_effective_n(votes.weights[shown]) for shown in votes.offered.T])


def _rates(votes: Votes, points: Floats, exposure: Floats) -> Floats:
    """Give points per (weighted) voter who could choose the task; a task shown to nobody has none."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(exposure > 0, points / exposure, 0.0)


def _shares(rates: Floats) -> Floats:
    total = rates.sum(axis=-1, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(total > 0, rates / total, np.nan)


def _places(share: Floats, settings: Settings) -> dict[str, Any]:
    """Give rank, cumulative share and band; equal shares get the same ones."""
    if np.isnan(share).any():
        nothing = np.full(len(share), np.nan)
        return {"rank": nothing, "cumulative_share": nothing, "band": np.full(len(share), "", dtype=object)}
    # one running sum for all tasks: sums in different orders would differ in their last digit
    running = np.concatenate([[0.0], np.cumsum(np.sort(share)[::-1])])
    better = np.array([(share > value + _ROUNDING).sum() for value in share])
    not_worse = np.array([(share >= value - _ROUNDING).sum() for value in share])
    above = running[better]
    cuts, names = zip(*BANDS[settings.band_cut], strict=True)
    band = np.searchsorted(np.array(cuts[:-1]) - _ROUNDING, above, side="right")
    return {
        "rank": better + 1,
        "cumulative_share": np.minimum(running[not_worse], 1.0),
        "band": np.array(names, dtype=object)[band],
    }


def _share_columns(votes: Votes, share: Floats, settings: Settings, rng: np.random.Generator) -> dict[str, Any]:
    n = len(votes.voters)
    low, high = _resampled(votes, settings, rng) if n > 1 else Interval(share * np.nan, share * np.nan)
    spread = high - low > _ROUNDING
    note = NO_OBSERVATIONS if n == 0 else ONE_OBSERVATION if n == 1 else NO_SPREAD
    return {
        "measure": "vote_share",
        "estimate": share,
        "ci_low": np.where(spread, low, np.nan),
        "ci_high": np.where(spread, high, np.nan),
        "method": np.where(spread, "bootstrap_respondents", ""),
        "note": np.where(spread, "", note),
    }


def _resampled(votes: Votes, settings: Settings, rng: np.random.Generator) -> Interval:
    tasks = len(votes.tasks)
    weight = votes.weights[:, np.newaxis] if votes.weighted else np.float32(1)
    table = weight * votes.points
    if votes.offered is not None:
        table = np.hstack([table, weight * votes.offered])
    totals = bootstrap_totals(table, rng, settings.bootstrap_replicates)
    exposure = totals[:, tasks:] if votes.offered is not None else np.ones(tasks)
    return percentile_interval(_shares(_rates(votes, totals[:, :tasks], exposure)), settings.confidence)


def _reach_columns(votes: Votes, settings: Settings) -> dict[str, Any]:
    n, n_eff = eligible(votes), _effective(votes)
    with np.errstate(divide="ignore", invalid="ignore"):
        reach = (votes.weights @ votes.picked) / _exposure(votes)
    low, high = wilson(reach * n_eff, np.where(n > 1, n_eff, np.nan), settings.confidence)
    note = np.select([n == 0, n == 1], [NO_OBSERVATIONS, ONE_OBSERVATION], "")
    return {
        "measure": "vote_reach",
        "estimate": reach,
        "ci_low": low,
        "ci_high": high,
        "method": np.where(np.isfinite(low), "wilson", ""),
        "note": note,
    }
