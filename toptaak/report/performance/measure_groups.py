"""What the pages for researchers share: their cover, what they rest on, and measures in groups."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from toptaak.core.results import NO_TABLE, is_observed
from toptaak.core.wording import Message, message
from toptaak.kpi.measures import CATALOGUE, OBSERVED
from toptaak.numbers.quarter import Source
from toptaak.printing.blocks import Block, Cover, Text
from toptaak.report.phrases import needed_tables
from toptaak.report.quarterly.cover import cover

# effort is asked in one of two versions and scored in three ways; each is a measure of its own
EFFORT: Final = ("ces2", "ces2_top_box", "ces2_net", "ces1", "ces1_top_box", "ces1_net")
GROUPS: Final[tuple[tuple[Message, tuple[str, ...]], ...]] = (
    (
        message("Does it work?"),
        ("success_rate", "failure_rate", "disaster_rate", "reported_success", "form_completion_rate"),
    ),
    (
        message("How long does it take?"),
        (
            "completion_time",
            "open_cases",
            "done_within_days",
            "done_within_term",
            "zero_durations",
            "attempt_time",
        ),
    ),
    (
        message("How many contacts does it take?"),
        (
            "contacts_per_case",
            "channel_switches",
            "channel_switch_rate",
            "first_contact_resolution",
            "repeat_contact_rate",
        ),
    ),
    (message("How long do customers wait?"), ("short_wait_rate", "service_level", "speed_of_answer", "abandoned_rate")),
    (
        message("What do customers think of it?"),
        ("satisfaction", *EFFORT, "net_promoter_score", "net_promoter_score_government"),
    ),
    (message("What does it take the organisation?"), ("handling_time", "steps_per_case")),
)
_GROUPED: Final = {name for _, names in GROUPS for name in names}
OTHER: Final = message("Other measures")


def page_cover(source: Source, title: str, subtitle: str) -> list[Block]:
    """Give the report's cover with another title."""
    return [
        replace(block, title=title, subtitle=subtitle) if isinstance(block, Cover) else block for block in cover(source)
    ]


def groups(source: Source) -> Iterator[tuple[str, list[str]]]:
    """Give the measures of the catalogue that come from observations, group by group, with the group's name."""
    for name, measures in GROUPS:
        yield source.say(name.text), [measure for measure in measures if measure in OBSERVED]
    others = [measure for measure in CATALOGUE if measure in OBSERVED and measure not in _GROUPED]
    if others:
        yield source.say(OTHER.text), others


def measurable(source: Source, names: Sequence[str]) -> list[str]:
    """Keep the measures whose tables are there; of customer effort the version that was asked."""
    frame = source.by_quarter.frame
    there = set(frame.loc[frame["note"] != NO_TABLE, "measure"])
    asked = set(frame.loc[is_observed(frame), "measure"])
    return [name for name in names if name in there and (name in asked or name not in EFFORT)]


def no_tables(source: Source, title: str, names: Sequence[str]) -> Text:
    """Say which tables are missing for the measures of a group."""
    tables = needed_tables(names, source)
    text = source.say(
        "{title} This needs the table {tables}, which has not been delivered.", title=title, tables=tables
    )
    return Text([text], kind="note")
