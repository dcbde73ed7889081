"""The publishable numbers of a report, handed from the notebook to whoever writes them to a file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from toptaak.core.results import RESULT_COLUMNS, stack
from toptaak.privacy.disclosure import Publishable

RESULTS_MIME: Final = "application/vnd.toptaak.results+json"
_GROUPS = ("municipality", "quarter", "task_id", "channel")


@dataclass(frozen=True)
class Results:
    """All numbers that a report shows; a cell that ends with it hands them over. One record is one row."""

    records: list[dict[str, Any]]

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        return {RESULTS_MIME: self.records, "text/plain": f"<{len(self.records)} results>"}


def hand_over(parts: list[Publishable], municipality: str, quarter: str) -> Results:
    """Put published frames under each other; a frame without a column `quarter` belongs to `quarter`.

    Only what is published gets in, so the file never says more than the report.
    """
    frames = [rows.frame.assign(municipality=municipality) for rows in parts]
    frame = stack([rows if "quarter" in rows else rows.assign(quarter=quarter) for rows in frames], _GROUPS)
    kept = frame[[*_GROUPS, *RESULT_COLUMNS]].astype(object)
    records = kept.where(pd.notna(kept), None).to_dict("records")
    return Results([{str(name): value for name, value in row.items()} for row in records])
