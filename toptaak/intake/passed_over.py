"""What of a data folder is not read: each file named, with what makes it readable."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from toptaak.core.faults import Fault
from toptaak.core.settings import FILE_NAME
from toptaak.core.wording import Message, message
from toptaak.intake.codes import fault
from toptaak.intake.readers import ending
from toptaak.intake.readers.raw import NONE_NEAR, nearest
from toptaak.intake.tables import TABLES

CHECKED, MAPPINGS = "checked", "mappings"
# folders and files that others than intake read or write
FOLDERS: Final = frozenset({CHECKED, MAPPINGS, "canvas", "trials", "questionnaires", "truth"})
FILES: Final = frozenset({FILE_NAME, "codebook.toml"})
_PAPERS: Final = (".md", ".rst", ".pdf", ".docx")
_NOTES: Final = frozenset({"readme", "leesmij", "license", "licence", "licentie", "source"})
_PACKED: Final = (".zip", ".7z", ".rar", ".tar", ".tgz", ".gz", ".bz2", ".xz")


def passed_over(data: Path, read: Collection[Path]) -> Iterator[Fault]:
    """Name the files and folders of a data folder that nothing reads; notes are not, nor what is private.

    Parameters
    ----------
    read
        The files that are read, or named otherwise.
    """
    for path in sorted(data.iterdir()):
        if path.name.startswith((".", "~$")) or path in read:
            continue
        if path.is_dir():
            yield from _folder(path, read)
        elif path.name not in FILES and not _is_note(path.name) and not ending(path.name):
            yield not_read(path.name)
    for path in sorted((data / MAPPINGS).glob("*")):
        if path.suffix != ".toml" and path.suffix.lower() == ".toml":
            yield _named(f"{MAPPINGS}/{path.name}", _respelled(path.with_suffix(".toml").name))


def _folder(path: Path, read: Collection[Path]) -> Iterator[Fault]:
    if path.name in FOLDERS:
        return
    if path.name.casefold() in FOLDERS:
        yield _named(path.name, _respelled(path.name.casefold()))
        return
    files = [file for file in sorted(path.rglob("*")) if is_read(file) and file.is_file() and file not in read]
    if files:
        name = files[0].relative_to(path.parent).as_posix()
        yield replace(
            _named(name, message("Files in a folder are read only where a mapping names them: move them up.")),
            count=len(files),
        )


def not_read(name: str) -> Fault:
    """Name a file that is of no kind that is read, with what makes it readable."""
    return _named(name, _advice(name))


def _named(name: str, advice: Message) -> Fault:
    return replace(fault("TT-017", name, values={"nearest": NONE_NEAR}), repair=advice)


def _is_note(name: str) -> bool:
    folded = name.casefold()
    return folded.endswith(_PAPERS) or folded.removesuffix(".txt") in _NOTES


def _advice(name: str) -> Message:
    folded = name.casefold()
    if folded.endswith(_PACKED):
        return message("This file is packed and is not read: unpack it here.")
    if folded.replace(" ", "") in FILES:
        return _respelled(folded.replace(" ", ""))
    if folded.endswith(".toml"):
        return message(
            "Only {file} and the files in {folder} are read: move it there.", file=FILE_NAME, folder=MAPPINGS
        )
    if "." not in name.strip(".") and nearest(name, list(TABLES)) != NONE_NEAR:
        return message("A file without an ending is not read: give it the ending .csv.")
    return message("This kind of file is not read: export the table as CSV, Excel or Parquet.")


def _respelled(name: str) -> Message:
    return message("It is read only under the name {name}: change its name.", name=name)


def is_read(path: Path) -> bool:
    """Tell whether a file has an ending that is read (or refused), and is no copy that a program keeps open."""
    return bool(ending(path.name)) and not path.name.startswith((".", "~$")) and not _is_note(path.name)
