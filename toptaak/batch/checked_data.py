"""What a batch asks of the checked data, so that a plan needs no files to be tested."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import pandas as pd

from toptaak.core.faults import Fault
from toptaak.core.periods import Quarter
from toptaak.core.settings import Settings


class CheckedData(Protocol):
    """What a plan asks of the checked data (`intake.store.Store`)."""

    @property
    def settings(self) -> Settings:
        """The settings in force."""
        ...

    def municipalities(self) -> Sequence[str]:
        """List the codes that have data."""
        ...

    @property
    def faults(self) -> Sequence[Fault]:
        """List the faults found in all files."""
        ...

    def account(self) -> pd.DataFrame:
        """Give the rows read, used and set aside per file."""
        ...

    def quarters(self, municipality: str) -> Sequence[Quarter]:
        """List the quarters in which a municipality has data."""
        ...

    def fingerprint(self, municipality: str) -> str:
        """Hash a municipality's data."""
        ...

    def table(self, name: str, municipality: str | None = None) -> pd.DataFrame | None:
        """Read a checked table; None where it is absent."""
        ...
