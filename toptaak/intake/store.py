"""Checked tables on disk: Parquet per table and municipality, with an account of every file.

`<data>/checked/` is built in a folder beside it and swapped in with two renames, so a reader finds the whole
old or the whole new one; what a killed run left behind is mended by the next `refresh`.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq

from toptaak.core.errors import InputRefused
from toptaak.core.faults import Fault, stopping
from toptaak.core.periods import Quarter
from toptaak.core.settings import FILE_NAME, Settings, load_settings
from toptaak.intake.accounts import fault_from, file_records
from toptaak.intake.files import CHECKED, Source, mapping_files, source_of, sources
from toptaak.intake.partitions import EVERYWHERE, quarters_by_municipality, write_partitions
from toptaak.intake.pipeline import Account, Intake, read_mappings, take_in
from toptaak.intake.tables import TABLES

RECORD = "intake.json"
_STAMP = ".stamp.json"
_BUILDING, _ASIDE = ".checked-new-", ".checked-old"


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
        folder = self.data / CHECKED / name
        wanted = municipality if TABLES[name].local and municipality else "*"
        paths = sorted(folder.glob(f"{wanted}.parquet"))
        frames = [_read(path) for path in paths]
        if not frames:
            return None
        return frames[0] if len(frames) == 1 else pd.concat(frames, ignore_index=True)

    def municipalities(self) -> list[str]:
        """List the codes of the municipalities that have data."""
        return list(self.record["municipalities"])

    def quarters(self, municipality: str) -> list[Quarter]:
        """List the quarters in which a municipality has observations, oldest first."""
        return [Quarter.parse(text) for text in self.record["quarters"].get(municipality, [])]

    def account(self) -> pd.DataFrame:
        """Give one row per file and table: rows read = rows used + rows set aside."""
        rows = [{"file": entry["name"], **table} for entry in self.record["files"] for table in entry["tables"]]
        columns = ["file", "table", "rows_read", "rows_used", "rows_set_aside"]
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
    """What a look at a file or folder found; nothing was written."""

    faults: list[Fault]
    accounts: list[Account]

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
    settings = load_settings(data)
    _mend(data)
    inputs = _inputs(data, mappings)
    stamp = {name: _size_and_time(path) for name, path in inputs.items()}
    known = _load(data / CHECKED / _STAMP)
    if known == {"version": _version(), "files": stamp}:
        return _open(data, settings)
    state = _state(inputs, settings)
    old = _load(data / CHECKED / RECORD)
    if not old or old["state"] != state:
        intake, faults = _look(data, mapping_files(data, mappings), settings)
        _write(data, intake, faults, settings, state)
    (data / CHECKED / _STAMP).write_text(json.dumps({"version": _version(), "files": stamp}), "utf-8")
    return _open(data, settings)


def check_path(path: Path, mappings: Sequence[Path] = ()) -> Report:
    """Look at a file or a data folder without writing anything.

    Parameters
    ----------
    path
        A folder as for `refresh`, or one file (with the settings and mappings of its folder).

    Raises
    ------
    InputRefused
        where `settings.toml` is wrong.
    """
    folder = path if path.is_dir() else path.parent
    settings = load_settings(folder)
    known, faults = read_mappings(mapping_files(folder, mappings))
    found, more = sources(folder, known) if path.is_dir() else source_of(path, known)
    intake = take_in(found, settings, alone=not path.is_dir())
    return Report([*faults, *more, *intake.faults], intake.accounts)


def _look(data: Path, mappings: Sequence[Path], settings: Settings) -> tuple[Intake, list[Fault]]:
    known, faults = read_mappings(mappings)
    found, more = sources(data, known)
    intake = take_in(found, settings)
    everything = [*faults, *more, *intake.faults]
    if stopping(everything):
        raise InputRefused(everything)
    return intake, everything


def _inputs(data: Path, mappings: Sequence[Path]) -> dict[str, Path]:
    """List every file on which the checked tables depend."""
    maps = mapping_files(data, mappings)
    found: list[Source] = sources(data, read_mappings(maps)[0])[0]
    listed = {f"{number} {path.name}": path for number, path in enumerate(maps)}
    listed |= {source.name: source.path for source in found}
    if (data / FILE_NAME).exists():
        listed[FILE_NAME] = data / FILE_NAME
    return {name: path for name, path in listed.items() if path.is_file()}


def _size_and_time(path: Path) -> list[int]:
    now = path.stat()
    return [now.st_size, now.st_mtime_ns]


def _state(inputs: dict[str, Path], settings: Settings) -> str:
    hashes = {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in inputs.items()}
    return _digest(_version(), settings.model_dump_json(), json.dumps(hashes, sort_keys=True))


@cache
def _version() -> str:
    """Name this package's way of reading: its version and its sources."""
    here = Path(__file__).parent
    files = [*sorted(here.rglob("*.py")), *sorted((here.parent / "core").glob("*.[cp][sy]*"))]
    return version("toptaak") + "+" + _digest(*(path.read_text("utf-8") for path in files))[:12]


