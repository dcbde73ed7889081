"""The few kinds of trouble that a person gets to read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from toptaak.core.faults import Fault


class ToptaakError(Exception):
    """Something a user can mend; the text says what, where and how. Shown without a traceback."""

    exit_code = 2

    def _render_traceback_(self) -> list[str]:
        """In a notebook the sentence stands alone: IPython asks for this in place of the traceback."""
        return str(self).splitlines()


class InputRefused(ToptaakError):  # noqa: N818 - reads as a sentence where it is caught
    """Input that cannot be used; holds every fault found, not only the first."""

    def __init__(self, faults: Sequence[Fault], language: str = "nl") -> None:
        from toptaak.core.faults import describe_faults

        self.faults = list(faults)
        super().__init__(describe_faults(self.faults, language))


class MissingExtra(ToptaakError):  # noqa: N818
    """An optional package is needed and absent."""

    def __init__(self, package: str, extra: str) -> None:
        super().__init__(f"Hiervoor is het pakket {package} nodig. Installeer het met: pip install 'toptaak[{extra}]'")
