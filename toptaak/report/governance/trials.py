"""Trials: what was tried, what came out, and whether to keep, change or stop it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pandas as pd

from toptaak.core.results import ALL
from toptaak.core.wording import Message, date, message, number
from toptaak.governance.effects import before_after
from toptaak.governance.trials import Trial, TrialRegister, judge_trials
from toptaak.kpi.catalogue import CATALOGUE, measure
from toptaak.privacy.disclosure import Publishable, publish
from toptaak.report.blocks import Block, Column, Heading, Table, Text
from toptaak.report.governance.canvases import trials_file
from toptaak.report.governance.view import View
from toptaak.report.sections.common import channel_name, interval_label, short_note
from toptaak.report.values import DASH, say_difference, say_difference_interval

_DECISIONS: Final[dict[str, Message]] = {
    "keep": message("keep it"), "change": message("change it"), "stop": message("stop"), "": message("runs"),
}  # fmt: skip
_MOMENTS: Final = {"attempts": "date", "ratings": "date", "contacts": "started_at"}


def trials(view: View) -> list[Block]:
    """Each trial with its effect, the proposal and the decision."""
    say, title = view.say, view.say("Trials")
    rows = judged(view)
    if rows is None or not len(rows):
        file = trials_file(Path(), view.source.municipality.code).as_posix()
        none = (
            say("No trial of this task is registered.")
            if view.task
            else say("No trials are registered ({file}).", file=file)
        )
        return [Heading(2, title), Text([none], kind="note")]
    columns = [
        Column(say("Trial")), Column(say("Measure")), Column(say("Difference"), "right"), Column(say("Proposal")),
        Column(say("Decision")),
    ]  # fmt: skip
    note = say("Before against during the trial; below the difference: {margin}. What else changed counts as well.",
               margin=interval_label(view.source))  # fmt: skip
    cells = [_cells(view, row) for _, row in rows.frame.iterrows()]
    return [Heading(2, title), Table(say("Trials and what came out"), columns, cells, note=note)]


def judged(view: View) -> Publishable | None:
    """Judge the trials that began before the end of the quarter, of all tasks or of the view's; None without any."""
    if view.trials is None:
        return None
    end = view.source.quarter.end
    about = (view.task, ALL) if view.task else ()
    begun = [_known(one, end) for one in view.trials.trial if one.start <= end and (not about or one.task in about)]
    if not begun:
        return None
    register = TrialRegister.model_construct(municipality=view.trials.municipality, trial=begun)
    changes = pd.concat([_outcome(view, trial) for trial in begun], ignore_index=True)
    settings = view.source.settings
    return publish(judge_trials(register, changes, end, CATALOGUE, settings, view.language), settings)


def _known(trial: Trial, end: dt.date) -> Trial:
    """Leave out a decision that was taken after the quarter."""
    if trial.decided_on is None or trial.decided_on <= end:
        return trial
    return trial.model_copy(update={"decision": None, "decided_on": None, "decided_by": None})


def ended(view: View) -> Iterator[tuple[str, str, str]]:
    """Give what a board decides on: trials that ended without a decision, with the proposal and the reason."""
    rows = judged(view)
    if rows is None:
        return
    for _, row in rows.frame.iterrows():
        if row.proposal and pd.isna(row.decision):
            about = view.say("Trial: {hypothesis}", hypothesis=row.hypothesis)
            yield about, _DECISIONS[row.proposal].say(view.language), str(row.reason)


def _outcome(view: View, trial: Trial) -> pd.DataFrame:
    """Compare the time of the trial with as much time before it."""
    last = min(trial.end, view.source.quarter.end)
    before = _measured(view, trial, trial.start - (last - trial.start), trial.start - dt.timedelta(days=1))
    during = _measured(view, trial, trial.start, last)
    return before_after(before, during, CATALOGUE, settings=view.source.settings).assign(trial=trial.id)


def _measured(view: View, trial: Trial, since: dt.date, until: dt.date) -> pd.DataFrame:
    from toptaak.kpi.measures import summaries
    from toptaak.kpi.summaries import estimates

    tables = {
        name: table if table is None or name not in _MOMENTS else _between(table, _MOMENTS[name], trial, since, until)
        for name, table in view.source.tables.items()
    }
    summary = summaries(tables, (), view.source.settings, {trial.kpi}).get(trial.kpi)
    return pd.DataFrame() if summary is None else estimates(summary, view.source.settings)


def _between(table: pd.DataFrame, moment: str, trial: Trial, since: dt.date, until: dt.date) -> pd.DataFrame:
    days = table[moment].dt.tz_localize(None) if table[moment].dt.tz is not None else table[moment]
    kept = days.dt.normalize().between(pd.Timestamp(since), pd.Timestamp(until))
    for name, value in (("task_id", trial.task), ("channel", trial.channel)):
        if value != ALL and name in table:
            kept &= table[name] == value
    between: pd.DataFrame = table[kept]
    return between


def _cells(view: View, row: Any) -> tuple[str, ...]:
    span = f"{date(row.start, view.language)} – {date(row.end, view.language)}"
    place = [view.say("all tasks") if row.task_id == ALL else view.name(row.task_id)]
    place += [] if row.channel == ALL else [channel_name(row.channel, view.language)]
    needed = view.say("{n} per group needed", n=number(row.needed_n, view.language)) if pd.notna(row.needed_n) else ""
    decided = DASH if pd.isna(row.decision) else _DECISIONS[row.decision].say(view.language)
    if pd.notna(row.decided_on):
        decided += f"\n{date(row.decided_on, view.language)}, {row.decided_by}"
    return (
        f"{row.hypothesis}\n{', '.join(place)}\n{span}",
        f"{view.say(measure(row.measure).label)}\n{needed}".strip(),
        _difference(view, row),
        f"{_DECISIONS[row.proposal].say(view.language)}: {row.reason}",
        decided,
    )


def _difference(view: View, row: Any) -> str:
    if pd.isna(row.estimate):
        return short_note(row, view.source)
    margin = say_difference_interval(row.measure, row.ci_low, row.ci_high, view.language)
    return f"{say_difference(row.measure, row.estimate, view.language)}\n{margin}"
