"""The task attempts of the example, with the chance of success and disaster and the time of every cell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from toptaak.example.simulated_votes import task_shares
from toptaak.example.world import CHANNELS, Array, Town, World, draw_days, names

MEASURED_TASKS = 20
_CHANNEL_MIX = (0.46, 0.22, 0.13, 0.10, 0.06, 0.03)
_CHANNEL_EASE = (-0.15, 0.1, 0.45, -0.2, -0.1, -0.3)
_CHANNEL_SECONDS = (300, 360, 900, 600, 420, 1500)  # what it takes of the customer's own time
_ATTEMPTS = 450
_SPREAD = 0.8  # standard deviation of the logarithm of the duration
_BELIEVES_RIGHTLY = 0.97  # chance that a customer who succeeded says so
_NOT_ELIGIBLE = 0.04  # share of handled attempts that end with "not eligible"
_UNVERIFIED, _UNASKED, _UNTIMED = 0.08, 0.05, 0.03
_REASONS = (
    "niet gevonden",
    "uitleg niet duidelijk",
    "technische storing",
    "inloggen lukt niet",
    "geen antwoord gekregen",
    "doorverwezen zonder resultaat",
)
_METHODS = ("taaktest", "navraag achteraf")


@dataclass(frozen=True)
class Chances:
    """What is true of one municipality's attempts.

    `tasks`: positions of the measured tasks. The other arrays have the shape quarters x tasks x channels;
    `weight` is the chance that an attempt falls in the cell (sums to 1 per quarter), `log_seconds` the mean
    of the logarithm of the duration.
    """

    tasks: Array
    weight: Array
    success: Array
    disaster: Array
    log_seconds: Array


def make_chances(world: World, town: Town) -> Chances:
    """Settle what is true, before anything is drawn."""
    rng = world.rng("mix", town.number)
    share = task_shares(world, town, world.quarters[-1].year)
    tasks = np.sort(np.argsort(-share, kind="stable")[:MEASURED_TASKS])
    of_task = share[tasks] / share[tasks].sum()
    of_channel = rng.dirichlet(np.array(_CHANNEL_MIX) * 25, MEASURED_TASKS)
    ease = _task_traits(world)[0][tasks, None] + rng.normal(0, 0.2) + np.array(_CHANNEL_EASE)
    success = np.clip(1 / (1 + np.exp(-ease - rng.normal(0, 0.15, ease.shape))), 0.35, 0.9)
    if town.sure_task:
        success[of_task.argmax()] = 1.0
    change = town.success_change * town.change(world.quarters)[:, None, None]
    over_time = np.where(success == 1, 1.0, success + change)
    mistaken = rng.uniform(0.1, 0.4, MEASURED_TASKS)[:, None]
    slow = _task_traits(world)[1][tasks, None] + rng.normal(0, 0.1)
    shape = over_time.shape
    return Chances(
        tasks,
        np.broadcast_to(of_task[:, None] * of_channel, shape),
        over_time,
        (1 - over_time) * mistaken,
        np.broadcast_to(np.log(_CHANNEL_SECONDS) + slow, shape),
    )


def _task_traits(world: World) -> tuple[Array, Array]:
    """Give each task's ease (logit) and slowness (log), the same in all municipalities."""
    rng = world.rng("mix", 0)
    return rng.normal(1.1, 0.4, len(world.tasks)), rng.normal(0, 0.3, len(world.tasks))


def make_attempts(world: World, town: Town, chances: Chances) -> pd.DataFrame:
    """Draw the attempts of one municipality; one row is one attempt."""
    rng = world.rng("attempts", town.number)
    return pd.concat(_quarters(world, town, chances, rng), ignore_index=True)


def _quarters(world: World, town: Town, chances: Chances, rng: np.random.Generator) -> Iterator[pd.DataFrame]:
    for at, quarter in enumerate(world.quarters):
        count = rng.poisson(20 if town.sparse else _ATTEMPTS * town.size)
        cell = rng.choice(chances.weight[at].size, count, p=chances.weight[at].ravel())
        task, channel = np.unravel_index(cell, chances.weight[at].shape)
        outcome = _outcomes(rng, chances.success[at].ravel()[cell], chances.disaster[at].ravel()[cell])
        seconds = np.exp(chances.log_seconds[at].ravel()[cell] + rng.normal(0, _SPREAD, count))
        days = draw_days(rng, quarter, count)
        ids = np.array([f"{quarter}-{number:04d}" for number in range(1, count + 1)], dtype=object)
        frame = pd.DataFrame(
            {
                "municipality": town.code,
                "date": days,
                "respondent": ids,
                "task_id": names(world.tasks["task_id"].to_numpy(), chances.tasks[task]),
                "channel": names(CHANNELS, channel),
            }
            | outcome
        )
        frame["duration_s"] = np.where(rng.random(count) < _UNTIMED, np.nan, np.maximum(1, np.rint(seconds)))
        frame["failure_reason"] = names((*_REASONS, None), _reason_codes(rng, frame))
        frame["method"] = names(_METHODS, rng.choice(2, count, p=(0.3, 0.7)))
        frame["weight"] = 1.0
        if quarter != town.missing:
            yield _unrecorded(town, frame)


