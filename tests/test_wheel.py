"""The built wheel stands alone: in an environment without this checkout it makes the example report."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]
NOTEBOOKS = sorted((REPOSITORY / "notebooks").glob("*.ipynb"))


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(target)]
    subprocess.run(build, cwd=REPOSITORY, check=True, capture_output=True)
    return next(target.glob("toptaak-*.whl"))


def test_the_wheel_holds_the_very_notebooks_of_the_checkout(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        inside = {name: archive.read(name) for name in archive.namelist() if name.endswith(".ipynb")}
    assert inside == {f"toptaak/notebooks/{path.name}": path.read_bytes() for path in NOTEBOOKS}


def test_every_file_of_the_library_is_in_the_wheel(wheel: Path) -> None:
    tracked = subprocess.run(
        ["git", "ls-files", "-z", "toptaak"], cwd=REPOSITORY, capture_output=True, text=True, check=True
    ).stdout.split("\0")
    with zipfile.ZipFile(wheel) as archive:
        assert {name for name in tracked if (REPOSITORY / name).is_file()} - {""} <= set(archive.namelist())


def test_the_wheel_makes_the_example_report_in_an_empty_folder(wheel: Path, tmp_path: Path) -> None:
    """The environment is new and holds the wheel; its dependencies are those of this one, behind it on the path."""
    home, work = tmp_path / "environment", tmp_path / "empty"
    work.mkdir()
    venv.create(home, with_pip=False, symlinks=True)
    python = next(path for path in (home / "bin" / "python", home / "Scripts" / "python.exe") if path.exists())
    paths = {"base": str(home), "platbase": str(home)}
    packages = Path(sysconfig.get_path("purelib", "venv", vars=paths))
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(packages)
    command = [str(python), "-m", "toptaak", "batch", "--example", "-m", "GM9901", "--view", "report"]
    made = subprocess.run(command, cwd=work, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr + made.stdout
    where = subprocess.run(
        [str(python), "-c", "import toptaak; print(toptaak.__file__)"],
        cwd=work,
        capture_output=True,
        text=True,
        check=True,
    )
    assert str(packages) in where.stdout
    folder = work / "reports" / "2026Q3" / "GM9901"
    assert {path.name for path in folder.iterdir()} == {
        "kwartaalrapport.html", "kwartaalrapport.ipynb", "kwartaalrapport.pdf", "manifest.json", "results.csv",
    }  # fmt: skip
