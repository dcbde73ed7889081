"""Which files of a data folder are read, and as which tables."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from toptaak.core.errors import InputRefused
from toptaak.core.faults import Fault
from toptaak.intake.codes import fault
from toptaak.intake.columns import ContractTable
from toptaak.intake.mapping import ROW, Mapping, TableMapping
from toptaak.intake.passed_over import CHECKED, MAPPINGS, is_read, not_read, passed_over
from toptaak.intake.platforms.layouts import LAYOUTS, PLATFORM_NAMES, recognise
from toptaak.intake.readers import SPSS, ending, head
from toptaak.intake.readers.raw import Layout, nearest, refuse
from toptaak.intake.tables import TABLES

_LARGEST_EXPORT = 20_000_000  # bytes: a file without a mapping is looked at each time, so not for long
_OWN_NAME = re.compile(rf"({'|'.join(sorted(TABLES, key=len, reverse=True))})(?:[-_. ].*)?", re.IGNORECASE)


@dataclass(frozen=True)
class InputFile:
    """A file to read: our own table, or what mappings make of it.

    `by_content`: other files give rows without a number to the same survey, so that the number of a row names nobody.
    """

    path: Path
    name: str
    own: ContractTable | None
    entries: tuple[TableMapping, ...] = ()
    by_content: bool = False

    @property
    def tables(self) -> tuple[str, ...]:
        """Name the tables that are made of it."""
        return (self.own.name,) if self.own else tuple(entry.name for entry in self.entries)

    @property
    def sheets(self) -> tuple[str | None, ...]:
        """Name the sheets that mappings ask for, each once; nothing stands for the one that fits."""
        return tuple(dict.fromkeys(self._sheet(entry) for entry in self.entries)) or (None,)

    def _sheet(self, entry: TableMapping) -> str | None:
        return entry.sheet or next((other.sheet for other in self.entries if other.sheet), None)

    def of_sheet(self, sheet: str | None) -> tuple[TableMapping, ...]:
        """Give the mappings of one sheet."""
        return tuple(entry for entry in self.entries if self._sheet(entry) == sheet)

    def wanted(self, sheet: str | None) -> tuple[str, ...]:
        """List the columns of a sheet that may be used."""
        if self.own:
            return self.own.names
        return tuple(dict.fromkeys(name for entry in self.of_sheet(sheet) for name in entry.theirs))

    @property
    def layout(self) -> Layout | None:
        """Give the layout of the survey platform that a mapping names."""
        return next((LAYOUTS[entry.platform] for entry in self.entries if entry.platform), None)


def own_table(file: str) -> ContractTable | None:
    """Tell which table a file is by its name.

    Examples
    --------
    >>> own_table("attempts-2026.xlsx").name, own_table("stemmen.csv")
    ('attempts', None)
    """
    match = _OWN_NAME.fullmatch(Path(file).name)
    return TABLES[match[1].lower()] if match else None


def mapping_files(data: Path, more: Sequence[Path] = ()) -> list[Path]:
    """List the mapping files of a data folder and those named besides."""
    workbooks = (path for path in (data / MAPPINGS).glob("*.xlsx") if not path.name.startswith("~$"))
    return [*sorted([*(data / MAPPINGS).glob("*.toml"), *workbooks]), *more]


def sources(data: Path, mappings: Sequence[Mapping]) -> tuple[list[InputFile], list[Fault]]:
    """List what is read from a data folder, and name what is not."""
    inputs, faults = [], []
    used: set[int] = set()
    candidates = _candidates(data, mappings)
    for path in candidates:
        name = path.relative_to(data).as_posix()
        fitting = [number for number, mapping in enumerate(mappings) if mapping.entry.fits(name)]
        used.update(fitting)
        source = InputFile(
            path, name, None if fitting else own_table(name), tuple(mappings[which].entry for which in fitting)
        )
        if source.own or fitting:
            inputs.append(source)
        else:
            faults.append(_unused(path, name))
    for number, mapping in enumerate(mappings):
        if number not in used:
            faults.append(fault("TT-093", mapping.origin, found=", ".join(mapping.entry.files)))
    return _told_apart(inputs), [*faults, *passed_over(data, candidates)]


def _told_apart(inputs: Sequence[InputFile]) -> list[InputFile]:
    """Mark the files that share a survey without numbers of respondents."""
    surveys = [
        {(entry.name, str(entry.constants.get("survey"))) for entry in source.entries if ROW in entry.columns.values()}
        for source in inputs
    ]
    times = Counter(survey for of_file in surveys for survey in of_file)
    return [
        replace(source, by_content=any(times[survey] > 1 for survey in of_file))
        for source, of_file in zip(inputs, surveys, strict=True)
    ]


def source_of(path: Path, mappings: Sequence[Mapping]) -> tuple[list[InputFile], list[Fault]]:
    """Do the same for one file."""
    if not ending(path.name):
        return [], [not_read(path.name)]
    entries = tuple(mapping.entry for mapping in mappings if mapping.entry.fits(path.name))
    own = None if entries else own_table(path.name)
    if own or entries:
        return [InputFile(path, path.name, own, entries)], []
    return [], [_unused(path, path.name)]


def _unused(path: Path, name: str) -> Fault:
    """Tell of a file that is no table and has no mapping: what export it is, or which table its name is like."""
    platform = platform_of(path)
    if platform is None:
        return fault("TT-017", name, values={"nearest": nearest(name.split(".")[0], list(TABLES))})
    values = {"platform": PLATFORM_NAMES[platform], "file": name, "mapping": f"{MAPPINGS}/{platform}.toml"}
    return fault("TT-800", name, values=values)


def platform_of(path: Path) -> str | None:
    """Say of which survey platform a file is an export; None where it is of none, or cannot be read."""
    if ending(path.name) in SPSS:
        return "spss"
    try:
        small = path.stat().st_size <= _LARGEST_EXPORT
        return recognise(head(path.read_bytes(), path.name)) if small else None
    except (OSError, InputRefused):
        return None


def _candidates(data: Path, mappings: Sequence[Mapping]) -> list[Path]:
    """List files at the top of the folder, and deeper ones that a mapping names."""
    if not data.is_dir():
        raise refuse("TT-003", data.name)
    deeper = {
        path
        for mapping in mappings
        for pattern in mapping.entry.files
        if "/" in pattern
        for path in data.glob(pattern)
        if path.relative_to(data).parts[0] != CHECKED
    }
    everything = sorted({*data.iterdir(), *deeper})
    return [path for path in everything if is_read(path)]
