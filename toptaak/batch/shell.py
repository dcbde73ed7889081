"""Run the cells of one notebook in this process, with the outputs a kernel would give.

Only for a process of its own: cells may change anything in it.
"""

from __future__ import annotations

import io
import traceback
from base64 import b64encode
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from typing import Any

import nbformat
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from nbformat import NotebookNode, v4
from traitlets import Type
from traitlets.config import Config

# nbformat's functions carry no types
_new_output: Any = v4.new_output
_node: Any = nbformat.from_dict


class Outputs:
    """The outputs of one cell, in the order in which they came."""

    def __init__(self) -> None:
        self.nodes: list[NotebookNode] = []
        self._shown: dict[str, list[NotebookNode]] = {}
        self._clear_first = False

    def start(self) -> None:
        """Begin a new cell; displays of earlier cells can still be updated."""
        self.nodes = []
        self._clear_first = False

    def stream(self, name: str, text: str) -> None:
        """Add printed text to the stream that is being written, or open a new one."""
        last = self.nodes[-1] if self.nodes and not self._clear_first else None
        if last is not None and last.output_type == "stream" and last.name == name:
            last.text += text
        elif text:
            self._add(_new_output("stream", name=name, text=text))

    def display(self, kind: str, data: Mapping[str, Any], metadata: Mapping[str, Any], **fields: Any) -> NotebookNode:
        """Add a display or a result: one MIME bundle."""
        return self._add(_new_output(kind, data=_plain(data), metadata=_node(dict(metadata)), **fields))

    def remember(self, identity: str, node: NotebookNode) -> None:
        """Keep a display for `update`."""
        self._shown.setdefault(identity, []).append(node)

    def update(self, identity: str, data: Mapping[str, Any], metadata: Mapping[str, Any]) -> None:
        """Replace what stands in all displays with this identity."""
        for node in self._shown.get(identity, []):
            node.data, node.metadata = _plain(data), _node(dict(metadata))

    def clear(self, wait: bool) -> None:
        """Throw away what the cell has shown, at once or when something new comes."""
        self._clear_first = wait
        if not wait:
            self.nodes.clear()

    def _add(self, node: NotebookNode) -> NotebookNode:
        if self._clear_first:
            self.clear(wait=False)
        self.nodes.append(node)
        return node


def _plain(data: Mapping[str, Any]) -> Any:
    return _node({k: b64encode(v).decode() if isinstance(v, bytes) else v for k, v in data.items()})


class _Stream(io.TextIOBase):
    def __init__(self, name: str, outputs: Outputs) -> None:
        self._stream, self._outputs = name, outputs

    def write(self, text: str) -> int:
        self._outputs.stream(self._stream, text)
        return len(text)

    def writable(self) -> bool:
        return True


class _Publisher(DisplayPublisher):
    shell: ReportShell

    def publish(
        self,
        data: Mapping[str, Any],
        metadata: Mapping[str, Any] | None = None,
        source: object = None,
        *,
        transient: Mapping[str, Any] | None = None,
        update: bool = False,
        **_: Any,
    ) -> None:
        identity = str((transient or {}).get("display_id") or "")
        if update:
            self.shell.outputs.update(identity, data, metadata or {})
            return
        node = self.shell.outputs.display("display_data", data, metadata or {})
        if identity:
            self.shell.outputs.remember(identity, node)

    def clear_output(self, wait: bool = False) -> None:
        self.shell.outputs.clear(wait)


class _Hook(DisplayHook):
    shell: Any

    def write_output_prompt(self) -> None:
        """Nothing: the count travels in the output."""

    def write_format_data(self, format_dict: Mapping[str, Any], md_dict: Mapping[str, Any] | None = None) -> None:
        self.shell.outputs.display("execute_result", format_dict, md_dict or {}, execution_count=self.prompt_count)

    def finish_displayhook(self) -> None:
        self._is_active = False


class ReportShell(InteractiveShell):
    """IPython without a terminal: what a cell shows is kept, what goes wrong is returned."""

    displayhook_class = Type(_Hook)
    display_pub_class = Type(_Publisher)
    outputs: Outputs

    def showtraceback(self, *_: Any, **__: Any) -> None:
        """Nothing: `run` makes an error output of the exception."""

    showsyntaxerror = showtraceback

    def enable_gui(self, gui: str | None = None) -> None:
        """Nothing: a batch has no windows."""

    def run(self, cell: NotebookNode) -> BaseException | None:
        """Run a code cell, fill in its outputs and count; return what was raised, if anything."""
        self.outputs.start()
        with (
            redirect_stdout(_Stream("stdout", self.outputs)),
            redirect_stderr(_Stream("stderr", self.outputs)),
        ):
            result: Any = self.run_cell(cell.source, store_history=True)  # type: ignore[no-untyped-call]
        error: BaseException | None = result.error_before_exec or result.error_in_exec
        cell.outputs, cell.execution_count = self.outputs.nodes, result.execution_count
        if error is not None:
            cell.outputs.append(_error_output(error))
        return error


def _error_output(error: BaseException) -> Any:
    """Make an error output; its traceback begins in the cell, not in IPython."""
    details = traceback.TracebackException.from_exception(error)
    own = [at for at, frame in enumerate(details.stack) if frame.filename.startswith("<ipython-input")]
    details.stack = traceback.StackSummary.from_list(details.stack[own[0] if own else len(details.stack) :])
    lines = "".join(details.format()).splitlines()
    return _new_output("error", ename=type(error).__name__, evalue=str(error), traceback=lines)


def new_shell(folder: str) -> ReportShell:
    """Start IPython afresh; what it keeps on disk goes into `folder`, and no history is kept."""
    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "nocolor"
    config.InteractiveShell.ipython_dir = folder
    config.InteractiveShell.warn_venv = False
    ReportShell.clear_instance()
    shell: ReportShell = ReportShell.instance(config=config)
    shell.outputs = Outputs()
    return shell
