"""Municipalities compared: equal ones raise no question, a different one does, small ones shrink more."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from toptaak.core.municipalities import fictional_code, find
from toptaak.core.results import EXTENSIONS, NO_SPREAD
from toptaak.kpi.compare import OTHER_WORDING
from toptaak.kpi.compare_municipalities import (
    SIGNALS,
    TOO_FEW_PEERS,
    compare_municipalities,
    funnel_lines,
)
from toptaak.kpi.measures import CATALOGUE
from toptaak.kpi.observations import Observations
from toptaak.kpi.summaries import Summary, summarise
from toptaak.stats.shrinkage import binomial_limits, shrink_shares


def shares(sizes: list[int], chances: list[float], seed: int = 1, measure: str = "success_rate") -> Summary:
    rng = np.random.default_rng(seed)
    codes = [fictional_code(number) for number in range(1, len(sizes) + 1)]
    rows = pd.DataFrame(
        {
            "municipality": np.repeat(codes, sizes),
            "value": (rng.random(sum(sizes)) < np.repeat(chances, sizes)).astype(float),
        }
    )
    return summarise(CATALOGUE[measure], Observations(rows), ["municipality"])


SIZES = [20, 35, 50, 80, 120, 200, 300, 500, 800, 1500, 40, 60]


def test_numbers_are_those_of_the_method() -> None:
    summary = shares(SIZES, [0.8] * 12)
    frame = compare_municipalities(summary)
    n, x = summary.groups.n.to_numpy(), (summary.groups["mean"] * summary.groups.n).to_numpy()
    centre = x.sum() / n.sum()
    assert set(EXTENSIONS["comparison"]) <= set(frame.columns)
    np.testing.assert_allclose(frame.centre, centre)
    limits = binomial_limits(n, centre, 0.998)
    assert (frame.limit_low <= limits.low + 1e-12).all()
    assert (frame.limit_high >= limits.high - 1e-12).all()
    np.testing.assert_allclose(frame.shrunken, shrink_shares(x, n).estimate)
    assert (frame.signal == "").all()


def test_equal_municipalities_raise_no_question() -> None:
    signals = [compare_municipalities(shares(SIZES, [0.8] * 12, seed)).signal for seed in range(100)]
    assert sum((one != "").sum() for one in signals) <= 0.008 * 1200


def test_a_different_one_is_seen_by_direction() -> None:
    chances = [0.8] * 11 + [0.8]
    chances[7] = 0.5
    frame = compare_municipalities(shares(SIZES, chances)).set_index("municipality")
    assert frame.signal[fictional_code(8)] == "worse"
    assert (frame.signal.drop(fictional_code(8)) == "").all()
    lower = compare_municipalities(shares(SIZES, chances, measure="failure_rate")).set_index("municipality")
    assert lower.signal[fictional_code(8)] == "better"
    assert set(SIGNALS) >= {"better", "worse", "different"}


def test_the_small_are_drawn_in_further() -> None:
    chances = np.random.default_rng(2).uniform(0.65, 0.9, 12).tolist()
    frame = compare_municipalities(shares(SIZES, chances))
    pulled = (frame.shrunken - frame.estimate).abs() / (frame.estimate - frame.centre).abs()
    assert pulled[frame.n <= 40].mean() > pulled[frame.n >= 500].mean()
    assert ((frame.shrunken_low < frame.shrunken) & (frame.shrunken < frame.shrunken_high)).all()


def test_real_differences_widen_the_limits() -> None:
    rng = np.random.default_rng(4)
    sizes = [400] * 30
    equal = compare_municipalities(shares(sizes, [0.7] * 30))
    spread = compare_municipalities(shares(sizes, rng.uniform(0.55, 0.85, 30).tolist()))
    width = (spread.limit_high - spread.limit_low).mean()
    assert width > 2 * (equal.limit_high - equal.limit_low).mean()
    assert (spread.signal != "").sum() <= 1


@pytest.mark.parametrize(
    ("measure", "scale"), [("satisfaction", 1.4), ("completion_time", 1.0), ("net_promoter_score", 0.0)]
)
def test_other_scales(measure: str, scale: float) -> None:
    rng = np.random.default_rng(5)
    codes = np.repeat([fictional_code(number) for number in range(1, 9)], 60)
    odd = codes == fictional_code(3)
    if measure == "satisfaction":
        value = rng.normal(7, scale, 480) - 2.0 * odd
    elif measure == "completion_time":
        value = np.exp(rng.normal(11, scale, 480) + 1.5 * odd)
    else:
        value = np.where(odd, -1.0, rng.choice([-1.0, 0.0, 1.0], 480, p=[0.2, 0.3, 0.5]))
    rows = pd.DataFrame({"municipality": codes, "value": value})
    frame = compare_municipalities(summarise(CATALOGUE[measure], Observations(rows), ["municipality"])).set_index(
        "municipality"
    )
    assert frame.signal[fictional_code(3)] == "worse"
    assert (frame.signal.drop(fictional_code(3)) == "").all()
    assert frame.limit_low.max() < frame.centre.iloc[0] < frame.limit_high.min()
    between = frame[["estimate", "centre"]].agg(["min", "max"], axis=1)
    assert ((between["min"] - 1e-9 <= frame.shrunken) | (measure == "net_promoter_score")).all()


def test_peers_are_of_one_size() -> None:
    summary = shares([100] * 40, [0.8] * 40)
    frame = compare_municipalities(summary, same_size=True)
    classes = {code: find(code).size_class for code in frame.municipality}
    assert frame.size_class.tolist() == [classes[code] for code in frame.municipality]
    for _, part in frame.groupby("size_class"):
        if len(part) >= 3:
            assert part.centre.iloc[0] == pytest.approx(np.average(part.estimate, weights=part.n))
        else:
            assert (part.note == TOO_FEW_PEERS).all()


def test_two_municipalities_are_not_compared() -> None:
    frame = compare_municipalities(shares([50, 60], [0.8, 0.7]))
    assert (frame.note == TOO_FEW_PEERS).all()
    assert frame.shrunken.isna().all()
    assert frame.estimate.notna().all()


def test_another_wording_is_not_compared() -> None:
    rng = np.random.default_rng(6)
    codes = np.repeat([fictional_code(number) for number in range(1, 6)], 30)
    rows = pd.DataFrame({"municipality": codes, "value": rng.normal(7, 1, 150), "wording": "q@1"})
    rows.loc[codes == fictional_code(2), "wording"] = "q@2"
    frame = compare_municipalities(
        summarise(CATALOGUE["satisfaction"], Observations(rows), ["municipality"])
    ).set_index("municipality")
    assert frame.note[fictional_code(2)] == OTHER_WORDING
    assert frame.drop(fictional_code(2)).shrunken.notna().all()


def test_only_by_municipality() -> None:
    rows = pd.DataFrame({"municipality": ["GM9901"], "channel": "web", "value": [1.0]})
    with pytest.raises(ValueError, match="by municipality"):
        compare_municipalities(summarise(CATALOGUE["success_rate"], Observations(rows), ["municipality", "channel"]))


def test_funnel_lines_narrow() -> None:
    lines = funnel_lines(compare_municipalities(shares(SIZES, [0.8] * 12)), [10, 100, 1000])
    width = (lines.limit_high - lines.limit_low).to_numpy().reshape(2, 3)
    assert (np.diff(width, axis=1) < 0).all()
    assert (width[1] > width[0]).all()


@pytest.mark.parametrize(
    ("name", "value"), [("satisfaction", 7.3), ("completion_time", 3600.0), ("net_promoter_score", 1.0)]
)
def test_municipalities_without_any_spread_are_not_compared(name: str, value: float) -> None:
    """Dust of rounding made some better and some worse."""
    codes = np.repeat([fictional_code(number) for number in range(1, 6)], [30, 40, 50, 60, 70])
    rows = pd.DataFrame({"municipality": codes, "value": value})
    frame = compare_municipalities(summarise(CATALOGUE[name], Observations(rows), ["municipality"]))
    assert set(frame["signal"]) == {""}
    assert set(frame["note"]) == {NO_SPREAD}
    assert frame[["centre", "limit_low", "shrunken"]].isna().all(axis=None)


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_a_share_of_none_or_all_has_limits_with_a_width(share: float) -> None:
    codes = np.repeat([fictional_code(number) for number in range(1, 6)], [30, 40, 50, 60, 70])
    rows = pd.DataFrame({"municipality": codes, "value": share})
    frame = compare_municipalities(summarise(CATALOGUE["success_rate"], Observations(rows), ["municipality"]))
    assert set(frame["signal"]) == {""}
    assert (frame["limit_high"] - frame["limit_low"] > 0.01).all()
    assert (frame["shrunken_high"] - frame["shrunken_low"] > 0).all()


def test_limits_stay_on_the_scale() -> None:
    rng = np.random.default_rng(1)
    codes = np.repeat([fictional_code(number) for number in range(1, 6)], 12)
    rows = pd.DataFrame({"municipality": codes, "value": rng.choice([1.0, 1.0, 1.0, 0.0], 60)})
    frame = compare_municipalities(summarise(CATALOGUE["net_promoter_score"], Observations(rows), ["municipality"]))
    assert frame[["limit_high", "chance_high", "shrunken_high"]].max(axis=None) <= 1
