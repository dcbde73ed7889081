"""A second look at a change, by order only: where times or scores are too odd for their means.

The verdict of a report comes from `kpi.compare`. This stands beside it for researchers: it assumes no shape, and a few
cases that lasted months cannot sway it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Final

import numpy as np
import pandas as pd

from toptaak.core.periods import Quarter
from toptaak.core.results import NO_SPREAD, TOO_FEW, by_group, result_row, results
from toptaak.core.settings import Settings
from toptaak.kpi.compare import OTHER_WORDING, direction_told, without_short_logs
from toptaak.kpi.measures import Tables, declaration, observations
from toptaak.kpi.summaries import weights_of
from toptaak.stats.intervals import Interval
from toptaak.stats.tests import brunner_munzel

WEIGHTED: Final = "not measurable: a comparison by ranks knows no weights"
_NO_DIFFERENCE: Final = 0.5


def compare_ranks(
    tables: Tables,
    quarter: Quarter,
    reference: Quarter,
    measures: Sequence[str],
    settings: Settings | None = None,
    by: Sequence[str] = (),
) -> pd.DataFrame:
    """Compare two quarters by the order of their observations.

    Parameters
    ----------
    measures
        Measures of times, numbers and scores; a share has no order to speak of.
    by
        Group columns: municipality, task_id, channel.

    Returns
    -------
    Result frame with the column `about` (the measure compared) and the extension `change`, one row per group and
    measure. Measure `rank_shift`: the chance that an observation of `quarter` exceeds one of `reference` (0.5: no
    difference); `verdict` as in `kpi.compare.compare`, from its interval, each row by itself.

    Raises
    ------
    ValueError
        for a share.

    Examples
    --------
    >>> scores = [1, 2, 1, 1, 1, 1, 1, 1, 1, 1, 2, 4, 1, 1], [3, 3, 4, 3, 1, 2, 3, 1, 1, 5, 4]
    >>> ratings = pd.concat([pd.DataFrame({"question": "q", "score": [float(one) for one in some],
    ...     "date": pd.Timestamp(day)}) for some, day in zip(scores, ("2026-05-01", "2026-08-01"))])
    >>> questions = pd.DataFrame({"question": ["q"], "version": ["1"], "kind": ["ces1"]})
    >>> tables = {"ratings": ratings, "questions": questions}
    >>> frame = compare_ranks(tables, Quarter(2026, 3), Quarter(2026, 2), ["ces1"])
    >>> frame[["about", "estimate", "ci_low", "ci_high", "verdict"]].round(3).values.tolist()
    [['ces1', 0.789, 0.595, 0.983, 'worse']]
    """
    settings = settings or Settings()
    rows: list[dict[str, object]] = []
    for name in measures:
        if declaration(name).scale not in ("mean", "geometric_mean"):
            raise ValueError(f"{name} is a share or has no single observations: compare it with kpi.compare")
        observed = observations(name, tables, ["quarter", *by], settings).rows
        if not {"quarter", *by} <= set(observed.columns):
            continue
        weighs = weights_of(observed) > 0
        kept = observed[weighs & observed["value"].notna() & observed["quarter"].isin([str(quarter), str(reference)])]
        rows += by_group(kept, by, partial(_compared, name, quarter, reference, settings))
    frame = results(rows, [*by, "about"], extension="change")
    return without_short_logs(frame, tables, reference, settings, "about")


def _compared(
    name: str, quarter: Quarter, reference: Quarter, settings: Settings, group: pd.DataFrame
) -> Iterator[Mapping[str, object]]:
    now, before = (
        group.loc[group["quarter"] == str(period), "value"].astype("float64") for period in (quarter, reference)
    )
    common = {
        "about": name,
        "reference": str(reference),
        "reference_n": len(before),
        "reference_estimate": _NO_DIFFERENCE,
    }
    if min(len(now), len(before)) < max(settings.minimum_n, declaration("rank_shift").minimum_n):
        yield result_row("rank_shift", len(now), note=TOO_FEW) | common | {"verdict": "too_few"}
        return
    if reason := _reason(group):
        yield result_row("rank_shift", len(now), note=reason) | common | {"verdict": "not_comparable"}
        return
    estimate, low, high, p_value = brunner_munzel(now, before, settings.confidence)
    if np.isnan(low):
        yield result_row("rank_shift", len(now), estimate, note=NO_SPREAD) | common | {"verdict": "not_comparable"}
        return
    verdicts = direction_told(Interval(np.asarray(low), np.asarray(high)), _NO_DIFFERENCE, declaration(name).direction)
    row = result_row("rank_shift", len(now), estimate, low, high, "brunner_munzel")
    yield row | common | {"p_value": p_value, "verdict": str(verdicts)}


def _reason(group: pd.DataFrame) -> str:
    if "wording" in group.columns and group["wording"].nunique() > 1:
        return OTHER_WORDING
    return WEIGHTED if "weight" in group.columns and group["weight"].nunique() > 1 else ""
