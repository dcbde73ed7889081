"""Who votes for what: segments side by side, the tasks in which they differ, and how far their rankings agree.

A segment is a column of `respondents`: citizens and entrepreneurs, ages, districts, way of filling in. With the column
`survey`, two votes are compared: customers against the organisation's own ranking.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from typing import Final, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from toptaak.core.errors import ToptaakError
from toptaak.core.results import ALL, EXTENSIONS, NO_OBSERVATIONS, RESULT_COLUMNS, result_row, results
from toptaak.core.settings import Settings
from toptaak.core.wording import Message, message
from toptaak.stats.agreement import homogeneity_test, kendall_tau, sure_overlap, sure_tau, top_overlap
from toptaak.stats.intervals import Floats, newcombe
from toptaak.stats.ranks import mean_scores
from toptaak.stats.resampling import BATCH_BYTES
from toptaak.stats.tests import benjamini_hochberg
from toptaak.surveys.ballot_scores import pair_decisions, scored_and_seen, scores_of
from toptaak.surveys.ballots import Votes, collect, eligible
from toptaak.surveys.rank_sets import rank_sets_of
from toptaak.surveys.ranking import reach_of

# What stands in the column `verdict`, for people.
VERDICTS: Final[Mapping[str, str]] = {
    "higher": "demonstrably higher than among the others",
    "lower": "demonstrably lower than among the others",
    "no_difference": "no demonstrable difference",
    "differ": "demonstrably another ranking",
    "not_comparable": "not comparable",
}
MOST_LEVELS: Final = 30  # more groups than anybody can compare, and than ballots can tell apart
OTHERS: Final = "others"
ONE_OPINION: Final = "one_opinion"
_SHUFFLES: Final = 1000
# from this number of voters on, sums over them are as good as normal and their law is known from counts alone
_COUNTS_FROM: Final = 1000


def segment_rankings(
    ballots: pd.DataFrame,
    respondents: pd.DataFrame,
    tasks: pd.DataFrame,
    settings: Settings,
    rng: np.random.Generator,
    segment: str,
    offered: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Rank the tasks in each level of a segment, with rank sets.

    Returns
    -------
    Result frame with the extension `rank_set`, grouped by the segment's column: see `surveys.rank_sets.rank_sets`. The
    rank sets of one level hold together. A level without voters has its rows too, with the reason in `note`.

    Examples
    --------
    >>> respondents = pd.DataFrame({"survey": "1", "respondent": range(30), "role": ["citizen"] * 20 + ["owner"] * 10})
    >>> ballots = respondents[["survey", "respondent"]].assign(task_id=["t1"] * 20 + ["t2"] * 10)
    >>> tasks = pd.DataFrame({"task_id": ["t1", "t2"]})
    >>> frame = segment_rankings(ballots, respondents, tasks, Settings(), np.random.default_rng(1), "role")
    >>> frame[["role", "task_id", "rank"]].values.tolist()
    [['citizen', 't1', 1], ['citizen', 't2', 2], ['owner', 't2', 1], ['owner', 't1', 2]]
    """
    parts = _levels(collect(ballots, respondents, tasks, settings, offered), respondents, segment)
    frames = [rank_sets_of(votes, settings, rng).assign(**{segment: level}) for level, votes in parts.items()]
    columns = [segment, "task_id", *RESULT_COLUMNS, *EXTENSIONS["rank_set"]]
    return pd.concat(frames, ignore_index=True)[columns] if frames else pd.DataFrame(columns=columns)


