"""The form without code: what can be chosen, and that a choice changes the pages below it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from toptaak.core.errors import ToptaakError
from toptaak.printing.blocks import MIME
from toptaak.workbench.form import FORMS, PublicationForm, form


def shown(opened: PublicationForm) -> str:
    return " ".join(str(output["data"][MIME]) for output in opened.page.outputs)


@pytest.fixture(scope="module")
def team(example_data: Path) -> PublicationForm:
    return form("team", example_data)


def test_what_the_data_have_can_be_chosen(team: PublicationForm) -> None:
    assert list(team.choices) == ["municipality", "quarter", "language", "task"]
    assert ("Veenwoude", "GM9901") in team.choices["municipality"].options
    assert team.choices["quarter"].options[0] == "2026Q3"
    assert all(label and code for label, code in team.choices["task"].options)


def test_a_choice_draws_the_pages_anew(team: PublicationForm) -> None:
    team.choices["municipality"].value = "GM9901"
    before = shown(team)
    assert "Veenwoude" in before
    assert "<svg" in before
    (other,) = (code for label, code in team.choices["municipality"].options if code == "GM9902")
    team.choices["municipality"].value = other
    assert "Veenwoude" not in shown(team)
    assert team.choices["quarter"].value == "2026Q3", "the same quarter stays chosen"
    team.choices["language"].value = "en"
    assert "Municipality" in shown(team)


def test_a_refusal_stands_where_the_page_would(team: PublicationForm) -> None:
    team.choices["municipality"].value = "GM9901"
    choice = team.choices["quarter"]
    choice.options = [*choice.options, "1999Q1"]
    choice.value = "1999Q1"
    (output,) = team.page.outputs
    assert "1999Q1" in str(output["data"])


def test_the_form_shows_itself_in_a_notebook(team: PublicationForm) -> None:
    assert "application/vnd.jupyter.widget-view+json" in team._repr_mimebundle_()


def test_what_has_no_form_and_what_is_not_installed_is_a_sentence(
    example_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert set(FORMS) == {"quarterly", "board", "team", "frontline", "journeys", "drivers"}
    with pytest.raises(ToptaakError, match="quarterly"):
        form("nieuwsbrief", example_data)
    (tmp_path / "tasks.csv").write_text("list_version;task_id;label\n1;T1;Paspoort\n", "utf-8")
    with pytest.raises(ToptaakError, match="geen gegevens van een gemeente"):
        form("team", tmp_path)
    monkeypatch.setitem(sys.modules, "ipywidgets", None)
    with pytest.raises(ToptaakError, match=r"toptaak\[widgets\]"):
        form("quarterly", example_data)
