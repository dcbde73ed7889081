"""Web statistics and telephone lists as they come: period, kind, volumes; ties to tasks that a person confirms."""

from __future__ import annotations

import codecs
import datetime as dt
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
import xlsxwriter
from click.testing import CliRunner

from toptaak.cli.main import main
from toptaak.core.errors import InputRefused, ToptaakError
from toptaak.core.periods import Quarter
from toptaak.intake.platforms.web_statistics import WebList, read_web_lists
from toptaak.intake.store import _read_path
from toptaak.surveys.candidates import read_candidates
from toptaak.surveys.task_ties import propose_ties, read_ties, tie, write_ties

TASKS = pd.DataFrame({"task_id": ["T1", "T2"], "label": ["Paspoort aanvragen", "Grof vuil laten ophalen"]})
PAGES = {"/paspoort-aanvragen": 1200.0, "/afval/grofvuil": 310.0, "/nieuws": 90.0}
Q3 = (dt.date(2026, 7, 1), dt.date(2026, 9, 30))


def packed(**files: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, text in files.items():
            archive.writestr(name.replace("_csv", ".csv"), text)
    return content.getvalue()


def wide(text: str) -> bytes:
    return codecs.BOM_UTF16_LE + text.encode("utf-16-le")


GA4 = (
    "# ----------------------------------------\n# Pages and screens: Page path and screen class\n# Account: Gemeente\n"
    "# Property: www\n# ----------------------------------------\n#\n# All Users\n# Start date: 20260701\n"
    "# End date: 20260930\nPage path and screen class,Views,Users\n,1650,700\n/paspoort-aanvragen,1200,500\n"
    "/afval/grofvuil/,310,150\n/nieuws?bsn=123456782,90,40\n(other),50,10\n\n"
    "# Country\nCountry,Views\nNetherlands,1650\n"
)
GA4_NL = (
    "# Startdatum: 20260701\n# Einddatum: 20260930\nPaginapad en schermklasse,Weergaven,Gebruikers\n"
    "/paspoort-aanvragen,1.200,500\n/afval/grofvuil,310,150\n/nieuws,90,40\nEindtotaal,1.600,690\n"
)
SEARCH = (
    'Populairste zoekopdrachten,Klikken,Vertoningen,CTR,Positie\npaspoort,80,900,"8,9%","2,1"\ngrof vuil,40,300,13%,1\n'
)
CONSOLE = {
    "Zoekopdrachten_csv": SEARCH,
    "Pagina's_csv": "Populairste pagina's,Klikken,Vertoningen,CTR,Positie\n"
    + "".join(f"https://www.gemeente.nl{page},{volume:.0f},9999,1%,1\n" for page, volume in PAGES.items()),
    "Datums_csv": "Datum,Klikken,Vertoningen,CTR,Positie\n2026-07-01,5,50,1%,1\n2026-09-30,6,60,1%,1\n",
    "Filters_csv": "Filter,Waarde\nDatum,Laatste 3 maanden\n",
}
# file name, content, whether it tells its period, what is put together as (other)
SOURCES: dict[str, tuple[str, bytes | str, bool, float]] = {
    "google analytics": ("ga4.csv", GA4, True, 50),
    "google analytics, Dutch": ("ga4.csv", GA4_NL, True, 0),
    "matomo, utf-16 tsv, flat": (
        "Export _ Pagina-URLs _ 2026-07-01,2026-09-30.tsv",
        wide("Label\tPaginaweergaven\tUnieke paginaweergaven\n/paspoort-aanvragen\t1200\t1000\n"
             "/afval/grofvuil\t310\t300\n/nieuws\t90\t80\n"),
        True,
        0,
    ),
    "matomo, api columns, nested": (
        "actions_2026-07-01_2026-09-30.csv",
        "label,nb_visits,nb_hits,url\nafval,290,310,\nafval/grofvuil,290,310,https://www.gemeente.nl/afval/grofvuil\n"
        "/paspoort-aanvragen,1000,1200,https://www.gemeente.nl/paspoort-aanvragen\n/nieuws,80,90,"
        "https://www.gemeente.nl/nieuws\n",
        True,
        0,
    ),
    "piwik pro": (
        "pages.csv",
        "Page URL,Page views,Unique page views\n"
        + "".join(f"https://www.gemeente.nl{page},{volume:.0f},1\n" for page, volume in PAGES.items()),
        False,
        0,
    ),
    "search console": ("gemeente.nl-Performance.zip", packed(**CONSOLE), True, 0),
    "siteimprove": (
        "siteimprove.csv",
        wide("Populaire pagina's\nPeriode: 01-07-2026 - 30-09-2026\n\nTitel\tURL\tPaginaweergaven\n"
             + "".join(f"Een titel\thttps://www.gemeente.nl{page}\t{volume:.0f}\n" for page, volume in PAGES.items())),
        True,
        0,
    ),
}  # fmt: skip
Write = Callable[[str, bytes | str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def make(name: str, content: bytes | str) -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return make


@pytest.mark.parametrize("name", SOURCES)
def test_every_source_gives_the_same_pages_and_its_period(write: Write, name: str) -> None:
    file, content, dated, rest = SOURCES[name]
    (found,) = [one for one in read_web_lists(write(file, content)) if one.kind == "web"]
    assert dict(zip(found.rows["label"], found.rows["volume"], strict=True)) == PAGES
    assert (found.first, found.last) == (Q3 if dated else (None, None))
    assert found.rest == rest


def test_a_zip_of_the_search_console_holds_terms_as_well(write: Write) -> None:
    found = {one.kind: one for one in read_web_lists(write("gsc.zip", packed(**CONSOLE)))}
    assert found["search"].rows.to_numpy().tolist() == [["paspoort", 80.0], ["grof vuil", 40.0]]
    assert str(found["search"].quarter) == "2026Q3"


def test_a_zip_without_lists_is_refused_with_what_it_holds(write: Write) -> None:
    with pytest.raises(InputRefused, match=r"iets\.csv"):
        read_web_lists(write("a.zip", packed(iets_csv="a,b\n1,2\n")))


def test_what_points_at_a_person_is_left_out_and_counted(write: Write) -> None:
    (found,) = read_web_lists(write("zoek.csv", "zoekterm;aantal\njan@voorbeeld.nl;1\n0612345678;2\npaspoort;9\n"))
    assert (found.kind, found.personal, found.rows["label"].tolist()) == ("search", 2, ["paspoort"])


def test_a_topic_list_of_the_telephone_is_one(write: Write) -> None:
    (found,) = read_web_lists(write("telefoon.csv", "Onderwerp;Gesprekken\nGrofvuil;310\nTotaal;310\n"))
    assert (found.kind, found.rows.to_numpy().tolist()) == ("phone", [["Grofvuil", 310.0]])


def test_a_table_that_is_no_list_is_none(write: Write) -> None:
    assert read_web_lists(write("a.csv", "naam;waarde\na;1\n")) == []


def pages(**volumes: float) -> WebList:
    rows = pd.DataFrame({"label": [f"/{one.replace('_', '-')}" for one in volumes], "volume": list(volumes.values())})
    return WebList("a.csv", "web", rows, *Q3)


def test_only_what_a_person_confirmed_counts_and_all_sums_to_the_list(tmp_path: Path) -> None:
    listed = pages(paspoort_aanvragen=1200.0, grofvuil_ophalen=310.0, nieuws=90.0)
    ties = propose_ties([listed], TASKS)
    assert ties["proposed"].tolist() == ["T1", "T2", ""]
    found = tie(listed, ties)
    assert found.tasks.empty
    assert found.waiting["volume"].tolist() == [1200.0, 310.0]
    ties.loc[0, "confirmed"] = "ja"
    ties.loc[1, "confirmed"] = "nee"
    found = tie(listed, ties)
    assert found.tasks.to_numpy().tolist() == [["T1", 1200.0]]
    assert found.untied["label"].tolist() == ["/grofvuil-ophalen", "/nieuws"]
    assert found.volume == listed.rows["volume"].sum()


def test_what_was_decided_is_kept_for_the_next_quarter(tmp_path: Path) -> None:
    ties = propose_ties([pages(paspoort_aanvragen=1200.0, nieuws=90.0)], TASKS)
    ties.loc[ties["label"] == "/nieuws", ["task_id", "confirmed"]] = ["T2", "ja"]
    write_ties(ties, tmp_path / "ties.csv")
    kept = read_ties(tmp_path / "ties.csv", ["T1", "T2"])
    again = propose_ties([pages(paspoort_aanvragen=900.0, grofvuil=5.0)], TASKS, kept)
    assert again.set_index("label").loc["/nieuws", ["task_id", "confirmed", "volume"]].tolist() == ["T2", "ja", 0.0]
    assert again["label"].tolist() == ["/paspoort-aanvragen", "/grofvuil", "/nieuws"]


def test_every_task_that_is_not_on_the_list_is_named_with_its_row(tmp_path: Path) -> None:
    ties = propose_ties([pages(paspoort_aanvragen=1.0, nieuws=1.0)], TASKS).assign(task_id="T9", confirmed="ja")
    write_ties(ties, tmp_path / "ties.csv")
    with pytest.raises(ToptaakError, match=r"(?s)rij 2.*rij 3"):
        read_ties(tmp_path / "ties.csv", ["T1", "T2"])


def test_a_label_never_becomes_a_formula(tmp_path: Path) -> None:
    listed = WebList("a.csv", "search", pd.DataFrame({"label": ["=1+1"], "volume": [1.0]}), None, None)
    write_ties(propose_ties([listed], TASKS), tmp_path / "ties.csv")
    assert ";'=1+1;" in (tmp_path / "ties.csv").read_text("utf-8-sig")
    assert read_ties(tmp_path / "ties.csv", ["T1"])["label"].tolist() == ["=1+1"]


def test_the_command_asks_first_and_then_writes_the_table(write: Write, tmp_path: Path) -> None:
    write("tasks.csv", "list_version;task_id;label\n1;T1;Paspoort aanvragen\n1;T2;Grof vuil laten ophalen\n")
    (tmp_path / "elders").mkdir()
    export = tmp_path / "elders" / "ga4.csv"
    export.write_text(GA4, "utf-8")
    call = ["channels", str(export), "-m", "GM0363", "--data", str(tmp_path)]
    first = CliRunner().invoke(main, call)
    assert first.exit_code == 0, first.output
    assert "Aantal 1.650 = 0,0% bij een taak" in first.output
    assert "/nieuws" in first.output
    ties = tmp_path / "mappings" / "task_ties.csv"
    ties.write_text(ties.read_text("utf-8-sig").replace(";;;T1;", ";;ja;T1;"), "utf-8")
    second = CliRunner().invoke(main, call)
    assert "72,7% bij een taak" in second.output
    table = _read_path(tmp_path, ())[0].tables["channel_lists"]
    assert table[["quarter", "channel", "task_id", "volume"]].to_numpy().tolist() == [["2026Q3", "web", "T1", 1200.0]]


def test_without_a_period_the_command_asks_for_the_quarter(write: Write, tmp_path: Path) -> None:
    write("tasks.csv", "list_version;task_id;label\n1;T1;Paspoort aanvragen\n")
    file, content, _, _ = SOURCES["piwik pro"]
    told = CliRunner().invoke(main, ["channels", str(write(file, content)), "-m", "GM0363", "--data", str(tmp_path)])
    assert told.exit_code == 2
    assert "--quarter 2026Q3" in told.output


@pytest.mark.parametrize("name", SOURCES)
def test_the_long_list_takes_the_same_exports(write: Write, name: str) -> None:
    file, content, _, _ = SOURCES[name]
    candidates, _ = read_candidates({"web": [write(file, content)]})
    assert candidates["task"].tolist() == ["paspoort aanvragen", "grofvuil", "nieuws"]
    assert candidates["volume"].tolist() == list(PAGES.values())


MONTHS = (
    ("Periode: 1 juli 2026 - 30 september 2026", "2026Q3"),
    ("Period: Jul 1, 2026 - Sep 30, 2026", "2026Q3"),
    ("January 1, 2026 – March 31, 2026", "2026Q1"),
    ("augustus 2026", "2026Q3"),
    ("2026-08", "2026Q3"),
    ("juni 2026 tot en met juli 2026", None),
    ("zomer 2026", None),
)


@pytest.mark.parametrize(("says", "quarter"), MONTHS)
def test_the_period_is_read_however_it_is_written(write: Write, says: str, quarter: str | None) -> None:
    (pages,) = read_web_lists(write("paginas.csv", f"{says}\n\nTitel;URL;Page views\nX;https://g.nl/x;1 234\n"))
    assert pages.quarter == (quarter and Quarter.parse(quarter))
    assert pages.rows.to_numpy().tolist() == [["/x", 1234.0]]


def test_a_nested_list_that_stands_in_from_the_left_counts_its_pages_once(write: Write) -> None:
    rows = (
        "Label\tPageviews\nwonen\t140\n  /verhuizen\t40\n  afval\t100\n    /grofvuil\t70\n    /glas\t30\ncontact\t5\n"
    )
    (pages,) = read_web_lists(write("pages.csv", rows))
    assert dict(pages.rows.to_numpy().tolist()) == {
        "wonen/afval/grofvuil": 70,
        "wonen/verhuizen": 40,
        "wonen/afval/glas": 30,
        "contact": 5,
    }


def test_a_list_in_a_workbook_and_heads_with_a_word_for_number(tmp_path: Path) -> None:
    path = tmp_path / "kcc.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        rows = (["Rapport Q3 2026"], [], ["Onderwerp", "Aantal gesprekken"], ["Paspoort", 120], ["Totaal", 120])
        for place, row in enumerate(rows):
            sheet.write_row(place, 0, row)
    (topics,) = read_web_lists(path)
    assert (topics.kind, topics.quarter) == ("phone", Quarter.parse("2026Q3"))
    assert topics.rows.to_numpy().tolist() == [["Paspoort", 120.0]]


def test_of_a_file_with_pages_and_terms_the_pages_count_unless_chosen(tmp_path: Path, write: Write) -> None:
    write("tasks.csv", "list_version;task_id;label\n1;T1;Paspoort aanvragen\n")
    call = ["channels", str(write("console.zip", packed(**CONSOLE))), "-m", "GM0363", "--data", str(tmp_path)]
    pages = CliRunner().invoke(main, call)
    assert "Niet meegeteld: console.zip/Zoekopdrachten.csv. Kies deze lijst met --kind search." in pages.output
    assert "Aantal 1.600" in pages.output
    assert "Aantal 120" in CliRunner().invoke(main, [*call, "--kind", "search"]).output


@pytest.mark.parametrize("at", [0, 6])
def test_a_row_that_adds_up_all_others_is_no_page(write: Write, at: int) -> None:
    rows = [f"/p{spot};{10 + spot}" for spot in range(6)]
    rows.insert(at, "Alle pagina's;75")
    (pages,) = read_web_lists(write("pages.csv", "\n".join(["Pagina;Weergaven", *rows])))
    assert pages.rows["label"].tolist() == [f"/p{spot}" for spot in range(5, -1, -1)]
