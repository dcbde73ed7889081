from __future__ import annotations

import csv
import json
import multiprocessing
import os
import random
import re
import signal
import subprocess
import sys
import time
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import nbformat
import pytest

from tests.batch.conftest import CELLS, FakeStore, notebook_of, tree
from tests.conftest import heeding_interrupts
from toptaak.batch import run as run_module
from toptaak.batch.job import Failure, Rendered
from toptaak.batch.lock import Locked, locked
from toptaak.batch.manifest import is_whole
from toptaak.batch.plan import Request, make_plan
from toptaak.batch.publish import new_staging
from toptaak.batch.run import make_reports, refresh_index, run
from toptaak.batch.run_outcomes import Outcome, RunStatus, exit_code
from toptaak.core.wording import message
from toptaak.printing.html_checks import check_html

FILES = {"kwartaalrapport.html", "kwartaalrapport.pdf", "kwartaalrapport.ipynb", "results.csv", "manifest.json"}
HTML_ONLY = (("html", "toptaak_html"),)


def make(request: Request, store: FakeStore, **options: Any) -> dict[str, Outcome]:
    outcomes = make_reports(request, lambda _: store, workers=2, **options)
    return {outcome.parameters.municipality: outcome for outcome in outcomes}


def statuses(outcomes: dict[str, Outcome]) -> dict[str, str]:
    return {code: str(outcome.status) for code, outcome in outcomes.items()}


@pytest.fixture
def reports(request_: Request) -> Path:
    return request_.reports


def test_reports_are_made_once_and_then_skipped(request_: Request, store: FakeStore, reports: Path) -> None:
    assert set(statuses(make(request_, store)).values()) == {"made"}
    first = tree(reports)
    overviews = {"index.html", "provincies.html", *(f"gemeenten/{code}.html" for code in store.municipalities())}
    assert overviews <= first.keys()
    assert {name.rpartition("/")[2] for name in first.keys() - overviews} == FILES
    assert set(statuses(make(request_, store)).values()) == {"unchanged"}
    assert tree(reports) == first


def test_the_same_input_gives_the_same_bytes(request_: Request, store: FakeStore, reports: Path) -> None:
    make(request_, store)
    first = tree(reports)
    assert set(statuses(make(replace(request_, again=True), store)).values()) == {"made"}
    assert tree(reports) == first


def test_only_what_changed_or_was_damaged_is_made_again(request_: Request, store: FakeStore, reports: Path) -> None:
    make(request_, store)
    (store.data / "GM9902.py").write_text("'changed' and None")
    (reports / "2026Q3" / "GM9903" / "kwartaalrapport.pdf").write_bytes(b"")
    assert statuses(make(request_, store)) == {"GM9901": "unchanged", "GM9902": "made", "GM9903": "made"}
    assert all(is_whole(folder) for folder in (reports / "2026Q3").glob("GM*"))


def test_the_files_say_what_they_hold(request_: Request, store: FakeStore, reports: Path) -> None:
    make(replace(request_, municipalities=("GM9901",)), store)
    folder = reports / "2026Q3" / "GM9901"
    assert (folder / "kwartaalrapport.html").read_text().startswith("<!DOCTYPE html>")
    assert (folder / "kwartaalrapport.pdf").read_bytes().startswith(b"%PDF-")
    with (folder / "results.csv").open(newline="") as handle:
        assert list(csv.DictReader(handle)) == [{"measure": "reach", "n": "20", "estimate": "0.25"}]
    nb = nbformat.read(folder / "kwartaalrapport.ipynb", as_version=4)
    nbformat.validate(nb)
    assert nb.cells[1].source.splitlines()[1:] == [
        'municipality = "GM9901"',
        'quarter = "2026Q3"',
        'language = "nl"',
        'data = "data"',
    ]


