"""Rules about counts that a telephone switch or a desk system made: when they are wrong, and when they count twice."""

from __future__ import annotations

import numpy as np
import pandas as pd

from toptaak.intake.pool import Pool
from toptaak.intake.readers.raw import is_total

TOTALS, CONTACTS = "service_totals", "contacts"
# a call that came in before the hour and was answered after it; a switch that rounds
_SLACK_CALLS, _SLACK_SHARE = 1, 0.01
_PHONE = "phone"


def check_totals(pool: Pool) -> None:
    """Set aside totals that contradict themselves, hold others, or count calls that stand in the log as well."""
    if not pool.has(TOTALS):
        return
    rows = pool.rows(TOTALS)
    answered, abandoned = rows["answered"].fillna(0), rows["abandoned"].fillna(0)
    pool.set_aside("TT-841", rows, _more(answered + abandoned, rows["offered"]), "offered")
    pool.set_aside("TT-842", rows, _more(rows["within_norm"], rows["answered"]), "within_norm")
    for column in ("hour", "queue"):
        rows = pool.rows(TOTALS)
        pool.set_aside("TT-843", rows, _holds_others(rows, column), column, values={"expected": column})
    rows = pool.rows(TOTALS)
    pool.set_aside("TT-844", rows, _in_the_log(rows, pool), "date")


def _more(larger: pd.Series, smaller: pd.Series) -> np.ndarray:
    slack = np.maximum(_SLACK_CALLS, _SLACK_SHARE * smaller.astype("Float64"))
    return np.asarray((larger > smaller + slack).fillna(False), dtype=bool)


def _holds_others(rows: pd.DataFrame, column: str) -> np.ndarray:
    """Tell which rows are a total of other rows: without an hour (queue) where the day has rows with one."""
    day = ["municipality", "date", "channel", *(["queue"] if column == "hour" else [])]
    totals = [value for value in rows[column].dropna().unique() if is_total(value)]
    named = rows[column].notna() & ~rows[column].isin(totals)
    split = named.groupby([rows[name] for name in day], dropna=False).transform("any")
    return np.asarray(~named & split, dtype=bool)


def _in_the_log(rows: pd.DataFrame, pool: Pool) -> np.ndarray:
    """Tell which totals are of a day and channel whose calls are there themselves, with whether each was answered."""
    if not pool.has(CONTACTS):
        return np.zeros(len(rows), dtype=bool)
    log = pool.rows(CONTACTS, ("municipality", "started_at", "channel", "answered"))
    log = log[log["answered"].notna()]
    logged = pd.MultiIndex.from_arrays(
        [log["municipality"], log["started_at"].dt.tz_localize(None).dt.normalize(), log["channel"].fillna(_PHONE)]
    ).unique()
    in_log = pd.MultiIndex.from_arrays([rows["municipality"], rows["date"], rows["channel"].fillna(_PHONE)])
    return np.asarray(in_log.isin(logged), dtype=bool)
