"""One order of the channels' lists that goes against them least often."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from toptaak.surveys.consensus import SEVERAL_ORDERS, consensus_order
from toptaak.surveys.lists import ONE_CHANNEL


def lists_of(**channels: dict[str, float]) -> pd.DataFrame:
    rows = [(channel, task, volume) for channel, tasks in channels.items() for task, volume in tasks.items()]
    return pd.DataFrame(rows, columns=["channel", "task_id", "volume"])


def test_what_a_channel_lacks_does_not_count_against_a_task() -> None:
    """Task c is first wherever it is offered, which is once."""
    frame = consensus_order(lists_of(web={"a": 9, "b": 5}, phone={"a": 8, "b": 3}, desk={"c": 7, "a": 2}), by=[])
    assert frame["task_id"].tolist() == ["c", "a", "b"]
    assert frame["estimate"].tolist() == [1.0, 1.0, 1.0]
    assert frame["rank_high"].tolist()[0] == 1, "without the desk it is not on the list"


def test_channels_of_one_mind_are_followed_whatever_their_volumes() -> None:
    frame = consensus_order(lists_of(web={"a": 900, "b": 800, "c": 1}, phone={"a": 3, "b": 2, "c": 1}), by=[])
    assert frame["task_id"].tolist() == ["a", "b", "c"]
    assert frame[["rank", "rank_low", "rank_high"]].nunique(axis=1).eq(1).all()
    assert (frame["note"] == "").all()


def test_a_channel_left_out_moves_the_places() -> None:
    lists = lists_of(web={"a": 3, "b": 2}, phone={"a": 3, "b": 2}, desk={"b": 9, "a": 1})
    frame = consensus_order(lists, by=[])
    assert frame["task_id"].tolist() == ["a", "b"]
    assert frame["estimate"].tolist() == pytest.approx([2 / 3, 2 / 3])
    turned = consensus_order(lists, {"web": 1.0, "phone": 1.0, "desk": 3.0}, [])
    assert turned["task_id"].tolist() == ["b", "a"]
    assert turned["rank_high"].tolist() == [2, 2], "without the desk it turns round"


def test_an_order_that_is_not_the_only_one_says_so() -> None:
    frame = consensus_order(lists_of(web={"a": 2, "b": 1}, phone={"b": 2, "a": 1}), by=[])
    assert set(frame["note"]) == {SEVERAL_ORDERS}
    assert set(consensus_order(lists_of(web={"a": 2, "b": 1}), by=[])["note"]) == {ONE_CHANNEL}


def test_the_first_tasks_by_volume_are_ordered_per_group() -> None:
    rng = np.random.default_rng(4)
    tasks = [f"t{number:02d}" for number in range(30)]
    rows = [
        {"municipality": place, "quarter": "2026Q2", "channel": channel, "task_id": task, "volume": int(volume)}
        for place in ("GM9901", "GM9902")
        for channel in ("web", "phone", "desk")
        for task, volume in zip(tasks, rng.integers(1, 1000, 30), strict=True)
    ]
    frame = consensus_order(pd.DataFrame(rows))
    assert frame.groupby("municipality")["rank"].agg(list).tolist() == [list(range(1, 16))] * 2
    assert ((frame["rank_low"] <= frame["rank"]) & (frame["rank"] <= frame["rank_high"])).all()
