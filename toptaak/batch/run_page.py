"""How a batch went, to look at: `reports/2026Q3/batch.html`, for whoever makes the reports."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from toptaak.batch.pages import page
from toptaak.batch.run_outcomes import Outcome, RunStatus
from toptaak.batch.run_summary import counts
from toptaak.core.municipalities import name_of
from toptaak.core.periods import Quarter
from toptaak.core.wording import DASH, translator

if TYPE_CHECKING:
    import pandas as pd

FILE_NAME = "batch.html"


def run_page(outcomes: Sequence[Outcome], account: pd.DataFrame, folder: str, language: str) -> bytes:
    """Make the page: what came out, what failed and why, how long each took, and from which data.

    Parameters
    ----------
    outcomes
        of one quarter; at least one.
    account
        one row per file and table, from `Store.account`.
    folder
        the data folder, by the name under which it may be shown.
    """
    quarter = Quarter.parse(outcomes[0].parameters.quarter).label(language)
    rows = [_row(outcome, language) for outcome in outcomes]
    t = translator(language)
    return page(
        "run_page",
        language,
        title=t("The reports on {quarter}: how it went", quarter=quarter),
        subtitle=t("For whoever makes the reports; not to be published."),
        outcomes=rows,
        failed=[row for row in rows if row["what"]],
        counts=counts(outcomes, language),
        folder=folder,
        account=account.to_dict("records"),
    )


def _row(outcome: Outcome, language: str) -> dict[str, str]:
    code, failure, t = outcome.parameters.municipality, outcome.failure, translator(language)
    return {
        "municipality": f"{code} {name_of(code)}",
        "name": outcome.name,
        "status": _statuses(language)[outcome.status],
        "seconds": t.duration(sum(outcome.seconds.values())) if outcome.seconds else DASH,
        "what": failure.what.say(language) if failure else "",
        "repair": failure.repair.say(language) if failure else "",
        "log": "/".join(("..", *outcome.log.parts[-2:])) if outcome.log else "",
    }


def _statuses(language: str) -> dict[RunStatus, str]:
    t = translator(language)
    return {
        RunStatus.MADE: t("made"),
        RunStatus.UNCHANGED: t("unchanged"),
        RunStatus.NO_DATA: t("no data in this quarter"),
        RunStatus.FAILED: t("failed"),
    }
