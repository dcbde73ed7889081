from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
import papermill
import pytest

from tests.batch.conftest import notebook_of
from toptaak.batch.engine import NotebookIncomplete, ToptaakEngine, ensure_complete
from toptaak.core.errors import InputRefused, ToptaakError


def run(*sources: str, parameters: dict[str, Any] | None = None) -> nbformat.NotebookNode:
    return papermill.execute_notebook(
        notebook_of(*sources, parameters='a = "standard"\nb: int = 2'),
        None,
        parameters or {"a": "passed"},
        engine_name="toptaak",
        kernel_name="python3",
        language="python",
        progress_bar=False,
    )


def outputs(*sources: str) -> list[list[dict[str, Any]]]:
    return [[dict(output) for output in cell.outputs] for cell in run(*sources).cells[2:]]


def test_papermill_knows_the_engine() -> None:
    from papermill.engines import papermill_engines

    assert papermill_engines.get_engine("toptaak") is ToptaakEngine


def test_parameters_reach_the_cells_as_they_are() -> None:
    hostile = 'x"; import os # \\ \n €'
    cell = run("a, b", parameters={"a": hostile}).cells[-1]
    assert cell.outputs[0].data["text/plain"] == repr((hostile, 2))


def test_results_displays_and_streams_come_in_order() -> None:
    [cell] = outputs(
        "import sys\n"
        "from IPython.display import display\n"
        "print('een'); print('twee')\n"
        "display({'application/vnd.toptaak.block+json': {'block': 'text'}}, raw=True)\n"
        "print('fout', file=sys.stderr)\n"
        "40 + 2"
    )
    assert [(one["output_type"], one.get("text") or one["data"]) for one in cell] == [
        ("stream", "een\ntwee\n"),
        ("display_data", {"application/vnd.toptaak.block+json": {"block": "text"}}),
        ("stream", "fout\n"),
        ("execute_result", {"text/plain": "42"}),
    ]
    assert cell[-1]["execution_count"] == 3


def test_rich_objects_show_all_their_forms() -> None:
    [cell] = outputs(
        "class Block:\n"
        "    def _repr_mimebundle_(self, **_):\n"
        "        return {'application/vnd.toptaak.block+json': {'n': 1}, 'text/html': '<b>1</b>'}\n"
        "Block()"
    )
    data = cell[0]["data"]
    assert data["application/vnd.toptaak.block+json"] == {"n": 1}
    assert data["text/html"] == "<b>1</b>"


def test_displays_can_be_updated_and_cleared() -> None:
    shown, cleared, image = outputs(
        "h = display('een', display_id=True)",
        "h.update('twee')\nfrom IPython.display import clear_output\nprint('weg'); clear_output(); print('blijft')",
        "clear_output(wait=True)\ndisplay({'image/png': b'\\x89PNG'}, raw=True)",
    )
    assert shown[0]["data"] == {"text/plain": "'twee'"}
    assert [one["text"] for one in cleared] == ["blijft\n"]
    assert image[0]["data"] == {"image/png": "iVBORw=="}


def test_cells_may_await_and_are_the_main_module() -> None:
    awaited, name, silent = outputs("import asyncio\nawait asyncio.sleep(0, 'klaar')", "__name__", "_ = 1;\n2;")
    assert awaited[0]["data"]["text/plain"] == "'klaar'"
    assert name[0]["data"]["text/plain"] == "'__main__'"
    assert silent == []


def test_the_executed_notebook_is_valid_and_complete() -> None:
    nb = run("1", "", "2")
    ensure_complete(nb)
    nbformat.validate(nb)
    assert [cell.execution_count for cell in nb.cells] == [1, 2, 3, None, 4]


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("1 / 0", "ZeroDivisionError"),
        ("def f(:", "SyntaxError"),
        ("%nomagic", "UsageError"),
        ("raise ExceptionGroup('twee', [ValueError(1)])", "ExceptionGroup"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt"),
    ],
)
def test_a_failing_cell_stops_the_run(source: str, name: str) -> None:
    with pytest.raises(papermill.PapermillExecutionError) as caught:
        run("1", source, "raise SystemError('never reached')")
    assert (caught.value.ename, caught.value.exec_count) == (name, 4)


def test_a_traceback_begins_in_the_cell() -> None:
    with pytest.raises(papermill.PapermillExecutionError) as caught:
        run("def f():\n    raise ValueError('kapot')\nf()")
    places = [line for line in caught.value.traceback if "File" in line]
    assert all('File "<ipython-input' in place for place in places)
    assert caught.value.traceback[-1] == "ValueError: kapot"


def test_leaving_early_is_no_success() -> None:
    with pytest.warns(UserWarning, match="exit"), pytest.raises(NotebookIncomplete):
        run("import sys; sys.exit(0)", "1")


def test_an_error_for_the_reader_comes_out_as_itself() -> None:
    with pytest.raises(ToptaakError, match=r"^Vul de tabel in$"):
        run("from toptaak.core.errors import ToptaakError\nraise ToptaakError('Vul de tabel in')")


@pytest.mark.parametrize("name", ["aa", "A", "os=__import__('os');b", "a=print(1);b", "a=1;c", "a.b", "a: print(1)"])
def test_an_unknown_parameter_stops_before_the_first_cell(name: str, tmp_path: Path) -> None:
    canary = tmp_path / "ran"
    with pytest.raises(InputRefused, match="TT-605"):
        run(f"open({str(canary)!r}, 'w')", parameters={name: "x"})
    assert not canary.exists()


def test_an_unknown_parameter_names_the_nearest() -> None:
    with pytest.raises(InputRefused, match=r"Bedoelt u b\?"):
        run("1", parameters={"bb": 1})


def test_a_notebook_without_parameters_takes_none() -> None:
    nb = notebook_of("1")
    nb.cells[0].metadata.tags = []
    with pytest.raises(InputRefused):
        papermill.execute_notebook(
            nb,
            None,
            {"a": 1},
            engine_name="toptaak",
            kernel_name="python3",
            language="python",
            progress_bar=False,
        )


@pytest.mark.parametrize("broken", ["skipped", "error", "order"])
def test_completeness_does_not_trust_papermill(broken: str) -> None:
    nb = run("1", "2", "3")
    for cell in nb.cells:
        cell.metadata.papermill = {"status": "completed", "exception": False}
    if broken == "skipped":
        nb.cells[-1].execution_count = None
    elif broken == "error":
        nb.cells[3].outputs.append(nbformat.v4.new_output("error", ename="E", evalue="", traceback=[]))
    else:
        nb.cells[2].execution_count, nb.cells[3].execution_count = 4, 3
    with pytest.raises(NotebookIncomplete):
        ensure_complete(nb)


def test_runs_do_not_see_each_other() -> None:
    run("left = 1")
    with pytest.raises(papermill.PapermillExecutionError, match="NameError"):
        run("left")
