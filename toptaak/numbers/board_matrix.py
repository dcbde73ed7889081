"""What the board sees at a glance: per top task and measure its value, eight quarters, its change and its target."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np

from toptaak.core.results import ALL
from toptaak.kpi.compare import side_of_target
from toptaak.kpi.measures import declaration
from toptaak.numbers.view import View
from toptaak.numbers.year import detail_changes, targets_of
from toptaak.privacy.disclosure import Publishable
from toptaak.stats.intervals import Interval

MEASURES: Final = (
    "success_rate", "disaster_rate", "completion_time", "contacts_per_case", "satisfaction", "abandoned_rate",
    "speed_of_answer",
)  # fmt: skip
MOST_MEASURES: Final = 4


@dataclass(frozen=True)
class MatrixCell:
    """One task and measure: its published quarters, oldest first, the verdict on its change, and on its target.

    `change`: `better`, `worse`, `no_difference` or empty. `aim`: `met`, `not_met`, `undecided`; empty without target.
    """

    series: Publishable
    change: str
    target: float
    aim: str


@dataclass(frozen=True)
class BoardMatrix:
    """The tasks (most votes first), the measures, and a cell for each of both."""

    tasks: tuple[str, ...]
    measures: tuple[str, ...]
    cells: Mapping[tuple[str, str], MatrixCell]


@lru_cache(maxsize=1)  # the picture and the table of its numbers ask for the same
def board_matrix(view: View, tasks: tuple[str, ...]) -> BoardMatrix | None:
    """Lay out what is known of each top task this quarter; None where nothing is measured per task."""
    now = view.source.by_task.where(task_id=tasks)
    known = now.frame.dropna(subset="estimate")
    measures = tuple(name for name in MEASURES if name in set(known["measure"]))[:MOST_MEASURES]
    if not measures:
        return None
    changes = detail_changes(view.source, measures, ["task_id"]).frame.set_index(["task_id", "measure"])["verdict"]
    aims = {name: targets_of(view.source, name) for name in measures}
    cells = {
        (task, name): _cell(view, task, name, str(changes.get((task, name), "")), aims[name])
        for task in tasks
        for name in measures
    }
    return BoardMatrix(tasks, measures, cells)


def _cell(view: View, task: str, name: str, change: str, targets: Mapping[str, float]) -> MatrixCell:
    source = view.source
    rows = source.by_quarter_and_task.where(task_id=task, measure=name)
    series = rows.along("quarter", source.quarters)
    target = targets.get(task, targets.get(ALL, np.nan))
    return MatrixCell(series, change, target, _aim(series, name, target))


def _aim(series: Publishable, name: str, target: float) -> str:
    """Judge the newest quarter by its whole interval; without an interval it is undecided."""
    last = series.frame.iloc[-1]
    if not np.isfinite(target) or not np.isfinite(last["estimate"]):
        return ""
    limits = Interval(*last[["ci_low", "ci_high"]].to_numpy(dtype=float))
    return str(side_of_target(limits, target, declaration(name).direction))
