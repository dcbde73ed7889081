"""What a few example municipalities have on top of their ordinary contacts: a surge, and reports made over again.

A surge: from two whole weeks before the end on, more questions about one task. Reports made over again: for a year
people report the same thing several times; half of those repeats stop on the day of a change.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Final

import numpy as np
import pandas as pd

from toptaak.core.periods import Quarter, week_column
from toptaak.example.simulated_contacts import CASES, Cases, described, follow, inside, new_channels, seconds_of_day
from toptaak.example.simulated_votes import task_shares
from toptaak.example.world import Array, Town, World, pick_days

SURGE_TASK: Final = "T01"
SURGE_FACTOR: Final = 7.0  # new cases about the task's topic, times as many as usual
REPEATED_TASK: Final = "T43"
CHANGE: Final = "Wie iets meldt, krijgt bericht als het is opgelost"
REPEATS_LEFT: Final = 0.5  # of the repeats, what remains after the change
_SURGE_SOLVED = 0.75
_REPORTS_PER_WEEK, _REPEATS_PER_REPORT = 4.0, 3.0
_SOONEST, _LATEST = 2, 15  # days until a report is made over again
_WEEKS_A_QUARTER = 13


def extra_contacts(world: World, town: Town) -> Iterator[pd.DataFrame]:
    """Give the contacts that come on top of the ordinary ones of one municipality; one row is one contact."""
    if town.surge:
        yield _marked(_surge(world, town), "P", "question")
    if town.repeats:
        yield _marked(_repeats(world, town), "M", "report")


def _marked(contacts: pd.DataFrame, letter: str, kind: str) -> pd.DataFrame:
    """Keep cases and customers apart from the ordinary ones."""
    return contacts.assign(case=letter + contacts["case"], customer=letter + contacts["customer"], kind=kind)


def surge_start(world: World) -> dt.date:
    """Give the Monday on which a surge begins: of the last but one whole week of the example."""
    last = world.quarters[-1].end
    return last - dt.timedelta(days=last.isoweekday() % 7 + 13)


def _surge(world: World, town: Town) -> pd.DataFrame:
    rng = world.rng("surge", town.number)
    days = _days(surge_start(world), world.quarters[-1].end)
    tasks = world.tasks
    topic = tasks.loc[tasks["task_id"] == SURGE_TASK, "category"].item()
    share = task_shares(world, town, world.quarters[-1].year)[tasks["category"] == topic].sum()
    usual = CASES * town.size / _WEEKS_A_QUARTER * share
    count = rng.poisson((SURGE_FACTOR - 1) * usual * len(days) / 7)
    first = np.sort(pick_days(rng, days, count, 0.25))
    cases = Cases(first, _only_task(world, SURGE_TASK, count), np.full(count, _SURGE_SOLVED))
    log = follow(rng, cases)
    return described(world, town, cases, log[inside(log["day"], world, town)], rng)


def change_day(world: World) -> dt.date:
    """Give the day of the change after which fewer reports are made over again."""
    return world.quarters[max(0, len(world.quarters) - 2)].start + dt.timedelta(days=20)


def _repeats(world: World, town: Town) -> pd.DataFrame:
    rng = world.rng("repeats", town.number)
    days = _days(_year(world)[0].start, world.quarters[-1].end)
    first = np.sort(pick_days(rng, days, rng.poisson(_REPORTS_PER_WEEK * len(days) / 7), 0.25))
    cases = Cases(first, _only_task(world, REPEATED_TASK, len(first)), np.ones(len(first)))
    log = pd.concat([pd.DataFrame({"case": np.arange(len(first)), "day": first}), _made_again(world, first, rng)])
    log = log.sort_values(["case", "day"], ignore_index=True)
    channel = new_channels(rng, len(log))
    log = log.assign(
        second=seconds_of_day(rng, channel),
        handling=np.rint(180 * rng.lognormal(0, 0.5, len(log))),
        channel=channel,
        answered=True,
        resolved=~log["case"].duplicated(keep="last"),
    )
    return described(world, town, cases, log[inside(log["day"], world, town)], rng)


def _made_again(world: World, first: Array, rng: np.random.Generator) -> pd.DataFrame:
    """Draw when a report is made over again, at most once a day; from the change on part of it does not happen."""
    case = np.repeat(np.arange(len(first)), rng.poisson(_REPEATS_PER_REPORT, len(first)))
    day = first[case] + rng.integers(_SOONEST, _LATEST + 1, len(case))
    again = pd.DataFrame({"case": case, "day": day}).drop_duplicates()
    return again[(again["day"] < np.datetime64(change_day(world))) | (rng.random(len(again)) < REPEATS_LEFT)]


def _year(world: World) -> tuple[Quarter, ...]:
    return world.quarters[-4:]


def _days(first: dt.date, last: dt.date) -> Array:
    return np.arange(np.datetime64(first), np.datetime64(last) + 1)


def _only_task(world: World, task: str, count: int) -> Array:
    return np.full(count, int(np.flatnonzero(world.tasks["task_id"] == task)[0]))


def disturbed(world: World, town: Town) -> set[str]:
    """List the quarters in which these contacts make the usual truth about cases untrue."""
    quarters = [*(_year(world) if town.repeats else ()), *(world.quarters[-1:] if town.surge else ())]
    return {str(quarter) for quarter in quarters}


def surge_truth(world: World, town: Town) -> pd.DataFrame:
    """Give how many contacts a surge added in each week; one row is a week."""
    columns = ["municipality", "source", "topic", "week", "added"]
    if not town.surge:
        return pd.DataFrame(columns=columns)
    contacts = next(extra_contacts(world, town))
    counts = contacts.assign(week=week_column(contacts["started_at"])).groupby(["municipality", "topic", "week"]).size()
    return counts.rename("added").reset_index().assign(source="contacts")[columns]


def change_truth(world: World, town: Town) -> pd.DataFrame:
    """Give the true effect of the change, one row each: repeated reports per week after it, divided by before."""
    columns = ["municipality", "task_id", "date", "label", "repeats_left"]
    row = (town.code, REPEATED_TASK, change_day(world), CHANGE, REPEATS_LEFT)
    return pd.DataFrame([row] if town.repeats else [], columns=columns)
