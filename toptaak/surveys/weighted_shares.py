"""Weighted shares of the vote, with the interval that goes with weights raked to the population."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from toptaak.core.results import NO_OBSERVATIONS, ONE_OBSERVATION, result_row, results
from toptaak.core.settings import Settings
from toptaak.stats.intervals import Floats, kish_effective_n, wilson
from toptaak.stats.raking import calibrated_residuals, linearised_errors
from toptaak.surveys.ballots import VOTER, Votes, collect, eligible, with_quarter
from toptaak.surveys.weighting import Weighting


def weighted_shares(
    ballots: pd.DataFrame,
    weighting: Weighting,
    tasks: pd.DataFrame,
    settings: Settings,
    by: Sequence[str] = (),
    offered: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Give the weighted share of the vote and reach of each task, with intervals that know how the weights came about.

    The standard error is that of the residuals which the population's margins leave unexplained
    (linearisation; Deville & Särndal 1992). The interval is Wilson's, with as many voters as would give that
    error in a simple sample.

    Returns
    -------
    Result frame with the extension `weighted`, per group two rows for each task: `vote_share` and
    `vote_reach` as in `surveys.ranking.league`. `n`: voters who could choose the task, unweighted; `n_eff`:
    Kish's effective number.

    Examples
    --------
    >>> from toptaak.surveys.weighting import weigh
    >>> respondents = pd.DataFrame({"survey": "1", "respondent": range(10), "segment_sex": ["man"] * 8 + ["woman"] * 2})
    >>> population = pd.DataFrame({"variable": "sex", "level": ["man", "woman"], "count": [500, 500]})
    >>> ballots = respondents[["survey", "respondent"]].assign(task_id=["t1"] * 8 + ["t2"] * 2)
    >>> tasks = pd.DataFrame({"task_id": ["t1", "t2"]})
    >>> frame = weighted_shares(ballots, weigh(respondents, population), tasks, Settings())
    >>> frame[frame.measure == "vote_share"].estimate.round(3).tolist()
    [0.5, 0.5]
    """
    votes = collect(ballots, weighting.respondents, tasks, settings, offered)
    votes = with_quarter(votes) if "quarter" in by else votes
    rows = [
        row | group
        for group, group_votes in votes.groups(by)
        for measure in ("vote_share", "vote_reach")
        for row in _estimates(group_votes, weighting, measure, settings)
    ]
    return results(rows, [*by, "task_id"], "weighted")


def _estimates(votes: Votes, weighting: Weighting, measure: str, settings: Settings) -> list[dict[str, object]]:
    value = votes.points.astype(float) if measure == "vote_share" else votes.picked.astype(float)
    shown = np.ones((len(value), 1)) if votes.offered is None else votes.offered.astype(float)
    seen = np.broadcast_to(votes.weights @ shown, len(votes.tasks))
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = np.where(seen > 0, votes.weights @ value / seen, np.nan)
        pull = np.where(seen > 0, (value - shown * np.nan_to_num(rate)) / seen, 0.0)
    estimate = rate
    if measure == "vote_share":
        estimate = rate / np.nansum(rate)
        pull = (pull - np.nan_to_num(estimate) * pull.sum(axis=1, keepdims=True)) / np.nansum(rate)
    error = _errors(pull, votes, weighting)
    n_eff = _effective(votes)
    n = eligible(votes)
    with np.errstate(divide="ignore", invalid="ignore"):
        equivalent = np.where(error > 0, estimate * (1 - estimate) / error**2, n_eff)
    low, high = wilson(estimate * equivalent, np.where(n > 1, equivalent, np.nan), settings.confidence)
    notes = np.select([n == 0, n == 1], [NO_OBSERVATIONS, ONE_OBSERVATION], "")
    return [
        result_row(measure, *numbers, "linearised" if number > 1 else "", str(note), n_eff=effective, task_id=task)
        for task, number, effective, note, numbers in zip(
            votes.tasks, n, n_eff, notes, zip(n, estimate, low, high, strict=True), strict=True
        )
    ]


def _effective(votes: Votes) -> Floats:
    if votes.offered is None:
        return np.full(len(votes.tasks), kish_effective_n(votes.weights))
    return np.array([kish_effective_n(votes.weights[shown]) for shown in votes.offered.T])


def _errors(pull: Floats, votes: Votes, weighting: Weighting) -> Floats:
    """Give the standard error of each task's number: voters pull, all respondents carry the margins."""
    everybody = pd.MultiIndex.from_frame(weighting.respondents[VOTER])
    place = everybody.get_indexer(pd.MultiIndex.from_frame(votes.voters[VOTER]))
    residuals = np.zeros((len(everybody), pull.shape[1]))
    residuals[place] = pull * weighting.weights.sum()
    known, cells = weighting.known, weighting.cells
    residuals[known] = calibrated_residuals(residuals[known], cells.levels, cells.of, weighting.base[known])
    return linearised_errors(weighting.weights, residuals)
