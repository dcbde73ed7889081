"""Declarations of what customers vote for."""

from __future__ import annotations

from typing import Final

from toptaak.kpi.declaration import Columns, Measure

_VOTES: Columns = {"ballots": ("respondent", "task_id"), "tasks": ("task_id",)}

MEASURES: Final = (
    Measure(
        "vote_share",
        "Vote share",
        "ratio",
        "none",
        "votes",
        "Votes for a task divided by all votes; the shares of all tasks add up to 100%.",
        "McGovern, Top Tasks (2018)",
        _VOTES,
        minimum_n=10,
    ),
    Measure(
        "vote_reach",
        "Voters who chose the task",
        "ratio",
        "none",
        "proportion",
        "Voters who chose the task divided by all voters who could choose it.",
        "McGovern, Top Tasks (2018)",
        _VOTES,
        minimum_n=10,
    ),
)
