"""Trials: small, boxed in time, with what counts as success written down before they begin.

The register is a TOML file, `trials.toml`, because a trial is thought out in words; it is read whole or refused
with every fault. What came out is measured elsewhere and comes in as a result frame.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import pandas as pd
from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core.core_schema import ValidationInfo

from toptaak.core.model_faults import refusal
from toptaak.core.results import ALL, NOT_MEASURABLE, RESULT_COLUMNS, result_row, results
from toptaak.core.settings import Settings
from toptaak.core.wording import message, translator
from toptaak.governance.fields import (
    KnownMeasure,
    KnownNames,
    Kpi,
    MunicipalityCode,
    Owner,
    Sentence,
    TaskId,
    Text,
    each_once,
    world_of,
)
from toptaak.governance.plan_files import load_plan, template_text
from toptaak.stats.sample_size import for_two_means, for_two_proportions

FILE_NAME: Final = "trials.toml"
LONGEST_WEEKS: Final = 26
POWER: Final = 0.8
Decision = Literal["keep", "change", "stop"]


def _in_time(end: dt.date, info: ValidationInfo) -> dt.date:
    start = info.data.get("start")
    if start is not None and not dt.timedelta(0) < end - start <= dt.timedelta(weeks=LONGEST_WEEKS):
        expected = message("an end at most {weeks} weeks after the start", weeks=LONGEST_WEEKS)
        raise refusal("TT-738", expected, message("Check both dates; a trial is boxed in time."))
    return end


def _with_direction(kpi: str, info: ValidationInfo) -> str:
    world = world_of(info)
    if world and kpi in world.measures and world.measures[kpi].direction == "none":
        expected = message("a KPI of which higher or lower is better")
        raise refusal("TT-739", expected, message("Choose another KPI for the trial."))
    return kpi


def _possible(effect: float, info: ValidationInfo) -> float:
    world, baseline = world_of(info), info.data.get("baseline")
    known = world.measures.get(info.data.get("kpi", "")) if world else None
    if known and known.unit == "ratio" and baseline is not None:
        aim = _aim(baseline, effect, known)
        if not 0 <= aim <= 1:
            expected = message("an effect after which the KPI still lies between 0 and 1")
            raise refusal("TT-723", expected, message("Write 85% as 0.85, and a time in seconds."))
    return effect


def _needed_sd(sd: float | None, info: ValidationInfo) -> float | None:
    world = world_of(info)
    known = world.measures.get(info.data.get("kpi", "")) if world else None
    if sd is None and known and known.unit != "ratio":
        expected = message("the standard deviation of single observations, for the sample size")
        raise refusal("TT-711", expected, message("Add {name}.", name="sd"))
    return sd


def _decided_whole(by: str | None, info: ValidationInfo) -> str | None:
    given = [info.data.get(name) is not None for name in ("decision", "decided_on")]
    if any(given) != all([*given, by is not None]):
        expected = message("decision, decided_on and decided_by together, or none of them")
        raise refusal("TT-731", expected, message("Complete the decision, or take it out."))
    return by


def _after_the_start(day: dt.date | None, info: ValidationInfo) -> dt.date | None:
    start = info.data.get("start")
    if day is not None and start is not None and day < start:
        raise refusal("TT-732", message("a decision after the start"), message("Check both dates."))
    return day


def _aim(baseline: float, effect: float, known: KnownMeasure) -> float:
    return baseline + (effect if known.direction == "higher" else -effect)


class Trial(BaseModel):
    """One trial.

    Attributes
    ----------
    id : str
        Short name, for example `sms-status`.
    hypothesis : str
        One sentence: what is expected of what.
    kpi, task, channel : str
        What is measured, and on what; `_all` for all together.
    start, end : date
        At most 26 weeks apart.
    baseline : float
        The KPI now, in its unit.
    smallest_effect : float
        Smallest improvement worth having, above zero, in the unit of the KPI; which way is better the KPI knows.
    sd : float, optional
        Standard deviation of single observations; needed unless the KPI is a ratio.
    owner : str
        One role.
    decision, decided_on, decided_by
        Keep, change or stop, with its day and the role that decided; all three or none.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
    hypothesis: Sentence
    kpi: Annotated[Kpi, AfterValidator(_with_direction)]
    task: TaskId = ALL
    channel: str = ALL
    start: dt.date
    end: Annotated[dt.date, AfterValidator(_in_time)]
    baseline: Annotated[float, Field(allow_inf_nan=False)]
    smallest_effect: Annotated[float, Field(gt=0, allow_inf_nan=False), AfterValidator(_possible)]
    sd: Annotated[
        Annotated[float, Field(gt=0, allow_inf_nan=False)] | None,
        AfterValidator(_needed_sd),
        Field(validate_default=True),
    ] = None
    owner: Owner
    decision: Decision | None = None
    decided_on: Annotated[dt.date | None, AfterValidator(_after_the_start)] = None
    decided_by: Annotated[Text | None, AfterValidator(_decided_whole), Field(validate_default=True)] = None

    def needed(self, known: KnownMeasure, power: float = POWER, confidence: float = 0.95) -> int:
        """Give the observations per group that the trial needs to see its smallest effect.

        Two-sided test; two proportions for a ratio, else a t test of two means (`stats.sample_size`).
        """
        if known.unit == "ratio":
            aim = _aim(self.baseline, self.smallest_effect, known)
            return math.ceil(for_two_proportions(self.baseline, aim, power, confidence))
        return math.ceil(for_two_means(self.smallest_effect, self.sd or math.nan, power, confidence))


