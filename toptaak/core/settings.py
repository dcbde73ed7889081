"""Thresholds, cut-offs and consents: `settings.toml` in the data folder, one schema for all."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from toptaak.core.model_faults import load_checked, refusal
from toptaak.core.wording import message

FILE_NAME = "settings.toml"


class NpsCutoffs(BaseModel):
    """Scores from `promoter` up count as promoters, scores up to `detractor` as detractors."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    detractor: int = Field(6, ge=0, le=9)
    promoter: int = Field(9, ge=1, le=10)

    @field_validator("promoter")
    @classmethod
    def _above(cls, promoter: int, info: Any) -> int:
        if promoter <= info.data.get("detractor", -1):
            expected = message("a promoter above the detractor")
            raise refusal("TT-713", expected, message("Change the value in {file}.", file=FILE_NAME))
        return promoter


class WorksCouncilConsent(BaseModel):
    """The works council's consent to load a column that identifies employees."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    date: dt.date
    reference: str = Field(min_length=1)


class Rebase(BaseModel):
    """A day from which a control chart starts anew, because something changed for good; the reason is told with it.

    Without a municipality it holds for all of them, without measures for all measures.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    date: dt.date
    reason: str = Field(min_length=1)
    municipality: str | None = Field(None, pattern=r"^GM\d{4}$")
    measures: tuple[str, ...] = ()

    def concerns(self, municipality: str, measure: str) -> bool:
        """Tell whether it holds for a measure of a municipality.

        Examples
        --------
        >>> new_system = Rebase(date="2026-04-01", reason="new case system", measures=["completion_time"])
        >>> new_system.concerns("GM9901", "completion_time"), new_system.concerns("GM9901", "success_rate")
        (True, False)
        """
        return self.municipality in (None, municipality) and (not self.measures or measure in self.measures)


class Settings(BaseModel):
    """Everything a municipality or office may set; every entry has a default.

    Examples
    --------
    >>> Settings().minimum_n
    10
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    minimum_n: int = Field(10, ge=5, description="below this number of observations nothing is shown")
    confidence: float = Field(0.95, gt=0.5, lt=1, description="confidence level of every interval")
    max_picks: int = Field(5, ge=1, le=20, description="most tasks one ballot may name")
    scoring: Literal["plain", "ranked"] = Field("plain", description="plain: 1 per pick; ranked: 5-4-3-2-1")
    band_cut: Literal["head", "quarters"] = Field(
        "quarters",
        description="head: first 25 % and first 50 % of the vote; quarters: top, medium, small, tiny",
    )
    top_tasks: int = Field(5, ge=1, le=20, description="tasks that get a section of their own")
    list_version: str | None = Field(None, description="task list in force; empty: the only one in the data")
    set_aside_limit: float = Field(0.05, ge=0, le=1, description="share of rows above which a file is refused")
    nps: NpsCutoffs = NpsCutoffs()
    nps_government: NpsCutoffs = NpsCutoffs(detractor=5, promoter=8)
    pool_wordings: bool = Field(False, description="put answers to different question wordings in one number")
    repeat_contact_days: int = Field(14, ge=1, le=365)
    follow_up_days: int = Field(28, ge=1, le=365, description="days after its start at which a case is done or open")
    wait_norm_seconds: int = Field(300, ge=1)
    closing_steps: tuple[str, ...] = Field((), description="steps after which a case is closed")
    reopening_steps: tuple[str, ...] = Field((), description="steps that open a closed case again")
    driver_owners: dict[str, Literal["employee", "team", "organisation", "it"]] = Field(
        {}, description="who can change a driver of satisfaction, by the name of the part"
    )
    rebase: tuple[Rebase, ...] = Field((), description="days from which control charts start anew, with the reason")
    bootstrap_replicates: int = Field(2000, ge=200, le=100000)
    seed: int = Field(2026, ge=0)
    missing_words: tuple[str, ...] = ("n.v.t.", "nvt", "-", "–", "weet niet", "geen mening")
    works_council_consent: WorksCouncilConsent | None = None
    theme: str = Field("", exclude=True, description="file in the data folder with your design tokens or style sheet")
    logo: str = Field("", exclude=True, description="SVG or PNG in the data folder, for the cover")
    logo_alt: str = Field("", exclude=True, description="what the logo shows, for who cannot see it")

    @field_validator("logo_alt")
    @classmethod
    def _logo_with_alt(cls, alt: str, info: Any) -> str:
        if info.data.get("logo") and not alt.strip():
            expected = message("a text that says what the logo shows")
            raise refusal("TT-713", expected, message("Change the value in {file}.", file=FILE_NAME))
        return alt


def load_settings(data: Path) -> Settings:
    """Read `settings.toml` from a data folder; defaults where it is absent.

    Raises
    ------
    InputRefused
        naming every unknown, misspelt or impossible entry at once, each with its line.
    """
    path = data / FILE_NAME
    settings = load_checked(path, Settings) if path.exists() else Settings()
    # files are named from where the settings stand
    beside = {name: str(data / file) for name in ("theme", "logo") if (file := getattr(settings, name))}
    return settings.model_copy(update=beside)
