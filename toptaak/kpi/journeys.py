"""From an export of cases, contacts or steps to cases: what one customer needed until one thing was done.

Tables `cases` (one row is one case of the case system), `contacts` (one row is one contact moment) and `steps` (one row
is one step behind the counter). Where a case system tells of a case, its contacts are joined to it by number.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

from toptaak.core.periods import quarter_column
from toptaak.core.results import NOT_MEASURABLE
from toptaak.core.settings import Settings
from toptaak.kpi.observations import Observations, Tables, anywhere

CASE = ["municipality", "case"]
NO_CLOSING_STEP: Final = "not measurable: no closing steps in the settings"
ENOUGH_TO_VARY: Final = 20  # of so many cases some have a second contact, were it recorded
_NO_CONTACTS: Final = pd.DataFrame({"municipality": [], "case": [], "started_at": pd.to_datetime([])})
_OF_CONTACTS: Final = ["contacts", "channels", "switches"]
_MOSTLY: Final = 0.5


def gathered(tables: Tables, settings: Settings | None = None) -> pd.DataFrame:
    """Gather what tells of cases: an export of cases with the contacts about them, else contacts, else steps.

    Each municipality by itself: in one folder one delivers its cases and another its contacts.

    Parameters
    ----------
    tables
        Checked tables by name, or what was gathered from them. Contacts of which none names a case give way to steps.
    settings
        `closing_steps` and `reopening_steps`.

    Returns
    -------
    One row per case, as `cases` gives them; `due_at` and `weight` as well where the export has them.
    """
    seen: set[str] = set()
    histories: list[pd.DataFrame] = []
    for name in ("cases", "contacts", "steps"):
        rows = _of_others(name, tables, seen)
        if rows is not None and not (rows.empty and histories):
            histories.append(registered(rows, tables.get("contacts")) if name == "cases" else all_cases(rows, settings))
            seen |= set(rows.get("municipality", ()))
    filled = [history for history in histories if len(history)] or histories[:1]
    if len(filled) < 2:
        return filled[0] if filled else pd.DataFrame()
    # who delivers no weights has cases that weigh alike, not cases of an unknown weight
    return pd.concat(
        [history if "weight" in history else history.assign(weight=1.0) for history in filled], ignore_index=True
    )


def _of_others(name: str, tables: Tables, seen: set[str]) -> pd.DataFrame | None:
    """Take the rows of a table that are of municipalities of which nothing better tells of the cases."""
    table, steps = tables.get(name), tables.get("steps")
    if table is None or "municipality" not in table.columns:
        return table
    of_others = ~table["municipality"].isin(seen)
    if name == "contacts" and steps is not None and "municipality" in steps.columns:
        unnamed = table.get("case", pd.Series(pd.NA, index=table.index)).isna()
        named = set(table.loc[~unnamed, "municipality"])
        of_others &= table["municipality"].isin(named) | ~table["municipality"].isin(set(steps["municipality"]))
    return table[of_others]


def cases(contacts: pd.DataFrame) -> pd.DataFrame:
    """Gather contacts into cases over all channels.

    Returns
    -------
    One row per case: municipality, case, task_id, channel and customer (of its first contact), contacts (number),
    channels (number of different ones), switches (how often the next contact ran through another one), started_at,
    second_at (start of the next contact), last_at (of the last one), first_done_at (end of the first contact where it
    resolved the case), seconds (from the start of the first contact to the end of the last that resolved it; missing
    while open), open (missing where nobody recorded whether contacts resolved it), dated_at and quarter (of completion;
    of the first contact while open).

    Examples
    --------
    >>> times = pd.to_datetime(["2026-09-29 10:00", "2026-10-01 10:00"]).tz_localize("Europe/Amsterdam")
    >>> contacts = pd.DataFrame({"municipality": "GM9901", "case": "a", "channel": ["web", "phone"],
    ...     "started_at": times, "ended_at": times, "resolved": [False, True]})
    >>> cases(contacts)[["channel", "contacts", "channels", "seconds", "quarter"]].values.tolist()
    [['web', 2, 2, 172800.0, '2026Q4']]
    """
    by_case = _gather(contacts, "started_at", "contacts")
    started = contacts["started_at"]
    ended = contacts["ended_at"].fillna(started) if "ended_at" in contacts.columns else started
    resolved = _resolved(contacts)
    known = contacts[CASE].assign(at=ended, resolved=resolved).dropna(subset="resolved")
    done_at = known[known["resolved"].astype(bool)].groupby(CASE, observed=True)["at"].max()
    recorded = known.groupby(CASE, observed=True).size()
    moments = _first_and_second(contacts.assign(_done=ended.where(resolved.fillna(False).astype(bool))))
    return _dated(by_case.join(moments), done_at, by_case.index.isin(recorded.index))


def registered(table: pd.DataFrame, contacts: pd.DataFrame | None = None) -> pd.DataFrame:
    """Give the cases of a case system, with what is known of the contacts about them.

    A case starts when it was opened, or with its first contact where that was earlier; it is done when it was closed.

    Examples
    --------
    >>> days = pd.to_datetime(["2026-07-01", "2026-07-08"]).tz_localize("Europe/Amsterdam")
    >>> table = pd.DataFrame({"municipality": "GM9901", "case": ["a", "b"], "opened_at": days[0],
    ...     "closed_at": [days[1], pd.NaT]})
    >>> registered(table)[["case", "seconds", "open"]].values.tolist()
    [['a', 604800.0, False], ['b', nan, True]]
    """
    if {"seconds", "open"} <= set(table.columns):
        return table
    described = [name for name in ("task_id", "channel", "customer", "due_at", "weight") if name in table.columns]
    by_case = table.dropna(subset=CASE).set_index(CASE)[["opened_at", "closed_at", *described]].sort_index()
    by_case = by_case.rename(columns={"opened_at": "started_at"})
    if contacts is not None and "case" in contacts.columns:
        by_case = _with_contacts(by_case, contacts)
    done_at = by_case.pop("closed_at")
    return _dated(by_case, done_at, np.full(len(by_case), True))


def cases_from_steps(steps: pd.DataFrame, settings: Settings | None = None) -> pd.DataFrame:
    """Gather steps into cases that last from their first step to the one that closes them.

    Returns
    -------
    One row per case, as `cases` gives them, with steps (number, until it closed) instead of contacts. Without
    `closing_steps` in the settings nothing tells whether a case is open.

    Examples
    --------
    >>> days = pd.to_datetime(["2026-07-01", "2026-07-03", "2026-07-09"]).tz_localize("Europe/Amsterdam")
    >>> steps = pd.DataFrame({"municipality": "GM9901", "case": "a", "step": ["in", "sent", "published"], "at": days})
    >>> cases_from_steps(steps, Settings(closing_steps=("sent",)))[["steps", "seconds", "open"]].values.tolist()
    [[2, 172800.0, False]]
    """
    settings = settings or Settings()
    if not settings.closing_steps:
        by_case = _gather(steps, "at", "steps")
        never = pd.Series(pd.NaT, index=by_case.index, dtype=steps["at"].dtype)
        return _dated(by_case, never, np.full(len(by_case), False)).assign(unknown=NO_CLOSING_STEP)
    until = until_closed(steps, settings)
    return _dated(_gather(until, "at", "steps"), closed_at(until, settings), np.full(until.groupby(CASE).ngroups, True))


def until_closed(steps: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Order the steps of each case in time, and leave out what came after the step that closed it for good.

    A case is closed for good by the first closing step that no reopening step follows. Steps at one moment stand in the
    order of the file.
    """
    ordered = steps.dropna(subset=CASE).sort_values("at", kind="stable")
    groups = [ordered[name] for name in CASE]
    place = ordered.groupby(CASE, observed=True).cumcount()
    reopened = place.where(ordered["step"].isin(settings.reopening_steps)).groupby(groups, observed=True)
    closing = ordered["step"].isin(settings.closing_steps) & (place > reopened.transform("max").fillna(-1))
    last = place.where(closing).groupby(groups, observed=True).transform("min")
    return ordered[last.isna() | (place <= last)]


