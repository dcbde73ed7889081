"""Cases and their steps: what is located, counted or asked before a number is made of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from toptaak.intake.pipeline import Intake

Take = Callable[[Mapping[str, bytes | str]], Intake]
CASES = "municipality;case;task_id;channel;opened_at;closed_at;due_at\n"
STEPS = "municipality;case;task_id;step;at\n"


def told(intake: Intake, code: str) -> list[str]:
    return [one.describe("en") for one in intake.faults if one.code == code]


def test_an_export_of_a_case_system_is_taken_in(intake: Take) -> None:
    table = intake(
        {"cases.csv": CASES + "GM0363;1;T1;web;2026-07-01;2026-07-09 12:00;2026-08-26\nGM0363;2;T1;;1-7-2026;;\n"}
    ).tables["cases"]
    assert table["closed_at"].isna().tolist() == [False, True]
    assert str(table["due_at"][0]) == "2026-08-26 00:00:00+02:00"


def test_a_case_that_closes_or_is_due_before_it_opens_is_set_aside(intake: Take) -> None:
    rows = (
        "GM0363;1;T1;web;2026-07-09;2026-07-01;\nGM0363;2;T1;web;2026-07-09;;2026-07-01\nGM0363;3;T1;web;2026-07-09;;\n"
    )
    result = intake({"cases.csv": CASES + rows})
    assert [(one.row, one.column) for one in result.faults if one.code == "TT-079"] == [(2, "closed_at"), (3, "due_at")]
    assert len(result.tables["cases"]) == 1


def test_a_case_of_more_than_ten_years_counts_and_is_named(intake: Take) -> None:
    rows = "".join(f"GM0363;{n};T1;web;2026-07-0{n};;\n" for n in range(1, 8)) + "GM0363;9;T1;web;2012-01-01;;\n"
    result = intake({"cases.csv": CASES + rows})
    assert [(one.row, one.count) for one in result.faults if one.code == "TT-850"] == [(9, 1)]
    assert len(result.tables["cases"]) == 8


def test_cases_without_a_task_are_counted_where_others_have_one(intake: Take) -> None:
    rows = "".join(f"GM0363;{n};{'T1' if n % 2 else ''};web;2026-07-0{n};;\n" for n in range(1, 9))
    assert [one.count for one in intake({"cases.csv": CASES + rows}).faults if one.code == "TT-851"] == [4]
    nowhere = rows.replace("T1", "")
    assert not told(intake({"cases.csv": CASES + nowhere}), "TT-851")


def _steps(*steps: str) -> str:
    rows = (f"GM0363;{n};T1;{step};2026-07-{day:02d} 09:00\n" for n in range(12) for day, step in enumerate(steps, 1))
    return STEPS + "".join(rows)


def test_a_closing_step_that_never_occurs_is_named_with_the_nearest(intake: Take) -> None:
    files = {"settings.toml": 'closing_steps = ["afgerond"]\nreopening_steps = ["bezwar"]\n',
             "steps.csv": _steps("bezwaar", "is afgerond")}  # fmt: skip
    (closing, reopening) = told(intake(files), "TT-852")
    assert "afgerond of settings.toml never occurs" in closing
    assert "Nearest: is afgerond" in closing
    assert "Nearest: bezwaar" in reopening
    files["settings.toml"] = 'closing_steps = ["klaar"]\n'
    (unlike,) = told(intake(files), "TT-852")
    assert "Most often the last step: is afgerond (12)." in unlike


def test_without_closing_steps_the_steps_most_often_last_are_listed(intake: Take) -> None:
    rare = "GM0363;99;T1;brief aan mevrouw;2026-07-09 10:00\n"
    (said,) = told(intake({"steps.csv": _steps("ontvangen", "afgehandeld") + rare}), "TT-853")
    assert "Most often the last step: afgehandeld (12)." in said
    assert "mevrouw" not in said
    assert not told(
        intake({"settings.toml": 'closing_steps = ["afgehandeld"]', "steps.csv": _steps("afgehandeld")}), "TT-853"
    )


def test_steps_of_one_day_without_a_clock_time_are_counted(intake: Take) -> None:
    day = STEPS + "GM0363;1;T1;b;2026-07-01\nGM0363;1;T1;a;2026-07-01\nGM0363;2;T1;a;2026-07-01\n"
    result = intake({"steps.csv": day})
    assert [one.count for one in result.faults if one.code == "TT-854"] == [2]
    assert result.tables["steps"]["step"].tolist() == ["b", "a", "a"]
    assert not told(intake({"steps.csv": day.replace("01\n", "01 09:00\n")}), "TT-854")
