"""The ratings of the example: marks, effort and recommendation, with their true means and drivers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from toptaak.example.simulated_attempts import Chances
from toptaak.example.world import CHANNELS, Array, Town, World, names

_RATERS = 95
_RATES_PARTS = 0.6
_MARK_SPREAD = 1.4
_CHANNEL_LIKING = (0.0, 0.1, 0.25, -0.2, 0.05, -0.3)
EMPLOYEE_PARTS = ("expertise", "friendliness", "clarity", "speed", "thinking_along")
_EMPLOYEE_EFFECTS = np.array([0.30, 0.16, 0.24, 0.14, 0.20])
_EMPLOYEE_CORRELATION = 0.45
# Before rounding to whole marks; rounding takes a bit off, which leaves about 29% and 30% of the variance.
_WAITING_SHARE, _EMPLOYEE_SHARE = 0.317, 0.319


@dataclass(frozen=True)
class Scored:
    """One question: scale, and mean, spread and correlation with the overall mark before rounding."""

    question: str
    kind: str
    part: str
    minimum: int
    maximum: int
    higher_is: str
    mean: float
    spread: float
    correlation: float
    wording: str

    def centre(self, liking: Array) -> Array:
        """Give the mean before rounding where marks lie `liking` points above the common mean."""
        sign = 1 if self.higher_is == "better" else -1
        return self.mean + sign * liking * self.spread / _MARK_SPREAD

    def score(self, latent: Array, liking: Array) -> Array:
        """Turn standard normal feelings into answers on the scale."""
        return np.clip(np.rint(self.centre(liking) + self.spread * latent), self.minimum, self.maximum)

    def chances(self, liking: Array) -> Array:
        """Give the chance of each answer, from minimum to maximum."""
        from scipy.special import ndtr

        cuts = np.arange(self.minimum, self.maximum) + 0.5
        below = ndtr((cuts - self.centre(liking)[..., None]) / self.spread)
        return np.diff(below, prepend=0.0, append=1.0)


def _mark(part: str, mean: float, wording: str) -> Scored:
    return Scored(f"mark_{part}", "mark", part, 1, 10, "better", mean, _MARK_SPREAD, 0.0, wording)


MARKS = (
    _mark("overall", 7.2, "Welk rapportcijfer geeft u de dienstverlening als geheel?"),
    _mark("waiting", 6.8, "Welk rapportcijfer geeft u de wachttijd?"),
    _mark("expertise", 7.5, "Welk rapportcijfer geeft u de deskundigheid van de medewerker?"),
    _mark("friendliness", 7.8, "Welk rapportcijfer geeft u de vriendelijkheid van de medewerker?"),
    _mark("clarity", 7.1, "Welk rapportcijfer geeft u de duidelijkheid van de uitleg?"),
    _mark("speed", 6.9, "Welk rapportcijfer geeft u de snelheid waarmee u werd geholpen?"),
    _mark("thinking_along", 7.0, "Welk rapportcijfer geeft u het meedenken door de medewerker?"),
)
CES1 = Scored("ces1", "ces1", "overall", 1, 5, "worse", 2.3, 1.0, -0.6,
              "Hoeveel moeite moest u zelf doen om uw vraag te laten afhandelen?")  # fmt: skip
CES2 = Scored("ces2", "ces2", "overall", 1, 7, "better", 5.2, 1.3, 0.6,
              "De gemeente maakte het mij gemakkelijk om mijn vraag af te handelen.")  # fmt: skip
CES2_NEW = "Het was voor mij gemakkelijk om mijn vraag bij de gemeente af te handelen."
NPS = Scored("nps", "nps", "overall", 0, 10, "better", 7.1, 2.0, 0.7,
             "Hoe waarschijnlijk is het dat u deze dienst bij anderen aanbeveelt?")  # fmt: skip


QUESTIONS = (*MARKS, CES1, CES2, NPS)


def make_questions(questions: Iterable[Scored] = QUESTIONS) -> pd.DataFrame:
    """List the wordings in use; one row is one version of one question."""
    rows = [
        (
            question.question,
            "1",
            "nl",
            question.kind,
            question.wording,
            question.minimum,
            question.maximum,
            question.higher_is,
        )
        for question in questions
    ]
    rows.append(("ces2", "2", "nl", "ces2", CES2_NEW, 1, 7, "better"))
    columns = ["question", "version", "language", "kind", "wording", "minimum", "maximum", "higher_is"]
    return pd.DataFrame(rows, columns=columns)


def make_ratings(world: World, town: Town, attempts: pd.DataFrame) -> pd.DataFrame:
    """Let a part of those who made an attempt rate the service; one row is one answer."""
    rng = world.rng("ratings", town.number)
    raters = _raters(rng, town, attempts)
    liking_of = _liking(world, town)
    quarter = pd.Index([str(period) for period in world.quarters]).get_indexer(pd.Index(raters["respondent"].str[:6]))
    channel = pd.Index(CHANNELS).get_indexer(pd.Index(raters["channel"]))
    liking = liking_of[quarter, channel]
    feelings = _feelings(rng, len(raters))
    detailed = rng.random(len(raters)) < _RATES_PARTS
    parts = [
        _answers(raters, scored, scored.score(feelings[:, at], liking), detailed | (at == 0))
        for at, scored in enumerate(MARKS)
    ]
    for scored in (CES1 if town.effort_question == "ces1" else CES2, NPS):
        own = rng.normal(size=len(raters))
        latent = scored.correlation * feelings[:, 0] + np.sqrt(1 - scored.correlation**2) * own
        parts.append(_answers(raters, scored, scored.score(latent, liking), np.ones(len(raters), dtype=bool)))
    ratings = pd.concat(parts, ignore_index=True)
    return _with_versions(world, town, ratings)


def _raters(rng: np.random.Generator, town: Town, attempts: pd.DataFrame) -> pd.DataFrame:
    if not town.rated:
        return attempts.iloc[:0]
    wanted = 12 if town.sparse else round(_RATERS * town.size)
    draw = pd.Series(rng.random(len(attempts)), index=attempts.index)
    return attempts[draw.groupby(attempts["respondent"].str[:6]).rank() <= wanted]


def _liking(world: World, town: Town) -> Array:
    """Give by how much marks lie above the common mean, per quarter and channel."""
    own = world.rng("liking", town.number).normal(0, 0.25)
    change = town.satisfaction_change * town.change(world.quarters)
    liking: Array = own + change[:, None] + np.array(_CHANNEL_LIKING)
    return liking


def _feelings(rng: np.random.Generator, count: int) -> Array:
    """Draw standard normal feelings: overall, waiting, then the employee's five parts.

    Overall feeling depends on waiting and on the employee by known shares of its variance. Waiting and the
    employee are independent of each other, so their shares of R2 follow without any method.
    """
    waiting = rng.normal(size=count)
    common = rng.normal(size=(count, 1))
    own = rng.normal(size=(count, len(EMPLOYEE_PARTS)))
    employee = np.sqrt(_EMPLOYEE_CORRELATION) * common + np.sqrt(1 - _EMPLOYEE_CORRELATION) * own
    effect = employee @ _EMPLOYEE_EFFECTS / np.sqrt(_variance_of_effect())
    rest = np.sqrt(1 - _WAITING_SHARE - _EMPLOYEE_SHARE) * rng.normal(size=count)
    overall = np.sqrt(_WAITING_SHARE) * waiting + np.sqrt(_EMPLOYEE_SHARE) * effect + rest
    return np.column_stack([overall, waiting, employee])


def _variance_of_effect() -> float:
    total, squares = _EMPLOYEE_EFFECTS.sum(), (_EMPLOYEE_EFFECTS**2).sum()
    return float(_EMPLOYEE_CORRELATION * total**2 + (1 - _EMPLOYEE_CORRELATION) * squares)


def _answers(raters: pd.DataFrame, scored: Scored, score: Array, asked: Array) -> pd.DataFrame:
    columns = ["municipality", "date", "respondent", "task_id", "channel"]
    return raters.loc[asked, columns].assign(
        part=scored.part, question=scored.question, question_version="1", score=score[asked], weight=1.0
    )


def _with_versions(world: World, town: Town, ratings: pd.DataFrame) -> pd.DataFrame:
    """Give the newer half of the effort answers the second wording, where the municipality changed it."""
    if town.new_wording:
        since = np.datetime64(world.quarters[len(world.quarters) // 2].start)
        newer = (ratings["question"] == "ces2") & (ratings["date"] >= since)
        ratings = ratings.assign(question_version=np.where(newer, "2", "1"))
    return ratings


def score_truth(world: World, town: Town, chances: Chances) -> pd.DataFrame:
    """Give the true mean of every question and both NPS, overall and per channel; `part` says of what."""
    effort = CES1 if town.effort_question == "ces1" else CES2
    liking, of_channel = _liking(world, town), chances.weight.sum(axis=1)
    labels = ("_all", *CHANNELS)
    parts = []
    for scored in (*MARKS, effort, NPS):
        of_answer = scored.chances(liking)
        overall = (of_channel[:, None, :] @ of_answer).squeeze(1)
        for measure, worth in _worth(scored).items():
            value = np.column_stack([overall @ worth, of_answer @ worth])
            quarter, channel = (axis.ravel() for axis in np.indices(value.shape))
            parts.append(
                pd.DataFrame(
                    {
                        "municipality": town.code,
                        "quarter": names([str(each) for each in world.quarters], quarter),
                        "task_id": "_all",
                        "channel": names(labels, channel),
                        "part": scored.part,
                        "measure": measure,
                        "value": value.ravel(),
                    }
                )
            )
    truth = pd.concat(parts, ignore_index=True)
    return truth if town.rated else truth.iloc[:0]


def _worth(scored: Scored) -> Mapping[str, Array]:
    """Give what each answer counts for in each measure of this question."""
    answer = np.arange(scored.minimum, scored.maximum + 1)
    if scored.kind == "nps":
        return {
            "net_promoter_score": (answer >= 9) * 1.0 - (answer <= 6),
            "net_promoter_score_government": (answer >= 8) * 1.0 - (answer <= 5),
        }
    return {"satisfaction" if scored.kind == "mark" else scored.kind: answer.astype(float)}


def driver_truth(world: World) -> dict[str, object]:
    """Give the true shares of R2 of whole marks within one channel, from many simulated people."""
    feelings = _feelings(world.rng("ratings", 0), 400_000)
    marks = np.column_stack([scored.score(feelings[:, at], np.zeros(1)) for at, scored in enumerate(MARKS)])
    correlation = np.corrcoef(marks, rowvar=False)
    waiting, employee = correlation[0, 1] ** 2, _explained(correlation, slice(2, None))
    return {
        "parts": [scored.part for scored in MARKS],
        "correlation": correlation.round(4).tolist(),
        "share_waiting": round(float(waiting), 3),
        "share_employee": round(employee, 3),
        "r_squared": round(_explained(correlation, slice(1, None)), 3),
    }


def _explained(correlation: Array, parts: slice) -> float:
    with_overall = correlation[0, parts]
    return float(with_overall @ np.linalg.solve(correlation[parts, parts], with_overall))
