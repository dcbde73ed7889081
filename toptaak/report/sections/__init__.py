"""The sections of the quarterly report, each a function of the source: `section(source) -> list of blocks`.

A section without data says which table is missing and leaves the rest whole.
"""

from toptaak.report.sections.channels import channels
from toptaak.report.sections.cover import cover
from toptaak.report.sections.kpis import kpis
from toptaak.report.sections.quality import quality, results
from toptaak.report.sections.summary import summary
from toptaak.report.sections.tasks import per_task, top_tasks
from toptaak.report.sections.trend import trend

__all__ = ["channels", "cover", "kpis", "per_task", "quality", "results", "summary", "top_tasks", "trend"]
