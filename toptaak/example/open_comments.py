"""The open answers of the example: sentences about known themes, most of them judged by a person."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import numpy as np
import pandas as pd

from toptaak.example.world import Array, Town, World, names

_ANSWERED: Final = 0.15  # share of attempts with an answer
_TWO_THEMES: Final = 0.2
_JUDGED: Final = 0.92
_NONE: Final = "geen"
# some sentences hold a word of the codebook, some do not, and one points to the wrong theme: a person has to decide
SENTENCES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "waiting": (
            "Ik heb erg lang gewacht aan de telefoon.",
            "Het duurde lang voordat er iemand kwam.",
            "Pas na drie weken kreeg ik antwoord.",
            "Het kan wel wat vlotter.",
        ),
        "clarity": (
            "De brief was onduidelijk.",
            "Ik begreep niet welke papieren ik mee moest nemen.",
            "Er stonden veel moeilijke woorden in.",
            "Ik wist niet wat er van mij werd verwacht.",
        ),
        "website": (
            "Het formulier gaf steeds een foutmelding.",
            "Ik kon op de website niet vinden wat ik zocht.",
            "Inloggen met DigiD lukte niet.",
            "De pagina bleef hangen.",
        ),
        "employee": (
            "De medewerker dacht goed mee.",
            "Ik ben heel vriendelijk geholpen.",
            "De mevrouw aan de balie nam alle tijd.",
        ),
        "passed_on": (
            "Ik werd drie keer doorverbonden.",
            "Ik ben doorverwezen naar een ander loket.",
            "Niemand wist wie erover ging.",
        ),
        "outcome": (
            "Ik heb er daarna niets meer gehoord.",
            "Het is nog steeds niet opgelost.",
            "Mijn aanvraag is zonder reden afgewezen.",
        ),
        _NONE: ("Prima.", "Geen opmerkingen.", "Ga zo door!"),
    }
)
THEMES: Final = tuple(name for name in SENTENCES if name != _NONE)


def _chances(world: World, town: Town) -> Array:
    """Give the chance that an answer is first of all about each theme; the last is none of them."""
    usual = np.array([0.24, 0.18, 0.2, 0.12, 0.08, 0.1, 0.08])
    return np.asarray(world.rng("answers", town.number, 0).dirichlet(usual * 60))


def make_open_answers(world: World, town: Town, attempts: pd.DataFrame) -> pd.DataFrame:
    """Let some of those who made an attempt say why in their own words; one row is one answer."""
    rng = world.rng("answers", town.number, 1)
    asked = attempts if town.rated else attempts.iloc[:0]
    given = asked[rng.random(len(asked)) < _ANSWERED]
    first = rng.choice(len(SENTENCES), len(given), p=_chances(world, town))
    second = (first + rng.integers(1, len(THEMES), len(given))) % len(THEMES)
    both = (rng.random(len(given)) < _TWO_THEMES) & (first < len(THEMES))
    about = [(theme, other) if two else (theme,) for theme, other, two in zip(first, second, both, strict=True)]
    labels = tuple(SENTENCES)
    texts = [" ".join(_sentence(rng, labels[theme]) for theme in some) for some in about]
    themes = [";".join(labels[theme] for theme in some) for some in about]
    judged = rng.random(len(given)) < _JUDGED
    columns = ["municipality", "date", "respondent", "task_id", "channel"]
    return given[columns].assign(
        question=names(("toelichting",), np.zeros(len(given), dtype=int)),
        answer=texts,
        proposed=None,
        themes=pd.Series(themes, index=given.index, dtype=object).where(judged, None),
    )


def _sentence(rng: np.random.Generator, theme: str) -> str:
    return SENTENCES[theme][rng.integers(len(SENTENCES[theme]))]


def theme_truth(world: World, town: Town) -> pd.DataFrame:
    """Give the true share of answers about each theme."""
    first = _chances(world, town)[: len(THEMES)]
    second = _TWO_THEMES * (first.sum() - first) / (len(THEMES) - 1)
    truth = pd.DataFrame({"municipality": town.code, "theme": THEMES, "share": first + second})
    return truth if town.rated else truth.iloc[:0]
