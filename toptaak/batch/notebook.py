"""What a batch takes from an executed notebook: a copy that may be published, and the results as a file."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from copy import copy
from typing import TYPE_CHECKING, Any

from toptaak.core.spreadsheet_text import as_text
from toptaak.numbers.handover import RESULTS_MIME
from toptaak.printing.document import is_warning

if TYPE_CHECKING:
    from nbformat import NotebookNode


def publishable_copy(nb: NotebookNode, parameters: Mapping[str, str]) -> NotebookNode:
    """Copy an executed notebook without run times, ids made at random, warnings, and places on this machine.

    `parameters` replace those that were injected: the data folder appears as it may be shown.
    """
    published = copy(nb)
    published.metadata = _without_run_times(nb.metadata)
    published.cells = [_published(cell, f"cell-{at}", parameters) for at, cell in enumerate(nb.cells, start=1)]
    return published


def _published(cell: NotebookNode, name: str, parameters: Mapping[str, str]) -> NotebookNode:
    """Copy a cell; what it shows is large and stays the same, so it is not copied."""
    published = copy(cell)
    published.metadata, published.id = _without_run_times(cell.metadata), name
    if "outputs" in cell:
        published.outputs = [output for output in cell.outputs if not is_warning(output)]
    if "injected-parameters" in cell.metadata.get("tags", []):
        published.source = _assignments(parameters)
    return published


def _without_run_times(metadata: NotebookNode) -> NotebookNode:
    kept = copy(metadata)
    kept.pop("papermill", None)
    return kept


def _assignments(parameters: Mapping[str, str]) -> str:
    lines = [f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in parameters.items()]
    return "\n".join(["# Parameters", *lines])


def results_csv(nb: NotebookNode) -> str:
    """Write the results that a notebook shows as CSV (RFC 4180): comma, decimal point, one header line.

    A notebook hands its publishable results over in one output of the type
    `application/vnd.toptaak.results+json`: a list of records, each a mapping of column to text, number or
    null. Columns stand in the order in which they first appear; null becomes an empty cell. A text that a
    spreadsheet would take for a formula gets an apostrophe in front.

    Raises
    ------
    ValueError
        when the notebook shows no results, or shows them twice.

    Examples
    --------
    >>> from nbformat import v4
    >>> records = [{"measure": "reach", "n": 20, "estimate": None}, {"measure": "=1+1", "n": 3}]
    >>> bundle = {RESULTS_MIME: records}
    >>> cell = v4.new_code_cell(outputs=[v4.new_output("display_data", data=bundle)])
    >>> print(results_csv(v4.new_notebook(cells=[cell])).replace("\\r", ""), end="")
    measure,n,estimate
    reach,20,
    '=1+1,3,
    """
    frames = [
        output.data[RESULTS_MIME]
        for cell in nb.cells
        for output in cell.get("outputs", [])
        if RESULTS_MIME in output.get("data", {})
    ]
    if len(frames) != 1:
        raise ValueError(f"a report shows its results once, as {RESULTS_MIME}; found {len(frames)} times")
    records: list[Mapping[str, Any]] = frames[0]
    columns = list(dict.fromkeys(name for record in records for name in record))
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([as_text(record.get(name)) for name in columns] for record in records)
    return file.getvalue()
