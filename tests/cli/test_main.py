"""Every command, as a user types it."""

from __future__ import annotations

import errno
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

import toptaak
from tests.conftest import heeding_interrupts
from toptaak.batch import run as run_module
from toptaak.batch.job import Failure
from toptaak.batch.lock import Locked
from toptaak.batch.plan import Request
from toptaak.batch.run_outcomes import Outcome, RunStatus
from toptaak.cli import main as cli
from toptaak.cli.run_language import click_texts
from toptaak.core.errors import ToptaakError
from toptaak.core.wording import message
from toptaak.numbers.parameters import ReportParameters
from toptaak.report.publications import PUBLICATIONS, notebook_file

COMMANDS = {
    "batch",
    "canvas",
    "channels",
    "check",
    "example",
    "index",
    "klantinteracties",
    "lab",
    "limesurvey",
    "longlist",
    "numbers",
    "questionnaire",
    "report",
    "signals",
    "trials",
    "zaken",
}

NOTEBOOK = notebook_file(PUBLICATIONS["quarterly"])


@pytest.fixture(autouse=True)
def workbook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def call(*arguments: str, **environment: str) -> Result:
    return CliRunner(env={"LANG": "C.UTF-8", "LC_ALL": ""} | environment).invoke(cli.main, arguments)


class Recorded:
    """Stands in for `make_reports`: notes what was asked and gives the outcomes of a test."""

    def __init__(self, *outcomes: Outcome, error: BaseException | None = None) -> None:
        self.outcomes, self.error = list(outcomes), error
        self.request: Request | None = None
        self.options: tuple[Any, ...] = ()

    def __call__(self, request: Request, _load: Any, *options: Any) -> list[Outcome]:
        self.request, self.options = request, options
        if self.error:
            raise self.error
        return self.outcomes


def outcome(status: RunStatus, code: str = "GM9901", failure: Failure | None = None) -> Outcome:
    return Outcome(ReportParameters(municipality=code, quarter="2026Q3", language="nl", data=Path()), status, failure)


MADE = outcome(RunStatus.MADE)
FAILED = outcome(RunStatus.FAILED, "GM9902", Failure(message("not enough memory"), message("Use fewer workers.")))


@pytest.fixture
def recorded(monkeypatch: pytest.MonkeyPatch) -> Recorded:
    made = Recorded(MADE)
    monkeypatch.setattr(run_module, "make_reports", made)
    return made


def asked(recorded: Recorded) -> Request:
    assert recorded.request is not None
    return recorded.request


def test_the_commands_are_these_and_each_explains_itself() -> None:
    assert set(cli.main.commands) == COMMANDS
    for name in COMMANDS:
        shown = call(name, "--help")
        assert shown.exit_code == 0
        assert "".join(str(cli.main.commands[name].help).split()) in "".join(shown.output.split())


