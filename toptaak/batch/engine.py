"""The papermill engine `toptaak`: runs a notebook's cells in the calling process, without a kernel.

It is many times cheaper than a kernel per report and has no sockets that can collide. Use it only in a
process that ends after the notebook. What papermill leaves out is done here: an unknown parameter stops the
run, and a notebook counts as executed only when every cell has really run.

This module does not import papermill: papermill loads its engines while it is itself being imported.
"""

from __future__ import annotations

import ast
import tempfile
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from toptaak.core.errors import InputRefused, ToptaakError
from toptaak.numbers.parameters import names_assigned, unknown_parameter

if TYPE_CHECKING:
    from nbformat import NotebookNode

_PARAMETERS, _INJECTED = "parameters", "injected-parameters"


class NotebookIncomplete(RuntimeError):  # noqa: N818 - reads as a sentence where it is caught
    """A notebook of which not every cell has run to its end."""


class ToptaakEngine:
    """What papermill asks of an engine; registered as entry point `papermill.engine`."""

    @classmethod
    def execute_notebook(cls, nb: NotebookNode, kernel_name: str | None = None, **_: Any) -> NotebookNode:
        """Run all code cells in order, up to the first that fails.

        A `ToptaakError` in a cell leaves this function as itself, because its text is meant for the reader.
        Any other error becomes an output of the cell, and papermill raises it.

        Raises
        ------
        InputRefused
            when a parameter was passed that the notebook's cell `parameters` does not have.
        ToptaakError
            raised by a cell.
        NotebookIncomplete
            when a cell ends the notebook early.
        """
        from toptaak.batch.shell import new_shell

        refuse_unknown_parameters(nb)
        with tempfile.TemporaryDirectory() as folder:
            shell: Any = new_shell(folder)
            try:
                _run_cells(shell, nb)
            finally:
                shell.restore_sys_module_state()
                shell.clear_instance()
        return nb

    @staticmethod
    def nb_kernel_name(nb: NotebookNode, name: str | None = None) -> str:
        """Give the name by which papermill chooses how to write parameters."""
        return "python3"

    @staticmethod
    def nb_language(nb: NotebookNode, language: str | None = None) -> str:
        """Give the language of the cells: always Python."""
        return "python"


def _run_cells(shell: Any, nb: NotebookNode) -> None:
    for cell in code_cells(nb):
        cell.outputs, cell.execution_count = [], None
    for cell in code_cells(nb):
        error = shell.run(cell)
        if isinstance(error, ToptaakError):
            raise error
        if isinstance(error, SystemExit):  # papermill takes a clean exit half-way for success
            raise NotebookIncomplete("a code cell left the notebook with sys.exit")
        if error is not None:
            return


def code_cells(nb: NotebookNode) -> list[NotebookNode]:
    """List the code cells that hold something."""
    return [cell for cell in nb.cells if cell.cell_type == "code" and cell.source.strip()]


def ensure_complete(nb: NotebookNode) -> None:
    """Check that every code cell ran, in order and without an error.

    papermill's own status cannot be used for this: it also marks cells as completed that never ran.

    Raises
    ------
    NotebookIncomplete
        naming the first cell that did not run to its end.
    """
    for number, cell in enumerate(code_cells(nb), start=1):
        if any(output.output_type == "error" for output in cell.outputs):
            raise NotebookIncomplete(f"code cell {number} ended in an error")
        if cell.execution_count != number:
            raise NotebookIncomplete(f"code cell {number} has execution count {cell.execution_count}")


def refuse_unknown_parameters(nb: NotebookNode) -> None:
    """Compare the injected parameters with those of the cell tagged `parameters`.

    Raises
    ------
    InputRefused
        naming every parameter that the notebook does not declare, and the nearest one it does.
    """
    known = [name for cell in _tagged(nb, _PARAMETERS) for name in names_assigned(cell)]
    passed = [_passed(statement) for cell in _tagged(nb, _INJECTED) for statement in ast.parse(cell).body]
    faults = [unknown_parameter(name, known) for name in passed if name not in known]
    if faults:
        raise InputRefused(faults)


def _tagged(nb: NotebookNode, tag: str) -> list[str]:
    return [cell.source for cell in nb.cells if cell.cell_type == "code" and tag in cell.metadata.get("tags", [])]


def _passed(statement: ast.stmt) -> str:
    """Give the name that a statement sets to a plain value, or the whole statement when it does more.

    papermill pastes a parameter's name into the cell as code: a name that is not just a name must not pass.
    """
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        with suppress(ValueError):
            ast.literal_eval(statement.value)
            return ast.unparse(statement.targets[0])
    return ast.unparse(statement)
