"""Open answers by theme: a codebook proposes, a person decides, only decisions are counted.

Answers may hold personal data: they stay in the sheet of the person who judges them. Nothing here puts an answer in
a result, a message or a fault.

A codebook is a TOML file:

    [themes.waiting]
    label = "Wachttijd"
    keywords = ["wacht*", "duurde lang", "traag"]
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from toptaak.core.errors import InputRefused
from toptaak.core.faults import Fault, Severity, shown
from toptaak.core.results import stack
from toptaak.core.settings import Settings
from toptaak.core.wording import message
from toptaak.kpi.summaries import Observations, estimates, summarise, with_period

SEPARATOR: Final = ";"
NO_THEME: Final = "-"  # what a person writes where none of the themes fits


class Theme(BaseModel):
    """One theme: its name for people, and the words that point to it; `*` stands for the rest of a word."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    label: str = Field(min_length=1)
    keywords: tuple[str, ...] = Field(min_length=1)


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    themes: dict[str, Theme] = Field(min_length=1)


@dataclass(frozen=True)
class Codebook:
    """Themes by their id."""

    themes: dict[str, Theme]

    def propose(self, text: str) -> list[str]:
        """List the themes whose words occur in a text, in the order of the codebook.

        Examples
        --------
        >>> waiting = Theme(label="Wachttijd", keywords=("wacht*", "duurde lang"))
        >>> Codebook({"waiting": waiting}).propose("Ik moest te lang WACHTEN aan de balie.")
        ['waiting']
        """
        return [name for name, theme in self.themes.items() if _pattern(theme).search(text)]


def _pattern(theme: Theme) -> re.Pattern[str]:
    words = (re.escape(word.strip()).replace(r"\*", r"\w*").replace(r"\ ", r"\s+") for word in theme.keywords)
    return re.compile(rf"(?<!\w)(?:{'|'.join(words)})(?!\w)", re.IGNORECASE)


def load_codebook(path: Path) -> Codebook:
    """Read a codebook.

    Raises
    ------
    InputRefused
        naming everything in it that cannot be used.
    """
    try:
        found = _File.model_validate(tomllib.loads(path.read_text(encoding="utf-8-sig")))
    except tomllib.TOMLDecodeError as error:
        repair = message("Mend the file: {error}", error=str(error))
        raise InputRefused([Fault("TT-401", Severity.STOP, path.name, message("a valid TOML file"), repair)]) from None
    except ValidationError as error:
        raise InputRefused([_fault(path.name, entry) for entry in error.errors()]) from None
    return Codebook(found.themes)


def _fault(file: str, entry: Any) -> Fault:
    place = ".".join(str(part) for part in entry["loc"])
    repair = message("Give every theme a label and at least one keyword.")
    return Fault(
        "TT-402", Severity.STOP, file, message("{rule}", rule=entry["msg"]), repair, shown(entry["input"]), column=place
    )


def sheet(answers: pd.DataFrame, codebook: Codebook) -> pd.DataFrame:
    """Make the sheet on which a person judges answers.

    Parameters
    ----------
    answers
        One row per answer, with the column `text`; `decided` is kept where it is there.

    Returns
    -------
    The same rows with `proposed` (themes by the codebook, `;` between them) and `decided` (empty: still to be
    judged; `-`: none of the themes). What is proposed is never taken for a decision.
    """
    proposed = [SEPARATOR.join(codebook.propose(str(text))) for text in answers["text"].fillna("")]
    decided = answers["decided"] if "decided" in answers.columns else pd.Series("", index=answers.index)
    return answers.assign(proposed=proposed, decided=decided.fillna(""))


def theme_shares(
    judged: pd.DataFrame, codebook: Codebook, by: Sequence[str] = (), settings: Settings | None = None
) -> pd.DataFrame:
    """Give for each theme the share of judged answers that are about it, with Wilson's interval.

    Parameters
    ----------
    judged
        A sheet in which a person filled in `decided`; answers without a decision do not count.
    by
        Group columns: municipality, task_id, channel, quarter.

    Returns
    -------
    Result frame with the column `theme`; `n` counts judged answers. An answer may be about several themes, so the
    shares of a group need not add up to 1.

    Raises
    ------
    InputRefused
        naming every row whose decision is not a theme of the codebook.

    Examples
    --------
    >>> codebook = Codebook({"waiting": Theme(label="Wachttijd", keywords=("wacht*",))})
    >>> judged = pd.DataFrame({"decided": ["waiting", "-", "waiting", ""]})
    >>> theme_shares(judged, codebook)[["theme", "n", "estimate"]].round(3).values.tolist()
    [['waiting', 3, 0.667]]
    """
    settings = settings or Settings()
    chosen = judged["decided"].fillna("").astype(str).map(_themes)
    _refuse_unknown(chosen, codebook)
    counted = with_period(judged, by).assign(chosen=chosen)
    counted = counted[counted["chosen"].map(len) > 0]
    frames = []
    for name in codebook.themes:
        about = counted["chosen"].map(lambda themes, name=name: float(name in themes)).astype("float64")
        summary = summarise("theme_share", Observations(counted.assign(value=about)), by)
        frames.append(estimates(summary, settings).assign(theme=name))
    return stack(frames, [*by, "theme"])


def _themes(decided: str) -> frozenset[str]:
    return frozenset(part.strip() for part in decided.split(SEPARATOR) if part.strip())


def _refuse_unknown(chosen: pd.Series, codebook: Codebook) -> None:
    known = {*codebook.themes, NO_THEME}
    faults = [
        Fault(
            "TT-403",
            Severity.STOP,
            message("the sheet with judged answers").say(),
            message("a theme of the codebook"),
            message(
                "Choose from {names}, or {none} for none of them.", names=", ".join(codebook.themes), none=NO_THEME
            ),
            shown(SEPARATOR.join(sorted(themes - known))),
            row=row,
            column="decided",
        )
        for row, themes in enumerate(chosen, start=2)
        if themes - known
    ]
    if faults:
        raise InputRefused(faults)
