from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
import time
from copy import deepcopy
from pathlib import Path
from types import ModuleType
from typing import Any

import nbformat
import page
import pikepdf
import pytest
from bs4 import BeautifulSoup
from nbconvert.exporters import get_export_names, get_exporter

from toptaak.core.errors import ToptaakError
from toptaak.printing.blocks import Block, Column, Figure, Items, Table, Text
from toptaak.printing.document import Document, read_notebook
from toptaak.printing.exporters import ToptaakHTMLExporter, ToptaakPDFExporter
from toptaak.printing.house_style import read_theme
from toptaak.printing.html import render_html
from toptaak.printing.pdf import render_pdf

PROFILES = (page.ValidationProfile.PDF_UA_1, page.ValidationProfile.PDF_A_2A)

# Answers as people type them: code in several languages, controls, scripts, emoji, very long words.
ANSWERS = (
    '#read("/etc/passwd")', "#eval(\"1\")", "$ sum_(i=1)^n $", "= geen kop", "/* weg */ // weg", "<label> @ref",
    "\\u{1f600} \\", "<script>window.__x=1</script>", '"><svg onload=window.__x=1>', "{{ 7*7 }}{% include 'x' %}",
    "&lt;b&gt; &amp; &#x41;", "]]><!--", "</style><script>window.__x=1</script>", "javascript:alert(1)", "=1+1",
    "\x00\x01\x1b[31m", "\u202egnirts", "👍👩‍👩‍👧🇳🇱1️⃣", "中文字符测试", "ابجد هوز", "שלום", "Z̷̡a̴l̵g̶o̷", "\ud83d", "\ue000",
    "ﬁ ﬂ ĳ Ĳ", "ﷺ", "x" * 400, "W" * 90 + " " + "é" * 90, "a\u00adb" * 40, "-" * 200, " ", "\u200b",
    "\u00a0\u2003\u3000", "𝒳 𝟙 ℵ ∮",
)  # fmt: skip


def validated(pdf: bytes) -> None:
    for profile in PROFILES:
        report = page.validate_pdf_bytes(pdf, profile=profile)
        assert report.is_compliant, (profile, report)


def words(pdf: bytes, tmp_path: Path) -> str:
    path = tmp_path / "report.pdf"
    path.write_bytes(pdf)
    return subprocess.run(["pdftotext", "-raw", path, "-"], capture_output=True, text=True, check=True).stdout


# --- nbconvert


def test_nbconvert_lists_both() -> None:
    assert {"toptaak_html", "toptaak_pdf"} <= set(get_export_names())
    assert get_exporter("toptaak_html") is ToptaakHTMLExporter
    assert get_exporter("toptaak_pdf") is ToptaakPDFExporter


def test_jupyterlab_can_list_both() -> None:
    for exporter in (ToptaakHTMLExporter, ToptaakPDFExporter):
        assert exporter.export_from_notebook.startswith("Toptaak-rapport")
        assert exporter.output_mimetype in {"text/html", "application/pdf"}


def test_the_command_line_makes_both(sample_notebook: Any, sample_html: str, sample_pdf: bytes, tmp_path: Path) -> None:
    nbformat.write(sample_notebook, tmp_path / "kwartaalrapport.ipynb")
    for kind in ("toptaak_html", "toptaak_pdf"):
        command = [sys.executable, "-m", "nbconvert", "--to", kind, "kwartaalrapport.ipynb"]
        subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    assert (tmp_path / "kwartaalrapport.html").read_text(encoding="utf-8") == sample_html
    assert (tmp_path / "kwartaalrapport.pdf").read_bytes() == sample_pdf


def test_code_never_appears(sample_notebook: Any, sample_html: str, sample_pdf: bytes) -> None:
    assert "secret_code" in json.dumps(sample_notebook)
    assert "secret_code" not in sample_html
    assert b"secret_code" not in sample_pdf


def test_the_exporters_refuse_what_a_report_may_not_hold(sample: ModuleType) -> None:
    for exporter in (ToptaakHTMLExporter(), ToptaakPDFExporter()):
        with pytest.raises(ToptaakError, match="voorblad"):
            exporter.from_notebook_node(sample.notebook(["tekst"]))


# --- HTML


def test_html_is_one_file_that_does_nothing(sample_html: str) -> None:
    soup = BeautifulSoup(sample_html, "html.parser")
    assert soup.html is not None and soup.html["lang"] == "nl"
    assert soup.title is not None
    assert soup.title.get_text() == "Kwartaalrapport toptaken – Voorbeeldgemeente Duinwijk, 2026-K3"
    assert not soup.find_all(["script", "link", "img", "iframe", "form"])
    assert not soup.find_all(style=True)
    assert soup.find("a", class_="skip")["href"] == "#main"  # type: ignore[index]
    assert [a["href"] for a in soup.nav.find_all("a")] == [f"#{h['id']}" for h in soup.main.find_all("h2")]  # type: ignore[union-attr]


