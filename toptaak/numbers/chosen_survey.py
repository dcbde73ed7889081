"""One survey of one municipality, chosen from its tables, before any number is made of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import pandas as pd

from toptaak.numbers.quarter import Source
from toptaak.surveys.weighting import CAP


@dataclass(frozen=True, eq=False, repr=False)
class ChosenSurvey(Source):
    """A source of which one survey is chosen; empty where the municipality held none."""

    chosen: str = ""
    channel_weights: Mapping[str, float] = field(default_factory=dict)
    weight_by: tuple[str, ...] = ()
    weight_cap: float | None = CAP

    @cached_property
    def survey(self) -> str:
        """Name the survey that was chosen."""
        return self.chosen

    def of_survey(self, name: str) -> pd.DataFrame:
        """Give the rows of a table that belong to the survey."""
        return self._rows(name, self.survey)

    def vote(self, survey: str) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
        """Give the ballots and respondents of a survey, and the tasks."""
        tasks = self.tables["tasks"]
        assert tasks is not None
        return self._rows("ballots", survey), self._rows("respondents", survey), tasks

    def _rows(self, name: str, survey: str) -> pd.DataFrame:
        table = self.tables[name]
        assert table is not None
        return table[table["survey"] == survey].reset_index(drop=True)

    @property
    def offered(self) -> pd.DataFrame | None:
        """Give which tasks were shown to whom, where not all were."""
        return self.of_survey("offered") if self.has("offered") else None
