"""What customers vote for; `survey` measures it."""

from __future__ import annotations

from typing import Final

from toptaak.kpi.declaration import Columns, Measure

_VOTES: Columns = {"ballots": ("respondent", "task_id"), "tasks": ("task_id",)}

VOTE_SHARE: Final = Measure(
    id="vote_share",
    label="Vote share",
    unit="ratio",
    direction="none",
    scale="votes",
    definition="Votes for a task divided by all votes; the shares of all tasks add up to 100%.",
    source="McGovern, Top Tasks (2018)",
    needs=_VOTES,
    minimum_n=10,
)


VOTE_REACH: Final = Measure(
    id="vote_reach",
    label="Voters who chose the task",
    unit="ratio",
    direction="none",
    scale="proportion",
    definition="Voters who chose the task divided by all voters who could choose it.",
    source="McGovern, Top Tasks (2018)",
    needs=_VOTES,
    minimum_n=10,
)

MEASURES: Final = (
    VOTE_SHARE,
    VOTE_REACH,
)
