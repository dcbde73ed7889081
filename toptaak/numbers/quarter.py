"""What a report is made from: one municipality, one quarter, and the numbers every section draws on.

The numbers are computed once, here, and published (small cells hidden) before a section sees them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from toptaak.core import municipalities
from toptaak.core.errors import ToptaakError
from toptaak.core.faults import Fault
from toptaak.core.municipalities import Municipality
from toptaak.core.periods import Quarter
from toptaak.core.results import ALL, NO_TABLE, RESULT_COLUMNS, is_observed
from toptaak.core.settings import Settings
from toptaak.core.wording import message
from toptaak.intake.known import known_on
from toptaak.kpi.measure_reader import MeasureReader, measure_reader
from toptaak.numbers.kept import earlier, kept_versions, published_before
from toptaak.numbers.parameters import read_parameters
from toptaak.numbers.presence import refuse_absent
from toptaak.privacy.disclosure import Publishable, as_published, publish, publish_together

if TYPE_CHECKING:
    from toptaak.intake.store import Store
    from toptaak.kpi.measures import Known
    from toptaak.surveys.ballots import Votes

ROLE, EMPLOYEE = "segment_role", "employee"
_MARGINS: Final = {"whole": ["quarter"], "channels": ["quarter", "channel"], "tasks": ["quarter", "task_id"]}
TABLES = (
    "tasks", "respondents", "ballots", "offered", "attempts", "cases", "contacts", "service_totals", "steps", "ratings",
    "questions", "targets", "interventions", "channel_lists", "effort", "forms", "open_answers", "wishes", "signals",
    "staff_feedback", "teams",
)  # fmt: skip


@dataclass(frozen=True, eq=False, repr=False)
class Source:
    """Everything a section may know; it shows which tables there are, never a person's row.

    `tables` holds the municipality's checked tables as they were known on the last day of the quarter, None where a
    table is absent. Everything is measured once, however many sections ask for it. `kept` holds what was published of
    earlier quarters (`numbers.kept.published_before`): it is shown as it was, whatever the tables say now.
    """

    municipality: Municipality
    quarter: Quarter
    language: str
    tables: Mapping[str, pd.DataFrame | None]
    settings: Settings
    account: pd.DataFrame
    faults: Sequence[Fault] = ()
    kept: pd.DataFrame | None = field(default=None, kw_only=True)

    def __post_init__(self) -> None:
        from toptaak.kpi.measures import measured_tables

        object.__setattr__(self, "tables", measured_tables(self.tables, self.settings))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.municipality.code}, {self.quarter}, {self.tables!r})"

    @property
    def say(self) -> MeasureReader:
        """Give the reader of the report."""
        return measure_reader(self.language)

    @property
    def quarters(self) -> list[str]:
        """List the quarters of the trend, oldest first; the report's own is the last."""
        return [*map(str, earlier(self.quarter)), str(self.quarter)]

    def has(self, *tables: str) -> bool:
        """Tell whether any of these tables has rows."""
        return any(_filled(self.tables.get(name)) for name in tables)

    @property
    def by_quarter(self) -> Publishable:
        """One row per quarter and measure."""
        return self._together["whole"]

    @cached_property
    def by_channel(self) -> Publishable:
        """One row per channel and measure, this quarter."""
        return self._together["channels"].where(quarter=str(self.quarter))

    @property
    def by_quarter_and_task(self) -> Publishable:
        """One row per quarter, task and measure."""
        return self._together["tasks"]

    @cached_property
    def by_task(self) -> Publishable:
        """One row per task and measure, this quarter."""
        return self.by_quarter_and_task.where(quarter=str(self.quarter))

    @cached_property
    def by_task_and_channel(self) -> Publishable:
        """One row per task, channel and measure, this quarter."""
        frame = measured(self.tables, ["quarter", "task_id", "channel"], self.settings)
        this_quarter = frame[(frame["quarter"].astype(str) == str(self.quarter)).to_numpy()]
        return publish_together(self.margins | {"both": this_quarter}, self.settings)["both"]

    @cached_property
    def margins(self) -> dict[str, pd.DataFrame]:
        """Give all that is told by quarter, alone and by task or channel, before anything is hidden in it."""
        return {name: self._until_now(measured(self.tables, by, self.settings)) for name, by in _MARGINS.items()}

    def _until_now(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Leave out the quarters to come: a legal term may end in one."""
        return frame[[quarter == ALL or str(quarter) <= str(self.quarter) for quarter in frame["quarter"]]]

    @cached_property
    def _together(self) -> dict[str, Publishable]:
        return {
            name: as_published(frame, self._kept(_MARGINS[name]), _MARGINS[name])
            for name, frame in publish_together(self.margins, self.settings).items()
        }

    def _kept(self, by: Sequence[str]) -> pd.DataFrame:
        """Give what was published of earlier quarters by these columns."""
        from toptaak.kpi.measures import OBSERVED

        if self.kept is None:
            return pd.DataFrame(columns=[*by, *RESULT_COLUMNS])
        rows = self.kept[self.kept["measure"].isin(OBSERVED)]
        for name in ("task_id", "channel"):
            rows = rows[(rows[name] != ALL) == (name in by)]
        return rows[[*by, *RESULT_COLUMNS]]

    @property
    def kept_quarters(self) -> list[str]:
        """List the quarters that are told as they were published, oldest first."""
        return [] if self.kept is None else sorted(self.kept["quarter"].astype(str).unique())

    @property
    def now(self) -> Publishable:
        """One row per measure, this quarter."""
        return self.by_quarter.where(quarter=str(self.quarter))

    @cached_property
    def kpis(self) -> list[str]:
        """Name the board KPIs that the tables allow, in the order of the catalogue.

        Whether customers succeed is asked of every table of attempts. Other KPIs that no row of the trend speaks of
        are left out: a log without answered calls has none of the telephone, and of the two versions of customer
        effort one is asked.
        """
        from toptaak.kpi.measures import board_measures

        frame = self.by_quarter.frame
        there = set(frame.loc[frame["note"] != NO_TABLE, "measure"])
        seen = set(frame.loc[is_observed(frame), "measure"])
        return [
            measure.id
            for measure in board_measures()
            if measure.id in there and (measure.id in seen or "attempts" in measure.needs)
        ]

    @cached_property
    def kpis_now(self) -> Publishable:
        """One row per board KPI, this quarter; an empty row where there were no observations."""
        return self.now.where(measure=self.kpis).along("measure", self.kpis)

    @cached_property
    def changes(self) -> Publishable:
        """One row per board KPI: this quarter against the one before, simultaneous over these KPIs."""
        from toptaak.kpi.compare import compare_quarters

        frame = compare_quarters(self.tables, self.quarter, self.quarter.previous(), self.kpis, self.settings)
        return publish(frame, self.settings, [self.now, self.by_quarter.where(quarter=str(self.quarter.previous()))])

    @cached_property
    def against_target(self) -> Publishable:
        """One row per KPI with a target for the whole municipality that is in force at the end of the quarter."""
        from toptaak.kpi.compare import compare_targets

        return publish(compare_targets(self.tables, self.quarter, self.settings), self.settings, [self.now])

    @cached_property
    def votes(self) -> Votes | None:
        """The ballots of the newest vote, laid out; None where there was none."""
        from toptaak.surveys.ballots import collect

        ballots, respondents, tasks = (self.tables.get(name) for name in ("ballots", "respondents", "tasks"))
        if ballots is None or respondents is None or tasks is None or ballots.empty:
            return None
        survey = self.survey
        return collect(
            ballots[ballots.survey == survey],
            respondents[respondents.survey == survey],
            tasks,
            self.settings,
            _of_survey(self.tables.get("offered"), survey),
        )

    @cached_property
    def league(self) -> Publishable | None:
        """One row per task and measure of the newest vote; None where there was none."""
        from toptaak.surveys.ranking import league_of

        if self.votes is None:
            return None
        return publish(league_of(self.votes, self.settings, self.rng()), self.settings)

    @cached_property
    def rank_groups(self) -> Publishable | None:
        """One row per group of tasks whose order is undecided and task in it, of the newest vote."""
        from toptaak.surveys.rank_sets import rank_sets_of, tied_groups

        if self.votes is None:
            return None
        groups = tied_groups(rank_sets_of(self.votes, self.settings, self.rng()))
        return publish(groups, self.settings, [] if self.league is None else [self.league])

    def rng(self) -> np.random.Generator:
        """Give the source of chance of one number: it begins anew, so that the order of calls does not count."""
        return np.random.default_rng(self.settings.seed)

    @cached_property
    def survey(self) -> str:
        """Name the newest survey in which customers voted; of two at the same time the larger one.

        A survey held among employees only is the organisation's own ranking, not the customers'.
        """
        respondents, ballots = self.tables["respondents"], self.tables["ballots"]
        if respondents is None or ballots is None:
            raise ToptaakError("no survey")
        voted = respondents[respondents["survey"].isin(ballots["survey"].unique())]
        if ROLE in voted and (voted[ROLE] != EMPLOYEE).any():
            voted = voted[voted[ROLE] != EMPLOYEE]
        newest = voted.groupby("survey", observed=True)["date"].agg(["max", "size"]).sort_values(["max", "size"])
        return str(newest.index[-1])

    @cached_property
    def task_labels(self) -> Mapping[str, str]:
        """Give the name of each task in the report's language, as on the list in force."""
        tasks, version = self.tables.get("tasks"), self.settings.list_version
        if tasks is None:
            return {}
        if version is not None and "list_version" in tasks:
            tasks = tasks[tasks["list_version"] == version]
        labels = tasks["label"]
        if self.language == "en" and "label_en" in tasks:
            labels = tasks["label_en"].fillna(labels)
        return dict(zip(tasks["task_id"].astype(str), labels.astype(str), strict=True))


def measured(tables: Mapping[str, pd.DataFrame | None], by: Sequence[str], settings: Settings) -> pd.DataFrame:
    """Give every measure by some columns, before anything is hidden."""
    from toptaak.kpi.measures import measure_all

    return measure_all(tables, by, settings)


def open_source(municipality: str, quarter: str, language: str, data: str) -> Source:
    """Check the parameters, read the data folder, and give what a report is made from.

    Raises
    ------
    InputRefused
        with every parameter that is wrong, a municipality or quarter without data, or data that cannot be used.
    """
    from toptaak.intake.store import refresh

    values = {"municipality": municipality, "quarter": quarter, "language": language, "data": data}
    asked = read_parameters(values)
    store, period = refresh(asked.data), Quarter.parse(asked.quarter)
    refuse_absent(store, asked.municipality, period)
    place = known_municipality(asked.municipality)
    state = (str(store.record["state"]), *kept_versions(asked.data, earlier(period)))
    return _opened(place, period, asked.language, str(asked.data), state)


@lru_cache(maxsize=1)
def _opened(municipality: Municipality, quarter: Quarter, language: str, data: str, state: tuple[str, ...]) -> Source:
    """Give the same source to a report and its views: what one has computed serves the next.

    `state` is that of the data and of what was kept: when they change, the source is opened anew.
    """
    from toptaak.intake.store import refresh

    return source_of(municipality, quarter, language, refresh(Path(data)))


def known_municipality(code: str) -> Municipality:
    """Look a municipality up; refuse an unknown code with the nearest ones."""
    municipality = municipalities.find(code)
    if municipality is None:
        near = ", ".join(municipalities.nearest(code))
        raise ToptaakError(message("Unknown municipality: {code}. Nearest: {near}.", code=code, near=near))
    return municipality


def source_of(
    municipality: Municipality, quarter: Quarter, language: str, store: Store, known: Known | None = None
) -> Source:
    """Give what a report is made from out of data that are open: its tables as they were known at the quarter's end.

    `known` holds what was measured before, for all municipalities together (`numbers.one_pass`).
    """
    from toptaak.kpi.measures import MeasuredTables

    tables = known_on({name: store.table(name, municipality.code) for name in TABLES}, quarter.end)
    measured = MeasuredTables(tables, store.settings, known)
    kept = published_before(store.data, municipality.code, earlier(quarter))
    return Source(municipality, quarter, language, measured, store.settings, store.account(), store.faults, kept=kept)


def _filled(table: pd.DataFrame | None) -> bool:
    return table is not None and not table.empty


def _of_survey(table: Any, survey: str) -> pd.DataFrame | None:
    return None if table is None else table[table.survey == survey]
