"""Differences: direction, verdicts, simultaneous intervals, targets."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toptaak.core.periods import Quarter
from toptaak.core.results import ALL, NO_SPREAD, NO_TABLE, NO_VERIFIED, is_results
from toptaak.core.settings import Settings
from toptaak.kpi.compare import (
    NO_REFERENCE,
    NOT_IN_REFERENCE,
    OTHER_METHOD,
    OTHER_WORDING,
    VERDICTS,
    against_targets,
    compare,
    compare_quarters,
    compare_targets,
    direction_told,
    side_of_target,
    targets_in_force,
)
from toptaak.kpi.measures import CATALOGUE
from toptaak.kpi.observations import Observations
from toptaak.kpi.summaries import Summary, summarise
from toptaak.stats.intervals import Interval, newcombe, welch, wilson
from toptaak.stats.tests import n_minus_1_two_proportion

NOW, BEFORE = Quarter(2026, 3), Quarter(2026, 2)


def summary(name: str, values: list[float], **columns: object) -> Summary:
    by = [column for column in columns if column not in ("weight", "wording", "reason", "method")]
    return summarise(CATALOGUE[name], Observations(pd.DataFrame({"value": values}).assign(**columns)), by)


def rate(successes: int, n: int, name: str = "success_rate", **columns: object) -> Summary:
    return summary(name, [1.0] * successes + [0.0] * (n - successes), **columns)


def verdict(now: Summary, before: Summary, **more: int) -> str:
    return str(compare(now, before, Settings(), **more)["verdict"].iloc[0])


def test_a_difference_is_judged_by_its_own_interval() -> None:
    frame = compare(rate(80, 100), rate(60, 100), Settings(), reference="2026Q2")
    row = frame.iloc[0]
    assert is_results(frame)
    assert row["estimate"] == pytest.approx(0.2)
    assert row[["ci_low", "ci_high"]].tolist() == pytest.approx(newcombe(80, 100, 60, 100))
    assert row["p_value"] == pytest.approx(n_minus_1_two_proportion(80, 100, 60, 100))
    assert row[["n", "reference", "reference_estimate", "reference_n", "verdict"]].tolist() == [
        100, "2026Q2", 0.6, 100, "better",
    ]  # fmt: skip


def test_overlapping_intervals_may_hide_a_real_difference() -> None:
    """70 against 59 per cent of 200: the two Wilson intervals overlap, the difference is real."""
    assert verdict(rate(140, 200), rate(118, 200)) == "better"


@pytest.mark.parametrize(
    ("name", "up", "down"),
    [
        ("success_rate", "better", "worse"),
        ("failure_rate", "worse", "better"),
        ("zero_durations", "changed", "changed"),
    ],
)
def test_the_catalogue_says_which_way_is_better(name: str, up: str, down: str) -> None:
    assert verdict(rate(80, 100, name), rate(50, 100, name)) == up
    assert verdict(rate(50, 100, name), rate(80, 100, name)) == down


def test_times_are_compared_as_a_ratio() -> None:
    before = list(np.exp(np.linspace(4, 6, 40)))
    row = compare(
        summary("completion_time", [one / 2 for one in before]), summary("completion_time", before), Settings()
    ).iloc[0]
    assert row["estimate"] == pytest.approx(0.5)
    assert row["reference_estimate"] == pytest.approx(np.exp(5))
    assert row["verdict"] == "better"
    assert 0 < row["ci_low"] < 0.5 < row["ci_high"] < 1


def test_means_are_compared_by_welch() -> None:
    now, before = [7.0, 8, 6, 9, 7, 8, 7, 6, 9, 8], [6.0, 7, 5, 8, 6, 6, 7, 5, 6, 7]
    row = compare(summary("satisfaction", now), summary("satisfaction", before), Settings()).iloc[0]
    expected = welch(np.mean(now), np.var(now), 10, np.mean(before), np.var(before), 10)
    assert row[["ci_low", "ci_high"]].tolist() == pytest.approx(expected)
    assert row["verdict"] == "better"


def test_scores_of_promoters_are_compared() -> None:
    now, before = [1.0] * 60 + [0.0] * 30 + [-1.0] * 10, [1.0] * 20 + [0.0] * 40 + [-1.0] * 40
    row = compare(summary("net_promoter_score", now), summary("net_promoter_score", before), Settings()).iloc[0]
    assert row["estimate"] == pytest.approx(0.7)
    assert row["verdict"] == "better"


def test_a_larger_family_asks_for_more() -> None:
    now, before = rate(140, 200), rate(118, 200)
    assert verdict(now, before) == "better"
    assert verdict(now, before, family=8) == "no_difference"


@pytest.mark.parametrize(("now", "before"), [((8, 9), (50, 100)), ((50, 100), (8, 9))])
def test_too_few_on_either_side(now: tuple[int, int], before: tuple[int, int]) -> None:
    assert verdict(rate(*now), rate(*before)) == "too_few"


def test_the_setting_may_ask_for_more_observations() -> None:
    strict = Settings(minimum_n=50)
    assert compare(rate(40, 40), rate(10, 100), strict)["verdict"].tolist() == ["too_few"]


def test_another_wording_is_not_comparable() -> None:
    scores = [float(one % 7) for one in range(40)]
    now, before = (summary("ces2", scores, wording=name) for name in ("q@2", "q@1"))
    row = compare(now, before, Settings()).iloc[0]
    assert row[["verdict", "note"]].tolist() == ["not_comparable", OTHER_WORDING]
    assert np.isnan(row["estimate"])


def test_nothing_to_compare_with() -> None:
    assert verdict(rate(0, 0), rate(40, 50)) == "not_comparable"
    row = compare(rate(40, 50), rate(0, 0), Settings()).iloc[0]
    assert row[["verdict", "note"]].tolist() == ["not_comparable", NO_REFERENCE]
    unmeasured = summary("success_rate", [np.nan] * 50, reason=NO_VERIFIED)
    row = compare(rate(40, 50), unmeasured, Settings()).iloc[0]
    assert row[["verdict", "note"]].tolist() == ["not_comparable", NOT_IN_REFERENCE]


def test_another_way_of_measuring_is_not_comparable() -> None:
    now, before = rate(80, 100, method="taaktest"), rate(50, 100, method="navraag achteraf")
    row = compare(now, before, Settings()).iloc[0]
    assert row[["verdict", "note"]].tolist() == ["not_comparable", OTHER_METHOD]
    mixed = rate(50, 100, method=["taaktest", "navraag achteraf"] * 50)
    assert verdict(now, mixed) == "better"
    assert verdict(now, rate(50, 100, method=None)) == "better"  # it was not recorded how


@pytest.mark.parametrize(
    ("now", "before", "n", "verdict"),
    [
        ([8.0], [7.0], 20, "better"),
        ([7.0], [8.0], 20, "worse"),
        ([7.1], [7.1], 20, "no_difference"),
        ([0.1 * 3], [0.3], 20, "no_difference"),
        ([8.0], [7.0], 5, "too_few"),
    ],
)
def test_groups_without_spread_are_told_apart_without_an_interval(
    now: list[float], before: list[float], n: int, verdict: str
) -> None:
    row = compare(summary("satisfaction", now * n), summary("satisfaction", before * n), Settings()).iloc[0]
    assert row[["verdict", "note"]].tolist() == [verdict, NO_SPREAD]
    assert np.isnan(row["ci_low"])
    times = compare(summary("completion_time", [90.0] * 20), summary("completion_time", [60.0] * 20), Settings())
    assert times[["verdict", "estimate"]].iloc[0].tolist() == ["worse", pytest.approx(1.5)]
    # one respondent who answers alike twenty times proves nothing
    same = {"respondent": ["a"] * 20, "municipality": ["GM9901"] * 20}
    ones = [summary("satisfaction", [score] * 20, **same) for score in (8.0, 7.0)]
    assert compare(*ones, Settings())["verdict"].tolist() == ["not_comparable"]


def test_groups_meet_their_own_past() -> None:
    now = rate(60, 100, channel=["web", "desk"] * 50)
    before = rate(30, 60, channel=["web"] * 60)
    frame = compare(now, before, Settings()).set_index("channel")
    assert frame.loc["web", "reference_n"] == 60
    assert frame.loc["desk", ["reference_n", "verdict"]].tolist() == [0, "not_comparable"]


def test_weights_count_by_their_effective_number() -> None:
    weight = [1.0, 9.0] * 50
    heavy = compare(rate(70, 100, weight=weight), rate(55, 100, weight=weight), Settings()).iloc[0]
    plain = compare(rate(70, 100), rate(55, 100), Settings()).iloc[0]
    assert heavy["ci_high"] - heavy["ci_low"] > plain["ci_high"] - plain["ci_low"]
    assert heavy["n"] == 100


def test_only_like_with_like() -> None:
    with pytest.raises(ValueError, match="same measure"):
        compare(rate(5, 10), rate(5, 10, "failure_rate"), Settings())


@given(st.integers(10, 80), st.integers(10, 80), st.data())
def test_turning_round_turns_the_sign(n: int, m: int, data: st.DataObject) -> None:
    x, y = data.draw(st.integers(0, n)), data.draw(st.integers(0, m))
    forth, back = (
        compare(rate(x, n), rate(y, m), Settings()).iloc[0],
        compare(rate(y, m), rate(x, n), Settings()).iloc[0],
    )
    assert forth["estimate"] == pytest.approx(-back["estimate"])
    assert forth["ci_low"] == pytest.approx(-back["ci_high"])
    turned = {"better": "worse", "worse": "better"}
    assert back["verdict"] == turned.get(forth["verdict"], forth["verdict"])
    assert forth["verdict"] in VERDICTS


def attempts() -> pd.DataFrame:
    """A hundred attempts a quarter: 50 succeed in 2026Q2, 80 in 2026Q3; twenty of each by phone."""
    return pd.DataFrame(
        {
            "municipality": "GM9901",
            "date": pd.to_datetime(["2026-05-01"] * 100 + ["2026-08-01"] * 100),
            "channel": (["web"] * 80 + ["phone"] * 20) * 2,
            "verified_success": [True, False] * 50 + [True, True, True, True, False] * 20,
        }
    )


def test_quarter_against_quarter() -> None:
    frame = compare_quarters({"attempts": attempts()}, NOW, BEFORE, ["success_rate", "ces1"])
    assert frame["measure"].tolist() == ["success_rate", "ces1"]
    assert frame["verdict"].tolist() == ["better", "not_comparable"]
    assert frame.loc[0, "reference"] == "2026Q2"
    assert frame.loc[1, ["n", "note"]].tolist() == [0, NO_TABLE]
    level = 1 - 0.05 / 2
    assert frame.loc[0, ["ci_low", "ci_high"]].tolist() == pytest.approx(newcombe(80, 100, 50, 100, level))


def test_quarter_against_quarter_by_channel() -> None:
    frame = compare_quarters({"attempts": attempts()}, NOW, BEFORE, ["success_rate"], by=["channel"])
    assert frame["channel"].tolist() == ["phone", "web"]
    assert frame["n"].tolist() == [20, 80]


def test_a_quarter_that_is_not_there() -> None:
    row = compare_quarters({"attempts": attempts()}, NOW, Quarter(2025, 1), ["success_rate"]).iloc[0]
    assert row[["n", "reference_n", "verdict", "note"]].tolist() == [100, 0, "not_comparable", NO_REFERENCE]


def targets(**more: object) -> pd.DataFrame:
    base = {
        "municipality": "GM9901",
        "task_id": None,
        "channel": None,
        "measure": ["success_rate", "failure_rate"],
        "valid_from": pd.Timestamp("2026-01-01"),
        "valid_to": pd.NaT,
        "target": [0.6, 0.3],
    }
    return pd.DataFrame(base | more)


@pytest.mark.parametrize(("target", "expected"), [(0.6, "met"), (0.8, "undecided"), (0.95, "not_met")])
def test_a_target_is_met_when_the_whole_interval_says_so(target: float, expected: str) -> None:
    tables = {"attempts": attempts(), "targets": targets(target=[target, 1 - target])}
    frame = compare_targets(tables, NOW)
    assert frame["verdict"].tolist() == [expected, expected]
    assert frame["reference_estimate"].tolist() == pytest.approx([target, 1 - target])
    assert frame["estimate"].tolist() == pytest.approx([0.8, 0.2])


def test_targets_by_channel_stand_apart() -> None:
    by_channel = targets(channel=["phone", None])
    tables = {"attempts": attempts(), "targets": by_channel}
    assert compare_targets(tables, NOW)["measure"].tolist() == ["failure_rate"]
    frame = compare_targets(tables, NOW, by=["channel"])
    assert frame[["channel", "measure", "n"]].to_numpy().tolist() == [["phone", "success_rate", 20]]


def test_without_targets_there_is_nothing_to_judge() -> None:
    assert len(compare_targets({"attempts": attempts()}, NOW)) == 0
    assert len(compare_targets({"attempts": attempts(), "targets": targets().iloc[:0]}, NOW)) == 0


def test_a_target_for_what_cannot_be_measured() -> None:
    frame = compare_targets({"targets": targets()}, NOW)
    assert frame["verdict"].tolist() == ["not_comparable"] * 2
    assert frame["note"].tolist() == [NO_TABLE] * 2
    assert ALL not in frame.columns


def test_the_newest_target_in_force_counts() -> None:
    table = pd.concat(
        [
            targets(target=0.1, valid_to=pd.Timestamp("2026-06-30")),
            targets(target=0.2),
            targets(target=0.3, valid_from=pd.Timestamp("2026-09-30")),
            targets(target=0.4, valid_from=pd.Timestamp("2026-10-01")),
        ]
    )
    assert targets_in_force(table, NOW)["target"].tolist() == [0.3, 0.3]
    assert targets_in_force(table, BEFORE)["target"].tolist() == [0.2, 0.2]
    assert len(targets_in_force(table.drop(columns=["channel", "valid_to"]), NOW, ["channel"])) == 0


def test_targets_share_the_chance_of_a_false_alarm() -> None:
    frame = compare_targets({"attempts": attempts(), "targets": targets()}, NOW)
    assert frame.loc[0, ["ci_low", "ci_high"]].tolist() == pytest.approx(wilson(80, 100, 1 - 0.05 / 2))
    alone = compare_targets({"attempts": attempts(), "targets": targets().iloc[:1]}, NOW)
    assert alone.loc[0, ["ci_low", "ci_high"]].tolist() == pytest.approx(wilson(80, 100, 0.95))


def test_a_measure_may_ask_for_more_observations_than_the_setting() -> None:
    now, before = rate(25, 40), rate(5, 40)
    strict = [replace(one, measure=replace(one.measure, minimum_n=41)) for one in (now, before)]
    one_target = pd.DataFrame({"measure": ["success_rate"], "target": [0.1]})
    assert verdict(now, before) == "better"
    assert verdict(*strict) == "too_few"
    assert against_targets(now, one_target, Settings())["verdict"].tolist() == ["met"]
    assert against_targets(strict[0], one_target, Settings())["verdict"].tolist() == ["too_few"]


def test_a_target_holds_on_its_last_day() -> None:
    last = targets(valid_to=pd.Timestamp(NOW.end))
    assert len(targets_in_force(last, NOW)) == 2
    assert len(targets_in_force(last.assign(valid_to=pd.Timestamp(NOW.end) - pd.Timedelta(days=1)), NOW)) == 0


def test_an_interval_that_touches_the_target_is_on_its_side() -> None:
    """Nothing in 0.7 to 0.8 is below a target of 0.7, or above one of 0.8."""
    interval = Interval(np.array([0.7, 0.7, 0.7]), np.array([0.8, 0.8, 0.8]))
    targeted = np.array([0.7, 0.75, 0.8])
    assert side_of_target(interval, targeted, "higher").tolist() == ["met", "undecided", "not_met"]
    assert side_of_target(interval, targeted, "lower").tolist() == ["not_met", "undecided", "met"]


def test_an_interval_that_touches_no_difference_may_be_none() -> None:
    interval = Interval(np.array([0.0, -0.1, 0.001, -0.1]), np.array([0.1, 0.0, 0.1, -0.001]))
    told = direction_told(interval, 0.0, "higher").tolist()
    assert told == ["no_difference", "no_difference", "better", "worse"]


def test_calls_without_a_case_have_no_completion_time() -> None:
    """A frame of one's own, with no column for the case at all."""
    calls = pd.DataFrame({"municipality": "GM9901", "channel": "phone", "answered": [True] * 15 + [False] * 5})
    calls["started_at"] = pd.Timestamp("2026-08-03 09:00", tz="Europe/Amsterdam")
    frame = compare_quarters({"contacts": calls}, NOW, BEFORE, ["open_cases", "done_within_days", "abandoned_rate"])
    assert frame["n"].tolist() == [0, 0, 20]


