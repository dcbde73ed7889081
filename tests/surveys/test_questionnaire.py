"""A questionnaire out of a short list, and back: what voters answered in it comes out as it was given."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from toptaak.cli.main import main
from toptaak.core.errors import ToptaakError
from toptaak.core.faults import stopping
from toptaak.intake.store import _read_path
from toptaak.surveys.limesurvey_form import limesurvey_structure
from toptaak.surveys.qualtrics_form import qualtrics_text
from toptaak.surveys.questionnaire import make_questionnaire, read_background

NAMES = [
    "Paspoort aanvragen",
    "Afval, glas en papier",
    "Bouwen & verbouwen",
    "Adres wijzigen [intern]",
    "Trouwen {hier}",
]
LIST = "list_version;task_id;label;label_en\n" + "".join(
    f'1;P-{n};"{name}";{"Passport" if n == 1 else ""}\n' for n, name in enumerate(NAMES, 1)
)
BACKGROUND = "code;question;options;question_en;options_en\nrol;Bent u …?;Inwoner|Ondernemer;Are you …?;Citizen|Owner\n"
IDS = [f"P-{n}" for n in range(1, 6)]
CHANNELS = ["web", "phone", "desk", "e-mail", "mail", "chat"]


class Answers:
    """What one voter thought: the truth that has to come back."""

    def __init__(self, number: int, rng: random.Random) -> None:
        self.votes = sorted(rng.sample(range(5), rng.randint(0, 3)))
        self.last = rng.choice([None, *range(5)])
        self.channel = rng.randrange(6)
        self.success = rng.choice([True, False])
        self.effort, self.recommend = rng.randint(1, 7), rng.randint(0, 10)
        self.role = rng.randrange(2)
        self.done = number % 7 != 6


def voters() -> list[Answers]:
    rng = random.Random(7)
    return [Answers(number, rng) for number in range(40)]


def text(rows: Sequence[Sequence[object]], mark: str) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=mark, lineterminator="\r\n", quoting=csv.QUOTE_ALL).writerows(rows)
    return out.getvalue()


def structure(path: Path, language: str) -> dict[str, list[dict[str, str]]]:
    """Read LimeSurvey's structure as its import does: questions in order, each with its options below it."""
    rows = csv.DictReader(io.StringIO(path.read_text("utf-8-sig"), newline=""), delimiter="\t")
    questions: dict[str, list[dict[str, str]]] = {}
    code = ""
    for row in rows:
        if row["class"] == "Q" and row["language"] == language:
            code = row["name"]
            questions[code] = [row]
        elif row["class"] in ("SQ", "A") and row["language"] == language:
            questions[code].append(row)
    return questions


def lime_export(path: Path, people: Sequence[Answers], language: str, headings: str, codes: bool, mark: str) -> str:
    """Export as LimeSurvey does: head by code or by code and text, answers in full or by code."""
    import html

    form = structure(path, language)
    yes, no = {"nl": ("Ja", "Nee"), "en": ("Yes", "No")}[language]

    def head(code: str, told: str, option: str = "") -> str:
        named = f"{code}[{option}]" if option else code
        return named if headings == "code" else f"{named}. {told}"

    def said(code: str, place: int | None) -> str:
        if place is None:
            return ""
        row = form[code][1 + place]
        return row["name"] if codes else html.unescape(row["text"])

    first = [head("id", "Antwoord ID"), head("submitdate", "Datum verzonden"), head("lastpage", "Laatste pagina")]
    vote = form["toptaken"]
    columns = [head("toptaken", f"{vote[0]['text']} [{row['text']}]", row["name"]) for row in vote[1:]]
    rest = [head(code, form[code][0]["text"]) for code in ("laatste", "kanaal", "gelukt", "ces2", "nps", "rol")]
    rows: list[list[object]] = [[*first, *columns, *rest]]
    for number, one in enumerate(people):
        picked = [("Y" if codes else yes) if n in one.votes else ("" if codes else no) for n in range(5)]
        success = ("Y" if one.success else "N") if codes else (yes if one.success else no)
        rows.append([
            number + 1, "2026-10-01 10:00:00" if one.done else "", "3", *picked, said("laatste", one.last),
            said("kanaal", one.channel), success, said("ces2", one.effort - 1), said("nps", one.recommend),
            said("rol", one.role),
        ])  # fmt: skip
    return "\ufeff" + text(rows, mark)


