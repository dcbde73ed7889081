"""A source that is about one task: the rows of the task, and the numbers that the whole report has of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property

import pandas as pd

from toptaak.core.results import ALL
from toptaak.kpi.measures import MeasuredTables, measured_tables
from toptaak.kpi.observations import Observations
from toptaak.kpi.summaries import Summary
from toptaak.numbers.quarter import Source
from toptaak.privacy.disclosure import Publishable

_OF_ALL_TASKS = ("ballots", "service_totals")


class TaskTables(MeasuredTables):
    """Tables of one task: of what is observed in the whole, the rows that are about the task.

    So a case is of the task of its first contact, and a log ends when the municipality's does. What the whole cannot
    tell per task is observed in the tables of the task.
    """

    def __init__(self, whole: MeasuredTables, tables: Mapping[str, pd.DataFrame | None], task: str) -> None:
        super().__init__(tables, whole.settings)
        self._whole, self._task = whole, task

    def observed(self, name: str, by: Sequence[str]) -> Observations | None:
        """Give the single observations of the task behind a measure, None where its tables are missing."""
        seen = self._whole.observed(name, by)
        if seen is None or "task_id" not in seen.rows:
            return super().observed(name, by)
        return replace(seen, rows=seen.rows[(seen.rows["task_id"] == self._task).to_numpy(bool, na_value=False)])

    def summary(self, name: str, by: Sequence[str] = ()) -> Summary:
        """Give the summary of a measure; of quarters, the rows that the summary of all tasks has of this one."""
        if "quarter" not in by or "task_id" in by:
            return super().summary(name, by)
        others = [column for column in by if column != "quarter"]
        whole = self._whole.summary(name, ["quarter", "task_id", *others])
        if not (whole.groups["task_id"] != ALL).any():
            return super().summary(name, by)
        own = whole.groups[(whole.groups["task_id"] == self._task).to_numpy()]
        return replace(whole, by=tuple(by), groups=own.drop(columns="task_id").reset_index(drop=True))

    @cached_property
    def gathered(self) -> dict[str, pd.DataFrame]:
        """The cases of the task that contacts, steps and all tables together tell of."""
        of_task = {name: _only(table, self._task) for name, table in self._whole.gathered.items()}
        return {name: table for name, table in of_task.items() if table is not None}


@dataclass(frozen=True, eq=False, repr=False)
class TaskSource(Source):
    """One municipality, one quarter, one task; `whole` is the source of the report."""

    whole: Source | None = None
    task: str = ""

    @cached_property
    def by_quarter(self) -> Publishable:
        """One row per quarter and measure: the rows that the report has of the task."""
        assert self.whole is not None
        return self.whole.by_quarter_and_task.where(task_id=self.task)

    @cached_property
    def by_channel(self) -> Publishable:
        """One row per channel and measure, this quarter: the rows that the report has of the task."""
        assert self.whole is not None
        return self.whole.by_task_and_channel.where(task_id=self.task)


def task_source(source: Source, task: str) -> TaskSource:
    """Narrow a source to a task.

    Targets of the task count as targets of the whole. A vote is about all tasks and stays out, as do totals of a
    switch, which tell no tasks apart.
    """
    tables = {name: _only(table, task) for name, table in source.tables.items()} | dict.fromkeys(_OF_ALL_TASKS)
    targets = tables.get("targets")
    if targets is not None:
        tables["targets"] = targets.assign(task_id=None)
    values = {entry.name: getattr(source, entry.name) for entry in fields(Source)}
    whole = measured_tables(source.tables, source.settings)
    return TaskSource(
        **values | {"tables": TaskTables(whole, tables, task), "kept": None, "whole": source, "task": task}
    )


def _only(table: pd.DataFrame | None, task: str) -> pd.DataFrame | None:
    """Keep the rows of a task; a table that does not tell tasks stays as it is."""
    if table is None or "task_id" not in table:
        return table
    return table[table["task_id"] == task].reset_index(drop=True)
