"""Pages of a service that answers in JSON: each asked again when it fails, and never more than there can be.

The token goes to the address that was given and nowhere else; it stands in no message and no file.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from toptaak.core.errors import ToptaakError
from toptaak.core.wording import Message, message

_THIS_MACHINE: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_TRIES: Final = 4
_LONGEST_WAIT: Final = 60.0  # seconds
_TIMEOUT: Final = 30.0
_LARGEST: Final = 64 << 20  # bytes of a page
_MOST_PAGES: Final = 20_000
_SLACK: Final = 1_000  # records that may be added while the pages are read
_AGAIN: Final = frozenset({429, 500, 502, 503, 504})
_wait = time.sleep


class EndlessPagesError(ToptaakError):
    """The service gives more than it says it has, or the same again."""


class _NoRedirect(HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


@dataclass(frozen=True)
class Service:
    """Where a service is and how it knows who asks.

    Attributes
    ----------
    url
        Of the API, for instance `https://openklant.gemeente.nl/klantinteracties/api/v1`.
    authorization
        The header `Authorization` as a whole.
    variable
        The environment variable of the token, for messages.
    headers
        What else the service asks for.
    """

    url: str
    authorization: str
    variable: str
    headers: Mapping[str, str]

    def __repr__(self) -> str:
        """Give a text without the token."""
        return f"Service({self.url!r})"


@dataclass(frozen=True)
class Page:
    """One page: its records, the address of the next one and how many records there are in all."""

    records: tuple[Mapping[str, Any], ...]
    next: str | None
    count: int


def safe_url(url: str) -> str:
    """Check the address of a service.

    Raises
    ------
    ToptaakError
        where it is not https, but for this machine, or holds an account.
    """
    parts = urlsplit(url)
    if not parts.hostname or parts.username or parts.query:
        raise ToptaakError(message("This is no address of a service: {url}", url=parts.hostname or "–"))
    if parts.scheme != "https" and (parts.scheme != "http" or parts.hostname not in _THIS_MACHINE):
        raise ToptaakError(message("The address of the service must start with https://."))
    return url.rstrip("/")


def signed_token(client: str, secret: str, now: float) -> str:
    """Make the token that Open Zaak asks for: a JWT signed with HS256 (RFC 7519).

    Examples
    --------
    >>> signed_token("toptaak", "geheim", 0).count(".")
    2
    """
    claims = {"iss": client, "iat": int(now), "client_id": client, "user_id": client, "user_representation": client}
    parts = [
        _packed(json.dumps(section, separators=(",", ":")).encode())
        for section in ({"alg": "HS256", "typ": "JWT"}, claims)
    ]
    signature = hmac.new(secret.encode(), ".".join(parts).encode(), hashlib.sha256).digest()
    return ".".join([*parts, _packed(signature)])


def _packed(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def pages(service: Service, path: str, query: Mapping[str, str], start: str | None = None) -> Iterator[Page]:
    """Read all pages of a list, one after the other.

    Parameters
    ----------
    path, query
        Of the list.
    start
        The address of the page to go on with; left out: the first.

    Raises
    ------
    ToptaakError
        where the service refuses, breaks off, or sends something else than the API describes.
    EndlessPagesError
        where it goes on for ever.
    """
    address: str | None = start or f"{service.url}/{path}?{urlencode(query)}"
    asked: set[str] = set()
    seen: set[str] = set()
    received = 0
    while address:
        asked.add(address)
        page = _page(service, address)
        fresh = {str(record.get("uuid") or record.get("url") or len(seen)) for record in page.records} - seen
        seen |= fresh
        received += len(page.records)
        endless = page.next in asked or (page.records and not fresh) or len(asked) > _MOST_PAGES
        if endless or received > page.count + _SLACK:
            raise EndlessPagesError(
                message("The service goes on for ever: {n} records, {count} were told.", n=received, count=page.count)
            )
        yield page
        address = page.next


def _page(service: Service, address: str) -> Page:
    why = message("no answer")
    for attempt in range(_TRIES):
        if attempt:
            _wait(min(2.0**attempt, _LONGEST_WAIT))
        try:
            return _checked(service, json.loads(_asked(service, address)))
        except HTTPError as error:
            if error.code not in _AGAIN:
                raise ToptaakError(_refusal(service, error.code)) from None
            why = message("status {code}", code=error.code)
            _wait(_retry_after(error))
        except (URLError, OSError, http.client.HTTPException):
            why = message("the connection failed or broke off")
        except (ValueError, RecursionError):
            why = message("the answer is not what the API describes")
    raise ToptaakError(
        message(
            "The service cannot be read now ({why}), also not after {n} tries. What was read stays: give the same "
            "command again later.",
            why=why,
            n=_TRIES,
        )
    )


def _asked(service: Service, address: str) -> bytes:
    headers = {"Accept": "application/json", "Authorization": service.authorization, **service.headers}
    request = Request(address, headers=headers)  # noqa: S310
    with build_opener(_NoRedirect).open(request, timeout=_TIMEOUT) as answer:
        data: bytes = answer.read(_LARGEST + 1)
        expected = answer.headers.get("Content-Length")
    if len(data) > _LARGEST or (expected and len(data) != int(expected)):
        raise ValueError("half an answer")
    return data


def _checked(service: Service, content: Any) -> Page:
    """Take a page as the API describes it; its next page is one of the same service."""
    if not isinstance(content, dict) or not isinstance(content.get("results"), list):
        raise ValueError("no page")
    records = tuple(record for record in content["results"] if isinstance(record, dict))
    following, count = content.get("next"), content.get("count")
    if len(records) != len(content["results"]) or not isinstance(count, int) or not isinstance(following, str | None):
        raise ValueError("no page")
    return Page(records, _same_service(service, following), count)


def _same_service(service: Service, address: str | None) -> str | None:
    """Ask the next page of the address that was given: behind a proxy a service may know itself by another name."""
    return (
        None if not address else f"{service.url}/{urlsplit(address).path.rpartition('/')[2]}?{urlsplit(address).query}"
    )


def _refusal(service: Service, code: int) -> Message:
    if code in (401, 403):
        return message(
            "The service refuses the token ({code}). Check {variable}.", code=code, variable=service.variable
        )
    if code == 404:
        return message("The service has no such list ({code}). Check the address: it ends in /api/v1.", code=code)
    return message("The service refuses ({code}).", code=code)


def _retry_after(error: HTTPError) -> float:
    seconds = error.headers.get("Retry-After", "") if error.headers else ""
    return min(float(seconds), _LONGEST_WAIT) if seconds.isdigit() else 0.0
