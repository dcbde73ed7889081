"""How long until it is done, when not everything is done yet: Kaplan-Meier with late entry.

The intervals are log-log ("exponential Greenwood"), the same as R's `survfit(conf.type = "log-log")` and
`scipy.stats.ecdf` give with `method="log-log"`; neither has it as default. scipy
knows no late entry, which a quarter needs: a case that was already open when the quarter began is seen only from
then on.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from toptaak.stats.intervals import Floats, normal_quantile, t_quantile

_TIMES = 40  # at which it is worked out how cases hang together


@dataclass(frozen=True)
class SurvivalCurve:
    """Share still open after each time at which a case was done; one entry is one such time.

    Attributes
    ----------
    times : array
        Distinct times of completion, rising.
    share, low, high : array
        Share still open just after that time, with its interval.
    at_risk : array of int
        Cases under observation just before that time.
    done : array of int
        Cases done at that time.
    last : float
        Longest time under observation; beyond it nothing is known unless everything was done.
    ages : array
        0 and every age at which a case entered or left, rising.
    watched : array of int
        Cases under observation just after each of these ages.
    new : int
        Cases under observation at age 0.
    confidence : float
        Confidence level of the intervals.
    """

    times: Floats
    share: Floats
    low: Floats
    high: Floats
    at_risk: NDArray[np.int64]
    done: NDArray[np.int64]
    last: float
    ages: Floats
    watched: NDArray[np.int64]
    new: int
    confidence: float

    def at_risk_at(self, time: float) -> int:
        """Count the cases under observation at an age: entered before it (at age 0: new), and not gone before it."""
        if time <= 0:
            return self.new
        return int(self.watched[np.searchsorted(self.ages, time, side="left") - 1])

    def resting_on(self, minimum: int) -> Self:
        """Cut the curve off at the age from which fewer cases than this were under observation.

        A share rests on all ages before it: with late entry the youngest ages may hold the fewest cases. Where fewer
        new cases than the minimum were seen, nothing is left of the curve.
        """
        thin = np.flatnonzero(self.watched < minimum)
        reach = float(self.ages[thin[0]]) if thin.size else self.last
        if self.new < minimum:
            reach = -1.0
        kept = self.times <= reach
        parts = {name: getattr(self, name)[kept] for name in ("times", "share", "low", "high", "at_risk", "done")}
        return replace(self, **parts, last=min(reach, self.last))

    def at(self, time: float) -> tuple[float, float, float]:
        """Give the share still open after `time` with its interval; missing beyond what was observed.

        Where nothing was done yet, or everything, the log-log interval does not exist; then it is the exact one-sided
        bound that the cases under observation give (none of 200 done: at least 98.5 % still open).
        """
        unknown = float("nan"), float("nan"), float("nan")
        all_done = bool(self.share.size and self.share[-1] == 0)
        if time > self.last and not all_done:
            return unknown
        place = int(np.searchsorted(self.times, time, side="right")) - 1
        if place < 0:
            before = self.watched[: np.searchsorted(self.ages, time, side="left")]
            fewest = int(before.min(initial=self.new))
            return (1.0, self._bound(fewest), 1.0) if fewest else unknown
        if self.share[place] == 0:
            return 0.0, 0.0, 1 - self._bound(int(self.at_risk[0]))
        return float(self.share[place]), float(self.low[place]), float(self.high[place])

    def _bound(self, cases: int) -> float:
        return float((1 - self.confidence) ** (1 / cases))

    def quantile(self, open_share: float = 0.5) -> tuple[float, float, float]:
        """Give the time at which the share still open falls to `open_share`, with its interval.

        A time that the curve, or the limit, does not reach within the observed period is missing. Where the
        curve lies level at exactly that share the middle of the step is taken, as R does.
        Source: Brookmeyer & Crowley (1982), Biometrics 38, 29-41.
        """
        return (
            _crossing(self.times, self.share, open_share),
            _crossing(self.times, self.low, open_share),
            _crossing(self.times, self.high, open_share),
        )


def _crossing(times: Floats, shares: Floats, level: float) -> float:
    tolerance = 1e-9
    reached = np.flatnonzero(shares <= level + tolerance)
    if reached.size == 0:
        return float("nan")
    first = int(reached[0])
    below = np.flatnonzero(shares < level - tolerance)
    if abs(shares[first] - level) <= tolerance and below.size:
        return float((times[first] + times[below[0]]) / 2)
    return float(times[first])


def kaplan_meier(
    exit_times: ArrayLike,
    done: ArrayLike,
    entry_times: ArrayLike | None = None,
    confidence: float = 0.95,
    clusters: NDArray[np.intp] | None = None,
) -> SurvivalCurve:
    """Estimate the share of cases still open after each time.

    Parameters
    ----------
    exit_times : array
        Age of the case when it was done, or when we last saw it open.
    done : array of bool
        True where it was done; False where it was still open (censored).
    entry_times : array, optional
        Age of the case when observation began; 0 where absent. An entry at the moment of another's completion
        is not at risk for it, as in R's `Surv(entry, exit, done)`.
    clusters : array of int, optional
        What cases hang together by, such as the customer: intervals become wider by what `clustered` gives.

    Raises
    ------
    ValueError
        where a time is negative or missing, or an exit does not follow its entry.

    Notes
    -----
    At age 0 only cases that entered at 0 are at risk. At a share of exactly 1 or 0 the log-log interval does not exist:
    see `SurvivalCurve.at`.

    Examples
    --------
    >>> curve = kaplan_meier([1, 2, 2, 3], [True, True, False, True])
    >>> curve.times.tolist(), curve.share.round(3).tolist()
    ([1.0, 2.0, 3.0], [0.75, 0.5, 0.0])
    >>> curve.quantile()[0]
    2.5
    """
    exits, events = np.asarray(exit_times, dtype=float), np.asarray(done, dtype=bool)
    entries = np.zeros_like(exits) if entry_times is None else np.asarray(entry_times, dtype=float)
    _check(entries, exits)
    times, completed = np.unique(exits[events], return_counts=True)
    # at risk at t: entered before t and not gone before t
    entered = np.searchsorted(np.sort(entries), times, side="left")
    gone = np.searchsorted(np.sort(exits), times, side="left")
    new = int((entries == 0).sum())
    at_risk = np.where(times > 0, entered, new) - gone
    share = np.cumprod(1 - completed / at_risk, dtype=np.float64)
    wider = (
        np.ones(len(times))
        if clusters is None
        else clustered(times, completed, at_risk, entries, exits, events, clusters)
    )
    low, high = _log_log(share, completed, at_risk, confidence, wider)
    last = float(exits.max(initial=0.0))
    ages = np.unique(np.concatenate([[0.0], entries, exits]))
    watched = np.searchsorted(np.sort(entries), ages, "right") - np.searchsorted(np.sort(exits), ages, "right")
    return SurvivalCurve(
        times,
        share,
        low,
        high,
        at_risk.astype(np.int64),
        completed.astype(np.int64),
        last,
        ages,
        watched,
        new,
        confidence,
    )


def _check(entries: Floats, exits: Floats) -> None:
    if not (np.isfinite(exits).all() and np.isfinite(entries).all()):
        raise ValueError("every case needs a finite time")
    if (entries < 0).any() or (exits < 0).any():
        raise ValueError("a time cannot be negative")
    if ((entries > 0) & (exits <= entries)).any():
        raise ValueError("a case must leave after it entered")


def clustered(
    times: Floats,
    completed: NDArray[np.int64],
    at_risk: NDArray[np.int64],
    entries: Floats,
    exits: Floats,
    events: NDArray[np.bool_],
    clusters: NDArray[np.intp],
) -> Floats:
    """Give for each time how many times the variance grows because cases hang together; at least 1.

    The variance between clusters of what each case adds to the cumulative hazard (its infinitesimal jackknife, as in
    R's `survfit(cluster = )`), over the same with every case by itself; at no more than 40 times, and straight lines
    between them. As with Korn & Graubard (1998) few clusters make it larger.
    """
    number = int(clusters.max(initial=-1)) + 1
    if len(times) == 0 or number in (len(exits), 0):
        return np.ones(len(times))
    if number == 1:
        return np.full(len(times), np.inf)
    total = np.concatenate([[0.0], np.cumsum(completed / at_risk**2)])
    places = np.unique(np.linspace(0, len(times) - 1, min(len(times), _TIMES)).astype(int))
    growth = np.ones(len(places))
    for at, place in enumerate(places):
        until = times[place]
        gone = events & (exits <= until)
        own = np.where(gone, 1 / at_risk[np.minimum(np.searchsorted(times, exits), len(times) - 1)], 0.0)
        watched = [total[np.searchsorted(times, np.minimum(ages, until), "right")] for ages in (exits, entries)]
        # who entered at 0 is at risk for what was done at 0
        watched[1] = np.where(entries > 0, watched[1], 0.0)
        added = own - (watched[0] - watched[1])
        alone = float((added**2).sum())
        together = float((np.bincount(clusters, added, minlength=number) ** 2).sum())
        growth[at] = together / alone if alone > 0 else 1.0
    few = (t_quantile(0.95, number - 1) / normal_quantile(0.95)) ** 2
    return np.interp(np.arange(len(times)), places, np.maximum(growth * few, 1.0))


def _log_log(
    share: Floats, completed: NDArray[np.int64], at_risk: NDArray[np.int64], confidence: float, wider: Floats
) -> tuple[Floats, Floats]:
    z = normal_quantile(confidence)
    inside = (share > 0) & (share < 1)
    left = np.where(at_risk > completed, at_risk - completed, 1)
    alone = np.cumsum(completed / (at_risk * left))
    greenwood = np.multiply(alone, wider, out=np.zeros_like(alone), where=alone > 0)
    log_share = np.log(np.where(inside, share, 0.5))
    width = np.exp(z * np.sqrt(greenwood) / np.abs(log_share))
    plain = np.where(share >= 1, 1.0, np.nan)
    low = np.where(inside, np.exp(log_share * width), plain)
    high = np.where(inside, np.exp(log_share / width), plain)
    return low, high
