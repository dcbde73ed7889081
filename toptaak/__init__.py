"""Open workbook for municipalities that work with top tasks (toptaken): `import toptaak as tt`.

Importing this package does nothing but define names; what is named here is loaded at first use.
`tt.read` makes checked tables of a file, `tt.survey` opens a survey, `tt.quarter` a quarter of a municipality,
`tt.measure` computes one measure, and `tt.form` gives a form without code; `tt.Table.of` and `tt.Figure.of` put your
own frame or drawing in a report.
`%load_ext toptaak` gives Dutch numbers and our style.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from toptaak.core.periods import Quarter as Quarter
    from toptaak.core.settings import Settings as Settings
    from toptaak.printing.blocks import Figure as Figure
    from toptaak.printing.blocks import Table as Table
    from toptaak.printing.blocks import show as show
    from toptaak.workbench.form import form as form
    from toptaak.workbench.own_file import read as read
    from toptaak.workbench.own_measures import measure as measure
    from toptaak.workbench.own_measures import measures as measures
    from toptaak.workbench.own_survey import survey as survey
    from toptaak.workbench.quarters import quarter as quarter

__version__ = "0.2.0"

_HOME = {
    "Figure": "toptaak.printing.blocks",
    "Quarter": "toptaak.core.periods",
    "Settings": "toptaak.core.settings",
    "Table": "toptaak.printing.blocks",
    "form": "toptaak.workbench.form",
    "measure": "toptaak.workbench.own_measures",
    "measures": "toptaak.workbench.own_measures",
    "quarter": "toptaak.workbench.quarters",
    "read": "toptaak.workbench.own_file",
    "show": "toptaak.printing.blocks",
    "survey": "toptaak.workbench.own_survey",
}
__all__ = ["__version__", *_HOME]


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(_HOME)


def load_ipython_extension(shell: Any) -> None:
    """Give a notebook Dutch numbers, our style of figures, and results that show themselves (`%load_ext toptaak`)."""
    from toptaak.workbench.extension import load

    load(shell)
