"""The notebook `klantreizen`: how long it takes, which way customers go and where it stalls.

source = open_source(municipality, quarter, language, data)
show(*time_until_done(source))
"""

from typing import Final

from toptaak.report.blocks import Block, show
from toptaak.report.performance.duration import time_until_done
from toptaak.report.performance.pages import foundation, page_cover
from toptaak.report.performance.routes import channel_routes, days_of_silence, waiting_steps
from toptaak.report.sections import journeys
from toptaak.report.sections.journeys import JOURNEY_MEASURES
from toptaak.report.source import Source, open_source

_MEASURES: Final = {
    *JOURNEY_MEASURES, "time_to_done", "done_within", "open_share", "channel_flow", "step_wait", "stalled_share",
    "contact_hazard", "silence_ratio",
}  # fmt: skip


def cover(source: Source) -> list[Block]:
    """Title and facts."""
    subtitle = source.say("How long it takes, which way customers go, and where it stalls")
    return page_cover(source, source.say("Customer journeys"), subtitle)


def quality(source: Source) -> list[Block]:
    """What the numbers rest on, and what the measures mean."""
    return foundation(source, _MEASURES)


__all__ = [
    "channel_routes",
    "cover",
    "days_of_silence",
    "journeys",
    "open_source",
    "quality",
    "show",
    "time_until_done",
    "waiting_steps",
]