def test_hostile_text_stays_text_in_html(sample: ModuleType, sample_html: str) -> None:
    text = BeautifulSoup(sample_html, "html.parser").get_text()
    for piece in ('#read("/etc/passwd")', "<script>window.__x=1</script>", "{{ 7*7 }} {% raw %}", "[duim omhoog]"):
        assert piece in text
    assert "[U+202E]omgekeerd[U+202C]" in text


def test_a_short_report_has_no_table_of_contents(sample: ModuleType) -> None:
    assert "<nav" not in render_html(read_notebook(sample.notebook([[sample.cover()], "## Een\n\ntekst"])))


def test_italics_are_embedded_only_where_used(sample: ModuleType) -> None:
    without, used = (
        render_html(read_notebook(sample.notebook([[sample.cover()], source]))) for source in ("x", "- *x*")
    )
    assert without.count("@font-face") == 2
    assert used.count("@font-face") == 3


def test_a_theme_changes_colours_in_both(sample_document: Document, sample_pdf: bytes, tmp_path: Path) -> None:
    path = tmp_path / "gemeente.css"
    path.write_text(":root { --tt-accent: #7a1f3d; }\n.page { max-width: 60rem; }", encoding="utf-8")
    css = read_theme(str(path))
    assert css in render_html(sample_document, css)
    themed = render_pdf(sample_document, css)
    assert themed != sample_pdf
    validated(themed)
    exporter = ToptaakHTMLExporter(theme_file=str(path))
    assert exporter.theme_file == str(path)


# --- PDF


def test_the_pdf_passes_both_profiles(sample_pdf: bytes) -> None:
    validated(sample_pdf)


def test_the_pdf_says_who_when_and_where(sample_pdf: bytes, tmp_path: Path) -> None:
    with pikepdf.open(io.BytesIO(sample_pdf)) as pdf:
        assert str(pdf.docinfo["/Title"]) == "Kwartaalrapport toptaken – Voorbeeldgemeente Duinwijk, 2026-K3"
        assert str(pdf.docinfo["/Author"]) == "Voorbeeldgemeente Duinwijk"
        assert str(pdf.docinfo["/CreationDate"]).startswith("D:20260930")
        assert str(pdf.Root.Lang) == "nl-NL"
        pages = len(pdf.pages)
        with pdf.open_outline() as outline:
            (cover,) = outline.root
            assert cover.title == "Kwartaalrapport toptaken"
            assert [entry.title for entry in cover.children][:2] == ["Waar inwoners voor komen", "Lukt het?"]
    text = words(sample_pdf, tmp_path)
    assert f"2 van {pages}" in text
    assert "Dit is een voorbeeld." in text


def test_an_english_report_is_english(sample: ModuleType, tmp_path: Path) -> None:
    pdf = render_pdf(read_notebook(sample.notebook([[sample.cover(language="en")], "text 👍"])))
    validated(pdf)
    assert "1 of 1" in words(pdf, tmp_path)
    assert "[thumbs up]" in words(pdf, tmp_path)


def test_hostile_text_stays_text_in_pdf(sample_pdf: bytes, tmp_path: Path) -> None:
    text = " ".join(words(sample_pdf, tmp_path).split())
    assert '#read("/etc/passwd") $x^2$ *ster* _streep_ `code` @label <b>vet</b>' in text
    assert "root:x:" not in text


@pytest.mark.parametrize("answer", ANSWERS, ids=range(len(ANSWERS)))
def test_every_answer_can_be_in_a_report(sample: ModuleType, answer: str) -> None:
    data = Table(f"c {answer}", [Column(f"k {answer}"), Column("n", "right")], [[f"r {answer}", answer]], note=answer)
    blocks: list[Block] = [
        sample.cover(title=f"T {answer}", subtitle=answer, banner=answer),
        Text([answer, f"voor {answer} na"], "warning"),
        Items([answer]),
        Figure(f"f {answer}", f"Een tekening die niets voorstelt: {answer}", sample.bars(), data, answer),
    ]
    document = read_notebook(sample.notebook([blocks]))
    validated(render_pdf(document))
    soup = BeautifulSoup(render_html(document), "html.parser")
    assert not soup.find_all("script")
    assert len(soup.find_all("svg")) == 1


