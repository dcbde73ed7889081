"""Every measure of the catalogue on the tables that are there."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Final

import pandas as pd

from toptaak.core.results import NO_TABLE, results, stack
from toptaak.core.settings import Settings
from toptaak.kpi import contact_log, forms, journeys, outcomes, scores, service_levels, times
from toptaak.kpi.catalogue import CATALOGUE
from toptaak.kpi.summaries import Observations, Summary, estimates, summarise, unmeasured, with_period

Tables = Mapping[str, pd.DataFrame | None]
Present = dict[str, pd.DataFrame]
Observe = Callable[[Present, Sequence[str], Settings], Observations]


def _from_attempts(observe: Callable[[pd.DataFrame], Observations]) -> Observe:
    return lambda tables, by, settings: observe(tables["attempts"])


def _from_cases(observe: Callable[[pd.DataFrame], Observations]) -> Observe:
    return lambda tables, by, settings: observe(tables.get("contacts", tables.get("steps", _NO_ROWS)))


def _from_steps(observe: Callable[[pd.DataFrame], Observations]) -> Observe:
    return lambda tables, by, settings: observe(tables["steps"])


def _from_contacts(observe: Callable[[pd.DataFrame], Observations]) -> Observe:
    return lambda tables, by, settings: observe(tables.get("contact_moments", _NO_CONTACTS))


def _from_contacts_by(observe: Callable[[pd.DataFrame, Settings], Observations]) -> Observe:
    return lambda tables, by, settings: observe(tables.get("contact_moments", _NO_CONTACTS), settings)


def _from_answers(kind: str) -> Observe:
    return lambda tables, by, settings: scores.answers(tables["ratings"], tables["questions"], kind, by)


def _from_effort(name: str) -> Observe:
    return lambda tables, by, settings: scores.effort_boxes(tables["ratings"], tables["questions"], name, by)


def _from_forms(tables: Present, by: Sequence[str], settings: Settings) -> Observations:
    return forms.finished_or_not(tables["forms"])


def _promoters(tables: Present, by: Sequence[str], settings: Settings) -> Observations:
    return scores.promoters(tables["ratings"], tables["questions"], settings.nps, by)


def _promoters_government(tables: Present, by: Sequence[str], settings: Settings) -> Observations:
    return scores.promoters(tables["ratings"], tables["questions"], settings.nps_government, by)


_NO_ROWS = pd.DataFrame()
_NO_CONTACTS = pd.DataFrame({"municipality": [], "case": [], "started_at": pd.to_datetime([])})
OBSERVERS: Final[Mapping[str, Observe]] = MappingProxyType(
    {
        "success_rate": _from_attempts(outcomes.succeeded),
        "failure_rate": _from_attempts(outcomes.failed),
        "disaster_rate": _from_attempts(outcomes.disasters),
        "reported_success": _from_attempts(outcomes.reported),
        "completion_time": _from_cases(times.case_times),
        "open_cases": _from_cases(journeys.open_or_not),
        "zero_durations": _from_cases(times.zero_or_not),
        "attempt_time": _from_attempts(times.attempt_times),
        "form_completion_rate": _from_forms,
        "contacts_per_case": _from_cases(journeys.contact_counts),
        "steps_per_case": _from_steps(journeys.step_counts),
        "ces1": _from_answers("ces1"),
        "ces2": _from_answers("ces2"),
        **{name: _from_effort(name) for name in scores.BOXES},
        "satisfaction": _from_answers("mark"),
        "net_promoter_score": _promoters,
        "net_promoter_score_government": _promoters_government,
        "channel_switches": _from_cases(contact_log.switch_counts),
        "channel_switch_rate": _from_cases(contact_log.switched_or_not),
        "first_contact_resolution": _from_cases(contact_log.solved_at_once),
        "repeat_contact_rate": _from_contacts_by(contact_log.came_back),
        "abandoned_rate": _from_contacts(service_levels.abandoned),
        "short_wait_rate": _from_contacts_by(service_levels.waited_shortly),
        "service_level": _from_contacts_by(service_levels.answered_in_time),
        "speed_of_answer": _from_contacts(service_levels.waits),
        "handling_time": _from_contacts(service_levels.handling_times),
    }
)


def measure_all(tables: Tables, by: Sequence[str] = (), settings: Settings | None = None) -> pd.DataFrame:
    """Give every measure of this room as one result frame.

    Parameters
    ----------
    tables
        Checked tables by name: attempts, forms, contacts, steps, ratings, questions; None or absent where there is
        none. Cases may stand for contacts, for the measures of whole cases.
    by
        Group columns: municipality, task_id, channel, quarter, or any other column of a table. A measure
        whose table lacks a group column gives no rows.
    settings
        Confidence level and cut-offs.

    Returns
    -------
    One row per group and measure, in the order of the catalogue. A measure whose tables are missing has one
    row, `_all` in every group column, that says so.

    Examples
    --------
    >>> frame = measure_all({"attempts": pd.DataFrame({"verified_success": [True, True, False]})})
    >>> frame.set_index("measure").loc["success_rate", "n"]
    np.int64(3)
    >>> frame.set_index("measure").loc["completion_time", "note"]
    'not measurable: the table is missing'
    """
    settings = settings or Settings()
    frames = [estimates(one, settings) for one in summaries(tables, by, settings).values()]
    return stack([frame for frame in frames if len(frame)], by) if frames else results([], by)


def summaries(
    tables: Tables,
    by: Sequence[str] = (),
    settings: Settings | None = None,
    measures: Collection[str] | None = None,
) -> dict[str, Summary]:
    """Give the summary of every measure of this room, or of some; what a comparison needs (`kpi.compare`)."""
    settings = settings or Settings()
    names = [name for name in CATALOGUE if name in OBSERVERS and (measures is None or name in measures)]
    present = _prepared(tables, by)
    return {name: _summary(name, present, by, settings) for name in names}


def observations(name: str, tables: Tables, by: Sequence[str] = (), settings: Settings | None = None) -> Observations:
    """Give the single observations behind a measure of this room, none where its tables are missing."""
    found = _observations(name, _prepared(tables, by), by, settings or Settings())
    return Observations(pd.DataFrame({"value": [], **{one: [] for one in by}})) if found is None else found


def _observations(name: str, tables: Present, by: Sequence[str], settings: Settings) -> Observations | None:
    found = CATALOGUE[name]
    if not any(needed and needed.keys() <= tables.keys() for needed in (found.needs, found.alternative)):
        return None
    return OBSERVERS[name](tables, by, settings)


def _summary(name: str, tables: Present, by: Sequence[str], settings: Settings) -> Summary:
    found = _observations(name, tables, by, settings)
    return unmeasured(name, NO_TABLE, by) if found is None else summarise(name, found, by)


def _prepared(tables: Tables, by: Sequence[str]) -> Present:
    """Do once per table what every measure would do again: cases, quarters, and codes for groups."""
    present = {name: table for name, table in tables.items() if table is not None}
    if "contacts" in present and "seconds" not in present["contacts"].columns:
        present["contact_moments"] = present["contacts"]
    present |= {name: journeys.all_cases(present[name]) for name in ("contacts", "steps") if name in present}
    return {name: _coded(with_period(table, by), by) for name, table in present.items()}


def _coded(table: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    return table.assign(**{name: table[name].astype("category") for name in by if name in table.columns})
