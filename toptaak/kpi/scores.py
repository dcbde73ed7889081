"""What customers say: effort, satisfaction and willingness to recommend.

Tables `ratings` (one row is one answer) and `questions` (one row is one wording of one question). A number
holds for one wording: answers to different wordings, or versions of one, are not averaged.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

import numpy as np
import pandas as pd

from toptaak.core.settings import NpsCutoffs, Settings
from toptaak.kpi.summaries import Observations, estimates, summarise

WHOLE: Final = "overall"


def effort_score(
    ratings: pd.DataFrame,
    questions: pd.DataFrame,
    version: Literal["ces1", "ces2"],
    by: Sequence[str] = (),
    settings: Settings | None = None,
) -> pd.DataFrame:
    """Give the mean customer effort score, with a t interval.

    `ces1` runs from 1 to 5 and low is good; `ces2` runs from 1 to 7 and high is good. They are two measures.
    """
    return estimates(summarise(version, answers(ratings, questions, version, by), by), settings or Settings())


def satisfaction(
    ratings: pd.DataFrame,
    questions: pd.DataFrame,
    by: Sequence[str] = (),
    settings: Settings | None = None,
) -> pd.DataFrame:
    """Give the mean mark, with a t interval: of the service as a whole, or with `part` in `by` of its parts.

    Examples
    --------
    >>> questions = pd.DataFrame({"question": ["q1"], "version": ["1"], "kind": ["mark"]})
    >>> ratings = pd.DataFrame({"question": "q1", "question_version": "1", "score": [6, 7, 8]})
    >>> satisfaction(ratings, questions)[["n", "estimate"]].values.tolist()
    [[3.0, 7.0]]
    """
    rows = answers(ratings, questions, "mark", by)
    return estimates(summarise("satisfaction", rows, by), settings or Settings())


def net_promoter_score(
    ratings: pd.DataFrame,
    questions: pd.DataFrame,
    by: Sequence[str] = (),
    settings: Settings | None = None,
) -> pd.DataFrame:
    """Give the Net Promoter Score between -1 and 1 with the usual cut-offs, and its adjusted Wald interval.

    Examples
    --------
    >>> questions = pd.DataFrame({"question": ["q1"], "version": ["1"], "kind": ["nps"]})
    >>> ratings = pd.DataFrame({"question": "q1", "question_version": "1", "score": [10, 9, 9, 8, 7, 3]})
    >>> round(float(net_promoter_score(ratings, questions).estimate[0]), 4)
    0.3333
    """
    settings = settings or Settings()
    rows = promoters(ratings, questions, settings.nps, by)
    return estimates(summarise("net_promoter_score", rows, by), settings)


def net_promoter_score_government(
    ratings: pd.DataFrame,
    questions: pd.DataFrame,
    by: Sequence[str] = (),
    settings: Settings | None = None,
) -> pd.DataFrame:
    """Give the Net Promoter Score with the cut-offs set for government, and its adjusted Wald interval."""
    settings = settings or Settings()
    rows = promoters(ratings, questions, settings.nps_government, by)
    return estimates(summarise("net_promoter_score_government", rows, by), settings)


def promoters(
    ratings: pd.DataFrame, questions: pd.DataFrame, cutoffs: NpsCutoffs, by: Sequence[str] = ()
) -> Observations:
    """Take 1 for each promoter, -1 for each detractor and 0 for anybody else."""
    rows = answers(ratings, questions, "nps", by).rows
    score = rows["value"].to_numpy(dtype=np.float64, na_value=np.nan)
    sign = np.where(score >= cutoffs.promoter, 1.0, np.where(score <= cutoffs.detractor, -1.0, 0.0))
    return Observations(rows.assign(value=np.where(np.isnan(score), np.nan, sign)))


def answers(ratings: pd.DataFrame, questions: pd.DataFrame, kind: str, by: Sequence[str] = ()) -> Observations:
    """Take the scores of all answers to questions of one kind, each with its wording.

    Unless one groups by `part`, only answers about the service as a whole count: no part, or `overall`.
    """
    chosen = ratings["question"].isin(questions.loc[questions["kind"] == kind, "question"])
    if "part" in ratings.columns and "part" not in by:
        chosen &= ratings["part"].astype("string").fillna(WHOLE).isin(["", WHOLE])
    rows = ratings[chosen]
    return Observations(rows.assign(value=rows["score"], wording=_wording(rows)))


def _wording(ratings: pd.DataFrame) -> pd.Series:
    """Name the wording of each answer: question and version."""
    question = ratings["question"].astype("string")
    if "question_version" not in ratings.columns:
        return question
    return question + "@" + ratings["question_version"].astype("string").fillna("")
