"""TOML with the line of every entry, and every fault of its form at once.

`tomllib` stops at the first error and tells no lines afterwards. The scanner here knows only what is needed to
find entries (headers, keys, elements of an array); what a value means is left to `tomllib`, entry by entry, so
that one that cannot be read does not hide the others.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from toptaak.core.errors import InputRefused
from toptaak.core.faults import Fault, Severity, shown
from toptaak.core.wording import Message, message

Place = tuple[str | int, ...]
LARGEST_FILE: Final = 1_000_000  # bytes
MALFORMED: Final = "TT-702"
DEEPEST: Final = 50  # brackets or keys inside each other; no file of ours needs more than five

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
_SIGNS: Final = frozenset("[]{},=\n")
_REPORTED_LINE: Final = re.compile(r"at line (\d+)")
# what tomllib says of an entry that is there already
_AGAIN: Final = re.compile(r"twice|overwrite|[Dd]uplicate|Cannot")
_DECIMAL_COMMA: Final = re.compile(r"=\s*-?\d+,\d+\s*$")
_SAVE_ANEW: Final = message("Save the file anew as UTF-8.")


@dataclass(frozen=True)
class TomlDocument:
    """What could be read of a TOML file, with the line of each entry and the faults of its form.

    Attributes
    ----------
    file : str
        Name without folder.
    data : dict
        The values that can be read; of an entry that stands there twice, the first.
    lines : dict
        Line (first = 1) per place; a place is the keys and the positions in arrays that lead to an entry.
    faults : tuple of Fault
        What is wrong with the form: entries that are no TOML or stand there twice, text that is not UTF-8.
    """

    file: str
    data: dict[str, Any]
    lines: dict[Place, int]
    faults: tuple[Fault, ...]

    def line(self, place: Place) -> int | None:
        """Give the line of an entry, or of what it belongs to where the entry itself is absent."""
        while place:
            inside = [line for known, line in self.lines.items() if known[: len(place)] == place]
            if inside:
                return min(inside)
            place = place[:-1]
        return None

    def value(self, place: Place) -> Any:
        """Give what stands at a place; None where nothing could be read."""
        value: Any = self.data
        for key in place:
            inside = key in value if isinstance(value, dict) else isinstance(value, list) and key in range(len(value))
            if not inside:
                return None
            value = value[key]
        return value


@dataclass(frozen=True)
class _Statement:
    """A header or an entry with the lines it covers; `pieces` are pieces of its text with their line.

    `brackets` counts those inside each other.
    """

    first: int
    last: int
    pieces: tuple[tuple[str, int], ...]
    brackets: int

    @property
    def text(self) -> str:
        return "".join(piece for piece, _ in self.pieces)

    @property
    def depth(self) -> int:
        """Count the levels inside each other: brackets, or the pieces of a dotted key."""
        deepest, dots = self.brackets, 0
        for piece, _ in self.pieces:
            if piece in _SIGNS:
                dots = 0
            elif piece[0] not in "\"'":
                dots += piece.count(".")
            deepest = max(deepest, dots)
        return deepest


def read_document(path: Path) -> TomlDocument:
    """Read a TOML file, as far as it can be read.

    Raises
    ------
    InputRefused
        where the file is absent, a folder, or too large; all else stands in `faults`, and the rest is read.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "trials.toml"
    >>> _ = path.write_text("[[trial]]\\nid = 'a'\\n\\n[[trial]]\\nid = 'b'\\nid = 'c'\\nend = soon\\n")
    >>> document = read_document(path)
    >>> document.line(("trial", 1, "id")), [fault.row for fault in document.faults]
    (5, [6, 7])
    """
    text, faults = decoded(path)
    return document_of_text(path.name, text, faults)


def document_of_text(file: str, text: str, faults: Sequence[Fault] = ()) -> TomlDocument:
    """Read a text as TOML, as far as it can be read; `faults` were found before."""
    scan = _Scan(file, text)
    data = scan.parsed()
    faults = [replace(fault, column=scan.entry_at(fault.row)) for fault in faults]
    everything = sorted([*faults, *scan.faults], key=lambda fault: fault.row or 0)
    return TomlDocument(file, data, scan.lines, tuple(everything))


def decoded(path: Path) -> tuple[str, list[Fault]]:
    """Give the text of a TOML file, and a fault where it is not UTF-8.

    Raises
    ------
    InputRefused
        where there is no file, or one that is too large.
    """
    try:
        if path.is_dir():
            take_away = message("There is a folder with this name. Rename it, or put the file in its place.")
            raise InputRefused([_unreadable(path, message("a file"), take_away)])
        if path.stat().st_size > LARGEST_FILE:
            expected = message("a file of at most {size} MB", size=LARGEST_FILE // 1_000_000)
            raise InputRefused([_unreadable(path, expected, message("Check that this is the right file."))])
        content = path.read_bytes()
    except FileNotFoundError:
        repair = message("Check the name and the folder.")
        raise InputRefused([_unreadable(path, message("a file with this name"), repair)]) from None
    except OSError:
        repair = message("Check that it is a file, and that you may read it.")
        raise InputRefused([_unreadable(path, message("a file that can be read"), repair)]) from None
    return _text_of(path, content)


def _text_of(path: Path, content: bytes) -> tuple[str, list[Fault]]:
    utf8 = message("text in UTF-8")
    if content[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in content[:2]:
        order = "utf-16-be" if content[:1] in (b"\x00", b"\xfe") else "utf-16-le"
        text = content.decode(order, "replace").removeprefix("\ufeff")
        return text.replace("\r\n", "\n"), [replace(_unreadable(path, utf8, _SAVE_ANEW), found="UTF-16", row=1)]
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n"), []
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        letter = shown(content[error.start : error.start + 1].decode("cp1252", "replace"))
        fault = replace(_unreadable(path, utf8, _SAVE_ANEW), found=letter, row=row)
        return content.decode("cp1252", "replace").replace("\r\n", "\n"), [fault]


def _unreadable(path: Path, expected: Message, repair: Message) -> Fault:
    return Fault("TT-701", Severity.STOP, path.name, expected, repair)


def _advice(text: str) -> Message:
    """Say what to do with an entry that is no TOML, by what people most often do wrong."""
    _, equals, value = text.partition("=")
    if not equals:
        return message("Write a name, = and a value; a remark begins with #.")
    if text.count("[") != text.count("]") or text.count("{") != text.count("}"):
        return message("Close the bracket.")
    if "\\" in value:
        return message("Write \\\\ for \\, or put the text between single quotes.")
    if _DECIMAL_COMMA.search(text):
        return message("Write a number with a point: 0.95.")
    return message("Put a text between straight quotes; a number and a date have none.")


def place_name(place: Sequence[str | int]) -> str:
    """Write a place as a reader counts: positions in an array from 1.

    Examples
    --------
    >>> place_name(("quarter", "kpis", 0, "owner"))
    'quarter.kpis[1].owner'
    """
    name = "".join(f"[{step + 1}]" if isinstance(step, int) else f".{step}" for step in place)
    return name.removeprefix(".")


def _is_sound(text: str) -> bool:
    try:
        tomllib.loads(text)
    except (ValueError, RecursionError):  # the reader goes into each bracket anew
        return False
    return True


class _Scan:
    """Finds the line of each entry, and takes out of the text what cannot be read."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.kept = text.split("\n")
        self.lines: dict[Place, int] = {}
        self.faults: list[Fault] = []
        self._sizes: dict[Place, int] = {}
        self._table: Place = ()
        self._headers: list[int] = []
        self._sound = _is_sound(text)
        self._skipping = False  # a header that is wrong takes its entries with it
        for statement in _statements(text):
            if statement.text.strip():
                self._take(statement)

    def entry_at(self, row: int | None) -> str | None:
        """Name the entry that a line belongs to."""
        above = [(line, place) for place, line in self.lines.items() if row and line <= row]
        named = [(line, place) for line, place in above if isinstance(place[-1], str)]
        return place_name(max(named, key=lambda entry: entry[0])[1]) if named else None

    def parsed(self) -> dict[str, Any]:
        """Give the values of all that can be read; what clashes with an entry above it is taken out."""
        while True:
            try:
                return tomllib.loads("\n".join(self.kept))
            except tomllib.TOMLDecodeError as error:
                row = _line_in(error)
                self.faults.append(self._twice(row, self.entry_at(row)))
                last = next((other - 1 for other in self._headers if other > row), len(self.kept))
                self._blank(row, last if row in self._headers else row)

    def _take(self, statement: _Statement) -> None:
        begins = statement.text.lstrip().startswith("[")
        header = _HEADER.match(statement.text)
        entry = None if header else _ENTRY.match(statement.text)
        if begins:
            self._skipping = False
            self._headers.append(statement.first)
        if not self._skipping and (wrong := self._wrong(statement)):
            self._leave_out(statement, wrong, begins)
        elif self._skipping:
            self._blank(statement.first, statement.last)
        elif header:
            self._open(header, statement)
        elif entry:
            self._add(entry, statement)

    def _open(self, header: re.Match[str], statement: _Statement) -> None:
        self._table = _table_place(header, self._sizes)
        if self._table in self.lines and header["open"] == "[":
            self._leave_out(statement, self._twice(statement.first, place_name(self._table)), True)
        self.lines.setdefault(self._table, statement.first)

    def _add(self, entry: re.Match[str], statement: _Statement) -> None:
        place = (*self._table, *_keys(entry["name"]))
        if place in self.lines:
            self._leave_out(statement, self._twice(statement.first, place_name(place)), False)
            return
        self.lines[place] = statement.first
        self.lines.update(((*place, index), line) for index, line in _elements(statement, entry.end()))

    def _wrong(self, statement: _Statement) -> Fault | None:
        """Tell what is wrong with one statement by itself."""
        if statement.depth > DEEPEST:
            expected = message("at most {most} levels inside each other", most=DEEPEST)
            return self._malformed(statement, statement.first, expected, message("Write it with fewer brackets."))
        if self._sound:
            return None
        try:
            tomllib.loads(statement.text)
        except ValueError as error:  # also a number with more digits than Python reads
            if _AGAIN.search(str(error)):
                return self._twice(statement.first, self._name(statement))
            row = min(statement.first + _line_in(error) - 1, statement.last)
            return self._malformed(statement, row, message("a valid TOML file"), _advice(statement.text))
        return None

    def _leave_out(self, statement: _Statement, fault: Fault, with_entries: bool) -> None:
        self.faults.append(fault)
        self._skipping = with_entries
        self._blank(statement.first, statement.last)

    def _blank(self, first: int, last: int) -> None:
        self.kept[first - 1 : last] = [""] * (last - first + 1)

    def _malformed(self, statement: _Statement, row: int, expected: Message, repair: Message) -> Fault:
        text = statement.text.strip()
        value = "" if "@" in text else shown(text)
        column = self._name(statement)
        return Fault(MALFORMED, Severity.STOP, self.file, expected, repair, value, row=row, column=column)

    def _name(self, statement: _Statement) -> str | None:
        entry = _ENTRY.match(statement.text)
        return place_name((*self._table, *_keys(entry["name"])[:DEEPEST])) if entry else None

    def _twice(self, row: int, name: str | None) -> Fault:
        expected, repair = message("each entry once"), message("Take one of the two out.")
        return Fault("TT-703", Severity.STOP, self.file, expected, repair, row=row, column=name)


