"""Rows that stand there twice: under one key, of one person or case, or in two files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

import numpy as np
import pandas as pd

from toptaak.intake.columns import Kind
from toptaak.intake.keys import group_numbers
from toptaak.intake.pool import Pool, hashes
from toptaak.intake.tables import TABLES

# of tables without a key: columns of which one has to be filled before equal rows are the same thing
_NAMING: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "attempts": ("respondent",),
        "contacts": ("case", "customer"),
        "steps": ("case",),
        "ratings": ("respondent",),
        "open_answers": ("respondent",),
        "interventions": ("label",),
    }
)
_COPIED: Final = 0.9  # of the rows of a file that stand in another as well, to call it a copy
_ENOUGH: Final = 10
_BY_CHANCE: Final = 5  # so many times the rows that are equal within a file
_FEWEST_DAYS: Final = 2


def set_doubles_aside(pool: Pool, name: str) -> None:
    """Keep the first of equal rows; of rows that differ under one key keep none."""
    if not pool.has(name):
        return
    if TABLES[name].key:
        _under_one_key(pool, name)
    elif name != "ballots":  # which count whole (`ballot_rules`)
        _in_two_files(pool, name)
        _of_one_person(pool, name)


def _under_one_key(pool: Pool, name: str) -> None:
    rows, key = pool.rows(name), TABLES[name].key
    numbers, times = group_numbers(rows, key)
    twice = times[numbers] > 1
    if not twice.any():
        return
    some, group = rows[twice], numbers[twice]
    differ = pd.Series(hashes(some)).groupby(group).transform("nunique").to_numpy() > 1
    later = pd.Series(group).duplicated().to_numpy()
    pool.set_aside("TT-071", some, differ, values={"expected": ", ".join(key)})
    pool.set_aside("TT-070", some, later & ~differ)


def _of_one_person(pool: Pool, name: str) -> None:
    """Set equal rows of one person or case aside; where a day is all that tells when, only say how many there are."""
    naming = _NAMING.get(name, ())
    rows = pool.rows(name)
    rows = rows[rows[[*naming]].notna().any(axis=1)] if naming else rows.iloc[:0]
    group = twins(rows, _from_telling_to_common(name))
    double = pd.Series(group).duplicated().to_numpy() & (group >= 0)
    if not double.any():
        return
    when = TABLES[name].when
    of_a_day = TABLES[name].column(str(when))
    if of_a_day is not None and of_a_day.kind is Kind.TIME and _midnight(rows.loc[double, of_a_day.name]):
        pool.warn("TT-828", rows, pd.Series(double, index=rows.index), of_a_day.name)
    else:
        pool.set_aside("TT-070", rows, double)


def _midnight(moments: pd.Series) -> bool:
    return bool((moments == moments.dt.normalize()).all())


def _in_two_files(pool: Pool, name: str) -> None:
    """Set the rows of a file aside that stand in an earlier one as well, where chance does not make them alike."""
    if len({delivery.raw.file for delivery in pool.of(name)}) < 2:
        return
    rows = pool.rows(name)
    files = pool.files(rows)
    group = twins(rows, _from_telling_to_common(name))
    # the second of equal rows of a file is a copy only of the second in another
    turn = pd.Series(0, index=rows.index).groupby([files, group]).cumcount().to_numpy()
    shared = pd.DataFrame({"group": group, "turn": turn, "file": files})
    copy = shared.duplicated(["group", "turn"]).to_numpy() & (group >= 0)
    for file in dict.fromkeys(files):
        here = files == file
        copied, rows_there = int((copy & here).sum()), int(here.sum())
        repeated = int(((turn > 0) & (group >= 0)).sum())
        whole = copied == rows_there > 1 or copied >= max(_ENOUGH, _COPIED * rows_there)
        if whole or copied > _BY_CHANCE * (repeated + 1) or _same_days(rows, name, files, file, copy):
            first = shared.drop_duplicates(["group", "turn"]).merge(shared[copy & here], on=["group", "turn"])
            pool.set_aside_together("TT-829", rows, copy & here, {"other": first["file_x"].mode().iloc[0]})


def _same_days(rows: pd.DataFrame, name: str, files: np.ndarray, file: str, copy: np.ndarray) -> bool:
    """Tell whether a file and those before it hold the same rows in the whole of the days that they share."""
    when = TABLES[name].when
    column = TABLES[name].column(when) if when else None
    if column is None or column.kind not in (Kind.DATE, Kind.TIME):
        return False
    moments, here = rows[column.name], files == file
    before = np.isin(files, list(dict.fromkeys(files[: int(np.argmax(here))])))
    start = max(moments[here].min(), moments[before].min())
    end = min(moments[here].max(), moments[before].max())
    shared = moments.between(start, end).to_numpy(bool, na_value=False)
    there, also = int((shared & here).sum()), int((shared & before).sum())
    days = moments[shared].dt.normalize().nunique()
    return there == also == int((copy & here).sum()) >= _ENOUGH and days > _FEWEST_DAYS


def _from_telling_to_common(name: str) -> list[str]:
    """List the columns of a table, those first in which rows differ most."""
    table = TABLES[name]
    first = [*_NAMING.get(name, ()), *([table.when] if table.when else [])]
    return [*first, *(column.name for column in table.columns if column.kept and column.name not in first)]


def twins(rows: pd.DataFrame, columns: Sequence[str]) -> np.ndarray:
    """Number equal rows alike; a row without an equal gets -1.

    Examples
    --------
    >>> twins(pd.DataFrame({"a": ["x", "y", "x", "x"], "b": [1, 1, 1, 2]}), ["a", "b"]).tolist()
    [0, -1, 0, -1]
    """
    left, numbers = np.arange(len(rows)), np.zeros(len(rows), dtype=np.int64)
    for name in columns:
        spots, distinct = pd.factorize(rows[name].iloc[left], use_na_sentinel=False)
        numbers, _ = pd.factorize(numbers * (len(distinct) + 1) + spots)
        several = np.bincount(numbers, minlength=1)[numbers] > 1
        left, numbers = left[several], numbers[several]
    group = np.full(len(rows), -1, dtype=np.int64)
    group[left] = numbers
    return group