class TrialRegister(BaseModel):
    """The trials of one municipality."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    municipality: MunicipalityCode
    trial: Annotated[list[Trial], each_once(lambda entry: entry.id)]


def load_trials(
    path: Path,
    known_measures: Mapping[str, KnownMeasure],
    known_tasks: Collection[str] | None = None,
    municipality: str | None = None,
) -> TrialRegister:
    """Read a register of trials.

    Parameters
    ----------
    path
        A `trials.toml`.
    known_measures
        The catalogue of measures.
    known_tasks
        Codes of the task list; None leaves them unchecked.
    municipality
        The one that is asked for; a register of another one is refused.

    Raises
    ------
    InputRefused
        with every fault at once, each with its line.
    """

    def world(data: dict[str, Any]) -> KnownNames:
        return KnownNames(known_measures, known_tasks, municipality=municipality)

    return load_plan(path, TrialRegister, world)


def trials_template(language: str, municipality: str = "GM0000", start: dt.date = dt.date(2026, 1, 5)) -> str:
    """Give a commented register with one trial to fill in.

    Examples
    --------
    >>> trials_template("en").splitlines()[0]
    '# Trials'
    """
    end = start + dt.timedelta(weeks=8)
    return template_text("trials", language, municipality=municipality, start=start, end=end)


def judge_trials(
    register: TrialRegister,
    changes: pd.DataFrame,
    on: dt.date,
    measures: Mapping[str, KnownMeasure],
    language: str,
    settings: Settings | None = None,
) -> pd.DataFrame:
    """Lay what came out beside what was worth having, and propose keep, change or stop.

    Parameters
    ----------
    changes
        Result frame with the extension `change` and a group column `trial` (its id): the difference, after minus
        before or with minus without, in the unit of the KPI (`governance.effects.before_after`).
    on
        The day of judgement; before the end of a trial nothing is proposed.

    Returns
    -------
    DataFrame
        Result frame with the extension `trial` by `municipality`, `trial`, `task_id` and `channel`, in the order
        of the register. `estimate`: the difference with its interval. `n`: the smaller of the two groups.

    Notes
    -----
    With the difference turned so that above zero is better, [low, high] its interval and e the smallest effect
    worth having: high < e → stop (an effect worth having is ruled out); low > 0 → keep; else → change (not
    certain: change the trial, or go on with more observations).

    Raises
    ------
    ValueError
        where a trial has more than one change.
    """
    level = settings or Settings()
    if changes["trial"].duplicated().any():
        raise ValueError("a trial has one outcome")
    by_trial = {str(row["trial"]): row for row in changes.to_dict("records")}
    rows = [
        {"municipality": register.municipality}
        | _judged(trial, by_trial.get(trial.id), on, measures[trial.kpi], level, language)
        for trial in register.trial
    ]
    return results(rows, ("municipality", "trial", "task_id", "channel"), "trial")


def _judged(
    trial: Trial,
    change: Mapping[Any, Any] | None,
    on: dt.date,
    known: KnownMeasure,
    settings: Settings,
    language: str,
) -> dict[str, object]:
    needed = trial.needed(known, confidence=settings.confidence)
    row = result_row(trial.kpi, note=NOT_MEASURABLE)
    if change is not None:
        row = {name: change[name] for name in RESULT_COLUMNS} | {"n": min(change["n"], change["reference_n"])}
    proposal, reason = _proposal(trial, row, on, known, needed, settings.minimum_n, language)
    kept = {name: getattr(trial, name) for name in ("hypothesis", "start", "end", "smallest_effect", "decision")}
    decided = {name: getattr(trial, name) for name in ("decided_on", "decided_by")}
    place = {"trial": trial.id, "task_id": trial.task, "channel": trial.channel}
    return row | place | kept | decided | {"needed_n": needed, "proposal": proposal, "reason": reason}


def _proposal(
    trial: Trial,
    row: Mapping[str, Any],
    on: dt.date,
    known: KnownMeasure,
    needed: int,
    minimum_n: int,
    language: str,
) -> tuple[str, str]:
    say = translator(language)
    if on < trial.end:
        return "", say("The trial runs until {date}.", date=say.date(trial.end))
    turn = 1 if known.direction == "higher" else -1
    low, high = sorted((turn * row["ci_low"], turn * row["ci_high"]))
    size = {"n": say.number(row["n"]), "needed": say.number(needed)}
    if row["n"] < minimum_n or not (math.isfinite(low) and math.isfinite(high)):
        return "change", say("There are too few observations; {needed} per group are needed.", needed=size["needed"])
    if high < trial.smallest_effect:
        return "stop", say("An effect worth having is ruled out.")
    if low > 0:
        return "keep", say("The trial demonstrably helps.")
    return "change", say("It is not certain that the trial helps: {n} of the {needed} observations per group.", **size)