def closed_at(steps: pd.DataFrame, settings: Settings) -> pd.Series:
    """Give when each case closed, of steps from `until_closed`: cases whose last step closes them."""
    last = steps.drop_duplicates(CASE, keep="last")
    return last[last["step"].isin(settings.closing_steps)].set_index(CASE)["at"]


def cases_in(tables: Tables) -> pd.DataFrame:
    """Take the cases: those that were gathered before, or else gather them."""
    return gathered(tables)


def contact_cases_in(tables: Tables) -> pd.DataFrame:
    """Take the cases that contacts make, or those that stand for contacts."""
    return all_cases(tables.get("contacts", pd.DataFrame()))


def contacts_in(tables: Tables) -> pd.DataFrame:
    """Take single contacts; none where only cases are there."""
    if "contact_moments" in tables or "seconds" in tables["contacts"].columns:
        return tables.get("contact_moments", _NO_CONTACTS)
    return tables["contacts"]


def completed(table: pd.DataFrame) -> pd.DataFrame:
    """Gather contacts or steps into the cases that are not known to be open."""
    by_case = all_cases(table)
    return by_case[~by_case["open"].fillna(False)]


def of_cases(by_case: pd.DataFrame, value: pd.Series | None, cannot_vary: pd.Series | None = None) -> Observations:
    """Take a value of each case; not measurable without one, or where nothing tells whether it is open.

    Parameters
    ----------
    cannot_vary
        For each case the reason why its value cannot be another, else an empty text.
    """
    known = by_case["open"].notna() & (value is not None)
    unknown = by_case["unknown"].fillna(NOT_MEASURABLE) if "unknown" in by_case.columns else NOT_MEASURABLE
    why = np.where(known, "", unknown).astype(object)
    if cannot_vary is not None:
        why = np.where(cannot_vary != "", cannot_vary, why)
    settled = np.nan if value is None else value.astype("Float64").where(why == "")
    return Observations(by_case.assign(value=settled, reason=why))


