"""Is it a real difference? One period against another, and a measure against its target.

A difference is judged by the interval of the difference, never by two intervals side by side. Over the KPIs
of one report the chance of any false alarm is held by giving each interval the level 1 - (1 - confidence) /
family (Bonferroni).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Final, NamedTuple

import numpy as np
import pandas as pd

from toptaak.core.periods import Quarter
from toptaak.core.results import ALL, EXTENSIONS, NO_OBSERVATIONS, NO_SPREAD, RESULT_COLUMNS, results, stack
from toptaak.core.settings import Settings
from toptaak.kpi.declaration import Direction
from toptaak.kpi.differences import CHANGES
from toptaak.kpi.follow_up import LOG_TOO_SHORT, comparable_since
from toptaak.kpi.measures import OF_WHOLE_CASES, Tables, cases_of, summarise_all
from toptaak.kpi.summaries import SCALES, Summary, unmeasured, within_scale
from toptaak.kpi.target_rules import possible
from toptaak.stats import tests
from toptaak.stats.intervals import Floats, Interval

# What stands in the column `verdict`, for people.
VERDICTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "better": "demonstrably better",
        "worse": "demonstrably worse",
        "changed": "demonstrably changed",
        "no_difference": "no demonstrable difference",
        "too_few": "too few observations",
        "not_comparable": "not comparable",
        "met": "target met",
        "not_met": "target not met",
        "undecided": "cannot be said yet",
    }
)
OTHER_WORDING: Final = "not comparable: another question wording"
OTHER_METHOD: Final = "not comparable: measured in another way"
NO_REFERENCE: Final = "not comparable: no observations in the period compared with"
NOT_IN_REFERENCE: Final = "not comparable: not measurable in the period compared with"
_NOBODY: Final = {"n": 0, "n_eff": 0.0, "wording": "", "ways": "", "note": NO_OBSERVATIONS}
_STATISTICS = ["n", "n_eff", "mean", "variance", "wording", "ways", "note"]


def compare_quarters(
    tables: Tables,
    quarter: Quarter,
    reference: Quarter,
    measures: Sequence[str],
    settings: Settings | None = None,
    by: Sequence[str] = (),
    *,
    family: int | None = None,
) -> pd.DataFrame:
    """Compare one quarter with another for several measures, simultaneously over those measures.

    Parameters
    ----------
    family
        Number of comparisons over which the chance of any false alarm is held; the number of measures unless
        given. With 1 each stands on its own, for `kpi.discoveries` to hold them together.

    Returns
    -------
    Result frame with the extension `change` (see `compare`), one row per group and measure.
    """
    settings = settings or Settings()
    summaries = summarise_all(tables, ["quarter", *by], settings, measures)
    if not measures:
        return results([], by, "change")
    pairs = [[_in_quarter(summaries[name], when) for when in (quarter, reference)] for name in measures]
    changes = _compared(pairs, settings, len(measures) if family is None else family, str(reference))
    return without_short_logs(changes, tables, reference, settings)


def without_short_logs(
    changes: pd.DataFrame, tables: Tables, reference: Quarter, settings: Settings, about: str = "measure"
) -> pd.DataFrame:
    """Take back what is said of whole cases where the log began too short a time before the period compared with.

    Parameters
    ----------
    about
        The column that names what was measured.
    """
    by_case = cases_of(tables, settings)
    if by_case.empty or "open" not in by_case.columns or by_case["started_at"].isna().all():
        return changes
    since = comparable_since(by_case)
    limit = changes["municipality"].astype(object).map(since) if "municipality" in changes else since.max()
    short = changes[about].isin(OF_WHOLE_CASES) & (limit > pd.Timestamp(reference.start))
    judged = short & changes["verdict"].isin(["better", "worse", "changed", "no_difference"])
    return changes.assign(
        verdict=changes["verdict"].mask(judged, "not_comparable"),
        note=changes["note"].mask(judged, LOG_TOO_SHORT),
        p_value=changes["p_value"].mask(judged),
    )


def compare_targets(
    tables: Tables, quarter: Quarter, settings: Settings | None = None, by: Sequence[str] = ()
) -> pd.DataFrame:
    """Hold a quarter against the targets in force on its last day, simultaneously over those measures.

    Returns
    -------
    Result frame with the extension `change` (see `against_targets`), one row per group and measure with a
    target.
    """
    settings = settings or Settings()
    targets = tables.get("targets")
    if targets is None:
        return results([], by, "change")
    in_force = targets_in_force(targets, quarter, by)
    summaries = summarise_all(tables, ["quarter", *by], settings, set(in_force["measure"]))
    frames = [
        against_targets(_in_quarter(summary, quarter), in_force, settings, family=len(summaries))
        for summary in summaries.values()
    ]
    return stack(frames, by) if frames else results([], by, "change")


def compare(now: Summary, before: Summary, settings: Settings, *, family: int = 1, reference: str = "") -> pd.DataFrame:
    """Compare two summaries of one measure group by group.

    Parameters
    ----------
    now, before
        Summaries of the same measure and group columns (`kpi.measures.summaries`, `kpi.summaries.summarise`).
    settings
        Confidence level and smallest n.
    family
        Number of comparisons over which the chance of any false alarm is held.
    reference
        Name of the period compared with.

    Returns
    -------
    Result frame with the extension `change`, one row per group of `now`. `estimate`: the difference, for
    times the ratio; its interval; `reference_estimate` and `reference_n`; `p_value` of the test that goes
    with it (N-1 two-proportion, Welch, adjusted Wald), not adjusted for the family; `verdict`:

    - `better`, `worse` (or `changed` where neither way is better): the interval leaves no difference out; or neither
      side has any spread, which leaves no interval, and the exact permutation test tells them apart;
    - `no_difference`: it does not;
    - `too_few`: one side has fewer observations than the smallest n;
    - `not_comparable`: one side cannot be measured, the question was worded otherwise, or none of the ways of
      measuring (`method`) was used in both periods.
    """
    return _compared([(now, before)], settings, family, reference)


def _compared(pairs: Sequence[Sequence[Summary]], settings: Settings, family: int, reference: str) -> pd.DataFrame:
    """Compare several measures by the same columns at once, as `compare` does with each."""
    by, measures = pairs[0][0].by, [now.measure for now, _ in pairs]
    sides = [_paired(now, before) for now, before in pairs]
    entry = np.repeat(np.arange(len(pairs)), [len(left) for left, _ in sides])
    left, right = _hanging_together(*(pd.concat(groups, ignore_index=True) for groups in zip(*sides, strict=True)))
    level = 1 - (1 - settings.confidence) / family
    difference = _differences(left, right, np.array([measure.scale for measure in measures])[entry], level)
    smallest = np.array([max(settings.minimum_n, measure.minimum_n) for measure in measures])[entry]
    enough = np.minimum(left["n"].to_numpy(), right["n"].to_numpy()) >= smallest
    same_wording = (left["wording"] == right["wording"]).to_numpy()
    same_way = np.array([_share_a_way(*ways) for ways in zip(left["ways"], right["ways"], strict=True)], dtype=bool)
    measurable = (left["mean"].notna() & right["mean"].notna()).to_numpy()
    comparable = measurable & same_wording & same_way
    judged = comparable & np.isfinite(difference.interval.low)
    apart = _apart(left, right)
    constant = comparable & ~judged & np.isfinite(apart)
    p_value = np.where(constant, apart, difference.p_value)
    surely = Interval(
        *(np.where(constant & (p_value < 1 - level), difference.change, limit) for limit in difference.interval)
    )
    directions = np.array([measure.direction for measure in measures])[entry]
    verdict = np.select(
        [~comparable, ~enough, ~(judged | constant)],
        ["not_comparable", "too_few", "not_comparable"],
        _directions_told(surely, difference.neutral, directions),
    )
    frame = left[list(by)].assign(
        measure=np.array([measure.id for measure in measures], dtype=object)[entry],
        n=left["n"],
        estimate=np.where(comparable, difference.change, np.nan),
        ci_low=np.where(judged, difference.interval.low, np.nan),
        ci_high=np.where(judged, difference.interval.high, np.nan),
        method=np.where(judged, difference.method, ""),
        note=_why_not(left, right, measurable, same_wording, same_way, judged),
        reference=reference,
        reference_estimate=difference.reference,
        reference_n=right["n"],
        p_value=np.where(judged | constant, p_value, np.nan),
        verdict=verdict,
    )
    return frame[[*by, *RESULT_COLUMNS, *EXTENSIONS["change"]]]


class _Differences(NamedTuple):
    """Of each row the interval of its difference, the difference, its test, what is no change, how, the old value."""

    interval: Interval
    change: Floats
    p_value: Floats
    neutral: Floats
    method: np.ndarray
    reference: Floats


def _differences(left: pd.DataFrame, right: pd.DataFrame, scales: np.ndarray, level: float) -> _Differences:
    """Take the difference of each row on the scale of its measure."""
    low, high, change, p_value, neutral, reference = np.full((6, len(left)), np.nan)
    method = np.full(len(left), "", dtype=object)
    for name in np.unique(scales):
        at, scale = np.flatnonzero(scales == name), CHANGES[name]
        now, before = left.iloc[at], right.iloc[at]
        low[at], high[at] = scale.interval(now, before, level)
        change[at] = scale.change(now["mean"].to_numpy(), before["mean"].to_numpy())
        p_value[at] = scale.p_value(now, before)
        neutral[at], method[at] = scale.neutral, scale.method
        reference[at] = SCALES[name].shown(before["mean"].to_numpy())
    return _Differences(Interval(low, high), change, p_value, neutral, method, reference)


def _why_not(
    left: pd.DataFrame,
    right: pd.DataFrame,
    measurable: np.ndarray,
    same_wording: np.ndarray,
    same_way: np.ndarray,
    judged: np.ndarray,
) -> np.ndarray:
    """Give the reason why there is no difference, else what is noted of this period."""
    alone = (left["mean"].notna() & right["mean"].isna()).to_numpy()
    return np.select(
        [
            measurable & ~same_wording,
            measurable & ~same_way,
            measurable & ~judged,
            alone & (right["note"] == NO_OBSERVATIONS).to_numpy(),
            alone,
        ],
        [OTHER_WORDING, OTHER_METHOD, NO_SPREAD, NO_REFERENCE, NOT_IN_REFERENCE],
        left["note"],
    )


def against_targets(now: Summary, targets: pd.DataFrame, settings: Settings, *, family: int = 1) -> pd.DataFrame:
    """Hold each group against its target.

    Parameters
    ----------
    now
        Summary of one measure.
    targets
        One row per target: measure, the group columns of `now`, and target in the unit of the measure
        (ratios 0-1, NPS -1 to 1, seconds), as `targets_in_force` gives them.
    settings, family
        As in `compare`.

    Returns
    -------
    Result frame with the extension `change`, one row per group that has a target. `estimate` and interval
    are those of the measure itself, at the level of the family; `reference_estimate` is the target.
    `verdict`: `met` or `not_met` where the whole interval lies on one side of the target, else `undecided`;
    `too_few`, `not_comparable` as above.
    """
    wanted = targets[targets["measure"] == now.measure.id]
    if now.by:
        groups = now.groups.merge(wanted[[*now.by, "target"]], on=list(now.by), how="inner")
    else:
        groups = now.groups.merge(wanted[["target"]], how="cross")
    scale = SCALES[now.measure.scale]
    low, high = within_scale(scale.interval(groups, 1 - (1 - settings.confidence) / family), groups)
    target, n = groups["target"].to_numpy(dtype=np.float64), groups["n"].to_numpy()
    verdict = np.select(
        [
            groups["mean"].isna() | (now.measure.direction == "none"),
            n < _minimum_n(now, settings),
            ~np.isfinite(low),
        ],
        ["not_comparable", "too_few", "undecided"],
        side_of_target(Interval(low, high), target, now.measure.direction),
    )
    frame = groups[list(now.by)].assign(
        measure=now.measure.id,
        n=n,
        estimate=scale.shown(groups["mean"].to_numpy()),
        ci_low=low,
        ci_high=high,
        method=np.where(np.isfinite(low), scale.method, ""),
        note=groups["note"],
        reference="target",
        reference_estimate=target,
        reference_n=np.nan,
        p_value=np.nan,
        verdict=verdict,
    )
    return frame[[*now.by, *RESULT_COLUMNS, *EXTENSIONS["change"]]]


def targets_in_force(targets: pd.DataFrame, quarter: Quarter, by: Sequence[str] = ()) -> pd.DataFrame:
    """Keep the targets in force on the last day of a quarter, of each measure and group the newest.

    Only targets for exactly these group columns: a target without a task holds for all tasks together, one
    without a channel for all channels together.
    """
    day = pd.Timestamp(quarter.end)
    valid_to = targets["valid_to"] if "valid_to" in targets.columns else pd.Series(pd.NaT, index=targets.index)
    kept = (targets["valid_from"] <= day) & (valid_to.isna() | (valid_to >= day)) & possible(targets)
    for name in ("task_id", "channel"):
        if name in targets.columns:
            kept &= targets[name].notna() if name in by else targets[name].isna()
        elif name in by:
            kept &= False
    newest = targets[kept].sort_values("valid_from").drop_duplicates(["measure", *by], keep="last")
    return newest.reset_index(drop=True)


def _in_quarter(summary: Summary, quarter: Quarter) -> Summary:
    """Keep one quarter of a summary by quarter; a total without observations keeps its reason."""
    by = tuple(name for name in summary.by if name != "quarter")
    rows = np.flatnonzero(summary.groups["quarter"].to_numpy(dtype=object) == str(quarter))
    groups = summary.groups.drop(columns="quarter").take(rows)
    if groups.empty and not by:
        everywhere = summary.groups.loc[summary.groups["quarter"] == ALL, "note"]
        return unmeasured(summary.measure, everywhere.iloc[0] if len(everywhere) else NO_OBSERVATIONS)
    return replace(summary, by=by, groups=groups.reset_index(drop=True))


def _paired(now: Summary, before: Summary) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give both summaries row for row; a group that was not there before has no observations."""
    if (now.measure, now.by) != (before.measure, before.by):
        raise ValueError("only summaries of the same measure and groups can be compared")
    left = now.groups[[*now.by, *_STATISTICS]]
    if not now.by:
        return left, before.groups[_STATISTICS]
    right = left[list(now.by)].merge(before.groups, on=list(now.by), how="left")[_STATISTICS]
    return left, right.fillna(_NOBODY).astype({"n": "int64"})


