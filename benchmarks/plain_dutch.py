"""How plain the Dutch of the reports is: `python -m benchmarks.plain_dutch` prints every sentence that fails.

A sentence may have 30 words, and 20 on average. A word is plain if it is among the common words of Dutch (a Zipf
frequency of 3 or more: once in a million words, by the package wordfreq, which has to be installed for this), if it
is one of the glossary docs/begrippen.md, or if it is made of such words. Placeholders are filled in as they are in a
report: a number for a number, three names for a list of names.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from babel.messages.pofile import read_po

REPOSITORY: Final = Path(__file__).parents[1]
ROOMS: Final = ("core", "figures", "governance", "kpi", "numbers", "printing", "privacy", "report", "surveys")
LONGEST, LONGEST_ON_AVERAGE = 30, 20
PLAIN: Final = 3.0
_NAMES: Final = "paspoort aanvragen, verhuizing doorgeven en afval"
# a placeholder that holds several names, or a sentence
_LISTS: Final = {"names", "tasks_named", "measures", "values", "listed", "files", "kinds", "columns", "tables"}
_PLACEHOLDER: Final = re.compile(r"\{(\w+)[^}]*\}")
_SENTENCE_END: Final = re.compile(r"(?<=[.!?])\s+(?=[A-ZÀ-Ý‘“\d])")
_WORD: Final = re.compile(r"(?<![\w./_#])(?<!--)[A-Za-zÀ-ÿ][a-zà-ÿ]+(?![\w(_]|\.\w)")  # no files, options, settings
_SOURCE: Final = re.compile(r"\(\d{4}\)|https?:|\.nl\b|\.org|\.uk|GOV\.UK|, artikel |=")  # literature, settings
# people a method is named after, programs, and words that are typed as they are
_NAMES_OF: Final = {
    "borda", "kemeny", "brunner", "munzel", "newcombe", "welch", "zonka", "matplotlib", "seaborn", "jeffreys", "prior",
    "customer", "effort", "true", "false", "example",
}  # fmt: skip
_QUOTED: Final = re.compile(r"‘[^’]*’|`[^`]*`|“[^”]*”|\"[^\"]*\"")
_LINKS: Final = ("", "s", "en", "e", "n")


class Sentence(NamedTuple):
    """One sentence that a report can hold: its room, its text filled in, and the same without what is filled in."""

    room: str
    filled: str
    own: str

    @property
    def length(self) -> int:
        """Count the words."""
        return len([word for word in self.filled.split() if re.search(r"\w", word)])


def sentences() -> Iterator[Sentence]:
    """Give every sentence of the Dutch catalogues of a report, with its placeholders filled in."""
    for room in ROOMS:
        path = REPOSITORY / "toptaak" / room / "locale" / "nl.po"
        if path.is_file():
            for text in _texts(path):
                for part in () if _SOURCE.search(text) else _SENTENCE_END.split(text):
                    yield Sentence(room, _PLACEHOLDER.sub(_filling, part), _PLACEHOLDER.sub(" ", part))


def _texts(path: Path) -> Iterator[str]:
    with path.open("rb") as handle:
        entries = [entry for entry in read_po(handle, locale="nl") if entry.id]
    for entry in entries:
        yield from (str(form) for form in (entry.string if isinstance(entry.string, tuple) else (entry.string,)))


def _filling(placeholder: re.Match[str]) -> str:
    return _NAMES if placeholder[1] in _LISTS else "12"


def too_long(found: list[Sentence]) -> list[Sentence]:
    """Give the sentences with more words than a sentence may have."""
    return [sentence for sentence in found if sentence.length > LONGEST]


def average(found: list[Sentence]) -> float:
    """Give the mean number of words of what ends as a sentence."""
    lengths = [sentence.length for sentence in found if sentence.filled.endswith((".", "!", "?"))]
    return sum(lengths) / len(lengths)


def glossary_words() -> set[str]:
    """Give the Dutch words of the glossary, one by one."""
    text = (REPOSITORY / "docs" / "begrippen.md").read_text(encoding="utf-8")
    terms = re.findall(r"^\| ([^|]+) \|", text, re.M)
    return {word.lower() for term in terms for word in _WORD.findall(term)}


def hard_words(found: list[Sentence]) -> Mapping[str, Sentence]:
    """Give every word that is not plain, with the first sentence that has it.

    Raises
    ------
    ImportError
        where wordfreq is not installed.
    """
    from wordfreq import zipf_frequency

    known = glossary_words() | _NAMES_OF

    def plain(word: str) -> bool:
        return any(form in known or zipf_frequency(form, "nl") >= PLAIN for form in _forms(word))

    def made_of_plain(word: str) -> bool:
        return any(
            plain(word[:at]) and any(word[at:].startswith(link) and _rest(word[at + len(link) :]) for link in _LINKS)
            for at in range(3, len(word) - 2)
        )

    def _rest(word: str) -> bool:
        return len(word) > 2 and (plain(word) or made_of_plain(word))

    hard: dict[str, Sentence] = {}
    for sentence in found:
        for word in _WORD.findall(_QUOTED.sub(" ", sentence.own)):
            # a name is written with a capital inside a sentence
            name = word[0].isupper() and not sentence.own.lstrip().startswith(word)
            if not name and not plain(word.lower()) and not made_of_plain(word.lower()):
                hard.setdefault(word.lower(), sentence)
    return hard


def _forms(word: str) -> Iterator[str]:
    """Give a word, and what it is a form of: aantoonbare of aantoonbaar, marges of marge."""
    yield word
    if len(word) > 4:
        yield from (word[: -len(end)] for end in ("s", "e", "en", "n") if word.endswith(end))
    if long := re.fullmatch(r"(.*)([aeou])([^aeiou])en?", word):  # kwartalen of kwartaal
        yield f"{long[1]}{2 * long[2]}{long[3]}"


def main() -> int:
    """Print the measure and what fails; give 1 where anything does."""
    found = list(sentences())
    long = too_long(found)
    print(
        f"{len(found)} texts; {average(found):.1f} words in a sentence on average; longer than {LONGEST}: {len(long)}"
    )
    for sentence in long:
        print(f"  {sentence.length} words, {sentence.room}: {sentence.filled}")
    hard = hard_words(found)
    print(f"words that are not plain and not in the glossary: {len(hard)}")
    for word, sentence in sorted(hard.items()):
        print(f"  {word} ({sentence.room}): {sentence.filled}")
    return 1 if long or hard or average(found) > LONGEST_ON_AVERAGE else 0


if __name__ == "__main__":
    sys.exit(main())