def one_row_each(by_case: pd.DataFrame) -> pd.Series:
    """Tell of each case whether all cases of its municipality have one contact, and are enough to have more.

    That is the export of a case system and no log of contacts.
    """
    if not {"contacts", "municipality"} <= set(by_case.columns):
        return pd.Series(False, index=by_case.index)
    contacts = by_case.groupby("municipality", observed=True)["contacts"]
    return (contacts.transform("max") == 1) & (contacts.transform("size") >= ENOUGH_TO_VARY)


def one_channel(by_case: pd.DataFrame) -> pd.Series:
    """Tell of each case whether all cases of its municipality ran through one and the same channel."""
    if not {"channel", "channels", "municipality"} <= set(by_case.columns):
        return pd.Series(False, index=by_case.index)
    towns = by_case.groupby("municipality", observed=True)
    alone = (towns["channel"].transform("nunique") <= 1) & (towns["channels"].transform("max") <= 1)
    return alone & (towns["channel"].transform("size") >= ENOUGH_TO_VARY)


def all_cases(table: pd.DataFrame, settings: Settings | None = None) -> pd.DataFrame:
    """Gather contacts or steps into cases; cases stay as they are.

    Rows that name no case are no cases: of each it is unknown whether it is open.
    """
    if {"seconds", "open"} <= set(table.columns):
        return table
    if not set(CASE) <= set(table.columns):
        begun: Any = next((table[name] for name in ("started_at", "at") if name in table.columns), pd.NaT)
        return table.assign(seconds=np.nan, open=pd.array([pd.NA] * len(table), dtype="boolean"), dated_at=begun)
    return cases_from_steps(table, settings) if "at" in table.columns else cases(table)


def _resolved(contacts: pd.DataFrame) -> pd.Series:
    """Tell whether each contact resolved its case; one that has not ended yet did not.

    In a channel whose contacts mostly have an end, a contact without one is still under way.
    """
    resolved = contacts.get("resolved", pd.Series(pd.NA, index=contacts.index)).astype("boolean")
    recorded = anywhere(resolved.notna(), contacts)
    if "ended_at" not in contacts.columns or not recorded.any() or resolved.notna().all():
        return resolved
    where = [contacts[name] for name in ("municipality", "channel") if name in contacts.columns]
    ended = contacts["ended_at"].notna()
    mostly = ended.groupby(where, dropna=False, observed=True).transform("mean") > _MOSTLY
    return resolved.mask(resolved.isna() & ~ended & mostly & recorded, False)


def _first_and_second(contacts: pd.DataFrame) -> pd.DataFrame:
    order = [name for name in ("started_at", "channel", "_done") if name in contacts.columns]
    ordered = contacts.dropna(subset=CASE).sort_values(order, kind="stable")
    place = ordered.groupby(CASE, observed=True).cumcount()
    first, second = (ordered[place == number].set_index(CASE) for number in (0, 1))
    return pd.DataFrame({"first_done_at": first["_done"], "second_at": second["started_at"].reindex(first.index)})


def _with_contacts(by_case: pd.DataFrame, contacts: pd.DataFrame) -> pd.DataFrame:
    of_contacts = _gather(contacts, "started_at", "contacts").reindex(by_case.index)
    more = [name for name in _OF_CONTACTS if name in of_contacts.columns]
    earlier = of_contacts["started_at"] < by_case["started_at"]
    started = by_case["started_at"].mask(earlier, of_contacts["started_at"])
    return by_case.assign(started_at=started, **{name: of_contacts[name] for name in more})


def _gather(moments: pd.DataFrame, time: str, count: str) -> pd.DataFrame:
    """One row per case, indexed by municipality and case, described by its first moment."""
    described = [name for name in ("task_id", "channel", "customer") if name in moments.columns]
    # moments at the same time are told apart by what they describe, so that the order of rows does not matter
    ordered = moments[[*CASE, time, *described]].dropna(subset=CASE).sort_values([time, *described])
    by_case = ordered.drop_duplicates(CASE).set_index(CASE).rename(columns={time: "started_at"})
    grouped = ordered.groupby(CASE, observed=True)
    by_case[count] = grouped.size()
    by_case["last_at"] = grouped[time].max()
    if "channel" in described:
        by_case["channels"] = grouped["channel"].nunique()
        before = grouped["channel"].shift(1)
        switched = (ordered["channel"] != before) & ordered["channel"].notna() & before.notna()
        by_case["switches"] = switched.groupby([ordered[name] for name in CASE], observed=True).sum()
    return by_case.sort_index()


def _dated(by_case: pd.DataFrame, done_at: pd.Series, recorded: np.ndarray) -> pd.DataFrame:
    done_at = done_at.reindex(by_case.index)
    return by_case.assign(
        seconds=(done_at - by_case["started_at"]).dt.total_seconds(),
        open=done_at.isna().astype("boolean").where(recorded),
        dated_at=done_at.fillna(by_case["started_at"]),
        quarter=quarter_column(done_at.fillna(by_case["started_at"])),
    ).reset_index()
