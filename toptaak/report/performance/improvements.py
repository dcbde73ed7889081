"""Did a change help? Contacts and repeats per week before and after each change that was made."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

import pandas as pd

from toptaak.core.results import ALL
from toptaak.figures import basic as figures
from toptaak.governance.teams import team_effects
from toptaak.kpi.improvement import CHANGE_VERDICTS, effects_of_interventions, weekly_counts
from toptaak.numbers.quarter import Source
from toptaak.printing.blocks import Block, Column, Heading, Table, Text
from toptaak.privacy.disclosure import Publishable, publish
from toptaak.report.phrases import figure, listed, missing

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Drawing

RATIO: Final = "rate_ratio"
HALF: Final = 0.5


def improvements(source: Source) -> list[Block]:
    """For each change its ratio of contacts about the task after and before, and that of repeats against half."""
    say, title = source.say, source.say("What happened after each change")
    made, contacts = source.tables.get("interventions"), source.tables.get("contacts")
    if made is None or made.empty or contacts is None:
        return missing(source, title, "interventions", "contacts")
    lead = say(
        "Contacts per week about the task of a change, after it divided by before it, at most 26 weeks on each side. "
        "1 is as many as before. What else happened in those weeks counts as well."
    )
    blocks: list[Block] = [Heading(2, title), Text([lead])]
    shown = _effects(source, made, contacts)
    if not len(shown):
        return [*blocks, Text([say("There are not enough weeks around the changes to compare.")], kind="note")]
    return [*blocks, _figure(source, shown), *_repeats(source, made, contacts)]


def _effects(source: Source, made: pd.DataFrame, contacts: pd.DataFrame, goal: float | None = None) -> Publishable:
    """Give a row per change, in order of time, of which it can be told; numbered in the column `change`."""
    counts = weekly_counts(contacts, ["municipality", "task_id"])
    measured = effects_of_interventions(made, counts, source.settings, goal=goal).sort_values(["date", "label"])
    of_teams = team_effects(measured, made)
    effects = publish(of_teams.assign(change=range(len(of_teams))), source.settings)
    known = effects.frame["estimate"].notna()
    return effects.where(change=effects.frame.loc[known, "change"].tolist())


def _repeats(source: Source, made: pd.DataFrame, contacts: pd.DataFrame) -> list[Block]:
    """Tell of each change whether repeats were halved: contacts about a case that is known already."""
    if "case" not in contacts:
        return []
    ordered = contacts.dropna(subset="case").sort_values("started_at", kind="stable")
    again = ordered[ordered.groupby(["municipality", "case"], observed=True).cumcount() > 0]
    shown = _effects(source, made, again, HALF)
    if not len(shown):
        return []
    say, frame = source.say, shown.frame
    halved = int((frame["verdict"] == "goal_met").sum())
    finding = say(
        "Repeats demonstrably halved after {count} of {n} change",
        "Repeats demonstrably halved after {count} of {n} changes",
        count=halved,
        n=len(frame),
    )
    alt = say(
        "Dots with margins: repeats per week after each change divided by before, with a line at half. {values}. The "
        "table below the figure has all values.",
        values=_values(source, frame),
    )
    table = _table(source, frame, say("Repeats per week before and after each change"))
    note = say("A repeat is a contact about a case that is known already. Half is the goal: the margin lies below it.")
    draw = partial(_draw, source, shown, (HALF, say("halved")))
    return [figure(finding, alt, table, draw, note)]


def _name(source: Source, row: pd.Series) -> str:
    task = source.say("all tasks") if row.task_id == ALL else source.task_labels.get(row.task_id, row.task_id)
    return f"{row['label']}\n{task}, {source.say.date(row['date'].date())}"


def _figure(source: Source, shown: Publishable) -> Block:
    say, frame = source.say, shown.frame
    apart = int(frame["verdict"].isin(["fewer", "more"]).sum())
    finding = say(
        "Demonstrably another number of contacts after {count} of {n} change",
        "Demonstrably another number of contacts after {count} of {n} changes",
        count=apart,
        n=len(frame),
    )
    alt = say(
        "Dots with margins: contacts per week after each change divided by before. {values}. The table below the "
        "figure has all values.",
        values=_values(source, frame),
    )
    table = _table(source, frame, say("Contacts per week before and after each change"))
    draw = partial(_draw, source, shown, (1.0, say("as before")))
    return figure(finding, alt, table, draw, _sentence(source, frame))


def _values(source: Source, frame: pd.DataFrame) -> str:
    ratio = partial(source.say.value, RATIO)
    return "; ".join(f"{row['label']} {ratio(row.estimate)}" for _, row in frame.iterrows())


def _sentence(source: Source, frame: pd.DataFrame) -> str:
    fewer, more = (
        listed([f"‘{label}’" for label in frame.loc[frame["verdict"] == verdict, "label"]], source)
        for verdict in ("fewer", "more")
    )
    lower = (
        source.say("Demonstrably fewer contacts after {changes}.", changes=fewer)
        if fewer
        else source.say("After no change is the number of contacts demonstrably lower.")
    )
    return f"{lower} {source.say('Demonstrably more contacts after {changes}.', changes=more)}" if more else lower


def _table(source: Source, frame: pd.DataFrame, caption: str) -> Table:
    say = source.say
    columns = [
        Column(say("Change")), Column(say("Per week before"), "right"),
        Column(say("After ÷ before"), "right"), Column(say("Verdict")),
    ]  # fmt: skip
    rows = [
        (
            _name(source, row) + (f"\n{row.team}" if row.team else ""),
            source.say.number(row.reference_estimate, 1),
            f"{source.say.value(RATIO, row.estimate)}\n" + source.say.interval(RATIO, row.ci_low, row.ci_high),
            "\n".join(line for line in (say(CHANGE_VERDICTS[row.verdict]), say(row.note) if row.note else "") if line),
        )
        for _, row in frame.iterrows()
    ]
    return Table(caption, columns, rows)


def _draw(source: Source, shown: Publishable, reference: tuple[float, str]) -> Drawing:
    frame = shown.frame
    drawing = figures.new_figure(1.0 + 0.45 * len(frame))
    labels = [_name(source, row) for _, row in frame.iterrows()]
    ratio = partial(source.say.value, RATIO)
    figures.dots(drawing.subplots(), shown, labels, ratio, reference)
    return drawing
