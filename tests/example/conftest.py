from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from toptaak.example.make import TownData
from toptaak.example.world import World, make_world

TOWNS = 12


@pytest.fixture(scope="session")
def folder(example_data: Path) -> Path:
    """The default example."""
    return example_data


@pytest.fixture(scope="session")
def world() -> World:
    return make_world(2026, 8)


@pytest.fixture(scope="session")
def towns(world: World) -> list[TownData]:
    """The municipalities of the default example, without its wrong rows."""
    return [TownData(world, number) for number in range(1, TOWNS + 1)]


@pytest.fixture(scope="session")
def truth(folder: Path) -> pd.DataFrame:
    """What is true of the measures."""
    return pd.read_parquet(folder / "truth" / "measures.parquet")
