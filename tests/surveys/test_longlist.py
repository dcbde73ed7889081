"""Long list: candidates from several sources, decisions in a workbook, a short list fit for a vote."""

from __future__ import annotations

import builtins
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import xlsxwriter
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.longlist import labelled, measure
from toptaak.cli.main import main
from toptaak.core.errors import InputRefused, MissingExtra, ToptaakError
from toptaak.core.faults import Severity
from toptaak.intake.store import check_path
from toptaak.surveys.candidates import read_candidates
from toptaak.surveys.longlist import LONGLIST_COLUMNS, as_longlist, make_longlist, short_list, to_tasks, write_tasks
from toptaak.surveys.longlist_sheet import read_sheet, write_longlist, write_sheet
from toptaak.surveys.shortlist import check_short_list
from toptaak.surveys.similarity import OVERLAP, PROPOSE, alike, core_words, nearest_earlier

WEB = "taak;aantal;eigenaar;thema\nPaspoort aanvragen;1.200;Burgerzaken;Burger\nVerhuizing doorgeven;900;Burgerzaken;\n"
SEARCH = "zoekterm;zoekopdrachten\npaspoort aanvragen;80\ngrof vuil;40\njan@voorbeeld.nl;1\n"
PHONE = "onderwerp,gesprekken\nGrofvuil,310\n"
UPL = (
    "UniformeProductnaam,URI,Gemeente,Burger\n"
    "verhuismelding,http://upl/verhuismelding,X,X\n"
    "kwekersrecht,http://upl/kwekersrecht,,X\n"
    "bedrijfsafval,http://upl/bedrijfsafval,X,\n"
    "grofvuil,http://upl/grofvuil,X,X\n"
)


@pytest.fixture
def sources(tmp_path: Path) -> dict[str, list[Path]]:
    texts = {"web": WEB, "search": SEARCH, "phone": PHONE, "upl": UPL}
    paths = {source: tmp_path / f"{source}.csv" for source in texts}
    for source, path in paths.items():
        path.write_text(texts[source], encoding="utf-8")
    return {source: [path] for source, path in paths.items()}


def decided(*rows: dict[str, Any]) -> pd.DataFrame:
    frame = pd.DataFrame(rows)
    frame["number"] = frame["number"] if "number" in frame else range(1, len(frame) + 1)
    return as_longlist(frame.reindex(columns=list(LONGLIST_COLUMNS)))


def test_sources_become_one_list_with_source_owner_and_proposed_doubles(sources: dict[str, list[Path]]) -> None:
    candidates, faults = read_candidates(sources)
    made = make_longlist(candidates, "nl")
    assert made["task"].tolist() == [
        "Paspoort aanvragen",
        "Verhuizing doorgeven",
        "grof vuil",
        "Grofvuil",
        "verhuismelding",
    ]
    assert made["sources"].tolist() == [
        "webpagina 1.200; zoekterm 80",
        "webpagina 900",
        "zoekterm 40",
        "telefoon 310; UPL",
        "UPL",
    ]
    assert made["duplicate_of"].tolist() == [pd.NA, pd.NA, pd.NA, 3, 2]
    assert made["similar_to"].tolist()[3:] == ["grof vuil", "Verhuizing doorgeven"]
    assert made["owner"].tolist()[:2] == ["Burgerzaken", "Burgerzaken"]
    assert made["upl_uri"].tolist()[3] == "http://upl/grofvuil"
    assert [one.code for one in faults if one.severity is Severity.SET_ASIDE] == ["TT-500"]
    assert not made["task"].str.contains("@").any()


def test_the_official_product_list_gives_what_municipalities_do_for_citizens(shared_data: Path) -> None:
    upl = shared_data / "upl" / "upl_actueel_2023-09.csv"
    candidates, _ = read_candidates({"upl": [upl]})
    table = pd.read_csv(upl, dtype=str, keep_default_na=False)
    expected = table[(table["Gemeente"] == "X") & (table["Burger"] == "X")]
    assert len(candidates) == len(expected)
    assert set(candidates["task"]) == set(expected["UniformeProductnaam"])
    assert candidates["task"].nunique() == 393  # counted in the list's own description
    made = make_longlist(candidates, "nl")
    assert len(made) == 393
    assert made["duplicate_of"].notna().any()


