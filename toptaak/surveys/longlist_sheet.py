"""The long list as a workbook in which people decide, and back.

Text is always written as text: what starts with =, +, - or @ never becomes a formula.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import pandas as pd

from toptaak.core.errors import InputRefused, ToptaakError
from toptaak.core.faults import Fault, Severity, shown, stopping
from toptaak.core.spreadsheet_text import reads_as_formula
from toptaak.core.wording import LANGUAGES, Message, message, translator
from toptaak.intake.codes import fault
from toptaak.intake.readers import read
from toptaak.intake.readers.raw import Raw, nearest, plain
from toptaak.surveys.candidates import read_candidates
from toptaak.surveys.longlist import (
    DECISIONS,
    DROP,
    KEEP,
    LONGLIST_COLUMNS,
    MERGE,
    WHOLE_COLUMNS,
    as_longlist,
    make_longlist,
    merge_ends,
)
from toptaak.surveys.similarity import PROPOSE

_HEADINGS: Final[Mapping[str, tuple[Message, int]]] = {  # and how wide, in characters
    "number": (message("no."), 6),
    "task": (message("task"), 42),
    "sources": (message("found in"), 30),
    "owner": (message("owner"), 20),
    "duplicate_of": (message("same as no.?"), 9),
    "similar_to": (message("looks like"), 34),
    "similarity": (message("likeness"), 10),
    "decision": (message("decision"), 14),
    "merge_into": (message("merge into no."), 11),
    "new_name": (message("name on the short list"), 34),
    "category": (message("theme"), 18),
    "reason": (message("reason"), 34),
    "upl_uri": (message("UPL address"), 20),
}
_WORDS: Final = {KEEP: message("keep"), MERGE: message("merge"), DROP: message("drop")}
_MADE: Final = dt.datetime(2000, 1, 1)  # a fixed day: the same list gives the same bytes
_LAST_ROW: Final = 1_048_575


def write_longlist(
    path: Path, sources: Mapping[str, Sequence[Path]], language: str, threshold: float = PROPOSE
) -> tuple[pd.DataFrame, list[Fault]]:
    """Make a long list of the lists of all sources and write it as a workbook.

    Parameters
    ----------
    path
        The `.xlsx` to write; an existing file is never overwritten, for it may hold decisions.
    sources, language, threshold
        As for `read_candidates` and `make_longlist`.

    Returns
    -------
    tuple
        The long list, and what was left out or repaired while reading.

    Raises
    ------
    InputRefused
        with every fault of every list.
    ToptaakError
        where the workbook already exists.
    """
    if path.exists():
        refusal = message("{path} exists and may hold decisions: choose another name.", path=path.name)
        raise ToptaakError(refusal)
    candidates, faults = read_candidates(sources)
    longlist = make_longlist(candidates, language, threshold)
    write_sheet(longlist, path, language)
    return longlist, faults


def write_sheet(longlist: pd.DataFrame, path: Path, language: str) -> None:
    """Write a long list as a workbook with a choice list for the decision.

    Parameters
    ----------
    longlist
        As `make_longlist` delivers: one row per candidate.
    path
        The `.xlsx` to write.
    language
        Of headings and decisions.
    """
    import xlsxwriter

    say = translator(language)
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"created": _MADE})
        styles = {
            "head": book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1}),
            "text": book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"}),
            # Excel then shows the text, also after somebody has edited the cell
            "quoted": book.add_format({"text_wrap": True, "valign": "top", "num_format": "@", "quote_prefix": True}),
            "share": book.add_format({"num_format": "0%", "valign": "top"}),
            "whole": book.add_format({"num_format": "0", "valign": "top"}),
        }
        sheet = book.add_worksheet(say("Long list"))
        for place, name in enumerate(LONGLIST_COLUMNS):
            heading, width = _HEADINGS[name]
            sheet.set_column(place, place, width)
            sheet.write_string(0, place, say(heading), styles["head"])
        for row, record in enumerate(longlist.to_dict("records"), 1):
            for place, name in enumerate(LONGLIST_COLUMNS):
                _write(sheet, row, place, _shown(name, record[name], language), styles)
        decision = LONGLIST_COLUMNS.index("decision")
        sheet.data_validation(1, decision, max(len(longlist), 1), decision, _choice(language))
        sheet.freeze_panes(1, 2)
        sheet.autofilter(0, 0, max(len(longlist), 1), len(LONGLIST_COLUMNS) - 1)


def _choice(language: str) -> dict[str, Any]:
    say = translator(language)
    return {
        "validate": "list",
        "source": [say(_WORDS[decision]) for decision in DECISIONS],
        "error_title": say("Decision"),
        "error_message": say("Choose one of the words in the list, or leave the cell empty."),
    }


def _shown(column: str, value: Any, language: str) -> Any:
    if column == "decision" and value in _WORDS:
        return _WORDS[value].say(language)
    return value


def _write(sheet: Any, row: int, place: int, value: Any, styles: Mapping[str, Any]) -> None:
    if isinstance(value, str):
        style = "quoted" if reads_as_formula(value) else "text"
        sheet.write_string(row, place, value, styles[style])
    elif not pd.isna(value):
        style = "share" if isinstance(value, float) else "whole"
        sheet.write_number(row, place, value, styles[style])


def read_sheet(path: Path) -> tuple[pd.DataFrame, list[Fault]]:
    """Read a workbook with decisions back.

    Returns
    -------
    tuple
        The long list with `LONGLIST_COLUMNS` in the order of the sheet, and warnings.

    Raises
    ------
    InputRefused
        naming with their rows all numbers that are missing or double, unknown decisions, and merges into nothing or
        into a row that does not stay.
    """
    if not path.is_file():
        raise InputRefused([fault("TT-003", path.name)])
    headings = {heading.say(language): name for name, (heading, _) in _HEADINGS.items() for language in LANGUAGES}
    raw = read(path.read_bytes(), path.name, list(headings))
    language = _language_of(raw)
    frame, absent = _columns(raw, headings, language)
    faults = [*stopping(raw.faults), *absent]
    if not faults:
        faults += _row_faults(raw, frame, language)
    if stopping(faults):
        raise InputRefused(faults)
    return as_longlist(frame), faults


def _language_of(raw: Raw) -> str:
    """Give the language in which the sheet was written: that of most of its headings."""
    return max(
        LANGUAGES, key=lambda language: sum(heading.say(language) in raw.cells for heading, _ in _HEADINGS.values())
    )


def _columns(raw: Raw, headings: Mapping[str, str], language: str) -> tuple[pd.DataFrame, list[Fault]]:
    by_name = {headings[str(name)]: raw.cells[name] for name in raw.cells}
    needed = [_HEADINGS[name][0].say(language) for name in ("number", "task", "decision") if name not in by_name]
    frame = pd.DataFrame(index=raw.cells.index)
    for name in LONGLIST_COLUMNS:
        cells = _texts(by_name[name]) if name in by_name else pd.Series("", index=raw.cells.index)
        frame[name] = _typed(name, cells)
    words = {plain(word.say(language)): decision for decision, word in _WORDS.items() for language in LANGUAGES}
    frame["decision"] = frame["decision"].map(lambda text: words.get(plain(text), text))
    frame["row"] = raw.rows
    there = ", ".join(raw.names[:3])
    absent = [{"expected": name, "nearest": there} for name in needed]
    return frame, [fault("TT-021", raw.file, values=values, sheet=raw.sheet) for values in absent]


def _texts(cells: pd.Series) -> pd.Series:
    return cells.map(lambda cell: "" if cell is None or cell != cell else str(cell).strip()).astype("str")


def _typed(name: str, cells: pd.Series) -> pd.Series:
    """Give a column its type; a number that cannot be read stays missing, and is told of."""
    if name == "similarity":
        return pd.to_numeric(cells, errors="coerce").astype("float64")
    if name in WHOLE_COLUMNS:
        values = pd.to_numeric(cells, errors="coerce")
        return values.where(values % 1 == 0).astype("Int64")
    return cells


def _row_faults(raw: Raw, frame: pd.DataFrame, language: str) -> list[Fault]:
    numbers = frame["number"]
    settled = set(numbers[frame["decision"].isin([KEEP, DROP])])
    stays = settled | {number for number, end in merge_ends(frame).items() if end in settled}
    everything = set(numbers.dropna())
    faults = []
    for record, again in zip(frame.to_dict("records"), numbers.duplicated(), strict=True):
        for code, column, value, expected, repair in _broken(record, bool(again), everything, stays, language):
            heading = _HEADINGS[column][0].say(language)
            place: dict[str, Any] = {"sheet": raw.sheet, "row": record["row"], "column": heading}
            faults.append(Fault(code, Severity.STOP, raw.file, expected, repair, value, **place))
    return faults + _warnings(raw, frame, language)


_Broken = tuple[str, str, str, Message, Message]


def _broken(
    record: Mapping[Any, Any], again: bool, numbers: set[int], stays: set[int], language: str
) -> Iterator[_Broken]:
    if pd.isna(record["number"]) or again:
        value = "" if pd.isna(record["number"]) else str(record["number"])
        yield "TT-501", "number", value, message("every number of the list once"), message("Put the number back.")
    if not record["task"]:
        yield "TT-502", "task", "", message("a filled cell"), message("Fill in the task, or remove the row.")
    decision, into = record["decision"], record["merge_into"]
    if decision and decision not in DECISIONS:
        words = [_WORDS[choice].say(language) for choice in DECISIONS]
        close = message("Nearest: {nearest}.", nearest=nearest(decision, words))
        yield "TT-503", "decision", shown(decision), message("one of: {expected}", expected=", ".join(words)), close
    if decision == MERGE and (pd.isna(into) or into not in numbers or into == record["number"]):
        value = "" if pd.isna(into) else str(into)
        repair = message("Fill in the number of the row that takes its place.")
        yield "TT-504", "merge_into", value, message("the number of another row"), repair
    elif decision == MERGE and into not in stays:
        repair = message("Keep row no. {number}, or merge into the row that stays.", number=into)
        yield "TT-505", "merge_into", str(into), message("a row that stays"), repair


def _warnings(raw: Raw, frame: pd.DataFrame, language: str) -> list[Fault]:
    kinds = (
        ("TT-506", "decision", frame["decision"] == "", message("a decision"), message("These rows are not used yet.")),
        (
            "TT-507",
            "reason",
            (frame["decision"] == DROP) & (frame["reason"] == ""),
            message("a reason why a task is dropped"),
            message("Write it down, for who asks later."),
        ),
        (
            "TT-508",
            "merge_into",
            frame["number"].map(merge_ends(frame)).isin(frame.loc[frame["decision"] == DROP, "number"]),
            message("a row that stays"),
            message("The row that takes its place is dropped, so this one is dropped too."),
        ),
    )
    return [
        Fault(
            code,
            Severity.WARNING,
            raw.file,
            expected,
            repair,
            sheet=raw.sheet,
            row=int(frame["row"][mask].iloc[0]),
            column=_HEADINGS[column][0].say(language),
            count=int(mask.sum()),
        )
        for code, column, mask, expected, repair in kinds
        if mask.any()
    ]
