"""What customers say, in scores: effort, satisfaction and willingness to recommend.

Tables `ratings` (one row is one answer) and `questions` (one row is one wording of one question). A number holds for
one wording: answers to different wordings, or versions of one, are not averaged unless the settings ask for it.

CES 1.0 runs from 1 to 5 and low is good; CES 2.0 runs from 1 to 7 and high is good. They are two measures, and so are
the ways of scoring: the same answers give 4.08, 46 % and -13.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Final

import numpy as np
import pandas as pd

from toptaak.core.settings import NpsCutoffs, Settings
from toptaak.kpi.declaration import Columns, Measure
from toptaak.kpi.observations import Observations, Observe, Tables
from toptaak.kpi.wordings import misfits, scales_of, wording_of

_SCORES: Columns = {"ratings": ("question", "score"), "questions": ("question", "kind")}
WHOLE: Final = "overall"
POOLED: Final = "several question wordings were put together on request"
# per way of scoring: the answers that count as easy, and those that count against it (none: a plain share)
BOXES: Final[Mapping[str, tuple[tuple[int, ...], tuple[int, ...]]]] = MappingProxyType(
    {
        "ces1_top_box": ((1, 2), ()),
        "ces1_net": ((1, 2), (4, 5)),
        "ces2_top_box": ((5, 6, 7), ()),
        "ces2_net": ((6, 7), (1, 2, 3)),
    }
)


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
    rows = rows.assign(**scales_of(rows, questions, kind))
    rows = rows.assign(value=rows["score"].where(reason == ""), wording=wording, reason=reason)
    if not pool or wording.nunique() < 2:
        return Observations(rows)
    several = _several_wordings(rows)
    pooled = rows.assign(wording=wording.mask(several, ""), reason=reason.mask(several & (reason == ""), POOLED))
    return Observations(pooled, POOLED)


def _several_wordings(rows: pd.DataFrame) -> pd.Series:
    """Tell of each answer whether its municipality asked in several wordings."""
    if "municipality" not in rows.columns:
        return pd.Series(True, index=rows.index)
    return rows.groupby("municipality", observed=True, dropna=False)["wording"].transform("nunique") > 1


def answers_to(kind: str) -> Observe:
    """Make the function that takes the scores of answers to questions of one kind."""

    def scores(tables: Tables, by: Sequence[str], settings: Settings) -> Observations:
        return _given(tables, kind, by, settings)

    return scores


def boxes_of(measure: str) -> Observe:
    """Make the function that takes 1 for easy answers, -1 for hard ones and 0 for the others; see `BOXES`."""
    easy, hard = BOXES[measure]

    def boxes(tables: Tables, by: Sequence[str], settings: Settings) -> Observations:
        given = _given(tables, measure.partition("_")[0], by, settings)
        score = given.rows["value"].astype("float64")
        sign = score.isin(easy).astype("float64") - score.isin(hard).astype("float64")
        return _scored(given, sign.where(score.notna()))

    return boxes


def _given(tables: Tables, kind: str, by: Sequence[str], settings: Settings) -> Observations:
    return answers(tables["ratings"], tables["questions"], kind, by, pool=settings.pool_wordings)


CES1: Final = Measure(
    id="ces1",
    label="Customer effort (CES 1.0)",
    unit="score",
    direction="lower",
    scale="mean",
    definition="Mean answer to how much effort it took, from 1 (very little) to 5 (very much).",
    source="Dixon, Freeman and Toman, Stop trying to delight your customers (2010)",
    needs=_SCORES,
    board=True,
    limits=(1.0, 5.0),
    observe=answers_to("ces1"),
)


CES2: Final = Measure(
    id="ces2",
    label="Customer effort (CES 2.0)",
    unit="score",
    direction="higher",
    scale="mean",
    definition="Mean agreement with the statement that it was made easy, from 1 (not at all) to 7 (entirely).",
    source="CEB, Customer Effort Score 2.0 (2013)",
    needs=_SCORES,
    board=True,
    limits=(1.0, 7.0),
    observe=answers_to("ces2"),
)


CES1_TOP_BOX: Final = Measure(
    id="ces1_top_box",
    label="Little effort (CES 1.0)",
    unit="ratio",
    direction="higher",
    scale="proportion",
    definition="Share of answers 1 or 2 to how much effort it took, from 1 (very little) to 5 (very much).",
    source="Dixon, Freeman and Toman, Stop trying to delight your customers (2010)",
    needs=_SCORES,
    observe=boxes_of("ces1_top_box"),
)


CES1_NET: Final = Measure(
    id="ces1_net",
    label="Little effort minus much effort (CES 1.0)",
    unit="points",
    direction="higher",
    scale="net_promoter",
    definition="Share of answers 1 or 2 minus share of answers 4 or 5 to how much effort it took.",
    source="toptaak, after the index of CES 2.0",
    needs=_SCORES,
    observe=boxes_of("ces1_net"),
)


CES2_TOP_BOX: Final = Measure(
    id="ces2_top_box",
    label="Found it easy (CES 2.0)",
    unit="ratio",
    direction="higher",
    scale="proportion",
    definition=(
        "Share of answers 5, 6 or 7 to the statement that it was made easy, from 1 (not at all) to 7 (entirely)."
    ),
    source="Zonka, customer effort score: share that agrees",
    needs=_SCORES,
    observe=boxes_of("ces2_top_box"),
)


CES2_NET: Final = Measure(
    id="ces2_net",
    label="Found it easy minus found it hard (CES 2.0)",
    unit="points",
    direction="higher",
    scale="net_promoter",
    definition="Share of answers 6 or 7 minus share of answers 1, 2 or 3 to the statement that it was made easy.",
    source="support.cys.group, article 3000095529",
    needs=_SCORES,
    observe=boxes_of("ces2_net"),
)


SATISFACTION: Final = Measure(
    id="satisfaction",
    label="Satisfaction",
    unit="score",
    direction="higher",
    scale="mean",
    definition="Mean mark for the service as a whole, for a part of it or for a channel.",
    source="toptaak",
    needs=_SCORES,
    board=True,
    observe=answers_to("mark"),
)


def promoters(tables: Tables, by: Sequence[str], settings: Settings) -> Observations:
    """Take 1 for each promoter, -1 for each detractor and 0 for anybody else."""
    return _promoters(_given(tables, "nps", by, settings), settings.nps)


NET_PROMOTER_SCORE: Final = Measure(
    id="net_promoter_score",
    label="Net Promoter Score (NPS)",
    unit="points",
    direction="higher",
    scale="net_promoter",
    definition="Share of promoters (9 or 10) minus share of detractors (0 to 6), unless set otherwise.",
    source="Reichheld, The one number you need to grow (2003)",
    needs=_SCORES,
    minimum_n=10,
    board=True,
    observe=promoters,
)


def promoters_government(tables: Tables, by: Sequence[str], settings: Settings) -> Observations:
    """Take the same with the cut-offs set for government."""
    return _promoters(_given(tables, "nps", by, settings), settings.nps_government)


NET_PROMOTER_SCORE_GOVERNMENT: Final = Measure(
    id="net_promoter_score_government",
    label="NPS with cut-offs for government",
    unit="points",
    direction="higher",
    scale="net_promoter",
    definition="Share of promoters (8 or higher) minus share of detractors (0 to 5), unless set otherwise.",
    source="toptaak; cut-offs are a setting",
    needs=_SCORES,
    minimum_n=10,
    observe=promoters_government,
)


THEME_SHARE: Final = Measure(
    id="theme_share",
    label="Answers about a theme",
    unit="ratio",
    direction="none",
    scale="proportion",
    definition="Open answers to which a person gave the theme, divided by all answers a person has judged.",
    source="toptaak",
    needs={"open_answers": ("themes",)},
)


def _promoters(given: Observations, cutoffs: NpsCutoffs) -> Observations:
    score = given.rows["value"].to_numpy(dtype=np.float64, na_value=np.nan)
    sign = np.where(score >= cutoffs.promoter, 1.0, np.where(score <= cutoffs.detractor, -1.0, 0.0))
    return _scored(given, np.where(np.isnan(score), np.nan, sign))


def _scored(given: Observations, value: pd.Series | np.ndarray) -> Observations:
    """Put what a way of scoring counts in the place of the answers, whose scale then no longer holds."""
    return replace(given, rows=given.rows.drop(columns=["least", "greatest"]).assign(value=value))


MEASURES: Final = (
    CES1,
    CES2,
    CES1_TOP_BOX,
    CES1_NET,
    CES2_TOP_BOX,
    CES2_NET,
    SATISFACTION,
    NET_PROMOTER_SCORE,
    NET_PROMOTER_SCORE_GOVERNMENT,
    THEME_SHARE,
)
