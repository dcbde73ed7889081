"""Each notebook with what people give it by mistake: a Dutch sentence on what is missing and how to go on."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import papermill
import pytest

import toptaak as tt
from toptaak.core.errors import InputRefused, ToptaakError
from toptaak.example import write_example
from toptaak.numbers.parameters import names_assigned, refuse_misspelt
from toptaak.report.publications import PUBLICATIONS, pages

FOLDER = Path(__file__).parents[2] / "notebooks"
NOTEBOOKS = sorted(path.stem for path in FOLDER.glob("*.ipynb"))
PLACES = {"path", "data"}
LATER = {"workbook": "export", "target_seconds": "composite"}  # parameters of a section, not of `open`
# by parameter: values that nobody can work with, and a word of the sentence that says so
WRONG: dict[str, tuple[list[Any], str]] = {
    "municipality": ([363, "0363", "Atlantis", ["GM9901"]], "municipality"),
    "quarter": ([3, None, "2026Q9", ["2026Q3"], "", "2031Q1"], "quarter"),
    "language": (["de", 5, None, ["nl"], ""], "language"),
    "data": ([None, 5, "", " ", ["a"], "nergens"], "data"),
    "path": ([None, 5, "", ["a"], "nergens.xlsx"], "bestaat niet"),
    "task": (["T99", 5, ["T01"]], "task"),
    "team": (["niemand", 5, ["a"], "../x"], "team|canvas"),
    "survey": (["x", 2026, ["a"]], "survey"),
    "band_cut": (["x", 3], "band_cut"),
    "list_version": (["99", 3], "list_version"),
    "weight_by": ([3, [3]], "weight_by"),
    "weight_cap": (["veel", None, -1, float("nan"), True], "weight_cap"),
    "channel_weights": (["web", [1], {"x": 1}, {"web": "veel"}, {"web": -1}, {"web": float("nan")}], "web|channel_w"),
    "workbook": (["x.pdf", 5, "nergens/x.xlsx"], "xlsx"),
    "measures": (["nope", 5, [5], ["nope"]], "measures|nope"),
    "target_seconds": (["x", -1, float("nan"), float("inf"), None], "target_seconds"),
}  # fmt: skip
TO_DO = re.compile(
    r"kies|geef|noem|pas |zoek|schrijf|maak|bedoelt|lijkt op|controleer|zie |zet |vul |moet|mag niet|gebruik", re.I
)


def source_of(name: str, tag: str = "parameters") -> str:
    cells = nbformat.read(FOLDER / f"{name}.ipynb", as_version=4).cells  # type: ignore[no-untyped-call]
    return str(next(cell.source for cell in cells if tag in cell.metadata.get("tags", [])))


def names(name: str) -> list[str]:
    return names_assigned(source_of(name))


def run(name: str, **parameters: object) -> Any:
    return papermill.execute_notebook(
        str(FOLDER / f"{name}.ipynb"), None, parameters, engine_name="toptaak", kernel_name="python3",
        progress_bar=False,
    )  # fmt: skip


def opened(name: str, **parameters: object) -> None:
    """Do what the cells of a notebook do with its parameters, without the numbers between them."""
    if name == "eigen_enquete":
        tt.survey(**parameters)  # type: ignore[arg-type]
        return
    [publication] = [entry for entry in PUBLICATIONS.values() if entry.notebook == f"{name}.ipynb"]
    report = pages(publication.name)
    later = {known: parameters.pop(known) for known in LATER if known in parameters}
    for known, value in later.items():
        getattr(report, LATER[known])(None, value)
    defaults: dict[str, Any] = {}
    exec(source_of(name), defaults)
    asked = {known: value for known, value in defaults.items() if known in publication.parameters} | parameters
    report.open(**{known: value for known, value in asked.items() if known not in LATER})


def refused(name: str, act: Callable[..., object] = opened, **parameters: object) -> str:
    with pytest.raises(ToptaakError) as told:
        act(name, **parameters)
    sentence = str(told.value)
    assert TO_DO.search(sentence), f"no word on how to go on: {sentence}"
    assert "Traceback" not in sentence
    return sentence


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two municipalities, two quarters, every table."""
    folder = tmp_path_factory.mktemp("world") / "data"
    write_example(folder, 2, 2)
    return folder


