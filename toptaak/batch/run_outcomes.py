"""How it went with each report of a batch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from toptaak.batch.job import NAME, Failure
from toptaak.numbers.parameters import ReportParameters


class RunStatus(StrEnum):
    """How it went with one report."""

    MADE = "made"
    UNCHANGED = "unchanged"
    NO_DATA = "no data"
    FAILED = "failed"


@dataclass(frozen=True)
class Outcome:
    """How it went with one report; `failure` where it failed, `seconds` by phase where made, `log` if there is one."""

    parameters: ReportParameters
    status: RunStatus
    failure: Failure | None = None
    log: Path | None = None
    seconds: dict[str, float] = field(default_factory=dict)
    name: str = NAME


def exit_code(outcomes: Sequence[Outcome]) -> int:
    """Give 0 when nothing failed, 3 when some reports failed, 4 when all did.

    Examples
    --------
    >>> exit_code([])
    0
    """
    failed = [outcome for outcome in outcomes if outcome.status is RunStatus.FAILED]
    if not failed:
        return 0
    return 3 if any(outcome.status in (RunStatus.MADE, RunStatus.UNCHANGED) for outcome in outcomes) else 4
