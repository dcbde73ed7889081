from __future__ import annotations

from pathlib import Path

import pytest

from toptaak.core.errors import InputRefused
from toptaak.core.settings import Settings, load_settings


def write(folder: Path, text: str) -> Path:
    (folder / "settings.toml").write_text(text, encoding="utf-8")
    return folder


def test_absent_settings_are_the_defaults(tmp_path: Path) -> None:
    assert load_settings(tmp_path) == Settings()


def test_all_faults_are_told_at_once_with_the_nearest_name(tmp_path: Path) -> None:
    folder = write(tmp_path, "minimun_n = 12\nconfidence = 2\n[nps]\ndetractor = 6\npromoter = 5\n")
    with pytest.raises(InputRefused) as refused:
        load_settings(folder)
    assert sorted(fault.column or "" for fault in refused.value.faults) == [
        "confidence",
        "minimun_n",
        "nps.promoter",
    ]
    assert "minimum_n" in str(refused.value)


def test_broken_toml_names_the_line(tmp_path: Path) -> None:
    with pytest.raises(InputRefused, match="regel 1, bij minimum_n"):
        load_settings(write(tmp_path, "minimum_n = \n"))


def test_the_threshold_has_a_floor(tmp_path: Path) -> None:
    with pytest.raises(InputRefused, match="minimum_n"):
        load_settings(write(tmp_path, "minimum_n = 1"))


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("minimum_n = 2", "Gevonden: '2'. Verwacht: 5 of meer."),
        ("confidence = 95", "Verwacht: minder dan 1."),
        ("confidence = 0.5", "Verwacht: meer dan 0.5."),
        ("max_picks = 21", "Verwacht: 20 of minder."),
        ("max_picks = 2.5", "Verwacht: een geheel getal zonder aanhalingstekens."),
        ("confidence = 'hoog'", "Verwacht: een getal zonder aanhalingstekens, bijvoorbeeld 0.85."),
        ("scoring = 'punten'", "Verwacht: een van: 'plain', 'ranked'."),
        ("closing_steps = 'klaar'", "Verwacht: een lijst tussen vierkante haken."),
        ("rebase = [{ date = 2026-04-01, reason = '' }]", "Verwacht: een tekst die niet leeg is."),
        ("rebase = [{ date = 2026-04-01, reason = 'x', municipality = '363' }]", "Verwacht: een code zoals GM0363."),
        ("nps = 3", "Verwacht: een onderdeel met eigen instellingen."),
        ("nps = { detractor = 6, promoter = 5 }", "Verwacht: een waarde voor promoter die hoger is dan detractor."),
        (
            "works_council_consent = { reference = 'x' }",
            "bij works_council_consent.date: Verwacht: deze regel.",
        ),
        (
            "works_council_consent = { date = 'ooit', reference = 'x' }",
            "een datum zonder aanhalingstekens",
        ),
    ],
)
def test_a_wrong_value_is_explained_in_dutch(tmp_path: Path, entry: str, said: str) -> None:
    with pytest.raises(InputRefused) as refused:
        load_settings(write(tmp_path, entry))
    assert said in str(refused.value)


def test_a_rebase_needs_a_day_and_a_reason(tmp_path: Path) -> None:
    entry = '[[rebase]]\ndate = 2026-04-21\nreason = "new case system"\nmunicipality = "GM9901"\n'
    (tmp_path / "settings.toml").write_text(entry)
    (found,) = load_settings(tmp_path).rebase
    assert found.concerns("GM9901", "success_rate")
    assert not found.concerns("GM9902", "success_rate")
    (tmp_path / "settings.toml").write_text(entry.replace('reason = "new case system"\n', "").replace("GM9901", "9901"))
    with pytest.raises(InputRefused) as refused:
        load_settings(tmp_path)
    assert sorted(fault.column for fault in refused.value.faults) == ["rebase[1].municipality", "rebase[1].reason"]
