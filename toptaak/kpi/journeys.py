"""From contacts or steps to cases: what one customer needed until one thing was done.

Tables `contacts` (one row is one contact moment) and `steps` (one row is one step behind the counter).
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from toptaak.core.periods import quarter_column
from toptaak.core.results import NOT_MEASURABLE
from toptaak.kpi.observations import Observations, Tables

CASE = ["municipality", "case"]
_NO_CONTACTS: Final = pd.DataFrame({"municipality": [], "case": [], "started_at": pd.to_datetime([])})


def cases(contacts: pd.DataFrame) -> pd.DataFrame:
    """Gather contacts into cases over all channels.

    Returns
    -------
    One row per case: municipality, case, task_id, channel and customer (of its first contact), contacts (number),
    channels (number of different ones), switches (how often the next contact ran through another one),
    started_at, seconds (from the start of the first contact to the end
    of the last contact that resolved it; missing while open), open (missing where nobody recorded whether
    contacts resolved it), dated_at and quarter (of completion; of the first contact while open).

    Examples
    --------
    >>> times = pd.to_datetime(["2026-09-29 10:00", "2026-10-01 10:00"]).tz_localize("Europe/Amsterdam")
    >>> contacts = pd.DataFrame({"municipality": "GM9901", "case": "a", "channel": ["web", "phone"],
    ...     "started_at": times, "ended_at": times, "resolved": [False, True]})
    >>> cases(contacts)[["channel", "contacts", "channels", "seconds", "quarter"]].values.tolist()
    [['web', 2, 2, 172800.0, '2026Q4']]
    """
    gathered = _gather(contacts, "started_at", "contacts")
    started = contacts["started_at"]
    ended = contacts["ended_at"].fillna(started) if "ended_at" in contacts.columns else started
    resolved = contacts.get("resolved", pd.Series(pd.NA, index=contacts.index)).astype("boolean")
    known = contacts[CASE].assign(at=ended, resolved=resolved).dropna(subset="resolved")
    done_at = known[known["resolved"].astype(bool)].groupby(CASE, observed=True)["at"].max()
    recorded = known.groupby(CASE, observed=True).size()
    return _dated(gathered, done_at, gathered.index.isin(recorded.index))


def cases_from_steps(steps: pd.DataFrame) -> pd.DataFrame:
    """Gather steps into cases that last from their first to their last step; none of them is open.

    Returns
    -------
    One row per case, as `cases` gives them, with steps (number) instead of contacts.
    """
    gathered = _gather(steps, "at", "steps")
    return _dated(gathered, steps.groupby(CASE, observed=True)["at"].max(), np.full(len(gathered), True))


def cases_in(tables: Tables) -> pd.DataFrame:
    """Take what cases are made of: contacts, else steps."""
    return tables.get("contacts", tables.get("steps", pd.DataFrame()))


def contacts_in(tables: Tables) -> pd.DataFrame:
    """Take single contacts; none where only cases are there."""
    if "contact_moments" in tables or "seconds" in tables["contacts"].columns:
        return tables.get("contact_moments", _NO_CONTACTS)
    return tables["contacts"]


def completed(table: pd.DataFrame) -> pd.DataFrame:
    """Gather contacts or steps into the cases that are not known to be open."""
    by_case = all_cases(table)
    return by_case[~by_case["open"].fillna(False)]


def of_cases(by_case: pd.DataFrame, value: pd.Series | None) -> Observations:
    """Take a value of each case; not measurable without one, or where nothing tells whether it is open."""
    known = by_case["open"].notna() & (value is not None)
    found = np.nan if value is None else value.astype("Float64").where(known)
    return Observations(by_case.assign(value=found, reason=np.where(known, "", NOT_MEASURABLE)))


def all_cases(table: pd.DataFrame) -> pd.DataFrame:
    """Gather contacts or steps into cases; cases stay as they are.

    Rows that name no case are no cases: of each it is unknown whether it is open.
    """
    if {"seconds", "open"} <= set(table.columns):
        return table
    if not set(CASE) <= set(table.columns):
        return table.assign(seconds=np.nan, open=pd.array([pd.NA] * len(table), dtype="boolean"))
    return cases_from_steps(table) if "at" in table.columns else cases(table)


def _gather(moments: pd.DataFrame, time: str, count: str) -> pd.DataFrame:
    """One row per case, indexed by municipality and case, described by its first moment."""
    described = [name for name in ("task_id", "channel", "customer") if name in moments.columns]
    # moments at the same time are told apart by what they describe, so that the order of rows does not matter
    ordered = moments[[*CASE, time, *described]].dropna(subset=CASE).sort_values([time, *described])
    gathered = ordered.drop_duplicates(CASE).set_index(CASE).rename(columns={time: "started_at"})
    grouped = ordered.groupby(CASE, observed=True)
    gathered[count] = grouped.size()
    if "channel" in described:
        gathered["channels"] = grouped["channel"].nunique()
        before = grouped["channel"].shift(1)
        switched = (ordered["channel"] != before) & ordered["channel"].notna() & before.notna()
        gathered["switches"] = switched.groupby([ordered[name] for name in CASE], observed=True).sum()
    return gathered.sort_index()


def _dated(gathered: pd.DataFrame, done_at: pd.Series, recorded: np.ndarray) -> pd.DataFrame:
    done_at = done_at.reindex(gathered.index)
    return gathered.assign(
        seconds=(done_at - gathered["started_at"]).dt.total_seconds(),
        open=done_at.isna().astype("boolean").where(recorded),
        dated_at=done_at.fillna(gathered["started_at"]),
        quarter=quarter_column(done_at.fillna(gathered["started_at"])),
    ).reset_index()
