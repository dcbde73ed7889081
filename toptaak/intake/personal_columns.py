"""Columns that hold who somebody is, whatever their name; and pseudonyms, made with a key that stands elsewhere."""

from __future__ import annotations

import hashlib
import hmac
import os
import re
from collections.abc import Callable
from typing import Final

import pandas as pd

from toptaak.core.personal_data import is_bsn, is_iban
from toptaak.intake.columns import SEGMENT, ContractColumn, Kind

KEY: Final = "TOPTAAK_PSEUDONYM_KEY"
SHORTEST_KEY: Final = 20
# what a number of a customer or a case never looks like
CONTACT: Final = (
    r"\S+@\S+\.\S+|(?:sips?|tel|mailto):\S+"
    r"|\(?(?:\+31|0031|0)[ .-]?(?:\(0\)[ .-]?)?[1-9](?:[ .)/-]{0,3}[0-9]){8}"
    r"|\+[1-9](?:[ ./()-]{0,2}[0-9]){8,13}"  # abroad
)
_CONTACT: Final = re.compile(CONTACT)
_MOBILE: Final = re.compile(r"(?:31)?6[1-58]\d{7}")  # Excel loses the zero in front
_BSN: Final = re.compile(r"\d{8,9}|\d{3}[. ]\d{3}[. ]\d{3}|\d{4}[. ]\d{2}[. ]\d{3}")
_DAY: Final = re.compile(
    r"\d{1,2}[-/. ]\d{1,2}[-/. ](?:19|20)?\d{2}|(?:19|20)\d{2}-\d{2}-\d{2}(?:[T ]00:00(?::00)?)?"
    r"|\d{1,2} [a-z]{3,9}\.? (?:19|20)\d{2}",
    re.IGNORECASE,
)
_SAMPLE: Final = 1_000  # rows
_MOST, _NEARLY_ALL = 0.5, 0.9
_ENOUGH: Final = 10  # of numbers without any sign: one in eleven passes the test of a citizen service number by chance
_DIGITS: Final = 16


def holds_persons(column: ContractColumn, cells: pd.Series) -> bool:
    """Tell whether most cells of a column are e-mail addresses, phone, bank or citizen service numbers, or birth dates.

    Examples
    --------
    >>> from toptaak.intake.tables import TABLES
    >>> customer = TABLES["contacts"].column("customer")
    >>> [holds_persons(customer, pd.Series(cells)) for cells in (["0612345678", "06-1234 5679"], ["k1", "k2"])]
    [True, False]
    """
    sample = cells.iloc[:: len(cells) // _SAMPLE + 1].dropna().unique()
    texts = [text for text in map(_text, sample) if text]
    signs = [_CONTACT, *([_DAY] if SEGMENT.fullmatch(column.name) else [])]
    if _share(texts, lambda text: any(sign.fullmatch(text) for sign in signs) or _is_account(text)) > _MOST:
        return True
    return len(texts) >= _ENOUGH and (
        _share(texts, lambda text: bool(_MOBILE.fullmatch(text))) >= _NEARLY_ALL
        or _share(texts, lambda text: bool(_BSN.fullmatch(text)) and is_bsn(re.sub(r"\D", "", text))) >= _NEARLY_ALL
    )


def may_hold_persons(column: ContractColumn) -> bool:
    """Tell whether a column is kept as it stands."""
    return column.kind in (Kind.ID, Kind.TEXT)


def _share(texts: list[str], holds: Callable[[str], bool]) -> float:
    return sum(map(holds, texts)) / len(texts) if texts else 0.0


def _is_account(text: str) -> bool:
    return re.match(r"[A-Za-z]{2}\d{2}", text) is not None and text.isascii() and is_iban(text)


def _text(cell: object) -> str:
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell).strip()


def key() -> bytes | None:
    """Give the key for pseudonyms of the environment; None where there is none that is long enough."""
    given = os.environ.get(KEY, "").strip()
    return given.encode() if len(given) >= SHORTEST_KEY else None


def pseudonyms(cells: pd.Series, secret: bytes) -> pd.Series:
    """Put a pseudonym for each filled cell: the same for the same person, and of no use without the key.

    Examples
    --------
    >>> made = pseudonyms(pd.Series(["06-1234 5678", "+31612345678", "", "A@b.nl"]), b"a key of twenty signs")
    >>> made[0] == made[1], made[2], len(made[3])
    (True, '', 16)
    """
    spots, distinct = pd.factorize(cells)
    made = [_pseudonym(_text(cell), secret) for cell in distinct]
    # an empty cell has spot -1: the last
    return pd.Series(pd.array([*made, ""], dtype="str")[spots], index=cells.index)


def _pseudonym(text: str, secret: bytes) -> str:
    if not text:
        return ""
    plain = " ".join(text.casefold().split())
    if _CONTACT.fullmatch(plain) and "@" not in plain:
        plain = re.sub(r"\D", "", re.sub(r"^(?:\+31|0031)(?:\(0\))?", "0", plain.replace(" ", "")))
    return hmac.new(secret, plain.encode(), hashlib.sha256).hexdigest()[:_DIGITS]