def qualtrics_export(path: Path, people: Sequence[Answers], numbers: bool) -> str:
    """Export as Qualtrics does after its import: columns by export tag, options numbered in the order of the file."""
    form: dict[str, list[str]] = {}
    asked: dict[str, str] = {}
    for block in path.read_text("utf-8").split("[[Question:")[1:]:
        lines = [line for line in block.splitlines() if line and not line.startswith("[[Block")]
        code = lines[1].removeprefix("[[ID:").removesuffix("]]")
        start = lines.index("[[Choices]]")
        asked[code], form[code] = " ".join(lines[2:start]), lines[start + 1 :]
    fixed = ["StartDate", "EndDate", "Finished", "RecordedDate", "ResponseId"]
    columns = [f"toptaken_{n}" for n in range(1, 6)]
    single = ["laatste", "kanaal", "gelukt", "ces2", "nps", "rol"]
    texts = [f"{asked['toptaken']} - {option}" for option in form["toptaken"]]

    def said(code: str, place: int | None) -> object:
        return "" if place is None else place + 1 if numbers else form[code][place]

    rows: list[list[object]] = [
        [*fixed, *columns, *single],
        [*fixed, *texts, *(asked[code] for code in single)],
        [f'{{"ImportId":"{code}"}}' for code in [*fixed, *columns, *single]],
    ]
    day = "2026-10-01 10:00:00"
    for number, one in enumerate(people):
        picked = [(1 if numbers else form["toptaken"][n]) if n in one.votes else "" for n in range(5)]
        rows.append([
            day, day, "True" if one.done else "False", day, f"R_{number + 1}", *picked, said("laatste", one.last),
            said("kanaal", one.channel), form["gelukt"][0 if one.success else 1],
            one.effort, one.recommend, said("rol", one.role),
        ])  # fmt: skip
    return text(rows, ",")


def made(tmp_path: Path, *more: str) -> Path:
    data = tmp_path / "raw"
    data.mkdir()
    (data / "tasks.csv").write_text(LIST, "utf-8")
    (tmp_path / "eigen.csv").write_text(BACKGROUND, "utf-8")
    call = ["questionnaire", "--from", str(data / "tasks.csv"), "-m", "GM0363", "--data", str(data), "--picks", "3"]
    told = CliRunner().invoke(main, [*call, "--background", str(tmp_path / "eigen.csv"), *more])
    assert told.exit_code == 0, told.output
    return data


def assert_all_came_back(data: Path, people: Sequence[Answers], prefix: str) -> None:
    intake, faults, _ = _read_path(data, ())
    assert stopping(faults) == [], [one.describe("nl") for one in stopping(faults)]
    assert not any(account.set_aside for account in intake.accounts)
    done = {f"{prefix}{n + 1}": one for n, one in enumerate(people) if one.done}
    respondents = intake.tables["respondents"].set_index("respondent")
    assert set(respondents.index) == set(done)
    assert (respondents["municipality"] == "GM0363").all()
    assert respondents["segment_rol"].to_dict() == {n: ["Inwoner", "Ondernemer"][one.role] for n, one in done.items()}
    votes = intake.tables["ballots"].groupby("respondent")["task_id"].apply(sorted).to_dict()
    assert votes == {n: [IDS[task] for task in one.votes] for n, one in done.items() if one.votes}
    attempts = intake.tables["attempts"].set_index("respondent")
    tried = {n: one for n, one in done.items() if one.last is not None}
    assert attempts["task_id"].to_dict() == {n: IDS[one.last or 0] for n, one in tried.items()}
    assert attempts["channel"].to_dict() == {n: CHANNELS[one.channel] for n, one in tried.items()}
    assert attempts["believed_success"].to_dict() == {n: one.success for n, one in tried.items()}
    ratings = intake.tables["ratings"].pivot(index="respondent", columns="question", values="score")
    assert ratings["ces2"].to_dict() == {n: one.effort for n, one in done.items()}
    assert ratings["nps"].to_dict() == {n: one.recommend for n, one in done.items()}
    assert set(intake.tables["questions"]["kind"]) == {"ces2", "nps"}