def _hanging_together(left: pd.DataFrame, right: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Let observations hang together as much in one period as in the other: as in the one where they do so most.

    Thirteen weeks, some of them busy, tell badly how much calls of a week have in common: a quarter without a busy week
    looks far surer than it is (docs/methode.md, `python -m benchmarks.shapes`).
    """
    own, other = _design_effects(left), _design_effects(right)
    most = np.fmax(own, other)
    # where all values of a period are equal, nothing shows how they hang together
    most = np.where((left["variance"] == 0) & np.isfinite(other), other, most)
    most = np.where((right["variance"] == 0) & np.isfinite(own) & (left["variance"] > 0), own, most)
    most = np.where(np.isfinite(most), most, 1.0)
    return left.assign(n_eff=left["n"] / most), right.assign(n_eff=right["n"] / most)


def _design_effects(groups: pd.DataFrame) -> Floats:
    """Give how many observations count as one; missing without any."""
    effective = groups["n_eff"].to_numpy(dtype=float)
    return np.asarray(groups["n"].to_numpy() / np.where(effective > 0, effective, np.nan), dtype=float)


def _apart(left: pd.DataFrame, right: pd.DataFrame) -> Floats:
    """Give the p-value of groups of which neither has any spread; missing for others."""
    p_value = tests.apart_test(
        *(side[name].to_numpy(dtype=float) for side in (left, right) for name in ("mean", "n_eff"))
    )
    return np.where((left["variance"] == 0) & (right["variance"] == 0), p_value, np.nan)


def _share_a_way(now: str, before: str) -> bool:
    """Tell whether a way of measuring was used in both periods, as far as the ways are known."""
    return not now or not before or bool(set(now.split("|")) & set(before.split("|")))


def _minimum_n(summary: Summary, settings: Settings) -> int:
    return max(settings.minimum_n, summary.measure.minimum_n)


def direction_told(interval: Interval, neutral: Floats | float, direction: Direction) -> np.ndarray:
    """Say which way a change went: `better`, `worse`, `changed`, or `no_difference` where it may be none."""
    up, down = _UP_AND_DOWN[direction]
    return np.select([interval.low > neutral, interval.high < neutral], [up, down], "no_difference")


def _directions_told(interval: Interval, neutral: Floats, directions: np.ndarray) -> np.ndarray:
    """Say which way each change went, by the direction of its measure."""
    verdicts = np.full(len(neutral), "", dtype=object)
    for direction in np.unique(directions):
        at = directions == direction
        verdicts[at] = direction_told(Interval(interval.low[at], interval.high[at]), neutral[at], direction)
    return verdicts


def side_of_target(interval: Interval, target: Floats | float, direction: Direction) -> np.ndarray:
    """Say on which side of a target a whole interval lies: `met` or `not_met`, else `undecided`.

    Examples
    --------
    >>> str(side_of_target(Interval(0.7, 0.8), 0.7, "higher")), str(side_of_target(Interval(0.7, 0.8), 0.75, "lower"))
    ('met', 'undecided')
    """
    above, below = interval.low >= target, interval.high <= target
    met, missed = (below, above) if direction == "lower" else (above, below)
    return np.select([met, missed], ["met", "not_met"], "undecided")


_UP_AND_DOWN: Final[Mapping[Direction, tuple[str, str]]] = MappingProxyType(
    {"higher": ("better", "worse"), "lower": ("worse", "better"), "none": ("changed", "changed")}
)