def test_nothing_published_tells_where_when_or_by_whom(
    request_: Request, store: FakeStore, reports: Path, office: Path
) -> None:
    make(request_, store)
    for name, content in tree(reports).items():
        for secret in (office, Path.home(), os.uname().nodename if len(os.uname().nodename) > 8 else office):
            assert str(secret).encode() not in content, name
    manifest = json.loads(tree(reports)["2026Q3/GM9901/manifest.json"])
    assert set(manifest) == {"format", "key", "parameters", "files", "code"}


FAULTS = {
    "GM9902": ("import os; os._exit(3)", "vanzelf gestopt (3)", True),
    "GM9903": ("import ctypes; ctypes.string_at(0)", "vanzelf gestopt (SIGSEGV)", True),
    "GM9904": ("while True: pass", "niet op tijd klaar", True),
    "GM9905": ("raise ValueError('kapot')", "onverwachte fout: ValueError", True),
    "GM9906": (
        "from toptaak.core.errors import ToptaakError; raise ToptaakError('Tabel tasks ontbreekt.')",
        "Tabel tasks ontbreekt.",
        False,
    ),
    "GM9907": ("raise MemoryError", "te weinig geheugen", False),
    "GM9908": ("import sys; sys.exit(0)", "onverwachte fout: NotebookIncomplete", True),
    "GM9909": ("print('los')", "", False),
    "GM9910": (
        "import subprocess, sys; subprocess.run([sys.executable, '-c', 'import time; time.sleep(600)'])",
        "niet op tijd klaar",
        True,
    ),
}


def test_a_failure_of_any_kind_is_that_reports_own(request_: Request, store: FakeStore, reports: Path) -> None:
    store.codes = ("GM9901", *FAULTS, "GM9911")
    for code, (source, *_) in FAULTS.items():
        (store.data / f"{code}.py").write_text(source)
    outcomes = make(request_, store, time_limit=6)
    assert [code for code, outcome in outcomes.items() if outcome.status is RunStatus.MADE] == ["GM9901", "GM9911"]
    assert sorted(path.name for path in (reports / "2026Q3").glob("GM*")) == ["GM9901", "GM9911"]
    assert exit_code(list(outcomes.values())) == 3
    for code, (_, what, logged) in FAULTS.items():
        failure = outcomes[code].failure
        assert failure is not None
        assert what in failure.what.say("nl")
        assert failure.repair.say("nl")
        assert (outcomes[code].log is not None) == logged
    assert "kapot" in (reports / ".logs" / "2026Q3-GM9905.log").read_text()
    page = (reports / "2026Q3" / "batch.html").read_text()
    assert all("'../.logs/" in problem for problem in check_html(page, "nl"))  # a page to be published has none
    assert page.count("<tr") == len(FAULTS) + 1 + len(outcomes) + 1 + 2
    assert "<td>onverwachte fout: ValueError</td>" in page
    assert (reports / "2026Q3" / re.findall(r'href="([^"]*9905.log)"', page)[0]).is_file()
    assert 'File "<string>", line 1' in (reports / ".logs" / "2026Q3-GM9904.log").read_text()
    assert not list(reports.glob(".staging*"))


def test_a_process_that_dies_is_tried_once_more(request_: Request, store: FakeStore, office: Path) -> None:
    tries = office / "tries"
    source = f"open({str(tries)!r}, 'a').write('x'); import os; os.path.getsize({str(tries)!r}) == 1 and os._exit(9)"
    (store.data / "GM9901.py").write_text(source)
    asked = replace(request_, municipalities=("GM9901",), exporters=HTML_ONLY)
    assert statuses(make(asked, store)) == {"GM9901": "made"}
    assert tries.read_text() == "xx"


@pytest.mark.parametrize("times", [1, 2])
def test_a_report_is_made_from_the_data_that_its_manifest_names(
    request_: Request, store: FakeStore, reports: Path, times: int
) -> None:
    """The report itself changes the data while it is made: the first time, or each time."""
    own = store.data / "GM9901.py"
    change = "own = Path(data) / 'GM9901.py'; own.write_text({} own.read_text() + '#')"
    own.write_text(change.format("'' and" if times == 1 else ""))
    asked = replace(request_, municipalities=("GM9901",), exporters=HTML_ONLY)
    outcome = make(asked, store)["GM9901"]
    assert outcome.status is (RunStatus.MADE if times == 1 else RunStatus.FAILED)
    if times == 1:
        assert statuses(make(asked, store)) == {"GM9901": "unchanged"}
    else:
        assert outcome.failure == run_module.DATA_CHANGED
        assert not (reports / "2026Q3" / "GM9901").exists()


