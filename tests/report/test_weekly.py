"""The weekly run of signals, as a user types it."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner, Result

from toptaak.cli import main as cli
from toptaak.core.periods import parse_week
from toptaak.intake.store import refresh
from toptaak.printing.blocks import Heading, Tiles
from toptaak.printing.html_checks import check_html
from toptaak.printing.terminal import as_text
from toptaak.report.governing.weekly import signals_of_week

CODE, WEEK = "GM9901", "2026W39"
TASKS = "list_version;task_id;label\n2026;afval;Afval wegbrengen\n2026;zorg;Hulp thuis aanvragen\n"


def call(*arguments: object) -> Result:
    return CliRunner().invoke(cli.main, ["signals", *(str(one) for one in arguments)])


def contacts(weeks: int = 90, mean: int = 12, last: dict[str, int] | None = None) -> pd.DataFrame:
    """Draw contacts up to and including week 39, with other numbers in that last week if given."""
    rng, monday = np.random.default_rng(3), parse_week(WEEK)
    rows = []
    for back in range(weeks - 1, -1, -1):
        for topic in ("afval", "zorg", "parkeren"):
            count = (last or {}).get(topic, int(rng.poisson(mean))) if back == 0 else int(rng.poisson(mean))
            days = rng.integers(0, 5, count)
            rows += [(monday - dt.timedelta(weeks=back) + dt.timedelta(days=int(day)), topic) for day in days]
    frame = pd.DataFrame(rows, columns=["day", "topic"])
    started = pd.to_datetime(frame["day"]).dt.strftime("%Y-%m-%d 10:00")
    return pd.DataFrame({"municipality": CODE, "topic": frame["topic"], "channel": "phone", "started_at": started})


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "tasks.csv").write_text(TASKS, encoding="utf-8")
    return folder


def test_the_surge_of_the_example_is_seen_and_for_whom_it_is(example_data: Path) -> None:
    shown = call("-m", CODE, "--week", "2026W40", "--data", example_data)
    assert shown.exit_code == 0
    (line,) = [line for line in shown.output.splitlines() if "Afval en milieu" in line]
    assert "2026W38" in line  # seen two weeks before
    assert "klantcontactcentrum, webteam, toptaakoverleg" in line
    assert "lopen tot en met 30 september 2026: een toename kan nog ontbreken" in shown.output


def test_without_a_week_it_is_the_last_whole_one(example_data: Path) -> None:
    shown = call("-m", "GM9909", "--data", example_data)
    assert shown.output.startswith("Signalen Rivierland-West, week 2026W39 (21 september 2026 tot en met 27 september")
    assert "lopen tot en met" not in shown.output


def test_open_text_stays_out(example_data: Path) -> None:
    texts = set(refresh(example_data).table("signals", CODE)["text"])  # type: ignore[index]
    for week in ("2026W37", "2026W39"):
        shown = call("-m", CODE, "--week", week, "--data", example_data)
        assert texts
        assert not any(text in shown.output for text in texts)


def test_what_points_at_a_person_stays_out(data: Path) -> None:
    rows = """municipality;signal;date;department;topic;text
