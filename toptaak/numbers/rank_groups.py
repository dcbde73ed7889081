"""The places a task may have and the groups of tasks whose order is undecided, as a reader sees them."""

from __future__ import annotations

import string
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import pandas as pd

from toptaak.core.wording import DASH
from toptaak.privacy.disclosure import Publishable


class Group(NamedTuple):
    """Tasks that stand equal: their letter, and the first and last line among the lines shown."""

    letter: str
    first: int
    last: int
    goes_on: bool


def letter(number: int) -> str:
    """Name a group, counted from 0.

    Examples
    --------
    >>> [letter(number) for number in (0, 25, 26)]
    ['A', 'Z', 'AA']
    """
    more, rest = divmod(number, 26)
    return (letter(more - 1) if more else "") + string.ascii_uppercase[rest]


def groups_of(rows: Publishable) -> list[list[str]]:
    """List the tasks of each group that has more than one, from the top of the league table down."""
    members = rows.frame.sort_values(["tied_group", "rank", "task_id"]).groupby("tied_group")["task_id"]
    return [list(tasks) for _, tasks in members if len(tasks) > 1]


def group_letters(rows: Publishable) -> dict[str, str]:
    """Give each task the letters of the groups it is in: `A`, `B–D`. A task with a settled place has none.

    Neighbouring groups overlap, so a task's letters follow on each other.
    """
    alike: dict[str, list[str]] = {}
    for number, tasks in enumerate(groups_of(rows)):
        for task in tasks:
            alike.setdefault(task, []).append(letter(number))
    return {task: letters[0] if len(letters) == 1 else f"{letters[0]}–{letters[-1]}" for task, letters in alike.items()}


def shown_groups(rows: Publishable, tasks: Sequence[str]) -> list[Group]:
    """Give the groups that begin among these tasks, which are the head of the league table in its order."""
    line = {task: number for number, task in enumerate(tasks)}
    groups = []
    for number, members in enumerate(groups_of(rows)):
        lines = [line[task] for task in members if task in line]
        if lines:
            groups.append(Group(letter(number), min(lines), max(lines), len(lines) < len(members)))
    return groups


def places(row: pd.Series) -> str:
    """Write the places a task may have: `2–5`, or `3` where it is settled."""
    if pd.isna(row["rank_low"]):
        return DASH
    low, high = int(row["rank_low"]), int(row["rank_high"])
    return str(low) if low == high else f"{low}–{high}"


def possible_places(rows: Publishable) -> Mapping[str, str]:
    """Write for each task the places it may have."""
    return {str(row["task_id"]): places(row) for _, row in rows.frame.iterrows()}