def test_faults_of_all_lists_come_together(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("kolom;aantal\nx;1\n", encoding="utf-8")
    (tmp_path / "b.csv").write_text("", encoding="utf-8")
    paths = {"web": [tmp_path / "a.csv"], "desk": [tmp_path / "b.csv", tmp_path / "c.csv"]}
    with pytest.raises(InputRefused) as refused:
        read_candidates(paths)
    assert [(one.code, one.file) for one in refused.value.faults if one.severity is Severity.STOP] == [
        ("TT-021", "a.csv"),
        ("TT-001", "b.csv"),
        ("TT-003", "c.csv"),
    ]


@pytest.mark.parametrize(("part", "precision", "recall"), [("ontwerp", 0.80, 0.70), ("toets", 0.78, 0.50)])
def test_proposed_doubles_are_mostly_right(part: str, precision: float, recall: float) -> None:
    found = measure(*labelled(part), PROPOSE)
    assert found.precision >= precision
    assert found.recall >= recall
    assert measure(*labelled(part), OVERLAP).precision >= 0.95


def test_without_the_extra_one_sentence_tells_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any) -> Any:
        if name == "rapidfuzz":
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(MissingExtra, match=r"toptaak\[longlist\]"):
        alike(["a", "b"])


@given(st.lists(st.text(max_size=20), min_size=1, max_size=8))
def test_likeness_is_symmetric_and_an_earlier_row_is_earlier(texts: list[str]) -> None:
    likeness = alike(texts)
    assert np.allclose(likeness, likeness.T)
    assert ((likeness >= 0) & (likeness <= 1)).all()
    earlier, found = nearest_earlier(texts)
    assert (earlier < np.arange(len(texts))).all()
    assert ((earlier >= 0) == (found >= PROPOSE)).all()
    assert earlier.tolist() == nearest_earlier(texts)[0].tolist()


def test_action_words_alone_still_tell_a_task() -> None:
    assert core_words("Melding doen") == core_words("melden")
    assert core_words("") == ""


def test_a_workbook_keeps_decisions_and_text_stays_text(tmp_path: Path) -> None:
    rows = [
        {"task": "=1+1", "sources": "+31", "decision": "keep", "new_name": "@rekenen", "category": "-"},
        {"task": "Paspoort", "decision": "merge", "merge_into": 1, "duplicate_of": 1, "similarity": 0.71},
        {"task": "Wijkfeest", "decision": "drop", "reason": "komt niet voor"},
        {"task": "http://voorbeeld.nl", "reason": "{=A1}"},
    ]
    made = decided(*rows)
    path = tmp_path / "lijst.xlsx"
    write_sheet(made, path, "nl")
    back, warnings = read_sheet(path)
    pd.testing.assert_frame_equal(back, made)
    assert [(one.code, one.row, one.count) for one in warnings] == [("TT-506", 5, 1)]
    with zipfile.ZipFile(path) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert 'type="list"' in sheet
    assert '"houden,samenvoegen,schrappen"' in sheet
    assert "hyperlink" not in sheet


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_same_list_gives_the_same_bytes_in_both_languages(tmp_path: Path, language: str) -> None:
    made = decided({"task": "Paspoort", "decision": "keep"})
    for name in ("a.xlsx", "b.xlsx"):
        write_sheet(made, tmp_path / name, language)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    pd.testing.assert_frame_equal(read_sheet(tmp_path / "a.xlsx")[0], made)


@given(
    st.lists(
        st.tuples(
            st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=12),
            st.sampled_from(["", "keep", "drop"]),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_any_text_survives_the_workbook(tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]]) -> None:
    texts = [text.strip() or "x" for text, _ in rows]
    made = decided(*({"task": text, "decision": one} for text, (_, one) in zip(texts, rows, strict=True)))
    path = tmp_path_factory.mktemp("lijst") / "lijst.xlsx"
    write_sheet(made, path, "nl")
    assert read_sheet(path)[0]["task"].tolist() == texts


