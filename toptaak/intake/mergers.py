"""Municipalities that merged: their rows count with the one that is there now, and their own numbers stay apart.

Two towns each had a case 1001 and a respondent 7. Under the new code the old one stays part of such a number
(`GM0501:1001`), and what both counted under one key (a form in a week, the volume of a task) is added. Under its old
code a town keeps the rows as it delivered them, for a report on a quarter before the merger.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pandas as pd

from toptaak.core.municipalities import heirs
from toptaak.intake.columns import ContractTable
from toptaak.intake.tables import TABLES

OWN_NUMBERS: Final = ("case", "customer", "respondent", "wish", "signal", "entry")
Tables = Mapping[str, pd.DataFrame]


def under_todays_codes(tables: Tables) -> dict[str, pd.DataFrame]:
    """Count the rows of merged municipalities with the one that is in force.

    Parameters
    ----------
    tables
        Checked tables by name, each row under the code of its file.

    Examples
    --------
    >>> forms = pd.DataFrame({"municipality": ["GM0501", "GM0530"], "week": "2022W40", "form": "a", "task_id": "T1",
    ...     "started": [100, 50], "finished": [80, 40]})
    >>> under_todays_codes({"forms": forms})["forms"][["municipality", "started", "finished"]].values.tolist()
    [['GM1992', 150, 120]]
    """
    return {name: _todays(frame, TABLES[name]) for name, frame in tables.items()}


def under_former_codes(tables: Tables) -> dict[str, pd.DataFrame]:
    """Give the rows of every municipality that is no more, under its own code; what merged into it before with it."""
    former = {}
    for name, frame in tables.items():
        if TABLES[name].local and (codes := _former(frame)):
            former[name] = pd.concat([_of(frame, TABLES[name], code) for code in codes], ignore_index=True)
    return former


def _former(frame: pd.DataFrame) -> list[str]:
    lines = [[str(code), *heirs(str(code))[:-1]] for code in frame["municipality"].unique() if heirs(str(code))]
    return sorted({code for line in lines for code in line})


def _of(frame: pd.DataFrame, table: ContractTable, code: str) -> pd.DataFrame:
    with_it = [
        place_code for place_code in frame["municipality"].unique() if code in (place_code, *heirs(str(place_code)))
    ]
    rows = frame[frame["municipality"].isin(with_it)]
    return _moved(rows, table, pd.Series(code, index=rows.index, dtype=frame["municipality"].dtype))


def _todays(frame: pd.DataFrame, table: ContractTable) -> pd.DataFrame:
    if not table.local:
        return frame
    lines = {code: heirs(str(code)) for code in frame["municipality"].unique()}
    final = {code: line[-1] for code, line in lines.items() if line}
    return _moved(frame, table, frame["municipality"].replace(final)) if final else frame


def _moved(frame: pd.DataFrame, table: ContractTable, codes: pd.Series) -> pd.DataFrame:
    own, moved = frame["municipality"], frame["municipality"] != codes
    numbers = {name: frame[name].where(~moved, own + ":" + frame[name]) for name in OWN_NUMBERS if name in table.names}
    under = frame.assign(**numbers, municipality=codes)
    key = [name for name in table.key if name in frame]
    if not key or not under.duplicated(key).any():
        return under
    # of targets that two towns set for the same thing none holds for both together
    return _added(under, table, key) if table.counts else under[~(under.duplicated(key, keep=False) & moved)]


def _added(frame: pd.DataFrame, table: ContractTable, key: list[str]) -> pd.DataFrame:
    weighed = {name: frame[name] * frame[count] for name, count in table.averages.items()}
    sums = frame.assign(**weighed).groupby(key, dropna=False, sort=False, as_index=False)
    how = {name: "first" for name in frame if name not in key}
    added = sums.agg(how | dict.fromkeys((*table.counts, *table.averages), _total))
    means = {name: added[name] / added[count] for name, count in table.averages.items()}
    return added.assign(**means)[list(frame)].astype(frame.dtypes.to_dict())


def _total(values: pd.Series) -> object:
    return values.sum(min_count=1)
