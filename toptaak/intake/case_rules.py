"""Rules about cases and the steps they take behind the counter."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from toptaak.core.settings import Settings
from toptaak.intake.codes import fault
from toptaak.intake.pool import Pool
from toptaak.intake.readers.raw import nearest

_TEN_YEARS: Final = pd.Timedelta(days=3653)
_LISTED: Final = 5
_MANY: Final = 0.1


def check_cases(pool: Pool, settings: Settings) -> None:
    """Warn of cases that last very long, of cases without task, and of closing steps that cannot close anything."""
    if pool.has("cases"):
        _years_open(pool)
    for name in ("cases", "contacts", "steps"):
        _without_task(pool, name)
    if pool.has("steps"):
        _closing_steps(pool, settings)
        _order_within_a_day(pool)


def _years_open(pool: Pool) -> None:
    rows = pool.rows("cases", ("opened_at", "closed_at"))
    last = rows[["opened_at", "closed_at"]].max().max()
    lasts = rows["closed_at"].fillna(last) - rows["opened_at"] > _TEN_YEARS
    pool.warn("TT-850", rows, lasts, "opened_at")


def _without_task(pool: Pool, name: str) -> None:
    """Warn where some rows have a task and many do not: they count in the totals only."""
    rows = pool.rows(name, ("task_id",))
    empty = rows["task_id"].isna()
    if _MANY <= empty.mean() < 1:
        pool.warn("TT-851", rows, empty, "task_id")


def _closing_steps(pool: Pool, settings: Settings) -> None:
    rows = pool.rows("steps")
    steps = rows["step"].value_counts()
    absent = [name for name in (*settings.closing_steps, *settings.reopening_steps) if name not in steps.index]
    if settings.closing_steps and not absent:
        return
    names = sorted(str(name) for name in steps.index[steps >= settings.minimum_n])
    file, last = pool.of("steps")[0].raw.file, _last_steps(rows, settings.minimum_n) or "–"
    for name in absent:
        values = {"name": name, "nearest": nearest(name, names), "steps": last}
        pool.faults.append(fault("TT-852", file, column="step", values=values))
    if not settings.closing_steps:
        pool.faults.append(fault("TT-853", file, column="step", values={"steps": last}))


def _order_within_a_day(pool: Pool) -> None:
    """Warn of steps with a date only, several of one case on one day: their order is that of the file."""
    rows = pool.rows("steps")
    midnight = (rows["at"] == rows["at"].dt.normalize()).all()
    shared = rows.duplicated(["municipality", "case", "at"], keep=False)
    if midnight:
        pool.warn("TT-854", rows, shared, "at")


def _last_steps(rows: pd.DataFrame, minimum_n: int) -> str:
    """Name the steps that are most often the last of a case; one with few cases stays unnamed."""
    ordered = rows.iloc[np.argsort(rows["at"].to_numpy(), kind="stable")]
    last = ordered.drop_duplicates(["municipality", "case"], keep="last")["step"].value_counts()
    return ", ".join(f"{step} ({count})" for step, count in last[last >= minimum_n].head(_LISTED).items())
