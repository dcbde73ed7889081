"""What nobody may read is nowhere: marks in the columns that are dropped, and in those that only tie rows together."""

from __future__ import annotations

import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from toptaak.cli import main as cli
from toptaak.example import write_example

DROPPED, TYING = "kanarie4815", "zwaluw1623"
TABLES = ("tasks", "attempts", "contacts", "cases", "ratings", "respondents", "ballots", "questions", "open_answers")
TIES = ("respondent", "customer", "case", "handled_by")
NOT_IN_THE_CONTRACT = ("medewerker", "naam melder", "Interne notitie")


def read(path: Path) -> pd.DataFrame:
    if path.suffix == ".parquet":
        return pd.read_parquet(path).astype("string")
    return pd.read_csv(path, sep=";", dtype="string")


def mark(path: Path) -> None:
    """Put a mark in every value that ties rows together, and in columns of which we know nothing."""
    table = read(path)
    for name in table.columns.intersection(TIES):
        table[name] = TYING + "-" + table[name]
    for number, name in enumerate(NOT_IN_THE_CONTRACT):
        table[name] = [f"{DROPPED}-{number}-{row}" for row in range(len(table))]
    spoiled = table.columns.intersection(["date", "opened_at", "started_at"])
    table.loc[table.index[:3], spoiled] = "31-02-2026"  # rows that are told about
    doubled = pd.concat([table, table.iloc[-3:]])
    path.unlink()
    doubled.to_csv(path.with_suffix(".csv"), sep=";", index=False)


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A folder in which everything is marked, its report, and what was said on the way."""
    place = tmp_path_factory.mktemp("kanarie")
    data = place / "data"
    write_example(data, 1, 2, tables=TABLES)
    for path in sorted(data.iterdir()):
        if path.stem in TABLES and path.stem not in {"tasks", "questions"}:
            mark(path)
    settings = data / "settings.toml"
    settings.write_text("set_aside_limit = 1.0\n" + settings.read_text("utf-8"), "utf-8")
    code = "GM9901"
    told = [
        CliRunner().invoke(cli.main, [*words, *map(str, more)])
        for words, more in (
            (["check"], [data]),
            (["report", "-m", code, "-q", "2026Q3", "--data"], [data, "--reports", place / "reports"]),
        )
    ]
    assert [result.exit_code for result in told] == [0, 0], "\n".join(result.output for result in told)
    return place, "".join(result.output for result in told)


def texts(path: Path) -> Iterator[str]:
    """Give all that a reader gets out of a file: its name, its bytes, and what is packed in them."""
    yield path.name
    yield path.read_bytes().decode("utf-8", "replace")
    if path.suffix == ".pdf" and shutil.which("pdftotext"):
        yield subprocess.run(["pdftotext", path, "-"], capture_output=True, text=True, check=True).stdout
    elif path.suffix == ".parquet":
        yield read(path).to_csv()
    elif zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as packed:
            yield from (packed.read(name).decode("utf-8", "replace") for name in packed.namelist())


def with_mark(folder: Path, mark: str) -> list[str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    assert files
    return [path.name for path in files if any(mark in text for text in texts(path))]


def test_no_byte_of_a_publication_holds_a_mark(published: tuple[Path, str]) -> None:
    place, said = published
    made = {path.suffix for path in (place / "reports").rglob("*") if path.is_file()}
    assert {".html", ".pdf", ".ipynb", ".csv", ".json"} <= made
    assert with_mark(place / "reports", DROPPED) == with_mark(place / "reports", TYING) == []
    assert "rij 2" in said, "rows that cannot be used were told about"
    assert DROPPED not in said
    assert TYING not in said


def test_checked_tables_hold_what_ties_rows_and_nothing_else(published: tuple[Path, str]) -> None:
    checked = published[0] / "data" / "checked"
    assert with_mark(checked, DROPPED) == []
    found = with_mark(checked, TYING)
    assert found, "the marks came in, or this test sees nothing"
    assert {Path(name).suffix for name in found} == {".parquet"}
