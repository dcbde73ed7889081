"""Numbers in print, to the digits printed. The literals run on a bare clone; `oracles.json` where it is at hand."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from toptaak.kpi.outcomes import success_rate
from toptaak.kpi.scores import effort_score, net_promoter_score
from toptaak.kpi.times import attempt_time
from toptaak.stats import intervals, tests

# level whose z is exactly 1.96, as printed sources use it
AT_1_96 = 2 * 0.9750021048517795 - 1


def cut(value: float, digits: int) -> float:
    """Cut digits off without rounding, as some calculators print."""
    return math.floor(value * 10**digits) / 10**digits


# Newcombe (1998), Statistics in Medicine 17: 857-872, table I, method 3
@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_as_newcombe_printed(successes: int, n: int, low: float, high: float) -> None:
    assert np.round(intervals.wilson(successes, n), 4).tolist() == [low, high]


# Newcombe (1998), Statistics in Medicine 17: 873-890, table II, method 10
@pytest.mark.parametrize(
    ("counts", "low", "high"),
    [
        ((56, 70, 48, 80), 0.0524, 0.3339),
        ((9, 10, 3, 10), 0.1705, 0.8090),
        ((6, 7, 2, 7), 0.0582, 0.8062),
        ((5, 56, 0, 29), -0.0381, 0.1926),
        ((0, 10, 0, 20), -0.1611, 0.2775),
        ((0, 10, 0, 10), -0.2775, 0.2775),
        ((10, 10, 0, 20), 0.6791, 1.0),
    ],
)
def test_newcombe_as_printed(counts: tuple[int, int, int, int], low: float, high: float) -> None:
    assert np.round(intervals.newcombe(*counts), 4).tolist() == [low, high]


# measuringux.com/adjustedwald.htm (Tullis), z = 1.96; the page cuts digits off
def test_adjusted_wald_as_tullis_printed() -> None:
    low, high = intervals.adjusted_wald(4, 5, AT_1_96)
    assert (cut(float(low), 4), cut(float(high), 4)) == (0.3596, 0.9796)
    assert cut(float(low + high) / 2, 4) == 0.6696


# measuringu.com/time_intervals.php (Sauro)
def test_geometric_mean_of_task_times_as_sauro_printed() -> None:
    attempts = pd.DataFrame({"verified_success": True, "duration_s": [55, 65, 75, 62, 45, 135]})
    row = attempt_time(attempts).iloc[0]
    assert [round(row[name]) for name in ("estimate", "ci_low", "ci_high")] == [68, 46, 101]


# support.cys.group, article 3000095529
def test_effort_score_as_cys_printed() -> None:
    counts = {1: 80, 2: 210, 3: 140, 4: 110, 5: 160, 6: 180, 7: 120}
    scores = np.repeat(list(counts), list(counts.values()))
    ratings = pd.DataFrame({"question": "q", "question_version": "1", "score": scores})
    questions = pd.DataFrame({"question": ["q"], "version": ["1"], "kind": ["ces2"]})
    assert round(float(effort_score(ratings, questions, "ces2")["estimate"].iloc[0]), 2) == 4.08


# CrossValidated, "How can I calculate margin of error in a NPS result?": half promoters, a third passive
def test_nps_of_a_box_of_tickets() -> None:
    ratings = pd.DataFrame({"question": "q", "score": [9, 10, 9, 7, 8, 0]})
    questions = pd.DataFrame({"question": ["q"], "version": ["1"], "kind": ["nps"]})
    assert net_promoter_score(ratings, questions)["estimate"].iloc[0] == pytest.approx(1 / 3)


# Sauro and Lewis, Quantifying the User Experience: 11 of 12 against 5 of 10. Yates is printed (2.905, 0.0883); the N-1
# test of the same table is that chi-square without the correction.
def test_two_completion_rates_of_sauro_and_lewis() -> None:
    assert round(float(tests.n_minus_1_two_proportion(11, 12, 5, 10)), 5) == 0.03278


# tests of the R package csranks: ten p-values at 5%
def test_bonferroni_and_holm_of_csranks() -> None:
    p_values = np.array([1e-05, 3e-05, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3])
    assert int((p_values <= 0.05 / 10).sum()) == 6
    assert int((tests.holm(p_values) <= 0.05).sum()) == 7


# R package survey, tests/kalton.Rout.save; Kish's numbers from a rerun with survey 4.1-1
def test_kish_of_kalton() -> None:
    n = np.array([20, 40, 40, 50, 140, 310, 100, 50, 50, 30, 100, 70])
    factors = [
        1.810805093187, 1.45282194483, 2.016775508594, 1.083564444061, 0.869351543627, 1.206814715172,
        2.196089099602, 1.761938073129, 2.445883727316, 1.833225532434, 1.470810024426, 2.041746165532,
    ]  # fmt: skip
    effective = intervals.kish_effective_n(np.repeat(factors, n))
    assert effective == pytest.approx(909.354887384, abs=1e-6)
    assert n.sum() / effective == pytest.approx(1.09968067899, abs=1e-9)


@pytest.fixture(scope="module")
def oracles(shared_data: Path) -> dict[str, Any]:
    entries = json.loads((shared_data / "oracles.json").read_text(encoding="utf-8"))
    return {entry["id"]: entry for entry in entries}


def test_oracle_adjusted_wald(oracles: dict[str, Any]) -> None:
    given, printed = (oracles["adjwald_4of5"][name] for name in ("input", "output"))
    low, high = intervals.adjusted_wald(given["x"], given["n"], AT_1_96)
    assert {"lo": cut(float(low), 4), "hi": cut(float(high), 4), "p_adj": cut(float(low + high) / 2, 4)} == printed


def test_oracle_geometric_mean(oracles: dict[str, Any]) -> None:
    entry = oracles["geomean_time"]
    row = attempt_time(pd.DataFrame({"verified_success": True, "duration_s": entry["input"]})).iloc[0]
    found = {"gm": row["estimate"], "lo": row["ci_low"], "hi": row["ci_high"]}
    assert {name: round(value) for name, value in found.items()} == entry["output"]
    assert found == pytest.approx(entry["precise"], rel=1e-12)


def test_oracle_mean_of_skewed_scores(oracles: dict[str, Any]) -> None:
    entry = oracles["mean_median_skew"]
    ratings = pd.DataFrame({"question": "q", "score": entry["input"]})
    questions = pd.DataFrame({"question": ["q"], "version": ["1"], "kind": ["ces2"]})
    found = effort_score(ratings, questions, "ces2")["estimate"].iloc[0]
    assert round(float(found), 2) == entry["output"]["mean"]


def test_oracle_nps_variance(oracles: dict[str, Any]) -> None:
    """Six answers in the printed shares have the printed score and variance per answer."""
    assert oracles["nps_variance"]["output"] == {"nps": "1/3", "var_per_ticket": "5/9"}
    values = np.array([1, 1, 1, 0, 0, -1])
    score, variance = intervals.adjusted_nps(3e9, 2e9, 1e9)
    assert score == pytest.approx(1 / 3)
    assert variance * 6e9 == pytest.approx(5 / 9)
    assert values.var() == pytest.approx(5 / 9)


def test_oracle_effort(oracles: dict[str, Any]) -> None:
    counts = oracles["ces_mean"]["input"]
    scores = np.repeat([int(score) for score in counts], list(counts.values()))
    questions = pd.DataFrame({"question": ["q"], "version": ["1"], "kind": ["ces2"]})
    frame = effort_score(pd.DataFrame({"question": "q", "score": scores}), questions, "ces2")
    assert round(float(frame["estimate"].iloc[0]), 2) == oracles["ces_mean"]["output"]["mean"]


def test_oracle_two_rates(oracles: dict[str, Any]) -> None:
    (x, x_not), (y, y_not) = oracles["n1_chi"]["input"]
    found = tests.n_minus_1_two_proportion(x, x + x_not, y, y + y_not)
    assert found == pytest.approx(oracles["n1_chi"]["output"]["n1_p"], rel=1e-12)


def test_oracle_holm(oracles: dict[str, Any]) -> None:
    p_values, printed = np.array(oracles["holm"]["input"]), oracles["holm"]["output"]
    assert int((p_values <= 0.05 / len(p_values)).sum()) == printed["bonferroni_reject"]
    assert int((tests.holm(p_values) <= 0.05).sum()) == printed["holm_reject"]


def test_oracle_kish(oracles: dict[str, Any]) -> None:
    entry = oracles["kalton_rake"]
    n = np.concatenate(entry["input"]["sample_n_a_by_b (a=1..4 rows, b=1..3 cols)"])
    effective = intervals.kish_effective_n(np.repeat(np.concatenate(entry["precise"]), n))
    assert effective == pytest.approx(entry["kish"]["neff"], abs=1e-6)
    assert n.sum() / effective == pytest.approx(entry["kish"]["deff"], abs=1e-9)


def test_a_rate_is_what_wilson_gives() -> None:
    row = success_rate(pd.DataFrame({"verified_success": [True] * 81 + [False] * 182})).iloc[0]
    assert np.round([row["ci_low"], row["ci_high"]], 4).tolist() == [0.2553, 0.3662]
