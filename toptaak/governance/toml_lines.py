"""TOML with the line of every entry: `tomllib` reads the values, a small scanner finds where they stand.

`tomllib` stops at the first duplicate key and tells no lines afterwards. The scanner here knows only what is
needed to find entries (headers, keys, elements of an array); what a value means is left to `tomllib`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from toptaak.core.errors import InputRefused
from toptaak.core.faults import Fault, Severity, shown
from toptaak.core.wording import Message, message

Place = tuple[str | int, ...]
LARGEST_FILE: Final = 1_000_000  # bytes

_KEY: Final = r"""(?:[A-Za-z0-9_-]+|"[^"\n]*"|'[^'\n]*')"""
_DOTTED: Final = rf"{_KEY}(?:[ \t]*\.[ \t]*{_KEY})*"
_HEADER: Final = re.compile(rf"[ \t]*(?P<open>\[\[?)[ \t]*(?P<name>{_DOTTED})[ \t]*\]")
_ENTRY: Final = re.compile(rf"[ \t]*(?P<name>{_DOTTED})[ \t]*=")
_TOKEN: Final = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}'
    r"|'''.*?'{3,5}"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*'"
    r"|\#[^\n]*"
    r"|[\[\]{},=\n]"
    r"""|[^\[\]{},=\n"'#]+"""
    r"|.",
    re.DOTALL,
)
_REPORTED_LINE: Final = re.compile(r"at line (\d+)")


@dataclass(frozen=True)
class TomlDocument:
    """A TOML file that could be read, with the line of each entry and the faults of its form.

    Attributes
    ----------
    file : str
        Name without folder.
    data : dict
        The values; of an entry that stands there twice, the first.
    lines : dict
        Line (first = 1) per place; a place is the keys and the positions in arrays that lead to an entry.
    faults : tuple of Fault
        Entries that stand there twice.
    """

    file: str
    data: dict[str, Any]
    lines: dict[Place, int]
    faults: tuple[Fault, ...]

    def line(self, place: Place) -> int | None:
        """Give the line of an entry, or of what it belongs to where the entry itself is absent."""
        for length in range(len(place), 0, -1):
            if place[:length] in self.lines:
                return self.lines[place[:length]]
        return None


@dataclass(frozen=True)
class _Statement:
    """A header or an entry with the lines it covers; `pieces` are pieces of its text with their line."""

    first: int
    last: int
    pieces: tuple[tuple[str, int], ...]

    @property
    def text(self) -> str:
        return "".join(piece for piece, _ in self.pieces)


def read_document(path: Path) -> TomlDocument:
    """Read a TOML file.

    Raises
    ------
    InputRefused
        where the file is absent, too large, not UTF-8 or not TOML.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "trials.toml"
    >>> _ = path.write_text("[[trial]]\\nid = 'a'\\n\\n[[trial]]\\nid = 'b'\\nid = 'c'\\n")
    >>> document = read_document(path)
    >>> document.line(("trial", 1, "id")), [fault.row for fault in document.faults]
    (5, [6])
    """
    text = _text_of(path)
    lines, repeated = _scan(text)
    faults = [_twice(path.name, place, at) for place, at, _ in repeated]
    kept = text.split("\n")
    for _, first, last in repeated:
        kept[first - 1 : last] = [""] * (last - first + 1)
    try:
        data = tomllib.loads("\n".join(kept))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise InputRefused([*faults, _malformed(path.name, error)]) from None
    return TomlDocument(path.name, data, lines, tuple(faults))


