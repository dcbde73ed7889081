"""`%load_ext toptaak` in a real kernel: Dutch numbers, and a text beside each figure."""

from __future__ import annotations

from typing import Any

import papermill
import pytest
from nbformat import v4

CELLS = (
    "%load_ext toptaak\nimport pandas as pd\nimport matplotlib.pyplot as plt",
    "pd.DataFrame({'aandeel': [1234.5]})",
    "_ = plt.plot([1, 2])\n_ = plt.title('Twee punten op een lijn')",
    "from matplotlib.figure import Figure\nfigure = Figure()\n_ = figure.subplots().plot([1, 2])\nfigure",
)


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> list[Any]:
    """The output of each cell but the first, as a plain kernel gives it."""
    book: Any = v4.new_notebook(cells=[v4.new_code_cell(text) for text in CELLS])  # type: ignore[no-untyped-call]
    path = tmp_path_factory.mktemp("own")
    with pytest.MonkeyPatch.context() as environment:
        environment.delenv("MPLBACKEND", raising=False)  # a batch sets it, and the kernel would take it over
        made = papermill.execute_notebook(
            book, str(path / "uit.ipynb"), kernel_name="python3", language="python", progress_bar=False, cwd=str(path)
        )
    return [cell.outputs[-1] for cell in made.cells[-3:]]


def test_a_frame_shows_dutch_numbers(outputs: list[Any]) -> None:
    assert "1.234,5" in outputs[0].data["text/html"]


def test_a_figure_keeps_its_title_as_its_text(outputs: list[Any]) -> None:
    drawn, own = outputs[1:]
    assert drawn.metadata["image/png"]["alt"] == "Twee punten op een lijn"
    assert own.metadata["image/png"]["alt"] == "Figuur zonder titel"
    assert all(output.data["image/png"] for output in (drawn, own))
