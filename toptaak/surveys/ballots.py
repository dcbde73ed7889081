"""From picks to votes: one row per voter, one column per task, and the tally of each task.

Tables `ballots` (one row is one pick), `respondents` (also who picked nothing), `tasks`, and `offered`
where not every task was shown to everybody. A voter is a respondent with at least one pick (and, where
weights are known, a weight).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from toptaak.core.errors import ToptaakError
from toptaak.core.periods import quarter_column
from toptaak.core.settings import Settings
from toptaak.core.wording import Message, message

VOTER = ["survey", "respondent"]


@dataclass(frozen=True, repr=False)
class Votes:
    """All ballots of one task list.

    Attributes
    ----------
    tasks
        Identifiers of all tasks on the list, also of those nobody chose.
    points
        Voters × tasks: what a pick is worth, zero where there is none.
    offered
        Voters × tasks: whether the task was shown; None where all tasks were shown to everybody.
    weights
        Weight of each voter; all one where none are known.
    voters
        One row per voter, in the order of the rows above, with the columns of `respondents`.
    """

    tasks: NDArray[np.object_]
    points: NDArray[np.float32]
    offered: NDArray[np.bool_] | None
    weights: NDArray[np.float64]
    voters: pd.DataFrame

    def __repr__(self) -> str:
        return f"{type(self).__name__}({len(self.voters)} voters, {len(self.tasks)} tasks)"

    @property
    def picked(self) -> NDArray[np.bool_]:
        """Tell for each voter and task whether it was chosen."""
        return self.points > 0

    @property
    def weighted(self) -> bool:
        """Tell whether voters weigh differently."""
        return len(self.weights) > 0 and bool(np.ptp(self.weights) > 0)

    def of(self, rows: NDArray[np.intp]) -> Votes:
        """Keep the voters with these row numbers."""
        offered = None if self.offered is None else self.offered[rows]
        return Votes(self.tasks, self.points[rows], offered, self.weights[rows], self.voters.iloc[rows])

    def groups(self, by: Sequence[str]) -> list[tuple[dict[str, Any], Votes]]:
        """Split the voters by columns of `voters`; a voter with a missing key belongs to no group."""
        if not by:
            return [({}, self)]
        grouped = self.voters.reset_index(drop=True).groupby(list(by), sort=True, observed=True)
        return [
            (dict(zip(by, key if isinstance(key, tuple) else (key,), strict=True)), self.of(np.asarray(rows)))
            for key, rows in grouped.indices.items()
        ]


def collect(
    ballots: pd.DataFrame,
    respondents: pd.DataFrame,
    tasks: pd.DataFrame,
    settings: Settings,
    offered: pd.DataFrame | None = None,
) -> Votes:
    """Lay all ballots out as voters × tasks.

    A pick is worth one point, or with `settings.scoring = "ranked"` as many points as there may be picks
    for the first choice and one less for each next: 5-4-3-2-1. A respondent without rows in `offered` was
    shown every task.

    Raises
    ------
    ToptaakError
        where the list in force is not settled, a pick names a task that is not on it, a pick has no
        respondent, or a ranked vote lacks a position.

    Examples
    --------
    >>> picks = {"respondent": ["a", "a", "b"], "task_id": ["t1", "t2", "t1"]}
    >>> ballots = pd.DataFrame({"survey": "2026"} | picks)
    >>> respondents = pd.DataFrame({"survey": "2026", "respondent": ["a", "b", "c"]})
    >>> votes = collect(ballots, respondents, pd.DataFrame({"task_id": ["t1", "t2", "t3"]}), Settings())
    >>> votes.points.tolist()
    [[1.0, 1.0, 0.0], [1.0, 0.0, 0.0]]
    """
    listed = pd.Index(_tasks_in_force(tasks, settings), dtype=object)
    chosen = listed.get_indexer(pd.Index(ballots["task_id"], dtype=object))
    if unlisted := int((chosen < 0).sum()):
        _refuse(
            message(
                "{n} pick names a task that is not on the task list in force. Was this survey held with another "
                "list, name that with list_version.",
                "{n} picks name a task that is not on the task list in force. Was this survey held with another "
                "list, name that with list_version.",
                n=int(unlisted),
            )
        )
    known = pd.MultiIndex.from_frame(respondents[VOTER])
    person = known.get_indexer(pd.MultiIndex.from_frame(ballots[VOTER]))
    if unknown := int((person < 0).sum()):
        _refuse(
            message(
                "{n} pick belongs to nobody in the table of respondents.",
                "{n} picks belong to nobody in the table of respondents.",
                n=int(unknown),
            )
        )
    voters, row = np.unique(person, return_inverse=True)
    points = np.zeros((len(voters), len(listed)), dtype=np.float32)
    points[row, chosen] = _points(ballots, settings)
    people = respondents.iloc[voters].reset_index(drop=True)
    shown = None if offered is None or offered.empty else _offered(people, listed, offered) | (points > 0)
    votes = Votes(listed.to_numpy(), points, shown, _weights(people), people)
    return votes if (votes.weights > 0).all() else votes.of(np.flatnonzero(votes.weights > 0))


def with_quarter(votes: Votes) -> Votes:
    """Add the quarter of each voter's `date` to group by."""
    voters = votes.voters.assign(quarter=quarter_column(votes.voters["date"]))
    return Votes(votes.tasks, votes.points, votes.offered, votes.weights, voters)


