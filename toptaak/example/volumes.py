"""How often tasks occur per channel, and how many web forms are begun and finished."""

from __future__ import annotations

import numpy as np
import pandas as pd

from toptaak.example.simulated_votes import task_shares
from toptaak.example.world import CHANNELS, Town, World, names

_PER_INHABITANT = (
    0.55,
    0.16,
    0.07,
    0.04,
    0.02,
    0.01,
)  # contacts per quarter and channel: web, phone, desk, ...
_LISTED = 0.85  # chance that a channel's list has a line for a task
FORM_TASKS = ("T02", "T03", "T04", "T06", "T08", "T11", "T13", "T15", "T25")
_FORMS_PER_WEEK_AND_INHABITANT = 0.0012


def make_channel_lists(world: World, town: Town) -> pd.DataFrame:
    """Draw how often each task occurs in each channel; one row is a task in a channel in a quarter.

    Volume follows the vote only in part; a task without a line is not offered in that channel.
    """
    rng = world.rng("channels", town.number)
    share = task_shares(world, town, world.quarters[-1].year)
    shape = (len(CHANNELS), len(share))
    worth = share**0.9 * rng.lognormal(0, 0.5, shape)
    mean = town.inhabitants * np.array(_PER_INHABITANT)[:, None] * worth / worth.sum(axis=1, keepdims=True)
    volume = rng.poisson(mean, (len(world.quarters), *shape))
    listed = rng.random(shape) < _LISTED
    kept = np.array([period != town.missing for period in world.quarters])
    quarter, channel, task = np.nonzero(listed & kept[:, None, None])
    return pd.DataFrame(
        {
            "municipality": town.code,
            "quarter": names([str(period) for period in world.quarters], quarter),
            "channel": names(CHANNELS, channel),
            "task_id": names(world.tasks["task_id"].to_numpy(), task),
            "volume": volume[quarter, channel, task],
        }
    )


def make_forms(world: World, town: Town) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Draw forms begun and finished per week, and give the true chance that a form is finished."""
    rng = world.rng("forms", town.number)
    weeks = [week for quarter in world.quarters if quarter != town.missing for week in quarter.weeks()]
    chance = rng.uniform(0.55, 0.92, len(FORM_TASKS))
    mean = 1 + town.inhabitants * _FORMS_PER_WEEK_AND_INHABITANT * rng.uniform(0.2, 1.0, len(FORM_TASKS))
    started = rng.poisson(mean, (len(weeks), len(FORM_TASKS)))
    finished = rng.binomial(started, chance)
    week, form = np.indices(started.shape)
    forms = pd.DataFrame(
        {
            "municipality": town.code,
            "week": names(weeks, week.ravel()),
            "form": names([f"formulier-{task}" for task in FORM_TASKS], form.ravel()),
            "task_id": names(FORM_TASKS, form.ravel()),
            "started": started.ravel(),
            "finished": finished.ravel(),
        }
    )
    truth = pd.DataFrame({"municipality": town.code, "task_id": FORM_TASKS, "form_completion_rate": chance})
    return forms, truth
