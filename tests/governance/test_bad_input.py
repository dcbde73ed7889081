"""Bad input as a user meets it: files in a data folder, `toptaak check` and `toptaak canvas`."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from toptaak.cli import main as cli
from toptaak.core.periods import Quarter
from toptaak.governance.canvas import template
from toptaak.governance.trials import trials_template
from toptaak.intake.store import refresh

CODE, QUARTER = "GM9901", "2026Q4"
Places = set[tuple[str, int, str]]  # file, row or line, code
TASKS = """list_version;task_id;label;owner_team
2026;verhuizen;Verhuizing doorgeven;Team Verhuizen
2026;paspoort;Paspoort aanvragen;Team Paspoorten
"""
WISHES = """municipality;wish;date;asked_by;task_id;expected_effect;effort_hours;decision;reason;alternative;\
decided_on;decided_by
GM9901;W1;2026-10-01;Burgerzaken;verhuizen;groot;20;yes;Helpt veel klanten;;2026-10-20;toptaakmanager
GM9901;W2;2026-10-02;Burgerzaken;verhuzen;groot;20;;;;;
GM9901;W3;2026-10-03;Burgerzaken;paspoort;heel erg veel;20;no;Te duur;Later;2026-10-20;
GM9901;W4;2026-10-04;Burgerzaken;paspoort;klein;20;no;Te duur;Later;2026-10-01;toptaakmanager
"""
FEEDBACK = """municipality;entry;submitted_on;department;kind;topic;routed_to;routed_on;solved_on;thanked_on
GM9901;M1;2026-10-10;KCC;process;brief;procesmanager;2026-10-11;2026-10-05;
GM9901;M2;2026-10-10;KCC;process;brief;procesmanager;2026-10-11;2026-10-15;2026-10-16
GM9901;M3;2026-10-10;KCC;process;brief;procesmanager;2026-10-11;2026-10-15;2026-10-12
"""
TEAMS = """municipality;team;task_id;department;role;mandate;next_evaluation
GM9901;Team Verhuizen;verhuizen;KCC;adviseur;teksten;2026-11-01
GM9901;Team Verhuizen;paspoort;Webteam;redacteur;teksten;2026-11-01
GM9901;Team Leeg;paspoort;;;teksten;2026-11-01
"""
# what each file is told, and where: table or TOML, row or line, code
OF_REGISTERS = {
    ("wishes.csv", 3, "TT-074"),  # unknown task; the nearest is named
    ("wishes.csv", 4, "TT-731"),  # a decision without the role that decided
    ("wishes.csv", 4, "TT-733"),  # an effect that cannot be read
    ("wishes.csv", 5, "TT-079"),  # decided before it was asked
    ("staff_feedback.csv", 2, "TT-079"),  # closed before it was opened
    ("staff_feedback.csv", 4, "TT-734"),  # thanked before it was solved
    ("teams.csv", 3, "TT-737"),  # a team with two tasks
    ("teams.csv", 4, "TT-736"),  # a team without members
}


def call(*arguments: object) -> Result:
    return CliRunner().invoke(cli.main, [str(one) for one in arguments])


def filled_canvas() -> str:
    return template("nl", CODE, Quarter.parse(QUARTER)).replace("VUL IN: ", "")


def filled_trials() -> str:
    return trials_template("nl", CODE).replace("VUL IN: ", "")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with registers, a canvas and trials, in which all is well apart from the registers' faults."""
    folder = tmp_path / "data"
    files = {
        "tasks.csv": TASKS,
        "settings.toml": "set_aside_limit = 1.0\n",
        "wishes.csv": WISHES,
        "staff_feedback.csv": FEEDBACK,
        "teams.csv": TEAMS,
        f"canvas/{QUARTER}/{CODE}/canvas.toml": filled_canvas(),
        f"trials/{CODE}.toml": filled_trials(),
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def canvas(data: Path) -> Path:
    return data / "canvas" / QUARTER / CODE / "canvas.toml"


def told(shown: Result) -> Places:
    """Read file, row (of a TOML file: line) and code of every fault that was printed; 0 where no row is told."""
    found = set()
    for line in shown.output.splitlines():
        if match := re.match(r"(TT-\d{3}) ([^ ,:]+)(?:, (rij|regel) (\d+))?", line):
            code, file, word, row = match.groups()
            assert word in (None, "regel" if file.endswith(".toml") else "rij")
            found.add((file, int(row or 0), code))
    return found


def changed(path: Path, *swaps: tuple[str, str]) -> dict[str, int]:
    """Change a file, and give the line on which each new text stands."""
    text = path.read_text(encoding="utf-8")
    for old, new in swaps:
        assert old in text, old
        text = text.replace(old, new, 1)
    path.write_text(text, encoding="utf-8")
    return {new: text[: text.index(new) + len(new)].count("\n") + 1 for _, new in swaps}


def test_every_register_is_told_by_row(data: Path) -> None:
    shown = call("check", data)
    assert told(shown) == OF_REGISTERS
    assert "Lijkt het meest op: verhuizen" in shown.output
    assert "Canvassen en registers van proeven: 2 gelezen." in shown.output
    assert shown.exit_code == 0  # rows are set aside or warned about; the rest can be used


DUPLICATE = 'why = "De meeste klanten bellen twee keer."'
TWO_OWNERS = 'owner = "Toptaakmanager, hoofd webteam"'
MISSPELT = 'kpi = "sucess_rate"'
ANOTHER_QUARTER = "deadline = 2027-03-26"


@pytest.fixture
def wrong(canvas: Path) -> Places:
    """Put four faults in the canvas; give what should be told of it."""
    text = canvas.read_text(encoding="utf-8")
    quarter = text.index("[quarter]")
    head, tail = text[:quarter], text[quarter:]
    deadline = next(line for line in tail.splitlines() if line.startswith("deadline = "))
    tail = tail.replace(deadline, ANOTHER_QUARTER, 1).replace('kpi = "success_rate"', MISSPELT, 1)
    owner = next(line for line in tail.splitlines() if line.startswith("owner = "))
    tail = tail.replace(owner, TWO_OWNERS, 1)
    why = next(line for line in head.splitlines() if line.startswith("why = "))
    head = head.replace(why, f"{why}\n{DUPLICATE}", 1)
    canvas.write_text(head + tail, encoding="utf-8")
    lines = (head + tail).splitlines()
    codes = {DUPLICATE: "TT-703", TWO_OWNERS: "TT-715", MISSPELT: "TT-716", ANOTHER_QUARTER: "TT-722"}
    return {("canvas.toml", lines.index(line) + 1, code) for line, code in codes.items()}


def test_all_faults_of_a_canvas_at_once_with_their_line(data: Path, canvas: Path, wrong: Places) -> None:
    shown = call("check", canvas)
    assert told(shown) == wrong
    assert "Bedoelt u success_rate?" in shown.output
    assert shown.exit_code == 2
    inside = canvas.relative_to(data).as_posix()
    whole = call("check", data)
    assert told(whole) == OF_REGISTERS | {(inside, row, code) for _, row, code in wrong}
    assert whole.exit_code == 2


def test_nothing_is_rendered_from_half_a_canvas(data: Path, wrong: Places, tmp_path: Path) -> None:
    reports = tmp_path / "reports"
    shown = call("canvas", "-m", CODE, "-q", QUARTER, "--data", data, "--reports", reports)
    assert shown.exit_code == 2
    assert told(shown) == wrong
    assert [path.name for path in reports.rglob("*") if path.is_file() and path.name != ".lock"] == []


def test_a_canvas_under_another_municipality_or_quarter(data: Path, canvas: Path) -> None:
    for place in (f"canvas/{QUARTER}/GM0363", f"canvas/2026Q3/{CODE}", f"canvas/herfst/{CODE}"):
        (data / place).mkdir(parents=True)
        (data / place / "canvas.toml").write_text(filled_canvas(), encoding="utf-8")
    (data / "trials" / "GM0363.toml").write_text(filled_trials(), encoding="utf-8")
    shown = call("check", data)
    assert {file for file, _, code in told(shown) if code == "TT-725"} == {
        f"canvas/{QUARTER}/GM0363/canvas.toml",
        f"canvas/2026Q3/{CODE}/canvas.toml",
        f"canvas/herfst/{CODE}/canvas.toml",
        "trials/GM0363.toml",
    }
    assert shown.exit_code == 2


def test_a_goal_of_a_person_is_refused(canvas: Path) -> None:
    where = changed(canvas, ("[[quarter.goals]]\n", '[[quarter.goals]]\nmedewerker = "Jan Jansen"\n'))
    shown = call("check", canvas)
    (line,) = where.values()
    assert ("canvas.toml", line - 1, "TT-724") in told(shown)
    assert "Jansen" not in shown.output
    assert "eigen bestand" in shown.output


def test_the_own_file_of_a_person_is_never_read(data: Path) -> None:
    """Personal goals may stand beside the data; nothing of the project opens them."""
    own = data / "persoonlijk" / "jan.toml"
    own.parent.mkdir()
    own.write_text('medewerker = "Jan Jansen"\ndoel = "Vaker meeluisteren"\n', encoding="utf-8")
    shown = call("check", data)
    assert told(shown) == OF_REGISTERS
    assert "Canvassen en registers van proeven: 2 gelezen." in shown.output
    store = refresh(data)
    assert not any("persoonlijk" in str(entry["name"]) for entry in store.record["files"])
    kept = b"".join(path.read_bytes() for path in (data / "checked").rglob("*") if path.is_file())
    assert b"Jansen" not in kept


def test_the_address_of_an_owner_is_not_repeated(canvas: Path) -> None:
    changed(canvas, ('owner = "', 'owner = "jan.jansen@gemeente.nl '))
    shown = call("check", canvas)
    assert {code for _, _, code in told(shown)} == {"TT-715"}
    assert "jansen" not in shown.output


def test_a_trial_of_an_unknown_kpi_and_task(data: Path) -> None:
    path = data / "trials" / f"{CODE}.toml"
    where = changed(
        path,
        ('kpi = "success_rate"', 'kpi = "succes_rate"'),
        ('# task = "verhuizing-doorgeven"', 'task = "verhuisen"'),
    )
    shown = call("check", data)
    name = f"trials/{CODE}.toml"
    assert told(shown) - OF_REGISTERS == {
        (name, where['kpi = "succes_rate"'], "TT-716"),
        (name, where['task = "verhuisen"'], "TT-717"),
    }
    assert "Bedoelt u verhuizen?" in shown.output
    assert told(call("check", path)) == {(f"{CODE}.toml", where['kpi = "succes_rate"'], "TT-716")}


def test_a_good_canvas_and_good_trials_by_themselves(canvas: Path, data: Path) -> None:
    for path in (canvas, data / "trials" / f"{CODE}.toml"):
        shown = call("check", path)
        assert shown.exit_code == 0
        assert "Dit is te gebruiken." in shown.output
