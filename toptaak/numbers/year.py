"""Published numbers that only the sections on performance use, made from one municipality's tables.

What a quarter is too short for rests on a year: the last four quarters.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from functools import lru_cache

import pandas as pd

from toptaak.core.errors import InputRefused
from toptaak.core.faults import Fault, Severity, shown
from toptaak.core.periods import Quarter, iso_week, quarter_column
from toptaak.core.results import ALL, stack
from toptaak.core.settings import FILE_NAME, Rebase
from toptaak.core.wording import message
from toptaak.governance.priorities import effort_against_votes, priorities
from toptaak.kpi.compare import targets_in_force
from toptaak.kpi.discoveries import compare_together
from toptaak.kpi.drivers import drivers, published_drivers
from toptaak.kpi.endings import failure_reasons
from toptaak.kpi.improvement import markers
from toptaak.kpi.measures import CATALOGUE, measure, summarise_all
from toptaak.kpi.measures.answers import WHOLE
from toptaak.kpi.paths import channel_flow, stalled_share, step_wait
from toptaak.kpi.silence import contact_hazard, silence_ratio
from toptaak.kpi.summaries import estimates
from toptaak.kpi.wordings import wordings
from toptaak.numbers.baseline import charts_against_before
from toptaak.numbers.quarter import Source
from toptaak.privacy.disclosure import Publishable, publish, publish_sums

YEAR = 4
MOMENTS = ("date", "started_at", "at")


def year(source: Source) -> list[str]:
    """List the last four quarters, oldest first; the report's own is the last."""
    return source.quarters[-YEAR:]


def year_weeks(source: Source) -> list[str]:
    """List the ISO weeks of the last four quarters, oldest first."""
    return [week for quarter in year(source) for week in Quarter.parse(quarter).weeks()]


def of_year(source: Source, name: str) -> pd.DataFrame | None:
    """Give the rows of a table that fall in the last four quarters; None where there are none."""
    table = source.tables.get(name)
    if table is None:
        return None
    moment = next((column for column in MOMENTS if column in table), None)
    quarters = table["quarter"] if moment is None else quarter_column(table[moment])
    kept = table[quarters.isin(year(source)).to_numpy()]
    return None if kept.empty else kept.reset_index(drop=True)


def weekly_charts(source: Source, measures: Sequence[str]) -> Publishable:
    """Give the control charts of the last four quarters, one row per week and measure; limits from the first three.

    A week with fewer observations than may be shown is a gap: it counts nowhere, not in the limits either.
    """
    summaries = summarise_all(source.tables, ["week"], source.settings, measures)
    weekly = stack([estimates(summary, source.settings) for summary in summaries.values()], ["week"])
    weekly = weekly[weekly["week"].isin(year_weeks(source))]
    enough = weekly["n"] >= source.settings.minimum_n
    numbers = ["estimate", "ci_low", "ci_high"]
    weekly[numbers] = weekly[numbers].where(enough)
    targets = source.tables.get("targets")
    in_force = None if targets is None else targets_in_force(targets, source.quarter)
    anew = {name: [iso_week(rebase.date) for rebase in rebases(source, name)] for name in measures}
    charts = charts_against_before(weekly, source.quarter.weeks()[0], in_force, anew)
    return publish(charts, source.settings)


def rebases(source: Source, name: str) -> list[Rebase]:
    """List when the control chart of a measure starts anew in the last four quarters, in order of time.

    Raises
    ------
    InputRefused
        where the settings name a measure that does not exist.
    """
    declared = source.settings.rebase
    faults = [_unknown(measure) for each in declared for measure in each.measures if measure not in CATALOGUE]
    if faults:
        raise InputRefused(faults)
    weeks = year_weeks(source)[1:]
    concerned = [
        declared_change for declared_change in declared if declared_change.concerns(source.municipality.code, name)
    ]
    return sorted(
        (declared_change for declared_change in concerned if iso_week(declared_change.date) in weeks),
        key=lambda declared_change: declared_change.date,
    )


def _unknown(name: str) -> Fault:
    nearest = get_close_matches(name, CATALOGUE, n=1)
    repair = (
        message("Did you mean {name}?", name=nearest[0])
        if nearest
        else message("Change the value in {file}.", file=FILE_NAME)
    )
    expected = message("a measure of the catalogue")
    return Fault("TT-111", Severity.STOP, FILE_NAME, expected, repair, shown(name), column="rebase.measures")


