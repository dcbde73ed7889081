"""Imported by the fork server and nowhere else: what every report needs is loaded once and shared.

Importing only: a process that has compiled Typst or opened DuckDB hangs its forked children.
"""

from __future__ import annotations

import gc
from importlib import import_module

from toptaak.batch.executor import one_thread

one_thread()
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
    "toptaak.batch.shell",
    "toptaak.batch.job",
):
    import_module(_name)
gc.collect()
gc.freeze()
