from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from toptaak.intake.pipeline import Intake

DESK = """municipality;channel;ticket_at;called_at;served_at
GM0363;desk;2026-07-01 09:00;2026-07-01 09:04;2026-07-01 09:10
GM0363;desk;2026-07-01 09:05;;
GM0363;desk;;2026-07-01 09:30;2026-07-01 09:31
"""
WINTER = """municipality;channel;ticket_at;called_at;served_at
GM0363;desk;2026-10-25 00:30;2026-10-25 03:30;2026-10-25 03:45
"""


def test_ticket_call_and_end_give_waiting_and_service_time(intake: Callable[[dict[str, str]], Intake]) -> None:
    contacts = intake({"contacts.csv": DESK}).tables["contacts"]
    assert contacts["started_at"].dt.strftime("%H:%M").tolist() == ["09:04", "09:05", "09:30"]
    assert contacts["wait_s"].tolist()[:1] == [240.0]
    assert contacts["wait_s"].isna().tolist() == [False, True, True]
    assert contacts["answered"].tolist() == [True, False, True]
    assert (contacts["ended_at"] - contacts["started_at"]).dt.total_seconds().tolist()[::2] == [360.0, 60.0]
    assert not {"ticket_at", "called_at", "served_at"} & set(contacts)


def test_waiting_through_a_change_of_the_clock_counts_the_hours_that_passed(
    intake: Callable[[dict[str, str]], Intake],
) -> None:
    assert intake({"contacts.csv": WINTER}).tables["contacts"]["wait_s"].tolist() == [4 * 3600.0]


def test_what_the_file_says_itself_stays(intake: Callable[[dict[str, str]], Intake]) -> None:
    own = DESK.replace("served_at\n", "served_at;wait_s;answered\n").replace("09:10\n", "09:10;7;nee\n")
    own = own.replace(";;\n", ";;;;\n").replace("09:31\n", "09:31;;\n")
    contacts = intake({"contacts.csv": own}).tables["contacts"]
    assert (contacts["wait_s"][0], contacts["answered"][0]) == (7.0, False)
    assert pd.isna(contacts["wait_s"][1])
