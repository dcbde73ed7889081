"""Themes of open answers: proposed by words, decided by people, counted from decisions."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toptaak.core.errors import InputRefused, ToptaakError
from toptaak.intake.store import refresh
from toptaak.kpi.codebook import NO_THEME, AnswerTheme, Codebook, load_codebook
from toptaak.kpi.open_answers import NOT_JUDGED, theme_shares, with_proposals, write_sheet
from toptaak.stats.intervals import wilson

BOOK = Codebook(
    {
        "waiting": AnswerTheme(label="Wachttijd", keywords=("wacht*", "duurde lang")),
        "clarity": AnswerTheme(label="Duidelijkheid", keywords=("onduidelijk", "niet begrepen")),
    }
)


@pytest.mark.parametrize(
    ("text", "themes"),
    [
        ("Lang gewacht", []),  # no word begins with wacht
        ("Lange WACHTTIJD!", ["waiting"]),
        ("het duurde   lang, en was onduidelijk", ["waiting", "clarity"]),
        ("onduidelijkheid", []),  # a whole word, unless it ends in a star
        ("a.*b (regel) [x]", []),
        ("", []),
    ],
)
def test_words_propose(text: str, themes: list[str]) -> None:
    assert BOOK.propose(text) == themes


def test_signs_in_a_keyword_are_only_signs() -> None:
    book = Codebook({"form": AnswerTheme(label="Formulier", keywords=("form.", "c++"))})
    assert book.propose("formx") == []
    assert book.propose("dat form. in c++") == ["form"]
    assert book.propose("c++") == ["form"]


def test_a_proposal_is_no_decision() -> None:
    answers = pd.DataFrame({"answer": ["lang wachten", "prima", None], "themes": [None, "clarity", ""]})
    made = with_proposals(answers, BOOK)
    assert made.proposed.tolist() == ["waiting", "", ""]
    assert made.themes.tolist() == ["", "clarity", ""]
    shares = theme_shares(made, BOOK).set_index("theme")
    assert shares.n.tolist() == [1, 1]
    assert shares.estimate.to_dict() == {"waiting": 0.0, "clarity": 1.0}


def test_proposing_again_loses_no_decision() -> None:
    first = with_proposals(pd.DataFrame({"answer": ["wachten", "wachten"]}), BOOK)
    first.loc[0, "themes"] = "waiting"
    assert with_proposals(first, BOOK).themes.tolist() == ["waiting", ""]


@given(
    st.lists(
        st.tuples(st.sampled_from(["t1", "t2"]), st.sampled_from(["", "geen", "waiting", "waiting; clarity"])),
        max_size=40,
    )
)
def test_counts_per_task(rows: list[tuple[str, str]]) -> None:
    judged = pd.DataFrame(rows, columns=["task_id", "themes"])
    frame = theme_shares(judged, BOOK, ["task_id"]).set_index(["task_id", "theme"])
    for task in {name for name, _ in rows}:
        decided = [one for name, one in rows if name == task and one]
        waits = any(name == task and not one for name, one in rows)
        for theme in BOOK.themes:
            row = frame.loc[(task, theme)]
            assert row.n == len(decided)
            assert (row.note == NOT_JUDGED) == (waits and len(decided) != 1)
            count = sum(theme in one for one in decided)
            if decided:
                assert row.estimate == pytest.approx(count / len(decided))
            if len(decided) > 1:
                assert (row.ci_low, row.ci_high) == pytest.approx(tuple(wilson(count, len(decided))))


def test_an_unknown_theme_is_refused_with_how_often_it_occurs() -> None:
    judged = pd.DataFrame({"themes": ["waiting", "wachttijd", "clarity;x", "wachttijd"]})
    with pytest.raises(InputRefused) as refused:
        theme_shares(judged, BOOK)
    found = [(fault.code, fault.column, fault.found, fault.count) for fault in refused.value.faults]
    assert found == [("TT-403", "themes", "'wachttijd'", 2), ("TT-403", "themes", "'x'", 1)]
    assert "waiting, clarity" in str(refused.value)


TASKS = "list_version;task_id;label\n1;T1;Verhuizen\n"
RAW = (
    "municipality;date;task_id;channel;answer\n"
    "GM9901;2026-07-01;T1;web;=1+1 lang wachten\n"
    "GM9901;2026-08-01;T1;desk;Alles was onduidelijk, ook de wachttijd\n"
    "GM9901;2026-09-01;T1;desk;Prima\n"
)


def test_the_sheet_goes_round(tmp_path: Path) -> None:
    """Delivered, proposed, judged in the workbook, delivered again and counted."""
    raw, judged = tmp_path / "raw", tmp_path / "judged"
    for folder in (raw, judged):
        folder.mkdir()
        (folder / "tasks.csv").write_text(TASKS, encoding="utf-8")
    (raw / "open_answers.csv").write_text(RAW, encoding="utf-8")
    delivered = refresh(raw).table("open_answers")
    assert delivered is not None
    sheet = judged / "open_answers-2026Q3.xlsx"
    write_sheet(delivered, BOOK, sheet, "nl")
    shown = pd.read_excel(sheet, sheet_name="open_answers", dtype=str, engine="calamine")
    assert shown["answer"][0] == "=1+1 lang wachten"  # text, no formula
    assert shown["proposed"].fillna("").tolist() == ["waiting", "waiting;clarity", ""]
    assert shown["themes"].isna().all()
    with pytest.raises(ToptaakError, match=r"open_answers-2026Q3\.xlsx"):
        write_sheet(delivered, BOOK, sheet, "nl")
    shown["themes"] = ["waiting", "clarity", "geen"]
    sheet.unlink()
    shown.drop(columns="answer").to_excel(
        sheet, index=False, engine="xlsxwriter"
    )  # judged: the text itself is no longer needed
    back = refresh(judged).table("open_answers")
    assert back is not None
    assert back["answer"].isna().all()
    found = theme_shares(back, BOOK, ["task_id"]).set_index("theme")
    assert found["n"].tolist() == [3, 3]
    assert found["estimate"].tolist() == pytest.approx([1 / 3, 1 / 3])


def test_what_waits_for_judgement_comes_first(tmp_path: Path) -> None:
    answers = pd.DataFrame({"answer": ["a", "b", "c"], "themes": ["geen", "", "waiting"]})
    write_sheet(answers, BOOK, tmp_path / "answers.xlsx", "nl")
    assert pd.read_excel(tmp_path / "answers.xlsx", engine="calamine")["answer"].tolist() == ["b", "a", "c"]
    again = tmp_path / "again.xlsx"
    write_sheet(answers, BOOK, again, "nl")
    assert again.read_bytes() == (tmp_path / "answers.xlsx").read_bytes()


def test_a_codebook_is_read(tmp_path: Path) -> None:
    path = tmp_path / "codeboek.toml"
    path.write_text('\ufeff[themes.waiting]\nlabel = "Wachttijd"\nkeywords = ["wacht*"]\n', encoding="utf-8")
    assert load_codebook(path).propose("wachtrij") == ["waiting"]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("[themes.a\n", ["TT-702"]),
        ("", ["TT-711"]),
        ('[themes.a]\nlabel = ""\nkeywords = []\n[themes.b]\nlabel = "B"\n', ["TT-711", "TT-713", "TT-711"]),
        ('[themes.a]\nlabel = "A"\nkeywords = ["x"]\nkleur = "rood"\n', ["TT-712"]),
        ('[themes.geen]\nlabel = "A"\nkeywords = ["x"]\n', ["TT-402"]),
        ('[themes."a;b"]\nlabel = "A"\nkeywords = ["x"]\n', ["TT-402"]),
    ],
)
def test_a_faulty_codebook_is_refused_at_once(tmp_path: Path, text: str, codes: list[str]) -> None:
    path = tmp_path / "codeboek.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputRefused) as refused:
        load_codebook(path)
    assert [fault.code for fault in refused.value.faults] == codes


def test_a_codebook_that_is_not_there_is_asked_for(tmp_path: Path) -> None:
    with pytest.raises(InputRefused) as refused:
        load_codebook(tmp_path / "codebook.toml")
    assert [fault.code for fault in refused.value.faults] == ["TT-404"]


def test_answers_stand_in_no_result_and_no_fault() -> None:
    secret = "Jan Jansen, Dorpsstraat 1, belde op 0612345678 over zijn aanvraag en kreeg geen antwoord"
    answers = pd.DataFrame({"answer": [secret] * 3, "themes": ["waiting", "geen", "waiting"]})
    judged = with_proposals(answers, BOOK)
    assert secret not in theme_shares(judged, BOOK).to_csv()
    with pytest.raises(InputRefused) as refused:
        theme_shares(judged.assign(themes=secret), BOOK)
    assert "Jansen" not in str(refused.value)
    assert {"geen", "none"} == NO_THEME


def test_the_examples_truth_is_recovered(tmp_path: Path) -> None:
    """Of independent shares 5 % may miss their truth; twelve municipalities have about sixty of them."""
    from toptaak.example import write_example

    write_example(tmp_path / "example", 12, 8, tables=["tasks", "open_answers"])
    store = refresh(tmp_path / "example")
    answers = store.table("open_answers")
    assert answers is not None
    found = theme_shares(answers, load_codebook(tmp_path / "example" / "codebook.toml"), ["municipality"])
    truth = pd.read_csv(tmp_path / "example" / "truth" / "themes.csv")
    joined = found.merge(truth, on=["municipality", "theme"])
    assert len(joined) == len(truth) == len(found) > 60
    missed = (joined["share"] < joined["ci_low"]) | (joined["share"] > joined["ci_high"])
    assert missed.sum() <= 9
    assert set(joined["note"]) == {NOT_JUDGED}
