"""What a view of a quarter is made from: the report's own source, and what governance keeps beside the tables."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd

from toptaak.core.errors import InputRefused
from toptaak.core.results import ALL
from toptaak.governance.canvas import Canvas
from toptaak.governance.goals import Goal
from toptaak.governance.trials import TrialRegister, load_trials
from toptaak.governance.wishes import known_tasks, rank_wishes
from toptaak.kpi.measure_reader import MeasureReader
from toptaak.kpi.measures import CATALOGUE
from toptaak.numbers.canvas_files import canvas_files, read_canvas, trials_file
from toptaak.numbers.goal_results import goal_results
from toptaak.numbers.parameters import TeamParameters, checked_parameters
from toptaak.numbers.presence import refuse_unknown_task
from toptaak.numbers.quarter import Source, open_source
from toptaak.numbers.task import task_source
from toptaak.numbers.year import where_to_act
from toptaak.privacy.disclosure import Publishable, publish


@dataclass(frozen=True, eq=False)
class View:
    """Everything a section of a view may know.

    Attributes
    ----------
    source
        The report's source: the same numbers.
    canvases
        Of the quarter: the municipality's own first, as far as there is one, then those of teams.
    trials
        The register of trials, or why it cannot be used; None where there is none.
    task
        The task a top-task team's view is about; empty in the other views.
    unusable
        Why canvases of the quarter cannot be used, all faults together; None where all can.
    """

    source: Source
    canvases: Sequence[Canvas] = ()
    trials: TrialRegister | InputRefused | None = None
    task: str = ""
    unusable: InputRefused | None = None

    @property
    def say(self) -> MeasureReader:
        """Give the translator into the view's language."""
        return self.source.say

    @property
    def language(self) -> str:
        """Give the view's language."""
        return self.source.language

    def name(self, task: str) -> str:
        """Name a task."""
        return self.source.task_labels.get(task, task)

    @cached_property
    def of_task(self) -> Source:
        """Give a source that is about the view's task only: so is a section of the report that is made from it."""
        return task_source(self.source, self.task)

    @cached_property
    def top_tasks(self) -> list[str]:
        """List the top tasks of the newest vote, most votes first; none without a vote that may be shown."""
        if self.source.league is None:
            return []
        frame = self.source.league.where(measure="vote_share").frame
        return frame.dropna(subset="estimate")["task_id"].head(self.source.settings.top_tasks).tolist()

    @cached_property
    def canvas(self) -> Canvas | None:
        """Give the canvas of the municipality, or in a team's view that of the team."""
        return next((canvas for canvas in self.canvases if (canvas.task or "") == self.task), None)

    @cached_property
    def goals(self) -> list[Goal]:
        """List the goals of the canvas (the quarter's first), or else those that targets with a date and owner make."""
        if self.unusable is not None:
            return []
        if self.canvas is not None:
            return [*self.canvas.goals("quarter"), *self.canvas.goals("year")]
        return self._goals_of_targets()

    def _goals_of_targets(self) -> list[Goal]:
        from toptaak.governance.targets import team_goals

        targets, tasks = self.source.tables.get("targets"), self.source.tables.get("tasks")
        if targets is None:
            return []
        owners = {ALL: self.say("Board")}
        if tasks is not None:
            owned = tasks.dropna(subset="owner_team")
            owners |= dict(zip(owned["task_id"].astype(str), owned["owner_team"].astype(str), strict=True))
        goals, _ = team_goals(targets, owners, CATALOGUE, self.source.quarter.end, self.language)
        return [goal for goal in goals if not self.task or goal.task == self.task]

    @cached_property
    def goal_status(self) -> Publishable:
        """One row per goal: its result, status, owner and deadline."""
        return goal_results(self.source, self.goals)

    @cached_property
    def wishes(self) -> Publishable | None:
        """One row per wish of this quarter or still undecided, ranked; None where wishes cannot be weighed."""
        table, weighed = self._wishes_due(), where_to_act(self.source)
        if table is None or weighed is None:
            return None
        shortfalls = weighed.frame.assign(n=weighed.frame["n"].fillna(0).astype("int64"))
        known = known_tasks(shortfalls, self.top_tasks, self.source.task_labels)
        return publish(rank_wishes(table, known, self.language), self.source.settings)

    def _wishes_due(self) -> pd.DataFrame | None:
        """Give the wishes that were not decided on before the quarter."""
        table = self.source.tables.get("wishes")
        if table is None:
            return None
        before = table["decided_on"] < pd.Timestamp(self.source.quarter.start)
        kept = table[~before & ((table["task_id"] == self.task) | (not self.task))]
        return None if kept.empty else kept.reset_index(drop=True)


def open_day_view(municipality: str, quarter: str, language: str, data: str) -> View:
    """Open what the view of those who run the day is made from: without goals and trials, so their files are not read.

    Raises
    ------
    ToptaakError
        for an unknown municipality, or a quarter that is none; `InputRefused` for data that cannot be used.
    """
    return View(open_source(municipality, quarter, language, data))


def open_view(municipality: str, quarter: str, language: str, data: str, task: str = "") -> View:
    """Open what a view is made from; in one process with the report they share their numbers.

    Raises
    ------
    ToptaakError
        for an unknown municipality, or a quarter that is none.
    InputRefused
        with every fault of the data. Faults of a canvas or of the register of trials cost their own section only.
    """
    values = {"municipality": municipality, "quarter": quarter, "language": language, "data": data, "task": task}
    asked = checked_parameters(values, TeamParameters)
    source = open_source(municipality, quarter, language, data)
    if asked.task:
        refuse_unknown_task(asked.task, source.task_labels)
    tasks = set(source.task_labels) or None
    files = canvas_files(Path(data), source.quarter, source.municipality.code)
    canvases, faults = [], []
    for file in files:
        try:
            canvases.append(read_canvas(file, source.quarter, source.municipality.code, tasks))
        except InputRefused as why:
            faults += why.faults
    trials = _register(trials_file(Path(data), source.municipality.code), tasks, source.municipality.code)
    return View(source, canvases, trials, task, InputRefused(faults) if faults else None)


def _register(file: Path, tasks: Collection[str] | None, municipality: str) -> TrialRegister | InputRefused | None:
    """Read the trials, or give why they cannot be used: that costs their own section only."""
    try:
        return load_trials(file, CATALOGUE, tasks, municipality) if file.exists() else None
    except InputRefused as why:
        return why
