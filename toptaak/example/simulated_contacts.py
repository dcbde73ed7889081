"""The contact log of the example: cases of one or more contacts over channels, and their steps afterwards."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from toptaak.core.periods import AMSTERDAM, Quarter
from toptaak.example.simulated_votes import task_shares
from toptaak.example.world import CHANNELS, Array, Town, World, draw_days, names, only

CASES = 450  # per quarter, of a middling municipality
_SIMULATED_CASES = 40_000
_KINDS = ("question", "request", "report", "complaint")
_KIND_CHANCES = (0.5, 0.33, 0.11, 0.06)
_CHANNEL_MIX = (0.22, 0.40, 0.16, 0.14, 0.05, 0.03)
_STAYS = 0.5  # chance that the next contact runs through the same channel
_ANSWERED = (1.0, 0.93, 1.0, 1.0, 0.95, 1.0)
_WAIT_MEDIAN = (np.nan, 130.0, 240.0, np.nan, 60.0, np.nan)
_HANDLING_MEDIAN = (240.0, 330.0, 720.0, 420.0, 480.0, 900.0)
_HANDLED_BY = (
    "digitaal loket",
    "kcc-medewerker",
    "baliemedewerker",
    "vakspecialist",
    "kcc-medewerker",
    "vakspecialist",
)
_OPENS, _CLOSES = (7, 8, 9, 7, 8, 9), (23, 17, 17, 23, 17, 17)

# Chance of a new contact on each day after a contact that solved nothing: it rises after about ten days.
SILENCE_HAZARD = np.array([0.05] * 8 + [0.09, 0.16, 0.18, 0.16, 0.12, 0.08] + [0.03] * 31)

_HAS_CASES = 1  # the town whose case system delivers an export
_TERM_DAYS = 56  # eight weeks
_OUTCOMES = ("verleend", "verleend", "verleend", "verwerkt", "geweigerd")
_STEPS = ("ontvangen", "in behandeling", "aanvulling gevraagd", "besluit", "afgerond")
_STEP_DAYS = (0.0, 2.0, 4.0, 6.0, 1.5)  # median number of days after the step before
_ASKED_FOR_MORE = 0.3
_DEPARTMENTS = ("Klantcontactcentrum", "Backoffice", "Backoffice", "Vakafdeling", "Backoffice")


@dataclass(frozen=True)
class Cases:
    """Cases of one municipality; one element of each array is a case."""

    first_day: Array
    task: Array
    solved: Array  # chance that an answered contact solves it


def make_contacts(world: World, town: Town) -> pd.DataFrame:
    """Draw the contact log of one municipality; one row is one contact, in order of case and time."""
    rng = world.rng("contacts", town.number)
    mean = 24.0 if town.sparse else CASES * town.size
    counts = rng.poisson(mean, len(world.quarters))
    days = [draw_days(rng, quarter, count) for quarter, count in zip(world.quarters, counts, strict=True)]
    cases = _cases(world, town, np.sort(np.concatenate(days)), rng)
    log = follow(rng, cases)
    kept = inside(log["day"], world, town)
    return described(world, town, cases, log[kept], rng)


def _cases(world: World, town: Town, first_day: Array, rng: np.random.Generator) -> Cases:
    share = task_shares(world, town, world.quarters[-1].year)
    task = rng.choice(len(share), len(first_day), p=share)
    solvable = world.rng("contacts", 0).uniform(0.55, 0.8, len(share))
    of_town = world.rng("solving", town.number).uniform(-0.08, 0.08)
    return Cases(first_day, task, solvable[task] + of_town)


def follow(rng: np.random.Generator, cases: Cases) -> pd.DataFrame:
    """Follow all cases contact by contact; one row is one contact."""
    case = np.arange(len(cases.first_day))
    day, channel = cases.first_day, new_channels(rng, len(case))
    rounds = []
    while len(case):
        answered = rng.random(len(case)) < np.array(_ANSWERED)[channel]
        resolved = answered & (rng.random(len(case)) < cases.solved[case])
        second = seconds_of_day(rng, channel)
        handling = np.maximum(20, np.array(_HANDLING_MEDIAN)[channel] * rng.lognormal(0, 0.6, len(case)))
        rounds.append(
            pd.DataFrame(
                {
                    "case": case,
                    "day": day,
                    "second": second,
                    "handling": np.where(answered, np.rint(handling), 0.0),
                    "channel": channel,
                    "answered": answered,
                    "resolved": resolved,
                }
            )
        )
        silence = _days_of_silence(rng, len(case))
        again = ~resolved & (silence > 0)
        case, day, channel = case[again], (day + silence)[again], channel[again]
        stays = rng.random(len(case)) < _STAYS
        channel = np.where(stays, channel, new_channels(rng, len(case)))
    return pd.concat(rounds).sort_values(["case", "day"], ignore_index=True)


def new_channels(rng: np.random.Generator, count: int) -> Array:
    """Draw the channels of contacts whose customer starts anew."""
    return rng.choice(len(CHANNELS), count, p=_CHANNEL_MIX)


def seconds_of_day(rng: np.random.Generator, channel: Array) -> Array:
    """Draw when contacts begin, in the hours in which their channel is open."""
    opens, closes = np.array(_OPENS)[channel] * 3600, np.array(_CLOSES)[channel] * 3600
    second: Array = (opens + rng.random(len(channel)) * (closes - opens - 1800)).astype(np.int64)
    return second


def _days_of_silence(rng: np.random.Generator, count: int) -> Array:
    """Draw after how many days a customer contacts again; 0 stands for never."""
    returned_by = 1 - np.cumprod(1 - SILENCE_HAZARD)
    day = np.searchsorted(returned_by, rng.random(count)) + 1
    days: Array = np.where(day > len(returned_by), 0, day)
    return days


def inside(day: pd.Series, world: World, town: Town) -> pd.Series:
    """Tell which contacts are in the data: not after the last day, nor in a quarter that is missing."""
    kept = day <= np.datetime64(world.quarters[-1].end)
    if town.missing:
        kept &= ~_within(day, town.missing)
    return kept


def _within(day: pd.Series, quarter: Quarter) -> pd.Series:
    return day.between(np.datetime64(quarter.start), np.datetime64(quarter.end))


def described(world: World, town: Town, cases: Cases, log: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Turn what `follow` gives into rows of the table `contacts`."""
    case, channel = log["case"].to_numpy(), log["channel"].to_numpy()
    of_case = len(cases.task)
    kind = rng.choice(len(_KINDS), of_case, p=_KIND_CHANCES)[case]
    customer = rng.integers(1, max(2, int(of_case * 0.8)), of_case)[case]
    started = _clock(log["day"], log["second"])
    wait = np.rint(np.array(_WAIT_MEDIAN)[channel] * rng.lognormal(0, 1, len(log)))
    wait = np.minimum(wait, 5400)
    ended = started + pd.to_timedelta(log["handling"].to_numpy(), unit="s")
    task = cases.task[case]
    handled = only(log["answered"], names(_HANDLED_BY, channel))
    return pd.DataFrame(
        {
            "municipality": town.code,
            "case": np.array([f"Z{number:07d}" for number in range(1, of_case + 1)], dtype=object)[case],
            "customer": np.array([f"K{number:06d}" for number in range(of_case + 1)], dtype=object)[customer],
            "task_id": names(world.tasks["task_id"].to_numpy(), task),
            "topic": names(world.tasks["category"].to_numpy(), task),
            "kind": names(_KINDS, kind),
            "channel": names(CHANNELS, channel),
            "started_at": started,
            "ended_at": ended,
            "wait_s": wait,
            "answered": log["answered"].to_numpy(),
            "resolved": log["resolved"].to_numpy(),
            "handled_by": handled,
        }
    )


