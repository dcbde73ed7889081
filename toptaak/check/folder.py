"""A look at a data folder with all that governance keeps in it: registers, canvases and trials.

Intake reads tables; this adds the rules that only show across the rows of a register, and the TOML files beside it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import pandas as pd

from toptaak.check.empty_kpis import EmptyKpis, empty_kpis
from toptaak.core.errors import InputRefused, ToptaakError
from toptaak.core.faults import Fault, Severity, shown, stopping
from toptaak.core.periods import Quarter
from toptaak.core.settings import FILE_NAME as SETTINGS
from toptaak.core.settings import load_settings
from toptaak.core.toml_text import decoded
from toptaak.core.wording import Message, message
from toptaak.governance.canvas import load_canvas
from toptaak.governance.register_rules import check_registers
from toptaak.governance.trials import load_trials
from toptaak.intake.pipeline import Account
from toptaak.intake.store import check_path
from toptaak.kpi.codebook import CODEBOOK_FILE, load_codebook
from toptaak.kpi.measures import CATALOGUE
from toptaak.kpi.open_answers import unknown_themes
from toptaak.kpi.target_rules import FILE as TARGETS
from toptaak.kpi.target_rules import target_faults
from toptaak.numbers.canvas_files import FOLDER, TRIALS, read_canvas
from toptaak.printing.house_style import read_logo, read_theme

_TRIAL: Final = re.compile(r"^\s*\[\[\s*trial\s*\]\]", re.MULTILINE)
_CANVAS: Final = re.compile(r"^\s*\[\s*(theme|ambition|year|quarter)\s*\]", re.MULTILINE)
Tasks = Collection[str] | None


@dataclass(frozen=True)
class FolderCheck:
    """What a look found.

    Attributes
    ----------
    faults : list of Fault
        All of them.
    accounts : list of Account
        What became of the rows of every table.
    plans : int
        Number of canvases and registers of trials that were looked at.
    empty_kpis : list of EmptyKpis
        Of a folder: what stays empty in a report, and what to deliver for it.
    """

    faults: list[Fault]
    accounts: list[Account]
    plans: int = 0
    empty_kpis: Sequence[EmptyKpis] = ()

    @property
    def refused(self) -> bool:
        """Tell whether a fault makes the input unusable."""
        return bool(stopping(self.faults))

    @property
    def empty(self) -> bool:
        """Tell whether there was nothing to look at."""
        return not (self.refused or self.accounts or self.plans)


def check_folder(path: Path, mappings: Sequence[Path] = ()) -> FolderCheck:
    """Look at a data folder, a file with a table, a canvas or a register of trials; nothing is written.

    Returns
    -------
    FolderCheck
        With every fault at once: of tables by row, of registers by row, of canvases and trials by line.
    """
    if _is_plan(path):
        return FolderCheck(_refused(path, path.name, None), [], 1)
    intake = check_path(path, mappings)
    tasks = set(intake.tables["tasks"]["task_id"]) if "tasks" in intake.tables else None
    faults = [*intake.faults, *check_registers(intake.tables, tasks), *_unknown_themes(path, intake.tables)]
    impossible = target_faults(intake.tables[TARGETS]) if TARGETS in intake.tables else []
    plans = list(_plans(path)) if path.is_dir() else []
    for plan in plans:
        faults += _refused(plan, plan.relative_to(path).as_posix(), tasks)
    faults += _house_style(path) if path.is_dir() else []
    accounts = [_without(account, impossible) for account in intake.accounts]
    return FolderCheck([*faults, *impossible], accounts, len(plans), empty_kpis(intake.filled) if path.is_dir() else [])


def _without(account: Account, faults: Sequence[Fault]) -> Account:
    """Count rows as set aside that intake could not judge: it knows no measures."""
    gone = [(int(fault.row or 0), fault.code) for fault in faults if fault.file == account.file]
    if account.table != TARGETS or not gone:
        return account
    return replace(account, rows_used=account.rows_used - len(gone), set_aside=(*account.set_aside, *gone))


def _unknown_themes(data: Path, tables: Mapping[str, pd.DataFrame]) -> list[Fault]:
    """List the judged answers whose theme is not in the codebook beside them."""
    file = data / CODEBOOK_FILE
    if "open_answers" not in tables or not file.is_file():
        return []
    try:
        return unknown_themes(tables["open_answers"], load_codebook(file))
    except InputRefused:
        return []  # told with the codebook itself


def _house_style(data: Path) -> Iterator[Fault]:
    """List why the style or the logo that the settings name cannot be used."""
    try:
        settings = load_settings(data)
    except InputRefused:
        return  # told with the tables
    for read, file in ((read_theme, settings.theme), (read_logo, settings.logo)):
        try:
            read(file)
        except ToptaakError as refused:
            for sentence in refused.sentences:
                yield Fault(
                    "TT-727", Severity.STOP, SETTINGS, message("a style and a logo for a page"), _message(sentence)
                )


def _message(sentence: str | Message) -> Message:
    return message("{text}", text=sentence) if isinstance(sentence, str) else sentence


def _is_plan(path: Path) -> bool:
    if path.suffix.lower() != ".toml" or not path.is_file():
        return False
    text, _ = decoded(path)
    return bool(_TRIAL.search(text) or _CANVAS.search(text))


def _plans(data: Path) -> Iterator[Path]:
    yield from sorted((data / FOLDER).glob("*/*/*.toml"))
    yield from sorted((data / TRIALS).glob("*.toml"))
    yield from sorted(data.glob(CODEBOOK_FILE))


def _refused(plan: Path, name: str, tasks: Tasks) -> list[Fault]:
    """List why a canvas or a register of trials cannot be used, under the name by which the reader knows it."""
    try:
        _read(plan, name, tasks)
    except InputRefused as refused:
        return [replace(fault, file=name) for fault in refused.faults]
    return []


def _read(plan: Path, name: str, tasks: Tasks) -> None:
    if name == CODEBOOK_FILE:
        load_codebook(plan)
    elif name.startswith(f"{TRIALS}/"):
        load_trials(plan, CATALOGUE, tasks, plan.stem)
    elif _TRIAL.search(decoded(plan)[0]):
        load_trials(plan, CATALOGUE, tasks)
    elif name.startswith(f"{FOLDER}/"):
        _, quarter, municipality, _ = name.split("/")
        read_canvas(plan, _quarter(quarter, name), municipality, tasks)
    else:
        load_canvas(plan, CATALOGUE, None, tasks)


def _quarter(folder: str, name: str) -> Quarter:
    try:
        return Quarter.parse(folder)
    except ValueError:
        expected = message("a folder with the name of a quarter, for example 2026Q4")
        fault = Fault("TT-725", Severity.STOP, name, expected, message("Change the name of the folder."), shown(folder))
        raise InputRefused([fault]) from None
