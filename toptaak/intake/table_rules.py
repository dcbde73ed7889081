"""Rules about rows and tables together; each names the rows that break it and sets them aside."""

from __future__ import annotations

import numpy as np
import pandas as pd

from toptaak.core.faults import SHOWN_PER_CODE, Fault
from toptaak.core.settings import Settings
from toptaak.intake.ballot_rules import BALLOT, check_ballots, place_ballots
from toptaak.intake.case_rules import check_cases
from toptaak.intake.codes import CODES, fault, masked
from toptaak.intake.columns import ContractColumn, Kind
from toptaak.intake.double_rows import set_doubles_aside
from toptaak.intake.keys import group_numbers
from toptaak.intake.odd_numbers import check_numbers
from toptaak.intake.pool import Pool
from toptaak.intake.question_rules import check_questions, check_scores, check_who_was_asked
from toptaak.intake.readers.raw import nearest
from toptaak.intake.schema import failures
from toptaak.intake.tables import TABLES
from toptaak.intake.task_names import name_tasks
from toptaak.intake.totals_rules import check_totals
from toptaak.intake.typed_rows import TypedRows

_YEARS_APART = pd.Timedelta(days=3653)
_DAY = 86_400
_MOST = 0.5
_ENDS = (
    ("contacts", "started_at", "ended_at"),
    ("cases", "opened_at", "closed_at"),
    ("cases", "opened_at", "due_at"),
    ("targets", "valid_from", "valid_to"),
    ("staff_feedback", "submitted_on", "solved_on"),
    ("wishes", "date", "decided_on"),
    ("signals", "date", "followed_up_on"),
)


def check(pool: Pool, settings: Settings, *, alone: bool = False) -> None:
    """Apply every rule to all tables; rows that break one are set aside in their part.

    Parameters
    ----------
    alone
        One file is looked at: what it says about other tables is not judged.
    """
    for name in pool.names():
        _contract(pool, name)
        _far_dates(pool, name)
    _ends(pool)
    _contradictions(pool)
    _more_finished(pool)
    _long_durations(pool)
    check_totals(pool)
    check_questions(pool)
    check_who_was_asked(pool)
    _task_list(pool, settings)
    # a row that is wrong by itself is no rival of its double, and what others refer to comes first
    for name in ("tasks", "questions", "respondents"):
        set_doubles_aside(pool, name)
    if not alone:
        # first, so that a voter is found whatever his ballot is set aside for
        place_ballots(pool)
        name_tasks(pool)
        _unknown_tasks(pool)
        _other_lists(pool, settings)
        check_scores(pool)
    check_ballots(pool, settings)
    for name in sorted(set(pool.names()) - {"tasks", "questions", "respondents"}):
        set_doubles_aside(pool, name)
    check_cases(pool, settings)
    check_numbers(pool)
    for delivery in pool.parts:
        delivery.faults += _too_many(delivery, settings)


def _contract(pool: Pool, name: str) -> None:
    """Blame the cells that break the pandera schema."""
    rows = pool.rows(name)
    broken = failures(rows.drop(columns=["_part", "_place"]), name)
    for (column_name, rule), cases in broken.groupby(["column", "check"], sort=False):
        column = TABLES[name].column(str(column_name))
        if column is not None:
            mask = np.zeros(len(rows), dtype=bool)
            mask[cases["index"].to_numpy(dtype=np.int64)] = True
            code, values = _broken_rule(column, str(rule))
            pool.set_aside(code, rows, mask, column.name, values=values)


def _broken_rule(column: ContractColumn, rule: str) -> tuple[str, dict[str, object]]:
    if rule == "not_nullable":
        return "TT-040", {}
    if rule.startswith("isin"):
        return "TT-041", {"expected": ", ".join(column.choices)}
    low = f"> {column.above:g}" if column.above is not None else f"≥ {column.minimum:g}"
    bounds = low if column.maximum is None else f"{low}, ≤ {column.maximum:g}"
    return ("TT-046" if column.kind is Kind.DURATION else "TT-045"), {"expected": bounds}


def _far_dates(pool: Pool, name: str) -> None:
    """Blame dates more than ten years from the median of their file: a year typed wrongly.

    A case may be that old: `check_cases` warns of it.
    """
    when = TABLES[name].when
    column = TABLES[name].column(when) if when else None
    if column is None or column.kind not in (Kind.DATE, Kind.TIME):
        return
    for delivery in pool.of(name):
        times = delivery.frame[column.name]
        middle = times[delivery.kept].median()
        apart = times - middle
        far = (apart if name == "cases" else apart.abs()) > _YEARS_APART
        if far.any():
            delivery.set_aside("TT-081", far.to_numpy(bool, na_value=False), column.name, times.dt.date)


def _ends(pool: Pool) -> None:
    for name, start, end in _ENDS:
        if pool.has(name):
            rows = pool.rows(name, (start, end))
            pool.set_aside("TT-079", rows, (rows[end] < rows[start]).to_numpy(bool, na_value=False), end)


