"""How well the employees of the example say they are supported, with the true means."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from toptaak.core.periods import Quarter
from toptaak.example.simulated_scores import Scored
from toptaak.example.world import Array, Town, World, draw_days

_EMPLOYEES, _EMPLOYEES_SPARSE = 60, 6
_LIKING_OF_TOWN = 0.2  # standard deviation between municipalities
_EVERY = 4  # quarters between two rounds


def _likert(part: str, mean: float, wording: str) -> Scored:
    return Scored(f"staff_{part}", "likert", part, 1, 5, "better", mean, 0.9, 0.0, wording)


QUESTIONS: Final = (
    _likert("knowledge", 3.6, "Ik kan snel vinden wat ik moet weten om een klant te helpen."),
    _likert("training", 3.1, "Ik krijg genoeg training en begeleiding voor mijn werk."),
    _likert("information", 3.4, "Ik hoor op tijd wat er verandert."),
    _likert("systems", 2.6, "Met onze systemen kan ik een klant snel helpen."),
    _likert("room_to_think", 3.3, "Ik krijg ruimte om mee te denken over verbeteringen."),
)


def make_staff_ratings(world: World, town: Town) -> list[pd.DataFrame]:
    """Draw the answers of employees, once a year; one row is one answer, and nobody can be followed over the years."""
    return [_round(world, town, quarter) for quarter in _rounds(world, town)]


def _rounds(world: World, town: Town) -> list[Quarter]:
    return [quarter for quarter in world.quarters[-1::-_EVERY] if quarter != town.missing] if town.rated else []


def _round(world: World, town: Town, quarter: Quarter) -> pd.DataFrame:
    rng = world.rng("staff", town.number, quarter.year)
    count = _EMPLOYEES_SPARSE if town.sparse else round(_EMPLOYEES * town.size)
    days = draw_days(rng, quarter, count, 0.0)
    own = rng.normal(0, 0.6, count)  # who is content with one part is so with the others
    ids = np.array([f"{quarter}-medewerker-{number:03d}" for number in range(1, count + 1)], dtype=object)
    parts = []
    for question in QUESTIONS:
        feeling = own + 0.8 * rng.normal(size=count)
        parts.append(
            pd.DataFrame(
                {
                    "municipality": town.code,
                    "date": days,
                    "respondent": ids,
                    "task_id": None,
                    "channel": None,
                    "part": question.part,
                    "question": question.question,
                    "question_version": "1",
                    "score": question.score(feeling, _liking(world, town)),
                    "weight": 1.0,
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def _liking(world: World, town: Town) -> Array:
    return world.rng("staff", town.number).normal(0, _LIKING_OF_TOWN, 1)


def staff_truth(world: World, town: Town) -> pd.DataFrame:
    """Give the true mean answer of each question; one row is a part."""
    liking, answer = _liking(world, town), np.arange(1, 6)
    rows = [(town.code, question.part, float((question.chances(liking) @ answer)[0])) for question in QUESTIONS]
    return pd.DataFrame(rows if town.rated else [], columns=["municipality", "part", "staff_experience"])