def test_identical_bytes_in_another_process_and_time_zone(
    sample_notebook: Any, sample_pdf: bytes, tmp_path: Path
) -> None:
    nbformat.write(sample_notebook, tmp_path / "r.ipynb")
    command = [sys.executable, "-m", "nbconvert", "--to", "toptaak_pdf", "r.ipynb"]
    environment = os.environ | {"TZ": "Pacific/Auckland", "PYTHONHASHSEED": "7"}
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, env=environment)
    assert (tmp_path / "r.pdf").read_bytes() == sample_pdf


def test_a_pdf_takes_less_than_a_third_of_a_second(sample: ModuleType) -> None:
    document = read_notebook(sample.notebook())
    render_pdf(document)
    changed = read_notebook(sample.notebook([[sample.cover(title="Anders")], *sample.cells()[1:]]))
    start = time.process_time()
    render_pdf(changed)
    assert time.process_time() - start < 0.3


def test_a_long_table_repeats_its_header(sample: ModuleType, tmp_path: Path) -> None:
    rows = [[f"rij {number}", str(number)] for number in range(150)]
    table = Table("Lang", [Column("Kopje"), Column("Getal", "right")], rows)
    pdf = render_pdf(read_notebook(sample.notebook([[sample.cover(), table]])))
    validated(pdf)
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        pages = len(opened.pages)
    assert pages >= 3
    # the first rows stand in the story, all of them in the appendix, which begins on the first page
    assert len(re.findall("Kopje", words(pdf, tmp_path))) == pages + 1


def test_a_long_number_does_not_push_the_names_away(sample: ModuleType, tmp_path: Path) -> None:
    columns = [Column("Taak"), *(Column(f"Maat {number}", "right") for number in range(5))]
    rows = [["Identiteitskaart aanvragen", *["65,1% (50,2% tot 77,6%; n = 43)"] * 5]] * 3
    pdf = render_pdf(read_notebook(sample.notebook([[sample.cover(), Table("Breed", columns, rows)]])))
    path = tmp_path / "report.pdf"
    path.write_bytes(pdf)
    boxes = subprocess.run(["pdftotext", "-bbox", path, "-"], capture_output=True, text=True, check=True).stdout
    names = [float(end) for end in re.findall(r'xMax="([\d.]+)"[^>]*>Identiteits', boxes)]
    values = [float(start) for start in re.findall(r'xMin="([\d.]+)"[^>]*>65,1%', boxes)]
    assert names and values
    assert max(names) < min(values)


def test_lines_of_a_cell_stay_lines(sample: ModuleType, tmp_path: Path) -> None:
    table = Table("t", [Column("Taak"), Column("n", "right")], [["Paspoort", "65,1%\n50,2% tot 77,6%\nn = 43"]])
    document = read_notebook(sample.notebook([[sample.cover(), table]]))
    assert document.nodes == (table,)
    assert "65,1%\n50,2% tot 77,6%\nn = 43" in words(render_pdf(document), tmp_path)
    assert '<td class="number short">65,1%\n50,2% tot 77,6%\nn = 43</td>' in render_html(document)


def test_a_row_longer_than_a_page_still_comes_out(sample: ModuleType, tmp_path: Path) -> None:
    table = Table("Lang", [Column("Kopje"), Column("Tekst")], [["rij", "woord " * 3000 + "einde"]])
    pdf = render_pdf(read_notebook(sample.notebook([[sample.cover(), table]])))
    validated(pdf)
    assert "einde" in words(pdf, tmp_path)


def test_the_old_names_stay_on_the_command_line_only(sample_notebook: Any, sample_html: str, tmp_path: Path) -> None:
    assert not {"toptaak-html", "toptaak-pdf"} & set(get_export_names())
    nbformat.write(sample_notebook, tmp_path / "r.ipynb")
    command = [sys.executable, "-m", "nbconvert", "--to", "toptaak-html", "r.ipynb"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    assert (tmp_path / "r.html").read_text(encoding="utf-8") == sample_html


def test_a_refusal_on_the_command_line_is_a_sentence(sample_notebook: Any, tmp_path: Path) -> None:
    unrun = deepcopy(sample_notebook)
    for cell in unrun.cells:
        cell |= {"outputs": [], "execution_count": None} if cell.cell_type == "code" else {}
    nbformat.write(unrun, tmp_path / "r.ipynb")
    command = [sys.executable, "-m", "nbconvert", "--to", "toptaak_pdf", "r.ipynb"]
    refused = subprocess.run(command, cwd=tmp_path, check=False, capture_output=True, text=True)
    assert refused.returncode == 2
    assert "Kies eerst Run All" in refused.stderr
    assert "Traceback" not in refused.stderr
