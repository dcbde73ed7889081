"""The list of municipalities: codes, names, mergers, and the fictional ones of the example.

`municipalities.csv`: one row is a code that is or was in use. Codes and names follow Statistics Netherlands
(CBS); provinces and inhabitants are facts carried over from the 2026 list.
"""

from __future__ import annotations

import csv
import datetime as dt
import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

_FILE = Path(__file__).parent / "municipalities.csv"
FICTIONAL_FROM = 9000


@dataclass(frozen=True)
class Municipality:
    """One municipality; `successors` is empty while the code is in force and has several after a split.

    `joins` names the municipality that it is announced to join after `valid_to`: nothing changes until that is law and
    the list says so.
    """

    code: str
    name: str
    province: str
    inhabitants: int | None
    valid_to: str | None
    successors: tuple[str, ...]
    joins: str | None = None

    def existed_on(self, day: dt.date) -> bool:
        """Tell whether the code was in force on a day; an announced end is not yet one.

        Examples
        --------
        >>> brielle, wijdemeren = find("GM0501"), find("GM1696")
        >>> brielle.existed_on(dt.date(2022, 12, 31)), brielle.existed_on(dt.date(2023, 1, 1))
        (True, False)
        >>> wijdemeren.joins, wijdemeren.existed_on(dt.date(2027, 1, 1))
        ('GM0402', True)
        """
        return not self.successors or self.valid_to is None or day.isoformat() <= self.valid_to

    @property
    def fictional(self) -> bool:
        """Tell whether this is an example municipality that does not exist."""
        return int(self.code[2:]) >= FICTIONAL_FROM

    @property
    def size_class(self) -> str:
        """Give the size class used to find peers."""
        size = self.inhabitants or 0
        for limit, name in ((20_000, "< 20.000"), (50_000, "20.000-50.000"), (100_000, "50.000-100.000")):
            if size < limit:
                return name
        return ">= 100.000"


@cache
def _by_code() -> dict[str, Municipality]:
    with _FILE.open(encoding="utf-8", newline="") as handle:
        return {
            row["code"]: Municipality(
                row["code"],
                row["name"],
                row["province"],
                int(row["inhabitants"]) if row["inhabitants"] else None,
                row["valid_to"] or None,
                tuple(row["successors"].split("|")) if row["successors"] else (),
                row["joins"] or None,
            )
            for row in csv.DictReader(handle, delimiter=";")
        }


def fictional_code(number: int) -> str:
    """Give the code of example municipality `number` (1 is GM9901; after GM9999 the codes go on at GM9001).

    Examples
    --------
    >>> fictional_code(1), fictional_code(100)
    ('GM9901', 'GM9001')
    """
    return f"GM{9900 + number if number < 100 else 8901 + number}"


def find(code: str) -> Municipality | None:
    """Look a code up; a fictional code outside the list gets a made-up name, anything unknown gives None.

    Examples
    --------
    >>> find("GM0363").name, find("GM0457").successors, find("GM1234")
    ('Amsterdam', ('GM0363',), None)
    """
    return _by_code().get(code) or _unlisted_fictional(code)


def _unlisted_fictional(code: str) -> Municipality | None:
    if not re.fullmatch(r"GM9\d{3}", code):
        return None
    return Municipality(code, f"Voorbeeldgemeente {code[2:]}", "Voorbeeldland", 20_000 + 137 * int(code[3:]), None, ())


def heirs(code: str) -> tuple[str, ...]:
    """List the codes a merged municipality is counted with, one after the other; the last one is in force.

    Empty for a code that is in force, unknown, or was split: then nobody can say which part is meant.

    Examples
    --------
    >>> heirs("GM0501"), heirs("GM1992"), heirs("GM0053")
    (('GM1992',), (), ())
    """
    line: list[str] = []
    while (municipality := find(line[-1] if line else code)) and municipality.successors:
        if len(municipality.successors) > 1:
            return ()
        line.append(municipality.successors[0])
    return tuple(line)


def name_of(code: str) -> str:
    """Give the name of a code, or the code itself where it is unknown."""
    municipality = find(code)
    return municipality.name if municipality else code


def in_force() -> list[Municipality]:
    """List the municipalities that exist today, fictional ones left out."""
    return [
        municipality
        for municipality in _by_code().values()
        if not municipality.successors and not municipality.fictional
    ]


