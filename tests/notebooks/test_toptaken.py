"""The research notebook, run without a screen: on the example and on real votes, into HTML, PDF and a workbook."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import page
import papermill
import pytest
from python_calamine import CalamineWorkbook

from tests.printing.pdf_checks import check_pdf
from toptaak.printing.blocks import MIME
from toptaak.printing.exporters import ToptaakHTMLExporter, ToptaakPDFExporter
from toptaak.printing.html_checks import check_html

REPOSITORY = Path(__file__).parents[2]
NOTEBOOK = REPOSITORY / "notebooks" / "toptaken.ipynb"
pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Made:
    """What one run of the notebook gives."""

    notebook: Any
    html: str
    pdf: bytes
    workbook: bytes


Run = Callable[..., Made]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    def made(data: Path, **parameters: object) -> Made:
        book = tmp_path_factory.mktemp("workbook") / "toptaken.xlsx"
        notebook = papermill.execute_notebook(
            str(NOTEBOOK), None, parameters | {"data": str(data), "workbook": str(book)}, engine_name="toptaak",
            kernel_name="python3", progress_bar=False,
        )  # fmt: skip
        html, _ = ToptaakHTMLExporter().from_notebook_node(notebook)
        pdf, _ = ToptaakPDFExporter().from_notebook_node(notebook)
        return Made(notebook, html, pdf, book.read_bytes() if book.exists() else b"")  # type: ignore[arg-type]

    return made


@pytest.fixture(scope="module")
def full(run: Run, example_data: Path) -> Made:
    """The municipality that has everything the notebook can show."""
    return run(example_data, municipality="GM9910", band_cut="head", weight_by=["age_group", "sex"], weight_cap=0)


@pytest.fixture(scope="module")
def vote(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    def data(number: str) -> Path:
        folder = tmp_path_factory.mktemp(number) / "data"
        (folder / "mappings").mkdir(parents=True)
        shutil.copy(REPOSITORY / "data" / "mappings" / "stemmen_amsterdam.toml", folder / "mappings")
        for name in ("stemmen.csv", "taken.csv"):
            shutil.copy(shared_data / f"stemmen_amsterdam_{number}" / name, folder)
        return folder

    return data


def sheets(made: Made) -> dict[str, list[list[object]]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(made.workbook))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def assert_good(made: Made, folder: Path, language: str = "nl") -> None:
    assert check_html(made.html, language) == []
    assert check_pdf(made.pdf, language) == []
    (folder / "toptaken.pdf").write_bytes(made.pdf)
    for profile in (page.ValidationProfile.PDF_UA_1, page.ValidationProfile.PDF_A_2A):
        verdict = page.validate_pdf(str(folder / "toptaken.pdf"), profile=profile)
        assert verdict.is_compliant, (profile, verdict)
    for rows in sheets(made).values():
        assert len(rows) > 1
        assert all(isinstance(cell, str) and cell for cell in rows[0])


def test_cells_are_thin_and_hold_no_results() -> None:
    notebook = nbformat.read(NOTEBOOK, as_version=4)  # type: ignore[no-untyped-call]
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert sum("parameters" in cell.metadata.get("tags", []) for cell in cells) == 1
    for cell in cells:
        assert not cell.outputs
        assert cell.execution_count is None
        assert len(cell.source.splitlines()) <= 12
        assert not [line for line in cell.source.splitlines() if line.lstrip().startswith(("def ", "class "))]


@pytest.mark.parametrize(
    ("municipality", "language", "band_cut"),
    [("GM9901", "en", "quarters"), ("GM9904", "nl", "")],
)
def test_the_example_becomes_a_research_report(
    run: Run, example_data: Path, tmp_path: Path, municipality: str, language: str, band_cut: str
) -> None:
    made = run(example_data, municipality=municipality, language=language, band_cut=band_cut)
    assert_good(made, tmp_path, language)
    assert str(example_data) not in made.html


def test_every_part_of_the_full_example_is_there(full: Made, tmp_path: Path) -> None:
    assert_good(full, tmp_path)
    headings = (
        "Ranglijst", "Waar de toptaken ophouden", "Hoe zeker is de volgorde?", "Genoeg stemmers?", "Wie kiest wat?",
        "Weging naar de bevolking", "Klanten en de organisatie", "Waar de kanalen vragen over krijgen",
        "Waar de cijfers op rusten",
    )  # fmt: skip
    assert [one for one in headings if f">{one}</h2>" not in full.html] == []
    assert "niet aangeleverd" not in full.html
    assert len(sheets(full)) >= 15
    assert "Gewogen naar leeftijd en geslacht, om de beurt tot alles klopt (raking)." in full.html
    outputs = [output.data for cell in full.notebook.cells for output in cell.get("outputs", [])]
    assert all(MIME in data and "text/html" in data for data in outputs), "JupyterLab shows the blocks as well"


@pytest.mark.parametrize(
    ("number", "voters", "tasks", "first"),
    [("285", "5.510", "97", "Actieplan Afval"), ("647", "3.190", "19", "Bomen tegen hittestress")],
)
def test_a_real_vote_becomes_a_research_report(
    run: Run, vote: Callable[[str], Path], tmp_path: Path, number: str, voters: str, tasks: str, first: str
) -> None:
    made = run(vote(number), municipality="GM0363")
    assert_good(made, tmp_path)
    assert f"{voters} mensen kozen uit een lijst van {tasks} taken" in made.html
    assert made.html.count("niet aangeleverd") == 3, "population, the organisation's vote and the channels' lists"
    table = sheets(made)["Ranglijst"]
    assert table[1][table[0].index("taakcode (naam)")] == first


def test_the_published_count_of_every_project_is_that_of_the_workbook(
    run: Run, vote: Callable[[str], Path], shared_data: Path
) -> None:
    table = sheets(run(vote("647"), municipality="GM0363"))["Ranglijst"]
    code, votes = (table[0].index(name) for name in ("taakcode", "stemmen"))
    ours = {str(row[code]): row[votes] for row in table[1:]}
    lines = (shared_data / "stemmen_amsterdam_647" / "taken.csv").read_text(encoding="utf-8").splitlines()[1:]
    assert ours == {line.split(";")[0]: float(line.rsplit(";", 1)[1]) for line in lines}


def test_one_voter_becomes_a_report_without_numbers(run: Run, tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "tasks.csv").write_text("list_version;task_id;label\n1;T1;Paspoort\n1;T2;Afval\n", "utf-8")
    (data / "respondents.csv").write_text("survey;respondent;municipality;date\ne;1;GM0363;2026-05-01\n", "utf-8")
    (data / "ballots.csv").write_text("survey;respondent;task_id\ne;1;T1\n", "utf-8")
    made = run(data, municipality="GM0363")
    assert check_html(made.html, "nl") == []
    assert check_pdf(made.pdf, "nl") == []
    assert "Er stemden minder dan 10 mensen." in made.html
    assert "Paspoort" not in made.html
    assert made.workbook == b"", "not even an order that tells what one person chose"
    assert "Er is geen werkboek gemaakt." in made.html


def test_the_same_input_gives_the_same_bytes(run: Run, example_data: Path) -> None:
    one, other = (run(example_data, municipality="GM9904") for _ in range(2))
    assert one.html == other.html
    assert one.pdf == other.pdf
    assert one.workbook == other.workbook


def test_a_misspelt_parameter_stops_the_notebook(run: Run, example_data: Path) -> None:
    from toptaak.core.errors import InputRefused

    with pytest.raises(InputRefused, match="municipality"):
        run(example_data, municipalty="GM9901")
