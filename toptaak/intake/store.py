"""Checked tables on disk: Parquet per table and municipality, with an account of every file.

`<data>/checked/` is built beside itself and swapped in, so a reader finds the whole old or the whole new one; what
a killed run left behind is mended by the next `refresh`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from toptaak.core.errors import InputRefused, ToptaakError
from toptaak.core.faults import Fault, stopping
from toptaak.core.periods import Quarter
from toptaak.core.settings import FILE_NAME, Settings, load_settings
from toptaak.core.wording import message
from toptaak.intake.accounts import fault_from, file_records
from toptaak.intake.checked_swap import building, locked, mend
from toptaak.intake.files import InputFile, mapping_files, source_of, sources
from toptaak.intake.partitions import EVERYWHERE, quarters_by_municipality, write_partitions
from toptaak.intake.passed_over import CHECKED
from toptaak.intake.pipeline import Account, Intake, read_mappings, take_in
from toptaak.intake.tables import TABLES

RECORD = "intake.json"
_FORMER = "former"  # of municipalities that merged
_STAMP = ".stamp.json"
_MANY_ROWS = 50_000


@dataclass(frozen=True)
class Store:
    """The checked tables of a data folder, as the last `refresh` left them.

    Attributes
    ----------
    data
        The data folder.
    settings
        Its `settings.toml`, or the defaults.
    record
        The content of `checked/intake.json`.
    """

    data: Path
    settings: Settings
    record: dict[str, Any]

    def table(self, name: str, municipality: str | None = None) -> pd.DataFrame | None:
        """Read a checked table.

        Parameters
        ----------
        name
            A table of the contract.
        municipality
            Code of the one partition to read; empty: all. Tables without a municipality (`tasks`,
            `questions`) are always read whole.

        Returns
        -------
        pandas.DataFrame or None
            With the columns and types of the contract, in the order of the files; None where the table is
            absent (for this municipality).
        """
        if name not in TABLES:
            raise KeyError(f"no table {name!r}; tables: {', '.join(TABLES)}")
        checked = self.data / CHECKED
        folder = (checked / _FORMER if municipality in self.record["former"] else checked) / name
        if not TABLES[name].local:
            folder = checked / name
        wanted = municipality if TABLES[name].local and municipality else "*"
        paths = sorted(folder.glob(f"{wanted}.parquet"))
        frames = [_read(path) for path in paths]
        if not frames:
            return None
        return frames[0] if len(frames) == 1 else pd.concat(frames, ignore_index=True)

    def municipalities(self) -> list[str]:
        """List the codes of the municipalities that have data and exist; those that merged have `quarters` as well."""
        return list(self.record["municipalities"])

    def quarters(self, municipality: str) -> list[Quarter]:
        """List the quarters in which a municipality has observations, oldest first."""
        return [Quarter.parse(text) for text in self.record["quarters"].get(municipality, [])]

    def account(self) -> pd.DataFrame:
        """Give one row per file and table: rows read = rows used + rows set aside + rows left out."""
        rows = [{"file": entry["name"], **table} for entry in self.record["files"] for table in entry["tables"]]
        columns = ["file", "table", "rows_read", "rows_used", "rows_set_aside", "rows_left_out"]
        return pd.DataFrame(rows, columns=columns)

    @property
    def faults(self) -> list[Fault]:
        """List what was repaired, set aside or worth a warning, file by file."""
        return [fault_from(entry) for file in self.record["files"] for entry in file["faults"]]

    def fingerprint(self, municipality: str) -> str:
        """Give a hash over all a report of this municipality may use: rows, lists, settings."""
        return str(self.record["fingerprints"][municipality])


@dataclass(frozen=True)
class Report:
    """What a look at a file or folder found; nothing was written.

    `tables`: the task list, and the registers with `_file`, `_sheet` and `_row` (where a row stands), as far as there.
    `filled`: per table that is there the columns with any value.
    """

    faults: list[Fault]
    accounts: list[Account]
    tables: dict[str, pd.DataFrame] = field(repr=False)
    filled: dict[str, frozenset[str]]

    @property
    def refused(self) -> bool:
        """Tell whether a fault makes the input unusable."""
        return bool(stopping(self.faults))


def refresh(data: Path, mappings: Sequence[Path] = ()) -> Store:
    """Bring the checked tables of a data folder up to date and open them.

    Files are read again only if a file, a mapping, the settings or this package changed.

    Parameters
    ----------
    data
        A folder with files, optionally `settings.toml` and `mappings/*.toml`.
    mappings
        Mapping files that stand elsewhere.

    Raises
    ------
    InputRefused
        with every fault of every file; the checked tables that stood there stay as they were.
    """
    inputs = _inputs(data, mappings)
    stamp = {"version": _version(), "files": {name: _size_and_time(path) for name, path in inputs.items()}}
    if _load(data / CHECKED / _STAMP) == stamp and _is_whole(data / CHECKED):
        return _open(data)
    with locked(data / CHECKED):
        mend(data / CHECKED)
        state = _state(inputs)
        if not _is_whole(data / CHECKED, state):
            _rebuild(data, mappings, state)
        # after the tables, so that a stamp never tells of tables that are not there; a torn one is as good as none
        (data / CHECKED / _STAMP).write_text(json.dumps(stamp), "utf-8")
    return _open(data)


def _is_whole(checked: Path, state: str | None = None) -> bool:
    """Tell whether every file of the checked tables stands there as it was written (of the inputs in this state)."""
    record = _load(checked / RECORD)
    if not isinstance(record, dict) or "sizes" not in record or state not in (None, record["state"]):
        return False
    return all(path.is_file() and path.stat().st_size == size for path, size in _sizes(checked, record))


def _sizes(checked: Path, record: dict[str, Any]) -> list[tuple[Path, int]]:
    return [(checked / name, size) for name, size in record["sizes"].items()]


def check_path(path: Path, mappings: Sequence[Path] = ()) -> Report:
    """Look at a file or a data folder without writing anything.

    Parameters
    ----------
    path
        A folder as for `refresh`, or one file (with the settings and mappings of its folder).
    """
    intake, faults, _ = _read_path(path, mappings)
    tables = {name: intake.tables[name].join(places) for name, places in intake.places.items()}
    if "tasks" in intake.tables:
        tables["tasks"] = intake.tables["tasks"]
    filled = {name: frozenset(table.columns[table.notna().any()]) for name, table in intake.tables.items()}
    return Report(faults, intake.accounts, tables, filled)


def _read_path(path: Path, mappings: Sequence[Path]) -> tuple[Intake, list[Fault], Settings]:
    """Read a file or folder with what stands around it, and gather the faults of everything."""
    whole = path.is_dir()
    folder = path if whole else path.parent
    settings, faults = _settings(folder)
    known, odd = read_mappings(mapping_files(folder, mappings))
    inputs, unused = sources(folder, known) if whole else source_of(path, known)
    intake = take_in(inputs, settings, alone=not whole)
    # a mapping that was refused may be the one of a file that seems to have none
    unused = [] if stopping(odd) else unused
    return intake, [*faults, *odd, *unused, *intake.faults], settings


def _settings(folder: Path) -> tuple[Settings, list[Fault]]:
    try:
        return load_settings(folder), []
    except InputRefused as refused:
        return Settings(), refused.faults


def _rebuild(data: Path, mappings: Sequence[Path], state: str) -> None:
    intake, faults, settings = _read_path(data, mappings)
    if stopping(faults):
        raise InputRefused(faults)
    with building(data / CHECKED) as folder:
        _write(folder, intake, faults, settings, state)


def _inputs(data: Path, mappings: Sequence[Path]) -> dict[str, Path]:
    """List every file on which the checked tables depend."""
    maps = mapping_files(data, mappings)
    inputs: list[InputFile] = sources(data, read_mappings(maps)[0])[0]
    listed = {f"{number} {path.name}": path for number, path in enumerate(maps)}
    listed |= {source.name: source.path for source in inputs}
    if (data / FILE_NAME).exists():
        listed[FILE_NAME] = data / FILE_NAME
    return {name: path for name, path in listed.items() if path.is_file()}


def _size_and_time(path: Path) -> list[int]:
    now = path.stat()
    return [now.st_size, now.st_mtime_ns]


def _state(inputs: dict[str, Path]) -> str:
    hashes = {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in inputs.items()}
    return _digest(_version(), json.dumps(hashes, sort_keys=True))


@cache
def _version() -> str:
    """Name this package's way of reading: its version and its sources."""
    here = Path(__file__).parent
    files = [*sorted(here.rglob("*.py")), *sorted((here.parent / "core").glob("*.[cp][sy]*"))]
    return version("toptaak") + "+" + _digest(*(path.read_text("utf-8") for path in files))[:12]


