"""Head and foundation of the research notebooks on performance, customer journeys and drivers."""

from __future__ import annotations

from typing import Final

from toptaak.numbers.quarter import Source
from toptaak.printing.blocks import Block
from toptaak.report.performance.measure_groups import groups, measurable, page_cover
from toptaak.report.quarterly.customer_journeys import JOURNEY_MEASURES
from toptaak.report.quarterly.quality import foundation

_PERFORMANCE: Final = {
    "cost_per_contact", "end_point_share", "failure_reason_share", "rank_shift", "rate_ratio", "theme_share",
    "toptaak_tpi",
}  # fmt: skip
_JOURNEYS: Final = {
    *JOURNEY_MEASURES, "time_to_done", "done_within", "open_share", "channel_flow", "step_wait", "stalled_share",
    "contact_hazard", "silence_ratio",
}  # fmt: skip
_DRIVERS: Final = {"driver_importance", "driver_check", "driver_group", "driver_r2", "satisfaction"}


def performance_cover(source: Source) -> list[Block]:
    """Title and facts of the notebook with every measure."""
    return page_cover(source, source.say("Performance"), source.say("Every measure, in whatever way one looks at it"))


def performance_quality(source: Source) -> list[Block]:
    """What every measure rests on, and what it means."""
    shown = [name for _, names in groups(source) for name in measurable(source, names)]
    return foundation(source, {*shown, *_PERFORMANCE})


def journeys_cover(source: Source) -> list[Block]:
    """Title and facts of the notebook on customer journeys."""
    subtitle = source.say("How long it takes, which way customers go, and where it stalls")
    return page_cover(source, source.say("Customer journeys"), subtitle)


def journeys_quality(source: Source) -> list[Block]:
    """What the numbers of journeys rest on, and what they mean."""
    return foundation(source, _JOURNEYS)


def drivers_cover(source: Source) -> list[Block]:
    """Title and facts of the notebook on drivers of satisfaction."""
    subtitle = source.say("What hangs together with satisfaction, and how strongly")
    return page_cover(source, source.say("Drivers"), subtitle)


def drivers_quality(source: Source) -> list[Block]:
    """What the weights of drivers rest on, and what they mean."""
    return foundation(source, _DRIVERS)
