"""From files to published reports, by the command a user types."""

from __future__ import annotations

import csv
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import page
import pikepdf
import pytest
from bs4 import BeautifulSoup

from tests.printing.pdf_checks import check_pdf
from toptaak.printing.html_checks import check_html

REPOSITORY = Path(__file__).parents[1]
MAPPINGS = REPOSITORY / "data" / "mappings"
FILES = ("kwartaalrapport.html", "kwartaalrapport.pdf", "kwartaalrapport.ipynb", "results.csv")


def toptaak(*arguments: object, expected: int = 0) -> str:
    command = [sys.executable, "-m", "toptaak", *map(str, arguments)]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, env=dict(os.environ), check=False)
    assert done.returncode == expected, done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    return done.stdout + done.stderr


def assert_good(folder: Path, language: str = "nl", name: str = "kwartaalrapport") -> None:
    assert all((folder / file).stat().st_size for file in (f"{name}.ipynb", "results.csv"))
    assert check_html((folder / f"{name}.html").read_text(encoding="utf-8"), language) == []
    assert check_pdf((folder / f"{name}.pdf").read_bytes(), language) == []
    for profile in (page.ValidationProfile.PDF_UA_1, page.ValidationProfile.PDF_A_2A):
        verdict = page.validate_pdf(str(folder / f"{name}.pdf"), profile=profile)
        assert verdict.is_compliant, (profile, verdict)


@pytest.fixture(scope="module")
def published(example_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    reports = tmp_path_factory.mktemp("reports")
    some = [word for code in ("GM9901", "GM9902", "GM9904", "GM9907") for word in ("-m", code)]
    toptaak("batch", "--data", example_data, "--reports", reports, "-q", "2026Q3", *some)
    return reports


@pytest.mark.parametrize("code", ["GM9901", "GM9902", "GM9904", "GM9907"])
def test_every_report_passes_the_checks(published: Path, code: str) -> None:
    assert_good(published / "2026Q3" / code)


@pytest.mark.parametrize("code", ["GM9901", "GM9902", "GM9904", "GM9907"])
def test_every_view_passes_the_checks_and_has_the_numbers_of_the_report(published: Path, code: str) -> None:
    beside = (published / "2026Q3").glob(f"{code}-*")
    folders = sorted(folder for folder in beside if "-canvas" not in folder.name)  # posters have no results.csv
    names = [folder.name.removeprefix(f"{code}-") for folder in folders]
    assert names[0] == "bestuur"
    assert names[-1] == "uitvoering"
    assert len(names) >= 4, "board, front line and a view for each team"
    report = values(published / "2026Q3" / code / "results.csv")
    for folder, name in zip(folders, names, strict=True):
        assert_good(folder, name=name)
        view = values(folder / "results.csv")
        both = report.keys() & view.keys()
        assert len(both) > 10
        assert {key: view[key] for key in both} == {key: report[key] for key in both}
    with pikepdf.open(folders[0] / "bestuur.pdf") as board:
        assert len(board.pages) == 2


def values(file: Path) -> dict[tuple[str, ...], tuple[str, ...]]:
    with file.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    keys = ("municipality", "quarter", "task_id", "channel", "measure")
    return {
        tuple(row[name] for name in keys): tuple(row[name] for name in ("n", "estimate", "ci_low", "ci_high", "note"))
        for row in rows
    }


def test_a_view_made_by_itself_is_that_of_the_batch(published: Path, example_data: Path, tmp_path: Path) -> None:
    asked = ("-m", "GM9901", "-q", "2026Q3", "--data", example_data, "--reports", tmp_path)
    toptaak("report", *asked, "--view", "board", "--view", "team", "--task", "T01")
    made = sorted(folder.name for folder in (tmp_path / "2026Q3").glob("GM*"))
    assert made == ["GM9901-bestuur", "GM9901-toptaakteam-T01"]
    for name in made:
        for file in (tmp_path / "2026Q3" / name).iterdir():
            other = published / "2026Q3" / name / file.name
            assert file.name == "manifest.json" or file.read_bytes() == other.read_bytes(), file.name


def test_the_index_lists_what_was_published(published: Path) -> None:
    text = (published / "index.html").read_text(encoding="utf-8")
    leads_to = re.compile(r"a refers to '(2026Q3/.*|gemeenten/GM99\d\d\.html|provincies\.html)'")
    links = [problem for problem in check_html(text, "nl") if leads_to.fullmatch(problem)]
    assert check_html(text, "nl") == links, "an index may link to what is published, a report may link nowhere"
    assert "2026Q3/GM9901/kwartaalrapport.pdf" in text
    assert all((published / link["href"]).is_file() for link in BeautifulSoup(text, "html.parser").find_all("a"))


def test_the_same_input_gives_the_same_bytes(published: Path, example_data: Path, tmp_path: Path) -> None:
    toptaak("report", "-m", "GM9901", "-q", "2026Q3", "--data", example_data, "--reports", tmp_path)
    for name in FILES:
        ours, theirs = (folder / "2026Q3" / "GM9901" / name for folder in (published, tmp_path))
        assert ours.read_bytes() == theirs.read_bytes(), name


def test_a_report_holds_no_row_and_no_personal_number(published: Path, example_data: Path) -> None:
    import pyarrow.parquet as pq

    people = pq.read_table(example_data / "respondents.parquet", columns=["respondent"])["respondent"].to_pylist()
    for path in (published / "2026Q3" / "GM9901").iterdir():
        content = path.read_bytes()
        assert not [one for one in people[:500] if str(one).encode() in content and len(str(one)) > 5], path.name
        assert str(example_data).encode() not in content


def test_a_misspelt_municipality_is_refused_before_anything_runs(example_data: Path, tmp_path: Path) -> None:
    for wrong, hint in (("0363", "GM0363"), ("GM0457", "GM0363")):
        told = toptaak("report", "-m", wrong, "-q", "2026Q3", "--data", example_data, "--reports", tmp_path, expected=2)
        assert hint in told
    assert not list(tmp_path.glob("2026Q3/*"))


@pytest.mark.parametrize(("survey", "voters"), [("285", 5510), ("647", 3190)])
def test_the_amsterdam_vote_becomes_a_report(shared_data: Path, tmp_path: Path, survey: str, voters: int) -> None:
    vote = shared_data / f"stemmen_amsterdam_{survey}"
    data, reports = tmp_path / "data", tmp_path / "reports"
    (data / "mappings").mkdir(parents=True)
    shutil.copy(MAPPINGS / "stemmen_amsterdam.toml", data / "mappings")
    for name in ("stemmen.csv", "taken.csv"):
        shutil.copy(vote / name, data)
    told = toptaak("check", data)
    assert f"{voters:,}".replace(",", ".") in told
    toptaak("report", "-m", "GM0363", "-q", "2020Q4", "--data", data, "--reports", reports)
    folder = reports / "2020Q4" / "GM0363"
    assert_good(folder)
    with (vote / "taken.csv").open(encoding="utf-8") as handle:
        first = next(csv.DictReader(handle, delimiter=";"))["taak"]
    assert first in (folder / "kwartaalrapport.html").read_text(encoding="utf-8")
