"""From observations to numbers: one small summary per group, and the estimate that follows from it.

Every measure comes down to one value per observation: 1 or 0 for a rate, seconds, a mark, or 1, 0 and -1 for
promoters, passives and detractors. A summary keeps per group what any interval, comparison or test needs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np
import pandas as pd

from toptaak.core.periods import parse_week, quarter_column, week_column
from toptaak.core.results import ALL, NO_OBSERVATIONS, NO_SPREAD, ONE_OBSERVATION, POOLED_WORDINGS
from toptaak.core.settings import Settings
from toptaak.kpi.declaration import Measure
from toptaak.kpi.observations import Observations, anywhere
from toptaak.stats import intervals
from toptaak.stats.counts import clustered_n
from toptaak.stats.intervals import Floats, Interval

PERSONS: Final = ("respondent", "customer")
PERIODS: Final[Mapping[str, Callable[[pd.Series], pd.Series]]] = MappingProxyType(
    {"quarter": quarter_column, "week": week_column}
)


@dataclass(frozen=True)
class Summary:
    """Sufficient statistics of one measure.

    Attributes
    ----------
    measure
        Entry of the catalogue.
    by
        Group columns.
    groups
        One row per group: the group columns, `n` (unweighted), `n_eff` (of weights and of observations that hang
        together), `mean` and population `variance` of the values (of their logarithms for a geometric mean; weighted
        where weights act), `least` and `greatest` value there can be, `wording`, `ways` (of measuring, `|` between
        them), `note`.
    weighted
        Whether weights act.
    """

    measure: Measure
    by: tuple[str, ...]
    groups: pd.DataFrame
    weighted: bool

    @property
    def measurable(self) -> pd.Series:
        """Tell for each group whether there is an estimate."""
        return self.groups["mean"].notna()


def summarise(measure: Measure, observations: Observations, by: Sequence[str] = ()) -> Summary:
    """Reduce observations to one row per group; a group that is there without values keeps its row.

    An observation with a missing key belongs to no group. Where the table lacks a column of `by`, there are
    no groups and so no rows.

    Examples
    --------
    >>> rows = pd.DataFrame({"channel": ["web", "web", "desk"], "value": [1.0, 0.0, 1.0]})
    >>> from toptaak.kpi.measures import CATALOGUE
    >>> summarise(CATALOGUE["success_rate"], Observations(rows), ["channel"]).groups[["channel", "n", "mean"]]
      channel  n  mean
    0    desk  1   1.0
    1     web  2   0.5
    """
    rows = with_period(observations.rows, by)
    codes, keys, size = grouped(rows, by)
    value, weights, times = _column(rows, "value"), weights_of(rows), _times(rows)
    used = (codes >= 0) & np.isfinite(value) & np.isfinite(weights) & (weights > 0) & (times > 0)
    if measure.scale == "geometric_mean":
        used &= value > 0
    kept, w = codes[used], weights[used]
    x = np.log(value[used]) if measure.scale == "geometric_mean" else value[used]
    weighted = bool(len(w)) and bool(np.ptp(w) > 0)
    n = np.bincount(kept, times[used], minlength=size).astype(np.int64)
    mean, variance, effective = _moments(kept, x, w, times[used], size)
    clusters = clusters_of(rows)
    if clusters is not None:
        effective = clustered_n(x, clusters[used], kept, size, w, times[used])
    elif not weighted:
        effective = n.astype(float)
    wording, pooled = _wordings(rows, used, kept, size)
    mean[pooled] = variance[pooled] = np.nan
    note = _notes(n, _reasons(rows, codes, n, observations.note))
    if measure.scale in ("mean", "geometric_mean"):
        note[(n > 1) & (variance == 0)] = NO_SPREAD
    if clusters is not None:
        note[(n > 1) & (effective <= 1)] = observations.alone
    note[pooled] = POOLED_WORDINGS
    ways = _ways(rows, used, kept, size)
    least, greatest = _scale(rows, used, kept, size, measure)
    statistics = {"n": n, "n_eff": effective, "mean": mean, "variance": variance, "wording": wording, "ways": ways}
    statistics |= {"least": least, "greatest": greatest}
    return Summary(measure, tuple(by), pd.DataFrame(keys | statistics | {"note": note}), weighted)


def estimates(summary: Summary, settings: Settings) -> pd.DataFrame:
    """Turn a summary into a result frame: estimate, interval, method and note per group.

    Limits stay within what the measure and the scale of the question allow: the t interval of few counts or times would
    run below zero, that of few high marks above ten.
    With weights the column `n_eff` stands beside `n`.
    """
    return estimates_together([summary], settings)


def estimates_together(summaries: Sequence[Summary], settings: Settings) -> pd.DataFrame:
    """Turn summaries by the same columns into one result frame, as `estimates` does with each."""
    sizes = [len(summary.groups) for summary in summaries]
    groups = pd.concat([summary.groups for summary in summaries], ignore_index=True)
    scales = np.repeat([summary.measure.scale for summary in summaries], sizes)
    estimate, low, high = np.full((3, len(groups)), np.nan)
    method = np.full(len(groups), "", dtype=object)
    for name, scale in SCALES.items():
        at = np.flatnonzero(scales == name)
        rows = groups.iloc[at]
        estimate[at] = scale.shown(rows["mean"].to_numpy(dtype=float))
        low[at], high[at] = within_scale(scale.interval(rows, settings.confidence), rows)
        method[at] = scale.method
    columns = {
        "measure": np.repeat(np.array([summary.measure.id for summary in summaries], dtype=object), sizes),
        "n": groups["n"].astype("int64"),
        "estimate": estimate,
        "ci_low": low,
        "ci_high": high,
        "method": np.where(np.isfinite(low), method, ""),
        "note": groups["note"],
    }
    weighted = np.repeat([summary.weighted for summary in summaries], sizes)
    if weighted.any():
        columns["n_eff"] = groups["n_eff"].where(weighted)
    return pd.DataFrame({name: groups[name] for name in summaries[0].by} | columns)


def within_scale(interval: Interval, groups: pd.DataFrame) -> Interval:
    """Keep limits within the least and the greatest value that a group's measure can have."""
    bounds = groups["least"].to_numpy(dtype=float), groups["greatest"].to_numpy(dtype=float)
    return Interval(*(np.clip(limit, *bounds) for limit in interval))


