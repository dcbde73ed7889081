"""The heads of the three views: the same municipality and quarter, for another reader."""

from __future__ import annotations

from dataclasses import replace

from toptaak.numbers.view import View
from toptaak.printing.blocks import Block, Cover
from toptaak.report.quarterly.cover import cover


def board_cover(view: View) -> list[Block]:
    """The head of the board's view."""
    say = view.say
    title, subtitle = say("For the board"), say("What is asked of you, how the top tasks go, and where to act")
    return [replace(_cover(view, title, subtitle), fitted=True)]


def team_cover(view: View) -> list[Block]:
    """The head of a top-task team's view."""
    say = view.say
    title = say("Top-task team: {task}", task=view.name(view.task))
    return [_cover(view, title, say("One task, over all channels"))]


def frontline_cover(view: View) -> list[Block]:
    """The head of the view for web team and contact centre."""
    say = view.say
    title = say("For web team and contact centre")
    return [_cover(view, title, say("What rises, where customers get stuck, and what became of your own reports"))]


def _cover(view: View, title: str, subtitle: str) -> Cover:
    (whole,) = cover(view.source)
    assert isinstance(whole, Cover)
    return replace(whole, title=title, subtitle=subtitle, facts=())
