"""Imported by the fork server and nowhere else: what every report needs is loaded once and shared.

Importing only: a process that has compiled Typst hangs its forked children.
"""

from __future__ import annotations

import gc
import sys
from importlib import import_module

from toptaak.batch.executor import one_thread

one_thread()
# the collector comes by less often, here and in the processes of the reports: what is loaded stays
gc.set_threshold(50_000, 20, 20)
# jsonschema can check web addresses with a package that takes 1.5 s to load; no notebook asks for it
sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]
import_module("jsonschema")
del sys.modules["rfc3987_syntax"]
for _name in (
    "numpy",
    "pandas",
    "pandas.core.reshape.reshape",
    "scipy.optimize",
    "scipy.special",
    "pyarrow.parquet",
    "pyarrow.csv",
    "pyarrow.pandas_compat",
    "matplotlib.figure",
    "matplotlib.backends.backend_svg",
    "matplotlib.style",
    "papermill",
    "nbconvert.exporters",
    "typst",
    "babel.dates",
    "babel.numbers",
    "babel.messages.pofile",
    "bs4",
    "IPython.core.completer",
    "IPython.core.magics",
    "IPython.core.completerlib",
    "toptaak.batch.job",
    "toptaak.batch.poster",
    "toptaak.intake.store",
    "toptaak.printing.exporters",
):
    import_module(_name)
import_module("toptaak.batch.warm").warm_up()
# what is shared stays shared: the collector of a report's process leaves it alone
gc.collect()
gc.freeze()
