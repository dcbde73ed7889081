"""What comes of attempts and web forms.

Table `attempts`: one row is one customer who tries one task through one channel. Table `forms`: one row is a web form
in a week. What others call success rate is the completion rate of forms here: it says nothing about whether the
customer got what they came for, and knows one channel only.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd

from toptaak.core.results import NO_BELIEVED, NO_VERIFIED, NOT_MEASURABLE
from toptaak.core.settings import Settings
from toptaak.kpi.declaration import Columns, Measure
from toptaak.kpi.observations import Observations, Tables, anywhere, without_zeros
from toptaak.stats.intervals import Floats

_OUTCOME: Columns = {"attempts": ("verified_success",)}
_OUTCOME_ELSE: Columns = {"attempts": ("outcome",)}
SUCCESSFUL = ("completed", "not_eligible")
UNSUCCESSFUL = ("partial", "failed", "gave_up")


def succeeded(tables: Tables, by: Sequence[str], settings: Settings) -> Observations:
    """Take per attempt whether it demonstrably succeeded."""
    attempts = tables["attempts"]
    return _observe(attempts, verified(attempts), NO_VERIFIED)


SUCCESS_RATE: Final = Measure(
    id="success_rate",
    label="Success rate",
    unit="ratio",
    direction="higher",
    scale="proportion",
    definition=(
        "Attempts that demonstrably succeeded divided by all attempts with a verified outcome, over all channels. An "
        "applicant who turns out not to be eligible, and is told so, counts as a success."
    ),
    source="Sauro and Lewis, Quantifying the User Experience (2016); GOV.UK, completion rate",
    needs=_OUTCOME,
    alternative=_OUTCOME_ELSE,
    board=True,
    observe=succeeded,
)


def failed(tables: Tables, by: Sequence[str], settings: Settings) -> Observations:
    """Take per attempt whether it demonstrably failed."""
    attempts = tables["attempts"]
    return _observe(attempts, 1 - verified(attempts), NO_VERIFIED)


FAILURE_RATE: Final = Measure(
    id="failure_rate",
    label="Failure rate",
    unit="ratio",
    direction="lower",
    scale="proportion",
    definition="Attempts that failed divided by all attempts with a verified outcome: 100% minus the success rate.",
    source="Sauro and Lewis, Quantifying the User Experience (2016)",
    needs=_OUTCOME,
    alternative=_OUTCOME_ELSE,
    observe=failed,
)


def disasters(tables: Tables, by: Sequence[str], settings: Settings) -> Observations:
    """Take per attempt whether the customer believes in a success that was none.

    With either of them missing it cannot be measured; it is never zero for that reason.
    """
    attempts = tables["attempts"]
    truth, believed = verified(attempts), _answers(attempts, "believed_success")
    reason = np.where(np.isnan(truth), NO_VERIFIED, NO_BELIEVED)
    return _observe(attempts, believed * (1 - truth), reason)


DISASTER_RATE: Final = Measure(
    id="disaster_rate",
    label="Disaster rate",
    unit="ratio",
    direction="lower",
    scale="proportion",
    definition=(
        "Attempts of which the customer believes that they succeeded while they did not, divided by all attempts of "
        "which both are known."
    ),
    source="McGovern, Task Performance Indicator",
    needs={"attempts": ("believed_success", "verified_success")},
    alternative={"attempts": ("believed_success", "outcome")},
    board=True,
    observe=disasters,
)


def reported(tables: Tables, by: Sequence[str], settings: Settings) -> Observations:
    """Take per attempt whether the customer says that it succeeded."""
    attempts = tables["attempts"]
    return _observe(attempts, _answers(attempts, "believed_success"), NO_BELIEVED)


REPORTED_SUCCESS: Final = Measure(
    id="reported_success",
    label="Success according to customers",
    unit="ratio",
    direction="higher",
    scale="proportion",
    definition=(
        "Attempts of which the customer says that they succeeded, divided by all attempts with an answer. This is "
        "another measure than the success rate: nobody verified it."
    ),
    source="Government of Canada, GC Task Success Survey",
    needs={"attempts": ("believed_success",)},
    observe=reported,
)


def attempt_times(tables: Tables, by: Sequence[str], settings: Settings) -> Observations:
    """Take the seconds of each attempt that demonstrably succeeded."""
    attempts = tables["attempts"]
    success = verified(attempts)
    if "duration_s" not in attempts.columns:
        return Observations(attempts.assign(value=np.nan, reason=NOT_MEASURABLE))
    recorded = anywhere(~np.isnan(success), attempts)
    rows = attempts.assign(
        value=attempts["duration_s"].where(recorded), reason=np.where(recorded, "", NO_VERIFIED).astype(object)
    )
    return without_zeros(Observations(rows[(success == 1) | ~recorded]))


ATTEMPT_TIME: Final = Measure(
    id="attempt_time",
    label="Time per successful attempt",
    unit="seconds",
    direction="lower",
    scale="geometric_mean",
    definition="Duration of attempts that demonstrably succeeded; the geometric mean.",
    source="Sauro and Lewis, Average task times in usability tests (2010)",
    needs={"attempts": ("duration_s", "verified_success")},
    alternative={"attempts": ("duration_s", "outcome")},
    observe=attempt_times,
)


FAILURE_REASON_SHARE: Final = Measure(
    id="failure_reason_share",
    label="Failures by reason",
    unit="ratio",
    direction="none",
    scale="proportion",
    definition=(
        "Failed attempts with this reason, divided by all failed attempts of which the reason was recorded; the "
        "shares of all reasons add up to 100%."
    ),
    source="toptaak",
    needs={"attempts": ("failure_reason", "verified_success")},
    alternative={"attempts": ("failure_reason", "outcome")},
)


END_POINT_SHARE: Final = Measure(
    id="end_point_share",
    label="How attempts ended",
    unit="ratio",
    direction="none",
    scale="proportion",
    definition=(
        "Attempts that ended this way, divided by all attempts of which the end was recorded. A request that was "
        "refused with an explanation (not eligible) is an end as well."
    ),
    source="GOV.UK, completion rate: every end point counts",
    needs={"attempts": ("outcome",)},
)


def finished_or_not(tables: Tables, by: Sequence[str], settings: Settings) -> Observations:
    """Take for each started form whether it was finished; equal ones stand in one row."""
    forms = tables["forms"]
    finished = forms.assign(value=1.0, times=forms["finished"])
    broken_off = forms.assign(value=0.0, times=forms["started"] - forms["finished"])
    return Observations(pd.concat([finished, broken_off], ignore_index=True))


FORM_COMPLETION_RATE: Final = Measure(
    id="form_completion_rate",
    label="Completion rate of web forms",
    unit="ratio",
    direction="higher",
    scale="proportion",
    definition=(
        "Web forms that were finished, divided by web forms that were started. VNG calls this the success rate; here "
        "it has a name of its own, because it tells nothing about other channels and about what came of it."
    ),
    source="VNG Realisatie, succesratio (2019)",
    needs={"forms": ("started", "finished")},
    observe=finished_or_not,
)


TOPTAAK_TPI: Final = Measure(
    id="toptaak_tpi",
    label="toptaak-TPI",
    unit="index",
    direction="higher",
    scale="own",
    definition=(
        "100 × success × (1 − disaster) × target time / time, where a time shorter than the target counts as the "
        "target. Its parts stand beside it. It is not the index of Customer Carewords."
    ),
    source="toptaak, after McGovern's description of the Task Performance Indicator",
    needs={"attempts": ("believed_success", "verified_success", "duration_s")},
    alternative={"attempts": ("believed_success", "outcome", "duration_s")},
    minimum_n=10,
)


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


MEASURES: Final = (
    SUCCESS_RATE,
    FAILURE_RATE,
    DISASTER_RATE,
    REPORTED_SUCCESS,
    ATTEMPT_TIME,
    FAILURE_REASON_SHARE,
    END_POINT_SHARE,
    FORM_COMPLETION_RATE,
    TOPTAAK_TPI,
)
