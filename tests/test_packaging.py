"""The files that set a machine up agree with each other and name no index."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

REPOSITORY = Path(__file__).parents[1]
SEVEN = {"jupyterlab", "pandas", "matplotlib", "seaborn", "scipy", "papermill", "nbconvert"}
# written in pieces, so that this file does not find itself
INDEX_HOSTS = re.compile("|".join(["python" + "hosted", "//py" + r"pi\.", r"registry\.npm" + "js", "file:" + "//"]))


@pytest.fixture(scope="module")
def project() -> dict[str, object]:
    return tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def committed_files() -> list[Path]:
    names = subprocess.run(["git", "ls-files", "-z"], cwd=REPOSITORY, capture_output=True, text=True, check=True).stdout
    return [REPOSITORY / name for name in names.split("\0") if name and (REPOSITORY / name).is_file()]


def locked() -> dict[str, str]:
    text = (REPOSITORY / "requirements.lock").read_text(encoding="utf-8")
    return {canonicalize_name(name): version for name, version in re.findall(r"^([\w.-]+)==([^\s;\\]+)", text, re.M)}


def test_environment_yml_repeats_the_bounds_of_pyproject(project: dict[str, list[str]]) -> None:
    listed = yaml.safe_load((REPOSITORY / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
    conda = {entry.name: entry.specifier for entry in map(Requirement, (x for x in listed if isinstance(x, str)))}
    ours = {entry.name: entry.specifier for entry in map(Requirement, project["dependencies"])}
    assert conda.keys() >= SEVEN
    assert {name: conda[name] for name in SEVEN} == {name: ours[name] for name in SEVEN}
    assert str(conda["python"]) == project["requires-python"]


def test_the_lock_satisfies_pyproject(project: dict[str, list[str]]) -> None:
    versions = locked()
    for requirement in map(Requirement, project["dependencies"]):
        assert requirement.specifier.contains(versions[canonicalize_name(requirement.name)]), requirement
    assert "hatchling" in versions, "the editable install builds without isolation"


def test_every_locked_package_has_a_hash() -> None:
    text = (REPOSITORY / "requirements.lock").read_text(encoding="utf-8")
    entries = re.split(r"^(?=[\w.-]+==)", text, flags=re.M)[1:]
    assert entries
    assert all("--hash=sha256:" in entry for entry in entries)


def test_no_committed_file_holds_the_address_of_an_index() -> None:
    assert not (REPOSITORY / "uv.lock").exists() or "uv.lock" in (REPOSITORY / ".gitignore").read_text()
    found = [
        path.name
        for path in committed_files()
        if path.suffix not in {".ttf", ".woff2", ".png", ".parquet"}
        and INDEX_HOSTS.search(path.read_text(encoding="utf-8", errors="ignore"))
    ]
    assert found == []


def test_importing_the_package_loads_nothing_heavy() -> None:
    heavy = ["pandas", "matplotlib", "seaborn", "scipy", "papermill", "nbconvert", "typst", "pandera"]
    code = f"import sys, toptaak; sys.exit(', '.join(m for m in {heavy} if m in sys.modules) or 0)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_notebooks_are_committed_without_outputs_and_thin() -> None:
    import nbformat

    for path in [file for file in committed_files() if file.suffix == ".ipynb"]:
        notebook = nbformat.read(path, as_version=4)
        for cell in (cell for cell in notebook.cells if cell.cell_type == "code"):
            assert not cell.outputs, path.name
            assert cell.execution_count is None, path.name
            assert len(cell.source.splitlines()) <= 12, path.name
            assert not re.search(r"^\s*(def|class) ", cell.source, re.M), path.name