def tally(
    ballots: pd.DataFrame,
    respondents: pd.DataFrame,
    tasks: pd.DataFrame,
    settings: Settings | None = None,
    by: Sequence[str] = (),
    offered: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Count the votes.

    Returns
    -------
    One row per group and task, in the order of the list, also for tasks nobody chose: the columns of `by`,
    task_id, voters (who could choose it), votes (picks) and points. Counts are unweighted.

    Examples
    --------
    >>> picks = {"respondent": ["a", "a", "b"], "task_id": ["t1", "t2", "t1"]}
    >>> ballots = pd.DataFrame({"survey": "2026"} | picks)
    >>> respondents = pd.DataFrame({"survey": "2026", "respondent": ["a", "b", "c"]})
    >>> tally(ballots, respondents, pd.DataFrame({"task_id": ["t1", "t2", "t3"]}))
      task_id  voters  votes  points
    0      t1       2      2     2.0
    1      t2       2      1     1.0
    2      t3       2      0     0.0
    """
    votes = collect(ballots, respondents, tasks, settings or Settings(), offered)
    votes = with_quarter(votes) if "quarter" in by else votes
    counted = [_counted(group_votes).assign(**group) for group, group_votes in votes.groups(by)]
    columns = [*by, "task_id", "voters", "votes", "points"]
    return pd.concat(counted, ignore_index=True)[columns] if counted else pd.DataFrame(columns=columns)


def _counted(votes: Votes) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "task_id": votes.tasks,
            "voters": eligible(votes),
            "votes": votes.picked.sum(axis=0),
            "points": votes.points.sum(axis=0, dtype=np.float64),
        }
    )


def eligible(votes: Votes) -> NDArray[np.int64]:
    """Count for each task the voters who could choose it."""
    if votes.offered is None:
        return np.full(len(votes.tasks), len(votes.voters))
    return np.asarray(votes.offered.sum(axis=0))


def _refuse(why: Message) -> NoReturn:
    raise ToptaakError(why)


def _tasks_in_force(tasks: pd.DataFrame, settings: Settings) -> pd.Series:
    if "list_version" not in tasks.columns:
        return tasks["task_id"].drop_duplicates()
    versions = sorted(tasks["list_version"].dropna().unique())
    version = settings.list_version
    if version is None and len(versions) > 1:
        _refuse(
            message(
                "There are several task lists: {versions}. Name the one in force in settings.toml.",
                versions=", ".join(map(str, versions)),
            )
        )
    if version is not None and version not in versions:
        _refuse(message("The task list {version} of settings.toml does not exist.", version=version))
    in_force = tasks if version is None else tasks[tasks["list_version"] == version]
    return in_force["task_id"].drop_duplicates()


def _points(ballots: pd.DataFrame, settings: Settings) -> NDArray[np.float32]:
    if settings.scoring == "plain":
        return np.ones(len(ballots), dtype=np.float32)
    position = ballots["position"].to_numpy(dtype=np.float64, na_value=np.nan)
    impossible = ~((position >= 1) & (position <= settings.max_picks))
    if impossible.any():
        _refuse(
            message(
                "A ranked vote needs a position from 1 to {most} for every pick; {n} pick has none. Did voters "
                'not rank their picks, set scoring = "plain" in settings.toml.',
                "A ranked vote needs a position from 1 to {most} for every pick; {n} picks have none. Did voters "
                'not rank their picks, set scoring = "plain" in settings.toml.',
                most=settings.max_picks,
                n=int(impossible.sum()),
            )
        )
    return (settings.max_picks + 1 - position).astype(np.float32)


def _offered(people: pd.DataFrame, listed: pd.Index, offered: pd.DataFrame) -> NDArray[np.bool_]:
    person = pd.MultiIndex.from_frame(people[VOTER]).get_indexer(pd.MultiIndex.from_frame(offered[VOTER]))
    task = listed.get_indexer(pd.Index(offered["task_id"], dtype=object))
    shown = np.zeros((len(people), len(listed)), dtype=bool)
    known = (person >= 0) & (task >= 0)
    shown[person[known], task[known]] = True
    shown[~np.isin(np.arange(len(people)), person)] = True
    return shown


def _weights(people: pd.DataFrame) -> NDArray[np.float64]:
    if "weight" not in people.columns or people["weight"].isna().all():
        return np.ones(len(people))
    return people["weight"].to_numpy(dtype=np.float64, na_value=np.nan)
