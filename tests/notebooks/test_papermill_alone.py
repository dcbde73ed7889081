"""Notebooks under papermill's own engine, which takes any name and any value."""

from __future__ import annotations

from pathlib import Path

import nbformat
import papermill
import pytest

from toptaak.report.publications import notebook_folder

NOTEBOOK = notebook_folder() / "kwartaalrapport.ipynb"


@pytest.fixture
def beginning(tmp_path: Path) -> Path:
    """The cells up to the one that opens the data: where a wrong parameter has to stop."""
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    notebook.cells = code[:2]
    file = tmp_path / "beginning.ipynb"
    nbformat.write(notebook, file)
    return file


def test_a_misspelt_parameter_and_a_code_that_yaml_changed_stop_the_first_cell(beginning: Path) -> None:
    octal = {"municipality": 0o363, "data": str(beginning.parent)}  # what YAML makes of an unquoted 0363
    for given, told in (({"gemente": "GM0363"}, "gemente"), (octal, "TT-601")):
        with pytest.raises(papermill.PapermillExecutionError, match=told):
            papermill.execute_notebook(str(beginning), None, given, progress_bar=False)
