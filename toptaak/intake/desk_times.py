"""Waiting and service time at a desk, from the moments that its ticket system keeps."""

from __future__ import annotations

import pandas as pd

TICKET, CALLED, SERVED = "ticket_at", "called_at", "served_at"


def with_desk_times(contacts: pd.DataFrame) -> pd.DataFrame:
    """Fill start, end, waiting time and whether somebody was helped, where a file gives them by ticket, call and end.

    A contact starts when its number is called; who left before that was not helped, and starts at the ticket. What a
    file says itself stays as it is.

    Parameters
    ----------
    contacts
        Typed rows of one file, with some of `ticket_at`, `called_at` and `served_at`.

    Returns
    -------
    pandas.DataFrame
        The same rows; `wait_s` in seconds, negative where somebody was called before the ticket was drawn.

    Examples
    --------
    >>> at = lambda *clock: pd.Series([pd.Timestamp("2026-07-01 " + one) if one else pd.NaT for one in clock])
    >>> rows = pd.DataFrame({"ticket_at": at("09:00", "09:05"), "called_at": at("09:04", ""),
    ...                      "served_at": at("09:10", "")})
    >>> seen = with_desk_times(rows)
    >>> seen["wait_s"].tolist(), seen["answered"].tolist(), seen["ended_at"].isna().tolist()
    ([240.0, nan], [True, False], [False, True])
    """
    if not {TICKET, CALLED, SERVED} & set(contacts.columns):
        return contacts
    derived = {
        "started_at": _first(contacts, CALLED, TICKET),
        "ended_at": _first(contacts, SERVED),
        "wait_s": _waited(contacts),
        "answered": _helped(contacts),
    }
    known = {name: values for name, values in derived.items() if values is not None}
    return contacts.assign(
        **{name: contacts[name].fillna(values) if name in contacts else values for name, values in known.items()}
    )


def _first(contacts: pd.DataFrame, *names: str) -> pd.Series | None:
    there = [contacts[name] for name in names if name in contacts]
    if not there:
        return None
    return there[0] if len(there) == 1 else there[0].fillna(there[1])


def _waited(contacts: pd.DataFrame) -> pd.Series | None:
    if not {TICKET, CALLED} <= set(contacts.columns):
        return None
    waited: pd.Series = (contacts[CALLED] - contacts[TICKET]).dt.total_seconds()
    return waited


def _helped(contacts: pd.DataFrame) -> pd.Series | None:
    """Tell who was called; a file without that moment does not say who left."""
    return contacts[CALLED].notna().astype("boolean") if CALLED in contacts else None
