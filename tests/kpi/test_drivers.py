"""Weights of drivers from ratings: known truth, incomplete answers, wordings, owners."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.properties import examples
from toptaak.core.results import ALL, NO_SPREAD, POOLED_WORDINGS, TOO_FEW
from toptaak.core.settings import Settings
from toptaak.kpi.drivers import ASKED_OF_HALF, EMPLOYEE, EXACT, TAKEN_OVER, drivers, published_drivers
from toptaak.stats.lmg import correlations, lmg, moments

PARTS = ["expertise", "friendliness", "waiting"]
QUESTIONS = pd.DataFrame({"question": [f"q_{part}" for part in ["overall", *PARTS]], "version": "1", "kind": "mark"})
FAST = Settings(bootstrap_replicates=200)


def wide_marks(n: int, seed: int = 1) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    parts = rng.normal(7, 1, (n, 3))
    overall = 0.3 * parts[:, 0] + 0.1 * parts[:, 1] + 0.5 * parts[:, 2] + rng.normal(0, 0.6, n)
    table = pd.DataFrame(parts, columns=PARTS).assign(overall=overall)
    return table.assign(respondent=[f"r{number:05d}" for number in range(n)])


def ratings(wide: pd.DataFrame, **more: object) -> pd.DataFrame:
    kept = [name for name in ("respondent", "quarter", "weight") if name in wide.columns]
    long = wide.melt(kept, ["overall", *PARTS], "part", "score").dropna(subset="score")
    return long.assign(question="q_" + long["part"], question_version="1", municipality="GM9901", **more)


def run(table: pd.DataFrame, by: tuple[str, ...] = (), **more: object) -> pd.DataFrame:
    return drivers(table, QUESTIONS, by, **({"settings": FAST, "rng": np.random.default_rng(1)} | more))


def test_weights_equal_lmg_on_the_same_marks() -> None:
    wide = wide_marks(300)
    frame = run(ratings(wide)).set_index(["measure", "part"])
    expected = lmg(correlations(moments(wide[[*PARTS, "overall"]])))
    for part, share in zip(PARTS, expected, strict=True):
        row = frame.loc[("driver_importance", part)]
        assert row.estimate == pytest.approx(share, rel=1e-9)
        assert row.ci_low < row.estimate < row.ci_high
        assert row.n == 300
    assert frame.loc[("driver_r2", ALL), "estimate"] == pytest.approx(expected.sum())
    assert frame.loc[("driver_group", EMPLOYEE), "estimate"] == pytest.approx(expected[:2].sum())


def test_the_largest_stands_first_and_the_check_agrees() -> None:
    frame = run(ratings(wide_marks(300)))
    shown = frame[frame.measure == "driver_importance"]
    assert shown.part.tolist() == ["waiting", "expertise", "friendliness"]
    assert shown.owner.tolist() == ["organisation", "employee", "employee"]
    check = frame[frame.measure == "driver_check"]
    np.testing.assert_allclose(check.estimate, shown.estimate, atol=0.02)


def test_owners_are_a_setting() -> None:
    owned = FAST.model_copy(update={"driver_owners": {"waiting": "it"}})
    frame = run(ratings(wide_marks(150)), settings=owned)
    assert set(frame.loc[frame.part == "waiting", "owner"]) == {"it"}


def test_only_complete_answers_count() -> None:
    wide = wide_marks(400)
    gaps = wide.copy()
    gaps.loc[gaps.index[:100], "waiting"] = np.nan
    frame = run(ratings(gaps))
    alone = run(ratings(wide.iloc[100:]))
    pd.testing.assert_frame_equal(frame, alone)


def test_a_part_few_people_marked_is_left_out_and_said_so() -> None:
    wide = wide_marks(400)
    wide.loc[wide.index[100:], "waiting"] = np.nan
    frame = run(ratings(wide)).set_index(["measure", "part"])
    left_out = frame.loc[("driver_importance", "waiting")]
    assert np.isnan(left_out.estimate)
    assert left_out.note == ASKED_OF_HALF
    assert frame.loc[("driver_r2", ALL), "n"] == 400


def test_respondents_without_details_do_not_count() -> None:
    wide = wide_marks(400)
    wide.loc[wide.index[:250], PARTS] = np.nan
    assert run(ratings(wide)).n.max() == 150


@pytest.mark.parametrize("n", [0, 1, 99])
def test_too_few_answers(n: int) -> None:
    frame = run(ratings(wide_marks(120).head(n)))
    if n == 0:
        assert frame.estimate.isna().all()
    else:
        assert frame.note.tolist() == [TOO_FEW]
        assert frame.n.tolist() == [n]


def test_two_wordings_of_a_part_are_refused_but_not_over_groups() -> None:
    wide = wide_marks(400).assign(quarter=["2026Q1"] * 200 + ["2026Q2"] * 200)
    table = ratings(wide)
    newer = (table.quarter == "2026Q2") & (table.part == "waiting")
    table.loc[newer, "question_version"] = "2"
    assert run(table).note.tolist() == [POOLED_WORDINGS]
    per_quarter = run(table, ("quarter",))
    assert (per_quarter.note == "").all()
    assert per_quarter.quarter.unique().tolist() == ["2026Q1", "2026Q2"]


@pytest.mark.parametrize("column", ["part", "respondent"])
def test_without_parts_or_respondents_there_is_nothing_to_weigh(column: str) -> None:
    frame = run(ratings(wide_marks(150)).drop(columns=column))
    assert frame.estimate.isna().all()
    assert (frame.note != "").all()


def test_weights_of_respondents_act() -> None:
    wide = wide_marks(200)
    doubled = pd.concat([wide, wide.head(50).assign(respondent=lambda table: table.respondent + "b")])
    weighted = wide.assign(weight=np.where(np.arange(200) < 50, 2.0, 1.0))
    ours = run(ratings(weighted)).query("measure == 'driver_importance'").estimate
    np.testing.assert_allclose(ours, run(ratings(doubled)).query("measure == 'driver_importance'").estimate, rtol=1e-9)


@given(st.randoms(use_true_random=False))
@examples(5)
def test_order_of_rows_changes_no_estimate(random: object) -> None:
    table = ratings(wide_marks(120))
    mixed = table.sample(frac=1, random_state=random.randrange(1000))
    first, second = run(table), run(mixed)
    pd.testing.assert_series_equal(first.part, second.part)
    np.testing.assert_allclose(first.estimate, second.estimate, rtol=1e-9)


def test_many_respondents_are_resampled_in_groups() -> None:
    grouped = run(ratings(wide_marks(3000)), settings=Settings(bootstrap_replicates=1000))
    row = grouped.query("measure == 'driver_r2'").iloc[0]
    # spread of R² by large-sample theory: 2 r (1 - r²) / sqrt(n)
    expected = 2 * np.sqrt(row.estimate) * (1 - row.estimate) / np.sqrt(3000)
    assert (row.ci_high - row.ci_low) / 3.92 == pytest.approx(expected, rel=0.15)


def test_published_weights_claim_no_margin() -> None:
    frame = published_drivers()
    assert frame.set_index("part").estimate.to_dict() == {"waiting": 0.29, EMPLOYEE: 0.30}
    assert frame[["ci_low", "ci_high"]].isna().all(axis=None)
    assert set(frame.note) == {TAKEN_OVER}
    assert set(frame.method) == {"taken_over"}


def test_example_truth_is_recovered() -> None:
    """The example is made so that waiting and the employee explain 29 % and 30 %."""
    from toptaak.example.simulated_scores import MARKS, _feelings, make_questions

    rng = np.random.default_rng(5)
    feelings = _feelings(rng, 20_000)
    marks = np.column_stack([one.score(feelings[:, at], np.zeros(20_000)) for at, one in enumerate(MARKS)])
    names = [one.part for one in MARKS]
    shares = lmg(correlations(moments(np.column_stack([marks[:, 1:], marks[:, 0]]))))
    by_part = dict(zip(names[1:], shares, strict=True))
    assert by_part.pop("waiting") == pytest.approx(0.29, abs=0.02)
    assert sum(by_part.values()) == pytest.approx(0.30, abs=0.02)
    assert set(make_questions().kind) >= {"mark"}


def test_who_has_no_weight_does_not_count() -> None:
    """As in every other measure: where others have a weight, nobody without one takes part."""
    rng = np.random.default_rng(0)
    n = 300
    waiting, expertise = (rng.integers(4, 10, n).astype(float) for _ in range(2))
    questions = pd.DataFrame({"question": ["q0", "q1", "q2"], "version": "1", "kind": "mark"})
    weight = np.where(np.arange(n) < 150, np.where(np.arange(n) < 75, 1.5, 0.5), np.nan)
    whole = np.where(np.arange(n) < 150, waiting, expertise)
    ratings = pd.concat(
        [
            pd.DataFrame(
                {
                    "municipality": "GM9901",
                    "date": pd.Timestamp("2026-08-01"),
                    "respondent": [str(i) for i in range(n)],
                    "part": part,
                    "question": question,
                    "question_version": "1",
                    "score": score,
                    "weight": weight,
                }
            )
            for part, question, score in (
                (None, "q0", whole),
                ("waiting", "q1", waiting),
                ("expertise", "q2", expertise),
            )
        ],
        ignore_index=True,
    )
    chosen = Settings(bootstrap_replicates=200)
    frames = [
        drivers(table, questions, settings=chosen, rng=np.random.default_rng(1))
        for table in (ratings, ratings[ratings["weight"].notna()])
    ]
    pd.testing.assert_frame_equal(*frames)
    assert frames[0]["n"].iloc[0] == 150


def test_no_weight_has_an_interval_of_width_zero() -> None:
    wide = wide_marks(150).round(0)
    for constant in ("overall", "waiting"):
        frame = run(ratings(wide.assign(**{constant: 7.3}))).set_index(["measure", "part"])
        kinds = {"overall": frame.index, "waiting": [("driver_importance", "waiting"), ("driver_check", "waiting")]}
        without = frame.loc[kinds[constant]]
        assert set(without.note) == {NO_SPREAD}
        assert without.estimate.isna().all()
        told = frame.drop(kinds[constant])
        assert (told.ci_low < told.ci_high).all()
    nothing = run(ratings(wide.assign(**dict.fromkeys(PARTS, 8.0))))
    assert nothing.estimate.isna().all()
    same = run(ratings(wide.assign(overall=wide.waiting))).set_index(["measure", "part"])
    row = same.loc[("driver_r2", ALL)]
    assert (row.estimate, row.note) == (pytest.approx(1.0), EXACT)
    assert np.isnan(row.ci_low)
    assert not (same.ci_high - same.ci_low <= 0).any()