def _outcomes(rng: np.random.Generator, success: Array, disaster: Array) -> dict[str, object]:
    """Draw what happened and what is known of it."""
    count = len(success)
    draw = rng.random(count)
    verified = draw < success
    mistaken = ~verified & (draw < success + disaster)
    believed = np.where(verified, rng.random(count) < _BELIEVES_RIGHTLY, mistaken)
    handled = np.where(rng.random(count) < _NOT_ELIGIBLE, 1, 0)
    fell_short = np.where(mistaken, rng.choice((2, 3), count), rng.choice((2, 3, 4), count, p=(0.25, 0.35, 0.4)))
    outcome = np.where(verified, handled, fell_short)
    known = rng.random(count) >= _UNVERIFIED
    labels = ("completed", "not_eligible", "partial", "failed", "gave_up", None)
    return {
        "believed_success": _masked(believed, rng.random(count) >= _UNASKED),
        "verified_success": _masked(verified, known),
        "outcome": names(labels, np.where(known, outcome, 5)),
    }


def _masked(answers: Array, known: Array) -> pd.Series:
    return pd.Series(answers, dtype="boolean").where(pd.Series(known))


def _reason_codes(rng: np.random.Generator, frame: pd.DataFrame) -> Array:
    failed = (frame["verified_success"] == False).fillna(False).to_numpy(dtype=bool)  # noqa: E712 - three-valued
    has_reason = failed & (rng.random(len(frame)) < 0.9)
    return np.where(
        has_reason, rng.choice(len(_REASONS), len(frame), p=(0.3, 0.25, 0.12, 0.13, 0.12, 0.08)), len(_REASONS)
    )


def _unrecorded(town: Town, frame: pd.DataFrame) -> pd.DataFrame:
    """Leave out what this municipality does not record."""
    unknown = pd.array([pd.NA] * len(frame), dtype="boolean")
    if not town.verified:
        frame = frame.assign(verified_success=unknown, outcome=None, failure_reason=None)
    if not town.believed:
        frame = frame.assign(believed_success=unknown)
    return frame


def attempt_truth(world: World, town: Town, chances: Chances) -> pd.DataFrame:
    """Give the true numbers per quarter: overall, per task, per channel, and per task and channel."""
    succeeded = chances.weight * chances.success
    believed = chances.success * _BELIEVES_RIGHTLY + chances.disaster
    parts = []
    for along in ((1, 2), (2,), (1,), ()):
        weight, success = chances.weight.sum(along, keepdims=True), succeeded.sum(along, keepdims=True)
        values = {
            "success_rate": success / weight,
            "failure_rate": 1 - success / weight,
            "disaster_rate": (chances.weight * chances.disaster).sum(along, keepdims=True) / weight,
            "reported_success": (chances.weight * believed).sum(along, keepdims=True) / weight,
            "attempt_time": np.exp((succeeded * chances.log_seconds).sum(along, keepdims=True) / success),
        }
        parts += [_long(world, town, chances, name, value) for name, value in values.items()]
    return pd.concat(parts, ignore_index=True)


def _long(world: World, town: Town, chances: Chances, measure: str, value: Array) -> pd.DataFrame:
    quarter, task, channel = (axis.ravel() for axis in np.indices(value.shape))
    ids = world.tasks["task_id"].to_numpy()[chances.tasks]
    return pd.DataFrame(
        {
            "municipality": town.code,
            "quarter": names([str(period) for period in world.quarters], quarter),
            "task_id": names(ids, task) if value.shape[1] > 1 else "_all",
            "channel": names(CHANNELS, channel) if value.shape[2] > 1 else "_all",
            "measure": measure,
            "value": value.ravel(),
        }
    )
