"""Words for what a vote counts: votes, or points where ballots are ranked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Protocol

from toptaak.core.settings import Settings
from toptaak.core.wording import Message, message
from toptaak.kpi.measure_reader import MeasureReader

# source text about votes: the same where points are counted
_POINTS: Final[Mapping[str, Message]] = {
    "The first {k} tasks together get {share} of the votes": message(
        "The first {k} tasks together get {share} of the points"
    ),
    "Most votes went to {tasks}.": message("Most points went to {tasks}."),
    "Share of the votes": message("Share of the points"),
    "Share of all votes": message("Share of all points"),
    "{voters} citizens chose the tasks that matter most to them from a list of {tasks} tasks (survey {survey}). "
    "The list below is in the order of their votes.": message(
        "{voters} citizens chose the tasks that matter most to them from a list of {tasks} tasks (survey {survey}), "
        "and put them in order. The list below is in the order of their points."
    ),
    "Bar chart of the {shown} tasks with the most votes. {first} comes first with {share} of the votes, "
    "then {second} with {second_share}. The table below the figure has all values.": message(
        "Bar chart of the {shown} tasks with the most points. {first} comes first with {share} of the points, "
        "then {second} with {second_share}. The table below the figure has all values."
    ),
    "The other task: {share} of the votes.": message(
        "The other task: {share} of the points.", "The other {n} tasks together: {share} of the points."
    ),
    "‘{first}’ got {share} of the votes: every voter chose this task.": message(
        "‘{first}’ got {share} of the points: every voter chose this task."
    ),
    "‘{first}’ got {share} of the votes, with a margin of {margin}.": message(
        "‘{first}’ got {share} of the points, with a margin of {margin}."
    ),
    "{n} of the {tasks} tasks gets half of the votes": message(
        "{n} of the {tasks} tasks gets half of the points", "{n} of the {tasks} tasks get half of the points"
    ),
    "Rising curve of the share of the votes that the first tasks hold together: {n} of the {tasks} tasks reaches "
    "half of the votes. The table below the figure has the bands.": message(
        "Rising curve of the share of the points that the first tasks hold together: {n} of the {tasks} tasks "
        "reaches half of the points. The table below the figure has the bands.",
        "Rising curve of the share of the points that the first tasks hold together: {n} of the {tasks} tasks "
        "reach half of the points. The table below the figure has the bands.",
    ),
    "The last task of the list gets {share} of the votes. The dashed line shows what the curve would be if all "
    "tasks got equally many.": message(
        "The last task of the list gets {share} of the points. The dashed line shows what the curve would be if all "
        "tasks got equally many.",
        "The {n} tasks at the end of the list together get {share} of the points. The dashed line shows what the "
        "curve would be if all tasks got equally many.",
    ),
    "Number of tasks, from most to fewest votes": message("Number of tasks, from most to fewest points"),
    "In the vote this task is number {rank} of {tasks}, with {share} of the votes.": message(
        "In the vote this task is number {rank} of {tasks}, with {share} of the points."
    ),
    "Tasks with demonstrably more hours than votes: {tasks}.": message(
        "Tasks with demonstrably more hours than points: {tasks}."
    ),
    "Tasks with demonstrably fewer hours than votes: {tasks}.": message(
        "Tasks with demonstrably fewer hours than points: {tasks}."
    ),
    "The hours go to tasks about as the votes do.": message("The hours go to tasks about as the points do."),
    "{hours} of the hours, {votes} of the votes": message("{hours} of the hours, {votes} of the points"),
    "no hours registered, {votes} of the votes": message("no hours registered, {votes} of the points"),
    "{task} weighs heaviest by estimate: {value} of 100 votes short": message(
        "{task} weighs heaviest by estimate: {value} of 100 points short"
    ),
    "{task}: {votes} of the votes, {points} points from the target": message(
        "{task}: {votes} of the points, {points} points from the target"
    ),
    "{finding}. Across the votes, upwards the distance to the target. {values}.": message(
        "{finding}. Across the points, upwards the distance to the target. {values}."
    ),
    "The higher, the further below the target; the more to the right, the more votes. The larger, the more often "
    "in channels. Square: demonstrably below the target. Lines: margins.": message(
        "The higher, the further below the target; the more to the right, the more points. The larger, the more often "
        "in channels. Square: demonstrably below the target. Lines: margins."
    ),
    "Fewer votes, below the target: then these": message("Fewer points, below the target: then these"),
    "Many votes, below the target: act here": message("Many points, below the target: act here"),
    "Fewer votes, target reached: let it run": message("Fewer points, target reached: let it run"),
    "Many votes, target reached: keep it so": message("Many points, target reached: keep it so"),
    "Votes short": message("Points short"),
    "Votes short: share of the votes × distance to the target, in votes of 100, over the last four quarters.": message(
        "Points short: share of the points × distance to the target, in points of 100, over the last four quarters."
    ),
    "Votes, volume, performance and effort per task": message("Points, volume, performance and effort per task"),
    "Below each share: the place in this group and the possible places. Voters: {sizes}.": message(
        "Below each share: the place in this group by points, and the possible places. Voters: {sizes}."
    ),
    "For each task its share of the vote and of the volume. Furthest apart: ‘{task}’, {vote} of the vote and "
    "{volume} of the volume. The table below the figure has all values.": message(
        "For each task its share of the points and of the volume. Furthest apart: ‘{task}’, {vote} of the points and "
        "{volume} of the volume. The table below the figure has all values."
    ),
    "First quarter of the vote": message("First quarter of the points"),
    "First half of the vote": message("First half of the points"),
    "Rest of the vote": message("Rest of the points"),
    "Quarters of the vote": message("Quarters of the points"),
    "A task belongs to the band of the vote in which it begins. There are two customs: quarters of the vote (top, "
    "medium, small and tiny tasks), or the first quarter and the first half. The figure shows: {cut}.": message(
        "A task belongs to the band of the points in which it begins. There are two customs: quarters of the points "
        "(top, medium, small and tiny tasks), or the first quarter and the first half. The figure shows: {cut}."
    ),
    "Not everybody was shown the whole list: each task was shown to {fewest} to {most} voters. Shares and places "
    "rest on the votes per voter who was shown the task.": message(
        "Not everybody was shown the whole list: each task was shown to {fewest} to {most} voters. Shares and places "
        "rest on the points per voter who was shown the task."
    ),
    "‘{task}’ gets {vote} of the vote and {volume} of the volume. More votes than volume: it matters to people and "
    "is asked seldom, or elsewhere. More volume than votes: perhaps it does not go right at once.": message(
        "‘{task}’ gets {vote} of the points and {volume} of the volume. More points than volume: it matters to people "
        "and is asked seldom, or elsewhere. More volume than points: perhaps it does not go right at once."
    ),
}


class PointsReader(MeasureReader):
    """A reader to whom points are counted: gets the text about points for one about votes."""

    def __call__(self, text: str | Message, plural: str | None = None, /, **values: object) -> str:
        """Translate a source text about votes as one about points."""
        return super().__call__(_POINTS.get(text, text) if isinstance(text, str) else text, plural, **values)


class _Voted(Protocol):
    @property
    def say(self) -> MeasureReader: ...

    @property
    def settings(self) -> Settings: ...


def in_votes(source: _Voted) -> MeasureReader:
    """Give the reader of a vote: texts about votes are about points where the ballots are ranked.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> ranked = SimpleNamespace(say=MeasureReader("en"), settings=Settings(scoring="ranked"))
    >>> in_votes(ranked)("Most votes went to {tasks}.", tasks="‘Passport’")
    'Most points went to ‘Passport’.'
    """
    return PointsReader(source.say.language) if source.settings.scoring == "ranked" else source.say
