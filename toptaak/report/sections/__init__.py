"""The sections of the quarterly report, each a function of the source: `section(source) -> list of blocks`.

A section without data says which table is missing and leaves the rest whole.
"""

from toptaak.report.sections.channels import channels
from toptaak.report.sections.control_charts import control_charts
from toptaak.report.sections.cover import cover
from toptaak.report.sections.drivers import drivers
from toptaak.report.sections.journeys import journeys
from toptaak.report.sections.kpis import kpis
from toptaak.report.sections.quality import quality, results
from toptaak.report.sections.summary import summary
from toptaak.report.sections.tasks import per_task, top_tasks
from toptaak.report.sections.trend import trend
from toptaak.report.sections.where_to_act import where_to_act

__all__ = [
    "channels",
    "control_charts",
    "cover",
    "drivers",
    "journeys",
    "kpis",
    "per_task",
    "quality",
    "results",
    "summary",
    "top_tasks",
    "trend",
    "where_to_act",
]
