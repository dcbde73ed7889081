from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import pytest
from click.testing import CliRunner
from pydantic import AfterValidator, BaseModel, Field

from toptaak.cli.main import main
from toptaak.core.errors import InputRefused
from toptaak.core.model_faults import known_entries, load_checked, refusal
from toptaak.core.wording import message

TASKS = "list_version;task_id;label\n1;A;Afval\n"
# every TOML file of a data folder, by its place
FILES = (
    "settings.toml",
    "mappings/a.toml",
    "codebook.toml",
    "canvas/2026Q3/GM0363/canvas.toml",
    "trials/GM0363.toml",
)


def _even(value: int) -> int:
    if value % 2:
        raise refusal("TT-999", message("a number"), message("Change the value in {file}.", file="x"))
    return value


class Inner(BaseModel, extra="forbid"):
    label: str = Field(min_length=1)
    words: tuple[str, ...] = Field(min_length=1)


class Outer(BaseModel, extra="forbid"):
    least: Annotated[int, AfterValidator(_even)] = 2
    kind: Literal["a", "b"] = "a"
    both: str | tuple[str, ...] = ""
    inner: dict[str, Inner] = {}
    from_: tuple[Inner, ...] = Field((), alias="from")


def faults(tmp_path: Path, text: str) -> list[tuple[str, int | None, str | None, str]]:
    path = tmp_path / "x.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(InputRefused) as refused:
        load_checked(path, Outer)
    return [(fault.code, fault.row, fault.column, fault.found) for fault in refused.value.faults]


def test_each_fault_has_its_line_its_entry_and_what_stands_there(tmp_path: Path) -> None:
    text = """least = 3
kind = "c"
both = 1
[inner.x]
lable = "a"
words = []
[[from]]
label = "piet@example.org"
words = [1]
colour = "piet@example.org"
"""
    assert faults(tmp_path, text) == [
        ("TT-999", 1, "least", "'3'"),
        ("TT-713", 2, "kind", "'c'"),
        ("TT-713", 3, "both", "'1'"),
        ("TT-711", 4, "inner.x.label", ""),
        ("TT-712", 5, "inner.x.lable", "'lable'"),
        ("TT-713", 6, "inner.x.words", ""),
        ("TT-713", 9, "from[1].words[1]", "'1'"),
        ("TT-712", 10, "from[1].colour", "'colour'"),
    ]


def test_what_could_not_be_read_is_not_told_as_absent(tmp_path: Path) -> None:
    text = "[inner.x]\nlabel = vrij\nwords = ['a']\n"
    assert [fault[:3] for fault in faults(tmp_path, text)] == [("TT-702", 2, "inner.x.label")]


def test_known_entries_are_those_of_the_place() -> None:
    assert known_entries(Outer, ()) == ["least", "kind", "both", "inner", "from"]
    assert known_entries(Outer, ("from", 0)) == known_entries(Outer, ("inner", "x")) == ["label", "words"]


def test_an_unknown_rule_of_pydantic_is_no_reason_to_be_silent(tmp_path: Path) -> None:
    assert faults(tmp_path, "least = 1e400\n")[0][:3] == ("TT-713", 1, "least")


def _check(data: Path) -> tuple[int, str]:
    (data / "tasks.csv").write_text(TASKS, "utf-8")
    shown = CliRunner().invoke(main, ["check", str(data)])
    return shown.exit_code, shown.output


@pytest.mark.parametrize("file", FILES)
def test_a_folder_where_a_file_should_be(tmp_path: Path, file: str) -> None:
    (tmp_path / file).mkdir(parents=True)
    code, output = _check(tmp_path)
    assert code == 2
    assert "TT-701" in output
    assert "Er staat een map met deze naam." in output


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("encoding", ["cp1252", "utf-16"])
def test_every_file_tells_all_its_faults_in_any_encoding(tmp_path: Path, file: str, encoding: str) -> None:
    (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
    deep = "d = " + "[" * 3000
    (tmp_path / file).write_bytes(f"aa = 'é'\naa = 2\nbb = vrij\n{deep}\n".encode(encoding))
    code, output = _check(tmp_path)
    assert code == 2
    lines = [line for line in output.splitlines() if f"{Path(file).name}, regel" in line]
    assert [line[:6] for line in lines if "TT-712" not in line] == ["TT-701", "TT-703", "TT-702", "TT-702"]
    assert "Traceback" not in output