GM9901;S1;2026-09-21;KCC;bel 0612345678;mevrouw Jansen
GM9901;S2;2026-09-22;jan.jansen@gemeente.nl;afval;geen
"""
    (data / "signals.csv").write_text(rows, encoding="utf-8")
    log = contacts(last={"parkeren": 70}).replace({"topic": {"parkeren": "mail jan@jansen.nl"}})
    log.to_csv(data / "contacts.csv", sep=";", index=False)
    shown = call("-m", CODE, "--week", WEEK, "--data", data)
    assert shown.output.count("***") >= 3, "masked where it was taken in, and where it is shown"
    assert "is gereageerd" not in shown.output
    assert not {"0612345678", "jansen", "Jansen"} & set(re.split(r"[ .@\n]", shown.output))


def test_the_page_can_be_read_by_all(example_data: Path, tmp_path: Path) -> None:
    page = tmp_path / "signalen.html"
    shown = call("-m", CODE, "--data", example_data, "--out", page, "--language", "en")
    assert str(page) in shown.output
    html = page.read_text(encoding="utf-8")
    assert check_html(html, "en") == []
    assert "Afval en milieu" in html
    assert "Fictional example" in html


def test_an_answer_does_not_change_when_time_goes_on(data: Path) -> None:
    whole = contacts(last={"zorg": 60})
    monday = pd.Timestamp(parse_week(WEEK))
    earlier = whole[pd.to_datetime(whole["started_at"]) < monday]
    week = "2026W38"
    answers = []
    for rows in (whole, earlier):
        rows.to_csv(data / "contacts.csv", sep=";", index=False)
        answers.append(signals_of_week(data, CODE, week, refresh, "nl").blocks)
    assert answers[0] == answers[1]
    text = as_text(answers[0])
    assert "nam geen onderwerp meer toe" in text


def test_missing_tables_are_named(data: Path) -> None:
    contacts(last={"parkeren": 70}).to_csv(data / "contacts.csv", sep=";", index=False)
    shown = call("-m", CODE, "--data", data)
    assert "De tabel ‘staff_feedback’ is niet aangeleverd" in shown.output
    assert "De tabel ‘signals’ is niet aangeleverd" in shown.output
    assert "‘contacts’" not in shown.output
    assert any(line.strip().startswith("parkeren") for line in shown.output.splitlines())
    nothing = call("-m", "GM9902", "--data", data)
    assert nothing.exit_code == 2
    assert "‘contacts’, ‘staff_feedback’, ‘signals’ ontbreken" in nothing.output


def test_small_numbers_are_hidden(data: Path) -> None:
    rare = contacts(mean=0, last={"zorg": 8})
    usual = contacts(mean=12).query("topic == 'afval'")
    pd.concat([usual, rare]).to_csv(data / "contacts.csv", sep=";", index=False)
    shown = call("-m", CODE, "--week", WEEK, "--data", data)
    (line,) = [line for line in shown.output.splitlines() if line.strip().startswith("Hulp thuis") or " zorg " in line]
    assert "minder dan 10" in line
    assert "8" not in line.replace("2026W38", "")


def test_a_week_without_contacts_and_a_short_history(data: Path) -> None:
    short = contacts(weeks=20)
    short.to_csv(data / "contacts.csv", sep=";", index=False)
    shown = call("-m", CODE, "--data", data)
    assert "pas te zeggen als er meer dan een jaar aan weken is" in shown.output
    days = ["2026-09-30", "2026-10-06"]
    feedback = pd.DataFrame({"municipality": CODE, "entry": ["a", "b"], "submitted_on": days, "topic": "brief"})
    feedback.to_csv(data / "staff_feedback.csv", sep=";", index=False)
    later = call("-m", CODE, "--week", "2026W41", "--data", data)
    assert later.exit_code == 0
    assert "Van deze week zijn geen contacten vastgelegd; het laatste contact is van 25 september 2026." in later.output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("-m", CODE, "--week", "40"), "‘40’ is geen week"),
        (("-m", CODE, "--week", "2026W45"), "lopen tot en met 30 september 2026: week 2026W45 is nog niet"),
        (("-m", "GM0000"), "GM0000"),
    ],
)
def test_what_cannot_be_judged_is_told_in_a_sentence(example_data: Path, arguments: tuple[str, ...], said: str) -> None:
    shown = call(*arguments, "--data", example_data)
    assert shown.exit_code == 2
    assert said in shown.output
    assert "Traceback" not in shown.output


def test_a_task_has_its_name_of_the_list_in_force(data: Path) -> None:
    older = "2025;zorg;Hulp in de huishouding\n"
    (data / "tasks.csv").write_text(TASKS + older, encoding="utf-8")
    (data / "settings.toml").write_text('list_version = "2026"\n', encoding="utf-8")
    contacts(last={"zorg": 70}).to_csv(data / "contacts.csv", sep=";", index=False)
    shown = call("-m", CODE, "--data", data)
    assert "Hulp thuis aanvragen" in shown.output
    assert "Hulp in de huishouding" not in shown.output


def test_what_is_no_plain_text() -> None:
    assert as_text([Heading(2, "Week 40")]) == "WEEK 40"
    with pytest.raises(TypeError, match="tiles"):
        as_text([Tiles([])])
