"""Tasks that a file calls by their name: the code that the task list gives them."""

from __future__ import annotations

import pandas as pd

from toptaak.intake.pool import Pool
from toptaak.intake.readers.raw import plain
from toptaak.intake.tables import TABLES


def name_tasks(pool: Pool) -> None:
    """Put the code for each task that stands in a table by its name on the list; each file is told with its count.

    A name of two tasks stands for none.
    """
    if not pool.complete("tasks"):
        return
    tasks = pool.rows("tasks")
    codes = task_names(tasks)
    known = set(tasks["task_id"])
    for name in [table for table in pool.names() if table != "tasks" and "task_id" in TABLES[table].names]:
        rows = pool.rows(name, ("task_id",))
        meant = {label: codes.get(plain(label)) for label in rows["task_id"].dropna().unique() if label not in known}
        if any(meant.values()):
            called = rows["task_id"].map(meant)
            pool.fill(name, rows, "task_id", called.fillna(rows["task_id"]).astype(rows["task_id"].dtype))
            pool.warn("TT-817", rows, called.notna(), "task_id")


def task_names(tasks: pd.DataFrame) -> dict[str, str]:
    """Give the folded names of a task list, each with the code it stands for.

    Examples
    --------
    >>> task_names(pd.DataFrame({"task_id": ["T1", "T2"], "label": ["Afval", "Trouwen"], "label_en": ["Waste", None]}))
    {'afval': 'T1', 'trouwen': 'T2', 'waste': 'T1'}
    """
    meant: dict[str, set[str]] = {}
    for column in ("label", "label_en"):
        for name, code in zip(tasks[column], tasks["task_id"], strict=True):
            if isinstance(name, str) and name:
                meant.setdefault(plain(name), set()).add(str(code))
    return {name: codes.pop() for name, codes in meant.items() if len(codes) == 1}
