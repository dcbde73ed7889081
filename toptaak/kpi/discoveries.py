"""Many comparisons at once: of the differences that are told, few may be false.

Board KPIs are few, and one false alarm among them is one too many: `kpi.compare` holds the chance of any. Beside
them stand hundreds of comparisons per task and channel. There the share of false ones among those told is held
(Benjamini & Hochberg 1995), so that real differences can still be seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pandas as pd

from toptaak.core.periods import Quarter
from toptaak.core.settings import Settings
from toptaak.kpi.compare import compare_quarters
from toptaak.kpi.measures import Tables
from toptaak.stats.tests import benjamini_hochberg

MANY_COMPARISONS: Final = "one of many comparisons: this difference may well be chance"
_JUDGED: Final = ("better", "worse", "changed")


def compare_details(
    tables: Tables,
    quarter: Quarter,
    reference: Quarter,
    measures: Sequence[str],
    by: Sequence[str],
    settings: Settings | None = None,
) -> pd.DataFrame:
    """Compare two quarters per task, channel or other group, with the false-discovery rate held over all rows.

    Returns
    -------
    Result frame with the extension `change`; see `kpi.compare.compare` and `hold_discoveries`.
    """
    return compare_together(tables, quarter, reference, [(measures, by)], settings)[0]


def compare_together(
    tables: Tables,
    quarter: Quarter,
    reference: Quarter,
    asked: Sequence[tuple[Sequence[str], Sequence[str]]],
    settings: Settings | None = None,
) -> list[pd.DataFrame]:
    """Compare two quarters by several groupings, with one false-discovery rate held over all rows together.

    Parameters
    ----------
    asked
        Of each grouping the measures and the columns to group by: what stands in one report.

    Returns
    -------
    A frame as `compare_details` gives it for each grouping.
    """
    settings = settings or Settings()
    frames = [compare_quarters(tables, quarter, reference, measures, settings, by, family=1) for measures, by in asked]
    places = pd.concat([frame[["p_value", "verdict", "note"]] for frame in frames], keys=range(len(frames)))
    held = hold_discoveries(places, settings)
    return [
        frame.assign(**{name: held.loc[[place], name].to_numpy() for name in ("verdict", "note")} if len(frame) else {})
        for place, frame in enumerate(frames)
    ]


def hold_discoveries(changes: pd.DataFrame, settings: Settings | None = None) -> pd.DataFrame:
    """Take back the differences that are not strong enough among so many comparisons.

    Parameters
    ----------
    changes
        Result frame with the extension `change`, each row judged on its own (`family=1`). All rows that could be
        told count as comparisons, so pass them all at once; rows with too few observations are never told and do not
        count, whatever their p-value.

    Returns
    -------
    The same rows. A verdict `better`, `worse` or `changed` whose p-value does not pass becomes `no_difference`,
    with the reason in `note`. Estimates, intervals and p-values stay as they are, for each row by itself.

    Examples
    --------
    >>> changes = pd.DataFrame({"p_value": [0.001, 0.04, 0.3, 0.6], "note": "",
    ...     "verdict": ["better", "worse", "no_difference", "no_difference"]})
    >>> hold_discoveries(changes).verdict.tolist()
    ['better', 'no_difference', 'no_difference', 'no_difference']
    """
    level = 1 - (settings or Settings()).confidence
    tellable = changes["verdict"].isin([*_JUDGED, "no_difference"])
    passed = benjamini_hochberg(changes["p_value"].where(tellable).to_numpy(dtype=float)) <= level
    taken_back = changes["verdict"].isin(_JUDGED).to_numpy() & ~passed
    return changes.assign(
        verdict=changes["verdict"].mask(taken_back, "no_difference"),
        note=changes["note"].mask(taken_back, MANY_COMPARISONS),
    )
