"""The research notebook on a top-task survey: `open_survey`, then one section a cell.

source = open_survey(municipality, survey, language, data)
show(*league(source))
"""

from toptaak.report.blocks import show
from toptaak.report.research.cover import cover, quality
from toptaak.report.research.curve import curve
from toptaak.report.research.export import export
from toptaak.report.research.league import league
from toptaak.report.research.lists import channel_lists
from toptaak.report.research.order import order
from toptaak.report.research.organisation import organisation
from toptaak.report.research.segments import segments
from toptaak.report.research.source import open_survey
from toptaak.report.research.voters import enough_voters
from toptaak.report.research.weights import weights

__all__ = [
    "channel_lists",
    "cover",
    "curve",
    "enough_voters",
    "export",
    "league",
    "open_survey",
    "order",
    "organisation",
    "quality",
    "segments",
    "show",
    "weights",
]
