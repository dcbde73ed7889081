"""Everything that keeps weights from meeting the population, told at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import reduce

import numpy as np
import pandas as pd

from toptaak.core.faults import Fault, Severity, shown
from toptaak.core.wording import Message, message
from toptaak.stats.intervals import Floats

# totals of two variables may differ by rounding
_SAME_TOTAL = 1e-3
_MOST_OF_ONE = 0.5


def _stop(code: str, table: str, expected: Message, repair: Message, value: str = "", column: str = "") -> Fault:
    return Fault(code, Severity.STOP, table, expected, repair, value, column=column or None)


def column_of(respondents: pd.DataFrame, variable: str) -> str | None:
    """Find the column that holds a variable: its own name, or `segment_` and its name.

    Examples
    --------
    >>> column_of(pd.DataFrame(columns=["segment_sex"]), "sex")
    'segment_sex'
    """
    return next((name for name in (variable, f"segment_{variable}") if name in respondents.columns), None)


def answers(respondents: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    """Give each respondent's level of each variable, crossed ones joined by a colon; missing where a part is.

    A variable without a column is left out.

    Examples
    --------
    >>> respondents = pd.DataFrame({"segment_age": ["18-34", None], "segment_sex": ["man", "woman"]})
    >>> answers(respondents, ["age:sex"])["age:sex"].tolist()
    ['18-34:man', None]
    """
    by_name: dict[str, pd.Series] = {}
    for name in names:
        columns = [column_of(respondents, variable) for variable in name.split(":")]
        if not all(columns):
            continue
        parts = [respondents[column].astype(object) for column in columns if column]
        missing = pd.concat(parts, axis=1).isna().any(axis=1)
        joined = reduce(
            lambda joined_so_far, other: joined_so_far + ":" + other, [column.astype(str) for column in parts]
        )
        by_name[name] = joined.astype(object).where(~missing, None)
    return pd.DataFrame(by_name, index=respondents.index)


def of_input(
    respondents: pd.DataFrame, answered: pd.DataFrame, margins: pd.DataFrame, names: Sequence[str]
) -> list[Fault]:
    """List what is wrong with respondents, levels and margins."""
    wrong = _of_weights_before(respondents) + _of_totals(margins)
    for name in names:
        levels = margins[margins["variable"] == name].set_index("level")["count"]
        if levels.empty:
            expected = message("inhabitants by {variable} in the table of inhabitants", variable=name)
            wrong.append(_stop("TT-301", "population", expected, message("Add them, or weigh without this variable.")))
        elif name not in answered.columns:
            expected = message("a column with the {variable} of the respondents", variable=name)
            repair = message("Map the question to a segment column, or weigh without this variable.")
            wrong.append(_stop("TT-302", "respondents", expected, repair, column=name))
        else:
            wrong += _of_levels(name, levels, answered[name].dropna())
    if not names:
        expected = message("inhabitants of this municipality in the table of inhabitants")
        wrong.append(_stop("TT-301", "population", expected, message("Add them, or do without weights.")))
    return wrong


def weighted_before(respondents: pd.DataFrame) -> bool:
    """Tell whether any respondent came with a weight.

    Examples
    --------
    >>> weighted_before(pd.DataFrame({"weight": [1.2, None]})), weighted_before(pd.DataFrame({"weight": [None, None]}))
    (True, False)
    """
    return "weight" in respondents.columns and bool(respondents["weight"].notna().any())


def _of_weights_before(respondents: pd.DataFrame) -> list[Fault]:
    if not weighted_before(respondents):
        return []
    weight = respondents["weight"].to_numpy(dtype=float, na_value=np.nan)
    wrong = int((~(weight > 0) | np.isinf(weight)).sum())
    if not wrong:
        return []
    expected = message("a weight above zero for every respondent")
    repair = message("Fill in the weight, or leave these respondents out.")
    return [replace(_stop("TT-303", "respondents", expected, repair, column="weight"), count=wrong)]


def _of_totals(margins: pd.DataFrame) -> list[Fault]:
    totals = margins.groupby("variable", sort=False)["count"].sum()
    if totals.empty or totals.max() - totals.min() <= _SAME_TOTAL * totals.max():
        return []
    value = ", ".join(f"{name} {total:.0f}" for name, total in totals.items())
    expected = message("the same total of inhabitants for every variable")
    repair = message("Take all figures from one source, for the same year and the same ages.")
    return [_stop("TT-304", "population", expected, repair, value, "count")]


def _of_levels(name: str, levels: pd.Series, answered: pd.Series) -> list[Fault]:
    wrong = []
    for level in levels.index[levels.isna() | (levels < 0)]:
        expected = message("a number of inhabitants of zero or more")
        wrong.append(_stop("TT-305", "population", expected, message("Mend the number."), shown(level), name))
    there = set(answered.unique())
    for level in levels.index[levels > 0]:
        if level not in there:
            expected = message("at least one respondent in every group of inhabitants")
            repair = message("Join this group of {variable} with its neighbour, in both tables.", variable=name)
            wrong.append(_stop("TT-306", "respondents", expected, repair, shown(level), name))
    inhabited = levels.index[levels > 0]
    for level, count in answered[~answered.isin(inhabited)].value_counts(sort=False).items():
        expected = message("a group with inhabitants: {levels}", levels=", ".join(map(str, inhabited)))
        repair = message("Use the same names in both tables, or leave the answer empty.")
        fault = _stop("TT-307", "respondents", expected, repair, shown(level), name)
        wrong.append(replace(fault, count=int(count)))
    return wrong


def unmet(variable: str, level: str, gap: float) -> Fault:
    """Tell that no weights meet all margins together, and where they fall short most."""
    expected = message("respondents in enough combinations of groups to meet all totals at once")
    repair = message(
        "The weights stay {gap}% of all inhabitants away from this group. Join groups, or use fewer variables.",
        gap=max(1, round(100 * gap)),
    )
    return _stop("TT-308", "respondents", expected, repair, shown(level), variable)


def of_weights(weights: Floats) -> list[Fault]:
    """List what is wrong with the weights that came out."""
    largest = float(weights.max() / weights.sum())
    if largest <= _MOST_OF_ONE:
        return []
    expected = message("no respondent with more than half of all weight")
    repair = message("Join small groups, or do without weights: this survey is too small to weigh.")
    return [_stop("TT-309", "respondents", expected, repair, f"{largest:.0%}", "weight")]
