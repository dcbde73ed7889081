"""The top-task surveys of the example: respondents, ballots, population, with their true shares."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from toptaak.core.periods import Quarter
from toptaak.example.world import Array, Town, World, draw_days, names

AGES = ("18-34", "35-49", "50-64", "65+")
SEXES = ("female", "male")
ROLES = ("citizen", "entrepreneur", "employee")
DISTRICTS = ("Centrum", "Noord", "Oost", "Zuid", "Buitengebied")
MODES = ("web", "paper", "phone")
_PEOPLE = {
    "age_group": (0.27, 0.24, 0.26, 0.23),
    "sex": (0.51, 0.49),
    "district": (0.2, 0.25, 0.2, 0.25, 0.1),
}
_VOTERS = {"age_group": (0.15, 0.22, 0.31, 0.32), "sex": (0.55, 0.45), "role": (0.86, 0.1, 0.04)}
_PICKS = (0.02, 0.03, 0.03, 0.06, 0.06, 0.80)  # of 0, 1, ... 5 tasks
_LARGEST_SHARE = 0.19  # five picks of one voter can only differ below one fifth
_AUDIENCE_OF_ROLE = {"entrepreneur": ("business", 6.0), "employee": ("", 1.1)}
_AUDIENCE_OF_AGE = {"18-34": ("young", 2.4), "35-49": ("family", 2.2), "65+": ("older", 2.6)}
_SIMULATED_VOTERS = 40_000
_EMPLOYEES = 250
_EMPLOYEE = ROLES.index("employee") * len(AGES) + 1


@dataclass(frozen=True)
class Surveys:
    """The tables of one municipality's surveys and what is true about them."""

    respondents: pd.DataFrame
    ballots: pd.DataFrame
    offered: pd.DataFrame
    population: pd.DataFrame
    truth: pd.DataFrame


def task_shares(world: World, town: Town, year: int) -> Array:
    """Give each task's vote share before people differ: a steep common curve, bent per municipality."""
    count = len(world.tasks)
    common = 1 / (np.arange(count) + 5.0)
    own = world.rng("curve", town.number).normal(0, 0.28, count)
    in_year = world.rng("curve", town.number, year).normal(0, 0.06, count)
    worth = common * np.exp(own + in_year)
    share: Array = worth / worth.sum()
    return share


def make_surveys(world: World, town: Town) -> Surveys:
    """Make one survey per year in which a quarter of the example can hold it, and at least one."""
    rng = world.rng("survey", town.number)
    parts = [_citizen_survey(world, town, quarter, rng) for quarter in _survey_quarters(world, town)]
    if town.employee_survey:
        parts.append(_employee_survey(world, town, rng))
    respondents, ballots, offered, truth = (pd.concat(frames, ignore_index=True) for frames in zip(*parts, strict=True))
    return Surveys(respondents, ballots, offered, _population(world, town), truth)


def _survey_quarters(world: World, town: Town) -> list[Quarter]:
    number = 3 if town.number % 2 else 2
    fitting = [quarter for quarter in world.quarters if quarter.number == number]
    return fitting or [world.quarters[-1]]


def _citizen_survey(world: World, town: Town, quarter: Quarter, rng: np.random.Generator) -> tuple[pd.DataFrame, ...]:
    survey = f"{town.code}-{quarter.year}"
    count = 45 if town.sparse else int(rng.integers(400, 600) + 900 * min(1.0, town.inhabitants / 120_000))
    people = {
        name: rng.choice(len(chances), count, p=chances)
        for name, chances in (_VOTERS | {"district": _PEOPLE["district"]}).items()
    }
    shares = _shares_by_group(world, town, quarter.year)
    group = people["role"] * len(AGES) + people["age_group"]
    picks = rng.choice(len(_PICKS), count, p=_PICKS)
    voter, task = _draw_picks(rng, shares, group, picks)
    voter, task, position = _ranked(rng, shares, group, voter, task)
    ids = _ids(count)
    respondents = _respondents(town, survey, ids, draw_days(rng, quarter, count, 0.8), people, rng)
    ballots = _ballots(world, survey, ids[voter], task, position if town.ranked else None)
    points = _points_truth(rng, shares) if town.ranked else np.full(len(world.tasks), np.nan)
    truth = _share_truth(world, town, survey, shares, points)
    return respondents, ballots, _no_offers(), truth


