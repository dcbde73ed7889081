"""The same measures, channel by channel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from toptaak.figures import basic as figures
from toptaak.kpi.measures import declaration
from toptaak.numbers.quarter import Source
from toptaak.printing.blocks import Block, Heading
from toptaak.privacy.disclosure import Publishable
from toptaak.report.phrases import (
    CHANNEL_NAMES,
    channel_name,
    figure,
    matrix_table,
    no_groups,
    numbers_table,
    seen_measures,
)
from toptaak.stats.from_intervals import difference_interval, p_value

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Drawing

DRAWN = ("success_rate", "satisfaction")
# of customer effort the version that was asked
MOST_MEASURES = 5
CHANNEL_MEASURES = (
    "success_rate", "disaster_rate", "completion_time", "ces1", "ces2", "net_promoter_score", "abandoned_rate",
    "service_level", "speed_of_answer", "short_wait_rate",
)  # fmt: skip


def channels(source: Source) -> list[Block]:
    """Success and satisfaction as figures, the first measures that were observed as a table."""
    say = source.say
    title = say("Per channel")
    measures = seen_measures(source.by_channel, CHANNEL_MEASURES)[:MOST_MEASURES]
    names = _channels(source, measures)
    if not names:
        return no_groups(source, title, source.by_channel, "channel")
    blocks: list[Block] = [Heading(2, title)]
    blocks += [block for name in DRAWN for block in _per_channel(source, name, names)]
    caption = say("Results per channel in {period}", period=source.quarter.label(source.language))
    return [*blocks, matrix_table(source, source.by_channel, "channel", names, measures, say("Channel"), caption)]


def _channels(source: Source, measures: Sequence[str]) -> dict[str, str]:
    measured = set(source.by_channel.where(measure=list(measures)).frame["channel"])
    return {channel: channel_name(channel, source.say) for channel in CHANNEL_NAMES if channel in measured}


def _per_channel(source: Source, name: str, channels: Mapping[str, str]) -> list[Block]:
    rows = source.by_channel.where(measure=name).along("channel", list(channels))
    frame = rows.frame
    shown = frame[frame.estimate.notna()]
    if len(shown) < 2:
        return []
    say, language = source.say, source.language
    names = [channel_name(channel, say) for channel in frame["channel"]]
    label = say(declaration(name).label)
    ordered = shown.sort_values("estimate", kind="stable")
    highest, lowest = ordered.iloc[-1], ordered.iloc[0]
    best, worst = (lowest, highest) if declaration(name).direction == "lower" else (highest, lowest)
    values = {
        "label": label,
        "best": channel_name(best.channel, say),
        "best_value": say.value(name, best.estimate),
        "worst": channel_name(worst.channel, say),
        "worst_value": say.value(name, worst.estimate),
    }
    if _apart(best, worst, len(shown), source.settings.confidence):
        finding = say("{label}: {best} ({best_value}) is ahead of {worst} ({worst_value})", **values)
    else:
        finding = say("{label}: the differences between channels may be due to chance", **values)
    alt = say(
        "Dots with margins: {label} per channel. Highest: {highest} with {highest_value}; lowest: {lowest} with "
        "{lowest_value}. The table below the figure has all values.",
        label=label,
        highest=channel_name(highest.channel, say),
        highest_value=say.value(name, highest.estimate),
        lowest=channel_name(lowest.channel, say),
        lowest_value=say.value(name, lowest.estimate),
    )
    caption = say("{label} per channel in {period}", label=label, period=source.quarter.label(language))
    data = numbers_table(source, rows, names, say("Channel"), caption)
    return [figure(finding, alt, data, partial(_draw, source, rows, names, name))]


def _apart(row: pd.Series, other: pd.Series, channels: int, confidence: float) -> bool:
    """Judge the highest and the lowest channel by their difference, as one of all pairs that could have been them."""
    limits = ("estimate", "ci_low", "ci_high")
    interval = difference_interval(*row[[*limits]], *other[[*limits]])
    pairs = channels * (channels - 1) / 2
    chance = p_value(0.0, row.estimate - other.estimate, *interval, confidence)
    return bool(chance * pairs <= 1 - confidence)


def _draw(source: Source, rows: Publishable, names: list[str], name: str) -> Drawing:
    drawing = figures.new_figure(0.8 + 0.32 * len(names))
    total = source.now.where(measure=name).frame
    reference = None
    if len(total) and total.estimate.notna().all():
        reference = (float(total.estimate.iloc[0]), source.say("all channels"))
    figures.dots(drawing.subplots(), rows, names, partial(source.say.value, name), reference)
    return drawing
