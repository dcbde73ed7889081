"""Any file of one's own, read in one call: checked tables, what was odd, and the mapping to change."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from toptaak.check.proposals import open_keys, proposal_text, propose_file, with_answers
from toptaak.core.errors import InputRefused, ToptaakError
from toptaak.core.faults import Fault, shown
from toptaak.core.municipalities import fictional_code
from toptaak.core.settings import FILE_NAME
from toptaak.core.wording import DEFAULT_LANGUAGE, LANGUAGES, message, translator
from toptaak.intake.platforms.picks import TASK_LIST, write_task_list
from toptaak.intake.store import Store, refresh
from toptaak.intake.tables import TABLES
from toptaak.printing.blocks import Block, Column, Items, Table

_MOST_FAULTS = 12


@dataclass(frozen=True, eq=False, repr=False)
class OwnFile:
    """A file as toptaak reads it; in a notebook it shows what became of its rows, never a person's row.

    Attributes
    ----------
    name, language
        Of the file; of what is shown.
    tables
        Table of ours = its checked rows; none while a question is open or a fault stops the file.
    questions
        Key = what it may be, of what only you can decide: give them to `tt.read(…, answers={…})`.
    faults
        What was mended, set aside or worth a warning.
    mapping
        The mapping as text, to change: `file.save("mappings/mijn.toml")`, and `tt.read(…, mapping=…)`.
    account
        Rows read = rows used + rows set aside + rows left out, one row per table.
    """

    name: str
    language: str
    tables: Mapping[str, pd.DataFrame]
    questions: Mapping[str, str]
    faults: tuple[Fault, ...]
    mapping: str
    account: pd.DataFrame

    @property
    def table(self) -> pd.DataFrame:
        """Give the one table of the file (tabel).

        Raises
        ------
        ToptaakError
            where there is none yet, or several: choose from `tables`.
        """
        if len(self.tables) == 1:
            return next(iter(self.tables.values()))
        text = "Choose from tables: {names}. Open questions: {questions}."
        names = ", ".join(self.tables) or "–"
        raise ToptaakError(message(text, names=names, questions=", ".join(self.questions) or "–"))

    def save(self, path: str | Path) -> Path:
        """Write the mapping to a new file (koppelbestand bewaren).

        Raises
        ------
        ToptaakError
            where the file exists.
        """
        target = Path(path)
        if target.exists():
            raise ToptaakError(message("{path} exists: choose another name.", path=target.name))
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(self.mapping, encoding="utf-8")
        return target

    def blocks(self) -> list[Block]:
        """Give what a notebook shows: the account, the questions, the remarks, and what was odd."""
        say = translator(self.language)
        heads = [say(head) for head in ("Table", "Rows read", "Used", "Set aside", "Left out")]
        columns = [Column(head, "right" if spot else "left") for spot, head in enumerate(heads)]
        counts = ["rows_read", "rows_used", "rows_set_aside", "rows_left_out"]
        rows = [[row["table"], *(str(row[count]) for count in counts)] for row in self.account.to_dict("records")]
        blocks: list[Block] = [Table(say("What became of {file}", file=self.name), columns, rows)] if rows else []
        asked = [say("Decide: {key} = {value}", key=key, value=value or "…") for key, value in self.questions.items()]
        remarks = [line.removeprefix("# ") for line in self.mapping.splitlines() if line.startswith("# ")]
        odd = [fault.describe(self.language) for fault in self.faults[:_MOST_FAULTS]]
        return blocks + [Items(lines) for lines in (asked, remarks, odd) if lines]

    def __repr__(self) -> str:
        from toptaak.kpi.measures import rows_per_table

        return f"{type(self).__name__}({self.name}, {rows_per_table(self.tables)})"

    def _repr_html_(self) -> str:
        return "".join(block._repr_mimebundle_()["text/html"] for block in self.blocks())


def read(
    path: str | Path,
    municipality: str = "",
    tasks: str | Path | None = None,
    mapping: str | Path | None = None,
    answers: Mapping[str, str] | None = None,
    language: str = DEFAULT_LANGUAGE,
) -> OwnFile:
    """Read any file of your own into checked tables (bestand inlezen): Excel, CSV, SPSS; a log, totals or a survey.

    Parameters
    ----------
    path
        The file; it is read, never changed. A task list and settings beside it are used.
    municipality
        Code or name, where the file does not tell it; empty: nobody's.
    tasks
        The task list, where it does not stand beside the file.
    mapping
        A mapping file of your own, in place of the proposal.
    answers
        What a proposal asks: `{"units.talk_s": "mm:ss", "date": "2026-09-01"}`.

    Raises
    ------
    ToptaakError
        where the file is no table that we know, or cannot be read.
    """
    source = present(path, language)
    with tempfile.TemporaryDirectory() as folder:
        copy = _beside(source, tasks, Path(folder), language)
        questions, text = (
            ({}, present(mapping, language).read_text("utf-8"))
            if mapping
            else _proposed(copy, municipality, answers, language)
        )
        (copy.parent / "mappings").mkdir(exist_ok=True)
        (copy.parent / "mappings" / "own.toml").write_text(text, encoding="utf-8")
        return _opened(copy, questions, text, language)


def present(path: object, language: str) -> Path:
    """Give a path that leads somewhere; refuse what is none."""
    named = isinstance(path, Path) or (isinstance(path, str) and path.strip())
    if not named or not (place := Path(str(path))).exists():
        refusal = message(
            "{path} does not exist. Give the place of your file as text, with folder and ending.", path=shown(path)
        )
        raise ToptaakError(refusal.say(language if language in LANGUAGES else DEFAULT_LANGUAGE))
    return place


def _beside(source: Path, tasks: str | Path | None, folder: Path, language: str) -> Path:
    """Copy a file to a folder of its own, with the settings and the task list beside it."""
    if source.is_dir():
        raise ToptaakError(message("{path} is a folder: give one file.", path=source.name).say(language))
    copy = Path(shutil.copy(source, folder))
    settings = source.parent / FILE_NAME
    lists = (
        [present(tasks, language)]
        if tasks
        else [file for file in sorted(source.parent.glob("tasks*")) if file != source]
    )
    for file in [settings, *lists]:
        if file.is_file():
            shutil.copy(file, folder / (f"tasks{file.suffix}" if tasks and file in lists else file.name))
    return copy


def _proposed(
    copy: Path, municipality: str, answers: Mapping[str, str] | None, language: str
) -> tuple[Mapping[str, str], str]:
    proposal = with_answers(propose_file(copy, municipality or fictional_code(1)), answers or {})
    if proposal.tasks:
        write_task_list(proposal.tasks, copy.parent / TASK_LIST)
    return open_keys(proposal), proposal_text(proposal, language)


def _opened(copy: Path, questions: Mapping[str, str], text: str, language: str) -> OwnFile:
    store: Store | None = None
    faults: list[Fault] = []
    if not questions:
        try:
            store = refresh(copy.parent)
            faults = store.faults
        except InputRefused as refused:
            faults = refused.faults
    tables = {name: table for name in TABLES if store and (table := store.table(name)) is not None}
    account = store.account() if store else pd.DataFrame()
    if not account.empty:
        account = account[account["file"] == copy.name].reset_index(drop=True)
    read_of = {*account["table"]} if not account.empty else set()
    own = {name: table for name, table in tables.items() if name in read_of}
    return OwnFile(copy.name, language, own, questions, tuple(faults), text, account)
