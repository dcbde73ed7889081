"""SPSS files: questions from multiple-response sets, labels and names; the format of VNG's Burgerpeiling."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from toptaak.intake.gather import folded
from toptaak.intake.mapping import UNDECIDED, TableMapping
from toptaak.intake.platforms.layouts import clean
from toptaak.intake.platforms.survey_export import Export, holds_people, may_be_personal
from toptaak.intake.platforms.survey_questions import FEW, Asked, Question, Shape, shaped, stem
from toptaak.intake.readers import read
from toptaak.intake.readers.spss import open_spss, written

_BURGERPEILING: Final = frozenset({"respondent", "gemnr", "jr", "kw", "dv01"})
_SERVICE: Final = ("dv", "mm")  # the rest asks about health, care and neighbours: not ours to carry
_MARKS: Final = frozenset(str(mark) for mark in range(1, 11))
_AGREEMENT: Final = frozenset({"helemaal eens", "eens", "oneens", "helemaal oneens"})
_NO_OPINION: Final = re.compile(r"weet niet|geen mening|n\.v\.t")
_CHANNELS: Final = {
    "website of app van de gemeente": "web",
    "e-mail": "e-mail",
    "sociale media of berichten app": "chat",
    "post": "mail",
    "(publieks)balie": "desk",
    "telefoon": "phone",
}
_SEGMENTS: Final = {
    "segment_sex": "ch01",
    "segment_age": "ch02",
    "segment_education": "ch03",
    "segment_district": "wijknr",
}
_FIRST_MONTHS: Final = ("01", "04", "07", "10")


def open_sav(path: Path) -> Export:
    """Open an SPSS file: its multiple-response sets, then variables that are ticked, then the rest.

    Raises
    ------
    InputRefused
        for a damaged file.
    MissingExtra
        where the extra `spss` is not installed.
    """
    data = path.read_bytes()
    _, meta = open_spss(data, path.name, metadataonly=True)
    labels = {name: clean(text) for name, text in meta.column_names_to_labels.items() if text}
    codes = {
        name: {" ".join(label.split()): written(code) for code, label in words.items()}
        for name, words in meta.variable_value_labels.items()
    }
    allowed = [name for name in meta.column_names if not may_be_personal(f"{name} {labels.get(name, '')}")]
    raw = read(data, path.name, allowed)
    cells = raw.cells[[name for name in allowed if not holds_people(raw.cells[name])]]
    groups = _groups([str(name) for name in cells], meta.mr_sets, labels, codes)
    questions = [_with_labels(shaped(some, cells), codes) for some in groups]
    left_out = len(meta.column_names) - len(cells.columns)
    filling_in = {str(name).lower(): str(name) for name in cells}
    return Export(path.name, "spss", cells, questions, filling_in, left_out, labels, codes)


def _groups(
    names: Sequence[str], sets: Mapping[str, Any], labels: Mapping[str, str], codes: Mapping[str, Mapping[str, str]]
) -> Iterator[list[Asked]]:
    """Put variables together: those of a multiple-response set, those of one stem that can only be ticked."""
    together = {name: str(code) for code, one in sets.items() for name in one["variable_list"] if name in names}
    ticked = [name for name in names if len(codes.get(name, ())) == 1 and name not in together]
    together |= {name: stem(name) for name in ticked if stem(name) != name}
    for code in dict.fromkeys(together.values()):
        members = [name for name in names if together.get(name) == code]
        text = clean(sets[code]["label"]) if code in sets else code
        yield [Asked(name, code, text, _option(labels.get(name, name))) for name in members]
    for name in names:
        if name not in together:
            yield [Asked(name, name, labels.get(name, name))]


def _option(label: str) -> str:
    """Give the option that a label tells: its last part in brackets, or what follows the code in brackets.

    Examples
    --------
    >>> _option("[zw05.0] sportvereniging"), _option("[zw13] Waarmee helpt u? [vervoer]")
    ('sportvereniging', 'vervoer')
    """
    last = re.fullmatch(r".*\[([^\]]+)\]", label)
    return last[1].strip() if last else re.sub(r"^\[[^\]]*\]\s*", "", label)


def _with_labels(question: Question, codes: Mapping[str, Mapping[str, str]]) -> Question:
    """Let labels tell what answers cannot: the mark of a tick, and that a question has few answers."""
    words = [word for name in question.columns for word in codes.get(name, ())]
    if len(question.columns) > 1 and len(set(words)) == 1:
        options = tuple(question.columns.values())
        return Question(question.code, question.text, question.columns, Shape.MARKS, options, (words[0],))
    if len(question.columns) == 1 and 1 < len(words) <= FEW:
        return Question(question.code, question.text, question.columns, Shape.CHOICE, tuple(words))
    return question


def is_burgerpeiling(export: Export) -> bool:
    """Tell whether an SPSS file has the format of VNG's Burgerpeiling."""
    return export.filling_in.keys() >= _BURGERPEILING


