"""What the platform importers are made of: gathering, splitting, questions, TOML, moments, SPSS."""

from __future__ import annotations

import builtins
import datetime as dt
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyreadstat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from toptaak.check.proposals import write_proposal
from toptaak.core.errors import InputRefused, MissingExtra
from toptaak.core.faults import stopping
from toptaak.intake.gather import Gather, lengthen, pieces
from toptaak.intake.mapping import TableMapping, read_mapping
from toptaak.intake.moments import dates, times
from toptaak.intake.parsed import Options
from toptaak.intake.platforms.picks import Tasks, option_codes
from toptaak.intake.platforms.propose import propose, tasks_beside
from toptaak.intake.platforms.spss_sets import _groups
from toptaak.intake.platforms.survey_export import may_be_personal
from toptaak.intake.platforms.survey_questions import Asked, Shape, shaped
from toptaak.intake.platforms.toml import as_toml
from toptaak.intake.readers import read
from toptaak.intake.store import _read_path, check_path

Folder = Callable[[Mapping[str, bytes | str]], Path]
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1, max_size=8)


# gathering
def gather(**content: Any) -> Gather:
    return Gather.model_validate(content)


@pytest.mark.parametrize(
    "content",
    [
        {"from": [], "into": "task_id"},
        {"from": ["a"]},
        {"from": ["a"], "into": "task_id", "by": "position"},
        {"from": ["a"], "into": "task_id", "picked": ["ja"]},
        {"from": {"a": "T1"}, "into": "position"},
        {"from": {"a": "T1"}, "by": "task_id"},
        {"from": {"a": "T1"}, "by": "task_id", "picked": ["ja"], "into": "position"},
        {"from": {"a": "T1"}, "by": "task_id", "picked": ["ja"], "split": ";"},
    ],
)
def test_a_gathering_that_means_nothing_is_refused(content: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        gather(**content)


def test_a_wrong_gathering_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "m.toml"
    path.write_text(
        '[[table]]\nname = "ballots"\nfiles = ["a.csv"]\ngather = { from = ["a"], by = "task_id" }\n', "utf-8"
    )
    _, faults = read_mapping(path)
    assert [(fault.code, fault.row) for fault in faults] == [("TT-092", 4)]


@given(st.lists(st.lists(st.sampled_from(["a", "b, c", "d", "e, f, g"]), unique=True), max_size=6))
def test_splitting_undoes_joining_also_where_an_answer_holds_the_sign(answers: list[list[str]]) -> None:
    cells = pd.DataFrame({"taken": pd.Series([", ".join(some) for some in answers], dtype="str")})
    long = lengthen(
        cells, gather(into="task_id", split=",", **{"from": ["taken"]}), {"b, c": "B", "e, f, g": "E"}, set()
    )
    found = [long.cells["task_id"][long.source == row].tolist() for row in range(len(answers))]
    assert found == answers
    assert [long.places[long.source == row].tolist() for row in range(len(answers))] == [
        list(range(1, len(some) + 1)) for some in answers
    ]


@given(st.lists(st.tuples(st.booleans(), st.booleans(), st.booleans()), min_size=1, max_size=8))
def test_marks_become_the_options_they_stand_under(rows: list[tuple[bool, ...]]) -> None:
    cells = pd.DataFrame([["Ja" if one else "" for one in row] for row in rows], columns=["x", "y", "z"])
    options = {"x": "T1", "y": "T2", "z": "T3"}
    long = lengthen(cells, gather(by="task_id", picked=["ja"], **{"from": options}), {}, set())
    picked = long.cells["task_id"].notna().to_numpy()
    found = [long.cells["task_id"][picked & (long.source == row)].tolist() for row in range(len(rows))]
    assert found == [[code for code, one in zip(options.values(), row, strict=True) if one] for row in rows]
    assert not long.notes


def test_an_unknown_answer_with_the_sign_falls_apart() -> None:
    assert pieces("a, b", ",") == ["a", "b"]
    assert pieces("", ",") == []


# questions
def asked(**columns: str) -> list[Asked]:
    return [Asked(name, "Q1", "Vraag", option) for name, option in columns.items()]


@pytest.mark.parametrize(
    ("cells", "shape"),
    [
        ({"a": ["Ja", "Nee", ""], "b": ["Nee", "Nee", "Ja"]}, Shape.MARKS),
        ({"a": ["A", "", "A"], "b": ["", "B", "B"]}, Shape.TEXTS),
        ({"a": ["1", "2", ""], "b": ["2", "1", "1"]}, Shape.PLACES),
        ({"a": ["x", "y", "z"], "b": ["y", "z", "x"]}, Shape.RANKS),
        ({"a": ["eens", "oneens", "eens"], "b": ["eens", "oneens", "oneens"]}, Shape.OTHER),
        ({"a": ["3", "4", "5"], "b": ["3", "2", "5"]}, Shape.OTHER),
        ({"a": ["", "", ""], "b": ["", "", ""]}, Shape.MARKS),
    ],
)
def test_how_several_columns_were_answered(cells: dict[str, list[str]], shape: Shape) -> None:
    assert shaped(asked(a="A", b="B"), pd.DataFrame(cells)).shape is shape


@pytest.mark.parametrize(
    ("cells", "shape"),
    [
        (["a;b;", "b;c;", "a;"], Shape.LIST),
        (["a, b", "b, c", "a"], Shape.LIST),
        (["havo, vwo of hoger", "mbo", "havo, vwo of hoger", "mbo"], Shape.CHOICE),
        (["Ik vind, eerlijk gezegd, alles goed", "Meer groen, graag", "Nee"], Shape.OTHER),
        (["ja", "nee", "ja", "nee"], Shape.CHOICE),
        (["12", "13", "14"], Shape.OTHER),
        ([], Shape.OTHER),
    ],
)
def test_how_one_column_was_answered(cells: list[str], shape: Shape) -> None:
    column = pd.DataFrame({"a": pd.Series(cells, dtype="str")})
    assert shaped([Asked("a", "Q1", "Vraag")], column).shape is shape


@pytest.mark.parametrize(
    ("name", "personal"),
    [
        ("RecipientEmail", True),
        ("Wat is uw naam?", True),
        ("Wat is uw postcode?", True),
        ("LocationLatitude", True),
        ("ipaddr. IP-adres", True),
        ("Custom Data 1", True),
        ("Wat is uw leeftijd?", False),
        ("Welke taken zijn belangrijk?", False),
        ("In welke wijk woont u?", False),
    ],
)
def test_what_may_say_who_somebody_is(name: str, personal: bool) -> None:
    assert may_be_personal(name) is personal


def test_a_name_of_two_tasks_stands_for_none() -> None:
    table = pd.DataFrame({"task_id": ["T1", "T2"], "label": ["Afval", "Afval"], "label_en": ["Waste", None]})
    assert Tasks.of(table).code("Waste") == "T1"
    assert Tasks.of(table).code("Afval").startswith("?")
    assert not Tasks.of(None)


@given(st.lists(WORDS, unique=True, max_size=6))
def test_codes_made_of_answers_differ(options: list[str]) -> None:
    codes = option_codes(options, Tasks({}))
    assert len(set(codes.values())) == len(options)


# the mapping as text
@given(
    st.dictionaries(WORDS, WORDS.filter(lambda text: not text.startswith("?")), min_size=1, max_size=4),
    st.lists(WORDS, max_size=2),
)
def test_a_proposal_reads_back_as_it_was_written(words: dict[str, str], remarks: list[str]) -> None:
    entry = TableMapping.model_validate(
        {
            "name": "ballots",
            "files": ("a.csv",),
            "platform": "qualtrics",
            "constants": {"survey": "2026", "municipality": "GM0363"},
            "columns": {"respondent": ("a", "b")},
            "where": dict.fromkeys(words, ("1",)),
            "filled": tuple(words),
            "values": {"task_id": words},
            "gather": {"into": "task_id", "from": tuple(words), "split": ";", "order": "position", "ordered": True},
        }
    )
    marked = entry.model_copy(update={"gather": gather(by="task_id", picked=["Ja"], **{"from": words})})
    for one in (entry, marked):
        text = as_toml([one], remarks, {"a": "een\nvraag"})
        assert TableMapping.model_validate(tomllib.loads(text)["table"][0]) == one


# moments as platforms write them
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026/10/01 2:30:05 PM GMT+2", "2026-10-01T14:30:05+02:00"),
        ("2026/10/01 12:00:00 AM CEST", "2026-10-01T00:00:00+02:00"),
        ("2026/1/2 12:30 PM CET", "2026-01-02T12:30:00+01:00"),
        ("2026/10/01 1:00:00 AM UTC", "2026-10-01T03:00:00+02:00"),
        ("2026/10/01", "2026-10-01T00:00:00+02:00"),
        ("13-10-2026 02:30:45 PM", "2026-10-13T14:30:45+02:00"),
    ],
)
def test_times_with_am_and_pm_are_read(text: str, expected: str) -> None:
    values, _ = times(pd.Series([text]), Options())
    assert values[0] == dt.datetime.fromisoformat(expected)


