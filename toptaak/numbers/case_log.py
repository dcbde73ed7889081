"""What the log of cases of a municipality can tell: which are open, and from which quarter on it can be compared."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from toptaak.core.periods import Quarter
from toptaak.kpi.follow_up import TOO_YOUNG, comparable_since
from toptaak.kpi.measures import cases_of as gathered_cases
from toptaak.kpi.measures import observations
from toptaak.kpi.measures.contacts import TOO_RECENT
from toptaak.kpi.open_stock import open_stock
from toptaak.numbers.quarter import Source
from toptaak.privacy.disclosure import Publishable, publish


def cases_of(source: Source) -> pd.DataFrame | None:
    """Gather the cases, of an export, contacts or steps; None where nothing tells whether any is open."""
    by_case = gathered_cases(source.tables, source.settings)
    return None if by_case.empty or "case" not in by_case or by_case["open"].isna().all() else by_case


def open_now(source: Source) -> Publishable | None:
    """Give the number and the median age of the cases open on the last day of the quarter; None without cases."""
    by_case = cases_of(source)
    if by_case is None:
        return None
    return publish(open_stock(by_case[by_case["open"].notna()], source.quarter.end), source.settings)


def too_early(source: Source, measures: Sequence[str]) -> dict[str, int]:
    """Count per measure what began so late in the quarter that it is left out; measures without any are not named."""
    counts = {}
    for name in measures:
        rows = observations(name, source.tables, ["quarter"], source.settings).rows
        if "reason" in rows.columns:
            late = rows["reason"].isin([TOO_YOUNG, TOO_RECENT]) & (rows["quarter"].astype(str) == str(source.quarter))
            counts[name] = int(late.sum())
    return {name: count for name, count in counts.items() if count}


def first_comparable(source: Source) -> Quarter | None:
    """Name the first quarter that can be compared with the one before; None where this one can, or without cases."""
    by_case = cases_of(source)
    if by_case is None:
        return None
    since = comparable_since(by_case).max()
    if since <= pd.Timestamp(source.quarter.previous().start):
        return None
    begin = Quarter.of(since.date())
    return (begin if since <= pd.Timestamp(begin.start) else begin.next()).next()