@pytest.mark.parametrize("headings", ["code", "full"])
@pytest.mark.parametrize("codes", [False, True])
@pytest.mark.parametrize(("language", "mark"), [("nl", ";"), ("en", ",")])
def test_a_limesurvey_questionnaire_comes_back(
    tmp_path: Path, headings: str, codes: bool, language: str, mark: str
) -> None:
    data = made(tmp_path, "--language", "nl", "--language", "en")
    people = voters()
    export = lime_export(data / "questionnaires/toptaken-limesurvey.txt", people, language, headings, codes, mark)
    (data / "toptaken-2026.csv").write_text(export, "utf-8", newline="")
    assert_all_came_back(data, people, "")


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("numbers", [False, True])
def test_a_qualtrics_questionnaire_comes_back(tmp_path: Path, language: str, numbers: bool) -> None:
    data = made(tmp_path, "--to", "qualtrics", "--language", "nl", "--language", "en")
    people = voters()
    export = qualtrics_export(data / f"questionnaires/toptaken-qualtrics-{language}.txt", people, numbers)
    (data / "toptaken-2026.csv").write_text(export, "utf-8", newline="")
    assert_all_came_back(data, people, "R_")


def test_the_structure_says_what_limesurvey_needs(tmp_path: Path) -> None:
    data = made(tmp_path, "--language", "nl", "--language", "en")
    path = data / "questionnaires/toptaken-limesurvey.txt"
    vote = structure(path, "nl")["toptaken"][0]
    assert (vote["type/scale"], vote["max_answers"], vote["random_order"]) == ("M", "3", "1")
    rows = list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"), newline=""), delimiter="\t"))
    settings_of = {row["name"]: row["text"] for row in rows if row["class"] == "S"}
    assert settings_of["datestamp"] == "Y", "without it every answer is dated 1980"
    assert (settings_of["ipaddr"], settings_of["anonymized"], settings_of["additional_languages"]) == ("N", "Y", "en")
    assert structure(path, "en")["toptaken"][1]["text"] == "Passport"
    for code, lines in structure(path, "nl").items():
        assert len(code) <= 20
        assert all(len(row["name"]) <= 5 for row in lines[1:])
        assert [row["name"] for row in lines] == [row["name"] for row in structure(path, "en")[code]]


def test_nothing_that_is_there_is_overwritten(tmp_path: Path) -> None:
    data = made(tmp_path)
    before = {path: path.read_bytes() for path in data.rglob("*") if path.is_file()}
    told = CliRunner().invoke(
        main, ["questionnaire", "--from", str(data / "tasks.csv"), "-m", "GM0363", "--data", str(data)]
    )
    assert told.exit_code == 2
    assert "toptaken.toml" in told.output
    assert {path: path.read_bytes() for path in data.rglob("*") if path.is_file()} == before


def short(*names: str) -> pd.DataFrame:
    return pd.DataFrame({"task_id": [f"T{n}" for n in range(len(names))], "label": names, "label_en": None})


@pytest.mark.parametrize(
    ("tasks", "picks", "said"),
    [(short("Afval", "Afval"), 1, "Afval"), (short(), 1, "leeg"), (short("Afval"), 2, "1")],
    ids=["twice", "empty", "too many"],
)
def test_a_list_that_makes_no_questionnaire_is_told(tasks: pd.DataFrame, picks: int, said: str) -> None:
    with pytest.raises(ToptaakError, match=said):
        make_questionnaire(tasks, "x", ["nl"], picks)


def test_every_wrong_background_question_is_named(tmp_path: Path) -> None:
    path = tmp_path / "b.csv"
    path.write_text("code;question;options\nMet spatie;Vraag?;a|b\nrol;Vraag?;een\n", "utf-8")
    with pytest.raises(ToptaakError, match=r"(?s)rij 2.*rij 3"):
        read_background(path)


NAME = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20)


@given(
    st.lists(NAME.filter(str.strip), min_size=1, max_size=6, unique_by=lambda name: " ".join(name.split())),
)
def test_whatever_a_task_is_called_the_files_keep_their_shape(names: list[str]) -> None:
    form = make_questionnaire(short(*names), "x", ["nl"], 1)
    rows = list(csv.reader(io.StringIO(limesurvey_structure(form)[1:], newline=""), delimiter="\t"))
    assert {len(row) for row in rows} == {17}
    assert sum(row[2] == "SQ" for row in rows) == len(names)
    lines = qualtrics_text(form, "nl").splitlines()
    assert sum(line.startswith("[[Question:") for line in lines) == len(form.questions)