@pytest.fixture(scope="module")
def heads(world: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Files that hold their heads only."""
    folder = tmp_path_factory.mktemp("heads")
    for file in world.glob("*.csv"):
        (folder / file.name).write_text(file.read_text("utf-8").splitlines()[0] + "\n", "utf-8")
    return folder


@pytest.fixture(scope="module")
def half(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Attempts of one municipality in one quarter, and nothing else."""
    folder = tmp_path_factory.mktemp("half") / "data"
    write_example(folder, 1, 1, tables=["tasks", "attempts"])
    return folder


def place(name: str, folder: Path) -> dict[str, str]:
    return {next(known for known in names(name) if known in PLACES): str(folder)}


def sound(name: str, folder: Path) -> dict[str, Any]:
    """Give parameters with which the notebook runs."""
    own = {"municipality": "GM9901"} if "municipality" in names(name) else {}
    return place(name, folder) | own


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_folder_that_holds_nothing_of_use(name: str, world: Path, heads: Path, tmp_path: Path) -> None:
    refused(name, **place(name, tmp_path))
    refused(name, **place(name, heads))
    if "municipality" in names(name):
        assert "Utrecht" in refused(name, **place(name, world), municipality="Utrecht").replace("GM0344", "Utrecht")


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_folder_that_is_half_filled(name: str, half: Path) -> None:
    own = {"municipality": "GM9901"} if name in ("eigen_enquete", "toptaken") else {}
    if name in ("canvas", "eigen_enquete"):
        refused(name, **place(name, half), **own)
        return
    made = run(name, **place(name, half), **own)
    shown = str([cell.get("outputs") for cell in made.cells])
    assert re.search(r"niet aangeleverd|overgenomen|niets te vergelijken|te weinig|geen", shown)


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_parameter_of_another_kind_or_beyond_its_limits(name: str, world: Path) -> None:
    for parameter in names(name):
        values, word = WRONG[parameter]
        for value in values:
            if (name, parameter, value) == ("canvas", "quarter", "2031Q1"):
                continue  # a canvas is made ahead of its quarter: the sentence on the file that is absent
            given = {} if parameter in LATER else sound(name, world)
            sentence = refused(name, **(given | {parameter: value}))
            assert re.search(word, sentence), (parameter, value, sentence)


def test_a_list_may_be_given_as_a_text(world: Path) -> None:
    opened("vergelijking", data=str(world), measures="success_rate, disaster_rate")


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_misspelt_parameter_is_named_under_each_engine(name: str) -> None:
    right = names(name)[0]
    assert re.search(f"Bedoelt u {right}", refused(name, run, **{f"{right[:-1]}e": "x"}))
    cells = [f"# Parameters\n{right[:-1]}e = 'x'\n"]
    given = dict.fromkeys(names(name)) | {"In": ["", source_of(name), *cells]}
    check = "refuse_misspelt(globals()" if name == "eigen_enquete" else "globals())"
    notebook = nbformat.read(FOLDER / f"{name}.ipynb", as_version=4)  # type: ignore[no-untyped-call]
    assert any(check in cell.source for cell in notebook.cells), "a kernel asks the same"
    with pytest.raises(InputRefused, match=f"Bedoelt u {right}"):
        refuse_misspelt(given, names(name))


def test_a_kernel_shows_the_sentence_alone(world: Path, tmp_path: Path) -> None:
    """papermill's own engine and a plain kernel; papermill itself goes on with a parameter nobody knows."""
    out = tmp_path / "uit.ipynb"
    with pytest.raises(papermill.PapermillExecutionError) as told:
        papermill.execute_notebook(
            str(FOLDER / "bestuur.ipynb"), str(out), {"gemeente": "GM9901", "data": str(world)}, kernel_name="python3",
            progress_bar=False,
        )  # fmt: skip
    assert "Bedoelt u municipality" in str(told.value)
    cells = nbformat.read(out, as_version=4).cells  # type: ignore[no-untyped-call]
    [error] = [one for cell in cells for one in cell.get("outputs", []) if one.output_type == "error"]
    assert len(error.traceback) == 1
    assert "Bedoelt u municipality" in error.traceback[0]


def test_a_parameter_that_was_renamed_in_its_cell_is_named() -> None:
    with pytest.raises(InputRefused, match="Geef quater in de cel met parameters de naam quarter"):
        refuse_misspelt({"quater": "2026Q3", "data": "x"}, ["quarter", "data"])
    with pytest.raises(InputRefused, match="Zet quarter in de cel met parameters"):
        refuse_misspelt({"data": "x"}, ["quarter", "data"])
