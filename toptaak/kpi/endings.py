"""How attempts end, and why they fail: shares that add up to one.

A reason is a short text that somebody typed or chose. Reasons that few people gave are counted together as `_other`: a
rare text may be somebody's own words. Where those are few together, the rarest other reason is counted with them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pandas as pd

from toptaak.core.results import stack
from toptaak.core.settings import Settings
from toptaak.kpi.measures import CATALOGUE
from toptaak.kpi.measures.outcomes import verified
from toptaak.kpi.observations import Observations
from toptaak.kpi.summaries import estimates, summarise, unmeasured, with_period

OTHER: Final = "_other"
NO_REASONS: Final = "not measurable: reasons of failure are not recorded"
NO_ENDS: Final = "not measurable: how attempts ended is not recorded"


def failure_reasons(attempts: pd.DataFrame, by: Sequence[str] = (), settings: Settings | None = None) -> pd.DataFrame:
    """Give for each reason its share of the failed attempts, with Wilson's interval.

    Parameters
    ----------
    attempts
        Attempts; those that demonstrably failed and have a reason count. Weights act.
    by
        Group columns: municipality, task_id, channel, quarter.
    settings
        `minimum_n`: a reason that fewer attempts have, over the whole table, counts as `_other`; so does the rarest of
        the others, where `_other` would count fewer.

    Returns
    -------
    Result frame with the column `reason`, one row per group and reason, the commonest reason first; `n` counts the
    failed attempts of the group of which the reason is known. The shares of a group add up to 1.

    Examples
    --------
    >>> attempts = pd.DataFrame({"verified_success": [False] * 40 + [True] * 60,
    ...     "failure_reason": ["niet gevonden"] * 16 + ["storing"] * 12 + ["mijn buurman"] * 3 + ["foto's"] * 9
    ...     + [None] * 60})
    >>> failure_reasons(attempts)[["reason", "n", "estimate"]].values.tolist()
    [['niet gevonden', 40, 0.4], ['_other', 40, 0.3], ['storing', 40, 0.3]]
    """
    settings = settings or Settings()
    if "failure_reason" not in attempts.columns or attempts["failure_reason"].isna().all():
        return estimates(unmeasured(CATALOGUE["failure_reason_share"], NO_REASONS, [*by, "reason"]), settings)
    failed = attempts[verified(attempts) == 0]
    table = failed.assign(
        reason=rare_together(failed["failure_reason"], settings.minimum_n, rest=settings.minimum_n // 2)
    )
    return _shares("failure_reason_share", table, "reason", by, settings)


def rare_together(texts: pd.Series, minimum_n: int, most: int | None = None, rest: int = 0) -> pd.Series:
    """Count texts as `_other` that fewer than `minimum_n` rows have, or that come after the `most` commonest.

    Where the texts are parts of one whole, `_other` needs `rest` rows (half of `minimum_n`, as of fewer no share is
    shown): the rarest of the others are counted with it.

    Examples
    --------
    >>> steps = pd.Series(["intake"] * 20 + ["check"] * 12 + ["visit Ann"] * 2)
    >>> rare_together(steps, 10, rest=10).value_counts().to_dict()
    {'intake': 20, '_other': 14}
    """
    names = texts.astype(object)
    times = names.value_counts()
    kept = sorted(times.index[times >= minimum_n], key=lambda name: (-int(times[name]), str(name)))[:most]
    while kept and 0 < times.sum() - times[kept].sum() < rest:
        kept.pop()
    return names.mask(names.notna() & ~names.isin(kept), OTHER)


def end_points(attempts: pd.DataFrame, by: Sequence[str] = (), settings: Settings | None = None) -> pd.DataFrame:
    """Give for each way attempts end its share, with Wilson's interval; being refused with an explanation is one.

    Returns
    -------
    Result frame with the column `outcome` (completed, not_eligible, partial, failed, gave_up), one row per group and
    end; `n` counts the attempts of the group of which the end was recorded. The shares of a group add up to 1.

    Examples
    --------
    >>> attempts = pd.DataFrame({"outcome": ["completed"] * 6 + ["not_eligible"] * 2 + ["gave_up"] * 2 + [None]})
    >>> end_points(attempts)[["outcome", "n", "estimate"]].values.tolist()
    [['completed', 10, 0.6], ['gave_up', 10, 0.2], ['not_eligible', 10, 0.2]]
    """
    settings = settings or Settings()
    if "outcome" not in attempts.columns or attempts["outcome"].isna().all():
        return estimates(unmeasured(CATALOGUE["end_point_share"], NO_ENDS, [*by, "outcome"]), settings)
    return _shares("end_point_share", attempts, "outcome", by, settings)


def _shares(name: str, table: pd.DataFrame, column: str, by: Sequence[str], settings: Settings) -> pd.DataFrame:
    """Give the share of each value of a column, the commonest first, ties by name."""
    known = with_period(table.dropna(subset=column), by)
    times = known[column].value_counts()
    ordered = sorted(times.index, key=lambda value: (-int(times[value]), str(value)))
    frames = []
    for value in ordered:
        rows = known.assign(value=(known[column] == value).astype("float64"))
        frames.append(estimates(summarise(CATALOGUE[name], Observations(rows), by), settings).assign(**{column: value}))
    return stack(frames, [*by, column])