# how a name is told from another of its kind: Hengelo (O.), Bergen (NH.)
_ABBREVIATIONS: Final = MappingProxyType(
    {
        short: province
        for province, shorts in {
            "Groningen": "g gr gn",
            "Friesland": "f fr frl",
            "Drenthe": "d dr",
            "Overijssel": "o ov ovs",
            "Flevoland": "fl",
            "Gelderland": "gld gl gd",
            "Utrecht": "u ut utr",
            "Noord-Holland": "nh",
            "Zuid-Holland": "zh",
            "Zeeland": "z zl zld",
            "Noord-Brabant": "nb br",
            "Limburg": "l lb li",
        }.items()
        for short in shorts.split()
    }
)
_ALSO: Final = MappingProxyType({"s-gravenhage": "den haag", "den bosch": "s-hertogenbosch"})
_OF_PROVINCE: Final = re.compile(r"(?P<name>.+?) ?\((?P<short>[a-z][a-z.\- ]{0,4})\)")
_REGION: Final = re.compile(
    r"(?:nl|pv|ld|cr|rg|kk)\d{1,2}|wk\d{6}|bu\d{8}|.+\((?:pv|ld|cr|provincie|land|landsdeel)\)"
    r"|nederland|(?:noord|zuid|oost|west)-nederland|fryslân|drenthe|overijssel|flevoland|gelderland|friesland"
    r"|(?:noord|zuid)-holland|zeeland|noord-brabant|limburg",
    re.IGNORECASE,
)


def is_region(text: str) -> bool:
    """Tell whether a code or name of CBS is that of the country, a province, a region, a district or a neighbourhood.

    Examples
    --------
    >>> [is_region(text) for text in ("NL01  ", "PV20", "Utrecht (PV)", "Utrecht", "GM0344")]
    [True, True, True, False, False]
    """
    return _REGION.fullmatch(text.strip()) is not None


def _plain(name: str) -> str:
    folded = unicodedata.normalize("NFKC", name).casefold().replace("’", "'").replace("`", "'").strip()
    bare = folded.removesuffix("(gemeente)").removeprefix("gemeente ").strip().removeprefix("'")
    return _ALSO.get(" ".join(bare.split()), " ".join(bare.split()))


def _bare(text: str) -> str:
    """Leave the accents out, which some programs lose."""
    return "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))


@cache
def _by_name() -> dict[str, list[str]]:
    names: dict[str, list[str]] = {}
    for municipality in _by_code().values():
        if not municipality.successors:
            for name in {_plain(municipality.name), _plain(municipality.name.partition(" (")[0])}:
                names.setdefault(name, []).append(municipality.code)
    gone = {
        _plain(municipality.name): [municipality.code]
        for municipality in _by_code().values()
        if municipality.successors
    }
    return gone | names


def codes_named(name: str) -> list[str]:
    """List the codes whose whole name equals `name` (case, accents' form and spaces apart).

    A code that is no longer in force is listed only where no other has its name.

    Examples
    --------
    >>> codes_named("utrecht"), codes_named("Bergen"), codes_named("Weesp")
    (['GM0344'], ['GM0373', 'GM0893'], ['GM0457'])
    >>> codes_named("'s-Gravenhage (gemeente)"), codes_named("Hengelo (O.)"), codes_named("Bergen (NH.)")
    (['GM0518'], ['GM0164'], ['GM0373'])
    """
    plain = _plain(name)
    codes = _by_name().get(plain) or _without_accents().get(_bare(plain), [])
    inside = None if codes else _OF_PROVINCE.fullmatch(plain)
    if inside:
        province = _ABBREVIATIONS.get(re.sub(r"[^a-z]", "", inside["short"]))
        codes = [code for code in _by_name().get(inside["name"], []) if _by_code()[code].province == province]
    return codes


@cache
def _without_accents() -> dict[str, list[str]]:
    return {_bare(name): codes for name, codes in _by_name().items()}


def nearest(text: str, limit: int = 3) -> list[str]:
    """List codes whose code or name looks most like `text`, for a message."""
    from difflib import get_close_matches

    names = {_plain(municipality.name): municipality.code for municipality in in_force()}
    close = [names[name] for name in get_close_matches(_plain(text), names, n=limit)]
    return close or get_close_matches(text, _by_code(), n=limit)
