"""A small catalogue and a canvas that is filled in."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from toptaak.core.periods import Quarter
from toptaak.governance.canvas import template


@dataclass(frozen=True)
class KnownMeasure:
    label: str
    unit: str
    direction: str


@pytest.fixture(scope="session")
def measures() -> dict[str, KnownMeasure]:
    return {
        "success_rate": KnownMeasure("Success rate", "ratio", "higher"),
        "failure_rate": KnownMeasure("Failure rate", "ratio", "lower"),
        "completion_time": KnownMeasure("Completion time", "seconds", "lower"),
        "net_promoter_score": KnownMeasure("Net Promoter Score (NPS)", "points", "higher"),
        "satisfaction": KnownMeasure("Satisfaction", "score", "higher"),
        "steps_per_case": KnownMeasure("Steps per case", "count", "none"),
    }


@pytest.fixture
def canvas_text() -> str:
    """The Dutch template, filled in for Amsterdam in the fourth quarter of 2026."""
    return template("nl", "GM0363", Quarter(2026, 4)).replace("VUL IN: ", "")
