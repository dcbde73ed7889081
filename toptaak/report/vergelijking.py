"""The notebook `vergelijking`: all municipalities of one quarter, fairly to their size.

source = open_comparison(quarter, language, data)
show(*per_measure(source))
"""

from toptaak.report.blocks import show
from toptaak.report.comparison.pages import cover, per_measure, quality, reading, standing_out
from toptaak.report.comparison.source import open_comparison

__all__ = ["cover", "open_comparison", "per_measure", "quality", "reading", "show", "standing_out"]
