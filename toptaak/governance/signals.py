"""Signals: what departments and the contact centre submit, and topics that rise beyond chance and season.

Detection supplements people: it counts, per week and topic, the contacts, the entries of staff and the submitted
signals, and judges the newest week with the model of `stats.surges`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final, Literal

import numpy as np
import pandas as pd

from toptaak.core.periods import AMSTERDAM, iso_week, parse_week
from toptaak.core.results import NO_OBSERVATIONS, by_group, result_row, results
from toptaak.stats.intervals import Floats, wilson
from toptaak.stats.surges import Bools, Surges, surges
from toptaak.stats.tests import benjamini_hochberg

Audience = Literal["contact_centre", "web_team", "top_task_meeting"]
# source: the table's moment of a row
_MOMENTS: Final = MappingProxyType({"contacts": "started_at", "staff_feedback": "submitted_on", "signals": "date"})
AUDIENCES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "contact_centre": ("contacts", "staff_feedback", "signals"),
        "web_team": ("contacts", "signals"),
        "top_task_meeting": ("contacts", "staff_feedback", "signals"),
    }
)
# False-discovery level of one week. Below 0.05, so that also where the model does not fit well (sharp seasons,
# drifting levels) at most 5% of weeks bring a false alarm: benchmarks/signals.py.
LEVEL: Final = 0.02
MINIMUM_COUNT: Final = 5  # fewer examples are not worth a meeting
FOLLOW_UP_DAYS: Final = 14
NO_SEASON: Final = "less than a year of earlier weeks: the season is unknown"
_GROUP: Final = ("source", "topic")
_RUN: Final = 0.05
_LONGEST_RUN: Final = 26
_FRIDAY: Final = 5


def weekly_counts(
    contacts: pd.DataFrame | None = None,
    staff_feedback: pd.DataFrame | None = None,
    signals: pd.DataFrame | None = None,
    until: str | None = None,
) -> pd.DataFrame:
    """Count, per source, topic and week.

    A contact without topic counts under its task; a row with neither does not count. The first week of a source is
    left out because its record may begin halfway. A week without a single contact was not recorded: its counts are
    missing. For the other two sources silence is possible, so a week without entries counts as zero.

    Parameters
    ----------
    contacts, staff_feedback, signals
        Checked tables of one municipality.
    until
        Last week that is counted; the newest week of the three tables unless given.

    Returns
    -------
    DataFrame
        One row is a source, topic and ISO week: `source`, `topic`, `week`, `count`. Every topic of a source has
        every week.

    Examples
    --------
    >>> dates = pd.to_datetime(["2026-09-21", "2026-09-28", "2026-10-12"])
    >>> entries = pd.DataFrame({"submitted_on": dates, "topic": "afval"})
    >>> weekly_counts(staff_feedback=entries)[["week", "count"]].to_numpy().tolist()
    [['2026W40', 1.0], ['2026W41', 0.0], ['2026W42', 1.0]]
    """
    tables = {"contacts": contacts, "staff_feedback": staff_feedback, "signals": signals}
    filled = {source: table for source, table in tables.items() if table is not None and len(table)}
    columns = ["source", "topic", "week", "count"]
    if not filled:
        return pd.DataFrame(columns=columns)
    mondays = {source: _mondays(table[_MOMENTS[source]]) for source, table in filled.items()}
    newest: pd.Timestamp = max(days.max() for days in mondays.values())
    last = pd.Timestamp(parse_week(until)) if until else newest
    parts = [_counted(source, table, mondays[source], last) for source, table in filled.items()]
    return pd.concat(parts, ignore_index=True)[columns]


def _counted(source: str, table: pd.DataFrame, mondays: pd.Series, last: pd.Timestamp) -> pd.DataFrame:
    topic = table["topic"].astype("object")
    if "task_id" in table:
        topic = topic.where(topic.notna(), table["task_id"])
    weeks = pd.date_range(mondays.min(), last, freq="7D")[1:]
    dated = topic.notna() & mondays.notna()
    rows, topics = pd.factorize(topic[dated], sort=True)
    # the first week is not counted
    columns = ((mondays[dated] - mondays.min()).dt.days // 7 - 1).to_numpy(dtype=np.int64)
    inside = (columns >= 0) & (columns < len(weeks))
    shape = (len(topics), len(weeks))
    places = rows[inside] * len(weeks) + columns[inside]
    grid = np.bincount(places, minlength=shape[0] * shape[1]).reshape(shape).astype(float)
    if source == "contacts":
        grid[:, (grid == 0).all(axis=0)] = np.nan
    names = [iso_week(day.date()) for day in weeks]
    return pd.DataFrame(
        {
            "topic": np.tile(np.asarray(topics, dtype=object), len(weeks)),
            "week": np.repeat(np.array(names, dtype=object), len(topics)),
            "count": grid.T.ravel(),
            "source": source,
        }
    )


def _local(moments: pd.Series) -> pd.Series:
    return moments.dt.tz_convert(AMSTERDAM).dt.tz_localize(None) if moments.dt.tz is not None else moments


def _mondays(moments: pd.Series) -> pd.Series:
    days = _local(moments).dt.normalize()
    mondays: pd.Series = days - pd.to_timedelta(days.dt.day_of_week, unit="D")
    return mondays


def recorded_until(
    contacts: pd.DataFrame | None = None,
    staff_feedback: pd.DataFrame | None = None,
    signals: pd.DataFrame | None = None,
) -> dict[str, dt.date]:
    """Give the newest day of each source that has rows.

    Examples
    --------
    >>> recorded_until(staff_feedback=pd.DataFrame({"submitted_on": pd.to_datetime(["2026-09-21", "2026-09-30"])}))
    {'staff_feedback': datetime.date(2026, 9, 30)}
    """
    tables = {"contacts": contacts, "staff_feedback": staff_feedback, "signals": signals}
    moments = {name: table[_MOMENTS[name]].dropna() for name, table in tables.items() if table is not None}
    return {name: _local(days).max().date() for name, days in moments.items() if len(days)}


def whole_week(day: dt.date) -> str:
    """Name the last week that is whole when the newest row is of `day`: from Friday on a week is, for offices close.

    Examples
    --------
    >>> whole_week(dt.date(2026, 9, 30)), whole_week(dt.date(2026, 10, 2))
    ('2026W39', '2026W40')
    """
    return iso_week(day if day.isoweekday() >= _FRIDAY else day - dt.timedelta(weeks=1))


def detect(
    counts: pd.DataFrame, week: str, level: float = LEVEL, minimum_count: int = MINIMUM_COUNT, confidence: float = 0.95
) -> pd.DataFrame:
    """Find the topics whose count rises beyond what chance and season allow.

    Parameters
    ----------
    counts
        From `weekly_counts`. Weeks after `week` are not looked at: the answer is the one that could be given then.
    week
        The week that is judged, `2026W40`; it must be complete.
    level
        False-discovery level (Benjamini-Hochberg) over all sources and topics of the week.
    minimum_count
        A topic with fewer examples is no signal.

    Returns
    -------
    DataFrame
        Result frame of `surge_ratio` by `source` and `topic` with the extension `surge`, most striking first.
        `n`: examples; `estimate`: `n` divided by the count `expected`, with its interval; `weeks`: over this week
        or over four; `first_seen`: first week of the unbroken run, each with p below 0.05, that led to the signal.

    Raises
    ------
    ValueError
        where nothing was counted in that week.

    Notes
    -----
    Model, tail and interval: `toptaak.stats.surges`.
    """
    names, table = _matrix(counts, week)
    risen = surges(table, confidence)
    adjusted = benjamini_hochberg(risen.p_value)
    alarm = alarms(risen, level, minimum_count)
    first = _first_seen(table, alarm, week)
    rows = [
        {
            "source": source,
            "topic": topic,
            **_judged(risen, at),
            "week": week,
            "adjusted_p": adjusted[at],
            "signal": bool(alarm[at]),
            "first_seen": first[at],
        }
        for at, (source, topic) in enumerate(names)
    ]
    frame = results(rows, _GROUP, "surge")
    return frame.sort_values(["p_value", *_GROUP], na_position="last", ignore_index=True)


def alarms(risen: Surges, level: float = LEVEL, minimum_count: int = MINIMUM_COUNT) -> Bools:
    """Tell which series are signals: false-discovery rate over all of them, and enough examples."""
    adjusted = benjamini_hochberg(risen.p_value)
    return np.asarray((np.nan_to_num(adjusted, nan=1.0) <= level) & (risen.seen >= minimum_count))


def _matrix(counts: pd.DataFrame, week: str) -> tuple[list[tuple[str, str]], Floats]:
    """Lay the counts out: a row per source and topic, a column per week up to `week`."""
    until = parse_week(week)
    mondays = pd.to_datetime(counts["week"].map({name: parse_week(name) for name in counts["week"].unique()}))
    wide = counts.assign(week=mondays).pivot(index=list(_GROUP), columns="week", values="count")
    if pd.Timestamp(until) not in wide.columns:
        raise ValueError(f"nothing was counted in {week}")
    days = pd.date_range(wide.columns.min(), until, freq="7D")
    return [(str(source), str(topic)) for source, topic in wide.index], wide.reindex(columns=days).to_numpy(dtype=float)


def _judged(risen: Surges, at: int) -> dict[str, object]:
    p_value = float(risen.p_value[at])
    if np.isnan(p_value):
        return result_row("surge_ratio", note=NO_SEASON, p_value=p_value, weeks=1, expected=float("nan"))
    ratio, low, high = (float(values[at]) for values in (risen.ratio, risen.low, risen.high))
    row = result_row("surge_ratio", int(risen.seen[at]), ratio, low, high, "quasi_poisson")
    return row | {"weeks": int(risen.weeks[at]), "expected": float(risen.expected[at]), "p_value": p_value}


def _first_seen(table: Floats, alarm: Bools, week: str) -> list[str]:
    """Go back week by week, each judged with what was known then, as long as a topic stood out."""
    monday = parse_week(week)
    first = [week if rises else "" for rises in alarm]
    running = np.flatnonzero(alarm)
    for back in range(1, _LONGEST_RUN):
        if running.size == 0:
            break
        earlier = np.nan_to_num(surges(table[:, : table.shape[1] - back]).p_value, nan=1.0)
        running = running[earlier[running] < _RUN]
        for at in running:
            first[at] = iso_week(monday - dt.timedelta(weeks=back))
    return first


def listed_for(signals: pd.DataFrame, audience: Audience) -> pd.DataFrame:
    """Keep of `detect`'s frame the signals for the contact centre, the web team or the top-task meeting."""
    return signals[signals["signal"] & signals["source"].isin(AUDIENCES[audience])].reset_index(drop=True)


