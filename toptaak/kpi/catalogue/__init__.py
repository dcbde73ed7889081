"""The measures, each declared once: what it is called, means, needs, and which way is better.

Texts are English source texts; `kpi/locale/nl.po` holds the Dutch. Reports, documentation and checks
read this list. A new measure is one entry in the module of its subject and one function of observations
(`kpi.measures`).
"""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from types import MappingProxyType
from typing import Final

from toptaak.kpi.catalogue import answers, cases, outcomes, relations, votes, waiting
from toptaak.kpi.declaration import Measure

_SUBJECTS = (votes, outcomes, cases, waiting, answers, relations)

CATALOGUE: Final[Mapping[str, Measure]] = MappingProxyType(
    {one.id: one for subject in _SUBJECTS for one in subject.MEASURES}
)

# What stands in the column `method` of a result, for people.
METHODS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "wilson": "Wilson interval",
        "mean_t": "t interval",
        "log_t": "t interval on the logarithm",
        "adjusted_wald_nps": "adjusted Wald interval",
        "bootstrap_respondents": "resampling of respondents",
        "newcombe": "Newcombe interval of the difference",
        "welch": "Welch interval of the difference",
        "welch_log": "Welch interval of the ratio",
        "adjusted_wald_nps_difference": "adjusted Wald interval of the difference",
        "brunner_munzel": "Brunner-Munzel interval, by ranks",
        "lmg_bootstrap": "LMG on complete answers, resampling of respondents",
        "johnson_bootstrap": "Johnson's relative weights on complete answers, resampling of respondents",
        "kaplan_meier": "Kaplan-Meier with open cases, log-log interval",
        "poisson_exact": "exact interval of the ratio of two rates",
        "segmented_ar1": "interrupted trend with errors that carry over from week to week",
        "posterior_draws": "draws from the posterior (Jeffreys prior)",
        "taken_over": "taken over from another municipality",
    }
)


def measure(name: str) -> Measure:
    """Look a measure up.

    Raises
    ------
    KeyError
        naming the measure that looks most like it.

    Examples
    --------
    >>> measure("success_rate").unit
    'ratio'
    """
    if name in CATALOGUE:
        return CATALOGUE[name]
    nearest = get_close_matches(name, CATALOGUE, n=1, cutoff=0.3)
    hint = f"; did you mean {nearest[0]!r}?" if nearest else ""
    raise KeyError(f"unknown measure {name!r}{hint}")


def board_measures() -> list[Measure]:
    """List the board's KPIs in the order of the catalogue."""
    return [one for one in CATALOGUE.values() if one.board]
