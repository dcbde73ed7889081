"""Intervals and tests against frozen output of base R (`intervals/intervals.R`)."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from toptaak.stats import intervals, tests

FROZEN = Path(__file__).parent / "intervals" / "intervals.csv"
MARKS = {
    "a": [7, 8, 6, 9, 7, 7, 10, 4],
    "b": [6, 6, 5, 8, 7],
    "c": [1, 2, 2, 3, 5, 4, 4, 3, 2, 2, 1],
}
TIMES = {
    "a": [55, 65, 75, 62, 45, 135],
    "b": [30, 300, 86, 41],
    "c": [86400, 3600, 1200, 64000, 90000],
}
P_VALUES = [0.001, 0.2, 0.03, 0.04, 0.0004, 0.9, 0.012, 0.03]


def rows() -> list[dict[str, str]]:
    with FROZEN.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def moments(values: list[int], log: bool = False) -> tuple[float, float, int]:
    x = np.log(values) if log else np.asarray(values, dtype=float)
    return float(x.mean()), float(x.var()), len(x)


def ours(row: dict[str, str]) -> float:
    a, b, level = row["a"], row["b"], float(row["level"] or 0.95)
    match row["what"]:
        case "wilson":
            low, high = intervals.wilson(int(a), int(b), level)
            return {"low": low, "high": high}[row["statistic"]]
        case "mean_t":
            low, high = intervals.mean_t(*moments(MARKS[a]), level)
            return {"low": low, "high": high}[row["statistic"]]
        case "log_t":
            mean, *_ = moments(TIMES[a], log=True)
            low, high = intervals.log_t(*moments(TIMES[a], log=True), level)
            return {"estimate": np.exp(mean), "low": low, "high": high}[row["statistic"]]
        case "welch":
            pair = (*moments(MARKS[a]), *moments(MARKS[b]))
            low, high = intervals.welch(*pair)
            return {"low": low, "high": high, "p": tests.welch_test(*pair)}[row["statistic"]]
        case "ratio":
            pair = (*moments(TIMES[a], log=True), *moments(TIMES[b], log=True))
            low, high = intervals.geometric_ratio(*pair)
            return {"low": low, "high": high, "p": tests.welch_test(*pair)}[row["statistic"]]
        case "n_minus_1":
            return float(tests.n_minus_1_two_proportion(int(a), int(b), int(row["c"]), int(row["d"])))
        case "adjusted":
            correct = {"holm": tests.holm, "bh": tests.benjamini_hochberg}[row["statistic"]]
            return float(correct(P_VALUES)[int(a) - 1])
    raise ValueError(row["what"])


@pytest.mark.parametrize("row", rows(), ids=lambda row: "-".join(value for value in row.values() if value))
def test_equals_r(row: dict[str, str]) -> None:
    assert ours(row) == pytest.approx(float(row["value"]), rel=1e-10, abs=1e-14)


def test_nothing_was_lost() -> None:
    assert len(rows()) == 107
