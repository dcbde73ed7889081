"""Without a vote: one list of tasks from what each channel gets asked most, and a vote set against those volumes.

Volumes of channels cannot be added up: a page view is not a phone call. Three ways put the channels on one scale.
A task that is missing in a channel is not offered there, and that channel says nothing about it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Final

import numpy as np
import pandas as pd
from scipy.special import ndtr

from toptaak.core.results import (
    EXTENSIONS,
    NO_OBSERVATIONS,
    ONE_OBSERVATION,
    RESULT_COLUMNS,
    TOO_FEW,
    by_group,
    result_row,
    results,
)
from toptaak.core.settings import Settings
from toptaak.stats.agreement import kendall_tau, tau_interval
from toptaak.stats.intervals import Floats, wilson
from toptaak.stats.ranks import mean_scores, places
from toptaak.stats.tests import benjamini_hochberg
from toptaak.surveys.ballot_scores import resampled_scores, scores_of, shares
from toptaak.surveys.ballots import collect, eligible

# the constant of Cormack, Clarke & Buettcher (2009); places count from one
RECIPROCAL: Final = 60
FEWEST_TASKS: Final = 5
SAME_ORDER: Final = "the channels have the same order: no interval"
EQUAL_VOLUMES: Final = "not measurable: all tasks of a channel have the same volume"
ONE_CHANNEL: Final = "one channel: nothing to compare"
# What stands in the column `verdict`, for people.
VERDICTS: Final[Mapping[str, str]] = {
    "more_votes": "more votes than volume",
    "more_volume": "more volume than votes",
    "no_difference": "no demonstrable difference",
    "not_comparable": "not comparable",
}


def combine_lists(
    lists: pd.DataFrame,
    weights: Mapping[str, float] | None = None,
    by: Sequence[str] = ("municipality", "quarter"),
) -> pd.DataFrame:
    """Make one ranked list of the lists of all channels, in three ways.

    Each way gives a task its mean over the channels that have it, by `weights`:

    - `volume_share`: its share of the channel's volume; then made to add up to 1 over the tasks.
    - `borda`: the share of the channel's other tasks that it comes before (a tie is half).
    - `reciprocal_rank`: 1 / (60 + its place in the channel); equal volumes share the mean of their places. As published
      the terms are added up, which would punish a task for channels that do not offer it.

    Parameters
    ----------
    lists
        `channel_lists`: volume by channel and task_id, and the columns of `by`.
    weights
        What a channel counts for; without them all count the same. A channel without a weight is left out.

    Returns
    -------
    Result frame with the extension `rank_set`, grouped by `by` and task_id, three measures in order of rank. `n`:
    volume over the channels counted. Volumes are counts, not a sample: the interval, and `rank_low` to `rank_high`,
    tell how far the outcome moves when any one channel is left out.

    Examples
    --------
    >>> lists = pd.DataFrame(
    ...     {"channel": ["web"] * 3 + ["phone"] * 2, "task_id": [*"abc", *"bc"], "volume": [60, 30, 10, 15, 5]}
    ... )
    >>> frame = combine_lists(lists, by=[])
    >>> frame[frame.measure == "borda"][["task_id", "estimate", "rank"]].values.tolist()
    [['a', 1.0, 1], ['b', 0.75, 2], ['c', 0.0, 3]]
    """
    counted = lists if weights is None else lists[lists["channel"].map(weights).fillna(0) > 0]
    rows = by_group(counted, by, lambda group: _combined(group, weights or {}))
    frame = results(rows, [*by, "task_id"], "rank_set")
    return frame.sort_values([*by, "measure", "rank", "task_id"], ignore_index=True)


def _combined(lists: pd.DataFrame, weights: Mapping[str, float]) -> list[dict[str, object]]:
    volume = lists.pivot_table(index="channel", columns="task_id", values="volume", aggfunc="sum", observed=True)
    counts = np.array([weights.get(channel, 1.0) for channel in volume.index])
    whole = _scores(volume.to_numpy(dtype=float), counts)
    without = [
        _scores(np.delete(volume.to_numpy(dtype=float), at, axis=0), np.delete(counts, at))
        for at in range(len(volume))
        if len(volume) > 1
    ]
    total = volume.sum(axis=0).to_numpy()
    return [
        row | {"task_id": task}
        for measure, scores in whole.items()
        for task, row in zip(
            volume.columns, _rows(measure, scores, [other[measure] for other in without], total), strict=True
        )
    ]


def _scores(volume: Floats, weights: Floats) -> dict[str, Floats]:
    """Give the scores of each task; a channel without volume tells nothing, one with a single task cannot rank it."""
    volume = np.where(np.nansum(volume, axis=1, keepdims=True) > 0, volume, np.nan)
    place = pd.DataFrame(volume).rank(axis=1, ascending=False).to_numpy()
    tasks = np.isfinite(volume).sum(axis=1, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = volume / np.nansum(volume, axis=1, keepdims=True)
        before = (tasks - place) / (tasks - 1)
    return {
        "volume_share": shares(_weighted_mean(share, weights)),
        "borda": _weighted_mean(before, weights),
        "reciprocal_rank": _weighted_mean(1 / (RECIPROCAL + place), weights),
    }


def _weighted_mean(values: Floats, weights: Floats) -> Floats:
    known = np.isfinite(values)
    return mean_scores(weights @ np.where(known, values, 0.0), weights @ known)


def _rows(measure: str, scores: Floats, without: Sequence[Floats], volume: Floats) -> list[dict[str, object]]:
    rank = _places(scores)
    if not without:
        note = np.where(np.isfinite(scores), ONE_CHANNEL, NO_OBSERVATIONS)
        low = high = np.full(len(scores), np.nan)
        first = last = rank
    else:
        note = np.where(np.isfinite(scores), "", NO_OBSERVATIONS)
        moved = np.array([scores, *without])
        # a task that only one channel has is not in the list without that channel
        low, high = np.fmin.reduce(moved), np.fmax.reduce(moved)
        there = np.isfinite(moved)
        ranks = np.array([_places(column) for column in moved])
        first = np.where(there, ranks, len(scores)).min(axis=0)
        last = np.where(there, ranks, 1).max(axis=0)
    method = "leave_one_channel_out" if without else ""
    numbers = zip(np.rint(volume).astype(int), scores, low, high, strict=True)
    order = zip(rank, first, last, strict=True)
    return [
        result_row(measure, *four, method, str(why), rank=at, rank_low=best, rank_high=worst)
        for four, why, (at, best, worst) in zip(numbers, note, order, strict=True)
    ]


def _places(scores: Floats) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return places(np.nan_to_num(scores, nan=-1.0), tolerance=1e-12)


def channel_agreement(
    lists: pd.DataFrame, settings: Settings, by: Sequence[str] = ("municipality", "quarter")
) -> pd.DataFrame:
    """Tell for each two channels how far they rank their common tasks alike.

    Returns
    -------
    Result frame grouped by `by`, `channel` and `other_channel`, measure `channel_agreement`: Kendall's tau-b (-1 to 1)
    with the interval of Fieller, Hartley & Pearson, which takes the tasks for a sample of all that could be asked. `n`:
    common tasks; with fewer than five there is no number.

    Examples
    --------
    >>> lists = pd.DataFrame({"channel": ["web"] * 6 + ["phone"] * 6, "task_id": [*"abcdef"] * 2})
    >>> lists["volume"] = [60, 50, 40, 30, 20, 10, 9, 7, 8, 5, 4, 1]
    >>> frame = channel_agreement(lists, Settings(), by=[])
    >>> round(float(frame.estimate[0]), 3), int(frame.n[0])
    (0.867, 6)
    """
    rows = by_group(lists, by, lambda group: _agreements(group, settings))
    return results(rows, [*by, "channel", "other_channel"])


def _agreements(lists: pd.DataFrame, settings: Settings) -> list[dict[str, object]]:
    volume = lists.pivot_table(index="task_id", columns="channel", values="volume", aggfunc="sum", observed=True)
    rows = []
    for channel, other in combinations(volume.columns, 2):
        common = volume[[channel, other]].dropna()
        channels = {"channel": channel, "other_channel": other}
        if len(common) < FEWEST_TASKS:
            rows.append(result_row("channel_agreement", len(common), note=TOO_FEW) | channels)
            continue
        tau = float(kendall_tau(common[channel], common[other]))
        low, high = tau_interval(tau, len(common), settings.confidence)
        note = EQUAL_VOLUMES if np.isnan(tau) else SAME_ORDER if np.isnan(low) else ""
        method = "" if note else "fieller"
        rows.append(result_row("channel_agreement", len(common), tau, float(low), float(high), method, note) | channels)
    return rows


def vote_against_volume(
    ballots: pd.DataFrame,
    respondents: pd.DataFrame,
    tasks: pd.DataFrame,
    lists: pd.DataFrame,
    settings: Settings,
    rng: np.random.Generator,
    weights: Mapping[str, float] | None = None,
    offered: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Set the vote for each task against its share of the volumes, largest disagreement first.

    Parameters
    ----------
    lists
        `channel_lists` of one municipality and quarter.
    weights
        As in `combine_lists`.

    Returns
    -------
    Result frame with the extension `change`, grouped by task_id, measure `vote_against_volume`: `estimate` is the share
    of the vote minus the share of the volume, both over the tasks that have both; `reference_estimate` is the share of
    the volume, `reference_n` the volume, `n` voters. The volume is taken as it is, the vote as a sample; Benjamini and
    Hochberg's procedure over the tasks picks those that disagree, and the intervals have the level that goes with it
    (see `surveys.segments.segment_differences`). `verdict`: one of `VERDICTS`.

    Examples
    --------
    >>> respondents = pd.DataFrame({"survey": "1", "respondent": range(40)})
    >>> ballots = respondents.assign(task_id=["a"] * 30 + ["b"] * 10)
    >>> lists = pd.DataFrame({"channel": "web", "task_id": ["a", "b"], "volume": [200, 800]})
    >>> tasks = pd.DataFrame({"task_id": ["a", "b"]})
    >>> frame = vote_against_volume(ballots, respondents, tasks, lists, Settings(), np.random.default_rng(1))
    >>> frame[["task_id", "estimate", "verdict"]].round(3).values.tolist()
    [['a', 0.55, 'more_votes'], ['b', -0.55, 'more_volume']]
    """
    votes = collect(ballots, respondents, tasks, settings, offered)
    combined = combine_lists(lists, weights, by=[])
    volume = combined[combined["measure"] == "volume_share"].set_index("task_id").reindex(votes.tasks)
    scores = scores_of(votes)
    both = (volume["estimate"].notna() & np.isfinite(scores)).to_numpy()
    drawn, method = resampled_scores(votes, settings, rng)
    reference = shares(volume["estimate"].to_numpy()[both])
    vote, error = shares(scores[both]), shares(drawn[:, both]).std(axis=0)
    frame = _disagreement(vote, error, len(votes.voters), reference, settings).assign(
        task_id=votes.tasks[both],
        measure="vote_against_volume",
        n=eligible(votes)[both],
        method=method,
        reference="volume",
        reference_n=volume["n"].to_numpy()[both],
    )
    largest = frame["estimate"].abs().sort_values(ascending=False, kind="stable").index
    return frame.loc[largest, ["task_id", *RESULT_COLUMNS, *EXTENSIONS["change"]]].reset_index(drop=True)


