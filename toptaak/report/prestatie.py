"""The notebook `prestatie`: every measure of one municipality, for who wants to look further than the report.

source = open_source(municipality, quarter, language, data)
show(*all_measures(source))
"""

from typing import Final

from toptaak.report.blocks import Block, show
from toptaak.report.performance.answers import open_answers
from toptaak.report.performance.attempts import endings
from toptaak.report.performance.by_order import by_order
from toptaak.report.performance.composite import composite
from toptaak.report.performance.improvements import improvements
from toptaak.report.performance.overview import all_measures, per_channel, per_quarter, per_task
from toptaak.report.performance.pages import foundation, groups, measurable, page_cover
from toptaak.report.performance.scores import scores
from toptaak.report.sections import control_charts
from toptaak.report.source import Source, open_source

_OWN: Final = {
    "cost_per_contact", "end_point_share", "failure_reason_share", "rank_shift", "rate_ratio", "theme_share",
    "toptaak_tpi",
}  # fmt: skip


def cover(source: Source) -> list[Block]:
    """Title and facts."""
    return page_cover(source, source.say("Performance"), source.say("Every measure, in whatever way one looks at it"))


def quality(source: Source) -> list[Block]:
    """What the numbers rest on, and what the measures mean."""
    shown = [name for _, names in groups(source) for name in measurable(source, names)]
    return foundation(source, {*shown, *_OWN})


__all__ = [
    "all_measures",
    "by_order",
    "composite",
    "control_charts",
    "cover",
    "endings",
    "improvements",
    "open_answers",
    "open_source",
    "per_channel",
    "per_quarter",
    "per_task",
    "quality",
    "scores",
    "show",
]
