"""What customers say: effort, satisfaction and willingness to recommend.

Tables `ratings` (one row is one answer) and `questions` (one row is one wording of one question). A number
holds for one wording: answers to different wordings, or versions of one, are not averaged.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Final, Literal

import numpy as np
import pandas as pd

from toptaak.core.settings import NpsCutoffs, Settings
from toptaak.kpi.summaries import Observations, estimates, summarise
from toptaak.kpi.wordings import misfits, wording_of

WHOLE: Final = "overall"
POOLED: Final = "several question wordings were put together on request"
Scoring = Literal["mean", "top_box", "net"]
# per way of scoring: the answers that count as easy, and those that count against it (none: a plain share)
BOXES: Final[Mapping[str, tuple[tuple[int, ...], tuple[int, ...]]]] = MappingProxyType(
    {
        "ces1_top_box": ((1, 2), ()),
        "ces1_net": ((1, 2), (4, 5)),
        "ces2_top_box": ((5, 6, 7), ()),
        "ces2_net": ((6, 7), (1, 2, 3)),
    }
)


def effort_score(
    ratings: pd.DataFrame,
    questions: pd.DataFrame,
    version: Literal["ces1", "ces2"],
    by: Sequence[str] = (),
    settings: Settings | None = None,
    *,
    scoring: Scoring = "mean",
    pool: bool = False,
) -> pd.DataFrame:
    """Give the customer effort score of one version, scored in one of the three ways in use.

    `ces1` runs from 1 to 5 and low is good; `ces2` runs from 1 to 7 and high is good. They are two measures, and so
    are the ways of scoring: the same answers give 4.08, 46 % and -13.

    Parameters
    ----------
    scoring
        `mean`: mean answer, t interval. `top_box`: share of answers that say it was easy (1-2 of CES 1.0, 5-7 of
        CES 2.0), Wilson's interval. `net`: easy minus hard (1-2 minus 4-5; 6-7 minus 1-3), adjusted Wald interval.
    pool
        Put answers to different wordings together; the note says so. Unless asked for they are refused.

    Examples
    --------
    >>> counts = {1: 80, 2: 210, 3: 140, 4: 110, 5: 160, 6: 180, 7: 120}
    >>> ratings = pd.DataFrame({"question": "q1", "score": np.repeat(list(counts), list(counts.values()))})
    >>> questions = pd.DataFrame({"question": ["q1"], "version": ["1"], "kind": ["ces2"]})
    >>> [round(float(effort_score(ratings, questions, "ces2", scoring=scoring).estimate[0]), 2)
    ...     for scoring in ("mean", "top_box", "net")]
    [4.08, 0.46, -0.13]
    """
    given = answers(ratings, questions, version, by, pool=pool)
    rows = given if scoring == "mean" else _boxes(given, *BOXES[f"{version}_{scoring}"])
    name = version if scoring == "mean" else f"{version}_{scoring}"
    return estimates(summarise(name, rows, by), settings or Settings())


def satisfaction(
    ratings: pd.DataFrame,
    questions: pd.DataFrame,
    by: Sequence[str] = (),
    settings: Settings | None = None,
    *,
    pool: bool = False,
) -> pd.DataFrame:
    """Give the mean mark, with a t interval: of the service as a whole, or with `part` in `by` of its parts.

    Answers to different wordings are refused, unless `pool` asks to put them together; the note says so then.

    Examples
    --------
    >>> questions = pd.DataFrame({"question": ["q1"], "version": ["1"], "kind": ["mark"]})
    >>> ratings = pd.DataFrame({"question": "q1", "question_version": "1", "score": [6, 7, 8]})
    >>> satisfaction(ratings, questions)[["n", "estimate"]].values.tolist()
    [[3.0, 7.0]]
    """
    rows = answers(ratings, questions, "mark", by, pool=pool)
    return estimates(summarise("satisfaction", rows, by), settings or Settings())


def net_promoter_score(
    ratings: pd.DataFrame,
    questions: pd.DataFrame,
    by: Sequence[str] = (),
    settings: Settings | None = None,
    *,
    pool: bool = False,
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
    rows = promoters(ratings, questions, settings.nps, by, pool=pool)
    return estimates(summarise("net_promoter_score", rows, by), settings)


def net_promoter_score_government(
    ratings: pd.DataFrame,
    questions: pd.DataFrame,
    by: Sequence[str] = (),
    settings: Settings | None = None,
    *,
    pool: bool = False,
) -> pd.DataFrame:
    """Give the Net Promoter Score with the cut-offs set for government, and its adjusted Wald interval."""
    settings = settings or Settings()
    rows = promoters(ratings, questions, settings.nps_government, by, pool=pool)
    return estimates(summarise("net_promoter_score_government", rows, by), settings)


def promoters(
    ratings: pd.DataFrame,
    questions: pd.DataFrame,
    cutoffs: NpsCutoffs,
    by: Sequence[str] = (),
    *,
    pool: bool = False,
) -> Observations:
    """Take 1 for each promoter, -1 for each detractor and 0 for anybody else."""
    given = answers(ratings, questions, "nps", by, pool=pool)
    score = given.rows["value"].to_numpy(dtype=np.float64, na_value=np.nan)
    sign = np.where(score >= cutoffs.promoter, 1.0, np.where(score <= cutoffs.detractor, -1.0, 0.0))
    return replace(given, rows=given.rows.assign(value=np.where(np.isnan(score), np.nan, sign)))


def effort_boxes(ratings: pd.DataFrame, questions: pd.DataFrame, measure: str, by: Sequence[str] = ()) -> Observations:
    """Take from effort answers what a way of scoring counts; see `BOXES`."""
    return _boxes(answers(ratings, questions, measure.partition("_")[0], by), *BOXES[measure])


def _boxes(given: Observations, easy: tuple[int, ...], hard: tuple[int, ...]) -> Observations:
    """Turn answers into 1 for easy ones, -1 for hard ones and 0 for the others."""
    score = given.rows["value"].astype("float64")
    sign = score.isin(easy).astype("float64") - score.isin(hard).astype("float64")
    return replace(given, rows=given.rows.assign(value=sign.where(score.notna())))


def answers(
    ratings: pd.DataFrame, questions: pd.DataFrame, kind: str, by: Sequence[str] = (), *, pool: bool = False
) -> Observations:
    """Take the scores of all answers to questions of one kind, each with its wording.

    Unless one groups by `part`, only answers about the service as a whole count: no part, or `overall`. With `pool`
    the wordings are forgotten, so that they may go into one number.
    """
    chosen = ratings["question"].isin(questions.loc[questions["kind"] == kind, "question"])
    if "part" in ratings.columns and "part" not in by:
        chosen &= ratings["part"].astype("string").fillna(WHOLE).isin(["", WHOLE])
    rows = ratings[chosen]
    wording, reason = wording_of(rows), misfits(rows, questions, kind)
    rows = rows.assign(value=rows["score"].where(reason == ""), wording=wording, reason=reason)
    if pool and wording.nunique() > 1:
        return Observations(rows.drop(columns="wording").assign(reason=reason.where(reason != "", POOLED)), POOLED)
    return Observations(rows)