def test_a_warning_of_a_library_goes_into_the_log_and_blocks_nothing(request_: Request, store: FakeStore) -> None:
    warned = "import warnings; warnings.warn(f'zo niet, {__import__(\"os\").getcwd()}')"
    (store.data / "GM9901.py").write_text(warned)
    outcome = make(replace(request_, municipalities=("GM9901",)), store)["GM9901"]
    assert outcome.status is RunStatus.MADE
    assert outcome.log is not None
    assert "UserWarning: zo niet" in outcome.log.read_text()
    published = request_.reports / "2026Q3" / "GM9901"
    assert not [path for path in published.iterdir() if b"zo niet" in path.read_bytes()]


def test_a_failure_leaves_the_report_that_stood_there(request_: Request, store: FakeStore, reports: Path) -> None:
    make(request_, store)
    before = tree(reports)
    (store.data / "GM9902.py").write_text("raise ValueError")
    assert statuses(make(request_, store))["GM9902"] == "failed"
    assert tree(reports) == before
    (store.data / "GM9902.py").unlink()
    assert statuses(make(request_, store))["GM9902"] == "unchanged"


def test_a_report_that_names_a_folder_of_this_machine_is_not_published(request_: Request, store: FakeStore) -> None:
    (store.data / "GM9901.py").write_text("language = 'nl'\nhere = data")
    leak = notebook_of(*CELLS[:2], "Text([f'Gegevens uit {data}'])", CELLS[2])
    nbformat.write(leak, request_.notebook)
    outcome = make(replace(request_, municipalities=("GM9901",)), store)["GM9901"]
    assert outcome.status is RunStatus.FAILED
    assert outcome.log is not None
    assert "a folder of this machine" in outcome.log.read_text()


def test_a_report_without_results_is_not_published(request_: Request, store: FakeStore) -> None:
    nbformat.write(notebook_of(*CELLS[:2]), request_.notebook)
    outcomes = make(request_, store)
    assert set(statuses(outcomes).values()) == {"failed"}
    assert exit_code(list(outcomes.values())) == 4


def test_a_folder_with_braces_in_its_name_works(request_: Request, store: FakeStore, office: Path) -> None:
    notebook = office / "{braces}.ipynb"
    notebook.write_bytes(request_.notebook.read_bytes())
    only = replace(request_, notebook=notebook, municipalities=("GM9901",), exporters=HTML_ONLY)
    assert statuses(make(only, store)) == {"GM9901": "made"}


class Scripted(Executor):
    """Runs nothing: gives each job the result that a test prescribes."""

    def __init__(self, results: dict[str, Any]) -> None:
        self.results = results

    def submit(self, _function: Any, job: Any, /) -> Future[Any]:  # type: ignore[override]
        future: Future[Any] = Future()
        result = self.results[job.parameters.municipality]
        future.set_exception(result) if isinstance(result, Exception) else future.set_result(result)
        return future


def test_any_executor_will_do(request_: Request, store: FakeStore, reports: Path) -> None:
    executor = Scripted(
        {
            "GM9901": Rendered({"results.csv": b"n\r\n"}),
            "GM9902": ConnectionError("worker gone"),
            "GM9903": Failure(message("data"), message("settings")),
        }
    )
    outcomes = run(make_plan(request_, store), executor, reports, new_staging(reports))
    assert [outcome.status for outcome in outcomes] == [RunStatus.MADE, RunStatus.FAILED, RunStatus.FAILED]
    assert is_whole(reports / "2026Q3" / "GM9901")
    assert outcomes[1].log is not None


