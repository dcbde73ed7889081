"""Where canvases and trials stand in a data folder, and reading a canvas.

`<data>/canvas/<quarter>/<municipality>/canvas.toml` is the municipality's; `<team>.toml` beside it a team's.
`<data>/trials/<municipality>.toml` holds its trials.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Final

from toptaak.core.errors import ToptaakError
from toptaak.core.faults import shown
from toptaak.core.municipalities import name_of
from toptaak.core.periods import Quarter
from toptaak.core.wording import message
from toptaak.governance.canvas import FILE_NAME, Canvas, load_canvas
from toptaak.kpi.measures import CATALOGUE

FOLDER: Final = "canvas"
TRIALS: Final = "trials"


def canvas_folder(data: Path, quarter: Quarter, municipality: str) -> Path:
    """Give the folder in which a municipality's canvases of a quarter stand."""
    return data / FOLDER / str(quarter) / municipality


def canvas_file(data: Path, quarter: Quarter, municipality: str, team: str = "") -> Path:
    """Give the place of a canvas; without a team that of the municipality itself.

    Raises
    ------
    ToptaakError
        for a team's name that is no name of a file.

    Examples
    --------
    >>> canvas_file(Path("data"), Quarter(2026, 3), "GM0363", "Afval").as_posix()
    'data/canvas/2026Q3/GM0363/afval.toml'
    """
    name = team.strip().lower().replace(" ", "-")
    if name and not all(word.isalnum() for word in name.split("-")):
        raise ToptaakError(message("{team} is no name of a team: use letters and digits.", team=shown(team)))
    return canvas_folder(data, quarter, municipality) / (f"{name}.toml" if name else FILE_NAME)


def canvas_files(data: Path, quarter: Quarter, municipality: str) -> list[Path]:
    """List the canvases of a municipality and quarter: its own first, then those of teams by name."""
    files = sorted(canvas_folder(data, quarter, municipality).glob("*.toml"))
    return sorted(files, key=lambda path: path.name != FILE_NAME)


def trials_file(data: Path, municipality: str) -> Path:
    """Give the place of a municipality's register of trials, which goes on from quarter to quarter."""
    return data / TRIALS / f"{municipality}.toml"


def municipalities_with_canvas(data: Path, quarter: Quarter) -> list[str]:
    """List the codes that have a canvas of a quarter."""
    return sorted({path.parent.name for path in (data / FOLDER / str(quarter)).glob("*/*.toml")})


def read_canvas(path: Path, quarter: Quarter, municipality: str, known_tasks: Collection[str] | None) -> Canvas:
    """Read a canvas and check that it is the one asked for.

    Raises
    ------
    ToptaakError
        where there is none, with the command that makes one.
    InputRefused
        with every fault at once, each with its line.
    """
    if not path.exists():
        raise _absent(path, quarter, municipality)
    return load_canvas(path, CATALOGUE, quarter, known_tasks, municipality)


def _absent(path: Path, quarter: Quarter, municipality: str) -> ToptaakError:
    others = [file.stem for file in sorted(path.parent.glob("*.toml")) if file.name != FILE_NAME]
    command = f"toptaak canvas --new -m {municipality} -q {quarter}"
    refusal = message(
        "There is no canvas {file} of {name} for {quarter}. Write one with: {command}",
        file=path.name, name=name_of(municipality), quarter=quarter, command=command,
    )  # fmt: skip
    if others:
        return ToptaakError(message("{told} Teams with a canvas: {teams}.", told=refusal, teams=", ".join(others)))
    return ToptaakError(refusal)
