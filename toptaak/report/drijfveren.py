"""The notebook `drijfveren`: what hangs together with satisfaction, by two methods, and the marks beside it.

source = open_source(municipality, quarter, language, data)
show(*drivers(source))
"""

from typing import Final

from toptaak.report.blocks import Block, show
from toptaak.report.performance.importance import checked_weights, marks
from toptaak.report.performance.pages import foundation, page_cover
from toptaak.report.sections import drivers
from toptaak.report.source import Source, open_source

_MEASURES: Final = {"driver_importance", "driver_check", "driver_group", "driver_r2", "satisfaction"}


def cover(source: Source) -> list[Block]:
    """Title and facts."""
    return page_cover(
        source, source.say("Drivers"), source.say("What hangs together with satisfaction, and how strongly")
    )


def quality(source: Source) -> list[Block]:
    """What the numbers rest on, and what the measures mean."""
    return foundation(source, _MEASURES)


__all__ = ["checked_weights", "cover", "drivers", "marks", "open_source", "quality", "show"]
