"""A source that is about one task: the rows of the task, and the numbers that the whole report has of it."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property

import pandas as pd

from toptaak.kpi.measures import MeasuredTables
from toptaak.numbers.quarter import Source
from toptaak.privacy.disclosure import Publishable

_OF_ALL_TASKS = ("ballots", "service_totals")


@dataclass(frozen=True, eq=False)
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
    return TaskSource(**values | {"tables": MeasuredTables(tables, source.settings), "whole": source, "task": task})


def _only(table: pd.DataFrame | None, task: str) -> pd.DataFrame | None:
    """Keep the rows of a task; a table that does not tell tasks stays as it is."""
    if table is None or "task_id" not in table:
        return table
    return table[table["task_id"] == task].reset_index(drop=True)
