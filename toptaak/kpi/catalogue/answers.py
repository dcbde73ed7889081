"""Declarations of what customers say, in scores and in their own words."""

from __future__ import annotations

from typing import Final

from toptaak.kpi.declaration import Columns, Measure

_SCORES: Columns = {"ratings": ("question", "score"), "questions": ("question", "kind")}

MEASURES: Final = (
    Measure(
        "ces1",
        "Customer effort (CES 1.0)",
        "score",
        "lower",
        "mean",
        "Mean answer to how much effort it took, from 1 (very little) to 5 (very much).",
        "Dixon, Freeman and Toman, Stop trying to delight your customers (2010)",
        _SCORES,
        board=True,
    ),
    Measure(
        "ces2",
        "Customer effort (CES 2.0)",
        "score",
        "higher",
        "mean",
        "Mean agreement with the statement that it was made easy, from 1 (not at all) to 7 (entirely).",
        "CEB, Customer Effort Score 2.0 (2013)",
        _SCORES,
        board=True,
    ),
    Measure(
        "satisfaction",
        "Satisfaction",
        "score",
        "higher",
        "mean",
        "Mean mark for the service as a whole, for a part of it or for a channel.",
        "toptaak",
        _SCORES,
        board=True,
    ),
    Measure(
        "net_promoter_score",
        "Net Promoter Score (NPS)",
        "points",
        "higher",
        "net_promoter",
        "Share of promoters (9 or 10) minus share of detractors (0 to 6), unless set otherwise.",
        "Reichheld, The one number you need to grow (2003)",
        _SCORES,
        minimum_n=10,
        board=True,
    ),
    Measure(
        "net_promoter_score_government",
        "NPS with cut-offs for government",
        "points",
        "higher",
        "net_promoter",
        "Share of promoters (8 or higher) minus share of detractors (0 to 5), unless set otherwise.",
        "toptaak; cut-offs are a setting",
        _SCORES,
        minimum_n=10,
    ),
    Measure(
        "theme_share",
        "Answers about a theme",
        "ratio",
        "none",
        "proportion",
        "Open answers to which a person gave the theme, divided by all answers a person has judged.",
        "toptaak",
        {"answers": ("decided",)},
    ),
)
