"""Which question stands behind a score, and whether it measures what it is said to measure.

A question has an id and versions; each version is a wording. A kind of score has a scale of its own and a side that is
good: a question on another scale, or of which another side is good, does not measure it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd

from toptaak.intake.tables import SCORE_KINDS
from toptaak.kpi.summaries import with_period

OTHER_SCALE: Final = "not measurable: the question has another scale than this score"
OTHER_DIRECTION: Final = "not measurable: another side of the scale is good than for this score"
_DESCRIPTION: Final = ("kind", "question", "version", "language", "wording", "minimum", "maximum", "higher_is")


def wording_of(ratings: pd.DataFrame) -> pd.Series:
    """Name the wording of each answer: question and version."""
    question = ratings["question"].astype("string")
    if "question_version" not in ratings.columns:
        return question
    return question + "@" + ratings["question_version"].astype("string").fillna("")


def misfits(ratings: pd.DataFrame, questions: pd.DataFrame, kind: str) -> pd.Series:
    """Say of each answer why its question does not measure what its kind stands for; empty where it does.

    Examples
    --------
    >>> questions = pd.DataFrame({"question": ["q1", "q1"], "version": ["1", "2"], "kind": "ces2",
    ...     "minimum": 1, "maximum": [5, 7]})
    >>> ratings = pd.DataFrame({"question": "q1", "question_version": ["1", "2"], "score": [5.0, 6.0]})
    >>> misfits(ratings, questions, "ces2").tolist()
    ['not measurable: the question has another scale than this score', '']
    """
    low, high, direction = SCORE_KINDS[kind]
    asked = questions.loc[questions["kind"] == kind].reindex(columns=list(_DESCRIPTION))
    turned = asked["higher_is"].notna() & (asked["higher_is"] != direction)
    other = _differs(asked["minimum"], low) | _differs(asked["maximum"], high)
    reasons = np.select([turned, other], [OTHER_DIRECTION, OTHER_SCALE], "")
    by_question = dict(zip(asked["question"], reasons, strict=True))
    by_version = dict(zip(wording_of(asked.rename(columns={"version": "question_version"})), reasons, strict=True))
    version = ratings.get("question_version", pd.Series(None, index=ratings.index, dtype=object))
    versions = wording_of(ratings).map(by_version).where(version.notna(), ratings["question"].map(by_question))
    return versions.astype(object).fillna("")


def scales_of(ratings: pd.DataFrame, questions: pd.DataFrame, kind: str) -> dict[str, pd.Series]:
    """Give for each answer the least and greatest score that its question allows; missing where not recorded."""
    low, high, _ = SCORE_KINDS[kind]
    asked = questions.loc[questions["kind"] == kind].reindex(columns=list(_DESCRIPTION))
    scales = {}
    for column, name, usual, widest in (("minimum", "least", low, "min"), ("maximum", "greatest", high, "max")):
        limit = pd.to_numeric(asked[column], errors="coerce")
        by_question = limit.groupby(asked["question"], observed=True).agg(widest)
        scales[name] = ratings["question"].map(by_question).astype("float64").fillna(np.nan if usual is None else usual)
    return scales


def _differs(stated: pd.Series, limit: float | None) -> pd.Series:
    return stated.notna() & (limit is not None) & (stated != limit)


def wordings(ratings: pd.DataFrame, questions: pd.DataFrame, by: Sequence[str] = ()) -> pd.DataFrame:
    """List which wordings stand behind the scores of each group.

    Parameters
    ----------
    by
        Group columns: municipality, task_id, channel, part, quarter.

    Returns
    -------
    One row per group and wording that was answered: the columns of `by`, `kind`, `question`, `version`, `language`,
    `wording` (the text), `minimum`, `maximum`, `higher_is` and `n` (answers); what is not recorded is missing. A
    version that is asked in several languages has a row for each, with the answers of all.

    Examples
    --------
    >>> questions = pd.DataFrame({"question": ["q1", "q1"], "version": ["1", "2"], "kind": "ces2",
    ...     "wording": ["De gemeente maakte het mij makkelijk.", "Het was makkelijk."]})
    >>> ratings = pd.DataFrame({"question": "q1", "question_version": ["1", "1", "2"], "score": [5.0, 6.0, 7.0]})
    >>> wordings(ratings, questions)[["kind", "version", "n"]].values.tolist()
    [['ces2', '1', 2], ['ces2', '2', 1]]
    """
    given = with_period(ratings, by).dropna(subset=["score", *by])
    asked = questions.reindex(columns=list(_DESCRIPTION))
    keys = ["question"]
    if "question_version" in given.columns:
        given, keys = given.rename(columns={"question_version": "version"}), ["question", "version"]
    else:
        asked = asked.drop(columns="version").drop_duplicates()
    counted = given.groupby([*by, *keys], dropna=False, observed=True).size().rename("n").reset_index()
    joined = counted.astype(dict.fromkeys(keys, object)).merge(asked.astype(dict.fromkeys(keys, object)), "left", keys)
    listed = joined.reindex(columns=[*by, *_DESCRIPTION, "n"])
    return listed.sort_values([*by, "kind", "question", "version"], ignore_index=True)
