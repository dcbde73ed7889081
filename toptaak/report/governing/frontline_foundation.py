"""What only the view for web team and contact centre has: how to read it."""

from __future__ import annotations

from toptaak.numbers.view import View
from toptaak.printing.blocks import Block, Heading, Items
from toptaak.report.quarterly.quality import definitions, rules_of_quarter

MEASURES = ("failure_rate", "form_completion_rate", "failure_reason_share", "step_wait", "stalled_share")


def foundation(view: View) -> list[Block]:
    """How to read the numbers, and what the measures mean."""
    return [
        Heading(2, view.say("How to read the numbers")),
        Items(rules_of_quarter(view.source)),
        *definitions(view.source, MEASURES),
    ]
