from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from toptaak.batch.index import HISTORY, PROVINCES, index_page, overview_pages, published
from toptaak.batch.manifest import FILE_NAME, manifest_bytes
from toptaak.batch.run import refresh_index
from toptaak.core.municipalities import in_force


def add(reports: Path, quarter: str, code: str, language: str = "nl", sizes: tuple[int, int] = (1400, 240_000)) -> None:
    files = {"kwartaalrapport.html": b"h" * sizes[0], "kwartaalrapport.pdf": b"p" * sizes[1]}
    parameters = {"municipality": code, "quarter": quarter, "language": language, "data": "data"}
    folder = reports / quarter / code
    folder.mkdir(parents=True)
    for name, content in (files | {FILE_NAME: manifest_bytes("key", parameters, files)}).items():
        (folder / name).write_bytes(content)


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    add(tmp_path, "2026Q3", "GM9901")
    add(tmp_path, "2026Q3", "GM0363", "en")
    add(tmp_path, "2025Q4", "GM9901")
    return tmp_path


def soup(reports: Path, language: str = "nl") -> BeautifulSoup:
    return BeautifulSoup(index_page(reports, language), "html.parser")


def test_newest_quarter_first_then_by_name(reports: Path) -> None:
    assert [(str(entry.quarter), entry.name) for entry in published(reports, "nl")] == [
        ("2026Q3", "Amsterdam"),
        ("2026Q3", "Veenwoude"),
        ("2025Q4", "Veenwoude"),
    ]


def test_every_link_says_what_it_leads_to_and_leads_there(reports: Path) -> None:
    links = soup(reports).select("td a")
    assert links[3].get_text() == "Kwartaalrapport Veenwoude 2026-K3 (pdf, 240 kB)"
    assert links[2].get_text() == "Kwartaalrapport Veenwoude 2026-K3 (html, 1 kB)"
    assert all((reports / str(link["href"])).is_file() for link in links)
    assert len({link.get_text() for link in links}) == len(links) == 6
    assert links[0]["hreflang"] == "en"


def test_tables_and_headings_are_marked_up(reports: Path) -> None:
    page = soup(reports)
    assert page.html is not None
    assert page.html["lang"] == "nl"
    assert len(page.find_all("h1")) == 1
    assert [heading.get_text() for heading in page.find_all("h2")] == ["2026-K3", "2025-K4"]
    assert [caption.get_text() for caption in page.find_all("caption")] == [
        "Rapporten over 2026-K3: 2",
        "Rapporten over 2025-K4: 1",
    ]
    assert all(cell["scope"] in ("col", "row") for cell in page.find_all("th"))
    identities = [str(tag["id"]) for tag in page.find_all(id=True)]
    assert len(identities) == len(set(identities))


def test_example_municipalities_are_marked(reports: Path) -> None:
    page = soup(reports)
    rows = [cell.get_text() for cell in page.find_all("th", scope="row")]
    assert rows == ["Amsterdam", "Veenwoude (voorbeeld)", "Veenwoude (voorbeeld)"]
    assert "bestaan niet echt" in page.aside.get_text() if page.aside else False


def test_without_examples_there_is_no_banner(tmp_path: Path) -> None:
    add(tmp_path, "2026Q3", "GM0363")
    assert soup(tmp_path).aside is None


def test_the_page_needs_nothing_and_allows_nothing_else(reports: Path) -> None:
    page = soup(reports)
    policy = str(page.find("meta", {"http-equiv": "Content-Security-Policy"})["content"])  # type: ignore[index]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert page.style is not None
    digest = base64.b64encode(hashlib.sha256((page.style.string or "").encode()).digest()).decode()
    assert f"'sha256-{digest}'" in policy
    assert page.find("script") is None
    assert page.find(style=True) is None
    assert not re.search(r"https?:|url\(|@import", str(page))


def test_english_on_request(reports: Path) -> None:
    page = soup(reports, "en")
    assert page.html is not None
    assert page.html["lang"] == "en"
    assert "Quarterly report Veenwoude 2026-Q3 (pdf, 240 kB)" in page.get_text()


def test_nothing_published_is_said(tmp_path: Path) -> None:
    assert "nog geen rapport" in soup(tmp_path).get_text()


def test_what_is_no_report_is_not_listed(reports: Path) -> None:
    (reports / "2026Q3" / "GM0344").mkdir()
    (reports / "2026Q3" / "GM0344" / "kwartaalrapport.html").write_text("half")
    (reports / "2026Q3" / "GM9901" / "kwartaalrapport.pdf").unlink()
    page = soup(reports)
    assert "Utrecht" not in page.get_text()
    assert len(page.select("td a")) == 5


def test_the_same_reports_give_the_same_page(reports: Path) -> None:
    assert index_page(reports, "nl") == index_page(reports, "nl")


