"""One vote, as every survey platform would export it: each time the same picks must come out."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import xlsxwriter
from click.testing import CliRunner

from toptaak.check.proposals import write_proposal
from toptaak.cli.main import main
from toptaak.core.errors import InputRefused, ToptaakError
from toptaak.core.faults import Severity, stopping
from toptaak.intake.pipeline import Intake
from toptaak.intake.platforms.layouts import LAYOUTS, recognise
from toptaak.intake.platforms.picks import Tasks
from toptaak.intake.platforms.propose import propose, tasks_beside
from toptaak.intake.store import _read_path, check_path

AFVAL = "Afval, glas en papier"
CODES = {"Paspoort": "T1", "Rijbewijs": "T2", AFVAL: "T3", "Trouwen": "T4", "Adres wijzigen": "T5"}
TASKS = "list_version;task_id;label\n" + "".join(f'1;{code};"{name}"\n' for name, code in CODES.items())
# five voters, their picks in order; the fourth picked nothing
VOTES: tuple[tuple[str, ...], ...] = (
    ("Paspoort", "Rijbewijs", "Trouwen"),
    (AFVAL, "Paspoort"),
    ("Trouwen", AFVAL, "Adres wijzigen"),
    (),
    ("Rijbewijs", "Paspoort", AFVAL),
)
AGES = ("18-29", "65+", "18-29", "65+", "18-29")
DAYS = tuple(dt.datetime(2026, 10, 13 + number, 14, 30, 5) for number in range(5))
ASKED, AGE = "Welke taken zijn voor u het belangrijkst?", "Wat is uw leeftijd?"
PEOPLE = ("jan@voorbeeld.nl", "0612345678", "piet@voorbeeld.nl", "x@voorbeeld.nl", "y@voorbeeld.nl")

Files = Mapping[str, bytes | str]
Folder = Callable[[Files], Path]


def table(*rows: Sequence[object], mark: str = ",") -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=mark, lineterminator="\n").writerows(rows)
    return out.getvalue()


def voters(
    answers: Callable[[tuple[str, ...]], Sequence[object]], *first: Callable[[int], object]
) -> list[list[object]]:
    return [[*(make(number) for make in first), *answers(vote), AGES[number]] for number, vote in enumerate(VOTES)]


def marks(yes: str, no: str) -> Callable[[tuple[str, ...]], list[str]]:
    return lambda vote: [yes if name in vote else no for name in CODES]


def own_text(vote: tuple[str, ...]) -> list[str]:
    return [name if name in vote else "" for name in CODES]


def places(vote: tuple[str, ...]) -> list[str]:
    return [str(vote.index(name) + 1) if name in vote else "" for name in CODES]


def ranks(vote: tuple[str, ...]) -> list[str]:
    return [*vote, "", "", ""][:3]


def limesurvey(style: str, answers: Callable[[tuple[str, ...]], Sequence[object]], options: Sequence[str] = ()) -> str:
    head = [
        f"id{style}Response ID",
        f"submitdate{style}Date submitted",
        f"ipaddr{style}IP address",
        f"token{style}Token",
    ]
    columns = [f"Q1[SQ{number:03d}]{style}{ASKED} [{option}]" for number, option in enumerate(options or CODES, 1)]
    rows = voters(answers, lambda n: n + 1, lambda n: DAYS[n], lambda n: "192.0.2.1", lambda n: PEOPLE[n])
    unfinished = ["9", "", "192.0.2.1", "", *answers(("Trouwen",)), AGES[0]]
    return table([*head, *columns, f"Q2{style}{AGE}"], *rows, unfinished)


QUALTRICS = ("StartDate", "EndDate", "Status", "IPAddress", "Finished", "RecordedDate", "ResponseId", "RecipientEmail")


def qualtrics(
    codes: Sequence[str],
    texts: Sequence[str],
    answers: Callable[[tuple[str, ...]], Sequence[object]],
    rows: int = 3,
    old: bool = False,
) -> str:
    first = [f"V{number}" for number in range(1, len(QUALTRICS) + 1)] if old else list(QUALTRICS)
    labels = list(QUALTRICS) if old else ["Start Date", "End Date", "Type", "IP", "Done", "Recorded", "ID", "Email"]
    ids = [f'{{"ImportId":"{code}"}}' for code in [*QUALTRICS, *codes, "QID2"]]
    header = [[*first, *codes, "Q2"], [*labels, *texts, AGE], ids][:rows]

    def who(n: int) -> list[object]:
        return [DAYS[n], DAYS[n], "0", "192.0.2.1", "1", DAYS[n], f"R_{n}", PEOPLE[n]]

    data = [[*who(n), *answers(vote), AGES[n]] for n, vote in enumerate(VOTES)]
    trial = [*who(0)[:2], "1", *who(0)[3:6], "R_8", "", *answers(("Trouwen",)), AGES[0]]
    half = [*who(0)[:4], "0", DAYS[0], "R_9", "", *answers(("Trouwen",)), AGES[0]]
    return table(*header, *data, trial, half)


CHOICES = [f"Q1_{number}" for number in range(1, 6)]
CHOICE_TEXTS = [f"{ASKED} - Selected Choice - {name}" for name in CODES]


def surveymonkey() -> str:
    head = ["Respondent ID", "Collector ID", "Start Date", "End Date", "IP Address", "Email Address", "Custom Data 1"]
    first = [*head, ASKED, "", "", "", "", "", AGE]
    second = [*[""] * 7, *CODES, "Anders, namelijk", "Response"]

    def when(n: int) -> str:
        return DAYS[n].strftime("%m/%d/%Y %I:%M:%S %p")

    rows = [
        [f"1140{n}", "77", when(n), when(n), "192.0.2.1", PEOPLE[n], PEOPLE[n], *own_text(vote), "", AGES[n]]
        for n, vote in enumerate(VOTES)
    ]
    rows[3][-2] = "mijn buurman Jansen bellen"
    return table(first, second, *rows)


def google() -> str:
    rows = [
        [day.strftime("%Y/%m/%d %I:%M:%S %p GMT+2"), PEOPLE[n], ", ".join(VOTES[n]), AGES[n]]
        for n, day in enumerate(DAYS)
    ]
    return table(["Tijdstempel", "E-mailadres", ASKED, AGE], *rows)


def workbook(text: str) -> bytes:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Sheet")
        for number, row in enumerate(csv.reader(io.StringIO(text))):
            sheet.write_row(number, 0, [cell or None for cell in row])
    return content.getvalue()


def microsoft(ranked: bool = False) -> bytes:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True, "default_date_format": "dd-mm-yyyy hh:mm"}) as book:
        sheet = book.add_worksheet("Sheet1")
        sheet.write_row(0, 0, ["ID", "Begintijd", "Tijd van voltooien", "E-mail", "Naam", ASKED, AGE])
        for n, vote in enumerate(VOTES):
            whole = [*vote, *(name for name in CODES if name not in vote)] if ranked else vote
            sheet.write_number(n + 1, 0, n + 1)
            sheet.write_datetime(n + 1, 1, DAYS[n])
            sheet.write_datetime(n + 1, 2, DAYS[n])
            sheet.write_string(n + 1, 3, PEOPLE[n])
            sheet.write_string(n + 1, 4, "Jan Jansen")
            sheet.write_string(n + 1, 5, "".join(f"{name};" for name in whole))
            sheet.write_string(n + 1, 6, AGES[n])
    return content.getvalue()


LIME = limesurvey(". ", own_text)
# platform, file, content, whether the order of the picks is known
EXPORTS: dict[str, tuple[str, str, bytes | str, bool]] = {
    "limesurvey, marks": ("limesurvey", "lime.csv", limesurvey(". ", marks("Y", "")), False),
    "limesurvey, yes and no": ("limesurvey", "lime.csv", limesurvey("._.", marks("Ja", "Nee")), False),
    "limesurvey, ranking": ("limesurvey", "lime.csv", limesurvey(". ", ranks, ("Rang 1", "Rang 2", "Rang 3")), True),
    "limesurvey, semicolons": (
        "limesurvey",
        "lime.csv",
        table(*csv.reader(io.StringIO(limesurvey(". ", marks("Yes", "No")))), mark=";"),
        False,
    ),
    "qualtrics, text": ("qualtrics", "q.csv", qualtrics(CHOICES, CHOICE_TEXTS, own_text), False),
    "qualtrics, numbers": ("qualtrics", "q.csv", qualtrics(CHOICES, CHOICE_TEXTS, marks("1", "")), False),
    "qualtrics, one column": ("qualtrics", "q.csv", qualtrics(["Q1"], [ASKED], lambda vote: [",".join(vote)]), False),
    "qualtrics, two rows": ("qualtrics", "q.csv", qualtrics(CHOICES, CHOICE_TEXTS, marks("1", ""), 2), False),
    "qualtrics, old": ("qualtrics", "q.csv", qualtrics(CHOICES, CHOICE_TEXTS, own_text, 2, old=True), False),
    "qualtrics, rank order": ("qualtrics", "q.csv", qualtrics(CHOICES, CHOICE_TEXTS, places), True),
    "surveymonkey": ("surveymonkey", "monkey.csv", surveymonkey(), False),
    "surveymonkey, workbook": ("surveymonkey", "monkey.xlsx", workbook(surveymonkey()), False),
    "qualtrics, workbook": ("qualtrics", "q.xlsx", workbook(qualtrics(CHOICES, CHOICE_TEXTS, own_text)), False),
    "google forms": ("forms", "google.csv", google(), False),
    "microsoft forms": ("forms", "formulier.xlsx", microsoft(), False),
}


def take_in(folder: Folder, files: Files, decisions: Mapping[str, str] | None = None) -> tuple[Intake, str]:
    """Propose a mapping for the first file, decide what is open, and take the folder in."""
    data = folder({"tasks.csv": TASKS, **files})
    target = data / "mappings" / "voorstel.toml"
    write_proposal(data / next(iter(files)), target, "nl")
    text = target.read_text("utf-8")
    for old, new in {'municipality = "?"': 'municipality = "GM0363"', **(decisions or {})}.items():
        assert old in text
        text = text.replace(old, new)
    target.write_text(text, "utf-8")
    intake, faults, _ = _read_path(data, ())
    intake.faults = faults
    return intake, text


def picks(intake: Intake) -> list[list[str]]:
    """List the picks per respondent, in the order of the file (positions first where known)."""
    ballots = intake.tables["ballots"].sort_values("position", kind="stable")
    return [
        ballots.loc[ballots["respondent"] == one, "task_id"].tolist()
        for one in intake.tables["respondents"]["respondent"]
    ]


@pytest.mark.parametrize("name", EXPORTS)
def test_every_platform_gives_the_same_vote(folder: Folder, name: str) -> None:
    platform, file, content, ordered = EXPORTS[name]
    intake, text = take_in(folder, {file: content})
    assert stopping(intake.faults) == []
    assert f'platform = "{platform}"' in text
    found = picks(intake)
    expected = [[CODES[task] for task in vote] for vote in VOTES]
    assert found == (expected if ordered else [sorted(vote) for vote in expected]) or not ordered
    assert [sorted(vote) for vote in found] == [sorted(vote) for vote in expected]
    assert intake.tables["ballots"]["position"].notna().all() == ordered
    people = intake.tables["respondents"]
    assert people["date"].dt.date.tolist() == [day.date() for day in DAYS]
    assert people["segment_age"].tolist() == list(AGES)


@pytest.mark.parametrize("name", EXPORTS)
def test_what_says_who_somebody_is_gets_nowhere(folder: Folder, name: str, tmp_path: Path) -> None:
    _, file, content, _ = EXPORTS[name]
    intake, text = take_in(folder, {file: content})
    everything = text + "".join(frame.to_csv() for frame in intake.tables.values())
    everything += "".join(fault.describe("nl") for fault in intake.faults)
    for secret in (*PEOPLE, "192.0.2.1", "Jansen"):
        assert secret not in everything
    assert not re.search(r"= .*(IP|[Ee]-?mail|Naam|token|Custom)", text)


def test_a_full_ranking_in_one_cell_keeps_its_order(folder: Folder) -> None:
    intake, text = take_in(folder, {"formulier.xlsx": microsoft(ranked=True)})
    assert "ordered = true" in text
    assert picks(intake)[2] == ["T4", "T3", "T5", "T1", "T2"]


def test_tasks_that_were_shown_to_a_voter_are_known_where_qualtrics_kept_them(folder: Folder) -> None:
    shown = ["1|2|4", "3|1|2", "4|3|5", "1|2", "2|1|3"]

    def answers(vote: tuple[str, ...]) -> list[str]:
        place = VOTES.index(vote) if vote in VOTES else 0
        return [*own_text(vote), shown[place]]

    content = qualtrics([*CHOICES, "Q1_DO"], [*CHOICE_TEXTS, f"{ASKED} - Display Order"], answers)
    intake, _ = take_in(folder, {"q.csv": content})
    offered = intake.tables["offered"].groupby("respondent", sort=False)["task_id"].apply(list).tolist()
    assert offered == [[f"T{number}" for number in some.split("|")] for some in shown]


def test_a_column_per_country_is_one_question(folder: Folder) -> None:
    nl, de = ([f"Q1{land}[{n}]. {ASKED} [{name}]" for n, name in enumerate(CODES)] for land in ("nl", "de"))
    head = ["id. ID", "submitdate. Date", *nl, *de, f"Q2nl. {AGE}", f"Q2de. {AGE}"]
    rows = []
    for n, vote in enumerate(VOTES):
        mine, other = marks("Yes", "No")(vote), [""] * 5
        ages = [AGES[n], ""] if n % 2 else ["", AGES[n]]
        rows.append([n, DAYS[n], *(mine + other if n % 2 else other + mine), *ages])
    intake, text = take_in(folder, {"lime.csv": table(head, *rows)})
    assert [sorted(vote) for vote in picks(intake)] == [sorted(CODES[task] for task in vote) for vote in VOTES]
    assert intake.tables["respondents"]["segment_age"].tolist() == list(AGES)
    assert f'segment_age = ["Q2nl. {AGE}", "Q2de. {AGE}"]' in text


def test_two_answers_to_variants_of_one_question_set_a_row_aside(folder: Folder) -> None:
    mapping = (
        '[[table]]\nname = "respondents"\nfiles = ["a.csv"]\nconstants = { survey = "s", municipality = "GM0363" }\n'
        'columns = { respondent = "nr", date = "dag", segment_age = ["nl", "de"] }\n'
    )
    rows = "nr;dag;nl;de\n1;2026-10-01;jong;\n2;2026-10-01;;oud\n3;2026-10-01;jong;oud\n4;2026-10-01;oud;Oud\n"
    intake, _, _ = _read_path(folder({"a.csv": rows, "mappings/m.toml": mapping}), ())
    assert intake.tables["respondents"]["segment_age"].tolist() == ["jong", "oud", "oud"]
    assert [(fault.code, fault.row) for fault in intake.faults if fault.code == "TT-806"] == [("TT-806", 4)]


def test_check_says_what_an_export_is_and_how_to_go_on(folder: Folder) -> None:
    data = folder({file: content for _, file, content, _ in EXPORTS.values()})
    found = {fault.file: fault for fault in check_path(data).faults}
    for _, file, _, _ in EXPORTS.values():
        assert found[file].code == "TT-800", file
        assert f"toptaak check MAP/{file} --propose MAP/mappings/" in found[file].describe("nl")


def test_an_export_and_a_table_of_ours_are_told_apart(folder: Folder) -> None:
    assert recognise([["respondent", "keuze_1"], ["1", "T1"]]) is None
    assert recognise([]) is None
    data = folder({"iets.csv": "naam;waarde\na;1\n", "stuk.xlsx": b"geen werkboek"})
    assert {fault.code for fault in check_path(data).faults} == {"TT-017"}
    assert propose(data / "iets.csv", Tasks({})) is None
    with pytest.raises(ToptaakError, match=r"iets\.csv .*docs/eigen-gegevens\.md"):
        write_proposal(data / "iets.csv", data / "m.toml", "nl")


def test_a_proposal_never_overwrites_a_mapping(folder: Folder) -> None:
    data = folder({"google.csv": google(), "m.toml": "mijn werk"})
    with pytest.raises(ToptaakError, match=r"m\.toml"):
        write_proposal(data / "google.csv", data / "m.toml", "nl")
    assert (data / "m.toml").read_text() == "mijn werk"


def test_an_option_that_is_no_task_is_left_to_a_person_with_the_nearest_task(folder: Folder) -> None:
    content = limesurvey(". ", marks("Y", "")).replace("[Paspoort]", "[Paspoort of visum]")
    data = folder({"tasks.csv": TASKS, "lime.csv": content})
    proposal = propose(data / "lime.csv", tasks_beside(data))
    assert proposal is not None
    assert proposal.undecided == 2
    write_proposal(data / "lime.csv", data / "mappings" / "m.toml", "nl")
    faults = [fault for fault in check_path(data).faults if fault.code == "TT-804"]
    assert len(faults) == 2
    assert all(fault.severity is Severity.STOP and fault.file == "m.toml" for fault in faults)
    lines = (data / "mappings" / "m.toml").read_text("utf-8").splitlines()
    assert all('"?' in lines[(fault.row or 0) - 1] for fault in faults)
    assert "T1" in faults[1].describe("nl")


def test_without_a_task_list_codes_are_made_of_the_answers(folder: Folder) -> None:
    data = folder({"google.csv": google()})
    proposal = propose(data / "google.csv", Tasks({}))
    assert proposal is not None
    words = proposal.entries[1].words["task_id"]
    assert words["Paspoort"] == "paspoort"


def test_without_a_task_list_one_is_made_of_the_answers_and_the_folder_can_be_used(folder: Folder) -> None:
    data = folder({"google.csv": google().replace("Paspoort", "=Paspoort")})
    target = data / "mappings" / "m.toml"
    write_proposal(data / "google.csv", target, "nl")
    assert "tasks.csv is gemaakt van de antwoorden" in target.read_text("utf-8")
    lines = (data / "tasks.csv").read_text("utf-8").splitlines()
    assert lines[0] == "list_version;task_id;label"
    assert "1;paspoort;Paspoort" in lines, "a name does not begin as a formula"
    target.write_text(target.read_text("utf-8").replace('"?"', '"GM0363"'), "utf-8")
    intake, faults, _ = _read_path(data, ())
    assert stopping(faults) == []
    assert set(intake.tables["ballots"]["task_id"]) <= set(intake.tables["tasks"]["task_id"])


def test_a_task_list_that_is_there_stays_as_it_is(folder: Folder) -> None:
    data = folder({"tasks.csv": TASKS, "google.csv": google()})
    write_proposal(data / "google.csv", data / "mappings" / "m.toml", "nl")
    assert (data / "tasks.csv").read_text("utf-8") == TASKS


def test_codes_alone_do_not_say_which_task_an_option_is(folder: Folder) -> None:
    head = ["id", "submitdate", "lastpage", *(f"Q1[SQ{number:03d}]" for number in range(1, 6)), "Q2"]
    rows = [[n + 1, DAYS[n], 1, *marks("Y", "")(vote), AGES[n]] for n, vote in enumerate(VOTES)]
    data = folder({"tasks.csv": TASKS, "lime.csv": table(head, *rows)})
    proposal = propose(data / "lime.csv", tasks_beside(data))
    assert proposal is not None
    assert proposal.undecided == 6


def proposed(folder: Folder, file: str, content: str) -> str:
    data = folder({"tasks.csv": TASKS, file: content})
    target = data / "mappings" / "m.toml"
    write_proposal(data / file, target, "nl")
    target.write_text(target.read_text("utf-8").replace('"?"', '"GM0363"'), "utf-8")
    return target.read_text("utf-8")


def broken(folder: Folder, file: str, good: str, bad: str | bytes) -> list[Any]:
    """Take a broken export in with the mapping of the good one."""
    mapping = proposed(folder, file, good)
    _, faults, _ = _read_path(folder({"tasks.csv": TASKS, file: bad, "mappings/m.toml": mapping}), ())
    return faults


def without_lines(text: str, *lines: int) -> str:
    return "".join(line for number, line in enumerate(text.splitlines(keepends=True)) if number not in lines)


@pytest.mark.parametrize(
    ("file", "good", "bad", "found"),
    [
        ("q.csv", EXPORTS["qualtrics, text"][2], without_lines(str(EXPORTS["qualtrics, text"][2]), 1, 2), "1"),
        ("q.csv", EXPORTS["qualtrics, text"][2], without_lines(str(EXPORTS["qualtrics, text"][2]), 1), "2"),
        ("monkey.csv", surveymonkey(), without_lines(surveymonkey(), 1), "1"),
        ("monkey.csv", surveymonkey(), surveymonkey().split("\n")[0] + "\n" + surveymonkey(), "3"),
        ("lime.csv", LIME, LIME.split("\n")[0] + "\n" + LIME, "2"),
    ],
    ids=["qualtrics one", "qualtrics no texts", "surveymonkey one", "surveymonkey three", "limesurvey two"],
)
def test_a_header_with_rows_missing_or_added_stops_the_file(
    folder: Folder, file: str, good: str, bad: str, found: str
) -> None:
    faults = broken(folder, file, good, bad)
    assert [(fault.code, fault.found) for fault in faults if fault.code == "TT-802"] == [("TT-802", found)]
    with pytest.raises(InputRefused):
        propose(folder({file: bad}) / file, Tasks({}))


def test_a_renamed_question_stops_the_file_and_names_the_nearest(folder: Folder) -> None:
    good = limesurvey(". ", marks("Y", ""))
    faults = broken(folder, "lime.csv", good, good.replace("[Paspoort]", "[Paspoorten]"))
    assert {fault.code for fault in stopping(faults)} == {"TT-021"}
    assert "Paspoorten" in stopping(faults)[0].describe("nl")


@pytest.mark.parametrize(
    ("file", "good", "old", "new"),
    [
        (
            "lime.csv",
            limesurvey(". ", marks("Y", "")),
            f"Q1[SQ002]. {ASKED} [Rijbewijs]",
            f"Q1[SQ001]. {ASKED} [Paspoort]",
        ),
        ("q.csv", str(EXPORTS["qualtrics, text"][2]), "Q1_2,", "Q1_1,"),
        ("google.csv", google(), AGE, ASKED),
    ],
)
def test_two_columns_with_one_name_that_is_used_stop_the_file(
    folder: Folder, file: str, good: str, old: str, new: str
) -> None:
    bad = good.replace(old, new, 1).replace(f"{ASKED} - Selected Choice - Rijbewijs", CHOICE_TEXTS[0])
    faults = broken(folder, file, good, bad)
    assert [fault.code for fault in stopping(faults)] == ["TT-803"]


def test_another_option_under_a_code_that_is_used_is_another_column(folder: Folder) -> None:
    good = str(EXPORTS["qualtrics, text"][2])
    faults = broken(folder, "q.csv", good, good.replace("Q1_2,", "Q1_1,", 1))
    assert [fault.code for fault in stopping(faults)] == ["TT-021"]
    assert "Q1_1. Welke taken" in stopping(faults)[0].describe("nl")


def test_an_answer_that_is_no_task_names_the_nearest_and_hides_own_words(folder: Folder) -> None:
    good = google()
    bad = good.replace("Rijbewijs", "Rijbewijzen").replace("Trouwen, Afval", "Mijn buurman Jansen spreken, Afval")
    faults = [fault for fault in broken(folder, "google.csv", good, bad) if fault.code == "TT-801"]
    assert [(fault.row, fault.found) for fault in faults] == [(2, "'Rijbewijzen'"), (4, "")]
    assert faults[0].count == 2
    assert "Rijbewijs" in faults[0].describe("nl")


def test_own_answers_can_be_left_out(folder: Folder) -> None:
    bad = google().replace("Trouwen, Afval", "Iets anders, Afval")
    data = folder({"tasks.csv": TASKS, "google.csv": google()})
    target = data / "mappings" / "m.toml"
    write_proposal(data / "google.csv", target, "nl")
    text = (
        target.read_text("utf-8")
        .replace('"?"', '"GM0363"')
        .replace("[table.gather]", '[table.gather]\nothers = "leave out"')
    )
    target.write_text(text, "utf-8")
    (data / "google.csv").write_text(bad, "utf-8")
    intake, _, _ = _read_path(data, ())
    assert sorted(picks(intake)[2]) == ["T3", "T5"]
    assert [(fault.code, fault.count) for fault in intake.faults if fault.code == "TT-808"] == [("TT-808", 1)]


def test_a_mark_that_says_neither_yes_nor_no_sets_the_row_aside(folder: Folder) -> None:
    good = limesurvey(". ", marks("Ja", "Nee"))
    faults = [
        one for one in broken(folder, "lime.csv", good, good.replace("Ja,", "Misschien,", 1)) if one.code == "TT-807"
    ]
    assert [(fault.row, fault.severity) for fault in faults] == [(2, Severity.SET_ASIDE)]


@pytest.mark.parametrize("name", ["limesurvey, marks", "qualtrics, text", "surveymonkey", "google forms"])
def test_an_export_without_answers_is_told(folder: Folder, name: str) -> None:
    platform, file, content, _ = EXPORTS[name]
    rows = {"qualtrics": 3, "surveymonkey": 2}.get(platform, 1)
    empty = "".join(str(content).splitlines(keepends=True)[:rows])
    faults = broken(folder, file, str(content), empty)
    assert "TT-002" in {fault.code for fault in faults}
    with pytest.raises(InputRefused) as refused:
        propose(folder({file: empty}) / file, Tasks({}))
    assert [fault.code for fault in refused.value.faults] == ["TT-809"]


@pytest.mark.parametrize(
    "name", ["Wat is uw e-mailadres?", "Naam", "IP Address", "geboortedatum", "Recipient Last Name"]
)
def test_a_mapping_that_carries_personal_data_is_refused(folder: Folder, name: str) -> None:
    mapping = (
        '[[table]]\nname = "respondents"\nfiles = ["a.csv"]\nconstants = { survey = "s", municipality = "GM0363" }\n'
        f'columns = {{ respondent = "nr", date = "dag", segment_x = "{name}" }}\n'
    )
    _, faults, _ = _read_path(folder({"a.csv": f"nr;dag;{name}\n1;2026-10-01;a\n", "mappings/m.toml": mapping}), ())
    assert "TT-805" in {fault.code for fault in faults}


def test_a_real_limesurvey_export_gives_the_votes_that_stand_in_it(folder: Folder, shared_data: Path) -> None:
    path = shared_data / "limesurvey_rse" / "2017_nl_public_data.csv"
    data = folder({path.name: path.read_bytes(), "settings.toml": "set_aside_limit = 1.0\nmax_picks = 20\n"})
    target = data / "mappings" / "m.toml"
    write_proposal(data / path.name, target, "nl")
    text = target.read_text("utf-8").replace('municipality = "?"', 'municipality = "GM0363"')
    target.write_text(text.replace('date = "?"', "date = 2017-06-01"), "utf-8")
    intake, faults, _ = _read_path(data, ())
    assert stopping(faults) == []
    raw = pd.read_csv(path, dtype=str, keep_default_na=False)
    disciplines = [name for name in raw if name.startswith("currentEmp13[")]
    everything = (raw[disciplines] == "Yes").sum(axis=1) > 20  # more than a ballot may hold
    assert [code for account in intake.accounts for _, code in account.set_aside] == ["TT-087", "TT-072"]
    raw = raw[~everything]
    expected = (raw[disciplines] == "Yes").sum().sort_values(ascending=False)
    votes = intake.tables["ballots"]["task_id"].value_counts()
    assert len(intake.tables["respondents"]) == len(raw) == 76
    assert votes.sum() == expected.sum() == (raw[disciplines] == "Yes").to_numpy().sum()
    assert votes.tolist() == expected[expected > 0].tolist()
    assert votes.index[0] == "computer-science"


def test_a_real_export_with_variants_per_country_is_joined(folder: Folder, shared_data: Path) -> None:
    path = shared_data / "limesurvey_rse" / "2018_public_data.csv.gz"
    data = folder({path.name: path.read_bytes()})
    proposal = propose(data / path.name, Tasks({}))
    assert proposal is not None
    people, ballots = proposal.entries
    assert isinstance(people.columns["segment_education"], tuple)
    assert ballots.gather is not None
    joined = {name.partition("[")[0] for name in ballots.gather.theirs}
    assert {"currentEmp13qnl", "currentEmp13qde", "currentEmp13quk"} <= joined
    assert len(set(ballots.gather.theirs)) > len(set(dict(ballots.gather.from_).values()))


def test_a_real_qualtrics_export_is_read_below_its_three_rows(folder: Folder, shared_data: Path) -> None:
    path = shared_data / "fixtures_small" / "qualtrics_sample.csv"
    intake, text = take_in(folder, {path.name: path.read_bytes()})
    people = intake.tables["respondents"]
    assert people["respondent"].tolist() == ["R_2YPOQ602ER1jkf1"]
    assert str(people["date"][0].date()) == "2017-07-18"
    assert not re.search(r"= .*RecipientEmail", text), "named as left out, and nothing more"


def test_every_layout_names_every_column(shared_data: Path) -> None:
    records = [["a", "b"], ["", ""]]
    for layout in LAYOUTS.values():
        names, rows = layout("a.csv", [*records, ["1", "2"]])
        assert len(names) == 2
        assert rows >= 1


def test_the_command_writes_a_proposal_and_checks_it(folder: Folder) -> None:
    data = folder({"tasks.csv": TASKS, "google.csv": google()})
    target = data / "mappings" / "google.toml"
    first = CliRunner().invoke(main, ["check", str(data / "google.csv")])
    assert "--propose MAP/mappings/forms.toml" in first.output
    made = CliRunner().invoke(main, ["check", str(data / "google.csv"), "--propose", str(target)])
    assert made.exit_code == 0
    assert "moet beslissen: 1." in made.output
    assert "Gekozen als stemming over taken:" in made.output
    undecided = CliRunner().invoke(main, ["check", str(data)])
    assert undecided.exit_code == 2
    assert "bijvoorbeeld door: GM0363" in undecided.output
    assert "TT-800" not in undecided.output, "the export has a mapping, be it one with question marks"
    target.write_text(target.read_text("utf-8").replace('"?"', '"GM0363"'), "utf-8")
    assert CliRunner().invoke(main, ["check", str(data)]).exit_code == 0


def test_a_folder_is_no_export(folder: Folder) -> None:
    told = CliRunner().invoke(main, ["check", str(folder({})), "--propose", str(folder({}) / "m.toml")])
    assert told.exit_code == 2
    assert "Traceback" not in told.output


def test_an_empty_cell_is_not_said_to_hold_anything(folder: Folder) -> None:
    head = "survey;respondent;municipality;date"
    data = folder({"respondents.csv": f"{head}\ns;1;;2026-07-01\ns;2;GM0363;2026-07-01\n"})
    told = next(fault.describe("nl") for fault in check_path(data).faults if fault.code == "TT-040")
    assert "Gevonden" not in told
