"""`import toptaak as tt`: what a researcher finds under Tab, and what it does with a file of his own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import toptaak as tt
from toptaak.core.errors import ToptaakError
from toptaak.workbench.result_frames import ResultFrame

TASKS = [f"Taak {letter}" for letter in "ABCDEFGH"]


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An export as Google Forms makes it: a moment, the vote in one cell, a background question."""
    rng = np.random.default_rng(7)
    weights = np.arange(8, 0, -1) / 36
    rows = [
        {
            "Tijdstempel": f"2026/09/{1 + row % 28:02d} 10:{row % 60:02d}:00 AM CET",
            "Welke taken zijn voor u het belangrijkst?": ";".join(rng.choice(TASKS, 3, replace=False, p=weights)),
            "Leeftijd": ["18-39", "40-64", "65+"][row % 3],
        }
        for row in range(120)
    ]
    path = tmp_path_factory.mktemp("own") / "enquete.csv"
    pd.DataFrame(rows).to_csv(path, index=False)
    return path


def test_tab_shows_what_a_researcher_needs_and_nothing_else() -> None:
    assert dir(tt) == [
        "Figure",
        "Quarter",
        "Settings",
        "Table",
        "form",
        "measure",
        "measures",
        "quarter",
        "read",
        "show",
        "survey",
    ]
    for name in dir(tt):
        assert getattr(tt, name).__doc__, name


def test_a_name_is_still_there_after_its_room_was_loaded() -> None:
    code = "import toptaak as tt, toptaak.surveys.ranking; assert callable(tt.survey) and callable(tt.measure)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_from_a_file_to_a_league_table_in_three_lines(export: Path) -> None:
    survey = tt.survey(export)
    league = survey.league()
    assert isinstance(league, ResultFrame)
    assert league["task"].iloc[0] == "Taak A"
    assert league["estimate"].sum() == pytest.approx(1)
    assert "<caption" in league._repr_html_()
    assert "Taak A" in survey._repr_html_()
    assert set(survey.segments("leeftijd")["level"]) == {"18-39", "40-64", "65+"}
    assert survey.rank_sets()["rank_low"].min() == 1
    assert survey.curve().block == "figure"
    with pytest.raises(ToptaakError, match="leeftijd"):
        survey.segments("geslacht")


def test_what_a_survey_asks_is_named_and_can_be_answered(tmp_path: Path) -> None:
    rows = [f"{nr};{TASKS[nr % 8]};{TASKS[(nr + 1 + nr % 3) % 8]}" for nr in range(80)]
    file = tmp_path / "keuzes.csv"
    file.write_text("\n".join(["nr;Keuze 1;Keuze 2", *rows]), "utf-8")
    with pytest.raises(ToptaakError, match=r"answers=\{'date': '…'\}"):
        tt.survey(file)
    assert len(tt.survey(file, answers={"date": "2026-09-01"}).league()) == 8
    with pytest.raises(ToptaakError, match="datum"):
        tt.survey(file, answers={"datum": "2026-09-01"})


def test_a_result_computes_as_a_frame_and_shows_itself_in_two_languages(export: Path) -> None:
    league = tt.survey(export).league()
    assert league.query("rank <= 3").caption == league.caption
    assert league.groupby("band")["estimate"].sum().sum() == pytest.approx(1)
    assert "Marge" in league._repr_html_()
    assert "Margin" in league.in_english()._repr_html_()
    assert league[["task", "estimate"]]._repr_html_(), "a part that is no result shows itself as pandas does"


def test_one_measure_of_tables_or_of_a_folder(example_data: Path) -> None:
    attempts = pd.DataFrame({"channel": ["web"] * 40 + ["desk"] * 4, "verified_success": [True, False] * 22})
    frame = tt.measure("success_rate", {"attempts": attempts}, by="channel")
    assert frame.set_index("channel")["n"].astype(object).where(lambda n: n.notna(), None).to_dict() == {
        "web": 40,
        "desk": None,
    }
    assert "minder" in frame._repr_html_() or "te weinig" in frame._repr_html_()
    whole = tt.measure("success_rate", example_data, by=["municipality"])
    assert whole["municipality"].nunique() == 12
    with pytest.raises(ToptaakError, match="success_rate"):
        tt.measure("succes_rate", {"attempts": attempts})


def test_a_quarter_gives_kpis_sections_and_never_a_row_of_a_person(example_data: Path) -> None:
    quarter = tt.quarter("GM9901", "2026Q3", example_data)
    assert {"success_rate", "completion_time"} <= set(quarter.kpis()["measure"])
    assert quarter.section("summary")[0].block == "heading"
    assert "respondent" not in quarter._repr_html_()
    for shown in (repr(quarter), repr(quarter.source), repr(quarter.source.tables), repr(quarter.source.votes)):
        assert "citizen" not in shown and "segment_" not in shown and len(shown) < 2000
    assert "respondents: " in repr(quarter.source)
    with pytest.raises(ToptaakError, match="2026Q3"):
        tt.quarter("GM9901", "2031Q3", example_data)
