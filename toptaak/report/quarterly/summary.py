"""Page one: the quarter in a few tiles and sentences, all written from the numbers."""

from __future__ import annotations

from typing import Final

import pandas as pd

from toptaak.core.wording import Message, message
from toptaak.kpi.compare import VERDICTS
from toptaak.kpi.measures import declaration
from toptaak.numbers.quarter import Source
from toptaak.printing.blocks import Block, Heading, Items, Text, Tile, Tiles, TileStatus
from toptaak.report.phrases import listed, name_within, row_note, why_no_kpis
from toptaak.report.vote_words import in_votes

NAMED: Final = 3  # tasks in the first sentence
_STATUS: Final[dict[str, TileStatus]] = {"better": "better", "worse": "worse", "no_difference": "same"}
_CHANGED: Final = {
    "better": message("Demonstrably better than in {period}: {measures}."),
    "worse": message("Demonstrably worse than in {period}: {measures}."),
}
_AIMED: Final = {
    "met": message("Target met: {measures}."),
    "not_met": message("Target not met: {measures}."),
    "undecided": message("Whether the target is met is not certain yet: {measures}."),
}


def summary(source: Source) -> list[Block]:
    """The board KPIs as tiles, and what changed, met its target, or cannot be said."""
    blocks: list[Block] = [Heading(2, source.say("The quarter in brief"))]
    sentences = [*vote(source), *_outcomes(source), *changes(source), *_targets(source), *_unknown(source)]
    if source.kpis:
        blocks.append(tiles(source))
    if sentences:
        blocks.append(Items(sentences))
    elif not source.kpis:
        blocks.append(Text([why_no_kpis(source)], kind="note"))
    return blocks


def tiles(source: Source) -> Tiles:
    """Make a tile of each board KPI."""
    return Tiles([_tile(row, source) for _, row in source.kpis_now.frame.iterrows()])


def _tile(row: pd.Series, source: Source) -> Tile:
    label = source.say(declaration(row.measure).label)
    if pd.isna(row.estimate):
        reason = row_note(row, source) or source.say("no observations")
        return Tile(label, "–", reason)
    changes = source.changes.where(measure=row.measure).frame
    verdict = str(changes.verdict.iloc[0]) if len(changes) else "not_comparable"
    detail = source.say("{n} observations", n=source.say.count(row.n))
    return Tile(
        label, source.say.value(row.measure, row.estimate), detail, _STATUS.get(verdict, "unknown"),
        source.say(VERDICTS[verdict]),
    )  # fmt: skip


def vote(source: Source) -> list[str]:
    """Say which tasks got most votes in the newest vote."""
    if source.league is None:
        return []
    frame = source.league.where(measure="vote_share").frame
    first = frame.head(source.settings.top_tasks)
    if first["estimate"].isna().any():
        return []
    names = [f"‘{source.task_labels.get(task, task)}’" for task in _most_chosen(frame, len(first))]
    share = source.say.percent(float(first["estimate"].sum()), 0)
    together = in_votes(source)("The first {k} tasks together get {share} of the votes", k=len(first), share=share)
    most = in_votes(source)("Most votes went to {tasks}.", tasks=listed(names, source)) if names else ""
    return [f"{most} {together}.".strip()]


def _most_chosen(frame: pd.DataFrame, limit: int) -> list[str]:
    """Name the first three tasks, with those that have as many votes as the third, or else without all of these."""
    third = frame["rank"].head(NAMED).iloc[-1]
    named = frame[frame["rank"] <= third]
    if len(named) > limit:
        named = frame[frame["rank"] < third]
    return [str(task) for task in named["task_id"]]


def _outcomes(source: Source) -> list[str]:
    """Say in one or two sentences whether it worked and how long it took."""
    now = source.now.frame.set_index("measure")["estimate"]
    texts = {
        "success_rate": message("{value} of the attempts succeeded, over all channels together."),
        "disaster_rate": message("In {value} of the attempts the customer thought it had worked, while it had not."),
        "completion_time": message("From the first contact until it was done, a case usually took about {value}."),
    }
    return [
        source.say(text.text, value=source.say.value(name, now[name]))
        for name, text in texts.items()
        if name in now.index and pd.notna(now[name])
    ]


def changes(source: Source) -> list[str]:
    """Say which KPIs are demonstrably better or worse than in the quarter before."""
    frame = source.changes.frame
    judged = frame[frame.verdict.isin([*_STATUS])]
    if judged.empty:
        return []
    before = source.quarter.previous().label(source.language)
    said = [_list(text, frame[frame.verdict == verdict], source, before) for verdict, text in _CHANGED.items()]
    sentences = [sentence for sentence in said if sentence]
    return sentences or [source.say("No KPI differs demonstrably from {period}.", period=before)]


def _list(text: Message, frame: pd.DataFrame, source: Source, before: str) -> str:
    names = [
        f"{name_within(row.measure, source)} ({source.say.difference(row.measure, row.estimate)})"
        for _, row in frame.iterrows()
    ]
    return source.say(text.text, period=before, measures=listed(names, source)) if names else ""


def _targets(source: Source) -> list[str]:
    frame = source.against_target.frame
    said = {
        verdict: [name_within(measure, source) for measure in frame.loc[frame.verdict == verdict, "measure"]]
        for verdict in _AIMED
    }
    return [
        source.say(_AIMED[verdict].text, measures=listed(names, source)) for verdict, names in said.items() if names
    ]


def _unknown(source: Source) -> list[str]:
    frame = source.kpis_now.frame
    return [
        source.say(
            "{measure}: {reason}.",
            measure=source.say(declaration(row.measure).label),
            reason=row_note(row, source),
        )
        for _, row in frame[frame["estimate"].isna()].iterrows()
        if row.note
    ]
