"""Trials: what was tried, what came out, and whether to keep, change or stop it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import pandas as pd

from toptaak.core.errors import InputRefused
from toptaak.core.periods import AMSTERDAM
from toptaak.core.results import ALL
from toptaak.core.wording import DASH, Message, message
from toptaak.governance.effects import before_after
from toptaak.governance.trials import Trial, TrialRegister, judge_trials
from toptaak.kpi.measures import CATALOGUE, declaration
from toptaak.numbers.canvas_files import trials_file
from toptaak.numbers.quarter import Source
from toptaak.numbers.view import View
from toptaak.printing.blocks import Block, Column, Heading, Table, Text
from toptaak.privacy.disclosure import Publishable, publish
from toptaak.report.phrases import channel_name, interval_label, refused, short_note

_DECISIONS: Final[dict[str, Message]] = {
    "keep": message("keep it"), "change": message("change it"), "stop": message("stop"), "": message("runs"),
}  # fmt: skip
_MOMENTS: Final = {"attempts": "date", "ratings": "date", "contacts": "started_at", "steps": "at", "cases": "closed_at"}


def trials(view: View) -> list[Block]:
    """Each trial with its effect, the proposal and the decision."""
    say, title = view.say, view.say("Trials")
    if isinstance(view.trials, InputRefused):
        return refused(view.source, title, view.trials)
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
    if view.trials is None or isinstance(view.trials, InputRefused):
        return None
    end = view.source.quarter.end
    about = (view.task, ALL) if view.task else ()
    begun = [
        _known(trial, end) for trial in view.trials.trial if trial.start <= end and (not about or trial.task in about)
    ]
    if not begun:
        return None
    register = TrialRegister.model_construct(municipality=view.trials.municipality, trial=begun)
    changes = pd.concat([_outcome(view.source, trial) for trial in begun], ignore_index=True)
    settings = view.source.settings
    return publish(judge_trials(register, changes, end, CATALOGUE, view.language, settings), settings)


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
            yield about, view.say(_DECISIONS[row.proposal]), str(row.reason)


# the board and every team judge the same trials
@lru_cache(maxsize=32)
def _outcome(source: Source, trial: Trial) -> pd.DataFrame:
    """Compare the time of the trial with as much time before it."""
    last = min(trial.end, source.quarter.end)
    before = _measured(source, trial, trial.start - (last - trial.start), trial.start - dt.timedelta(days=1))
    during = _measured(source, trial, trial.start, last)
    return before_after(before, during, CATALOGUE, settings=source.settings).assign(trial=trial.id)


def _measured(source: Source, trial: Trial, since: dt.date, until: dt.date) -> pd.DataFrame:
    from toptaak.kpi.measures import summarise_all
    from toptaak.kpi.summaries import estimates

    known = declaration(trial.kpi)
    tables = {name: source.tables.get(name) for name in (*known.needs, *known.alternative, *known.registered)}
    tables = {name: _between(table, name, trial, since, until) for name, table in tables.items() if table is not None}
    summary = summarise_all(tables, (), source.settings, {trial.kpi}).get(trial.kpi)
    return pd.DataFrame() if summary is None else estimates(summary, source.settings)


def _between(table: pd.DataFrame, name: str, trial: Trial, since: dt.date, until: dt.date) -> pd.DataFrame:
    """Keep what the trial is about and fell in its time; a case falls in it with its last contact, and whole."""
    if name not in _MOMENTS:
        return table
    moments = table[_MOMENTS[name]]
    if "case" in table:
        moments = moments.groupby(table["case"]).transform("max").fillna(moments)
    days = moments if moments.dt.tz is None else moments.dt.tz_convert(AMSTERDAM).dt.tz_localize(None)
    kept = days.dt.normalize().between(pd.Timestamp(since), pd.Timestamp(until))
    for column, value in (("task_id", trial.task), ("channel", trial.channel)):
        if value != ALL and column in table:
            kept &= table[column] == value
    between: pd.DataFrame = table[kept]
    return between


def _cells(view: View, row: Any) -> tuple[str, ...]:
    span = f"{view.say.date(row.start)} – {view.say.date(row.end)}"
    place = [view.say("all tasks") if row.task_id == ALL else view.name(row.task_id)]
    place += [] if row.channel == ALL else [channel_name(row.channel, view.say)]
    needed = view.say("{n} per group needed", n=view.say.number(row.needed_n)) if pd.notna(row.needed_n) else ""
    decided = DASH if pd.isna(row.decision) else view.say(_DECISIONS[row.decision])
    if pd.notna(row.decided_on):
        decided += f"\n{view.say.date(row.decided_on)}, {row.decided_by}"
    return (
        f"{row.hypothesis}\n{', '.join(place)}\n{span}",
        f"{view.say(declaration(row.measure).label)}\n{needed}".strip(),
        _difference(view, row),
        f"{view.say(_DECISIONS[row.proposal])}: {row.reason}",
        decided,
    )


def _difference(view: View, row: Any) -> str:
    if pd.isna(row.estimate):
        return short_note(row, view.source)
    margin = view.say.difference_interval(row.measure, row.ci_low, row.ci_high)
    return f"{view.say.difference(row.measure, row.estimate)}\n{margin}"
