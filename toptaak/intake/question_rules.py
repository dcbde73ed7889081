"""Rules about questions, the scores they get, and who was asked."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from toptaak.intake.codes import fault
from toptaak.intake.keys import found_in, row_keys
from toptaak.intake.pool import Pool
from toptaak.intake.tables import SCORE_KINDS

_UNSUCCESSFUL: Final = ("partial", "failed", "gave_up")
_WHO: Final = ["municipality", "respondent"]
# of so many people hardly ever all succeed: at a chance of 95 % once in thirteen times
_ENOUGH_TO_FAIL: Final = 50
_ABOVE_FIVE: Final = (7, 10)  # where scales end that are taken for one of five points
# on these scales an answer is one of the points; a mark may be 7.5
_WHOLE_POINTS: Final = ("ces1", "ces2", "nps", "likert")


def check_questions(pool: Pool) -> None:
    """Warn of questions of which nobody says which side is good, or whose scale or side is not that of their kind."""
    _directions(pool)
    _odd_questions(pool)


def _directions(pool: Pool) -> None:
    for delivery in pool.of("questions"):
        silent = int(delivery.frame["higher_is"].isna()[delivery.kept].sum())
        if silent:
            delivery.faults.append(fault("TT-067", delivery.raw.file, column="higher_is", count=silent))


def _odd_questions(pool: Pool) -> None:
    for delivery in pool.of("questions"):
        for place in np.flatnonzero(delivery.kept):
            question = delivery.frame.iloc[place]
            low, high, direction = SCORE_KINDS.get(str(question["kind"]), (None, None, None))
            stated = {"minimum": low, "maximum": high, "higher_is": direction}
            for column, expected in stated.items():
                cells = question[column]
                if expected is not None and pd.notna(cells) and cells != expected:
                    wanted = expected if isinstance(expected, str) else f"{column} {expected:g}"
                    values = {"kind": question["kind"], "expected": wanted}
                    row = int(delivery.raw.rows[delivery.source[place]])
                    delivery.faults.append(
                        fault("TT-810", delivery.raw.file, values=values, row=row, column=column, found=str(cells))
                    )


def check_who_was_asked(pool: Pool) -> None:
    """Warn where one side is missing: everybody succeeded or nobody did, complaints only, answered calls only."""
    _one_sided_contacts(pool)
    if not pool.has("attempts"):
        return
    rows = pool.rows("attempts", (*_WHO, "method", "verified_success", "believed_success", "outcome"))
    succeeded = (
        rows["verified_success"].fillna(rows["believed_success"]).mask(rows["outcome"].isin(_UNSUCCESSFUL), False)
    )
    known = rows.assign(success=succeeded).dropna(subset="success")
    for _, attempts in known.groupby(["municipality", "method"], dropna=False, observed=True):
        _warn_of_successes(pool, "attempts", attempts)
        _warn(pool, "TT-812", "attempts", attempts, ~attempts["success"].astype(bool))
    if pool.has("ratings"):
        raters = pool.rows("ratings", _WHO).dropna().drop_duplicates()
        for town, attempts in known.merge(raters, on=_WHO).groupby("municipality", observed=True):
            if not known.loc[known["municipality"] == town, "success"].all():
                _warn_of_successes(pool, "ratings", attempts)


def _one_sided_contacts(pool: Pool) -> None:
    if not pool.has("contacts"):
        return
    rows = pool.rows("contacts", ("municipality", "kind", "channel", "answered"))
    for _, contacts in rows.dropna(subset="kind").groupby("municipality", observed=True):
        _warn(pool, "TT-813", "contacts", contacts, contacts["kind"] == "complaint")
    calls = rows[(rows["channel"] == "phone").fillna(False)].dropna(subset="answered")
    for _, contacts in calls.groupby("municipality", observed=True):
        _warn(pool, "TT-814", "contacts", contacts, contacts["answered"].astype(bool))


def _warn_of_successes(pool: Pool, name: str, asked: pd.DataFrame) -> None:
    _warn(pool, "TT-811", name, asked, asked["success"].astype(bool))


def _warn(pool: Pool, code: str, name: str, rows: pd.DataFrame, alike: pd.Series) -> None:
    """Warn where rows that are enough to differ are all alike."""
    if len(rows) >= _ENOUGH_TO_FAIL and alike.all():
        town = str(rows["municipality"].iloc[0])
        pool.faults.append(fault(code, pool.of(name)[0].raw.file, found=town, count=len(rows)))


def check_scores(pool: Pool) -> None:
    """Blame scores outside the scale of their question."""
    if not pool.has("ratings"):
        return
    if not pool.has("questions"):
        if "questions" not in pool.broken:
            pool.faults += [fault("TT-086", delivery.raw.file) for delivery in pool.of("ratings")]
        return
    scales = pool.rows("questions")
    rows = pool.rows("ratings")
    versioned = found_in(row_keys(rows, ("question", "question_version")), row_keys(scales, ("question", "version")))
    anyhow = found_in(row_keys(rows, ("question",)), row_keys(scales, ("question",)))
    place = np.where(versioned >= 0, versioned, anyhow)
    file = pool.of("ratings")[0].raw.file
    for number in np.unique(place[place >= 0]):
        scale = scales.iloc[number]
        here, scores = place == number, rows["score"]
        outside = here & ((scores < scale["minimum"]) | (scores > scale["maximum"])).to_numpy()
        values = {"low": f"{scale['minimum']:g}", "high": f"{scale['maximum']:g}"}
        pool.set_aside("TT-078", rows, outside, "score", values=values)
        if scale["kind"] in _WHOLE_POINTS:
            between = here & ~outside & (scores % 1 > 0).to_numpy(dtype=bool, na_value=False)
            pool.set_aside("TT-815", rows, between, "score", values=values)
        odd = _another_scale(scale, scores[here & ~outside].dropna())
        if odd:
            pool.faults.append(fault(odd, file, column="score", found=str(scale["question"]), values=values))
    if (place < 0).any():
        pool.faults.append(fault("TT-086", file, column="question", count=int((place < 0).sum())))


def _another_scale(scale: pd.Series, scores: pd.Series) -> str | None:
    """Tell whether the scores look as if they were given on another scale than the question's."""
    if scale["maximum"] in _ABOVE_FIVE and len(scores) >= 50 and scores.max() <= 5:
        return "TT-083"
    if scale["kind"] == "nps" and len(scores) >= 200 and scores.min() > scale["minimum"]:
        return "TT-068"
    return None