def with_period(table: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """Add the quarter and the ISO week where they are grouped by and not there yet.

    A row is dated by its `date`; a case by `dated_at`; a contact by `started_at`; a step by `at`; a row about a
    whole `week` by the Thursday of that week.
    """
    wanted = [name for name in PERIODS if name in by and name not in table.columns]
    dated = next((name for name in ("date", "dated_at", "started_at", "at") if name in table.columns), None)
    if not wanted or (dated is None and "week" not in table.columns):
        return table
    moments = table[dated] if dated else _thursdays(table["week"])
    return table.assign(**{name: PERIODS[name](moments) for name in wanted})


def _thursdays(weeks: pd.Series) -> pd.Series:
    days = {week: pd.Timestamp(parse_week(week)) + pd.Timedelta(days=3) for week in weeks.dropna().unique()}
    return pd.to_datetime(weeks.map(days))


def unmeasured(measure: Measure, reason: str, by: Sequence[str] = ()) -> Summary:
    """Summarise a measure that the data cannot give at all: one row, `_all` in every group column."""
    least, greatest = measure.bounds
    row = {"n": 0, "n_eff": 0.0, "mean": np.nan, "variance": np.nan, "wording": "", "ways": "", "note": reason}
    row |= {"least": least, "greatest": greatest}
    groups = pd.DataFrame([dict.fromkeys(by, ALL) | row])
    return Summary(measure, tuple(by), groups, weighted=False)


def grouped(rows: pd.DataFrame, by: Sequence[str]) -> tuple[np.ndarray, dict[str, pd.Index], int]:
    """Give each row the number of its group (-1: none), the groups' own columns in sorted order, and how many."""
    if not by:
        return np.zeros(len(rows), dtype=np.intp), {}, 1
    if not set(by) <= set(rows.columns):
        return np.full(len(rows), -1, dtype=np.intp), {name: pd.Index([], dtype=object) for name in by}, 0
    columns = [_categories(rows[name]) for name in by]
    combined = np.zeros(len(rows), dtype=np.int64)
    for column in columns:
        own = column.codes
        combined = np.where((combined < 0) | (own < 0), -1, combined * len(column.categories) + own)
    codes = np.full(len(rows), -1, dtype=np.intp)
    codes[combined >= 0], numbers = pd.factorize(combined[combined >= 0], sort=True)
    sizes = [len(column.categories) for column in columns]
    places = np.unravel_index(numbers, sizes) if len(numbers) else [numbers] * len(by)
    keys = {name: column.categories.take(at) for name, column, at in zip(by, columns, places, strict=True)}
    return codes, keys, len(numbers)


def _categories(column: pd.Series) -> pd.Categorical:
    values = column.array
    return values if isinstance(values, pd.Categorical) else pd.Categorical(values)


def _column(rows: pd.DataFrame, name: str) -> Floats:
    return rows[name].to_numpy(dtype=np.float64, na_value=np.nan)


def clusters_of(rows: pd.DataFrame) -> np.ndarray | None:
    """Number what observations hang together by: the column `cluster`, else the person; None where nothing tells.

    Whoever is not known stands alone.
    """
    if "cluster" in rows.columns:
        numbers = rows["cluster"].to_numpy()
        return numbers if numbers.dtype.kind == "i" else np.asarray(pd.factorize(numbers)[0])
    people, named = np.full(len(rows), -1, dtype=np.intp), np.zeros(len(rows), dtype=bool)
    for codes in (pd.factorize(rows[name])[0] for name in PERSONS if name in rows.columns):
        by_this_name = anywhere(codes >= 0, rows) & ~named
        people, named = np.where(by_this_name, codes, people), named | by_this_name
    if not named.any():
        return None
    towns = pd.factorize(rows["municipality"])[0] if "municipality" in rows.columns else np.zeros(len(rows), dtype=int)
    combined = (towns + 1) * (people.max() + 1) + people
    return np.where(people < 0, -1 - np.arange(len(rows)), combined)


def weights_of(rows: pd.DataFrame) -> Floats:
    """Give the weights: everybody weighs one in a municipality where none are known.

    Elsewhere whoever has none is missing, and left out.
    """
    if "weight" not in rows.columns:
        return np.ones(len(rows))
    weights = _column(rows, "weight")
    return np.where(anywhere(np.isfinite(weights), rows), weights, 1.0)


def _times(rows: pd.DataFrame) -> Floats:
    """Give how many equal observations each row stands for; one unless said."""
    return _column(rows, "times") if "times" in rows.columns else np.ones(len(rows))


def _moments(codes: np.ndarray, x: Floats, w: Floats, times: Floats, size: int) -> tuple[Floats, Floats, Floats]:
    """Give weighted mean, population variance and Kish's effective n of each group."""
    of_row = w * times
    total = np.bincount(codes, of_row, minlength=size)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = np.bincount(codes, of_row * x, minlength=size) / total
        deviation = x - mean[codes]
        variance = np.bincount(codes, of_row * deviation**2, minlength=size) / total
        effective = total**2 / np.bincount(codes, of_row * w, minlength=size)
    # equal values leave dust of rounding; without spread the variance is exactly zero
    variance[variance <= (1e-12 * np.abs(mean)) ** 2] = 0.0
    return mean, variance, np.nan_to_num(effective)


def _wordings(rows: pd.DataFrame, used: np.ndarray, codes: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Give the wording behind each group, and whether a group pools more than one (then none is given)."""
    wording, named = np.full(size, "", dtype=object), np.zeros(size, dtype=np.int64)
    if "wording" in rows.columns:
        for group, name in _pairs(codes, rows["wording"].to_numpy(dtype=object, na_value="")[used]):
            wording[group] = name
            named[group] += 1
    pooled = named > 1
    wording[pooled] = ""
    return wording, pooled


def _scale(
    rows: pd.DataFrame, used: np.ndarray, codes: np.ndarray, size: int, measure: Measure
) -> tuple[Floats, Floats]:
    """Give the least and greatest value of each group: of the measure, narrowed to the scale of the questions asked."""
    low, high = measure.bounds
    least, greatest = np.full(size, np.inf), np.full(size, -np.inf)
    if "least" in rows.columns:
        np.minimum.at(least, codes, np.nan_to_num(_column(rows, "least")[used], nan=-np.inf))
        np.maximum.at(greatest, codes, np.nan_to_num(_column(rows, "greatest")[used], nan=np.inf))
    return np.where(least < np.inf, np.maximum(least, low), low), np.where(
        greatest > -np.inf, np.minimum(greatest, high), high
    )


def _ways(rows: pd.DataFrame, used: np.ndarray, codes: np.ndarray, size: int) -> np.ndarray:
    """Give the ways of measuring (column `method`) behind each group, in order of the alphabet."""
    ways = np.full(size, "", dtype=object)
    if "method" in rows.columns:
        for group, way in _pairs(codes, rows["method"].to_numpy(dtype=object)[used]):
            ways[group] = f"{ways[group]}|{way}" if ways[group] else way
    return ways


def _pairs(codes: np.ndarray, texts: np.ndarray) -> list[tuple[int, str]]:
    """List which texts each group has, in order of the alphabet; what is missing is no text."""
    numbers, names = pd.factorize(texts, sort=True)
    known = numbers >= 0
    pairs = np.unique(codes[known] * len(names) + numbers[known]) if len(names) else np.empty(0, dtype=np.intp)
    return [(int(pair) // len(names), str(names[pair % len(names)])) for pair in pairs]


def _reasons(rows: pd.DataFrame, codes: np.ndarray, n: np.ndarray, note: str | None) -> list[tuple[int, str]]:
    """List why groups miss values, for groups without any and for the reason that is always told."""
    if "reason" not in rows.columns:
        return []
    reason = rows["reason"].to_numpy(dtype=object)
    wanted = (codes >= 0) & (reason != "")
    wanted[wanted] = (n[codes[wanted]] == 0) | (reason[wanted] == note)
    return _pairs(codes[wanted], reason[wanted])


def _notes(n: np.ndarray, reasons: list[tuple[int, str]]) -> np.ndarray:
    notes = np.full(len(n), "", dtype=object)
    notes[n == 0] = NO_OBSERVATIONS
    # of several reasons the first of the alphabet is told, whatever the order of rows
    for group, reason in reversed(reasons):
        notes[group] = reason
    notes[n == 1] = ONE_OBSERVATION
    return notes


@dataclass(frozen=True)
class _Estimator:
    method: str
    interval: Callable[[pd.DataFrame, float], Interval]
    shown: Callable[[Floats], Floats] = np.asarray


def _proportion(groups: pd.DataFrame, confidence: float) -> Interval:
    n = groups["n_eff"].to_numpy()
    return intervals.wilson(groups["mean"].to_numpy() * n, n, confidence)


def _mean(groups: pd.DataFrame, confidence: float) -> Interval:
    return intervals.mean_t(groups["mean"], groups["variance"], groups["n_eff"], confidence)


def _geometric_mean(groups: pd.DataFrame, confidence: float) -> Interval:
    return intervals.log_t(groups["mean"], groups["variance"], groups["n_eff"], confidence)


def _net_promoter(groups: pd.DataFrame, confidence: float) -> Interval:
    return intervals.adjusted_wald_nps(*promoter_counts(groups), confidence)


def promoter_counts(groups: pd.DataFrame) -> tuple[Floats, Floats, Floats]:
    """Give (effective) numbers of promoters, passives and detractors back from mean and variance.

    Values are 1, 0 and -1, so the mean of the squares is the share that is not passive.
    """
    n, mean = groups["n_eff"].to_numpy(), groups["mean"].to_numpy()
    outspoken = groups["variance"].to_numpy() + mean**2
    return n * (outspoken + mean) / 2, n * (1 - outspoken), n * (outspoken - mean) / 2


SCALES: Final = {
    "proportion": _Estimator("wilson", _proportion),
    "mean": _Estimator("mean_t", _mean),
    "geometric_mean": _Estimator("log_t", _geometric_mean, np.exp),
    "net_promoter": _Estimator("adjusted_wald_nps", _net_promoter),
}
