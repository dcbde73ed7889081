"""A researcher's own frames and drawings as blocks of a report."""

from __future__ import annotations

from types import ModuleType

import nbformat.v4 as v4
import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure as Drawing

from toptaak.core.errors import ToptaakError
from toptaak.printing.blocks import Block, Figure, Table
from toptaak.printing.document import read_notebook

ALT = "Staafdiagram: via de website lukt 78 procent, aan de balie 50 procent."


def bars() -> Drawing:
    figure = Drawing()
    axes = figure.subplots()
    axes.bar(["website", "balie"], [78.0, 50.0])
    axes.set_title("Via de website lukt het vaker")
    axes.set_ylabel("procent gelukt")
    return figure


def test_a_frame_with_small_groups_hides_them_and_one_without_n_says_it_is_unchecked() -> None:
    frame = pd.DataFrame({"Kanaal": ["website", "balie"], "Gelukt": [0.784, 0.5], "n": [41, 9]})
    table = Table.of(frame, caption="Gelukt per kanaal")
    assert table.rows == (("website", "0,78", "41"), ("balie", "–", "minder dan 10"))
    assert table.note == ""
    assert "niet gecontroleerd" in Table.of(frame.drop(columns="n"), caption="Gelukt").note


def test_an_index_with_a_name_is_the_first_column() -> None:
    frame = pd.DataFrame({"n": [40]}, index=pd.Index(["web"], name="Kanaal"))
    assert Table.of(frame, "t").rows == (("web", "40"),)


def test_a_drawing_brings_its_title_and_numbers() -> None:
    figure = Figure.of(bars().axes[0], alt=ALT)
    assert figure.title == "Via de website lukt het vaker"
    assert [column.label for column in figure.data.columns] == ["x", "procent gelukt"]
    assert figure.data.rows == (("website", "78"), ("balie", "50"))
    assert Block.from_data(figure.to_data()) == figure


def test_lines_and_points_are_read_back_too() -> None:
    drawing = Drawing()
    axes = drawing.subplots()
    axes.plot([1, 2], [3.5, 4.0], label="dit jaar")
    axes.scatter([5], [6], label="doel")
    figure = Figure.of(drawing, ALT, title="Lijn en punt")
    assert figure.data.rows == (("dit jaar", "1", "3,50"), ("dit jaar", "2", "4"), ("doel", "5", "6"))


@pytest.mark.parametrize(
    ("drawing", "alt", "title", "said"),
    [
        (bars(), "te kort", "", "alt"),
        (Drawing(), ALT, "", "titel"),
        (Drawing(), ALT, "Leeg", "data=tabel"),
        (np.zeros(3), ALT, "Geen tekening", "ndarray"),
    ],
)
def test_what_cannot_be_shown_is_said_with_what_to_do(drawing: object, alt: str, title: str, said: str) -> None:
    with pytest.raises(ToptaakError, match=said):
        Figure.of(drawing, alt, title=title)  # type: ignore[arg-type]


def test_own_cells_are_part_of_the_report_and_a_tag_keeps_one_out(sample: ModuleType) -> None:
    own = [Table.of(pd.DataFrame({"n": [40]}), "Eigen tabel"), Figure.of(bars(), ALT)]
    notebook = sample.notebook([[sample.cover()], own])
    aside = v4.new_code_cell("df", execution_count=9, metadata={"tags": ["niet-in-rapport"]})
    aside.outputs = [v4.new_output("stream", name="stdout", text="12")]
    notebook.cells.append(aside)
    document = read_notebook(notebook)
    assert [node.block for node in document.nodes] == ["table", "figure"]
