"""The data dictionary and the list of faults as Markdown, made from what the code declares.

`python -m toptaak.intake.dictionary` writes `data/README.md` and `docs/faults.md`.
"""

from __future__ import annotations

from pathlib import Path

from toptaak.core.faults import Severity
from toptaak.intake.codes import CODES
from toptaak.intake.columns import ContractColumn, ContractTable, Kind
from toptaak.intake.tables import TABLES

ROOT = Path(__file__).parents[2]
DICTIONARY, FAULTS = Path("data/README.md"), Path("docs/faults.md")

_KINDS = {
    Kind.ID: ("code of nummer, als tekst", "code or number, as text"),
    Kind.TEXT: ("korte tekst", "short text"),
    Kind.FREE: ("open tekst", "open text"),
    Kind.CHOICE: ("een van de waarden", "one of the values"),
    Kind.MUNICIPALITY: ("CBS-code: GM0363", "CBS code: GM0363"),
    Kind.QUARTER: ("kwartaal: 2026Q3", "quarter: 2026Q3"),
    Kind.WEEK: ("ISO-week: 2026W40", "ISO week: 2026W40"),
    Kind.DATE: ("datum: 2026-10-01 of 1-10-2026", "date: 2026-10-01 or 1-10-2026"),
    Kind.TIME: ("tijd in Amsterdam: 2026-10-01 14:30", "time in Amsterdam: 2026-10-01 14:30"),
    Kind.BOOL: ("ja of nee", "yes or no"),
    Kind.NUMBER: ("getal", "number"),
    Kind.INTEGER: ("geheel getal", "whole number"),
    Kind.DURATION: ("seconden, of uu:mm:ss", "seconds, or hh:mm:ss"),
}
_SEVERITIES = {
    Severity.STOP: "stops the file",
    Severity.SET_ASIDE: "row set aside",
    Severity.REPAIRED: "repaired, counted",
    Severity.LEFT_OUT: "left out, counted",
    Severity.WARNING: "warning",
}
_DICTIONARY_HEAD = """# Gegevenswoordenboek · Data dictionary

Gemaakt uit `toptaak/intake/tables.py` met `python -m toptaak.intake.dictionary`; wijzig dat bestand, niet dit.
(Made from the code; change the code, not this file.)

In deze map staat wat een gemeente aanlevert. Een bestand waarvan de naam begint met de naam van een tabel
(`attempts.csv`, `attempts-2026.xlsx`) heeft onze eigen kolommen; elk ander bestand heeft een koppelbestand nodig in
`mappings/` (voorbeelden staan in `data/mappings/`). Kolommen die hier niet staan, worden niet gelezen en niet
bewaard. Vetgedrukte kolommen zijn verplicht. `respondents` mag ook kolommen `segment_<naam>` hebben, bijvoorbeeld
`segment_leeftijd`.

This folder holds what a municipality delivers. A file whose name starts with a table's name has our own columns; any
other file needs a mapping in `mappings/` (see `data/mappings/`). Columns not listed here are neither read nor kept.
Bold columns are required. `respondents` may also have columns `segment_<name>`.

## Soorten kolommen · Kinds of columns

| soort · kind | zo schrijft u het | how to write it |
|---|---|---|
"""
_COLUMNS_HEAD = """| kolom · column | soort · kind | waarden · values | betekenis | meaning |
|---|---|---|---|---|
"""
_FAULTS_HEAD = """# Faults of intake

Made from `toptaak/intake/codes.py` with `python -m toptaak.intake.dictionary`; change the code, not this file.

A code never changes its meaning. *Row set aside*: the row is left out, counted, and listed by row number and code in
`checked/set_aside/`; a file of which more than `set_aside_limit` (settings, 5 %) is set aside is refused. *Cases* are
the numbers of the project's catalogue of bad input; `tests/intake/test_bad_input.py` proves them by number. Texts a
municipality reads are in Dutch, in `toptaak/intake/locale/nl.po`. Words in braces are filled in.

| code | does | expected | what the message says | cases |
|---|---|---|---|---|
"""


def dictionary() -> str:
    """Write the data dictionary."""
    kinds = "".join(f"| {kind.value} | {nl} | {en} |\n" for kind, (nl, en) in _KINDS.items())
    return _DICTIONARY_HEAD + kinds + "".join(_table(table) for table in TABLES.values())


def _table(table: ContractTable) -> str:
    key = f"Sleutel · key: {', '.join(table.key)}.\n\n" if table.key else ""
    head = f"\n## {table.name}\n\nEén rij is {table.nl}. One row is {table.en}.\n\n{key}{_known(table)}"
    rows = "".join(_row(column) for column in table.columns)
    return head + _COLUMNS_HEAD + rows


def _known(table: ContractTable) -> str:
    """Say since when a row and its cells are known (`intake.known`)."""
    nl, en = [], []
    if since := table.dated or (table.through and table.through[0]):
        nl.append(f"een rij telt mee vanaf `{since}`")
        en.append(f"a row counts from `{since}` on")
    for date, others in table.later.items():
        names = ", ".join(f"`{name}`" for name in (date, *others))
        nl.append(f"vanaf `{date}` bekend: {names}")
        en.append(f"known from `{date}` on: {names}")
    return f"Peilmoment: {'; '.join(nl)}. Known: {'; '.join(en)}.\n\n" if nl else ""


def _row(column: ContractColumn) -> str:
    name = f"**{column.name}**" if column.required else column.name
    return f"| {name} | {column.kind.value} | {_values(column)} | {column.nl} | {column.en} |\n"


def _values(column: ContractColumn) -> str:
    limits = ((">", column.above), ("≥", column.minimum), ("≤", column.maximum))
    return ", ".join([*column.choices, *(f"{sign} {limit:g}" for sign, limit in limits if limit is not None)])


def fault_list() -> str:
    """Write the table of fault codes."""
    rows = [
        f"| {code} | {_SEVERITIES[rule.severity]} | {rule.expected} | {rule.repair} "
        f"| {', '.join(str(case) for case in rule.cases)} |\n"
        for code, rule in sorted(CODES.items())
    ]
    return _FAULTS_HEAD + "".join(rows)


def main(root: Path = ROOT) -> None:
    """Write both files."""
    for path, text in ((DICTIONARY, dictionary()), (FAULTS, fault_list())):
        (root / path).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
