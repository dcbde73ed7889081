"""The way a case goes: from channel to channel, and the step behind the counter where it waits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
import pandas as pd

from toptaak.core.results import ALL, NO_OBSERVATIONS, by_group, result_row, results
from toptaak.core.settings import Settings
from toptaak.kpi.case_survival import METHOD, NOT_REACHED
from toptaak.kpi.endings import rare_together
from toptaak.kpi.journeys import CASE, NO_CLOSING_STEP, until_closed
from toptaak.kpi.summaries import with_period
from toptaak.stats.intervals import wilson
from toptaak.stats.survival import kaplan_meier

END: Final = "_end"  # no further contact
NO_OPEN_CASES: Final = "no case is open"
MOST_STEPS: Final = 12  # as many bars as fit a page


def channel_flow(contacts: pd.DataFrame, by: Sequence[str] = (), settings: Settings | None = None) -> pd.DataFrame:
    """Count through which channel customers go on after a contact.

    Returns
    -------
    Result frame with the columns `from_channel` and `to_channel`, one row per group and pair that occurs. `n`:
    contacts through the first channel; `estimate`: the share after which the next contact of the case came
    through the second; `_end` where none came. The shares of one first channel add up to 1. Wilson's interval.

    Examples
    --------
    >>> times = pd.Timestamp("2026-07-01", tz="Europe/Amsterdam") + pd.to_timedelta([0, 1, 2], unit="D")
    >>> contacts = pd.DataFrame({"municipality": "GM9901", "case": "a", "channel": ["web", "phone", "phone"],
    ...     "started_at": times})
    >>> channel_flow(contacts)[["from_channel", "to_channel", "n", "estimate"]].values.tolist()
    [['phone', '_end', 2, 0.5], ['phone', 'phone', 2, 0.5], ['web', 'phone', 1, 1.0]]
    """
    level = (settings or Settings()).confidence
    known = with_period(contacts, by).dropna(subset=[*CASE, "channel"]).sort_values(["started_at", "channel"])
    channel = known["channel"].astype(object)
    following = channel.groupby([known[name] for name in CASE], observed=True).shift(-1)
    steps = known.assign(from_channel=channel, to_channel=following.fillna(END))

    def flows(group: pd.DataFrame) -> Iterable[dict[str, object]]:
        pairs = group.groupby(["from_channel", "to_channel"], as_index=False).size()
        totals = pairs.groupby("from_channel")["size"].transform("sum")
        low, high = wilson(pairs["size"], totals, level)
        shares = pairs.assign(n=totals, share=pairs["size"] / totals, low=low, high=high)
        for pair in shares.to_dict("records"):
            row = result_row("channel_flow", pair["n"], pair["share"], pair["low"], pair["high"], "wilson")
            yield row | {"from_channel": pair["from_channel"], "to_channel": pair["to_channel"]}

    return results(by_group(steps, by, flows), [*by, "from_channel", "to_channel"])


def step_wait(steps: pd.DataFrame, by: Sequence[str] = (), settings: Settings | None = None) -> pd.DataFrame:
    """Give for each step the time in seconds after which half of the cases have moved on.

    A case that still stands at the step counts as long as it was seen, until the end of the municipality's log; what
    comes after the step that closed a case does not count (`closing_steps` and `reopening_steps` in the settings).

    Returns
    -------
    Result frame with the column `step`. Steps with fewer than `minimum_n` cases count together as `_other`.
    """
    settings = settings or Settings()

    def median(group: pd.DataFrame) -> Iterable[dict[str, object]]:
        curve = kaplan_meier(group["waited"], group["moved"], confidence=settings.confidence)
        estimate, low, high = curve.resting_on(settings.minimum_n).quantile(0.5)
        note = NOT_REACHED if np.isnan(estimate) else ""
        yield result_row("step_wait", len(group), estimate, low, high, METHOD, note)

    if not settings.closing_steps:
        return _undeclared("step_wait", steps, by)
    waiting = _waits(with_period(steps, by), settings)
    named = waiting.assign(step=rare_together(waiting["step"], settings.minimum_n))
    return results(by_group(named, [*by, "step"], median), [*by, "step"])


def stalled_share(steps: pd.DataFrame, by: Sequence[str] = (), settings: Settings | None = None) -> pd.DataFrame:
    """Give the share of open cases that stand at each step, with Wilson's interval.

    A case is open until a closing step, however long ago its last step was taken.

    Returns
    -------
    Result frame with the column `step`; the shares of one group add up to 1. `n` counts its open cases. Steps with
    fewer than `minimum_n` open cases, and those beyond the `MOST_STEPS` commonest, count together as `_other`.
    """
    settings = settings or Settings()

    def shares(group: pd.DataFrame) -> Iterable[dict[str, object]]:
        n = len(group)
        if n == 0:
            yield result_row("stalled_share", note=NO_OPEN_CASES) | {"step": ALL}
        named = rare_together(group["step"], settings.minimum_n, MOST_STEPS - 1, settings.minimum_n // 2)
        for step, count in named.groupby(named, observed=True).size().items():
            low, high = wilson(count, n, settings.confidence)
            yield result_row("stalled_share", n, count / n, float(low), float(high), "wilson") | {"step": step}

    if not settings.closing_steps:
        return _undeclared("stalled_share", steps, by)
    waiting = _waits(with_period(steps, by), settings)
    return results(by_group(waiting[~waiting["moved"]], by, shares), [*by, "step"])


def _waits(steps: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Tell for each step how long the case waited after it, and whether it moved on."""
    known = until_closed(steps.dropna(subset="step"), settings)
    following = known.groupby(CASE, observed=True)["at"].shift(-1)
    last = known["municipality"].map(steps.groupby("municipality", observed=True)["at"].max())
    waited = (following.fillna(last) - known["at"]).dt.total_seconds()
    table = known.assign(waited=waited, moved=following.notna())
    return table[table["moved"] | ~table["step"].isin(settings.closing_steps)]


def _undeclared(name: str, steps: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    reason = NO_OBSERVATIONS if steps.empty else NO_CLOSING_STEP
    row = result_row(name, note=reason) | dict.fromkeys([*by, "step"], ALL)
    return results([row], [*by, "step"])
