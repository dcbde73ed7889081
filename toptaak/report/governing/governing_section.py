"""What the quarterly report itself tells of governing: all wishes in order, the hours, and the customer teams."""

from __future__ import annotations

from toptaak.numbers.quarter import Source
from toptaak.numbers.view import View
from toptaak.printing.blocks import Block, Text
from toptaak.report.governing.team_tables import teams
from toptaak.report.governing.wish_tables import effort_sentence, wishes


def governing(source: Source) -> list[Block]:
    """The wishes that wait or were decided, what the hours went to, and the teams; nothing of a table that is absent.

    What stands in a canvas or in the register of trials is for the views: a fault in those files stops no report.
    """
    view, blocks = View(source), list[Block]()
    if source.has("wishes"):
        spent = effort_sentence(view)
        blocks += [*wishes(view), *([Text([spent])] if spent else [])]
    return [*blocks, *teams(view)] if source.has("teams") else blocks