def test_help_loads_nothing_heavy() -> None:
    program = (
        "import sys; from click.testing import CliRunner; from toptaak.cli.main import main\n"
        "CliRunner().invoke(main, ['--help'])\n"
        "print({'pandas', 'numpy', 'papermill', 'IPython', 'pydantic'} & set(sys.modules))"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == "set()"


def test_version() -> None:
    assert toptaak.__version__ in call("--version").output


def test_report_asks_for_one_municipality(recorded: Recorded, workbook: Path) -> None:
    (workbook / "mine").mkdir()
    shown = call("report", "-m", "GM0363", "-q", "2026Q3", "--data", "mine", "--reports", "out", "--language", "en")
    request = asked(recorded)
    assert (request.municipalities, request.quarter, request.language) == (("GM0363",), "2026Q3", "en")
    assert (request.data, request.reports, request.notebook) == (Path("mine"), Path("out"), NOTEBOOK)
    assert not request.again
    assert recorded.options == (1, 600, None)
    assert shown.exit_code == 0


def test_batch_asks_for_all_or_for_some(recorded: Recorded) -> None:
    call("batch")
    assert asked(recorded).municipalities == ()
    assert asked(recorded).quarter is None
    cluster = ("--scheduler", "tcp://planner:8786")
    call("batch", "-m", "GM0363", "-m", "GM0344", "--workers", "3", "--time-limit", "60", "--again", *cluster)
    assert asked(recorded).municipalities == ("GM0363", "GM0344")
    assert asked(recorded).again
    assert recorded.options == (3, 60, "tcp://planner:8786")


def test_report_makes_the_report_and_batch_makes_the_views_too(recorded: Recorded, workbook: Path) -> None:
    (workbook / "mine").mkdir()
    call("report", "-m", "GM0363", "--data", "mine")
    assert (asked(recorded).full, asked(recorded).views) == (True, ())
    call("batch", "--data", "mine")
    assert asked(recorded).full
    assert [(view, path.name) for view, path in asked(recorded).views] == [
        ("board", "bestuur.ipynb"), ("team", "toptaakteam.ipynb"), ("frontline", "uitvoering.ipynb"),
    ]  # fmt: skip
    assert all(path.is_file() for _, path in asked(recorded).views)


def test_a_view_or_the_view_of_one_task(recorded: Recorded, workbook: Path) -> None:
    (workbook / "mine").mkdir()
    call("report", "-m", "GM0363", "--data", "mine", "--view", "board")
    assert (asked(recorded).full, [view for view, _ in asked(recorded).views]) == (False, ["board"])
    call("report", "-m", "GM0363", "--data", "mine", "--view", "team", "--view", "report", "--task", "T01")
    assert (asked(recorded).full, [view for view, _ in asked(recorded).views]) == (True, ["team"])
    assert asked(recorded).task == "T01"
    alone = call("report", "-m", "GM0363", "--task", "T01")
    assert (alone.exit_code, alone.stderr) == (2, "--task hoort bij --view team: het kiest het team van één taak.\n")
    refused = call("report", "-m", "GM0363", "--view", "bord")
    assert refused.exit_code == 2
    assert "'board'" in refused.stderr


def test_a_notebook_of_ones_own_makes_the_report_only(recorded: Recorded, workbook: Path) -> None:
    (workbook / "eigen.ipynb").write_bytes(NOTEBOOK.read_bytes())
    call("batch", "--notebook", "eigen.ipynb")
    assert asked(recorded).notebook == Path("eigen.ipynb")
    assert (asked(recorded).full, asked(recorded).views) == (True, ())


def test_canvas_writes_one_to_fill_in_and_refuses_it_as_long_as_it_is_empty(workbook: Path) -> None:
    (workbook / "mine").mkdir()
    arguments = ("canvas", "-m", "GM9901", "-q", "2026Q4", "--data", "mine", "--reports", "out")
    shown = call(*arguments, "--new")
    file = Path("mine/canvas/2026Q4/GM9901/canvas.toml")
    assert (shown.exit_code, shown.stdout.strip()) == (0, str(file))
    assert file.read_text(encoding="utf-8").startswith("# ")
    again = call(*arguments, "--new")
    assert again.exit_code == 2
    assert "blijft zoals het is" in again.stderr
    (workbook / "mine" / "forms.csv").write_text(
        "municipality,week,form,task_id,started,finished\nGM9901,2026W30,f,T01,20,10\n"
    )
    refused = call(*arguments)
    assert refused.exit_code == 2
    assert refused.stderr.count("TT-710") > 8
    assert not (workbook / "out" / "2026Q4").exists()


def test_trials_writes_a_register_to_fill_in_once(workbook: Path) -> None:
    (workbook / "mine").mkdir()
    arguments = ("trials", "-m", "GM0363", "--start", "2026-10-05", "--data", "mine")
    file = Path("mine/trials/GM0363.toml")
    assert call(*arguments).stdout.strip() == str(file)
    assert "start = 2026-10-05" in file.read_text(encoding="utf-8")
    again = call(*arguments)
    assert (again.exit_code, "blijft zoals het is" in again.stderr) == (2, True)
    unknown = call("trials", "-m", "GM363", "--start", "2026-10-05", "--data", "mine")
    assert (unknown.exit_code, "GM0363" in unknown.stderr) == (2, True)


def test_canvas_refuses_wrong_parameters_and_names_of_teams(workbook: Path) -> None:
    (workbook / "mine").mkdir()
    wrong = call("canvas", "-m", "9901", "-q", "2026Q9", "--data", "mine", "--new")
    assert wrong.exit_code == 2
    assert "TT-601" in wrong.stderr
    assert "TT-602" in wrong.stderr
    path = call("canvas", "-m", "GM9901", "-q", "2026Q4", "--data", "mine", "--team", "../weg", "--new")
    assert path.exit_code == 2
    assert "geen naam van een team" in path.stderr
    assert not (workbook / "mine" / "canvas").exists()


def test_own_files_come_before_the_example_and_the_choice_is_told(recorded: Recorded, workbook: Path) -> None:
    raw = workbook / "data" / "raw"
    raw.mkdir(parents=True)
    (raw / ".gitkeep").touch()
    assert "Gegevens: data/example" in call("batch").output
    (raw / "attempts.csv").touch()
    assert "Gegevens: data/raw" in call("batch").output
    assert asked(recorded).data == Path("data/raw")


def test_the_example_is_made_once(recorded: Recorded, monkeypatch: pytest.MonkeyPatch, workbook: Path) -> None:
    made: list[Path] = []

    def write_example(folder: Path, *_: Any) -> None:
        made.append(folder)
        folder.mkdir(parents=True)
        (folder / "tasks.csv").touch()

    monkeypatch.setattr("toptaak.example.write_example", write_example)
    (workbook / "data" / "raw").mkdir(parents=True)
    (workbook / "data" / "raw" / "attempts.csv").touch()
    for _ in range(2):
        assert call("batch", "--example").exit_code == 0
        assert asked(recorded).data == Path("data/example")
    assert made == [Path("data/example")]


@pytest.mark.parametrize(
    ("outcomes", "code"), [([MADE], 0), ([MADE, FAILED], 3), ([FAILED], 4), ([outcome(RunStatus.UNCHANGED)], 0)]
)
def test_exit_code_table_and_place(recorded: Recorded, outcomes: list[Outcome], code: int) -> None:
    recorded.outcomes = outcomes
    shown = call("batch")
    assert shown.exit_code == code
    assert "Overzicht: reports/index.html (" in shown.stdout
    assert ("GM9902" in shown.stderr) == (FAILED in outcomes)


@pytest.mark.parametrize(
    ("error", "code", "text"),
    [
        (ToptaakError("Noem een kwartaal."), 2, "Noem een kwartaal.\n"),
        (Locked("Even wachten."), 75, "Even wachten.\n"),
        (KeyboardInterrupt(), 130, "Onderbroken. Wat al gepubliceerd was, blijft staan.\n"),
        (
            PermissionError(errno.EPERM, "Operation not permitted", "out/.lock"),
            2,
            "out/.lock: geen toegang. Kies een andere map of pas de rechten aan.\n",
        ),
        (
            OSError(errno.ENOSPC, "No space left", "out/x"),
            2,
            "out/x: de schijf is vol. Kies een andere map of pas de rechten aan.\n",
        ),
        (
            OSError(errno.EIO, "geheim", "out/x"),
            1,
            "Onverwachte fout: OSError. Meld dit, met het bestand out/.logs/toptaak.log erbij.\n",
        ),
        (
            ValueError("geheim"),
            1,
            "Onverwachte fout: ValueError. Meld dit, met het bestand out/.logs/toptaak.log erbij.\n",
        ),
    ],
)
def test_trouble_is_told_in_a_sentence(
    recorded: Recorded, workbook: Path, error: BaseException, code: int, text: str
) -> None:
    recorded.error = error
    shown = call("batch", "--reports", "out")
    assert (shown.exit_code, shown.stderr) == (code, text)
    log = workbook / "out" / ".logs" / "toptaak.log"
    assert log.exists() == (code == 1)
    assert code != 1 or "geheim" in log.read_text()


def test_wrong_parameters_are_refused_with_a_hint(workbook: Path) -> None:
    (workbook / "mine").mkdir()
    (workbook / "mine" / "forms.csv").write_text(
        "municipality,week,form,task_id,started,finished\nGM0363,2026W30,f,T01,20,10\n"
    )
    shown = call("report", "-m", "0363", "-q", "2026Q3", "--data", "mine")
    assert shown.exit_code == 2
    assert "Bedoelt u GM0363 (Amsterdam)?" in shown.stderr
    assert "Traceback" not in shown.output
    shown = call("report", "-m", "GM0363", "-q", "2020Q3", "--data", "mine")
    assert shown.exit_code == 2
    assert "Kies uit: 2026Q3." in shown.stderr


def test_a_notebook_in_the_folder_at_hand_never_takes_the_place_of_the_packages(
    recorded: Recorded, workbook: Path
) -> None:
    (workbook / "notebooks").mkdir()
    (workbook / "notebooks" / NOTEBOOK.name).write_text("not a notebook")
    call("batch")
    assert asked(recorded).notebook == NOTEBOOK


def test_lab_opens_a_workspace_on_this_machine_only(monkeypatch: pytest.MonkeyPatch, workbook: Path) -> None:
    calls: list[list[str]] = []
    monkeypatch.setattr("os.execv", lambda program, command: calls.append(command))
    monkeypatch.setattr(subprocess, "call", lambda command: 0)
    assert call("lab", "--no-browser", "--port", "9999").exit_code == 0
    [command] = calls
    assert command[1:3] == ["-m", "jupyterlab"]
    assert "--ServerApp.ip=127.0.0.1" in command
    assert command[-3:] == ["--no-browser", "--port", "9999"]
    assert (workbook / "werkplek" / "notebooks" / NOTEBOOK.name).is_file()


def test_check_tells_what_was_found(workbook: Path) -> None:
    file = workbook / "forms.csv"
    file.write_text("municipality,week,form,task_id,started,finished\nGM0363,2026W30,f,T01,20,10\n")
    shown = call("check", str(file))
    assert shown.exit_code == 0
    assert "forms.csv: tabel forms, rijen gelezen: 1 = 1 gebruikt + 0 opzijgezet." in shown.stdout
    assert "Dit is te gebruiken." in shown.stdout


def test_check_refuses_with_every_fault(workbook: Path) -> None:
    file = workbook / "forms.csv"
    file.write_text("municipality,week,form,task_id,started\nGM0363,2026W30,f,T01,20\n")
    shown = call("check", str(file))
    assert shown.exit_code == 2
    assert "finished" in shown.stderr
    assert "nog niet te gebruiken" in shown.stderr
    assert "rijen gelezen: 1 = 0 gebruikt + 0 opzijgezet + 0 weggelaten + 1 geweigerd" in shown.stdout


def test_check_with_a_mapping(workbook: Path) -> None:
    (workbook / "export.csv").write_text("gemeente;week;formulier;taak;begonnen;klaar\nGM0363;2026W30;f;T01;20;10\n")
    mapping = workbook / "mapping.toml"
    mapping.write_text(
        '[[table]]\nname = "forms"\nfiles = ["export.csv"]\n'
        'columns = { municipality = "gemeente", week = "week", form = "formulier", task_id = "taak", '
        'started = "begonnen", finished = "klaar" }\n'
    )
    shown = call("check", "export.csv", "--mapping", str(mapping))
    assert (shown.exit_code, shown.stderr) == (0, "")
    assert "tabel forms" in shown.stdout


def test_check_of_an_empty_folder_is_not_good(workbook: Path) -> None:
    (workbook / "empty").mkdir()
    shown = call("check", "empty")
    assert shown.exit_code == 2


def test_index_lists_what_is_published(workbook: Path) -> None:
    shown = call("index", "--reports", "out")
    assert shown.exit_code == 0
    assert shown.stdout.strip() == str(Path("out/index.html"))
    assert "nog geen rapport" in (workbook / "out" / "index.html").read_text(encoding="utf-8")


def test_python_dash_m_does_the_same() -> None:
    ended = subprocess.run([sys.executable, "-m", "toptaak", "--version"], capture_output=True, text=True, check=True)
    assert toptaak.__version__ in ended.stdout


def test_from_nothing_to_a_published_report_and_an_interrupt(workbook: Path) -> None:
    assert call("example", "--quarters", "2", "--seed", "7").exit_code == 0
    assert call("check", "data/example").exit_code == 0
    shown = call("batch", "--example", "-m", "GM9901")
    assert shown.exit_code == 0, shown.output
    folder = workbook / "reports" / "2026Q3" / "GM9901"
    assert {path.name for path in folder.iterdir()} == {
        "kwartaalrapport.html", "kwartaalrapport.pdf", "kwartaalrapport.ipynb", "results.csv", "manifest.json",
    }  # fmt: skip
    assert "Veenwoude" in (workbook / "reports" / "index.html").read_text(encoding="utf-8")
    assert "Rapporten ongewijzigd: 1." in call("report", "-m", "GM9901").stdout
    interrupted(workbook)


def interrupted(workbook: Path) -> None:
    command = [sys.executable, "-m", "toptaak", "batch", "--again"]
    with subprocess.Popen(
        command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True, preexec_fn=heeding_interrupts
    ) as batch:
        deadline = time.monotonic() + 60
        while not list((workbook / "reports").glob(".staging-*/*")):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        os.kill(batch.pid, signal.SIGINT)
        _, told = batch.communicate(timeout=30)
    assert batch.returncode == 130
    assert told == "Onderbroken. Wat al gepubliceerd was, blijft staan.\n"
    assert not list((workbook / "reports").glob(".staging-*"))


ENGLISH = {
    "the", "and", "this", "show", "usage", "default", "required", "commands", "write", "folder", "message",
    "which", "for", "with", "make", "municipality", "only", "language",
}  # fmt: skip
DUTCH = {"de", "het", "een", "van", "toon", "opties", "standaard", "gemeente", "voor", "gebruik", "schrijf", "taal"}


def every_command(group: click.Group, *before: str) -> list[tuple[str, ...]]:
    paths = [(*before, name) for name in group.commands]
    inner = [(name, command) for name, command in group.commands.items() if isinstance(command, click.Group)]
    return paths + [path for name, command in inner for path in every_command(command, *before, name)]


def words_of(shown: str) -> set[str]:
    """Give the words of a help page, without the names of options."""
    return set(re.findall(r"[a-z]+", re.sub(r"--[a-z-]+|[\w-]+/[\w-]+", " ", shown.lower())))


def test_every_help_page_is_in_one_language() -> None:
    for path in [(), *every_command(cli.main)]:
        dutch, english = call(*path, "--help"), call(*path, "--help", LANG="en_GB.UTF-8")
        assert dutch.output.startswith("Gebruik: ")
        assert english.output.startswith("Usage: ")
        assert words_of(dutch.output) & ENGLISH == set(), path
        assert words_of(english.output) & DUTCH == set(), path


@pytest.mark.parametrize(
    ("arguments", "environment", "said"),
    [
        (("report",), {}, "Er ontbreekt een optie '--municipality'"),
        (("report",), {"LANG": "en_US.UTF-8"}, "Missing option '--municipality'"),
        (("--language", "en", "report"), {}, "Missing option '--municipality'"),
        (("--language", "nl", "report"), {"LANG": "en_US.UTF-8"}, "Er ontbreekt een optie '--municipality'"),
        (("report", "--language", "en"), {}, "Missing option '--municipality'"),
        (("report", "--language=en"), {}, "Missing option '--municipality'"),
        (("chek",), {}, "De opdracht 'chek' bestaat niet."),
        (("check",), {}, "Er ontbreekt een waarde 'PATH'"),
        (("check", "nergens"), {}, "'nergens' bestaat niet."),
        (("index", "x"), {}, "Een waarde te veel (x)"),
        (("report", "--vieuw", "x"), {}, "De optie '--vieuw' bestaat niet."),
        (("report", "--view", "x"), {}, "'x' is geen van deze: 'report', 'board', 'team', 'frontline', 'poster'."),
        (("batch", "--workers", "veel"), {}, "'veel' is geen geldige waarde"),
        (("batch", "--workers", "0"), {}, "0 valt buiten het bereik x>=1"),
        (("example", "--seed"), {}, "Bij de optie '--seed' hoort een waarde."),
        (("trials", "-m", "GM0363", "--start", "ooit"), {}, "'ooit' past niet bij de vorm '%Y-%m-%d'"),
    ],
)
def test_mistakes_are_told_in_the_language_of_the_run(
    arguments: tuple[str, ...], environment: dict[str, str], said: str
) -> None:
    shown = call(*arguments, **environment)
    assert shown.exit_code == 2
    assert said in " ".join(shown.output.split())
    other = {"Fout:", "Gebruik:", "Typ"} if "Missing" in said else {"Error:", "Usage:", "Try"}
    assert not set(shown.output.split()) & other


def test_translations_of_click_are_of_texts_that_click_has() -> None:
    source = "".join(path.read_text("utf-8") for path in Path(click.__file__).parent.glob("*.py"))
    whole = source.replace("\\n", "\n").replace("\\t", "\t")
    assert [text for text in click_texts("nl") if text not in whole] == []


def test_a_fault_of_the_data_is_told_in_english_as_well(workbook: Path) -> None:
    (workbook / "tasks.csv").write_text("list_version;label\n1;x\n", "utf-8")
    dutch, english = call("check", "."), call("--language", "en", "check", ".")
    assert dutch.exit_code == english.exit_code == 2
    assert "Verwacht: " in dutch.output
    assert "Expected: " in english.output
    assert "Verwacht" not in english.output
    assert "This cannot be used yet" in english.output


def test_a_refusal_from_deep_inside_is_told_in_english_as_well(workbook: Path) -> None:
    (workbook / "data").mkdir()
    (workbook / "data" / "tasks.csv").write_text("list_version;task_id;label\n1;A;Afval\n", "utf-8")
    command = ("canvas", "-m", "GM0363", "-q", "2026Q3", "--data", "data")
    assert "Er is geen canvas" in call(*command).output
    assert "There is no canvas" in call(*command, "--language", "en").output
