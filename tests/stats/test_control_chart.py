"""The chart's rules against NHSRplotthedots, by its own published tests and an independent transcription."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toptaak.stats.control_chart import (
    Assurance,
    Limits,
    Signal,
    assurance,
    outside,
    shift,
    signals,
    trend,
    two_of_three,
    xmr_limits,
)

SERIES = st.lists(st.integers(-20, 20), min_size=0, max_size=40)


RULES = json.loads((Path(__file__).parents[1] / "oracle" / "nhs" / "rules.json").read_text(encoding="utf-8"))


def test_limits_equal_the_published_ones() -> None:
    case = RULES["limits"]
    for screen, expected in ((True, case["screened"]), (False, case["unscreened"])):
        limits = xmr_limits(case["points"], screen=screen)
        found = {"mean": limits.centre, "lpl": limits.low, "upl": limits.high}
        assert {name: round(found[name], 2) for name in expected} == expected


def test_limits_equal_the_published_ones_to_all_digits(shared_data: Path) -> None:
    entries = json.loads((shared_data / "oracles.json").read_text(encoding="utf-8"))
    case = next(entry for entry in entries if entry["id"] == "xmr_screen")
    exact, screened, plain = case["precise"], xmr_limits(case["input"]), xmr_limits(case["input"], screen=False)
    assert screened.centre == pytest.approx(exact["mean"], rel=1e-12)
    assert (screened.low, screened.high) == pytest.approx((exact["lpl"], exact["upl"]), rel=1e-12)
    assert (plain.low, plain.high) == pytest.approx((exact["lpl_noscreen"], exact["upl_noscreen"]), rel=1e-12)


@pytest.mark.parametrize("case", RULES["trend"])
def test_trend_ends_where_published(case: dict[str, list[int]]) -> None:
    """The published vectors mark only the seventh point; a run marks itself and the six before."""
    marks = np.zeros(len(case["points"]))
    for end in np.flatnonzero(case["ends"]):
        marks[end - 6 : end + 1] = case["ends"][end]
    assert trend(case["points"]).tolist() == marks.tolist()


@pytest.mark.parametrize("case", RULES["shift"])
def test_shift_ends_where_published(case: dict[str, list[int]]) -> None:
    marks = np.zeros(len(case["sides"]), dtype=bool)
    for end in np.flatnonzero(case["ends"]):
        marks[end - 6 : end + 1] = True
    assert shift(case["sides"]).tolist() == marks.tolist()


@pytest.mark.parametrize("better", ["increase", "decrease"])
def test_assurance_equals_published(better: str) -> None:
    case = RULES["assurance"]
    judged = [
        str(assurance(Limits((low + high) / 2, low, high), case["target"], better == "increase"))
        for low, high in zip(case["lpl"], case["upl"], strict=True)
    ]
    assert judged == case[better]


@pytest.mark.parametrize("case", RULES["two_of_three"])
def test_two_of_three_equals_published(case: dict[str, list[int]]) -> None:
    near = case["near"]
    assert two_of_three(near, [1] * len(near)).astype(int).tolist() == case["marked"]


def test_two_of_three_needs_one_side() -> None:
    assert not two_of_three([1, 0, 1], [1, -1, 1]).any()
    assert not two_of_three([1, 1, 0], [1, 1, 0]).any()


def test_nhs_extract_has_known_limits(shared_data: Path) -> None:
    """England's total of attendances, recomputed by hand from the formula without our function."""
    import pandas as pd

    table = pd.read_csv(shared_data / "oracle_nhsr" / "ae_attendances.csv.gz")
    monthly = table.groupby("period")["attendances"].sum().sort_index().to_numpy(dtype=float)
    ranges = np.abs(monthly[1:] - monthly[:-1])
    kept = [value for value in ranges if value < 3.267 * ranges.sum() / len(ranges)]
    limits = xmr_limits(monthly)
    assert limits.high - limits.centre == pytest.approx(2.66 * sum(kept) / len(kept), rel=1e-12)