def changes_made(source: Source, weeks: Sequence[str]) -> pd.DataFrame:
    """List the changes made in some weeks: week, date and label, in order of time."""
    made = source.tables.get("interventions")
    if made is None:
        return pd.DataFrame({"week": [], "date": [], "label": []})
    return markers(made, weeks).reset_index(drop=True)


def named_changes(source: Source, made: pd.DataFrame) -> str:
    """Say what the numbers of the marks in a figure stand for; empty where nothing was changed."""
    if made.empty:
        return ""
    names = "; ".join(
        f"{at}: {row['label']} ({source.say.date(row['date'].date())})"
        for at, (_, row) in enumerate(made.iterrows(), start=1)
    )
    return source.say("Changes made: {names}.", names=names)


def driver_weights(source: Source) -> Publishable | None:
    """Give the weights of what hangs together with satisfaction over four quarters; None without marks of parts."""
    ratings, questions = of_year(source, "ratings"), source.tables.get("questions")
    if ratings is None or questions is None or "part" not in ratings or ratings["part"].isna().all():
        return None
    weights = drivers(ratings, questions, (), source.settings, rng=source.rng())
    return publish(weights, source.settings)


def taken_over_weights(source: Source) -> Publishable:
    """Give the weights that another municipality published, for one without a survey of its own."""
    return publish(published_drivers(), source.settings)


def silence(source: Source) -> Publishable | None:
    """Give the silence test over the last four quarters; None without a contact log that tells cases."""
    contacts = of_year(source, "contacts")
    if contacts is None or "case" not in contacts:
        return None
    return publish(silence_ratio(contacts, (), source.settings), source.settings)


def detail_changes(source: Source, measures: Sequence[str], by: Sequence[str] = ()) -> Publishable:
    """Compare measures that are no board KPI with the quarter before; few of the differences told may be false."""
    return details_together(source, [(measures, by)])[0]


def details_together(source: Source, asked: Sequence[tuple[Sequence[str], Sequence[str]]]) -> list[Publishable]:
    """Compare by several groupings that stand in one report: of all their differences together few may be false."""
    frames = compare_together(source.tables, source.quarter, source.quarter.previous(), asked, source.settings)
    return [
        publish(frame, source.settings, _both_quarters(source, by))
        for frame, (_, by) in zip(frames, asked, strict=True)
    ]


def _both_quarters(source: Source, by: Sequence[str]) -> list[Publishable]:
    """Give what is told of both quarters of a difference: what is hidden there stays hidden in it."""
    published = source.by_quarter_and_task if "task_id" in by else source.by_quarter
    return [published.where(quarter=str(quarter)) for quarter in (source.quarter, source.quarter.previous())]


def success_per_task(source: Source) -> pd.DataFrame | None:
    """Give the success rate of each task over the last four quarters, to be weighed before it is published."""
    attempts = of_year(source, "attempts")
    if attempts is None:
        return None
    summary = summarise_all({"attempts": attempts}, ["task_id"], source.settings, {"success_rate"})["success_rate"]
    frame = estimates(summary, source.settings)
    return frame[frame["task_id"] != ALL].assign(task_id=lambda rows: rows["task_id"].astype(str))


def success_targets(source: Source) -> Mapping[str, float]:
    """Give the target of the success rate in force, per task and (`_all`) for all tasks together."""
    return targets_of(source, "success_rate")


def targets_of(source: Source, name: str) -> Mapping[str, float]:
    """Give the targets of a measure in force, per task and (`_all`) for all tasks together."""
    targets = source.tables.get("targets")
    return {} if targets is None else dict(_targets_of(name, targets, source.quarter))


def _targets_of(name: str, targets: pd.DataFrame, quarter: Quarter) -> Iterator[tuple[str, float]]:
    for by in ([], ["task_id"]):
        in_force = targets_in_force(targets, quarter, by)
        in_force = in_force[in_force["measure"] == name]
        yield from zip(
            in_force["task_id"] if by else [ALL] * len(in_force), in_force["target"].astype(float), strict=True
        )


