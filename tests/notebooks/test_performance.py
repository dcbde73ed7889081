"""The notebooks on performance, run without a screen on the example: whole, clean, and plain about what is missing."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import nbformat
import page
import papermill
import pytest

from tests.printing.pdf_checks import check_pdf
from toptaak.core.errors import InputRefused
from toptaak.example import write_example
from toptaak.printing.blocks import MIME
from toptaak.printing.exporters import ToptaakHTMLExporter, ToptaakPDFExporter
from toptaak.printing.html_checks import check_html

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
HEADINGS = {
    "prestatie": (
        "Alle KPI’s in 2026-K3", "Hetzelfde op volgorde: tijden en scores", "In eigen woorden",
        "Kwartaal na kwartaal", "Hoe taakpogingen aflopen", "Alle KPI’s per kanaal",
        "Alle KPI’s per taak", "Klantinspanning, waardering en aanbeveling", "Eén cijfer per taak: toptaak-TPI",
        "Week na week: schommeling of verandering?", "Wat gebeurde er na elke wijziging?", "Waar de cijfers op rusten",
    ),
    "klantreizen": (
        "Hoe lang duurt het tot een zaak klaar is?", "De weg van de klant", "Van kanaal naar kanaal",
        "Waar zaken blijven liggen", "Wat doet stilte?", "Waar de cijfers op rusten",
    ),
    "vergelijking": (
        "Zo leest u deze vergelijking", "Wie valt op?", "Succesratio", "Ramp-ratio", "Doorlooptijd",
        "Contacten per zaak", "Waardering", "Net Promoter Score (NPS)", "Waar de cijfers op rusten",
    ),
    "drijfveren": (
        "Wat hangt samen met de waardering?", "Hetzelfde met een andere methode", "Cijfers per onderdeel",
        "Waar de cijfers op rusten",
    ),
}  # fmt: skip
OF_ONE = [name for name in HEADINGS if name != "vergelijking"]
NEEDS = {"prestatie": "ratings", "klantreizen": "contacts", "drijfveren": "ratings"}
Made = tuple[Any, str, bytes]
Run = Callable[..., Made]
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def run() -> Run:
    @cache
    def made(name: str, data: Path, **parameters: object) -> Made:
        notebook = papermill.execute_notebook(
            str(NOTEBOOKS / f"{name}.ipynb"), None, parameters | {"data": str(data)}, engine_name="toptaak",
            kernel_name="python3", progress_bar=False,
        )  # fmt: skip
        html, _ = ToptaakHTMLExporter().from_notebook_node(notebook)
        pdf, _ = ToptaakPDFExporter().from_notebook_node(notebook)
        return notebook, html, pdf  # type: ignore[return-value]

    return made


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Attempts of one quarter and nothing else."""
    folder = tmp_path_factory.mktemp("few") / "data"
    write_example(folder, 1, 1, tables=["tasks", "attempts"])
    return folder


@pytest.fixture(scope="module")
def hidden(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example of one municipality with a threshold that nothing reaches."""
    folder = tmp_path_factory.mktemp("hidden") / "data"
    write_example(folder, 1, 4)
    settings = folder / "settings.toml"
    settings.write_text(settings.read_text(encoding="utf-8").replace("minimum_n = 10", "minimum_n = 1000000"))
    return folder


def assert_good(made: Made, folder: Path, language: str = "nl") -> None:
    _, html, pdf = made
    assert check_html(html, language) == []
    assert check_pdf(pdf, language) == []
    (folder / "report.pdf").write_bytes(pdf)
    for profile in (page.ValidationProfile.PDF_UA_1, page.ValidationProfile.PDF_A_2A):
        verdict = page.validate_pdf(str(folder / "report.pdf"), profile=profile)
        assert verdict.is_compliant, (profile, verdict)


@pytest.mark.parametrize("name", HEADINGS)
def test_cells_are_thin_and_hold_no_results(name: str) -> None:
    notebook = nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4)  # type: ignore[no-untyped-call]
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert sum("parameters" in cell.metadata.get("tags", []) for cell in cells) == 1
    for cell in cells:
        assert not cell.outputs
        assert cell.execution_count is None
        assert len(cell.source.splitlines()) <= 12
        assert not [line for line in cell.source.splitlines() if line.lstrip().startswith(("def ", "class "))]


@pytest.mark.parametrize("name", HEADINGS)
def test_every_part_of_the_full_example_is_there(run: Run, example_data: Path, tmp_path: Path, name: str) -> None:
    made = run(name, example_data)
    assert_good(made, tmp_path)
    assert [one for one in HEADINGS[name] if f">{one}</h2>" not in made[1]] == []
    assert "niet aangeleverd" not in made[1]
    assert str(example_data) not in made[1]
    outputs = [output.data for cell in made[0].cells for output in cell.get("outputs", [])]
    assert all(MIME in data and "text/html" in data for data in outputs), "JupyterLab shows the blocks as well"


@pytest.mark.parametrize(
    ("municipality", "name"), [*zip(("GM9902", "GM9904", "GM9908"), OF_ONE, strict=True), ("GM9911", "prestatie")]
)
def test_special_municipalities_give_clean_reports(
    run: Run, example_data: Path, tmp_path: Path, municipality: str, name: str
) -> None:
    made = run(name, example_data, municipality=municipality)
    assert_good(made, tmp_path)
    assert not re.search(r">(nan|None|<NA>)<", made[1])


@pytest.mark.parametrize("name", HEADINGS)
def test_the_english_report_is_english(run: Run, example_data: Path, tmp_path: Path, name: str) -> None:
    made = run(name, example_data, language="en")
    assert_good(made, tmp_path, "en")
    seen = re.sub(r"<[^>]*>", " ", made[1].partition("<main")[2])
    assert not re.search(r"\b(aantoonbaar|waardering|kwartaal|gemiddelde|streefwaarde|waarnemingen)\b", seen)


@pytest.mark.parametrize("name", OF_ONE)
def test_a_missing_table_is_named(run: Run, few: Path, tmp_path: Path, name: str) -> None:
    made = run(name, few)
    assert_good(made, tmp_path)
    assert f"‘{NEEDS[name]}’" in made[1] or "overgenomen" in made[1]


@pytest.mark.parametrize("name", HEADINGS)
def test_small_cells_stay_hidden(run: Run, hidden: Path, tmp_path: Path, name: str) -> None:
    made = run(name, hidden)
    assert_good(made, tmp_path)
    shown = re.sub(r"<[^>]*>", " ", made[1].partition("<main")[2])
    assert not re.search(r"\d+,\d%", shown.replace("Amsterdam", ""))
    assert "n = 1" not in shown


def test_one_municipality_is_not_compared(run: Run, few: Path, tmp_path: Path) -> None:
    made = run("vergelijking", few)
    assert_good(made, tmp_path)
    assert "Er valt niets te vergelijken" in made[1]
    assert "<svg" not in made[1].partition("<main")[2]


def test_the_same_input_gives_the_same_bytes(example_data: Path, run: Run) -> None:
    again = run.__wrapped__("drijfveren", example_data)  # type: ignore[attr-defined]
    assert run("drijfveren", example_data)[1:] == again[1:]


@pytest.mark.parametrize(("name", "right"), [("prestatie", "municipality"), ("vergelijking", "quarter")])
def test_a_misspelt_parameter_stops_the_notebook(run: Run, example_data: Path, name: str, right: str) -> None:
    with pytest.raises(InputRefused, match=right):
        run(name, example_data, **{right[:-1]: "GM9901"})
