"""Is a short list fit for a vote: long enough, no two tasks alike, in words that citizens use."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

import numpy as np
import pandas as pd

from toptaak.core.wording import Message, message, translator
from toptaak.surveys.similarity import OVERLAP, alike, plain_words

# fewer hides tasks, more is not read: the range that top-task surveys use (docs/methode.md)
SHORTEST, LONGEST = 50, 100
MOST_WORDS = 8
FLAG_COLUMNS: Final = ("number", "label", "kind", "found", "reason")

# words of the town hall, and what citizens say; an empty text: no single word does
JARGON: Final[Mapping[str, str]] = MappingProxyType(
    {
        "aanschrijving": "brief van de gemeente",
        "attestatie": "bewijs",
        "beschikking": "besluit",
        "bezwaarschrift": "bezwaar",
        "burgerzaken": "",
        "handhavingsverzoek": "overlast of overtreding melden",
        "heffing": "belasting",
        "inburgeringsplichtige": "",
        "indicatie": "",
        "ingezetene": "inwoner",
        "intake": "gesprek",
        "kadastraal": "",
        "kadastrale": "",
        "leges": "kosten",
        "legalisatie": "handtekening laten controleren",
        "ligplaatsvergunning": "woonboot",
        "objectvergunning": "container of steiger op straat",
        "omgevingsvergunning": "bouwen en verbouwen",
        "ontheffing": "toestemming",
        "participatie": "meedoen",
        "planschade": "schade door bouwplan",
        "precariobelasting": "belasting voor spullen op straat",
        "rechtsmiddel": "",
        "regeling": "",
        "toekenning": "",
        "verordening": "regels van de gemeente",
        "voorziening": "hulp",
        "waardebepaling": "waarde van uw huis",
        "zaakgericht": "",
        "zienswijze": "reactie op een plan",
    }
)
# known to everybody, so no jargon
_KNOWN_SHORT: Final = frozenset({"ID", "DIGID", "OV", "WC", "TV", "WIFI", "A", "B", "EU"})
_SHORT_NAMES: Final = frozenset(
    re.findall(r"\w+", "apv avg bag bbz bsn brp gba gpk ioaw ioaz kcc ozb pgb rni vog wkb wmo woz wsnp")
)
_CODE: Final = re.compile(r"\b(?:[A-Z]{1,5}[-./]?\d{2,}\w*|\d{3,}\w*|art(?:ikel|\.)\s*\d\S*)", re.IGNORECASE)
_CAPITALS: Final = re.compile(r"\b[A-Z]{2,6}\b")
_PROCESS: Final = re.compile(
    r"^(?:aanvraag|aanvragen|aanvraagformulier|product|procedure|formulier|melding|aangifte)\b(?=\s+\w)"
    r"|\b(?:product|procedure|module|e-?dienst|werkproces|zaaktype|cluster|afdeling|team)\b",
    re.IGNORECASE,
)
_AUDIENCE: Final = re.compile(
    r"\b(?:jongeren|ouderen|senioren|studenten|gezinnen|ondernemers|mantelzorgers|statushouders|nieuwkomers|minima)\b",
    re.IGNORECASE,
)
_TWO_TASKS: Final = re.compile(r"\s(?:en|of)\s|\s?/\s?|;", re.IGNORECASE)

_Flag = tuple[str, str, Message]


def check_short_list(
    short: pd.DataFrame, language: str, threshold: float = OVERLAP, jargon: Mapping[str, str] = JARGON
) -> pd.DataFrame:
    """Flag what makes a short list unfit for a vote.

    Flags are questions for the people who decide, not verdicts: each says why.

    Parameters
    ----------
    short
        One row per task with `number` and `label`, as `short_list` delivers.
    language
        Of the reasons.
    threshold
        How alike (0–1) two tasks may be.
    jargon
        Word of the town hall = what citizens say (may be empty).

    Returns
    -------
    pandas.DataFrame
        One row per flag: number and label of the task (missing and empty for the list as a whole), kind (`length`,
        `overlap`, `jargon`, `abbreviation`, `code`, `process`, `audience`, `combined`, `long`), found, reason.

    Raises
    ------
    MissingExtra
        where the extra `longlist` is not installed.

    Notes
    -----
    A list of 50 to 100 tasks, and words that belong to a group left to a question of their own: McGovern, "Managing
    your task list" (2011) and "The patterns evident in top tasks research".

    Examples
    --------
    >>> short = pd.DataFrame({"number": [1, 2], "label": ["Leges betalen", "BRP-uittreksel"]})
    >>> check_short_list(short, "nl")[["number", "kind", "found"]].values.tolist()
    [[<NA>, 'length', '2'], [1, 'jargon', 'leges'], [2, 'abbreviation', 'brp']]
    """
    labels = short["label"].astype("str").tolist()
    numbers = short["number"].tolist()
    rows: list[tuple[object, ...]] = []
    if not SHORTEST <= len(labels) <= LONGEST:
        reason = message(
            "A short list has {low} to {high} tasks; this one has {n}.", low=SHORTEST, high=LONGEST, n=len(labels)
        )
        rows.append((pd.NA, "", "length", str(len(labels)), reason.say(language)))
    likeness = np.triu(alike(labels), 1) if labels else np.empty((0, 0))
    for number, label, row in zip(numbers, labels, likeness, strict=True):
        flags = [*_wording(label, jargon), *_overlaps(row, numbers, labels, threshold, language)]
        rows += [(number, label, kind, value, reason.say(language)) for kind, value, reason in flags]
    return pd.DataFrame(rows, columns=list(FLAG_COLUMNS)).astype({"number": "Int64"})


def describe_flags(flags: pd.DataFrame, language: str) -> str:
    """Tell every flag in a line: number and name of the task, and why.

    Examples
    --------
    >>> short = pd.DataFrame({"number": [1], "label": ["Leges betalen"]})
    >>> print(describe_flags(check_short_list(short, "nl"), "nl"))
    Een korte lijst telt 50 tot 100 taken. Deze telt er 1.
    nr. 1, Leges betalen: ‘leges’ is een woord van het gemeentehuis. Inwoners zeggen bijvoorbeeld: kosten.
    """
    say = translator(language)
    places = [
        "" if pd.isna(number) else say("no. {number}, {label}: ", number=number, label=label)
        for number, label in zip(flags["number"], flags["label"], strict=True)
    ]
    return "\n".join(place + reason for place, reason in zip(places, flags["reason"], strict=True))


def _overlaps(
    row: np.ndarray, numbers: list[int], labels: list[str], threshold: float, language: str
) -> Iterator[_Flag]:
    for other in np.flatnonzero(row >= threshold):
        likeness = translator(language).percent(float(row[other]), 0)
        place = {"number": numbers[other], "label": labels[other], "likeness": likeness}
        yield (
            "overlap",
            labels[other],
            message("Looks like no. {number}, {label} ({likeness} alike): votes would be split.", **place),
        )


def _wording(label: str, jargon: Mapping[str, str]) -> Iterator[_Flag]:
    words = plain_words(label).split()
    for word in dict.fromkeys(words):
        if word in jargon:
            yield "jargon", word, _plainer(word, jargon[word])
        elif word in _SHORT_NAMES:
            yield "abbreviation", word, _written_out(word.upper())
    for capitals in _CAPITALS.findall(label):
        if capitals.lower() not in _SHORT_NAMES and capitals not in _KNOWN_SHORT:
            yield "abbreviation", capitals, _written_out(capitals)
    if match := _CODE.search(label):
        yield "code", match[0], message("A code or number says nothing to a citizen.")
    if match := _PROCESS.search(label):
        yield "process", match[0], message("This names what the organisation does, not what the citizen comes for.")
    if match := _AUDIENCE.search(label):
        yield "audience", match[0], message("A task for one group: ask who the voter is in a question of its own.")
    if match := _TWO_TASKS.search(label):
        yield "combined", match[0].strip(), message("Two tasks in one: nobody can tell which of them gets the vote.")
    if len(words) > MOST_WORDS:
        yield "long", str(len(words)), message("More than {n} words: a voter skims the list.", n=MOST_WORDS)


def _plainer(word: str, plain: str) -> Message:
    if plain:
        return message(
            "“{word}” is a word of the town hall. Citizens say, for instance: {plain}.", word=word, plain=plain
        )
    return message("“{word}” is a word of the town hall: say what the citizen wants.", word=word)


def _written_out(word: str) -> Message:
    return message("“{word}” is an abbreviation: write it out.", word=word)