# the report, the board and every team weigh the same tasks
@lru_cache(maxsize=4)
def where_to_act(source: Source) -> Publishable | None:
    """Weigh the shortfall of each task by its votes; None where there was no vote or no attempt."""
    performance = success_per_task(source)
    if source.league is None or performance is None:
        return None
    votes = source.league.where(measure="vote_share").frame
    ranked = priorities(votes, performance, success_targets(source), source.settings)
    quarters = source.margins["tasks"]
    parts = quarters[(quarters["measure"] == "success_rate") & quarters["quarter"].isin(year(source)).to_numpy()]
    success = source.by_quarter_and_task.where(measure="success_rate", quarter=year(source))
    return publish_sums(ranked, parts, success, source.settings)


def volumes(source: Source) -> pd.DataFrame | None:
    """Count how often each task occurred in all channels of the last four quarters: `volume` and `channels`.

    One row is a task (the index). A task that a channel does not list was not counted there; that is not zero.
    """
    lists = of_year(source, "channel_lists")
    if lists is None:
        return None
    return lists.groupby("task_id").agg(volume=("volume", "sum"), channels=("channel", "nunique"))


def effort(source: Source) -> Publishable | None:
    """Lay the hours of the last four quarters beside the votes; None where either is absent."""
    spent = of_year(source, "effort")
    if source.league is None or spent is None:
        return None
    hours = spent.dropna(subset="task_id").groupby("task_id")["hours"].sum().astype(float)
    votes = source.league.where(measure="vote_share").frame
    compared = effort_against_votes(votes, {str(task): value for task, value in hours.items()}, source.settings)
    return publish(compared, source.settings)


def completion_target(source: Source) -> float | None:
    """Give the target of the completion time in force for the whole municipality, in seconds; None without one."""
    targets = source.tables.get("targets")
    if targets is None:
        return None
    target = dict(_targets_of("completion_time", targets, source.quarter))
    return target.get(ALL)


def hazard(source: Source, days: int) -> Publishable | None:
    """Give the chance of a new contact by days of silence over the last four quarters; None without cases."""
    contacts = of_year(source, "contacts")
    if contacts is None or "case" not in contacts:
        return None
    return publish(contact_hazard(contacts, (), source.settings, days=days), source.settings)


def flows(source: Source) -> Publishable | None:
    """Give through which channel customers went on after a contact of this quarter; None without cases."""
    contacts = source.tables.get("contacts")
    if contacts is None or not {"case", "channel"} <= set(contacts.columns):
        return None
    flow_rows = channel_flow(contacts, ["quarter"], source.settings)
    now = flow_rows[flow_rows["quarter"] == str(source.quarter)].reset_index(drop=True)
    return publish(now, source.settings, along="from_channel")


def stalls(source: Source) -> Publishable | None:
    """Give for each step how long cases wait after it and which share of the open ones stands there.

    Waits over the steps of the last four quarters, open cases over all: some have lain still for years. None without
    steps.
    """
    steps, recent = source.tables.get("steps"), of_year(source, "steps")
    if steps is None or steps.empty:
        return None
    waits = step_wait(steps if recent is None else recent, (), source.settings)
    rows = [waits, stalled_share(steps, (), source.settings)]
    return publish(pd.concat(rows, ignore_index=True), source.settings)


def reasons_of_year(source: Source) -> Publishable | None:
    """Give for each reason its share of the attempts that failed in the last four quarters; None without attempts."""
    attempts = of_year(source, "attempts")
    return None if attempts is None else publish(failure_reasons(attempts, (), source.settings), source.settings)


def marks_per_part(source: Source) -> Publishable | None:
    """Give the mean mark of the whole and of each part over the last four quarters; None without marks."""
    ratings, questions = of_year(source, "ratings"), source.tables.get("questions")
    if ratings is None or questions is None or "part" not in ratings:
        return None
    named = ratings.assign(part=ratings["part"].fillna(WHOLE))
    return publish(
        measure("satisfaction", {"ratings": named, "questions": questions}, ["part"], source.settings), source.settings
    )


def effort_wordings(source: Source) -> pd.DataFrame:
    """List the wordings of customer effort that were answered this quarter: kind, version, wording and scale."""
    ratings, questions = source.tables.get("ratings"), source.tables.get("questions")
    if ratings is None or questions is None:
        return pd.DataFrame(columns=["kind", "version", "wording", "minimum", "maximum"])
    asked = wordings(ratings, questions, ["quarter"])
    return asked[(asked["quarter"] == str(source.quarter)) & asked["kind"].isin(["ces1", "ces2"])]
