"""A document fitted to its pages: each page's worth on one page, made smaller as far as it stays readable."""

from __future__ import annotations

import io

import pikepdf
import pytest
from nbformat import v4

from tests.printing.pdf_checks import check_pdf
from toptaak.core.errors import ToptaakError
from toptaak.printing.blocks import MIME, Block, Column, Cover, Heading, Table, Text
from toptaak.printing.document import Document, read_notebook
from toptaak.printing.pdf import render_pdf

COVER = Cover("Proef", "", "Veenwoude", "2026-K3", "nl", "2026-09-30", fitted=True)
LOOSE = Cover("Proef", "", "Veenwoude", "2026-K3", "nl", "2026-09-30")


def rows(count: int) -> Table:
    cells = [(f"Taak {number}", "Een zin die zegt wat er met deze taak aan de hand is.") for number in range(count)]
    return Table(f"Tabel van {count}", [Column("Taak"), Column("Wat")], cells)


def document(*blocks: Block) -> Document:
    outputs = [v4.new_output("display_data", data={MIME: block.to_data()}) for block in blocks]
    return read_notebook(v4.new_notebook(cells=[v4.new_code_cell(outputs=outputs)]))


def pages(pdf: bytes) -> int:
    assert check_pdf(pdf) == []
    with pikepdf.open(io.BytesIO(pdf)) as file:
        return len(file.pages)


def two_parts(first: int, second: int, cover: Cover = COVER) -> bytes:
    parts = (Heading(2, "Eerst"), rows(first), Heading(2, "Dan", new_page=True), rows(second), Text(["Klaar."]))
    return render_pdf(document(cover, *parts))


@pytest.mark.parametrize(("first", "second"), [(1, 1), (25, 3), (3, 30), (38, 42)])
def test_each_part_fills_one_page(first: int, second: int) -> None:
    assert pages(two_parts(first, second)) == 2


def test_without_fitting_a_long_part_takes_the_pages_it_needs() -> None:
    assert pages(two_parts(45, 1, LOOSE)) == 3
    assert pages(two_parts(1, 1, LOOSE)) == 2, "a heading can begin a page in any document"


def test_too_much_is_refused_in_words_and_never_cut_off() -> None:
    with pytest.raises(ToptaakError, match=r"‘Proef’ past niet op de pagina’s.*ongeveer \d+% te lang"):
        two_parts(3, 80)


def test_a_fitted_page_loses_no_text() -> None:
    from shutil import which
    from subprocess import run

    if not which("pdftotext"):
        pytest.skip("pdftotext is not installed: whether a fitted page shows every text was not checked")
    command = ["pdftotext", "-", "-"]
    text = run(command, input=two_parts(38, 42), capture_output=True, check=True).stdout.decode()
    assert [number for number in range(42) if f"Taak {number}" not in text] == []
    assert "Klaar." in text
