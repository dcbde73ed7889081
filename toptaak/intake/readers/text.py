"""Bytes to UTF-8 text: byte order marks, Windows-1252, and what is neither."""

from __future__ import annotations

import codecs
import re

from toptaak.core.faults import Fault
from toptaak.intake.codes import fault
from toptaak.intake.readers.raw import refuse

_WIDE = ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_TWICE = re.compile("(?:Ã[\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|Â[\u00a0-\u00bf]|â€)")


def decoded(data: bytes, file: str) -> tuple[str, list[Fault]]:
    """Decode the bytes of a text file.

    Returns
    -------
    tuple
        The text without byte order mark, and what had to be guessed.

    Raises
    ------
    InputRefused
        for an empty file, mixed encodings, or bytes that are no text.
    """
    text, faults = _decoded(data, file)
    if not text.strip():
        raise refuse("TT-001", file)
    twice = _TWICE.findall(text)
    if twice:
        faults.append(fault("TT-007", file, found=repr(twice[0]), count=len(twice)))
    return text, faults


def _decoded(data: bytes, file: str) -> tuple[str, list[Fault]]:
    for mark, name in _WIDE:
        if data.startswith(mark):
            return data[len(mark) :].decode(name, errors="replace"), []
    data = data.removeprefix(codecs.BOM_UTF8)
    if data.count(0) > len(data) // 5:
        raise refuse("TT-004", file)
    try:
        return data.decode("utf-8"), []
    except UnicodeDecodeError:
        return _windows(data, file)


def _windows(data: bytes, file: str) -> tuple[str, list[Fault]]:
    lines = re.split(rb"\r\n|\r|\n", data)
    odd = [number for number, line in enumerate(lines, 1) if not line.isascii()]
    unicode = {number for number in odd if _is_utf8(lines[number - 1])}
    if unicode:
        change = next(number for number in odd if (number in unicode) != (odd[0] in unicode))
        raise refuse("TT-005", file, row=change)
    try:
        return data.decode("cp1252"), [fault("TT-006", file, count=len(odd))]
    except UnicodeDecodeError:
        raise refuse("TT-004", file) from None


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
