"""Goals derived from the table `targets`: a target with a date and an owner is a goal."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import pandas as pd
from pydantic import ValidationError

from toptaak.core.faults import Fault, Severity, shown
from toptaak.core.model_faults import explained
from toptaak.core.results import ALL
from toptaak.core.wording import message, translator
from toptaak.governance.fields import KnownMeasure, KnownNames
from toptaak.governance.goals import SMART_CODE, Goal, smart_gaps
from toptaak.governance.plan_files import plan_rule

FILE = "targets"


def goal_text(goal_from: float | None, goal_to: float, known: KnownMeasure, language: str) -> str:
    """Say a goal in words from its KPI.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> goal_text(0.7, 0.8, SimpleNamespace(label="Success rate", unit="ratio"), "en")
    'Success rate from 70.0% to 80.0%'
    """
    translate = translator(language)
    to = _amount(goal_to, known.unit, language)
    if goal_from is None:
        return translate("{kpi} to {target}", kpi=translate(known.label), target=to)
    begin = _amount(goal_from, known.unit, language)
    name = translate(known.label)
    return translate("{kpi} from {baseline} to {target}", kpi=name, baseline=begin, target=to)


def _amount(value: float, unit: str, language: str) -> str:
    if unit == "ratio":
        return translator(language).percent(value)
    if unit == "seconds":
        return translator(language).duration(value)
    return translator(language).number(value * 100) if unit == "points" else translator(language).number(value, 1)


def team_goals(
    targets: pd.DataFrame,
    owners: Mapping[str, str],
    measures: Mapping[str, KnownMeasure],
    on: dt.date,
    language: str,
) -> tuple[list[Goal], list[Fault]]:
    """Derive goals from the targets in force.

    Parameters
    ----------
    targets
        Checked table `targets` of one municipality; one row is a target.
    owners
        Owner role per task, for example from `tasks.owner_team`; the key `_all` serves for a target without
        task.
    measures
        The catalogue.
    on
        Targets count that are valid on this day.

    Returns
    -------
    goals : list of Goal
        One per target that has a date and an owner, in the order of the table.
    faults : list of Fault
        Warnings on targets that are no goal: unknown measure, no date, no owner, an impossible value.
    """
    begun = targets["valid_from"] <= pd.Timestamp(on)
    running = targets["valid_to"].isna() | (targets["valid_to"] >= pd.Timestamp(on))
    goals: list[Goal] = []
    faults: list[Fault] = []
    for row in targets[begun & running].to_dict("records"):
        entry = _entry(row, owners, measures, language)
        try:
            goals.append(Goal.model_validate(entry, context={"world": KnownNames(measures)}))
        except ValidationError as error:
            faults.extend(_no_goal(entry, error, measures))
    return goals, faults


def _entry(
    row: Mapping[Any, Any],
    owners: Mapping[str, str],
    measures: Mapping[str, KnownMeasure],
    language: str,
) -> dict[str, Any]:
    """Write a target as a goal, as far as it goes; what is absent is left out."""
    task, channel = (ALL if pd.isna(row[name]) else str(row[name]) for name in ("task_id", "channel"))
    name, target = str(row["measure"]), float(row["target"])
    baseline = None if pd.isna(row["baseline"]) else float(row["baseline"])
    known = measures.get(name)
    entry = {
        "text": goal_text(baseline, target, known, language) if known else name,
        "kpi": name,
        "task": task,
        "channel": channel,
        "owner": owners.get(task),
        "start": row["valid_from"].date(),
        "baseline": baseline,
        "target": target,
        "deadline": None if pd.isna(row["valid_to"]) else row["valid_to"].date(),
    }
    return {key: value for key, value in entry.items() if value is not None}


def _no_goal(entry: Mapping[str, Any], error: ValidationError, measures: Mapping[str, KnownMeasure]) -> list[Fault]:
    complete = message("Complete the target; until then it is not a goal.")
    reasons = [(SMART_CODE, gap, complete) for gap in smart_gaps(entry)]
    broken = [broken_rule for broken_rule in error.errors(include_url=False) if broken_rule["type"] != "missing"]
    reasons.extend(
        plan_rule(broken_rule, broken_rule["loc"]) or explained(broken_rule, broken_rule["loc"], Goal, FILE)
        for broken_rule in broken
    )
    value = shown(f"{entry['kpi']}, {entry['task']}")
    return [Fault(code, Severity.WARNING, FILE, expected, repair, value) for code, expected, repair in reasons]