def propose_burgerpeiling(export: Export) -> tuple[tuple[TableMapping, ...], dict[str, str]]:
    """Propose the tables `respondents` and `ratings` for a Burgerpeiling, per year in the file.

    The file names only year and quarter, so every answer is dated on the first day of its quarter. Scores are the
    codes of the codebook: 1 to 10 for a mark, 1 (`helemaal eens`) to 5 (`helemaal oneens`) for a statement.

    Returns
    -------
    tuple
        The tables, and what each column is about.
    """
    years = sorted({folded(cell) for cell in export.cells["jr"]} - {""})
    entries = [entry for year in years or [UNDECIDED] for entry in _of_year(export, year, several=len(years) > 1)]
    return tuple(entries), dict(export.labels)


def _of_year(export: Export, year: str, *, several: bool) -> Iterator[TableMapping]:
    there = set(export.cells)
    quarters = {f"kwartaal {number}": _day(year, month) for number, month in enumerate(_FIRST_MONTHS, 1)}
    shared: dict[str, Any] = {"files": (export.file,), "where": {"jr": (year,)} if several else {}}
    who = {"respondent": "respondent", "municipality": "gemnr", "date": "kw", "weight": "weging"}
    who = {ours: theirs for ours, theirs in who.items() if theirs in there} | {"respondent": "respondent"}
    whom = {ours: theirs for ours, theirs in _SEGMENTS.items() if theirs in there}
    whom |= {"mode": "veldwerkmodus"} if "veldwerkmodus" in there else {}
    yield TableMapping.model_validate(
        shared
        | {"name": "respondents", "constants": {"survey": "burgerpeiling"}}
        | {"columns": who | whom, "values": {"date": quarters}}
    )
    scored, words = _scored(export)
    channel = {"channel": "dv12"} if "dv12" in there else {}
    yield TableMapping.model_validate(
        shared
        | {"name": "ratings", "columns": who | channel, "gather": {"into": "score", "by": "question", "from": scored}}
        | {"values": {"date": quarters, "score": words} | ({"channel": _channel_words(export)} if channel else {})}
    )


def _day(year: str, month: str) -> str:
    return f"{UNDECIDED} jjjj-{month}-01" if year == UNDECIDED else f"{year}-{month}-01"


def _scored(export: Export) -> tuple[dict[str, str], dict[str, str]]:
    """Find the questions with a mark or a statement, and what their answers are worth."""
    scored: dict[str, str] = {}
    words: dict[str, str] = {}
    for name in (one for one in export.cells if str(one).startswith(_SERVICE)):
        codes = export.codes.get(str(name), {})
        if codes.keys() >= _MARKS or codes.keys() >= _AGREEMENT:
            scored[str(name)] = str(name)
            words |= {label: "" if _NO_OPINION.search(label) else code for label, code in codes.items()}
    return scored, {label: code for label, code in words.items() if label != code}


def _channel_words(export: Export) -> dict[str, str]:
    return {label: _CHANNELS.get(label, "") for label in export.codes.get("dv12", {})}
