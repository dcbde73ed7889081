"""The view of a quarter for web team and contact centre; the notebook `frontline` puts it together.

view = open_view(municipality, quarter, language, data)
show(*signals(view))
results(view)
"""

from toptaak.report.blocks import show
from toptaak.report.governance.covers import frontline_cover as cover
from toptaak.report.governance.failing import failing, forms, reasons, stalls
from toptaak.report.governance.feedback import experience, feedback
from toptaak.report.governance.frontline import foundation
from toptaak.report.governance.handover import results
from toptaak.report.governance.signals import for_the_frontline as signals
from toptaak.report.governance.view import open_day_view as open_view

__all__ = [
    "cover",
    "experience",
    "failing",
    "feedback",
    "forms",
    "foundation",
    "open_view",
    "reasons",
    "results",
    "show",
    "signals",
    "stalls",
]
