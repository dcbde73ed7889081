"""Municipalities as people write them: whole code, bare number, name, merged, split."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from toptaak.core import municipalities
from toptaak.core.faults import SHOWN_PER_CODE
from toptaak.intake.parsed import Options, Parsed, noted

_BARE = re.compile(r"(\d{1,4})(?:[.,]0)?")


@dataclass(frozen=True)
class Place:
    """The code a text stands for, or None; the fault it deserves, with words for its message.

    A merged municipality keeps its code here, so that its own numbers stay apart in every check (`intake.mergers`).
    """

    code: str | None
    fault: str | None = None
    words: tuple[tuple[str, str], ...] = ()


def place(text: str, *, suggest: bool = True) -> Place:
    """Find the municipality that a text means; never by a part of a name.

    `suggest` tells whether to look for the nearest where there is none, which takes time.

    Examples
    --------
    >>> place("GM0363").code, place("363").fault, place("Weesp").fault, place("GM0457").code
    ('GM0363', 'TT-059', 'TT-060', 'GM0457')
    """
    code, how = _code(text)
    if code is None:
        return _unknown(text, suggest=suggest)
    municipality, line = municipalities.find(code), municipalities.heirs(code)
    if line:
        return Place(code, "TT-060", (("code", _named(line[-1:])),))
    if municipality and municipality.successors:
        return Place(None, "TT-061", (("codes", _named(_parts(municipality.successors))),))
    return Place(code, how, (("code", _named([code])),) if how else ())


def _parts(successors: tuple[str, ...]) -> tuple[str, ...]:
    """Follow a merger to the split that came after it."""
    heir = municipalities.find(successors[0]) if len(successors) == 1 else None
    return _parts(heir.successors) if heir else successors


def _code(text: str) -> tuple[str | None, str | None]:
    number = _BARE.fullmatch(text)
    bare = "GM" + number[1].zfill(4) if number else ""
    if number and municipalities.find(bare):
        return bare, "TT-059"
    if municipalities.find(text.upper()):
        return text.upper(), None if text.isupper() else "TT-059"
    named = municipalities.codes_named(text)
    return (named[0], "TT-063") if len(named) == 1 else (None, None)


def _unknown(text: str, *, suggest: bool) -> Place:
    several = municipalities.codes_named(text)
    if len(several) > 1:
        return Place(None, "TT-062", (("codes", _named(several)),))
    close = municipalities.nearest(text) if suggest else []
    return Place(None, "TT-058", (("nearest", _named(close) or "–"),))


def _named(codes: list[str] | tuple[str, ...]) -> str:
    return ", ".join(f"{code} {municipalities.name_of(code)}" for code in codes)


def places(text: pd.Series, options: Options) -> Parsed:
    """Read municipality codes.

    Examples
    --------
    >>> values, notes = places(pd.Series(["0363", "GM0344"]), Options())
    >>> list(values), [note.code for note in notes]
    (['GM0363', 'GM0344'], ['TT-059'])
    """
    codes: list[str | None] = [None] * len(text)
    alike: dict[tuple[str, tuple[tuple[str, str], ...]], list[int]] = {}
    unknown = 0
    for position in np.flatnonzero(text.notna()).tolist():
        spot = place(text.iloc[position], suggest=unknown < SHOWN_PER_CODE)
        codes[position] = spot.code
        unknown += spot.code is None
        if spot.fault:
            alike.setdefault((spot.fault, spot.words), []).append(position)
    notes = []
    for (code, words), positions in alike.items():
        notes += noted(code, np.isin(np.arange(len(text)), positions), **dict(words))
    return pd.Series(codes, index=text.index, dtype="str"), notes
