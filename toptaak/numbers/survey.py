"""What the research notebook is made from: one survey of one municipality, and its published numbers.

Numbers are computed when a section first asks for them, and published (small cells hidden) before it sees them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import pandas as pd

from toptaak.core.errors import InputRefused, ToptaakError
from toptaak.core.periods import Quarter
from toptaak.core.wording import message
from toptaak.intake.known import known_on
from toptaak.intake.tables import CHANNELS
from toptaak.numbers import survey_results as numbers
from toptaak.numbers.chosen_survey import ChosenSurvey
from toptaak.numbers.parameters import SurveyParameters, checked_parameters
from toptaak.numbers.presence import refuse_no_data
from toptaak.numbers.quarter import Source, known_municipality
from toptaak.numbers.survey_results import Lists, Organisation, Segment, Weights
from toptaak.privacy.disclosure import Publishable, publish
from toptaak.surveys.weighting import CAP

if TYPE_CHECKING:
    from toptaak.core.settings import Settings

TOPS: Final = (5, 15)
CUTS: Final = ("quarters", "head")
TABLES: Final = ("tasks", "respondents", "ballots", "offered", "population", "channel_lists")
OFTEN_ENOUGH: Final = 0.9
FORESEEN: Final = (25, 50, 100, 200, 400, 800, 1600, 3200, 6400)
_PATTERN: Final = (20, 100)  # lengths of a list for which McGovern's pattern is known


@dataclass(frozen=True, eq=False, repr=False)
class SurveySource(ChosenSurvey):
    """A source of one survey, with the published numbers that its sections show."""

    @cached_property
    def bands(self) -> Publishable:
        """One row per task and band of the vote: the probability that the task belongs there."""
        from toptaak.surveys.rank_sets import band_membership

        frame = band_membership(*self.vote(self.survey), self.settings, self.rng(), offered=self.offered)
        return publish(frame, self.settings)

    @cached_property
    def stability(self) -> Publishable:
        """One row per number of voters, size of the top and measure: how well so many voters find the top."""
        from toptaak.surveys.electorate import electorate_of
        from toptaak.surveys.planning import stability_curve

        assert self.votes is not None
        return publish(stability_curve(electorate_of(self.votes), self.settings, self.rng(), TOPS), self.settings)

    @cached_property
    def assumed_tasks(self) -> int:
        """Count the tasks of the list for which a vote is foreseen: at most as many as the pattern is known for."""
        tasks = self.tables["tasks"]
        if self.votes is not None:
            return min(len(self.votes.tasks), _PATTERN[1])
        return _PATTERN[1] if tasks is None else min(tasks["task_id"].nunique(), _PATTERN[1])

    @cached_property
    def assumed_picks(self) -> int:
        """Count the picks of a voter: as in this vote, or else as many as there may be."""
        if self.votes is None or not len(self.votes.voters):
            return self.settings.max_picks
        return max(round(float(self.votes.picked.sum(axis=1).mean())), 1)

    @cached_property
    def assumed_stability(self) -> Publishable | None:
        """The same as `stability` for a vote that has yet to be held: McGovern's pattern instead of this vote.

        None for a list that is too short for the pattern.
        """
        from toptaak.surveys.electorate import assumed_curve, assumed_electorate
        from toptaak.surveys.planning import stability_curve

        if self.assumed_tasks < _PATTERN[0]:
            return None
        rng = self.rng()
        whole = assumed_electorate(assumed_curve(self.assumed_tasks), self.assumed_picks, rng)
        frame = stability_curve(whole, self.settings, rng, TOPS, FORESEEN)
        # invented voters need no protection
        return publish(frame, self.settings.model_copy(update={"minimum_n": 5}))

    @cached_property
    def voters_needed(self) -> Publishable:
        """One row per size of the top that the stability curve finds often enough: how many voters it takes for that.

        For another top the answer lies beyond this vote, where it is a guess that takes minutes.
        """
        from toptaak.surveys.electorate import electorate_of
        from toptaak.surveys.planning import voters_needed

        assert self.votes is not None
        exact = self.stability.where(measure="top_exact").frame
        largest = exact[exact["voters"] == exact["voters"].max()]
        enough = largest.loc[largest["estimate"] >= OFTEN_ENOUGH, "top"].tolist()
        frame = voters_needed(electorate_of(self.votes), self.settings, self.rng(), enough, OFTEN_ENOUGH)
        return publish(frame, self.settings)

    @cached_property
    def segments(self) -> list[Segment]:
        """Give the numbers of each segment of the voters that may be shown."""
        return numbers.segment_numbers(self)

    @cached_property
    def weights(self) -> Weights | InputRefused | None:
        """Give the numbers of weighting to the population, or why there are none; None without population figures."""
        try:
            return numbers.weight_numbers(self) if self.has("population") else None
        except InputRefused as refused:
            return refused

    @cached_property
    def lists(self) -> Lists | None:
        """Give the numbers of the channels' lists; None without any."""
        return numbers.list_numbers(self) if self.has("channel_lists") else None

    @cached_property
    def organisation(self) -> Organisation | ToptaakError | None:
        """Give the numbers of the organisation's own vote, or why there are none; None where there was no such vote."""
        survey = numbers.organisation_survey(self)
        try:
            return None if survey is None else numbers.organisation_numbers(self, survey)
        except ToptaakError as refused:
            return refused