def test_priority_is_outside_trend_near_shift() -> None:
    points = np.array([5, 5, 5, 5, 5, 5, 5, 5, 6, 7, 8, 9, 10, 11, 12, 30], dtype=float)
    labels, sides = signals(points, Limits(4, -8, 16))
    assert labels[-1] is Signal.OUTSIDE
    assert set(labels[8:-1]) == {Signal.TREND}
    assert set(labels[:7]) == {Signal.SHIFT}
    near, _ = signals([15, 15, 15, 15, 15, 15, 15], Limits(4, -8, 16))
    assert set(near) == {Signal.TWO_OF_THREE}
    assert set(sides) == {1}


def test_a_trend_points_where_it_moves() -> None:
    """Below the centre but rising: the side of the point would call an improvement a concern."""
    falling_then_rising = np.array([9, 9, 9, 9, 9, 9, 9, 9, 1, 2, 3, 4, 5, 6, 7], dtype=float)
    labels, sides = signals(falling_then_rising, Limits(8, -10, 20))
    assert labels[-1] is Signal.TREND
    assert sides[-1] == 1


@pytest.mark.parametrize("value", [0.0, 0.1, 0.7, 1 / 3, 1.0, 7.3, 3600.0, 1e9])
@pytest.mark.parametrize("size", [2, 7, 13, 39])
def test_equal_points_have_no_limits_and_no_signal(value: float, size: int) -> None:
    points = [value] * size
    limits = xmr_limits(points)
    assert limits.centre == pytest.approx(value)
    assert np.isnan([limits.low, limits.high]).all()
    assert set(signals(points, limits)[0]) == {Signal.NONE}


@settings(deadline=None)
@given(st.floats(0.01, 100), st.integers(2, 40), st.integers(0, 2**32 - 1))
def test_dust_of_rounding_never_signals(value: float, size: int, seed: int) -> None:
    dust = np.random.default_rng(seed).normal(0, 1e-13, size)
    points = value * (1 + dust)
    labels, sides = signals(points, xmr_limits(points))
    assert set(labels) == {Signal.NONE}
    assert not sides.any()


@pytest.mark.parametrize("centre", np.round(np.arange(0.05, 1, 0.05), 2).tolist())
def test_points_on_the_centre_line_are_on_neither_side(centre: float) -> None:
    points = [centre - 0.02, centre + 0.02] * 5 + [centre] * 8 + [centre - 0.02, centre + 0.02] * 3
    assert Signal.SHIFT not in signals(points, xmr_limits(points))[0]


def test_a_rare_event_has_limits_with_a_width() -> None:
    points = [0.0] * 12 + [0.05] + [0.0] * 9 + [0.05] + [0.0] * 5
    limits = xmr_limits(points)
    assert limits.high - limits.low > 0.01
    labels, _ = signals(points, limits)
    # only the weeks with an event can stand out; the usual weeks without any are no shift
    assert {place for place, label in enumerate(labels) if label} <= {12, 22}


def test_the_turn_of_a_v_goes_with_what_follows() -> None:
    """As ptd_special_cause_type of NHSRplotthedots 0.2.2 labels it."""
    points = [9, 8, 7, 6, 5, 4, 3, 4, 5, 6, 7, 8, 9]
    assert trend(points).tolist() == [-1] * 6 + [1] * 7
    assert trend([-point for point in points]).tolist() == [1] * 6 + [-1] * 7


def test_a_missing_point_ends_a_row_and_carries_no_range() -> None:
    gap = [np.nan] * 3
    assert not trend([1, 2, 3, 4, *gap, 5, 6, 7, 8]).any()
    limits = Limits(0.0, -9.0, 9.0)
    assert set(signals([1, 2, 1, 2, *gap, 1, 2, 1, 2], limits)[0]) == {Signal.NONE}
    assert signals([1, 2, 1, 2, 1, 2, 1], limits)[0] == [Signal.SHIFT] * 7
    # the jump over the gap is no moving range
    assert xmr_limits([1, 2, 1, 2, np.nan, 11, 12, 11, 12]).high == pytest.approx(6.5 + 2.66)


