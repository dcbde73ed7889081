"""Where to act: the votes of customers laid beside how well each task goes, and beside the hours spent on it.

Only result frames and counted totals come in, so that votes and performance stay rooms of their own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import pandas as pd

from toptaak.core.results import ALL, EXTENSIONS, RESULT_COLUMNS
from toptaak.core.settings import Settings
from toptaak.stats.from_intervals import p_value, product_interval
from toptaak.stats.tests import benjamini_hochberg

NO_TARGET: Final = "not measurable: no target"


def priorities(
    votes: pd.DataFrame, performance: pd.DataFrame, targets: Mapping[str, float], settings: Settings | None = None
) -> pd.DataFrame:
    """Weigh how far each task stays behind its target by the votes it got.

    Parameters
    ----------
    votes
        Result frame of `vote_share`, one row per task.
    performance
        Result frame of one share that should be high (`success_rate`), one row per task.
    targets
        Target (0-1) per task; `_all` serves the tasks without a target of their own.

    Returns
    -------
    Result frame of the performance with the extension `priority`, one row per task with votes or performance,
    the largest shortfall first, tasks without one last by their votes. `vote_share` and its interval; `target`;
    `shortfall`: vote share × (target − performance), above zero where the target is missed, with an interval
    that holds both margins; `verdict`: `not_met` or `met` where the target is missed or reached more than
    chance explains, with the false-discovery rate over all tasks held, else `undecided`; `too_few`;
    `not_comparable` without a target or a number.

    Examples
    --------
    >>> from toptaak.core.results import result_row, results
    >>> votes = results([result_row("vote_share", 400, 0.2, 0.18, 0.22, task_id="t1"),
    ...     result_row("vote_share", 400, 0.1, 0.08, 0.12, task_id="t2")], ["task_id"])
    >>> performance = results([result_row("success_rate", 100, 0.7, 0.604, 0.781, task_id="t1"),
    ...     result_row("success_rate", 100, 0.5, 0.404, 0.596, task_id="t2")], ["task_id"])
    >>> found = priorities(votes, performance, {"_all": 0.8})
    >>> found[["task_id", "shortfall", "verdict"]].round(3).values.tolist()
    [['t2', 0.03, 'not_met'], ['t1', 0.02, 'not_met']]
    """
    settings = settings or Settings()
    shares = votes[["task_id", "estimate", "ci_low", "ci_high"]]
    shares = shares.set_axis(["task_id", "vote_share", "vote_low", "vote_high"], axis=1)
    joined = shares.merge(performance, on="task_id", how="outer")
    joined["n"] = joined["n"].fillna(0).astype("int64")
    joined["measure"] = joined["measure"].fillna(performance["measure"].iloc[0] if len(performance) else "success_rate")
    joined[["method", "note"]] = joined[["method", "note"]].fillna("")
    joined["target"] = [targets.get(task, targets.get(ALL, np.nan)) for task in joined["task_id"]]
    joined["note"] = joined["note"].mask(joined["target"].isna() & (joined["note"] == ""), NO_TARGET)
    low, high = product_interval(
        *(joined[name] for name in ("vote_share", "vote_low", "vote_high")),
        *(joined["target"] - joined[name] for name in ("estimate", "ci_high", "ci_low")),
    )
    joined = joined.assign(
        shortfall=joined["vote_share"] * (joined["target"] - joined["estimate"]), shortfall_low=low, shortfall_high=high
    )
    joined["verdict"] = _verdicts(joined, settings)
    kept = joined[["task_id", *RESULT_COLUMNS, *EXTENSIONS["priority"]]]
    return kept.sort_values(["shortfall", "vote_share", "task_id"], ascending=[False, False, True], ignore_index=True)


def _verdicts(joined: pd.DataFrame, settings: Settings) -> np.ndarray:
    enough = (joined["n"] >= settings.minimum_n).to_numpy()
    sure = _differs(joined["target"].where(enough), joined, settings)
    return np.select(
        [joined["shortfall"].isna(), ~enough, sure & (joined["shortfall"] > 0), sure],
        ["not_comparable", "too_few", "not_met", "met"],
        "undecided",
    )


def _differs(value: pd.Series, estimated: pd.DataFrame, settings: Settings) -> np.ndarray:
    """Tell where an estimate differs from a value, with the false-discovery rate over all rows held."""
    error = p_value(value, estimated["estimate"], estimated["ci_low"], estimated["ci_high"], settings.confidence)
    sure: np.ndarray = benjamini_hochberg(error) < 1 - settings.confidence
    return sure


def effort_against_votes(
    votes: pd.DataFrame, hours: Mapping[str, float], settings: Settings | None = None
) -> pd.DataFrame:
    """Lay the share of all hours that went to each task beside its share of the votes.

    Parameters
    ----------
    votes
        Result frame of `vote_share`, one row per task.
    hours
        Hours spent per task, counted in full.

    Returns
    -------
    The frame of the votes with the extension `effort`: `hours`; `hours_share`: of the hours spent on tasks;
    `verdict`: `more` or `less` where that share differs from the share of the votes more than chance explains,
    with the false-discovery rate over all tasks held, else `no_difference`. A task without hours has a share of
    zero; without any hours the shares are missing and nothing is comparable.

    Examples
    --------
    >>> from toptaak.core.results import result_row, results
    >>> votes = results([result_row("vote_share", 400, 0.2, 0.18, 0.22, task_id="t1"),
    ...     result_row("vote_share", 400, 0.1, 0.08, 0.12, task_id="t2")], ["task_id"])
    >>> effort_against_votes(votes, {"t1": 5.0, "t2": 45.0})[["hours_share", "verdict"]].values.tolist()
    [[0.1, 'less'], [0.9, 'more']]
    """
    total = sum(hours.values())
    spent = votes["task_id"].map(lambda task: hours.get(task, 0.0)).astype("float64")
    share = spent / total if total else spent * np.nan
    sure = _differs(share, votes, settings or Settings())
    known = share.notna() & votes["ci_low"].notna()
    verdict = np.select(
        [~known, sure & (share > votes["estimate"]), sure], ["not_comparable", "more", "less"], "no_difference"
    )
    return votes.assign(hours=spent, hours_share=share, verdict=verdict)