def open_survey(
    municipality: str,
    survey: str,
    language: str,
    data: str,
    band_cut: str = "",
    channel_weights: Mapping[str, float] | None = None,
    weight_by: Sequence[str] = (),
    weight_cap: float = CAP,
    list_version: str = "",
) -> SurveySource:
    """Check the parameters, read the data folder, and give what the notebook is made from.

    Parameters
    ----------
    survey
        Name of the survey; empty: the newest in which customers voted.
    band_cut
        `head` or `quarters`; empty: as in the settings.
    channel_weights
        What each channel counts for in the list made of all channels; one that is not named does not count. Without
        them all count the same.
    weight_by
        Variables of the population to weigh to: one is post-stratification (`age_group`, or crossed
        `age_group:sex`), several are raking. Without a choice all there are.
    weight_cap
        No weight above so many times the mean; 0 for no bound.
    list_version
        The task list the survey was held with; empty: as in the settings.

    Raises
    ------
    ToptaakError
        for a parameter that names nothing; `InputRefused` for data that cannot be used.
    """
    from toptaak.intake.store import refresh

    values = {
        "municipality": municipality, "survey": survey, "language": language, "data": data, "band_cut": band_cut,
        "channel_weights": channel_weights or {}, "weight_by": weight_by, "weight_cap": weight_cap,
        "list_version": list_version,
    }  # fmt: skip
    asked = checked_parameters(values, SurveyParameters)
    place, store = known_municipality(asked.municipality), refresh(asked.data)
    refuse_no_data(store, place.code)
    settings = _with_cut(store.settings, band_cut)
    tables = {name: store.table(name, place.code) for name in TABLES}
    settings = _with_list(settings, list_version, tables["tasks"])
    account = store.account()
    account = account[account["table"].isin(TABLES)]
    faults = [fault for fault in store.faults if fault.file in set(account["file"])]
    whole = Source(place, store.quarters(place.code)[-1], language, tables, settings, account, faults)
    name, quarter = _chosen(whole, survey)
    tables = known_on(tables, quarter.end)
    weights = _checked_weights(asked.channel_weights, tables["channel_lists"])
    return SurveySource(
        place, quarter, language, tables, settings, whole.account, whole.faults, name, weights, asked.weight_by,
        _checked_cap(asked.weight_cap),
    )  # fmt: skip


def _checked_cap(cap: float) -> float | None:
    if cap == 0:
        return None
    if not cap > 1:
        refusal = message("weight_cap must lie above 1, or be 0 for no bound. Found: {found}.", found=cap)
        raise ToptaakError(refusal)
    return float(cap)


def _checked_weights(weights: Mapping[str, float], lists: pd.DataFrame | None) -> Mapping[str, float]:
    for channel, weight in weights.items():
        _one_of("channel_weights", channel, CHANNELS)
        if weight < 0:
            refusal = message("The weight of channel {channel} must not be below zero.", channel=channel)
            raise ToptaakError(refusal)
    present = [] if lists is None else [str(channel) for channel in lists["channel"].unique()]
    if weights and present and not any(weights.get(channel, 0) > 0 for channel in present):
        refusal = message(
            "Give at least one channel that has a list a weight above zero. Channels with a list: {channels}.",
            channels=", ".join(sorted(present)),
        )
        raise ToptaakError(refusal)
    return weights


def _one_of(name: str, value: str, choices: tuple[str, ...]) -> None:
    if value not in choices:
        refusal = message(
            "{name} must be one of: {choices}. Found: {found}.", name=name, choices=", ".join(choices), found=value
        )
        raise ToptaakError(refusal)


def _with_cut(settings: Settings, band_cut: str) -> Settings:
    if not band_cut:
        return settings
    _one_of("band_cut", band_cut, CUTS)
    return settings.model_copy(update={"band_cut": band_cut})


def _with_list(settings: Settings, list_version: str, tasks: pd.DataFrame | None) -> Settings:
    if not list_version or tasks is None:
        return settings
    _one_of("list_version", list_version, tuple(sorted(tasks["list_version"].unique())))
    return settings.model_copy(update={"list_version": list_version})


def _chosen(whole: Source, survey: str) -> tuple[str, Quarter]:
    """Choose the survey, and the quarter in which it ended for that of the report."""
    if not whole.has("ballots"):
        return "", whole.quarter
    ballots, respondents = whole.tables["ballots"], whole.tables["respondents"]
    assert ballots is not None
    assert respondents is not None
    name = survey or whole.survey
    _one_of("survey", name, tuple(sorted(ballots["survey"].unique())))
    last = respondents.loc[respondents["survey"] == name, "date"].max()
    return name, Quarter.of(pd.Timestamp(last).date())
