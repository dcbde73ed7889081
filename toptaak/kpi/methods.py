"""What stands in the column `method` of a result, for people."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

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