def test_an_unknown_time_zone_is_told() -> None:
    values, notes = dates(pd.Series(["2026/10/01 2:30:05 PM CST", "2026/10/01 13:30 PM"]), Options())
    assert values.isna().all()
    assert [note.code for note in notes] == ["TT-049"]


# SPSS
def sav(folder: Path, frame: pd.DataFrame, name: str = "enquete.sav", **more: Any) -> Path:
    pyreadstat.write_sav(frame, folder / name, **more)
    return folder / name


NAMES = ["Paspoort", "Rijbewijs", "Trouwen", "Verhuizen", "Afval"]


@pytest.fixture
def survey(tmp_path: Path) -> Path:
    ticks = {f"t_{number}": [1.0 if number == n else np.nan for n in range(4)] for number in range(5)}
    frame = pd.DataFrame(
        {
            "respnr": [1.0, 2.0, 3.0, 4.0],
            "id": [11.0, 12.0, 13.0, 14.0],
            "gemnr": [363.0, 363.0, 344.0, 344.0],
            "email": ["a@b.nl"] * 4,
            "datestamp": [dt.date(2026, 10, day) for day in (1, 2, 3, 4)],
            "lft": [1.0, 2.0, 1.0, 99.0],
            "weging": [1.0, 0.5, 1.5, 1.0],
            **ticks,
        }
    )
    labels = ["nummer", "id", "gemeente", "e-mail", "datum", "Wat is uw leeftijd?", "weging"]
    (tmp_path / "settings.toml").write_text("set_aside_limit = 1.0\n")
    rows = "".join(f"1;T{number};{name}\n" for number, name in enumerate(NAMES, 1))
    (tmp_path / "tasks.csv").write_text("list_version;task_id;label\n" + rows)
    return sav(
        tmp_path,
        frame,
        column_labels=[*labels, *(f"[t.{number}] {name}" for number, name in enumerate(NAMES))],
        variable_value_labels={
            "lft": {1: "jong", 2: "oud"},
            **{f"t_{number}": {1: "aangevinkt"} for number in range(5)},
        },
        missing_ranges={"lft": [99]},
    )