def _contradictions(pool: Pool) -> None:
    if pool.has("attempts"):
        rows = pool.rows("attempts", ("verified_success", "outcome"))
        verified = rows["verified_success"]
        failed = (verified & rows["outcome"].isin(["failed", "gave_up"])).fillna(False)
        completed = (~verified & (rows["outcome"] == "completed")).fillna(False)
        pool.set_aside("TT-080", rows, (failed | completed).to_numpy(bool), "outcome")


def _more_finished(pool: Pool) -> None:
    if pool.has("forms"):
        rows = pool.rows("forms")
        more = (rows["finished"] > rows["started"]).fillna(False)
        pool.set_aside("TT-085", rows, more.to_numpy(bool), "finished")


def _long_durations(pool: Pool) -> None:
    for delivery in pool.of("attempts"):
        long = int((delivery.frame["duration_s"] > _DAY)[delivery.kept].sum())
        if long:
            delivery.faults.append(fault("TT-084", delivery.raw.file, column="duration_s", count=long))


def _task_list(pool: Pool, settings: Settings) -> None:
    versions = sorted(pool.rows("tasks")["list_version"].unique())
    single = len(versions) == 1 if settings.list_version is None else settings.list_version in versions
    if versions and not single:
        names = ", ".join(versions)
        pool.faults.append(fault("TT-076", pool.of("tasks")[0].raw.file, values={"names": names}))


def _unknown_tasks(pool: Pool) -> None:
    with_tasks = [name for name in pool.names() if name != "tasks" and "task_id" in TABLES[name].names]
    if not pool.has("tasks") and "tasks" not in pool.broken:
        for name in with_tasks:
            pool.faults += [
                fault("TT-075", file) for file in dict.fromkeys(delivery.raw.file for delivery in pool.of(name))
            ]
    if not pool.complete("tasks"):
        return
    known = pool.rows("tasks")["task_id"]
    names = sorted(known.unique())
    for name in with_tasks:
        rows = pool.rows(name, ("task_id", *(BALLOT if name == "ballots" else ())))
        strange = sorted({*rows["task_id"].dropna().unique()}.difference(names))
        if not strange:
            continue
        unknown = rows["task_id"].isin(strange).to_numpy()
        _blame_unknown(pool, name, rows, unknown, names)


def _other_lists(pool: Pool, settings: Settings) -> None:
    """Blame picks of a task that is not on the list in force; a survey held on another list is only named."""
    if settings.list_version is None or not pool.complete("tasks") or not pool.has("ballots"):
        return
    tasks = pool.rows("tasks")
    names = sorted(tasks.loc[tasks["list_version"] == settings.list_version, "task_id"].unique())
    rows = pool.rows("ballots")
    other = ~rows["task_id"].isin(names)
    elsewhere = (other.groupby(rows["survey"]).transform("mean") > _MOST).to_numpy(bool)
    _blame_unknown(pool, "ballots", rows, other.to_numpy(bool) & ~elsewhere, names)
    for survey, ballots in rows[elsewhere].groupby("survey", sort=True):
        values = {"version": settings.list_version, "survey": masked(survey)}
        file = pool.parts[int(ballots["_part"].iloc[0])].raw.file
        pool.faults.append(fault("TT-069", file, values=values, column="task_id", count=len(ballots)))


def _blame_unknown(pool: Pool, name: str, rows: pd.DataFrame, unknown: np.ndarray, names: list[str]) -> None:
    odd = list(rows.loc[unknown, "task_id"].unique())
    for task in odd[:SHOWN_PER_CODE]:
        this = unknown & (rows["task_id"] == task).to_numpy(bool, na_value=False)
        _blame_tasks(pool, name, rows, this, nearest(task, names))
    _blame_tasks(pool, name, rows, unknown & rows["task_id"].isin(odd[SHOWN_PER_CODE:]).to_numpy(), "–")


def _blame_tasks(pool: Pool, name: str, rows: pd.DataFrame, mask: np.ndarray, nearest_task: str) -> None:
    along = _rest_of_ballot(name, rows, mask)
    pool.set_aside("TT-074", rows, mask, "task_id", along=along, values={"nearest": nearest_task})


def _rest_of_ballot(name: str, rows: pd.DataFrame, mask: np.ndarray) -> np.ndarray | None:
    """Give all rows of the ballots that hold one of these rows."""
    if name != "ballots":
        return None
    numbers, _ = group_numbers(rows, BALLOT)
    return np.isin(numbers, numbers[mask])


def _too_many(delivery: TypedRows, settings: Settings) -> list[Fault]:
    codes = [code for _, code in delivery.gone if CODES[code].counts]
    if not delivery.rows_read or len(codes) / delivery.rows_read <= settings.set_aside_limit:
        return []
    share, limit = (f"{ratio:.0%}" for ratio in (len(codes) / delivery.rows_read, settings.set_aside_limit))
    # a setting, and not the file, is what sets large ballots aside
    code = "TT-818" if codes.count("TT-072") > len(codes) / 2 else "TT-089"
    return [fault(code, delivery.raw.file, sheet=delivery.raw.sheet, found=share, values={"limit": limit})]
