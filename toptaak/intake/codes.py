"""Every fault that intake knows, listed once."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from toptaak.core.faults import Fault, Severity, shown
from toptaak.core.personal_data import without_personal_data
from toptaak.core.wording import message


@dataclass(frozen=True)
class Rule:
    """One kind of fault; `counts` tells whether its rows count for the limit that refuses a file."""

    severity: Severity
    expected: str
    repair: str
    cases: tuple[int, ...] = ()
    counts: bool = True


_STOP, _ASIDE, _MENDED, _WARN = Severity.STOP, Severity.SET_ASIDE, Severity.REPAIRED, Severity.WARNING
_LEFT = Severity.LEFT_OUT
_ROW_ASIDE = "This row is set aside and counted."

CODES: Final[Mapping[str, Rule]] = MappingProxyType(
    {
        # the file
        "TT-001": Rule(_STOP, "a file with data", "The file is empty (0 bytes of text): deliver it again.", (1, 2)),
        "TT-002": Rule(_WARN, "at least one row under the header", "Deliver the data, or leave the file out.", (3,)),
        "TT-003": Rule(
            _STOP,
            "a file that can be read",
            "Close it in other programs and check its permissions.",
            (44, 46),
        ),
        "TT-004": Rule(_STOP, "text in UTF-8 or Windows-1252", "Save the file as CSV UTF-8.", (6,)),
        "TT-005": Rule(
            _STOP,
            "one encoding in the whole file",
            "From this row on the file is written in another encoding: save it again as CSV UTF-8.",
            (7,),
        ),
        "TT-006": Rule(_MENDED, "text in UTF-8", "Read as Windows-1252.", (5,)),
        "TT-007": Rule(
            _WARN,
            "legible accents",
            "Letters such as Ã« show that the text was converted twice: export again.",
            (8,),
        ),
        "TT-008": Rule(
            _STOP,
            'a closing quote (")',
            "A quote opens here and is not closed in this cell: add or remove it.",
            (13,),
        ),
        "TT-009": Rule(_STOP, "a complete last row", "The file breaks off: copy or export it again.", (18,)),
        "TT-010": Rule(
            _STOP,
            "the kind of file its name promises",
            "Give the file the right extension or export again.",
            (35,),
        ),
        "TT-011": Rule(_STOP, "a workbook without a password", "Save it without a password.", (34,)),
        "TT-012": Rule(_STOP, "a workbook without macros", "Save it as .xlsx.", (36,)),
        "TT-013": Rule(_STOP, "a file of at most {limit}", "Split the file, or export it as CSV.", (37, 43)),
        "TT-014": Rule(_STOP, "an undamaged file", "Export or copy the file again.", (39, 41)),
        "TT-015": Rule(_STOP, "text, numbers, dates or yes and no", "Write this column in another type.", (40,)),
        "TT-016": Rule(
            _STOP,
            "CSV, Excel or Parquet",
            "This kind of file is never opened: export the table as CSV.",
            (48,),
        ),
        "TT-017": Rule(
            _WARN,
            "a file named after a table, or a mapping",
            "This file is not used. Nearest table: {nearest}. toptaak check with --propose makes a mapping.",
        ),
        "TT-018": Rule(_STOP, "every file once", "The same content also stands in {other}: remove one.", (47,)),
        "TT-019": Rule(_STOP, "a file at rest", "The file changed while it was read: try again later.", (45,)),
        # its shape
        "TT-020": Rule(_STOP, "a header with {expected}", "Add the header, or make a mapping for this file.", (23,)),
        "TT-021": Rule(
            _STOP,
            "a column {expected}",
            "Nearest column in the file: {nearest}. Rename it or mend the mapping.",
            (25,),
        ),
        "TT-022": Rule(
            _STOP,
            "every column name once",
            "Columns {first} and {second} have the same name: rename one.",
            (24, 26),
        ),
        "TT-023": Rule(_MENDED, "{expected}", "Recognised in spite of the spelling.", (26,)),
        "TT-024": Rule(_MENDED, "the header in row 1", "The lines above the header were skipped.", (10, 19)),
        "TT-025": Rule(_WARN, "columns of the contract", "Not used, and not kept: {names}.", (27,)),
        "TT-026": Rule(
            _STOP, "one sheet with the data", "Sheets: {names}. Name one in the mapping (sheet = …).", (28,)
        ),
        "TT-027": Rule(_MENDED, "one sheet", "This sheet was read; the others were not.", (28,)),
        "TT-028": Rule(
            _STOP, "a header of one row without merged cells", "Split the merged cells of the header.", (29,)
        ),
        "TT-029": Rule(_STOP, "a value", "The formula in {cell} has no stored value: open and save in Excel.", (31,)),
        "TT-030": Rule(_ASIDE, "a value", "Mend the formula. " + _ROW_ASIDE, (32,)),
        "TT-031": Rule(_WARN, "visible rows only", "Hidden rows are used too: remove them if that is wrong.", (33,)),
        "TT-032": Rule(_ASIDE, "{expected} fields", "Put quotes around text with a separator. " + _ROW_ASIDE, (15, 16)),
        "TT-033": Rule(_ASIDE, "one header", "Remove the repeated header. " + _ROW_ASIDE, (20,), counts=False),
        "TT-034": Rule(_ASIDE, "rows with data only", "Remove totals and notes. " + _ROW_ASIDE, (21, 22), counts=False),
        "TT-035": Rule(_ASIDE, "text without NUL characters", "Export again. " + _ROW_ASIDE, (12,)),
        "TT-036": Rule(_MENDED, "no separator at the end of a row", "The empty last column was dropped.", (17,)),
        "TT-037": Rule(_STOP, "days counted from 1900", "This workbook counts days from 1904: save it as .csv."),
        "TT-038": Rule(_STOP, "a plain workbook", "It holds XML entities, which Excel never writes.", (38,)),
        "TT-039": Rule(_STOP, "a file of at most {limit} columns", "Leave out what is not needed.", (43,)),
        # values
        "TT-040": Rule(_ASIDE, "a filled cell", "Fill the cell. " + _ROW_ASIDE, (21,)),
        "TT-041": Rule(_ASIDE, "one of: {expected}", "Use one of these words or map it. " + _ROW_ASIDE, (72,)),
        "TT-042": Rule(_ASIDE, "a number", _ROW_ASIDE, (72,)),
        "TT-043": Rule(
            _STOP,
            "one decimal mark in the whole column",
            'Is this a decimal mark or a thousands mark? Say so in the mapping: decimal = "," or ".".',
            (49, 50),
        ),
        "TT-044": Rule(_MENDED, "a decimal point", "Read with a decimal comma.", (51,)),
        "TT-045": Rule(_ASIDE, "a number {expected}", _ROW_ASIDE, (94,)),
        "TT-046": Rule(_ASIDE, "a duration {expected}", _ROW_ASIDE, (80, 81)),
        "TT-047": Rule(_MENDED, "seconds", "Hours, minutes and seconds were turned into seconds.", (82,)),
        "TT-048": Rule(
            _STOP, "an id as text", "Excel has damaged this id: export again with the column as text.", (69,)
        ),
        "TT-049": Rule(_ASIDE, "a date such as 2026-10-01 or 1-10-2026", _ROW_ASIDE, (86,)),
        "TT-050": Rule(
            _STOP,
            "one way of writing dates, day first",
            'Day or month first? Write dates as 2026-10-01, or say so in the mapping: dates = "month first".',
            (86,),
        ),
        "TT-821": Rule(
            _STOP,
            "one way of writing dates, month first",
            "The mapping says month first. Write dates as 2026-10-01, or take dates = … out of the mapping.",
            (86,),
        ),
        "TT-820": Rule(_MENDED, "a date such as 2026-10-01", "Read month first.", (30, 86)),
        "TT-822": Rule(
            _STOP,
            "a duration such as 00:12:30",
            "Hours and minutes, or minutes and seconds? Say so in the mapping: "
            'units = {{ {name} = "mm:ss" }} or "hh:mm".',
            (82,),
        ),
        "TT-823": Rule(
            _STOP,
            "rows with the values that the mapping chooses",
            "{option} finds no row. Nearest value in the file: {nearest}. Mend the mapping.",
        ),
        "TT-824": Rule(
            _WARN,
            "rows with each value that the mapping chooses",
            "{option}: this value stands in no row. Nearest value in the file: {nearest}.",
        ),
        "TT-825": Rule(
            _MENDED,
            "a value in every row",
            "These cells are merged downwards: the value was taken for every row that the merged cell covers.",
            (29,),
        ),
        "TT-826": Rule(
            _STOP, "one cell per column", "A merged cell covers several columns that are used: split it.", (29,)
        ),
        "TT-827": Rule(
            _STOP, "cells of at most {limit} signs", "Shorten the text of this cell, or leave the column out."
        ),
        "TT-828": Rule(
            _WARN,
            "every row once",
            "The same row stands here more than once, with a day and no time: it counts each time. "
            "Remove what is double.",
            (67,),
        ),
        "TT-829": Rule(
            _ASIDE, "every row in one file", "The same row also stands in {other}. " + _ROW_ASIDE, (47,), counts=False
        ),
        "TT-830": Rule(
            _WARN,
            "durations in one unit",
            "The middle one was {before} before and is {after} here: minutes and seconds mixed up? "
            'Say the unit in the mapping: units = {{ {name} = "minutes" }}.',
            (82,),
        ),
        "TT-831": Rule(
            _WARN,
            "weights of which none is half of all",
            "This row weighs {share} of all: together they are worth {worth} answers. Is the weight right?",
            (94,),
        ),
        "TT-832": Rule(
            _WARN,
            "dates near the others",
            "More than a quarter after all others: is the year right? It never chooses the quarter of a report.",
            (87,),
        ),
        "TT-834": Rule(
            _LEFT, "rows of municipalities", "Rows of the country, provinces, regions and districts were left out."
        ),
        "TT-835": Rule(
            _STOP,
            "a key for pseudonyms",
            "Put a text of at least {least} signs in {name}, and keep it: outside the data folder, for yourself alone.",
        ),
        "TT-836": Rule(
            _MENDED,
            "no phone numbers and e-mail addresses",
            "These cells were emptied: they say who somebody is.",
            (98,),
        ),
        "TT-837": Rule(
            _WARN, "a sheet that can be seen", "This sheet is hidden and its rows are used: is it the right one?", (33,)
        ),
        "TT-051": Rule(_MENDED, "a date such as 2026-10-01", "Read day first.", (30, 86)),
        "TT-052": Rule(
            _ASIDE,
            "a time that occurs once in Amsterdam",
            "The clock was changed in this hour: add the offset (+01:00 or +02:00). " + _ROW_ASIDE,
            (84,),
        ),
        "TT-053": Rule(_MENDED, "a time with its offset", "Read as the time in Amsterdam.", (84, 85)),
        "TT-054": Rule(_ASIDE, "yes or no", _ROW_ASIDE, (77,)),
        "TT-055": Rule(_MENDED, "true or false", "Read as yes or no.", (76,)),
        "TT-056": Rule(_MENDED, "{expected}", "Recognised in spite of the spelling.", (88,)),
        "TT-057": Rule(_ASIDE, "{expected}", _ROW_ASIDE, (88,)),
        "TT-058": Rule(_ASIDE, "a municipality code such as GM0363", "Nearest: {nearest}. " + _ROW_ASIDE, (56, 62)),
        "TT-059": Rule(_WARN, "a code such as GM0363", "Read as {code}. Write the whole code as text.", (55,)),
        "TT-060": Rule(_MENDED, "a municipality that still exists", "Merged: counted with {code}.", (57,)),
        "TT-061": Rule(
            _STOP,
            "a municipality that still exists",
            "Split over {codes}: say in the file which one is meant.",
            (58,),
        ),
        "TT-062": Rule(_STOP, "one municipality", "Several have this name ({codes}): use the code.", (61,)),
        "TT-063": Rule(_MENDED, "a municipality code", "Found by name: {code}.", (60,)),
        "TT-064": Rule(_MENDED, "one of: {expected}", "Recognised in spite of the spelling.", (72,)),
        "TT-065": Rule(
            _STOP,
            "no postcodes",
            "A postcode may point at a person: use the district, or leave the column out.",
            (98,),
        ),
        "TT-066": Rule(_ASIDE, "a whole number", _ROW_ASIDE, (73,)),
        "TT-067": Rule(_WARN, "better or worse", "Without it nobody can say whether a higher score is good.", (74,)),
        "TT-068": Rule(_WARN, "scores from {low}", "Nobody gave the lowest score: was another scale used?", (75,)),
        "TT-069": Rule(
            _WARN,
            "a vote on the task list in force ({version})",
            "Survey {survey} was held on another list: name that list_version to look at it.",
        ),
        # rows together
        "TT-070": Rule(
            _ASIDE,
            "every row once",
            "The first of the same rows is kept. " + _ROW_ASIDE,
            (47, 67),
            counts=False,
        ),
        "TT-071": Rule(
            _ASIDE,
            "one row per {expected}",
            "Rows with other content have the same key: all are set aside, and counted.",
            (68,),
        ),
        "TT-072": Rule(
            _ASIDE,
            "at most {limit} tasks on a ballot (max_picks)",
            "The whole ballot is set aside and counted. "
            "Could a voter choose more? Then set max_picks in settings.toml.",
            (66,),
        ),
        "TT-073": Rule(_ASIDE, "every task once on a ballot", "The whole ballot is set aside and counted.", (65,)),
        "TT-074": Rule(_ASIDE, "a task of the list", "Nearest: {nearest}. " + _ROW_ASIDE, (63,)),
        "TT-075": Rule(_WARN, "a table with tasks", "Without it task codes are not checked."),
        "TT-076": Rule(
            _STOP,
            "one version of the task list",
            "Versions in the data: {names}. Set list_version in settings.toml.",
            (64,),
        ),
        "TT-077": Rule(_ASIDE, "a respondent of the table respondents", _ROW_ASIDE),
        "TT-078": Rule(
            _ASIDE,
            "a score from {low} to {high}",
            "Does this number mean no answer? Then leave the cell empty. " + _ROW_ASIDE,
            (54, 70, 75),
        ),
        "TT-079": Rule(_ASIDE, "an end after the start", _ROW_ASIDE, (84,)),
        "TT-080": Rule(_ASIDE, "an outcome that agrees with verified_success", _ROW_ASIDE, (79,)),
        "TT-081": Rule(_ASIDE, "a date within ten years of the others in the file", _ROW_ASIDE, (87,)),
        "TT-082": Rule(_ASIDE, "positions 1, 2, 3 … each once", "The whole ballot is set aside and counted.", (66,)),
        "TT-083": Rule(_WARN, "scores up to {high}", "No score is above 5: was another scale used?", (71,)),
        "TT-084": Rule(_WARN, "a duration under a day", "Was the page left open? It counts as it is.", (83,)),
        "TT-085": Rule(_ASIDE, "not more forms finished than started", _ROW_ASIDE),
        "TT-086": Rule(_WARN, "a question of the table questions", "Without it the scale is not checked."),
        "TT-087": Rule(
            _ASIDE,
            "a valid ballot",
            "The ballot of this respondent is set aside, so the respondent is too.",
            (65, 66),
            counts=False,
        ),
        "TT-088": Rule(
            _ASIDE,
            "a respondent number that is used once",
            "Several municipalities use this number: add a column municipality. " + _ROW_ASIDE,
        ),
        "TT-089": Rule(_STOP, "at most {limit} of the rows set aside", "Too many rows cannot be used: mend the file."),
        "TT-096": Rule(_STOP, "a table respondents", "Without it nobody knows which municipality a ballot belongs to."),
        # the mapping
        "TT-091": Rule(_STOP, "{expected}", "Nearest: {nearest}."),
        "TT-092": Rule(_STOP, "{expected}", "Mend this entry of the mapping."),
        "TT-097": Rule(_STOP, "a source for column {name} of table {table}", "Add it to columns or constants."),
        "TT-098": Rule(_STOP, "one source per column", "This column has several: keep one."),
        "TT-099": Rule(_STOP, "a name inside the data folder", "Take out the leading / and every .. in the name."),
        "TT-093": Rule(_WARN, "a file that fits the mapping", "No file in the folder has this name."),
        "TT-094": Rule(_LEFT, "rows that the mapping selects", "Left out by {option} in the mapping."),
        "TT-095": Rule(
            _STOP,
            "consent of the works council",
            "This column points at employees: fill works_council_consent in settings.toml or map a role.",
        ),
        # exports of survey platforms
        "TT-800": Rule(
            _WARN,
            "a mapping for this export of {platform}",
            "A proposal is made by: toptaak check FOLDER/{file} --propose FOLDER/{mapping}",
        ),
        "TT-801": Rule(
            _ASIDE,
            "an answer that the mapping names",
            "Nearest: {nearest}. Add the answer to the mapping. " + _ROW_ASIDE,
        ),
        "TT-802": Rule(
            _STOP,
            "a header of {expected} rows, as {platform} makes it",
            "Rows of the header are missing or were added: export again and leave the file as it is.",
        ),
        "TT-803": Rule(
            _STOP,
            "every question once",
            "Columns {first} and {second} have the same code: give one of the questions another code and export again.",
        ),
        "TT-804": Rule(_STOP, "a decision", "Replace the question mark, for instance by: {nearest}."),
        "TT-805": Rule(
            _STOP,
            "no personal data",
            "This column says who somebody is: leave it out. For customers and respondents a pseudonym will do: "
            "pseudonym = true in the mapping.",
            (98,),
        ),
        "TT-806": Rule(_ASIDE, "one of these columns filled: {expected}", _ROW_ASIDE),
        "TT-807": Rule(
            _ASIDE,
            "{expected}, or an empty cell",
            "Other words in these columns: {words}. In the mapping, name those that mean chosen in picked and those "
            "that mean not chosen in not_picked. " + _ROW_ASIDE,
        ),
        "TT-808": Rule(
            _LEFT,
            "an answer that the mapping names",
            'Other answers were left out: others = "leave out" in the mapping.',
        ),
        "TT-809": Rule(_STOP, "answers under the header", "The export holds no answers: export again."),
        "TT-817": Rule(_MENDED, "the code of a task", "The name of the task was recognised by the task list."),
        "TT-818": Rule(
            _STOP,
            "at most {limit} of the rows set aside",
            "Most of them are ballots that name more tasks than max_picks in settings.toml allows: set it to what a "
            "voter could choose.",
        ),
        # questions, and who was asked
        "TT-810": Rule(
            _WARN,
            "of a question of kind {kind}: {expected}",
            "Its answers do not count in this score: mend the question, or call its kind likert.",
            (71, 74),
        ),
        "TT-811": Rule(
            _WARN,
            "answers of customers who did not succeed as well",
            "Everybody succeeded: was only the last page asked? Ask at every end, also where a request was refused.",
        ),
        "TT-812": Rule(
            _WARN,
            "attempts that succeeded as well",
            "Nobody succeeded: does this file hold failures only? Deliver all attempts, else no success rate is right.",
        ),
        "TT-813": Rule(
            _WARN,
            "other contacts than complaints as well",
            "This file holds complaints only: deliver all contacts, else its numbers say nothing about the others.",
        ),
        "TT-814": Rule(
            _WARN,
            "calls that nobody answered as well",
            "Every call was answered: does this file hold only calls that were taken? Deliver abandoned calls as well.",
        ),
        "TT-815": Rule(
            _ASIDE,
            "a whole number from {low} to {high}",
            "On this scale an answer is one of the points: deliver the answers themselves, no means. " + _ROW_ASIDE,
        ),
        # cases and their steps
        "TT-850": Rule(_WARN, "cases of at most ten years", "Is the year right? They count as they are."),
        "TT-851": Rule(_WARN, "a task for every row", "Rows without a task count in the totals, not per task."),
        "TT-852": Rule(
            _WARN,
            "a step of the table steps",
            "The step {name} of settings.toml never occurs, so it closes or reopens nothing. Nearest: {nearest}. "
            "Most often the last step: {steps}.",
        ),
        "TT-853": Rule(
            _WARN,
            "closing_steps in settings.toml",
            "Without it nobody knows when a case is done. Most often the last step: {steps}.",
        ),
        "TT-854": Rule(
            _WARN,
            "times with a clock time, or at most one step of a case a day",
            "Of cases with several steps on one day the order of the file counts.",
        ),
        "TT-860": Rule(_MENDED, "no personal data", "What points at a person was replaced by ***.", (98,)),
        "TT-861": Rule(
            _STOP,
            "groups of people, such as ages 35-54 or districts",
            "This column tells of each respondent who it is. Make groups of it, or leave the column out.",
            (98,),
        ),
        # totals of a telephone switch or a desk system
        "TT-840": Rule(
            _STOP,
            "one row per contact",
            "This file holds numbers per day or hour: deliver it as service_totals, with a mapping for its columns.",
        ),
        "TT-841": Rule(
            _ASIDE,
            "not more answered and abandoned together than offered",
            "Is a column of another queue or period mapped? " + _ROW_ASIDE,
        ),
        "TT-842": Rule(_ASIDE, "not more answered within the norm than answered", _ROW_ASIDE),
        "TT-843": Rule(
            _ASIDE,
            "totals per {expected}, or of the whole",
            "This total holds other rows of the same day: those count. " + _ROW_ASIDE,
            counts=False,
        ),
        "TT-844": Rule(
            _ASIDE,
            "calls one by one, or their totals",
            "The calls of this day stand in contacts: those count. " + _ROW_ASIDE,
            counts=False,
        ),
    }
)


def fault(code: str, file: str, *, values: Mapping[str, object] | None = None, **place: Any) -> Fault:
    """Make a fault of a listed kind.

    `values` fill the placeholders of the rule's texts; `place` holds other fields of `Fault`.

    Examples
    --------
    >>> fault("TT-001", "votes.csv").describe("en")
    'TT-001 votes.csv: Expected: a file with data. The file is empty (0 bytes of text): deliver it again.'
    """
    rule, filled = CODES[code], dict(values or {})
    return Fault(code, rule.severity, file, message(rule.expected, **filled), message(rule.repair, **filled), **place)


_PERSONAL: Final = re.compile(
    r"[^\s@]+@[^\s@]+"  # e-mail
    r"|\b[A-Z]{2}\d{2}[A-Z0-9 ]{10,30}"  # bank account
    r"|(?:\+31|\b0031|\b0)[\s-]?[1-9](?:[\s.-]?\d){8}\b"  # phone
    r"|\b[1-9]\d{3}\s?[A-Z]{2}\b"  # postcode
    r"|\b\d{8,9}\b",  # citizen service number
    re.IGNORECASE,
)
_DAY_OR_MONTH: Final = r"(?:[0-2]?\d|3[01])"
_DATE_OR_PERSONAL: Final = re.compile(
    r"(?P<date>(?<!\d)(?:"
    rf"{_DAY_OR_MONTH}(?P<mark>[-/.]){_DAY_OR_MONTH}(?P=mark)(?:19|20)?\d{{2}}"
    rf"|(?:19|20)\d{{2}}(?P<other>[-/.]){_DAY_OR_MONTH}(?P=other){_DAY_OR_MONTH}"
    r"|(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:T?\d{6})?"
    r")(?:[T ]\d{1,2}:\d{2}(?::\d{2})?)?(?!\d))|" + _PERSONAL.pattern,
    re.IGNORECASE,
)
_YEAR_AND_WORD: Final = re.compile(r"(?:19|20)\d{2} [a-z]{2}")  # a postcode for `_PERSONAL`, but "2026 en"
_LONG_TEXT: Final = 60
_BIRTH: Final = re.compile("geb|birth", re.IGNORECASE)


def masked(value: object) -> str:
    """Make a value fit to show: what may point at a person is replaced, long text is not shown at all, dates are.

    Examples
    --------
    >>> masked("bel 0612345678 of a@b.nl"), masked(8.0), masked("04-09-2026 13:48:47")
    ("'bel *** of ***'", "'8'", "'04-09-2026 13:48:47'")
    """
    text = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
    if len(text) > _LONG_TEXT:
        return shown("***")
    if _BIRTH.search(text):
        return shown(_PERSONAL.sub("***", without_personal_data(text)))
    dates = [match for match in _DATE_OR_PERSONAL.finditer(text) if match["date"]]
    ends = [0, *(end for match in dates for end in match.span()), len(text)]
    pieces = [text[start:end] for start, end in itertools.pairwise(ends)]
    pieces[::2] = [_PERSONAL.sub("***", without_personal_data(piece)) for piece in pieces[::2]]
    return shown("".join(pieces))


def points_at_person(text: str) -> bool:
    """Tell whether a text holds what points at a person: an address, a phone or citizen service number.

    Stricter than `masked`, which may hide too much: here a year with a word behind it is no postcode.

    Examples
    --------
    >>> points_at_person("afval 2026 en later"), points_at_person("bel 0612345678"), points_at_person("1234 AB")
    (False, True, True)
    """
    return any(not _YEAR_AND_WORD.fullmatch(match) for match in _PERSONAL.findall(text))
