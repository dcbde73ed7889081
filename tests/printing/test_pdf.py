"""A stream that ends in CR, read by a validator that looks for the end of line and by qpdf; several compilations."""

from __future__ import annotations

import datetime as dt
import io
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import page
import pikepdf
import pytest

from toptaak.printing.pdf import _with_clear_stream_ends, compile_pdf


def small_pdf(content: bytes) -> bytes:
    bodies = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Resources<<>>/Contents 4 0 R>>",
        b"<</Length %d>>\nstream\n%b\nendstream" % (len(content), content),
        b"<</Kind/After>>",
    ]
    data, offsets = b"%PDF-1.7\n", []
    for number, body in enumerate(bodies, start=1):
        offsets.append(len(data))
        data += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    rows = b"".join(b"%010d 00000 n\r\n" % offset for offset in offsets)
    table = b"xref\n0 6\n0000000000 65535 f\r\n" + rows
    return data + table + b"trailer\n<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % len(data)


def length_is_doubted(data: bytes) -> bool:
    report = page.validate_pdf_bytes(data, profile=page.ValidationProfile.PDF_A_2A)
    return any(failure.rule_id == "PDFA2A-STREAM-LENGTH-001" for failure in report.failures)


def test_a_stream_that_ends_in_cr_is_no_longer_doubted() -> None:
    before = small_pdf(b"0 0 m\r")
    after = _with_clear_stream_ends(before)
    assert length_is_doubted(before)
    assert not length_is_doubted(after)
    with pikepdf.open(io.BytesIO(after)) as pdf:
        assert pdf.check_pdf_syntax() == []
        assert pdf.pages[0].Contents.read_raw_bytes() == b"0 0 m\r"
        assert pdf.get_object(5, 0).Kind == "/After"


def test_any_other_pdf_stays_as_it_is() -> None:
    plain = small_pdf(b"0 0 m\n")
    assert _with_clear_stream_ends(plain) is plain


def template(folder: Path) -> Path:
    """Give a template that writes down the names of all that it was given."""
    path = folder / "names.typ"
    path.write_text(
        '#set document(title: "t", date: datetime(year: 2026, month: 9, day: 30))\n'
        '#set text(font: "Toptaak Sans", lang: "nl")\n'
        '#heading(sys.inputs.keys().sorted().join(" en "))\n#for _ in range(300) { lorem(20); parbreak() }',
        encoding="utf-8",
    )
    return path


def texts(pdf: bytes) -> str:
    found = subprocess.run(["pdftotext", "-l", "1", "-", "-"], input=pdf, capture_output=True, check=True).stdout
    return found.decode().split("\n", 1)[0]


def test_two_threads_of_one_server_export_at_the_same_time(tmp_path: Path) -> None:
    path, date = template(tmp_path), dt.date(2026, 9, 30)
    with ThreadPoolExecutor(4) as threads:
        made = list(threads.map(lambda name: compile_pdf(path, {name: "1"}, date), "abcdabcd"))
    assert made[:4] == made[4:]
    assert len(set(made)) == 4


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="pdftotext is not here")
def test_nothing_of_one_compilation_reaches_the_next(tmp_path: Path) -> None:
    path, date = template(tmp_path), dt.date(2026, 9, 30)
    assert texts(compile_pdf(path, {"eerste": "1", "samen": "2"}, date)) == "eerste en samen"
    assert texts(compile_pdf(path, {"tweede": "1"}, date)) == "tweede"
