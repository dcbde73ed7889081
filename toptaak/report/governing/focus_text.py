"""The first words of a page for those who act: the one thing to do, with its number, or that nothing stands out."""

from __future__ import annotations

import math
from typing import Final

from toptaak.core.wording import Message, message
from toptaak.numbers.focus import Focus, FocusKind, failing_channel, frontline_focus, team_focus
from toptaak.numbers.view import View
from toptaak.printing.blocks import Block, Heading, Text
from toptaak.report.phrases import channel_name, interval_label, name_within

_TAKE_ON: Final[dict[FocusKind, Message]] = {
    "reason": message("Take on this reason first: ‘{name}’."),
    "step": message("Take on this step first: ‘{name}’."),
    "channel": message("Look at this channel first: {name}."),
    "measure": message("Take this on first: {name}."),
}
_SHARE: Final[dict[FocusKind, Message]] = {
    "reason": message(
        "It was the reason of {share} of the failed attempts in the last four quarters ({margin}: {low} to {high}; {n} "
        "attempts)."
    ),
    "step": message("{share} of the open cases stand still there ({margin}: {low} to {high}; {n} cases)."),
    "channel": message(
        "{share} of the failed attempts at this task were made there ({margin}: {low} to {high}; {n} attempts)."
    ),
}
_ACT: Final[dict[FocusKind, Message]] = {
    "reason": message("Discuss this week where it happens, and choose one thing to mend."),
    "step": message("Agree this week who gets these cases moving again."),
    "channel": message("Look there together at what goes wrong, and choose one thing to mend."),
    "measure": message("Choose one change with the team, and try it out."),
}
_TARGET: Final = message("The target is {target}.")
_MISSED: Final = message("The target of {target} is demonstrably not met.")


def frontline_first(view: View) -> list[Block]:
    """The one thing for web team and contact centre: the reason or step with the largest share."""
    say, source = view.say, view.source
    if not source.has("attempts", "steps"):
        return []
    focus = frontline_focus(source)
    none = say("Nothing stands out: no reason and no step is demonstrably commoner than the mean.")
    return [Heading(2, say("Do this first this week")), *_texts(view, [focus] if focus else [], none)]


def team_first(view: View) -> list[Block]:
    """The one thing for the team of a task, and in which channel most attempts fail."""
    say, source = view.say, view.of_task
    if not source.kpis:
        return []
    chosen = [focus for focus in (team_focus(source), failing_channel(source)) if focus]
    none = say("Nothing stands out: no KPI is demonstrably worse or demonstrably off its target.")
    return [Heading(2, say("Do this first in the coming quarter")), *_texts(view, chosen, none)]


def _texts(view: View, chosen: list[Focus], none: str) -> list[Block]:
    if not chosen:
        return [Text([none, view.say("Choose a point yourselves from the numbers below.")])]
    first, *others = chosen
    lead = [view.say(_TAKE_ON[first.kind].text, name=_name(view, first)), _number(view, first)]
    act = view.say(_ACT[first.kind].text)
    more = [f"{_where(view, focus)} {_number(view, focus)}" for focus in others]
    return [Text([f"{' '.join(lead)} {act}", *more], kind="lead")]


def _where(view: View, focus: Focus) -> str:
    return view.say("Attempts fail most often in this channel: {name}.", name=_name(view, focus))


def _name(view: View, focus: Focus) -> str:
    if focus.kind == "measure":
        return name_within(focus.name, view.source)
    if focus.kind == "channel":
        return channel_name(focus.name, view.say)
    return focus.name


def _number(view: View, focus: Focus) -> str:
    if focus.kind == "measure":
        return _value(view, focus)
    share, low, high = (view.say.percent(number, 0) for number in (focus.estimate, focus.low, focus.high))
    margin, n = interval_label(view.source), view.say.count(focus.n)
    return view.say(_SHARE[focus.kind].text, share=share, low=low, high=high, margin=margin, n=n)


def _value(view: View, focus: Focus) -> str:
    say, name = view.say, focus.name
    sentences = [
        say(
            "It is {value} ({margin}: {interval}; {n} observations).",
            value=say.value(name, focus.estimate), margin=interval_label(view.source),
            interval=say.interval(name, focus.low, focus.high, focus.estimate), n=say.count(focus.n),
        )
    ]  # fmt: skip
    if focus.worse:
        before = view.source.quarter.previous().label(view.language)
        sentences.append(say("That is demonstrably worse than in {period}.", period=before))
    if math.isfinite(focus.target):
        target = say.declared(name, focus.target, focus.estimate)
        sentences.append(say((_TARGET if focus.worse else _MISSED).text, target=target))
    return " ".join(sentences)
