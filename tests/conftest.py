"""What all tests share."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest
from hypothesis import settings

REPOSITORY = Path(__file__).parents[1]

# how long an example takes says nothing on a machine that does other work as well
settings.register_profile("house", deadline=None)
settings.load_profile("house")


def heeding_interrupts() -> None:
    """Undo in a new process what a shell does to its background jobs, so that tests of Ctrl-C hold there too."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder with real reference data, which is not part of the project."""
    folder = REPOSITORY.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the real reference data are not beside this checkout")
    return folder


@pytest.fixture(scope="session")
def example_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The synthetic example, taken in; read-only for tests."""
    from toptaak.example import write_example
    from toptaak.intake.store import refresh

    folder = tmp_path_factory.mktemp("example") / "data"
    write_example(folder)
    refresh(folder)
    return folder
