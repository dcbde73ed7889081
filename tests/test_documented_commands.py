"""Every command in the documents is one that exists, and those that need only a data folder are run on a small one."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pandas as pd
import pytest
from click.testing import CliRunner

from toptaak.cli.main import main
from toptaak.example import write_example

REPOSITORY = Path(__file__).parents[1]
DOCUMENTS = [*(REPOSITORY / name for name in ("README.md", "LEESMIJ.md", "CONTRIBUTING.md"))]
DOCUMENTS += sorted((REPOSITORY / "docs").glob("*.md"))
# what is not run here, and where it is
ELSEWHERE = {
    "batch": "tests/batch",
    "channels": "tests/intake",
    "klantinteracties": "tests/intake",
    "lab": "tests/workbench/test_lab.py",
    "limesurvey": "tests/intake",
    "longlist": "tests/surveys",
    "zaken": "tests/intake",
}
DOCTESTED = {"first-hour.md", "methode.md", "sturen.md"}
RUN_TESTS = {"python": "doctest", "sh": "this file", "toml": "the test of its reader", "bat": "Windows"}


def commands(path: Path) -> Iterator[str]:
    """Give each command of a document: a line of a block, or what stands between backticks."""
    text = path.read_text(encoding="utf-8")
    for block in re.findall(r"```sh\n(.*?)```", text, re.S):
        yield from (line.strip() for line in block.splitlines() if line.strip().startswith("toptaak "))
    yield from re.findall(r"`(toptaak [^`]+)`", re.sub(r"```.*?```", "", text, flags=re.S))


ALL = sorted({command for path in DOCUMENTS for command in commands(path)})


def words_of(command: str) -> list[str]:
    return shlex.split(command.partition(" #")[0])[1:]


def parsed(words: list[str]) -> click.Command:
    """Find the command of a line, and refuse an option that it does not have."""
    command: click.Command = main
    while isinstance(command, click.Group) and words and words[0] in command.commands:
        command, words = command.commands[words[0]], words[1:]
    assert command is not main, f"no command: {words}"
    context = click.Context(command)
    command.make_parser(context).parse_args(list(words))
    return command


@pytest.mark.parametrize("command", ALL)
def test_a_command_and_its_options_exist(command: str) -> None:
    parsed(words_of(command))


def test_an_option_that_does_not_exist_is_found_out() -> None:
    with pytest.raises(click.NoSuchOption):
        parsed(["report", "--gemeente", "GM0363"])


def test_every_block_is_of_a_kind_that_is_run() -> None:
    kinds = {kind for path in DOCUMENTS for kind in re.findall(r"^\s*```(\w+)$", path.read_text("utf-8"), re.M)}
    assert kinds == set(RUN_TESTS)
    for path in DOCUMENTS:
        text = path.read_text(encoding="utf-8")
        for before, block in re.findall(r"([^\n]*)\n+```python\n(.*?)```", text, re.S):
            tested = path.name in DOCTESTED and block.startswith(">>>")
            assert tested or re.fullmatch(r"<!-- not run: .+ -->", before), (path.name, block)


def _next(command: str) -> str:
    """Give a quarter that has no canvas where one is made, and the example's where one is read."""
    return "2026Q4" if "--new" in command else "2026Q3"


def test_commands_on_a_data_folder_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_example(tmp_path / "data" / "raw", 1, 2)
    tasks = pd.read_csv(tmp_path / "data" / "raw" / "tasks.csv", sep=None, engine="python", dtype=str)
    newest = tasks[tasks["list_version"] == tasks["list_version"].max()]
    newest.to_csv(tmp_path / "tasks.csv", index=False)
    monkeypatch.chdir(tmp_path)
    replaced = {
        "GM0363": "GM9901", "GM0501": "GM9901", "2022Q4": "2026Q3", "MAP": "data/raw", "PATH": "data/raw",
        "data/example": "data/raw", "data/raw/tasks.csv": "tasks.csv",
    }  # fmt: skip
    done = set()
    to_fill_in = "--new| trials"  # what they write is no plan yet, so a check after them would refuse it
    for command in sorted(ALL, key=lambda line: bool(re.search(to_fill_in, line))):
        words = [replaced.get(word, word) for word in words_of(command.replace("2026Q4", _next(command)))]
        if words[0] in ELSEWHERE or len(words) < 2 or "--propose" in words or tuple(words) in done:
            continue
        if words[:2] == ["numbers", "diff"] or ("report" in words and "--view" not in words):
            continue  # two releases of a quarter, and whole reports: tests/numbers, tests/batch
        if words[0] == "trials":
            (tmp_path / "data/raw/trials/GM9901.toml").unlink(missing_ok=True)
        for file in list(tmp_path.rglob("toptaken*")):
            file.unlink()  # of the same command in another document
        done.add(tuple(words))
        told = CliRunner().invoke(main, words)
        assert told.exit_code == 0, (command, told.output)
    assert {words[0] for words in done} >= {"check", "canvas", "trials", "signals", "numbers", "questionnaire"}
    assert set(main.commands) - {words[0] for words in done} <= {*ELSEWHERE, "example", "index", "report"}


@pytest.mark.skipif(os.name != "posix", reason="a closed pipe of POSIX systems")
def test_a_reader_that_has_enough_is_no_error(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "toptaak", "example", "--municipalities", "1", "--quarters", "1", "--out", "uit"]
    told = subprocess.run(command, cwd=tmp_path, stdout=writing, stderr=subprocess.PIPE, text=True)
    os.close(writing)
    assert told.stderr == ""
    assert not (tmp_path / "reports").exists(), "no log of an unexpected error"
