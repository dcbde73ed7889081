"""Candidate tasks as departments deliver them: web pages, search terms, phone topics, desk lists, the UPL."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import pandas as pd

from toptaak.core.errors import InputRefused
from toptaak.core.faults import Fault, Severity, stopping
from toptaak.core.wording import message
from toptaak.intake.codes import fault, points_at_person
from toptaak.intake.columns import ContractColumn, Kind
from toptaak.intake.parsed import Options
from toptaak.intake.platforms.web_statistics import read_web_lists, words_of
from toptaak.intake.readers import read
from toptaak.intake.readers.raw import Raw
from toptaak.intake.repair import parse

SOURCES: Final = ("web", "search", "phone", "desk", "upl")
CANDIDATE_COLUMNS: Final = ("task", "source", "volume", "owner", "category", "upl_uri")
# which headers hold what; the first that a file has is used
_HEADERS: Final[Mapping[str, tuple[str, ...]]] = {
    "task": (
        "UniformeProductnaam",
        *("taak", "task", "titel", "title", "paginatitel", "page title", "pagina", "page"),
        *("zoekterm", "zoekopdracht", "search term", "query", "onderwerp", "topic", "product", "label"),
    ),
    "volume": (
        *("aantal", "volume", "count", "bezoeken", "visits", "weergaven", "pageviews", "views"),
        *("zoekopdrachten", "searches", "klikken", "clicks", "gesprekken", "calls"),
    ),
    "owner": ("eigenaar", "owner", "team", "afdeling", "department"),
    "category": ("thema", "category", "theme", "rubriek"),
    "upl_uri": ("URI", "upl_uri"),
}
_UPL_MARKS: Final = ("Gemeente", "Burger")  # an X tells that a municipality delivers it, to citizens
_VOLUME: Final = ContractColumn("volume", Kind.NUMBER, "aantal", "number", minimum=0)


def read_candidates(paths: Mapping[str, Sequence[Path]]) -> tuple[pd.DataFrame, list[Fault]]:
    """Read the lists of all sources.

    Parameters
    ----------
    paths
        Per source (one of `SOURCES`) its files: CSV, Excel or Parquet with a column for the task (for instance
        `taak`, `pagina`, `zoekterm`, `onderwerp`) and, where known, `aantal`, `eigenaar` and `thema`. Of the UPL the
        products for citizens that a municipality delivers are taken.

    Returns
    -------
    tuple
        One row per candidate in the order of the files, with `CANDIDATE_COLUMNS` (volume missing where unknown); and
        what was left out or repaired.

    Raises
    ------
    InputRefused
        with every fault of every file.
    """
    frames: list[pd.DataFrame] = []
    faults: list[Fault] = []
    for source in SOURCES:
        for path in paths.get(source, ()):
            try:
                frame, odd = _read_list(path, source)
            except InputRefused as refused:
                faults += refused.faults
            else:
                frames.append(frame)
                faults += odd
    if stopping(faults):
        raise InputRefused(faults)
    empty = pd.DataFrame({name: pd.Series(dtype="str") for name in CANDIDATE_COLUMNS}).astype({"volume": "float64"})
    return pd.concat([empty, *frames], ignore_index=True), faults


def _read_list(path: Path, source: str) -> tuple[pd.DataFrame, list[Fault]]:
    if not path.is_file():
        raise InputRefused([fault("TT-003", path.name)])
    if listed := _web_lists(path, source):
        return listed
    wanted = [*(name for names in _HEADERS.values() for name in names), *_UPL_MARKS]
    raw = read(path.read_bytes(), path.name, wanted)
    cells = {role: _first(raw, names) for role, names in _HEADERS.items()}
    if cells["task"] is None:
        place = {"values": {"expected": ", ".join(_HEADERS["task"][:4]), "nearest": ", ".join(raw.names[:3])}}
        raise InputRefused([*raw.faults, fault("TT-021", raw.file, **place)])
    texts = {role: column.map(_text) if column is not None else "" for role, column in cells.items()}
    frame = pd.DataFrame({"task": texts["task"], "source": source, "volume": float("nan")} | texts)
    frame["volume"], odd = _volumes(raw, cells["volume"])
    keep, left_out = _usable(raw, frame)
    return frame.loc[keep, list(CANDIDATE_COLUMNS)], [*raw.faults, *odd, *left_out]


def _web_lists(path: Path, source: str) -> tuple[pd.DataFrame, list[Fault]] | None:
    """Read an export of web statistics; None for a list that a department made."""
    packed = path.suffix.lower() == ".zip"
    if source == "upl" or not (packed or path.suffix.lower() in (".csv", ".tsv", ".txt")):
        return None
    web_lists = [
        web_list
        for web_list in read_web_lists(path)
        if web_list.from_statistics and (web_list.kind == source or not packed)
    ]
    if not web_lists:
        return None
    rows = pd.concat([web_list.rows for web_list in web_lists], ignore_index=True)
    frame = pd.DataFrame(dict.fromkeys(CANDIDATE_COLUMNS, ""), index=rows.index)
    frame = frame.assign(task=rows["label"].map(words_of), source=source, volume=rows["volume"])
    personal = sum(web_list.personal for web_list in web_lists)
    return frame.loc[frame["task"] != "", list(CANDIDATE_COLUMNS)], (
        [_personal(path.name, personal)] if personal else []
    )


def _first(raw: Raw, names: Sequence[str]) -> pd.Series | None:
    return next((raw.cells[name] for name in names if name in raw.cells), None)


def _text(cell: object) -> str:
    return "" if cell is None or cell != cell else " ".join(str(cell).split())


def _volumes(raw: Raw, cells: pd.Series | None) -> tuple[pd.Series, list[Fault]]:
    if cells is None:
        return pd.Series(float("nan"), index=raw.cells.index), []
    # counts are whole, so three digits after a point or comma are thousands
    texts = cells.map(lambda cell: re.sub(r"[.,](?=\d{3}\b)", "", cell) if isinstance(cell, str) else cell)
    values, notes = parse(_VOLUME, texts, Options())
    odd = [note for note in notes if note.code != "TT-044"]
    return values, [fault(note.code, raw.file, values=note.values, count=int(note.mask.sum())) for note in odd]


def _usable(raw: Raw, frame: pd.DataFrame) -> tuple[pd.Series, list[Fault]]:
    """Leave out what has no text, what a municipality does not do for citizens, and what points at a person."""
    keep = frame["task"] != ""
    for name in _UPL_MARKS:
        if name in raw.cells:
            keep &= raw.cells[name] == "X"
    personal = keep & frame["task"].map(points_at_person)
    return keep & ~personal, [_personal(raw.file, int(personal.sum()))] if personal.any() else []


def _personal(file: str, count: int) -> Fault:
    return Fault(
        "TT-500",
        Severity.SET_ASIDE,
        file,
        message("tasks without personal data"),
        message("Rows that look like an e-mail address, number or postcode were left out."),
        count=count,
    )