def _text_of(path: Path) -> str:
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise _unreadable(path, message("a file of at most {size} MB", size=LARGEST_FILE // 1_000_000))
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise _unreadable(path, message("a file with this name")) from None
    except UnicodeDecodeError:
        raise _unreadable(path, message("text in UTF-8")) from None
    except OSError:
        raise _unreadable(path, message("a file that can be read")) from None


def _unreadable(path: Path, expected: Message) -> InputRefused:
    repair = message("Check the name, or save the file anew as UTF-8.")
    return InputRefused([Fault("TT-701", Severity.STOP, path.name, expected, repair)])


def _malformed(file: str, error: Exception) -> Fault:
    found = _REPORTED_LINE.search(str(error))
    reason = "nesting" if isinstance(error, RecursionError) else str(error)
    return Fault(
        "TT-702",
        Severity.STOP,
        file,
        message("a valid TOML file"),
        message("Mend the file: {error}", error=reason),
        row=int(found[1]) if found else None,
    )


def _twice(file: str, place: Place, line: int) -> Fault:
    return Fault(
        "TT-703",
        Severity.STOP,
        file,
        message("each entry once"),
        message("Take one of the two out."),
        shown(place_name(place)),
        row=line,
    )


def place_name(place: Sequence[str | int]) -> str:
    """Write a place as a reader counts: positions in an array from 1.

    Examples
    --------
    >>> place_name(("quarter", "kpis", 0, "owner"))
    'quarter.kpis[1].owner'
    """
    name = "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in place)
    return name.removeprefix(".")


def _scan(text: str) -> tuple[dict[Place, int], list[tuple[Place, int, int]]]:
    """Find the line of each entry, and what stands there twice: place, first and last line."""
    lines: dict[Place, int] = {}
    repeated: list[tuple[Place, int, int]] = []
    sizes: dict[Place, int] = {}
    table: Place = ()
    twice_from: int | None = None  # a repeated header takes its entries with it
    for statement in _statements(text):
        if header := _HEADER.match(statement.text):
            if twice_from is not None:
                repeated.append((table, twice_from, statement.first - 1))
                twice_from = None
            table = _table_place(header, sizes)
            if table in lines and header["open"] == "[":
                twice_from = statement.first
            lines.setdefault(table, statement.first)
        elif (entry := _ENTRY.match(statement.text)) and twice_from is None:
            place = (*table, *_keys(entry["name"]))
            if place in lines:
                repeated.append((place, statement.first, statement.last))
                continue
            lines[place] = statement.first
            lines.update(((*place, index), line) for index, line in _elements(statement, entry.end()))
    if twice_from is not None:
        repeated.append((table, twice_from, text.count("\n") + 1))
    return lines, repeated


def _statements(text: str) -> Iterator[_Statement]:
    """Cut the text where a line ends outside brackets and strings."""
    line, first, depth = 1, 1, 0
    pieces: list[tuple[str, int]] = []
    for found in _TOKEN.finditer(text + "\n"):
        piece = found[0]
        if piece == "\n" and depth <= 0:
            yield _Statement(first, line, tuple(pieces))
            pieces, first, depth = [], line + 1, 0
        elif not piece.startswith("#"):
            pieces.append((piece, line))
        depth += (piece in ("[", "{")) - (piece in ("]", "}"))
        line += piece.count("\n")
    if pieces:  # a bracket that is never closed; tomllib will say so
        yield _Statement(first, line, tuple(pieces))


def _keys(dotted: str) -> tuple[str, ...]:
    return tuple(key.strip("\"'") for key in re.findall(_KEY, dotted))


def _table_place(header: re.Match[str], sizes: dict[Place, int]) -> Place:
    """Give the place of a header; a name of an array of tables means its last element."""
    *above, last = _keys(header["name"])
    place: Place = ()
    for key in above:
        place = _last_element((*place, key), sizes)
    if header["open"] == "[":
        return (*place, last)
    sizes[(*place, last)] = sizes.get((*place, last), 0) + 1
    return _last_element((*place, last), sizes)


def _last_element(place: Place, sizes: dict[Place, int]) -> Place:
    return (*place, sizes[place] - 1) if place in sizes else place


def _elements(statement: _Statement, start: int) -> Iterator[tuple[int, int]]:
    """Give position and line of each element, where the value of an entry is an array."""
    offset, depth, index, waiting = 0, 0, 0, True
    for piece, line in statement.pieces:
        offset += len(piece)
        if offset <= start or not piece.strip():
            continue
        if depth == 0 and piece != "[":
            return
        if depth == 1 and piece == ",":
            index, waiting = index + 1, True
        elif depth >= 1 and waiting and piece != "]":
            yield index, line
            waiting = False
        depth += (piece in ("[", "{")) - (piece in ("]", "}"))
