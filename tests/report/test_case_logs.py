"""Reports of municipalities that deliver an export of a case system, or steps only."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from tests.report.reading import tables, texts
from toptaak.kpi.paths import MOST_STEPS
from toptaak.report.publications import pages

journeys, quarterly, board = pages("journeys"), pages("quarterly"), pages("board")


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A year and a half of cases in which nothing changes; an export of 5 October."""
    opened = pd.date_range("2025-04-01 09:00", "2026-10-05", freq="12h")
    lasts = pd.to_timedelta(20 + pd.Series(range(len(opened))) % 9, unit="D")
    closed = pd.Series(opened) + lasts
    folder = tmp_path_factory.mktemp("export")
    cases = pd.DataFrame(
        {
            "municipality": "GM0363",
            "case": [f"Z{number}" for number in range(len(opened))],
            "task_id": "T1",
            "channel": "web",
            "opened_at": opened,
            "closed_at": closed.where(closed < "2026-10-05"),
            "due_at": (pd.Series(opened) + pd.Timedelta("56D")).dt.date,
        }
    )
    cases.to_csv(folder / "cases.csv", sep=";", index=False)
    (folder / "tasks.csv").write_text("list_version;task_id;label\n1;T1;Paspoort aanvragen\n", encoding="utf-8")
    return folder


def test_an_export_tells_open_cases_on_the_last_day_and_no_difference(export: Path) -> None:
    source = journeys.open("GM0363", "2026Q3", "nl", str(export))
    cases = pd.read_csv(export / "cases.csv", sep=";", parse_dates=["opened_at", "closed_at"])
    still = ((cases["opened_at"] < "2026-10-01") & ~(cases["closed_at"] < "2026-10-01")).sum()
    told = texts(list(journeys.time_until_done(source)))
    assert f"Op 30 september 2026 waren {still} zaken open, de helft daarvan langer dan" in told
    changes = source.changes.frame.set_index("measure")
    assert changes.loc["completion_time", "verdict"] == "no_difference"
    assert source.by_task.where(measure="done_within_term").frame["estimate"].tolist() == [1.0]
    assert source.by_channel.where(measure="open_cases").frame["n"].iloc[0] == 2 * (92 - 28)


def test_many_steps_fit_a_page_and_rare_ones_are_not_named(tmp_path: Path) -> None:
    rows = [f"GM0363;Z{n};stap {n % 40:02d};2026-07-{1 + n % 28:02d} 09:00" for n in range(40 * 12)]
    rows += [f"GM0363;R{n};bellen met mevrouw {n};2026-07-01 09:00" for n in range(3)]
    (tmp_path / "steps.csv").write_text("municipality;case;step;at\n" + "\n".join(rows), encoding="utf-8")
    (tmp_path / "settings.toml").write_text('closing_steps = ["afgerond"]\n', encoding="utf-8")
    blocks = list(journeys.waiting_steps(journeys.open("GM0363", "2026Q3", "nl", str(tmp_path))))
    assert "mevrouw" not in texts(blocks)
    (steps,) = (one for one in tables(blocks) if "Stap" in [column.label for column in one.columns])
    assert len(steps.rows) == MOST_STEPS
    assert "andere stappen" in [row[0] for row in steps.rows]
    assert "bij ‘stap" in texts(blocks)


def test_the_quarterly_report_of_an_export_counts_what_is_open_and_what_is_too_young(export: Path) -> None:
    blocks = list(quarterly.journeys(quarterly.open("GM0363", "2026Q3", "nl", str(export))))
    (table,) = tables(blocks)
    assert [row[0] for row in table.rows] == ["Klaar binnen 28 dagen", "Klaar binnen de wettelijke termijn"]
    told = texts(blocks)
    assert "zaken open, de helft daarvan langer dan" in told
    assert "te vroeg om iets te zeggen. Zoveel telt niet mee: Klaar binnen 28 dagen: 56." in told
    needed = texts(list(quarterly.kpis(quarterly.open("GM0363", "2026Q3", "nl", str(export)))))
    assert "opgehangen voor het gesprek, bereikbaarheid" in needed
    assert "nodig: ‘contacts’ of ‘service_totals’." in needed


def test_steps_without_a_closing_step_say_what_to_do(tmp_path: Path) -> None:
    rows = [f"GM0363;Z{n};{step};2026-0{5 + n % 5}-1{day} 09:00"
            for n in range(100) for day, step in enumerate(("in", "uit"))]  # fmt: skip
    (tmp_path / "steps.csv").write_text("municipality;case;step;at\n" + "\n".join(rows), encoding="utf-8")
    source = quarterly.open("GM0363", "2026Q3", "nl", str(tmp_path))
    for section in (quarterly.summary, quarterly.kpis, quarterly.journeys):
        told = texts(list(section(source)))
        assert "closing_steps" in told or "afsluitende stappen" in told
        assert "geen waarnemingen" not in told
    view = board.open("GM0363", "2026Q3", "nl", str(tmp_path))
    assert "closing_steps" in texts(list(board.in_brief(view)))


def test_one_row_a_case_says_why_nobody_can_be_seen_to_come_back(tmp_path: Path) -> None:
    days = pd.date_range("2026-03-01 09:00", periods=200, freq="D")
    log = pd.DataFrame({"municipality": "GM0363", "case": range(200), "channel": "web", "started_at": days})
    log.assign(ended_at=days + pd.Timedelta("3D"), resolved="ja").to_csv(
        tmp_path / "contacts.csv", sep=";", index=False
    )
    told = texts(list(quarterly.journeys(quarterly.open("GM0363", "2026Q3", "nl", str(tmp_path)))))
    assert "Contacten per zaak, kanaalwisselingen per zaak en opgelost bij het eerste contact: niet meetbaar" in told
    assert "niet meetbaar: in ‘contacts’ is ‘wait_s’ niet ingevuld" in told
    assert "niet te vergelijken" not in told
