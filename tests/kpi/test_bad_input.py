"""Bad input of customer-experience data, from the delivered file to the number: a located fault, or a reason beside it.

What intake does with each file by itself is proved in `tests/intake/test_bad_input.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from toptaak.core.periods import Quarter
from toptaak.core.results import NO_VERIFIED, POOLED_WORDINGS
from toptaak.intake.store import Store, refresh
from toptaak.kpi.compare import NO_REFERENCE, OTHER_METHOD, OTHER_WORDING, compare_quarters
from toptaak.kpi.measures import measure_all
from toptaak.kpi.wordings import OTHER_SCALE

TASKS = "list_version;task_id;label\n1;T1;Verhuizen\n"
QUESTIONS = "question;version;kind;wording;minimum;maximum;higher_is\n"
CES = "ces;{version};ces2;{wording};1;{maximum};{higher_is}\n"
RATINGS = "municipality;date;question;question_version;score\n"
CONTACTS = "municipality;case;task_id;channel;started_at;ended_at;resolved\n"
Deliver = Callable[..., Store]
NOW, BEFORE = Quarter(2026, 3), Quarter(2026, 2)


@pytest.fixture
def deliver(tmp_path: Path) -> Deliver:
    def delivered(**files: str) -> Store:
        for name, text in {"tasks": TASKS, **files}.items():
            (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
        return refresh(tmp_path)

    return delivered


def tables(store: Store) -> dict[str, pd.DataFrame | None]:
    return {name: store.table(name) for name in ("attempts", "contacts", "ratings", "questions")}


def number(store: Store, measure: str, *by: str) -> pd.Series:
    frame = measure_all(tables(store), by)
    return frame[frame["measure"] == measure].iloc[0]


def faults(store: Store) -> set[tuple[str, int | None, str | None]]:
    return {(one.code, one.row, one.column) for one in store.faults}


def ces(version: str = "1", wording: str = "Makkelijk", maximum: int = 7, higher_is: str = "better") -> str:
    return CES.format(version=version, wording=wording, maximum=maximum, higher_is=higher_is)


def scores(*given: int, version: str = "1", day: str = "2026-07-01") -> str:
    return "".join(f"GM9901;{day};ces;{version};{score}\n" for score in given)


def test_believed_without_verified(deliver: Deliver) -> None:
    store = deliver(attempts="municipality;date;task_id;believed_success\n" + "GM9901;2026-07-01;T1;ja\n" * 20)
    for measure in ("success_rate", "disaster_rate"):
        row = number(store, measure)
        assert (row.n, row.note, pd.isna(row.estimate)) == (0, NO_VERIFIED, True)
    assert number(store, "reported_success").n == 20


def test_scores_with_undeclared_direction(deliver: Deliver) -> None:
    store = deliver(questions=QUESTIONS + ces(higher_is=""), ratings=RATINGS + scores(5, 6))
    assert ("TT-067", None, "higher_is") in faults(store)
    assert number(store, "ces2").estimate == 5.5


def test_five_points_on_a_question_of_seven(deliver: Deliver) -> None:
    store = deliver(questions=QUESTIONS + ces(), ratings=RATINGS + scores(*[1, 4, 5] * 20))
    assert ("TT-083", None, "score") in faults(store)


def test_a_question_of_five_points_is_no_ces_of_seven(deliver: Deliver) -> None:
    store = deliver(questions=QUESTIONS + ces(maximum=5), ratings=RATINGS + scores(4, 5))
    assert ("TT-810", 2, "maximum") in faults(store)
    row = number(store, "ces2")
    assert (row.n, row.note, pd.isna(row.estimate)) == (0, OTHER_SCALE, True)


def test_end_before_start(deliver: Deliver) -> None:
    good = "GM9901;a;T1;web;2026-07-01 10:00+02:00;2026-07-01 10:05+02:00;ja\n"
    store = deliver(
        contacts=CONTACTS + good * 30 + "GM9901;b;T1;web;2026-07-01 10:00+02:00;2026-07-01 09:00+02:00;ja\n"
    )
    assert ("TT-079", 32, "ended_at") in faults(store)
    assert number(store, "completion_time").n == 1


def test_the_hour_that_comes_twice_and_a_case_over_the_change_of_the_clock(deliver: Deliver) -> None:
    rows = "GM9901;a;T1;web;2026-10-25 01:30;2026-10-25 03:30;ja\n" * 30
    store = deliver(contacts=CONTACTS + rows + "GM9901;b;T1;web;2026-10-25 02:30;2026-10-25 03:30;ja\n")
    assert ("TT-052", 32, "started_at") in faults(store)
    assert number(store, "completion_time").estimate == pytest.approx(3 * 3600)


def test_midnight_of_a_quarter(deliver: Deliver) -> None:
    """Half past eleven in London is the next quarter in Amsterdam."""
    before = "GM9901;a;T1;web;2026-06-30T21:59Z;2026-06-30T21:59:30Z;ja\n"
    rows = before + "GM9901;b;T1;web;2026-06-30T22:00Z;2026-06-30T22:30Z;ja\n"
    frame = measure_all(tables(deliver(contacts=CONTACTS + rows)), ["quarter"])
    found = frame[frame["measure"] == "zero_durations"]
    assert found[["quarter", "n"]].to_numpy().tolist() == [["2026Q2", 1], ["2026Q3", 1]]


def test_durations_of_days(deliver: Deliver) -> None:
    head = "municipality;date;task_id;verified_success;duration_s\n"
    store = deliver(attempts=head + "GM9901;2026-07-01;T1;ja;300\n" * 20 + "GM9901;2026-07-01;T1;ja;259200\n")
    assert ("TT-084", None, "duration_s") in faults(store)
    assert number(store, "attempt_time").estimate == pytest.approx((300**20 * 259200) ** (1 / 21))


def test_two_wordings_under_one_id(deliver: Deliver) -> None:
    """With a version each they are not pooled; without, nobody knows which was asked and both are set aside."""
    both = QUESTIONS + ces() + ces(version="2", wording="Vlot")
    store = deliver(questions=both, ratings=RATINGS + scores(5, 6) + scores(3, version="2"))
    assert number(store, "ces2").note == POOLED_WORDINGS
    settings = "set_aside_limit = 1.0\n"
    (store.data / "settings.toml").write_text(settings, encoding="utf-8")
    store = deliver(questions=QUESTIONS + ces() + ces(wording="Vlot"), ratings=RATINGS + scores(5, 6))
    assert {("TT-071", 2, None), ("TT-071", 3, None)} <= faults(store)
    assert number(store, "ces2").n == 0


@pytest.mark.parametrize(
    ("before", "note"),
    [("", NO_REFERENCE), (scores(*[3, 5] * 10, version="2", day="2026-05-01"), OTHER_WORDING)],
    ids=["missing", "worded otherwise"],
)
def test_the_quarter_compared_with(deliver: Deliver, before: str, note: str) -> None:
    questions = QUESTIONS + ces() + ces(version="2", wording="Vlot")
    store = deliver(questions=questions, ratings=RATINGS + scores(*[5, 6] * 10) + before)
    row = compare_quarters(tables(store), NOW, BEFORE, ["ces2"]).iloc[0]
    assert (row.verdict, row.note) == ("not_comparable", note)


def test_the_quarter_compared_with_was_measured_otherwise(deliver: Deliver) -> None:
    rows = "GM9901;2026-07-01;T1;ja;taaktest\n" * 20 + "GM9901;2026-05-01;T1;nee;navraag\n" * 20
    store = deliver(attempts="municipality;date;task_id;verified_success;method\n" + rows)
    row = compare_quarters(tables(store), NOW, BEFORE, ["success_rate"]).iloc[0]
    assert (row.verdict, row.note) == ("not_comparable", OTHER_METHOD)


def test_only_the_last_page_was_asked(deliver: Deliver) -> None:
    store = deliver(attempts="municipality;date;task_id;believed_success\n" + "GM9901;2026-07-01;T1;ja\n" * 60)
    assert "TT-811" in {code for code, _, _ in faults(store)}