def open_signals(signals: pd.DataFrame, until: dt.date) -> pd.DataFrame:
    """List the submitted signals that nobody followed up, oldest first; their open text stays out.

    Returns
    -------
    DataFrame
        One row is a signal: `signal`, `date`, `department`, `topic`, `task_id`, and `days` it is open.
    """
    day = pd.Timestamp(until)
    waiting = signals[(signals["date"] <= day) & ~(signals["followed_up_on"] <= day)]
    listed = waiting[["signal", "date", "department", "topic", "task_id"]].assign(days=(day - waiting["date"]).dt.days)
    return listed.sort_values(["date", "signal"], ignore_index=True)


def followed_up(
    signals: pd.DataFrame, until: dt.date, by: Sequence[str] = (), days: int = FOLLOW_UP_DAYS, confidence: float = 0.95
) -> pd.DataFrame:
    """Give the share of the submitted signals that were followed up within `days`, with Wilson's interval.

    Only signals at least that old on `until` count.

    Returns
    -------
    DataFrame
        Result frame of `signals_followed_up`.

    Examples
    --------
    >>> dates = pd.to_datetime(["2026-10-01", "2026-10-01", "2026-12-30"])
    >>> signals = pd.DataFrame({"date": dates, "followed_up_on": pd.to_datetime(["2026-10-05", None, None])})
    >>> followed_up(signals, dt.date(2026, 12, 31))[["n", "estimate"]].to_numpy().tolist()
    [[2.0, 0.5]]
    """
    term = pd.Timedelta(days=days)

    def share(group: pd.DataFrame) -> list[dict[str, object]]:
        n = len(group)
        if n == 0:
            return [result_row("signals_followed_up", note=NO_OBSERVATIONS)]
        hits = int((group["followed_up_on"] - group["date"] <= term).sum())
        low, high = wilson(hits, n, confidence)
        return [result_row("signals_followed_up", n, hits / n, float(low), float(high), "wilson")]

    ripe = signals[signals["date"] <= pd.Timestamp(until) - term]
    return results(by_group(ripe, by, share), by)