def _clock(day: pd.Series, second: pd.Series) -> pd.DatetimeIndex:
    local = day.to_numpy().astype("datetime64[s]") + second.to_numpy().astype("timedelta64[s]")
    return pd.DatetimeIndex(local).tz_localize(AMSTERDAM)


def make_cases(town: Town, contacts: pd.DataFrame) -> pd.DataFrame:
    """Give the export of the case system of the town that has one: what its contacts tell, one row per case."""
    log = contacts if town.number == _HAS_CASES else contacts.iloc[:0]
    log = log.dropna(subset="case").sort_values(["started_at", "channel"], kind="stable")
    cases = log.drop_duplicates("case").set_index("case")
    closed = log[log["resolved"].astype(bool)].groupby("case")["ended_at"].max().reindex(cases.index)
    done = closed.notna()
    described = cases[["municipality", "customer", "task_id", "topic", "channel"]].reset_index()
    return described.assign(
        opened_at=cases["started_at"].to_numpy(),
        closed_at=closed.to_numpy(),
        due_at=(cases["started_at"].dt.normalize() + pd.Timedelta(days=_TERM_DAYS)).to_numpy(),
        status=np.where(done, "afgehandeld", "in behandeling"),
        outcome=only(done, names(_OUTCOMES, np.arange(len(cases)) % len(_OUTCOMES))),
        weight=1.0,
    )