def _line_in(error: ValueError) -> int:
    line = _REPORTED_LINE.search(str(error))
    return int(line[1]) if line else 1


def _statements(text: str) -> Iterator[_Statement]:
    """Cut the text where a line ends outside brackets and strings."""
    line, first, depth, deepest = 1, 1, 0, 0
    pieces: list[tuple[str, int]] = []
    for token in _TOKEN.finditer(text + "\n"):
        piece = token[0]
        if piece == "\n" and depth <= 0:
            yield _Statement(first, line, tuple(pieces), deepest)
            pieces, first, depth, deepest = [], line + 1, 0, 0
        elif not piece.startswith("#"):
            pieces.append((piece, line))
        depth += (piece in ("[", "{")) - (piece in ("]", "}"))
        deepest = max(deepest, depth)
        line += piece.count("\n")
    if pieces:
        yield from _unclosed(text.split("\n"), first, deepest)


def _unclosed(lines: list[str], first: int, deepest: int) -> Iterator[_Statement]:
    """Cut what stands behind a bracket that is never closed: up to the next line that begins an entry."""
    after = (row for row in range(first, len(lines)) if _ENTRY.match(lines[row]) or _HEADER.match(lines[row]))
    last = next(after, len(lines))
    pieces = tuple((f"{line}\n", row) for row, line in enumerate(lines[first - 1 : last], first))
    yield _Statement(first, last, pieces, deepest if last == len(lines) else 0)
    for statement in _statements("\n".join(lines[last:])) if last < len(lines) else ():
        yield replace(
            statement,
            first=statement.first + last,
            last=statement.last + last,
            pieces=tuple((piece, row + last) for piece, row in statement.pieces),
        )


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
