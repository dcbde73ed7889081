"""What hangs together with satisfaction, and how strongly: weights of drivers with their interval.

Marks for parts of a service (waiting, the employee's expertise, …) against the mark for the whole. A weight
tells what hangs together ("samenhang"), never what causes what.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

import numpy as np
import pandas as pd

from toptaak.core.results import ALL, NO_SPREAD, POOLED_WORDINGS, TOO_FEW, by_group, result_row, results
from toptaak.core.settings import Settings
from toptaak.kpi.measures.answers import WHOLE, answers
from toptaak.kpi.summaries import weights_of, with_period
from toptaak.stats.intervals import Floats
from toptaak.stats.lmg import (
    MAX_PREDICTORS,
    adjusted_r2,
    bootstrap_correlations,
    correlations,
    group_moments,
    lmg,
    moments,
    relative_weights,
)
from toptaak.stats.resampling import percentile_interval
from toptaak.stats.tolerance import TOLERANCE, all_equal

MINIMUM_ROWS: Final = 100
ROWS_PER_DRIVER: Final = 10
LARGEST_NUMBER_OF_GROUPS: Final = 1000
ASKED_OF_HALF: Final = "answered by fewer than half of the respondents"
NUMBER_OF_PARTS: Final = "not measurable: there must be 1 to 16 parts"
EXACT: Final = "the marks of the parts give the mark for the whole exactly: no interval"
TAKEN_OVER: Final = "taken over from Amsterdam; its margin is not known"

EMPLOYEE: Final = "employee"
EMPLOYEE_PARTS: Final = ("expertise", "friendliness", "clarity", "speed", "thinking_along")
# Names of parts, for people; a part with another name is shown as it is.
PARTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "waiting": "waiting time",
        EMPLOYEE: "employee",
        "expertise": "expertise of the employee",
        "friendliness": "friendliness of the employee",
        "clarity": "clarity of the explanation",
        "speed": "speed of the help",
        "thinking_along": "thinking along",
    }
)
# Who can change a driver, unless `driver_owners` in the settings says otherwise.
DEFAULT_OWNERS: Final[Mapping[str, str]] = MappingProxyType(
    {"waiting": "organisation", "speed": "team"}
    | dict.fromkeys((EMPLOYEE, "expertise", "friendliness", "clarity", "thinking_along"), "employee")
)
OWNERS: Final[Mapping[str, str]] = MappingProxyType(
    {"employee": "the employee", "team": "the team", "organisation": "the organisation", "it": "IT"}
)
_PUBLISHED: Final = {"waiting": 0.29, EMPLOYEE: 0.30}
_ASKED: Final = ("municipality", "date", "respondent", "task_id", "channel")


def drivers(
    ratings: pd.DataFrame,
    questions: pd.DataFrame,
    by: Sequence[str] = (),
    settings: Settings | None = None,
    *,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Give the weight of each part of a service in the mark for the whole.

    Parameters
    ----------
    ratings, questions
        Checked tables; only questions of kind `mark` take part. The mark for the whole is the one without a
        part, or `overall`.
    by
        Group columns: municipality, quarter, task_id, channel.
    settings
        Confidence level, bootstrap replicates, owners of drivers.
    rng
        Source of chance for the resampling.

    Returns
    -------
    Result frame with the column `part` and the extension `drivers`. Per group: `driver_r2` (part `_all`); for
    each part `driver_importance`, its share of R² by LMG, largest first, the shares adding up to R²; the same
    by Johnson's method as a check (`driver_check`); and, for parts that belong together, the sum of their
    shares (`driver_group`). `owner`: who can change it.

    Notes
    -----
    Only complete answers count: of the parts that at least half of the respondents marked, all must be there.
    `n` is their number; fewer than 100, or than 10 per part, are too few. Intervals: percentiles over
    resampled respondents, for R² adjusted for the number of parts. Weights of respondents act. A part that everybody
    gave the same mark has no weight: nothing can hang together with it.
    """
    settings = settings or Settings()
    given = marks(with_period(ratings, by), questions)
    rows = by_group(given, by, lambda group: _of_group(group, settings, rng))
    return results(rows, [*by, "part"], extension="drivers")


def marks(ratings: pd.DataFrame, questions: pd.DataFrame) -> pd.DataFrame:
    """Take all marks, one row per answer, with the name of the part (`overall` for the whole)."""
    known = ratings.reindex(columns=list(dict.fromkeys((*ratings.columns, "part", "respondent"))))
    rows = answers(known, questions, "mark", ["part"]).rows.dropna(subset=["value", "respondent"])
    part = rows["part"].astype("string").fillna(WHOLE).replace("", WHOLE)
    weighed = rows.assign(part=part.astype(object), weight=weights_of(rows))
    return weighed[weighed["weight"] > 0]


def side_by_side(given: pd.DataFrame) -> pd.DataFrame:
    """Lay the marks of one respondent beside each other.

    Returns
    -------
    One row per respondent, day, task and channel (its index), with `weight` and one column per part; missing
    where it was not answered.

    Examples
    --------
    >>> questions = pd.DataFrame({"question": ["q1", "q2"], "version": "1", "kind": "mark"})
    >>> ratings = pd.DataFrame({"respondent": ["a", "a", "b"], "part": ["overall", "waiting", "overall"],
    ...     "question": ["q1", "q2", "q1"], "question_version": "1", "score": [7.0, 5.0, 8.0]})
    >>> side_by_side(marks(ratings, questions))[["overall", "waiting"]].values.tolist()
    [[7.0, 5.0], [8.0, nan]]
    """
    key = [name for name in _ASKED if name in given.columns]
    # a missing task or channel is a value of its own here
    rows = given.assign(**{name: given[name].astype(object).where(given[name].notna(), None) for name in key})
    wide = rows.groupby([*key, "part"], dropna=False, observed=True)["value"].mean().unstack()
    wide.columns.name = None
    return wide.assign(weight=rows.groupby(key, dropna=False, observed=True)["weight"].mean())