def add_view(reports: Path, quarter: str, code: str, name: str, title: str) -> None:
    page = f"<html><head><title>{title}</title></head></html>".encode()
    files = {f"{name}.html": page, f"{name}.pdf": b"p" * 5000}
    parameters = {"municipality": code, "quarter": quarter, "language": "nl", "data": "data"}
    folder = reports / quarter / f"{code}-{name}"
    folder.mkdir(parents=True)
    for file, content in (files | {FILE_NAME: manifest_bytes("key", parameters, files)}).items():
        (folder / file).write_bytes(content)


def test_views_stand_under_their_municipality_with_the_title_of_their_page(reports: Path) -> None:
    add_view(reports, "2026Q3", "GM9901", "bestuur", "Voor het bestuur – Veenwoude, 2026-K3 &amp; meer")
    add_view(reports, "2026Q3", "GM0344", "canvas", "Canvas Utrecht, 2026-K3")
    page = soup(reports)
    links = {link.get_text(): str(link["href"]) for link in page.select("details a")}
    assert links["Voor het bestuur – Veenwoude, 2026-K3 & meer (pdf, 5 kB)"] == "2026Q3/GM9901-bestuur/bestuur.pdf"
    assert "Canvas Utrecht, 2026-K3 (html, 1 kB)" in links, "a municipality with a poster only is listed too"
    assert all((reports / href).is_file() for href in links.values())
    tables = page.find_all("table")
    assert [len(table.find_all("th", scope="col")) for table in tables] == [2, 2], "fits on a screen of 320 px"
    assert len(tables[0].find_all("th", scope="row")) == 3


def test_a_long_list_can_be_entered_by_letter(tmp_path: Path) -> None:
    municipalities = in_force()
    for one in municipalities:
        add(tmp_path, "2026Q3", one.code, sizes=(10, 10))
        add_view(tmp_path, "2026Q3", one.code, "bestuur", f"Voor het bestuur – {one.name}")
    page = soup(tmp_path)
    rows = [cell.get_text() for cell in page.find_all("th", scope="row")]
    assert len(rows) == len(municipalities) == 342
    letters = page.select("nav a")
    assert len(letters) > 20
    for link in letters:
        row = page.find(id=str(link["href"])[1:])
        assert row is not None
        assert link.get_text() in row.get_text()[:4].upper()
    assert rows.index("'s-Hertogenbosch") > rows.index("Groningen"), "the H of 's-Hertogenbosch"
    links = [link.get_text() for link in page.find_all("a")]
    assert len(set(links)) == len(links)
    assert all(link.find_parent("details") for link in page.find_all("a") if "bestuur" in link.get_text())


def test_a_municipality_has_a_page_with_all_its_quarters(reports: Path) -> None:
    add_view(reports, "2025Q4", "GM9901", "bestuur", "Voor het bestuur – Veenwoude")
    pages = overview_pages(reports, "nl")
    assert set(pages) == {"index.html", PROVINCES, f"{HISTORY}/GM9901.html", f"{HISTORY}/GM0363.html"}
    for place, content in pages.items():
        target = reports / place
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(content)
    own = BeautifulSoup(pages[f"{HISTORY}/GM9901.html"], "html.parser")
    assert [cell.get_text() for cell in own.find_all("th", scope="row")] == ["2026-K3", "2025-K4"]
    assert own.aside is not None, "an example municipality is called one here too"
    assert "Amsterdam" not in own.get_text()
    for place, content in pages.items():
        links = BeautifulSoup(content, "html.parser").find_all("a")
        assert links and all(((reports / place).parent / str(link["href"])).is_file() for link in links)


def test_each_municipality_is_found_by_its_province(reports: Path) -> None:
    page = BeautifulSoup(overview_pages(reports, "nl")[PROVINCES], "html.parser")
    assert [heading.get_text() for heading in page.find_all("h2")] == ["Noord-Holland", "Voorbeeldland"]
    assert [link.get_text() for link in page.select("li a")] == ["Amsterdam", "Veenwoude"]
    assert page.find("script") is None


def test_the_newest_quarter_leads_to_the_history(reports: Path) -> None:
    links = {link.get_text(): str(link["href"]) for link in soup(reports).select("th a")}
    assert links == {"Amsterdam": f"{HISTORY}/GM0363.html", "Veenwoude": f"{HISTORY}/GM9901.html"}


def test_the_pages_follow_what_is_published(reports: Path) -> None:
    gone = reports / HISTORY / "GM0344.html"
    gone.parent.mkdir()
    gone.write_text("van een rapport dat weg is")
    refresh_index(reports)
    assert not gone.exists()
    first = (reports / HISTORY / "GM9901.html").stat().st_mtime_ns
    refresh_index(reports)
    assert (reports / HISTORY / "GM9901.html").stat().st_mtime_ns == first, "what stays the same is not written again"
