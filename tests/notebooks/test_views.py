"""The notebooks of the three views and of the canvas, run without a screen, into HTML and PDF."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import nbformat
import page
import papermill
import pikepdf
import pytest

from tests.printing.pdf_checks import check_pdf
from toptaak.core.errors import InputRefused, ToptaakError
from toptaak.numbers.handover import RESULTS_MIME
from toptaak.printing.blocks import MIME
from toptaak.printing.exporters import ToptaakHTMLExporter, ToptaakPDFExporter
from toptaak.printing.html_checks import check_html

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
NAMES = ("bestuur", "toptaakteam", "uitvoering", "canvas")
HEADINGS = {
    "bestuur": (
        "Wat wij u vragen te besluiten",
        "Hoe het gaat met de toptaken",
        "Doelen",
        "Waar is het meest te winnen?",
    ),
    "toptaakteam": (
        "Het kwartaal in het kort",
        "Per kanaal",
        "Signalen",
        "Wat gebeurde er na elke wijziging?",
        "Proeven",
        "Wensen",
    ),
    "uitvoering": ("Signalen", "Waar taakpogingen mislukken", "Waar zaken stilliggen", "Wat medewerkers meldden"),
    "canvas": ("Onze ambitie", "Doelen"),
}
pytestmark = pytest.mark.slow


class Made(NamedTuple):
    """What one run of a notebook gives."""

    notebook: Any
    html: str
    pdf: bytes


def execute(name: str, data: Path, **parameters: str) -> Any:
    return papermill.execute_notebook(
        str(NOTEBOOKS / f"{name}.ipynb"), None, parameters | {"data": str(data)}, engine_name="toptaak",
        kernel_name="python3", progress_bar=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def run(example_data: Path) -> Callable[..., Made]:
    def made(name: str, **parameters: str) -> Made:
        notebook = execute(name, example_data, **parameters)
        html, _ = ToptaakHTMLExporter().from_notebook_node(notebook)
        pdf, _ = ToptaakPDFExporter().from_notebook_node(notebook)
        return Made(notebook, html, pdf)  # type: ignore[arg-type]

    return made


@pytest.mark.parametrize("name", NAMES)
def test_cells_are_thin_and_hold_no_results(name: str) -> None:
    notebook = nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4)  # type: ignore[no-untyped-call]
    nbformat.validate(notebook)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert sum("parameters" in cell.metadata.get("tags", []) for cell in cells) == 1
    for cell in cells:
        assert not cell.outputs
        assert cell.execution_count is None
        assert len(cell.source.splitlines()) <= 12
        assert not [line for line in cell.source.splitlines() if line.lstrip().startswith(("def ", "class "))]


@pytest.mark.parametrize("name", NAMES)
def test_each_becomes_a_page_and_a_pdf_that_validators_accept(
    run: Callable[..., Made], example_data: Path, tmp_path: Path, name: str
) -> None:
    made = run(name)
    assert [one for one in HEADINGS[name] if f">{one}</h2>" not in made.html] == []
    assert check_html(made.html, "nl") == []
    assert check_pdf(made.pdf) == []
    assert str(example_data) not in made.html
    (tmp_path / f"{name}.pdf").write_bytes(made.pdf)
    for profile in (page.ValidationProfile.PDF_UA_1, page.ValidationProfile.PDF_A_2A):
        verdict = page.validate_pdf(str(tmp_path / f"{name}.pdf"), profile=profile)
        assert verdict.is_compliant, (profile, verdict)
    outputs = [output.data for cell in made.notebook.cells for output in cell.get("outputs", [])]
    assert all("text/html" in data for data in outputs if MIME in data), "JupyterLab shows the blocks as well"
    assert sum(RESULTS_MIME in data for data in outputs) == 1


def test_the_board_has_two_pages_on_paper(run: Callable[..., Made]) -> None:
    with pikepdf.open(io.BytesIO(run("bestuur", municipality="GM9910").pdf)) as file:
        assert len(file.pages) == 2
        assert [round(float(edge)) for edge in file.pages[0].mediabox[2:]] == [595, 842], "A4"


def test_the_canvas_shows_its_poster_in_jupyterlab_and_tells_the_command_on_paper(run: Callable[..., Made]) -> None:
    made = run("canvas", team="Toptaakteam Afval")
    (poster,) = [
        output.data
        for cell in made.notebook.cells
        for output in cell.get("outputs", [])
        if "<iframe srcdoc=" in output.data.get("text/html", "")
    ]
    assert "&lt;h1&gt;" in poster["text/html"]
    assert "<script" not in poster["text/html"]
    assert "toptaak canvas -m GM9901 -q 2026Q3 --team" in made.html


def test_a_coming_quarter_shows_the_results_there_are(example_data: Path, tmp_path: Path) -> None:
    import shutil

    data = tmp_path / "data"
    shutil.copytree(example_data, data)
    now, coming = (data / "canvas" / quarter / "GM9901" for quarter in ("2026Q3", "2026Q4"))
    text = (now / "canvas.toml").read_text(encoding="utf-8")
    coming.mkdir(parents=True)
    text = text.replace("2026Q3", "2026Q4").replace("2026-09-25", "2026-12-18")
    (coming / "canvas.toml").write_text(text, encoding="utf-8")
    notebook = execute("canvas", data, quarter="2026Q4")
    html, _ = ToptaakHTMLExporter().from_notebook_node(notebook)
    assert "2026-K4</title>" in str(html)
    assert "hoe ze ervoor staan op 30 september 2026" in str(html)


@pytest.mark.parametrize("name", NAMES)
def test_a_misspelt_parameter_stops_the_notebook(example_data: Path, name: str) -> None:
    with pytest.raises(InputRefused, match="municipality"):
        execute(name, example_data, municipalty="GM9901")


def test_without_a_canvas_the_notebook_tells_how_to_make_one(example_data: Path) -> None:
    with pytest.raises(ToptaakError, match="toptaak canvas --new -m GM9901 -q 2027Q4"):
        execute("canvas", example_data, quarter="2027Q4")
