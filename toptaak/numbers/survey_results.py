"""The numbers of the sections that need more than the vote: segments, weights, channel lists, the organisation's vote.

Everything that leaves here is published. Of a group that is hidden because it is small, the rest of the whole must not
tell what it is, so the smallest group that is shown is left out beside it where needed.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd

from toptaak.numbers.chosen_survey import ChosenSurvey
from toptaak.numbers.quarter import EMPLOYEE, ROLE
from toptaak.privacy.disclosure import Publishable, publish, publish_levels
from toptaak.surveys.ballots import Votes, eligible

ORGANISATION, CUSTOMERS = "organisation", "customers"
_OTHERS: Final = ("mode",)


class Segment(NamedTuple):
    """One segment: the voters of its shown levels, and the numbers with `level` (and `other_level`) for a column."""

    name: str
    sizes: Mapping[str, int]
    hidden: int
    reach: Publishable
    rankings: Publishable
    differences: Publishable
    agreement: Publishable


class Weights(NamedTuple):
    """By which variables the respondents were weighed, what that costs and mends, and the weighted vote."""

    variables: tuple[str, ...]
    summary: Publishable
    margins: Publishable
    shares: Publishable


class Lists(NamedTuple):
    """The channels' lists of one quarter; `against_vote` is None without a vote."""

    quarter: str
    combined: Publishable
    per_channel: Publishable
    agreement: Publishable
    against_vote: Publishable | None


class Organisation(NamedTuple):
    """The employees' vote beside the customers'; `level` in `rankings` tells which."""

    survey: str
    rankings: Publishable
    agreement: Publishable


def shown_levels(counts: Mapping[str, int], whole: int, minimum: int) -> tuple[str, ...]:
    """Choose the groups to show so that what is left of the whole is nobody, or a group that is large enough.

    Parameters
    ----------
    counts
        Observations of each group.
    whole
        Observations of all together, those without a group included.
    minimum
        Smallest number that may be shown.

    Examples
    --------
    >>> shown_levels({"a": 600, "b": 37, "c": 4}, 641, 10), shown_levels({"a": 600, "b": 41}, 641, 10)
    (('a',), ('a', 'b'))
    """
    shown = {level: count for level, count in counts.items() if count >= minimum}
    while shown and 0 < whole - sum(shown.values()) < minimum:
        del shown[min(shown, key=lambda level: (shown[level], level))]
    return tuple(level for level in counts if level in shown)


def segment_columns(respondents: pd.DataFrame) -> list[str]:
    """List the columns by which voters can be told apart."""
    names = [str(name) for name in respondents.columns]
    return [name for name in names if name.startswith("segment_")] + [name for name in _OTHERS if name in names]


def segment_numbers(source: ChosenSurvey) -> list[Segment]:
    """Give the numbers of each segment of which at least two levels may be shown."""
    assert source.votes is not None
    segments = []
    crowded = crowded_segments(source)
    for column in segment_columns(source.votes.voters):
        if column.removeprefix("segment_") in crowded:
            continue
        sizes = _sizes(source.votes.voters[column])
        shown = _shown_everywhere(source.votes, column, source.settings.minimum_n)
        if len(shown) > 1:
            levels = {level: size for level, size in sizes.items() if level in shown}
            segments.append(_segment(source, column, levels, len(sizes) - len(levels)))
    return segments


def crowded_segments(source: ChosenSurvey) -> dict[str, int]:
    """Name the segments with more groups than can be compared, and how many each has."""
    from toptaak.surveys.segments import too_many_levels

    assert source.votes is not None
    voters = source.votes.voters
    counts = {column: too_many_levels(voters, column) for column in segment_columns(voters)}
    return {column.removeprefix("segment_"): count for column, count in counts.items() if count}


def _sizes(levels: pd.Series) -> dict[str, int]:
    return {str(level): int(count) for level, count in levels.value_counts().sort_index().items() if count}


def _shown_everywhere(votes: Votes, column: str, minimum: int) -> set[str]:
    """Choose the groups that may be shown for every task, also where a task was shown to a part of the voters."""
    levels = votes.voters[column].reset_index(drop=True)
    shown = set(shown_levels(_sizes(levels), len(levels), minimum))
    for seen in [] if votes.offered is None else np.unique(votes.offered.T, axis=0):
        shown &= set(shown_levels(_sizes(levels[seen]), int(seen.sum()), minimum))
    return shown


def _segment(source: ChosenSurvey, column: str, sizes: Mapping[str, int], hidden: int) -> Segment:
    from toptaak.surveys import segments

    vote = source.vote(source.survey)
    reach = segments.segment_reach(*vote, source.settings, column, source.offered)
    rankings = segments.segment_rankings(*vote, source.settings, source.rng(), column, source.offered)
    differences = segments.segment_differences(*vote, source.settings, source.rng(), column, source.offered)
    agreement = segments.segment_agreement(*vote, source.settings, source.rng(), column, source.offered)
    assert source.votes is not None and source.league is not None
    result_frames = (reach, rankings, differences, agreement)
    frames = [_of_levels(frame.rename(columns={column: "level"}), list(sizes)) for frame in result_frames]
    picked, could = _votes_per_level(source.votes, column, list(sizes))
    whole = pd.Series(source.votes.picked.sum(axis=0), index=picked.index)
    shown = publish_levels(frames, picked, could, whole, source.league, source.settings)
    return Segment(column.removeprefix("segment_"), sizes, hidden, *shown)


