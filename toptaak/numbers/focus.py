"""The one thing to do first, chosen by a rule from numbers that a page already shows."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np
import pandas as pd

from toptaak.core.results import ALL
from toptaak.kpi.endings import OTHER
from toptaak.kpi.measures import declaration
from toptaak.numbers.quarter import Source
from toptaak.numbers.year import reasons_of_year, stalls
from toptaak.privacy.disclosure import Publishable
from toptaak.stats.intervals import wilson

FocusKind = Literal["reason", "step", "channel", "measure"]
_UNNAMED: Final = (OTHER, ALL)  # no part that somebody can take on
_DUST: Final = 1e-9  # of rounding


@dataclass(frozen=True)
class Focus:
    """What stands out most: a part of what goes wrong, or a measure.

    Attributes
    ----------
    name
        The reason, step, channel or measure.
    estimate, low, high
        Its share, or the value of the measure, with its interval.
    n
        How many failed attempts, open cases or observations it is of.
    target, worse
        Of a measure: its target, missing where it has none, and whether it is demonstrably worse than before.
    """

    kind: FocusKind
    name: str
    estimate: float
    low: float
    high: float
    n: int
    target: float = math.nan
    worse: bool = False


def frontline_focus(source: Source) -> Focus | None:
    """Choose the reason of failed attempts or the step of open cases with the largest share.

    Only one that demonstrably has more than the mean reason, or step, counts; None where none has.
    """
    rows: dict[FocusKind, Publishable | None] = {"reason": reasons_of_year(source), "step": _waiting(source)}
    largest = [largest_part(kind, shares.frame, source.settings.confidence) for kind, shares in rows.items() if shares]
    return max((share for share in largest if share), key=lambda share: share.estimate, default=None)


def _waiting(source: Source) -> Publishable | None:
    rows = stalls(source)
    return None if rows is None else rows.where(measure="stalled_share")


def team_focus(source: Source) -> Focus | None:
    """Choose the KPI that is demonstrably off its target or worse than before, and furthest from its target.

    How far is told as a share of the target; of a measure that can be below zero, or whose target is zero, as a share
    of its scale. A KPI without target comes after those with one, in the order of the catalogue. None where there is
    no such KPI.
    """
    return max(_measures(source), key=_distance, default=None)


def _measures(source: Source) -> Iterator[Focus]:
    """List the KPIs that demonstrably miss their target or got worse."""
    aims, changes = source.against_target.frame, source.changes.frame
    targets = dict(zip(aims["measure"], aims["reference_estimate"].astype(float), strict=True))
    missed = {*aims.loc[aims["verdict"] == "not_met", "measure"]}
    worse = {*changes.loc[changes["verdict"] == "worse", "measure"]}
    for _, row in source.kpis_now.frame.dropna(subset="estimate").iterrows():
        name = str(row["measure"])
        if name in missed | worse:
            yield replace(_focus("measure", name, row), target=targets.get(name, math.nan), worse=name in worse)


def _focus(kind: FocusKind, name: str, row: pd.Series) -> Focus:
    low, high = float(row["ci_low"]), float(row["ci_high"])
    return Focus(kind, name, float(row["estimate"]), low, high, int(row["n"]))


def _distance(focus: Focus) -> float:
    """Tell how far a measure is on the wrong side of its target; -1 without a target."""
    if not math.isfinite(focus.target):
        return -1.0
    entry = declaration(focus.name)
    short = focus.estimate - focus.target if entry.direction == "lower" else focus.target - focus.estimate
    least, most = entry.bounds
    if focus.target == 0 or -math.inf < least < 0:
        return max(short, 0.0) / (most - least if math.isfinite(most - least) else 1.0)
    return max(short, 0.0) / abs(focus.target)


def failing_channel(source: Source) -> Focus | None:
    """Choose the channel with most of the failed attempts of this quarter, if it demonstrably has more than the mean.

    It rests on the failures per channel and of all channels together as they are published. None where no channel
    stands out, or where what is hidden might be larger.
    """
    whole = _failures(source.now)
    per_channel = _failures(source.by_channel)
    total = round(float(whole["failed"].sum()))
    if per_channel.empty or total < 1:
        return None
    shares = (per_channel["failed"] / total).clip(upper=1)
    low, high = wilson(shares * total, np.full(len(shares), float(total)), source.settings.confidence)
    rows = pd.DataFrame(
        {"channel": per_channel["channel"], "n": total, "estimate": shares, "ci_low": low, "ci_high": high}
    )
    return largest_part("channel", rows, source.settings.confidence)


def _failures(rows: Publishable) -> pd.DataFrame:
    frame = rows.where(measure="failure_rate").frame.dropna(subset="estimate")
    return frame.assign(failed=frame["n"].astype(float) * frame["estimate"])


def largest_part(kind: FocusKind, rows: pd.DataFrame, confidence: float) -> Focus | None:
    """Give the largest part of a whole, if it demonstrably has more than the mean part.

    Parameters
    ----------
    kind
        What the parts are: the name of their column.
    rows
        Published shares of one whole. What lacks to the whole is hidden and counts as one part; where that is more
        than the largest part shown, nobody can say which is the largest.

    Notes
    -----
    Wilson's interval of the share has to lie above 1 / parts, with the chance of a false alarm divided over the parts,
    for each of them might have been the largest (Bonferroni).

    Examples
    --------
    >>> parts = pd.DataFrame({"reason": ["not found", "outage"], "n": 100, "estimate": [0.75, 0.25],
    ...     "ci_low": [0.66, 0.17], "ci_high": [0.83, 0.34]})
    >>> largest_part("reason", parts, 0.95).name
    'not found'
    >>> largest_part("reason", parts.assign(n=8), 0.95) is None
    True
    """
    known = rows.dropna(subset="estimate").sort_values(["estimate", kind], ascending=[False, True], kind="stable")
    named = known[~known[kind].isin(_UNNAMED)]
    hidden = max(0.0, 1 - float(known["estimate"].sum()))
    if named.empty or named["estimate"].iloc[0] <= hidden:
        return None
    first, parts = named.iloc[0], len(known) + (hidden > _DUST)
    people = float(first.get("n_eff", first["n"]))
    low, _ = wilson(people * first["estimate"], people, 1 - (1 - confidence) / parts)
    return _focus(kind, str(first[kind]), first) if parts > 1 and low > 1 / parts else None
