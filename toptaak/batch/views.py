"""The views of a quarter as jobs: for the board, for each top-task team, and for those who run the day.

Each is published in a folder of its own beside the municipality's report, `reports/2026Q3/GM0363-bestuur/`: report,
views and canvas replace each other's older ones one by one, and each is whole or absent.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from toptaak.batch.job import NAME, Job
from toptaak.batch.manifest import sha256
from toptaak.core.periods import Quarter
from toptaak.numbers.presence import refuse_unknown_task
from toptaak.report.publications import PUBLICATIONS

if TYPE_CHECKING:
    from toptaak.batch.checked_data import CheckedData

View = Literal["board", "team", "frontline"]
VIEWS: Final[tuple[View, ...]] = ("board", "team", "frontline")
NAMES: Final[dict[View, str]] = {view: PUBLICATIONS[view].file_name for view in VIEWS}


def folder_name(municipality: str, name: str = NAME) -> str:
    """Name the folder of a publication; the report itself has the municipality's own.

    Examples
    --------
    >>> folder_name("GM0363"), folder_name("GM0363", "bestuur")
    ('GM0363', 'GM0363-bestuur')
    """
    return municipality if name == NAME else f"{municipality}-{name}"


def view_jobs(report: Job, views: Sequence[tuple[View, Path]], task: str, store: CheckedData) -> list[Job]:
    """List the jobs of the views asked for, each with what is particular to it.

    Parameters
    ----------
    report
        the job of the municipality's report.
    task
        the one task of which a team's view is made; empty for the tasks of all teams.

    Raises
    ------
    InputRefused
        for a task that is not on the list.
    """
    jobs: list[Job] = []
    for view, notebook in views:
        job = replace(report, notebook=notebook.resolve(), name=NAMES[view])
        jobs += _team_jobs(job, task, store) if view == "team" else [job]
    return jobs


def _team_jobs(job: Job, task: str, store: CheckedData) -> Iterator[Job]:
    tasks = [task] if task else _tasks_of_teams(job.parameters.municipality, store)
    if task:
        refuse_unknown_task(task, _labels(store))
    for team in tasks:
        yield replace(job, name=f"{job.name}-{_file_name(team)}", more=(("task", team),))


def _tasks_of_teams(municipality: str, store: CheckedData) -> list[str]:
    teams = store.table("teams", municipality)
    return [] if teams is None else sorted(teams["task_id"].dropna().unique())


def _labels(store: CheckedData) -> dict[str, str]:
    tasks = store.table("tasks")
    return {} if tasks is None else dict(zip(tasks["task_id"], tasks["label"], strict=True))


def _file_name(task: str) -> str:
    """Make a task's code fit for a file; a code that had to change keeps apart from any other."""
    plain = re.sub(r"[^A-Za-z0-9_-]+", "-", task).strip("-")
    return plain if plain == task else f"{plain}-{hashlib.sha256(task.encode()).hexdigest()[:6]}"


def beside_the_data(job: Job) -> list[str]:
    """Hash what a view for board or team shows and intake does not read: canvases and trials."""
    from toptaak.numbers.canvas_files import canvas_files, trials_file

    if job.name in (NAME, NAMES["frontline"]):
        return []
    parameters = job.parameters
    files = canvas_files(parameters.data, Quarter.parse(parameters.quarter), parameters.municipality)
    trials = trials_file(parameters.data, parameters.municipality)
    return [sha256(file.read_bytes()) for file in (*files, trials) if file.is_file()]
