"""Imported by the fork server and nowhere else: what every report needs is loaded once and shared.

Importing only: a process that has compiled Typst hangs its forked children.
"""

from __future__ import annotations

import gc
import sys
from importlib import import_module

from toptaak.batch.executor import one_thread

one_thread()
# jsonschema can check web addresses with a package that takes 1.5 s to load; no notebook asks for it
sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]
import_module("jsonschema")
del sys.modules["rfc3987_syntax"]
for _name in (
    "numpy",
    "pandas",
    "scipy.stats",
    "pyarrow.parquet",
    "matplotlib.figure",
    "matplotlib.backends.backend_svg",
    "papermill",
    "nbconvert.exporters",
    "typst",
    "babel.dates",
    "babel.numbers",
    "babel.messages.pofile",
    "pyarrow.pandas_compat",
    "matplotlib.style",
    "IPython.core.completer",
    "toptaak.batch.shell",
    "toptaak.batch.job",
    "toptaak.report.quarterly.summary",
    "toptaak.printing.exporters",
    "toptaak.printing.html_checks",
    "toptaak.kpi.compare",
    "toptaak.kpi.measures",
    "toptaak.surveys.ranking",
):
    import_module(_name)
gc.collect()
gc.freeze()
