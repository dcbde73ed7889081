"""How long it takes: whole cases over all channels, and single attempts.

Times are skewed, so their middle is the geometric mean. It cannot hold a zero: zeros are left out, said so
in the note, and counted by `zero_durations`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from toptaak.core.results import NO_VERIFIED, NOT_MEASURABLE
from toptaak.core.settings import Settings
from toptaak.kpi.journeys import completed, of_cases
from toptaak.kpi.outcomes import verified
from toptaak.kpi.summaries import Observations, estimates, summarise

ZERO_LEFT_OUT = "durations of zero are left out"


def completion_time(table: pd.DataFrame, by: Sequence[str] = (), settings: Settings | None = None) -> pd.DataFrame:
    """Give the geometric mean of the time to complete a case, in seconds, with a t interval on logarithms.

    Parameters
    ----------
    table
        `contacts`: from the first contact to the end of the last one that resolved the case; open cases do
        not count here (see `open_cases`). Or `steps`: from the first to the last step.
    by
        Group columns: municipality, task_id, channel (of the first contact), quarter (of completion).
    settings
        Confidence level.
    """
    return estimates(summarise("completion_time", case_times(table), by), settings or Settings())


def zero_durations(table: pd.DataFrame, by: Sequence[str] = (), settings: Settings | None = None) -> pd.DataFrame:
    """Give the share of completed cases whose duration is zero, with Wilson's interval."""
    return estimates(summarise("zero_durations", zero_or_not(table), by), settings or Settings())


def attempt_time(attempts: pd.DataFrame, by: Sequence[str] = (), settings: Settings | None = None) -> pd.DataFrame:
    """Give the geometric mean of the duration of successful attempts, in seconds.

    Examples
    --------
    >>> attempts = pd.DataFrame({"duration_s": [55, 65, 75, 62, 45, 135, 10],
    ...                          "verified_success": [True] * 6 + [False]})
    >>> attempt_time(attempts).round(1)[["n", "estimate", "ci_low", "ci_high"]].values.tolist()
    [[6.0, 68.2, 46.0, 101.2]]
    """
    return estimates(summarise("attempt_time", attempt_times(attempts), by), settings or Settings())


def case_times(table: pd.DataFrame) -> Observations:
    """Take the seconds of each completed case."""
    return _positive(of_cases(done := completed(table), done["seconds"]))


def zero_or_not(table: pd.DataFrame) -> Observations:
    """Take for each completed case whether its duration is zero."""
    done = completed(table)
    return of_cases(done, done["seconds"] == 0)


def attempt_times(attempts: pd.DataFrame) -> Observations:
    """Take the seconds of each attempt that demonstrably succeeded."""
    success = verified(attempts)
    if "duration_s" not in attempts.columns:
        return Observations(attempts.assign(value=np.nan, reason=NOT_MEASURABLE))
    if np.isnan(success).all():
        return Observations(attempts.assign(value=np.nan, reason=NO_VERIFIED))
    done = attempts[success == 1]
    return _positive(Observations(done.assign(value=done["duration_s"], reason="")))


def _positive(observed: Observations) -> Observations:
    """Leave zeros out, and tell so."""
    rows = observed.rows
    zero = rows["value"].to_numpy(dtype=np.float64, na_value=np.nan) == 0
    without = rows.assign(value=rows["value"].mask(zero), reason=rows["reason"].mask(zero, ZERO_LEFT_OUT))
    return Observations(without, told=ZERO_LEFT_OUT)
