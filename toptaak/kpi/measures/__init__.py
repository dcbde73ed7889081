"""The measures, each declared once beside the function that observes it, by subject; and the calls that measure.

A declaration says what a measure is called, means and needs, and which way is better. Texts are English source texts;
`kpi/locale/nl.po` holds the Dutch. Reports, documentation and checks read this list. A new measure is one function and
one declaration in the module of its subject.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from difflib import get_close_matches
from functools import cached_property
from types import MappingProxyType
from typing import Final

import pandas as pd

from toptaak.core.results import NO_TABLE, results
from toptaak.core.settings import Settings
from toptaak.kpi import journeys
from toptaak.kpi.declaration import Measure
from toptaak.kpi.measures import answers, cases, contacts, outcomes, relations, votes, waiting
from toptaak.kpi.observations import Observations
from toptaak.kpi.summaries import (
    Summary,
    clusters_of,
    estimates,
    estimates_together,
    summarise,
    unmeasured,
    with_period,
)

Tables = Mapping[str, pd.DataFrame | None]
Present = dict[str, pd.DataFrame]
# Summaries by measure and group columns.
Known = Mapping[tuple[str, tuple[str, ...]], Summary]

_TELL_CASES: Final = {"cases", "contacts", "steps"}
_SUBJECTS = (votes, outcomes, cases, contacts, waiting, answers, relations)

CATALOGUE: Final[Mapping[str, Measure]] = MappingProxyType(
    {entry.id: entry for subject in _SUBJECTS for entry in subject.MEASURES}
)
# Columns by which a report groups: they are prepared once.
GROUPS: Final = ("municipality", "quarter", "week", "channel", "task_id")
# The measures that come from one value per observation; the others have their own function.
OBSERVED: Final = tuple(name for name, entry in CATALOGUE.items() if entry.observe is not None)
# The tables that measures come from.
MEASURED: Final = frozenset(
    table
    for entry in CATALOGUE.values()
    for needs in (entry.needs, entry.alternative, entry.registered)
    for table in needs
)

# What a case that began before the log would change.
OF_WHOLE_CASES: Final = frozenset(entry.id for subject in (cases, contacts) for entry in subject.MEASURES)


def declaration(name: str) -> Measure:
    """Look the declaration of a measure up.

    Raises
    ------
    KeyError
        naming the measure that looks most like it.

    Examples
    --------
    >>> declaration("success_rate").unit
    'ratio'
    """
    if name in CATALOGUE:
        return CATALOGUE[name]
    nearest = get_close_matches(name, CATALOGUE, n=1, cutoff=0.3)
    hint = f"; did you mean {nearest[0]!r}?" if nearest else ""
    raise KeyError(f"unknown measure {name!r}{hint}")


def board_measures() -> list[Measure]:
    """List the board's KPIs in the order of the catalogue."""
    return [entry for entry in CATALOGUE.values() if entry.board]


def measure(name: str, tables: Tables, by: Sequence[str] = (), settings: Settings | None = None) -> pd.DataFrame:
    """Give one measure as a result frame: one row per group.

    Parameters
    ----------
    name
        One of `OBSERVED`.
    tables, by, settings
        As for `measure_all`.

    Raises
    ------
    KeyError
        for a name that is not in the catalogue, or of a measure that has its own function.

    Examples
    --------
    >>> attempts = pd.DataFrame({"verified_success": [True] * 8 + [False] * 2})
    >>> frame = measure("success_rate", {"attempts": attempts}).round(3)
    >>> frame[["n", "estimate", "ci_low", "ci_high"]].values.tolist()
    [[10.0, 0.8, 0.49, 0.943]]
    """
    if declaration(name).observe is None:
        raise KeyError(f"{name!r} does not come from one value per observation: it has its own function")
    return estimates(summarise_all(tables, by, settings, [name])[name], settings or Settings())


