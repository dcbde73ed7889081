"""Web forms: how many of those who began a form finished it.

Table `forms`: one row is a form in a week. What others call success rate is the completion rate of forms here: it
says nothing about whether the customer got what they came for, and knows one channel only.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from toptaak.core.settings import Settings
from toptaak.kpi.summaries import Observations, estimates, summarise


def form_completion_rate(forms: pd.DataFrame, by: Sequence[str] = (), settings: Settings | None = None) -> pd.DataFrame:
    """Give the share of started web forms that were finished, with Wilson's interval.

    Parameters
    ----------
    forms
        Forms started and finished per week.
    by
        Group columns: municipality, task_id, form, week, quarter (of the week's Thursday).

    Returns
    -------
    Result frame; `n` counts forms that were started.

    Examples
    --------
    >>> forms = pd.DataFrame({"form": "verhuizing", "week": ["2026W39", "2026W40"], "started": [60, 40],
    ...     "finished": [35, 15]})
    >>> form_completion_rate(forms).round(3)[["n", "estimate", "ci_low", "ci_high"]].values.tolist()
    [[100.0, 0.5, 0.404, 0.596]]
    >>> form_completion_rate(forms, ["quarter"])[["quarter", "n"]].values.tolist()
    [['2026Q3', 60], ['2026Q4', 40]]
    """
    return estimates(summarise("form_completion_rate", finished_or_not(forms), by), settings or Settings())


def finished_or_not(forms: pd.DataFrame) -> Observations:
    """Take for each started form whether it was finished; equal ones stand in one row."""
    finished = forms.assign(value=1.0, times=forms["finished"])
    broken_off = forms.assign(value=0.0, times=forms["started"] - forms["finished"])
    return Observations(pd.concat([finished, broken_off], ignore_index=True))