def test_a_pool_of_the_standard_library_works_too(request_: Request, store: FakeStore, reports: Path) -> None:
    context = multiprocessing.get_context("forkserver" if sys.platform == "linux" else "spawn")
    with ProcessPoolExecutor(1, mp_context=context) as executor:
        outcomes = run(make_plan(request_, store), executor, reports, new_staging(reports))
    assert [outcome.status for outcome in outcomes] == [RunStatus.MADE] * 3
    assert all(is_whole(reports / "2026Q3" / code) for code in store.codes)


def test_a_full_disk_fails_the_report_and_keeps_the_old(
    request_: Request, store: FakeStore, reports: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = make_plan(request_, store)
    rendered = {code: Rendered({"results.csv": b"n\r\n"}) for code in store.codes}
    staging = new_staging(reports)
    run(plan, Scripted(rendered), reports, staging)
    before = tree(reports)

    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(run_module, "publish", full)
    outcomes = run(plan, Scripted(rendered), reports, staging)
    assert exit_code(outcomes) == 4
    assert all("No space left" in outcome.failure.what.say("nl") for outcome in outcomes if outcome.failure)
    assert tree(reports) == before


def test_exit_codes(request_: Request, store: FakeStore) -> None:
    parameters = make_plan(request_, store).reports[0].job.parameters
    made, unchanged, failed, absent = (
        Outcome(parameters, status)
        for status in (RunStatus.MADE, RunStatus.UNCHANGED, RunStatus.FAILED, RunStatus.NO_DATA)
    )
    assert exit_code([made, unchanged, absent]) == 0
    assert exit_code([made, failed]) == exit_code([unchanged, failed]) == 3
    assert exit_code([failed, absent]) == exit_code([failed, failed]) == 4


def test_a_second_run_in_the_same_folder_is_refused(request_: Request, store: FakeStore, reports: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from toptaak.batch.lock import locked\n"
        "with locked(Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", program, str(reports)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        for attempt in (lambda: make(request_, store), lambda: refresh_index(reports)):
            with pytest.raises(Locked):
                attempt()
        other.communicate("")
    with locked(reports):
        pass


BATCH = """
import sys
from pathlib import Path
from tests.batch.conftest import FakeStore
from toptaak.batch.plan import Request
from toptaak.batch.run import make_reports
if __name__ == "__main__":
    office = Path(sys.argv[1])
    request = Request(office / "data", office / "reports", office / "report.ipynb", "nl", again=True)
    store = FakeStore(office / "data", ("GM9901", "GM9902", "GM9903"))
    while True:
        make_reports(request, lambda _: store, workers=2)
        print("round", flush=True)
"""


@pytest.mark.parametrize("kind", [signal.SIGKILL, signal.SIGINT])
def test_after_a_kill_at_any_moment_the_next_start_mends(
    request_: Request, store: FakeStore, office: Path, reports: Path, kind: signal.Signals
) -> None:
    make(request_, store)
    whole = contents(reports)
    repository = Path(__file__).parents[2]
    command = [sys.executable, "-c", BATCH, str(office)]
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=repository,
        preexec_fn=heeding_interrupts,
    ) as batch:
        assert batch.stdout is not None
        assert batch.stdout.readline() == "round\n"
        time.sleep(random.uniform(0, 1))
        batch.send_signal(kind)
        batch.wait(30)
    standing = [*(reports / "2026Q3").glob("GM*"), *(reports / "2026Q3").glob(".aside-*")]
    assert all(is_whole(folder) for folder in standing)
    assert {folder.name.removeprefix(".aside-") for folder in standing} == set(store.codes)
    assert set(statuses(make(request_, store)).values()) <= {"made", "unchanged"}
    assert contents(reports) == whole
    assert [path.name for path in reports.iterdir() if path.name.startswith(".")] == [".lock"]


def contents(reports: Path) -> dict[str, bytes]:
    """All files but the manifests: another process may have seen another version of the code."""
    return {name: content for name, content in tree(reports).items() if not name.endswith("manifest.json")}
