"""The silence test: do customers come back when they hear nothing for about ten days?

Table `contacts`. After each contact that solved nothing the customer waits; each day without a new contact is a
day of silence. Days are calendar days in Amsterdam; day 0 is the day of the contact itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

import numpy as np
import pandas as pd

from toptaak.core.periods import AMSTERDAM
from toptaak.core.results import NO_OBSERVATIONS, TOO_FEW, by_group, result_row, results
from toptaak.core.settings import Settings
from toptaak.kpi.journeys import CASE
from toptaak.kpi.measures import declaration
from toptaak.kpi.summaries import with_period
from toptaak.stats.counts import rate_ratio
from toptaak.stats.intervals import wilson

NONE_BEFORE: Final = "nobody came back in the days before: the ratio is at least its lower limit"
SECONDS_A_DAY: Final = 86_400
# What stands in the column `verdict` of `silence_ratio`, for people.
SILENCE_VERDICTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "rises": "customers demonstrably come back more often after the silence",
        "falls": "customers demonstrably come back less often after the silence",
        "no_difference": "no demonstrable difference",
        "too_few": "too few observations",
    }
)


def contact_hazard(
    contacts: pd.DataFrame, by: Sequence[str] = (), settings: Settings | None = None, *, days: int = 30
) -> pd.DataFrame:
    """Give for each day since the last contact the chance of a new one on that day.

    Returns
    -------
    Result frame with the extension `survival`, one row per group and day up to `days`. `time`: the day in
    seconds; `n` and `at_risk`: customers without an answer and without a new contact until that day, who could
    be followed through it. Wilson's interval.

    Examples
    --------
    >>> start = pd.Timestamp("2026-07-01 09:00", tz="Europe/Amsterdam")
    >>> contacts = pd.DataFrame({"municipality": "GM9901", "case": ["a", "a", "b", "c", "d"], "resolved": False,
    ...     "started_at": start + pd.to_timedelta([0, 2, 0, 0, 3], unit="D")})
    >>> contact_hazard(contacts, days=2)[["n", "estimate"]].round(3).values.tolist()
    [[5.0, 0.0], [4.0, 0.0], [3.0, 0.333]]
    """
    level = (settings or Settings()).confidence

    def by_day(waits: pd.DataFrame) -> Iterable[dict[str, object]]:
        at_risk, events = _per_day(waits, days)
        low, high = wilson(events, at_risk, level)
        for day in range(days + 1):
            n, note = int(at_risk[day]), "" if at_risk[day] else NO_OBSERVATIONS
            chance = events[day] / n if n else float("nan")
            row = result_row("contact_hazard", n, chance, float(low[day]), float(high[day]), "wilson", note)
            yield row | {"time": float(day * SECONDS_A_DAY), "at_risk": n}

    return results(by_group(silences(contacts, by), by, by_day), by, extension="survival")


def silence_ratio(
    contacts: pd.DataFrame,
    by: Sequence[str] = (),
    settings: Settings | None = None,
    *,
    turn: int = 10,
    window: int = 7,
) -> pd.DataFrame:
    """Test whether customers come back more often after `turn` days without news than before.

    Parameters
    ----------
    turn
        Last day of silence before the turn.
    window
        Days compared on each side; whole weeks, so that weekends weigh the same on both.

    Returns
    -------
    Result frame with the extension `change`, one row per group. `estimate`: new contacts per customer and day in
    the days after the turn, divided by that in the days before; exact interval and `p_value` of the ratio.
    `n`, `reference_n`: customers still waiting when each window begins; `reference_estimate`: the rate before;
    `verdict`: see `SILENCE_VERDICTS`. Where nobody came back before the turn there is no ratio, only its lower limit.
    """
    settings = settings or Settings()
    reference = f"{turn - window + 1}-{turn}"

    def compared(waits: pd.DataFrame) -> Iterable[dict[str, object]]:
        at_risk, events = _per_day(waits, turn + window)
        before, after = slice(turn - window + 1, turn + 1), slice(turn + 1, turn + window + 1)
        n, reference_n = int(at_risk[after.start]), int(at_risk[before.start])
        exposure = float(at_risk[before].sum())
        common = {
            "reference": reference,
            "reference_n": reference_n,
            "reference_estimate": events[before].sum() / exposure if exposure else float("nan"),
        }
        if min(n, reference_n) < max(settings.minimum_n, declaration("silence_ratio").minimum_n):
            yield result_row("silence_ratio", n, note=TOO_FEW) | common | {"verdict": "too_few"}
            return
        ratio, low, high, p_value = rate_ratio(
            float(events[after].sum()),
            float(at_risk[after].sum()),
            float(events[before].sum()),
            exposure,
            settings.confidence,
        )
        verdict = "rises" if low > 1 else "falls" if high < 1 else "no_difference"
        row = (
            result_row("silence_ratio", n, ratio, low, high, "poisson_exact")
            if not np.isinf(ratio)
            else result_row("silence_ratio", n, ci_low=low, method="poisson_exact", note=NONE_BEFORE)
        )
        yield row | common | {"p_value": p_value, "verdict": verdict}

    return results(by_group(silences(contacts, by), by, compared), by, extension="change")


def silences(contacts: pd.DataFrame, by: Sequence[str] = ()) -> pd.DataFrame:
    """Tell for each contact that solved nothing how long the customer waited for, and whether they came back.

    Returns
    -------
    One row per such contact: its columns, the periods in `by` (of its start), `silent` (days until the next
    contact of the case, missing if none came) and `followed` (days until the end of the municipality's log).
    Contacts of which it is not recorded whether they solved the case are left out.
    """
    known = with_period(contacts, by).dropna(subset=CASE)
    local = known["started_at"].dt.tz_convert(AMSTERDAM).dt.tz_localize(None).dt.normalize()
    known = known.assign(day=local).sort_values("started_at", kind="stable")
    following = known.groupby(CASE, observed=True)["day"].shift(-1)
    last = known.groupby("municipality", observed=True)["day"].transform("max")
    known = known.assign(silent=(following - known["day"]).dt.days, followed=(last - known["day"]).dt.days)
    resolved = known.get("resolved", pd.Series(pd.NA, index=known.index)).astype("boolean")
    return known[(~resolved).fillna(False)].drop(columns="day")


def _per_day(waits: pd.DataFrame, days: int) -> tuple[np.ndarray, np.ndarray]:
    """Count, for day 0 to `days`, who was still waiting and followed, and who came back."""
    silent = waits["silent"].to_numpy(dtype=np.float64, na_value=np.inf)
    seen = np.minimum(silent, waits["followed"].to_numpy(dtype=np.float64))
    lasted = np.bincount(np.minimum(seen, days + 1).astype(np.int64), minlength=days + 2)
    at_risk = np.cumsum(lasted[::-1])[::-1][: days + 1]
    came_back = silent[silent <= days].astype(np.int64)
    return at_risk, np.bincount(came_back, minlength=days + 1)
