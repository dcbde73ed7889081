from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbformat import NotebookNode, v4

from toptaak.batch.notebook import publishable_copy, results_csv
from toptaak.numbers.handover import RESULTS_MIME


def showing(*record_lists: list[dict[str, Any]]) -> NotebookNode:
    outputs = [v4.new_output("display_data", data={RESULTS_MIME: records}) for records in record_lists]
    return v4.new_notebook(cells=[v4.new_markdown_cell("# Titel"), v4.new_code_cell("1", outputs=outputs)])


def executed(moment: str) -> NotebookNode:
    """A notebook as papermill leaves it: with a time, a place and an id made at random."""
    injected = v4.new_code_cell('data = "/office/person/data"', metadata={"tags": ["injected-parameters"]})
    nb = v4.new_notebook(cells=[injected, v4.new_code_cell("data", execution_count=1)])
    nb.metadata.kernelspec = {"name": "python3"}
    for node in (nb, *nb.cells):
        node.metadata.papermill = {"start_time": moment, "input_path": "/office/person"}
    return nb


def test_the_published_notebook_is_the_same_each_time_and_names_no_place() -> None:
    first, second = (publishable_copy(executed(moment), {"data": "data/raw"}) for moment in ("10:00", "11:00"))
    assert first == second
    assert "/office" not in str(first)
    assert first.cells[0].source == '# Parameters\ndata = "data/raw"'
    assert first.metadata == {"kernelspec": {"name": "python3"}}


def test_the_executed_notebook_itself_is_left_alone() -> None:
    nb = executed("10:00")
    before = str(nb)
    publishable_copy(nb, {"data": "data"})
    assert str(nb) == before


def test_numbers_keep_their_digits_and_absence_is_empty() -> None:
    records = [
        {"measure": "reach", "estimate": 0.1 + 0.2, "n": 12},
        {"measure": "nps", "note": None, "n": -5},
    ]
    assert results_csv(showing(records)) == ("measure,estimate,n,note\r\nreach,0.30000000000000004,12,\r\nnps,,-5,\r\n")


@pytest.mark.parametrize("count", [0, 2])
def test_results_are_shown_once(count: int) -> None:
    with pytest.raises(ValueError, match=f"found {count} times"):
        results_csv(showing(*[[{"n": 1}]] * count))


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=20))
def test_no_text_becomes_a_formula(text: str) -> None:
    written = results_csv(showing([{"label": text, "n": 1}]))
    [_, (label, _)] = csv.reader(io.StringIO(written, newline=""))
    assert label in (text, "'" + text)
    assert not label.lstrip(" ").startswith(tuple("=+-@\t\r\0＝＋－＠"))