def _of_levels(frame: pd.DataFrame, levels: Sequence[str]) -> pd.DataFrame:
    keep = frame["level"].isin(levels)
    if "other_level" in frame:
        keep &= frame["other_level"].isin(levels)
    return frame[keep]


def _votes_per_level(votes: Votes, column: str, levels: Sequence[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Count who chose each task and who could: tasks × levels."""
    of_level = {str(group[column]): own for group, own in votes.groups([column]) if str(group[column]) in levels}
    index = pd.Index(votes.tasks.astype(str), name="task_id")
    picked = {level: own.picked.sum(axis=0) for level, own in of_level.items()}
    could = {level: eligible(own) for level, own in of_level.items()}
    return pd.DataFrame(picked, index=index), pd.DataFrame(could, index=index)


def weight_numbers(source: ChosenSurvey) -> Weights:
    """Weigh the respondents to the population.

    Raises
    ------
    InputRefused
        where the population's figures cannot be met; it says which.
    """
    from toptaak.surveys.weighted_shares import weighted_shares
    from toptaak.surveys.weighting import margin_check, weigh, weight_summary

    population = source.tables["population"]
    assert population is not None
    weighting = weigh(source.of_survey("respondents"), population, source.weight_by or None, source.weight_cap)
    ballots, _, tasks = source.vote(source.survey)
    shares = weighted_shares(ballots, weighting, tasks, source.settings, offered=source.offered)
    margins = margin_check(weighting, source.settings)
    return Weights(
        tuple(weighting.margins["variable"].unique()),
        publish(weight_summary(weighting), source.settings),
        publish(_without_small(margins, int(weighting.known.sum()), source.settings.minimum_n), source.settings),
        publish(shares, source.settings, [] if source.league is None else [source.league]),
    )


def _without_small(margins: pd.DataFrame, whole: int, minimum: int) -> pd.DataFrame:
    """Leave out the levels that are small or would tell a small one."""
    kept: list[tuple[Hashable, str]] = []
    for variable, rows in margins[margins["measure"] == "sample_share"].groupby("variable", sort=False):
        counts = dict(zip(rows["level"].astype(str), rows["n"].astype(int), strict=True))
        kept += [(variable, level) for level in shown_levels(counts, whole, minimum)]
    return margins[pd.MultiIndex.from_frame(margins[["variable", "level"]]).isin(kept)]


def list_numbers(source: ChosenSurvey) -> Lists:
    """Make one list of the channels' lists of the survey's quarter, or of the last one there is."""
    from toptaak.surveys.consensus import consensus_order
    from toptaak.surveys.lists import channel_agreement, combine_lists, vote_against_volume

    lists = source.tables["channel_lists"]
    assert lists is not None
    known = set(lists["quarter"].astype(str))
    quarter = str(source.quarter) if str(source.quarter) in known else max(known)
    lists = lists[lists["quarter"].astype(str) == quarter]
    weights: Any = source.channel_weights or None
    against = None
    if source.votes is not None:
        against = vote_against_volume(
            *source.vote(source.survey), lists, source.settings, source.rng(), weights, source.offered
        )
    return Lists(
        quarter,
        publish(
            pd.concat([combine_lists(lists, weights, by=()), consensus_order(lists, weights, ())]), source.settings
        ),
        publish(combine_lists(lists, by=("channel",)), source.settings),
        publish(channel_agreement(lists, source.settings, by=()), source.settings),
        None if against is None else publish(against, source.settings),
    )


def organisation_survey(source: ChosenSurvey) -> str | None:
    """Name the newest survey in which employees only voted, other than the one chosen; None where there is none."""
    respondents, ballots = source.tables["respondents"], source.tables["ballots"]
    if respondents is None or ballots is None or ROLE not in respondents:
        return None
    voted = respondents[respondents["survey"].isin(ballots["survey"].unique())]
    everybody_employed = (voted[ROLE] == EMPLOYEE).groupby(voted["survey"]).all()
    last = voted.groupby("survey", observed=True)["date"].max()
    own = [(last[name], name) for name in everybody_employed.index[everybody_employed] if name != source.survey]
    return str(max(own)[1]) if own else None


def organisation_numbers(source: ChosenSurvey, survey: str) -> Organisation:
    """Set the employees' vote beside the customers'. The rank sets of both hold together."""
    from toptaak.surveys import segments

    parts = [
        tuple(table.assign(voters=label) if number == 1 else table for number, table in enumerate(source.vote(name)))
        for name, label in ((source.survey, CUSTOMERS), (survey, ORGANISATION))
    ]
    ballots, respondents = (pd.concat([tables[number] for tables in parts], ignore_index=True) for number in (0, 1))
    tasks = parts[0][2]
    offered = source.tables.get("offered")
    half = source.settings.model_copy(update={"confidence": (1 + source.settings.confidence) / 2})
    rankings = segments.segment_rankings(ballots, respondents, tasks, half, source.rng(), "voters", offered)
    agree = segments.segment_agreement(ballots, respondents, tasks, source.settings, source.rng(), "voters", offered)
    rankings = rankings.rename(columns={"voters": "level"})
    return Organisation(survey, publish(rankings, source.settings), publish(agree, source.settings))