def test_what_hangs_together_in_one_period_does_so_in_the_other() -> None:
    """A quarter in which every week is alike lends no certainty against one in which weeks differ."""
    weeks = {"cluster": np.repeat(np.arange(13), 20)}
    alike = [1.0, 0.0] * 130
    apart = list(np.repeat([1.0] * 6 + [0.0] * 7, 20))
    even, uneven = (
        summarise(CATALOGUE["service_level"], Observations(pd.DataFrame({"value": values} | weeks)))
        for values in (alike, apart)
    )
    assert even.groups["n_eff"].iloc[0] > 10 * uneven.groups["n_eff"].iloc[0]
    widths = [
        float(np.ptp(compare(now, before, Settings())[["ci_low", "ci_high"]].to_numpy()))
        for now, before in ((even, uneven), (uneven, uneven), (even, even))
    ]
    assert widths[0] == pytest.approx(widths[1], rel=0.02)
    assert widths[2] < widths[1] / 2
    # of a quarter in which all is well the weeks show nothing; they hang together as in the other
    never = summarise(CATALOGUE["service_level"], Observations(pd.DataFrame({"value": [1.0] * 260} | weeks)))
    assert never.groups["n_eff"].tolist() == [13]
    assert verdict(never, even) == "better"
    assert verdict(even, never) == "worse"
    assert verdict(never, never) == "no_difference"
