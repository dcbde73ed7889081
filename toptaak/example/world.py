"""Who takes part in the example and what is special about each: the plan that all tables follow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from toptaak.core.municipalities import fictional_code, find
from toptaak.core.periods import Quarter

Array = NDArray[Any]

LAST_QUARTER = Quarter(2026, 3)
LIST_VERSION, OLDER_VERSION = "2026", "2025"
_OLDER_NAMES = {
    "T16": "Openingstijden van het afvalbrengstation vinden",
    "T23": "Stand van zaken van een aanvraag bekijken",
    "T33": "Subsidie aanvragen voor zonnepanelen",
    "T56": "Meepraten over plannen voor de buurt",
}
CHANNELS = ("web", "phone", "desk", "e-mail", "chat", "mail")

# Each purpose draws from a stream of its own, so that a change in one leaves the others as they were.
# New streams go at the end.
_STREAMS = (
    "curve",
    "survey",
    "mix",
    "attempts",
    "liking",
    "ratings",
    "solving",
    "contacts",
    "simulated contacts",
    "steps",
    "channels",
    "forms",
    "effort",
    "wishes",
    "signals",
    "feedback",
    "surge",
    "repeats",
    "staff",
    "answers",
    "calls",
)


@dataclass(frozen=True)
class Town:
    """One example municipality and everything in which it differs from a plain one.

    `changed_from` is the first quarter with `success_change` (points of success ratio) and
    `satisfaction_change` (points on every mark of 1-10; effort and recommendation in step). `surge` and `repeats`:
    see `example.events`; `switch_totals`: see `example.phone_totals`.
    """

    number: int
    code: str
    name: str
    inhabitants: int
    verified: bool = True
    believed: bool = True
    rated: bool = True
    with_targets: bool = True
    sparse: bool = False
    sure_task: bool = False
    missing: Quarter | None = None
    effort_question: str = "ces2"
    new_wording: bool = False
    ranked: bool = False
    employee_survey: bool = False
    surge: bool = False
    repeats: bool = False
    switch_totals: bool = False
    success_change: float = 0.0
    satisfaction_change: float = 0.0
    changed_from: Quarter | None = None

    @property
    def size(self) -> float:
        """Give the number of observations relative to a middling municipality."""
        return float(np.clip((self.inhabitants / 50_000) ** 0.25, 0.85, 1.25))

    def change(self, quarters: tuple[Quarter, ...]) -> Array:
        """Tell for each quarter whether the change of this municipality has taken place."""
        return np.array([self.changed_from is not None and quarter >= self.changed_from for quarter in quarters])


@dataclass(frozen=True)
class World:
    """What all example municipalities share."""

    seed: int
    quarters: tuple[Quarter, ...]

    @property
    def tasks(self) -> pd.DataFrame:
        """The task list; one row is a task, in the order of the common vote curve."""
        return _tasks()

    def rng(self, stream: str, *numbers: int) -> np.random.Generator:
        """Give the random numbers of one purpose and municipality (0: all), whatever the others do."""
        key = (_STREAMS.index(stream), *numbers)
        return np.random.default_rng(np.random.SeedSequence(self.seed, spawn_key=key))


@cache
def _tasks() -> pd.DataFrame:
    return pd.read_csv(Path(__file__).parent / "tasks.csv", sep=";", dtype=str, keep_default_na=False)


def task_lists(world: World) -> pd.DataFrame:
    """List the tasks of the version in force, after those of the older one, in which a few had another name."""
    now = world.tasks.drop(columns="audience").assign(list_version=LIST_VERSION)
    renamed = now["task_id"].map(_OLDER_NAMES)
    before = now.assign(label=renamed.fillna(now["label"]), list_version=OLDER_VERSION)
    return pd.concat([before, now], ignore_index=True)


def make_world(seed: int, quarters: int, last_quarter: Quarter = LAST_QUARTER) -> World:
    """Make the world of `quarters` quarters that end with `last_quarter`.

    Examples
    --------
    >>> [str(one) for one in make_world(1, 2).quarters]
    ['2026Q2', '2026Q3']
    """
    return World(seed, tuple(last_quarter.shift(step) for step in range(1 - quarters, 1)))


def make_town(number: int, world: World) -> Town:
    """Make example municipality `number` (from 1); the first twelve show every state a report can be in.

    Examples
    --------
    >>> town = make_town(2, make_world(1, 2))
    >>> town.code, town.name, town.verified
    ('GM9902', 'Oosterzand', False)
    """
    code = fictional_code(number)
    listed = find(code)
    if listed is None:
        raise ValueError(f"there is no example municipality {number}")
    plain = Town(number, code, listed.name, listed.inhabitants or 20_000)
    return _special(plain, world) if number <= 12 else _ordinary(plain, world)


def _ordinary(town: Town, world: World) -> Town:
    last = world.quarters[-1]
    change = {0: 0.08, 1: -0.08}.get(town.number % 8, 0.0)
    return replace(
        town,
        ranked=town.number % 6 == 0,
        success_change=change,
        changed_from=last if change else None,
    )


def _special(town: Town, world: World) -> Town:
    last = world.quarters[-1]
    earlier = world.quarters[len(world.quarters) // 2]
    better = {"success_change": 0.08, "changed_from": last}
    features: dict[int, dict[str, object]] = {
        1: better | {"surge": True, "repeats": True},
        2: {"verified": False, "switch_totals": True},
        3: {"rated": False},
        4: {"sparse": True},
        5: better | {"repeats": True},
        6: {"sure_task": True},
        7: {"missing": last.previous()},
        8: {"effort_question": "ces1"},
        9: {"ranked": True, "success_change": -0.12, "changed_from": last, "surge": True},
        10: {
            "ranked": True,
            "employee_survey": True,
            "new_wording": True,
            "success_change": 0.06,
            "changed_from": earlier,
        },
        11: {"believed": False, "with_targets": False},
        12: {"ranked": True, "success_change": 0.08, "satisfaction_change": 0.4, "changed_from": last},
    }
    return replace(town, **features[town.number])  # type: ignore[arg-type]


def days_of(quarter: Quarter) -> Array:
    """List the days of a quarter as `datetime64[D]`."""
    return np.arange(np.datetime64(quarter.start), np.datetime64(quarter.next().start))


def draw_days(rng: np.random.Generator, quarter: Quarter, count: int, weekend: float = 0.25) -> Array:
    """Draw days in a quarter; a day in the weekend is `weekend` times as likely as a working day."""
    return pick_days(rng, days_of(quarter), count, weekend)


def pick_days(rng: np.random.Generator, days: Array, count: int, weekend: float) -> Array:
    """Pick from `days`; a day in the weekend is `weekend` times as likely as a working day."""
    weights = np.where(np.is_busday(days), 1.0, weekend)
    drawn: Array = days[rng.choice(len(days), count, p=weights / weights.sum())]
    return drawn


def names(labels: Sequence[str | None] | Array, codes: Array) -> Array:
    """Turn codes into labels."""
    labelled: Array = np.asarray(labels, dtype=object)[codes]
    return labelled


def only(happened: Any, values: Array | str) -> Array:
    """Keep a value where it happened, else None."""
    return np.where(np.asarray(happened), values, np.array(None))
