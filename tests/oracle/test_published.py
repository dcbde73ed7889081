"""Numbers in print, to the digits printed (`print/printed.csv`); to all digits where `oracles.json` is at hand."""

from __future__ import annotations

import csv
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from toptaak.kpi.measures import measure
from toptaak.stats import intervals, tests

PRINTED = Path(__file__).parent / "print" / "printed.csv"
# level whose z is exactly 1.96, as printed sources use it
AT_1_96 = 2 * 0.9750021048517795 - 1


def cut(value: float, digits: int) -> float:
    """Cut digits off without rounding, as some calculators print."""
    return math.floor(value * 10**digits) / 10**digits


def printed() -> list[dict[str, str]]:
    with PRINTED.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def scores_of(kind: str, scores: list[float]) -> dict[str, pd.DataFrame]:
    questions = pd.DataFrame({"question": ["q"], "version": ["1"], "kind": [kind]})
    return {"ratings": pd.DataFrame({"question": "q", "score": scores}), "questions": questions}


def ours(what: str, given: str, statistic: str) -> float:
    groups = [[float(one) for one in part.split()] for part in given.split("|")]
    x = groups[0]
    match what:
        case "wilson" | "newcombe":
            return float(getattr(getattr(intervals, what)(*x), statistic))
        case "adjusted_wald":
            low, high = intervals.adjusted_wald(*x, AT_1_96)
            return float({"low": low, "high": high, "middle": (low + high) / 2}[statistic])
        case "geometric_mean":
            row = measure("attempt_time", {"attempts": pd.DataFrame({"verified_success": True, "duration_s": x})}).iloc[
                0
            ]
            return float(row[{"low": "ci_low", "high": "ci_high"}.get(statistic, statistic)])
        case "mean":
            return float(measure("ces2", scores_of("ces2", x))["estimate"].iloc[0])
        case "effort":
            scores = [float(score) for score, times in enumerate(x, 1) for _ in range(int(times))]
            return float(measure("ces2", scores_of("ces2", scores))["estimate"].iloc[0])
        case "nps":
            scores = [score for score, times in zip((9.0, 7.0, 0.0), x, strict=True) for _ in range(int(times))]
            return float(measure("net_promoter_score", scores_of("nps", scores))["estimate"].iloc[0])
        case "forms":
            return float(
                measure("form_completion_rate", {"forms": pd.DataFrame({"started": x[:1], "finished": x[1:]})})[
                    "estimate"
                ].iloc[0]
            )
        case "brunner_munzel":
            return float(getattr(tests.brunner_munzel(*groups), {"p": "p_value"}.get(statistic, statistic)))
        case "rejected":
            adjusted = {"holm": tests.holm(x), "bonferroni": np.array(x) * len(x)}[statistic]
            return float((adjusted <= 0.05).sum())
    raise ValueError(what)


@pytest.mark.parametrize(
    "row", printed(), ids=lambda row: "-".join((row["what"], row["given"].replace(" ", ","), row["statistic"]))
)
def test_to_the_digits_printed(row: dict[str, str]) -> None:
    digits = len(row["printed"].partition(".")[2])
    as_printed = cut if "cuts digits off" in row["source"] else round
    assert f"{as_printed(ours(row['what'], row['given'], row['statistic']), digits):.{digits}f}" == row["printed"]


# the chi-square of Sauro and Lewis (11 of 12 against 5 of 10) without Yates' correction, times (N - 1) / N
def test_two_completion_rates_of_sauro_and_lewis() -> None:
    assert round(float(tests.n_minus_1_two_proportion(11, 12, 5, 10)), 5) == 0.03278


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
    row = measure(
        "attempt_time", {"attempts": pd.DataFrame({"verified_success": True, "duration_s": entry["input"]})}
    ).iloc[0]
    found = {"gm": row["estimate"], "lo": row["ci_low"], "hi": row["ci_high"]}
    assert {name: round(value) for name, value in found.items()} == entry["output"]
    assert found == pytest.approx(entry["precise"], rel=1e-12)


def test_oracle_mean_of_skewed_scores(oracles: dict[str, Any]) -> None:
    entry = oracles["mean_median_skew"]
    ratings = pd.DataFrame({"question": "q", "score": entry["input"]})
    questions = pd.DataFrame({"question": ["q"], "version": ["1"], "kind": ["ces2"]})
    found = measure("ces2", {"ratings": ratings, "questions": questions})["estimate"].iloc[0]
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
    frame = measure("ces2", {"ratings": pd.DataFrame({"question": "q", "score": scores}), "questions": questions})
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
    row = measure("success_rate", {"attempts": pd.DataFrame({"verified_success": [True] * 81 + [False] * 182})}).iloc[0]
    assert np.round([row["ci_low"], row["ci_high"]], 4).tolist() == [0.2553, 0.3662]