def make_steps(world: World, town: Town, contacts: pd.DataFrame) -> pd.DataFrame:
    """Draw the steps of every request behind the counter; one row is one step, steps yet to come left out."""
    rng = world.rng("steps", town.number)
    requests = contacts[contacts["kind"] == "request"].drop_duplicates("case")
    count = len(requests)
    days = np.array(_STEP_DAYS) * rng.lognormal(0, 0.7, (count, len(_STEPS)))
    asked = rng.random(count) < _ASKED_FOR_MORE
    days[:, 2] *= asked
    seconds = np.rint(days.cumsum(axis=1) * 86_400)
    at = requests["ended_at"].dt.tz_convert("UTC").dt.tz_localize(None).to_numpy()[:, None] + seconds.astype(
        "timedelta64[s]"
    )
    taken = np.ones_like(at, dtype=bool)
    taken[:, 2] = asked
    row, step = np.nonzero(taken)
    frame = pd.DataFrame(
        {
            "municipality": town.code,
            "case": requests["case"].to_numpy()[row],
            "task_id": requests["task_id"].to_numpy()[row],
            "channel": requests["channel"].to_numpy()[row],
            "step": names(_STEPS, step),
            "at": pd.DatetimeIndex(at[row, step]).tz_localize("UTC").tz_convert(AMSTERDAM),
            "department": names(_DEPARTMENTS, step),
        }
    )
    last = pd.Timestamp(world.quarters[-1].next().start, tz=AMSTERDAM)
    frame = frame[frame["at"] < last]
    if town.missing:
        first, after = (pd.Timestamp(period.start, tz=AMSTERDAM) for period in (town.missing, town.missing.next()))
        frame = frame[(frame["at"] < first) | (frame["at"] >= after)]
    return frame.reset_index(drop=True)


def contact_truth(world: World, town: Town) -> pd.DataFrame:
    """Give the true numbers of completed cases, per channel of the first contact, from many simulated ones.

    A journey has no closed form. The first quarter is left out, as is one after a gap: cases from before are not
    in the data.
    """
    rng = world.rng("simulated contacts", town.number)
    cases = _cases(world, town, np.full(_SIMULATED_CASES, np.datetime64("2026-01-05")), rng)
    log = follow(rng, cases)
    second = log["day"].to_numpy().astype("datetime64[s]").astype(np.int64) + log["second"].to_numpy()
    log = log.assign(start=second, end=second + log["handling"].to_numpy())
    by_case = log.groupby("case").agg(
        channel=("channel", "first"),
        contacts=("day", "size"),
        start=("start", "first"),
        end=("end", "last"),
        resolved=("resolved", "last"),
    )
    done = by_case[by_case["resolved"]]
    done = done.assign(channel=names(CHANNELS, done["channel"].to_numpy()), log=np.log(done["end"] - done["start"]))
    means = pd.concat([done.assign(channel="_all"), done]).groupby("channel")[["contacts", "log"]].mean()
    values = pd.DataFrame({"contacts_per_case": means["contacts"], "completion_time": np.exp(means["log"])})
    long = values.rename_axis("channel").melt(ignore_index=False, var_name="measure").reset_index()
    truth = pd.DataFrame({"municipality": town.code, "quarter": _whole_quarters(world, town), "task_id": "_all"})
    return truth.merge(long, how="cross")


def _whole_quarters(world: World, town: Town) -> list[str]:
    """List the quarters in which no case is completed that began before the data or in a gap."""
    left_out = {town.missing, town.missing.next()} if town.missing else set()
    return [str(quarter) for quarter in world.quarters[1:] if quarter not in left_out]