def published_drivers() -> pd.DataFrame:
    """Give Amsterdam's published weights, for a municipality without a survey of its own.

    Waiting time 29 %, employee 30 %. Taken over as printed: number of respondents, method and margin are not
    published, so `n` is 0 and there is no interval.
    """
    rows = [
        result_row("driver_group", 0, share, method="taken_over", note=TAKEN_OVER, part=part)
        | {"owner": DEFAULT_OWNERS[part]}
        for part, share in _PUBLISHED.items()
    ]
    return results(rows, ["part"], extension="drivers")


def _of_group(given: pd.DataFrame, settings: Settings, rng: np.random.Generator) -> Iterator[dict[str, object]]:
    table = side_by_side(given).reindex(columns=[*sorted({*given["part"], WHOLE}), "weight"])
    used, left_out = _usable_parts(table)
    complete = table.dropna(subset=[WHOLE, *used])
    reason = _reason(given[given["part"].isin([WHOLE, *used])], len(complete), used)
    if reason:
        yield result_row("driver_r2", len(complete), note=reason, part=ALL, owner="")
    else:
        yield from _weights(complete, used, settings, rng)
    for part in left_out:
        yield result_row("driver_importance", 0, note=ASKED_OF_HALF, part=part, owner=_owner(part, settings))


def _usable_parts(table: pd.DataFrame) -> tuple[list[str], list[str]]:
    """Split the parts into those that at least half of the respondents marked, and the others."""
    parts = [name for name in table.columns if name not in (WHOLE, "weight")]
    marked = table[parts].notna()
    shares = marked[marked.any(axis=1) & table[WHOLE].notna()].mean()
    used = [name for name in parts if shares[name] >= 0.5]
    return used, [name for name in parts if name not in used]


def _reason(given: pd.DataFrame, complete: int, parts: Sequence[str]) -> str:
    if (given.groupby("part", observed=True)["wording"].nunique() > 1).any():
        return POOLED_WORDINGS
    if not 0 < len(parts) <= MAX_PREDICTORS:
        return NUMBER_OF_PARTS
    return TOO_FEW if complete < max(MINIMUM_ROWS, ROWS_PER_DRIVER * len(parts)) else ""


def _weights(
    complete: pd.DataFrame, parts: Sequence[str], settings: Settings, rng: np.random.Generator
) -> Iterator[dict[str, object]]:
    values = complete[[*parts, WHOLE]].to_numpy(dtype=np.float64)
    weights = complete["weight"].to_numpy(dtype=np.float64, na_value=1.0)
    n = len(complete)
    matrix = correlations(moments(values, weights))
    sums = group_moments(values, _groups(complete, rng), weights)
    draws = bootstrap_correlations(sums, settings.bootstrap_replicates, rng)
    shares, drawn = lmg(matrix), lmg(draws)
    constant = {part for part, marks in complete[[*parts, WHOLE]].items() if all_equal(marks)}

    def row(name: str, part: str, share: float, replicates: Floats, method: str) -> dict[str, object]:
        whose: dict[str, Any] = {"part": part, "owner": _owner(part, settings)}
        if {part, WHOLE} & constant or len(constant) == len(parts):
            return result_row(name, n, note=NO_SPREAD, **whose)
        low, high = percentile_interval(replicates, settings.confidence)
        if high - low <= TOLERANCE:
            return result_row(name, n, share, note=EXACT, **whose)
        return result_row(name, n, share, float(low), float(high), method, **whose)

    together = adjusted_r2(drawn.sum(axis=1), n, len(parts))
    yield row("driver_r2", ALL, float(shares.sum()), together, "lmg_bootstrap")
    order = np.argsort(-shares, kind="stable")
    for at in order:
        yield row("driver_importance", parts[at], float(shares[at]), drawn[:, at], "lmg_bootstrap")
    employee = [at for at, part in enumerate(parts) if part in EMPLOYEE_PARTS]
    if len(employee) > 1:
        yield row(
            "driver_group", EMPLOYEE, float(shares[employee].sum()), drawn[:, employee].sum(axis=1), "lmg_bootstrap"
        )
    check, check_drawn = relative_weights(matrix), relative_weights(draws)
    for at in order:
        yield row("driver_check", parts[at], float(check[at]), check_drawn[:, at], "johnson_bootstrap")


def _groups(complete: pd.DataFrame, rng: np.random.Generator) -> np.ndarray:
    """Number the units of resampling: respondents, put together at random where there are very many."""
    respondents, names = pd.factorize(complete.index.get_level_values("respondent"))
    if len(names) <= LARGEST_NUMBER_OF_GROUPS:
        return respondents
    return (rng.permutation(len(names)) % LARGEST_NUMBER_OF_GROUPS)[respondents]


def _owner(part: str, settings: Settings) -> str:
    return settings.driver_owners.get(part, DEFAULT_OWNERS.get(part, ""))
