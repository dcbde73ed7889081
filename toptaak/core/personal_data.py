"""Find and mask what points at a person in a text: the one place that knows what that looks like.

Numbers with a check digit count only where it is right, so that an amount is seldom taken for one; names count after
a word that announces them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Final

MASK: Final = "***"


def is_bsn(digits: str) -> bool:
    """Tell whether eight or nine digits pass the eleven-test of a citizen service number.

    Examples
    --------
    >>> is_bsn("111222333"), is_bsn("111222334")
    (True, False)
    """
    number = digits.zfill(9)
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    total = sum(weight * int(digit) for weight, digit in zip(weights, number, strict=True))
    return total % 11 == 0 and int(number) > 0


def is_iban(text: str) -> bool:
    """Tell whether a text passes the test of an international bank account number (ISO 13616, modulo 97).

    Examples
    --------
    >>> is_iban("NL91 ABNA 0417 1643 00"), is_iban("NL92ABNA0417164300")
    (True, False)
    """
    plain = re.sub(r"\W", "", text).upper()
    moved = plain[4:] + plain[:4]
    return len(plain) >= 15 and int("".join(str(int(sign, 36)) for sign in moved)) % 97 == 1


_NAME: Final = r"[A-Z\u00c0-\u00de][\w'\u2019-]*\.?"
_BETWEEN: Final = r"(?:(?:van|de|den|der|ter|ten|te|het|'t|la|le|el|al|von|zu|bin|ibn)\s+)*"
_NAMES: Final = rf"(?:(?:[A-Z]\.\s?)+\s?)?{_BETWEEN}{_NAME}(?:[ -]{_BETWEEN}{_NAME}){{0,3}}"
_CUES: Final = (
    r"(?i:mijn naam is|ik heet|naam\s*:|contactpersoon\s*:|behandelaar\s*:|medewerker\s*:|"
    r"mevrouw|mevr\.?|mw\.?|meneer|dhr\.?|de heer|mijnheer|familie|fam\.|t\.a\.v\.|"
    r"(?:met vriendelijke |vriendelijke |hartelijke )?groet(?:en|jes)?,?|mvg,?|ondertekend,?|gesproken met)"
)
_MONTHS: Final = (
    "jan(?:uari)?|feb(?:ruari)?|maart|mrt|apr(?:il)?|mei|juni?|juli?|aug(?:ustus)?|sep(?:t(?:ember)?)?|"
    "okt(?:ober)?|nov(?:ember)?|dec(?:ember)?"
)
_DAY: Final = (
    r"(?:\d{1,2}[-/. ]\d{1,2}[-/. ](?:19|20)?\d{2}|\d{4}-\d{2}-\d{2}|"
    rf"\d{{1,2}} (?:{_MONTHS})\.? (?:19|20)\d{{2}})"
)
_PLATES: Final = (
    r"[A-Z]{2}-\d{2}-\d{2}|\d{2}-\d{2}-[A-Z]{2}|\d{2}-[A-Z]{2}-\d{2}|[A-Z]{2}-\d{2}-[A-Z]{2}|[A-Z]{2}-[A-Z]{2}-\d{2}|"
    r"\d{2}-[A-Z]{2}-[A-Z]{2}|\d{2}-[A-Z]{3}-\d|\d-[A-Z]{3}-\d{2}|[A-Z]{2}-\d{3}-[A-Z]|[A-Z]-\d{3}-[A-Z]{2}|"
    r"[A-Z]{3}-\d{2}-[A-Z]|[A-Z]-\d{2}-[A-Z]{3}|\d-[A-Z]{2}-\d{3}|\d{3}-[A-Z]{2}-\d"
)


_TITLE: Final = r"(?:(?i:mevrouw|mevr|mw|meneer|mijnheer|dhr|de heer|drs|dr|mr|ir|ing)\.?\s+)"
_WHOLE_NAME: Final = re.compile(
    rf"{_TITLE}+{_NAMES}|(?:[A-Z]\.\s?)+{_BETWEEN}{_NAME}|"
    rf"[A-Z\u00c0-\u00de][\w'\u2019-]+\s+{_BETWEEN}{_NAME}(?:[ -]{_NAME})?"
)
# words of a role or a department: with one of them a text in capitals is no name
_ROLES: Final = re.compile(
    r"manager|leider|hoofd|directeur|directie|co[o\u00f6]rdinator|adviseur|redact|wethouder|burgemeester|eigenaar|secretaris|"
    r"griffi|specialist|beheer|regisseur|consulent|medewerker|ambtenaar|analist|ontwerper|team|afdeling|bestuur|college|"
    r"raad|groep|dienst|balie|zaken|domein|ruimte|inkomen|werk|zorg|jeugd|wonen|belasting|vergunning|communicatie|"
    r"informatie|contact|centrum|kcc|web|service|loket|product|proces|kwaliteit|leader|head|director|adviser|editor|"
    r"owner|department|board|council|officer|chief|service",
    re.IGNORECASE,
)


def is_name(text: str) -> bool:
    """Tell whether a text as a whole reads as a person's name, where a role or a department is asked.

    Examples
    --------
    >>> [is_name(text) for text in ("Jan de Vries", "J. Jansen", "mevrouw Bakker")]
    [True, True, True]
    >>> [is_name(text) for text in ("Toptaakmanager", "Hoofd Burgerzaken", "Openbare Ruimte", "Werk en Inkomen")]
    [False, False, False, False]
    """
    plain = " ".join(text.split())
    return _WHOLE_NAME.fullmatch(plain) is not None and _ROLES.search(plain) is None


@dataclass(frozen=True)
class _Kind:
    pattern: re.Pattern[str]
    holds: Callable[[str], bool] = bool


KINDS: Final[Mapping[str, _Kind]] = MappingProxyType(
    {
        "e-mail": _Kind(
            re.compile(
                r"[\w.+%'-]+\s?(?:@|\[at\]|\(at\)|\[apenstaartje\])\s?[\w-]+(?:(?:\.|\s?\[punt\]\s?|\s?\(dot\)\s?)[\w-]+)+",
                re.IGNORECASE,
            )
        ),
        "iban": _Kind(
            re.compile(
                r"\b(?:(?i:NL) ?\d{2}[ .-]?(?i:[A-Z]{4})(?:[ .-]?\d){10}"
                r"|[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?)\b"
            ),
            is_iban,
        ),
        "phone": _Kind(
            re.compile(
                r"(?<![\d.,])(?:(?:\+|00)[ ]?31[ .-]?(?:\(0\)[ .-]?)?|\(?0)[1-9](?:\)?[ .\-/]{0,3}\d){8}\)?(?!\d)"
            )
        ),
        "bsn": _Kind(
            re.compile(
                r"(?<![\d,])(?:\d{8,9}|\d{3}[ .-]\d{3}[ .-]\d{3}|\d{4}[ .-]\d{2}[ .-]\d{3}|"
                r"\d{3}[ .-]\d{2}[ .-]\d{4})(?!\d|,\d)"
            ),
            lambda text: is_bsn(re.sub(r"\D", "", text)),
        ),
        "address": _Kind(
            re.compile(
                r"\b[1-9]\d{3} ?[A-Z]{2}\b,?(?: (?:nr\.?|nummer|huisnummer|te))? ?\d{1,5}(?:[ -]?[a-z]\b)?"
                r"|\b[A-Z\u00c0-\u00de][\w'-]*(?:straat|laan|weg|plein|gracht|kade|singel|dijk|hof|pad) \d{1,4}[a-z]?,?"
                r" [1-9]\d{3} ?[A-Z]{2}\b"
                r"|\b\d{1,4}[a-z]?,? [1-9]\d{3} ?[A-Z]{2}\b"
            )
        ),
        "licence plate": _Kind(re.compile(rf"\b(?:{_PLATES})\b")),
        "birth date": _Kind(
            re.compile(
                rf"\b(?:geb(?:oren|oortedatum|\.)?|birth ?date|date of birth|dob)(?: op| is)?\s*:?\s*{_DAY}",
                re.IGNORECASE,
            )
        ),
        "name": _Kind(re.compile(rf"(?<!\w){_CUES}[ \n]{{0,3}}(?P<found>{_NAMES})")),
    }
)


def findings(text: str) -> Iterator[tuple[str, int, int]]:
    """Give each place that points at a person: its kind, where it begins and where it ends.

    Examples
    --------
    >>> [kind for kind, _, _ in findings("Bel 06-1234 5678, mevrouw De Vries, BSN 111.222.333")]
    ['phone', 'bsn', 'name']
    """
    for name, kind in KINDS.items():
        for match in kind.pattern.finditer(text):
            group = "found" if "found" in kind.pattern.groupindex else 0
            if kind.holds(match.group(group)):
                yield name, *match.span(group)


@lru_cache(maxsize=20_000)
def without_personal_data(text: str) -> str:
    """Replace what points at a person by `***`.

    Examples
    --------
    >>> without_personal_data("Mail naar jan@voorbeeld.nl of kom naar 1234 AB 12.")
    'Mail naar *** of kom naar ***.'
    """
    end = 0
    parts: list[str] = []
    for _, start, stop in sorted(findings(text), key=lambda place: place[1:]) if len(text) >= _SHORTEST else ():
        if start >= end:
            parts += [text[end:start], MASK]
        end = max(end, stop)
    return "".join([*parts, text[end:]])


_SHORTEST: Final = 6
