"""One figure per task, toptaak-TPI, with the parts it is made of always beside it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from toptaak.core.periods import quarter_column
from toptaak.core.results import TOO_FEW
from toptaak.figures import basic as figures
from toptaak.kpi.compare import targets_in_force
from toptaak.kpi.composite import toptaak_tpi
from toptaak.numbers.parameters import TargetTime, checked_parameters
from toptaak.numbers.quarter import Source
from toptaak.printing.blocks import Block, Heading, Text
from toptaak.privacy.disclosure import Publishable, publish
from toptaak.report.phrases import CHANNEL_NAMES, channel_name, figure, matrix_table, missing, row_note

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Drawing

TPI: Final = "toptaak_tpi"
PARTS: Final = (TPI, "success_rate", "disaster_rate", "attempt_time")


def composite(source: Source, target_seconds: float = 0) -> list[Block]:
    """The toptaak-TPI of the quarter, of each channel and of each task, with its parts.

    Parameters
    ----------
    target_seconds
        Target time of an attempt; 0 takes the targets in force for the time per successful attempt.
    """
    target_seconds = checked_parameters({"target_seconds": target_seconds}, TargetTime).target_seconds
    say, title = source.say, source.say("One figure per task: toptaak-TPI")
    attempts = source.tables.get("attempts")
    if attempts is None:
        return missing(source, title, "attempts")
    now = attempts[(quarter_column(attempts["date"]) == str(source.quarter)).to_numpy()]
    lead = say(
        "toptaak-TPI = 100 × success × (1 − disaster) × target time ÷ time; a time within the target counts as the "
        "target. The formula is ours, so it cannot be compared with an index of anybody else. Target time: {target}.",
        target=source.say.declared_duration(target_seconds) if target_seconds else say("as set per task"),
    )
    whole = _index(source, now, target_seconds, "").frame
    blocks: list[Block] = [Heading(2, title), Text([lead]), Text([_sentence(source, whole.iloc[0])])]
    return [*blocks, *_tasks(source, now, target_seconds), *_channels(source, now, target_seconds)]


def _index(source: Source, attempts: pd.DataFrame, target_seconds: float, group: str) -> Publishable:
    """Give the index and its parts, for the whole or for each group.

    Where a part is hidden, here or in the report, so is the index: the part could be computed from it.
    """
    by = [group] if group else []
    elsewhere = {"": source.now, "task_id": source.by_task, "channel": source.by_channel}[group]
    targets = source.tables.get("targets")
    target: float | pd.DataFrame = target_seconds or float("nan")
    if not target_seconds and targets is not None:
        target = targets_in_force(targets, source.quarter, by)
    index = toptaak_tpi(attempts, target, by, source.settings, rng=source.rng())
    shown = publish(index, source.settings, [elsewhere], along=group or None).frame
    few = shown["note"] == TOO_FEW
    told_by_few = few.groupby(shown[group] if group else np.zeros(len(few))).transform("any") & (index["n"] > 0)
    index_hidden = index.assign(n=index["n"].mask(told_by_few & (index["measure"] == TPI), 1))
    return publish(index_hidden, source.settings, [elsewhere], along=group or None)


def _sentence(source: Source, row: pd.Series) -> str:
    if pd.isna(row.estimate):
        return source.say("All tasks together: {reason}.", reason=row_note(row, source))
    return source.say(
        "All tasks together: {value} (margin {margin}, {n} attempts).",
        value=source.say.value(TPI, row.estimate),
        margin=source.say.interval(TPI, row.ci_low, row.ci_high),
        n=source.say.number(row.n),
    )


def _tasks(source: Source, attempts: pd.DataFrame, target_seconds: float) -> list[Block]:
    say = source.say
    rows = _index(source, attempts, target_seconds, "task_id")
    shown = rows.where(measure=TPI).frame.dropna(subset="estimate").sort_values("estimate", ascending=False)
    if shown.empty:
        return [Text([say("For no single task is there an index: there is no target time or too few attempts.")],
                     kind="note")]  # fmt: skip
    order = shown["task_id"].tolist()
    names = {task: source.task_labels.get(task, task) for task in order}
    first, last = shown.iloc[0], shown.iloc[-1]
    values = {
        "first": names[first.task_id],
        "first_value": source.say.value(TPI, first.estimate),
        "last": names[last.task_id],
        "last_value": source.say.value(TPI, last.estimate),
    }
    data = matrix_table(source, rows, "task_id", names, PARTS, say("Task"), say("toptaak-TPI and its parts per task"))
    alt = say(
        "Dots with margins: the toptaak-TPI of each task. Highest: {first} with {first_value}; lowest: {last} with "
        "{last_value}. The table below the figure has the parts.",
        **values,
    )
    finding = say("From {first_value} ({first}) to {last_value} ({last})", **values)
    if first.ci_low > last.ci_high:
        note = say("Highest and lowest differ more than their margins.")
    else:
        note = say("The margins of highest and lowest overlap: the order says little.")
    ordered = rows.where(measure=TPI).along("task_id", order)
    return [figure(finding, alt, data, partial(_draw, source, ordered, names), note)]


def _channels(source: Source, attempts: pd.DataFrame, target_seconds: float) -> list[Block]:
    say = source.say
    rows = _index(source, attempts, target_seconds, "channel")
    measured = set(rows.frame["channel"])
    names = {channel: channel_name(channel, source.say) for channel in CHANNEL_NAMES if channel in measured}
    caption = say("toptaak-TPI and its parts per channel")
    return [matrix_table(source, rows, "channel", names, PARTS, say("Channel"), caption)] if names else []


def _draw(source: Source, rows: Publishable, names: dict[str, str]) -> Drawing:
    drawing = figures.new_figure(0.8 + 0.3 * len(names))
    figures.dots(drawing.subplots(), rows, list(names.values()), partial(source.say.value, TPI))
    return drawing
