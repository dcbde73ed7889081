"""What a user's file holds cannot steer the terminal."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from toptaak.cli import main as cli
from toptaak.core.errors import ToptaakError
from toptaak.core.visible_signs import visible

CLI = Path(cli.__file__).parent
# colours, a wiped screen, a title, a link, the eight-bit form, bell, backspace, return, directions, lines, half a pair
STEERING = (
    "\x1b[31m", "\x1b[2J\x1b[H", "\x1b]0;titel\x07", "\x1b]8;;https://example.org\x1b\\", "\x9b31m", "\x07", "\b\b\b",
    "\r", "\x00", "\x7f", "\u202e", "\u2066", "\u200f", "\u061c", "\u2028", "\ud83d", "\U000e0041",
)  # fmt: skip
RAW = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\U000e0041]")
WRITABLE = [signs for signs in STEERING if signs not in {"\x00", "\ud83d", "\r"}]  # in a text file of one row a line


def call(*arguments: object) -> Result:
    """Run a command as on a terminal: click itself takes colours out only where it writes to a file."""
    return CliRunner().invoke(cli.main, [str(argument) for argument in arguments], color=True)


@pytest.mark.parametrize("signs", STEERING)
def test_what_steers_becomes_a_sign(signs: str) -> None:
    assert visible(f"Afval{signs}één").isprintable()
    assert visible(f"Afval\n\tén{signs}").startswith("Afval\n\tén\\")


def test_check_shows_what_would_steer(tmp_path: Path) -> None:
    steered = "".join(WRITABLE)
    head = f"municipality;date;respondent;task_id;channel;verified_success;extra{steered}\n"
    rows = [f"GM{signs};{signs}31-02-2026;r{at};T{signs};{signs};{signs}\n" for at, signs in enumerate(WRITABLE)]
    (tmp_path / "attempts.csv").write_text(head + "".join(rows), "utf-8")
    (tmp_path / "attempts-\x1b[2J\u202e\nDit is te gebruiken..csv").write_text(head + "".join(rows), "utf-8")
    (tmp_path / "settings.toml").write_text('onbekend = "\\u001b[31m"\nlist_version = "\\u202e"\n', "utf-8")
    told = call("check", tmp_path)
    assert told.exit_code == 2
    assert "Traceback" not in told.output
    assert len(told.output) > 500
    assert RAW.search(told.output) is None
    assert "\\x1b[2J\\u202e\\n" in told.output
    assert "Dit is te gebruiken." not in told.output.splitlines()


def test_signals_show_what_would_steer(tmp_path: Path) -> None:
    head = "municipality;signal;date;department;topic;text\n"
    fields = '"KCC{0}";"afval{0}";"brief{0}"'
    rows = [f"GM9901;S{at};2026-09-21;{fields.format(signs)}\n" for at, signs in enumerate(WRITABLE)]
    (tmp_path / "signals.csv").write_text(head + "".join(rows), "utf-8")
    told = call("signals", "-m", "GM9901", "-w", "2026W39", "--data", tmp_path, "--out", tmp_path / "signalen.html")
    assert told.exit_code == 0, told.output
    assert "\\x1b[31m" in told.output
    assert RAW.search(told.output) is None


@pytest.mark.parametrize(
    "arguments",
    [
        ("check", "nergens\x1b[31m"), ("\x1b[31m",), ("check", "--\x1b[31m"), ("--language", "\x1b[31m", "check", "."),
        ("signals", "-m", "\x1b[31mGM9901"), ("report", "-m", "GM9901", "-q", "\x1b[31m2026", "--data", "."),
    ],
)  # fmt: skip
def test_a_refusal_shows_what_would_steer(
    arguments: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    told = call(*arguments)
    assert told.exit_code == 2, told.output
    assert RAW.search(told.output) is None


def test_an_error_in_a_notebook_shows_what_would_steer() -> None:
    assert ToptaakError("\x1b[31mrood")._render_traceback_() == ["\\x1b[31mrood"]


def test_commands_print_in_one_place() -> None:
    printing = {
        path.name for path in CLI.glob("*.py") if re.search(r"click\.s?echo\(|\bprint\(", path.read_text("utf-8"))
    }
    assert printing == {"screen.py"}
