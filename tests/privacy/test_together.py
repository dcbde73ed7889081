"""Small cells over everything that is published together; the attack itself stands in benchmarks/attack.py."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from benchmarks.attack import attack, hidden_cells, random_frames, truth_of
from toptaak.core.results import TOO_FEW, result_row, results
from toptaak.core.settings import Settings
from toptaak.privacy.cells import completed_lines, completed_table
from toptaak.privacy.disclosure import publish, publish_sums, publish_together

SETTINGS = Settings()
QUARTER = "2026Q3"


def channels(measure: str, counts: dict[str, tuple[int, int]]) -> dict[str, pd.DataFrame]:
    """Make a whole and its channels; each channel has people and successes."""
    rows = [
        result_row(measure, n, ones / n if n else np.nan, quarter=QUARTER, channel=name)
        for name, (n, ones) in counts.items()
    ]
    n, ones = (sum(column) for column in zip(*counts.values(), strict=True))
    whole = results([result_row(measure, n, ones / n, quarter=QUARTER)], ["quarter"])
    return {"whole": whole, "channels": results(rows, ["quarter", "channel"])}


def hidden(frames: dict[str, pd.DataFrame], name: str = "channels") -> list[str]:
    told = publish_together(frames, SETTINGS)[name].frame
    return told.loc[told["n"].isna(), told.columns[1]].tolist()


def test_a_small_channel_does_not_follow_from_the_total() -> None:
    frames = channels("success_rate", {"web": (60, 40), "phone": (30, 20), "desk": (4, 2)})
    told = publish_together(frames, SETTINGS)
    assert hidden(frames) == ["phone", "desk"]
    assert told["whole"].frame["n"].tolist() == [94]
    assert (told["channels"].frame["note"][1:] == TOO_FEW).all(), "small and hidden with it look alike"


def test_a_share_with_few_on_either_side_is_not_shown_and_does_not_follow() -> None:
    assert hidden(channels("success_rate", {"web": (60, 57), "phone": (60, 30), "desk": (90, 20)})) == ["web", "phone"]
    assert hidden(channels("failure_rate", {"web": (60, 3), "phone": (60, 30), "desk": (90, 40)})) == ["web", "phone"]


def test_nobody_of_many_may_be_told_and_of_few_not() -> None:
    assert hidden(channels("disaster_rate", {"web": (60, 0), "phone": (60, 20), "desk": (60, 20)})) == []
    assert "web" in hidden(channels("disaster_rate", {"web": (20, 0), "phone": (60, 20), "desk": (60, 20)}))


def test_measures_of_the_same_cases_hide_the_same_counts() -> None:
    success = channels("success_rate", {"web": (60, 40), "phone": (30, 20), "desk": (4, 2)})
    failure = channels("failure_rate", {"web": (60, 20), "phone": (30, 10), "desk": (4, 2)})
    both = {name: pd.concat([success[name], failure[name]], ignore_index=True) for name in success}
    told = publish_together(both, SETTINGS)["channels"].frame
    shown = told.dropna(subset="n").groupby("measure")["channel"].agg(list)
    assert shown["success_rate"] == shown["failure_rate"] == ["web"], "the smallest count is hidden with desk in both"


def test_where_open_cases_are_few_the_number_of_all_cases_is_rounded() -> None:
    n = {"web": (63, 3), "phone": (41, 20), "desk": (52, 20)}
    frames = [
        channels("open_cases", n),
        channels("first_contact_resolution", {name: (all_, 20) for name, (all_, _) in n.items()}),
        channels("completion_time", {name: (all_ - open_, 0) for name, (all_, open_) in n.items()}),
    ]
    together = {name: pd.concat([one[name] for one in frames], ignore_index=True) for name in ("whole", "channels")}
    told = publish_together(together, SETTINGS)["channels"].frame.set_index(["measure", "channel"])["n"]
    assert pd.isna(told["open_cases", "web"])
    assert told["completion_time"].tolist() == [60, 20, 30]
    assert (told["first_contact_resolution"] % 10 == 0).all()


def test_a_year_does_not_give_a_hidden_quarter_back() -> None:
    counts = {"2025Q4": 20, "2026Q1": 25, "2026Q2": 30, "2026Q3": 6}
    quarters = results([result_row("attempt_time", n, 60.0, quarter=at) for at, n in counts.items()], ["quarter"])
    told = publish(quarters, SETTINGS)
    year = results([result_row("attempt_time", 81, 60.0)])
    assert publish_sums(year, quarters, told, SETTINGS).frame["n"].isna().all()
    enough = quarters.assign(n=[20, 25, 30, 16])
    assert publish_sums(year, enough, publish(enough, SETTINGS), SETTINGS).frame["n"].tolist() == [81]


def test_a_difference_of_a_hidden_number_is_hidden() -> None:
    change = results([result_row("success_rate", 90, 0.1, reference_n=80, reference_estimate=0.8)], extension="change")
    base = results([result_row("success_rate", 8, 0.9)])
    assert publish(change, SETTINGS, [publish(base, SETTINGS)]).frame["estimate"].isna().all()


@pytest.mark.parametrize("seed", range(6))
def test_an_attack_finds_no_hidden_cell(seed: int) -> None:
    frames = random_frames(np.random.default_rng(seed))
    told = {name: one.frame for name, one in publish_together(frames, SETTINGS).items()}
    found = attack(truth_of(told), truth_of(frames), SETTINGS)
    assert (found.exact, found.narrow) == (0, 0)


def test_the_attack_finds_what_single_frames_leave() -> None:
    """The attack must be able to fail: frames that are published one by one give their small cells away."""
    frames = channels("success_rate", {"web": (60, 40), "phone": (30, 20), "desk": (4, 2)})
    told = {name: publish(frame, SETTINGS).frame for name, frame in frames.items()}
    assert attack(truth_of(told), truth_of(frames), SETTINGS).exact > 0


def test_protection_costs_at_most_as_much_again() -> None:
    few, gone = 0, 0
    for seed in range(20):
        frames = random_frames(np.random.default_rng(1000 + seed))
        told = {name: published.frame for name, published in publish_together(frames, SETTINGS).items()}
        _, small, hidden_too = hidden_cells(frames, told)
        few, gone = few + small, gone + hidden_too
    assert 0 < gone <= 2 * few


def parts(measure: str, column: str, counts: dict[str, int], n: int) -> pd.DataFrame:
    return results([result_row(measure, n, count / n, **{column: name}) for name, count in counts.items()], [column])


def test_an_ending_of_few_does_not_follow_from_the_other_endings() -> None:
    frame = parts("end_point_share", "outcome", {"completed": 60, "failed": 30, "gave_up": 7, "partial": 3}, 100)
    told = publish(frame, SETTINGS).frame.set_index("outcome")["estimate"]
    assert told.isna().to_dict() == {"completed": False, "failed": False, "gave_up": True, "partial": True}


def test_a_group_without_a_total_beside_it_hides_no_other() -> None:
    rows = [result_row("channel_flow", n, 0.5, from_channel=name, to_channel="_end")
            for name, n in {"web": 60, "phone": 30, "desk": 4}.items()]  # fmt: skip
    frame = results(rows, ["from_channel", "to_channel"])
    alone, beside = publish(frame, SETTINGS), publish(frame, SETTINGS, along="from_channel")
    assert alone.frame["n"].isna().tolist() == [False, False, True]
    assert beside.frame["n"].isna().tolist() == [False, True, True]


def test_answered_calls_do_not_give_the_few_that_hung_up() -> None:
    """Who hung up is all calls minus the answered ones, and each of those counts belongs to a measure of its own."""
    calls = {"t1": (63, 3), "t2": (92, 30), "t3": (84, 20)}
    frames = [
        channels("abandoned_rate", calls),
        channels("service_level", {name: (n, n // 2) for name, (n, _) in calls.items()}),
        channels("speed_of_answer", {name: (n - gone, 0) for name, (n, gone) in calls.items()}),
    ]
    together = {name: pd.concat([one[name] for one in frames], ignore_index=True) for name in ("whole", "channels")}
    told = {name: published.frame for name, published in publish_together(together, SETTINGS).items()}
    assert attack(truth_of(told), truth_of(together), SETTINGS).narrow == 0


def test_a_line_of_nothing_and_a_table_of_one_cell_stay_as_they_are() -> None:
    empty = np.zeros((2, 0))
    assert completed_lines(empty > 0, [empty], [np.zeros(2)], 10, empty).shape == (2, 0)
    alone = np.array([[4.0]])
    assert completed_table(alone < 10, [alone], 10, alone, np.zeros((1, 1), bool)).tolist() == [[True]]