def _disagreement(vote: Floats, error: Floats, voters: int, reference: Floats, settings: Settings) -> pd.DataFrame:
    """Judge shares of a vote against given ones, by Wilson's score with as many votes as give that error.

    A task that got no vote at all has no error; it counts one vote for each voter.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        size = np.where(error > 0, vote * (1 - vote) / error**2, voters if voters > 1 else np.nan)
        score = (vote - reference) / np.sqrt(reference * (1 - reference) / size)
    p_values = benjamini_hochberg(2 * ndtr(-np.abs(score)))
    picked = p_values <= 1 - settings.confidence
    tested = max(int(np.isfinite(p_values).sum()), 1)
    low, high = wilson(vote * size, size, 1 - (1 - settings.confidence) * max(int(picked.sum()), 1) / tested)
    verdict = np.select(
        [np.isnan(p_values), picked & (vote > reference), picked & (vote < reference)],
        ["not_comparable", "more_votes", "more_volume"],
        "no_difference",
    )
    return pd.DataFrame(
        {
            "estimate": vote - reference,
            "ci_low": low - reference,
            "ci_high": high - reference,
            "note": np.where(np.isnan(p_values), ONE_OBSERVATION if voters == 1 else NO_OBSERVATIONS, ""),
            "reference_estimate": reference,
            "p_value": p_values,
            "verdict": verdict,
        }
    )