def test_ticked_variables_of_an_spss_file_become_a_vote(survey: Path) -> None:
    target = survey.parent / "mappings" / "m.toml"
    assert check_path(survey).faults[0].code == "TT-800"
    write_proposal(survey, target, "nl")
    intake, faults, _ = _read_path(survey.parent, ())
    assert stopping(faults) == []
    assert intake.tables["ballots"]["task_id"].tolist() == ["T1", "T2", "T3", "T4"]
    people = intake.tables["respondents"]
    assert people["municipality"].tolist() == ["GM0363", "GM0363", "GM0344", "GM0344"]
    assert people["segment_age"].tolist()[:3] == ["jong", "oud", "jong"]
    assert people["segment_age"].isna().tolist() == [False, False, False, True]
    assert people["weight"].tolist() == [1.0, 0.5, 1.5, 1.0]
    assert "a@b.nl" not in target.read_text("utf-8")


def test_labels_stand_in_the_cells_and_codes_without_label_stay_numbers(tmp_path: Path) -> None:
    frame = pd.DataFrame({"score": [1.0, 2.0, 7.0], "open": ["a", "", "c"]})
    path = sav(tmp_path, frame, variable_value_labels={"score": {1: "helemaal  oneens", 7: "helemaal eens"}})
    raw = read(path.read_bytes(), path.name, ["score", "open"])
    assert raw.cells["score"].tolist() == ["helemaal oneens", "2", "helemaal eens"]
    assert raw.rows.tolist() == [2, 3, 4]


def test_a_damaged_spss_file_is_refused(tmp_path: Path) -> None:
    whole = sav(tmp_path, pd.DataFrame({"a": [1.0]})).read_bytes()
    for content, code in ((whole[:100], "TT-014"), (b"$FL2" + b"x" * 400, "TT-014"), (b"a;b\n1;2\n", "TT-010")):
        with pytest.raises(InputRefused) as refused:
            read(content, "a.sav", ["a"])
        assert [fault.code for fault in refused.value.faults] == [code]


def test_without_the_extra_one_sentence_tells_how_to_install_it(survey: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any) -> Any:
        if name == "pyreadstat":
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(MissingExtra, match=r"toptaak\[spss\]"):
        read(survey.read_bytes(), survey.name, ["lft"])


