"""Contact moments and cases as the VNG APIs give them, reduced to what the contract holds.

What may say who somebody is is not asked for (no parties, no roles) and not kept (no content, remarks or places): each
record is reduced to a list of columns before it goes anywhere.
"""

from __future__ import annotations

import datetime as dt
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from toptaak.core.errors import ToptaakError
from toptaak.core.wording import message
from toptaak.intake.codes import points_at_person
from toptaak.intake.readers.raw import plain
from toptaak.intake.services.paged import Service, safe_url, signed_token

_WORDS: Final = MappingProxyType(
    {"telefoon": "phone", "phone": "phone", "telefonisch": "phone", "balie": "desk", "loket": "desk", "desk": "desk"}
    | {"email": "e-mail", "mail": "e-mail", "chat": "chat", "livechat": "chat", "whatsapp": "chat", "webchat": "chat"}
    | {"socialmedia": "chat", "brief": "mail", "post": "mail", "internet": "web", "website": "web", "web": "web"}
    | {"webformulier": "web", "formulier": "web", "eformulier": "web", "mijngemeente": "web", "digitaal": "web"}
)
_PAGE_SIZE: Final = "100"
Row = dict[str, str]


@dataclass(frozen=True)
class Records:
    """One list of a service, and how its records become rows.

    Attributes
    ----------
    table, path, kind
        Our table; the list of the API; what the topics are called in the table of ties.
    variable
        The environment variable that holds the token.
    prefix, headers
        What stands before the token, and the headers that the API asks for.
    columns
        Of the rows, in order.
    query
        What is asked between two days.
    reduce
        From a record to a row; None where it lies outside the days.
    """

    table: str
    path: str
    kind: str
    variable: str
    prefix: str
    headers: Mapping[str, str]
    columns: tuple[str, ...]
    query: Callable[[dt.date, dt.date], dict[str, str]]
    reduce: Callable[[Mapping[str, Any], dt.date, dt.date], Row | None]


def service_of(records: Records, url: str, environment: Mapping[str, str] = os.environ) -> Service:
    """Make the service of an address and the token in the environment.

    Open Zaak may be given a token, or a client (`…_CLIENT`) and its secret (`…_SECRET`), of which one is made.

    Raises
    ------
    ToptaakError
        where neither is there, or the address is not safe.
    """
    address, token = safe_url(url), environment.get(records.variable, "")
    stem = records.variable.removesuffix("_TOKEN")
    client, secret = environment.get(f"{stem}_CLIENT", ""), environment.get(f"{stem}_SECRET", "")
    if not token and client and secret and records.prefix == "Bearer":
        token = signed_token(client, secret, time.time())
    if not token:
        raise ToptaakError(message("Set these environment variables first: {names}.", names=records.variable))
    return Service(address, f"{records.prefix} {token}", records.variable, records.headers)


def channel_of(text: object) -> str:
    """Give our channel for what a service calls it; empty for what is none.

    Examples
    --------
    >>> channel_of("Telefoon"), channel_of("E-mail"), channel_of("postduif")
    ('phone', 'e-mail', '')
    """
    return _WORDS.get(plain(text), "")


def topic_of(text: object) -> str:
    """Give a topic on one line; empty where it points at a person.

    Examples
    --------
    >>> topic_of(" Paspoort  verlopen"), topic_of("bel 0612345678 terug")
    ('Paspoort verlopen', '')
    """
    words = " ".join(str(text or "").split())[:200]
    return "" if points_at_person(words) else words


def _contact(record: Mapping[str, Any], first: dt.date, last: dt.date) -> Row | None:
    when = str(record.get("plaatsgevondenOp") or "")
    if not first.isoformat() <= when[:10] <= last.isoformat():
        return None  # the API cannot be asked for a period
    reached = record.get("indicatieContactGelukt")
    return {
        "case": _case_of(record),
        "topic": topic_of(record.get("onderwerp")),
        "channel": channel_of(record.get("kanaal")),
        "started_at": when,
        "answered": "" if reached is None else ("ja" if reached else "nee"),
    }


def _case_of(record: Mapping[str, Any]) -> str:
    """Find the case that a contact was about, among the objects that the API gives with it."""
    for subject in _inside(record, "gingOverOnderwerpobjecten") or []:
        identifier = (subject.get("onderwerpobjectidentificator") if isinstance(subject, dict) else None) or {}
        if plain(identifier.get("codeObjecttype", "")) == "zaak":
            return str(identifier.get("objectId", ""))
    return ""


def _case(record: Mapping[str, Any], first: dt.date, last: dt.date) -> Row | None:
    kind = _inside(record, "zaaktype") or {}
    status = _inside(_inside(record, "status") or {}, "statustype") or {}
    result = _inside(_inside(record, "resultaat") or {}, "resultaattype") or {}
    products = [*(record.get("productenOfDiensten") or []), *(kind.get("productenOfDiensten") or [])]
    address = record.get("zaaktype") if isinstance(record.get("zaaktype"), str) else ""
    return {
        "case": str(record.get("uuid") or ""),
        "topic": topic_of(kind.get("omschrijving")) or str(address).rstrip("/").rpartition("/")[2],
        "channel": channel_of(record.get("communicatiekanaalNaam")),
        "opened_at": str(record.get("startdatum") or ""),
        "closed_at": str(record.get("einddatum") or ""),
        "due_at": str(record.get("uiterlijkeEinddatumAfdoening") or ""),
        "status": topic_of(status.get("omschrijving")),
        "outcome": topic_of(result.get("omschrijving")),
        "upl_uri": next((str(product) for product in products if isinstance(product, str)), ""),
    }


def _inside(record: Mapping[str, Any], name: str) -> Any:
    """Give what a service expanded, under `_expand` or in the place of the reference itself."""
    expanded = (record.get("_expand") or {}).get(name)
    own = record.get(name)
    return expanded if expanded is not None else own if isinstance(own, dict) else None


CONTACTS: Final = Records(
    "contacts",
    "klantcontacten",
    "onderwerp",
    "TOPTAAK_KLANTINTERACTIES_TOKEN",
    "Token",
    MappingProxyType({}),
    ("case", "task_id", "topic", "channel", "started_at", "answered"),
    lambda first, last: {"pageSize": _PAGE_SIZE, "expand": "gingOverOnderwerpobjecten"},
    _contact,
)
CASES: Final = Records(
    "cases",
    "zaken",
    "zaaktype",
    "TOPTAAK_ZAKEN_TOKEN",
    "Bearer",
    MappingProxyType({"Accept-Crs": "EPSG:4326"}),
    ("case", "task_id", "topic", "channel", "opened_at", "closed_at", "due_at", "status", "outcome"),
    lambda first, last: {
        "pageSize": _PAGE_SIZE,
        "expand": "zaaktype,status,status.statustype,resultaat,resultaat.resultaattype",
        "startdatum__gte": first.isoformat(),
        "startdatum__lte": last.isoformat(),
    },
    _case,
)
