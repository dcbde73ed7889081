"""The head of the report."""

from __future__ import annotations

from toptaak.numbers.quarter import Source
from toptaak.printing.blocks import Block, Cover
from toptaak.printing.house_style import in_house_style


def cover(source: Source) -> list[Block]:
    """Title, municipality, period, and a banner where the municipality does not exist."""
    say, quarter = source.say, source.quarter
    period = f"{source.say.date(quarter.start)} – {source.say.date(quarter.end)}"
    banner = say("Fictional example: this municipality does not exist and all numbers are made up.")
    return [
        in_house_style(
            Cover(
                title=say("Top tasks: quarterly report"),
                subtitle=say("How citizens are served, over all channels"),
                municipality=source.municipality.name,
                period=quarter.label(source.language),
                language=source.language,
                date=quarter.end.isoformat(),
                banner=banner if source.municipality.fictional else "",
                facts=[
                    (say("Municipality"), f"{source.municipality.name} ({source.municipality.code})"),
                    (say("Period"), period),
                ],
            ),
            source.settings,
        )
    ]
