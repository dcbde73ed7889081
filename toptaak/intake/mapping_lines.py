"""The workbook of a mapping that a person filled in, read back as the lines of a mapping."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator, Sequence
from typing import Final

from toptaak.intake.platforms.survey_questions import as_written
from toptaak.intake.readers.excel import heads_of_workbook

# what stands in a cell as it would in TOML; all else is a text without its quotes
LITERAL: Final = re.compile(r'[\[{"#]|(?:true|false)$|\s|$')


def mapping_text(data: bytes, file: str) -> str:
    """Read the workbook of a mapping back as its text, a line for each row.

    Raises
    ------
    InputRefused
        where it is no workbook that can be opened.
    """
    sheets = heads_of_workbook(data, file, None)
    rows = next(iter(sheets.values()), [])
    return "\n".join(["# ", *_lines(rows[1:])]) + "\n"


def _lines(rows: Sequence[Sequence[object]]) -> Iterator[str]:
    for row in rows:
        key, value = (_text(cell) for cell in [*row, "", ""][:2])
        yield key if key.startswith(("#", "[")) or not key else f"{key} = {_quoted(value)}"


def _text(cell: object) -> str:
    if isinstance(cell, bool):
        return str(cell).lower()
    return cell.isoformat()[:10] if isinstance(cell, (dt.date, dt.datetime)) else as_written(cell).strip()


def _quoted(value: str) -> str:
    """Write a cell as TOML: a list, a text between quotes and true or false as they are.

    Examples
    --------
    >>> _quoted("mm:ss"), _quoted('["a", "b"]'), _quoted("")
    ('"mm:ss"', '["a", "b"]', '""')
    """
    return value if value and LITERAL.match(value) and value[0] != "#" else json.dumps(value, ensure_ascii=False)
