"""Weights that give every group of inhabitants its share of the say.

`population` holds the inhabitants of a municipality: one row per variable and level. A variable is a column
of `respondents`, with or without `segment_` before it; a variable such as `age_group:sex` crosses two
columns and has levels such as `18-34:female`. One variable is post-stratification, several are raking.
Raking runs on the table of cells, so its time does not grow with the number of respondents.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from toptaak.core.errors import InputRefused
from toptaak.core.faults import Fault
from toptaak.core.results import result_row, results
from toptaak.core.settings import Settings
from toptaak.stats.intervals import Floats, kish_effective_n, wilson
from toptaak.stats.raking import (
    Cells,
    Raked,
    occupied_cells,
    rake,
    trim,
)
from toptaak.surveys import weighting_faults as faults

# no weight above five times the mean, as anesrake does
CAP: Final = 5.0
SET_BY_POPULATION: Final = "set by the population figures"
# a gap this small, as a share of the population, is rounding
_MET: Final = 1e-6


@dataclass(frozen=True)
class Weighting:
    """Respondents with their new weights, and what the intervals need.

    Attributes
    ----------
    respondents
        A copy with `weight` filled: mean 1. Respondents of whom a variable is missing keep the weight they
        had.
    base
        Weight of each respondent before, mean 1.
    known
        Whether all variables of the respondent are known.
    cells
        The combination of levels of each respondent that is known.
    margins
        Population by `variable`, `level` and `count`, as used.
    """

    respondents: pd.DataFrame = field(repr=False)
    base: Floats
    known: NDArray[np.bool_]
    cells: Cells
    margins: pd.DataFrame

    @property
    def weights(self) -> Floats:
        """Give the new weight of each respondent."""
        return self.respondents["weight"].to_numpy(dtype=float)


def weigh(
    respondents: pd.DataFrame,
    population: pd.DataFrame,
    variables: Sequence[str] | None = None,
    cap: float | None = CAP,
) -> Weighting:
    """Weigh the respondents of one survey so that every level of every variable counts as it does in the population.

    Parameters
    ----------
    respondents
        One survey of one municipality. A column `weight` holds weights from before; empty in every row: none.
    population
        Inhabitants of that municipality; of several years the last one counts.
    variables
        Which variables; without a choice all, leaving out those that a crossed variable contains.
    cap
        Weights above this many times the mean are cut down, and the rest rises so that the total stays;
        margins are then met only nearly. None: no bound.

    Raises
    ------
    InputRefused
        naming everything that is wrong at once: a variable without a column, totals of variables that
        differ, a level without respondents, a level outside the population, weights that are not above zero,
        margins that cannot be met together, one respondent with more than half of the weight.

    Examples
    --------
    >>> respondents = pd.DataFrame({"survey": "1", "respondent": range(10), "segment_sex": ["man"] * 8 + ["woman"] * 2})
    >>> population = pd.DataFrame({"variable": "sex", "level": ["man", "woman"], "count": [500, 500]})
    >>> weigh(respondents, population).weights.tolist()
    [0.625, 0.625, 0.625, 0.625, 0.625, 0.625, 0.625, 0.625, 2.5, 2.5]
    """
    margins = _last_year(_own(population, respondents))
    names = list(variables) if variables is not None else _uncrossed(list(margins["variable"].unique()))
    margins = margins[margins["variable"].isin(names)].reset_index(drop=True)
    answers = faults.answers(respondents, names)
    base = _base(respondents)
    if wrong := faults.of_input(respondents, answers, margins, names):
        raise InputRefused(wrong)
    known = answers.notna().all(axis=1).to_numpy()
    cells, totals = _cells(answers[known], margins, names)
    in_cells = np.bincount(cells.of, base[known]).astype(float)
    raked = rake(in_cells, cells.levels, [total / total.sum() for total in totals])
    if raked.gap > _MET:
        raise InputRefused([_unmet(raked, margins, names)])
    weights = base.copy()
    weights[known] = _scaled(base[known] * raked.factors[cells.of], base[known], cap)
    weights /= weights.mean()
    if wrong := faults.of_weights(weights):
        raise InputRefused(wrong)
    return Weighting(respondents.assign(weight=weights), base, known, cells, margins)


def _own(population: pd.DataFrame, respondents: pd.DataFrame) -> pd.DataFrame:
    for name in ("survey", "municipality"):
        if name in respondents.columns and respondents[name].nunique() > 1:
            raise ValueError(f"weigh one survey of one municipality at a time; the respondents have several of {name}")
    if respondents.empty or "municipality" not in population.columns or "municipality" not in respondents.columns:
        return population
    return population.loc[population["municipality"].isin(respondents["municipality"])]


def _last_year(population: pd.DataFrame) -> pd.DataFrame:
    if "year" not in population.columns or population.empty:
        return population
    last: pd.DataFrame = population[population["year"] == population["year"].max()]
    return last


def _uncrossed(names: Sequence[str]) -> list[str]:
    within = {variable for name in names if ":" in name for variable in name.split(":")}
    return [name for name in names if name not in within]


def _base(respondents: pd.DataFrame) -> Floats:
    if not faults.weighted_before(respondents):
        return np.ones(len(respondents))
    base = respondents["weight"].to_numpy(dtype=float, na_value=np.nan)
    return np.asarray(base / base.mean())


def _cells(answers: pd.DataFrame, margins: pd.DataFrame, names: Sequence[str]) -> tuple[Cells, list[Floats]]:
    codes, totals = [], []
    for name in names:
        levels = margins[margins["variable"] == name].set_index("level")["count"]
        levels = levels[levels > 0]
        codes.append(levels.index.get_indexer(pd.Index(answers[name])))
        totals.append(levels.to_numpy(dtype=float))
    return occupied_cells(np.column_stack(codes), [len(total) for total in totals]), totals


def _scaled(weights: Floats, base: Floats, cap: float | None) -> Floats:
    scaled = weights * base.sum() / weights.sum()
    return scaled if cap is None else trim(scaled, cap * scaled.mean())


def _unmet(raked: Raked, margins: pd.DataFrame, names: Sequence[str]) -> Fault:
    variable, level = raked.place
    levels = margins[(margins["variable"] == names[variable]) & (margins["count"] > 0)]["level"]
    return faults.unmet(names[variable], str(levels.iloc[level]), raked.gap)


def weight_summary(weighting: Weighting) -> pd.DataFrame:
    """Tell what weighting costs.

    Returns
    -------
    Result frame: `design_effect` (Kish: n Σw² / (Σw)²), `effective_n` (Kish: (Σw)² / Σw²), `largest_weight`
    and `smallest_weight` (the mean is 1) and `unweighable` (share of respondents of whom a variable is
    missing). `n`: respondents. These describe the weights themselves and have no interval.

    Examples
    --------
    >>> respondents = pd.DataFrame({"survey": "1", "respondent": range(10), "segment_sex": ["man"] * 8 + ["woman"] * 2})
    >>> population = pd.DataFrame({"variable": "sex", "level": ["man", "woman"], "count": [500, 500]})
    >>> weight_summary(weigh(respondents, population)).set_index("measure").estimate.round(3).to_dict()["effective_n"]
    6.4
    """
    weights = weighting.weights
    n, effective = len(weights), kish_effective_n(weights)
    numbers = {
        "design_effect": n / effective,
        "effective_n": effective,
        "largest_weight": weights.max(),
        "smallest_weight": weights.min(),
        "unweighable": 1 - weighting.known.mean(),
    }
    return results(result_row(name, n, float(value), method="kish") for name, value in numbers.items())


def margin_check(weighting: Weighting, settings: Settings) -> pd.DataFrame:
    """Set the respondents beside the population, before and after weighting.

    Returns
    -------
    Result frame with the extension `change`, grouped by `variable` and `level`, two measures:
    `sample_share`, the share of respondents (weights from before included) with Wilson's interval, and
    `weighted_share`. Both have the share in the population as reference; the verdict on the sample is `more`
    or `fewer` where its interval leaves the population out. `n`: respondents of the level.
    """
    answers = faults.answers(weighting.respondents, list(weighting.margins["variable"].unique()))
    known, base, weights = weighting.known, weighting.base, weighting.weights
    effective = kish_effective_n(base[known])
    rows = []
    for variable, levels in weighting.margins.groupby("variable", sort=False):
        for level, count in zip(levels["level"], levels["count"], strict=True):
            here = known & (answers[variable] == level).to_numpy()
            population = float(count / levels["count"].sum())
            group = {"variable": variable, "level": level}
            against = {"reference": "population", "reference_estimate": population, "reference_n": float(count)}
            share = base[here].sum() / base[known].sum()
            low, high = wilson(share * effective, effective, settings.confidence)
            verdict = "more" if low > population else "fewer" if high < population else "same"
            after = weights[here].sum() / weights[known].sum()
            n = int(here.sum())
            before_row = result_row("sample_share", n, share, float(low), float(high), "wilson", verdict=verdict)
            after_row = result_row("weighted_share", n, after, note=SET_BY_POPULATION, verdict="")
            rows += [before_row | against | group, after_row | against | group]
    return results(rows, ["variable", "level"], "change")
