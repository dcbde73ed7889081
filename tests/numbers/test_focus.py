"""The one thing to do first: chosen from published numbers, and only where something stands out."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from toptaak.core.results import result_row, results
from toptaak.core.settings import Settings
from toptaak.numbers import focus
from toptaak.numbers.focus import Focus, failing_channel, frontline_focus, largest_part, team_focus
from toptaak.privacy.disclosure import Publishable, publish
from toptaak.stats.intervals import wilson

SETTINGS = Settings()


def parts(column: str, measure: str, **counts: int) -> pd.DataFrame:
    """Lay counts out as shares of their sum."""
    n = sum(counts.values())
    rows = []
    for name, count in counts.items():
        low, high = wilson(count, n)
        rows.append(result_row(measure, n, count / n, float(low), float(high)) | {column: name})
    return results(rows, [column])


def reasons(**counts: int) -> pd.DataFrame:
    return parts("reason", "failure_reason_share", **counts)


def test_the_largest_part_is_named_with_its_share_margin_and_number() -> None:
    chosen = largest_part("reason", reasons(a=30, b=60, c=10), 0.95)
    low, high = wilson(60, 100)
    assert chosen == Focus("reason", "b", 0.6, float(low), float(high), 100)


@pytest.mark.parametrize(
    "rows",
    [
        reasons(a=34, b=33, c=33),
        reasons(_other=80, a=20),
        reasons(a=100),
        reasons(a=60, b=40).iloc[:0],
        reasons(a=40, b=25, c=35).iloc[:2].assign(estimate=[0.3, 0.25]),
    ],
    ids=["equal", "rest", "only one", "nothing", "more is hidden"],
)
def test_where_no_part_stands_out_there_is_none(rows: pd.DataFrame) -> None:
    assert largest_part("reason", rows, 0.95) is None


def test_a_part_that_is_hidden_counts_as_one() -> None:
    shown = reasons(a=58, b=30, c=12).iloc[:1]
    assert largest_part("reason", shown, 0.95) is None, "58 of 100 against one hidden part of 42"
    assert largest_part("reason", shown.assign(estimate=0.75), 0.95) is not None


def test_weighted_answers_count_by_their_effective_number() -> None:
    rows = reasons(a=60, b=40)
    assert largest_part("reason", rows.assign(n=1000), 0.95) is not None
    assert largest_part("reason", rows.assign(n=1000, n_eff=50.0), 0.95) is None


@pytest.mark.parametrize("k", [2, 5, 9])
def test_of_equal_parts_one_seldom_stands_out(k: int) -> None:
    """At most one in twenty is a false alarm, whatever part comes out largest by chance."""
    draws = np.random.default_rng(14).multinomial(120, [1 / k] * k, size=600)
    names = [f"r{at}" for at in range(k)]
    alarms = [largest_part("reason", reasons(**dict(zip(names, map(int, draw), strict=True))), 0.95) for draw in draws]
    assert np.mean([alarm is not None for alarm in alarms]) <= 0.05 + 2 * math.sqrt(0.05 * 0.95 / len(draws))


def test_of_reason_and_step_the_larger_share_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    source: Any = SimpleNamespace(settings=SETTINGS)
    steps = parts("step", "stalled_share", intake=70, check=30)
    for failed, name in ((reasons(a=60, b=40), "intake"), (reasons(a=80, b=20), "a")):
        monkeypatch.setattr(focus, "reasons_of_year", lambda _, rows=failed: publish(rows, SETTINGS))
        monkeypatch.setattr(focus, "stalls", lambda _: publish(steps, SETTINGS))
        chosen = frontline_focus(source)
        assert chosen is not None
        assert chosen.name == name
    monkeypatch.setattr(focus, "stalls", lambda _: None)
    monkeypatch.setattr(focus, "reasons_of_year", lambda _: None)
    assert frontline_focus(source) is None


# --- measures


def team_source(values: dict[str, float], targets: dict[str, tuple[float, str]], worse: tuple[str, ...] = ()) -> Any:
    kpis = results([result_row(name, 400, value, value * 0.9, value * 1.1) for name, value in values.items()])
    aims = pd.DataFrame(
        [(name, target, verdict) for name, (target, verdict) in targets.items()],
        columns=["measure", "reference_estimate", "verdict"],
    )
    changes = pd.DataFrame({"measure": [*values], "verdict": ["worse" if name in worse else "" for name in values]})
    return SimpleNamespace(
        kpis_now=publish(kpis, SETTINGS),
        against_target=SimpleNamespace(frame=aims),
        changes=SimpleNamespace(frame=changes),
    )


@pytest.mark.parametrize(
    ("values", "targets", "worse", "name"),
    [
        # 0.16 / 0.80 = 20 % short, against 50 % too long
        (
            {"success_rate": 0.64, "completion_time": 5400.0},
            {"success_rate": (0.8, "not_met"), "completion_time": (3600.0, "not_met")},
            (),
            "completion_time",
        ),
        # 25 % short, against 10 % too long
        (
            {"success_rate": 0.6, "completion_time": 3960.0},
            {"success_rate": (0.8, "not_met"), "completion_time": (3600.0, "not_met")},
            (),
            "success_rate",
        ),
        # 0.3 of the two points that an NPS can differ is 15 %, however near its target is to zero
        (
            {"success_rate": 0.6, "net_promoter_score": -0.25},
            {"success_rate": (0.8, "not_met"), "net_promoter_score": (0.05, "not_met")},
            (),
            "success_rate",
        ),
        # one without a target comes last
        (
            {"disaster_rate": 0.4, "success_rate": 0.79},
            {"success_rate": (0.8, "undecided")},
            ("disaster_rate", "success_rate"),
            "success_rate",
        ),
        ({"disaster_rate": 0.4, "success_rate": 0.7}, {}, ("disaster_rate", "success_rate"), "disaster_rate"),
        # a target of zero, and one without a greatest value
        ({"disaster_rate": 0.4, "contacts_per_case": 1.2}, {"disaster_rate": (0.0, "not_met")}, (), "disaster_rate"),
        ({"contacts_per_case": 1.2}, {"contacts_per_case": (0.0, "not_met")}, (), "contacts_per_case"),
    ],
)
def test_the_measure_furthest_from_its_target_comes_first(
    values: dict[str, float], targets: dict[str, tuple[float, str]], worse: tuple[str, ...], name: str
) -> None:
    chosen = team_focus(team_source(values, targets, worse))
    assert chosen is not None
    assert (chosen.kind, chosen.name, chosen.estimate) == ("measure", name, values[name])
    assert chosen.worse == (name in worse)
    assert math.isnan(chosen.target) == (name not in targets)


def test_a_measure_that_only_seems_off_is_not_chosen() -> None:
    source = team_source({"success_rate": 0.7, "completion_time": 9e3}, {"success_rate": (0.8, "undecided")})
    assert team_focus(source) is None


# --- channels


def channels(whole: tuple[int, float], **each: tuple[int, float]) -> Any:
    def told(rows: list[dict[str, Any]], by: list[str]) -> Publishable:
        return publish(results(rows, by), SETTINGS)

    rows = [result_row("failure_rate", n, share, channel=name) for name, (n, share) in each.items()]
    now = told([result_row("failure_rate", *whole)], [])
    return SimpleNamespace(now=now, by_channel=told(rows, ["channel"]), settings=SETTINGS)


def test_the_channel_with_most_failures_is_chosen_with_its_share_of_them() -> None:
    chosen = failing_channel(channels((300, 0.4), web=(150, 0.6), desk=(150, 0.2)))
    assert chosen is not None
    assert (chosen.name, chosen.estimate, chosen.n) == ("web", 0.75, 120)
    assert (chosen.low, chosen.high) == pytest.approx(wilson(90, 120))


@pytest.mark.parametrize(
    "source",
    [
        channels((300, 0.4), web=(150, 0.4), desk=(150, 0.4)),
        channels((4, 0.5), web=(150, 0.6), desk=(150, 0.2)),
        channels((300, 0.4), web=(4, 0.5)),
    ],
    ids=["alike", "whole hidden", "channels hidden"],
)
def test_no_channel_is_chosen_where_none_stands_out_or_numbers_are_hidden(source: Any) -> None:
    assert failing_channel(source) is None
