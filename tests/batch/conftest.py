"""A small notebook, data and store to make reports of; a municipality's `.py` file is run by its report."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from nbformat import v4

from toptaak.batch.plan import Request
from toptaak.batch.run_page import FILE_NAME as RUN_PAGE
from toptaak.core.faults import Fault
from toptaak.core.periods import Quarter
from toptaak.core.settings import Settings

QUARTER = "2026Q3"
PARAMETERS = 'municipality = "GM9901"\nquarter = "2026Q3"\nlanguage = "nl"\ndata = "."'
CELLS = (
    """from pathlib import Path
from toptaak.printing.blocks import Cover, Text
Cover("Kwartaalrapport", "proef", municipality, quarter, language, "2026-09-30")""",
    """extra = Path(data) / f"{municipality}.py"
exec(extra.read_text() if extra.exists() else "")""",
    """from IPython.display import display
records = [{"measure": "reach", "n": 20, "estimate": 0.25}]
display(
    {
        "application/vnd.toptaak.block+json": Text(["Klaar."]).to_data(),
        "application/vnd.toptaak.results+json": records,
    },
    raw=True,
)""",
)


def notebook_of(*sources: str, parameters: str = PARAMETERS) -> nbformat.NotebookNode:
    cells = [v4.new_code_cell(parameters, metadata={"tags": ["parameters"]})]
    return v4.new_notebook(cells=cells + [v4.new_code_cell(source) for source in sources])


@dataclass
class FakeStore:
    """The data of a few municipalities: one file each, its content is the fingerprint."""

    data: Path
    codes: tuple[str, ...]
    settings: Settings = field(default_factory=Settings)
    rows: int = 100
    with_quarters: tuple[str, ...] = ("2026Q2", QUARTER)

    def municipalities(self) -> list[str]:
        return list(self.codes)

    faults: tuple[Fault, ...] = ()

    def account(self) -> pd.DataFrame:
        counted = {"rows_read": self.rows, "rows_used": self.rows, "rows_set_aside": 0, "rows_left_out": 0}
        return pd.DataFrame([{"file": "attempts.csv", "table": "attempts"} | counted])

    def quarters(self, municipality: str) -> list[Quarter]:
        if municipality not in self.codes:
            return []
        file = self.data / f"{municipality}.quarters"
        quarters = file.read_text().split() if file.exists() else self.with_quarters
        return [Quarter.parse(quarter) for quarter in quarters]

    def table(self, name: str, municipality: str | None = None) -> pd.DataFrame | None:
        file = self.data / f"{name}.csv"
        return pd.read_csv(file, dtype=str) if file.exists() else None

    def fingerprint(self, municipality: str) -> str:
        file = self.data / f"{municipality}.py"
        return hashlib.sha256(file.read_bytes() if file.exists() else b"").hexdigest()


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """A folder with data, and the notebook; reports go beside them."""
    (tmp_path / "data").mkdir()
    nbformat.write(notebook_of(*CELLS), tmp_path / "report.ipynb")
    return tmp_path


@pytest.fixture
def request_(office: Path) -> Request:
    return Request(office / "data", office / "reports", office / "report.ipynb", "nl")


@pytest.fixture
def store(office: Path) -> FakeStore:
    return FakeStore(office / "data", ("GM9901", "GM9902", "GM9903"))


def tree(folder: Path) -> dict[str, bytes]:
    """All files below a folder; left out are hidden ones, and the page that tells how long a run took."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        and path.name != RUN_PAGE
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    }