def segment_reach(
    ballots: pd.DataFrame,
    respondents: pd.DataFrame,
    tasks: pd.DataFrame,
    settings: Settings,
    segment: str,
    offered: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Give for each task the share of a level's voters who chose it, also where ballots are ranked or weighted.

    Returns
    -------
    Result frame, grouped by the segment's column and task_id; measure `vote_reach` (see `surveys.ranking.league`).

    Examples
    --------
    >>> respondents = pd.DataFrame({"survey": "1", "respondent": range(4), "role": ["citizen"] * 2 + ["owner"] * 2})
    >>> ballots = pd.DataFrame({"survey": "1", "respondent": [0, 0, 1, 2, 3], "position": [1, 2, 1, 1, 1],
    ...                         "task_id": ["t1", "t2", "t2", "t1", "t1"]})
    >>> tasks = pd.DataFrame({"task_id": ["t1", "t2"]})
    >>> segment_reach(ballots, respondents, tasks, Settings(scoring="ranked"), "role")["estimate"].tolist()
    [0.5, 1.0, 1.0, 0.0]
    """
    parts = _levels(collect(ballots, respondents, tasks, settings, offered), respondents, segment)
    frames = [reach_of(votes, settings).assign(**{segment: level}) for level, votes in parts.items()]
    columns = [segment, "task_id", *RESULT_COLUMNS]
    return pd.concat(frames, ignore_index=True)[columns] if frames else pd.DataFrame(columns=columns)


def too_many_levels(respondents: pd.DataFrame, segment: str) -> int:
    """Count the levels of a segment that has more than can be compared; 0 where it has not.

    Examples
    --------
    >>> too_many_levels(pd.DataFrame({"age": range(90)}), "age"), too_many_levels(pd.DataFrame({"age": [1, 2]}), "age")
    (90, 0)
    """
    count = int(respondents[segment].nunique())
    return count if count > MOST_LEVELS else 0


def _levels(votes: Votes, respondents: pd.DataFrame, segment: str) -> dict[str, Votes]:
    """Split the votes by level; a level of which nobody voted is there too.

    Raises
    ------
    ToptaakError
        where there are more than `MOST_LEVELS`, as with ages in years.
    """
    if count := too_many_levels(respondents, segment):
        raise ToptaakError(too_many(segment, count))
    column = votes.voters[segment].to_numpy()
    return {
        level: votes.of(np.flatnonzero(column == level)) for level in sorted(respondents[segment].dropna().unique())
    }


def too_many(segment: str, count: int) -> Message:
    """Say that a segment has more levels than can be compared, and what to do."""
    return message(
        "{segment}: {count} groups, which is more than the {limit} that can be compared. Make larger groups in the "
        "file, for instance ages as 18-34, 35-54, 55-74 and 75+, or in the mapping under values.",
        segment=segment,
        count=count,
        limit=MOST_LEVELS,
    )


def segment_differences(
    ballots: pd.DataFrame,
    respondents: pd.DataFrame,
    tasks: pd.DataFrame,
    settings: Settings,
    rng: np.random.Generator,
    segment: str,
    offered: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Find the tasks whose reach differs between the levels of a segment, with false-discovery control.

    Each task is tested once over all levels (`stats.agreement.homogeneity_test`); Benjamini and Hochberg's procedure
    over the tasks picks those that differ. For these, and the rest alike, the intervals have the level at which the
    expected share of wrong ones among the picked stays below 1 - confidence (Benjamini & Yekutieli 2005).

    Returns
    -------
    Result frame with the extension `change`, grouped by the segment's column and task_id; measure `vote_reach`.
    `estimate`: reach in the level minus reach among the others, with Newcombe's interval; `reference_estimate` and
    `reference_n`: the others; `n`: voters of the level who could choose the task; `p_value`: adjusted, the same for
    all levels of a task; `verdict`: one of `VERDICTS`. Counts are unweighted.

    Examples
    --------
    >>> respondents = pd.DataFrame({"survey": "1", "respondent": range(30), "role": ["citizen"] * 20 + ["owner"] * 10})
    >>> ballots = respondents[["survey", "respondent"]].assign(task_id=["t1"] * 20 + ["t2"] * 10)
    >>> tasks = pd.DataFrame({"task_id": ["t1", "t2"]})
    >>> frame = segment_differences(ballots, respondents, tasks, Settings(), np.random.default_rng(1), "role")
    >>> frame[["role", "task_id", "estimate", "verdict"]].values.tolist()[:2]
    [['citizen', 't1', 1.0, 'higher'], ['citizen', 't2', -1.0, 'lower']]
    """
    votes = collect(ballots, respondents, tasks, settings, offered)
    parts = _levels(votes, respondents, segment)
    columns = [segment, "task_id", *RESULT_COLUMNS, *EXTENSIONS["change"]]
    if not parts:
        return pd.DataFrame(columns=columns)
    chosen = np.array([group_votes.picked.sum(axis=0) for group_votes in parts.values()])
    seen = np.array([eligible(group_votes) for group_votes in parts.values()])
    p_values = benjamini_hochberg([homogeneity_test(*task, rng) for task in zip(chosen.T, seen.T, strict=True)])
    picked = p_values <= 1 - settings.confidence
    tested = max(int(np.isfinite(p_values).sum()), 1)
    level = 1 - (1 - settings.confidence) * max(int(picked.sum()), 1) / tested
    frames = [
        _against_others(chosen[at], seen[at], chosen.sum(axis=0) - chosen[at], seen.sum(axis=0) - seen[at], level)
        .assign(task_id=votes.tasks, p_value=p_values, **{segment: name})
        .assign(verdict=lambda frame: _verdict(frame, picked))
        for at, name in enumerate(parts)
    ]
    return pd.concat(frames, ignore_index=True)[columns]


def _against_others(
    chosen: NDArray[np.int64],
    seen: NDArray[np.int64],
    other_chosen: NDArray[np.int64],
    other_seen: NDArray[np.int64],
    level: float,
) -> pd.DataFrame:
    reach, other = mean_scores(chosen, seen), mean_scores(other_chosen, other_seen)
    low, high = newcombe(chosen, seen, other_chosen, other_seen, level)
    return pd.DataFrame(
        {
            "measure": "vote_reach",
            "n": seen,
            "estimate": reach - other,
            "ci_low": low,
            "ci_high": high,
            "method": np.where(np.isfinite(low), "newcombe", ""),
            "note": np.where(seen == 0, NO_OBSERVATIONS, ""),
            "reference": OTHERS,
            "reference_estimate": other,
            "reference_n": other_seen,
        }
    )


def _verdict(frame: pd.DataFrame, picked: NDArray[np.bool_]) -> NDArray[np.str_]:
    return np.select(
        [frame["ci_low"].isna(), picked & (frame["ci_low"] > 0), picked & (frame["ci_high"] < 0)],
        ["not_comparable", "higher", "lower"],
        "no_difference",
    )


def segment_agreement(
    ballots: pd.DataFrame,
    respondents: pd.DataFrame,
    tasks: pd.DataFrame,
    settings: Settings,
    rng: np.random.Generator,
    segment: str,
    offered: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Tell for each two levels of a segment how far their rankings agree.

    The interval follows from the pairs of tasks that are decided in both levels, and from the rank sets: what is not
    decided may be either way. It is wide and it holds; a bootstrap interval would be narrow and would not, because a
    sample ranks less like the truth than it seems and a resample still less. Next to it stands what samples of this
    size show when both levels have one opinion, from levels dealt out at random.

    Returns
    -------
    Result frame with the extension `change`, grouped by `level`, `other_level` and `top` (`_all` for tau). Measures:
    `rank_agreement` (Kendall's tau-b, -1 to 1) and `top_overlap` (share of the `settings.top_tasks` top tasks in
    common). `n`: voters of the smaller level. `reference_estimate`: mean with one opinion; `p_value`: how often one
    opinion agrees as little as this, adjusted (Benjamini and Hochberg) over the pairs of levels; `verdict`:
    `differ`, `no_difference` or `not_comparable`.

    Examples
    --------
    >>> respondents = pd.DataFrame({"survey": "1", "respondent": range(40), "role": ["citizen", "owner"] * 20})
    >>> ballots = respondents[["survey", "respondent"]].assign(task_id=["t1", "t2"] * 20)
    >>> tasks = pd.DataFrame({"task_id": ["t1", "t2"]})
    >>> frame = segment_agreement(ballots, respondents, tasks, Settings(top_tasks=1), np.random.default_rng(1), "role")
    >>> frame[["level", "other_level", "measure", "estimate", "ci_low", "ci_high"]].values.tolist()[0]
    ['citizen', 'owner', 'rank_agreement', -1.0, -1.0, -1.0]
    """
    parts = _levels(collect(ballots, respondents, tasks, settings, offered), respondents, segment)
    half = settings.model_copy(update={"confidence": (1 + settings.confidence) / 2})
    better = {level: pair_decisions(votes, half, rng) for level, votes in parts.items()}
    tallies = {level: _tally(votes) for level, votes in parts.items()}
    rows = []
    for level_name, other in combinations(parts, 2):
        group = {"level": level_name, "other_level": other}
        dealt = (
            _dealt(tallies[level_name], tallies[other], rng)
            if len(parts[level_name].voters) and len(parts[other].voters)
            else None
        )
        agreement = _agreement(parts[level_name], parts[other], dealt, settings)
        top = settings.top_tasks
        sure = (sure_tau(better[level_name], better[other]), sure_overlap(better[level_name], better[other], top))
        n = min(len(parts[level_name].voters), len(parts[other].voters))
        for (measure, size), values, limits in zip(
            (("rank_agreement", ALL), ("top_overlap", top)), agreement, sure, strict=True
        ):
            rows.append(_agreement_row(measure, n, values, limits) | group | {"top": size})
    frame = results(rows, ["level", "other_level", "top"], "change")
    for _, same in frame.groupby("measure"):
        frame.loc[same.index, "p_value"] = benjamini_hochberg(same["p_value"])
    apart = frame["p_value"] <= 1 - settings.confidence
    return frame.assign(
        verdict=np.select([frame["estimate"].isna(), apart], ["not_comparable", "differ"], "no_difference")
    )


def _agreement(
    votes: Votes, other: Votes, dealt: Floats | None, settings: Settings
) -> tuple[tuple[float, Floats], tuple[float, Floats]]:
    """Give tau and overlap as they are, and as they are when voters are dealt out at random."""
    if dealt is None:
        nothing = (np.nan, np.full(1, np.nan))
        return nothing, nothing
    first, second = scores_of(votes), scores_of(other)
    # a task nobody of a level saw cannot be compared
    both = np.isfinite(first) & np.isfinite(second) & np.isfinite(dealt).all(axis=(0, 1))
    first, second, dealt = first[both], second[both], dealt[:, :, both]
    top = min(settings.top_tasks, len(first))
    return (
        (float(kendall_tau(first, second)), kendall_tau(dealt[0], dealt[1])),
        (float(top_overlap(first, second, top)), top_overlap(dealt[0], dealt[1], top)),
    )


class _Tally(NamedTuple):
    """What dealing voters out anew needs of a level: its voters, and sums over them of scores and of their products.

    `table` holds scores of all tasks, then weights where the task was seen; `whole` tells that all are whole numbers.
    """

    table: Floats
    total: Floats
    products: Floats
    whole: bool


def _tally(votes: Votes) -> _Tally:
    table = np.hstack(np.broadcast_arrays(*scored_and_seen(votes)))
    exact = table.astype(np.float64)
    return _Tally(table, exact.sum(axis=0), exact.T @ exact, bool((exact == np.rint(exact)).all()))


def _dealt(tally: _Tally, other: _Tally, rng: np.random.Generator) -> Floats:
    """Deal the voters of two levels out anew: two by shuffles by tasks of mean scores."""
    many = len(tally.table) + len(other.table) >= _COUNTS_FROM
    totals = (_dealt_by_counts if many else _dealt_by_voter)(tally, other, rng)
    rest = tally.total + other.total - totals
    tasks = totals.shape[1] // 2
    return np.stack([mean_scores(counts[:, :tasks], counts[:, tasks:]) for counts in (totals, rest)])


def _dealt_by_voter(tally: _Tally, other: _Tally, rng: np.random.Generator) -> Floats:
    table = np.concatenate([tally.table, other.table])
    n = len(table)
    totals = np.empty((_SHUFFLES, table.shape[1]))
    batch = max(1, min(_SHUFFLES, BATCH_BYTES // (8 * n)))
    for start in range(0, _SHUFFLES, batch):
        keys = rng.random((min(batch, _SHUFFLES - start), n))
        last = np.partition(keys, len(tally.table) - 1, axis=1)[:, [len(tally.table) - 1]]
        totals[start : start + len(keys)] = (keys <= last).astype(table.dtype) @ table
    return totals


def _dealt_by_counts(tally: _Tally, other: _Tally, rng: np.random.Generator) -> Floats:
    """Draw the totals of a deal from the normal law with the mean and covariance that dealing has, in whole votes."""
    total, first, n = tally.total + other.total, len(tally.table), len(tally.table) + len(other.table)
    spread = (tally.products + other.products - np.outer(total, total) / n) * first * (n - first) / (n * (n - 1))
    vary = np.diag(spread) > 1e-9 * np.maximum(total, 1)
    totals = np.broadcast_to(total * first / n, (_SHUFFLES, len(total))).copy()
    drawn = rng.multivariate_normal(totals[0, vary], spread[np.ix_(vary, vary)], _SHUFFLES, method="eigh")
    totals[:, vary] = np.clip(np.rint(drawn) if tally.whole and other.whole else drawn, 0, total[vary])
    return totals


def _agreement_row(
    measure: str, n: int, values: tuple[float, Floats], limits: tuple[float, float]
) -> dict[str, object]:
    observed, dealt = values
    known = np.isfinite(observed)
    as_little = (1 + np.count_nonzero(dealt <= observed + 1e-12)) / (1 + len(dealt))
    return result_row(
        measure,
        n,
        observed,
        limits[0] if known else np.nan,
        limits[1] if known else np.nan,
        "decided_pairs" if known else "",
        "" if known else NO_OBSERVATIONS,
        reference=ONE_OPINION,
        reference_estimate=float(np.mean(dealt)),
        reference_n=np.nan,
        p_value=as_little if known else np.nan,
    )