@pytest.mark.parametrize("values", [[], [3.0]])
def test_too_few_points_have_no_limits_and_no_signal(values: list[float]) -> None:
    limits = xmr_limits(values)
    assert np.isnan([limits.low, limits.high]).all()
    assert signals(values, limits)[0] == [Signal.NONE] * len(values)


def _transcribed(values: list[int]) -> list[str]:
    """The rules written out point by point, straight from the text of the method.

    What at least half of the points are is nothing unusual: such a point is on neither side.
    """
    y = np.array(values, dtype=float)
    limits = xmr_limits(y)
    usual = {v for v in values if 2 * values.count(v) >= len(values) and v == np.median(values)}
    side = np.where([v in usual for v in values], 0, np.sign(y - limits.centre))
    near_low, near_high = limits.near
    beyond = [v > limits.high or v < limits.low for v in y]
    near = [not b and (v > near_high or v < near_low) for v, b in zip(y, beyond, strict=True)]
    n = len(y)
    labels = []
    for i in range(n):
        seven = [range(s, s + 7) for s in range(max(0, i - 6), min(i, n - 7) + 1)]
        three = [range(s, s + 3) for s in range(max(0, i - 2), min(i, n - 3) + 1)]
        rising = any(all(y[k + 1] > y[k] for k in list(w)[:-1]) for w in seven)
        falling = any(all(y[k + 1] < y[k] for k in list(w)[:-1]) for w in seven)
        pair = near[i] and any(sum(near[k] for k in w) >= 2 and abs(sum(side[k] for k in w)) == 3 for w in three)
        moved = any(all(side[k] == 1 for k in w) or all(side[k] == -1 for k in w) for w in seven)
        labels.append(
            "outside"
            if beyond[i]
            else "trend"
            if rising or falling
            else "two_of_three"
            if pair
            else "shift"
            if moved
            else ""
        )
    return labels


@given(SERIES)
def test_signals_equal_the_transcription(values: list[int]) -> None:
    labels, _ = signals(values, xmr_limits(values))
    assert [str(label) for label in labels] == _transcribed(values)


@given(SERIES.filter(lambda values: len(values) > 1), st.integers(-100, 100))
@settings(deadline=None)
def test_moving_or_mirroring_all_points_changes_no_signal(values: list[int], distance: int) -> None:
    original, side = signals(values, xmr_limits(values))
    moved = [value + distance for value in values]
    mirrored = [-value for value in values]
    # limits are computed anew: a point exactly on a limit may fall either way by rounding
    limits = xmr_limits(values)
    edges = np.array([limits.low, limits.high, *limits.near, limits.centre])
    if np.abs(np.subtract.outer(np.array(values, dtype=float), edges)).min() > 1e-9:
        assert signals(moved, xmr_limits(moved))[0] == original
        assert signals(mirrored, xmr_limits(mirrored))[1].tolist() == (-side).tolist()


@given(SERIES)
@settings(deadline=None)
def test_screening_never_widens(values: list[int]) -> None:
    if len(set(values)) > 1:
        assert xmr_limits(values).high <= xmr_limits(values, screen=False).high + 1e-12


def test_quiet_process_is_seldom_outside() -> None:
    rng = np.random.default_rng(1)
    share = np.mean([outside(y, xmr_limits(y, screen=False)).mean() for y in rng.normal(size=(400, 26))])
    assert share < 0.01


def test_without_limits_only_a_trend_is_a_signal() -> None:
    unknown = Limits(np.nan, np.nan, np.nan)
    labels, sides = signals([1.0, 5.0, 2.0], unknown)
    assert (labels, sides.tolist()) == ([Signal.NONE] * 3, [0, 0, 0])
    labels, sides = signals(np.arange(8.0), unknown)
    assert (set(labels), set(sides.tolist())) == ({Signal.TREND}, {1})


@pytest.mark.parametrize("target", [1.0, 2.0, 3.0])
@pytest.mark.parametrize("higher_is_better", [True, False])
def test_a_target_on_a_limit_is_sometimes_met(target: float, higher_is_better: bool) -> None:
    """A point may stand on its limit without being beyond it."""
    assert assurance(Limits(2, 1, 3), target, higher_is_better) is Assurance.SOMETIMES
