"""What a contact costs: recorded effort beside the number of contacts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

import pandas as pd

from toptaak.core.results import ALL, NO_OBSERVATIONS, NO_TABLE, by_group, result_row, results
from toptaak.kpi.summaries import with_period

COUNTED: Final = "counted, not sampled: no interval"


def cost_per_contact(effort: pd.DataFrame | None, contacts: pd.DataFrame, by: Sequence[str] = ()) -> pd.DataFrame:
    """Give the recorded cost, in euro, per contact of the same quarter.

    Parameters
    ----------
    effort
        Cost per municipality, quarter and task; None where it is not recorded.
    contacts
        Contacts, counted in the quarter in which they began.
    by
        Group columns that both tables have: municipality, quarter, task_id.

    Returns
    -------
    Result frame; `n` is the number of contacts. Both figures are counted in full, so there is no interval.
    """
    if effort is None or "cost" not in effort.columns:
        row = result_row("cost_per_contact", 0, note=NO_TABLE) | dict.fromkeys(by, ALL)
        return results([row], by)
    paid = effort.dropna(subset="cost")
    counted = with_period(contacts, ["quarter"])
    # only contacts of a municipality and quarter whose cost is known
    when = [name for name in ("municipality", "quarter") if name in paid.columns]
    counted = counted.merge(paid[when].drop_duplicates(), on=when)
    numbers: Mapping[tuple[object, ...], int] = (
        Counter(zip(*(counted[name] for name in by), strict=True)) if by else {(): len(counted)}
    )

    def of_group(group: pd.DataFrame) -> list[dict[str, object]]:
        number = numbers[tuple(group[name].iloc[0] for name in by)]
        if number == 0:
            return [result_row("cost_per_contact", note=NO_OBSERVATIONS)]
        return [result_row("cost_per_contact", number, float(group["cost"].sum()) / number, note=COUNTED)]

    return results(by_group(paid, by, of_group), by)