def test_what_people_broke_in_the_workbook_is_told_with_its_row(tmp_path: Path) -> None:
    cells = [
        ["nr.", "taak", "besluit", "samen met nr.", "reden"],
        [1, "Paspoort", "houden", "", ""],
        [2, "ID-kaart", "houdem", "", ""],
        [2, "Rijbewijs", "samenvoegen", "", ""],
        ["", "Trouwen", "samenvoegen", 99, ""],
        [5, "Scheiden", "samenvoegen", 6, ""],
        [6, "Wijkfeest", "schrappen", "", ""],
        [7, "", "", "", ""],
    ]
    path = tmp_path / "lijst.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(cells):
            sheet.write_row(number, 0, row)
    with pytest.raises(InputRefused) as refused:
        read_sheet(path)
    told = [(one.code, one.row, one.column) for one in refused.value.faults]
    assert told == [
        ("TT-503", 3, "besluit"),
        ("TT-501", 4, "nr."),
        ("TT-504", 4, "samen met nr."),
        ("TT-501", 5, "nr."),
        ("TT-504", 5, "samen met nr."),
        ("TT-502", 8, "taak"),
        ("TT-506", 8, "besluit"),
        ("TT-507", 7, "reden"),
        ("TT-508", 6, "samen met nr."),
    ]
    assert "houden" in refused.value.faults[0].describe("nl")


def test_accepting_every_proposed_double_follows_chains_to_the_row_that_stays(tmp_path: Path) -> None:
    head = ["nr.", "taak", "besluit", "samen met nr.", "reden"]
    rows = [
        [1, "Paspoort", "houden", "", ""],
        [2, "Paspoorten", "samenvoegen", 1, ""],
        [3, "Paspoort aanvragen", "samenvoegen", 2, ""],
        [4, "Trouwen", "samenvoegen", 5, ""],
        [5, "Huwelijk", "samenvoegen", 4, ""],
    ]
    path = tmp_path / "lijst.xlsx"
    for last in (3, 5):
        with xlsxwriter.Workbook(path) as book:
            sheet = book.add_worksheet()
            for number, row in enumerate([head, *rows[:last]]):
                sheet.write_row(number, 0, row)
        if last == 3:
            assert short_list(read_sheet(path)[0])["merged"].tolist() == ["2, 3"]
    with pytest.raises(InputRefused) as refused:
        read_sheet(path)
    assert [(one.code, one.row) for one in refused.value.faults] == [("TT-505", 5), ("TT-505", 6)]


def test_a_workbook_without_the_columns_of_a_long_list_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "lijst.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet().write_row(0, 0, ["taak", "iets"])
        book.worksheets()[0].write_row(1, 0, ["Paspoort", "x"])
    with pytest.raises(InputRefused) as refused:
        read_sheet(path)
    assert [one.code for one in refused.value.faults] == ["TT-021", "TT-021"]
    with pytest.raises(InputRefused):
        read_sheet(tmp_path / "weg.xlsx")


def test_a_list_with_decisions_is_never_overwritten(tmp_path: Path, sources: dict[str, list[Path]]) -> None:
    path = tmp_path / "lijst.xlsx"
    longlist, _ = write_longlist(path, sources, "nl")
    assert len(read_sheet(path)[0]) == len(longlist) == 5
    with pytest.raises(ToptaakError, match="besluiten"):
        write_longlist(path, sources, "nl")


def test_a_short_list_gathers_what_was_merged_and_intake_takes_it(tmp_path: Path) -> None:
    made = decided(
        {"task": "Reisdocument", "decision": "merge", "merge_into": 2, "owner": "B; A", "upl_uri": "u1"},
        {"task": "paspoort", "new_name": "Paspoort", "decision": "keep", "owner": "A", "sources": "web"},
        {"task": "Wijkfeest", "decision": "drop"},
        {"task": "Trouwen"},
    )
    short = short_list(made)
    assert short.to_dict("records") == [
        {
            "number": 2,
            "label": "Paspoort",
            "category": "",
            "owner": "A; B",
            "sources": "web",
            "merged": "1",
            "upl_uri": "u1",
        }
    ]
    tasks = to_tasks(short, "2026")
    tasks.to_csv(tmp_path / "tasks.csv", index=False)
    report = check_path(tmp_path / "tasks.csv")
    assert not report.refused
    assert [(one.table, one.rows_used) for one in report.accounts] == [("tasks", 1)]


def labels(*texts: str) -> pd.DataFrame:
    return pd.DataFrame({"number": range(1, len(texts) + 1), "label": texts})


def flags(frame: pd.DataFrame) -> list[tuple[Any, str, str]]:
    found = check_short_list(frame, "nl")
    return [(row.number, row.kind, row.found) for row in found.itertuples() if row.kind != "length"]