def test_a_multiple_response_set_is_one_question() -> None:
    sets = {"zw05": {"label": "Waar?<div>(meer)</div>", "variable_list": ["a", "c"]}}
    codes = {"b_0": {"ja": "1"}, "b_1": {"ja": "1"}, "d": {"ja": "1", "nee": "2"}}
    labels = {"a": "[1] sport", "c": "Waar? [zang]"}
    groups = list(_groups(["a", "b_0", "b_1", "c", "d"], sets, labels, codes))
    assert [[one.name for one in some] for some in groups] == [["a", "c"], ["b_0", "b_1"], ["d"]]
    assert [one.option for one in groups[0]] == ["sport", "zang"]
    assert groups[0][0].text == "Waar? (meer)"


BURGERPEILING = {
    "dv01": {number: str(number) for number in range(1, 11)} | {11: "weet niet / geen mening"},
    "dv05_0": {1: "helemaal eens", 2: "eens", 3: "niet eens / niet oneens", 4: "oneens", 5: "helemaal oneens"},
    "dv12": {2: "e-mail", 5: "(publieks)balie", 7: "huisbezoek"},
    "kw": {number: f"kwartaal {number}" for number in range(1, 5)},
    "ch02": {1: "18 tot en met 29 jaar", 2: "30 tot en met 39 jaar"},
}


@pytest.mark.parametrize("years", [(2022, 2022, 2022), (2021, 2022, 2022)])
def test_a_burgerpeiling_becomes_respondents_and_ratings(folder: Folder, years: tuple[int, ...]) -> None:
    frame = pd.DataFrame(
        {
            "respondent": [1.0, 2.0, 3.0],
            "gemnr": [363.0, 363.0, 363.0],
            "jr": [float(year) for year in years],
            "kw": [1.0, 4.0, 2.0],
            "weging": [1.0, 0.5, 2.0],
            "dv01": [7.0, 11.0, 10.0],
            "dv05_0": [1.0, 5.0, np.nan],
            "dv12": [2.0, 5.0, 7.0],
            "ch02": [1.0, 2.0, 1.0],
            "zw04": [1.0, 1.0, 1.0],
        }
    )
    data = folder({})
    path = sav(data, frame, "peiling.sav", variable_value_labels=BURGERPEILING)
    write_proposal(path, data / "mappings" / "m.toml", "nl")
    intake, faults, _ = _read_path(data, ())
    assert stopping(faults) == []
    people = intake.tables["respondents"].sort_values("respondent")
    assert [str(day.date()) for day in people["date"]] == [f"{years[0]}-01-01", "2022-10-01", "2022-04-01"]
    assert people["segment_age"].tolist()[1] == "30 tot en met 39 jaar"
    ratings = intake.tables["ratings"].dropna(subset=["score"])
    found = sorted(zip(ratings["respondent"], ratings["question"], ratings["score"], strict=True))
    assert found == [("1", "dv01", 7.0), ("1", "dv05_0", 1.0), ("2", "dv05_0", 5.0), ("3", "dv01", 10.0)]
    assert set(ratings["channel"].dropna()) == {"e-mail", "desk"}
    assert "zw04" not in (data / "mappings" / "m.toml").read_text("utf-8")


def test_the_official_burgerpeiling_format_is_proposed(shared_data: Path) -> None:
    path = shared_data / "vng_burgerpeiling" / "Burgerpeling-dataformat-2022.sav"
    proposal = propose(path, Tasks({}))
    assert proposal is not None
    assert "vraagteken" in proposal.remarks[-1].say("nl")
    people, ratings = proposal.entries
    assert dict(people.columns)["municipality"] == "gemnr"
    assert ratings.gather is not None
    assert {"dv01", "dv05_0", "dv07_3", "mm01_0"} <= set(ratings.gather.theirs)
    assert not any(name.startswith(("zw", "wl")) for name in ratings.gather.theirs)
    assert ratings.words["score"]["helemaal eens"] == "1"
    assert ratings.words["score"]["weet niet / geen mening"] == ""
    assert proposal.undecided == 8  # the file holds no year


def test_the_task_list_of_a_folder_is_found_also_through_a_mapping(folder: Folder) -> None:
    mapping = (
        '[[table]]\nname = "tasks"\nfiles = ["taken.csv"]\nconstants = { list_version = "1" }\n'
        'columns = { task_id = "code", label = "taak" }\n'
    )
    data = folder({"taken.csv": "code;taak\nT1;Paspoort\n", "mappings/taken.toml": mapping})
    assert tasks_beside(data).code("paspoort") == "T1"


def test_the_mapping_in_the_manual_is_one(tmp_path: Path) -> None:
    text = (Path(__file__).parents[2] / "docs" / "importeren.md").read_text("utf-8")
    (tmp_path / "m.toml").write_text(text.split("```toml\n")[1].split("```")[0], "utf-8")
    entries, faults = read_mapping(tmp_path / "m.toml")
    assert faults == []
    assert entries[0].entry.platform == "limesurvey"
