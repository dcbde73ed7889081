"""All municipalities of the list, by code and name, through every way in: the same municipality, or an error."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
import yaml
from papermill.cli import _resolve_type

from toptaak.core.errors import ToptaakError
from toptaak.core.municipalities import codes_named, in_force, name_of
from toptaak.core.settings import Rebase
from toptaak.intake.store import refresh
from toptaak.numbers.parameters import read_parameters

TOWNS = [town.code for town in in_force()]


def opened(value: object, data: Path) -> str | None:
    """Give the municipality that a command or a notebook would be about; None where it is refused."""
    try:
        return read_parameters({"municipality": value, "quarter": "2026Q3", "data": data}).municipality
    except ToptaakError:
        return None


def test_a_command_or_notebook_is_about_the_municipality_that_was_named(tmp_path: Path) -> None:
    assert len(TOWNS) == 342
    for code in TOWNS:
        name, digits = name_of(code), code[2:]
        shared = len(codes_named(name)) > 1
        assert opened(code, tmp_path) == code
        assert opened(name, tmp_path) == (None if shared else code)
        # what YAML files, `papermill -p`, `-y` and `-f` make of digits without quotes
        meant = (digits, int(digits), yaml.safe_load(digits), _resolve_type(digits), float(digits), digits.lstrip("0"))
        assert {opened(value, tmp_path) for value in meant} <= {None, code}
        assert opened(_resolve_type(code), tmp_path) == opened(yaml.safe_load(code), tmp_path) == code


def test_settings_take_a_code_and_nothing_like_one() -> None:
    for code in TOWNS:
        assert Rebase(date="2026-04-01", reason="r", municipality=code).municipality == code  # type: ignore[arg-type]
        for other in (code[2:], int(code[2:])):
            with pytest.raises(ValueError, match="municipality"):
                Rebase(date="2026-04-01", reason="r", municipality=other)  # type: ignore[arg-type]


def csv(frame: pd.DataFrame, path: Path) -> None:
    frame.to_csv(path.with_suffix(".csv"), sep=";", index=False)


def excel(frame: pd.DataFrame, path: Path) -> None:
    frame.to_excel(path.with_suffix(".xlsx"), index=False, engine="xlsxwriter")


def parquet(frame: pd.DataFrame, path: Path) -> None:
    frame.to_parquet(path.with_suffix(".parquet"))


@pytest.mark.parametrize("spelling", [str, name_of, lambda code: code[2:], lambda code: int(code[2:])])
@pytest.mark.parametrize("write", [csv, excel, parquet])
def test_a_row_counts_for_the_municipality_that_it_names(
    write: Callable[[pd.DataFrame, Path], None], spelling: Callable[[str], object], tmp_path: Path
) -> None:
    frame = pd.DataFrame(
        {
            "municipality": [spelling(code) for code in TOWNS],
            "date": "2026-08-01",
            "task_id": "T1",
            "channel": "web",
            "verified_success": "ja",
            "respondent": TOWNS,
        }
    )
    write(frame, tmp_path / "attempts")
    (tmp_path / "tasks.csv").write_text("list_version;task_id;label\n1;T1;Taak\n", "utf-8")
    (tmp_path / "settings.toml").write_text("set_aside_limit = 1.0\n", "utf-8")
    try:
        table = refresh(tmp_path).table("attempts")
    except ToptaakError:
        assert not isinstance(spelling(TOWNS[0]), str), "codes and names are read"
        return
    assert table is not None
    assert (table["municipality"].astype(str) == table["respondent"].astype(str)).all()
    named = [spelling(code) for code in TOWNS]
    assert len(table) >= sum(len(codes_named(str(one))) <= 1 for one in named) or not isinstance(named[0], str)
