"""A mapping as a workbook to fill in, for who does not write TOML: a row per line, questions with their choices.

Row 1 is a header, and every other row is the line of the mapping with that number: what is wrong with one is told by
its row in Excel.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import xlsxwriter

from toptaak.core.wording import translator
from toptaak.intake.columns import ContractTable, Kind
from toptaak.intake.mapping import UNDECIDED
from toptaak.intake.mapping_lines import LITERAL
from toptaak.intake.tables import TABLES

_ENTRY: Final = re.compile(r'((?:"(?:[^"\\]|\\.)*"|[\w-])+) = (.+)')
_UNITS: Final = ("seconds", "minutes", "hours", "days", "mm:ss", "hh:mm")
_LONGEST_LIST: Final = 255  # signs that Excel takes for the choices of a cell
_WIDTHS: Final = (44, 44, 90)


@dataclass(frozen=True)
class SheetRow:
    """A line of a mapping as a row: its key, its value and what to know about it; with the choices of a question."""

    key: str
    value: str = ""
    remark: str = ""
    choices: tuple[str, ...] = ()

    @property
    def asks(self) -> bool:
        """Tell whether a person has to decide."""
        return self.value.startswith(UNDECIDED)


def mapping_workbook(toml: str, language: str) -> bytes:
    """Write the text of a mapping as a workbook.

    Parameters
    ----------
    toml
        As `as_toml` writes it.
    language
        Of the header.
    """
    say = translator(language)
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True, "strings_to_formulas": False}) as book:
        book.set_properties({"created": dt.datetime(2000, 1, 1)})  # the same mapping gives the same bytes
        bold, asked = book.add_format({"bold": True}), book.add_format({"bg_color": "#FFF2CC", "border": 1})
        sheet = book.add_worksheet(say("Mapping"))
        for column, width in enumerate(_WIDTHS):
            sheet.set_column(column, column, width)
        for column, head in enumerate((say("Key"), say("Value"), say("What to know"))):
            sheet.write_string(0, column, head, bold)
        sheet.freeze_panes(1, 0)
        for place, row in enumerate(sheet_rows(toml), 1):
            sheet.write_string(place, 0, row.key, bold if row.key.startswith("[") else None)
            sheet.write_string(place, 1, row.value, asked if row.asks else None)
            sheet.write_string(place, 2, row.remark)
            if row.asks and row.choices and len(",".join(row.choices)) <= _LONGEST_LIST:
                sheet.data_validation(
                    place, 1, place, 1, {"validate": "list", "source": [*row.choices], "error_type": "warning"}
                )
    return content.getvalue()


def sheet_rows(toml: str) -> list[SheetRow]:
    """Split the text of a mapping in rows.

    Examples
    --------
    >>> text = '[[table]]\\nname = "contacts"\\n\\n[table.units]\\nwait_s = "? mm:ss"  # 03:10 may be two things\\n'
    >>> [(row.key, row.value, row.choices[-2:]) for row in sheet_rows(text)][-1]
    ('wait_s', '? mm:ss', ('mm:ss', 'hh:mm'))
    """
    rows: list[SheetRow] = []
    section, table = "", None
    codes = tuple(dict.fromkeys(re.findall(r'= "([^"?]+)"', _of_tasks(toml))))
    for line in toml.splitlines():
        entry = None if line.startswith(("#", "[")) else _ENTRY.fullmatch(line)
        section = line.strip("[]") if line.startswith("[") else section
        if entry is None:
            rows.append(SheetRow(line))
            continue
        value, remark = _apart(entry[2])
        table = TABLES.get(json.loads(value)) if entry[1] == "name" else table
        rows.append(SheetRow(entry[1], _bare(value), remark, _choices(section, entry[1], table, codes)))
    return rows


def _of_tasks(toml: str) -> str:
    """Give the parts of a mapping in which words stand for tasks."""
    sections = re.split(r"^(?=\[)", toml, flags=re.MULTILINE)
    return "".join(text for text in sections if text.startswith(("[table.values.task_id]", "[table.gather.from]")))


def _apart(text: str) -> tuple[str, str]:
    """Take a value and the remark behind it apart."""
    if text[0] in '["':
        _, end = json.JSONDecoder().raw_decode(text)
        return text[:end], text[end:].strip().removeprefix("#").strip()
    value, _, remark = text.partition("  # ")
    return value.strip(), remark.strip()


def _bare(value: str) -> str:
    """Show a text without its quotes, unless it then means something else."""
    if not value.startswith('"'):
        return value
    text = str(json.loads(value))
    return value if LITERAL.match(text) or text != text.strip() or not text.isprintable() else text


def _choices(section: str, key: str, table: ContractTable | None, codes: Sequence[str]) -> tuple[str, ...]:
    if key == "dates":
        return ("day first", "month first")
    if section == "table.units":
        return _UNITS
    if section == "table.values.task_id" or (section == "table.gather.from" and table and table.name == "ballots"):
        return (*codes, '""')
    column = table.column(section.removeprefix("table.values.")) if table else None
    if column is None or not section.startswith("table.values."):
        return ()
    return (*(("ja", "nee") if column.kind is Kind.BOOL else column.choices), '""')