def _digest(*texts: str) -> str:
    return hashlib.sha256("\x00".join(texts).encode()).hexdigest()


def _write(folder: Path, intake: Intake, faults: Sequence[Fault], settings: Settings, state: str) -> None:
    digests = write_partitions(intake.tables, folder)
    former = write_partitions(intake.former, folder / _FORMER)
    places, gone = _places(digests), _places(former)
    record = {
        "state": state,
        "sizes": {
            path.relative_to(folder).as_posix(): path.stat().st_size for path in sorted(folder.rglob("*.parquet"))
        },
        "files": file_records(intake, faults),
        "municipalities": places,
        "former": gone,
        "quarters": quarters_by_municipality(intake.tables) | quarters_by_municipality(intake.former),
        "fingerprints": {place: _fingerprint(place, digests, settings) for place in places}
        | {place: _fingerprint(place, _everywhere(digests) | former, settings) for place in gone},
    }
    _write_left_out(intake.accounts, folder / "set_aside")
    (folder / RECORD).write_text(json.dumps(record, ensure_ascii=False, indent=1), "utf-8")


def _places(digests: dict[str, dict[str, str]]) -> list[str]:
    return sorted({place for table in digests.values() for place in table} - {EVERYWHERE})


def _everywhere(digests: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
    """Keep the tables that are the same for all municipalities."""
    return {name: table for name, table in digests.items() if EVERYWHERE in table}


def _fingerprint(place: str, digests: dict[str, dict[str, str]], settings: Settings) -> str:
    own = [f"{name} {hashes[key]}" for name, hashes in digests.items() for key in (place, EVERYWHERE) if key in hashes]
    return _digest(_version(), settings.model_dump_json(), *own)


def _write_left_out(accounts: Iterable[Account], folder: Path) -> None:
    """List the rows set aside: place and code only, nothing of what stands in them."""
    folder.mkdir()
    lines: dict[str, list[str]] = {}
    for account in accounts:
        rows = [f"{account.table};{row};{code}" for row, code in account.set_aside]
        lines.setdefault(account.file, []).extend(rows)
    for file, rows in lines.items():
        if rows:
            text = "\n".join(["table;row;code", *rows]) + "\n"
            (folder / f"{file.replace('/', '__')}.csv").write_text(text, "utf-8")


def _open(data: Path) -> Store:
    return Store(data, load_settings(data), json.loads((data / CHECKED / RECORD).read_text("utf-8")))


def _load(path: Path) -> Any:
    """Read a file of our own; one that is absent or torn gives nothing, and is made again."""
    try:
        return json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return None


def _texts_of(rows: int) -> AbstractContextManager[None]:
    """Keep the texts of many rows in Arrow; of few as the process does, where a report prefers Python's own."""
    return pd.option_context("mode.string_storage", "pyarrow") if rows > _MANY_ROWS else nullcontext()


def _read(path: Path) -> pd.DataFrame:
    # no threads: a batch forks its workers
    try:
        with pq.ParquetFile(path, memory_map=True, pre_buffer=False) as file, _texts_of(file.metadata.num_rows):
            frame: pd.DataFrame = file.read(use_threads=False).to_pandas(use_threads=False)
    except (pa.ArrowException, OSError) as error:
        place = "/".join(path.parts[-3:])
        damaged = message(
            "{place} is damaged. Delete the folder {folder}: it is made again.", place=place, folder=CHECKED
        )
        raise ToptaakError(damaged) from error
    return frame