@pytest.mark.parametrize(
    ("label", "kind", "found"),
    [
        ("Leges betalen", "jargon", "leges"),
        ("Uittreksel BRP", "abbreviation", "brp"),
        ("Brief van SVBK", "abbreviation", "SVBK"),
        ("Z-2024 inzien", "code", "Z-2024"),
        ("Artikel 2.43 inzien", "code", "Artikel 2.43"),
        ("Aanvraag paspoort", "process", "Aanvraag"),
        ("Werkproces verhuizen", "process", "Werkproces"),
        ("Activiteiten voor ouderen", "audience", "ouderen"),
        ("Paspoort en rijbewijs", "combined", "en"),
        ("Een heel lange naam die niemand helemaal gaat lezen", "long", "9"),
    ],
)
def test_words_that_a_citizen_does_not_use_are_flagged(label: str, kind: str, found: str) -> None:
    assert flags(labels(label)) == [(1, kind, found)]


def test_plain_tasks_are_not_flagged() -> None:
    plain = labels("Paspoort aanvragen", "ID-kaart aanvragen", "Inloggen met DigiD", "Afval scheiden", "Trouwen")
    assert flags(plain) == []


def test_two_tasks_that_are_alike_are_flagged_once_with_their_likeness() -> None:
    found = check_short_list(labels("Grof vuil ophalen", "Trouwen", "Grofvuil laten ophalen"), "nl")
    overlap = found[found["kind"] == "overlap"]
    assert list(zip(overlap["number"], overlap["found"], strict=True)) == [(1, "Grofvuil laten ophalen")]
    assert "100%" in overlap["reason"].item()


@pytest.mark.parametrize(("size", "flagged"), [(0, True), (49, True), (50, False), (100, False), (101, True)])
def test_a_short_list_has_fifty_to_a_hundred_tasks(size: int, flagged: bool) -> None:
    found = check_short_list(labels(*(f"t{number}" for number in range(size))), "nl", threshold=1.1)
    assert ("length" in set(found["kind"])) is flagged


def test_own_words_can_be_declared_as_jargon() -> None:
    found = check_short_list(labels("Vooroverleg"), "nl", jargon={"vooroverleg": "plan bespreken"})
    assert "plan bespreken" in found["reason"].iloc[-1]
    assert "town hall" in check_short_list(labels("Vooroverleg"), "en", jargon={"vooroverleg": ""})["reason"].iloc[-1]


def test_the_commands_go_from_lists_to_a_table_of_tasks(tmp_path: Path, sources: dict[str, list[Path]]) -> None:
    book, tasks = tmp_path / "lijst.xlsx", tmp_path / "tasks.csv"
    options = [word for source, paths in sources.items() for path in paths for word in (f"--{source}", str(path))]
    made = CliRunner().invoke(main, ["longlist", "new", str(book), *options])
    assert made.exit_code == 0
    assert "5 taken, waarvan er 2 op een eerdere lijken" in made.output
    again = CliRunner().invoke(main, ["longlist", "new", str(book), *options])
    assert again.exit_code == 2
    assert "besluiten" in again.output
    longlist, _ = read_sheet(book)
    longlist["decision"] = ["keep", "keep", "merge", "keep", "drop"]
    longlist["merge_into"] = pd.array([None, None, 4, None, None], dtype="Int64")
    decided_book = tmp_path / "besloten.xlsx"
    write_sheet(longlist, decided_book, "nl")
    checked = CliRunner().invoke(main, ["longlist", "check", str(decided_book), "--tasks", str(tasks)])
    assert checked.exit_code == 0
    assert "Korte lijst: 3 taken. Aantal opmerkingen: 1." in checked.output
    assert "TT-507" in checked.output
    assert pd.read_csv(tasks, sep=";")["label"].tolist() == ["Paspoort aanvragen", "Verhuizing doorgeven", "Grofvuil"]


def test_the_commands_say_what_is_missing(tmp_path: Path) -> None:
    nothing = CliRunner().invoke(main, ["longlist", "new", str(tmp_path / "lijst.xlsx")])
    assert (nothing.exit_code, "--web" in nothing.output) == (2, True)


def test_a_task_never_becomes_a_formula(tmp_path: Path) -> None:
    short = short_list(decided({"task": "=1+1", "decision": "keep"}))
    with pytest.raises(ToptaakError, match="="):
        write_tasks(short, "1", tmp_path / "tasks.csv")
    assert not (tmp_path / "tasks.csv").exists()
