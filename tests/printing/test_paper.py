"""On paper the story comes first, and what is looked up behind it: no number is lost."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest
import typst

from benchmarks.page_geometry import main, page_fills
from tests.printing.pdf_checks import check_pdf
from toptaak.printing.blocks import Block, Column, Cover, Figure, Heading, Table, Text
from toptaak.printing.document import document_of
from toptaak.printing.markdown import Prose
from toptaak.printing.paper import FIRST_ROWS, on_paper
from toptaak.printing.pdf import render_pdf

COVER = Cover("Proef", "", "Veenwoude", "2026-K3", "nl", "2026-09-30")
PROSE = Text(["Een zin die de bladzijde vult, zoals een rapport er veel heeft. " * 6] * 2)


def table(count: int, caption: str = "Taken", **changes: object) -> Table:
    rows = [(f"Taak {number}", f"{number},5%", f"{number},1% tot {number},9%") for number in range(count)]
    columns = [Column("Taak"), Column("Aandeel", "right"), Column("95%-marge", "right")]
    return replace(Table(caption, columns, rows), **changes)  # type: ignore[arg-type]


def test_figures_references_and_long_tables_have_their_numbers_in_the_appendix(sample: ModuleType) -> None:
    figure = Figure("Dit valt op", "Een figuur waarvan het verhaal 22% is.", sample.bars(), table(3, "Van de figuur"))
    long = table(30, "Lang", note="Uitleg.")
    parts = (Heading(2, "Kop"), figure, table(14), long, table(2, "Naslag", reference=True))
    story, appendix = on_paper(document_of([COVER, *parts]))
    assert [entry.caption for entry in appendix] == ["Tabel 1. Van de figuur", "Tabel 2. Lang", "Tabel 3. Naslag"]
    assert [entry.rows for entry in appendix] == [figure.data.rows, long.rows, parts[-1].rows]
    _, drawn, whole, first, named = story
    assert drawn.data_elsewhere
    assert drawn.note == "De cijfers: tabel 1 in de bijlage."
    assert whole == parts[2], "a table of usual length stays where it is"
    assert first.rows == long.rows[:FIRST_ROWS]
    assert first.note == "De eerste 10 van 30 rijen; alle rijen: tabel 2 in de bijlage. Uitleg."
    assert isinstance(named, Prose)
    assert named.paragraphs[0][0].text == "‘Naslag’: tabel 3 in de bijlage."


def test_pages_that_are_fitted_have_no_appendix() -> None:
    made = document_of([replace(COVER, fitted=True), Heading(2, "Kop"), table(30)])
    assert on_paper(made) == (made.nodes, ())


def report(folder: Path, *blocks: Block) -> Path:
    file = folder / "proef.pdf"
    file.write_bytes(render_pdf(document_of([COVER, *blocks])))
    return file


@pytest.mark.parametrize("before", [0, 2, 4, 5])
def test_a_tall_figure_leaves_no_hole_before_it(sample: ModuleType, tmp_path: Path, before: int) -> None:
    figure = Figure("Dit valt op", "Een figuur waarvan het verhaal 22% is.", sample.bars(), table(3))
    parts = (PROSE,) * before
    file = report(tmp_path, Heading(2, "Kop"), *parts, Heading(2, "Figuur"), figure, figure, *(PROSE,) * 4, table(12))
    assert check_pdf(file.read_bytes()) == []
    assert not [fill for fill in page_fills(file) if fill.fails]


def test_the_geometry_tells_a_hole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = report(tmp_path, Heading(2, "Kop"), PROSE, Heading(2, "Nieuw blad", new_page=True), PROSE)
    first, last = page_fills(file)
    assert first.ends_empty
    assert 0.4 < first.empty < 0.9
    assert not last.ends_empty, "a document ends where it ends"
    monkeypatch.setattr("sys.argv", ["page_geometry", str(tmp_path)])
    main()
    told = capsys.readouterr().out
    assert "| proef | 1 | 2 | 2 | 1 | 0 | 0 |" in told
    assert "proef.pdf page 1: " in told


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is not installed")
def test_numbers_and_intervals_stay_whole_in_narrow_tables(tmp_path: Path) -> None:
    columns = [Column("Taak"), *(Column(f"Kolom {number}", "right") for number in range(7))]
    rows = [["Een taak met een lange naam die mag breken", *["79,1%\n71,3% tot 85,2%\nn = 129"] * 7]] * 3
    file = report(tmp_path, Heading(2, "Kop"), Table("Breed", columns, rows))
    assert check_pdf(file.read_bytes()) == []
    words = subprocess.run(["pdftotext", "-layout", file, "-"], capture_output=True, text=True, check=True).stdout
    assert words.count("71,3% tot 85,2%") == 21


def test_the_wheel_of_typst_cannot_mark_row_headers_yet() -> None:
    """When this fails, mark the first column of a table with a row header in report.typ."""
    with pytest.raises(typst.TypstError, match="header-cell"):
        typst.compile(b'#table(columns: 2, pdf.header-cell(scope: "row")[rij], [1])', format="pdf")
