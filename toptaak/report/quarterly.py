"""The quarterly report as a notebook writes it: `open_source`, then one section a cell.

source = open_source(municipality, quarter, language, data)
show(*summary(source))
results(source)
"""

from toptaak.report.blocks import show
from toptaak.report.sections import channels, cover, kpis, per_task, quality, results, summary, top_tasks, trend
from toptaak.report.source import open_source

__all__ = [
    "channels",
    "cover",
    "kpis",
    "open_source",
    "per_task",
    "quality",
    "results",
    "show",
    "summary",
    "top_tasks",
    "trend",
]
