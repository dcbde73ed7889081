"""The codebook of open answers: themes, and the words that point to them.

A codebook is a TOML file in the data folder, `codebook.toml`:

    [themes.waiting]
    label = "Wachttijd"
    keywords = ["wacht*", "duurde lang", "traag"]
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, Field, field_validator

from toptaak.core.errors import InputRefused
from toptaak.core.faults import Fault, Severity, shown
from toptaak.core.model_faults import load_checked, refusal
from toptaak.core.wording import message

CODEBOOK_FILE: Final = "codebook.toml"
SEPARATOR: Final = ";"
# what a person writes where none of the themes fits
NO_THEME: Final = frozenset({"none", "geen"})


class AnswerTheme(BaseModel):
    """One theme: its name for people, and the words that point to it; `*` stands for the rest of a word."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    label: str = Field(min_length=1)
    keywords: tuple[str, ...] = Field(min_length=1)


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    themes: dict[str, AnswerTheme] = Field(min_length=1)

    @field_validator("themes")
    @classmethod
    def _names(cls, themes: dict[str, AnswerTheme]) -> dict[str, AnswerTheme]:
        if wrong := [name for name in themes if name.casefold() in NO_THEME or SEPARATOR in name]:
            expected = message("names of themes other than {names}", names=", ".join(map(shown, wrong)))
            raise refusal("TT-402", expected, message("Give the theme another name, without a semicolon."))
        return themes


@dataclass(frozen=True)
class Codebook:
    """Themes by their id."""

    themes: dict[str, AnswerTheme]

    def propose(self, text: str) -> list[str]:
        """List the themes whose words occur in a text, in the order of the codebook.

        Examples
        --------
        >>> waiting = AnswerTheme(label="Wachttijd", keywords=("wacht*", "duurde lang"))
        >>> Codebook({"waiting": waiting}).propose("Ik moest te lang WACHTEN aan de balie.")
        ['waiting']
        """
        return [name for name, theme in self.themes.items() if _pattern(theme).search(text)]


def _pattern(theme: AnswerTheme) -> re.Pattern[str]:
    words = (re.escape(word.strip()).replace(r"\*", r"\w*").replace(r"\ ", r"\s+") for word in theme.keywords)
    return re.compile(rf"(?<!\w)(?:{'|'.join(words)})(?!\w)", re.IGNORECASE)


def load_codebook(path: Path) -> Codebook:
    """Read a codebook.

    Raises
    ------
    InputRefused
        naming everything in it that cannot be used.
    """
    if not path.exists():
        repair = message("Make a codebook: one theme with a label and keywords for each kind of answer.")
        raise InputRefused([Fault("TT-404", Severity.STOP, path.name, message("a codebook"), repair)])
    return Codebook(load_checked(path, _File).themes)
