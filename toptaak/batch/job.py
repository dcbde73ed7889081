"""One job: a notebook and its parameters go in, the files of one report come out.

A job touches nothing but its own temporary folder and hands its files back as bytes, so it can run in any
process on any machine that sees the notebook and the data.
"""

from __future__ import annotations

import json
import tempfile
import time
import traceback
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from toptaak.batch.engine import ensure_complete
from toptaak.batch.notebook import publishable_copy, results_csv
from toptaak.core.errors import ToptaakError
from toptaak.core.wording import Message, message
from toptaak.numbers.parameters import ReportParameters
from toptaak.printing.document import Document, read_notebook, warnings_of
from toptaak.report.publications import PUBLICATIONS

if TYPE_CHECKING:
    from nbformat import NotebookNode

NAME = PUBLICATIONS["quarterly"].file_name
EXPORTERS = (("html", "toptaak_html"), ("pdf", "toptaak_pdf"))


@dataclass(frozen=True)
class Job:
    """What it takes to make one report.

    `data_shown` is the name under which the data folder is published, `name` that of the report's files, `more` what
    this notebook has as parameters beside those of every report, `theme` a style file instead of that in the settings.
    """

    notebook: Path
    parameters: ReportParameters
    data_shown: str
    exporters: tuple[tuple[str, str], ...] = EXPORTERS
    name: str = NAME
    more: tuple[tuple[str, str], ...] = ()
    theme: str = ""

    def shown_parameters(self) -> dict[str, str]:
        """Give the parameters as they may be published."""
        return self.parameters.model_dump(mode="json") | {"data": self.data_shown} | dict(self.more)


@dataclass(frozen=True)
class Rendered:
    """The files of one report by name, the seconds that each phase took, and what libraries warned of."""

    files: dict[str, bytes]
    seconds: dict[str, float] = field(default_factory=dict)
    log: str = ""


@dataclass(frozen=True)
class Failure:
    """Why there is no report, what to do about it, and for the unexpected the text for a log file."""

    what: Message
    repair: Message
    log: str = ""


def render(job: Job) -> Rendered | Failure:
    """Make one report; whatever goes wrong comes back as a `Failure`, since exceptions do not travel well."""
    try:
        return _render(job)
    except ToptaakError as error:
        return Failure(message("{text}", text=str(error)), message("Mend this in the data or the settings."))
    except Exception as error:
        # papermill wraps what a cell raised and keeps its name
        name = getattr(error, "ename", type(error).__name__)
        if name == "MemoryError":
            return Failure(message("not enough memory"), message("Use fewer workers."))
        return unexpected(name, traceback.format_exc())


def render_all(jobs: Sequence[Job]) -> list[Rendered | Failure]:
    """Make several reports of one municipality in this process: they share what they are made from."""
    return [render(job) for job in jobs]


def unexpected(what: str, log: str) -> Failure:
    """Describe a failure that no user can mend."""
    return Failure(message("unexpected error: {what}", what=what), message("Report this, with the log file."), log)


def _render(job: Job) -> Rendered:
    import pandas as pd

    clock = _Phases()
    # a report's frames are small: a column of texts in Arrow costs more at each call than it saves
    with pd.option_context("mode.string_storage", "python"):
        executed = execute(job)
    nb = publishable_copy(executed, job.shown_parameters())
    clock.ended("execute")
    files = {f"{job.name}.ipynb": _ipynb(nb), "results.csv": results_csv(nb).encode()}
    clock.ended("write")
    document = read_notebook(nb)
    clock.ended("read")
    for extension, exporter in job.exporters:
        files[f"{job.name}.{extension}"] = _export(exporter, document, job.theme)
        clock.ended(extension)
    _refuse_places(files, (job.parameters.data, job.notebook.parent, Path.home()))
    _check_html(files[f"{job.name}.html"], job.parameters.language)
    clock.ended("check")
    return Rendered(files, clock.seconds, warnings_of(executed))


def execute(job: Job) -> NotebookNode:
    """Run a job's notebook with papermill in this process, in an empty working folder.

    Raises
    ------
    ToptaakError
        raised by a cell, for example because the data do not allow a report.
    PapermillExecutionError
        when a cell fails otherwise.
    NotebookIncomplete
        when not every cell ran to its end.
    """
    from papermill.execute import raise_for_execution_errors
    from papermill.parameterize import parameterize_notebook
    from papermill.utils import chdir

    from toptaak.batch.engine import ToptaakEngine

    values = job.parameters.model_dump(mode="json") | dict(job.more)
    # papermill.execute_notebook does the same, and writes the whole notebook twice to nowhere
    nb: NotebookNode = parameterize_notebook(_node(job.notebook), values, kernel_name="python3", language="python")
    with tempfile.TemporaryDirectory() as folder, chdir(folder):
        ToptaakEngine.execute_notebook(nb)
    raise_for_execution_errors(nb, None)
    ensure_complete(nb)
    return nb


def _node(notebook: Path) -> Any:
    """Read the notebook as papermill does: with room for its own metadata, and a list of tags on every cell."""
    import nbformat

    nb: Any = nbformat.read(notebook, as_version=4)  # type: ignore[no-untyped-call]
    nb.metadata.setdefault("papermill", {})
    for cell in nb.cells:
        cell.metadata.setdefault("tags", [])
    return nb


def _ipynb(nb: Any) -> bytes:
    """Write a notebook with a cell on a line: `nbformat.writes` copies it first and indents it in plain Python."""
    cells = ",\n".join(map(_json, nb.cells))
    others = "".join(f',\n"{name}": {_json(value)}' for name, value in sorted(nb.items()) if name != "cells")
    return f'{{"cells": [\n{cells}\n]{others}}}\n'.encode()


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _export(exporter: str, document: Document, theme_file: str) -> bytes:
    from nbconvert.exporters import get_exporter

    maker: Any = get_exporter(exporter)  # type: ignore[no-untyped-call]
    output: str | bytes = maker(theme_file=theme_file).render(document)
    return output if isinstance(output, bytes) else output.encode()


def _refuse_places(files: dict[str, bytes], places: tuple[Path, ...]) -> None:
    """Stop a report that tells where on this machine it was made."""
    for place in places:
        inside = [name for name, content in files.items() if str(place).encode() in content]
        if inside and len(place.parts) > 2:
            raise ValueError(f"a folder of this machine is named in {', '.join(inside)}")


def _check_html(page: bytes, language: str) -> None:
    """Stop a page that breaks our own rules of access and safety."""
    from toptaak.printing.html_checks import check_html

    if problems := check_html(page.decode(), language):
        raise ValueError("\n".join(problems))


class _Phases:
    """A stopwatch: seconds since the last phase ended."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._since = time.perf_counter()

    def ended(self, phase: str) -> None:
        now = time.perf_counter()
        self.seconds[phase], self._since = now - self._since, now