def _ids(count: int) -> Array:
    return np.array([f"{number:05d}" for number in range(1, count + 1)], dtype=object)


def _respondents(
    town: Town,
    survey: str,
    ids: Array,
    days: Array,
    people: dict[str, Array],
    rng: np.random.Generator,
) -> pd.DataFrame:
    mode = rng.choice(len(MODES), len(ids), p=(0.85, 0.1, 0.05))
    return pd.DataFrame(
        {
            "survey": survey,
            "respondent": ids,
            "municipality": town.code,
            "date": days,
            "mode": names(MODES, mode),
            "weight": 1.0,
            "segment_age_group": names(AGES, people["age_group"]),
            "segment_sex": names(SEXES, people["sex"]),
            "segment_role": names(ROLES, people["role"]),
            "segment_district": names(DISTRICTS, people["district"]),
        }
    )


def _ballots(world: World, survey: str, respondent: Array, task: Array, position: Array | None) -> pd.DataFrame:
    ids = names(world.tasks["task_id"].to_numpy(), task)
    order = pd.array(position if position is not None else [None] * len(task), dtype="Int16")
    return pd.DataFrame({"survey": survey, "respondent": respondent, "task_id": ids, "position": order})


def _no_offers() -> pd.DataFrame:
    return pd.DataFrame({"survey": [], "respondent": [], "task_id": []}, dtype=object)


def _shares_by_group(world: World, town: Town, year: int) -> Array:
    """One row per role and age group, one column per task; rows sum to 1."""
    share = task_shares(world, town, year)
    audience = world.tasks["audience"].to_numpy()
    rows = []
    for role in ROLES:
        for age in AGES:
            worth = share.copy()
            for wanted, factor in (
                _AUDIENCE_OF_ROLE.get(role, ("-", 1)),
                _AUDIENCE_OF_AGE.get(age, ("-", 1)),
            ):
                worth = worth * np.where(audience == wanted, factor, 1)
            rows.append(_capped(worth / worth.sum()))
    return np.array(rows)


def _capped(share: Array) -> Array:
    while share.max() > _LARGEST_SHARE + 1e-3:
        share = np.minimum(share, _LARGEST_SHARE)
        share = share / share.sum()
    return share


def _draw_picks(rng: np.random.Generator, shares: Array, group: Array, picks: Array) -> tuple[Array, Array]:
    """Draw each voter's picks so that a task is picked with exactly `picks * share` (systematic sampling).

    Source: W. G. Madow, "On the theory of systematic sampling, II", Ann. Math. Statist. 20 (1949) 333-354.
    """
    order = rng.random((len(group), shares.shape[1])).argsort(axis=1)
    chance = np.take_along_axis(shares[group], order, axis=1) * picks[:, None]
    crossed = np.floor(chance.cumsum(axis=1) + rng.random((len(group), 1)))
    voter, place = np.nonzero(np.diff(crossed, prepend=0, axis=1) > 0)
    return voter, order[voter, place]


def _ranked(
    rng: np.random.Generator, shares: Array, group: Array, voter: Array, task: Array
) -> tuple[Array, Array, Array]:
    """Put each voter's picks in an order in which a popular task tends to come first; positions from 1."""
    liking = np.log(shares[group[voter], task]) + rng.gumbel(size=len(voter))
    order = np.lexsort((-liking, voter))
    voter, task = voter[order], task[order]
    first = np.searchsorted(voter, voter)
    return voter, task, np.arange(len(voter)) - first + 1


def _points_truth(rng: np.random.Generator, shares: Array) -> Array:
    """Estimate each task's true share of the points 5-4-3-2-1 from many simulated voters (no closed form)."""
    group = rng.choice(len(shares), _SIMULATED_VOTERS, p=_group_chances(_VOTERS["age_group"]))
    picks = rng.choice(len(_PICKS), _SIMULATED_VOTERS, p=_PICKS)
    voter, task = _draw_picks(rng, shares, group, picks)
    _, task, position = _ranked(rng, shares, group, voter, task)
    points = np.bincount(task, 6 - position, shares.shape[1])
    share: Array = points / points.sum()
    return share


def _group_chances(ages: tuple[float, ...]) -> Array:
    return np.outer(_VOTERS["role"], ages).ravel()


