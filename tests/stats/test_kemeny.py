"""Kemeny's order against a published example and against trying every order."""

from __future__ import annotations

import json
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from toptaak.stats.kemeny import MOST, kemeny


def cost_of(prefer: np.ndarray, order: tuple[int, ...]) -> float:
    return float(sum(prefer[order[low], order[high]] for low in range(len(order)) for high in range(low)))


def preferences(votes: dict[str, int], items: str) -> np.ndarray:
    return np.array(
        [[sum(n for order, n in votes.items() if order.index(one) < order.index(other)) if one != other else 0
          for other in items] for one in items], dtype=float,
    )  # fmt: skip


def test_published_distances_and_winner(shared_data: Path) -> None:
    entries = json.loads((shared_data / "oracles.json").read_text(encoding="utf-8"))
    published = next(entry for entry in entries if entry["id"] == "kemeny_cycle")
    prefer = preferences(published["input"], "ABC")
    winner = published["output"].pop("winner")
    for order, distance in published["output"].items():
        assert cost_of(prefer, tuple("ABC".index(item) for item in order)) == distance
    found = kemeny(prefer)
    assert "".join("ABC"[item] for item in found.order) == winner
    assert found.cost == published["output"][winner]
    assert found.only


@given(arrays.arrays(float, st.integers(0, 6).map(lambda n: (n, n)), elements=st.integers(0, 5)))
def test_no_order_goes_against_less(prefer: np.ndarray) -> None:
    np.fill_diagonal(prefer, 0)
    costs = [cost_of(prefer, order) for order in permutations(range(len(prefer)))]
    found = kemeny(prefer)
    assert sorted(found.order) == list(range(len(prefer)))
    assert found.cost == pytest.approx(min(costs))
    assert cost_of(prefer, tuple(found.order)) == pytest.approx(min(costs))
    assert found.only == (costs.count(min(costs)) == 1)


def test_a_long_list_is_refused() -> None:
    with pytest.raises(ValueError, match="16"):
        kemeny(np.zeros((MOST + 1, MOST + 1)))
