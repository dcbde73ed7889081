"""How alike two descriptions of a task are, by their letters only.

Words that say nothing about the task are dropped, endings are taken off, and the rest is compared twice: word by word
in any order, and written as one word, because Dutch joins words ("grof vuil" is "grofvuil"). Meaning is beyond it:
"lantaarnpaal kapot" and "straatverlichting" share no letters, so a person still has to look.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from toptaak.core.errors import MissingExtra
from toptaak.core.letters import bare_letters

PROPOSE = 0.65  # above it two rows of a long list are shown as perhaps the same
OVERLAP = 0.80  # above it two tasks of a short list are too alike
_FILLERS = frozenset(
    re.findall(
        r"\w+",
        "de het een van voor bij op in aan en of uw mijn je naar over met door te om via tegen als laten maken doen",
    )
)
# asking for, reporting or looking up something is done with every task
_ACTIONS = frozenset(
    re.findall(
        r"\w+",
        "aanvragen aanvraag doorgeven regelen melden indienen bekijken opvragen inzage informatie online "
        "gemeente gemeentelijke",
    )
)
_ENDINGS = ("ingen", "ing", "en", "es", "s", "e")
_SHORTEST_STEM = 4


def core_words(text: str) -> str:
    """Reduce a description to the stems of the words that tell which task it is.

    Examples
    --------
    >>> core_words("Verhuizing doorgeven"), core_words("verhuizen")
    ('verhuis', 'verhuis')
    >>> core_words("Aanvraag indienen")
    'aanvrag indien'
    """
    words = [word for word in _words(text) if word not in _FILLERS]
    telling = [word for word in words if word not in _ACTIONS]
    return " ".join(_stem(word) for word in telling or words)


def alike(texts: Sequence[str]) -> NDArray[np.float32]:
    """Compare every description with every other.

    Returns
    -------
    numpy.ndarray
        Square and symmetric, 0 to 1; 1 for equal core words.

    Raises
    ------
    MissingExtra
        where the extra `longlist` is not installed.

    Notes
    -----
    The larger of two normalised Indel similarities (rapidfuzz): of the words in alphabetical order, and of the words
    joined. Measured on a labelled set by `python -m benchmarks.longlist`.

    Examples
    --------
    >>> alike(["Grofvuil laten ophalen", "grof vuil ophalen"]).tolist()
    [[1.0, 1.0], [1.0, 1.0]]
    """
    return cross_alike(texts, texts)


def cross_alike(texts: Sequence[str], others: Sequence[str]) -> NDArray[np.float32]:
    """Compare every description with every one of another list: rows are `texts`, columns `others`.

    Examples
    --------
    >>> cross_alike(["paspoort-aanvragen"], ["Trouwen", "Paspoort"]).round().tolist()
    [[0.0, 1.0]]
    """
    try:
        from rapidfuzz import fuzz, process
    except ImportError:
        raise MissingExtra("rapidfuzz", "longlist") from None
    keys, other_keys = ([core_words(text) for text in some] for some in (texts, others))
    joined, other_joined = ([key.replace(" ", "") for key in some] for some in (keys, other_keys))
    by_word = process.cdist(keys, other_keys, scorer=fuzz.token_sort_ratio, dtype=np.float32)
    as_one = process.cdist(joined, other_joined, scorer=fuzz.ratio, dtype=np.float32)
    return np.asarray(np.maximum(by_word, as_one) / 100, dtype=np.float32)


def nearest_earlier(texts: Sequence[str], threshold: float = PROPOSE) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """Find for every description the earlier one that is most like it.

    Returns
    -------
    tuple
        Position of the earlier description, or -1 where none reaches `threshold`; and how alike they are (0 where
        there is none). Of equally alike ones the first is taken.

    Examples
    --------
    >>> positions, likeness = nearest_earlier(["Paspoort", "Trouwen", "paspoort aanvragen"])
    >>> positions.tolist(), likeness.tolist()
    ([-1, -1, 0], [0.0, 0.0, 1.0])
    """
    if not texts:
        return np.empty(0, dtype=np.intp), np.empty(0, dtype=np.float32)
    earlier = np.tril(alike(texts), -1)
    best = earlier.argmax(axis=1)
    likeness = earlier[np.arange(len(texts)), best]
    similar = likeness >= threshold
    return np.where(similar, best, -1), np.where(similar, likeness, 0).astype(np.float32)


def plain_words(text: str) -> str:
    """Fold a description so that case, accents, signs and spaces do not count.

    Examples
    --------
    >>> plain_words(" WOZ-waarde  bekijken!") == plain_words("woz waarde bekijken")
    True
    """
    return " ".join(_words(text))


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", bare_letters(text))


def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            word = word.removesuffix(ending)
            break
    word = re.sub(r"z$", "s", re.sub(r"v$", "f", word))
    word = re.sub(r"([bcdfgklmnprst])\1$", r"\1", word)
    return re.sub(r"([aeou])\1(?=[^aeiou]?$)", r"\1", word)