def _share_truth(world: World, town: Town, survey: str, shares: Array, points: Array) -> pd.DataFrame:
    """One row per segment level and task: true share, reach, and share were the voters the population."""
    table = shares.reshape(len(ROLES), len(AGES), -1)
    voters, people = np.array(_VOTERS["age_group"]), np.array(_PEOPLE["age_group"])
    role = np.array(_VOTERS["role"])
    rows = [("_all", "_all", np.tensordot(role, voters @ table, 1), np.tensordot(role, people @ table, 1))]
    rows += [("role", name, voters @ table[at], people @ table[at]) for at, name in enumerate(ROLES)]
    rows += [("age_group", name, role @ table[:, at], role @ table[:, at]) for at, name in enumerate(AGES)]
    mean_picks = np.dot(range(6), _PICKS) / (1 - _PICKS[0])
    frames = [
        pd.DataFrame(
            {
                "municipality": town.code,
                "survey": survey,
                "variable": variable,
                "level": level,
                "task_id": world.tasks["task_id"],
                "vote_share": share,
                "vote_reach": share * mean_picks,
                "vote_share_population": in_population,
                "points_share": points if variable == "_all" else np.nan,
            }
        )
        for variable, level, share, in_population in rows
    ]
    return pd.concat(frames, ignore_index=True)


def _population(world: World, town: Town) -> pd.DataFrame:
    rows = [
        (town.code, year, variable, level, count)
        for year in sorted({quarter.year for quarter in world.quarters})
        for variable, levels in (("age_group", AGES), ("sex", SEXES), ("district", DISTRICTS))
        for level, count in zip(levels, _whole(_PEOPLE[variable], int(town.inhabitants * 0.81)), strict=True)
    ]
    return pd.DataFrame(rows, columns=["municipality", "year", "variable", "level", "count"])


def _employee_survey(world: World, town: Town, rng: np.random.Generator) -> tuple[pd.DataFrame, ...]:
    """Let employees pick from a random half of the tasks: the survey in which not everything was offered."""
    quarter = _survey_quarters(world, town)[-1]
    survey = f"{town.code}-{quarter.year}-medewerkers"
    share = _shares_by_group(world, town, quarter.year)[_EMPLOYEE]
    liking = np.log(share) + rng.normal(0, 0.5, len(share))
    offered = _random_half(rng, _EMPLOYEES, len(share))
    picked = _best_of(rng, liking, offered)
    ids = _ids(_EMPLOYEES)
    people = {"role": np.full(_EMPLOYEES, ROLES.index("employee"))}
    for name in ("age_group", "sex", "district"):
        people[name] = rng.choice(len(_PEOPLE[name]), _EMPLOYEES, p=_PEOPLE[name])
    respondents = _respondents(town, survey, ids, draw_days(rng, quarter, _EMPLOYEES, 0.0), people, rng)
    voter, task = np.nonzero(picked)
    shown_to, shown = np.nonzero(offered)
    offers = _ballots(world, survey, ids[shown_to], shown, None).drop(columns="position")
    truth = _offered_truth(world, town, survey, rng, liking)
    return respondents, _ballots(world, survey, ids[voter], task, None), offers, truth


def _random_half(rng: np.random.Generator, people: int, tasks: int) -> Array:
    return rng.random((people, tasks)).argsort(axis=1).argsort(axis=1) < tasks // 2


def _best_of(rng: np.random.Generator, liking: Array, offered: Array) -> Array:
    """Pick the five tasks that each person likes best among those offered."""
    felt = np.where(offered, liking + rng.gumbel(size=offered.shape), -np.inf)
    return (-felt).argsort(axis=1).argsort(axis=1) < len(_PICKS) - 1


def _offered_truth(world: World, town: Town, survey: str, rng: np.random.Generator, liking: Array) -> pd.DataFrame:
    """Estimate what share of those who saw a task pick it, from many simulated voters (no closed form)."""
    offered = _random_half(rng, _SIMULATED_VOTERS, len(liking))
    picked = _best_of(rng, liking, offered)
    reach = picked.sum(axis=0) / offered.sum(axis=0)
    columns = {"municipality": town.code, "survey": survey, "variable": "_all", "level": "_all"}
    return pd.DataFrame(
        columns | {"task_id": world.tasks["task_id"], "vote_share": reach / reach.sum(), "vote_reach": reach}
    )


def _whole(shares: tuple[float, ...], total: int) -> list[int]:
    ends = np.rint(np.cumsum(shares) * total).astype(int)
    return [int(count) for count in np.diff(ends, prepend=0)]