def measure_all(tables: Tables, by: Sequence[str] = (), settings: Settings | None = None) -> pd.DataFrame:
    """Give every measure of this room as one result frame.

    Parameters
    ----------
    tables
        Checked tables by name: attempts, forms, cases, contacts, steps, ratings, questions; None or absent where there
        is none. Cases may stand for contacts, for the measures of whole cases.
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
    summaries = [summary for summary in summarise_all(tables, by, settings).values() if len(summary.groups)]
    return estimates_together(summaries, settings) if summaries else results([], by)


def summarise_all(
    tables: Tables,
    by: Sequence[str] = (),
    settings: Settings | None = None,
    measures: Collection[str] | None = None,
) -> dict[str, Summary]:
    """Give the summary of every measure of this room, or of some; what a comparison needs (`kpi.compare`)."""
    settings = settings or Settings()
    names = [name for name in OBSERVED if measures is None or name in measures]
    if isinstance(tables, MeasuredTables) and tables.settings == settings:
        return {name: tables.summary(name, by) for name in names}
    present = _prepared(tables, by, settings)
    return {name: _summary(name, _observations(name, present, by, settings), by) for name in names}


def observations(name: str, tables: Tables, by: Sequence[str] = (), settings: Settings | None = None) -> Observations:
    """Give the single observations behind a measure of this room, none where its tables are missing."""
    settings = settings or Settings()
    if isinstance(tables, MeasuredTables) and tables.settings == settings:
        observed = tables.observed(name, by)
    else:
        observed = _observations(name, _prepared(tables, by, settings), by, settings)
    return Observations(pd.DataFrame({"value": [], **{column: [] for column in by}})) if observed is None else observed


class MeasuredTables(dict[str, pd.DataFrame | None]):
    """Tables of which everything is measured once, however many calls ask for it.

    They are tables by name for everybody else. The tables must not change afterwards.

    Parameters
    ----------
    tables
        Checked tables by name.
    settings
        Those with which the tables are measured; a call with others measures anew.
    known
        Summaries that are known already, by measure and group columns.

    Examples
    --------
    >>> tables = MeasuredTables({"attempts": pd.DataFrame({"verified_success": [True, False]})}, Settings())
    >>> tables.summary("success_rate") is tables.summary("success_rate")
    True
    """

    def __init__(self, tables: Tables, settings: Settings, known: Known | None = None) -> None:
        super().__init__(tables)
        self.settings = settings
        self._known = {} if known is None else known
        self._summaries: dict[tuple[str, tuple[str, ...]], Summary] = {}
        self._observed: dict[tuple[str, bool, bool], Observations | None] = {}

    def __repr__(self) -> str:
        return rows_per_table(self)

    def summary(self, name: str, by: Sequence[str] = ()) -> Summary:
        """Give the summary of a measure."""
        key = (name, tuple(by))
        if key not in self._summaries:
            summary = self._known.get(key)
            self._summaries[key] = _summary(name, self.observed(name, by), by) if summary is None else summary
        return self._summaries[key]

    def observed(self, name: str, by: Sequence[str]) -> Observations | None:
        """Give the single observations behind a measure, None where its tables are missing."""
        if not set(by) <= {*GROUPS, "part"}:
            return _observations(name, _prepared(self, by, self.settings), by, self.settings)
        # what needs time to ripen is followed until the end of its quarter
        key = (name, "part" in by, "quarter" in by)
        if key not in self._observed:
            self._observed[key] = _observations(name, self._present, by, self.settings)
        return self._observed[key]

    @cached_property
    def gathered(self) -> Present:
        """The cases that contacts, steps and all tables together (`cases`) tell of; empty where none does."""
        present = {name: table for name, table in self.items() if table is not None and name in _TELL_CASES}
        alone = {name: journeys.all_cases(table, self.settings) for name, table in present.items() if name != "cases"}
        if not present:
            return {}
        return alone | {"cases": journeys.gathered(present if "cases" in present else alone, self.settings)}

    @cached_property
    def _present(self) -> Present:
        return _prepared(self, GROUPS, self.settings)


def rows_per_table(tables: Tables) -> str:
    """Say which tables there are and how long they are, and nothing of what stands in them.

    Examples
    --------
    >>> rows_per_table({"tasks": pd.DataFrame({"task_id": ["T1", "T2"]}), "steps": None})
    'tasks: 2 rows'
    """
    return ", ".join(f"{name}: {len(table)} rows" for name, table in tables.items() if table is not None)


def cases_of(tables: Tables, settings: Settings) -> pd.DataFrame:
    """Gather the cases that tables tell of, as `journeys.gathered` gives them; those of measured tables once."""
    return measured_tables(tables, settings).gathered.get("cases", pd.DataFrame())


def measured_tables(tables: Tables, settings: Settings) -> MeasuredTables:
    """Give the same tables when they are measured with these settings already; else such tables."""
    same = isinstance(tables, MeasuredTables) and tables.settings == settings
    return tables if same else MeasuredTables(tables, settings)  # type: ignore[return-value]


def _observations(name: str, tables: Present, by: Sequence[str], settings: Settings) -> Observations | None:
    observe = CATALOGUE[name].observe
    return observe(tables, by, settings) if is_told_by(name, tables) and observe else None


def is_told_by(name: str, tables: Collection[str]) -> bool:
    """Tell whether tables are enough to measure something; contacts and steps tell of cases as well.

    Examples
    --------
    >>> is_told_by("completion_time", ["steps"]), is_told_by("satisfaction", ["ratings"])
    (True, False)
    """
    entry, there = CATALOGUE[name], set(tables)
    there |= {"cases"} if there & _TELL_CASES else set()
    return any(needed and needed.keys() <= there for needed in (entry.needs, entry.alternative, entry.registered))


def _summary(name: str, observed: Observations | None, by: Sequence[str]) -> Summary:
    return unmeasured(CATALOGUE[name], NO_TABLE, by) if observed is None else summarise(CATALOGUE[name], observed, by)


def _prepared(tables: Tables, by: Sequence[str], settings: Settings) -> Present:
    """Do once per table what every measure would do again: cases, quarters, and codes for groups."""
    present = {name: table for name, table in tables.items() if table is not None and name in MEASURED}
    if "contacts" in present and "seconds" not in present["contacts"].columns:
        present["contact_moments"] = present["contacts"]
    present |= measured_tables(tables, settings).gathered
    return {name: _clustered(_coded(with_period(table, by), by)) for name, table in present.items()}


def _clustered(table: pd.DataFrame) -> pd.DataFrame:
    clusters = clusters_of(table)
    return table if clusters is None else table.assign(cluster=clusters)


def _coded(table: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    return table.assign(**{name: table[name].astype("category") for name in by if name in table.columns})
