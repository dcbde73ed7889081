"""Themes of open answers: proposed by words, decided by people, counted from decisions."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toptaak.core.errors import InputRefused
from toptaak.kpi.open_answers import NO_THEME, Codebook, Theme, load_codebook, sheet, theme_shares
from toptaak.stats.intervals import wilson

BOOK = Codebook(
    {
        "waiting": Theme(label="Wachttijd", keywords=("wacht*", "duurde lang")),
        "clarity": Theme(label="Duidelijkheid", keywords=("onduidelijk", "niet begrepen")),
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
    book = Codebook({"form": Theme(label="Formulier", keywords=("form.", "c++"))})
    assert book.propose("formx") == []
    assert book.propose("dat form. in c++") == ["form"]
    assert book.propose("c++") == ["form"]


def test_a_proposal_is_no_decision() -> None:
    answers = pd.DataFrame({"text": ["lang wachten", "prima", None], "decided": [None, "clarity", ""]})
    made = sheet(answers, BOOK)
    assert made.proposed.tolist() == ["waiting", "", ""]
    assert made.decided.tolist() == ["", "clarity", ""]
    shares = theme_shares(made, BOOK).set_index("theme")
    assert shares.n.tolist() == [1, 1]
    assert shares.estimate.to_dict() == {"waiting": 0.0, "clarity": 1.0}


def test_the_sheet_can_be_made_again_without_losing_decisions() -> None:
    first = sheet(pd.DataFrame({"text": ["wachten", "wachten"]}), BOOK)
    first.loc[0, "decided"] = "waiting"
    assert sheet(first, BOOK).decided.tolist() == ["waiting", ""]


@given(
    st.lists(
        st.tuples(st.sampled_from(["t1", "t2"]), st.sampled_from(["", NO_THEME, "waiting", "waiting; clarity"])),
        max_size=40,
    )
)
@settings(deadline=None, max_examples=40)
def test_counts_per_task(rows: list[tuple[str, str]]) -> None:
    judged = pd.DataFrame(rows, columns=["task_id", "decided"])
    frame = theme_shares(judged, BOOK, ["task_id"]).set_index(["task_id", "theme"])
    for task in ("t1", "t2"):
        decided = [one for name, one in rows if name == task and one]
        for theme in BOOK.themes:
            if not decided:
                assert (task, theme) not in frame.index
                continue
            count = sum(theme in one for one in decided)
            row = frame.loc[(task, theme)]
            assert (row.n, row.estimate) == (len(decided), pytest.approx(count / len(decided)))
            if len(decided) > 1:
                assert (row.ci_low, row.ci_high) == pytest.approx(tuple(wilson(count, len(decided))))


def test_an_unknown_theme_is_refused_with_its_row() -> None:
    judged = pd.DataFrame({"decided": ["waiting", "wachttijd", "clarity;x"]})
    with pytest.raises(InputRefused) as refused:
        theme_shares(judged, BOOK)
    assert [(fault.code, fault.row) for fault in refused.value.faults] == [("TT-403", 3), ("TT-403", 4)]
    assert "waiting, clarity" in str(refused.value)


def test_a_codebook_is_read(tmp_path: Path) -> None:
    path = tmp_path / "codeboek.toml"
    path.write_text('\ufeff[themes.waiting]\nlabel = "Wachttijd"\nkeywords = ["wacht*"]\n', encoding="utf-8")
    assert load_codebook(path).propose("wachtrij") == ["waiting"]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("[themes.a\n", ["TT-401"]),
        ("", ["TT-402"]),
        ('[themes.a]\nlabel = ""\nkeywords = []\n[themes.b]\nlabel = "B"\n', ["TT-402"] * 3),
        ('[themes.a]\nlabel = "A"\nkeywords = ["x"]\nkleur = "rood"\n', ["TT-402"]),
    ],
)
def test_a_faulty_codebook_is_refused_at_once(tmp_path: Path, text: str, codes: list[str]) -> None:
    path = tmp_path / "codeboek.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputRefused) as refused:
        load_codebook(path)
    assert [fault.code for fault in refused.value.faults] == codes


def test_answers_stand_in_no_result_and_no_fault() -> None:
    secret = "Jan Jansen, Dorpsstraat 1"
    judged = sheet(pd.DataFrame({"text": [secret] * 3, "decided": ["waiting", NO_THEME, "waiting"]}), BOOK)
    assert secret not in theme_shares(judged, BOOK).to_csv()
    with pytest.raises(InputRefused) as refused:
        theme_shares(judged.assign(decided="x"), BOOK)
    assert secret not in str(refused.value)
