"""A top-task team's view of a quarter: its task in depth, over all channels; the notebook `team` puts it together.

view = open_view(municipality, quarter, language, data, task)
show(*in_brief(view))
results(view)
"""

from toptaak.report.blocks import show
from toptaak.report.governance.covers import team_cover as cover
from toptaak.report.governance.goals import goals
from toptaak.report.governance.handover import results
from toptaak.report.governance.signals import for_the_meeting as signals
from toptaak.report.governance.task import changes, channels, foundation, in_brief, journeys, kpis, trend, weeks
from toptaak.report.governance.teams import teams
from toptaak.report.governance.trials import trials
from toptaak.report.governance.view import open_view
from toptaak.report.governance.wishes import wishes

__all__ = [
    "changes",
    "channels",
    "cover",
    "foundation",
    "goals",
    "in_brief",
    "journeys",
    "kpis",
    "open_view",
    "results",
    "show",
    "signals",
    "teams",
    "trend",
    "trials",
    "weeks",
    "wishes",
]