def _digest(*texts: str) -> str:
    return hashlib.sha256("\x00".join(texts).encode()).hexdigest()


def _write(data: Path, intake: Intake, faults: Sequence[Fault], settings: Settings, state: str) -> None:
    fresh = Path(tempfile.mkdtemp(prefix=_BUILDING, dir=data))
    fresh.chmod(0o755)
    digests = write_partitions(intake.tables, fresh)
    places = sorted({place for table in digests.values() for place in table} - {EVERYWHERE})
    record = {
        "state": state,
        "files": file_records(intake, faults),
        "municipalities": places,
        "quarters": quarters_by_municipality(intake.tables),
        "fingerprints": {place: _fingerprint(place, digests, settings) for place in places},
    }
    _write_left_out(intake.accounts, fresh / "set_aside")
    (fresh / RECORD).write_text(json.dumps(record, ensure_ascii=False, indent=1), "utf-8")
    _swap(fresh, data / CHECKED)


def _fingerprint(place: str, digests: dict[str, dict[str, str]], settings: Settings) -> str:
    own = [f"{name} {part[key]}" for name, part in digests.items() for key in (place, EVERYWHERE) if key in part]
    return _digest(_version(), settings.model_dump_json(), *own)


def _write_left_out(accounts: Iterable[Account], folder: Path) -> None:
    """List the rows set aside: place and code only, nothing of what stands in them."""
    folder.mkdir()
    lines: dict[str, list[str]] = {}
    for account in accounts:
        rows = [f"{account.table};{row};{code}" for row, code in account.left_out]
        lines.setdefault(account.file, []).extend(rows)
    for file, rows in lines.items():
        if rows:
            text = "\n".join(["table;row;code", *rows]) + "\n"
            (folder / f"{file.replace('/', '__')}.csv").write_text(text, "utf-8")


def _swap(fresh: Path, target: Path) -> None:
    aside = target.with_name(_ASIDE)
    if target.exists():
        target.rename(aside)
    fresh.rename(target)
    shutil.rmtree(aside, ignore_errors=True)


def _mend(data: Path) -> None:
    """Put back what an interrupted swap moved aside, and sweep half-built folders."""
    aside, target = data / _ASIDE, data / CHECKED
    if aside.exists() and not target.exists():
        aside.rename(target)
    for left in (aside, *data.glob(f"{_BUILDING}*")):
        shutil.rmtree(left, ignore_errors=True)


def _open(data: Path, settings: Settings) -> Store:
    return Store(data, settings, json.loads((data / CHECKED / RECORD).read_text("utf-8")))


def _load(path: Path) -> Any:
    return json.loads(path.read_text("utf-8")) if path.exists() else None


def _read(path: Path) -> pd.DataFrame:
    # no threads: a batch forks its workers
    with pq.ParquetFile(path, memory_map=True, pre_buffer=False) as file:
        frame: pd.DataFrame = file.read(use_threads=False).to_pandas(use_threads=False)
    return frame
