"""Open workbook for municipalities that work with top tasks (toptaken).

Importing this package does nothing but define names; what is named here is loaded at first use.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from toptaak.core.periods import Quarter as Quarter
    from toptaak.core.settings import Settings as Settings

__version__ = "0.1.0"
__all__ = ["Quarter", "Settings", "__version__"]

_HOME = {"Quarter": "toptaak.core.periods", "Settings": "toptaak.core.settings"}


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
