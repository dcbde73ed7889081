"""The board's view of a quarter, on two pages; the notebook `board` puts it together.

view = open_view(municipality, quarter, language, data)
show(*in_brief(view))
results(view)
"""

from toptaak.report.blocks import show
from toptaak.report.governance.board import act, goals, in_brief, reading, top_tasks
from toptaak.report.governance.covers import board_cover as cover
from toptaak.report.governance.decisions import decisions
from toptaak.report.governance.handover import results
from toptaak.report.governance.view import open_view

__all__ = ["act", "cover", "decisions", "goals", "in_brief", "open_view", "reading", "results", "show", "top_tasks"]
