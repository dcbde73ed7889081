"""Did it work? Success, failure and disaster of attempts, and what customers themselves report.

Table `attempts`: one row is one customer who tries one task through one channel.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from toptaak.core.results import NO_BELIEVED, NO_VERIFIED
from toptaak.core.settings import Settings
from toptaak.kpi.summaries import Observations, estimates, summarise
from toptaak.stats.intervals import Floats

SUCCESSFUL = ("completed", "not_eligible")
UNSUCCESSFUL = ("partial", "failed", "gave_up")


def success_rate(attempts: pd.DataFrame, by: Sequence[str] = (), settings: Settings | None = None) -> pd.DataFrame:
    """Give the share of attempts with a verified outcome that succeeded, with Wilson's interval.

    Examples
    --------
    >>> attempts = pd.DataFrame({"verified_success": [True] * 8 + [False] * 2})
    >>> success_rate(attempts).round(3)[["n", "estimate", "ci_low", "ci_high"]].values.tolist()
    [[10.0, 0.8, 0.49, 0.943]]
    """
    return estimates(summarise("success_rate", succeeded(attempts), by), settings or Settings())


def failure_rate(attempts: pd.DataFrame, by: Sequence[str] = (), settings: Settings | None = None) -> pd.DataFrame:
    """Give the share of attempts with a verified outcome that failed, with Wilson's interval."""
    return estimates(summarise("failure_rate", failed(attempts), by), settings or Settings())


def disaster_rate(attempts: pd.DataFrame, by: Sequence[str] = (), settings: Settings | None = None) -> pd.DataFrame:
    """Give the share of attempts that the customer believes to have succeeded but that did not.

    Of attempts of which both are known. With either of them missing it cannot be measured; it is never zero
    for that reason.

    Examples
    --------
    >>> frame = disaster_rate(pd.DataFrame({"believed_success": [True, False]}))
    >>> int(frame.n[0]), frame.note[0]
    (0, 'not measurable: verified success is not recorded')
    """
    return estimates(summarise("disaster_rate", disasters(attempts), by), settings or Settings())


def reported_success(attempts: pd.DataFrame, by: Sequence[str] = (), settings: Settings | None = None) -> pd.DataFrame:
    """Give the share of attempts that succeeded according to the customer."""
    return estimates(summarise("reported_success", reported(attempts), by), settings or Settings())


def succeeded(attempts: pd.DataFrame) -> Observations:
    """Take per attempt whether it demonstrably succeeded."""
    return _observe(attempts, verified(attempts), NO_VERIFIED)


def failed(attempts: pd.DataFrame) -> Observations:
    """Take per attempt whether it demonstrably failed."""
    return _observe(attempts, 1 - verified(attempts), NO_VERIFIED)


def reported(attempts: pd.DataFrame) -> Observations:
    """Take per attempt whether the customer says that it succeeded."""
    return _observe(attempts, _answers(attempts, "believed_success"), NO_BELIEVED)


def disasters(attempts: pd.DataFrame) -> Observations:
    """Take per attempt whether the customer believes in a success that was none."""
    truth, believed = verified(attempts), _answers(attempts, "believed_success")
    reason = np.where(np.isnan(truth), NO_VERIFIED, NO_BELIEVED)
    return _observe(attempts, believed * (1 - truth), reason)


def verified(attempts: pd.DataFrame) -> Floats:
    """Give 1 for each attempt that demonstrably succeeded, 0 for one that did not, missing where unknown.

    What was verified counts; where nothing was, the recorded outcome. An outcome `not_eligible` is always a
    success: the customer got the right answer.
    """
    success = _answers(attempts, "verified_success")
    if "outcome" not in attempts.columns:
        return success
    outcome = attempts["outcome"]
    unknown = np.isnan(success)
    success[unknown & outcome.isin(SUCCESSFUL).to_numpy()] = 1.0
    success[unknown & outcome.isin(UNSUCCESSFUL).to_numpy()] = 0.0
    success[(outcome == "not_eligible").to_numpy(dtype=bool, na_value=False)] = 1.0
    return success


def _answers(attempts: pd.DataFrame, column: str) -> Floats:
    if column not in attempts.columns:
        return np.full(len(attempts), np.nan)
    answers = attempts[column].astype("boolean")
    return np.array(answers.to_numpy(dtype=np.float64, na_value=np.nan), dtype=np.float64)


def _observe(attempts: pd.DataFrame, value: Floats, reason: str | np.ndarray) -> Observations:
    return Observations(attempts.assign(value=value, reason=np.where(np.isnan(value), reason, "")))
