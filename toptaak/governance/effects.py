"""Before and after: the difference between two result frames, with its own interval."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import pandas as pd

from toptaak.core.results import EXTENSIONS, RESULT_COLUMNS
from toptaak.core.settings import Settings
from toptaak.governance.fields import KnownMeasure
from toptaak.stats.from_intervals import difference_interval, p_value

_NUMBERS: Final = ("n", "estimate", "ci_low", "ci_high")


def before_after(
    before: pd.DataFrame,
    after: pd.DataFrame,
    measures: Mapping[str, KnownMeasure],
    by: Sequence[str] = (),
    reference: str = "",
    settings: Settings | None = None,
) -> pd.DataFrame:
    """Compare two result frames group by group and measure by measure.

    Parameters
    ----------
    before, after
        Result frames of independent observations, one row per group and measure; only what stands in both is
        compared.
    measures
        The catalogue, for which way is better.
    reference
        What `before` is called.

    Returns
    -------
    DataFrame
        Result frame with the extension `change`. `estimate`: after minus before, in the unit of the measure;
        `verdict`: `better`, `worse` or `changed` where the interval leaves no difference out, `no_difference`,
        `too_few` below `settings.minimum_n` on one side, or `not_comparable` without an interval.

    Notes
    -----
    The interval is that of `stats.from_intervals.difference_interval`. Where the observations themselves are at
    hand, `kpi.compare` is sharper for times.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> from toptaak.core.results import result_row, results
    >>> known = {"success_rate": SimpleNamespace(label="", unit="ratio", direction="higher")}
    >>> before = results([result_row("success_rate", 80, 0.6, 0.4904, 0.7004, "wilson")])
    >>> after = results([result_row("success_rate", 70, 0.8, 0.6918, 0.8769, "wilson")])
    >>> change = before_after(before, after, known)
    >>> change[["ci_low", "ci_high"]].round(3).to_numpy().tolist(), change["verdict"][0]
    ([[0.052, 0.334]], 'better')
    """
    settings = settings or Settings()
    key = [*by, "measure"]
    both = after[[*key, *_NUMBERS]].merge(before[[*key, *_NUMBERS]], on=key, suffixes=("", "_before"), validate="1:1")
    change = both["estimate"] - both["estimate_before"]
    limits = (both[f"{name}{when}"] for when in ("", "_before") for name in _NUMBERS[1:])
    low, high = difference_interval(*limits)
    effects = both[[*key, "n"]].assign(
        estimate=change,
        ci_low=low,
        ci_high=high,
        method="mover",
        note="",
        reference=reference,
        reference_estimate=both["estimate_before"],
        reference_n=both["n_before"],
        p_value=p_value(0.0, change, low, high, settings.confidence),
    )
    effects["verdict"] = _verdicts(effects, measures, settings.minimum_n)
    return effects[[*by, *RESULT_COLUMNS, *EXTENSIONS["change"]]]


def _verdicts(effects: pd.DataFrame, measures: Mapping[str, KnownMeasure], minimum_n: int) -> list[str]:
    few = effects[["n", "reference_n"]].min(axis=1) < minimum_n
    rows = zip(effects["measure"], effects["ci_low"], effects["ci_high"], few, strict=True)
    return ["too_few" if small else _verdict(measures.get(name), low, high) for name, low, high, small in rows]


def _verdict(known: KnownMeasure | None, low: float, high: float) -> str:
    if not np.isfinite([low, high]).all():
        return "not_comparable"
    if low <= 0 <= high:
        return "no_difference"
    if known is None or known.direction == "none":
        return "changed"
    return "better" if (low > 0) == (known.direction == "higher") else "worse"
