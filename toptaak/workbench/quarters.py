"""One municipality and quarter, to compute with."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from toptaak.core.wording import DEFAULT_LANGUAGE, translator
from toptaak.numbers.quarter import Source, open_source
from toptaak.printing.blocks import Block
from toptaak.report.publications import PUBLICATIONS, pages
from toptaak.workbench.own_measures import measure
from toptaak.workbench.result_frames import ResultFrame, as_result


@dataclass(frozen=True, eq=False)
class OwnQuarter:
    """The numbers and sections of one municipality in one quarter; it never shows a person's row."""

    source: Source

    def kpis(self) -> ResultFrame:
        """Give the board's KPIs of this quarter, one row each."""
        return self._result(self.source.kpis_now.frame, "KPIs of the quarter")

    def changes(self) -> ResultFrame:
        """Give the change of each board KPI since the quarter before, with the verdict."""
        return self._result(self.source.changes.frame, "Change since the quarter before")

    def measure(self, name: str, by: str | tuple[str, ...] = ()) -> ResultFrame:
        """Compute one measure on the tables up to the end of this quarter."""
        return measure(name, self.source, by, language=self.source.language)

    def section(self, name: str) -> list[Block]:
        """Give a section of the quarterly report as blocks: `summary`, `kpis`, `channels` …

        Raises
        ------
        AttributeError
            for a section that does not exist, with those that do.
        """
        return list(getattr(pages("quarterly"), name)(self.source))

    def sections(self) -> list[str]:
        """List the names of the sections."""
        return list(PUBLICATIONS["quarterly"].sections)

    def _result(self, frame: pd.DataFrame, caption: str) -> ResultFrame:
        return as_result(frame, translator(self.source.language)(caption), self.source.language)

    def _repr_html_(self) -> str:
        return str(self.kpis()._repr_html_())


def quarter(municipality: str, quarter: str, data: str | Path, language: str = DEFAULT_LANGUAGE) -> OwnQuarter:
    """Open one municipality and quarter of a data folder (kwartaal openen).

    Parameters
    ----------
    municipality
        Code, `GM0363`, or whole name.
    quarter
        `2026Q3` or `2026-K3`.
    data
        Data folder.

    Raises
    ------
    InputRefused
        with every parameter that is wrong, or data that cannot be used.
    """
    return OwnQuarter(open_source(municipality, quarter, language, str(data)))
