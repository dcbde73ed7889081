"""The quarterly report as a notebook writes it: `open_source`, then one section a cell.

source = open_source(municipality, quarter, language, data)
show(*summary(source))
results(source)
"""

from toptaak.report.blocks import show
from toptaak.report.governance.in_report import governing
from toptaak.report.sections import (
    channels,
    control_charts,
    cover,
    drivers,
    journeys,
    kpis,
    per_task,
    quality,
    results,
    summary,
    top_tasks,
    trend,
    where_to_act,
)
from toptaak.report.source import open_source

__all__ = [
    "channels",
    "control_charts",
    "cover",
    "drivers",
    "governing",
    "journeys",
    "kpis",
    "open_source",
    "per_task",
    "quality",
    "results",
    "show",
    "summary",
    "top_tasks",
    "trend",
    "where_to_act",
]
